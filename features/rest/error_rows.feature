@R-F9
Feature: Errors of the REST API, one by one
  The whole body of those that other features meet only in passing.

  @route:rest/read @route:rest/read-by-external-id @route:rest/describe @route:rest/create
  Scenario Outline: GET <path>
    When the admin sends
      """
      GET /services/data/v67.0/<path>
      """
    Then the answer on the wire is
      """
      HTTP <status>
      Content-Type: application/json;charset=UTF-8

      [<error>]
      """

    Examples:
      | path                                                                    | status | error |
      | sobjects/Nope/describe                                                  | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"} |
      | sobjects/Nope/001000000000001AAA                                        | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"} |
      | sobjects/Account/001000000000001AAA                                     | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"} |
      | sobjects/Account/003000000000001AAA                                     | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"} |
      | sobjects/Account/001000000000001AAZ                                     | 400    | {"message": "malformed id 001000000000001AAZ", "errorCode": "MALFORMED_ID"} |
      | sobjects/Account/Namez                                                  | 404    | {"errorCode": "NOT_FOUND", "message": "Provided external ID field does not exist or is not accessible: Namez"} |
      | sobjects/Account/Phone/1                                                | 404    | {"errorCode": "NOT_FOUND", "message": "Provided external ID field does not exist or is not accessible: Phone"} |
      | sobjects/Account/deleted                                                | 400    | {"message": "The start parameter is required", "errorCode": "MISSING_ARGUMENT"} |
      | sobjects/Account/deleted?start=x&end=y                                  | 400    | {"message": "start and end must be dates with time and time zone", "errorCode": "INVALID_REPLICATION_DATE"} |
      | sobjects/Account/updated?start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z | 400 | {"message": "startDate before endDate", "errorCode": "INVALID_REPLICATION_DATE"} |
      | sobjects/Account/updated?start=2011-01-01T00:00:00Z&end=2011-01-02T00:00:00Z | 400 | {"message": "startDate cannot be more than 30 days ago", "errorCode": "INVALID_REPLICATION_DATE"} |
      | composite/sobjects/Account?ids=bogus&fields=Id                          | 400    | {"message": "malformed id bogus", "errorCode": "MALFORMED_ID"} |
      | composite/sobjects/Account?ids=001000000000001AAA                       | 400    | {"message": "The fields parameter is required", "errorCode": "MISSING_ARGUMENT"} |
      | composite/sobjects/Account?ids=001000000000001AAA&fields=Nope           | 400    | {"message": "No such column 'Nope' on sobject of type Account", "errorCode": "INVALID_FIELD"} |
      | query                                                                   | 400    | {"message": "A query string has to be specified", "errorCode": "MALFORMED_QUERY"} |
      | query/01gxx0000000001AAA-2000                                           | 400    | {"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"} |
      | query/nonsense                                                          | 400    | {"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"} |
      | search                                                                  | 400    | {"message": "A search string has to be specified", "errorCode": "MALFORMED_SEARCH"} |
      | search?q=FIND+acme                                                      | 400    | {"message": "No search term found. The search term must be enclosed in braces.", "errorCode": "MALFORMED_SEARCH"} |
      | search?q=FIND+%7Bacme%7D+RETURNING+Account(Id+USING+ListView=Nope)      | 400    | {"message": "list view not found: Nope", "errorCode": "INVALID_SEARCH"} |
      | appMenu/Nope                                                            | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"} |
      | support/knowledgeArticles                                               | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"} |
      | actions/custom/flow/Nope                                                | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"} |

  @route:rest/update @route:rest/delete
  Scenario Outline: <method> of <path>
    When the admin sends
      """
      <method> /services/data/v67.0/sobjects/<path>
      Content-Type: application/json

      <body>
      """
    Then the answer on the wire is
      """
      HTTP <status>
      Content-Type: application/json;charset=UTF-8

      [<error>]
      """

    Examples:
      | method | path                       | body                | status | error |
      | DELETE | Account/001000000000001AAA |                     | 404    | {"message": "invalid cross reference id", "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": []} |
      | PATCH  | Account/001000000000001AAA | {"Name": "x"}       | 404    | {"message": "invalid cross reference id", "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": []} |
      | PATCH  | Account/003000000000001AAA | {"Name": "x"}       | 404    | {"message": "invalid cross reference id", "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": []} |
      | PATCH  | Account/Code__c/x          | {"Name": "x"}       | 404    | {"errorCode": "NOT_FOUND", "message": "Provided external ID field does not exist or is not accessible: Code__c"} |
      | POST   | Nope                       | {}                  | 404    | {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"} |
      | POST   | Account                    | {"Name": "x", "Owner": {"Username": "nobody"}} | 400 | {"message": "Foreign key external ID: nobody not found for field Username in entity User", "errorCode": "INVALID_FIELD"} |
      | POST   | Account                    | {"Name": "x", "OwnerId": "005000000000001AAA"} | 400 | {"message": "insufficient access rights on cross-reference id: 005000000000001", "errorCode": "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "fields": []} |
      | POST   | Account                    | {"Name": "x", "ParentId": "bogus"} | 400 | {"message": "Parent Account ID: id value of incorrect type: bogus", "errorCode": "MALFORMED_ID", "fields": ["ParentId"]} |
      | POST   | Account                    | {"Name": "x", "BillingAddress": {"city": "Paris"}} | 400 | {"message": "Unable to create/update fields: BillingAddress. Please check the security settings of this field and verify that it is read/write for your profile or permission set.", "errorCode": "INVALID_FIELD_FOR_INSERT_UPDATE", "fields": ["BillingAddress"]} |

  @route:rest/collection-create
  Scenario: More records than one call may hold
    When the admin sends 201 times the part in angle brackets
      """
      POST /services/data/v67.0/composite/sobjects
      Content-Type: application/json

      {"records": [<{"attributes": {"type": "Account"}, "Name": "Acme #"}>]}
      """
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json;charset=UTF-8

      [{"message": "record limit reached. cannot submit more than 200 records into this call", "errorCode": "EXCEEDED_ID_LIMIT"}]
      """

  @route:rest/limits
  Scenario: An edition without API
    Given an org of the edition "Professional"
    When the admin reads "/limits"
    Then the answer on the wire is
      """
      HTTP 403
      Content-Type: application/json;charset=UTF-8

      [{"message": "The REST API is not enabled for this Organization.", "errorCode": "API_DISABLED_FOR_ORG"}]
      """

  @route:rest/query
  Scenario: Whose password has expired can do nothing else
    Given a user "ada"
    And the admin sends
      """
      DELETE /services/data/v67.0/sobjects/User/{user id:ada}/password
      """
    When "ada" queries "SELECT Id FROM Account"
    Then the answer on the wire is
      """
      HTTP 403
      Content-Type: application/json;charset=UTF-8

      [{"message": "The users password has expired, you must call SetPassword before attempting any other API operations", "errorCode": "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"}]
      """

  @route:rest/create
  Scenario: A duplicate, in the spelling of new versions
    Given the admin has created the Lead "Lovelace" with
      | LastName | Lovelace |
      | Company  | Acme     |
    And the next request in the org to "rest/create" meets the fault
      """
      {"status": 400, "error": "DUPLICATES_DETECTED"}
      """
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/Lead
      Content-Type: application/json

      {"LastName": "Lovelace", "Company": "Acme"}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"duplicateResult": {"allowSave": true, "duplicateRule": "Standard_Lead_Duplicate_Rule", "duplicateRuleEntityType": "Lead", "errorMessage": "Use one of these records?", "matchResults": [{"entityType": "Lead", "errors": [], "matchEngine": "ExactMatchEngine", "matchRecords": [{"additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0, "record": {"attributes": {"type": "Lead", "url": "/services/data/v67.0/sobjects/Lead/{id:Lovelace}"}, "Id": "{id:Lovelace}"}}], "rule": "Standard_Lead_Match_Rule_v1_0", "size": 1, "success": true}]}, "errorCode": "DUPLICATES_DETECTED", "message": "Use one of these records?"}]
      """
