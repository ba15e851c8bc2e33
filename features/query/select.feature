@R-F2 @route:rest/query @own-org
Feature: SOQL: choosing fields
  What a query returns, and how it is shown.

  Background:
    Given these Account records
      | Name  | Industry    | NumberOfEmployees | AnnualRevenue |
      | Acme  | Banking     | 12                | 1500          |
      | Blue  | Agriculture |                   |               |
    And these Contact records
      | FirstName | LastName | AccountId |
      | Ada       | Lovelace | {id:Acme} |
      | Grace     | Hopper   | {id:Acme} |
      | Alan      | Turing   |           |

  Scenario: Fields of an object
    When the admin queries "SELECT Name, Industry FROM Account ORDER BY Name"
    Then the query returns
      | Name | Industry    |
      | Acme | Banking     |
      | Blue | Agriculture |

  Scenario: Fields of a parent
    When the admin queries "SELECT LastName, Account.Name, Account.Owner.Username FROM Contact ORDER BY LastName"
    Then the query returns
      | LastName | Account.Name | Account.Owner.Username |
      | Hopper   | Acme         | {username}             |
      | Lovelace | Acme         | {username}             |
      | Turing   | null         | null                   |

  Scenario: Children of a parent
    When the admin queries "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account ORDER BY Name"
    Then the query returns
      | Name | Contacts         |
      | Acme | Hopper, Lovelace |
      | Blue | null             |

  Scenario: Children may be filtered and limited
    When the admin queries "SELECT Name, (SELECT LastName FROM Contacts WHERE LastName LIKE 'L%' LIMIT 1) FROM Account WHERE Name = 'Acme'"
    Then the query returns
      | Name | Contacts |
      | Acme | Lovelace |

  Scenario: Names may be written in any case and with the object before them
    When the admin queries "select account.NAME from ACCOUNT where account.name = 'acme'"
    Then the query returns
      | Name |
      | Acme |

  Scenario: An alias of the object
    When the admin queries "SELECT c.LastName, c.Account.Name FROM Contact c WHERE c.Account.Name = 'Acme' ORDER BY c.LastName"
    Then the query returns "Hopper, Lovelace"

  Scenario: Counting
    When the admin queries "SELECT COUNT() FROM Contact WHERE AccountId != null"
    Then the query counts 2

  Scenario: All standard fields
    When the admin queries "SELECT FIELDS(STANDARD) FROM Account WHERE Name = 'Acme'"
    Then the query returns
      | Name | Industry |
      | Acme | Banking  |

  Scenario: The compound name of a contact
    When the admin queries "SELECT Name FROM Contact WHERE LastName = 'Lovelace'"
    Then the query returns "Ada Lovelace"

  Rule: On the wire

    Scenario: A page of rows
      When the admin queries "SELECT Id, Name, NumberOfEmployees, AnnualRevenue, IsDeleted, CreatedDate FROM Account WHERE Name = 'Acme'"
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/json;charset=UTF-8
        Sforce-Limit-Info: api-usage={number}/{number}

        {
          "totalSize": 1,
          "done": true,
          "records": [
            {
              "attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"},
              "Id": "{id:Acme}",
              "Name": "Acme",
              "NumberOfEmployees": 12,
              "AnnualRevenue": 1500.0,
              "IsDeleted": false,
              "CreatedDate": "{datetime}"
            }
          ]
        }
        """

    Scenario: A parent and children
      When the admin queries "SELECT Name, Account.Name FROM Contact WHERE LastName = 'Lovelace'"
      Then the answer on the wire is
        """
        HTTP 200

        {
          "totalSize": 1,
          "done": true,
          "records": [
            {
              "attributes": {"type": "Contact", "url": "/services/data/v67.0/sobjects/Contact/{id}"},
              "Name": "Ada Lovelace",
              "Account": {
                "attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"},
                "Name": "Acme"
              }
            }
          ]
        }
        """

    Scenario: Children
      When the admin queries "SELECT Id, (SELECT LastName FROM Contacts ORDER BY LastName LIMIT 1) FROM Account WHERE Name = 'Acme'"
      Then the answer on the wire is
        """
        HTTP 200

        {
          "totalSize": 1,
          "done": true,
          "records": [
            {
              "attributes": {"type": "Account", "url": "{any}"},
              "Id": "{id:Acme}",
              "Contacts": {
                "totalSize": 1,
                "done": true,
                "records": [{"attributes": {"type": "Contact", "url": "{any}"}, "LastName": "Hopper"}]
              }
            }
          ]
        }
        """
