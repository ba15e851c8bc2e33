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
      | No field                   | SELECT FROM Account                                                  | MALFORMED_QUERY               | \nSELECT FROM Account\n       ^\nERROR at Row:1:Column:8\nunexpected token: 'SELECT FROM' |
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
      | No value before a clause   | SELECT COUNT(Id) FROM Account WHERE Name = GROUP BY Name             | MALFORMED_QUERY               | missing value at 'GROUP' |
      | Text without quotes        | SELECT Id FROM Account WHERE Name = 5                                | INVALID_FIELD                 | \nSELECT Id FROM Account WHERE Name = 5\n                             ^\nERROR at Row:1:Column:30\nvalue of filter criterion for field 'Name' must be of type string and should be enclosed in quotes |
      | A long text in the order   | SELECT Id FROM Account ORDER BY Description                          | INVALID_FIELD                 | \nSELECT Id FROM Account ORDER BY Description\n                                ^\nERROR at Row:1:Column:33\nfield 'Description' can not be sorted in a query call |
      | An unknown sort field      | SELECT Id FROM Account ORDER BY Nope                                 | INVALID_FIELD                 | \nSELECT Id FROM Account ORDER BY Nope\n                                ^\nERROR at Row:1:Column:33\nNo such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names. |
      | An unknown group field     | SELECT COUNT(Id) FROM Account GROUP BY Nope                          | INVALID_FIELD                 | \nCOUNT(Id) FROM Account GROUP BY Nope\n                                ^\nERROR at Row:1:Column:40\nNo such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names. |
      | An unknown field below     | SELECT Id, (SELECT Nope FROM Contacts) FROM Account                  | INVALID_FIELD                 | \nSELECT Id, (SELECT Nope FROM Contacts) FROM Account\n                   ^\nERROR at Row:1:Column:20\nNo such column 'Nope' on entity 'Contact'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names. |
      | An unknown field of a parent | SELECT Account.Nope FROM Contact                                   | INVALID_FIELD                 | \nSELECT Account.Nope FROM Contact\n       ^\nERROR at Row:1:Column:8\nNo such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names. |
      | No custom fields           | SELECT FIELDS(CUSTOM) FROM Account LIMIT 200                         | MALFORMED_QUERY               | 'FIELDS(...)' expansion function must result in at least one field being selected. |
      | A field named and expanded | SELECT FIELDS(STANDARD), Name FROM Account                           | INVALID_FIELD                 | duplicate field selected: Name |
      | A star                     | SELECT * FROM Account                                                | MALFORMED_QUERY               | \nSELECT * FROM Account\n       ^\nERROR at Row:1:Column:8\nunexpected token: * |
      | Two objects                | SELECT Id FROM Account, Contact                                      | INVALID_FIELD                 | \nSELECT Id FROM Account, Contact\n                        ^\nERROR at Row:1:Column:25\nDidn't understand relationship 'Contact' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names. |
      | Nothing at all behind      | SELECT Id FROM                                                       | MALFORMED_QUERY               | unexpected token: '<EOF>' |

  Scenario: More parents than a query may have
    When the admin queries
      """
      SELECT CreatedBy.CreatedBy.CreatedBy.CreatedBy.Name, CreatedBy.CreatedBy.CreatedBy.LastModifiedBy.Name, CreatedBy.CreatedBy.CreatedBy.Manager.Name,
        CreatedBy.CreatedBy.LastModifiedBy.CreatedBy.Name, CreatedBy.CreatedBy.LastModifiedBy.LastModifiedBy.Name, CreatedBy.CreatedBy.LastModifiedBy.Manager.Name,
        CreatedBy.CreatedBy.Manager.CreatedBy.Name, CreatedBy.CreatedBy.Manager.LastModifiedBy.Name, CreatedBy.CreatedBy.Manager.Manager.Name,
        CreatedBy.LastModifiedBy.CreatedBy.CreatedBy.Name, CreatedBy.LastModifiedBy.CreatedBy.LastModifiedBy.Name, CreatedBy.LastModifiedBy.CreatedBy.Manager.Name,
        CreatedBy.LastModifiedBy.LastModifiedBy.CreatedBy.Name, CreatedBy.LastModifiedBy.LastModifiedBy.LastModifiedBy.Name, CreatedBy.LastModifiedBy.LastModifiedBy.Manager.Name,
        CreatedBy.LastModifiedBy.Manager.CreatedBy.Name, CreatedBy.LastModifiedBy.Manager.LastModifiedBy.Name, CreatedBy.LastModifiedBy.Manager.Manager.Name,
        LastModifiedBy.CreatedBy.CreatedBy.CreatedBy.Name, LastModifiedBy.CreatedBy.CreatedBy.LastModifiedBy.Name, LastModifiedBy.CreatedBy.CreatedBy.Manager.Name,
        LastModifiedBy.CreatedBy.LastModifiedBy.CreatedBy.Name, LastModifiedBy.CreatedBy.LastModifiedBy.LastModifiedBy.Name, LastModifiedBy.CreatedBy.LastModifiedBy.Manager.Name,
        LastModifiedBy.CreatedBy.Manager.CreatedBy.Name, LastModifiedBy.CreatedBy.Manager.LastModifiedBy.Name, LastModifiedBy.CreatedBy.Manager.Manager.Name,
        LastModifiedBy.LastModifiedBy.CreatedBy.CreatedBy.Name, LastModifiedBy.LastModifiedBy.CreatedBy.LastModifiedBy.Name, LastModifiedBy.LastModifiedBy.CreatedBy.Manager.Name,
        LastModifiedBy.LastModifiedBy.LastModifiedBy.CreatedBy.Name, LastModifiedBy.LastModifiedBy.LastModifiedBy.LastModifiedBy.Name, LastModifiedBy.LastModifiedBy.LastModifiedBy.Manager.Name,
        LastModifiedBy.LastModifiedBy.Manager.CreatedBy.Name, LastModifiedBy.LastModifiedBy.Manager.LastModifiedBy.Name, LastModifiedBy.LastModifiedBy.Manager.Manager.Name,
        LastModifiedBy.Manager.CreatedBy.CreatedBy.Name, LastModifiedBy.Manager.LastModifiedBy.CreatedBy.Name, LastModifiedBy.Manager.Manager.CreatedBy.Name
      FROM Account
      """
    Then the query fails with "QUERY_TOO_COMPLICATED" saying "The query has more than 55 parent relationships"

  Scenario: A locator nobody gave out
    When the admin reads "/query/01gxx0000000001AAA-2000"
    Then the query fails with "INVALID_QUERY_LOCATOR" saying "invalid query locator"

  Scenario: No query at all
    When the admin reads "/query"
    Then the query fails with "MALFORMED_QUERY" saying "A query string has to be specified"
