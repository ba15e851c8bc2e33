@R-E3 @route:pages/log-in-as
Feature: Login-As
  An admin goes on as another user, and comes no further with apps than admins let the user.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  Scenario: The admin's browser is the user's
    When the admin logs in as "ada"
    Then the page tells the admin "{username:ada}"

  @row:authorize/login-as
  Scenario: An app that the user would have to allow is out of reach
    Given the admin has logged in as "ada"
    When the admin begins to authorize "Reports"
    Then the admin sees Insufficient Privileges
    And the callback of "Reports" is never called

  @R-E2
  Scenario: An app granted by the user's profile lets the session through
    Given the org's policy for "Reports" is
      | Permitted Users | Admin approved users are pre-authorized |
      | Profiles        | Standard User                           |
    And the admin has logged in as "ada"
    When the admin begins to authorize "Reports"
    Then the callback of "Reports" gets a code and the state

  Scenario: A user without rights does not become another
    Given a user "eve"
    When "eve" logs in as "ada"
    Then "eve" sees Insufficient Privileges

  Scenario: An org can forbid it
    Given the policy "admins_log_in_as_any_user" of the org is "false"
    When the admin logs in as "ada"
    Then the admin sees Insufficient Privileges
