@R-F9 @R-K4
Feature: Errors that only a fault brings about
  What Salesforce says when an org is full, slow or guarded by rules of its own: on request, in its words.

  Scenario Outline: <code> of a query
    Given the next request in the org to "rest/query" meets the fault
      """
      {"status": <status>, "error": "<code>"}
      """
    When the admin queries "SELECT Id FROM Account"
    Then the answer on the wire is
      """
      HTTP <status>
      Content-Type: application/json;charset=UTF-8

      [{"message": "<message>", "errorCode": "<code>"}]
      """

    @route:rest/query
    Examples:
      | code                     | status | message                                                                                                                      |
      | QUERY_TIMEOUT            | 400    | Your query request was running for too long.                                                                                 |
      | REQUEST_RUNNING_TOO_LONG | 400    | Your request was running for too long, and has been stopped.                                                                 |
      | OPERATION_TOO_LARGE      | 400    | OPERATION_TOO_LARGE                                                                                                          |
      | REQUEST_LIMIT_EXCEEDED   | 403    | TotalRequests Limit exceeded.                                                                                                |
      | SERVER_UNAVAILABLE       | 503    | Server Unavailable                                                                                                           |
      | UNKNOWN_EXCEPTION        | 500    | An unexpected error occurred. Please include this ErrorId if you contact support: 123456789-12345 (-123456789)               |

  Scenario Outline: <code> of a change
    Given the next request in the org to "rest/create" meets the fault
      """
      {"status": <status>, "error": "<code>"}
      """
    When the admin creates the Account "Acme" with
      | Name | Acme |
    Then the answer on the wire is
      """
      HTTP <status>
      Content-Type: application/json;charset=UTF-8

      [{"message": "<message>", "errorCode": "<code>", "fields": []}]
      """
    When the admin queries "SELECT COUNT() FROM Account"
    Then the query counts 0

    @route:rest/create
    Examples:
      | code                              | status | message                                          |
      | STORAGE_LIMIT_EXCEEDED            | 403    | storage limit exceeded                           |
      | FIELD_CUSTOM_VALIDATION_EXCEPTION | 400    | FIELD_CUSTOM_VALIDATION_EXCEPTION                |
      | TXN_SECURITY_METERING_ERROR       | 400    | TXN_SECURITY_METERING_ERROR                      |
      | UNABLE_TO_LOCK_ROW                | 400    | unable to obtain exclusive access to this record |
      | ENTITY_IS_LOCKED                  | 400    | the entity is locked for editing                 |
