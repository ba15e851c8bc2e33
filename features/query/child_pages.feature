@R-F2 @own-org
Feature: SOQL: lists of children
  Each record's children are a result of their own, with pages of their own.

  @route:rest/query
  Rule: What a subquery may ask

    Background:
      Given these Account records
        | Name |
        | Acme |
        | Blue |
      And these Contact records
        | LastName | AccountId | Email         |
        | Hopper   | {id:Acme} | g@example.com |
        | Lovelace | {id:Acme} |               |

    Scenario: The children stand where the subquery stands, none are null
      When the admin queries "SELECT Id, (SELECT LastName FROM Contacts ORDER BY LastName), Name FROM Account ORDER BY Name"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 2, "done": true, "records": [
          {"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Id": "{id:Acme}", "Contacts": {"totalSize": 2, "done": true, "records": [
            {"attributes": {"type": "Contact", "url": "/services/data/v67.0/sobjects/Contact/{id:Hopper}"}, "LastName": "Hopper"},
            {"attributes": {"type": "Contact", "url": "/services/data/v67.0/sobjects/Contact/{id:Lovelace}"}, "LastName": "Lovelace"}]}, "Name": "Acme"},
          {"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Blue}"}, "Id": "{id:Blue}", "Contacts": null, "Name": "Blue"}]}
        """

    Scenario Outline: <subquery>
      When the admin queries "SELECT Name, (<subquery>) FROM Account WHERE Name = 'Acme' LIMIT 1"
      Then the query returns
        | Name | Contacts   |
        | Acme | <children> |

      Examples:
        | subquery                                                                       | children         |
        | SELECT LastName FROM Contacts ORDER BY LastName DESC                           | Lovelace, Hopper |
        | SELECT LastName FROM Contacts WHERE Email = null                               | Lovelace         |
        | SELECT LastName FROM Contacts WHERE Account.Name = 'Acme' ORDER BY Email NULLS LAST | Hopper, Lovelace |
        | SELECT LastName FROM Contacts ORDER BY LastName LIMIT 1                        | Hopper           |
        | SELECT LastName FROM Contacts ORDER BY LastName LIMIT 1 OFFSET 1               | Lovelace         |
        | SELECT LastName FROM Contacts LIMIT 0                                          | null             |
        | SELECT LastName FROM Account.Contacts WHERE LastName LIKE 'H%'                 | Hopper           |
        | SELECT c.LastName FROM Contacts c WHERE c.LastName LIKE 'H%'                   | Hopper           |
        | SELECT LastName, Account.Name FROM Contacts WHERE LastName LIKE 'H%'           | Hopper           |
        | SELECT toLabel(LeadSource), LastName FROM Contacts WHERE LastName LIKE 'X%'    | null             |

    Scenario: TYPEOF in a subquery
      Given these Task records
        | Subject | WhatId    | WhoId       |
        | Call    | {id:Acme} | {id:Hopper} |
      When the admin queries "SELECT Id, (SELECT TYPEOF Who WHEN Contact THEN Email ELSE Name END, Subject FROM Tasks) FROM Account WHERE Name = 'Acme'"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Account", "url": "{string}"}, "Id": "{id:Acme}", "Tasks": {"totalSize": 1, "done": true, "records": [
          {"attributes": {"type": "Task", "url": "{string}"}, "Who": {"attributes": {"type": "Contact", "url": "/services/data/v67.0/sobjects/Contact/{id:Hopper}"}, "Email": "g@example.com"}, "Subject": "Call"}]}}]}
        """

    Scenario: Twenty lists of children, and no more
      When the admin queries "SELECT Name, (SELECT Id FROM ChildAccounts), (SELECT Id FROM AccountContactRoles), (SELECT Id FROM Histories), (SELECT Id FROM Shares), (SELECT Id FROM Assets), (SELECT Id FROM ProvidedAssets), (SELECT Id FROM ServicedAssets), (SELECT Id FROM Attachments), (SELECT Id FROM Cases), (SELECT Id FROM Contacts), (SELECT Id FROM ContentDocumentLinks), (SELECT Id FROM Contracts), (SELECT Id FROM Emails), (SELECT Id FROM Events), (SELECT Id FROM Notes), (SELECT Id FROM Opportunities), (SELECT Id FROM Orders), (SELECT Id FROM PartnersFrom), (SELECT Id FROM PartnersTo), (SELECT Id FROM Tasks) FROM Account WHERE Name = 'Blue'"
      Then the query returns "Blue"
      When the admin queries "SELECT Name, (SELECT Id FROM ChildAccounts), (SELECT Id FROM AccountContactRoles), (SELECT Id FROM Histories), (SELECT Id FROM Shares), (SELECT Id FROM Assets), (SELECT Id FROM ProvidedAssets), (SELECT Id FROM ServicedAssets), (SELECT Id FROM Attachments), (SELECT Id FROM Cases), (SELECT Id FROM Contacts), (SELECT Id FROM ContentDocumentLinks), (SELECT Id FROM Contracts), (SELECT Id FROM Emails), (SELECT Id FROM Events), (SELECT Id FROM Notes), (SELECT Id FROM Opportunities), (SELECT Id FROM Orders), (SELECT Id FROM PartnersFrom), (SELECT Id FROM PartnersTo), (SELECT Id FROM Tasks), (SELECT Id FROM Users) FROM Account WHERE Name = 'Blue'"
      Then the query fails with "MALFORMED_QUERY" saying "The query has more than 20 child relationships"

    Scenario Outline: <what>
      When the admin queries "<query>"
      Then the query fails with "<code>" saying "<message>"

      Examples:
        | what                          | query                                                                                        | code            | message |
        | The same children twice       | SELECT (SELECT Id FROM Contacts), (SELECT Id FROM Contacts) FROM Account                     | INVALID_FIELD   | duplicate field selected: Contacts |
        | A semi-join below             | SELECT (SELECT Id FROM Contacts WHERE Id IN (SELECT ContactId FROM Case)) FROM Account       | MALFORMED_QUERY | Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions. |
        | All fields of all children    | SELECT (SELECT FIELDS(ALL) FROM Contacts) FROM Account                                       | MALFORMED_QUERY | The SOQL FIELDS function must have a LIMIT of at most 200 |
        | A group below                 | SELECT (SELECT LastName FROM Contacts GROUP BY LastName) FROM Account                        | MALFORMED_QUERY | only root queries support aggregate expressions |
        | A scope below                 | SELECT Id, (SELECT Id FROM Contacts USING SCOPE mine) FROM Account                           | MALFORMED_QUERY | \n(SELECT Id FROM Contacts USING SCOPE mine) FROM Account\n                                     ^\nERROR at Row:1:Column:49\nunexpected token: 'USING' |
        | Six levels                    | SELECT (SELECT (SELECT (SELECT (SELECT (SELECT Id FROM ChildAccounts) FROM ChildAccounts) FROM ChildAccounts) FROM ChildAccounts) FROM ChildAccounts) FROM Account | MALFORMED_QUERY | SOQL statements cannot query aggregate relationships more than 4 levels away from the root entity object. |

  @route:rest/query
  Rule: Children of children are read from version 58 on

    Background:
      Given these Account records
        | Name |
        | A    |
      And these Account records
        | Name | ParentId |
        | B    | {id:A}   |
      And these Account records
        | Name | ParentId |
        | C    | {id:B}   |
      And these Account records
        | Name | ParentId |
        | D    | {id:C}   |
      And these Account records
        | Name | ParentId |
        | E    | {id:D}   |

    Scenario: Five levels, the root being the first
      When the admin queries "SELECT Name, (SELECT Name, (SELECT Name, (SELECT Name, (SELECT Name FROM ChildAccounts) FROM ChildAccounts) FROM ChildAccounts) FROM ChildAccounts) FROM Account WHERE Name = 'A'"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": "{any}", "Name": "A", "ChildAccounts": {"totalSize": 1, "done": true, "records": [{"attributes": "{any}", "Name": "B", "ChildAccounts":
          {"totalSize": 1, "done": true, "records": [{"attributes": "{any}", "Name": "C", "ChildAccounts": {"totalSize": 1, "done": true, "records": [{"attributes": "{any}", "Name": "D", "ChildAccounts":
          {"totalSize": 1, "done": true, "records": [{"attributes": "{any}", "Name": "E"}]}}]}}]}}]}}]}
        """

    Scenario: Five levels up
      When the admin queries "SELECT Name, Parent.Name, Parent.Parent.Parent.Parent.Name, Parent.Parent.Parent.Parent.Owner.Username FROM Account WHERE Parent.Parent.Parent.Parent.Name = 'A'"
      Then the query returns
        | Name | Parent.Name | Parent.Parent.Parent.Parent.Name | Parent.Parent.Parent.Parent.Owner.Username |
        | E    | D           | A                                | {username}                                 |

    Scenario: Version 57 knows one level of children
      When the admin sends
        """
        GET /services/data/v57.0/query?q=SELECT+Name,(SELECT+Name,(SELECT+Name+FROM+ChildAccounts)+FROM+ChildAccounts)+FROM+Account
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "SOQL statements cannot query aggregate relationships more than 1 level away from the root entity object.", "errorCode": "MALFORMED_QUERY"}]
        """
      When the admin sends
        """
        GET /services/data/v57.0/query?q=SELECT+Name,(SELECT+Name+FROM+ChildAccounts)+FROM+Account+WHERE+Name='A'
        """
      Then the query returns
        | Name | ChildAccounts |
        | A    | B             |

  @route:rest/query @route:rest/query-more
  Rule: A long list of children has pages

    Scenario: The rest of the children is behind the list's own address
      Given these Account records
        | Name |
        | Acme |
      And these Contact records
        | LastName | AccountId |
        | Zed      | {id:Acme} |
      When the admin sends 200 times the part in angle brackets
        """
        POST /services/data/v67.0/composite/sobjects
        Content-Type: application/json

        {"records": [<{"attributes": {"type": "Contact"}, "LastName": "Child #", "AccountId": "{id:Acme}"}>]}
        """
      And the admin sends
        """
        GET /services/data/v67.0/query?q=SELECT+Name,(SELECT+LastName+FROM+Contacts+ORDER+BY+LastName)+FROM+Account
        Sforce-Query-Options: batchSize=200
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": "{any}", "Name": "Acme", "Contacts": {"totalSize": 201, "done": false, "nextRecordsUrl": "/services/data/v67.0/query/{id}-200", "records": [{"attributes": "{any}", "LastName": "Child 1"}, "..."]}}]}
        """
      When "/records/0/Contacts/nextRecordsUrl" of the answer is noted as "next"
      And the admin reads "{note:next}"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 201, "done": true, "records": [{"attributes": {"type": "Contact", "url": "{string}"}, "LastName": "Zed"}]}
        """
