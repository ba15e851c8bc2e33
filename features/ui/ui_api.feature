@R-F10
Feature: The UI API
  Records as people read them, and what an object is made of.

  Background:
    Given these Account records
      | Name | Industry | NumberOfEmployees | AnnualRevenue |
      | Acme | Banking  | 1200              | 35000         |

  @route:rest/ui-record
  Rule: A record shows the fields asked for

    Scenario: Values, how they are read, and the parent by name
      When the admin reads "/ui-api/records/{id:Acme}?fields=Account.Name,Account.Industry,Account.NumberOfEmployees,Account.Owner.Username"
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/json;charset=UTF-8

        {
          "apiName": "Account", "childRelationships": {}, "eTag": "{string}",
          "fields": {
            "Name": {"displayValue": null, "value": "Acme"},
            "Industry": {"displayValue": "Banking", "value": "Banking"},
            "NumberOfEmployees": {"displayValue": "1,200", "value": 1200},
            "Owner": {"displayValue": null, "value": {"apiName": "User", "fields": {"Id": {"displayValue": null, "value": "{string}"}, "Username": {"displayValue": null, "value": "{username}"}}, "...": "{any}"}}
          },
          "id": "{id:Acme}", "lastModifiedById": "{string}", "lastModifiedDate": "{string}", "recordTypeId": "012000000000000AAA", "recordTypeInfo": null,
          "systemModstamp": "{string}", "weakEtag": "{any}"
        }
        """

    Scenario: A layout names the fields
      When the admin reads "/ui-api/records/{id:Acme}?layoutTypes=Compact"
      Then the answer on the wire is
        """
        HTTP 200

        {"apiName": "Account", "fields": {"Name": {"displayValue": null, "value": "Acme"}}, "...": "{any}"}
        """

    Scenario: Where there is no parent, nothing stands in its place
      When the admin reads "/ui-api/records/{id:Acme}?fields=Account.Parent.Name,Account.ParentId"
      Then the answer on the wire is
        """
        HTTP 200

        {"apiName": "Account", "fields": {"Parent": {"displayValue": null, "value": null}, "ParentId": {"displayValue": null, "value": null}}, "...": "{any}"}
        """

    Scenario: Optional fields that do not exist are left out
      When the admin reads "/ui-api/records/{id:Acme}?fields=Account.Name&optionalFields=Account.Nope"
      Then the answer on the wire is
        """
        HTTP 200

        {"apiName": "Account", "fields": {"Name": {"displayValue": null, "value": "Acme"}}, "...": "{any}"}
        """

    Scenario Outline: <what>
      When the admin reads "/ui-api/records/<request>"
      Then the answer on the wire is
        """
        HTTP <status>

        [<error>]
        """

      Examples:
        | what                           | request                                      | status | error                                                                                                                                       |
        | A field that does not exist    | {id:Acme}?fields=Account.Nope                | 400    | {"message": "No such column 'Account.Nope' on sobject of type Account", "errorCode": "INVALID_FIELD"}                                       |
        | A field of another object      | {id:Acme}?fields=Contact.Name                | 400    | {"message": "No such column 'Contact.Name' on sobject of type Account", "errorCode": "INVALID_FIELD"}                                       |
        | Nothing asked for              | {id:Acme}                                    | 400    | {"message": "At least one of the fields, optionalFields or layoutTypes parameters is required", "errorCode": "ILLEGAL_QUERY_PARAMETER_VALUE"} |
        | A record that never was        | 001000000000001AAA?fields=Account.Name       | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                                                              |
        | No id                          | nonsense?fields=Account.Name                 | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                                                              |

    @route:rest/ui-records
    Scenario: Several records, each with a status of its own
      When the admin reads "/ui-api/records/batch/{id:Acme},001000000000001AAA?fields=Account.Name"
      Then the answer on the wire is
        """
        HTTP 200

        {"results": [
          {"result": {"apiName": "Account", "fields": {"Name": {"displayValue": null, "value": "Acme"}}, "...": "{any}"}, "statusCode": 200},
          {"result": [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], "statusCode": 404}
        ], "hasErrors": true}
        """

    @route:rest/ui-records
    Scenario: Records of several objects take the fields of their own
      Given these Contact records
        | LastName |
        | Hopper   |
      When the admin reads "/ui-api/records/batch/{id:Acme},{id:Hopper}?fields=Account.Name,Contact.LastName"
      Then the answer on the wire is
        """
        HTTP 200

        {"results": [
          {"result": {"apiName": "Account", "fields": {"Name": {"displayValue": null, "value": "Acme"}}, "...": "{any}"}, "statusCode": 200},
          {"result": {"apiName": "Contact", "fields": {"LastName": {"displayValue": null, "value": "Hopper"}}, "...": "{any}"}, "statusCode": 200}
        ], "hasErrors": false}
        """

  Rule: Records are written

    @route:rest/ui-create
    Scenario: A new record
      When the admin sends
        """
        POST /services/data/v67.0/ui-api/records
        Content-Type: application/json

        {"apiName": "Account", "fields": {"Name": "Blue", "Industry": "Energy"}}
        """
      Then the answer has the status 201
      When the admin queries "SELECT Industry FROM Account WHERE Name = 'Blue'"
      Then the query returns "Energy"

    @route:rest/ui-create
    Scenario Outline: Refused: <body>
      When the admin sends
        """
        POST /services/data/v67.0/ui-api/records
        Content-Type: application/json

        <body>
        """
      Then the answer on the wire is
        """
        HTTP <status>

        [<error>]
        """

      Examples:
        | body                                              | status | error                                                                                                                                    |
        | {"apiName": "Account", "fields": {}}              | 400    | {"message": "Required fields are missing: [Name]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["Name"]}                            |
        | {"apiName": "Nope", "fields": {}}                 | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                                                           |
        | {"fields": {"Name": "x"}}                         | 400    | {"message": "The apiName parameter is required", "errorCode": "MISSING_ARGUMENT"}                                                        |
        | {"apiName": "Account", "Name": "x"}               | 400    | {"message": "Unrecognized field \\"Name\\" at [line:1, column:32]", "errorCode": "JSON_PARSER_ERROR"}                                      |

    @route:rest/ui-update
    Scenario: A changed record comes back
      When the admin sends
        """
        PATCH /services/data/v67.0/ui-api/records/{id:Acme}
        Content-Type: application/json

        {"fields": {"Industry": "Energy"}}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"apiName": "Account", "id": "{id:Acme}", "fields": {"Industry": {"displayValue": "Energy", "value": "Energy"}, "...": "{any}"}, "...": "{any}"}
        """

    @route:rest/ui-update
    Scenario: A record that is not there cannot be changed
      When the admin sends
        """
        PATCH /services/data/v67.0/ui-api/records/001000000000001AAA
        Content-Type: application/json

        {"fields": {"Industry": "Energy"}}
        """
      Then the answer on the wire is
        """
        HTTP 404

        [{"message": "invalid cross reference id", "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": []}]
        """

    @route:rest/ui-delete
    Scenario: A record goes
      When the admin sends
        """
        DELETE /services/data/v67.0/ui-api/records/{id:Acme}
        """
      Then the answer has the status 204
      When the admin reads "/ui-api/records/{id:Acme}?fields=Account.Name"
      Then the answer on the wire is
        """
        HTTP 404

        [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
        """

  Rule: Objects tell what they are made of

    @route:rest/ui-object
    Scenario: An object with its fields
      When the admin reads "/ui-api/object-info/account"
      Then the answer on the wire is
        """
        HTTP 200

        {
          "apiName": "Account", "keyPrefix": "001", "label": "Account", "labelPlural": "Accounts", "nameFields": ["Name"],
          "defaultRecordTypeId": "012000000000000AAA",
          "recordTypeInfos": {"012000000000000AAA": {"available": true, "defaultRecordTypeMapping": true, "master": true, "name": "Master", "recordTypeId": "012000000000000AAA"}},
          "fields": {
            "BillingCity": {"apiName": "BillingCity", "compound": false, "compoundComponentName": "City", "compoundFieldName": "BillingAddress", "dataType": "String", "...": "{any}"},
            "Name": {"apiName": "Name", "dataType": "String", "label": "Account Name", "length": 255, "nameField": true, "required": true, "updateable": true, "...": "{any}"},
            "OwnerId": {"apiName": "OwnerId", "dataType": "Reference", "reference": true, "referenceToInfos": [{"apiName": "User", "nameFields": ["Name"]}], "relationshipName": "Owner", "...": "{any}"},
            "...": "{any}"
          },
          "...": "{any}"
        }
        """

    @route:rest/ui-object
    Scenario: An object nobody has
      When the admin reads "/ui-api/object-info/Nope"
      Then the answer on the wire is
        """
        HTTP 404

        [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
        """

    @route:rest/ui-objects-named
    Scenario: Several objects
      When the admin reads "/ui-api/object-info/batch/Account,Nope"
      Then the answer on the wire is
        """
        HTTP 200

        {"results": [
          {"result": {"apiName": "Account", "...": "{any}"}, "statusCode": 200},
          {"result": [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], "statusCode": 404}
        ], "hasErrors": true}
        """

    @route:rest/ui-objects
    Scenario: The directory
      When the admin reads "/ui-api/object-info"
      Then the answer on the wire is
        """
        HTTP 200

        {"eTag": "{string}", "objects": {"Account": {"apiName": "Account", "keyPrefix": "001", "label": "Account", "labelPlural": "Accounts", "nameFields": ["Name"], "objectInfoUrl": "/services/data/v67.0/ui-api/object-info/Account"}, "...": "{any}"}}
        """

    @route:rest/ui-picklist
    Scenario: The values of a picklist
      When the admin reads "/ui-api/object-info/Account/picklist-values/012000000000000AAA/Rating"
      Then the answer on the wire is
        """
        HTTP 200

        {"controllerValues": {}, "defaultValue": null, "eTag": "{string}", "url": "/services/data/v67.0/ui-api/object-info/Account/picklist-values/012000000000000AAA/Rating",
         "values": [
           {"attributes": null, "label": "Hot", "validFor": [], "value": "Hot"},
           {"attributes": null, "label": "Warm", "validFor": [], "value": "Warm"},
           {"attributes": null, "label": "Cold", "validFor": [], "value": "Cold"}
         ]}
        """

    @route:rest/ui-picklist
    Scenario Outline: <what>
      When the admin reads "/ui-api/object-info/Account/picklist-values/<path>"
      Then the answer on the wire is
        """
        HTTP <status>

        [<error>]
        """

      Examples:
        | what                           | path                      | status | error                                                                                       |
        | A field without values         | 012000000000000AAA/Name   | 400    | {"message": "No such column 'Name' on sobject of type Account", "errorCode": "INVALID_FIELD"} |
        | A record type that is not here | 012000000000001AAA/Rating | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}              |

    @route:rest/ui-picklists
    Scenario: All picklists of a record type
      When the admin reads "/ui-api/object-info/Account/picklist-values/012000000000000AAA"
      Then the answer on the wire is
        """
        HTTP 200

        {"eTag": "{string}", "picklistFieldValues": {"Rating": {"values": [{"label": "Hot", "...": "{any}"}, "..."], "...": "{any}"}, "...": "{any}"}}
        """
