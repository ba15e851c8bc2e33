@R-F6
Feature: Bulk API 2.0 query
  A query of any size runs by itself; its rows are fetched in pages.

  Background:
    Given these Account records
      | ref  | Name | Industry | NumberOfEmployees |
      | Acme | Acme | Banking  | 5                 |
      | Beta | Beta | Energy   |                   |

  @route:bulk/create-query
  Scenario: A query job is created
    When the admin sends
      """
      POST /services/data/v67.0/jobs/query
      Content-Type: application/json

      {"operation": "query", "query": "SELECT Id FROM Account"}
      """
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/json;charset=UTF-8

      {"id": "{id}", "operation": "query", "object": "Account", "createdById": "{id}", "createdDate": "{datetime}", "systemModstamp": "{datetime}", "state": "UploadComplete", "concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": 67.0, "lineEnding": "LF", "columnDelimiter": "COMMA"}
      """

  @route:bulk/query-job @route:bulk/query-results
  Scenario: Rows come as CSV, every value in quotes
    When the admin runs the bulk query "SELECT Name, Industry, NumberOfEmployees, Owner.Username, IsDeleted FROM Account WHERE Name IN ('Acme', 'Beta') ORDER BY Name"
    Then the job has
      | state                  | JobComplete |
      | jobType                | V2Query     |
      | numberRecordsProcessed | 2           |
      | isPkChunkingSupported  | true        |
    And the query results are
      """
      "Name","Industry","NumberOfEmployees","Owner.Username","IsDeleted"
      "Acme","Banking","5","{username}","false"
      "Beta","Energy","","{username}","false"
      """

  @route:bulk/query-results
  Scenario: Pages are fetched by locator
    Given the admin has run the bulk query "SELECT Name FROM Account WHERE Name IN ('Acme', 'Beta') ORDER BY Name"
    When the admin reads "/jobs/{note:job}/results?maxRecords=1"
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: text/csv
      Sforce-NumberOfRecords: 1
      Sforce-Locator: MQ

      "Name"
      "Acme"
      """
    When the admin reads "/jobs/{note:job}/results?maxRecords=1&locator=MQ"
    Then the answer on the wire is
      """
      HTTP 200
      Sforce-NumberOfRecords: 1
      Sforce-Locator: null

      "Name"
      "Beta"
      """

  @route:bulk/query-result-pages
  Scenario: Pages may be fetched side by side
    Given the admin has run the bulk query "SELECT Name FROM Account"
    When the admin reads "/jobs/{note:job}/resultPages"
    Then the answer on the wire is
      """
      HTTP 200

      {"resultPages": [{"resultUrl": "/services/data/v67.0/jobs/{note:job}/results?locator=MA"}], "nextRecordsUrl": null, "done": true}
      """

  Scenario: No rows are a header
    When the admin runs the bulk query "SELECT Id, Name FROM Account WHERE Name = 'Nobody'"
    Then the query results are
      """
      "Id","Name"
      """

  Scenario: queryAll finds the recycle bin too
    Given the admin has deleted the Account "Beta"
    When the admin runs the bulk queryAll "SELECT Name, IsDeleted FROM Account WHERE Name IN ('Acme', 'Beta') ORDER BY Name"
    Then the query results are
      """
      "Name","IsDeleted"
      "Acme","false"
      "Beta","true"
      """

  @route:bulk/query-results
  Scenario: Results are had under the version of the job
    Given the admin has run the bulk query "SELECT Name FROM Account"
    When the admin reads "/services/data/v60.0/jobs/{note:job}/results"
    Then the answer has the status 409

  @route:bulk/delete-query
  Scenario: A finished query is deleted
    Given the admin has run the bulk query "SELECT Name FROM Account"
    When the admin deletes the job
    Then the answer has the status 204
    And the job is gone

  @route:bulk/change-query
  Scenario: A finished query is not aborted
    Given the admin has run the bulk query "SELECT Name FROM Account"
    When the admin aborts the job
    Then the answer is the error "INVALIDJOBSTATE" saying "Aborting already Completed Job not allowed"

  @route:bulk/query-jobs
  Scenario: Queries are listed
    Given the admin has run the bulk query "SELECT Name FROM Account"
    When the admin reads "/jobs/query?jobType=V2Query&concurrencyMode=parallel"
    Then the answer on the wire is
      """
      HTTP 200

      {"done": true, "records": [{"id": "{id}", "state": "JobComplete", "jobType": "V2Query", "...": "{any}"}], "nextRecordsUrl": null}
      """

  @route:bulk/create-query
  Scenario Outline: <what> have no place in a flat row
    When the admin runs the bulk query "<soql>"
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json;charset=UTF-8

      [{"message": "<message>", "errorCode": "API_ERROR"}]
      """

    Examples:
      | what          | soql                                                          | message                                                                         |
      | Child lists   | SELECT Id, (SELECT Id FROM Contacts) FROM Account             | Aggregate Relationships not supported in Bulk V2 Query with CSV content type    |
      | Aggregates    | SELECT MAX(NumberOfEmployees) FROM Account                    | Aggregate functions and GROUP BY not supported in Bulk Query                    |
      | Groups        | SELECT Industry FROM Account GROUP BY Industry                | Aggregate functions and GROUP BY not supported in Bulk Query                    |
      | Counts        | SELECT COUNT() FROM Account                                   | Aggregate functions and GROUP BY not supported in Bulk Query                    |
      | Offsets       | SELECT Id FROM Account LIMIT 1 OFFSET 1                       | OFFSET not supported in Bulk Query                                              |
      | Addresses     | SELECT BillingAddress FROM Account                            | Selecting compound data not supported in Bulk Query                             |
      | Bodies        | SELECT Body FROM Attachment                                   | Blob field not supported in Bulk V2 Query with CSV content type                 |

  @route:bulk/create-query
  Scenario: SOQL that is none is refused at once
    When the admin runs the bulk query "SELECT Nope FROM Account"
    Then the answer is the error "INVALID_FIELD"

  @route:bulk/create-query
  Scenario: A query job without a query
    When the admin sends
      """
      POST /services/data/v67.0/jobs/query
      Content-Type: application/json

      {"operation": "query"}
      """
    Then the answer is the error "INVALIDJOB" saying "query is required"
