@R-F5 @route:rest/composite-tree
Feature: Trees
  Records with their children, all created or none.

  @own-org
  Scenario: Accounts with contacts
    When the admin sends
      """
      POST /services/data/v67.0/composite/tree/Account
      Content-Type: application/json

      {"records": [
        {"attributes": {"type": "Account", "referenceId": "r1"}, "Name": "Acme", "Contacts": {"records": [
          {"attributes": {"type": "Contact", "referenceId": "r2"}, "LastName": "Lovelace"},
          {"attributes": {"type": "Contact", "referenceId": "r3"}, "LastName": "Byron"}]}},
        {"attributes": {"type": "Account", "referenceId": "r4"}, "Name": "Blue"}]}
      """
    Then the answer on the wire is
      """
      HTTP 201

      {"hasErrors": false, "results": [{"referenceId": "r1", "id": "{id}"}, {"referenceId": "r4", "id": "{id}"}, {"referenceId": "r2", "id": "{id}"}, {"referenceId": "r3", "id": "{id}"}]}
      """
    When the admin queries "SELECT LastName FROM Contact WHERE Account.Name = 'Acme' ORDER BY LastName"
    Then the query returns "Byron, Lovelace" in this order

  Scenario: A record that fails undoes the tree, and only failures are told
    When the admin sends
      """
      POST /services/data/v67.0/composite/tree/Account
      Content-Type: application/json

      {"records": [{"attributes": {"type": "Account", "referenceId": "r1"}, "Name": "Undone", "Contacts": {"records": [
        {"attributes": {"type": "Contact", "referenceId": "r2"}, "LastName": "Lovelace", "Email": "x"},
        {"attributes": {"type": "Contact", "referenceId": "r3"}, "LastName": "Byron"}]}}]}
      """
    Then the answer on the wire is
      """
      HTTP 400

      {"hasErrors": true, "results": [{"referenceId": "r2", "errors": [{"statusCode": "INVALID_EMAIL_ADDRESS", "message": "Email: invalid email address: x", "fields": ["Email"]}]}]}
      """
    When the admin queries "SELECT Id FROM Account WHERE Name = 'Undone'"
    Then the query returns nothing

  Scenario Outline: Records that cannot be part of a tree: <what>
    When the admin sends
      """
      POST /services/data/v67.0/composite/tree/Account
      Content-Type: application/json

      {"records": [<records>]}
      """
    Then the answer on the wire is
      """
      HTTP 400

      {"hasErrors": true, "results": [{"referenceId": <reference>, "errors": [{"statusCode": "INVALID_INPUT", "message": "<message>", "fields": []}]}]}
      """

    Examples:
      | what                       | records                                                                                                                                    | reference | message                                                        |
      | No reference id            | {"attributes": {"type": "Account"}, "Name": "A"}                                                                                           | null      | Include a reference ID for each record in the request.         |
      | A reference id given twice | {"attributes": {"type": "Account", "referenceId": "r"}, "Name": "A"}, {"attributes": {"type": "Account", "referenceId": "r"}, "Name": "B"} | "r"       | Duplicate ReferenceId provided in the request.                 |
      | Another type               | {"attributes": {"type": "Contact", "referenceId": "r"}, "LastName": "A"}                                                                   | "r"       | Invalid entity type provided in the request: Contact           |

  Scenario: More than 200 records
    When the admin sends 201 times the part in angle brackets
      """
      POST /services/data/v67.0/composite/tree/Account
      Content-Type: application/json

      {"records": [<{"attributes": {"type": "Account", "referenceId": "r#"}, "Name": "A#"}>]}
      """
    Then the answer on the wire is
      """
      HTTP 400

      {"hasErrors": true, "results": [{"referenceId": "r201", "errors": [{"statusCode": "INVALID_INPUT", "message": "{string}", "fields": []}]}]}
      """

  Scenario Outline: A body that cannot be read: <what>
    When the admin sends
      """
      POST /services/data/v67.0/composite/tree/Account
      Content-Type: application/json

      <body>
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "<message>", "errorCode": "<code>"}]
      """

    Examples:
      | what                  | body                                                                                              | message                                             | code              |
      | A field nobody has    | {"records": [{"attributes": {"type": "Account", "referenceId": "r"}, "Nam": "A"}]}                | No such column 'Nam' on sobject of type Account     | INVALID_FIELD     |
      | Children nobody has   | {"records": [{"attributes": {"type": "Account", "referenceId": "r"}, "Kids": {"records": []}}]}   | No such column 'Kids' on sobject of type Account    | INVALID_FIELD     |
      | No records            | {}                                                                                                | The required field 'records' is missing             | JSON_PARSER_ERROR |

  Scenario: A tree of an object nobody has
    When the admin sends
      """
      POST /services/data/v67.0/composite/tree/Nope
      Content-Type: application/json

      {"records": []}
      """
    Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"
