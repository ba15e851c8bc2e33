@R-C8 @route:tooling/create @route:tooling/read
Feature: Where connected apps are packaged
  A connected app is packaged from a Developer Edition org; the same upload from another edition is refused.

  Scenario: A connected app is packaged from a Developer Edition org only
    Given the publisher packages in an Enterprise Edition org with a namespace
    And an uninstalled connected app "Reports"
    And a package "Acme Reports" with "Reports"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+MetadataPackage
      """
    And "/records/0/Id" of the answer is noted as "package"
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageUploadRequest

      {"MetadataPackageId": "{note:package}", "VersionName": "Spring", "MajorVersion": 1, "MinorVersion": 1, "IsReleaseVersion": true}
      """
    And "/id" of the answer is noted as "request"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/sobjects/PackageUploadRequest/{note:request}
      """
    Then the answer mentions "A connected app can be packaged only from a Developer Edition org."
    And "Reports" counts as "unseen" in the org

  Scenario: A Developer Edition org uploads it
    Given the publisher packages in a Developer Edition org with a namespace
    And an uninstalled connected app "Reports"
    And a package "Acme Reports" with "Reports"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+MetadataPackage
      """
    And "/records/0/Id" of the answer is noted as "package"
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageUploadRequest

      {"MetadataPackageId": "{note:package}", "VersionName": "Spring", "MajorVersion": 1, "MinorVersion": 1, "IsReleaseVersion": true}
      """
    And "/id" of the answer is noted as "request"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/sobjects/PackageUploadRequest/{note:request}
      """
    Then the answer mentions "SUCCESS"
