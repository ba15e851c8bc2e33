@R-F3 @route:rest/search
Feature: SOSL: how a search is written
  Each clause has its place; what stands elsewhere is pointed at.

  Background:
    Given these Account records
      | Name         | Industry | AnnualRevenue | Website          |
      | Acme         | Banking  | 1500          | www.acme.example |
      | Acme Rockets | Energy   |               |                  |
    And these Contact records
      | FirstName | LastName |
      | Ada       | Acme     |

  Scenario Outline: <sosl>
    When the admin searches "<sosl>"
    Then the search finds <count> records

    Examples: Clauses
      | sosl                                                                                       | count |
      | find {ACME} in all fields returning account(name), contact                                 | 3     |
      | FIND{acme}RETURNING Account                                                                | 2     |
      | FIND {acme} IN NAME FIELDS RETURNING Account(Name WHERE Industry = 'Banking')              | 1     |
      | FIND {acme} RETURNING Account(Name ORDER BY Name DESC NULLS LAST LIMIT 1 OFFSET 1)         | 1     |
      | FIND {acme} RETURNING Account(Name USING ListView=AllAccounts)                             | 2     |
      | FIND {acme} RETURNING Account(Id), Contact(Id) LIMIT 2                                     | 2     |
      | FIND {acme} RETURNING Account(Id) LIMIT 0                                                  | 0     |
      | FIND {acme} RETURNING Account(Id) WITH DIVISION = 'Global'                                 | 2     |
      | FIND {acme} RETURNING Account(Id) WITH SPELL_CORRECTION = false                            | 2     |
      | FIND {acme} RETURNING Account(Id) WITH HIGHLIGHT WITH METADATA='LABELS' LIMIT 1            | 1     |
      | FIND {acme} RETURNING Product2(Id) WITH PricebookId = '01s000000000001AAA'                 | 0     |
      | FIND {acme} RETURNING Account(Id) WITH NETWORK = '0DB000000000001AAA'                      | 0     |
      | FIND {acme} RETURNING Account(Id) WITH NETWORK IN ('0DB000000000001AAA', '0DB000000000002AAA') | 0 |
      | FIND {acme} RETURNING Account(Id) UPDATE TRACKING, VIEWSTAT                                | 2     |

    Examples: Terms
      | sosl                                                             | count |
      | FIND {acme rockets} RETURNING Account                            | 1     |
      | FIND {acme AND rockets} RETURNING Account                        | 1     |
      | FIND {acme AND NOT rockets} RETURNING Account                    | 1     |
      | FIND {rockets OR ada} RETURNING Account, Contact                 | 2     |
      | FIND {(rockets OR nobody) AND acme} RETURNING Account            | 1     |
      | FIND {acm*} RETURNING Account                                    | 2     |
      | FIND {ac?e} RETURNING Account                                    | 2     |
      | FIND {a*e} RETURNING Account                                     | 2     |
      | FIND {acme.example} IN NAME FIELDS RETURNING Account             | 1     |

  Scenario: Functions have aliases, parents are objects
    When the admin searches "FIND {acme} RETURNING Account(Name, toLabel(Industry) branch, FORMAT(AnnualRevenue) money, convertCurrency(AnnualRevenue) own, Owner.Username WHERE Industry = 'Banking')"
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/json;charset=UTF-8

      {"searchRecords": [{"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Name": "Acme", "branch": "Banking", "money": "$1,500", "own": 1500.0,
        "Owner": {"attributes": {"type": "User", "url": "/services/data/v67.0/sobjects/User/{user id}"}, "Username": "{username}"}}]}
      """

  Scenario Outline: <clause> is refused
    When the admin searches "FIND {acme} <clause>"
    Then the search fails with "<code>" saying "<message>"

    Examples:
      | clause                                                    | code             | message |
      | IN NOPE FIELDS                                            | MALFORMED_SEARCH | \nFIND {acme} IN NOPE FIELDS\n               ^\nERROR at Row:1:Column:16\nunexpected token: 'NOPE' |
      | IN NAME                                                   | MALFORMED_SEARCH | unexpected token: '<EOF>' |
      | junk                                                      | MALFORMED_SEARCH | \nFIND {acme} junk\n            ^\nERROR at Row:1:Column:13\nunexpected token: 'junk' |
      | RETURNING Account(WHERE Name = 'x')                       | MALFORMED_SEARCH | \nFIND {acme} RETURNING Account(WHERE Name = 'x')\n                              ^\nERROR at Row:1:Column:31\nunexpected token: 'WHERE' |
      | RETURNING Account(LIMIT 1)                                | MALFORMED_SEARCH | \nFIND {acme} RETURNING Account(LIMIT 1)\n                              ^\nERROR at Row:1:Column:31\nunexpected token: 'LIMIT' |
      | RETURNING Account(Name LIMIT 1 WHERE Name = 'x')          | MALFORMED_SEARCH | \nRETURNING Account(Name LIMIT 1 WHERE Name = 'x')\n                               ^\nERROR at Row:1:Column:44\nunexpected token: 'WHERE' |
      | RETURNING Account(Name, (SELECT Id FROM Contacts))        | MALFORMED_SEARCH | \n{acme} RETURNING Account(Name, (SELECT Id FROM Contacts))\n                               ^\nERROR at Row:1:Column:37\nunexpected token: '(' |
      | RETURNING Account(MAX(Name))                              | MALFORMED_SEARCH | aggregate functions are not supported in a search: MAX |
      | RETURNING Account(Name OFFSET 1), Contact(Id)             | MALFORMED_SEARCH | OFFSET is supported only when the search returns a single object |
      | RETURNING Account(Name USING ListView=Nope)               | INVALID_SEARCH   | list view not found: Nope |
      | WITH SNIPPET(target_length=10)                            | MALFORMED_SEARCH | target_length should be between 50 to 1000 |
      | WITH METADATA = 'NOPE'                                    | MALFORMED_SEARCH | unknown METADATA value: NOPE |
      | WITH DIVISION = 'Nope'                                    | INVALID_SEARCH   | division not found: Nope |
      | WITH SPELL_CORRECTION = 1                                 | MALFORMED_SEARCH | \n{acme} WITH SPELL_CORRECTION = 1\n                               ^\nERROR at Row:1:Column:37\nunexpected token: '1' |
      | WITH DATA CATEGORY Geography__c AT usa__c                 | MALFORMED_SEARCH | WITH DATA CATEGORY is supported only for knowledge articles and questions |
      | UPDATE NOPE                                               | MALFORMED_SEARCH | \nFIND {acme} UPDATE NOPE\n                   ^\nERROR at Row:1:Column:20\nunexpected token: 'NOPE' |
      | LIMIT many                                                | MALFORMED_SEARCH | \nFIND {acme} LIMIT many\n                  ^\nERROR at Row:1:Column:19\nunexpected token: 'many' |

  Scenario: Apex's quotes are no braces
    When the admin searches "FIND 'acme' RETURNING Account"
    Then the search fails with "MALFORMED_SEARCH" saying "No search term found. The search term must be enclosed in braces."

  Scenario: A query is no search
    When the admin searches "SELECT Id FROM Account"
    Then the search fails with "MALFORMED_SEARCH" saying "unexpected token: 'SELECT'"

  Scenario: A phrase that does not end
    When the admin searches
      """
      FIND {"acme} RETURNING Account
      """
    Then the search fails with "MALFORMED_SEARCH" saying "unexpected end of search term: a quotation mark is not closed"

  Scenario: A text of more than 10,000 characters finds nothing
    When the admin sends 1700 times the part in angle brackets
      """
      GET /services/data/v67.0/search?q=FIND+%7B<acme>%7D+RETURNING+Account
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"searchRecords": []}
      """
