@R-F2 @route:rest/query
Feature: SOQL: mistakes people make
  Each is refused with the place it was noticed at.

  Scenario Outline: <query>
    When the admin queries "<query>"
    Then the query fails with "MALFORMED_QUERY" saying "<message>"

    Examples: What is not in the language
      | query                                              | message |
      | SELECT * FROM Account                              | \nSELECT * FROM Account\n       ^\nERROR at Row:1:Column:8\nunexpected token: * |
      | SELECT COUNT(*) FROM Account                       | \nSELECT COUNT(*) FROM Account\n             ^\nERROR at Row:1:Column:14\nunexpected token: * |
      | SELECT DISTINCT Name FROM Account                  | only aggregate expressions use field aliasing |
      | SELECT Id FROM Account WHERE Name == 'x'           | \nSELECT Id FROM Account WHERE Name == 'x'\n                                   ^\nERROR at Row:1:Column:36\nunexpected token: '=' |
      | SELECT Id FROM Account WHERE Name IS NOT NULL      | \nSELECT Id FROM Account WHERE Name IS NOT NULL\n                                  ^\nERROR at Row:1:Column:35\nunexpected token: 'Name IS' |
      | SELECT Id FROM Account WHERE Name NOT LIKE 'x'     | \nId FROM Account WHERE Name NOT LIKE 'x'\n                               ^\nERROR at Row:1:Column:39\nunexpected token: 'Name NOT LIKE' |
      | SELECT Id FROM Account WHERE Name BETWEEN 1 AND 2  | \nSELECT Id FROM Account WHERE Name BETWEEN 1 AND 2\n                                  ^\nERROR at Row:1:Column:35\nunexpected token: 'Name BETWEEN' |
      | SELECT Id FROM Account WHERE 'x' = Name            | \nSELECT Id FROM Account WHERE 'x' = Name\n                             ^\nERROR at Row:1:Column:30\nunexpected token: ''' |
      | SELECT Id FROM Account WHERE Id = (SELECT Id FROM Lead) | \nSELECT Id FROM Account WHERE Id = (SELECT Id FROM Lead)\n                                  ^\nERROR at Row:1:Column:35\nunexpected token: '(' |
      | SELECT Id FROM Account ORDER BY 1                  | \nSELECT Id FROM Account ORDER BY 1\n                                ^\nERROR at Row:1:Column:33\nunexpected token: '1' |
      | SELECT Id FROM Account JOIN Contact                | \nSELECT Id FROM Account JOIN Contact\n                            ^\nERROR at Row:1:Column:29\nunexpected token: 'Contact' |
      | SELECT Id FROM Account UNION SELECT Id FROM Lead   | \nSELECT Id FROM Account UNION SELECT Id FROM Lead\n                             ^\nERROR at Row:1:Column:30\nunexpected token: 'SELECT' |
      | SELECT Id FROM Account WHERE EXISTS (SELECT Id FROM Lead) | \nId FROM Account WHERE EXISTS (SELECT Id FROM Lead)\n                              ^\nERROR at Row:1:Column:38\nunexpected token: 'EXISTS (SELECT' |
      | SELECT Amount + 5 FROM Opportunity                 | \nSELECT Amount + 5 FROM Opportunity\n              ^\nERROR at Row:1:Column:15\nunexpected token: '+' |
      | SELECT Id FROM Account;                            | \nSELECT Id FROM Account;\n                      ^\nERROR at Row:1:Column:23\nunexpected token: ';' |
      | SELECT Id FROM Account -- all of them              | \nSELECT Id FROM Account -- all of them\n                       ^\nERROR at Row:1:Column:24\nunexpected token: '-' |
      | UPDATE Account SET Name = 'x'                      | unexpected token: 'UPDATE' |
      | DELETE FROM Account                                | unexpected token: 'DELETE' |

    Examples: What is missing
      | query                                              | message |
      | SELECT Id, FROM Account                            | \nSELECT Id, FROM Account\n           ^\nERROR at Row:1:Column:12\nunexpected token: 'FROM' |
      | SELECT , Id FROM Account                           | \nSELECT , Id FROM Account\n       ^\nERROR at Row:1:Column:8\nunexpected token: 'SELECT ,' |
      | SELECT FROM Account                                | \nSELECT FROM Account\n       ^\nERROR at Row:1:Column:8\nunexpected token: 'SELECT FROM' |
      | SELECT Id Name FROM Account                        | only aggregate expressions use field aliasing |
      | SELECT Id Account                                  | unexpected token: '<EOF>' |
      | SELECT Id FROM                                     | unexpected token: '<EOF>' |
      | SELECT                                             | unexpected token: 'SELECT' |
      | SELECT Id FROM Account WHERE                       | unexpected token: '<EOF>' |
      | SELECT Id FROM Account WHERE Name                  | unexpected token: 'Name' |
      | SELECT Id FROM Account WHERE Name =                | missing value at '<EOF>' |
      | SELECT Id FROM Account WHERE Name = GROUP BY Name  | missing value at 'GROUP' |
      | SELECT Id FROM Account WHERE Name = 'x' AND        | unexpected token: '<EOF>' |
      | SELECT Id FROM Account WHERE (Name = 'x'           | missing value at '<EOF>' |
      | SELECT Id FROM Account WHERE Name = 'x')           | \nId FROM Account WHERE Name = 'x')\n                                ^\nERROR at Row:1:Column:40\nunexpected token: ')' |
      | SELECT Id FROM Account WHERE Name = 'x             | mismatched character '<EOF>' expecting ''' |
      | SELECT Id FROM Account WHERE Name IN ()            | \nId FROM Account WHERE Name IN ()\n                               ^\nERROR at Row:1:Column:39\nunexpected token: 'Name IN ()' |
      | SELECT Id FROM Account WHERE Name IN ('a'          | missing value at '<EOF>' |
      | SELECT Id FROM Account WHERE (Name = 'a' LIMIT 1   | missing value at 'LIMIT' |
      | SELECT Id FROM Account WHERE Name = 'a' ORDER Name | missing value at 'Name' |
      | SELECT Id, (SELECT Id FROM Contacts FROM Account   | \nSELECT Id, (SELECT Id FROM Contacts FROM Account\n                                    ^\nERROR at Row:1:Column:37\nunexpected token: 'FROM' |
      | SELECT MAX(Name FROM Account                       | \nSELECT MAX(Name FROM Account\n                ^\nERROR at Row:1:Column:17\nunexpected token: 'MAX(Name FROM' |
      | SELECT Id FROM Account WHERE Name IN ('a',)        | \nFROM Account WHERE Name IN ('a',)\n                                ^\nERROR at Row:1:Column:43\nunexpected token: ')' |
      | SELECT Id FROM Account ORDER Name                  | \nSELECT Id FROM Account ORDER Name\n                             ^\nERROR at Row:1:Column:30\nunexpected token: 'Name' |
      | SELECT Id FROM Account GROUP Name                  | missing value at 'Name' |
      | SELECT Id FROM Account USING everything            | \nSELECT Id FROM Account USING everything\n                             ^\nERROR at Row:1:Column:30\nunexpected token: 'everything' |
      | SELECT Id FROM Account LIMIT                       | unexpected token: '<EOF>' |
      | SELECT Id FROM Account ORDER BY Name NULLS         | missing value at '<EOF>' |

    Examples: What only Apex knows
      | query                                              | message |
      | SELECT Id FROM Account WHERE Name = :name          | Bind variables only allowed in Apex code |
      | SELECT Id FROM Account WHERE Id IN :ids            | Bind variables only allowed in Apex code |
      | SELECT Id FROM Account WHERE Id IN ids             | \nSELECT Id FROM Account WHERE Id IN ids\n                                   ^\nERROR at Row:1:Column:36\nunexpected token: 'Id IN ids' |
      | SELECT Id FROM Account WHERE Id IN '001', '002'    | \nSELECT Id FROM Account WHERE Id IN '001', '002'\n                                   ^\nERROR at Row:1:Column:36\nunexpected token: 'Id IN '' |
      | SELECT Id FROM Account WHERE Name = Industry       | \nSELECT Id FROM Account WHERE Name = Industry\n                                    ^\nERROR at Row:1:Column:37\nunexpected token: 'Industry' |
      | SELECT Id FROM Account LIMIT :count                | Bind variables only allowed in Apex code |
      | SELECT Id FROM Account OFFSET :start               | Bind variables only allowed in Apex code |
      | SELECT Id FROM Account WHERE Id IN (:ids)          | Bind variables only allowed in Apex code |
      | SELECT Id FROM Account LIMIT 1 FOR UPDATE          | \nSELECT Id FROM Account LIMIT 1 FOR UPDATE\n                                   ^\nERROR at Row:1:Column:36\nunexpected token: 'FOR UPDATE' |
      | SELECT Id FROM Account WHERE IsDeleted = true ALL ROWS | \nAccount WHERE IsDeleted = true ALL ROWS\n                               ^\nERROR at Row:1:Column:47\nunexpected token: 'ALL' |
      | SELECT Id FROM Account ALL ROWS                    | \nSELECT Id FROM Account ALL ROWS\n                           ^\nERROR at Row:1:Column:28\nunexpected token: 'ROWS' |

    Examples: What is mixed up
      | query                                                        | message |
      | SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c' | \nWHERE Name = 'a' AND Name = 'b' OR Name = 'c'\n                                ^\nERROR at Row:1:Column:56\nunexpected token: 'OR' |
      | SELECT Id FROM Account WHERE Name = 'a' AND NOT Name = 'b'   | \nFROM Account WHERE Name = 'a' AND NOT Name = 'b'\n                                  ^\nERROR at Row:1:Column:45\nunexpected token: 'NOT' |
      | SELECT convertCurrency(calendar_year(convertTimezone(CreatedDate))) FROM Account | \nconvertCurrency(calendar_year(convertTimezone(CreatedDate))) FROM Account\n                                             ^\nERROR at Row:1:Column:53\nunexpected token: '(' |
      | SELECT Id FROM Account WHERE Name = '50\\%'                  | Illegal character sequence '\\%' in string literal. |
      | SELECT Id FROM Account WHERE Name LIKE NULL                  | \nId FROM Account WHERE Name LIKE NULL\n                                ^\nERROR at Row:1:Column:40\nunexpected token: 'NULL' |
      | SELECT Id FROM Account LIMIT 1 ORDER BY Name                 | \nSELECT Id FROM Account LIMIT 1 ORDER BY Name\n                               ^\nERROR at Row:1:Column:32\nunexpected token: 'ORDER' |
      | SELECT Id FROM Account OFFSET 1 LIMIT 1                      | \nSELECT Id FROM Account OFFSET 1 LIMIT 1\n                                ^\nERROR at Row:1:Column:33\nunexpected token: 'LIMIT' |
      | SELECT Id FROM Account HAVING COUNT(Id) > 1 GROUP BY Name    | \nSELECT Id FROM Account HAVING COUNT(Id) > 1 GROUP BY Name\n                       ^\nERROR at Row:1:Column:24\nunexpected token: 'HAVING' |
      | SELECT Id FROM Account WHERE Name = 'it''s'                  | \nFROM Account WHERE Name = 'it''s'\n                              ^\nERROR at Row:1:Column:41\nunexpected token: ''' |
      | SELECT (SELECT Id FROM Contacts) c FROM Account              | only aggregate expressions use field aliasing |
      | SELECT Name n FROM Account                                   | only aggregate expressions use field aliasing |
      | SELECT Id FROM Account select                                | \nSELECT Id FROM Account select\n                       ^\nERROR at Row:1:Column:24\nunexpected token: 'select' |
      | invalid                                                      | unexpected token: 'invalid' |
      | q=SELECT Id FROM Account                                     | unexpected token: 'q' |
      | SELECT Id FROM $Account                                      | line 1:15 unexpected token: '$' |

  Scenario Outline: A name that is not there: <query>
    When the admin queries "<query>"
    Then the query fails with "<code>" saying
      """
      <shown>
      <message> Please reference your WSDL or the describe call for the appropriate names.
      """

    Examples:
      | query                                                     | code          | shown | message |
      | SELECT Nmae FROM Account                                  | INVALID_FIELD | SELECT Nmae FROM Account\n       ^\nERROR at Row:1:Column:8 | No such column 'Nmae' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. |
      | SELECT Id FROM Account WHERE Nope = 'x'                   | INVALID_FIELD | SELECT Id FROM Account WHERE Nope = 'x'\n                             ^\nERROR at Row:1:Column:30 | No such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. |
      | SELECT Id FROM Account ORDER BY Nope                      | INVALID_FIELD | SELECT Id FROM Account ORDER BY Nope\n                                ^\nERROR at Row:1:Column:33 | No such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. |
      | SELECT COUNT(Id) FROM Account GROUP BY Nope               | INVALID_FIELD | COUNT(Id) FROM Account GROUP BY Nope\n                                ^\nERROR at Row:1:Column:40 | No such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. |
      | SELECT MAX(Nope) FROM Account                             | INVALID_FIELD | SELECT MAX(Nope) FROM Account\n           ^\nERROR at Row:1:Column:12 | No such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. |
      | SELECT Owner.Nope FROM Account                            | INVALID_FIELD | SELECT Owner.Nope FROM Account\n       ^\nERROR at Row:1:Column:8 | No such column 'Nope' on entity 'User'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. |
      | SELECT What.Nope FROM Task                                | INVALID_FIELD | SELECT What.Nope FROM Task\n       ^\nERROR at Row:1:Column:8 | No such column 'Nope' on entity 'Name'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. |
      | SELECT Accounts.Name FROM Contact                         | INVALID_FIELD | SELECT Accounts.Name FROM Contact\n       ^\nERROR at Row:1:Column:8 | Didn't understand relationship 'Accounts' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. |
      | SELECT Id FROM Contact WHERE Account__r.Name = 'x'        | INVALID_FIELD | SELECT Id FROM Contact WHERE Account__r.Name = 'x'\n                             ^\nERROR at Row:1:Column:30 | Didn't understand relationship 'Account__r' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. |
      | SELECT (SELECT Id FROM Contact) FROM Account              | INVALID_TYPE  | SELECT (SELECT Id FROM Contact) FROM Account\n                       ^\nERROR at Row:1:Column:24 | Didn't understand relationship 'Contact' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. |
      | SELECT Id FROM Accounts                                   | INVALID_TYPE  | SELECT Id FROM Accounts\n               ^\nERROR at Row:1:Column:16 | sObject type 'Accounts' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. |
      | select count() from XYZZY                                 | INVALID_TYPE  | select count() from XYZZY\n                    ^\nERROR at Row:1:Column:21 | sObject type 'XYZZY' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. |

  Scenario: Rows count the lines of the query, columns the characters of the line
    When the admin queries
      """
      SELECT Id,
             Nope
      FROM Account
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "\n       Nope\n       ^\nERROR at Row:2:Column:8\nNo such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.", "errorCode": "INVALID_FIELD"}]
      """

  Scenario: Long lines are shown around the place
    When the admin queries "SELECT Id, LastReferencedDate, Jigsaw, JigsawCompanyId, Nope, AccountSource, DunsNumber, Tier FROM Account"
    Then the query fails with "INVALID_FIELD" saying
      """
      LastReferencedDate, Jigsaw, JigsawCompanyId, Nope, AccountSource, DunsNumber
                                                   ^
      ERROR at Row:1:Column:57
      No such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.
      """

  Scenario: The whole body of a refusal
    When the admin sends
      """
      GET /services/data/v67.0/query?q=SELECT+Nope+FROM+Account
      """
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json;charset=UTF-8

      [{"message": "\nSELECT Nope FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.", "errorCode": "INVALID_FIELD"}]
      """

  @own-org
  Scenario: A plus sign in the address is a space
    When the admin sends
      """
      GET /services/data/v67.0/query?q=SELECT+Id+FROM+Account+WHERE+CreatedDate+>+2024-01-01T00:00:00+01:00
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "\nWHERE CreatedDate > 2024-01-01T00:00:00 01:00\n                              ^\nERROR at Row:1:Column:54\nunexpected token: 'T00'", "errorCode": "MALFORMED_QUERY"}]
      """
    When the admin sends
      """
      GET /services/data/v67.0/query?q=SELECT+Id+FROM+Account+WHERE+CreatedDate+%3E+2024-01-01T00:00:00%2B01:00
      """
    Then the query returns nothing
