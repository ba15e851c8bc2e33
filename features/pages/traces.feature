@R-I1
Feature: Traces on the pages of Setup

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  @route:pages/sessions
  Scenario: Session Management shows who is in
    Given "ada" has connected "Reports"
    When the admin opens the page "Session Management"
    Then the admin sees the page "Session Management"
    And the page tells the admin "{username:ada}"
    And the page tells the admin "Remote Access 2.0"

  @route:pages/remove-session
  Scenario: Removing a session ends it
    Given "ada" is logged in
    And the admin opens the page "Session Management"
    When the admin presses "Remove the session of {username:ada}"
    Then the page tells the admin "Removed. The session has ended."
    And the browser of "ada" is out

  @route:pages/remove-session
  Scenario: Who does not manage users removes nothing
    Given "ada" is logged in
    When "ada" opens the page "Session Management"
    Then "ada" sees Insufficient Privileges

  @route:pages/login-history
  Scenario: Login History tells of logins and failures
    When "ada" logs in with the password "wrong-passw0rd"
    And the admin opens the page "Login History"
    Then the page tells the admin "Invalid password"
    And the page tells the admin "{username:ada}"

  @route:pages/login-history
  Scenario: Login History is for who may monitor it
    When "ada" opens the page "Login History"
    Then "ada" sees Insufficient Privileges

  @route:pages/audit-trail
  Scenario: The audit trail tells the last changes
    Given "ada" is deactivated
    When the admin opens the page "View Setup Audit Trail"
    Then the page tells the admin "Deactivated user ada"
    And the page tells the admin "Manage Users"

  @route:pages/audit-trail
  Scenario: The audit trail is for who sees Setup
    Given a user "bob" with the profile "Standard Platform User"
    When "bob" opens the page "View Setup Audit Trail"
    Then "bob" sees Insufficient Privileges

  @route:pages/user-apps
  Scenario: A user sees which apps hold tokens
    Given "ada" has connected "Reports"
    When "ada" opens the page "OAuth Connected Apps"
    Then the page tells "ada" "{app:Reports}"

  @route:pages/revoke-own
  Scenario: A user revokes an app
    Given "ada" has connected "Reports"
    And "ada" opens the page "OAuth Connected Apps"
    When "ada" presses "Revoke"
    Then the page tells "ada" "No app holds a token of this user."
    And the access token of "Reports" no longer works
    And the first refresh token of "Reports" no longer works

  @route:pages/revoke-own
  Scenario: A user does not see the tokens of another
    Given a user "bob"
    And "ada" has connected "Reports"
    When "bob" opens the path "/lightning/settings/personal/AdvancedUserDetails/home?user={user id:ada}"
    Then "bob" sees Insufficient Privileges

  @route:pages/revoke-own
  Scenario: A post that no page made revokes nothing
    Given "ada" has connected "Reports"
    And "ada" opens the page "OAuth Connected Apps"
    When "ada" repeats the post of the page without its CSRF token
    Then "ada" gets the status 403
    And the access token of "Reports" works
