@R-L2
Feature: Reading data
  Salesforce answers queries page by page, by addresses that only it can make, and may end a session in between.

  @C-data/all-pages @must @data @by:HO @for:any @needs:data/version-alive
  Scenario Outline: Every page is read, by the address given
    Proves: Of 4,500 rows all are read: the integration follows `nextRecordsUrl` until `done`, whatever the size of a page.
    In production: The report is complete in the trial org and silently short in the customer's: 2,000 rows, no error.
    Mend: Loop until `done` is true, and follow `nextRecordsUrl` as it came; do not build it, do not guess from the size of a page.
    Source: REST API Developer Guide, "Query"; k-capehart/go-salesforce#16, airbytehq/airbyte#9151.
    Care: Not judged without the operation `query`.
    Given an integration
    And the org holds 4500 records
    And a page of a query holds at most <rows> rows
    And the integration has connected
    When the integration queries all records
    Then every page was fetched by the address given
    And the integration counted all records

    Examples:
      | rows |
      | 2000 |
      | 700  |

  @C-data/mid-paging-expiry @must @data @by:Ho @for:web @needs:data/all-pages @needs:refresh/on-401 @needs:data/version-alive
  Scenario: A session that ends between pages costs no row and doubles none
    Proves: When the second page is answered 401, the rest is read after a refresh, and every row is counted once.
    In production: A long export starts again from the first page and keeps what it had: doubled invoices, doubled e-mails.
    Mend: Refresh below the paging, so that the loop does not notice; or throw away what was read before starting again.
    Source: airbytehq/airbyte#13660 (a sister connector).
    Care: Starting again is fine if every row is counted once.
    Given an integration
    And the org holds 4500 records
    And the integration is connected
    And the session ends before the second page
    When the integration queries all records
    And at least 1 page after the first was answered 401
    Then the integration counted all records
    And no record was counted twice

  @C-data/lost-locator @should @data @by:Ho @for:any @needs:data/all-pages @needs:data/version-alive
  Scenario: A locator that is gone is not the end of the data
    Proves: When the second page is answered `INVALID_QUERY_LOCATOR`, the integration says so, or reads everything anew.
    In production: Locators end after two days, or when the user opens ten others. Half a table is taken for a whole one.
    Mend: Every error while paging fails the job, or starts it again from nothing.
    Source: REST API Developer Guide, "Query More Results".
    Given an integration
    And the org holds 4500 records
    And the integration has connected
    And the locator is gone before the second page
    When the integration queries all records
    And at least 1 page after the first was answered 400
    Then no part of the records was taken for the whole

  @C-data/soql-escaped @must @security @by:HO @for:any @needs:data/version-alive
  Scenario Outline: A value inside a query cannot change the query
    Proves: A value with quotes and backslashes arrives as one literal with exactly that value, and the query around it stays the same.
    In production: Whoever may fill in a form field reads every record that the integration's user may read.
    Mend: Escape the backslash first, then the quote, in one place for all queries; or ask by id or external id.
    Source: SOQL and SOSL Reference, "Quoted String Escape Sequences"; vlocityinc/vlocity_build#807.
    Care: Not judged without the operation `find`.
    Given an integration
    And the integration has connected
    When the integration looks for the record named "<value>"
    Then the query held exactly that value as one literal

    Examples:
      | value                                   |
      | O'Brien                                 |
      | \\' OR Name != null OR Name = '         |

  @C-data/long-query @should @breakage @by:HO @for:any @needs:data/version-alive
  Scenario: Many ids do not make a query too long
    Proves: Looking up 1,500 records succeeds: the query is split, or sent another way.
    In production: Works with the hundred ids of the test and fails with the thousand of the customer: 414 or 431.
    Mend: Split long lists (some 400 ids a request), or use composite or a POST resource.
    Source: REST API Developer Guide, limits of addresses (16,384 characters); simple-salesforce/simple-salesforce#271.
    Care: Not judged without the operation `find_many`.
    Given an integration
    And the org holds 1500 records
    And the integration has connected
    When the integration looks up all records by their ids
    Then the integration counted all records

  @C-data/version-alive @must @breakage @by:BHO @for:any
  Scenario: Retired API versions are not used
    Proves: No data request names a version below 31.0 or above the org's newest.
    In production: Retired versions are answered 410 `UNSUPPORTED_API_VERSION`, from one morning on, in all orgs at once.
    Mend: Raise the version: one constant, moved once a year.
    Source: Salesforce Help, "API End-of-Life"; PipedreamHQ/pipedream#3134.
    Given an integration
    And the integration has connected
    When the integration makes a call
    And at least 1 data request named a version
    Then every data request named a version of 31 to 67

  @C-data/version-supported @should @breakage @by:BHO @for:any @needs:data/version-alive
  Scenario: API versions announced for retirement are not used
    Proves: No data request names a version from 31.0 to 40.0.
    In production: These still answer, and are announced to stop.
    Mend: Raise the version to a recent one.
    Source: Salesforce Help, "API End-of-Life"; n8n-io/n8n#5578.
    Given an integration
    And the integration has connected
    When the integration makes a call
    And at least 1 data request named a version
    Then every data request named a version of 41 or above

  @C-data/bulk-all-pages @must @data @by:HO @for:any @needs:data/version-alive
  Scenario: Results of a bulk query are read until the locator is the word null
    Proves: Three pages of results are fetched, and none with `null` as the locator.
    In production: `Sforce-Locator` is never absent; its last value is the four letters `null`. Read as an empty value it ends the export after one page, read as a value it asks for a page that is not there.
    Mend: Fetch while the header is not the text "null".
    Source: Bulk API 2.0 Developer Guide, "Get Results for a Query Job"; forcedotcom/cli#1759, jsforce/jsforce#1278.
    Care: Only for integrations that use Bulk API 2.0.
    Given an integration that uses Bulk API
    And the org holds 1200 records
    And a page of bulk results holds at most 500 rows
    And the integration has connected
    When the integration queries all records by bulk
    Then 3 pages of bulk results were fetched
    And the integration counted all records
