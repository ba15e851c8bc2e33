@R-F6
Feature: Bulk API 1.0
  Jobs with batches, in CSV, JSON and XML; a header of its own carries the session, and errors have a dialect of their own.

  @route:async/create-job
  Scenario: A job is created in XML
    When the admin sends
      """
      POST /services/async/67.0/job
      X-SFDC-Session: {session}
      Content-Type: application/xml; charset=utf-8

      <?xml version="1.0" encoding="UTF-8"?>
      <jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload">
        <operation>insert</operation>
        <object>Account</object>
        <concurrencyMode>Parallel</concurrencyMode>
        <contentType>CSV</contentType>
      </jobInfo>
      """
    Then the answer on the wire is
      """
      HTTP 201
      Content-Type: application/xml

      <?xml version="1.0" encoding="UTF-8"?><jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload"><id>{id}</id><operation>insert</operation><object>Account</object><createdById>{id}</createdById><createdDate>{string}</createdDate><systemModstamp>{string}</systemModstamp><state>Open</state><concurrencyMode>Parallel</concurrencyMode><contentType>CSV</contentType><numberBatchesQueued>0</numberBatchesQueued><numberBatchesInProgress>0</numberBatchesInProgress><numberBatchesCompleted>0</numberBatchesCompleted><numberBatchesFailed>0</numberBatchesFailed><numberBatchesTotal>0</numberBatchesTotal><numberRecordsProcessed>0</numberRecordsProcessed><numberRetries>0</numberRetries><apiVersion>67.0</apiVersion><numberRecordsFailed>0</numberRecordsFailed><totalProcessingTime>0</totalProcessingTime><apiActiveProcessingTime>0</apiActiveProcessingTime><apexProcessingTime>0</apexProcessingTime></jobInfo>
      """

  @route:async/add-batch
  Scenario: A batch of nothing is refused with the code that clients look for
    Given the admin has opened the classic job
      """
      {"operation": "delete", "object": "Account", "contentType": "CSV"}
      """
    When the admin sends
      """
      POST /services/async/67.0/job/{note:job id}/batch
      X-SFDC-Session: {session}
      Content-Type: text/csv
      """
    Then the answer has the status 400
    And the answer mentions "ClientInputError"

  @route:async/add-batch @route:async/batch @route:async/batch-result @route:async/batch-request
  Scenario: A JSON batch tells what became of each record
    Given the admin has opened the classic job
      """
      {"operation": "insert", "object": "Account", "contentType": "JSON"}
      """
    When the admin sends
      """
      POST /services/async/67.0/job/{note:job id}/batch
      X-SFDC-Session: {session}
      Content-Type: application/json

      [{"Name": "Acme", "NumberOfEmployees": 5}, {"Phone": "1"}, {"Name": "B", "Nope": 1}]
      """
    Then the answer on the wire is
      """
      HTTP 201
      Content-Type: application/json

      {"apexProcessingTime": 0, "apiActiveProcessingTime": 0, "createdDate": "{datetime}", "id": "{id}", "jobId": "{id}", "numberRecordsFailed": 0, "numberRecordsProcessed": 0, "state": "Queued", "stateMessage": null, "systemModstamp": "{datetime}", "totalProcessingTime": 0}
      """
    When "/id" of the answer is noted as "batch"
    And the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"state": "Completed", "numberRecordsProcessed": 3, "numberRecordsFailed": 2, "...": "{any}"}
      """
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}/result
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"success": true, "created": true, "id": "{id}", "errors": []},
       {"success": false, "created": false, "id": null, "errors": [{"message": "Required fields are missing: [Name]", "fields": ["Name"], "statusCode": "REQUIRED_FIELD_MISSING", "extendedErrorDetails": null}]},
       {"success": false, "created": false, "id": null, "errors": [{"message": "No such column 'Nope' on sobject of type Account", "fields": [], "statusCode": "INVALID_FIELD", "extendedErrorDetails": null}]}]
      """
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}/request
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"Name": "Acme", "NumberOfEmployees": 5}, {"Phone": "1"}, {"Name": "B", "Nope": 1}]
      """

  @route:async/add-batch @route:async/batch-result
  Scenario: A CSV batch
    Given the admin has opened the classic job
      """
      {"operation": "insert", "object": "Account", "contentType": "CSV"}
      """
    And the admin has added the "text/csv" batch
      """
      Name,Phone
      Acme,1
      ,2
      """
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}/result
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: text/csv

      "Id","Success","Created","Error"
      "{id}","true","true",""
      "","false","false","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --"
      """

  @route:async/add-batch @route:async/batches @route:async/batch @route:async/batch-result
  Scenario: Batches of a CSV job are told in XML, also to who asks in JSON
    Given the admin has opened the classic job
      """
      {"operation": "query", "object": "Account", "contentType": "CSV"}
      """
    And the admin has added the "text/csv" batch
      """
      SELECT Name FROM Account
      """
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}
      X-SFDC-Session: {session}
      Content-Type: application/json
      """
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/xml

      <?xml version="1.0" encoding="UTF-8"?><batchInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload"><id>{id}</id><jobId>{id}</jobId><state>Completed</state><createdDate>{string}</createdDate><systemModstamp>{string}</systemModstamp><numberRecordsProcessed>0</numberRecordsProcessed><numberRecordsFailed>0</numberRecordsFailed><totalProcessingTime>{any}</totalProcessingTime><apiActiveProcessingTime>{any}</apiActiveProcessingTime><apexProcessingTime>0</apexProcessingTime></batchInfo>
      """
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}/result
      X-SFDC-Session: {session}
      Content-Type: application/json
      """
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/xml

      <?xml version="1.0" encoding="UTF-8"?><result-list xmlns="http://www.force.com/2009/06/asyncapi/dataload"><result>{id}</result></result-list>
      """
    When the admin sends
      """
      GET /services/async/67.0/job/750Fk0000000000IAA
      X-SFDC-Session: {session}
      Content-Type: application/json
      """
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json

      {"exceptionCode": "InvalidJob", "exceptionMessage": "{string}"}
      """

  @route:async/add-batch @route:async/batch-result
  Scenario: An XML batch
    Given the admin has opened the classic job
      """
      {"operation": "insert", "object": "Contact", "contentType": "XML"}
      """
    And the admin has added the "application/xml" batch
      """
      <?xml version="1.0" encoding="UTF-8"?><sObjects xmlns="http://www.force.com/2009/06/asyncapi/dataload" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><sObject><LastName>O&apos;Neil &amp; Co</LastName><Phone xsi:nil="true"/></sObject><sObject><FirstName>A</FirstName></sObject></sObjects>
      """
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}/result
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/xml

      <?xml version="1.0" encoding="UTF-8"?><results xmlns="http://www.force.com/2009/06/asyncapi/dataload"><result><id>{id}</id><success>true</success><created>true</created></result><result><errors><fields>LastName</fields><message>Required fields are missing: [LastName]</message><statusCode>REQUIRED_FIELD_MISSING</statusCode></errors><success>false</success><created>false</created></result></results>
      """

  @route:async/query-result @route:async/batch-result
  Scenario Outline: A query answers <kind>
    Given these Account records
      | Name | NumberOfEmployees |
      | Acme | 5                 |
    And the admin has opened the classic job
      """
      {"operation": "query", "object": "Account", "contentType": "<kind>"}
      """
    And the admin has added the "<media>" batch
      """
      SELECT Name, NumberOfEmployees FROM Account WHERE Name = 'Acme'
      """
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}/result
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200

      <list>
      """
    When "<place>" of the answer is noted as "result"
    And the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}/result/{note:result}
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200

      <rows>
      """

    Examples:
      | kind | place               | list                                                                                                                                                 | media            | rows                                                                                                                                                                                                                                                                                                          |
      | CSV  | /result-list/result | <?xml version="1.0" encoding="UTF-8"?><result-list xmlns="http://www.force.com/2009/06/asyncapi/dataload"><result>{id}</result></result-list>        | text/csv         | "Name","NumberOfEmployees"\n"Acme","5"                                                                                                                                                                                                                                                                        |
      | JSON | /0                  | ["{id}"]                                                                                                                                             | application/json | [{"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Name": "Acme", "NumberOfEmployees": 5}]                                                                                                                                                                       |
      | XML  | /result-list/result | <?xml version="1.0" encoding="UTF-8"?><result-list xmlns="http://www.force.com/2009/06/asyncapi/dataload"><result>{id}</result></result-list>        | application/xml  | <?xml version="1.0" encoding="UTF-8"?><queryResult xmlns="http://www.force.com/2009/06/asyncapi/dataload" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><records xsi:type="sObject"><type>Account</type><Name>Acme</Name><NumberOfEmployees>5</NumberOfEmployees></records></queryResult> |

  @route:async/query-result
  Scenario: A query without rows says so in CSV
    Given the admin has opened the classic job
      """
      {"operation": "query", "object": "Account", "contentType": "CSV"}
      """
    And the admin has added the "text/csv" batch
      """
      SELECT Id FROM Account WHERE Name = 'Nobody'
      """
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}/result
      X-SFDC-Session: {session}
      """
    And "/result-list/result" of the answer is noted as "result"
    And the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}/result/{note:result}
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: text/csv

      Records not found for this query
      """

  @route:async/batches @route:async/add-batch
  Scenario: A long query is split by ids
    Given 5 Account records named "Chunk"
    When the admin sends
      """
      POST /services/async/67.0/job
      X-SFDC-Session: {session}
      Content-Type: application/json
      Sforce-Enable-PKChunking: chunkSize=3

      {"operation": "query", "object": "Account", "contentType": "CSV"}
      """
    And "/id" of the answer is noted as "job id"
    And the admin adds the "text/csv" batch
      """
      SELECT Name FROM Account WHERE Name LIKE 'Chunk %'
      """
    And the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200

      <?xml version="1.0" encoding="UTF-8"?><batchInfoList xmlns="http://www.force.com/2009/06/asyncapi/dataload"><batchInfo><id>{id}</id><jobId>{note:job id}</jobId><state>NotProcessed</state><createdDate>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</createdDate><systemModstamp>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</systemModstamp><numberRecordsProcessed>0</numberRecordsProcessed><numberRecordsFailed>0</numberRecordsFailed><totalProcessingTime>{digits}</totalProcessingTime><apiActiveProcessingTime>{digits}</apiActiveProcessingTime><apexProcessingTime>0</apexProcessingTime></batchInfo><batchInfo><id>{id}</id><jobId>{note:job id}</jobId><state>Completed</state><createdDate>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</createdDate><systemModstamp>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</systemModstamp><numberRecordsProcessed>3</numberRecordsProcessed><numberRecordsFailed>0</numberRecordsFailed><totalProcessingTime>{digits}</totalProcessingTime><apiActiveProcessingTime>{digits}</apiActiveProcessingTime><apexProcessingTime>0</apexProcessingTime></batchInfo><batchInfo><id>{id}</id><jobId>{note:job id}</jobId><state>Completed</state><createdDate>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</createdDate><systemModstamp>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</systemModstamp><numberRecordsProcessed>2</numberRecordsProcessed><numberRecordsFailed>0</numberRecordsFailed><totalProcessingTime>{digits}</totalProcessingTime><apiActiveProcessingTime>{digits}</apiActiveProcessingTime><apexProcessingTime>0</apexProcessingTime></batchInfo></batchInfoList>
      """

  @route:async/create-spec @route:async/spec @route:async/batch-result
  Scenario: A transformation spec renames the columns of foreign files
    Given the admin has opened the classic job
      """
      {"operation": "insert", "object": "Account", "contentType": "CSV"}
      """
    When the admin sends
      """
      POST /services/async/67.0/job/{note:job id}/spec
      X-SFDC-Session: {session}
      Content-Type: text/csv

      Salesforce Field,Csv Header,Value,Hint
      Name,Company Name,,
      """
    Then the answer has the status 201
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/spec
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: text/csv

      "Salesforce Field","Csv Header","Value","Hint"
      "Name","Company Name","",""
      """
    When the admin adds the "text/csv" batch
      """
      Company Name
      Acme
      """
    And the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}/result
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200

      "Id","Success","Created","Error"
      "{id}","true","true",""
      """

  @route:async/change-job @route:async/job
  Scenario: A closed job counts its batches and takes no more
    Given the admin has opened the classic job
      """
      {"operation": "insert", "object": "Account", "contentType": "JSON"}
      """
    And the admin has added the "application/json" batch
      """
      [{"Name": "Acme"}]
      """
    When the admin sends
      """
      POST /services/async/67.0/job/{note:job id}
      X-SFDC-Session: {session}
      Content-Type: application/json

      {"state": "Closed"}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"state": "Closed", "numberBatchesCompleted": 1, "numberBatchesTotal": 1, "numberRecordsProcessed": 1, "...": "{any}"}
      """
    When the admin adds the "application/json" batch
      """
      [{"Name": "Beta"}]
      """
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json

      {"exceptionCode": "InvalidJobState", "exceptionMessage": "The job takes no more data: its state is Closed"}
      """
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"state": "Closed", "apiVersion": 67.0, "...": "{any}"}
      """

  @route:async/create-job
  Scenario Outline: <what> is refused in the spelling of the request
    When the admin sends
      """
      POST <path>
      X-SFDC-Session: <session>
      Content-Type: application/<kind>

      <body>
      """
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/<kind>

      <answer>
      """

    Examples:
      | what                   | path                           | session   | kind | body                                                                        | answer                                                                                                                                                                                                                        |
      | A session that is none | /services/async/67.0/job       | 00Dxx!no  | xml  | <jobInfo/>                                                                  | <?xml version="1.0" encoding="UTF-8"?><error xmlns="http://www.force.com/2009/06/asyncapi/dataload"><exceptionCode>InvalidSessionId</exceptionCode><exceptionMessage>Invalid session id</exceptionMessage></error>            |
      | A session that is over | /services/async/67.0/job       | 00Dxx!no  | json | {}                                                                          | {"exceptionCode": "InvalidSessionId", "exceptionMessage": "Invalid session id"}                                                                                                                                               |
      | A version that is none | /services/async/99.0/job       | {session} | json | {}                                                                          | {"exceptionCode": "InvalidVersion", "exceptionMessage": "Api version 99.0 not supported"}                                                                                                                                     |
      | A wrong operation      | /services/async/67.0/job       | {session} | json | {"operation": "Insert", "object": "Account"}                                | {"exceptionCode": "InvalidJob", "exceptionMessage": "Unable to parse Job"}                                                                                                                                                    |
      | An unknown object      | /services/async/67.0/job       | {session} | json | {"operation": "insert", "object": "Nope"}                                   | {"exceptionCode": "InvalidJob", "exceptionMessage": "Unable to find object: Nope"}                                                                                                                                            |
      | A hard delete          | /services/async/67.0/job       | {session} | json | {"operation": "hardDelete", "object": "Account", "contentType": "JSON"}     | {"exceptionCode": "FeatureNotEnabled", "exceptionMessage": "hardDelete operation requires special user profile permission, please contact your system administrator"}                                                         |
      | A path nobody serves   | /services/async/67.0/nothing   | {session} | json | {}                                                                          | {"exceptionCode": "InvalidUrl", "exceptionMessage": "Invalid URL"}                                                                                                                                                            |

  @route:async/batch-result
  Scenario: A batch that failed has no results
    Given the admin has opened the classic job
      """
      {"operation": "insert", "object": "Account", "contentType": "JSON"}
      """
    And the admin has added the "application/json" batch
      """
      {"Name": "Acme"}
      """
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch/{note:batch}/result
      X-SFDC-Session: {session}
      """
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json

      {"exceptionCode": "InvalidBatch", "exceptionMessage": "Records not processed"}
      """

  @route:async/add-batch @route:async/batch-result
  Scenario: Files in a batch that is no ZIP file
    Given the admin has opened the classic job
      """
      {"operation": "insert", "object": "Attachment", "contentType": "ZIP_CSV"}
      """
    When the admin sends
      """
      POST /services/async/67.0/job/{note:job id}/batch
      X-SFDC-Session: {session}
      Content-Type: zip/csv

      Name,ParentId,Body
      """
    Then the answer has the status 201
    When the admin sends
      """
      GET /services/async/67.0/job/{note:job id}/batch
      X-SFDC-Session: {session}
      """
    Then the answer mentions "InvalidBatch : The zip file could not be read"

  @route:async/batch
  Rule: A query that cannot be processed fails its batch

    Background:
      Given the admin has opened the classic job
        """
        {"operation": "query", "object": "Account", "contentType": "CSV"}
        """

    Scenario: It asks for another object
      Given the admin has added the "text/csv" batch
        """
        SELECT Id FROM Contact
        """
      When the admin sends
        """
        GET /services/async/67.0/job/{note:job id}/batch/{note:batch}
        X-SFDC-Session: {session}
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/xml

        <?xml version="1.0" encoding="UTF-8"?><batchInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload"><id>{id}</id><jobId>{note:job id}</jobId><state>Failed</state><stateMessage>InvalidBatch : Failed to process query: INVALID_TYPE_FOR_OPERATION: The root entity of the requested query (Contact) does not match the entity of the requested Bulk API Job (Account).</stateMessage><createdDate>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</createdDate><systemModstamp>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</systemModstamp><numberRecordsProcessed>0</numberRecordsProcessed><numberRecordsFailed>0</numberRecordsFailed><totalProcessingTime>{digits}</totalProcessingTime><apiActiveProcessingTime>{digits}</apiActiveProcessingTime><apexProcessingTime>0</apexProcessingTime></batchInfo>
        """

    Scenario: It asks for an address
      Given the admin has added the "text/csv" batch
        """
        SELECT BillingAddress FROM Account
        """
      When the admin sends
        """
        GET /services/async/67.0/job/{note:job id}/batch/{note:batch}
        X-SFDC-Session: {session}
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/xml

        <?xml version="1.0" encoding="UTF-8"?><batchInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload"><id>{id}</id><jobId>{note:job id}</jobId><state>Failed</state><stateMessage>InvalidBatch : Failed to process query: FUNCTIONALITY_NOT_ENABLED: Selecting compound data not supported in Bulk Query</stateMessage><createdDate>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</createdDate><systemModstamp>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</systemModstamp><numberRecordsProcessed>0</numberRecordsProcessed><numberRecordsFailed>0</numberRecordsFailed><totalProcessingTime>{digits}</totalProcessingTime><apiActiveProcessingTime>{digits}</apiActiveProcessingTime><apexProcessingTime>0</apexProcessingTime></batchInfo>
        """

    Scenario: It asks for child lists
      Given the admin has added the "text/csv" batch
        """
        SELECT Id, (SELECT Id FROM Contacts) FROM Account
        """
      When the admin sends
        """
        GET /services/async/67.0/job/{note:job id}/batch/{note:batch}
        X-SFDC-Session: {session}
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/xml

        <?xml version="1.0" encoding="UTF-8"?><batchInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload"><id>{id}</id><jobId>{note:job id}</jobId><state>Failed</state><stateMessage>FeatureNotEnabled : Aggregate Relationships not supported in Bulk Query with CSV content type</stateMessage><createdDate>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</createdDate><systemModstamp>{digits}-{digits}-{digits}T{digits}:{digits}:{digits}.000Z</systemModstamp><numberRecordsProcessed>0</numberRecordsProcessed><numberRecordsFailed>0</numberRecordsFailed><totalProcessingTime>{digits}</totalProcessingTime><apiActiveProcessingTime>{digits}</apiActiveProcessingTime><apexProcessingTime>0</apexProcessingTime></batchInfo>
        """
