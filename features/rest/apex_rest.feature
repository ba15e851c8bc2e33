@R-F1 @route:apexrest/call
Feature: Apex REST
  Addresses of Apex classes exist, the classes do not.

  Scenario Outline: <method> leads to no class
    When the admin sends
      """
      <method> /services/apexrest/acme/orders/1
      """
    Then the answer on the wire is
      """
      HTTP 404
      Content-Type: application/json;charset=UTF-8

      [{"errorCode": "NOT_FOUND", "message": "Could not find a match for URL"}]
      """

    Examples:
      | method |
      | GET    |
      | POST   |
      | PUT    |
      | PATCH  |
      | DELETE |

  Scenario: Nobody learns that without a session
    When somebody sends
      """
      GET /services/apexrest/acme/orders/1
      Authorization: Bearer 00Dxx0000000001!AQnobody
      """
    Then the answer on the wire is
      """
      HTTP 401
      Content-Type: application/json;charset=UTF-8

      [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
      """
