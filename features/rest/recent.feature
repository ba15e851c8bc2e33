@R-F4 @own-org
Feature: Recently used records
  What a user looked at or referred to is remembered for that user.

  Background:
    Given the admin has created the Account "Acme" with
      | Name | Acme |
    And the admin has created the Account "Blue" with
      | Name | Blue |

  @route:rest/recent
  Scenario: Nothing was looked at
    When the admin sends
      """
      GET /services/data/v67.0/recent
      """
    Then the answer on the wire is
      """
      HTTP 200

      []
      """

  @route:rest/recent
  Scenario: A query FOR VIEW makes its records recent
    Given the admin queries "SELECT Id FROM Account WHERE Name = 'Acme' FOR VIEW"
    When the admin sends
      """
      GET /services/data/v67.0/recent?limit=5
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Id": "{id:Acme}", "Name": "Acme"}]
      """

  @route:rest/recent
  Scenario: What was deleted is recent no more
    Given the admin queries "SELECT Id FROM Account FOR VIEW"
    And the admin has deleted the Account "Acme"
    When the admin queries "SELECT Name FROM RecentlyViewed WHERE Type = 'Account'"
    Then the query returns "Blue"

  @route:rest/recent
  Scenario: Each user has recent records of their own
    Given a user "ada"
    And the admin queries "SELECT Id FROM Account FOR VIEW"
    When "ada" queries "SELECT Name FROM RecentlyViewed"
    Then the query returns nothing

  @route:rest/query
  Scenario: A view moves both dates, a reference one
    Given the admin queries "SELECT Id FROM Account WHERE Name = 'Acme' FOR VIEW"
    And the admin queries "SELECT Id FROM Account WHERE Name = 'Blue' FOR REFERENCE"
    When the admin queries "SELECT Name FROM Account WHERE LastViewedDate != null"
    Then the query returns "Acme"

  @route:rest/query
  Scenario: A reference does not count as a view
    Given the admin queries "SELECT Id FROM Account WHERE Name = 'Blue' FOR REFERENCE"
    When the admin queries "SELECT Name FROM RecentlyViewed WHERE LastViewedDate = null"
    Then the query returns "Blue"

  @route:rest/query
  Scenario: The records used last are a scope
    Given the admin queries "SELECT Id FROM Account WHERE Name = 'Blue' FOR VIEW"
    When the admin queries "SELECT Name FROM Account USING SCOPE mru"
    Then the query returns "Blue"

  @route:rest/read
  Scenario: A header makes a read count as a view
    Given the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/{id:Blue}
      Sforce-Mru: updateMru=true
      """
    When the admin queries "SELECT Name FROM RecentlyViewed"
    Then the query returns "Blue"

  @route:rest/basic-information
  Scenario: An object's own recent records
    Given the admin queries "SELECT Id FROM Account WHERE Name = 'Acme' FOR VIEW"
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"objectDescribe": {"name": "Account", "...": "{any}"}, "recentItems": [{"attributes": {"type": "Account", "url": "{string}"}, "Id": "{id:Acme}", "Name": "Acme"}]}
      """

  @route:rest/relevant-items
  Scenario: Recent records, object by object
    Given the admin queries "SELECT Id FROM Account WHERE Name = 'Acme' FOR VIEW"
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/relevantItems
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"apiName": "Account", "key": "001", "label": "Accounts", "lastUpdatedId": "{digits}", "recordIds": ["{id:Acme}"]}]
      """
