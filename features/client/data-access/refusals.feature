@R-L2
Feature: Refusals of data requests
  Limits, locks, outages and items that fail inside a successful answer: each has a cause of its own and an answer of its own.

  @C-data/limit-stops @must @operations @by:Ho @for:any @needs:data/version-alive
  Scenario: A used-up limit stops the job
    Proves: After `REQUEST_LIMIT_EXCEEDED` at most three more data requests follow.
    In production: The limit is the customer's, shared by everything connected to the org. A job that goes on takes what other systems live from.
    Mend: Stop until the window moves on; read `Sforce-Limit-Info` and slow down before.
    Source: REST API Developer Guide, "Status Codes and Error Responses"; airbytehq/airbyte#8690.
    Given an integration
    And the integration is connected
    And requests count from here
    And every data request is answered 403 "REQUEST_LIMIT_EXCEEDED"
    When the integration makes a call
    And at least 1 data request was sent
    Then at most 4 data requests were sent

  @C-data/forbidden-not-auth @should @operations @by:Ho @for:any @rfc6750-3.1 @needs:data/version-alive
  Scenario Outline: A 403 is not taken for an ended session
    Proves: A 403 for a limit or a missing right leads neither to a token request nor to a request that the user connect again.
    In production: The user logs in again, and again, and the missing permission is still missing.
    Mend: Only 401 (and 403 `Bad_OAuth_Token` of the identity services) concerns the session; show every other code as it is.
    Source: jsforce/jsforce#736.
    Given an integration
    And the integration is connected
    And requests count from here
    And every data request is answered 403 "<code>"
    When the integration makes a call
    And at least 1 data request was sent
    Then no token was asked for
    And the connection stands

    Examples:
      | code                   |
      | REQUEST_LIMIT_EXCEEDED |
      | INSUFFICIENT_ACCESS    |

  @C-data/api-disabled-told @should @operations @by:BH @for:any @needs:data/version-alive
  Scenario: An org without the API is told at the first call
    Proves: `API_DISABLED_FOR_ORG` is shown as what it is, after at most two data requests.
    In production: Professional and Group editions have no API unless it was bought. Asked to connect again, such a customer will do so all day.
    Mend: Map `API_DISABLED_FOR_ORG` to "your edition has no API access", and stop.
    Source: Salesforce Help, "Salesforce editions with API access".
    Given an integration
    And the org's edition has no API
    And requests count from here
    When the user tries to use the integration
    And at least 1 data request was refused with "API_DISABLED_FOR_ORG"
    Then the integration told that the API is disabled
    And at most 2 data requests were refused with "API_DISABLED_FOR_ORG"

  @C-data/lock-row-retried @should @data @by:Ho @for:any @needs:data/version-alive
  Scenario: A locked row is tried again, or told
    Proves: A write that met `UNABLE_TO_LOCK_ROW` is repeated at most five times, or reported as failed.
    In production: Locks come and go with other people's work. A write that is dropped without a word is lost data.
    Mend: Repeat with a growing pause, a few times; then report.
    Source: salto-io/salto#4424.
    Care: Not judged without the operation `create`.
    Given an integration
    And the integration has connected
    And the next write meets a locked row
    When the integration creates the record "Locked"
    And at least 1 write was refused with "UNABLE_TO_LOCK_ROW"
    Then the record "Locked" exists once, or its loss was told
    And at most 6 writes were sent

  @C-data/unavailable-bounded @should @operations @by:Ho @for:any @needs:data/version-alive
  Scenario: An outage is met with a few attempts
    Proves: A request that is answered 503 again and again is sent at most six times.
    In production: During an outage every attempt costs credits and delays the recovery.
    Mend: A few attempts with growing pauses, then stop and tell.
    Source: estuary/connectors#3910.
    Given an integration
    And the integration is connected
    And requests count from here
    And every data request is answered 503 "SERVER_UNAVAILABLE"
    When the integration makes a call
    And at least 1 data request was sent
    Then no data request was sent more than 6 times

  @C-data/partial-success-seen @must @data @by:Ho @for:any @needs:data/version-alive
  Scenario: Items that failed inside a successful answer are seen
    Proves: Of several records written at once, the one that Salesforce refused is reported as failed, and only that one.
    In production: Collections and composites answer 200 even if every item failed. The product says "synced", and nothing is there.
    Mend: Read `success` and `errors` of each item.
    Source: REST API Developer Guide, "Using sObject Collections"; guardian/support-service-lambdas#507.
    Care: Not judged without the operation `write_many`.
    Given an integration
    And the integration has connected
    When the integration writes 5 records of which the third is bad
    Then the integration reported exactly the records that Salesforce refused

  @C-data/no-blind-create @should @data @by:Ho @for:any @needs:data/version-alive
  Scenario: A create whose answer was lost is not blindly repeated
    Proves: When the connection breaks after a record was created, no second one is made.
    In production: Each hiccup of the network makes a duplicate account or order.
    Mend: Upsert by an external id, or look before repeating; otherwise report the failure.
    Source: RFC 9110 section 9.2.2.
    Care: Not judged without the operation `create`.
    Given an integration
    And the integration has connected
    And the answer to the next create is lost
    When the integration creates the record "Once"
    And at least 1 write was sent
    Then the record "Once" exists once at most

  @C-data/bulk-failure-seen @must @data @by:Ho @for:any @needs:data/version-alive
  Scenario: A bulk job that failed is told
    Proves: A job that ends as `Failed` is reported, and is not asked about for ever.
    In production: A job can fail as a whole without any row in the error file. "Finished" is not "succeeded".
    Mend: Read the job's state: only `JobComplete` is a success.
    Source: Bulk API 2.0 Developer Guide, job states; salesforcecli/plugin-data#705.
    Care: Only for integrations that use Bulk API 2.0.
    Given an integration that uses Bulk API
    And the org holds 10 records
    And the integration has connected
    And bulk jobs fail
    When the integration queries all records by bulk
    And at least 1 bulk job was shown as failed
    Then the failure was told
    And at most 59 questions about bulk jobs were sent

  @C-data/bulk-failure-seen @must @data @by:Ho @for:any
  Scenario: Rows that a bulk job could not write are told
    Proves: Of the rows of an ingest job, those that Salesforce refused are reported as failed.
    In production: A job is `JobComplete` although half of its rows failed; only the failed results and `numberRecordsFailed` say so.
    Mend: Read `numberRecordsFailed`, and fetch the failed results when it is not 0.
    Source: Bulk API 2.0 Developer Guide, "Get Failed Record Results"; salesforcecli/plugin-data#705.
    Care: Only for integrations that use Bulk API 2.0 and offer `write_many`.
    Given an integration that uses Bulk API
    And the integration has connected
    When the integration writes 5 records by bulk of which the third is bad
    And at least 1 bulk job was shown as complete
    Then the integration reported one record as failed
