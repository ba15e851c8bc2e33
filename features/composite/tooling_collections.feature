@R-F5 @R-F8
Feature: Collections of the Tooling API
  Several definitions or code at once, each with a result of its own.

  @route:rest/tooling-composite-resources
  Scenario: What there is
    When the admin reads "/tooling/composite"
    Then the answer on the wire is
      """
      HTTP 200

      {"batch": "/services/data/v67.0/tooling/composite/batch", "sobjects": "/services/data/v67.0/tooling/composite/sobjects"}
      """

  @route:rest/tooling-collection-create
  Scenario: Fields of an object are made at once and used at once
    When the admin sends
      """
      POST /services/data/v67.0/tooling/composite/sobjects
      Content-Type: application/json

      {"allOrNone": true, "records": [
        {"attributes": {"type": "CustomField"}, "FullName": "Account.One__c", "Metadata": {"label": "One", "type": "Text", "length": 10}},
        {"attributes": {"type": "CustomField"}, "FullName": "Account.Two__c", "Metadata": {"label": "Two", "type": "Checkbox", "defaultValue": "false"}}
      ]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"id": "{string}", "success": true, "errors": []}, {"id": "{string}", "success": true, "errors": []}]
      """
    When the admin queries "SELECT One__c, Two__c FROM Account"
    Then the query returns nothing

  @route:rest/tooling-collection-create
  Scenario: One that fails takes the others back
    When the admin sends
      """
      POST /services/data/v67.0/tooling/composite/sobjects
      Content-Type: application/json

      {"allOrNone": true, "records": [
        {"attributes": {"type": "CustomField"}, "FullName": "Account.One__c", "Metadata": {"label": "One", "type": "Text", "length": 10}},
        {"attributes": {"type": "CustomField"}, "FullName": "Account.One__c", "Metadata": {"label": "One", "type": "Text", "length": 10}}
      ]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"success": false, "errors": [{"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": "Record rolled back because not all records were valid and the request was using AllOrNone header", "fields": []}]}, {"success": false, "errors": [{"statusCode": "DUPLICATE_DEVELOPER_NAME", "message": "{string}", "fields": "{any}"}]}]
      """
    When the admin queries "SELECT One__c FROM Account"
    Then the answer is the error "INVALID_FIELD"

  @route:rest/tooling-collection-update @route:rest/tooling-collection-read @route:rest/tooling-collection-read-many @route:rest/tooling-collection-delete
  Scenario: Code is read, changed and deleted
    Given the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/ApexClass
      Content-Type: application/json

      {"Name": "A", "Body": "public class A {}"}
      """
    When "/id" of the answer is noted as "class"
    And the admin sends
      """
      PATCH /services/data/v67.0/tooling/composite/sobjects
      Content-Type: application/json

      {"records": [{"attributes": {"type": "ApexClass"}, "Id": "{note:class}", "Body": "public class A { Integer i; }"}]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"id": "{note:class}", "success": true, "errors": []}]
      """
    When the admin reads "/tooling/composite/sobjects/ApexClass?ids={note:class},01p000000000001AAA&fields=Name,Body"
    Then the answer on the wire is
      """
      HTTP 200

      [{"attributes": "{any}", "Name": "A", "Body": "public class A { Integer i; }"}, null]
      """
    When the admin sends
      """
      POST /services/data/v67.0/tooling/composite/sobjects/ApexClass
      Content-Type: application/json

      {"ids": ["{note:class}"], "fields": ["Nope"]}
      """
    Then the answer is the error "INVALID_FIELD"
    When the admin sends
      """
      DELETE /services/data/v67.0/tooling/composite/sobjects?ids={note:class},01p000000000001AAA
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"id": "{note:class}", "success": true, "errors": []}, {"id": "01p000000000001AAA", "success": false, "errors": [{"statusCode": "INVALID_CROSS_REFERENCE_KEY", "message": "invalid cross reference id", "fields": []}]}]
      """

  @route:rest/tooling-collection-create
  Scenario Outline: Refused: <what>
    When the admin sends
      """
      POST /services/data/v67.0/tooling/composite/sobjects
      Content-Type: application/json

      <body>
      """
    Then the answer on the wire is
      """
      HTTP 400

      [<error>]
      """

    Examples:
      | what             | body                                | error                                                                                                   |
      | no records       | {}                                  | {"message": "The required field 'records' is missing", "errorCode": "JSON_PARSER_ERROR"}               |
      | no type          | {"records": [{"Name": "x"}]}        | {"message": "The attributes of each record must name its type", "errorCode": "INVALID_TYPE"}           |
      | no JSON          | [                                   | {"message": "{string}", "errorCode": "JSON_PARSER_ERROR"}                                              |
