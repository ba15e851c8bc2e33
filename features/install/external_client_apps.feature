@route:oauth/authorize
Feature: External client apps and the gate
  No permission and no earlier approval replaces the installation of a packaged external client app.

  Background:
    Given a user "ada"

  @R-B8
  Scenario: An installed packaged app works
    Given an installed external client app "Suite"
    When "ada" connects "Suite"
    Then the access token of "Suite" works

  @R-B8
  @row:authorize/eca-not-installed
  Scenario Outline: A packaged app that is not installed is refused on the callback, for <who> too
    Given a packaged uninstalled external client app "Suite"
    When <who> authorizes "Suite"
    Then the callback of "Suite" gets the error "OAUTH_EC_APP_NOT_FOUND" saying "External client app is not installed in this org"

    Examples:
      | who       |
      | "ada"     |
      | the admin |

  @R-B8
  @row:authorize/eca-local
  Scenario: A local app of another org is refused
    Given a local foreign external client app "Suite"
    When "ada" authorizes "Suite"
    Then the callback of "Suite" gets the error "OAUTH_AUTHORIZATION_BLOCKED" saying "Cross-org OAuth flows are not supported for this external client app"

  @R-B8
  Scenario: After the app is uninstalled its refresh tokens are refused
    Given an installed external client app "Suite"
    And "ada" has connected "Suite"
    And "Suite" is uninstalled from the org
    When "Suite" refreshes
    Then the answer is the OAuth error "app_not_found" saying "External client app is not installed in this org"

  @R-E2
  Scenario: Only pre-authorized users pass where the admin says so
    Given an installed external client app "Suite"
    And the org's policy for "Suite" is
      | Permitted Users | Admin approved users are pre-authorized |
    When "ada" authorizes "Suite"
    Then the callback of "Suite" gets the error "OAUTH_APP_ACCESS_DENIED" saying "user is not admin approved to access this app"
