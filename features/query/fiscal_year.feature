@R-F2 @R-K3 @serial @route:rest/query
Feature: SOQL: the fiscal year
  It begins in the month the org says, and has the name of the calendar year it ends in.

  Background:
    Given the clock stands at "2026-05-13T12:00:00Z"
    And these Opportunity records
      | Name    | StageName   | CloseDate  |
      | January | Prospecting | 2026-01-31 |
      | March   | Prospecting | 2026-03-31 |
      | April   | Prospecting | 2026-04-01 |
      | Summer  | Prospecting | 2026-07-01 |
      | Next    | Prospecting | 2027-04-01 |

  Rule: It begins in January unless the org says otherwise

    Scenario: The calendar year
      When the admin queries "SELECT Name FROM Opportunity WHERE CloseDate = THIS_FISCAL_YEAR ORDER BY CloseDate"
      Then the query returns "January, March, April, Summer"
      When the admin queries "SELECT FiscalYearStartMonth FROM Organization"
      Then the query returns "1"

  Rule: It begins in April

    Background:
      Given the test author has changed "/orgs/{org}" by
        """
        {"fiscal_year_start_month": 4}
        """

    Scenario: The org says so
      When the admin queries "SELECT FiscalYearStartMonth FROM Organization"
      Then the query returns "4"

    Scenario Outline: CloseDate = <literal>
      When the admin queries "SELECT Name FROM Opportunity WHERE CloseDate = <literal> ORDER BY CloseDate"
      Then the query returns "<names>"

      Examples:
        | literal                  | names          |
        | THIS_FISCAL_YEAR         | April, Summer  |
        | LAST_FISCAL_YEAR         | January, March |
        | NEXT_FISCAL_YEAR         | Next           |
        | THIS_FISCAL_QUARTER      | April          |
        | NEXT_FISCAL_QUARTER      | Summer         |
        | LAST_N_FISCAL_YEARS:1    | January, March |
        | N_FISCAL_QUARTERS_AGO:1  | January, March |
        | THIS_YEAR                | January, March, April, Summer |

    Scenario: Fiscal periods of dates
      When the admin queries "SELECT FISCAL_YEAR(CloseDate) y, FISCAL_QUARTER(CloseDate) q, FISCAL_MONTH(CloseDate) m, COUNT(Id) n FROM Opportunity GROUP BY FISCAL_YEAR(CloseDate), FISCAL_QUARTER(CloseDate), FISCAL_MONTH(CloseDate) ORDER BY FISCAL_YEAR(CloseDate), FISCAL_QUARTER(CloseDate), FISCAL_MONTH(CloseDate)"
      Then the query returns
        | y    | q | m  | n |
        | 2026 | 4 | 10 | 1 |
        | 2026 | 4 | 12 | 1 |
        | 2027 | 1 | 1  | 1 |
        | 2027 | 2 | 4  | 1 |
        | 2028 | 1 | 1  | 1 |

    Scenario: Opportunities closed from now on know their period
      Given these Opportunity records
        | Name  | StageName   | CloseDate  |
        | Late  | Prospecting | 2026-12-31 |
      When the admin queries "SELECT Fiscal, FiscalYear, FiscalQuarter FROM Opportunity WHERE Name = 'Late'"
      Then the query returns
        | Fiscal | FiscalYear | FiscalQuarter |
        | 2027 3 | 2027       | 3             |

  @R-K1 @route:control/org-change
  Rule: There are twelve months

    Scenario: A thirteenth is refused
      When the test author changes "/orgs/{org}" by
        """
        {"fiscal_year_start_month": 13}
        """
      Then the control API refuses with 400 and names "fiscal_year_start_month"
