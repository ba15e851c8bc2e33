@R-F11
Feature: Users, permission sets and groups as records
  What says who may do what is read and written like any record, under rules of its own.

  @route:rest/update
  Scenario: An administrator gives a user another title
    Given a user "ada"
    And "ada" is among the records
    When the admin updates the User "ada" with
      | Title | Countess |
    Then the change is accepted
    And the User "ada" has
      | Title | Countess |

  @route:rest/create
  Scenario: A user without what every user needs
    When the admin creates the User "twin" with
      | Username | nobody |
    Then the answer is the error "REQUIRED_FIELD_MISSING" saying "Required fields are missing: [LastName, Email, Alias, TimeZoneSidKey, LocaleSidKey, EmailEncodingKey, ProfileId, LanguageLocaleKey]"

  @route:rest/delete
  Scenario: A user is not deleted
    Given a user "ada"
    And "ada" is among the records
    When the admin deletes the User "ada"
    Then the answer is the error "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" saying "entity type cannot be deleted: User"

  @route:rest/create
  Scenario: A permission set assigned twice
    Given a user "ada"
    And "ada" is among the records
    And the admin has created the PermissionSet "Extra" with
      | Name  | Extra |
      | Label | Extra |
    And the admin has created the PermissionSetAssignment "first" with
      | AssigneeId      | {id:ada}   |
      | PermissionSetId | {id:Extra} |
    When the admin creates the PermissionSetAssignment "second" with
      | AssigneeId      | {id:ada}   |
      | PermissionSetId | {id:Extra} |
    Then the error "DUPLICATE_VALUE" saying "Duplicate PermissionSetAssignment. Assignee: {id15:ada}; Permission Set: {id15:Extra}" points at ""

  @route:rest/create
  Scenario: A right without those it depends on
    Given the admin has created the PermissionSet "Extra" with
      | Name  | Extra |
      | Label | Extra |
    When the admin creates the ObjectPermissions "edit" with
      | ParentId        | {id:Extra} |
      | SobjectType     | Account    |
      | PermissionsEdit | true       |
    Then the error "FIELD_INTEGRITY_EXCEPTION" saying "Permission Edit Account depends on permission(s): Read Account" points at ""

  @route:rest/create
  Scenario: A field that cannot be hidden takes no field permissions
    Given the admin has created the PermissionSet "Extra" with
      | Name  | Extra |
      | Label | Extra |
    When the admin creates the FieldPermissions "name" with
      | ParentId        | {id:Extra}   |
      | SobjectType     | Account      |
      | Field           | Account.Name |
      | PermissionsRead | true         |
    Then the error "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" saying "Field Name: bad value for restricted picklist field: Account.Name" points at "Field"

  @route:rest/create
  Scenario: Who does not manage users creates none
    Given a user "ada" with the profile "Standard User"
    When "ada" creates the User "twin" with
      | LastName | Twin |
    Then the answer is the error "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" saying "entity type cannot be inserted: User"
