@R-F5 @route:rest/composite-graph
Feature: Graphs
  Chains of requests, each of which keeps all of its effects or none.

  Scenario: A graph that fails leaves the others alone
    When the admin sends
      """
      POST /services/data/v67.0/composite/graph
      Content-Type: application/json

      {"graphs": [
        {"graphId": "1", "compositeRequest": [
          {"url": "/services/data/v67.0/sobjects/Account/", "body": {"Name": "Kept"}, "method": "POST", "referenceId": "a"},
          {"url": "/services/data/v67.0/sobjects/Contact", "body": {"LastName": "Lovelace", "AccountId": "@{a.id}"}, "method": "POST", "referenceId": "c"}]},
        {"graphId": "2", "compositeRequest": [
          {"url": "/services/data/v67.0/sobjects/Account", "body": {"Name": "Undone"}, "method": "POST", "referenceId": "a"},
          {"url": "/services/data/v67.0/sobjects/Contact", "body": {"AccountId": "@{a.id}"}, "method": "POST", "referenceId": "c"}]}]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"graphs": [
        {"graphId": "1", "graphResponse": {"compositeResponse": [
          {"body": {"id": "{id}", "success": true, "errors": []}, "httpHeaders": {"Location": "/services/data/v67.0/sobjects/Account/{id}"}, "httpStatusCode": 201, "referenceId": "a"},
          {"body": {"id": "{id}", "success": true, "errors": []}, "httpHeaders": {"Location": "/services/data/v67.0/sobjects/Contact/{id}"}, "httpStatusCode": 201, "referenceId": "c"}]}, "isSuccessful": true},
        {"graphId": "2", "graphResponse": {"compositeResponse": [
          {"body": [{"errorCode": "PROCESSING_HALTED", "message": "The transaction was rolled back since another operation in the same transaction failed."}], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "a"},
          {"body": [{"message": "Required fields are missing: [LastName]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["LastName"]}], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "c"}]}, "isSuccessful": false}]}
      """
    When the admin queries "SELECT Name FROM Account WHERE Name IN ('Kept', 'Undone')"
    Then the query returns "Kept"

  Scenario: Only rows of objects are nodes
    When the admin sends
      """
      POST /services/data/v67.0/composite/graph
      Content-Type: application/json

      {"graphs": [{"graphId": "1", "compositeRequest": [{"url": "/services/data/v67.0/query?q=SELECT+Id+FROM+Account", "method": "GET", "referenceId": "q"}]}]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"graphs": [{"graphId": "1", "graphResponse": {"compositeResponse": [
        {"body": [{"errorCode": "PROCESSING_HALTED", "message": "{string}"}], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "q"}]}, "isSuccessful": false}]}
      """

  Scenario: After fourteen failed graphs the rest is not processed
    When the admin sends 16 times the part in angle brackets
      """
      POST /services/data/v67.0/composite/graph
      Content-Type: application/json

      {"graphs": [<{"graphId": "g#", "compositeRequest": [{"url": "/services/data/v67.0/sobjects/Account", "body": {}, "method": "POST", "referenceId": "a"}]}>]}
      """
    Then the answer mentions "The graph was not processed since the maximum number of failed graphs was reached."

  Scenario Outline: More than <what>
    When the admin sends <count> times the part in angle brackets
      """
      POST /services/data/v67.0/composite/graph
      Content-Type: application/json

      {"graphs": <graphs>}
      """
    Then the answer is the error "LIMIT_EXCEEDED" saying "<message>"

    Examples:
      | what              | count | graphs                                                                                                                                                         | message                                                 |
      | 75 graphs         | 76    | [<{"graphId": "g#", "compositeRequest": []}>]                                                                                                                  | The request can’t contain more than 75 graphs.          |
      | 500 nodes         | 501   | [{"graphId": "g", "compositeRequest": [<{"method": "GET", "url": "/services/data/v67.0/sobjects/Account/001", "referenceId": "r#"}>]}]                         | The request can’t contain more than 500 operations.     |
      | 15 kinds of nodes | 16    | [{"graphId": "g", "compositeRequest": [<{"method": "GET", "url": "/services/data/v67.0/sobjects/X#__c/001", "referenceId": "r#"}>]}]                           | The request can’t contain more than 15 different nodes. |

  Scenario Outline: A request that is none: <what>
    When the admin sends
      """
      POST /services/data/v67.0/composite/graph
      Content-Type: application/json

      {"graphs": <graphs>}
      """
    Then the answer is the error "<code>"

    Examples:
      | what                    | graphs                                                                                                                                           | code              |
      | A graph without id      | [{"compositeRequest": []}]                                                                                                                       | JSON_PARSER_ERROR |
      | A graph id given twice  | [{"graphId": "1", "compositeRequest": []}, {"graphId": "1", "compositeRequest": []}]                                                             | INVALID_INPUT     |
      | A version before graphs | [{"graphId": "1", "compositeRequest": [{"method": "GET", "url": "/services/data/v49.0/sobjects/Account/001", "referenceId": "a"}]}]               | INVALID_INPUT     |

  Scenario: Versions before 50 do not have it
    When the admin sends
      """
      POST /services/data/v49.0/composite/graph
      Content-Type: application/json

      {"graphs": []}
      """
    Then the answer is the error "NOT_FOUND"
