@R-F5 @R-F8
Feature: Composites of the Tooling API
  They run the Tooling API's resources, as the others run those of the data API.

  @route:rest/tooling-composite
  Scenario: Resources of the data API are not among them
    When the admin sends
      """
      POST /services/data/v67.0/tooling/composite
      Content-Type: application/json

      {"compositeRequest": [{"method": "GET", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "r"}]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"compositeResponse": [{"body": [{"errorCode": "PROCESSING_HALTED", "message": "{string}"}], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "r"}]}
      """

  @route:rest/tooling-composite-batch
  Scenario: Nor in its batch
    When the admin sends
      """
      POST /services/data/v67.0/tooling/composite/batch
      Content-Type: application/json

      {"batchRequests": [{"method": "GET", "url": "v67.0/sobjects/Account"}]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"hasErrors": true, "results": [{"statusCode": 400, "result": [{"errorCode": "PROCESSING_HALTED", "message": "{string}"}]}]}
      """
