@R-F5 @route:rest/composite-batch
Feature: Batch
  Up to 25 requests in one that know nothing of each other.

  @own-org
  Scenario: Each part has a result
    Given these Account records
      | Name |
      | Acme |
    When the admin sends
      """
      POST /services/data/v67.0/composite/batch
      Content-Type: application/json

      {"batchRequests": [
        {"method": "PATCH", "url": "v67.0/sobjects/Account/{id:Acme}", "richInput": {"Name": "Blue"}},
        {"method": "GET", "url": "/services/data/v66.0/sobjects/Account/{id:Acme}?fields=Name"},
        {"method": "GET", "url": "v67.0/limits/recordCount?sObjects=Account"},
        {"method": "GET", "url": "v67.0/query?q=SELECT+COUNT()+FROM+Contact"}]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"hasErrors": false, "results": [
        {"statusCode": 204, "result": null},
        {"statusCode": 200, "result": {"attributes": {"type": "Account", "url": "/services/data/v66.0/sobjects/Account/{id:Acme}"}, "Name": "Blue", "...": "{any}"}},
        {"statusCode": 200, "result": {"sObjects": [{"count": 1, "name": "Account"}]}},
        {"statusCode": 200, "result": {"totalSize": 0, "done": true, "records": []}}]}
      """

  Scenario: A part that fails leaves the others alone
    When the admin sends
      """
      POST /services/data/v67.0/composite/batch
      Content-Type: application/json

      {"batchRequests": [
        {"method": "POST", "url": "v67.0/sobjects/Account", "richInput": {"Name": "Acme"}},
        {"method": "GET", "url": "v67.0/sobjects/Nope"},
        {"method": "POST", "url": "v67.0/sobjects/Account", "richInput": {"Name": "Blue @{x.y}"}}]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"hasErrors": true, "results": [
        {"statusCode": 201, "result": {"id": "{id}", "success": true, "errors": []}},
        {"statusCode": 404, "result": [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]},
        {"statusCode": 201, "result": {"id": "{id}", "success": true, "errors": []}}]}
      """

  Scenario: With haltOnError the rest is not attempted, and what was done stays
    When the admin sends
      """
      POST /services/data/v67.0/composite/batch
      Content-Type: application/json

      {"haltOnError": true, "batchRequests": [
        {"method": "POST", "url": "v67.0/sobjects/Account", "richInput": {"Name": "Kept"}},
        {"method": "POST", "url": "v67.0/sobjects/Account", "richInput": {"Site": "No name"}},
        {"method": "POST", "url": "v67.0/sobjects/Account", "richInput": {"Name": "Never"}}]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"hasErrors": true, "results": [
        {"statusCode": 201, "result": {"id": "{id}", "success": true, "errors": []}},
        {"statusCode": 400, "result": [{"message": "Required fields are missing: [Name]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["Name"]}]},
        {"statusCode": 412, "result": [{"errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted per request"}]}]}
      """
    When the admin queries "SELECT Name FROM Account WHERE Name IN ('Kept', 'Never')"
    Then the query returns "Kept"

  @R-F7
  Scenario: Each part counts as a call
    Given the admin reads "/limits"
    And the header "Sforce-Limit-Info" of the answer is noted as "before"
    When the admin sends
      """
      POST /services/data/v67.0/composite/batch
      Content-Type: application/json

      {"batchRequests": [{"method": "GET", "url": "v67.0/sobjects/Account"}, {"method": "GET", "url": "v67.0/sobjects/Account"}, {"method": "GET", "url": "v67.0/sobjects/Account"}]}
      """
    And the admin reads "/limits"
    Then the header "Sforce-Limit-Info" is 4 calls further than "before"

  Scenario Outline: A request that is none: <what>
    When the admin sends
      """
      POST /services/data/v60.0/composite/batch
      Content-Type: application/json

      {"batchRequests": [<part>]}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "{string}", "errorCode": "<code>"}]
      """

    Examples:
      | what                        | part                                                            | code              |
      | A newer version inside      | {"method": "GET", "url": "v61.0/sobjects/Account"}              | INVALID_INPUT     |
      | A version before batches    | {"method": "GET", "url": "v33.0/sobjects/Account"}              | INVALID_INPUT     |
      | No address                  | {"method": "GET"}                                               | JSON_PARSER_ERROR |
      | A method that is none       | {"method": "FETCH", "url": "v60.0/sobjects/Account"}            | INVALID_INPUT     |
      | A composite's member        | {"method": "GET", "url": "v60.0/sobjects", "referenceId": "a"}  | JSON_PARSER_ERROR |

  Scenario: A resource it does not run
    When the admin sends
      """
      POST /services/data/v67.0/composite/batch
      Content-Type: application/json

      {"batchRequests": [{"method": "POST", "url": "v67.0/composite/sobjects", "richInput": {"records": []}}]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"hasErrors": true, "results": [{"statusCode": 400, "result": [{"errorCode": "PROCESSING_HALTED", "message": "{string}"}]}]}
      """

  Scenario: More than 25 parts
    When the admin sends 26 times the part in angle brackets
      """
      POST /services/data/v67.0/composite/batch
      Content-Type: application/json

      {"batchRequests": [<{"method": "GET", "url": "v67.0/sobjects/Account"}>]}
      """
    Then the answer is the error "LIMIT_EXCEEDED"
