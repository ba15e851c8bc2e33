@R-F8
Feature: Custom settings and custom metadata
  Settings are written like records and told apart by owner or name; records of metadata types are deployed and only read.

  @route:tooling/create @route:rest/create
  Scenario: A hierarchy has one setting for each owner
    Given the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomObject
      Content-Type: application/json

      {"FullName": "Level__c", "Metadata": {"label": "Level", "customSettingsType": "Hierarchy", "visibility": "Public"}}
      """
    And a user "ada" with the profile "Standard User"
    And "ada" is among the records
    And the admin sends
      """
      POST /services/data/v67.0/sobjects/Level__c
      Content-Type: application/json

      {"SetupOwnerId": "{id:ada}"}
      """
    When "/id" of the answer is noted as "setting"
    And the admin sends
      """
      POST /services/data/v67.0/sobjects/Level__c
      Content-Type: application/json

      {"SetupOwnerId": "{id:ada}"}
      """
    Then the answer is the error "DUPLICATE_VALUE"

  @route:rest/create
  Scenario: A list has one setting of each name
    Given the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomObject
      Content-Type: application/json

      {"FullName": "Rate__c", "Metadata": {"label": "Rate", "customSettingsType": "List", "visibility": "Public"}}
      """
    And the admin sends
      """
      POST /services/data/v67.0/sobjects/Rate__c
      Content-Type: application/json

      {"Name": "one"}
      """
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/Rate__c
      Content-Type: application/json

      {"Name": "one"}
      """
    Then the answer is the error "DUPLICATE_VALUE"
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/Rate__c
      Content-Type: application/json

      {"Name": "two"}
      """
    Then the answer has the status 201

  @route:rest/query @route:rest/create
  Scenario: Records of a metadata type are deployed and read
    Given the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomObject
      Content-Type: application/json

      {"FullName": "Plan__mdt", "Metadata": {"label": "Plan", "pluralLabel": "Plans", "visibility": "Public"}}
      """
    And the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomField
      Content-Type: application/json

      {"FullName": "Plan__mdt.Price__c", "Metadata": {"label": "Price", "type": "Number", "precision": 10, "scale": 2}}
      """
    And these Plan__mdt records
      | DeveloperName | MasterLabel | Price__c |
      | Gold          | The Gold    | 12.5     |
    When the admin queries "SELECT DeveloperName, MasterLabel, Label, QualifiedApiName, NamespacePrefix, Language, Price__c FROM Plan__mdt"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 1, "done": true, "records": [{"attributes": "{any}", "DeveloperName": "Gold", "MasterLabel": "The Gold", "Label": "The Gold", "QualifiedApiName": "Gold", "NamespacePrefix": null, "Language": "en_US", "Price__c": 12.5}]}
      """
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/Plan__mdt
      Content-Type: application/json

      {"DeveloperName": "Silver"}
      """
    Then the answer is the error "INVALID_FIELD_FOR_INSERT_UPDATE"
