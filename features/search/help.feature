@R-F3
Feature: What search pages ask
  The objects searched, the columns of results, and suggestions while one types.

  @route:rest/search-scope-order
  Scenario: The objects a global search looks at
    When the admin sends
      """
      GET /services/data/v67.0/search/scopeOrder
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"type": "Account", "url": "/services/data/v67.0/sobjects/Account/describe"}, "..."]
      """

  @route:rest/search-layout
  Scenario: The columns of results
    When the admin sends
      """
      GET /services/data/v67.0/search/layout?q=Contact
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"label": "Search Results", "limitRows": 25, "objectType": "Contact", "searchColumns": [{"field": "Contact.Name", "format": null, "label": "Full Name", "name": "Name"}, "..."]}]
      """

  @route:rest/search-layout
  Scenario: The columns of an object that does not exist
    When the admin sends
      """
      GET /services/data/v67.0/search/layout?q=Nope
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "sObject type 'Nope' is not supported.", "errorCode": "INVALID_TYPE"}]
      """

  @route:rest/search-suggestions
  Scenario: Records whose name begins like what is typed
    Given these Account records
      | Name                   |
      | National Utility       |
      | National Urban Company |
      | Rational Software      |
    When the admin sends
      """
      GET /services/data/v67.0/search/suggestions?q=national+ut&sobject=Account
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"autoSuggestResults": [{"attributes": {"type": "Account", "url": "{string}"}, "Id": "{id}", "Name": "National Utility"}], "hasMoreResults": false}
      """

  @route:rest/search-suggestions
  Scenario: More suggestions than were asked for
    Given these Account records
      | Name |
      | Acme One |
      | Acme Two |
    When the admin sends
      """
      GET /services/data/v67.0/search/suggestions?q=ac&sobject=Account&limit=1
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"autoSuggestResults": [{"attributes": {"type": "Account", "url": "{string}"}, "Id": "{id}", "Name": "{string}"}], "hasMoreResults": true}
      """

  @route:rest/search-suggestions
  Scenario: Suggestions need an object
    When the admin sends
      """
      GET /services/data/v67.0/search/suggestions?q=ac
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "The sobject parameter is required", "errorCode": "MISSING_ARGUMENT"}]
      """

  @route:rest/search-suggest-queries
  Scenario: Nobody's searches are kept, so none are suggested
    When the admin sends
      """
      GET /services/data/v67.0/search/suggestSearchQueries?q=app&language=en_US
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"autoSuggestResults": [], "hasMoreResults": false}
      """

  @route:rest/search-suggest-queries
  Scenario: Suggested searches need a language
    When the admin sends
      """
      GET /services/data/v67.0/search/suggestSearchQueries?q=app
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "The language parameter is required", "errorCode": "MISSING_ARGUMENT"}]
      """

  @route:tooling/search
  Scenario: The Tooling API searches its own objects
    When the admin sends
      """
      GET /services/data/v67.0/tooling/search?q=FIND+%7Bnowhere%7D+RETURNING+ApexClass(Id,Name)
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"searchRecords": []}
      """

  @route:tooling/search
  Scenario: A search of the Tooling API without a term
    When the admin sends
      """
      GET /services/data/v67.0/tooling/search?q=FIND+nowhere
      """
    Then the answer is the error "MALFORMED_SEARCH"
