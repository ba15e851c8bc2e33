@R-K9 @own-server
Feature: Work under way survives
  What an org waits for when the server stops goes on when it is started again, at the time that was set for it.

  Background:
    Given a server of its own that keeps its data

  @R-G3 @route:tooling/query
  Scenario: A sandbox is copied after the restart
    Given the policy "sandbox_copy_seconds" of the org is "600"
    And the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/SandboxInfo

      {"SandboxName": "uat", "LicenseType": "Developer"}
      """
    When the server is killed and started again
    And the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Status,EndDate+FROM+SandboxProcess
      """
    Then the answer mentions '"EndDate":null'
    When 10 minutes pass
    And "uat" is the sandbox of the org
    And the admin of the sandbox sends
      """
      GET /services/data/v67.0/query?q=SELECT+IsSandbox+FROM+Organization
      """
    Then the answer mentions '"IsSandbox":true'

  @R-G4 @route:rest/read
  Scenario: A scratch org is made after the restart
    Given the publisher's Dev Hub is linked to a namespace
    And the policy "scratch_org_seconds" of the publisher is "600"
    And the admin of the publisher sends
      """
      POST /services/data/v67.0/sobjects/ScratchOrgInfo

      {"Edition": "Developer", "OrgName": "Company", "ConnectedAppConsumerKey": "PlatformCLI", "ConnectedAppCallbackUrl": "http://localhost:1717/OauthRedirect"}
      """
    And "/id" of the answer is noted as "sign-up"
    When the server is killed and started again
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/sobjects/ScratchOrgInfo/{note:sign-up}
      """
    Then the answer mentions '"Status":"Creating"'
    When 10 minutes pass
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/sobjects/ScratchOrgInfo/{note:sign-up}
      """
    Then the answer mentions '"Status":"Active"'

  @R-C3 @R-C4 @route:tooling/query
  Scenario: A package version is built and installed with its components after the restart
    Given the publisher's Dev Hub is linked to a namespace
    And the policy "package_build_seconds" of the publisher is "600"
    And a packaged uninstalled external client app "Suite"
    And the developer has created the package "Acme Suite"
    And the upload "first" with the number "1.0.0.NEXT", "Suite" and the files
      | package.xml             | <Package><types><members>{app}</members><name>ExternalClientApplication</name></types><types><members>Book</members><name>ApexClass</name></types><version>67.0</version></Package> |
      | classes/Book.cls          | @isTest public class Book { }                                                         |
      | classes/Book.cls-meta.xml | <ApexClass><apiVersion>66.0</apiVersion><status>Active</status></ApexClass>                                      |
    And the developer has built "first" of the package "Acme Suite"
    When the server is killed and started again
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Status+FROM+Package2VersionCreateRequest
      """
    Then the answer mentions "Queued"
    When 10 minutes pass
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Status,Package2Version.SubscriberPackageVersionId+FROM+Package2VersionCreateRequest
      """
    Then the answer mentions "Success"
    When "/records/0/Package2Version/SubscriberPackageVersionId" of the answer is noted as "first version"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+Package2Version
      """
    And "/records/0/Id" of the answer is noted as "first record"
    And the developer promotes "first"
    And the server is killed and started again
    And the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "none", "SubscriberPackageVersionKey": "{note:first version}"}
      """
    And the admin queries "SELECT NamespacePrefix FROM ApexClass WHERE Name = 'Book'"
    Then the query returns "{note:namespace}"

  @R-C7 @route:soap/partner
  Scenario: A trial ends on its day after the restart
    Given the publisher's Dev Hub is linked to a namespace
    When the admin of the publisher creates an org in the Environment Hub with
      | purpose   | trial                       |
      | my_domain | {unique:tryout}             |
      | username  | dev@{unique:tryout}.example |
      | email     | dev@publisher.example       |
    And the test author changes "/orgs/{unique:tryout}/users/dev" by
      """
      {"password": "try-it-out-1"}
      """
    And the server is killed and started again
    And 31 days pass
    And somebody sends
      """
      POST /services/Soap/u/59.0
      Content-Type: text/xml
      SOAPAction: ""

      <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login xmlns="urn:partner.soap.sforce.com"><username>dev@{unique:tryout}.example</username><password>try-it-out-1</password></login></e:Body></e:Envelope>
      """
    Then the answer mentions "TRIAL_EXPIRED"
