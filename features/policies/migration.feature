@R-B7 @R-I1 @route:control/app-migrate
Feature: A connected app and its external client app side by side
  Users move one by one; the org's monitoring objects show who is where.

  Background:
    Given a user "ada"
    And a user "bob"
    And the org's own connected app "Portal"
    And "ada" has connected "Portal"
    And "bob" has connected "Portal"
    And the developer has migrated "Portal" to the external client app "Portal New"

  Scenario: Before anybody moves, all approvals are those of the connected app
    When the admin queries "SELECT AppName FROM OauthToken WHERE AppName = '{app:Portal New}'"
    Then the query returns nothing
    When the admin queries "SELECT COUNT() FROM OauthToken WHERE AppName = '{app:Portal}'"
    Then the query counts 2
    And the first refresh token of "Portal" works
    And the second refresh token of "Portal" works

  @route:rest/query
  Scenario: Who moved is listed under the new app, who did not under the old one
    When "ada" connects "Portal New"
    And the admin queries "SELECT AppName, UserId FROM OauthToken WHERE AppName = '{app:Portal}'"
    Then the query returns
      | AppName      | UserId        |
      | {app:Portal} | {user id:bob} |
    When the admin queries "SELECT AppName, UserId FROM OauthToken WHERE AppName = '{app:Portal New}'"
    Then the query returns
      | AppName          | UserId        |
      | {app:Portal New} | {user id:ada} |

  @route:rest/query
  Scenario: Both apps are listed, each among its kind
    When the admin queries "SELECT Name FROM ConnectedApplication WHERE Name = '{app:Portal}'"
    Then the query returns "{app:Portal}"
    When the admin queries "SELECT MasterLabel, DistributionState FROM ExternalClientApplication WHERE MasterLabel = '{app:Portal New}'"
    Then the query returns
      | MasterLabel      | DistributionState |
      | {app:Portal New} | Local             |

  @route:rest/query
  Scenario: The login history tells by which app a user came
    When "ada" connects "Portal New"
    And the admin queries "SELECT Application FROM LoginHistory WHERE UserId = '{user id:ada}' AND LoginType = 'Remote Access 2.0' ORDER BY Id"
    Then the query returns "{app:Portal}, {app:Portal New}"

  @route:rest/query
  Scenario: The move leaves its trace in the setup audit trail
    When the admin queries "SELECT Display FROM SetupAuditTrail WHERE Action = 'migratedconnectedapp'"
    Then the query returns "Migrated connected app {app:Portal} to external client app {app:Portal New}"

  Scenario: A second migration of the same app is refused
    When the developer migrates "Portal" to the external client app "Portal Newest"
    Then the control API refuses with 409 and names "kind"
    And the answer mentions "migrated before"
    And the first refresh token of "Portal" works

  @R-I2 @serial @route:rest/relationship
  Scenario: The event log counts the calls of each app by its id
    Given "ada" has connected "Portal New"
    And "Portal New" sends with its token
      """
      GET /services/data/v67.0/sobjects/Account/describe
      """
    And "Portal" sends with its token
      """
      GET /services/data/v67.0/sobjects/Contact/describe
      """
    And 61 minutes have passed
    And the admin queries "SELECT LogFile FROM EventLogFile WHERE EventType = 'ApiTotalUsage'"
    And "/records/0/LogFile" of the answer is noted as "file"
    When the admin sends
      """
      GET {note:file}
      """
    Then the answer mentions "{app:Portal}"
    And the answer mentions "{app:Portal New}"
