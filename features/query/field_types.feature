@R-F2 @route:rest/query
Feature: SOQL: types of fields
  What each type of field is compared with, and how its values are shown.

  Background:
    Given the custom field "Amount__c" on Account with
      | type      | Number |
      | precision | 10     |
      | scale     | 2      |
    And the custom field "Share__c" on Account with
      | type      | Percent |
      | precision | 5       |
      | scale     | 2       |
    And the custom field "When__c" on Account with
      | type | DateTime |
    And the custom field "Day__c" on Account with
      | type | Date |
    And the custom field "Clock__c" on Account with
      | type | Time |
    And the custom field "Flag__c" on Account with
      | type | Checkbox |
    And the custom field "Tags__c" on Account with
      | type   | MultiselectPicklist |
      | values | ["A", "B", "C"]     |
    And the custom field "Story__c" on Account with
      | type   | LongTextArea |
      | length | 1000         |
    And the custom field "Code__c" on Account with
      | type           | Text |
      | length         | 20   |
      | unique         | true |
      | case_sensitive | true |
    And these Account records
      | Name | Amount__c | Share__c | When__c                  | Day__c     | Clock__c      | Flag__c | Tags__c | Story__c | Code__c | Industry |
      | Acme | 1000      | 12.5     | 2026-03-08T10:30:00.000Z | 2026-03-08 | 10:20:30.000Z | true    | B;A     | long     | abc     | Banking  |
      | Blue | 7.25      |          | 2026-03-09T10:30:00.000Z | 2026-03-09 | 08:00:00.000Z |         | B       |          | ABC     | Energy   |
      | Cyan |           |          |                          |            |               |         | C       |          |         |          |

  Scenario: Each type has its own shape
    When the admin queries "SELECT Amount__c, Share__c, NumberOfEmployees, When__c, Day__c, Clock__c, Flag__c, Tags__c, Story__c FROM Account WHERE Name = 'Acme'"
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/json;charset=UTF-8

      {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Amount__c": 1000.0, "Share__c": 12.5, "NumberOfEmployees": null, "When__c": "2026-03-08T10:30:00.000+0000", "Day__c": "2026-03-08", "Clock__c": "10:20:30.000Z", "Flag__c": true, "Tags__c": "A;B", "Story__c": "long"}]}
      """

  Scenario Outline: <condition>
    When the admin queries "SELECT Name FROM Account WHERE <condition> ORDER BY Name"
    Then the query returns "<names>" in this order

    Examples: Numbers
      | condition                    | names      |
      | Amount__c = 1000             | Acme       |
      | Amount__c = 1000.00          | Acme       |
      | Amount__c < 7.26             | Blue       |
      | Amount__c >= -1              | Acme, Blue |
      | Share__c = 12.5              | Acme       |
      | Amount__c IN (7.25, null)    | Blue, Cyan |
      | Amount__c != 1000            | Blue, Cyan |
      | (NOT Amount__c > 7.25)       | Blue, Cyan |

    Examples: Days, instants and times of day
      | condition                                       | names      |
      | Day__c = 2026-03-08                             | Acme       |
      | Day__c > 2026-03-08                             | Blue       |
      | Day__c != 2026-03-08                            | Blue, Cyan |
      | When__c = 2026-03-08T10:30:00Z                  | Acme       |
      | When__c = 2026-03-08T11:30:00+01:00             | Acme       |
      | When__c = 2026-03-08T02:30:00.000-0800          | Acme       |
      | When__c = 2026-03-08t10:30:00z                  | Acme       |
      | When__c < 2026-03-08T10:30:00.001Z              | Acme       |
      | Clock__c = 10:20:30.000Z                        | Acme       |
      | Clock__c < 10:20:30Z                            | Blue       |
      | Clock__c IN (08:00:00.000Z)                     | Blue       |
      | DAY_ONLY(When__c) = 2026-03-09                  | Blue       |
      | HOUR_IN_DAY(When__c) = 10                       | Acme, Blue |

    Examples: Booleans are never null
      | condition          | names      |
      | Flag__c = true     | Acme       |
      | Flag__c = FALSE    | Blue, Cyan |
      | Flag__c = null     | Blue, Cyan |
      | Flag__c != null    | Acme       |
      | Flag__c != true    | Blue, Cyan |
      | Flag__c IN (true)  | Acme       |

    Examples: Multi-select picklists
      | condition                         | names            |
      | Tags__c INCLUDES ('A')            | Acme             |
      | Tags__c INCLUDES ('A;B', 'C')     | Acme, Cyan       |
      | Tags__c INCLUDES ('a;b')          | Acme             |
      | Tags__c INCLUDES ('A;C')          |                  |
      | Tags__c EXCLUDES ('A;B', 'C')     | Blue             |
      | Tags__c EXCLUDES ('B')            | Cyan             |
      | Tags__c = 'B;A'                   | Acme             |
      | Tags__c = 'A'                     |                  |
      | Tags__c != 'A;B'                  | Blue, Cyan       |
      | Tags__c IN ('B', 'C')             | Blue, Cyan       |
      | Tags__c = null                    |                  |

    Examples: A case-sensitive unique field is compared letter by letter
      | condition               | names      |
      | Code__c = 'abc'         | Acme       |
      | Code__c = 'ABC'         | Blue       |
      | Code__c IN ('Abc')      |            |
      | Code__c != 'abc'        | Blue, Cyan |

    Examples: Ids have two forms
      | condition                                      | names      |
      | Id = '{id:Acme}'                               | Acme       |
      | Id = '{id15:Acme}'                             | Acme       |
      | Id IN ('{id15:Acme}', '{id:Blue}')             | Acme, Blue |
      | Id != '{id15:Acme}'                            | Blue, Cyan |
      | ParentId = ''                                  | Acme, Blue, Cyan |

  Scenario Outline: <condition> is of the wrong type
    When the admin queries "SELECT Id FROM Account WHERE <condition>"
    Then the query fails with "INVALID_FIELD" saying
      """
      SELECT Id FROM Account WHERE <condition>
                                   ^
      ERROR at Row:1:Column:30
      value of filter criterion for field '<field>' must be of type <type> be enclosed in quotes
      """

    Examples:
      | condition                      | field             | type                    |
      | Amount__c = '5'                | Amount__c         | double and should not   |
      | Amount__c = true               | Amount__c         | double and should not   |
      | Amount__c > 2026-01-01         | Amount__c         | double and should not   |
      | AnnualRevenue = '5'            | AnnualRevenue     | double and should not   |
      | Share__c IN ('5')              | Share__c          | double and should not   |
      | NumberOfEmployees = 'x'        | NumberOfEmployees | int and should not      |
      | NumberOfEmployees = USD5       | NumberOfEmployees | int and should not      |
      | Flag__c = 'true'               | Flag__c           | boolean and should not  |
      | Flag__c = 1                    | Flag__c           | boolean and should not  |
      | Day__c = '2026-01-01'          | Day__c            | date and should not     |
      | Day__c = 2026-01-01T00:00:00Z  | Day__c            | date and should not     |
      | When__c = 2026-01-01           | When__c           | dateTime and should not |
      | When__c = '2026-01-01'         | When__c           | dateTime and should not |
      | Clock__c = '10:00'             | Clock__c          | time and should not     |
      | Name = 5                       | Name              | string and should       |
      | Name = true                    | Name              | string and should       |
      | Name = TODAY                   | Name              | string and should       |
      | Name LIKE 5                    | Name              | string and should       |
      | Industry IN (5)                | Industry          | string and should       |
      | Id = 5                         | Id                | ID and should           |
      | OwnerId IN (true)              | OwnerId           | ID and should           |
      | Tags__c INCLUDES (5)           | Tags__c           | string and should       |

  Scenario Outline: <condition> uses an operator the type does not have
    When the admin queries "SELECT Id FROM Account WHERE <condition>"
    Then the query fails with "INVALID_QUERY_FILTER_OPERATOR" saying
      """
      SELECT Id FROM Account WHERE <condition>
                                   ^
      ERROR at Row:1:Column:30
      <message>
      """

    Examples:
      | condition                  | message                                |
      | Id LIKE '001%'             | invalid operator on id field           |
      | OwnerId LIKE '005%'        | invalid operator on id field           |
      | Tags__c LIKE 'A%'          | invalid operator on multipicklist field |
      | Tags__c > 'A'              | invalid operator on multipicklist field |
      | Name INCLUDES ('A')        | invalid operator on string field       |
      | Industry EXCLUDES ('A')    | invalid operator on picklist field     |
      | NumberOfEmployees LIKE '5' | invalid operator on int field          |
      | Amount__c LIKE '5'         | invalid operator on double field       |
      | Day__c LIKE '2026%'        | invalid operator on date field         |
      | When__c LIKE '2026%'       | invalid operator on datetime field     |
      | Flag__c > false            | invalid operator on boolean field      |
      | Id = '001'                 | invalid ID field: 001                  |
      | Id = '001D000000IqhSLZZZ'  | invalid ID field: 001D000000IqhSLZZZ   |
      | OwnerId IN ('bogus')       | invalid ID field: bogus                |

  Scenario Outline: <query> names a field it cannot be done to
    When the admin queries "<query>"
    Then the query fails with "<code>" saying "<message>"

    Examples:
      | query                                                    | code            | message |
      | SELECT Id FROM Account WHERE Story__c = 'x'              | INVALID_FIELD   | \nSELECT Id FROM Account WHERE Story__c = 'x'\n                             ^\nERROR at Row:1:Column:30\nfield 'Story__c' can not be filtered in a query call |
      | SELECT Id FROM Account WHERE Story__c LIKE '%x%'         | INVALID_FIELD   | \nSELECT Id FROM Account WHERE Story__c LIKE '%x%'\n                             ^\nERROR at Row:1:Column:30\nfield 'Story__c' can not be filtered in a query call |
      | SELECT Id FROM Account WHERE BillingAddress = null       | INVALID_FIELD   | \nSELECT Id FROM Account WHERE BillingAddress = null\n                             ^\nERROR at Row:1:Column:30\nfield 'BillingAddress' can not be filtered in a query call |
      | SELECT Id FROM Account ORDER BY Story__c                 | INVALID_FIELD   | \nSELECT Id FROM Account ORDER BY Story__c\n                                ^\nERROR at Row:1:Column:33\nfield 'Story__c' can not be sorted in a query call |
      | SELECT Id FROM Account ORDER BY Tags__c                  | INVALID_FIELD   | \nSELECT Id FROM Account ORDER BY Tags__c\n                                ^\nERROR at Row:1:Column:33\nfield 'Tags__c' can not be sorted in a query call |
      | SELECT COUNT(Id) FROM Account GROUP BY Tags__c           | MALFORMED_QUERY | \nCOUNT(Id) FROM Account GROUP BY Tags__c\n                                ^\nERROR at Row:1:Column:40\nfield 'Tags__c' can not be grouped in a query call |
      | SELECT COUNT(Id) FROM Account GROUP BY Amount__c         | MALFORMED_QUERY | \nCOUNT(Id) FROM Account GROUP BY Amount__c\n                                ^\nERROR at Row:1:Column:40\nfield 'Amount__c' can not be grouped in a query call |
      | SELECT COUNT(Id) FROM Account GROUP BY When__c           | MALFORMED_QUERY | \nCOUNT(Id) FROM Account GROUP BY When__c\n                                ^\nERROR at Row:1:Column:40\nfield 'When__c' can not be grouped in a query call |
      | SELECT COUNT(Flag__c) FROM Account                       | MALFORMED_QUERY | field Flag__c does not support aggregate operator COUNT |
      | SELECT MAX(Clock__c) FROM Account                        | MALFORMED_QUERY | field Clock__c does not support aggregate operator MAX |
      | SELECT COUNT(BillingAddress) FROM Account                | MALFORMED_QUERY | field BillingAddress does not support aggregate operator COUNT |
      | SELECT COUNT_DISTINCT(Tags__c) FROM Account              | MALFORMED_QUERY | field Tags__c does not support aggregate operator COUNT_DISTINCT |
      | SELECT MIN(Story__c) FROM Account                        | MALFORMED_QUERY | field Story__c does not support aggregate operator MIN |
      | SELECT SUM(Name) FROM Account                            | MALFORMED_QUERY | field Name does not support aggregate operator SUM |
      | SELECT AVG(Day__c) FROM Account                          | MALFORMED_QUERY | field Day__c does not support aggregate operator AVG |

  Scenario: What can be aggregated of each type
    When the admin queries "SELECT COUNT(Id) a, COUNT(Amount__c) b, COUNT_DISTINCT(OwnerId) c, MIN(Day__c) d, MAX(When__c) e, MAX(Industry) f, MIN(Code__c) g, SUM(Amount__c) h, AVG(Share__c) i, SUM(NumberOfEmployees) j FROM Account"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "AggregateResult"}, "a": 3, "b": 2, "c": 1, "d": "2026-03-08", "e": "2026-03-09T10:30:00.000+0000", "f": "Energy", "g": "{string}", "h": 1007.25, "i": 12.5, "j": null}]}
      """

  Scenario: Values as the user's locale writes them
    When the admin queries "SELECT FORMAT(Amount__c) a, FORMAT(Share__c) b, FORMAT(When__c) c, FORMAT(Day__c) d, FORMAT(Clock__c) e, FORMAT(Name) f, FORMAT(Tags__c) g FROM Account WHERE Name = 'Acme'"
    Then the query returns
      | a        | b      | c                 | d        | e        | f    | g   |
      | 1,000.00 | 12.50% | 3/8/2026, 3:30 AM | 3/8/2026 | 10:20 AM | Acme | A;B |
