@R-F3
Feature: Parameterized search
  A search without SOSL: its parts are parameters of the address or members of the body.

  Background:
    Given these Account records
      | Name     | Industry |
      | Acme One | Banking  |
      | Acme Two | Energy   |
    And these Contact records
      | LastName | Email            |
      | Acme     | ada@acme.example |

  @route:rest/parameterized-search
  Scenario: Objects with fields and limits of their own
    When the admin sends
      """
      GET /services/data/v67.0/parameterizedSearch?q=Acme&sobject=Contact&Contact.fields=LastName,Email&Contact.limit=10
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"searchRecords": [{"attributes": {"type": "Contact", "url": "{string}"}, "LastName": "Acme", "Email": "ada@acme.example"}]}
      """

  @route:rest/parameterized-search
  Scenario: Without an object all are searched
    When the admin sends
      """
      GET /services/data/v67.0/parameterizedSearch/?q=Acme
      """
    Then the search finds 3 records

  @route:rest/parameterized-search
  Scenario: An e-mail address is searched as it is
    When the admin sends
      """
      GET /services/data/v67.0/parameterizedSearch/?q=ada@acme.example&sobject=Contact&in=EMAIL&Contact.fields=Email
      """
    Then the search finds "ada@acme.example"

  @route:rest/parameterized-search
  Scenario: Without a text
    When the admin sends
      """
      GET /services/data/v67.0/parameterizedSearch?sobject=Account
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "The q parameter is required", "errorCode": "MISSING_ARGUMENT"}]
      """

  @route:rest/parameterized-search-post
  Scenario: A body with conditions
    When the admin sends
      """
      POST /services/data/v67.0/parameterizedSearch
      Content-Type: application/json

      {"q": "Acme", "in": "NAME", "fields": ["Name"], "sobjects": [{"name": "Account", "where": "Industry = 'Energy'", "orderBy": "Name", "limit": 5}, {"name": "Contact", "fields": ["LastName"]}], "overallLimit": 100, "defaultLimit": 10}
      """
    Then the search finds
      | type    | Name     | LastName |
      | Account | Acme Two | null     |
      | Contact | null     | Acme     |

  @route:rest/parameterized-search-post
  Scenario: A member that does not exist
    When the admin sends
      """
      POST /services/data/v67.0/parameterizedSearch
      Content-Type: application/json

      {"q": "Acme", "nope": 1}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "Unrecognized field \"nope\" at [line:1, column:23]", "errorCode": "JSON_PARSER_ERROR"}]
      """

  @route:rest/parameterized-search-post
  Scenario: Without a body
    When the admin sends
      """
      POST /services/data/v67.0/parameterizedSearch
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "The HTTP entity body is required, but this request has no entity body.", "errorCode": "JSON_PARSER_ERROR"}]
      """

  @route:rest/parameterized-search-post
  Scenario: A field list cannot smuggle in a clause
    When the admin sends
      """
      POST /services/data/v67.0/parameterizedSearch
      Content-Type: application/json

      {"q": "Acme", "sobjects": [{"name": "Account", "fields": ["Id WHERE Name = 'x'"]}]}
      """
    Then the answer is the error "MALFORMED_SEARCH"
