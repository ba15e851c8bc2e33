@R-F2 @route:rest/query @own-org
Feature: SOQL: functions
  What a query computes from its fields, and where each function may stand.

  Rule: FORMAT, toLabel and convertCurrency show values as the user reads them

    Background:
      Given these Opportunity records
        | Name  | StageName     | CloseDate  | Amount     |
        | Big   | Closed Won    | 2026-01-31 | 1234567.5  |
        | Small | Prospecting   | 2026-12-01 | -20        |
        | None  | Prospecting   | 2026-12-24 |            |

    Scenario: Money and dates in the user's locale
      When the admin queries "SELECT Name, FORMAT(Amount) money, FORMAT(CloseDate) day FROM Opportunity ORDER BY CloseDate"
      Then the query returns
        | Name  | money         | day        |
        | Big   | $1,234,567.50 | 1/31/2026  |
        | Small | -$20.00       | 12/1/2026  |
        | None  | null          | 12/24/2026 |

    Scenario: Without an alias the field keeps its name
      When the admin queries "SELECT FORMAT(Amount), toLabel(StageName), convertCurrency(ExpectedRevenue) FROM Opportunity WHERE Name = 'Small'"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Opportunity", "url": "{any}"}, "Amount": "-$20.00", "StageName": "Prospecting", "ExpectedRevenue": "{any}"}]}
        """

    Scenario: A field and its formatted value need two names
      When the admin queries "SELECT Amount, FORMAT(Amount) FROM Opportunity"
      Then the query fails with "INVALID_FIELD" saying "duplicate field selected: Amount"

    Scenario: With one currency, a converted amount is the amount
      When the admin queries "SELECT Amount, convertCurrency(Amount) own, FORMAT(convertCurrency(Amount)) shown FROM Opportunity WHERE Name = 'Big'"
      Then the query returns
        | Amount    | own       | shown         |
        | 1234567.5 | 1234567.5 | $1,234,567.50 |

    Scenario: Aggregates are formatted too
      When the admin queries "SELECT StageName, FORMAT(MAX(CloseDate)) latest, FORMAT(SUM(Amount)), COUNT(Id) FROM Opportunity GROUP BY StageName ORDER BY StageName DESC"
      Then the query returns
        | StageName   | latest     | expr0         | expr1 |
        | Closed Won  | 1/31/2026  | $1,234,567.50 | 1     |
        | Prospecting | 12/24/2026 | -$20.00       | 2     |

    Scenario: Labels may be compared, formats may not
      When the admin queries "SELECT Name FROM Opportunity WHERE toLabel(StageName) = 'Closed Won'"
      Then the query returns "Big"
      When the admin queries "SELECT Name FROM Opportunity WHERE FORMAT(Amount) = '$20.00'"
      Then the query fails with "MALFORMED_QUERY" saying "FORMAT(Amount) is not allowed in WHERE"
      When the admin queries "SELECT Name FROM Opportunity WHERE convertCurrency(Amount) > 5"
      Then the query fails with "MALFORMED_QUERY" saying "convertCurrency(Amount) is not allowed in WHERE"

    Scenario: Money may name the org's currency, and no other
      When the admin queries "SELECT Name FROM Opportunity WHERE Amount > USD5000"
      Then the query returns "Big"
      When the admin queries "SELECT Name FROM Opportunity WHERE Amount > EUR5000"
      Then the query fails with "INVALID_FIELD" saying "Currency literal not allowed: EUR5000"

  Rule: DISTANCE measures on the globe

    Background:
      Given these Account records
        | Name      | BillingCity   | BillingLatitude | BillingLongitude |
        | Bay       | San Francisco | 37.7749         | -122.4194        |
        | Valley    | San Jose      | 37.3382         | -121.8863        |
        | East      | New York      | 40.7128         | -74.006          |
        | Nowhere   | Atlantis      |                 |                  |

    Scenario Outline: <clause>
      When the admin queries "SELECT Name FROM Account <clause>"
      Then the query returns "<names>" in this order

      Examples:
        | clause                                                                                            | names                       |
        | WHERE DISTANCE(BillingAddress, GEOLOCATION(37.775, -122.418), 'mi') < 60 ORDER BY Name            | Bay, Valley                 |
        | WHERE DISTANCE(BillingAddress, GEOLOCATION(37.775, -122.418), 'km') > 100 ORDER BY Name           | East                        |
        | WHERE DISTANCE(BillingAddress, GEOLOCATION(37.775, -122.418), 'km') <= 100 ORDER BY Name          | Bay, Valley                 |
        | ORDER BY DISTANCE(BillingAddress, GEOLOCATION(40, -75), 'km'), Name                               | Nowhere, East, Valley, Bay  |
        | ORDER BY DISTANCE(BillingAddress, GEOLOCATION(40, -75), 'km') DESC NULLS LAST                     | Bay, Valley, East, Nowhere  |

    Scenario: The distance itself
      When the admin queries "SELECT Name, DISTANCE(BillingAddress, GEOLOCATION(37.7749, -122.4194), 'mi') away, DISTANCE(BillingAddress, BillingAddress, 'km') FROM Account WHERE Name = 'Bay'"
      Then the query returns
        | Name | away | expr0 |
        | Bay  | 0.0  | 0.0   |

    Scenario Outline: <what>
      When the admin queries "<soql>"
      Then the query fails with "<code>" saying "<message>"

      Examples:
        | what                      | soql                                                                               | code                          | message |
        | The place comes second    | SELECT DISTANCE(GEOLOCATION(1, 2), BillingAddress, 'mi') FROM Account              | MALFORMED_QUERY               | invalid argument of DISTANCE: GEOLOCATION(1, 2), BillingAddress, 'mi' |
        | Only miles and kilometres | SELECT DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'ft') FROM Account              | MALFORMED_QUERY               | invalid argument of DISTANCE: BillingAddress, GEOLOCATION(1, 2), 'ft' |
        | Beyond the pole           | SELECT DISTANCE(BillingAddress, GEOLOCATION(91, 2), 'mi') FROM Account             | MALFORMED_QUERY               | invalid argument of GEOLOCATION: 91, 2 |
        | Not equal to anything     | SELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'mi') = 5 | INVALID_QUERY_FILTER_OPERATOR | \nSELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(1\n                             ^\nERROR at Row:1:Column:30\ninvalid operator on distance field |
        | A place by itself         | SELECT GEOLOCATION(1, 2) FROM Account                                              | MALFORMED_QUERY               | invalid argument of GEOLOCATION: 1, 2 |

    Scenario: A geolocation field is a pair of numbers or null
      Given the custom field "Site__c" on Account with
        | type  | Location |
        | scale | 5        |
      And these Account records
        | Name | Site__Latitude__s | Site__Longitude__s |
        | Here | 37.5              | -122               |
      When the admin queries "SELECT Site__c, Site__Latitude__s FROM Account WHERE Name = 'Here'"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Account", "url": "{any}"}, "Site__c": {"latitude": 37.5, "longitude": -122.0}, "Site__Latitude__s": 37.5}]}
        """
      When the admin queries "SELECT Name FROM Account WHERE DISTANCE(Site__c, GEOLOCATION(37.5, -122), 'mi') < 1"
      Then the query returns "Here"
      When the admin queries "SELECT Site__c FROM Account WHERE Name = 'Bay'"
      Then the query returns
        | Site__c |
        | null    |

  Rule: Date functions take parts of dates

    Background:
      Given these Opportunity records
        | Name   | StageName   | CloseDate  |
        | Winter | Prospecting | 2026-02-08 |
        | Spring | Prospecting | 2026-05-31 |
        | Other  | Prospecting | 2025-12-31 |

    Scenario Outline: <condition>
      When the admin queries "SELECT Name FROM Opportunity WHERE <condition> ORDER BY CloseDate"
      Then the query returns "<names>" in this order

      Examples:
        | condition                        | names          |
        | CALENDAR_YEAR(CloseDate) = 2026  | Winter, Spring |
        | CALENDAR_QUARTER(CloseDate) = 4  | Other          |
        | CALENDAR_MONTH(CloseDate) = 5    | Spring         |
        | FISCAL_YEAR(CloseDate) = 2025    | Other          |
        | FISCAL_QUARTER(CloseDate) = 1    | Winter         |
        | FISCAL_MONTH(CloseDate) > 4      | Other, Spring  |
        | DAY_IN_YEAR(CloseDate) = 365     | Other          |
        | DAY_IN_MONTH(CloseDate) = 31     | Other, Spring  |
        | DAY_IN_WEEK(CloseDate) = 1       | Winter, Spring |
        | WEEK_IN_MONTH(CloseDate) = 2     | Winter         |
        | WEEK_IN_YEAR(CloseDate) = 53     | Other          |

    Scenario: Groups by parts
      When the admin queries "SELECT CALENDAR_YEAR(CloseDate) y, CALENDAR_MONTH(CloseDate), COUNT(Id) FROM Opportunity GROUP BY CALENDAR_YEAR(CloseDate), CALENDAR_MONTH(CloseDate) ORDER BY CALENDAR_YEAR(CloseDate) DESC, CALENDAR_MONTH(CloseDate)"
      Then the query returns
        | y    | expr0 | expr1 |
        | 2026 | 2     | 1     |
        | 2026 | 5     | 1     |
        | 2025 | 12    | 1     |

    Scenario Outline: <what>
      When the admin queries "<soql>"
      Then the query fails with "MALFORMED_QUERY" saying "<message>"

      Examples:
        | what                          | soql                                                                         | message |
        | A part of what is not grouped | SELECT CALENDAR_YEAR(CloseDate) FROM Opportunity                             | \nSELECT CALENDAR_YEAR(CloseDate) FROM Opportunity\n       ^\nERROR at Row:1:Column:8\nField must be grouped or aggregated: CALENDAR_YEAR(CloseDate) |
        | An hour of a day              | SELECT Id FROM Opportunity WHERE HOUR_IN_DAY(CloseDate) = 1                  | invalid argument of HOUR_IN_DAY: CloseDate |
        | A year of a text              | SELECT Id FROM Opportunity WHERE CALENDAR_YEAR(Name) = 1                     | invalid argument of CALENDAR_YEAR: Name |
        | The time zone of a day        | SELECT Id FROM Opportunity WHERE DAY_IN_YEAR(convertTimezone(CloseDate)) = 1 | invalid argument of convertTimezone: CloseDate |
        | A time zone by itself         | SELECT convertTimezone(CreatedDate) FROM Opportunity                         | invalid argument of convertTimezone: CreatedDate |
        | A function there is not       | SELECT SQRT(Amount) FROM Opportunity                                         | unknown function: SQRT |

  @R-K3 @serial
  Rule: Parts of a date and time are UTC's unless its time zone is converted

    Scenario: An evening in California is the next day in UTC
      Given the clock stands at "2026-05-14T03:30:00Z"
      And these Account records
        | Name |
        | Late |
      When the admin queries "SELECT Name FROM Account WHERE HOUR_IN_DAY(CreatedDate) = 3 AND DAY_ONLY(CreatedDate) = 2026-05-14"
      Then the query returns "Late"
      When the admin queries "SELECT Name FROM Account WHERE HOUR_IN_DAY(convertTimezone(CreatedDate)) = 20 AND DAY_ONLY(convertTimezone(CreatedDate)) = 2026-05-13"
      Then the query returns "Late"
      When the admin queries "SELECT DAY_ONLY(convertTimezone(CreatedDate)) day, COUNT(Id) n FROM Account GROUP BY DAY_ONLY(convertTimezone(CreatedDate))"
      Then the query returns
        | day        | n |
        | 2026-05-13 | 1 |
