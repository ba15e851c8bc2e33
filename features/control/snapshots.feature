@R-K5
Feature: Snapshots
  A test brings its org back to what it was.

  @route:control/snapshots-add
  Scenario: A restored org has its old records again, and no new ones
    Given these Account records
      | Name |
      | Acme |
    And a snapshot of the org
    And the admin has deleted the Account "Acme"
    And these Account records
      | Name |
      | Blue |
    When the test author restores the snapshot
    And the admin queries "SELECT Name FROM Account"
    Then the query returns "Acme"

  @route:control/snapshot-restore
  Scenario: A restored org has its old tokens again
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    And a snapshot of the org
    And "Reports" has revoked its refresh token
    When the test author restores the snapshot
    Then the first refresh token of "Reports" works

  @route:control/snapshot-restore
  Scenario: Restoring one org leaves the others alone
    Given another org
    And a user "eve" of another org
    And a snapshot of the org
    When the test author restores the snapshot
    And "eve" logs in
    Then "eve" is in

  @own-server @route:control/reset
  Scenario: A reset brings the server back to how it started
    Given a server of its own, started with "--seed 7"
    And the test author looked at the world
    And an org
    When the test author sends
      """
      POST /_mock/v1/reset
      Content-Type: application/json
      """
    Then the world is as it was before

  @route:rest/query
  Scenario: Orgs do not see each other's records
    Given these Account records
      | Name |
      | Acme |
    And another org
    When the admin of another org queries "SELECT COUNT() FROM Account"
    Then the query counts 0
