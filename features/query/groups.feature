@R-F2 @route:rest/query @own-org
Feature: SOQL: grouped queries as they are written
  Aliases, parts of dates, subtotals and conditions together, and the names of what has none.

  Background:
    Given these Account records
      | Name | Industry |
      | Acme | Banking  |
      | Blue | Energy   |
    And these Opportunity records
      | Name   | StageName   | CloseDate  | Amount | AccountId |
      | One    | Closed Won  | 2025-12-31 | 100    | {id:Acme} |
      | Two    | Closed Won  | 2026-01-31 | 50     | {id:Acme} |
      | Three  | Prospecting | 2026-02-28 |        | {id:Blue} |
      | Four   | Prospecting | 2026-02-28 | 20     |           |

  Scenario: Subtotals of years, chosen by their sums
    When the admin queries "SELECT CALENDAR_YEAR(CloseDate) year, StageName, SUM(Amount) total, COUNT(Id) n, GROUPING(StageName) g FROM Opportunity GROUP BY ROLLUP(CALENDAR_YEAR(CloseDate), StageName) HAVING SUM(Amount) > 20 ORDER BY CALENDAR_YEAR(CloseDate) NULLS LAST, GROUPING(StageName), StageName"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 5, "done": true, "records": [
        {"attributes": {"type": "AggregateResult"}, "year": 2025, "StageName": "Closed Won", "total": 100.0, "n": 1, "g": 0},
        {"attributes": {"type": "AggregateResult"}, "year": 2025, "StageName": null, "total": 100.0, "n": 1, "g": 1},
        {"attributes": {"type": "AggregateResult"}, "year": 2026, "StageName": "Closed Won", "total": 50.0, "n": 1, "g": 0},
        {"attributes": {"type": "AggregateResult"}, "year": 2026, "StageName": null, "total": 70.0, "n": 3, "g": 1},
        {"attributes": {"type": "AggregateResult"}, "year": null, "StageName": null, "total": 170.0, "n": 4, "g": 1}]}
      """

  Scenario: What has no alias is numbered from the left
    When the admin queries "SELECT CALENDAR_YEAR(CloseDate), MAX(Amount) most, COUNT(Id), MIN(Name) FROM Opportunity GROUP BY CALENDAR_YEAR(CloseDate) ORDER BY COUNT(Id)"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 2, "done": true, "records": [
        {"attributes": {"type": "AggregateResult"}, "expr0": 2025, "most": 100.0, "expr1": 1, "expr2": "One"},
        {"attributes": {"type": "AggregateResult"}, "expr0": 2026, "most": 50.0, "expr1": 3, "expr2": "Four"}]}
      """

  Scenario: Parents' fields and aliases of fields
    When the admin queries "SELECT Account.Name parent, Account.Industry, COUNT_DISTINCT(StageName) stages FROM Opportunity GROUP BY Account.Name, Account.Industry HAVING Account.Industry != 'Energy' ORDER BY Account.Name NULLS LAST"
    Then the query returns
      | parent | Industry | stages |
      | Acme   | Banking  | 1      |
      | null   | null     | 1      |

  Scenario: A semi-join chooses the rows, HAVING the groups, LIMIT and OFFSET the page
    When the admin queries "SELECT Name, COUNT(Id) FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity WHERE Amount > 10) AND Id NOT IN (SELECT AccountId FROM Contact) GROUP BY Name HAVING COUNT(Id) IN (1, 2) ORDER BY Name LIMIT 5"
    Then the query returns
      | Name | expr0 |
      | Acme | 1     |
    When the admin queries "SELECT StageName, COUNT(Id) FROM Opportunity GROUP BY StageName ORDER BY StageName DESC LIMIT 1 OFFSET 1"
    Then the query returns
      | StageName   | expr0 |
      | Prospecting | 2     |

  Scenario Outline: <query>
    When the admin queries "<query>"
    Then the query counts <count>

    Examples:
      | query                                                            | count |
      | SELECT COUNT() FROM Opportunity                                  | 4     |
      | select count()from Opportunity where Amount != null              | 3     |
      | SELECT COUNT() FROM Opportunity LIMIT 2                          | 2     |
      | SELECT COUNT() FROM Opportunity LIMIT 0                          | 0     |
      | SELECT COUNT() FROM Opportunity o WHERE o.Account.Name = 'Acme'  | 2     |

  Scenario: COUNT() is a number in totalSize, COUNT(Id) a row
    When the admin queries "SELECT COUNT(Id) FROM Opportunity"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "AggregateResult"}, "expr0": 4}]}
      """
    When the admin queries "SELECT COUNT(Amount), SUM(Amount), AVG(Amount), MAX(Name) FROM Opportunity WHERE Name = 'nobody'"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "AggregateResult"}, "expr0": 0, "expr1": null, "expr2": null, "expr3": null}]}
      """
    When the admin queries "SELECT StageName, COUNT(Id) FROM Opportunity WHERE Name = 'nobody' GROUP BY StageName"
    Then the query returns nothing

  Scenario Outline: <what>
    When the admin queries "<query>"
    Then the query fails with "MALFORMED_QUERY" saying "<message>"

    Examples:
      | what                       | query                                                                       | message |
      | COUNT() with a name        | SELECT COUNT() n FROM Opportunity                                           | \nSELECT COUNT() n FROM Opportunity\n               ^\nERROR at Row:1:Column:16\nunexpected token: 'n' |
      | COUNT() of groups          | SELECT COUNT() FROM Opportunity GROUP BY StageName                          | GROUP BY is not allowed with COUNT() |
      | Two aliases of one name    | SELECT MAX(Amount) a, MIN(Amount) a FROM Opportunity                        | duplicate alias: a |
      | Subtotals beside keys      | SELECT COUNT(Id) FROM Opportunity GROUP BY StageName, ROLLUP(Name)          | \nOpportunity GROUP BY StageName, ROLLUP(Name)\n                                ^\nERROR at Row:1:Column:55\nunexpected token: 'ROLLUP' |
      | Subtotals of nothing       | SELECT COUNT(Id) FROM Opportunity GROUP BY CUBE()                           | \nFROM Opportunity GROUP BY CUBE()\n                               ^\nERROR at Row:1:Column:49\nunexpected token: ')' |
      | An alias in the order      | SELECT StageName s, COUNT(Id) FROM Opportunity GROUP BY StageName ORDER BY Name | \nOpportunity GROUP BY StageName ORDER BY Name\n                                        ^\nERROR at Row:1:Column:76\nOrdered field must be grouped or aggregated: Name |
      | One row and a limit        | SELECT SUM(Amount) FROM Opportunity LIMIT 1                                 | Non-grouped query that uses overall aggregate functions cannot also use LIMIT |
      | HAVING of no group         | SELECT SUM(Amount) FROM Opportunity HAVING SUM(Amount) > 1                  | \nSELECT SUM(Amount) FROM Opportunity HAVING SUM(Amount) > 1\n                                    ^\nERROR at Row:1:Column:37\nunexpected token: 'HAVING' |
      | A semi-join in HAVING      | SELECT AccountId FROM Opportunity GROUP BY AccountId HAVING AccountId IN (SELECT Id FROM Account) | Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions. |
      | A label as a key           | SELECT COUNT(Id) FROM Opportunity GROUP BY toLabel(StageName)               | toLabel(StageName) is not allowed in GROUP BY |
      | A converted sum            | SELECT convertCurrency(SUM(Amount)) FROM Opportunity                        | invalid argument of convertCurrency: SUM(Amount) |
      | GROUPING of a part         | SELECT GROUPING(CALENDAR_YEAR(CloseDate)) FROM Opportunity GROUP BY CUBE(CALENDAR_YEAR(CloseDate)) | invalid argument of GROUPING: CALENDAR_YEAR(CloseDate) |
      | TYPEOF of groups           | SELECT TYPEOF Owner WHEN User THEN Name END FROM Case GROUP BY Origin       | TYPEOF is not allowed in a query that uses functions or GROUP BY |
