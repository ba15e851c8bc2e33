@R-F9
Feature: Errors of the REST API
  One dialect: an array of errors, even for one.

  Scenario Outline: <what>
    When the admin sends
      """
      <request>
      """
    Then the answer on the wire is
      """
      HTTP <status>
      Content-Type: application/json;charset=UTF-8

      [<error>]
      """

    @route:rest/create
    Examples:
      | what                                | request                                        | status | error                                                                                                                                   |
      | A path nobody serves                | GET /services/data/v67.0/nothing               | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                                                          |
      | An object nobody has                | GET /services/data/v67.0/sobjects/Nope         | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                                                          |
      | A method the resource does not know | DELETE /services/data/v67.0/limits             | 405    | {"errorCode": "METHOD_NOT_ALLOWED", "message": "HTTP Method 'DELETE' not allowed. Allowed are HEAD,GET"}                                |
      | A query by POST                     | POST /services/data/v67.0/query                | 405    | {"errorCode": "METHOD_NOT_ALLOWED", "message": "HTTP Method 'POST' not allowed. Allowed are HEAD,GET"}                                  |

  @route:rest/limits
  Scenario: Without a token
    When somebody sends
      """
      GET /services/data/v67.0/limits
      """
    Then the answer on the wire is
      """
      HTTP 401
      Content-Type: application/json;charset=UTF-8

      [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
      """

  @route:rest/limits
  Scenario: With a token that is over
    When somebody sends
      """
      GET /services/data/v67.0/limits
      Authorization: Bearer 00Dxx0000000001!AQnobody
      """
    Then the answer on the wire is
      """
      HTTP 401
      Content-Type: application/json;charset=UTF-8

      [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
      """

  @route:rest/create
  Scenario: A body in another language
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/Account
      Content-Type: multipart/related

      Name=Acme
      """
    Then the answer on the wire is
      """
      HTTP 415
      Content-Type: application/json;charset=UTF-8

      [{"message": "MediaType of 'multipart/related' is not supported by this resource", "errorCode": "UNSUPPORTED_MEDIA_TYPE"}]
      """

  @route:rest/limits
  Scenario: Errors in XML for those who ask
    When the admin sends
      """
      GET /services/data/v67.0/nothing
      Accept: application/xml
      """
    Then the answer on the wire is
      """
      HTTP 404
      Content-Type: application/xml;charset=UTF-8

      <?xml version="1.0" encoding="UTF-8"?><Errors><Error><errorCode>NOT_FOUND</errorCode><message>The requested resource does not exist</message></Error></Errors>
      """

  @R-E5 @route:rest/limits
  @row:rest/no-api
  Scenario: An edition without API
    Given an org of the edition "Professional"
    When the admin reads "/limits"
    Then the answer is the error "API_DISABLED_FOR_ORG" saying "The REST API is not enabled for this Organization."

  @R-F11 @route:rest/limits
  Scenario: A user without API
    Given an org
    And the test author has created "/orgs/{org}/profiles" from
      """
      {"name": "Clerk", "permissions": []}
      """
    And a user "ada" with the profile "Clerk"
    When "ada" reads "/limits"
    Then the answer on the wire is
      """
      HTTP 403
      Content-Type: application/json;charset=UTF-8

      [{"message": "API is disabled for this User", "errorCode": "API_CURRENTLY_DISABLED"}]
      """

  @route:rest/limits
  Scenario: A spelling nobody has
    When the admin sends
      """
      GET /services/data/v67.0/limits
      Accept: image/png
      """
    Then the answer on the wire is
      """
      HTTP 406
      Content-Type: application/json;charset=UTF-8

      [{"message": "The requested media type is not supported by this resource", "errorCode": "NOT_ACCEPTABLE"}]
      """

  @route:rest/create
  Scenario: An owner who is inactive
    Given a user "ada"
    And "ada" is among the records
    And "ada" is deactivated
    When the admin creates the Account "Acme" with
      | Name    | Acme     |
      | OwnerId | {id:ada} |
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json;charset=UTF-8

      [{"message": "operation performed with inactive user [{id15:ada}] as owner of account", "errorCode": "INACTIVE_OWNER_OR_USER", "fields": ["OwnerId"]}]
      """
