@R-F3 @route:rest/search
Feature: SOSL: what is returned
  Each object of RETURNING shows its own fields of its own choice of records.

  Background:
    Given these Account records
      | Name      | Phone          | Industry | NumberOfEmployees |
      | Acme One  | (415) 555-1212 | Banking  | 10                |
      | Acme Two  |                | Energy   | 20                |
      | Acme Four |                | Banking  | 40                |
    And these Contact records
      | FirstName | LastName | Email                |
      | Ada       | Acme     | ada@lovelace.example |
      | Bob       | Acme     | bob@acme.example     |

  Scenario: Lists stand in the order of RETURNING
    When the admin searches "FIND {acme} RETURNING Contact(LastName ORDER BY Email), Account(Name ORDER BY Name LIMIT 1)"
    Then the search finds
      | type    | LastName | Name      |
      | Contact | Acme     | null      |
      | Contact | Acme     | null      |
      | Account | null     | Acme Four |

  Scenario: Without a field list only ids are returned
    When the admin searches "FIND {ada} RETURNING Contact"
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/json;charset=UTF-8

      {"searchRecords": [{"attributes": {"type": "Contact", "url": "{string}"}, "Id": "{id}"}]}
      """

  Scenario: Without RETURNING every object is searched
    When the admin searches "FIND {acme}"
    Then the search finds 5 records

  Scenario: Conditions choose among what was found
    When the admin searches "FIND {acme} RETURNING Account(Name, toLabel(Industry) branch WHERE NumberOfEmployees > 10 ORDER BY Name DESC)"
    Then the search finds
      | Name      | branch  |
      | Acme Two  | Energy  |
      | Acme Four | Banking |

  Scenario: Parents are shown as in queries
    Given the admin has created the Contact "Eve" with
      | LastName  | Eve            |
    When the admin searches "FIND {eve} RETURNING Contact(Name, Owner.Username, Account.Name)"
    Then the search finds
      | Name | Owner.Username   | Account.Name |
      | Eve  | {username} | null         |

  Scenario: A page of a sorted list
    When the admin searches "FIND {acme} RETURNING Account(Name ORDER BY Name LIMIT 1 OFFSET 1)"
    Then the search finds
      | Name     |
      | Acme One |

  Scenario: A limit of the whole search is divided among its objects
    When the admin searches "FIND {acme} RETURNING Account(Name), Contact(Name) LIMIT 3"
    Then the search finds 3 records

  Scenario Outline: IN <group> FIELDS looks at those fields only
    When the admin searches "FIND {<terms>} IN <group> FIELDS RETURNING <object>"
    Then the search finds <count> records

    Examples:
      | group   | terms    | object                         | count |
      | NAME    | acme     | Contact(Email)                 | 2     |
      | EMAIL   | acme     | Contact(Email)                 | 1     |
      | EMAIL   | acme     | Account(Name)                  | 0     |
      | PHONE   | 5551212  | Account(Name)                  | 1     |
      | PHONE   | 415*     | Account(Name)                  | 1     |
      | ALL     | lovelace | Contact(Email)                 | 1     |
      | SIDEBAR | acme     | Contact(Email), Account(Name)  | 5     |

  Scenario: What was deleted is not found, what was changed is found anew
    Given the admin searches "FIND {acme} RETURNING Account(Name)"
    And the admin has created the Account "Acme Five" with
      | Name | Acme Five |
    And the admin has created the Account "Acme Six" with
      | Name | Acme Six |
    And the admin has deleted the Account "Acme Six"
    When the admin searches "FIND {acme AND (five OR six)} RETURNING Account(Name)"
    Then the search finds "Acme Five"

  Scenario: A custom field is searched as soon as it is there
    Given the admin searches "FIND {acme} RETURNING Account(Name)"
    And the custom field "Motto__c" on Account with
      | type   | Text |
      | length | 80   |
    And the admin has created the Account "Blue" with
      | Name     | Blue          |
      | Motto__c | per aspera    |
    When the admin searches "FIND {aspera} RETURNING Account(Name)"
    Then the search finds "Blue"

  Scenario: Found words are marked
    When the admin searches "FIND {acme two} RETURNING Account(Name) WITH HIGHLIGHT"
    Then the search finds
      | Name     | highlight.Name                           |
      | Acme Two | <mark>Acme</mark> <mark>Two</mark>       |

  Scenario: Labels of the fields
    When the admin searches "FIND {ada} RETURNING Contact(LastName, Email) WITH METADATA='LABELS'"
    Then the answer on the wire is
      """
      HTTP 200

      {"searchRecords": [{"attributes": {"type": "Contact", "url": "{string}"}, "LastName": "Acme", "Email": "ada@lovelace.example"}], "metadata": {"entityetadata": [{"entityName": "Contact", "fieldMetadata": [{"name": "LastName", "label": "Last Name"}, {"name": "Email", "label": "Email"}]}]}}
      """

  Scenario: Case records come with a snippet
    Given these Case records
      | Subject | Description                      |
      | Trouble | The rocket <lost> its second stage |
    When the admin searches "FIND {stage} RETURNING Case(Subject) WITH SNIPPET (target_length=60)"
    Then the search finds
      | Subject | snippet.text                                                  |
      | Trouble | The rocket &lt;lost&gt; its second <mark>stage</mark>          |

  Scenario: Before version 37 the answer is an array
    When the admin sends
      """
      GET /services/data/v36.0/search?q=FIND+%7Bada%7D+RETURNING+Contact(LastName)
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"attributes": {"type": "Contact", "url": "{string}"}, "LastName": "Acme"}]
      """

  Scenario: An object that does not exist
    When the admin searches "FIND {acme} RETURNING Nope"
    Then the search fails with "INVALID_TYPE" saying
      """
      FIND {acme} RETURNING Nope
                            ^
      ERROR at Row:1:Column:23
      sObject type 'Nope' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.
      """

  Scenario: A field that does not exist
    When the admin searches "FIND {acme} RETURNING Account(Id, Nope)"
    Then the search fails with "INVALID_FIELD" saying
      """
      FIND {acme} RETURNING Account(Id, Nope)
                                        ^
      ERROR at Row:1:Column:35
      No such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.
      """

  Scenario Outline: A clause that is wrong: <clause>
    When the admin searches "FIND {acme} <clause>"
    Then the search fails with "<code>" saying "<message>"

    Examples:
      | clause                                   | code                       | message                                                          |
      | RETURNING Account(Id OFFSET 2001)        | NUMBER_OUTSIDE_VALID_RANGE | SOSL offset should be between 0 to 2000                          |
      | RETURNING Account, Account               | MALFORMED_SEARCH           | duplicate object in RETURNING clause: Account                    |
      | RETURNING OpportunityHistory             | INVALID_TYPE_FOR_OPERATION | entity type OpportunityHistory does not support search           |
      | RETURNING Account(COUNT(Id))             | MALFORMED_SEARCH           | aggregate functions are not supported in a search: COUNT         |

  Scenario: Without a search
    When the admin sends
      """
      GET /services/data/v67.0/search
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "A search string has to be specified", "errorCode": "MALFORMED_SEARCH"}]
      """
