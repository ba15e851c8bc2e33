@R-F1
Feature: Requests on a condition
  A row is sent, changed or left alone depending on what the caller knows of it.

  Background:
    Given these Account records
      | Name | Phone |
      | Acme | 0123  |
    And the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/{id:Acme}
      """
    And the header "ETag" of the answer is noted as "tag"

  @route:rest/read
  Scenario: Accounts have entity tags
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/{id:Acme}
      If-None-Match: {note:tag}
      """
    Then the answer on the wire is
      """
      HTTP 304
      ETag: {note:tag}
      Content-Type: (absent)
      """

  @route:rest/read
  Scenario Outline: Reading with <header>: <value>
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/{id:Acme}
      <header>: <value>
      """
    Then the answer has the status <status>

    Examples:
      | header              | value                         | status |
      | If-None-Match       | "another"                     | 200    |
      | If-None-Match       | *                             | 304    |
      | If-Match            | {note:tag}                    | 200    |
      | If-Match            | "another", {note:tag}         | 200    |
      | If-Match            | "another"                     | 412    |
      | If-Modified-Since   | Mon, 01 Jan 2091 00:00:00 GMT | 304    |
      | If-Modified-Since   | Tue, 01 Jan 1991 00:00:00 GMT | 200    |
      | If-Unmodified-Since | Mon, 01 Jan 2091 00:00:00 GMT | 200    |
      | If-Unmodified-Since | Tue, 01 Jan 1991 00:00:00 GMT | 412    |
      | If-Range            | "another"                     | 200    |
      | If-Modified-Since   | soon                          | 200    |
      | If-Match            | nonsense                      | 200    |

  @route:rest/update
  Scenario Outline: Changing with <header>: <value>
    When the admin sends
      """
      PATCH /services/data/v67.0/sobjects/Account/{id:Acme}
      Content-Type: application/json
      <header>: <value>

      {"Phone": "4567"}
      """
    Then the answer has the status <status>
    And the Account "Acme" has
      | Phone | <phone> |

    Examples:
      | header              | value                         | status | phone |
      | If-Match            | {note:tag}                    | 204    | 4567  |
      | If-Match            | *                             | 204    | 4567  |
      | If-Match            | "another"                     | 412    | 0123  |
      | If-None-Match       | {note:tag}                    | 412    | 0123  |
      | If-None-Match       | "another"                     | 204    | 4567  |
      | If-Unmodified-Since | Tue, 01 Jan 1991 00:00:00 GMT | 412    | 0123  |
      | If-Unmodified-Since | Mon, 01 Jan 2091 00:00:00 GMT | 204    | 4567  |
      | If-Match            | nonsense                      | 400    | 0123  |

  @route:rest/update
  Scenario: A condition that is not met, and one that cannot be read
    When the admin sends
      """
      PATCH /services/data/v67.0/sobjects/Account/{id:Acme}
      Content-Type: application/json
      If-Match: "another"

      {"Phone": "4567"}
      """
    Then the answer on the wire is
      """
      HTTP 412
      Content-Type: application/json;charset=UTF-8

      [{"message": "The record does not meet the condition of the request", "errorCode": "PRECONDITION_FAILED"}]
      """
    When the admin sends
      """
      PATCH /services/data/v67.0/sobjects/Account/{id:Acme}
      Content-Type: application/json
      If-Match: nonsense

      {"Phone": "4567"}
      """
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json;charset=UTF-8

      [{"message": "The conditional header cannot be read", "errorCode": "INVALID_INPUT"}]
      """

  @route:rest/read
  Scenario: Other objects have none
    Given these Contact records
      | LastName |
      | Hopper   |
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Contact/{id:Hopper}
      """
    Then the answer on the wire is
      """
      HTTP 200
      ETag: (absent)
      """

  @route:rest/describe-global @route:rest/describe
  Scenario Outline: A description that has not changed: <path>
    When the admin sends
      """
      GET /services/data/v67.0/<path>
      If-Modified-Since: Mon, 01 Jan 2091 00:00:00 GMT
      """
    Then the answer on the wire is
      """
      HTTP 304
      Last-Modified: {string}
      Content-Type: (absent)
      ETag: <tag>
      """

    Examples:
      | path                      | tag          |
      | sobjects                  | "{string}"   |
      | sobjects/Account/describe | (absent)     |
