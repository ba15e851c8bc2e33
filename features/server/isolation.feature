Feature: Orgs and apps are kept apart
  No token, code, cookie or id of one works for another.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"

  @R-K5 @route:rest/read
  Scenario: A token does not reach the records of another org
    Given another org
    And the admin of another org has created the Account "Foreign" with
      | Name | Foreign |
    When "Reports" sends with its token
      """
      GET /services/data/v67.0/sobjects/Account/{id:Foreign}
      """
    Then the answer is the error "NOT_FOUND"

  @R-D14 @route:oauth/introspect
  Scenario: Another org's app does not learn about a token
    Given an uninstalled connected app "Curious"
    When "Curious" introspects the refresh token of "Reports"
    Then the token is reported as inactive

  @R-E1 @route:pages/usage
  Scenario: A browser session of one org opens no page of another
    Given another org
    And a user "eve" of another org
    And "ada" is logged in
    And "eve" copies the cookies of "ada"
    When "eve" opens the path "/lightning/setup/ConnectedAppsUsage/home"
    Then "eve" sees Insufficient Privileges
