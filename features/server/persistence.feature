@R-K9 @own-server
Feature: Persistence
  With a data directory nothing that was answered is lost, not even by kill -9.

  Background:
    Given a server of its own that keeps its data

  @route:rest/read
  Scenario: Records survive
    Given the admin has created the Account "Acme" with
      | Name | Acme |
    When the server is killed and started again
    Then the Account "Acme" has
      | Name | Acme |

  @route:oauth/token
  Scenario: Tokens survive
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    When the server is killed and started again
    Then the first refresh token of "Reports" works

  @route:oauth/token
  Scenario: A rotated token stays rotated
    Given a user "ada"
    And an installed connected app "Reports" with
      | Enable Refresh Token Rotation | yes |
    And "ada" has connected "Reports"
    And "Reports" has refreshed
    When the server is killed and started again
    Then the second refresh token of "Reports" works
    And the first refresh token of "Reports" no longer works

  @route:oauth/authorize
  Scenario: Installations and consent survive
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    When the server is killed and started again
    And "ada" authorizes "Reports"
    Then the callback of "Reports" gets a code and the state
    And "ada" was not asked for consent

  @R-K2 @route:control/world
  Scenario: The world is the same as before
    Given an org
    And a user "ada"
    And an installed connected app "Reports"
    And the test author looked at the world
    When the server is killed and started again
    Then the world is as it was before
