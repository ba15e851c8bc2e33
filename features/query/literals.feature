@R-F2 @route:rest/query @own-org
Feature: SOQL: literals and names
  How a query is written: escapes, numbers, words that are keywords elsewhere.

  Rule: Strings

    Background:
      Given these Account records
        | Name         |
        | O'Hara       |
        | 50% off      |
        | a_b          |
        | Éclair       |

    Scenario Outline: <condition>
      When the admin queries
        """
        SELECT Name FROM Account WHERE <condition> ORDER BY Name
        """
      Then the query returns "<names>"

      Examples:
        | condition                    | names       |
        | Name LIKE 'A_B'              | a_b         |
        | Name = 'éCLAIR'              | Éclair      |
        | Name = ''                    |             |

    Scenario: Quotes, percent signs and underlines are escaped
      When the admin queries
        """
        SELECT Name FROM Account WHERE Name = 'o\u0027hara' OR Name = 'O\'Hara'
        """
      Then the query returns "O'Hara"
      When the admin queries
        """
        SELECT Name FROM Account WHERE Name LIKE '%\%%' OR Name LIKE 'A\_B' ORDER BY Name
        """
      Then the query returns "50% off, a_b"

    Scenario: No other escape is known
      When the admin queries
        """
        SELECT Name FROM Account WHERE Name = 'a\q'
        """
      Then the query fails with "MALFORMED_QUERY" saying
        """
        Illegal character sequence '\q' in string literal.
        """

    Scenario: Double quotes make no string
      When the admin queries
        """
        SELECT Name FROM Account WHERE Name = "x"
        """
      Then the query fails with "MALFORMED_QUERY" saying
        """
        Name FROM Account WHERE Name = "x"
                                       ^
        ERROR at Row:1:Column:39
        unexpected token: '"'
        """

    Scenario Outline: <what>
      When the admin queries
        """
        SELECT Name FROM Account WHERE Name = <literal>
        """
      Then the query fails with "MALFORMED_QUERY" saying "<message>"

      Examples:
        | what                   | literal  | message                                         |
        | An open string         | 'a       | mismatched character '<EOF>' expecting '''      |
        | Another field          | Industry | \nName FROM Account WHERE Name = Industry\n                               ^\nERROR at Row:1:Column:39\nunexpected token: 'Industry' |
        | A variable             | :name    | Bind variables only allowed in Apex code        |

  Rule: Names and space

    Background:
      Given these Account records
        | Name |
        | Acme |

    Scenario Outline: <soql>
      When the admin queries "<soql>"
      Then the query returns "Acme"

      Examples:
        | soql                                                      |
        | select NAME from ACCOUNT                                  |
        | SELECT Name FROM Account WHERE Name='Acme'AND(Id!=null)   |
        | SELECT Name FROM Account WHERE Name IN('Acme')LIMIT 1     |
        | SELECT Account.Name FROM Account                          |
        | SELECT a.Name FROM Account a                              |
        | SELECT acc.Name FROM Account AS acc                       |

    Scenario Outline: Keywords are names where a name is due: <soql>
      When the admin queries "<soql>"
      Then the query returns nothing

      Examples:
        | soql                                                                                    |
        | SELECT Id, Name FROM Group WHERE Type = 'Nonsense' ORDER BY CreatedDate                 |
        | SELECT Group.Name FROM GroupMember WHERE Group.Name = 'x'                               |
        | SELECT Id FROM Order ORDER BY OrderNumber                                               |
        | SELECT Id FROM Case WHERE Case.Subject = 'x'                                            |

  Rule: Numbers, dates and limits

    Background:
      Given these Account records
        | Name | NumberOfEmployees | AnnualRevenue |
        | Acme | 5                 | 1500          |

    Scenario Outline: <condition>
      When the admin queries "SELECT Name FROM Account WHERE <condition>"
      Then the query returns "Acme"

      Examples:
        | condition                                          |
        | NumberOfEmployees = 5                              |
        | NumberOfEmployees = +5                             |
        | NumberOfEmployees > -5                             |
        | AnnualRevenue = 1500.00                            |
        | AnnualRevenue > 1.4e3                              |
        | NumberOfEmployees IN (1, 5, NULL)                  |
        | CreatedDate > 2001-01-01T00:00:00Z                 |
        | CreatedDate > 2001-01-01T00:00:00.000+01:00        |
        | CreatedDate < 2999-01-01T00:00:00-0800             |
        | IsDeleted = FALSE                                  |
        | NumberOfEmployees != null LIMIT 9999999999999999999999 |

    Scenario Outline: <what>
      When the admin queries "SELECT Name FROM Account <clause>"
      Then the query fails with "<code>" saying "<message>"

      Examples:
        | what                   | clause                                                                                                      | code            | message |
        | A negative limit       | LIMIT -1                                                                                                    | MALFORMED_QUERY | \nSELECT Name FROM Account LIMIT -1\n                               ^\nERROR at Row:1:Column:32\nunexpected token: '-' |
        | A limit that is a word | LIMIT many                                                                                                  | MALFORMED_QUERY | \nSELECT Name FROM Account LIMIT many\n                               ^\nERROR at Row:1:Column:32\nunexpected token: 'many' |
        | A day there is not     | WHERE CreatedDate > 2026-02-30T00:00:00Z                                                                    | MALFORMED_QUERY | Invalid datetime: 2026-02-30T00:00:00Z |
        | No time zone           | WHERE CreatedDate > 2026-02-03T00:00:00                                                                     | MALFORMED_QUERY | \nWHERE CreatedDate > 2026-02-03T00:00:00\n                              ^\nERROR at Row:1:Column:56\nunexpected token: 'T00' |
        | A year too far         | WHERE CreatedDate > 4001-01-01T00:00:00Z                                                                    | INVALID_FIELD   | Date out of range: 4001-01-01 |
        | Days too many          | WHERE CreatedDate > LAST_N_DAYS:99999999                                                                    | INVALID_FIELD   | Date out of range: LAST_N_DAYS:99999999 |
        | Days uncounted         | WHERE CreatedDate > LAST_N_DAYS                                                                             | MALFORMED_QUERY | unexpected token: '<EOF>' |
        | An empty list          | WHERE Name IN ()                                                                                            | MALFORMED_QUERY | \nName FROM Account WHERE Name IN ()\n                                 ^\nERROR at Row:1:Column:41\nunexpected token: 'Name IN ()' |
        | No value               | WHERE Name =                                                                                                | MALFORMED_QUERY | missing value at '<EOF>' |
        | A comparison of SQL    | WHERE Name IS NULL                                                                                          | MALFORMED_QUERY | \nSELECT Name FROM Account WHERE Name IS NULL\n                                    ^\nERROR at Row:1:Column:37\nunexpected token: 'Name IS' |
        | A star                 | WHERE Name = *                                                                                              | MALFORMED_QUERY | \nName FROM Account WHERE Name = *\n                               ^\nERROR at Row:1:Column:39\nunexpected token: * |
        | A semicolon            | ;                                                                                                           | MALFORMED_QUERY | \nSELECT Name FROM Account ;\n                         ^\nERROR at Row:1:Column:26\nunexpected token: ';' |
        | NOT beside AND         | WHERE NOT Name = 'a' AND Name = 'b'                                                                         | MALFORMED_QUERY | \nFROM Account WHERE NOT Name = 'a' AND Name = 'b'\n                                  ^\nERROR at Row:1:Column:47\nunexpected token: 'AND' |
        | 33 keys                | ORDER BY Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id,Id | MALFORMED_QUERY | ORDER BY may have at most 32 fields |

    Scenario: A string of more than 4,000 characters
      When the admin sends 41 times the part in angle brackets
        """
        GET /services/data/v67.0/query?q=SELECT+Id+FROM+Account+WHERE+Name='<xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx>'
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "String literal too long: a string in a condition may have at most 4000 characters", "errorCode": "INVALID_FIELD"}]
        """
