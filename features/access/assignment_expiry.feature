@R-F11 @serial
Feature: Assignments that end on a day
  A permission set that is assigned until a day counts until then: for what the user may do, and for the apps that it approves.

  Background:
    Given the clock stands at "2026-08-01T08:00:00Z"
    And a user "ada" with the profile "Standard User"
    And "ada" is among the records
    And the admin has created the PermissionSet "Extra" with
      | Name                   | Extra |
      | Label                  | Extra |
      | PermissionsManageUsers | true  |

  @route:rest/create
  Scenario: What it lets the user do ends
    Given the admin has created the PermissionSetAssignment "first" with
      | AssigneeId      | {id:ada}                     |
      | PermissionSetId | {id:Extra}                   |
      | ExpirationDate  | 2026-08-01T09:00:00.000+0000 |
    When "ada" creates the User "twin" with
      | LastName | Twin |
    Then the answer mentions "REQUIRED_FIELD_MISSING"
    When 90 minutes pass
    And "ada" creates the User "twin" with
      | LastName | Twin |
    Then the answer is the error "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" saying "entity type cannot be inserted: User"
    When the admin queries "SELECT IsActive FROM PermissionSetAssignment WHERE PermissionSetId = '{id:Extra}'"
    Then the query returns "false"

  @route:rest/update
  Scenario: Another day makes it count again
    Given the admin has created the PermissionSetAssignment "first" with
      | AssigneeId      | {id:ada}                     |
      | PermissionSetId | {id:Extra}                   |
      | ExpirationDate  | 2026-08-01T09:00:00.000+0000 |
    And 90 minutes have passed
    When the admin updates the PermissionSetAssignment "first" with
      | ExpirationDate | 2026-08-03T09:00:00.000+0000 |
    Then the change is accepted
    When "ada" creates the User "twin" with
      | LastName | Twin |
    Then the answer mentions "REQUIRED_FIELD_MISSING"

  @R-E2 @route:oauth/token
  Scenario: The apps that it approves are closed again
    Given the admin has created the PermissionSetAssignment "first" with
      | AssigneeId      | {id:ada}                     |
      | PermissionSetId | {id:Extra}                   |
      | ExpirationDate  | 2026-08-01T09:00:00.000+0000 |
    And an installed connected app "Reports"
    And the org's policy for "Reports" is
      | Permitted Users | Admin approved users are pre-authorized |
      | Permission Sets | Extra                                   |
    And "ada" has connected "Reports"
    When 90 minutes pass
    And "Reports" refreshes
    Then the answer is the OAuth error "invalid_app_access" saying "user is not admin approved to access this app"

  @route:rest/create
  Scenario: One that has no end goes on
    Given the admin has created the PermissionSetAssignment "first" with
      | AssigneeId      | {id:ada}   |
      | PermissionSetId | {id:Extra} |
    When 90 minutes pass
    And "ada" creates the User "twin" with
      | LastName | Twin |
    Then the answer mentions "REQUIRED_FIELD_MISSING"
