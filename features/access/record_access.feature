@R-F11
@route:rest/query
Feature: Rows of UserRecordAccess
  What one user may do with which records, as far as whoever asks reads them.

  Background:
    Given the default access to Account is "Private"
    And these Account records
      | Name   |
      | Hidden |
    And a user "ada" with the profile "Standard User"
    And "ada" is among the records
    And "ada" has created the Account "Own" with
      | Name | Own |

  Scenario: An admin sees how far a user reaches
    When the admin queries "SELECT RecordId, HasReadAccess, HasEditAccess, HasDeleteAccess, HasTransferAccess, HasAllAccess, MaxAccessLevel FROM UserRecordAccess WHERE UserId = '{id:ada}' AND RecordId IN ('{id:Own}', '{id:Hidden}') ORDER BY HasReadAccess DESC"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 2, "done": true, "records": [
        {"attributes": {"type": "UserRecordAccess", "url": "{string}"}, "RecordId": "{id:Own}", "HasReadAccess": true, "HasEditAccess": true, "HasDeleteAccess": true, "HasTransferAccess": true, "HasAllAccess": true, "MaxAccessLevel": "All"},
        {"attributes": {"type": "UserRecordAccess", "url": "{string}"}, "RecordId": "{id:Hidden}", "HasReadAccess": false, "HasEditAccess": false, "HasDeleteAccess": false, "HasTransferAccess": false, "HasAllAccess": false, "MaxAccessLevel": "None"}
      ]}
      """

  Scenario: A share for reading gives no more
    Given the admin has created the AccountShare "share" with
      | AccountId              | {id:Hidden} |
      | UserOrGroupId          | {id:ada}    |
      | AccountAccessLevel     | Read        |
      | OpportunityAccessLevel | None        |
    When "ada" queries "SELECT RecordId, HasEditAccess, MaxAccessLevel FROM UserRecordAccess WHERE UserId = '{id:ada}' AND RecordId = '{id:Hidden}'"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 1, "done": true, "records": [{"attributes": "{any}", "RecordId": "{id:Hidden}", "HasEditAccess": false, "MaxAccessLevel": "Read"}]}
      """

  Scenario: Only the records with the access asked for
    When the admin queries "SELECT RecordId FROM UserRecordAccess WHERE UserId = '{id:ada}' AND RecordId IN ('{id:Own}', '{id:Hidden}') AND HasEditAccess = true"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 1, "done": true, "records": [{"attributes": "{any}", "RecordId": "{id:Own}"}]}
      """

  Scenario: Records that whoever asks does not read are left out
    When "ada" queries "SELECT RecordId, HasReadAccess FROM UserRecordAccess WHERE UserId = '{id:ada}' AND RecordId = '{id:Hidden}'"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 0, "done": true, "records": []}
      """

  Scenario Outline: Refused: <what>
    When the admin queries "SELECT <fields> FROM UserRecordAccess <condition>"
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "<message>", "errorCode": "MALFORMED_QUERY"}]
      """

    Examples:
      | what                        | fields        | condition                                                                         | message                                                             |
      | nothing is said             | RecordId      |                                                                                   | UserRecordAccess can only be queried by one UserId and by RecordId |
      | nobody is named             | RecordId      | WHERE RecordId = '001000000000001AAA'                                             | UserRecordAccess can only be queried by one UserId and by RecordId |
      | no record is named          | RecordId      | WHERE UserId = '005000000000001AAA'                                               | UserRecordAccess can only be queried by one UserId and by RecordId |
      | the record is not selected  | HasReadAccess | WHERE UserId = '005000000000001AAA' AND RecordId = '001000000000001AAA'           | RecordId field must be selected                                     |
