@R-E4
Feature: Users in Setup
  What an administrator does to users on the pages of Setup.

  Background:
    Given a user "ada"

  @route:pages/users @route:pages/user
  Rule: The list and the user's page

    Scenario: The list leads to the user
      When the admin opens the page "Users"
      Then the page tells the admin "{username:ada}"
      When the admin follows the link "ada"
      Then the page tells the admin "Standard User"
      And the page tells the admin "{user id:ada}"

    Scenario: The list is for who sees Setup
      Given a user "bob" with the profile "Standard Platform User"
      When "bob" opens the page "Users"
      Then "bob" sees Insufficient Privileges

    Scenario: The page of a user is for who sees Setup
      Given a user "bob" with the profile "Standard Platform User"
      When "bob" opens the path "/lightning/setup/ManageUsers/page?user={user id:ada}"
      Then "bob" sees Insufficient Privileges

    Scenario: A user that there is not
      When the admin opens the path "/lightning/setup/ManageUsers/page?user=005000000000000AAA"
      Then the admin gets the status 404

    @R-I1
    Scenario: The page shows which apps hold the user's tokens, and revokes them
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When the admin opens the page "Users"
      And the admin follows the link "ada"
      Then the page tells the admin "{app:Reports}"
      When the admin presses "Revoke"
      Then the page tells the admin "No app holds a token of this user."
      And the access token of "Reports" no longer works

    @R-E3 @route:pages/log-in-as
    Scenario: Login goes on as the user
      When the admin opens the page "Users"
      And the admin follows the link "ada"
      And the admin follows the link "Login as ada"
      Then the admin sees the page "Home"
      And the page tells the admin "{username:ada}"

  @route:pages/change-user
  Rule: Freeze and Unfreeze

    Scenario: A frozen user is out at once
      Given "ada" is logged in
      When the admin opens the page "Users"
      And the admin follows the link "ada"
      And the admin presses "Freeze"
      Then the page tells the admin "The user is frozen."
      And the browser of "ada" is out
      When the admin opens the page "View Setup Audit Trail"
      Then the page tells the admin "Froze user ada"

    Scenario: A frozen user cannot log in until somebody unfreezes the user
      When the admin opens the page "Users"
      And the admin follows the link "ada"
      And the admin presses "Freeze"
      And "ada" logs in
      Then "ada" is refused the login
      When the admin presses "Unfreeze"
      And "ada" logs in
      Then "ada" is in

    Scenario: Nobody is offered to freeze the own user
      When the admin opens the path "/lightning/setup/ManageUsers/page?user={user id:the admin}"
      Then the page does not tell the admin "Freeze"

    Scenario: Who may freeze nobody is not offered it
      When "ada" opens the path "/lightning/setup/ManageUsers/page?user={user id:the admin}"
      Then the page does not tell "ada" "Freeze"
      And the page does not tell "ada" "Reset Password"

    Scenario: Who may freeze nobody freezes nobody
      Given a user "eve"
      When the admin opens the path "/lightning/setup/ManageUsers/page?user={user id:ada}"
      And "eve" sends "Freeze" of the page of the admin
      Then "eve" sees Insufficient Privileges
      When "ada" logs in
      Then "ada" is in

    Scenario: A post that no page made freezes nobody
      When the admin opens the path "/lightning/setup/ManageUsers/page?user={user id:ada}"
      And the admin repeats the post of the page without its CSRF token
      Then the admin gets the status 403

  @R-E3 @route:pages/change-user
  Rule: Reset Password

    Scenario: The user gets a link and chooses another password
      When the admin opens the page "Users"
      And the admin follows the link "ada"
      And the admin presses "Reset Password"
      Then the page tells the admin "The password is reset."
      And the newest e-mail to "ada" is about "password_reset"
      When "ada" opens the link of the newest e-mail
      And "ada" chooses the password "chosen-anew-7"
      Then "ada" is in

    Scenario: The password before is worth nothing
      When the admin opens the page "Users"
      And the admin follows the link "ada"
      And the admin presses "Reset Password"
      And "ada" logs in
      Then "ada" is refused the login

    Scenario: Who may reset no passwords resets none
      Given a user "eve"
      When the admin opens the path "/lightning/setup/ManageUsers/page?user={user id:ada}"
      And "eve" sends "Reset Password" of the page of the admin
      Then "eve" sees Insufficient Privileges
      And nobody is e-mailed

  @route:pages/change-user
  Rule: Unlock

    Scenario: A user who is locked out is let in again
      When "ada" logs in with a wrong password 10 times
      And the admin opens the page "Users"
      Then the page tells the admin "Locked out"
      When the admin follows the link "ada"
      And the admin presses "Unlock"
      Then the page tells the admin "The user is unlocked."
      When "ada" logs in
      Then "ada" is in

    Scenario: Who is not locked out is not unlocked
      When the admin opens the path "/lightning/setup/ManageUsers/page?user={user id:ada}"
      Then the page does not tell the admin "Unlock"

  @route:pages/edit-user @route:pages/save-user
  Rule: New User and User Edit

    @R-E3
    Scenario: A new user chooses a password by the link of an e-mail
      When the admin opens the page "Users"
      And the admin follows the link "New User"
      And the admin fills in the form and presses "Save"
        | Last Name | Newcomer                    |
        | Alias     | new                         |
        | Email     | new@newcomer.example        |
        | Username  | {unique:new}@acme.example   |
        | Nickname  | newcomer                    |
        | Profile   | Standard User               |
      Then the page tells the admin "An e-mail with a link to choose a password is in the outbox."
      And the page tells the admin "{unique:new}@acme.example"
      And the page tells the admin "No password yet"

    Scenario: What is missing is told at its field
      When the admin opens the page "Users"
      And the admin follows the link "New User"
      And the admin fills in the form and presses "Save"
        | Last Name | Newcomer |
      Then the page tells the admin "You must enter a value"
      And the field "Last Name" holds "Newcomer" for the admin
      And nobody is e-mailed

    Scenario: A username that somebody has is refused
      When the admin opens the page "Users"
      And the admin follows the link "New User"
      And the admin fills in the form and presses "Save"
        | Last Name | Newcomer             |
        | Alias     | new                  |
        | Email     | new@newcomer.example |
        | Username  | {username:ada}       |
        | Nickname  | newcomer             |
        | Profile   | Standard User        |
      Then the page tells the admin "Duplicate Username."

    Scenario: A nickname that somebody has is refused
      When the admin opens the path "/lightning/setup/ManageUsers/edit?user={user id:ada}"
      And the admin fills in the form and presses "Save"
        | Nickname | admin |
      Then the page tells the admin "Duplicate Nickname."

    Scenario: Another profile counts at once
      When the admin opens the path "/lightning/setup/ManageUsers/edit?user={user id:ada}"
      And the admin fills in the form and presses "Save"
        | Profile | Standard Platform User |
      Then the page tells the admin "Saved."
      When "ada" opens the page "Users"
      Then "ada" sees Insufficient Privileges

    Scenario: A user who is made inactive is out
      Given "ada" is logged in
      When the admin opens the path "/lightning/setup/ManageUsers/edit?user={user id:ada}"
      And the admin fills in the form and presses "Save"
        | Active | off |
      Then the page tells the admin "Inactive"
      And the browser of "ada" is out

    Scenario: Nobody makes the own user inactive
      When the admin opens the path "/lightning/setup/ManageUsers/edit?user={user id:the admin}"
      And the admin fills in the form and presses "Save"
        | Active | off |
      Then the page tells the admin "You can't deactivate your own user."

    Scenario: Making users takes Manage Users
      When "ada" opens the path "/lightning/setup/ManageUsers/edit"
      Then "ada" sees Insufficient Privileges

    Scenario: Saving users takes Manage Users
      Given a user "eve"
      When the admin opens the path "/lightning/setup/ManageUsers/edit?user={user id:ada}"
      And "eve" sends "Save" of the page of the admin
      Then "eve" sees Insufficient Privileges
