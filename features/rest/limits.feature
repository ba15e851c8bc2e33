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

  Scenario: Each call counts
    Given the admin reads "/limits"
    And the header "Sforce-Limit-Info" of the answer is noted as "before"
    When the admin reads "/limits"
    Then the header "Sforce-Limit-Info" is one call further than "before"

  @route:rest/record-count
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

  @R-K4
  Scenario: When the day's calls are used up
    Given the next request in the org to "rest/limits" meets the fault
      """
      {"status": 403, "error": "REQUEST_LIMIT_EXCEEDED"}
      """
    When the admin reads "/limits"
    Then the answer is the error "REQUEST_LIMIT_EXCEEDED" saying "TotalRequests Limit exceeded."
