@R-F2 @route:rest/query @own-org
Feature: SOQL: relationships
  Parents by dotted paths, children by subqueries, and references that may point at several objects.

  Background:
    Given these Account records
      | Name  | Industry | Phone |
      | Acme  | Banking  | 0123  |
      | Blue  |          |       |
    And these Contact records
      | LastName | AccountId | Email         |
      | Hopper   | {id:Acme} | g@example.com |
      | Lovelace | {id:Acme} |               |
      | Turing   |           |               |
    And these Task records
      | Subject | WhatId    | WhoId       |
      | Call    | {id:Acme} | {id:Hopper} |
      | Plan    | {id:Blue} |             |
      | Rest    |           |             |

  Rule: Polymorphic references

    Scenario: Fields every parent has
      When the admin queries "SELECT Subject, What.Name, What.Type, Who.Name, Owner.Name FROM Task ORDER BY Subject"
      Then the query returns
        | Subject | What.Name | What.Type | Who.Name | Owner.Name |
        | Call    | Acme      | Account   | Hopper   | {any}      |
        | Plan    | Blue      | Account   | null     | {any}      |
        | Rest    | null      | null      | null     | {any}      |

    Scenario Outline: <condition>
      When the admin queries "SELECT Subject FROM Task WHERE <condition> ORDER BY Subject"
      Then the query returns "<names>" in this order

      Examples:
        | condition                        | names      |
        | What.Type = 'Account'            | Call, Plan |
        | What.Type IN ('Opportunity')     |            |
        | What.Name LIKE 'a%'              | Call       |
        | What.Name = null                 | Rest       |
        | Who.Type = 'Contact'             | Call       |
        | WhoId != null                    | Call       |
        | What.Type IN ('Account', 'Opportunity') | Call, Plan |
        | What.Type = 'account'            | Call, Plan |
        | What.Type != 'Account'           | Rest       |
        | What.Phone = '0123'              | Call       |
        | WhatId IN (SELECT Id FROM Account WHERE Industry = 'Banking') | Call |

    Scenario: TYPEOF shows what each kind of parent has
      When the admin queries "SELECT Subject, TYPEOF What WHEN Account THEN Phone, Industry WHEN Opportunity THEN Amount ELSE Name END FROM Task ORDER BY Subject"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 3, "done": true, "records": [
          {"attributes": {"type": "Task", "url": "{any}"}, "Subject": "Call", "What": {"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Phone": "0123", "Industry": "Banking"}},
          {"attributes": {"type": "Task", "url": "{any}"}, "Subject": "Plan", "What": {"attributes": {"type": "Account", "url": "{any}"}, "Phone": null, "Industry": null}},
          {"attributes": {"type": "Task", "url": "{any}"}, "Subject": "Rest", "What": null}
        ]}
        """

    Scenario: ELSE shows what every parent has, branches may walk on, several may stand in one query
      When the admin queries "SELECT TYPEOF What WHEN Opportunity THEN Amount ELSE Name, Type END, TYPEOF Owner WHEN User THEN Username, Profile.Name END FROM Task WHERE Subject = 'Call'"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Task", "url": "{string}"},
          "What": {"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Name": "Acme", "Type": "Account"},
          "Owner": {"attributes": {"type": "User", "url": "/services/data/v67.0/sobjects/User/{user id}"}, "Username": "{username}", "Profile": {"attributes": {"type": "Profile", "url": "{string}"}, "Name": "System Administrator"}}}]}
        """

    Scenario: A polymorphic parent without TYPEOF is a Name, an owner what it is
      When the admin queries "SELECT What.Name, Owner.Name FROM Task WHERE Subject = 'Call'"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Task", "url": "{string}"},
          "What": {"attributes": {"type": "Name", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Name": "Acme"},
          "Owner": {"attributes": {"type": "User", "url": "/services/data/v67.0/sobjects/User/{user id}"}, "Name": "{string}"}}]}
        """

    Scenario: A branch for an object the reference cannot point to
      When the admin queries "SELECT TYPEOF What WHEN User THEN Name END FROM Task"
      Then the query fails with "INVALID_TYPE" saying
        """
        SELECT TYPEOF What WHEN User THEN Name END FROM Task
                                ^
        ERROR at Row:1:Column:25
        sObject type 'User' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.
        """

    Scenario: Without ELSE, other kinds are null
      When the admin queries "SELECT TYPEOF What WHEN Opportunity THEN Amount END, TYPEOF Who WHEN Contact THEN Email ELSE Name END FROM Task WHERE Subject = 'Call'"
      Then the query returns
        | What | Who.Email     |
        | null | g@example.com |

    Scenario Outline: <what>
      When the admin queries "<soql>"
      Then the query fails with "MALFORMED_QUERY" saying "<message>"

      Examples:
        | what                        | soql                                                                | message |
        | TYPEOF of a plain reference | SELECT TYPEOF Account WHEN Account THEN Name END FROM Contact       | TYPEOF requires a polymorphic relationship: Account |
        | TYPEOF beside a function    | SELECT TYPEOF What WHEN Account THEN Name END, COUNT(Id) FROM Task  | TYPEOF is not allowed in a query that uses functions or GROUP BY |
        | TYPEOF within TYPEOF        | SELECT TYPEOF What WHEN Account THEN TYPEOF Owner WHEN User THEN Name END END FROM Task | \nWhat WHEN Account THEN TYPEOF Owner WHEN User THEN Name END END\n                              ^\nERROR at Row:1:Column:45\nunexpected token: 'Owner' |
        | A function within TYPEOF    | SELECT TYPEOF What WHEN Account THEN FORMAT(AnnualRevenue) END FROM Task | \nTYPEOF What WHEN Account THEN FORMAT(AnnualRevenue) END FROM Task\n                                    ^\nERROR at Row:1:Column:44\nunexpected token: '(' |
        | TYPEOF in WHERE             | SELECT Id FROM Task WHERE TYPEOF What WHEN Account THEN Name END = 'x' | \nSELECT Id FROM Task WHERE TYPEOF What WHEN Account THEN Name END\n                                 ^\nERROR at Row:1:Column:34\nunexpected token: 'TYPEOF What' |
        | TYPEOF beside its own path  | SELECT TYPEOF What WHEN Account THEN Phone END, What.Name FROM Task | a relationship can not be both in TYPEOF and in the field list: What |
        | TYPEOF without a branch     | SELECT TYPEOF What ELSE Name END FROM Task                          | \nSELECT TYPEOF What ELSE Name END FROM Task\n                   ^\nERROR at Row:1:Column:20\nunexpected token: 'ELSE' |

  Rule: Children

    Scenario: Children of children
      When the admin queries "SELECT Name, (SELECT LastName, (SELECT Subject FROM Tasks) FROM Contacts WHERE Email != null) FROM Account WHERE Name = 'Acme'"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Account", "url": "{any}"}, "Name": "Acme",
          "Contacts": {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Contact", "url": "{any}"}, "LastName": "Hopper",
            "Tasks": {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Task", "url": "{any}"}, "Subject": "Call"}]}}]}}]}
        """

    Scenario: A subquery may name its parent
      When the admin queries "SELECT a.Name, (SELECT LastName FROM a.Contacts ORDER BY LastName DESC LIMIT 1) FROM Account a WHERE a.Name = 'Acme'"
      Then the query returns
        | Name | Contacts |
        | Acme | Lovelace |

    Scenario Outline: <what>
      When the admin queries "<soql>"
      Then the query fails with "<code>" saying "<message>"

      Examples:
        | what                      | soql                                                                      | code            | message |
        | An aggregate below        | SELECT (SELECT COUNT(Id) FROM Contacts) FROM Account                      | MALFORMED_QUERY | only root queries support aggregate expressions |
        | A count below             | SELECT (SELECT COUNT() FROM Contacts) FROM Account                        | MALFORMED_QUERY | only root queries support aggregate expressions |
        | Children of groups        | SELECT Industry, (SELECT Id FROM Contacts) FROM Account GROUP BY Industry | MALFORMED_QUERY | a query that uses aggregate expressions can not have child subqueries |
        | OFFSET of many parents    | SELECT (SELECT Id FROM Contacts OFFSET 1) FROM Account                    | MALFORMED_QUERY | OFFSET in a subquery requires LIMIT 1 in the parent query |
        | A name of no relationship | SELECT (SELECT Id FROM Contact) FROM Account                              | INVALID_TYPE    | \nSELECT (SELECT Id FROM Contact) FROM Account\n                       ^\nERROR at Row:1:Column:24\nDidn't understand relationship 'Contact' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names. |
        | Six steps up              | SELECT Account.Owner.Manager.Manager.Manager.Manager.Name FROM Contact    | MALFORMED_QUERY | Relationship path exceeds the maximum of 5 levels |

  Rule: Semi-joins

    Scenario Outline: <condition>
      When the admin queries "SELECT Name FROM Account WHERE <condition> ORDER BY Name"
      Then the query returns "<names>" in this order

      Examples:
        | condition                                                                                   | names      |
        | Id IN (SELECT AccountId FROM Contact)                                                       | Acme       |
        | Id NOT IN (SELECT AccountId FROM Contact)                                                   | Blue       |
        | Id IN (SELECT AccountId FROM Contact WHERE Email != null) AND Name != 'Blue'                | Acme       |
        | OwnerId IN (SELECT Id FROM User WHERE IsActive = TRUE)                                      | Acme, Blue |
        | Id IN (SELECT Account.Id FROM Contact WHERE Email != null)                                  | Acme       |
        | (Id IN (SELECT AccountId FROM Contact)) AND OwnerId IN (SELECT Id FROM User)                | Acme       |
        | Id NOT IN (SELECT AccountId FROM Contact WHERE LastName = 'Turing')                         | Acme, Blue |
        | ParentId NOT IN (SELECT AccountId FROM Contact)                                             | Acme, Blue |
        | Account.Id IN (SELECT Contact.AccountId FROM Contact)                                       | Acme       |
        | Account.Id NOT IN (SELECT AccountId FROM Contact)                                           | Blue       |

    @own-org
    Scenario: A reference to objects of many kinds takes custom ones too
      Given the custom object "Crate__c"
      And the admin has created the Crate__c "full" with
        | Name | full |
      And the admin has created the Attachment "list" with
        | Name     | list      |
        | ParentId | {id:full} |
        | Body     | bGlzdA==  |
      When the admin queries "SELECT Name FROM Attachment WHERE ParentId IN (SELECT Id FROM Crate__c WHERE Name = 'full')"
      Then the query returns "list" in this order
      When the admin queries "SELECT Id FROM Attachment WHERE OwnerId IN (SELECT Id FROM Crate__c)"
      Then the query fails with "MALFORMED_QUERY" saying "The selected field 'Id' in the subquery and the left operand field in the where expression in the outer query 'OwnerId' should point to the same object type"

    Scenario: An alias may stand before the id
      When the admin queries "SELECT a.Name FROM Account a WHERE a.Id IN (SELECT c.AccountId FROM Contact c) ORDER BY a.Name"
      Then the query returns "Acme" in this order

    Scenario Outline: <what>
      When the admin queries "SELECT Name FROM Account WHERE <condition>"
      Then the query fails with "<code>" saying "<message>"

      Examples:
        | what                 | condition                                                                                                                  | code                             | message |
        | An id of the parent  | Account.Parent.Id IN (SELECT AccountId FROM Contact)                                                                       | MALFORMED_QUERY                  | The left operand field in the where expression for outer query should be an id field, cannot use: 'Account.Parent.Id' |
        | Under OR             | Name = 'x' OR Id IN (SELECT AccountId FROM Contact)                                                                        | MALFORMED_QUERY                  | Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions. |
        | The same object      | Id IN (SELECT ParentId FROM Account)                                                                                       | MALFORMED_QUERY                  | The inner and outer selects should not be on the same object type |
        | Not an id            | Id IN (SELECT LastName FROM Contact)                                                                                       | MALFORMED_QUERY                  | semi join sub-selects can only query id fields, cannot use: 'LastName' |
        | One in another       | Id IN (SELECT AccountId FROM Contact WHERE Id IN (SELECT ContactId FROM Case))                                             | MALFORMED_QUERY                  | Nesting of semi join sub-selects is not supported |
        | Two steps            | Id IN (SELECT Account.Parent.Id FROM Contact)                                                                              | MALFORMED_QUERY                  | inner select field cannot have more than one level of relationships |
        | A third              | Id IN (SELECT AccountId FROM Contact) AND Id IN (SELECT AccountId FROM Case) AND Id IN (SELECT AccountId FROM Opportunity) | EXCEEDED_MAX_SEMIJOIN_SUBSELECTS | There is a limit of 2 semi-join sub-selects |
        | Sorted inside        | Id IN (SELECT AccountId FROM Contact ORDER BY Name)                                                                        | MALFORMED_QUERY                  | ORDER BY is not allowed in a semi join sub-select |
        | Limited inside       | Id IN (SELECT AccountId FROM Contact LIMIT 1)                                                                              | MALFORMED_QUERY                  | LIMIT is not allowed in a semi join sub-select |
        | An offset inside     | Id IN (SELECT AccountId FROM Contact OFFSET 1)                                                                             | MALFORMED_QUERY                  | OFFSET is not allowed in a semi join sub-select |
        | Locked inside        | Id IN (SELECT AccountId FROM Contact FOR UPDATE)                                                                           | MALFORMED_QUERY                  | \n(SELECT AccountId FROM Contact FOR UPDATE)\n                                   ^\nERROR at Row:1:Column:73\nunexpected token: 'FOR UPDATE' |
        | TYPEOF inside        | OwnerId IN (SELECT TYPEOF Owner WHEN User THEN Id END FROM Case)                                                           | MALFORMED_QUERY                  | TYPEOF is not allowed in a semi join sub-select |
        | Two fields inside    | Id IN (SELECT AccountId, Id FROM Contact)                                                                                  | MALFORMED_QUERY                  | more than one field is not allowed in a semi join sub-select |
        | An alias inside      | Id IN (SELECT AccountId a FROM Contact)                                                                                    | MALFORMED_QUERY                  | only aggregate expressions use field aliasing |
        | Under NOT            | NOT Id IN (SELECT AccountId FROM Contact)                                                                                  | MALFORMED_QUERY                  | Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions. |
        | A level down         | (Id IN (SELECT AccountId FROM Contact) AND Name != 'x') AND Name != 'y'                                                    | MALFORMED_QUERY                  | Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions. |
        | A path outside       | Owner.Id IN (SELECT Id FROM User)                                                                                          | MALFORMED_QUERY                  | The left operand field in the where expression for outer query should be an id field, cannot use: 'Owner.Id' |
        | Events inside        | Id IN (SELECT WhatId FROM Event)                                                                                           | MALFORMED_QUERY                  | Entity 'Event' is not supported for semi join inner selects |
        | Attachments inside   | Id IN (SELECT ParentId FROM Attachment)                                                                                    | MALFORMED_QUERY                  | Entity 'Attachment' is not supported for semi join inner selects |
        | Notes inside         | Id IN (SELECT ParentId FROM Note)                                                                                          | MALFORMED_QUERY                  | Entity 'Note' is not supported for semi join inner selects |
        | Counted inside       | Id IN (SELECT COUNT() FROM Contact)                                                                                        | MALFORMED_QUERY                  | only root queries support aggregate expressions |
        | Tasks inside         | Id IN (SELECT WhatId FROM Task)                                                                                            | MALFORMED_QUERY                  | Entity 'Task' is not supported for semi join inner selects |
        | Another object's ids | Id IN (SELECT OwnerId FROM Contact)                                                                                        | MALFORMED_QUERY                  | The selected field 'OwnerId' in the subquery and the left operand field in the where expression in the outer query 'Id' should point to the same object type |
        | Not an id outside    | Name IN (SELECT AccountId FROM Contact)                                                                                    | MALFORMED_QUERY                  | The left operand field in the where expression for outer query should be an id field, cannot use: 'Name' |

  Rule: Scheduled jobs

    Scenario: What a scheduled job is, by way of its trigger
      When the admin queries "SELECT Id, CronJobDetail.Name, CronJobDetail.JobType FROM CronTrigger WHERE CronJobDetail.JobType = '7' ORDER BY NextFireTime"
      Then the query returns nothing

    Scenario: A field that it has not
      When the admin queries "SELECT CronJobDetail.State FROM CronTrigger"
      Then the query fails with "INVALID_FIELD" saying "{string}No such column 'State' on entity 'CronJobDetail'{string}"
