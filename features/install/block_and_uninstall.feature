@R-A11
Feature: Block and uninstall
  Both close the gate again: tokens end, and new authorizations are refused.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  @route:oauth/authorize
  @row:authorize/blocked
  Scenario: A blocked app is refused on the callback
    Given "Reports" is blocked in the org
    When "ada" authorizes "Reports"
    Then the callback of "Reports" gets the error "OAUTH_APP_BLOCKED" saying "this app is blocked by admin"

  @route:oauth/token
  @row:gate/blocked-refresh
  Scenario: A blocked app's refresh is refused
    Given "ada" has connected "Reports"
    And "Reports" is blocked in the org
    When "Reports" refreshes
    Then the answer is the OAuth error "app_blocked" saying "this app is blocked by admin"
    And the first access token of "Reports" no longer works

  @route:oauth/token
  @row:event/unblocked
  Scenario: After unblocking the refresh token works again
    Given "ada" has connected "Reports"
    And "Reports" is blocked in the org
    When "Reports" is unblocked in the org
    Then the first refresh token of "Reports" works

  @route:oauth/token
  @row:token/blocked
  Scenario: A code of an app that was blocked meanwhile is refused
    Given "ada" has authorized "Reports"
    And "Reports" is blocked in the org
    When "Reports" redeems the code
    Then the answer is the OAuth error "app_blocked" saying "this app is blocked by admin"

  @route:oauth/token
  Scenario: Uninstalling ends tokens of all users
    Given a user "bob"
    And "bob" has connected "Reports"
    And "ada" has connected "Reports"
    When "Reports" is uninstalled from the org
    Then the first access token of "Reports" no longer works
    And the second access token of "Reports" no longer works
    And the second refresh token of "Reports" no longer works

  @route:oauth/authorize
  Scenario: After uninstalling the gate is closed, for users of before too
    Given "ada" has connected "Reports"
    And "Reports" is uninstalled from the org
    When "ada" authorizes "Reports"
    Then "ada" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"

  @route:oauth/authorize
  Scenario: Installing again opens it again
    Given "Reports" is uninstalled from the org
    And "Reports" is installed into the org
    When "ada" connects "Reports"
    Then the access token of "Reports" works

  @route:oauth/token
  Scenario: A code of an app that was uninstalled meanwhile is refused
    Given "ada" has authorized "Reports"
    And "Reports" is uninstalled from the org
    When "Reports" redeems the code
    Then the answer has the status 400
