@R-E1
Feature: Login
  The username decides the org. Production users log in at the login host, sandbox users at the test host.

  @route:pages/login
  Rule: Who may log in where

    Scenario: A user logs in with username and password
      Given a user "ada"
      When "ada" logs in
      Then "ada" is in
      And the page tells "ada" "{username:ada}"

    Scenario: A wrong password is refused
      Given a user "ada"
      When "ada" logs in with the password "wrong"
      Then "ada" is refused the login

    Scenario: A production user is refused at the test host
      Given a user "ada"
      When "ada" logs in at the test host
      Then "ada" is refused the login

    Scenario: A sandbox user logs in at the test host
      Given a sandbox of the org
      And a user "ada" of the sandbox
      When "ada" logs in at the test host
      Then "ada" is in

    Scenario: A sandbox user is refused at the login host
      Given a sandbox of the org
      And a user "ada" of the sandbox
      When "ada" logs in at the production host
      Then "ada" is refused the login

    Scenario: A deactivated user is refused
      Given a user "ada"
      And "ada" is deactivated
      When "ada" logs in
      Then "ada" is refused the login

    Scenario: Passwords with odd characters work
      Given a user "ada" with the password "p+ä%26 'ß&=;"
      When "ada" logs in
      Then "ada" is in

    Scenario: A login writes the login history
      Given a user "ada"
      And "ada" is logged in
      When the admin queries "SELECT Status FROM LoginHistory WHERE LoginType = 'Application'"
      Then the query returns "Success"

  @route:pages/logout
  Rule: Logging out ends the browser session

    Scenario: After the logout the app's authorization asks for a login again
      Given a user "ada"
      And an installed connected app "Reports"
      And "ada" is logged in
      When "ada" opens the page "Logout"
      And "ada" begins to authorize "Reports"
      Then "ada" is asked to log in

    Scenario: A cookie that was copied before the logout is worth nothing after it
      Given a user "ada"
      And a user "eve"
      And an installed connected app "Reports"
      And "ada" is logged in
      And "eve" copies the cookies of "ada"
      When "ada" opens the page "Logout"
      And "eve" begins to authorize "Reports"
      Then "eve" is asked to log in

    Scenario: Logging out of the browser leaves the app's tokens alone
      Given a user "ada"
      And an installed connected app "Reports"
      And "ada" has connected "Reports"
      When "ada" opens the page "Logout"
      Then the access token of "Reports" works

  Rule: Pages keep strangers out

    Scenario: A login posted without its CSRF token is refused
      Given a user "ada"
      When "ada" opens the page "Login"
      And "ada" repeats the post of the page without its CSRF token
      Then "ada" gets the status 403

    Scenario: Pages forbid scripts and framing
      Given a user "ada"
      Then each of these pages forbids scripts and framing
        | /                                                              |
        | /setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client  |
