@R-F2 @route:rest/query @own-org
Feature: SOQL: scopes and other clauses
  USING SCOPE narrows a query; FOR, WITH, UPDATE and SET OPTIONS change what happens besides, not which rows come back.

  Rule: USING SCOPE

    Background:
      Given a user "Ada" with the profile "System Administrator"
      And these Account records
        | Name  |
        | Ours  |
      And "Ada" has created the Account "Hers" with
        | Name | Hers |

    Scenario Outline: <scope>
      When "Ada" queries "SELECT Name FROM Account USING SCOPE <scope> ORDER BY Name"
      Then the query returns "<names>" in this order

      Examples:
        | scope              | names      |
        | everything         | Hers, Ours |
        | mine               | Hers       |
        | MINE WHERE Name != null | Hers  |
        | team               | Hers       |
        | scopingRule        | Hers, Ours |

    Scenario Outline: <scope> is no scope of <object>
      When the admin queries "SELECT Id FROM <object> USING SCOPE <scope>"
      Then the query fails with "MALFORMED_QUERY" saying "Unsupported scope: <scope>"

      Examples:
        | scope              | object  |
        | nonsense           | Account |
        | my_territory       | Account |
        | my_team_territory  | Account |
        | delegated          | Account |
        | allPrivate         | Account |
        | mine               | Profile |

    Scenario: Tasks handed to somebody else are delegated
      Given these Task records
        | Subject |
        | Own     |
      When the admin queries "SELECT Subject FROM Task USING SCOPE delegated"
      Then the query returns nothing
      When the admin queries "SELECT Subject FROM Task USING SCOPE mine"
      Then the query returns "Own"

    Scenario: A child subquery has no scope
      When the admin queries "SELECT Id, (SELECT Id FROM Contacts USING SCOPE mine) FROM Account"
      Then the query fails with "MALFORMED_QUERY" saying
        """
        (SELECT Id FROM Contacts USING SCOPE mine) FROM Account
                                             ^
        ERROR at Row:1:Column:49
        unexpected token: 'USING'
        """

  Rule: Clauses that leave the rows alone

    Background:
      Given these Account records
        | Name |
        | Acme |

    Scenario Outline: <clause>
      When the admin queries "SELECT Name FROM Account <clause>"
      Then the query returns "Acme"

      Examples:
        | clause                                                                      |
        | FOR VIEW                                                                    |
        | FOR REFERENCE                                                               |
        | LIMIT 5 FOR VIEW, REFERENCE                                                 |
        | WITH SECURITY_ENFORCED                                                      |
        | WITH USER_MODE                                                              |
        | WITH SYSTEM_MODE LIMIT 1                                                    |
        | WITH RecordVisibilityContext (maxDescriptorPerRecord=100)                   |
        | UPDATE TRACKING                                                             |
        | UPDATE TRACKING, VIEWSTAT                                                   |
        | SET OPTIONS (honorEmptyStrings = TRUE)                                      |

    Scenario Outline: <what>
      When the admin queries "<soql>"
      Then the query fails with "MALFORMED_QUERY" saying "<message>"

      Examples:
        | what                       | soql                                                             | message |
        | Apex's lock                | SELECT Id FROM Account LIMIT 1 FOR UPDATE                        | \nSELECT Id FROM Account LIMIT 1 FOR UPDATE\n                                   ^\nERROR at Row:1:Column:36\nunexpected token: 'FOR UPDATE' |
        | Categories of no article   | SELECT Id FROM Account WITH DATA CATEGORY Geography__c AT usa__c | WITH DATA CATEGORY is not supported on entity 'Account' |
        | Four groups of categories  | SELECT Id FROM Account WITH DATA CATEGORY A__c AT a__c AND B__c BELOW b__c AND C__c ABOVE (c__c, d__c) AND D__c ABOVE_OR_BELOW e__c | WITH DATA CATEGORY may name at most 3 category groups |
        | A group of categories twice | SELECT Id FROM Account WITH DATA CATEGORY A__c AT a__c AND A__c AT b__c | category group named twice in WITH DATA CATEGORY: A__c |
        | Categories of either kind  | SELECT Id FROM Account WITH DATA CATEGORY A__c AT a__c OR B__c AT b__c | \nWITH DATA CATEGORY A__c AT a__c OR B__c AT b__c\n                                ^\nERROR at Row:1:Column:56\nunexpected token: 'OR' |
        | A formula                  | SELECT Id FROM Account WHERE FORMULA('1 = 1') = true             | unknown function: FORMULA |
        | A filter of another object | SELECT Id FROM Account WITH UserId = '005'                       | \nSELECT Id FROM Account WITH UserId = '005'\n                            ^\nERROR at Row:1:Column:29\nunexpected token: 'UserId' |
        | An unknown mode            | SELECT Id FROM Account WITH NONSENSE                             | \nSELECT Id FROM Account WITH NONSENSE\n                            ^\nERROR at Row:1:Column:29\nunexpected token: 'NONSENSE' |
        | A visibility of nothing    | SELECT Id FROM Account WITH RecordVisibilityContext ()           | \nWITH RecordVisibilityContext ()\n                              ^\nERROR at Row:1:Column:54\nunexpected token: ')' |
        | Apex's ALL ROWS            | SELECT Id FROM Account ALL ROWS                                  | \nSELECT Id FROM Account ALL ROWS\n                           ^\nERROR at Row:1:Column:28\nunexpected token: 'ROWS' |
        | Statistics there are not   | SELECT Id FROM Account UPDATE NONSENSE                           | \nSELECT Id FROM Account UPDATE NONSENSE\n                              ^\nERROR at Row:1:Column:31\nunexpected token: 'NONSENSE' |
        | Out of order               | SELECT Id FROM Account LIMIT 1 WHERE Name = 'x'                  | \nSELECT Id FROM Account LIMIT 1 WHERE Name = 'x'\n                               ^\nERROR at Row:1:Column:32\nunexpected token: 'WHERE' |
        | HAVING without groups      | SELECT Id FROM Account HAVING COUNT(Id) > 1                      | \nSELECT Id FROM Account HAVING COUNT(Id) > 1\n                       ^\nERROR at Row:1:Column:24\nunexpected token: 'HAVING' |

  Rule: Links of documents are reached through one of their ends

    Scenario Outline: <condition>
      When the admin queries "SELECT Id FROM ContentDocumentLink <condition>"
      Then the query fails with "MALFORMED_QUERY" saying
        """
        Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.
        """

      Examples:
        | condition                                        |
        | LIMIT 1                                          |
        | WHERE Id = '06AFk0000000001IAA'                  |
        | WHERE LinkedEntityId != '001Fk0000000001IAA'     |

    Scenario: By the record it is linked to
      When the admin queries "SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId IN ('001Fk0000000001IAA')"
      Then the query returns nothing
