@R-F2 @route:rest/query
Feature: SOQL: errors
  A query that is wrong is refused in Salesforce's words, pointing at the place.

  Scenario: An unknown field
    When the admin queries "SELECT Nope FROM Account"
    Then the query fails with "INVALID_FIELD" saying
      """
      SELECT Nope FROM Account
             ^
      ERROR at Row:1:Column:8
      No such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.
      """

  Scenario: An unknown object
    When the admin queries "SELECT Id FROM Nope__c"
    Then the query fails with "INVALID_TYPE" saying
      """
      SELECT Id FROM Nope__c
                     ^
      ERROR at Row:1:Column:16
      sObject type 'Nope__c' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.
      """

  Scenario Outline: <what>
    When the admin queries "<soql>"
    Then the query fails with "<code>" saying "<message>"

    Examples:
      | what                       | soql                                                                 | code                          | message |
      | An unknown parent          | SELECT Nope.Name FROM Contact                                        | INVALID_FIELD                 | \nSELECT Nope.Name FROM Contact\n       ^\nERROR at Row:1:Column:8\nDidn't understand relationship 'Nope' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names. |
      | An unknown child           | SELECT Id, (SELECT Id FROM Nopes) FROM Account                       | INVALID_TYPE                  | \nSELECT Id, (SELECT Id FROM Nopes) FROM Account\n                           ^\nERROR at Row:1:Column:28\nDidn't understand relationship 'Nopes' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names. |
      | A field twice              | SELECT Id, Id FROM Account                                           | INVALID_FIELD                 | duplicate field selected: Id |
      | No field                   | SELECT FROM Account                                                  | MALFORMED_QUERY               | \nSELECT FROM Account\n       ^\nERROR at Row:1:Column:8\nunexpected token: 'FROM' |
      | A number in quotes         | SELECT Id FROM Account WHERE NumberOfEmployees = '5'                 | INVALID_FIELD                 | \nSELECT Id FROM Account WHERE NumberOfEmployees = '5'\n                             ^\nERROR at Row:1:Column:30\nvalue of filter criterion for field 'NumberOfEmployees' must be of type int and should not be enclosed in quotes |
      | A date for a date and time | SELECT Id FROM Account WHERE CreatedDate = 2026-01-01                | INVALID_FIELD                 | \nSELECT Id FROM Account WHERE CreatedDate = 2026-01-01\n                             ^\nERROR at Row:1:Column:30\nvalue of filter criterion for field 'CreatedDate' must be of type dateTime and should not be enclosed in quotes |
      | A long text in a condition | SELECT Id FROM Account WHERE Description = 'x'                       | INVALID_FIELD                 | \nSELECT Id FROM Account WHERE Description = 'x'\n                             ^\nERROR at Row:1:Column:30\nfield 'Description' can not be filtered in a query call |
      | An id that is none         | SELECT Id FROM Account WHERE Id = 'bogus'                            | INVALID_QUERY_FILTER_OPERATOR | \nSELECT Id FROM Account WHERE Id = 'bogus'\n                             ^\nERROR at Row:1:Column:30\ninvalid ID field: bogus |
      | LIKE on an id              | SELECT Id FROM Account WHERE Id LIKE '001%'                          | INVALID_QUERY_FILTER_OPERATOR | \nSELECT Id FROM Account WHERE Id LIKE '001%'\n                             ^\nERROR at Row:1:Column:30\ninvalid operator on id field |
      | An alias without aggregate | SELECT Name n FROM Account                                           | MALFORMED_QUERY               | only aggregate expressions use field aliasing |
      | AND beside OR              | SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c' | MALFORMED_QUERY               | \nWHERE Name = 'a' AND Name = 'b' OR Name = 'c'\n                                ^\nERROR at Row:1:Column:56\nunexpected token: 'OR' |
      | An offset too far          | SELECT Id FROM Account OFFSET 2001                                   | NUMBER_OUTSIDE_VALID_RANGE    | Maximum SOQL offset allowed for apiName Account is 2000 |
      | A variable of Apex         | SELECT Id FROM Account WHERE Name = :name                            | MALFORMED_QUERY               | Bind variables only allowed in Apex code |
      | All fields without a limit | SELECT FIELDS(ALL) FROM Account                                      | MALFORMED_QUERY               | The SOQL FIELDS function must have a LIMIT of at most 200 |

  Scenario: No query at all
    When the admin reads "/query"
    Then the answer is a refusal of the client, not a failure of the server
