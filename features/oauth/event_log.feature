@R-I2 @serial
Feature: Event log files
  What users and programs did, as CSV files of an hour and of a day.

  Background:
    Given the clock stands at "2026-03-02T10:15:00Z"
    And a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"

  @route:rest/query
  Scenario: The hour that is not over has no file
    When the admin queries "SELECT COUNT() FROM EventLogFile"
    Then the query counts 0

  @route:rest/query
  Scenario: When the hour is over there is a file for each type of event
    Given "Reports" sends with its token
      """
      GET /services/data/v67.0/sobjects/Account/describe
      """
    When the clock is set to "2026-03-02T11:05:00Z"
    And the admin queries "SELECT EventType, Interval, Sequence, LogDate, LogFileContentType FROM EventLogFile ORDER BY EventType"
    Then the query returns
      | EventType     | Interval | Sequence | LogDate                      | LogFileContentType |
      | ApiTotalUsage | Hourly   | 1        | 2026-03-02T10:00:00.000+0000 | text/csv           |
      | Login         | Hourly   | 1        | 2026-03-02T10:00:00.000+0000 | text/csv           |
      | RestApi       | Hourly   | 1        | 2026-03-02T10:00:00.000+0000 | text/csv           |

  @route:rest/relationship
  Scenario: The file of API calls names app, resource and status
    Given "Reports" sends with its token
      """
      GET /services/data/v67.0/sobjects/Account/describe
      """
    And the clock stands at "2026-03-02T11:05:00Z"
    And the admin queries "SELECT LogFile FROM EventLogFile WHERE EventType = 'ApiTotalUsage'"
    And "/records/0/LogFile" of the answer is noted as "file"
    When the admin sends
      """
      GET {note:file}
      """
    Then the answer has the status 200
    And the body begins with
      """
      "EVENT_TYPE","TIMESTAMP","REQUEST_ID","ORGANIZATION_ID","USER_ID","API_FAMILY","API_VERSION","API_RESOURCE","CLIENT_NAME","HTTP_METHOD","CLIENT_IP","COUNTS_AGAINST_API_LIMIT","CONNECTED_APP_ID","ENTITY_NAME","STATUS_CODE","CONNECTED_APP_NAME","USER_NAME","TIMESTAMP_DERIVED"
      """
    And the answer mentions "/v67.0/sobjects/Account/describe"
    And the answer mentions "{app:Reports}"
    And the answer mentions "{username:ada}"

  @route:rest/relationship
  Scenario: The file of logins tells successes and failures
    Given a user "bob"
    When "bob" logs in with the password "wrong-passw0rd"
    And the clock is set to "2026-03-02T11:05:00Z"
    And the admin queries "SELECT LogFile FROM EventLogFile WHERE EventType = 'Login'"
    And "/records/0/LogFile" of the answer is noted as "file"
    And the admin sends
      """
      GET {note:file}
      """
    Then the answer mentions "LOGIN_NO_ERROR"
    And the answer mentions "LOGIN_ERROR_INVALID_PASSWORD"
    And the answer mentions "9998.0"

  @route:rest/query
  Scenario: When the day is over there is a file of the day
    When the clock is set to "2026-03-03T00:30:00Z"
    And the admin queries "SELECT EventType, LogDate FROM EventLogFile WHERE Interval = 'Daily'"
    Then the query returns
      | EventType | LogDate                      |
      | Login     | 2026-03-02T00:00:00.000+0000 |

  @route:rest/query
  Scenario: Who may not view event log files does not know the object
    When "ada" queries "SELECT Id FROM EventLogFile"
    Then the answer is the error "INVALID_TYPE"
