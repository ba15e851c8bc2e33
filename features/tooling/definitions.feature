@R-F8
Feature: Objects and fields made by the Tooling API
  An admin's tools make custom objects and fields over the wire; they are there at once for every other resource.

  @route:tooling/create
  Scenario: A custom object
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomObject

      {"FullName": "Invoice__c", "Metadata": {"label": "Invoice", "pluralLabel": "Invoices", "nameField": {"type": "Text", "label": "Invoice Name"}, "deploymentStatus": "Deployed", "sharingModel": "ReadWrite"}}
      """
    Then the answer on the wire is
      """
      HTTP 201

      {"id": "{string}", "success": true, "errors": [], "warnings": [], "infos": []}
      """
    When the admin creates the Invoice__c "one" with
      | Name | First |
    Then the record is created

  @route:tooling/create
  Scenario: A custom field
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomField/

      {"FullName": "Account.Foo__c", "Metadata": {"label": "Foo", "type": "Text", "length": 80}}
      """
    Then the answer on the wire is
      """
      HTTP 201

      {"id": "{string}", "success": true, "errors": [], "warnings": [], "infos": []}
      """
    When the admin creates the Account "Acme" with
      | Name   | Acme |
      | Foo__c | bar  |
    Then the record is created

  @R-F4 @route:tooling/create
  Scenario: A dependent picklist is described with what it depends on
    Given the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomField

      {"FullName": "Account.Kind__c", "Metadata": {"label": "Kind", "type": "Picklist", "valueSet": {"valueSetDefinition": {"sorted": false, "value": [{"valueName": "a"}, {"valueName": "b"}]}}}}
      """
    And the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomField

      {"FullName": "Account.Sub__c", "Metadata": {"label": "Sub", "type": "Picklist", "valueSet": {"controllingField": "Kind__c",
        "valueSetDefinition": {"sorted": false, "value": [{"valueName": "b1"}]}, "valueSettings": [{"controllingFieldValue": ["b"], "valueName": "b1"}]}}}
      """
    When the admin reads "/sobjects/Account/describe"
    Then the answer describes the field "Sub__c" with
      | dependentPicklist | true                                                                               |
      | controllerName    | Kind__c                                                                            |
      | picklistValues    | [{"active":true,"defaultValue":false,"label":"b1","validFor":"QAAA","value":"b1"}] |

  @route:tooling/create
  Scenario Outline: <what> is refused
    Given the custom field "Foo__c" on Account with
      | type   | Text |
      | length | 80   |
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomField

      {"FullName": "<name>", "Metadata": <metadata>}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "<message>", "errorCode": "<code>", "fields": <fields>}]
      """

    Examples:
      | what                           | name           | metadata                                        | code                                    | message                                                                     | fields            |
      | A field that exists            | Account.Foo__c | {"label": "Foo", "type": "Text", "length": 80}  | DUPLICATE_DEVELOPER_NAME                | There is already a field named Foo on Account.                              | ["DeveloperName"] |
      | A name without its suffix      | Account.Bar    | {"label": "Bar", "type": "Text", "length": 80}  | FIELD_INTEGRITY_EXCEPTION               | Could not resolve standard field's name.                                    | []                |
      | A field of no object           | Nope__c.Bar__c | {"label": "Bar", "type": "Text", "length": 80}  | INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST | Entity Enumeration Or ID: bad value for restricted picklist field: Nope__c  | ["TableEnumOrId"] |
      | A text without length          | Account.Bar__c | {"label": "Bar", "type": "Text"}                | FIELD_INTEGRITY_EXCEPTION               | Must specify 'length' for a CustomField of type Text                        | []                |
      | A date with a length           | Account.Bar__c | {"label": "Bar", "type": "Date", "length": 5}   | FIELD_INTEGRITY_EXCEPTION               | Can not specify 'length' for a CustomField of type Date                     | []                |
      | A field without label          | Account.Bar__c | {"type": "Date"}                                | FIELD_INTEGRITY_EXCEPTION               | Must specify a non-empty label for the CustomField                          | []                |
      | A lookup to nowhere            | Account.Bar__c | {"label": "Bar", "type": "Lookup"}              | FIELD_INTEGRITY_EXCEPTION               | Must specify 'referenceTo' for a CustomField of type Lookup                 | []                |
      | A member that does not exist   | Account.Bar__c | {"label": "Bar", "type": "Date", "size": 5}     | INVALID_FIELD                           | No such column 'size' on sobject of type Metadata                           | []                |

  @route:tooling/create
  Scenario: Metadata that is no object
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomField

      {"FullName": "Account.Bar__c", "Metadata": "x"}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "Cannot deserialize instance of complexvalue from VALUE_STRING value x at [line:1, column:44]", "errorCode": "JSON_PARSER_ERROR"}]
      """

  @route:tooling/read @route:tooling/update @route:tooling/delete
  Scenario: A field is renamed and removed
    Given the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomField

      {"FullName": "Account.Foo__c", "Metadata": {"label": "Foo", "type": "Text", "length": 80}}
      """
    And "/id" of the answer is noted as "field"
    And these Account records
      | Name | Foo__c |
      | Acme | bar    |
    When the admin sends
      """
      PATCH /services/data/v67.0/tooling/sobjects/CustomField/{note:field}

      {"FullName": "Account.Bar__c", "Metadata": {"label": "Bar", "type": "Text", "length": 90}}
      """
    Then the answer has the status 204
    And the Account "Acme" has
      | Bar__c | bar |
    When the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/CustomField/{note:field}?fields=DeveloperName,FullName,TableEnumOrId
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"attributes": {"type": "CustomField", "url": "/services/data/v67.0/tooling/sobjects/CustomField/{note:field}"}, "DeveloperName": "Bar", "FullName": "Account.Bar__c", "TableEnumOrId": "Account"}
      """
    When the admin sends
      """
      DELETE /services/data/v67.0/tooling/sobjects/CustomField/{note:field}
      """
    Then the answer has the status 204
    When the admin queries "SELECT Bar__c FROM Account"
    Then the query fails with "INVALID_FIELD" saying
      """
      SELECT Bar__c FROM Account
             ^
      ERROR at Row:1:Column:8
      No such column 'Bar__c' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.
      """

  @route:tooling/delete
  Scenario: A field that never was
    When the admin sends
      """
      DELETE /services/data/v67.0/tooling/sobjects/CustomField/00NFk0000000001MAA
      """
    Then the answer on the wire is
      """
      HTTP 404

      [{"message": "invalid cross reference id", "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": []}]
      """

  @route:tooling/query
  Scenario: Metadata is read one row at a time
    Given the custom field "Foo__c" on Account with
      | type   | Text |
      | length | 80   |
    And the custom field "Bar__c" on Account with
      | type | Date |
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id,Metadata+FROM+CustomField
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "When retrieving results with Metadata or FullName fields, the query qualifications must specify no more than one row for retrieval. Result size: 2", "errorCode": "MALFORMED_QUERY"}]
      """
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+FullName,Metadata+FROM+CustomField+WHERE+DeveloperName='Foo'
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"size": 1, "records": [{"FullName": "Account.Foo__c", "Metadata": {"label": "Foo", "length": 80, "type": "Text", "formula": null, "...": "{any}"}, "...": "{any}"}], "...": "{any}"}
      """

  @R-F11 @route:tooling/create
  Scenario: Who may not customize the application
    Given a user "ada"
    When "ada" sends
      """
      POST /services/data/v67.0/tooling/sobjects/CustomField

      {"FullName": "Account.Foo__c", "Metadata": {"label": "Foo", "type": "Text", "length": 80}}
      """
    Then the answer on the wire is
      """
      HTTP 403

      [{"message": "insufficient access rights on object id", "errorCode": "INSUFFICIENT_ACCESS_OR_READONLY", "fields": []}]
      """
