@R-C2 @route:tooling/create
Feature: First-generation packages
  A vendor uploads a managed package from its Developer Edition org; the link where it is installed comes by e-mail.

  Background:
    Given a user "ada"
    And the publisher packages in a Developer Edition org with a namespace
    And an uninstalled connected app "Suite"
    And a package "Acme Suite" with "Suite"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id,PackageCategory+FROM+MetadataPackage
      """
    And "/records/0/Id" of the answer is noted as "package"

  @route:tooling/read @route:control/outbox
  Scenario: An upload becomes a released version, and its link comes by e-mail
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageUploadRequest

      {"MetadataPackageId": "{note:package}", "VersionName": "Spring", "MajorVersion": 1, "MinorVersion": 1, "IsReleaseVersion": true, "ReleaseNotesUrl": "https://vendor.example/notes"}
      """
    And "/id" of the answer is noted as "request"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/sobjects/PackageUploadRequest/{note:request}
      """
    And "/MetadataPackageVersionId" of the answer is noted as "version"
    Then the answer mentions "SUCCESS"
    When the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+MetadataPackageId,Name,ReleaseState,MajorVersion,MinorVersion,PatchVersion,BuildNumber+FROM+MetadataPackageVersion+WHERE+Id='{note:version}'
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"size": 1, "totalSize": 1, "done": true, "queryLocator": null, "entityTypeName": "MetadataPackageVersion", "records": [{"attributes": {"type": "MetadataPackageVersion", "url": "{any}"},
        "MetadataPackageId": "{note:package}", "Name": "Spring", "ReleaseState": "Released", "MajorVersion": 1, "MinorVersion": 1, "PatchVersion": 0, "BuildNumber": 1}]}
      """
    When the test author reads "/outbox?org={org:the publisher}"
    Then the answer mentions "package_uploaded"
    And the answer mentions "/packaging/installPackage.apexp?p0={note:version}"
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+ReleaseNotesUrl,IsManaged,PublisherName+FROM+SubscriberPackageVersion+WHERE+Id='{note:version}'
      """
    Then the answer mentions "https://vendor.example/notes"

  Scenario: A beta keeps its number, and the build tells it apart
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageUploadRequest

      {"MetadataPackageId": "{note:package}", "VersionName": "Summer", "MajorVersion": 2, "MinorVersion": 0}
      """
    And the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageUploadRequest

      {"MetadataPackageId": "{note:package}", "VersionName": "Summer"}
      """
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+ReleaseState,MajorVersion,MinorVersion,BuildNumber+FROM+MetadataPackageVersion+WHERE+Name='Summer'+ORDER+BY+BuildNumber
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"size": 2, "totalSize": 2, "done": true, "queryLocator": null, "entityTypeName": "MetadataPackageVersion", "records": [
        {"attributes": {"type": "MetadataPackageVersion", "url": "{any}"}, "ReleaseState": "Beta", "MajorVersion": 2, "MinorVersion": 0, "BuildNumber": 1},
        {"attributes": {"type": "MetadataPackageVersion", "url": "{any}"}, "ReleaseState": "Beta", "MajorVersion": 2, "MinorVersion": 0, "BuildNumber": 2}]}
      """

  @route:tooling/read
  Scenario Outline: <case> is no version
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageUploadRequest

      {"MetadataPackageId": "{note:package}", "VersionName": "Spring", "MajorVersion": <major>, "MinorVersion": <minor>, "IsReleaseVersion": <released>}
      """
    And "/id" of the answer is noted as "request"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/sobjects/PackageUploadRequest/{note:request}
      """
    Then the answer mentions "ERROR"
    And the answer mentions "must be higher than that of the last released version, 1.0"

    Examples:
      | case                     | major | minor | released |
      | A number that was used   | 1     | 0     | true     |
      | A beta of a released one | 1     | 0     | false    |
      | A lower number           | 0     | 9     | true     |

  Scenario: A package of another org is not uploaded
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageUploadRequest

      {"MetadataPackageId": "{note:package}", "VersionName": "Spring", "MajorVersion": 1, "MinorVersion": 1}
      """
    Then the answer has the status 400
    And the answer mentions "INVALID_CROSS_REFERENCE_KEY"

  @R-A10 @route:tooling/read
  Scenario: The org with the namespace refuses its own package
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "none", "SubscriberPackageVersionKey": "{note:Acme Suite}"}
      """
    And "/id" of the answer is noted as "request"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/sobjects/PackageInstallRequest/{note:request}
      """
    Then the answer mentions "INSTALL_INTO_DEV_ORG"

  Rule: A connected app comes and goes with its package

    Background:
      Given the admin sends
        """
        POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

        {"NameConflictResolution": "Block", "SecurityType": "full", "SubscriberPackageVersionKey": "{note:Acme Suite}"}
        """
      And "ada" has connected "Suite"

    Scenario: It works after an upgrade, with the key that the version asks for
      When the admin of the publisher sends
        """
        POST /services/data/v67.0/tooling/sobjects/PackageUploadRequest

        {"MetadataPackageId": "{note:package}", "VersionName": "Spring", "MajorVersion": 1, "MinorVersion": 1, "IsReleaseVersion": true, "Password": "sesame"}
        """
      And the admin of the publisher sends
        """
        GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+MetadataPackageVersion+WHERE+Name='Spring'
        """
      And "/records/0/Id" of the answer is noted as "version"
      And the admin sends
        """
        POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

        {"NameConflictResolution": "Block", "SecurityType": "full", "SubscriberPackageVersionKey": "{note:version}", "Password": "wrong"}
        """
      Then the answer mentions "Invalid InstallationKey"
      When the admin sends
        """
        POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

        {"NameConflictResolution": "Block", "SecurityType": "full", "SubscriberPackageVersionKey": "{note:version}", "Password": "sesame"}
        """
      Then the answer has the status 201
      When the admin sends
        """
        GET /services/data/v67.0/tooling/query?q=SELECT+SubscriberPackageVersionId,SubscriberPackage.NamespacePrefix+FROM+InstalledSubscriberPackage
        """
      Then the answer mentions "{note:version}"
      And the answer mentions "{note:namespace}"
      And the access token of "Suite" works

    Scenario: Its uninstall closes the gate
      When the admin sends
        """
        POST /services/data/v67.0/tooling/sobjects/SubscriberPackageVersionUninstallRequest

        {"SubscriberPackageVersionId": "{note:Acme Suite}"}
        """
      Then the answer has the status 201
      And "Suite" counts as "known" in the org
      And the access token of "Suite" no longer works
