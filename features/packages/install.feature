@R-C4 @route:tooling/create
Feature: Packages installed by a client
  What the CLI does in a customer's org: look at a version, ask for its install, and take it out again.

  Background:
    Given a user "ada"
    And the publisher's Dev Hub is linked to a namespace
    And a packaged uninstalled external client app "Suite"
    And the developer has created the package "Acme Suite"
    And the upload "first" with the number "1.0.0.NEXT" and "Suite"
    And the developer has built "first" of the package "Acme Suite"

  @R-C3
  Scenario: A promoted version opens the gate, and its uninstall closes it
    Given the developer has promoted "first"
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"ApexCompileType": "all", "EnableRss": false, "NameConflictResolution": "Block", "PackageInstallSource": "U", "SecurityType": "none", "UpgradeType": "mixed-mode", "SubscriberPackageVersionKey": "{note:first version}"}
      """
    And "/id" of the answer is noted as "request"
    And the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/PackageInstallRequest/{note:request}
      """
    Then the answer mentions "SUCCESS"
    When "ada" connects "Suite"
    Then the access token of "Suite" works
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/SubscriberPackageVersionUninstallRequest

      {"SubscriberPackageVersionId": "{note:first version}"}
      """
    Then the answer has the status 201
    And "Suite" counts as "known" in the org
    And the access token of "Suite" no longer works

  Scenario: A beta does not go into production
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "none", "SubscriberPackageVersionKey": "{note:first version}"}
      """
    And "/id" of the answer is noted as "request"
    And the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/PackageInstallRequest/{note:request}
      """
    Then the answer mentions "ERROR"
    And the answer mentions "BETA_INSTALL_INTO_PRODUCTION_ORG"
    And "Suite" counts as "unseen" in the org

  Scenario: The org says beforehand whether it would take a version
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id,InstallValidationStatus,IsBeta,IsManaged,Package2ContainerOptions,RemoteSiteSettings,CspTrustedSites+FROM+SubscriberPackageVersion+WHERE+Id='{note:first version}'
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"size": 1, "totalSize": 1, "done": true, "queryLocator": null, "entityTypeName": "SubscriberPackageVersion", "records": [{"attributes": {"type": "SubscriberPackageVersion", "url": "{any}"},
        "Id": "{note:first version}", "InstallValidationStatus": "BETA_INSTALL_INTO_PRODUCTION_ORG", "IsBeta": true, "IsManaged": true, "Package2ContainerOptions": "Managed",
        "RemoteSiteSettings": {"settings": []}, "CspTrustedSites": {"settings": []}}]}
      """

  Scenario: A protected version shows itself to whoever has the key
    Given the admin of the publisher sends
      """
      PATCH /services/data/v67.0/tooling/sobjects/Package2Version/{note:first record}

      {"InstallKey": "sesame"}
      """
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+SubscriberPackageVersion+WHERE+Id='{note:first version}'
      """
    Then the answer mentions "Please provide installationkey when querying against SubscriberPackageVersion that is protected by installationkey"
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+SubscriberPackageVersion+WHERE+Id='{note:first version}'+AND+InstallationKey='wrong'
      """
    Then the answer mentions "INSTALL_KEY"
    And the answer mentions "Invalid InstallationKey for SubscriberPackageVersion"
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+SubscriberPackageVersion+WHERE+Id='{note:first version}'+AND+InstallationKey='sesame'
      """
    Then the answer has the status 200

  Scenario: A key where none is needed
    Given the developer has promoted "first"
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "none", "SubscriberPackageVersionKey": "{note:first version}", "Password": "sesame"}
      """
    Then the answer has the status 400
    And the answer mentions "require an installation key. Install the package without specifying an installation key.: Password"

  Scenario: An id of no version
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "none", "SubscriberPackageVersionKey": "04t000000000001"}
      """
    Then the answer has the status 400
    And the answer mentions "Invalid SubscriberPackageVersionKey"

  @R-A9
  Scenario: A standard user installs nothing
    Given the developer has promoted "first"
    When "ada" sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "none", "SubscriberPackageVersionKey": "{note:first version}"}
      """
    Then the answer is a refusal of the client, not a failure of the server
    And "Suite" counts as "unseen" in the org

  @R-A10
  Scenario: The Dev Hub refuses its own package
    Given the developer has promoted "first"
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "none", "SubscriberPackageVersionKey": "{note:first version}"}
      """
    And "/id" of the answer is noted as "request"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/sobjects/PackageInstallRequest/{note:request}
      """
    Then the answer mentions "INSTALL_INTO_DEV_ORG"

  Scenario: Nothing is uninstalled where nothing is installed
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/SubscriberPackageVersionUninstallRequest

      {"SubscriberPackageVersionId": "{note:first version}"}
      """
    Then the answer has the status 400
    And the answer mentions "is not installed in this org"
