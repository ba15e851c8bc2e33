@R-F4
Feature: Quick actions
  An action creates a record from a few fields, alone or on another record's page.

  Background:
    Given the admin has created the Account "Acme" with
      | Name | Acme |

  @route:rest/global-quick-actions
  Scenario: Global actions
    When the admin sends
      """
      GET /services/data/v67.0/quickActions
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"label": "New Task", "name": "NewTask", "type": "Create", "urls": {"quickAction": "/services/data/v67.0/quickActions/NewTask", "defaultValues": "/services/data/v67.0/quickActions/NewTask/defaultValues", "describe": "/services/data/v67.0/quickActions/NewTask/describe"}}, "..."]
      """

  @route:rest/global-quick-action
  Scenario: One global action
    When the admin sends
      """
      GET /services/data/v67.0/quickActions/NewContact
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"label": "New Contact", "name": "NewContact", "type": "Create", "urls": {"quickAction": "{string}", "defaultValues": "{string}", "describe": "{string}"}}
      """

  @route:rest/global-quick-action
  Scenario: An action that does not exist
    When the admin sends
      """
      GET /services/data/v67.0/quickActions/Nope
      """
    Then the answer is the error "NOT_FOUND"

  @route:rest/describe-global-quick-action
  Scenario: What an action creates
    When the admin sends
      """
      GET /services/data/v67.0/quickActions/NewContact/describe
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"accessLevelRequired": null, "canvasApplicationId": null, "canvasApplicationName": null, "colors": [], "contextSobjectType": null, "...": "{any}"}
      """

  @route:rest/defaults-of-global-quick-action
  Scenario: What a new record begins with
    When the admin sends
      """
      GET /services/data/v67.0/quickActions/NewCase/defaultValues
      """
    Then the answer mentions "attributes"

  @route:rest/defaults-of-global-quick-action @route:rest/describe-global-quick-action
  Scenario: What nothing is known of yet is null, and where else to ask is told
    When the admin sends
      """
      GET /services/data/v67.0/quickActions/LogACall/defaultValues
      """
    Then the answer mentions '"WhatId":null'
    And the answer mentions '"Description":null'
    When the admin sends
      """
      GET /services/data/v67.0/quickActions/LogACall/describe
      """
    Then the answer mentions '"defaultValues":"/services/data/v67.0/quickActions/LogACall/defaultValues"'

  @route:rest/defaults-of-global-quick-action-on
  Scenario: A global action knows the record it is used on
    When the admin sends
      """
      GET /services/data/v67.0/quickActions/LogACall/defaultValues/{id:Acme}
      """
    Then the answer mentions '"WhatId":"{id:Acme}"'
    When the admin sends
      """
      GET /services/data/v67.0/quickActions/Nope/defaultValues/{id:Acme}
      """
    Then the answer is the error "NOT_FOUND"

  @route:rest/run-global-quick-action
  Scenario: An action creates a record
    When the admin sends
      """
      POST /services/data/v67.0/quickActions/NewContact
      Content-Type: application/json

      {"record": {"LastName": "Lovelace"}}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"contextId": null, "created": true, "errors": [], "feedItemIds": [], "id": "{id}", "ids": ["{id}"], "success": true, "successMessage": null}
      """

  @route:rest/run-global-quick-action
  Scenario: A record that lacks a field is refused
    When the admin sends
      """
      POST /services/data/v67.0/quickActions/NewContact
      Content-Type: application/json

      {"record": {"FirstName": "Ada"}}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "Required fields are missing: [LastName]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["LastName"]}]
      """

  @route:rest/quick-actions
  Scenario: The actions of a page
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/quickActions
      """
    Then the answer mentions "Account.NewContact"

  @route:rest/quick-action
  Scenario: One action of a page
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/quickActions/NewContact
      """
    Then the answer mentions "/services/data/v67.0/sobjects/Account/quickActions/NewContact/defaultValues/"

  @route:rest/describe-quick-action
  Scenario: An action of a page knows the field it fills
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/quickActions/NewContact/describe
      """
    Then the answer mentions "AccountId"

  @route:rest/defaults-of-quick-action
  Scenario: Defaults without a record
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/quickActions/NewContact/defaultValues
      """
    Then the answer mentions "Contact"

  @route:rest/defaults-of-quick-action-on
  Scenario: Defaults on a record
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/quickActions/NewContact/defaultValues/{id:Acme}
      """
    Then the answer mentions "{id:Acme}"

  @route:rest/run-quick-action
  Scenario: An action on a record relates what it creates
    Given the admin sends
      """
      POST /services/data/v67.0/sobjects/Account/quickActions/NewContact
      Content-Type: application/json

      {"contextId": "{id:Acme}", "record": {"LastName": "Lovelace"}}
      """
    When the admin queries "SELECT LastName FROM Contact WHERE AccountId = '{id:Acme}'"
    Then the query returns "Lovelace"

  @route:rest/run-quick-action
  Scenario: A body with an unknown member
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/Account/quickActions/NewContact
      Content-Type: application/json

      {"nope": 1}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "Unrecognized field \"nope\" at [line:1, column:10]", "errorCode": "JSON_PARSER_ERROR"}]
      """

  @route:rest/default-values
  Scenario: Default values of an object
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/defaultValues
      """
    Then the answer mentions "attributes"
