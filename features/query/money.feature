@R-F2 @route:rest/query @own-org
Feature: SOQL: amounts of money
  An amount may begin with the code of its currency, in conditions on fields that hold money.

  Background:
    Given these Opportunity records
      | Name  | StageName   | CloseDate  | Amount |
      | Debt  | Prospecting | 2026-01-31 | -750.5 |
      | Small | Prospecting | 2026-01-31 | 20     |
      | Big   | Prospecting | 2026-01-31 | 5000   |
      | None  | Prospecting | 2026-01-31 |        |

  Scenario Outline: Amount <condition>
    When the admin queries "SELECT Name FROM Opportunity WHERE Amount <condition> ORDER BY Name"
    Then the query returns "<names>" in this order

    Examples:
      | condition           | names            |
      | = USD5000           | Big              |
      | = usd20.00          | Small            |
      | > USD20             | Big              |
      | < USD-500           | Debt             |
      | = usd-750.5         | Debt             |
      | != USD20            | Big, Debt, None  |
      | IN (USD20, USD5000) | Big, Small       |
      | IN (20, 5000)       | Big, Small       |
      | = -750.5            | Debt             |
      | = +20               | Small            |

  Scenario Outline: <what>
    When the admin queries "<query>"
    Then the query fails with "<code>" saying "<message>"

    Examples:
      | what                         | query                                                              | code            | message |
      | Codes for some of a list     | SELECT Id FROM Opportunity WHERE Amount IN (USD20, 5000)           | MALFORMED_QUERY | values with and without a currency code can not be mixed in a list for field 'Amount' |
      | Another currency than ours   | SELECT Id FROM Opportunity WHERE Amount > EUR20                    | INVALID_FIELD   | Currency literal not allowed: EUR20 |
      | A field that holds no money  | SELECT Id FROM Opportunity WHERE Probability > USD20               | INVALID_FIELD   | \nSELECT Id FROM Opportunity WHERE Probability > USD20\n                                 ^\nERROR at Row:1:Column:34\nvalue of filter criterion for field 'Probability' must be of type double and should not be enclosed in quotes |
      | An aggregate                 | SELECT StageName FROM Opportunity GROUP BY StageName HAVING SUM(Amount) > USD20 | INVALID_FIELD | \nOpportunity GROUP BY StageName HAVING SUM(Amount) > USD20\n                                      ^\nERROR at Row:1:Column:61\nvalue of filter criterion for field 'Amount' must be of type double and should not be enclosed in quotes |
      | A code without amount        | SELECT Id FROM Opportunity WHERE Amount = USD                      | MALFORMED_QUERY | \nFROM Opportunity WHERE Amount = USD\n                                ^\nERROR at Row:1:Column:43\nunexpected token: 'USD' |
