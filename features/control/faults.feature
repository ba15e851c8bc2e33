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

  @row:rest/limit
  Scenario Outline: The limit of <limit> calls is said to be reached
    Given the next request in the org to "rest/limits" meets the fault
      """
      {"rate_limit": "<limit>"}
      """
    When the admin reads "/limits"
    Then the answer on the wire is
      """
      HTTP 403

      [{"message": "<message>", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
      """

    Examples:
      | limit      | message                                                   |
      | total      | TotalRequests Limit exceeded.                             |
      | concurrent | ConcurrentRequests (Concurrent API Requests) Limit exceeded. |

  @route:oauth/token
  Scenario: Members of an answer are altered, and nothing else
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has authorized "Reports"
    And the next request of "Reports" to "oauth/token" meets the fault
      """
      {"alter": {"json": {"token_type": "mac", "refresh_token": null, "issued_to": {"name": "nobody"}}}}
      """
    When "Reports" redeems the code
    Then the answer on the wire is
      """
      HTTP 200
      Cache-Control: no-store

      {
        "access_token": "{string}",
        "signature": "{string}",
        "scope": "{string}",
        "id_token": "{string}",
        "instance_url": "{instance}",
        "id": "{string}",
        "token_type": "mac",
        "issued_at": "{digits}",
        "issued_to": {"name": "nobody"}
      }
      """
    And the access token of "Reports" works

  @route:rest/query
  Scenario: A member deep in an answer is altered
    Given these Account records
      | Name |
      | Acme |
    And the next request in the org to "rest/query" meets the fault
      """
      {"alter": {"json": {"records.0.Name": "Blue", "/records/0/attributes": null}}}
      """
    When the admin reads "/query?q=SELECT+Name+FROM+Account"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 1, "done": true, "records": [{"Name": "Blue"}]}
      """

  Scenario: An alteration of nothing is refused
    When the test author creates "/faults" from
      """
      {"match": {"route": "rest/limits"}, "action": {"alter": {}}}
      """
    Then the control API refuses with 400 and names "action"

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

  Scenario: A fault that waits for the first use of a new token
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    And this fault
      """
      {"match": {"route": "rest/*", "app": "{app:Reports}", "session": "live"}, "action": {"status": 503, "error": "SERVER_UNAVAILABLE"}}
      """
    And "Reports" has revoked its access token
    When "Reports" sends with its token
      """
      GET /services/data/v67.0/limits
      """
    Then the answer is the error "INVALID_SESSION_ID"
    When "Reports" refreshes
    And "Reports" sends with its token
      """
      GET /services/data/v67.0/limits
      """
    Then the answer is the error "SERVER_UNAVAILABLE"

  Scenario Outline: A fault finds the app in <what>
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    And "ada" has authorized "Reports"
    And the next request of "Reports" to "oauth/token" meets the fault
      """
      {"status": 503, "error": "service_unavailable"}
      """
    When "Reports" <does>
    Then the answer has the status 503

    Examples:
      | what               | does                                            |
      | the Basic header   | redeems the code, its secret in the Basic header |
      | the refresh token  | refreshes                                       |

  Scenario: A fault that makes no sense is refused by name
    When the test author creates "/faults" from
      """
      {"match": {"route": "rest/limits"}, "action": {"explode": true}}
      """
    Then the control API refuses with 400 and names "action"

  @R-D15
  Rule: A token is altered in its claims or its signature

    Background:
      Given a user "ada"
      And an installed connected app "Reports"
      And "ada" has authorized "Reports"

    Scenario: Wrong claims under a sound signature
      Given the next request of "Reports" to "oauth/token" meets the fault
        """
        {"alter": {"claims": {"aud": "somebody else", "nonce": "n-other", "sub": null}}}
        """
      When "Reports" redeems the code
      Then the id_token of "Reports" is signed by a published key and says
        | iss   | {login}       |
        | aud   | somebody else |
        | nonce | n-other       |
        | sub   | null          |

    Scenario: Right claims under a shared secret
      Given the next request of "Reports" to "oauth/token" meets the fault
        """
        {"alter": {"token": "id_token", "signature": "hmac"}}
        """
      When "Reports" redeems the code
      Then the signature of the id_token of "Reports" fits no published key

    Scenario: Right claims under a broken signature
      Given the next request of "Reports" to "oauth/token" meets the fault
        """
        {"alter": {"token": "id_token", "signature": "broken"}}
        """
      When "Reports" redeems the code
      Then the signature of the id_token of "Reports" fits no published key
      And the access token of "Reports" works

  @route:oauth/authorize
  Rule: A redirect is altered in its parameters or as a whole

    Scenario Outline: <what>
      Given an installed connected app "Reports"
      And the next request of "Reports" to "oauth/authorize" meets the fault
        """
        {"alter": <alteration>}
        """
      When somebody sends
        """
        GET /services/oauth2/authorize?response_type=code&client_id={key:Reports}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback&state=mine&immediate=true
        """
      Then the answer on the wire is
        """
        HTTP 302
        Location: <location>
        """

      Examples:
        | what                        | alteration                                 | location                                                      |
        | Another state               | {"query": {"state": "theirs"}}             | https://client.example/callback?error={any}&state=theirs      |
        | An issuer nobody expects    | {"query": {"iss": "https://evil.example"}} | {any}&state=mine&iss=https%3A%2F%2Fevil.example               |
        | Another address altogether  | {"location": "https://evil.example/"}      | https://evil.example/                                         |
