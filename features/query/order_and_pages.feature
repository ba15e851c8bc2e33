@R-F2 @own-org
Feature: SOQL: order and pages

  @route:rest/query
  Rule: Order, limit and offset

    Background:
      Given these Account records
        | Name  | NumberOfEmployees | Industry |
        | acme  | 5                 | Banking  |
        | Blue  |                   | Banking  |
        | Cyan  | 12                |          |

    Scenario Outline: <clause>
      When the admin queries "SELECT Name FROM Account <clause>"
      Then the query returns "<names>" in this order

      Examples:
        | clause                                              | names            |
        | ORDER BY Name                                       | acme, Blue, Cyan |
        | ORDER BY Name DESC                                  | Cyan, Blue, acme |
        | ORDER BY NumberOfEmployees                          | Blue, acme, Cyan |
        | ORDER BY NumberOfEmployees NULLS LAST               | acme, Cyan, Blue |
        | ORDER BY NumberOfEmployees DESC NULLS LAST          | Cyan, acme, Blue |
        | ORDER BY Industry NULLS FIRST, Name DESC            | Cyan, Blue, acme |
        | ORDER BY Name LIMIT 2                               | acme, Blue       |
        | ORDER BY Name LIMIT 1 OFFSET 1                      | Blue             |
        | ORDER BY Name OFFSET 2                              | Cyan             |

    Scenario: A limit of nothing
      When the admin queries "SELECT Name FROM Account LIMIT 0"
      Then the query returns nothing

  @route:rest/query-more
  Rule: Long results come in pages

    Scenario: The second page goes on where the first ended
      Given 2100 Account records named "Acme"
      And the admin queries "SELECT Name FROM Account ORDER BY Name"
      Then the page holds 2000 of 2100 records and is not the last
      When the admin asks for the next page
      Then the page holds 100 of 2100 records and is the last

    Scenario: A caller may ask for smaller pages
      Given 250 Account records named "Acme"
      When the admin sends
        """
        GET /services/data/v67.0/query?q=SELECT+Name+FROM+Account+ORDER+BY+Name
        Sforce-Query-Options: batchSize=200
        """
      Then the page holds 200 of 250 records and is not the last

    Scenario: Records made meanwhile do not disturb the pages
      Given 201 Account records named "Acme"
      And the admin sends
        """
        GET /services/data/v67.0/query?q=SELECT+Name+FROM+Account+ORDER+BY+Name
        Sforce-Query-Options: batchSize=200
        """
      And "/nextRecordsUrl" of the answer is noted as "next"
      And 5 Account records named "Aaaa"
      When the admin reads "{note:next}"
      Then the page holds 1 of 201 records and is the last

    Scenario: An unknown locator
      When the admin reads "/query/01gFk000000QrStIAK-2000"
      Then the answer is the error "INVALID_QUERY_LOCATOR" saying "invalid query locator"

    Scenario: On the wire, the first of several pages
      Given 201 Account records named "Acme"
      When the admin sends
        """
        GET /services/data/v67.0/query?q=SELECT+Id+FROM+Account
        Sforce-Query-Options: batchSize=200
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 201, "done": false, "nextRecordsUrl": "/services/data/v67.0/query/{id}-200", "records": [{"...": "{any}"}, "..."]}
        """

  @route:rest/query-all
  Rule: queryAll sees the recycle bin

    Scenario: A deleted record
      Given these Account records
        | Name |
        | Acme |
        | Blue |
      And the admin has deleted the Account "Acme"
      When the admin queries deleted records too
        """
        SELECT Name, IsDeleted FROM Account ORDER BY Name
        """
      Then the query returns
        | Name | IsDeleted |
        | Acme | true      |
        | Blue | false     |

    @route:rest/query-all-more
    Scenario: Its pages too
      Given 201 Account records named "Acme"
      And the admin sends
        """
        GET /services/data/v67.0/queryAll?q=SELECT+Name+FROM+Account+ORDER+BY+Name
        Sforce-Query-Options: batchSize=200
        """
      When the admin asks for the next page
      Then the page holds 1 of 201 records and is the last

    @route:rest/query
    Scenario: An ordinary query does not
      Given these Account records
        | Name |
        | Acme |
        | Blue |
      And the admin has deleted the Account "Acme"
      When the admin queries "SELECT Name FROM Account"
      Then the query returns "Blue"

  @route:rest/query
  Rule: Batches

    Scenario Outline: batchSize=<size>
      Given 202 Account records named "Acme"
      When the admin sends
        """
        GET /services/data/v67.0/query?q=SELECT+Name+FROM+Account
        Sforce-Query-Options: batchSize=<size>
        """
      Then the page holds <held> of 202 records and <is> the last

      Examples:
        | size | held | is     |
        | 1    | 200  | is not |
        | 200  | 200  | is not |
        | 201  | 201  | is not |
        | 2000 | 202  | is     |
        | 9999 | 202  | is     |
        | many | 202  | is     |

    Scenario: Two long texts make small pages
      Given the custom field "Story__c" on Account with
        | type   | LongTextArea |
        | length | 1000         |
      And the custom field "Moral__c" on Account with
        | type   | Html |
        | length | 1000 |
      And 201 Account records named "Acme"
      When the admin queries "SELECT Name, Story__c FROM Account"
      Then the page holds 201 of 201 records and is the last
      When the admin queries "SELECT Name, Story__c, Moral__c FROM Account"
      Then the page holds 200 of 201 records and is not the last
      When the admin asks for the next page
      Then the page holds 1 of 201 records and is the last

  @route:rest/query-more
  Rule: Locators

    Scenario: Any row may be the first of a page, and only the asker's own result is found
      Given 201 Account records named "Acme"
      And a user "ada" with the profile "System Administrator"
      And the admin sends
        """
        GET /services/data/v67.0/query?q=SELECT+Name+FROM+Account+ORDER+BY+Name
        Sforce-Query-Options: batchSize=200
        """
      And "/nextRecordsUrl" of the answer is noted as "next"
      When "ada" reads "{note:next}"
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/json;charset=UTF-8

        [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]
        """
      When the admin reads "{note:next}"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 201, "done": true, "records": [{"attributes": {"type": "Account", "url": "{string}"}, "Name": "Acme 00201"}]}
        """
