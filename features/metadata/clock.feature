@route:soap/metadata @R-G1 @R-K12 @serial
Feature: Deployments by the clock
  With a duration set, a deployment can be watched in each of its states, and cancelled until it is over.

  Background:
    Given the archive "invoices"
      | package.xml               | <Package xmlns="http://soap.sforce.com/2006/04/metadata"><types><members>Invoice__c</members><name>CustomObject</name></types><version>67.0</version></Package>                                                                                                                                                                                                                        |
      | objects/Invoice__c.object | <CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"><deploymentStatus>Deployed</deploymentStatus><fields><fullName>Amount__c</fullName><label>Amount</label><precision>16</precision><scale>2</scale><type>Currency</type></fields><label>Invoice</label><nameField><label>Invoice Name</label><type>Text</type></nameField><pluralLabel>Invoices</pluralLabel><sharingModel>ReadWrite</sharingModel></CustomObject> |
    And the policy "metadata_job_seconds" of the org is "60"
    And the clock stands at "2030-01-01T00:00:00Z"

  Scenario: Pending, in progress, over
    When the admin deploys "invoices"
    Then the answer mentions "<status>Pending</status><success>false</success>"
    When 40 seconds pass
    And the admin calls over metadata SOAP
      """
      <checkDeployStatus><asyncProcessId>{note:deployment}</asyncProcessId></checkDeployStatus>
      """
    Then the answer mentions "<status>InProgress</status>"
    When 30 seconds pass
    And the admin calls over metadata SOAP
      """
      <checkDeployStatus><asyncProcessId>{note:deployment}</asyncProcessId></checkDeployStatus>
      """
    Then the answer mentions "<status>Succeeded</status><success>true</success>"

  Scenario: It can be cancelled until it is over, and once
    When the admin deploys "invoices"
    And the admin calls over metadata SOAP
      """
      <cancelDeploy><String>{note:deployment}</String></cancelDeploy>
      """
    Then the SOAP answer is
      """
      <cancelDeployResponse><result><done>true</done><id>{note:deployment}</id></result></cancelDeployResponse>
      """
    When the admin calls over metadata SOAP
      """
      <cancelDeploy><String>{note:deployment}</String></cancelDeploy>
      """
    Then the SOAP fault is
      """
      <faultcode>sf:INVALID_ID_FIELD</faultcode><faultstring>INVALID_ID_FIELD: Deployment already completed</faultstring>
      """
