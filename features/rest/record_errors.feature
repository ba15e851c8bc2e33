@R-F9
Feature: Errors of records
  Every refusal of a single record, with its exact body.

  @route:rest/create
  Rule: What a record lacks or holds too much of

    Scenario: Required fields are named together
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Opportunity
        Content-Type: application/json

        {"Amount": 5}
        """
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/json;charset=UTF-8

        [{"message": "Required fields are missing: [Name, StageName, CloseDate]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["Name", "StageName", "CloseDate"]}]
        """

    Scenario: A text of blanks is no value
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": "   "}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "Required fields are missing: [Name]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["Name"]}]
        """

    Scenario: A text that is too long
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": "Acme", "TickerSymbol": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "Ticker Symbol: data value too large: ABCDEFGHIJKLMNOPQRSTUVWXYZ (max length=20)", "errorCode": "STRING_TOO_LONG", "fields": ["TickerSymbol"]}]
        """

    Scenario Outline: A number out of range: <value> as <field>
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/<object>
        Content-Type: application/json

        {"<required>": "x", "<field>": <value>}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "<label>: value outside of valid range on numeric field: <value>", "errorCode": "NUMBER_OUTSIDE_VALID_RANGE", "fields": ["<field>"]}]
        """

      Examples:
        | object  | required | field             | label          | value                |
        | Account | Name     | NumberOfEmployees | Employees      | 99999999999          |
        | Account | Name     | AnnualRevenue     | Annual Revenue | 1234567890123456789  |

    Scenario: A value that is not in a restricted list
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": "Acme", "CleanStatus": "Spotless"}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "Clean Status: bad value for restricted picklist field: Spotless", "errorCode": "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "fields": ["CleanStatus"]}]
        """

    Scenario: An e-mail address that is none
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Contact
        Content-Type: application/json

        {"LastName": "Lovelace", "Email": "nowhere"}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "Email: invalid email address: nowhere", "errorCode": "INVALID_EMAIL_ADDRESS", "fields": ["Email"]}]
        """

    Scenario: Text in the place of a number, from XML
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/xml

        <Account><Name>Acme</Name><NumberOfEmployees>many</NumberOfEmployees></Account>
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "Employees: value not of required type: many", "errorCode": "INVALID_TYPE_ON_FIELD_IN_RECORD", "fields": ["NumberOfEmployees"]}]
        """

    Scenario: A field that does not exist
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": "Acme", "foo": 1}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "No such column 'foo' on sobject of type Account", "errorCode": "INVALID_FIELD"}]
        """

    Scenario: Fields that only Salesforce writes
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": "Acme", "CreatedDate": "2026-01-01T00:00:00Z", "IsDeleted": false}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "Unable to create/update fields: CreatedDate, IsDeleted. Please check the security settings of this field and verify that it is read/write for your profile or permission set.", "errorCode": "INVALID_FIELD_FOR_INSERT_UPDATE", "fields": ["CreatedDate", "IsDeleted"]}]
        """

    Scenario: The id in the body
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Id": "001Fk00000AbCdEIAV", "Name": "Acme"}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "The Id field should not be specified in the sobject data.", "errorCode": "INVALID_FIELD"}]
        """

    Scenario: An object whose records only Salesforce makes
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/OpportunityHistory
        Content-Type: application/json

        {}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "entity type cannot be inserted: Opportunity History", "errorCode": "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "fields": []}]
        """

    Scenario: A unique value that is taken
      Given the custom field "Code__c" on Account with
        | type        | Text |
        | length      | 20   |
        | unique      | true |
      And these Account records
        | Name | Code__c |
        | Acme | X1      |
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": "Other", "Code__c": "x1"}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "duplicate value found: Code__c duplicates value on record with id: {id15:Acme}", "errorCode": "DUPLICATE_VALUE", "fields": []}]
        """

  @route:rest/create
  Rule: Where a lookup leads

    Scenario: To an id of another object
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Contact
        Content-Type: application/json

        {"LastName": "Lovelace", "AccountId": "003Fk00000AbCdEIAV"}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "Account ID: id value of incorrect type: 003Fk00000AbCdEIAV", "errorCode": "MALFORMED_ID", "fields": ["AccountId"]}]
        """

    Scenario: To a record that is not there
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Contact
        Content-Type: application/json

        {"LastName": "Lovelace", "AccountId": "001Fk00000AbCdEIAV"}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "insufficient access rights on cross-reference id: 001Fk00000AbCdE", "errorCode": "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "fields": []}]
        """

    Scenario: To an object that has no records here
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": "Acme", "DandbCompanyId": "06E000000000001AAA"}
        """
      Then the answer is a refusal of the client, not a failure of the server

  @route:rest/update
  Rule: Which record is meant

    Scenario: A record that never was
      When the admin sends
        """
        PATCH /services/data/v67.0/sobjects/Account/001Fk00000AbCdEIAV
        Content-Type: application/json

        {"Name": "Nobody"}
        """
      Then the answer on the wire is
        """
        HTTP 404

        [{"message": "invalid cross reference id", "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": []}]
        """

    @route:rest/delete
    Scenario: A record that was deleted
      Given these Account records
        | Name |
        | Acme |
      And the admin has deleted the Account "Acme"
      When the admin sends
        """
        DELETE /services/data/v67.0/sobjects/Account/{id:Acme}
        """
      Then the answer on the wire is
        """
        HTTP 404

        [{"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": []}]
        """

    @route:rest/read
    Scenario: A segment that is neither an id nor an external id
      When the admin sends
        """
        GET /services/data/v67.0/sobjects/Account/Namez
        """
      Then the answer on the wire is
        """
        HTTP 404

        [{"errorCode": "NOT_FOUND", "message": "Provided external ID field does not exist or is not accessible: Namez"}]
        """

    Scenario: A converted lead
      Given the admin has created the Lead "Lovelace" with
        | LastName    | Lovelace |
        | Company     | Acme     |
        | IsConverted | true     |
      When the admin sends
        """
        PATCH /services/data/v67.0/sobjects/Lead/{id:Lovelace}
        Content-Type: application/json

        {"Company": "Other"}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "cannot reference converted lead", "errorCode": "CANNOT_UPDATE_CONVERTED_LEAD", "fields": []}]
        """

  @route:rest/delete
  Rule: What forbids a deletion

    Scenario: An account with cases
      Given these Account records
        | Name |
        | Acme |
      And the admin has created the Case "Broken" with
        | AccountId | {id:Acme} |
        | Subject   | Broken    |
      When the admin sends
        """
        DELETE /services/data/v67.0/sobjects/Account/{id:Acme}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "Your attempt to delete Acme could not be completed because it is associated with the following cases.: {any}\n", "errorCode": "DELETE_FAILED", "fields": []}]
        """

    Scenario: An account whose opportunity was won
      Given these Account records
        | Name |
        | Acme |
      And the admin has created the Opportunity "Deal" with
        | Name      | Deal       |
        | AccountId | {id:Acme}  |
        | StageName | Closed Won |
        | CloseDate | 2026-05-01 |
      When the admin deletes the Account "Acme"
      Then the answer is the error "DELETE_FAILED"

  @route:rest/create
  Rule: What a test asks for

    Scenario Outline: <code>
      Given the next request in the org to "rest/create" meets the fault
        """
        {"status": <status>, "error": "<code>"}
        """
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": "Acme"}
        """
      Then the answer on the wire is
        """
        HTTP <status>

        [{"message": "<message>", "errorCode": "<code>"<fields>}]
        """

      Examples:
        | code                            | status | message                                                        | fields         |
        | INVALID_CROSS_REFERENCE_KEY     | 400    | invalid cross reference id                                     | , "fields": [] |
        | ENTITY_IS_LOCKED                | 400    | the entity is locked for editing                               | , "fields": [] |
        | INSUFFICIENT_ACCESS_OR_READONLY | 403    | insufficient access rights on object id                        | , "fields": [] |
        | INSUFFICIENT_ACCESS             | 403    | You don't have access to this record. Ask your administrator for help or to request access. |  |
        | STORAGE_LIMIT_EXCEEDED          | 403    | storage limit exceeded                                         | , "fields": [] |
        | REQUEST_LIMIT_EXCEEDED          | 403    | TotalRequests Limit exceeded.                                  |                |
        | REQUEST_RUNNING_TOO_LONG        | 400    | Your request was running for too long, and has been stopped.   |                |
        | SERVER_UNAVAILABLE              | 503    | Server Unavailable                                             |                |
        | UNKNOWN_EXCEPTION               | 500    | An unexpected error occurred. Please include this ErrorId if you contact support: 123456789-12345 (-123456789) | |

    @route:rest/update
    Scenario: A row that another request holds
      Given these Account records
        | Name |
        | Acme |
      And the next request in the org to "rest/update" meets the fault
        """
        {"lock": true}
        """
      When the admin sends
        """
        PATCH /services/data/v67.0/sobjects/Account/{id:Acme}
        Content-Type: application/json

        {"Name": "Other"}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "unable to obtain exclusive access to this record or 1 records: {id:Acme}", "errorCode": "UNABLE_TO_LOCK_ROW", "fields": []}]
        """

    Scenario: A duplicate, in the spelling of old versions
      Given the admin has created the Lead "Lovelace" with
        | LastName | Lovelace |
        | Company  | Acme     |
      And the next request in the org to "rest/create" meets the fault
        """
        {"status": 400, "error": "DUPLICATES_DETECTED"}
        """
      When the admin sends
        """
        POST /services/data/v51.0/sobjects/Lead
        Content-Type: application/json

        {"LastName": "Lovelace", "Company": "Acme"}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"duplicateResut": {"allowSave": true, "duplicateRule": "Standard_Lead_Duplicate_Rule", "duplicateRuleEntityType": "Lead", "errorMessage": "Use one of these records?", "matchResults": [{"entityType": "Lead", "errors": [], "matchEngine": "ExactMatchEngine", "matchRecords": [{"additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0, "record": {"attributes": {"type": "Lead", "url": "/services/data/v51.0/sobjects/Lead/{id:Lovelace}"}, "Id": "{id:Lovelace}"}}], "rule": "Standard_Lead_Match_Rule_v1_0", "size": 1, "success": true}]}, "errorCode": "DUPLICATES_DETECTED", "message": "Use one of these records?"}]
        """

    Scenario: A duplicate that the caller saves all the same
      Given the next request in the org to "rest/create" meets the fault
        """
        {"status": 400, "error": "DUPLICATES_DETECTED"}
        """
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Lead
        Content-Type: application/json
        Sforce-Duplicate-Rule-Header: allowSave=true; includeRecordDetails=false; runAsCurrentUser=true

        {"LastName": "Lovelace", "Company": "Acme"}
        """
      Then the answer has the status 201

  Rule: Several records under one external id

    @route:rest/read-by-external-id @route:rest/upsert @route:rest/delete-by-external-id
    Scenario Outline: <method> names them to choose from
      Given the custom field "Code__c" on Account with
        | type        | Text |
        | length      | 20   |
        | external_id | true |
      And these Account records
        | Name  | Code__c |
        | Acme  | X1      |
        | Other | X1      |
      When the admin sends
        """
        <method> /services/data/v67.0/sobjects/Account/Code__c/X1
        Content-Type: application/json

        {"Phone": "1"}
        """
      Then the answer on the wire is
        """
        HTTP 300

        ["/services/data/v67.0/sobjects/Account/{id:Acme}", "/services/data/v67.0/sobjects/Account/{id:Other}"]
        """

      Examples:
        | method |
        | GET    |
        | PATCH  |
        | DELETE |

  @R-F5 @route:rest/create
  Rule: Record types

    Background:
      Given an org that holds
        """
        {"record_types": [{"object": "Account", "name": "Partner"}, {"object": "Account", "name": "Past", "active": false}]}
        """

    Scenario Outline: <what> is no type of an account
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": "Acme", "RecordTypeId": "<id>"}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [<error>]
        """

      Examples:
        | what                    | id                 | error |
        | A type there is not     | 012000000000001AAA | {"message": "Record Type ID: this ID value isn't valid for the user: 012000000000001AAA", "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": ["RecordTypeId"]} |
        | A record of another kind | 001000000000001AAA | {"message": "Record Type ID: this ID value isn't valid for the user: 001000000000001AAA", "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": ["RecordTypeId"]} |
        | A word                  | partner            | {"message": "Record Type ID: id value of incorrect type: partner", "errorCode": "MALFORMED_ID", "fields": ["RecordTypeId"]} |

    Scenario: An account that names no type is of the default one, and may be of the master's
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": "Of the default"}
        """
      And the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": "Of the master", "RecordTypeId": "012000000000000AAA"}
        """
      And the admin queries "SELECT Name, RecordTypeId, RecordType.DeveloperName FROM Account ORDER BY Name"
      Then the query returns
        | Name           | RecordTypeId       | RecordType.DeveloperName |
        | Of the default | {id}               | Partner                  |
        | Of the master  | 012000000000000AAA | null                     |
