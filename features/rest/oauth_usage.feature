@R-I1 @R-D14
Feature: OAuth usage of external client apps over Connect REST

  Background:
    Given a user "ada"
    And an installed external client app "Pulse"
    And "ada" has connected "Pulse"
    And the admin sends
      """
      GET /services/data/v67.0/apps/oauth/usage
      """
    And "/apps/0/identifier" of the answer is noted as "app"

  @route:rest/oauth-usage
  Scenario: Apps with their users
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/json;charset=UTF-8

      {"currentPageUrl": "/services/data/v67.0/apps/oauth/usage?page=0&pageSize=100", "nextPageUrl": "/services/data/v67.0/apps/oauth/usage?page=1&pageSize=100",
       "apps": [{"identifier": "{note:app}", "label": "{app:Pulse}", "userCount": 1, "tokenCount": 1, "...": "{any}"}]}
      """

  @route:rest/oauth-usage
  Scenario: The page after the last is empty and names no next one
    When the admin sends
      """
      GET /services/data/v67.0/apps/oauth/usage?page=1
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"currentPageUrl": "/services/data/v67.0/apps/oauth/usage?page=1&pageSize=100", "nextPageUrl": null, "apps": []}
      """

  @route:rest/oauth-usage-users
  Scenario: Users of an app
    When the admin sends
      """
      GET /services/data/v67.0/apps/oauth/usage/{note:app}/users
      """
    Then the answer mentions "{username:ada}"

  @route:rest/oauth-usage-tokens @route:rest/oauth-usage-revoke-token
  Scenario: A token is ended by the address it names
    When the admin sends
      """
      GET /services/data/v67.0/apps/oauth/usage/{note:app}/{user id:ada}/tokens
      """
    And "/tokens/0/revocationUrl" of the answer is noted as "address"
    And the admin sends
      """
      DELETE {note:address}
      """
    Then the answer has the status 204
    And the access token of "Pulse" no longer works
    And the first refresh token of "Pulse" no longer works

  @route:rest/oauth-usage-revoke-user
  Scenario: All tokens of a user
    When the admin sends
      """
      DELETE /services/data/v67.0/apps/oauth/usage/{note:app}/{user id:ada}/tokens
      """
    Then the answer has the status 204
    And the first refresh token of "Pulse" no longer works

  @route:rest/oauth-usage-revoke-app
  Scenario: All tokens of an app
    When the admin sends
      """
      DELETE /services/data/v67.0/apps/oauth/usage/{note:app}/tokens
      """
    Then the answer has the status 204
    And the access token of "Pulse" no longer works

  @route:rest/oauth-usage
  Scenario: Who does not administer external client apps is refused
    When "ada" sends
      """
      GET /services/data/v67.0/apps/oauth/usage
      """
    Then the answer is the error "INSUFFICIENT_ACCESS_OR_READONLY"

  @route:rest/oauth-usage-users
  Scenario: A connected app is not told of
    Given an installed connected app "Reports"
    When the admin sends
      """
      GET /services/data/v67.0/apps/oauth/usage/{app id:Reports}/users
      """
    Then the answer has the status 404
