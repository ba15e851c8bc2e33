@R-F2 @route:rest/query @own-org
Feature: SOQL: choosing rows
  Conditions, with Salesforce's two-valued logic: a comparison with an empty field is false, its negation true.

  Scenario Outline: <condition>
    Given these Account records
      | Name  | Industry    | NumberOfEmployees | Phone |
      | Acme  | Banking     | 12                | 0123  |
      | Blue  | Agriculture | 5                 |       |
      | Cyan  |             |                   | 0999  |
    When the admin queries "SELECT Name FROM Account WHERE <condition> ORDER BY Name"
    Then the query returns "<names>"

    Examples: Comparisons
      | condition                   | names            |
      | Name = 'acme'               | Acme             |
      | Name != 'ACME'              | Blue, Cyan       |
      | Name <> 'Acme'              | Blue, Cyan       |
      | NumberOfEmployees > 5       | Acme             |
      | NumberOfEmployees >= 5      | Acme, Blue       |
      | NumberOfEmployees < 12      | Blue             |
      | NumberOfEmployees <= 12     | Acme, Blue       |
      | Name > 'acme'               | Blue, Cyan       |
      | IsDeleted = FALSE           | Acme, Blue, Cyan |

    Examples: Patterns
      | condition                   | names            |
      | Name LIKE 'A%'              | Acme             |
      | Name LIKE '%u%'             | Blue             |
      | Name LIKE '_yan'            | Cyan             |
      | (NOT Name LIKE 'a%')        | Blue, Cyan       |

    Examples: Lists
      | condition                          | names      |
      | Name IN ('acme', 'BLUE', 'x')      | Acme, Blue |
      | Name NOT IN ('Acme')               | Blue, Cyan |
      | Industry IN ('Banking', null)      | Acme, Cyan |

    Examples: Empty fields
      | condition                          | names            |
      | Industry = null                    | Cyan             |
      | Industry = ''                      | Cyan             |
      | Industry > ''                      | Acme, Blue       |
      | Industry >= ''                     | Acme, Blue       |
      | Industry < ''                      |                  |
      | Industry > null                    |                  |
      | Id > ''                            | Acme, Blue, Cyan |
      | Industry != null                   | Acme, Blue       |
      | Industry != 'Banking'              | Blue, Cyan       |
      | Industry NOT IN ('Banking')        | Blue, Cyan       |
      | NumberOfEmployees < 100            | Acme, Blue       |
      | (NOT NumberOfEmployees < 100)      | Cyan             |

    Examples: Combinations
      | condition                                                              | names            |
      | Industry = 'Banking' AND NumberOfEmployees = 12                        | Acme             |
      | Industry = 'Banking' OR Phone = '0999'                                 | Acme, Cyan       |
      | NOT (Industry = 'Banking' OR Phone = '0999')                           | Blue             |
      | (Industry = 'Banking' OR Industry = 'Agriculture') AND Phone != null   | Acme             |
      | Name != 'x' AND (NOT Phone = null)                                     | Acme, Cyan       |

  Rule: Conditions on parents and on other objects

    Background:
      Given these Account records
        | Name | Industry |
        | Acme | Banking  |
        | Blue |          |
      And these Contact records
        | LastName | AccountId |
        | Lovelace | {id:Acme} |
        | Hopper   | {id:Blue} |
        | Turing   |           |

    Scenario Outline: <condition>
      When the admin queries "SELECT LastName FROM Contact WHERE <condition> ORDER BY LastName"
      Then the query returns "<names>"

      Examples:
        | condition                                                      | names          |
        | Account.Industry = 'Banking'                                   | Lovelace       |
        | Account.Industry = null                                        | Hopper, Turing |
        | Account.Name != 'Acme'                                         | Hopper, Turing |
        | AccountId = '{id:Acme}'                                        | Lovelace       |
        | AccountId = '{id15:Acme}'                                      | Lovelace       |
        | AccountId IN (SELECT Id FROM Account WHERE Name = 'Blue')      | Hopper         |
        | AccountId NOT IN (SELECT Id FROM Account WHERE Name = 'Blue')  | Lovelace, Turing |

    Scenario: Accounts by their contacts
      When the admin queries "SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName = 'Hopper')"
      Then the query returns "Blue"

  Rule: Text is taken as it is

    Scenario Outline: A name with <what>
      Given these Account records
        | Name   |
        | <name> |
      When the admin queries "SELECT Name FROM Account WHERE Name = '<literal>'"
      Then the query returns "<name>"

      Examples:
        | what           | name       | literal       |
        | an umlaut      | Müller     | MÜLLER        |
        | an apostrophe  | O'Neil     | o\\'neil      |
        | a percent sign | 100%       | 100%          |
        | SQL in it      | x;--       | x;--          |
        | an emoji       | Acme 🚀    | acme 🚀       |
