@R-F2 @route:rest/query @own-org
Feature: SOQL: aggregates
  Groups of rows, and what is true of each.

  Background:
    Given these Account records
      | Name | Industry    | NumberOfEmployees |
      | Acme | Banking     | 10                |
      | Blue | Banking     | 20                |
      | Cyan | Agriculture |                   |
      | Dune |             | 5                 |

  Scenario: One row a group
    When the admin queries "SELECT Industry, COUNT(Id) n FROM Account GROUP BY Industry ORDER BY Industry NULLS LAST"
    Then the query returns
      | Industry    | n |
      | Agriculture | 1 |
      | Banking     | 2 |
      | null        | 1 |

  Scenario: Aggregates without a name get one
    When the admin queries "SELECT SUM(NumberOfEmployees), MIN(Name), MAX(Name), COUNT(NumberOfEmployees) FROM Account"
    Then the query returns
      | expr0 | expr1 | expr2 | expr3 |
      | 35    | Acme  | Dune  | 3     |

  Scenario: Groups may be chosen by their aggregates
    When the admin queries "SELECT Industry FROM Account GROUP BY Industry HAVING COUNT(Id) > 1"
    Then the query returns
      | Industry |
      | Banking  |

  Scenario: A field that is neither grouped nor aggregated
    When the admin queries "SELECT Name, COUNT(Id) FROM Account GROUP BY Industry"
    Then the query fails with "MALFORMED_QUERY" saying
      """
      SELECT Name, COUNT(Id) FROM Account GROUP
             ^
      ERROR at Row:1:Column:8
      Field must be grouped or aggregated: Name
      """

  Scenario: On the wire
    When the admin queries "SELECT Industry, COUNT(Id) FROM Account WHERE Industry = 'Banking' GROUP BY Industry"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "AggregateResult"}, "Industry": "Banking", "expr0": 2}]}
      """
