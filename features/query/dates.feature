@R-F2 @R-K3 @serial @route:rest/query
Feature: SOQL: dates
  Date literals are ranges of whole days, seen from today.

  Background:
    Given the clock stands at "2026-05-13T12:00:00Z"
    And these Opportunity records
      | Name      | StageName   | CloseDate  |
      | Yesterday | Prospecting | 2026-05-12 |
      | Today     | Prospecting | 2026-05-13 |
      | Tomorrow  | Prospecting | 2026-05-14 |
      | NextMonth | Prospecting | 2026-06-01 |
      | LastYear  | Prospecting | 2025-11-30 |

  Scenario Outline: CloseDate <condition>
    When the admin queries "SELECT Name FROM Opportunity WHERE CloseDate <condition> ORDER BY CloseDate"
    Then the query returns "<names>"

    Examples:
      | condition         | names                                |
      | = TODAY           | Today                                |
      | < TODAY           | LastYear, Yesterday                  |
      | > TODAY           | Tomorrow, NextMonth                  |
      | = THIS_MONTH      | Yesterday, Today, Tomorrow           |
      | = NEXT_MONTH      | NextMonth                            |
      | = LAST_N_DAYS:1   | Yesterday, Today                     |
      | = NEXT_N_DAYS:1   | Tomorrow                             |
      | = THIS_YEAR       | Yesterday, Today, Tomorrow, NextMonth |
      | = LAST_YEAR       | LastYear                             |
      | = THIS_QUARTER    | Yesterday, Today, Tomorrow, NextMonth |
      | = 2026-05-12      | Yesterday                            |
      | >= 2026-06-01     | NextMonth                            |

  Scenario: A record made now was created today
    When the admin queries "SELECT COUNT() FROM Opportunity WHERE CreatedDate = TODAY AND CreatedDate >= 2026-05-13T12:00:00Z"
    Then the query counts 5
