@R-F4
Feature: Describe
  What objects and fields the org has.

  @route:rest/describe-global
  Scenario: All objects
    When the admin sends
      """
      GET /services/data/v67.0/sobjects
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": [{"activateable": false, "name": "{string}", "urls": {"...": "{any}"}, "...": "{any}"}, "..."]}
      """

  @route:rest/describe
  Scenario: One object
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/describe
      """
    Then the answer on the wire is
      """
      HTTP 200

      {
        "name": "Account",
        "keyPrefix": "001",
        "label": "Account",
        "labelPlural": "Accounts",
        "createable": true,
        "queryable": true,
        "custom": false,
        "fields": [{"name": "Id", "type": "id", "soapType": "tns:ID", "length": 18, "...": "{any}"}, "..."],
        "childRelationships": ["{any}", "..."],
        "recordTypeInfos": ["{any}", "..."],
        "supportedScopes": ["{any}", "..."],
        "urls": {"rowTemplate": "/services/data/v67.0/sobjects/Account/{ID}", "describe": "/services/data/v67.0/sobjects/Account/describe", "sobject": "/services/data/v67.0/sobjects/Account", "...": "{any}"},
        "...": "{any}"
      }
      """

  @route:rest/basic-information
  Scenario: The basics of an object
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"objectDescribe": {"name": "Account", "...": "{any}"}, "recentItems": ["..."]}
      """

  @R-F8 @route:rest/describe
  Scenario: A custom object with a custom field
    Given the custom object "Invoice__c"
    And the custom field "Amount__c" on Invoice__c with
      | type      | Currency |
    When the admin reads "/sobjects/Invoice__c/describe"
    Then the answer names
      | name   | Invoice__c |
      | custom | true       |
    And the answer describes the field "Amount__c" with
      | type    | currency   |
      | custom  | true       |

  @route:rest/describe
  Scenario: An unknown object
    When the admin reads "/sobjects/Nope/describe"
    Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"

  @route:rest/describe
  Scenario: A describe that did not change need not be sent again
    Given the admin reads "/sobjects/Account/describe"
    And the header "Last-Modified" of the answer is noted as "date"
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/describe
      If-Modified-Since: {note:date}
      """
    Then the answer has the status 304

  @R-F1 @route:rest/describe-global
  Scenario Outline: Every org has <object>
    When the admin queries "SELECT COUNT() FROM <object>"
    Then the answer has the status 200

    @route:rest/query
    Examples:
      | object                 |
      | Account                |
      | Case                   |
      | Campaign               |
      | ContentVersion         |
      | Event                  |
      | Lead                   |
      | Opportunity            |
      | OpportunityLineItem    |
      | PermissionSet          |
      | Profile                |
      | Task                   |
      | User                   |
