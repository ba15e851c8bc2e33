@R-F1 @route:rest/upsert @route:rest/read-by-external-id @route:rest/delete-by-external-id
Feature: Upsert by external id
  A key of the caller's own system finds the record, or makes it.

  Background:
    Given the custom field "Code__c" on Account with
      | type        | Text |
      | length      | 20   |
      | external_id | true |
      | unique      | true |

  Scenario: No record has the key: one is created
    When the admin upserts the Account at Code__c "X1" with
      | Name | Acme |
    Then the answer on the wire is
      """
      HTTP 201

      {"id": "{id}", "success": true, "errors": [], "created": true}
      """
    And the Account "X1" has
      | Name    | Acme |
      | Code__c | X1   |

  Scenario: One record has the key: it is changed
    Given these Account records
      | Name | Code__c |
      | Acme | X1      |
    When the admin upserts the Account at Code__c "x1" with
      | Name | Acme Corp |
    Then the answer on the wire is
      """
      HTTP 200

      {"id": "{id:Acme}", "success": true, "errors": [], "created": false}
      """
    And the Account "Acme" has
      | Name | Acme Corp |

  Scenario: Up to version 45 a change answers nothing
    Given these Account records
      | Name | Code__c |
      | Acme | X1      |
    When the admin sends
      """
      PATCH /services/data/v45.0/sobjects/Account/Code__c/X1
      Content-Type: application/json

      {"Name": "Acme Corp"}
      """
    Then the answer has the status 204

  Scenario: With updateOnly nothing is created
    When the admin sends
      """
      PATCH /services/data/v67.0/sobjects/Account/Code__c/X1?updateOnly=true
      Content-Type: application/json

      {"Name": "Acme"}
      """
    Then the answer is the error "NOT_FOUND"

  Scenario: A record is read by its key
    Given these Account records
      | Name | Code__c |
      | Acme | X1      |
    When the admin reads "/sobjects/Account/Code__c/X1"
    Then the answer names
      | Id   | {id:Acme} |
      | Name | Acme      |

  Scenario: A record is deleted by its key
    Given these Account records
      | Name | Code__c |
      | Acme | X1      |
    When the admin sends
      """
      DELETE /services/data/v67.0/sobjects/Account/Code__c/X1
      """
    Then the answer has the status 204
    And the Account "Acme" is gone

  Scenario: A key that several records share names them all
    Given the custom field "Group__c" on Account with
      | type        | Text |
      | length      | 20   |
      | external_id | true |
    And these Account records
      | Name  | Group__c |
      | Acme  | G        |
      | Other | G        |
    When the admin reads "/sobjects/Account/Group__c/G"
    Then the answer on the wire is
      """
      HTTP 300

      ["/services/data/v67.0/sobjects/Account/{id}", "/services/data/v67.0/sobjects/Account/{id}"]
      """

  Scenario Outline: <what>
    When the admin reads "<path>"
    Then the answer is the error "NOT_FOUND" saying "<message>"

    Examples:
      | what                              | path                             | message                                                                |
      | A field that is no external id    | /sobjects/Account/Phone/1        | Provided external ID field does not exist or is not accessible: Phone  |
      | A field that does not exist       | /sobjects/Account/Namez/1        | Provided external ID field does not exist or is not accessible: Namez  |
      | A segment that is no id           | /sobjects/Account/Namez          | Provided external ID field does not exist or is not accessible: Namez  |
      | A key that nobody has             | /sobjects/Account/Code__c/nobody | The requested resource does not exist                                  |
