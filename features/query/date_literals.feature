@R-F2 @R-K3 @serial @route:rest/query
Feature: SOQL: date literals
  Each names a range of whole days, seen from the asking user's today. The clock stands on a Wednesday; weeks begin on Sunday.

  Rule: Ranges of days

    Background:
      Given the clock stands at "2026-05-13T12:00:00Z"
      And these Opportunity records
        | Name | StageName   | CloseDate  |
        | at   | Prospecting | 2024-01-01 |
        | at   | Prospecting | 2024-12-31 |
        | at   | Prospecting | 2025-01-01 |
        | at   | Prospecting | 2025-09-30 |
        | at   | Prospecting | 2025-10-01 |
        | at   | Prospecting | 2025-12-31 |
        | at   | Prospecting | 2026-01-01 |
        | at   | Prospecting | 2026-02-11 |
        | at   | Prospecting | 2026-02-12 |
        | at   | Prospecting | 2026-03-31 |
        | at   | Prospecting | 2026-04-01 |
        | at   | Prospecting | 2026-04-25 |
        | at   | Prospecting | 2026-04-26 |
        | at   | Prospecting | 2026-04-30 |
        | at   | Prospecting | 2026-05-01 |
        | at   | Prospecting | 2026-05-02 |
        | at   | Prospecting | 2026-05-03 |
        | at   | Prospecting | 2026-05-09 |
        | at   | Prospecting | 2026-05-10 |
        | at   | Prospecting | 2026-05-11 |
        | at   | Prospecting | 2026-05-12 |
        | at   | Prospecting | 2026-05-13 |
        | at   | Prospecting | 2026-05-14 |
        | at   | Prospecting | 2026-05-15 |
        | at   | Prospecting | 2026-05-16 |
        | at   | Prospecting | 2026-05-17 |
        | at   | Prospecting | 2026-05-23 |
        | at   | Prospecting | 2026-05-24 |
        | at   | Prospecting | 2026-05-30 |
        | at   | Prospecting | 2026-05-31 |
        | at   | Prospecting | 2026-06-01 |
        | at   | Prospecting | 2026-06-30 |
        | at   | Prospecting | 2026-07-01 |
        | at   | Prospecting | 2026-07-31 |
        | at   | Prospecting | 2026-08-11 |
        | at   | Prospecting | 2026-08-12 |
        | at   | Prospecting | 2026-09-30 |
        | at   | Prospecting | 2026-10-01 |
        | at   | Prospecting | 2026-12-31 |
        | at   | Prospecting | 2027-01-01 |
        | at   | Prospecting | 2027-12-31 |
        | at   | Prospecting | 2028-01-01 |
        | at   | Prospecting | 2028-12-31 |
        | at   | Prospecting | 2029-01-01 |

    Scenario Outline: <literal>
      When the admin queries "SELECT MIN(CloseDate) since, MAX(CloseDate) until, COUNT(Id) days FROM Opportunity WHERE CloseDate = <literal>"
      Then the query returns
        | since   | until   | days   |
        | <first> | <last> | <days> |

      Examples:
        | literal                  | first      | last       | days |
        | YESTERDAY                | 2026-05-12 | 2026-05-12 | 1 |
        | TODAY                    | 2026-05-13 | 2026-05-13 | 1 |
        | TOMORROW                 | 2026-05-14 | 2026-05-14 | 1 |
        | LAST_WEEK                | 2026-05-03 | 2026-05-09 | 2 |
        | THIS_WEEK                | 2026-05-10 | 2026-05-16 | 7 |
        | NEXT_WEEK                | 2026-05-17 | 2026-05-23 | 2 |
        | LAST_90_DAYS             | 2026-02-12 | 2026-05-13 | 14 |
        | NEXT_90_DAYS             | 2026-05-14 | 2026-08-11 | 13 |
        | LAST_N_DAYS:2            | 2026-05-11 | 2026-05-13 | 3 |
        | NEXT_N_DAYS:2            | 2026-05-14 | 2026-05-15 | 2 |
        | N_DAYS_AGO:2             | 2026-05-11 | 2026-05-11 | 1 |
        | N_DAYS_AGO:0             | 2026-05-13 | 2026-05-13 | 1 |
        | LAST_N_DAYS:0            | 2026-05-13 | 2026-05-13 | 1 |
        | LAST_N_WEEKS:2           | 2026-04-26 | 2026-05-09 | 6 |
        | NEXT_N_WEEKS:2           | 2026-05-17 | 2026-05-30 | 4 |
        | N_WEEKS_AGO:2            | 2026-04-26 | 2026-05-02 | 4 |
        | LAST_MONTH               | 2026-04-01 | 2026-04-30 | 4 |
        | THIS_MONTH               | 2026-05-01 | 2026-05-31 | 16 |
        | NEXT_MONTH               | 2026-06-01 | 2026-06-30 | 2 |
        | LAST_N_MONTHS:2          | 2026-03-31 | 2026-04-30 | 5 |
        | NEXT_N_MONTHS:2          | 2026-06-01 | 2026-07-31 | 4 |
        | N_MONTHS_AGO:1           | 2026-04-01 | 2026-04-30 | 4 |
        | LAST_QUARTER             | 2026-01-01 | 2026-03-31 | 4 |
        | THIS_QUARTER             | 2026-04-01 | 2026-06-30 | 22 |
        | NEXT_QUARTER             | 2026-07-01 | 2026-09-30 | 5 |
        | LAST_N_QUARTERS:2        | 2025-10-01 | 2026-03-31 | 6 |
        | NEXT_N_QUARTERS:2        | 2026-07-01 | 2026-12-31 | 7 |
        | N_QUARTERS_AGO:1         | 2026-01-01 | 2026-03-31 | 4 |
        | LAST_YEAR                | 2025-01-01 | 2025-12-31 | 4 |
        | THIS_YEAR                | 2026-01-01 | 2026-12-31 | 33 |
        | NEXT_YEAR                | 2027-01-01 | 2027-12-31 | 2 |
        | LAST_N_YEARS:2           | 2024-01-01 | 2025-12-31 | 6 |
        | NEXT_N_YEARS:2           | 2027-01-01 | 2028-12-31 | 4 |
        | N_YEARS_AGO:1            | 2025-01-01 | 2025-12-31 | 4 |

    Scenario Outline: The fiscal year begins in April: <literal>
      Given the test author has changed "/orgs/{org}" by
        """
        {"fiscal_year_start_month": 4}
        """
      When the admin queries "SELECT MIN(CloseDate) since, MAX(CloseDate) until, COUNT(Id) days FROM Opportunity WHERE CloseDate = <literal>"
      Then the query returns
        | since   | until   | days   |
        | <first> | <last> | <days> |

      Examples:
        | literal                  | first      | last       | days |
        | LAST_FISCAL_QUARTER      | 2026-01-01 | 2026-03-31 | 4 |
        | THIS_FISCAL_QUARTER      | 2026-04-01 | 2026-06-30 | 22 |
        | NEXT_FISCAL_QUARTER      | 2026-07-01 | 2026-09-30 | 5 |
        | LAST_N_FISCAL_QUARTERS:2 | 2025-10-01 | 2026-03-31 | 6 |
        | NEXT_N_FISCAL_QUARTERS:2 | 2026-07-01 | 2026-12-31 | 7 |
        | N_FISCAL_QUARTERS_AGO:1  | 2026-01-01 | 2026-03-31 | 4 |
        | LAST_FISCAL_YEAR         | 2025-09-30 | 2026-03-31 | 7 |
        | THIS_FISCAL_YEAR         | 2026-04-01 | 2027-01-01 | 30 |
        | NEXT_FISCAL_YEAR         | 2027-12-31 | 2028-01-01 | 2 |
        | LAST_N_FISCAL_YEARS:2    | 2024-12-31 | 2026-03-31 | 9 |
        | NEXT_N_FISCAL_YEARS:2    | 2027-12-31 | 2029-01-01 | 4 |
        | N_FISCAL_YEARS_AGO:1     | 2025-09-30 | 2026-03-31 | 7 |

    Scenario Outline: CloseDate <condition>
      When the admin queries "SELECT MIN(CloseDate) since, MAX(CloseDate) until, COUNT(Id) days FROM Opportunity WHERE CloseDate <condition>"
      Then the query returns
        | since   | until   | days   |
        | <first> | <last> | <days> |

      Examples:
        | condition                        | first      | last       | days |
        | < THIS_WEEK                      | 2024-01-01 | 2026-05-09 | 18   |
        | <= THIS_WEEK                     | 2024-01-01 | 2026-05-16 | 25   |
        | > THIS_WEEK                      | 2026-05-17 | 2029-01-01 | 19   |
        | >= THIS_WEEK                     | 2026-05-10 | 2029-01-01 | 26   |
        | != THIS_WEEK                     | 2024-01-01 | 2029-01-01 | 37   |
        | NOT IN (THIS_WEEK)               | 2024-01-01 | 2029-01-01 | 37   |
        | IN (YESTERDAY, TOMORROW)         | 2026-05-12 | 2026-05-14 | 2    |
        | IN (today, 2026-05-16, null)     | 2026-05-13 | 2026-05-16 | 2    |

    Scenario Outline: <clause>
      When the admin queries "SELECT Id FROM Opportunity WHERE <clause>"
      Then the query fails with "<code>" saying "<message>"

      Examples:
        | clause                                  | code            | message |
        | CloseDate = LAST_N_DAYS                 | MALFORMED_QUERY | unexpected token: '<EOF>' |
        | CloseDate = LAST_N_DAYS:x               | MALFORMED_QUERY | \nWHERE CloseDate = LAST_N_DAYS:x\n                              ^\nERROR at Row:1:Column:58\nunexpected token: 'x' |
        | CloseDate = LAST_N_DAYS:-5              | MALFORMED_QUERY | \nWHERE CloseDate = LAST_N_DAYS:-5\n                              ^\nERROR at Row:1:Column:58\nunexpected token: '-' |
        | CloseDate = TODAY:5                     | MALFORMED_QUERY | \nOpportunity WHERE CloseDate = TODAY:5\n                                   ^\nERROR at Row:1:Column:51\nunexpected token: ':' |
        | CloseDate = LAST_N_YEARS:9999           | INVALID_FIELD   | Date out of range: LAST_N_YEARS:9999 |
        | Amount = TODAY                          | INVALID_FIELD   | \nSELECT Id FROM Opportunity WHERE Amount = TODAY\n                                 ^\nERROR at Row:1:Column:34\nvalue of filter criterion for field 'Amount' must be of type double and should not be enclosed in quotes |
        | CALENDAR_YEAR(CloseDate) = THIS_YEAR    | INVALID_FIELD   | \nSELECT Id FROM Opportunity WHERE CALENDAR_YEAR(CloseDate) = THIS_YEAR\n                                 ^\nERROR at Row:1:Column:34\nvalue of filter criterion for field 'CloseDate' must be of type int and should not be enclosed in quotes |

  Rule: A day of a date and time begins at the user's midnight, however long it is

    Background:
      Given the custom field "When__c" on Account with
        | type | DateTime |

    Scenario Outline: The clocks go <direction>
      Given the clock stands at "<now>"
      And these Account records
        | Name   | When__c   |
        | before | <before>  |
        | first  | <first>   |
        | last   | <last>    |
        | after  | <after>   |
      When the admin queries "SELECT Name FROM Account WHERE When__c = TODAY ORDER BY When__c"
      Then the query returns "first, last" in this order
      When the admin queries "SELECT Name FROM Account WHERE When__c < TODAY OR When__c > TODAY ORDER BY When__c"
      Then the query returns "before, after" in this order
      When the admin queries "SELECT Name FROM Account WHERE DAY_ONLY(convertTimezone(When__c)) = TODAY ORDER BY When__c"
      Then the query returns "first, last" in this order

      Examples:
        | direction | now                  | before                   | first                    | last                     | after                    |
        | forward   | 2026-03-08T20:00:00Z | 2026-03-08T07:59:59.999Z | 2026-03-08T08:00:00.000Z | 2026-03-09T06:59:59.999Z | 2026-03-09T07:00:00.000Z |
        | back      | 2026-11-01T20:00:00Z | 2026-11-01T06:59:59.999Z | 2026-11-01T07:00:00.000Z | 2026-11-02T07:59:59.999Z | 2026-11-02T08:00:00.000Z |
