@R-F11
Feature: Object permissions and field-level security
  What a user has no permission for does not exist for that user; what may only be read cannot be written.

  Background:
    Given these Account records
      | Name | Industry | Phone |
      | Acme | Energy   | +100  |

  @route:rest/query
  Scenario: An object without read permission is unknown to queries
    Given a user "ada" with the profile "Minimum Access - Salesforce"
    When "ada" queries "SELECT Id FROM Account"
    Then the query fails with "INVALID_TYPE" saying
      """
      SELECT Id FROM Account
                     ^
      ERROR at Row:1:Column:16
      sObject type 'Account' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.
      """

  @route:rest/describe
  Scenario: An object without read permission is not described
    Given a user "ada" with the profile "Minimum Access - Salesforce"
    When "ada" reads "/sobjects/Account/describe"
    Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"

  @route:rest/create
  Scenario: Who may only read creates nothing
    Given a user "ada" with the profile "Read Only"
    When "ada" creates the Account "New" with
      | Name | New |
    Then the answer is the error "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" saying "entity type cannot be inserted: Account"

  @route:rest/update
  Scenario: Who may only read changes nothing
    Given a user "ada" with the profile "Read Only"
    When "ada" updates the Account "Acme" with
      | Phone | +200 |
    Then the answer is the error "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" saying "entity type cannot be updated: Account"

  @route:rest/delete
  Scenario: Who may only read deletes nothing
    Given a user "ada" with the profile "Read Only"
    When "ada" deletes the Account "Acme"
    Then the answer is the error "INSUFFICIENT_ACCESS_OR_READONLY" saying "insufficient access rights on object id"

  @route:rest/query
  Scenario: A permission set opens an object
    Given a user "ada" with the profile "Minimum Access - Salesforce"
    And "ada" may "read" Account records
    When "ada" queries "SELECT Name FROM Account"
    Then the query returns "Acme"

  @route:rest/query
  Scenario: A field that field-level security hides is unknown
    Given a user "ada" with the profile "Minimum Access - Salesforce"
    And "ada" may "read" Account records
    When "ada" queries "SELECT Industry FROM Account"
    Then the query fails with "INVALID_FIELD" saying
      """
      SELECT Industry FROM Account
             ^
      ERROR at Row:1:Column:8
      No such column 'Industry' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.
      """

  @route:rest/query
  Scenario: A field that a permission set shows is read
    Given a user "ada" with the profile "Minimum Access - Salesforce"
    And "ada" may "read" Account records
    And "ada" may read the field "Account.Industry"
    When "ada" queries "SELECT Industry FROM Account"
    Then the query returns "Energy"

  @route:rest/update
  Scenario: A field that is only shown is not written
    Given a user "ada" with the profile "Minimum Access - Salesforce"
    And "ada" may "read, edit" Account records
    And "ada" may read the field "Account.Industry"
    When "ada" updates the Account "Acme" with
      | Industry | Banking |
    Then the answer is the error "INVALID_FIELD_FOR_INSERT_UPDATE" saying "Unable to create/update fields: Industry. Please check the security settings of this field and verify that it is read/write for your profile or permission set."

  @route:rest/update
  Scenario: A hidden field is unknown to changes
    Given a user "ada" with the profile "Minimum Access - Salesforce"
    And "ada" may "read, edit" Account records
    When "ada" updates the Account "Acme" with
      | Phone | +200 |
    Then the answer is the error "INVALID_FIELD" saying "No such column 'Phone' on sobject of type Account"

  @route:rest/query
  Scenario: A custom object is hidden until a permission set grants it
    Given the custom object "Invoice__c"
    And a user "ada" with the profile "Standard User"
    When "ada" queries "SELECT Id FROM Invoice__c"
    Then the query fails with "INVALID_TYPE" saying
      """
      SELECT Id FROM Invoice__c
                     ^
      ERROR at Row:1:Column:16
      sObject type 'Invoice__c' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.
      """
