@R-F6
Feature: What the Bulk API 2.0 refuses
  A wrong description is refused at once, a wrong file when it is processed, a wrong record alone.

  @route:bulk/create-ingest
  Scenario Outline: A job that <what>
    When the admin sends
      """
      POST /services/data/v67.0/jobs/ingest
      Content-Type: application/json

      <job>
      """
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json;charset=UTF-8

      [{"message": "<message>", "errorCode": "<code>"}]
      """

    Examples:
      | what                           | job                                                                             | code        | message                                                                                                |
      | names no object that exists    | {"object": "Nope", "operation": "insert"}                                       | INVALIDJOB  | Unable to find object: Nope                                                                            |
      | names an unknown operation     | {"object": "Account", "operation": "merge"}                                     | INVALIDJOB  | Unable to parse Job                                                                                    |
      | asks for a query               | {"object": "Account", "operation": "query"}                                     | INVALIDJOB  | Unable to parse Job                                                                                    |
      | upserts without a key          | {"object": "Account", "operation": "upsert"}                                    | INVALIDJOB  | External ID was blank for Account. An External ID must be specified for upsert.                        |
      | upserts by any field           | {"object": "Account", "operation": "upsert", "externalIdFieldName": "Phone"}    | INVALIDJOB  | Field name provided, Phone does not match an External ID, Salesforce Id, or indexed field for Account |
      | names an unknown delimiter     | {"object": "Account", "operation": "insert", "columnDelimiter": "DOT"}          | INVALIDJOB  | Unable to parse Job                                                                                    |
      | has JSON for its data          | {"object": "Account", "operation": "insert", "contentType": "JSON"}             | INVALIDJOB  | Unsupported content type: JSON                                                                         |
      | is about an object of its own  | {"object": "Organization", "operation": "insert"}                               | INVALIDENTITY | Entity 'Organization' is not supported by the Bulk API.                                              |

  @route:bulk/create-ingest
  Scenario: A job that is no JSON
    When the admin sends
      """
      POST /services/data/v67.0/jobs/ingest
      Content-Type: application/json

      {"object"}
      """
    Then the answer is the error "JSON_PARSER_ERROR"

  @route:bulk/ingest-job
  Scenario: A job nobody made
    When the admin reads "/jobs/ingest/750Fk0000000000IAA"
    Then the answer on the wire is
      """
      HTTP 404
      Content-Type: application/json;charset=UTF-8

      [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
      """

  @route:bulk/upload
  Scenario: Data are uploaded once
    Given the admin has opened the bulk insert on Account
    And the admin has uploaded
      """
      Name
      Acme
      """
    When the admin uploads
      """
      Name
      Beta
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "InvalidBatch : Found multiple contents for job: <{note:job id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.", "errorCode": "CLIENTINPUTERROR"}]
      """

  @route:bulk/upload
  Scenario: Data for a job that is over
    Given the admin has run the bulk insert on Account with
      """
      Name
      Acme
      """
    When the admin uploads
      """
      Name
      Beta
      """
    Then the answer is the error "INVALIDJOBSTATE" saying "The job takes no more data: its state is JobComplete"

  @route:bulk/change-ingest
  Scenario: A job that is complete is not aborted
    Given the admin has run the bulk insert on Account with
      """
      Name
      Acme
      """
    When the admin aborts the job
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "Aborting already Completed Job not allowed", "errorCode": "INVALIDJOBSTATE"}]
      """

  @route:bulk/ingest-results
  Scenario: Results of a job that has none yet
    Given the admin has opened the bulk insert on Account
    When the admin reads "/jobs/{note:job}/successfulResults"
    Then the answer is the error "INVALIDJOBSTATE" saying "The job has no results yet: its state is Open"

  Scenario Outline: A file that <what> fails as a whole
    When the admin runs the bulk <operation> on Account with
      """
      <file>
      """
    Then the job has
      | state                  | Failed    |
      | numberRecordsProcessed | 0         |
      | errorMessage           | <message> |

    Examples:
      | what                           | operation | file                     | message                                                                                                  |
      | has a column nobody knows      | insert    | Name,Foo__c\nAcme,1      | InvalidBatch : Field name not found : Foo__c                                                             |
      | has only a header              | insert    | Name                     | InvalidBatch : Records not found                                                                         |
      | updates without ids            | update    | Name\nAcme               | InvalidBatch : Field name not found : Id                                                                 |
      | deletes by more than ids       | delete    | Id,Name\n001,Acme        | InvalidBatch : The 'delete' batch must contain only ids                                                  |
      | leaves a quote open            | insert    | Name\n"Acme              | InvalidBatch : Failed to parse CSV. EOF reached before closing an opened quote                           |
      | has a quote inside a value     | insert    | Name\nAc"me              | InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote   |
      | has text behind a quote        | insert    | Name\n"Ac"me             | InvalidBatch : Failed to parse CSV. Not expecting more text after end quote                              |
      | gives a record too many values | insert    | Name\nAcme,1             | InvalidBatch : Failed to parse CSV. Found 2 values in record 1, expected 1                               |

  Scenario: Line endings that are not those of the job
    Given the admin has opened a bulk job with
      | object     | Account |
      | operation  | insert  |
      | lineEnding | CRLF    |
    And the admin has uploaded
      """
      Name
      Acme
      """
    When the admin ends the upload
    Then the job has
      | state        | Failed                                                                                       |
      | errorMessage | ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is CRLF |

  Scenario: A job without data
    Given the admin has opened the bulk insert on Account
    When the admin ends the upload
    Then the job has
      | state        | Failed                           |
      | errorMessage | InvalidBatch : Records not found |

  @route:bulk/ingest-jobs
  Scenario: Without a token
    When somebody sends
      """
      GET /services/data/v67.0/jobs/ingest
      """
    Then the answer on the wire is
      """
      HTTP 401

      [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
      """
