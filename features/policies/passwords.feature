@R-E3
Feature: Passwords
  Who never set a password, or must set another, comes no further until it is done.

  @route:control/password-reset @route:pages/reset-password @route:pages/choose-password
  Rule: Reset by an admin

    Scenario: A link in an e-mail leads to a new password
      Given a user "ada"
      When an admin resets the password of "ada"
      Then the newest e-mail to "ada" is about "password_reset"
      When "ada" opens the link of the newest e-mail
      And "ada" chooses the password "chosen-anew-7"
      Then "ada" is in
      And the newest e-mail to "ada" is about "security_token"

    Scenario: The password before is worth nothing
      Given a user "ada"
      And an admin has reset the password of "ada"
      When "ada" logs in
      Then "ada" is refused the login

    Scenario: A link works once
      Given a user "ada"
      And a user "eve"
      And an admin has reset the password of "ada"
      When "ada" opens the link of the newest e-mail
      And "ada" chooses the password "chosen-anew-7"
      And "eve" opens the path "/_ui/system/security/ResetPassword?c=00D000000000000!AQnobody" without logging in
      Then "eve" sees the page "Data Not Available"

    Scenario: A weak password is refused on the page
      Given a user "ada"
      And an admin has reset the password of "ada"
      When "ada" opens the link of the newest e-mail
      And "ada" chooses the password "short1"
      Then the page tells "ada" "Your password must be at least 8 characters long."

    @serial
    Scenario: A link is good for a day
      Given a user "ada"
      And an admin has reset the password of "ada"
      When 25 hours pass
      And "ada" opens the link of the newest e-mail
      Then "ada" sees the page "Data Not Available"

    Scenario: Sessions go on, unless the org ends them
      Given a user "ada"
      And an installed connected app "Reports"
      And "ada" has connected "Reports"
      When an admin resets the password of "ada"
      Then the access token of "Reports" works

    Scenario: An org can end them
      Given a user "ada"
      And an installed connected app "Reports"
      And the policy "reset_ends_sessions" of the org is "true"
      And "ada" has connected "Reports"
      When an admin resets the password of "ada"
      Then the access token of "Reports" no longer works

  @route:oauth/authorize
  Rule: Never set

    @row:authorize/no-password
    Scenario: A user without a password authorizes nothing until one is chosen by the link
      Given a user "ada" who never set a password
      And an installed connected app "Reports"
      And an installed connected app "Portal" with
        | OAuth Scopes | api web |
      And "Portal" holds a session of "ada" with the scopes "api web"
      When "ada" opens the path "/secur/frontdoor.jsp?sid={access token:Portal}&retURL=/home/home.jsp" without logging in
      And "ada" authorizes "Reports"
      Then "ada" sees Insufficient Privileges
      And the callback of "Reports" is never called
      When an admin resets the password of "ada"
      And "ada" opens the link of the newest e-mail
      And "ada" chooses the password "chosen-anew-7"
      And "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

  @route:pages/change-password @route:pages/set-password
  Rule: Expired

    Scenario: A user whose password expired must choose another before anything else
      Given a user "ada" whose password expired
      When "ada" logs in
      Then "ada" is asked for a new password
      When "ada" opens the path "/home/home.jsp"
      Then "ada" is asked for a new password
      When "ada" changes the password to "chosen-anew-7"
      Then "ada" is in
      And "ada" sees the page "Home"

    @row:event/password-expired
    Scenario: No app is authorized before
      Given a user "ada" whose password expired
      And an installed connected app "Reports"
      When "ada" authorizes "Reports"
      Then "ada" is asked for a new password
      And the callback of "Reports" is never called

    Scenario: The old password must be right
      Given a user "ada" whose password expired
      When "ada" logs in
      And "ada" chooses the password "chosen-anew-7"
      Then the page tells "ada" "Your old password is invalid."

  @route:pages/forgot-password @route:pages/ask-for-password
  Rule: Forgotten

    Scenario: A user asks for a link
      Given a user "ada"
      When "ada" asks for a new password
      Then the page tells "ada" "Check Your Email"
      When "ada" opens the link of the newest e-mail
      And "ada" chooses the password "chosen-anew-7"
      Then "ada" is in

    Scenario: Whether anybody has the name is not told
      Given a user "ada"
      And "ada" is deactivated
      When "ada" asks for a new password
      Then the page tells "ada" "Check Your Email"
      And nobody is e-mailed
