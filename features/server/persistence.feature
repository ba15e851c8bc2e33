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

  @R-K5 @route:control/snapshot-restore
  Scenario: A snapshot of an org that is kept in a file is put back
    Given these Account records
      | Name |
      | Acme |
    And a snapshot of the org
    And the admin has deleted the Account "Acme"
    When the test author restores the snapshot
    And the server is killed and started again
    And the admin queries "SELECT Name FROM Account"
    Then the query returns "Acme"

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

  @R-K5 @route:control/snapshots-add @route:control/snapshot-restore
  Scenario: A snapshot brings an org on disk back, and what came back survives
    Given these Account records
      | Name |
      | Acme |
    And a snapshot of the org
    And these Account records
      | Name |
      | Blue |
    When the test author restores the snapshot
    And the server is killed and started again
    And the admin queries "SELECT Name FROM Account"
    Then the query returns "Acme"

  @R-K5 @route:control/reset
  Scenario: A reset brings a server with a data directory back to how it started
    Given the test author looked at the world
    And an org
    When the test author sends
      """
      POST /_mock/v1/reset
      Content-Type: application/json
      """
    Then the answer has the status 204
    And the world is as it was before

  @R-K5 @route:control/reset @route:control/org-remove
  Scenario: An org of an earlier run that was deleted comes back with a reset, and with what it held
    Given these Account records
      | Name |
      | Acme |
    When the server is killed and started again
    And the test author sends
      """
      DELETE /_mock/v1/orgs/{org}
      """
    And the test author sends
      """
      POST /_mock/v1/reset
      Content-Type: application/json
      """
    Then the answer has the status 204
    And the org has 1 Account records

  @R-K5 @route:control/snapshot-restore
  Scenario: A snapshot that was never taken changes nothing
    Given these Account records
      | Name |
      | Acme |
    When the test author sends
      """
      POST /_mock/v1/snapshots/99999/restore
      Content-Type: application/json
      """
    Then the answer has the status 404
    And the org has 1 Account records

  @R-G3 @route:control/org-refresh
  Scenario: A sandbox on disk is refreshed
    Given these Account records
      | Name |
      | Acme |
    And the admin has made the Developer sandbox "uat"
    When the admin refreshes the sandbox "uat"
    And the server is killed and started again
    And "uat" is the sandbox of the org
    And the admin of the sandbox opens the page "Sandboxes"
    Then the page tells the admin of the sandbox "This org has no sandboxes."
