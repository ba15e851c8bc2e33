@R-F4
Feature: Processes, rules and actions
  An org without approval processes, workflow rules and flows says so.

  Background:
    Given the admin has created the Account "Acme" with
      | Name | Acme |

  @route:rest/approvals
  Scenario: No approval process
    When the admin sends
      """
      GET /services/data/v67.0/process/approvals
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"approvals": {}}
      """

  @route:rest/submit-approval
  Scenario: A record cannot be submitted
    When the admin sends
      """
      POST /services/data/v67.0/process/approvals
      Content-Type: application/json

      {"requests": [{"actionType": "Submit", "contextId": "{id:Acme}", "comments": "please"}]}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "No applicable approval process was found.", "errorCode": "NO_APPLICABLE_PROCESS"}]
      """

  @route:rest/submit-approval
  Scenario: A record the user does not see is not there
    Given the default access to Account is "Private"
    And a user "ada" with the profile "Standard User"
    When "ada" sends
      """
      POST /services/data/v67.0/process/approvals
      Content-Type: application/json

      {"requests": [{"actionType": "Submit", "contextId": "{id:Acme}"}]}
      """
    Then the answer is the error "INVALID_CROSS_REFERENCE_KEY" saying "invalid cross reference id"

  @route:rest/workflow-rules
  Scenario: No workflow rule
    When the admin sends
      """
      GET /services/data/v67.0/process/rules
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"rules": {}}
      """

  @route:rest/workflow-rules-of-object
  Scenario: No workflow rule of an object
    When the admin sends
      """
      GET /services/data/v67.0/process/rules/Account
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"rules": {}}
      """

  @route:rest/workflow-rules-of-object
  Scenario: The rules of an object that does not exist
    When the admin sends
      """
      GET /services/data/v67.0/process/rules/Nope
      """
    Then the answer is the error "NOT_FOUND"

  @route:rest/trigger-workflow-rules
  Scenario: Rules are triggered, and none fires
    When the admin sends
      """
      POST /services/data/v67.0/process/rules
      Content-Type: application/json

      {"contextIds": ["{id:Acme}"]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"errors": null, "success": true}
      """

  @route:rest/trigger-workflow-rules
  Scenario: Rules of no record
    When the admin sends
      """
      POST /services/data/v67.0/process/rules
      Content-Type: application/json

      {"contextIds": ["x"]}
      """
    Then the answer is the error "MALFORMED_ID"

  @route:rest/actions
  Scenario: Kinds of action
    When the admin sends
      """
      GET /services/data/v67.0/actions
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"custom": "/services/data/v67.0/actions/custom", "standard": "/services/data/v67.0/actions/standard"}
      """

  @route:rest/standard-actions
  Scenario: Standard actions
    When the admin sends
      """
      GET /services/data/v67.0/actions/standard
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"actions": [{"label": "Post to Chatter", "name": "chatterPost", "type": "CHATTERPOST", "url": "/services/data/v67.0/actions/standard/chatterPost"}, "..."]}
      """

  @route:rest/standard-action
  Scenario: What an action takes
    When the admin sends
      """
      GET /services/data/v67.0/actions/standard/submit
      """
    Then the answer mentions "objectId"

  @route:rest/standard-action
  Scenario: An action that does not exist
    When the admin sends
      """
      GET /services/data/v67.0/actions/standard/nope
      """
    Then the answer is the error "NOT_FOUND"

  @route:rest/run-standard-action
  Scenario: A post to a record's feed
    When the admin sends
      """
      POST /services/data/v67.0/actions/standard/chatterPost
      Content-Type: application/json

      {"inputs": [{"text": "hello", "subjectNameOrId": "{id:Acme}"}]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"actionName": "chatterPost", "errors": null, "isSuccess": true, "outputValues": {"feedItemId": "{id}"}}]
      """

  @route:rest/run-standard-action
  Scenario: An input is missing
    When the admin sends
      """
      POST /services/data/v67.0/actions/standard/chatterPost
      Content-Type: application/json

      {"inputs": [{"text": "hello"}]}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"actionName": "chatterPost", "errors": [{"statusCode": "REQUIRED_FIELD_MISSING", "message": "Missing required input parameter: subjectNameOrId", "fields": []}], "isSuccess": false, "outputValues": null}]
      """

  @route:rest/custom-actions
  Scenario: Kinds of custom action
    When the admin sends
      """
      GET /services/data/v67.0/actions/custom
      """
    Then the answer mentions "/services/data/v67.0/actions/custom/flow"

  @route:rest/custom-actions-of-type
  Scenario: No flow
    When the admin sends
      """
      GET /services/data/v67.0/actions/custom/flow
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"actions": []}
      """

  @route:rest/custom-actions-of-type
  Scenario: A kind of action that does not exist
    When the admin sends
      """
      GET /services/data/v67.0/actions/custom/nope
      """
    Then the answer is the error "NOT_FOUND"
