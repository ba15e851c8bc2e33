@R-F7 @route:rest/limits
Feature: Limits
  Every answer tells how many of the day's calls are used; the limits resource tells the rest.

  Scenario: The limits of the org
    When the admin reads "/limits"
    Then the answer on the wire is
      """
      HTTP 200
      Sforce-Limit-Info: api-usage={number}/{number}

      {"DailyApiRequests": {"Max": "{number}", "Remaining": "{number}"}, "DataStorageMB": {"Max": "{number}", "Remaining": "{number}"}, "...": "{any}"}
      """

  Scenario Outline: Version <version> calls the allowance of Bulk API <name>
    When the admin sends
      """
      GET /services/data/v<version>/limits
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"<name>": {"Max": "{number}", "Remaining": "{number}"}, "...": "{any}"}
      """

    Examples:
      | version | name                 |
      | 41.0    | DailyBulkApiRequests |
      | 48.0    | DailyBulkApiRequests |
      | 49.0    | DailyBulkApiBatches  |

  Scenario: Each call counts
    Given the admin reads "/limits"
    And the header "Sforce-Limit-Info" of the answer is noted as "before"
    When the admin reads "/limits"
    Then the header "Sforce-Limit-Info" is one call further than "before"

  @route:rest/record-count @own-org
  Scenario: How many records there are
    Given these Account records
      | Name |
      | Acme |
      | Blue |
    When the admin reads "/limits/recordCount?sObjects=Account"
    Then the answer on the wire is
      """
      HTTP 200

      {"sObjects": [{"count": 2, "name": "Account"}]}
      """

  @route:rest/record-count @own-org
  Scenario: Without names all objects with records are counted, also where the parameter is empty
    Given these Account records
      | Name |
      | Acme |
    When the admin reads "/limits/recordCount?sObjects"
    And "/sObjects/0/name" of the answer is noted as "first"
    And the admin reads "/limits/recordCount?sObjects={note:first}"
    Then the answer on the wire is
      """
      HTTP 200

      {"sObjects": [{"count": 1, "name": "Account"}]}
      """

  @R-K4
  Scenario: When the day's calls are used up
    Given the next request in the org to "rest/limits" meets the fault
      """
      {"status": 403, "error": "REQUEST_LIMIT_EXCEEDED"}
      """
    When the admin reads "/limits"
    Then the answer is the error "REQUEST_LIMIT_EXCEEDED" saying "TotalRequests Limit exceeded."

  Rule: The calls of a day are counted over 24 hours

    Scenario: When they are used up every call is refused
      Given the policy "daily_api_requests" of the org is "2"
      And the admin reads "/limits"
      And the admin reads "/sobjects/Account"
      When the admin reads "/limits"
      Then the answer on the wire is
        """
        HTTP 403
        Content-Type: application/json;charset=UTF-8

        [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
        """

    Scenario: The limit shows in the answer and its header
      Given the policy "daily_api_requests" of the org is "250"
      When the admin reads "/limits"
      Then the answer on the wire is
        """
        HTTP 200
        Sforce-Limit-Info: api-usage=1/250

        {"DailyApiRequests": {"Max": 250, "Remaining": 249}, "...": "{any}"}
        """

    @route:rest/composite
    Scenario: A composite is one call, whatever is in it
      Given the policy "daily_api_requests" of the org is "1"
      When the admin sends
        """
        POST /services/data/v67.0/composite
        Content-Type: application/json

        {"compositeRequest": [
          {"method": "GET", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "a"},
          {"method": "GET", "url": "/services/data/v67.0/sobjects/Contact", "referenceId": "b"}]}
        """
      Then the answer has the status 200
      When the admin reads "/limits"
      Then the answer is the error "REQUEST_LIMIT_EXCEEDED" saying "TotalRequests Limit exceeded."

    @route:rest/composite-batch
    Scenario: A batch needs a call for each part
      Given the policy "daily_api_requests" of the org is "1"
      When the admin sends
        """
        POST /services/data/v67.0/composite/batch
        Content-Type: application/json

        {"batchRequests": [{"method": "GET", "url": "v67.0/sobjects/Account"}, {"method": "GET", "url": "v67.0/sobjects/Account"}]}
        """
      Then the answer is the error "REQUEST_LIMIT_EXCEEDED" saying "TotalRequests Limit exceeded."

  @R-K4
  Scenario Outline: A test says that a limit of calls is reached: <which>
    Given the next request in the org to "rest/limits" meets the fault
      """
      {"rate_limit": "<which>"}
      """
    When the admin reads "/limits"
    Then the answer on the wire is
      """
      HTTP 403

      [{"message": "<message>", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
      """

    Examples:
      | which      | message                                                       |
      | total      | TotalRequests Limit exceeded.                                 |
      | concurrent | ConcurrentRequests (Concurrent API Requests) Limit exceeded.  |
