@R-G1
Feature: Deployments by REST
  A form with the archive and its options begins one; its address tells how it stands.

  Background:
    Given the archive "invoices"
      | package.xml               | <Package><types><members>Invoice__c</members><name>CustomObject</name></types><version>67.0</version></Package>                                                        |
      | objects/Invoice__c.object | <CustomObject><label>Invoice</label><pluralLabel>Invoices</pluralLabel><nameField><label>Invoice Name</label><type>Text</type></nameField></CustomObject> |

  @route:rest/deploy-status
  Scenario: A deployment begun over SOAP is seen by REST
    Given the admin has deployed "invoices"
    When the admin sends
      """
      GET /services/data/v67.0/metadata/deployRequest/{note:deployment}?includeDetails=true
      """
    Then the answer has the status 200
    And the answer mentions '"componentType":"CustomObject","created":true'
    And the answer mentions '"status":"Succeeded","success":true'

  @route:rest/deploy-request
  Scenario: A check that is named is deployed
    When the admin deploys "invoices" with
      | checkOnly | true |
    And the admin sends
      """
      POST /services/data/v67.0/metadata/deployRequest
      Content-Type: application/json

      {"validatedDeployRequestId": "{note:deployment}"}
      """
    Then the answer has the status 201
    And the answer mentions '"validatedDeployRequestId":"{note:deployment}"'
    When the admin queries "SELECT Name FROM Invoice__c"
    Then the query returns nothing

  @route:rest/deploy-request
  Scenario: A form that holds no archive
    When the admin sends
      """
      POST /services/data/v67.0/metadata/deployRequest
      Content-Type: multipart/form-data; boundary=B

      --B
      Content-Disposition: form-data; name="entity_content"
      Content-Type: application/json

      {"deployOptions":{"checkOnly":true}}
      --B--
      """
    Then the answer has the status 400

  @route:rest/deploy-request
  Scenario: A form that is cut short
    When the admin sends
      """
      POST /services/data/v67.0/metadata/deployRequest
      Content-Type: multipart/form-data; boundary=B

      --B
      Content-Disposition: form-data; name="entity_content"
      Content-Type: application/json

      {"deployOptions":{"checkOnly":true}}
      --B
      Content-Disposition: form-data; name="file"; filename="package.xml"
      Content-Type: application/zip

      UEsDBBQ
      """
    Then the answer has the status 400

  @route:rest/deploy-cancel
  Scenario: What is over cannot be cancelled
    Given the admin has deployed "invoices"
    When the admin sends
      """
      PATCH /services/data/v67.0/metadata/deployRequest/{note:deployment}
      Content-Type: application/json

      {"deployResult": {"status": "Canceling"}}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "Deployment already completed", "errorCode": "INVALID_ID_FIELD"}]
      """

  @route:rest/deploy-status
  Scenario: An id that leads nowhere
    Given a user "ada"
    When the admin sends
      """
      GET /services/data/v67.0/metadata/deployRequest/0Af000000000001AAA
      """
    Then the answer on the wire is
      """
      HTTP 404

      [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
      """
