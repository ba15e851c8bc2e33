@R-F10
Feature: Pages of the UI API
  Lists, related lists, layouts, lookups and actions: what an application shows around records.

  Background:
    Given these Account records
      | Name | Industry |
      | Acme | Banking  |
      | Blue | Energy   |
    And these Contact records
      | LastName | AccountId |
      | Ada      | {id:Acme} |
      | Bob      | {id:Acme} |

  Rule: Lists

    @route:rest/ui-list-info
    Scenario: What a list shows
      When the admin reads "/ui-api/list-info/Account/AllAccounts"
      Then the answer on the wire is
        """
        HTTP 200

        {"displayColumns": [{"fieldApiName": "Name", "label": "Account Name", "lookupId": "Id", "sortable": true}, "..."], "eTag": "{string}", "filterLogicString": null, "filteredByInfo": [], "label": "All Accounts",
         "listReference": {"id": "{id}", "listViewApiName": "AllAccounts", "objectApiName": "Account", "type": "listView"},
         "orderedByInfo": [{"fieldApiName": "Name", "isAscending": true, "label": "Account Name"}], "visibility": "Public", "...": "{any}"}
        """

    @route:rest/ui-list-info
    Scenario Outline: A column whose link the user does not read is not shown: only <field>
      Given a user "ada" with the profile "Minimum Access - Salesforce"
      And "ada" may "read" Contact records
      And "ada" may "read" Account records
      And "ada" may read the field "Contact.<field>"
      When "ada" reads "/ui-api/list-info/Contact/AllContacts"
      Then the answer on the wire is
        """
        HTTP 200

        {"displayColumns": [{"fieldApiName": "Name", "...": "{any}"}, <columns>{"fieldApiName": "Owner.Alias", "...": "{any}"}], "...": "{any}"}
        """
      When "ada" reads "/sobjects/Contact/listviews/AllContacts/describe"
      Then the answer on the wire is
        """
        HTTP 200

        {"columns": [{"fieldNameOrPath": "Name", "...": "{any}"}, <describe>{"fieldNameOrPath": "Owner.Alias", "...": "{any}"}, "..."],
         "query": "SELECT Name, <query>, Id, CreatedDate, LastModifiedDate, SystemModstamp FROM Contact ORDER BY Name ASC NULLS FIRST, Id ASC NULLS FIRST", "...": "{any}"}
        """

      Examples:
        | field     | columns                                             | describe                                               | query                     |
        | Title     |                                                     |                                                        | Owner.Alias               |
        | AccountId | {"fieldApiName": "Account.Name", "...": "{any}"},   | {"fieldNameOrPath": "Account.Name", "...": "{any}"},   | Account.Name, Owner.Alias |

    @route:rest/ui-list-records @own-org
    Scenario: Its records, a page at a time
      When the admin reads "/ui-api/list-records/Account/AllAccounts?pageSize=1&sortBy=-Name&fields=Account.Industry"
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 1, "currentPageToken": "0", "nextPageToken": "1", "previousPageToken": null, "previousPageUrl": null, "pageSize": 1, "sortBy": ["-Name"], "fields": ["Account.Industry"], "optionalFields": [], "searchTerm": null,
         "listReference": {"id": "{id}", "listViewApiName": "AllAccounts", "objectApiName": "Account", "type": "listView"},
         "records": [{"apiName": "Account", "id": "{id:Blue}", "fields": {"Name": {"displayValue": null, "value": "Blue"}, "Industry": {"displayValue": "Energy", "value": "Energy"}, "...": "{any}"}, "...": "{any}"}], "...": "{any}"}
        """

    @route:rest/ui-list-records
    Scenario Outline: <what>
      When the admin reads "/ui-api/list-records/<path>"
      Then the answer on the wire is
        """
        HTTP <status>

        [<error>]
        """

      Examples:
        | what                            | path                                          | status | error                                                                                                 |
        | A list nobody has               | Account/Nope                                  | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                        |
        | A list of an object nobody has  | Nope/AllAccounts                              | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                        |
        | A page of no size               | Account/AllAccounts?pageSize=many             | 400    | {"message": "For input string: many", "errorCode": "ILLEGAL_QUERY_PARAMETER_VALUE"}                   |
        | A page that is no number        | Account/AllAccounts?pageToken=invalid         | 400    | {"message": "For input string: invalid", "errorCode": "ILLEGAL_QUERY_PARAMETER_VALUE"}                |
        | An order by no field            | Account/AllAccounts?sortBy=Nope               | 400    | {"message": "No such column 'Nope' on sobject of type Account", "errorCode": "INVALID_FIELD"}         |
        | A field of another object       | Account/AllAccounts?fields=Contact.Name       | 400    | {"message": "No such column 'Contact.Name' on sobject of type Account", "errorCode": "INVALID_FIELD"} |

    @route:rest/ui-list-records
    Scenario: Pages go on beyond the furthest offset of a query, and their addresses keep what was asked for
      Given 2001 Account records named "Many"
      When the admin reads "/ui-api/list-records/Account/AllAccounts?fields=Account.Industry&pageToken=2000&pageSize=2&sortBy=-Name"
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 2, "currentPageToken": "2000", "nextPageToken": "2002", "previousPageToken": "1998", "...": "{any}"}
        """
      Given "/nextPageUrl" of the answer is noted as "next"
      When the admin sends
        """
        GET {note:next}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 1, "currentPageToken": "2002", "nextPageToken": null, "nextPageUrl": null, "fields": ["Account.Industry"], "sortBy": ["-Name"], "...": "{any}"}
        """

    @route:rest/ui-list-records
    Scenario: A page of the largest size tells of the next one
      Given 1999 Account records named "Many"
      When the admin reads "/ui-api/list-records/Account/AllAccounts?pageSize=2000"
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 2000, "nextPageToken": "2000", "...": "{any}"}
        """

    @route:rest/ui-list-records
    Scenario: A page of long texts is whole
      Given the custom field "One__c" on Account with
        | type   | LongTextArea |
        | length | 32768        |
      And the custom field "Two__c" on Account with
        | type   | LongTextArea |
        | length | 32768        |
      And 201 Account records named "Many"
      When the admin reads "/ui-api/list-records/Account/AllAccounts?pageSize=300&fields=Account.One__c,Account.Two__c"
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 203, "nextPageToken": null, "...": "{any}"}
        """

    @route:rest/ui-lists-of
    Scenario: The lists of an object
      When the admin reads "/ui-api/list-info/Account?q=all"
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 1, "lists": [{"apiName": "AllAccounts", "id": "{id}", "label": "All Accounts", "listUiUrl": "{string}"}], "objectApiName": "Account", "queryString": "all", "recentListsOnly": false, "...": "{any}"}
        """
      When "/lists/0/id" of the answer is noted as "list"
      And the admin reads "/ui-api/list-info/{note:list}"
      Then the answer on the wire is
        """
        HTTP 200

        {"label": "All Accounts", "...": "{any}"}
        """

    @route:rest/ui-list-records-by-id @route:rest/ui-list-uis-of @route:rest/ui-list-ui @own-org
    Scenario: A list by its id, with what it shows and its records
      When the admin reads "/ui-api/list-ui/Account/AllAccounts"
      Then the answer on the wire is
        """
        HTTP 200

        {"eTag": "{string}", "info": {"label": "All Accounts", "...": "{any}"}, "records": {"count": 2, "records": [{"id": "{id:Acme}", "...": "{any}"}, {"id": "{id:Blue}", "...": "{any}"}], "...": "{any}"}}
        """
      When "/info/listReference/id" of the answer is noted as "list"
      And the admin reads "/ui-api/list-records/{note:list}?pageSize=1&pageToken=1"
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 1, "currentPageToken": "1", "nextPageToken": null, "previousPageToken": "0", "records": [{"id": "{id:Blue}", "...": "{any}"}], "...": "{any}"}
        """
      When the admin reads "/ui-api/list-ui/{note:list}"
      Then the answer on the wire is
        """
        HTTP 200

        {"info": {"label": "All Accounts", "...": "{any}"}, "...": "{any}"}
        """
      When the admin reads "/ui-api/list-ui/Account?recentListsOnly=true"
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 1, "lists": [{"apiName": "AllAccounts", "...": "{any}"}], "recentListsOnly": true, "...": "{any}"}
        """

    @route:rest/ui-mru-records @route:rest/ui-mru-info @route:rest/ui-mru-ui @own-org
    Scenario: The records used last
      Given the admin sends
        """
        GET /services/data/v67.0/sobjects/Account/{id:Blue}
        Sforce-Mru: updateMru=true
        """
      When the admin reads "/ui-api/mru-list-records/Account"
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 1, "listReference": {"id": null, "listViewApiName": null, "objectApiName": "Account", "type": "mru"}, "records": [{"id": "{id:Blue}", "...": "{any}"}], "...": "{any}"}
        """
      When the admin reads "/ui-api/mru-list-info/Account"
      Then the answer on the wire is
        """
        HTTP 200

        {"label": "Recently Viewed Accounts", "visibility": "Private", "...": "{any}"}
        """
      When the admin reads "/ui-api/mru-list-ui/Account"
      Then the answer on the wire is
        """
        HTTP 200

        {"eTag": "{string}", "info": {"label": "Recently Viewed Accounts", "...": "{any}"}, "records": {"count": 1, "...": "{any}"}}
        """

    @route:rest/ui-mru-records
    Scenario: Of an object nobody has
      When the admin reads "/ui-api/mru-list-records/Nope"
      Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"

  Rule: Related lists

    @route:rest/ui-related-lists
    Scenario: The lists on an object's page
      When the admin reads "/ui-api/related-list-info/Account"
      Then the answer has the status 200
      And the answer mentions "/ui-api/related-list-info/Account/Contacts"

    @route:rest/ui-related-list
    Scenario: One of them
      When the admin reads "/ui-api/related-list-info/Account/Contacts"
      Then the answer on the wire is
        """
        HTTP 200

        {"fieldApiName": "AccountId", "label": "Contacts", "objectApiNames": ["Contact"], "displayColumns": [{"fieldApiName": "Name", "...": "{any}"}, "..."],
         "listReference": {"id": null, "inContextOfRecordId": null, "listViewApiName": null, "parentObjectApiName": "Account", "recordTypeId": "012000000000000AAA", "relatedListId": "Contacts", "type": "relatedList"}, "...": "{any}"}
        """

    @route:rest/ui-related-list
    Scenario: One that is not there
      When the admin reads "/ui-api/related-list-info/Account/Nope"
      Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"

    @route:rest/ui-related-records
    Scenario: The records in it
      When the admin reads "/ui-api/related-list-records/{id:Acme}/Contacts?fields=Contact.LastName&sortBy=Contact.LastName"
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 2, "listReference": {"inContextOfRecordId": "{id:Acme}", "relatedListId": "Contacts", "...": "{any}"}, "sortBy": ["LastName"],
         "records": [{"id": "{id:Ada}", "...": "{any}"}, {"id": "{id:Bob}", "...": "{any}"}], "...": "{any}"}
        """

    @route:rest/ui-related-records-asked
    Scenario: By POST
      When the admin sends
        """
        POST /services/data/v67.0/ui-api/related-list-records/{id:Acme}/Contacts
        Content-Type: application/json

        {}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 2, "...": "{any}"}
        """

    @route:rest/ui-related-records
    Scenario: Of a record that is not there
      When the admin reads "/ui-api/related-list-records/001000000000001AAA/Contacts"
      Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"

    @route:rest/ui-related-count
    Scenario: How many there are
      When the admin reads "/ui-api/related-list-count/{id:Acme}/Contacts?maxCount=1"
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 1, "eTag": "{string}", "hasMore": true, "listReference": {"relatedListId": "Contacts", "...": "{any}"}}
        """

    @route:rest/ui-related-counts
    Scenario: How many in several
      When the admin reads "/ui-api/related-list-count/batch/{id:Acme}/Contacts,Nope"
      Then the answer on the wire is
        """
        HTTP 200

        {"results": [{"result": {"count": 2, "hasMore": false, "...": "{any}"}, "statusCode": 200}, {"result": [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], "statusCode": 404}], "hasErrors": true}
        """

  Rule: Layouts and records on them

    @route:rest/ui-layout
    Scenario: A layout
      When the admin reads "/ui-api/layout/Account?layoutType=Compact&mode=View"
      Then the answer on the wire is
        """
        HTTP 200

        {"eTag": "{string}", "id": "{id}", "layoutType": "Compact", "mode": "View", "objectApiName": "Account", "recordTypeId": "012000000000000AAA", "saveOptions": [],
         "sections": [{"layoutRows": [{"layoutItems": [{"label": "Account Name", "layoutComponents": [{"apiName": "Name", "componentType": "Field", "label": "Account Name"}], "required": true, "...": "{any}"}]}], "...": "{any}"}]}
        """

    @route:rest/ui-layout
    Scenario Outline: Refused: <path>
      When the admin reads "/ui-api/layout/<path>"
      Then the answer on the wire is
        """
        HTTP <status>

        [<error>]
        """

      Examples:
        | path                                     | status | error                                                                                                                                |
        | Nope                                     | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                                                       |
        | Account?mode=Nope                        | 400    | {"message": "Nope is not a valid value for the mode parameter", "errorCode": "ILLEGAL_QUERY_PARAMETER_VALUE"}                        |
        | Account?recordTypeId=012000000000001AAA  | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}                                                       |

    @route:rest/ui-record-ui
    Scenario: Everything a page of records needs
      When the admin reads "/ui-api/record-ui/{id:Acme},{id:Ada}?layoutTypes=Compact&modes=View"
      Then the answer on the wire is
        """
        HTTP 200

        {"eTag": "{string}", "layoutUserStates": "{any}", "layouts": {"Account": {"012000000000000AAA": {"Compact": {"View": {"mode": "View", "...": "{any}"}}}}, "Contact": "{any}"},
         "objectInfos": {"Account": {"apiName": "Account", "...": "{any}"}, "Contact": {"apiName": "Contact", "...": "{any}"}},
         "records": {"{id:Acme}": {"fields": {"Name": {"displayValue": null, "value": "Acme"}}, "...": "{any}"}, "{id:Ada}": {"apiName": "Contact", "...": "{any}"}}}
        """

    @route:rest/ui-record-ui
    Scenario: Of a record that is not there
      When the admin reads "/ui-api/record-ui/001000000000001AAA"
      Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"

    @route:rest/ui-create-defaults @route:rest/ui-create-template
    Scenario: What a new record begins with
      When the admin reads "/ui-api/record-defaults/create/Account"
      Then the answer on the wire is
        """
        HTTP 200

        {"layout": {"mode": "Create", "...": "{any}"}, "objectInfos": {"Account": {"apiName": "Account", "...": "{any}"}}, "record": {"apiName": "Account", "id": null, "fields": {"Name": {"displayValue": null, "value": null}, "OwnerId": {"displayValue": null, "value": "{id}"}, "...": "{any}"}, "...": "{any}"}}
        """
      When the admin reads "/ui-api/record-defaults/template/create/Account"
      Then the answer on the wire is
        """
        HTTP 200

        {"eTag": "{string}", "objectInfos": "{any}", "record": {"id": null, "...": "{any}"}}
        """

    @route:rest/ui-clone-defaults @route:rest/ui-clone-template
    Scenario: What a copy begins with
      When the admin reads "/ui-api/record-defaults/clone/{id:Acme}"
      Then the answer on the wire is
        """
        HTTP 200

        {"layout": "{any}", "objectInfos": "{any}", "record": {"id": null, "fields": {"Name": {"displayValue": null, "value": "Acme"}, "Industry": {"displayValue": null, "value": "Banking"}, "...": "{any}"}, "...": "{any}"}}
        """
      When the admin reads "/ui-api/record-defaults/template/clone/{id:Acme}"
      Then the answer on the wire is
        """
        HTTP 200

        {"eTag": "{string}", "objectInfos": "{any}", "record": {"id": null, "...": "{any}"}}
        """

    @route:rest/ui-create-defaults
    Scenario: Of an object the user may not create
      Given a user "ada" with the profile "Minimum Access - Salesforce"
      When "ada" reads "/ui-api/record-defaults/create/Account"
      Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"

  Rule: Around the page

    @route:rest/ui-lookup-of @route:rest/ui-lookup @own-org
    Scenario: Records to choose from
      When the admin reads "/ui-api/lookups/Contact/AccountId/Account?q=cm"
      Then the answer on the wire is
        """
        HTTP 200

        {"count": 1, "records": [{"id": "{id:Acme}", "fields": {"Id": {"displayValue": null, "value": "{id:Acme}"}, "Name": {"displayValue": null, "value": "Acme"}}, "...": "{any}"}], "...": "{any}"}
        """
      When the admin reads "/ui-api/lookups/Contact/AccountId?q=lu"
      Then the answer on the wire is
        """
        HTTP 200

        {"lookupResults": {"Account": {"count": 1, "records": [{"id": "{id:Blue}", "...": "{any}"}], "...": "{any}"}}}
        """

    @route:rest/ui-lookup
    Scenario: A field that looks nothing up
      When the admin reads "/ui-api/lookups/Contact/LastName"
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "No such column 'LastName' on sobject of type Contact", "errorCode": "INVALID_FIELD"}]
        """

    @route:rest/ui-record-actions
    Scenario: What may be done with a record
      When the admin reads "/ui-api/actions/record/{id:Acme}"
      Then the answer on the wire is
        """
        HTTP 200

        {"actions": {"{id:Acme}": {"actions": [{"apiName": "Edit", "type": "StandardButton", "sourceObject": "{id:Acme}", "...": "{any}"}, "..."], "url": "{string}"}}, "eTag": "{string}", "url": "{string}"}
        """

    @route:rest/ui-record-actions
    Scenario: Nothing with one that is not there
      When the admin reads "/ui-api/actions/record/001000000000001AAA"
      Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"

    @route:rest/ui-global-actions
    Scenario: What may be done anywhere
      When the admin reads "/ui-api/actions/global"
      Then the answer on the wire is
        """
        HTTP 200

        {"actions": {"Global": {"actions": [{"apiName": "NewTask", "type": "QuickAction", "...": "{any}"}, "..."], "url": "/services/data/v67.0/ui-api/actions/global"}}, "...": "{any}"}
        """

    @route:rest/ui-object-actions
    Scenario: What may be done with an object
      When the admin reads "/ui-api/actions/object/Account"
      Then the answer on the wire is
        """
        HTTP 200

        {"actions": {"Account": {"actions": [{"apiName": "New", "...": "{any}"}], "url": "{string}"}}, "...": "{any}"}
        """

    @route:rest/ui-lookup-actions
    Scenario: What may be done where a record is looked up
      When the admin reads "/ui-api/actions/lookup/Account,Contact"
      Then the answer on the wire is
        """
        HTTP 200

        {"actions": {"Account": {"actions": [{"apiName": "New", "...": "{any}"}], "url": "{string}"}, "Contact": "{any}"}, "...": "{any}"}
        """

    @route:rest/ui-favorites
    Scenario: Nothing is marked
      When the admin reads "/ui-api/favorites"
      Then the answer on the wire is
        """
        HTTP 200

        {"eTag": "{string}", "favorites": [], "url": "/services/data/v67.0/ui-api/favorites"}
        """

    @route:rest/ui-avatars
    Scenario: Icons of records
      When the admin reads "/ui-api/record-avatars/batch/{id:Acme},001000000000001AAA"
      Then the answer on the wire is
        """
        HTTP 200

        {"results": [{"result": {"recordId": "{id:Acme}", "type": "Theme", "...": "{any}"}, "statusCode": 200}, {"result": [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], "statusCode": 404}], "hasErrors": true}
        """

    @route:rest/ui-theme
    Scenario: The theme
      When the admin reads "/ui-api/themes/active"
      Then the answer on the wire is
        """
        HTTP 200

        {"developerName": "Lightning", "isDefault": true, "...": "{any}"}
        """
