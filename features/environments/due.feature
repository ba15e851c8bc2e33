@R-G3 @R-G4
Feature: What is under way is seen by everybody
  Sandboxes, scratch orgs and requests about packages are brought up to date when somebody calls, through whichever API and in whatever words.

  @route:tooling/query
  Scenario: A sandbox that was set up for a test is listed by a query in any case
    Given an org
    And the test author has created "/orgs" from
      """
      {"name": "{org}--uat", "kind": "sandbox"}
      """
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=select+sandboxname+from+sandboxinfo
      """
    Then the answer mentions '"uat"'
    When the test author removes "/orgs/{org}--uat"
    And the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=select+sandboxname+from+sandboxinfo
      """
    Then the answer mentions '"totalSize":0'

  @serial @route:tooling/query
  Scenario: A copy goes on from call to call
    Given the policy "sandbox_copy_seconds" of the org is "600"
    And the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/SandboxInfo

      {"SandboxName": "uat", "LicenseType": "Developer"}
      """
    And 5 minutes have passed
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=select+status+from+sandboxprocess
      """
    Then the answer mentions "Processing"
    When the admin sends
      """
      POST /services/data/v67.0/composite/batch

      {"batchRequests": [{"method": "GET", "url": "v67.0/tooling/query?q=select+CopyProgress+from+SandboxProcess"}]}
      """
    Then the answer mentions '"CopyProgress":50'

  @route:soap/partner @route:bulk/create-query
  Scenario: A scratch org that is gone is gone over SOAP and in bulk too
    Given the publisher's Dev Hub is linked to a namespace
    And the admin of the publisher has signed up for the scratch org "crew"
    And the admin of the publisher is logged in over SOAP
    When the test author removes "/orgs/{note:scratch org}"
    And the admin of the publisher calls over SOAP
      """
      <query><queryString>select Status from ScratchOrgInfo</queryString></query>
      """
    Then the answer mentions "Deleted"
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/jobs/query

      {"operation": "query", "query": "SELECT Status FROM ScratchOrgInfo"}
      """
    And "/id" of the answer is noted as "job"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/jobs/query/{note:job}/results
      """
    Then the answer mentions "Deleted"
