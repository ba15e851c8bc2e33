@R-K4 @route:control/faults-add
Feature: Faults
  A test author decides how the next requests go wrong, in Salesforce's own dialect.

  Scenario: A status in the dialect of REST
    Given the next request in the org to "rest/limits" meets the fault
      """
      {"status": 503, "error": "SERVER_UNAVAILABLE"}
      """
    When the admin reads "/limits"
    Then the answer is the error "SERVER_UNAVAILABLE"

  Scenario: A status in the dialect of OAuth
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    And the next request of "Reports" to "oauth/token" meets the fault
      """
      {"status": 400, "error": "unknown_error"}
      """
    When "Reports" refreshes
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json;charset=UTF-8

      {"error": "unknown_error", "error_description": "{string}"}
      """

  Scenario: Any body at all
    Given the next request in the org to "rest/limits" meets the fault
      """
      {"status": 502, "body": "<html>Bad gateway</html>", "headers": {"Content-Type": "text/html"}}
      """
    When the admin reads "/limits"
    Then the answer on the wire is
      """
      HTTP 502
      Content-Type: text/html

      <html>Bad gateway</html>
      """

  Scenario: A fault strikes as often as planned
    Given the next request in the org to "rest/limits" meets the fault
      """
      {"status": 503, "error": "SERVER_UNAVAILABLE"}
      """
    And the admin reads "/limits"
    When the admin reads "/limits"
    Then the answer has the status 200

  Scenario: A fault strikes in its org only
    Given the next request in the org to "rest/limits" meets the fault
      """
      {"status": 503, "error": "SERVER_UNAVAILABLE"}
      """
    And another org
    When the admin of another org reads "/limits"
    Then the answer has the status 200

  Scenario: A delay changes nothing but the time
    Given the next request in the org to "rest/limits" meets the fault
      """
      {"delay_ms": 20}
      """
    When the admin reads "/limits"
    Then the answer has the status 200

  Scenario: A row that is locked
    Given these Account records
      | Name |
      | Acme |
    And the next request in the org to "rest/update" meets the fault
      """
      {"lock": true}
      """
    When the admin updates the Account "Acme" with
      | Name | Blue |
    Then the answer is the error "UNABLE_TO_LOCK_ROW"
    And the Account "Acme" has
      | Name | Acme |

  Scenario: A connection cut before the effect leaves nothing behind
    Given the next request in the org to "rest/create" meets the fault
      """
      {"cut": "before_effect"}
      """
    When the admin tries to create the Account "Acme"
    Then the connection ends without an answer
    And the org has 0 Account records

  Scenario: A connection cut after the effect leaves the record
    Given the next request in the org to "rest/create" meets the fault
      """
      {"cut": "after_effect"}
      """
    When the admin tries to create the Account "Acme"
    Then the connection ends without an answer
    And the org has 1 Account records

  Scenario: A connection cut in the middle of the answer
    Given the next request in the org to "rest/create" meets the fault
      """
      {"cut": "mid_body"}
      """
    When the admin tries to create the Account "Acme"
    Then the connection ends without an answer

  @route:control/faults
  Scenario: Faults that are planned can be looked at
    Given the next request in the org to "rest/limits" meets the fault
      """
      {"delay_ms": 1}
      """
    When the test author reads "/faults"
    Then the answer mentions "{org}"

  @route:control/fault-remove
  Scenario: A fault that was removed does not strike
    Given the next request in the org to "rest/limits" meets the fault
      """
      {"status": 503, "error": "SERVER_UNAVAILABLE"}
      """
    When the test author removes "/faults/{note:fault}"
    And the admin reads "/limits"
    Then the answer has the status 200

  @route:control/fault-release
  Scenario: A held request goes on when it is released
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    And a refresh of "Reports" is held
    When the held request is released
    Then tokens are issued

  Scenario: A fault that makes no sense is refused by name
    When the test author creates "/faults" from
      """
      {"match": {"route": "rest/limits"}, "action": {"explode": true}}
      """
    Then the control API refuses with 400 and names "action"
