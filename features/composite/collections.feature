@R-F5
Feature: Collections
  Up to 200 records at once, each with a result of its own.

  @route:rest/collection-create
  Rule: Creating

    Scenario: Some succeed, some fail
      When the admin sends
        """
        POST /services/data/v67.0/composite/sobjects
        Content-Type: application/json

        {"allOrNone": false, "records": [
          {"attributes": {"type": "Account"}, "Name": "Acme"},
          {"attributes": {"type": "Contact"}, "FirstName": "Ada"},
          {"attributes": {"type": "Contact"}, "LastName": "Lovelace"}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        [{"id": "{id}", "success": true, "errors": []},
         {"success": false, "errors": [{"statusCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing: [LastName]", "fields": ["LastName"]}]},
         {"id": "{id}", "success": true, "errors": []}]
        """

    Scenario: All or none
      When the admin sends
        """
        POST /services/data/v67.0/composite/sobjects
        Content-Type: application/json

        {"allOrNone": true, "records": [{"attributes": {"type": "Account"}, "Name": "Undone"}, {"attributes": {"type": "Account"}, "Site": "No name"}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        [{"success": false, "errors": [{"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": "Record rolled back because not all records were valid and the request was using AllOrNone header", "fields": []}]},
         {"success": false, "errors": [{"statusCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing: [Name]", "fields": ["Name"]}]}]
        """
      When the admin queries "SELECT Id FROM Account WHERE Name = 'Undone'"
      Then the query returns nothing

    Scenario: A value that is taken
      Given the custom field "Code__c" on Account with
        | type        | Text |
        | length      | 20   |
        | external_id | true |
        | unique      | true |
      And these Account records
        | Name | Code__c |
        | Acme | X1      |
      When the admin sends
        """
        POST /services/data/v67.0/composite/sobjects
        Content-Type: application/json

        {"records": [{"attributes": {"type": "Account"}, "Name": "Blue", "Code__c": "X1"}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        [{"success": false, "errors": [{"statusCode": "DUPLICATE_VALUE", "message": "duplicate value found: Code__c duplicates value on record with id: {id15:Acme}", "fields": []}]}]
        """

    Scenario: An id of one's own
      When the admin sends
        """
        POST /services/data/v67.0/composite/sobjects
        Content-Type: application/json

        {"records": [{"attributes": {"type": "Account"}, "Id": "001000000000001AAA", "Name": "A"}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        [{"success": false, "errors": [{"statusCode": "INVALID_FIELD_FOR_INSERT_UPDATE", "message": "cannot specify Id in an insert call", "fields": ["Id"]}]}]
        """

    Scenario: More than 200 records
      When the admin sends 201 times the part in angle brackets
        """
        POST /services/data/v67.0/composite/sobjects
        Content-Type: application/json

        {"records": [<{"attributes": {"type": "Account"}, "Name": "A#"}>]}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "record limit reached. cannot submit more than 200 records into this call", "errorCode": "EXCEEDED_ID_LIMIT"}]
        """

    Scenario: More than ten changes of type
      When the admin sends 6 times the part in angle brackets
        """
        POST /services/data/v67.0/composite/sobjects
        Content-Type: application/json

        {"records": [<{"attributes": {"type": "Account"}, "Name": "A#"}, {"attributes": {"type": "Contact"}, "LastName": "C#"}>]}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "Cannot have more than 10 chunks in a single operation. Please rearrange the data to reduce chunking.", "errorCode": "LIMIT_EXCEEDED"}]
        """

    Scenario Outline: A body that cannot be read fails as a whole: <what>
      When the admin sends
        """
        POST /services/data/v67.0/composite/sobjects
        Content-Type: application/json

        <body>
        """
      Then the answer on the wire is
        """
        HTTP <status>

        [<error>]
        """

      Examples:
        | what               | body                                                                                                                     | status | error                                                                                                         |
        | A field nobody has | {"records": [{"attributes": {"type": "Account"}, "Name": "A"}, {"attributes": {"type": "Account"}, "Nam": "A"}]}         | 400    | {"message": "No such column 'Nam' on sobject of type Account", "errorCode": "INVALID_FIELD"}                  |
        | An object nobody has | {"records": [{"attributes": {"type": "Nope"}, "Name": "A"}]}                                                           | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                                |
        | No type            | {"records": [{"Name": "A"}]}                                                                                             | 400    | {"message": "The attributes of each record must name its type", "errorCode": "INVALID_TYPE"}                  |
        | No records         | {"allOrNone": true}                                                                                                      | 400    | {"message": "The required field 'records' is missing", "errorCode": "JSON_PARSER_ERROR"}                      |
        | Broken JSON        | {"records": [{]}                                                                                                         | 400    | {"message": "Unexpected character (']' (code 93)): was expecting double-quote to start field name at [line:1, column:16]", "errorCode": "JSON_PARSER_ERROR"} |

  @route:rest/collection-update
  Rule: Updating

    Scenario: Each record names itself
      Given these Account records
        | Name |
        | Acme |
      When the admin sends
        """
        PATCH /services/data/v67.0/composite/sobjects
        Content-Type: application/json

        {"records": [
          {"attributes": {"type": "Account"}, "id": "{id:Acme}", "Site": "Here"},
          {"attributes": {"type": "Account"}, "Id": "{id:Acme}", "Name": null},
          {"attributes": {"type": "Account"}, "Id": "001xx000003DGb2999", "Site": "x"},
          {"attributes": {"type": "Account"}, "Id": "001000000000001AAA", "Site": "x"},
          {"attributes": {"type": "Account"}, "Site": "x"}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        [{"id": "{id:Acme}", "success": true, "errors": []},
         {"id": "{id:Acme}", "success": false, "errors": [{"statusCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing: [Name]", "fields": ["Name"]}]},
         {"success": false, "errors": [{"statusCode": "MALFORMED_ID", "message": "Account ID: id value of incorrect type: 001xx000003DGb2999", "fields": ["Id"]}]},
         {"success": false, "errors": [{"statusCode": "INVALID_CROSS_REFERENCE_KEY", "message": "invalid cross reference id", "fields": []}]},
         {"success": false, "errors": [{"statusCode": "MISSING_ARGUMENT", "message": "Id not specified in an update call", "fields": []}]}]
        """
      And the Account "Acme" has
        | Site | Here |

    Scenario: All or none
      Given these Account records
        | Name |
        | Acme |
      When the admin sends
        """
        PATCH /services/data/v67.0/composite/sobjects
        Content-Type: application/json

        {"allOrNone": true, "records": [{"attributes": {"type": "Account"}, "id": "{id:Acme}", "Site": "Here"}, {"attributes": {"type": "Account"}, "id": "001000000000001AAA"}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        [{"id": "{id:Acme}", "success": false, "errors": [{"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": "Record rolled back because not all records were valid and the request was using AllOrNone header", "fields": []}]},
         {"success": false, "errors": [{"statusCode": "INVALID_CROSS_REFERENCE_KEY", "message": "invalid cross reference id", "fields": []}]}]
        """
      And the Account "Acme" has
        | Site | null |

  @route:rest/collection-upsert
  Rule: Upserting

    Background:
      Given the custom field "Code__c" on Account with
        | type        | Text |
        | length      | 20   |
        | external_id | true |

    Scenario: Records are found by an external id, or made
      Given these Account records
        | Name  | Code__c |
        | Acme  | X1      |
        | Twin1 | G       |
        | Twin2 | G       |
      When the admin sends
        """
        PATCH /services/data/v67.0/composite/sobjects/Account/Code__c
        Content-Type: application/json

        {"records": [
          {"attributes": {"type": "Account"}, "Name": "Acme Corp", "Code__c": "X1"},
          {"attributes": {"type": "Account"}, "Name": "Blue", "Code__c": "X2"},
          {"attributes": {"type": "Account"}, "Name": "Again", "Code__c": "X2"},
          {"attributes": {"type": "Account"}, "Name": "Who", "Code__c": "G"},
          {"attributes": {"type": "Account"}, "Name": "None"}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        [{"id": "{id:Acme}", "success": true, "errors": [], "created": false},
         {"id": "{id}", "success": true, "errors": [], "created": true},
         {"success": false, "errors": [{"statusCode": "DUPLICATE_VALUE", "message": "Duplicate external id specified: X2", "fields": ["Code__c"]}]},
         {"success": false, "errors": [{"statusCode": "DUPLICATE_EXTERNAL_ID", "message": "Code__c: more than one record found for external id field: [{id:Twin1}, {id:Twin2}]", "fields": ["Code__c"]}]},
         {"success": false, "errors": [{"statusCode": "MISSING_ARGUMENT", "message": "Code__c not specified", "fields": []}]}]
        """

    Scenario: By id, a null id makes a record
      Given these Account records
        | Name |
        | Acme |
      When the admin sends
        """
        PATCH /services/data/v67.0/composite/sobjects/Account/Id
        Content-Type: application/json

        {"records": [
          {"attributes": {"type": "Account"}, "Id": null, "Name": "Blue"},
          {"attributes": {"type": "Account"}, "Id": "{id:Acme}", "Site": "Here"},
          {"attributes": {"type": "Account"}, "Id": "x", "Site": "Here"}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        [{"id": "{id}", "success": true, "errors": [], "created": true},
         {"id": "{id:Acme}", "success": true, "errors": [], "created": false},
         {"success": false, "errors": [{"statusCode": "MALFORMED_ID", "message": "Account ID: id value of incorrect type: x", "fields": ["Id"]}]}]
        """

    Scenario: By a field that finds no records
      When the admin sends
        """
        PATCH /services/data/v67.0/composite/sobjects/Account/Phone
        Content-Type: application/json

        {"records": []}
        """
      Then the answer is the error "NOT_FOUND" saying "Provided external ID field does not exist or is not accessible: Phone"

  @route:rest/collection-delete
  Rule: Deleting

    Scenario: Records of several objects
      Given these Account records
        | Name |
        | Acme |
      And these Contact records
        | ref | LastName |
        | Ada | Lovelace |
      When the admin sends
        """
        DELETE /services/data/v67.0/composite/sobjects?ids={id:Acme},{id:Ada},{id:Acme},001000000000001AAA,x
        """
      Then the answer on the wire is
        """
        HTTP 200

        [{"id": "{id:Acme}", "success": true, "errors": []},
         {"id": "{id:Ada}", "success": true, "errors": []},
         {"id": "{id:Acme}", "success": false, "errors": [{"statusCode": "ENTITY_IS_DELETED", "message": "entity is deleted", "fields": []}]},
         {"success": false, "errors": [{"statusCode": "INVALID_CROSS_REFERENCE_KEY", "message": "invalid cross reference id", "fields": []}]},
         {"success": false, "errors": [{"statusCode": "MALFORMED_ID", "message": "malformed id x", "fields": []}]}]
        """
      And the Account "Acme" is gone

    Scenario: All or none
      Given these Account records
        | Name |
        | Acme |
      When the admin sends
        """
        DELETE /services/data/v67.0/composite/sobjects?ids={id:Acme},001000000000001AAA&allOrNone=true
        """
      Then the answer on the wire is
        """
        HTTP 200

        [{"id": "{id:Acme}", "success": false, "errors": [{"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": "Record rolled back because not all records were valid and the request was using AllOrNone header", "fields": []}]},
         {"success": false, "errors": [{"statusCode": "INVALID_CROSS_REFERENCE_KEY", "message": "invalid cross reference id", "fields": []}]}]
        """
      And the Account "Acme" has
        | Name | Acme |

    Scenario: Without ids
      When the admin sends
        """
        DELETE /services/data/v67.0/composite/sobjects
        """
      Then the answer is the error "MISSING_ARGUMENT"

  @route:rest/collection-read
  Rule: Reading

    Background:
      Given these Account records
        | Name |
        | Acme |
        | Blue |

    Scenario: Records in the order of their ids, null for those that are not there
      When the admin reads "/composite/sobjects/Account?ids={id:Blue},001000000000001AAA,{id:Acme}&fields=Id,Name"
      Then the answer on the wire is
        """
        HTTP 200

        [{"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Blue}"}, "Id": "{id:Blue}", "Name": "Blue"},
         null,
         {"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Id": "{id:Acme}", "Name": "Acme"}]
        """

    @route:rest/collection-read-many
    Scenario: By POST, for long lists
      When the admin sends
        """
        POST /services/data/v67.0/composite/sobjects/Account
        Content-Type: application/json

        {"ids": ["{id:Acme}"], "fields": ["Name"]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        [{"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Name": "Acme", "...": "{any}"}]
        """

    @route:rest/collection-read-many
    Scenario: By POST, more than 2,000
      When the admin sends 2001 times the part in angle brackets
        """
        POST /services/data/v67.0/composite/sobjects/Account
        Content-Type: application/json

        {"ids": [<"001000000000001AAA">], "fields": ["Name"]}
        """
      Then the answer is the error "EXCEEDED_ID_LIMIT"

    Scenario Outline: <what>
      When the admin reads "/composite/sobjects/Account?ids=<ids>&fields=<fields>"
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "<message>", "errorCode": "<code>"}]
        """

      Examples:
        | what               | ids       | fields | message                                         | code          |
        | An id that is none | x         | Id     | malformed id x                                  | MALFORMED_ID  |
        | A field nobody has | {id:Acme} | Nam    | No such column 'Nam' on sobject of type Account | INVALID_FIELD |

  @route:rest/collection-create
  Scenario: Versions before 42 do not have them
    When the admin sends
      """
      POST /services/data/v41.0/composite/sobjects
      Content-Type: application/json

      {"records": []}
      """
    Then the answer is the error "NOT_FOUND"
