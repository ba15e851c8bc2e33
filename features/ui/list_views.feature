@R-F4 @own-org
Feature: List views
  Every object has the list views of a fresh org.

  Background:
    Given the admin has created the Account "Acme" with
      | Name  | Acme         |
      | Phone | 415 555-1212 |
      | Type  | Prospect     |

  @route:rest/list-views
  Scenario: The list views of an object
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/listviews
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"done": true, "listviews": [{"describeUrl": "{string}", "developerName": "AllAccounts", "id": "{id}", "label": "All Accounts", "resultsUrl": "{string}", "soqlCompatible": true, "url": "{string}"}, "..."], "nextRecordsUrl": null, "size": 5, "sobjectType": "Account"}
      """

  @route:rest/list-views
  Scenario: The list views of an object that does not exist
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Nope/listviews
      """
    Then the answer is the error "NOT_FOUND"

  @route:rest/query
  Scenario: List views are records
    When the admin queries "SELECT Name FROM ListView WHERE SobjectType = 'Account' AND DeveloperName = 'AllAccounts'"
    Then the query returns "All Accounts"

  @route:rest/list-view
  Scenario: One list view
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/listviews/AllAccounts
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"describeUrl": "{string}", "developerName": "AllAccounts", "id": "{id}", "label": "All Accounts", "resultsUrl": "{string}", "soqlCompatible": true, "url": "{string}"}
      """

  @route:rest/list-view
  Scenario: A list view that does not exist
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/listviews/00B000000000000AAA
      """
    Then the answer is the error "NOT_FOUND"

  @route:rest/list-view-describe
  Scenario: What a list view shows
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Case/listviews/AllOpenCases/describe
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"columns": [{"ascendingLabel": "Z-A", "descendingLabel": "A-Z", "fieldNameOrPath": "CaseNumber", "hidden": false, "label": "Case Number", "searchable": true, "selectListItem": "CaseNumber", "sortDirection": "ascending", "sortIndex": 0, "sortable": true, "type": "string"}, "..."], "id": "{id}", "orderBy": [{"fieldNameOrPath": "CaseNumber", "nullsPosition": "first", "sortDirection": "ascending"}, {"fieldNameOrPath": "Id", "nullsPosition": "first", "sortDirection": "ascending"}], "query": "SELECT CaseNumber, Contact.Name, Subject, toLabel(Status), toLabel(Priority), CreatedDate, Owner.Alias, Id, LastModifiedDate, SystemModstamp FROM Case WHERE IsClosed = false ORDER BY CaseNumber ASC NULLS FIRST, Id ASC NULLS FIRST", "relatedEntityId": null, "scope": "everything", "scopeEntityId": null, "sobjectType": "Case", "whereCondition": {"field": "IsClosed", "operator": "equals", "values": ["false"]}}
      """

  @route:rest/list-view-results
  Scenario: The records of a list view
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/listviews/AllAccounts/results?limit=10
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"columns": [{"ascendingLabel": "Z-A", "descendingLabel": "A-Z", "fieldNameOrPath": "Name", "hidden": false, "label": "Account Name", "searchable": true, "selectListItem": "Name", "sortDirection": "ascending", "sortIndex": 0, "sortable": true, "type": "string"}, "..."], "developerName": "AllAccounts", "done": true, "id": "{id}", "label": "All Accounts", "records": [{"columns": [{"fieldNameOrPath": "Name", "value": "Acme"}, "..."]}], "size": 1}
      """

  @route:rest/list-view-results
  Scenario: The user's own records only
    Given a user "ada"
    When "ada" sends
      """
      GET /services/data/v67.0/sobjects/Account/listviews/MyAccounts/results
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"columns": ["..."], "developerName": "MyAccounts", "done": true, "id": "{id}", "label": "My Accounts", "records": [], "size": 0}
      """

  @route:rest/list-views-recent
  Scenario: A list view that was looked at is recent
    Given the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/listviews/MyAccounts/results
      """
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/listviews/recent
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"done": true, "listviews": [{"describeUrl": "{string}", "developerName": "MyAccounts", "id": "{id}", "label": "My Accounts", "resultsUrl": "{string}", "soqlCompatible": true, "url": "{string}"}], "nextRecordsUrl": null, "size": 1, "sobjectType": "Account"}
      """

  @route:rest/search
  Scenario: A search may keep to a list view
    When the admin searches "FIND {acme} RETURNING Account(Name USING ListView = MyAccounts)"
    Then the search finds "Acme"

  @route:rest/search
  Scenario: A search refuses a list view that does not exist
    When the admin searches "FIND {acme} RETURNING Account(Name USING ListView = Nope)"
    Then the search fails with "INVALID_SEARCH" saying "list view not found: Nope"

  @route:rest/list-view-results
  Scenario: A list of the records used last
    Given these Account records
      | Name |
      | Acme |
      | Blue |
    And the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/{id:Blue}
      Sforce-Mru: updateMru=true
      """
    When the admin reads "/sobjects/Account/listviews/RecentlyViewedAccounts/results"
    Then the answer on the wire is
      """
      HTTP 200

      {"developerName": "RecentlyViewedAccounts", "done": true, "size": 1, "records": [{"columns": [{"fieldNameOrPath": "Name", "value": "Blue"}, "..."]}], "...": "{any}"}
      """
