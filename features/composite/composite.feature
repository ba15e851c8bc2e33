@R-F5 @route:rest/composite
Feature: Composite
  Up to 25 requests in one, later ones with what earlier ones answered.

  @route:rest/composite-resources
  Scenario: What composite resources there are
    When the admin reads "/composite"
    Then the answer on the wire is
      """
      HTTP 200

      {"tree": "/services/data/v67.0/composite/tree", "batch": "/services/data/v67.0/composite/batch", "sobjects": "/services/data/v67.0/composite/sobjects", "graph": "/services/data/v67.0/composite/graph"}
      """

  Rule: Parts refer to each other

    Scenario: A contact is created for the account created before it
      When the admin sends
        """
        POST /services/data/v67.0/composite
        Content-Type: application/json

        {"compositeRequest": [
          {"method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "a1", "body": {"Name": "Acme"}},
          {"method": "POST", "url": "/services/data/v67.0/sobjects/Contact", "referenceId": "c1", "body": {"LastName": "Lovelace", "AccountId": "@{a1.id}"}},
          {"method": "GET", "url": "/services/data/v67.0/sobjects/Contact/@{c1.id}?fields=LastName,AccountId", "referenceId": "read"},
          {"method": "PATCH", "url": "/services/data/v67.0/sobjects/Account/@{read.AccountId}", "referenceId": "change", "body": {"Site": "Of @{read.LastName}"}},
          {"method": "GET", "url": "/services/data/v67.0/query?q=SELECT Site FROM Account WHERE Id = '@{a1.id}'", "referenceId": "found"}]}
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/json;charset=UTF-8

        {"compositeResponse": [
          {"body": {"id": "{id}", "success": true, "errors": []}, "httpHeaders": {"Location": "/services/data/v67.0/sobjects/Account/{id}"}, "httpStatusCode": 201, "referenceId": "a1"},
          {"body": {"id": "{id}", "success": true, "errors": []}, "httpHeaders": {"Location": "/services/data/v67.0/sobjects/Contact/{id}"}, "httpStatusCode": 201, "referenceId": "c1"},
          {"body": {"attributes": {"type": "Contact", "url": "/services/data/v67.0/sobjects/Contact/{id}"}, "LastName": "Lovelace", "AccountId": "{id}", "...": "{any}"}, "httpHeaders": {}, "httpStatusCode": 200, "referenceId": "read"},
          {"body": null, "httpHeaders": {}, "httpStatusCode": 204, "referenceId": "change"},
          {"body": {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id}"}, "Site": "Of Lovelace"}]}, "httpHeaders": {}, "httpStatusCode": 200, "referenceId": "found"}]}
        """

    Scenario: Rows of a query are referred to by their place, also in headers
      Given these Account records
        | Name |
        | Acme |
      When the admin sends
        """
        POST /services/data/v67.0/composite
        Content-Type: application/json

        {"compositeRequest": [
          {"method": "GET", "url": "/services/data/v67.0/query?q=SELECT+Id,Name+FROM+Account+WHERE+Id='{id:Acme}'", "referenceId": "q"},
          {"method": "PATCH", "url": "/services/data/v67.0/sobjects/Account/@{q.records[0].Id}", "referenceId": "p", "httpHeaders": {"If-Match": "\"@{q.totalSize}\""}, "body": {"Name": "Other"}}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"compositeResponse": [
          {"body": {"totalSize": 1, "done": true, "records": ["{any}"]}, "httpHeaders": {}, "httpStatusCode": 200, "referenceId": "q"},
          {"body": [{"message": "{string}", "errorCode": "PRECONDITION_FAILED"}], "httpHeaders": {}, "httpStatusCode": 412, "referenceId": "p"}]}
        """

    Scenario: A reference that leads nowhere halts its part, and those that do not depend on it run
      When the admin sends
        """
        POST /services/data/v67.0/composite
        Content-Type: application/json

        {"allOrNone": false, "compositeRequest": [
          {"method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "a1", "body": {"Nam": "Acme"}},
          {"method": "POST", "url": "/services/data/v67.0/sobjects/Contact", "referenceId": "c1", "body": {"LastName": "Lovelace", "AccountId": "@{a1.id}"}},
          {"method": "POST", "url": "/services/data/v67.0/sobjects/Contact", "referenceId": "c2", "body": {"LastName": "Byron"}}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"compositeResponse": [
          {"body": [{"message": "No such column 'Nam' on sobject of type Account", "errorCode": "INVALID_FIELD"}], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "a1"},
          {"body": [{"errorCode": "PROCESSING_HALTED", "message": "Invalid reference specified. No value for a1.id found in a1"}], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "c1"},
          {"body": {"id": "{id}", "success": true, "errors": []}, "httpHeaders": {"Location": "/services/data/v67.0/sobjects/Contact/{id}"}, "httpStatusCode": 201, "referenceId": "c2"}]}
        """

    Scenario Outline: References tell upper from lower case: <reference>
      When the admin sends
        """
        POST /services/data/v67.0/composite
        Content-Type: application/json

        {"compositeRequest": [
          {"method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "a1", "body": {"Name": "Acme"}},
          {"method": "GET", "url": "/services/data/v67.0/sobjects/Account/@{<reference>}", "referenceId": "r"}]}
        """
      Then the answer mentions "Invalid reference specified. No value for <reference> found in <name>"

      Examples:
        | reference | name |
        | a1.Id     | a1   |
        | A1.id     | A1   |
        | a1        | a1   |

    Scenario Outline: A field that is null may be referred to from version 52 on: <version>
      Given these Account records
        | Name |
        | Acme |
      When the admin sends
        """
        POST /services/data/<version>/composite
        Content-Type: application/json

        {"compositeRequest": [
          {"method": "GET", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}?fields=Site", "referenceId": "a"},
          {"method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "b", "body": {"Name": "Blue", "Site": "@{a.Site}"}}]}
        """
      Then the answer mentions "<words>"

      Examples:
        | version | words                                                           |
        | v51.0   | Invalid reference specified. No value for a.Site found in a     |
        | v52.0   | /services/data/v67.0/sobjects/Account/                          |

  Rule: All or none

    Scenario: One failure undoes the others, which say so
      When the admin sends
        """
        POST /services/data/v67.0/composite
        Content-Type: application/json

        {"allOrNone": true, "compositeRequest": [
          {"method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "a1", "body": {"Name": "Undone"}},
          {"method": "POST", "url": "/services/data/v67.0/sobjects/Contact", "referenceId": "c1", "body": {"Email": "x", "LastName": "L"}},
          {"method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "a2", "body": {"Name": "Undone"}}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"compositeResponse": [
          {"body": [{"errorCode": "PROCESSING_HALTED", "message": "The transaction was rolled back since another operation in the same transaction failed."}], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "a1"},
          {"body": [{"message": "Email: invalid email address: x", "errorCode": "INVALID_EMAIL_ADDRESS", "fields": ["Email"]}], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "c1"},
          {"body": [{"errorCode": "PROCESSING_HALTED", "message": "The transaction was rolled back since another operation in the same transaction failed."}], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "a2"}]}
        """
      When the admin queries "SELECT Id FROM Account WHERE Name = 'Undone'"
      Then the query returns nothing

    Scenario: It holds for the records of a collection inside, whatever that says itself
      When the admin sends
        """
        POST /services/data/v67.0/composite
        Content-Type: application/json

        {"allOrNone": true, "compositeRequest": [
          {"method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "a1", "body": {"Name": "Undone"}},
          {"method": "POST", "url": "/services/data/v67.0/composite/sobjects", "referenceId": "many", "body": {"allOrNone": false, "records": [
            {"attributes": {"type": "Account"}, "Name": "Undone"}, {"attributes": {"type": "Account"}, "Site": "No name"}]}}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"compositeResponse": [
          {"body": [{"errorCode": "PROCESSING_HALTED", "message": "{string}"}], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "a1"},
          {"body": [
            {"success": false, "errors": [{"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": "Record rolled back because not all records were valid and the request was using AllOrNone header", "fields": []}]},
            {"success": false, "errors": [{"statusCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing: [Name]", "fields": ["Name"]}]}], "httpHeaders": {}, "httpStatusCode": 200, "referenceId": "many"}]}
        """
      When the admin queries "SELECT Id FROM Account WHERE Name = 'Undone'"
      Then the query returns nothing

  Rule: A part answers as it would by itself

    Scenario Outline: <what>
      When the admin sends
        """
        POST /services/data/v67.0/composite
        Content-Type: application/json

        {"compositeRequest": [{"method": "<method>", "url": "<url>", "referenceId": "r"}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"compositeResponse": [{"body": [<error>], "httpHeaders": {}, "httpStatusCode": <status>, "referenceId": "r"}]}
        """

      Examples:
        | what                               | method | url                                                | status | error                                                                                                                                                       |
        | An object nobody has               | GET    | /services/data/v67.0/sobjects/Nope                 | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                                                                               |
        | A version that never was           | GET    | /services/data/v99.0/sobjects/Account              | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                                                                               |
        | A retired version                  | GET    | /services/data/v20.0/sobjects/Account              | 410    | {"errorCode": "GONE", "message": "{string}"}                                                                                                                 |
        | A method the resource does not know | PUT   | /services/data/v67.0/sobjects/Account              | 405    | {"errorCode": "METHOD_NOT_ALLOWED", "message": "HTTP Method 'PUT' not allowed. Allowed are HEAD,GET,POST"}                                                    |
        | A record that never was            | DELETE | /services/data/v67.0/sobjects/Account/001000000000001AAA | 404 | {"message": "invalid cross reference id", "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": []}                                                       |
        | A resource it does not run         | GET    | /services/data/v67.0/limits                        | 400    | {"errorCode": "PROCESSING_HALTED", "message": "The requested resource is not supported in this composite request: /services/data/v67.0/limits"}              |

    Scenario: Headers of the answer stand with the part
      Given these Account records
        | Name |
        | Acme |
      When the admin sends
        """
        POST /services/data/v67.0/composite
        Content-Type: application/json

        {"compositeRequest": [{"method": "GET", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}?fields=Name", "referenceId": "r", "httpHeaders": {"If-Modified-Since": "Tue, 31 May 2016 18:00:00 GMT"}}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"compositeResponse": [{"body": {"attributes": "{any}", "Name": "Acme", "...": "{any}"}, "httpHeaders": {"ETag": "{string}", "Last-Modified": "{string}"}, "httpStatusCode": 200, "referenceId": "r"}]}
        """

    Scenario: A query of nearly 100,000 characters, too long for an address
      Given these Account records
        | Name        |
        | Account 7   |
      When the admin sends 5600 times the part in angle brackets
        """
        POST /services/data/v67.0/composite
        Content-Type: application/json

        {"compositeRequest": [{"method": "GET", "url": "/services/data/v67.0/query?q=SELECT Name FROM Account WHERE Name IN (<'Account #'>)", "referenceId": "q"}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"compositeResponse": [{"body": {"totalSize": 1, "done": true, "records": [{"attributes": "{any}", "Name": "Account 7"}]}, "httpHeaders": {}, "httpStatusCode": 200, "referenceId": "q"}]}
        """

  Rule: A request that is none fails as a whole

    Scenario Outline: <what>
      When the admin sends
        """
        POST /services/data/<version>/composite
        Content-Type: application/json

        <body>
        """
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/json;charset=UTF-8

        [<error>]
        """

      Examples:
        | what                        | version | body                                                                                                                                                              | error |
        | No parts                    | v67.0   | {"allOrNone": true}                                                                                                                                               | {"message": "The required field 'compositeRequest' is missing", "errorCode": "JSON_PARSER_ERROR"} |
        | An unknown member           | v67.0   | {"collateErrors": true, "compositeRequest": []}                                                                                                                   | {"message": "Unrecognized field \\"collateErrors\\" at [line:1, column:19]", "errorCode": "JSON_PARSER_ERROR"} |
        | Parts that are no list      | v67.0   | {"compositeRequest": "x"}                                                                                                                                         | {"message": "Cannot deserialize instance of complexvalue from VALUE_STRING value x at [line:1, column:22]", "errorCode": "JSON_PARSER_ERROR"} |
        | A part without reference id | v67.0   | {"compositeRequest": [{"method": "GET", "url": "/services/data/v67.0/sobjects"}]}                                                                                 | {"message": "The required field 'referenceId' is missing", "errorCode": "JSON_PARSER_ERROR"} |
        | An illegal reference id     | v52.0   | {"compositeRequest": [{"method": "GET", "url": "/services/data/v67.0/sobjects", "referenceId": "a[1]"}]}                                                          | {"message": "Provided referenceId ('a[1]') must start with a letter or a number, and it can contain only letters, numbers and underscores ('_').", "errorCode": "JSON_PARSER_ERROR"} |
        | A reference id given twice  | v67.0   | {"compositeRequest": [{"method": "GET", "url": "/services/data/v67.0/sobjects", "referenceId": "a"}, {"method": "GET", "url": "/services/data/v67.0/sobjects", "referenceId": "a"}]} | {"message": "{string}", "errorCode": "INVALID_INPUT"} |
        | An absolute address         | v67.0   | {"compositeRequest": [{"method": "GET", "url": "https://acme.my.salesforce.com/services/data/v67.0/sobjects", "referenceId": "a"}]}                               | {"message": "{string}", "errorCode": "INVALID_INPUT"} |
        | A method in lower case      | v67.0   | {"compositeRequest": [{"method": "get", "url": "/services/data/v67.0/sobjects", "referenceId": "a"}]}                                                             | {"message": "{string}", "errorCode": "INVALID_INPUT"} |
        | A header parts inherit      | v67.0   | {"compositeRequest": [{"method": "GET", "url": "/services/data/v67.0/sobjects", "referenceId": "a", "httpHeaders": {"authorization": "Bearer x"}}]}               | {"message": "{string}", "errorCode": "INVALID_INPUT"} |

    Scenario: Up to version 51 an illegal reference id only cannot be referred to
      When the admin sends
        """
        POST /services/data/v51.0/composite
        Content-Type: application/json

        {"compositeRequest": [
          {"method": "POST", "url": "/services/data/v51.0/sobjects/Account", "referenceId": "a[1]", "body": {"Name": "Acme"}},
          {"method": "POST", "url": "/services/data/v51.0/sobjects/Contact", "referenceId": "c", "body": {"LastName": "L", "AccountId": "@{a[1].id}"}}]}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"compositeResponse": [
          {"body": {"id": "{id}", "success": true, "errors": []}, "httpHeaders": {"Location": "/services/data/v51.0/sobjects/Account/{id}"}, "httpStatusCode": 201, "referenceId": "a[1]"},
          {"body": [{"errorCode": "PROCESSING_HALTED", "message": "Invalid reference specified. No value for a[1].id found in a"}], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "c"}]}
        """

    Scenario Outline: More <what> than allowed
      When the admin sends <count> times the part in angle brackets
        """
        POST /services/data/v67.0/composite
        Content-Type: application/json

        {"compositeRequest": [<part>]}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "<message>", "errorCode": "LIMIT_EXCEEDED"}]
        """

      Examples:
        | what    | count | part                                                                                                            | message                                                                        |
        | parts   | 26    | <{"method": "GET", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "r#"}>                        | The request can’t contain more than 25 operations.                             |
        | queries | 6     | <{"method": "GET", "url": "/services/data/v67.0/query?q=SELECT+Id+FROM+Account", "referenceId": "r#"}>          | The request can’t contain more than 5 query or sObject Collections operations. |

    Scenario: It has no other methods
      When the admin sends
        """
        PATCH /services/data/v67.0/composite
        Content-Type: application/json

        {}
        """
      Then the answer on the wire is
        """
        HTTP 405

        [{"errorCode": "METHOD_NOT_ALLOWED", "message": "HTTP Method 'PATCH' not allowed. Allowed are HEAD,GET,POST"}]
        """

    Scenario: Versions before 38 do not have it
      When the admin sends
        """
        POST /services/data/v37.0/composite
        Content-Type: application/json

        {"compositeRequest": []}
        """
      Then the answer is the error "NOT_FOUND"
