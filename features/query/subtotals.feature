@R-F2 @route:rest/query @own-org
Feature: SOQL: groups and subtotals

  Background:
    Given these Account records
      | Name  | Industry    | Rating | NumberOfEmployees |
      | Acme  | Banking     | Hot    | 10                |
      | Blue  | Banking     | Cold   | 20                |
      | Cyan  | Agriculture | Hot    | 5                 |

  Rule: ROLLUP and CUBE

    Scenario: ROLLUP adds a row for each first key and one for all
      When the admin queries "SELECT Industry, Rating, COUNT(Id) n, GROUPING(Industry) gi, GROUPING(Rating) gr FROM Account GROUP BY ROLLUP(Industry, Rating) ORDER BY GROUPING(Industry), Industry, GROUPING(Rating), Rating"
      Then the query returns
        | Industry    | Rating | n | gi | gr |
        | Agriculture | Hot    | 1 | 0  | 0  |
        | Agriculture | null   | 1 | 0  | 1  |
        | Banking     | Hot    | 1 | 0  | 0  |
        | Banking     | Cold   | 1 | 0  | 0  |
        | Banking     | null   | 2 | 0  | 1  |
        | null        | null   | 3 | 1  | 1  |

    Scenario: CUBE adds a row for every combination
      When the admin queries "SELECT Industry, Rating, SUM(NumberOfEmployees) s FROM Account GROUP BY CUBE(Industry, Rating) ORDER BY GROUPING(Industry), GROUPING(Rating), Industry, Rating"
      Then the query returns
        | Industry    | Rating | s  |
        | Agriculture | Hot    | 5  |
        | Banking     | Hot    | 10 |
        | Banking     | Cold   | 20 |
        | Agriculture | null   | 5  |
        | Banking     | null   | 30 |
        | null        | Hot    | 15 |
        | null        | Cold   | 20 |
        | null        | null   | 35 |

    Scenario Outline: HAVING <condition>
      When the admin queries "SELECT Industry, COUNT(Id) n FROM Account GROUP BY ROLLUP(Industry) HAVING <condition> ORDER BY GROUPING(Industry), Industry"
      Then the query returns "<names>" in this order

      Examples:
        | condition                          | names                |
        | Industry = 'Banking'               | Banking              |
        | Industry = null                    | null                 |
        | Industry != 'Banking'              | Agriculture, null    |
        | COUNT(Id) > 1                      | Banking, null        |
        | GROUPING(Industry) = 0             | Agriculture, Banking |
        | COUNT(Id) > 1 AND Industry != null | Banking              |

    Scenario Outline: <what>
      When the admin queries "<soql>"
      Then the query fails with "MALFORMED_QUERY" saying "<message>"

      Examples:
        | what                       | soql                                                                        | message |
        | Four keys                  | SELECT COUNT(Id) FROM Account GROUP BY ROLLUP(Industry, Rating, Type, Site) | GROUP BY ROLLUP and GROUP BY CUBE take at most 3 fields |
        | Beside a plain key         | SELECT COUNT(Id) FROM Account GROUP BY ROLLUP(Industry), Rating             | \nAccount GROUP BY ROLLUP(Industry), Rating\n                                 ^\nERROR at Row:1:Column:56\nunexpected token: ',' |
        | GROUPING without subtotals | SELECT GROUPING(Industry) FROM Account GROUP BY Industry                    | GROUPING can only be used with GROUP BY ROLLUP or GROUP BY CUBE |

  Rule: What may be grouped and aggregated

    Scenario: A parent's field stands under its own name
      Given these Contact records
        | LastName | AccountId |
        | Hopper   | {id:Acme} |
        | Turing   | {id:Acme} |
      When the admin queries "SELECT Account.Name, COUNT(Id) FROM Contact GROUP BY Account.Name"
      Then the query returns
        | Name | expr0 |
        | Acme | 2     |

    Scenario: Averages are numbers with a point, sums of nothing are null
      When the admin queries "SELECT AVG(NumberOfEmployees) a, SUM(AnnualRevenue) s, COUNT(AnnualRevenue) n, COUNT_DISTINCT(Industry) d, MIN(Rating) lo, MAX(Rating) hi FROM Account WHERE Industry = 'Banking'"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "AggregateResult"}, "a": 15.0, "s": null, "n": 0, "d": 1, "lo": "Hot", "hi": "Cold"}]}
        """

    Scenario Outline: <what>
      When the admin queries "<soql>"
      Then the query fails with "MALFORMED_QUERY" saying "<message>"

      Examples:
        | what                        | soql                                                               | message |
        | Neither grouped nor counted | SELECT Name, COUNT(Id) FROM Account                                | \nSELECT Name, COUNT(Id) FROM Account\n       ^\nERROR at Row:1:Column:8\nField must be grouped or aggregated: Name |
        | Sorted by another field     | SELECT COUNT(Id) FROM Account GROUP BY Industry ORDER BY Name      | \nAccount GROUP BY Industry ORDER BY Name\n                                   ^\nERROR at Row:1:Column:58\nOrdered field must be grouped or aggregated: Name |
        | Chosen by another field     | SELECT COUNT(Id) FROM Account GROUP BY Industry HAVING Name = 'x'  | \nAccount GROUP BY Industry HAVING Name = 'x'\n                                 ^\nERROR at Row:1:Column:56\nField must be grouped or aggregated: Name |
        | A date and time             | SELECT COUNT(Id) FROM Account GROUP BY LastModifiedDate            | \nCOUNT(Id) FROM Account GROUP BY LastModifiedDate\n                                ^\nERROR at Row:1:Column:40\nfield 'LastModifiedDate' can not be grouped in a query call |
        | A long text                 | SELECT COUNT(Id) FROM Account GROUP BY Description                 | \nCOUNT(Id) FROM Account GROUP BY Description\n                                ^\nERROR at Row:1:Column:40\nfield 'Description' can not be grouped in a query call |
        | An aggregate as a key       | SELECT COUNT(Id) FROM Account GROUP BY COUNT(Name)                 | Grouped field should not be aggregated: Name |
        | Two keys of one name        | SELECT Name, Account.Name FROM Contact GROUP BY Name, Account.Name | duplicate alias: Name |
        | A sum of texts              | SELECT SUM(Name) FROM Account                                      | field Name does not support aggregate operator SUM |
        | A limit of one row          | SELECT MAX(Name) FROM Account LIMIT 1                              | Non-grouped query that uses overall aggregate functions cannot also use LIMIT |
        | All fields                  | SELECT FIELDS(ALL) FROM Account GROUP BY Name LIMIT 1              | \nSELECT FIELDS(ALL) FROM Account GROUP\n       ^\nERROR at Row:1:Column:8\nField must be grouped or aggregated: Id |
        | A count beside a field      | SELECT COUNT(), Name FROM Account                                  | \nSELECT COUNT(), Name FROM Account\n              ^\nERROR at Row:1:Column:15\nunexpected token: ',' |
        | A sorted count              | SELECT COUNT() FROM Account ORDER BY Name                          | \nCOUNT() FROM Account ORDER BY Name\n                              ^\nERROR at Row:1:Column:38\nOrdered field must be grouped or aggregated: Name |

    Scenario: Two thousand groups are an answer, one more is none
      Given 2001 Account records named "{n}"
      When the admin queries "SELECT Id, COUNT(Name) FROM Account GROUP BY Id"
      Then the query fails with "EXCEEDED_ID_LIMIT" saying "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
      When the admin queries "SELECT Id, COUNT(Name) FROM Account GROUP BY Id LIMIT 2000"
      Then the page holds 2000 of 2000 records and is the last
