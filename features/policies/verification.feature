@R-K12
Feature: Verify Your Identity
  A second factor, or a browser that the user never activated, puts a code between the password and the session.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  @route:pages/verify @route:pages/send-code
  Rule: A second factor for every login

    Background:
      Given the policy "require_mfa" of the org is "true"

    Scenario: The code that was e-mailed leads on
      When "ada" logs in
      Then "ada" is asked for a code
      And the newest e-mail to "ada" is about "verification_code"
      When "ada" enters the code of the newest e-mail
      Then "ada" is in

    Scenario: A wrong code does not
      When "ada" logs in
      And "ada" enters the code "000000x"
      Then "ada" is asked for a code
      And the page tells "ada" "Invalid or expired verification code. Try again."

    @security @attack:brute-force
    Scenario: After five wrong codes the login starts over
      When "ada" logs in
      And "ada" enters the code "1"
      And "ada" enters the code "2"
      And "ada" enters the code "3"
      And "ada" enters the code "4"
      And "ada" enters the code "5"
      Then "ada" is asked to log in

    Scenario: Without the code there is no session
      When "ada" logs in
      And "ada" opens the path "/home/home.jsp" without logging in
      Then "ada" is asked to log in

    Scenario: Another code can be sent
      When "ada" logs in
      And "ada" presses "Resend Code"
      And "ada" enters the code of the newest e-mail
      Then "ada" is in

    Scenario: A user with an authenticator app is asked for its code
      Given a user "bob" with an authenticator app
      When "bob" logs in
      Then "bob" is asked for a code
      And nobody is e-mailed
      When "bob" enters the code of the authenticator app
      Then "bob" is in

    Scenario: The app's authorization waits for the code
      When "ada" authorizes "Reports"
      Then "ada" is asked for a code
      When "ada" enters the code of the newest e-mail
      And "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

  @route:pages/verify
  Rule: Unknown browsers

    Background:
      Given the policy "activate_devices" of the org is "true"

    Scenario: The first login of a browser asks for a code, the second does not
      When "ada" logs in
      Then "ada" is asked for a code
      When "ada" enters the code of the newest e-mail
      Then "ada" is in
      When "ada" opens the page "Logout"
      And "ada" logs in
      Then "ada" is in

    Scenario: From an address that the org trusts no browser is unknown
      Given the org trusts every address
      When "ada" logs in
      Then "ada" is in

    Scenario: The history tells that activation was asked for
      When "ada" logs in
      And the admin queries "SELECT Status FROM LoginHistory WHERE LoginType = 'Application'"
      Then the query returns "Failed: Computer activation required"

  @R-E2 @route:oauth/authorize
  Rule: High assurance sessions

    Scenario: An app that demands more has the session raised
      Given the org's policy for "Reports" is
        | High assurance session required | raise the session |
      When "ada" authorizes "Reports"
      Then "ada" is asked for a code
      When "ada" enters the code of the newest e-mail
      And "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

    Scenario: A session of two factors is enough
      Given the policy "require_mfa" of the org is "true"
      And the org's policy for "Reports" is
        | High assurance session required | block |
      And "ada" is logged in
      When "ada" enters the code of the newest e-mail
      And "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

    @row:authorize/session-level
    Scenario: An app that blocks refuses a session of one factor
      Given the org's policy for "Reports" is
        | High assurance session required | block |
      When "ada" authorizes "Reports"
      Then the callback of "Reports" gets the error "invalid_session_level" saying "invalid session level"
