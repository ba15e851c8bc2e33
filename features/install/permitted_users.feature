@R-E2
Feature: Permitted users
  The admin decides whether all users may authorize an installed app, or only those an admin approved.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  @route:oauth/authorize
  @row:authorize/not-approved
  Scenario: A user who was not approved is refused
    Given the org's policy for "Reports" is
      | Permitted Users | Admin approved users are pre-authorized |
    When "ada" authorizes "Reports"
    Then the callback of "Reports" gets the error "OAUTH_APP_ACCESS_DENIED" saying "user is not admin approved to access this app"

  @route:oauth/authorize
  Scenario: A user approved by profile passes without a consent page
    Given the org's policy for "Reports" is
      | Permitted Users | Admin approved users are pre-authorized |
      | Profiles        | Standard User                           |
    When "ada" authorizes "Reports"
    Then the callback of "Reports" gets a code and the state
    And "ada" was not asked for consent

  @route:oauth/authorize
  Scenario: A user approved by permission set passes
    Given "ada" holds "Customize Application"
    And the org's policy for "Reports" is
      | Permitted Users | Admin approved users are pre-authorized |
      | Permission Sets | Customize_Application                   |
    When "ada" connects "Reports"
    Then the access token of "Reports" works

  @route:oauth/token
  @row:token/not-approved
  Scenario: When approval is withdrawn the refresh is refused
    Given "ada" has connected "Reports"
    When the org's policy for "Reports" becomes
      | Permitted Users | Admin approved users are pre-authorized |
    And "Reports" refreshes
    Then the answer is the OAuth error "invalid_app_access" saying "user is not admin approved to access this app"
    And the first access token of "Reports" still works
