@R-C4 @route:rest/create @route:rest/query
Feature: Push upgrades
  A developer puts a new version into orgs that have an older one, without anybody there.

  Background:
    Given a user "ada"
    And the publisher packages in a Developer Edition org with a namespace
    And an uninstalled connected app "Suite"
    And a package "Acme Suite" with "Suite"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+MetadataPackage
      """
    And "/records/0/Id" of the answer is noted as "package"
    And the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageUploadRequest

      {"MetadataPackageId": "{note:package}", "VersionName": "Spring", "MajorVersion": 1, "MinorVersion": 1, "IsReleaseVersion": true}
      """
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+MetadataPackageVersion+WHERE+Name='Spring'
      """
    And "/records/0/Id" of the answer is noted as "next"
    And the admin of the publisher sends
      """
      POST /services/data/v67.0/sobjects/PackagePushRequest

      {"PackageVersionId": "{note:next}"}
      """
    And "/id" of the answer is noted as "request"
    And the admin of the publisher sends
      """
      POST /services/data/v67.0/sobjects/PackagePushJob

      {"PackagePushRequestId": "{note:request}", "SubscriberOrganizationKey": "{org id}"}
      """

  @route:rest/update
  Scenario: An org that has the package is upgraded
    Given the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "full", "SubscriberPackageVersionKey": "{note:Acme Suite}"}
      """
    And "ada" has connected "Suite"
    When the admin of the publisher sends
      """
      PATCH /services/data/v67.0/sobjects/PackagePushRequest/{note:request}

      {"Status": "Pending"}
      """
    And the admin of the publisher queries "SELECT Status FROM PackagePushJob"
    Then the query returns "Succeeded"
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+SubscriberPackageVersionId+FROM+InstalledSubscriberPackage
      """
    Then the answer mentions "{note:next}"
    And the access token of "Suite" works

  @route:rest/update
  Scenario: An org without the package is left alone
    When the admin of the publisher sends
      """
      PATCH /services/data/v67.0/sobjects/PackagePushRequest/{note:request}

      {"Status": "Pending"}
      """
    And the admin of the publisher queries "SELECT Status FROM PackagePushRequest"
    Then the query returns "Failed"
    When the admin of the publisher queries "SELECT ErrorSeverity FROM PackagePushError"
    Then the query returns "Error"
    And "Suite" counts as "unseen" in the org

  Scenario: What nobody set pending does not happen
    When the admin of the publisher queries "SELECT Status FROM PackagePushJob"
    Then the query returns "Created"
    And "Suite" counts as "unseen" in the org
