@R-F6
Feature: Bulk API 2.0 ingest
  A table of records goes in as one file, and comes out as three: what was written, what was refused, what was not reached.

  @route:bulk/create-ingest
  Scenario: A job is opened
    When the admin sends
      """
      POST /services/data/v67.0/jobs/ingest
      Content-Type: application/json

      {"object": "Account", "operation": "insert", "contentType": "CSV", "lineEnding": "LF"}
      """
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/json;charset=UTF-8

      {"id": "{id}", "operation": "insert", "object": "Account", "createdById": "{id}", "createdDate": "{datetime}", "systemModstamp": "{datetime}", "state": "Open", "concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": 67.0, "contentUrl": "{string}", "lineEnding": "LF", "columnDelimiter": "COMMA"}
      """

  @route:bulk/upload @route:bulk/change-ingest @route:bulk/ingest-job @route:bulk/ingest-results
  Scenario: Records are inserted, and each refusal says why
    When the admin runs the bulk insert on Account with
      """
      Name,Industry,NumberOfEmployees
      Acme,Banking,5
      ,Banking,
      "Smith, ""&"" Sons",#N/A,many
      """
    Then the job has
      | state                  | JobComplete |
      | jobType                | V2Ingest    |
      | numberRecordsProcessed | 3           |
      | numberRecordsFailed    | 2           |
      | retries                | 0           |
      | apexProcessingTime     | 0           |
    And the successful results are
      """
      "sf__Id","sf__Created","Name","Industry","NumberOfEmployees"
      "{id}","true","Acme","Banking","5"
      """
    And the failed results are
      """
      "sf__Id","sf__Error","Name","Industry","NumberOfEmployees"
      "","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","Banking",""
      "","INVALID_FIELD:Failed to deserialize field at col 2. Due to, 'many' is not a valid value for the type xsd:int:NumberOfEmployees --","Smith, ""&"" Sons","#N/A","many"
      """
    And the unprocessed records are
      """
      "Name","Industry","NumberOfEmployees"
      """

  @route:bulk/ingest-job
  Scenario: A finished job shows counts and no address for uploads
    Given the admin has run the bulk insert on Account with
      """
      Name
      Acme
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"id": "{id}", "operation": "insert", "object": "Account", "createdById": "{id}", "createdDate": "{datetime}", "systemModstamp": "{datetime}", "state": "JobComplete", "concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": 67.0, "jobType": "V2Ingest", "lineEnding": "LF", "columnDelimiter": "COMMA", "numberRecordsProcessed": 1, "numberRecordsFailed": 0, "retries": 0, "totalProcessingTime": "{number}", "apiActiveProcessingTime": "{number}", "apexProcessingTime": 0, "isPkChunkingSupported": false}
      """

  Scenario: Updates leave empty cells alone and empty fields by #N/A
    Given these Account records
      | ref  | Name | Phone | Industry |
      | Acme | Acme | +1 55 | Banking  |
    When the admin runs the bulk update on Account with
      """
      Id,Name,Phone,Industry
      {id:Acme},,#N/A,Energy
      001000000000000AAA,Nobody,,
      ,Nameless,,
      """
    Then the Account "Acme" has
      | Name     | Acme   |
      | Phone    | null   |
      | Industry | Energy |
    And the failed results are
      """
      "sf__Id","sf__Error","Id","Name","Phone","Industry"
      "001000000000000AAA","INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--","001000000000000AAA","Nobody","",""
      "","MISSING_ARGUMENT:Id not specified in an update call:Id --","","Nameless","",""
      """

  Scenario: Upserts tell the new from the known, and refuse a key given twice
    Given the custom field "Code__c" on Account with
      | type        | Text |
      | length      | 20   |
      | external_id | true |
      | unique      | true |
    And these Account records
      | Name | Code__c |
      | Acme | X1      |
    When the admin runs the bulk upsert on Account by Code__c with
      """
      Code__c,Name
      X1,Acme Corp
      X2,Beta
      X3,Gamma
      X3,Gamma again
      ,Keyless
      """
    Then the Account "Acme" has
      | Name | Acme Corp |
    And the successful results are
      """
      "sf__Id","sf__Created","Code__c","Name"
      "{id:Acme}","false","X1","Acme Corp"
      "{id}","true","X2","Beta"
      """
    And the failed results are
      """
      "sf__Id","sf__Error","Code__c","Name"
      "","DUPLICATE_VALUE:Duplicate external id specified: X3:Code__c --","X3","Gamma"
      "","DUPLICATE_VALUE:Duplicate external id specified: X3:Code__c --","X3","Gamma again"
      "","MISSING_ARGUMENT:Code__c not specified:--","","Keyless"
      """

  Scenario: Parents are named by their external ids
    Given the custom field "Code__c" on Account with
      | type        | Text |
      | length      | 20   |
      | external_id | true |
    And these Account records
      | Name | Code__c |
      | Acme | X1      |
    When the admin runs the bulk insert on Contact with
      """
      LastName,Account.Code__c,User:Owner.Username
      Byron,X1,{username}
      Lost,X9,
      """
    Then the job has
      | numberRecordsProcessed | 2 |
      | numberRecordsFailed    | 1 |
    And the failed results are
      """
      "sf__Id","sf__Error","LastName","Account.Code__c","User:Owner.Username"
      "","INVALID_FIELD:Foreign key external ID: x9 not found for field Code__c in entity Account:--","Lost","X9",""
      """

  Scenario: Deletes put records into the recycle bin
    Given these Account records
      | Name |
      | Acme |
    When the admin runs the bulk delete on Account with
      """
      Id
      {id:Acme}
      {id:Acme}
      nonsense
      """
    Then the Account "Acme" is gone
    And the failed results are
      """
      "sf__Id","sf__Error","Id"
      "{id:Acme}","ENTITY_IS_DELETED:entity is deleted:--","{id:Acme}"
      "","MALFORMED_ID:bad id nonsense:--","nonsense"
      """

  Scenario: An upsert by ids makes what comes without one
    When the admin runs the bulk upsert on Account by Id with
      """
      Name
      Acme
      Blue
      """
    Then the job has
      | state                  | JobComplete |
      | numberRecordsProcessed | 2           |
      | numberRecordsFailed    | 0           |

  Scenario: Hard deletes need a permission and leave nothing behind
    Given these Account records
      | Name |
      | Acme |
    And the admin holds "Bulk API Hard Delete"
    When the admin runs the bulk hardDelete on Account with
      """
      Id
      {id:Acme}
      """
    Then the job has
      | state               | JobComplete |
      | numberRecordsFailed | 0           |
    When the admin runs the bulk queryAll "SELECT Name FROM Account WHERE Id = '{id:Acme}'"
    Then the query results are
      """
      "Name"
      """

  Scenario: Without the permission nothing is erased
    When the admin opens the bulk hardDelete on Account
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json;charset=UTF-8

      [{"message": "hardDelete operation requires special user profile permission, please contact your system administrator", "errorCode": "FEATURENOTENABLED"}]
      """

  Scenario Outline: The <delimiter> delimits, in and out
    Given the admin has opened a bulk job with
      | object          | Account     |
      | operation       | insert      |
      | columnDelimiter | <delimiter> |
    And the admin has uploaded
      """
      Name<sign>Phone
      "Acme<sign> Inc"<sign>1
      """
    When the admin ends the upload
    Then the successful results are
      """
      "sf__Id"<sign>"sf__Created"<sign>"Name"<sign>"Phone"
      "{id}"<sign>"true"<sign>"Acme<sign> Inc"<sign>"1"
      """

    Examples:
      | delimiter | sign |
      | COMMA     | ,    |
      | SEMICOLON | ;    |
      | PIPE      | \|   |
      | CARET     | ^    |
      | BACKQUOTE | `    |

  @route:bulk/create-ingest
  Scenario: Description and data in one request
    When the admin sends
      """
      POST /services/data/v67.0/jobs/ingest
      Content-Type: multipart/form-data; boundary=BOUNDARY

      --BOUNDARY
      Content-Type: application/json
      Content-Disposition: form-data; name="job"

      {"object": "Account", "operation": "insert"}
      --BOUNDARY
      Content-Type: text/csv
      Content-Disposition: form-data; name="content"; filename="content"

      Name
      Acme
      --BOUNDARY--
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"id": "{id}", "state": "UploadComplete", "...": "{any}"}
      """
    When "/id" of the answer is noted as "job id"
    And the admin reads "/jobs/ingest/{note:job id}/successfulResults"
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: text/csv

      "sf__Id","sf__Created","Name"
      "{id}","true","Acme"
      """

  @route:bulk/delete-ingest
  Scenario: A job that is over can be deleted
    Given the admin has run the bulk insert on Account with
      """
      Name
      Acme
      """
    When the admin deletes the job
    Then the answer on the wire is
      """
      HTTP 204

      """
    And the job is gone

  Scenario: An open job cannot be deleted
    Given the admin has opened the bulk insert on Account
    When the admin deletes the job
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "Deleting already Open Job not allowed", "errorCode": "INVALIDJOBSTATE"}]
      """

  Scenario: An aborted job writes nothing
    Given the admin has opened the bulk insert on Account
    And the admin has uploaded
      """
      Name
      Never
      """
    When the admin aborts the job
    Then the job is "Aborted"
    When the admin runs the bulk query "SELECT Name FROM Account WHERE Name = 'Never'"
    Then the query results are
      """
      "Name"
      """

  @route:bulk/ingest-jobs
  Scenario: Jobs are listed by their kind
    Given the admin has opened the bulk insert on Account
    When the admin reads "/jobs/ingest?jobType=V2Ingest"
    Then the answer on the wire is
      """
      HTTP 200

      {"done": true, "records": [{"id": "{id}", "operation": "insert", "object": "Account", "createdById": "{id}", "createdDate": "{datetime}", "systemModstamp": "{datetime}", "state": "Open", "concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": 67.0, "jobType": "V2Ingest", "contentUrl": "{string}", "lineEnding": "LF", "columnDelimiter": "COMMA"}], "nextRecordsUrl": null}
      """
    When the admin reads "/jobs/ingest?jobType=Classic"
    Then the answer on the wire is
      """
      HTTP 200

      {"done": true, "records": [], "nextRecordsUrl": null}
      """
