@R-F9 @route:rest/create
Feature: Validation
  A record that breaks a rule is refused in Salesforce's words, and nothing of it is kept.

  Scenario: A missing required field
    When the admin creates the Contact "Lovelace" with
      | FirstName | Ada |
    Then the error "REQUIRED_FIELD_MISSING" saying "Required fields are missing: [LastName]" points at "LastName"

  Scenario Outline: <what>
    When the admin creates the <object> "bad" with
      | <required> | <text>  |
      | <field>    | <value> |
    Then the error "<code>" saying "<message>" points at "<fields>"

    Examples:
      | what                             | object      | required | text | field         | value                     | code                                    | message                                                       | fields      |
      | A text that is too long          | Contact     | LastName | x    | Salutation    | Herr Professor Doktor Doktor honoris causa multiplex | STRING_TOO_LONG | Salutation: data value too large: {any} (max length=40) | Salutation |
      | An e-mail address that is none   | Contact     | LastName | x    | Email         | nowhere                   | INVALID_EMAIL_ADDRESS                   | Email: invalid email address: nowhere                         | Email       |
      | A reference to another object    | Contact     | LastName | x    | AccountId     | 003Fk00000AbCdEIAV        | MALFORMED_ID                            | Account ID: id value of incorrect type: 003Fk00000AbCdEIAV    | AccountId   |
      | A reference that is no id        | Contact     | LastName | x    | AccountId     | nonsense                  | MALFORMED_ID                            | Account ID: id value of incorrect type: nonsense              | AccountId   |

  Scenario: An unknown field
    When the admin creates the Account "bad" with
      | Name | Acme |
      | Nope | 1    |
    Then the answer is the error "INVALID_FIELD" saying "No such column 'Nope' on sobject of type Account"

  Scenario: A field that only Salesforce writes
    When the admin creates the Account "bad" with
      | Name      | Acme                 |
      | IsDeleted | true                 |
    Then the answer is the error "INVALID_FIELD_FOR_INSERT_UPDATE" saying "Unable to create/update fields: IsDeleted. Please check the security settings of this field and verify that it is read/write for your profile or permission set."

  Scenario: A unique value that is taken
    Given the custom field "Code__c" on Account with
      | type        | Text |
      | length      | 20   |
      | unique      | true |
    And these Account records
      | Name | Code__c |
      | Acme | X1      |
    When the admin creates the Account "bad" with
      | Name    | Other |
      | Code__c | X1    |
    Then the error "DUPLICATE_VALUE" saying "duplicate value found: Code__c duplicates value on record with id: {id15:Acme}" points at ""

  @own-org
  Scenario: Nothing of a refused record is kept
    When the admin creates the Account "bad" with
      | Name | Acme |
      | Nope | 1    |
    And the admin queries "SELECT COUNT() FROM Account"
    Then the query counts 0

  Scenario: A refused change leaves the record as it was
    Given these Contact records
      | LastName | Email          |
      | Lovelace | ada@a.example  |
    When the admin updates the Contact "Lovelace" with
      | LastName | Byron   |
      | Email    | nowhere |
    Then the answer is the error "INVALID_EMAIL_ADDRESS" saying "Email: invalid email address: nowhere"
    And the Contact "Lovelace" has
      | LastName | Lovelace      |
      | Email    | ada@a.example |

  Rule: On the wire

    Scenario Outline: A body that is <what>
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        <body>
        """
      Then the answer is the error "JSON_PARSER_ERROR"

      Examples:
        | what           | body                 |
        | cut short      | {"Name": "Acme"      |
        | no JSON        | Name=Acme            |
        | no object      | ["Acme"]             |

    Scenario: No body at all
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        """
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/json;charset=UTF-8

        [{"message": "The HTTP entity body is required, but this request has no entity body.", "errorCode": "JSON_PARSER_ERROR"}]
        """

    Scenario: A value of another type
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/json

        {"Name": {"first": "Acme"}}
        """
      Then the answer is the error "JSON_PARSER_ERROR" saying "Cannot deserialize instance of string from START_OBJECT value { at [line:{number}, column:{number}]"
