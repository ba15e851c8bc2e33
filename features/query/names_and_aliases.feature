@R-F2 @route:rest/query @own-org
Feature: SOQL: aliases and paths
  Names of objects and parents, short names for them, and how paths become objects in the answer.

  Background:
    Given these Account records
      | Name | Industry |
      | Acme | Banking  |
      | Blue |          |
    And these Contact records
      | LastName | AccountId |
      | Hopper   | {id:Acme} |
      | Lovelace | {id:Blue} |
      | Turing   |           |

  Scenario: Paths of one parent are one object, where the first of them stands
    When the admin queries "SELECT LastName, Account.Id, AccountId, Account.Owner.Username, Email, account.NAME FROM Contact WHERE LastName = 'Hopper'"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Contact", "url": "/services/data/v67.0/sobjects/Contact/{id:Hopper}"}, "LastName": "Hopper",
        "Account": {"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Id": "{id:Acme}",
          "Owner": {"attributes": {"type": "User", "url": "/services/data/v67.0/sobjects/User/{user id}"}, "Username": "{username}"}, "Name": "Acme"},
        "AccountId": "{id:Acme}", "Email": null}]}
      """

  Scenario: A parent that is missing is null
    When the admin queries "SELECT LastName, Account.Name, Account.Owner.Name FROM Contact WHERE LastName = 'Turing'"
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Contact", "url": "{string}"}, "LastName": "Turing", "Account": null}]}
      """

  Scenario Outline: <query>
    When the admin queries "<query>"
    Then the query returns "<names>" in this order

    Examples:
      | query                                                                                                     | names                    |
      | SELECT c.LastName FROM Contact c WHERE c.Account.Name = 'Acme'                                            | Hopper                   |
      | SELECT c.LastName FROM Contact AS c WHERE LastName = 'Turing'                                             | Turing                   |
      | SELECT c.LastName, a.Name, u.Alias FROM Contact c, c.Account a, a.CreatedBy u ORDER BY a.Name NULLS LAST  | Hopper, Lovelace, Turing |
      | SELECT LastName FROM Contact c, c.Account a WHERE a.Industry = 'Banking'                                  | Hopper                   |
      | SELECT Contact.LastName FROM Contact WHERE Contact.Account.Name = 'Blue'                                  | Lovelace                 |
      | SELECT LastName FROM Contact ORDER BY Account.Industry NULLS LAST, LastName                               | Hopper, Lovelace, Turing |
      | SELECT LastName FROM Contact ORDER BY Account.Name DESC                                                   | Turing, Lovelace, Hopper |
      | SELECT LastName FROM Contact ORDER BY Account.Name DESC NULLS LAST                                        | Lovelace, Hopper, Turing |
      | SELECT LastName FROM Contact WHERE Account.Name != 'Acme' ORDER BY LastName                               | Lovelace, Turing         |
      | SELECT LastName FROM Contact WHERE Account.Name = null                                                    | Turing                   |
      | SELECT LastName FROM Contact WHERE LastName = 'Turing' OR Account.Name = 'Acme' ORDER BY LastName         | Hopper, Turing           |
      | SELECT LastName FROM Contact WHERE Account.IsDeleted = false ORDER BY LastName                            | Hopper, Lovelace, Turing |
      | select lastname from contact where account.name like 'b%'                                                 | Lovelace                 |

  Scenario Outline: <what>
    When the admin queries "<query>"
    Then the query fails with "<code>" saying "<message>"

    Examples:
      | what                        | query                                                           | code            | message |
      | One alias for two           | SELECT Id FROM Contact c, c.Account c                           | MALFORMED_QUERY | duplicate alias: c |
      | A reserved word as alias    | SELECT Id FROM Account like                                     | MALFORMED_QUERY | \nSELECT Id FROM Account like\n                       ^\nERROR at Row:1:Column:24\nunexpected token: 'like' |
      | An alias nobody gave        | SELECT x.Name FROM Contact c                                    | INVALID_FIELD   | \nSELECT x.Name FROM Contact c\n       ^\nERROR at Row:1:Column:8\nDidn't understand relationship 'x' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names. |
      | Another object beside       | SELECT Id FROM Contact, Lead                                    | INVALID_FIELD   | \nSELECT Id FROM Contact, Lead\n                        ^\nERROR at Row:1:Column:25\nDidn't understand relationship 'Lead' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names. |
      | A field twice in two cases  | SELECT Name, NAME FROM Account                                  | INVALID_FIELD   | duplicate field selected: Name |
      | A parent's field twice      | SELECT Account.Name, account.name FROM Contact                  | INVALID_FIELD   | duplicate field selected: Account.Name |
      | Six steps up                | SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account | MALFORMED_QUERY | Relationship path exceeds the maximum of 5 levels |

  Rule: FIELDS()

    Scenario: Only custom fields
      Given the custom field "Code__c" on Account with
        | type   | Text |
        | length | 20   |
      When the admin queries "SELECT Name, FIELDS(CUSTOM) FROM Account ORDER BY Name LIMIT 1"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Account", "url": "{string}"}, "Name": "Acme", "Code__c": null}]}
        """

    Scenario: No custom field is nothing to add
      When the admin queries "SELECT Name, FIELDS(CUSTOM) FROM Account ORDER BY Name LIMIT 1"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Account", "url": "{string}"}, "Name": "Acme"}]}
        """

    Scenario Outline: All fields of at most 200 records: <query>
      When the admin queries "<query>"
      Then the page holds <count> of <count> records and is the last

      Examples:
        | query                                                                             | count |
        | SELECT FIELDS(STANDARD) FROM Account                                              | 2     |
        | SELECT FIELDS(ALL) FROM Account LIMIT 200                                         | 2     |
        | SELECT FIELDS(ALL) FROM Account WHERE Id = '{id:Acme}'                            | 1     |
        | SELECT FIELDS(ALL) FROM Account WHERE Id IN ('{id:Acme}', '{id:Blue}')            | 2     |
        | SELECT FIELDS(ALL) FROM Account WHERE Id = '{id:Acme}' OR Id = '{id:Blue}'        | 2     |
        | SELECT FIELDS(ALL) FROM Account WHERE Id IN ('{id:Acme}') AND Name != 'x'         | 1     |
        | SELECT FIELDS(STANDARD), (SELECT FIELDS(STANDARD) FROM Contacts) FROM Account     | 2     |

    Scenario Outline: <query>
      When the admin queries "<query>"
      Then the query fails with "<code>" saying "<message>"

      Examples:
        | query                                                                 | code            | message |
        | SELECT FIELDS(ALL) FROM Account                                       | MALFORMED_QUERY | The SOQL FIELDS function must have a LIMIT of at most 200 |
        | SELECT FIELDS(ALL) FROM Account LIMIT 201                             | MALFORMED_QUERY | The SOQL FIELDS function must have a LIMIT of at most 200 |
        | SELECT FIELDS(CUSTOM) FROM Account                                    | MALFORMED_QUERY | The SOQL FIELDS function must have a LIMIT of at most 200 |
        | SELECT FIELDS(ALL) FROM Account WHERE Name = 'Acme'                   | MALFORMED_QUERY | The SOQL FIELDS function must have a LIMIT of at most 200 |
        | SELECT FIELDS(ALL) FROM Account WHERE Id IN (SELECT AccountId FROM Contact) | MALFORMED_QUERY | The SOQL FIELDS function must have a LIMIT of at most 200 |
        | SELECT FIELDS(CUSTOM) FROM Account LIMIT 200                          | MALFORMED_QUERY | 'FIELDS(...)' expansion function must result in at least one field being selected. |
        | SELECT Id, FIELDS(STANDARD) FROM Account                              | INVALID_FIELD   | duplicate field selected: Id |
        | SELECT COUNT(Id), FIELDS(STANDARD) FROM Account                       | MALFORMED_QUERY | \nSELECT COUNT(Id), FIELDS(STANDARD) FROM Account\n                  ^\nERROR at Row:1:Column:19\nField must be grouped or aggregated: Id |
        | SELECT FIELDS(NOPE) FROM Account                                      | MALFORMED_QUERY | \nSELECT FIELDS(NOPE) FROM Account\n              ^\nERROR at Row:1:Column:15\nunexpected token: 'NOPE' |
        | SELECT Account.FIELDS(STANDARD) FROM Contact                          | MALFORMED_QUERY | \nSELECT Account.FIELDS(STANDARD) FROM Contact\n                     ^\nERROR at Row:1:Column:22\nunexpected token: '(' |
