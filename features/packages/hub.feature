@R-C1 @route:tooling/create
Feature: Packages of a Dev Hub
  A developer's tool creates second-generation packages in a Dev Hub, under a namespace that was linked to it.

  Background:
    Given the publisher's Dev Hub is linked to a namespace

  Scenario: A managed package under a linked namespace
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/Package2

      {"Name": "{unique:Suite}", "Description": "", "NamespacePrefix": "{note:namespace}", "ContainerOptions": "Managed"}
      """
    Then the answer on the wire is
      """
      HTTP 201

      {"id": "{string}", "success": true, "errors": [], "warnings": [], "infos": []}
      """

  Scenario: A namespace that nobody linked
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/Package2

      {"Name": "{unique:Suite}", "NamespacePrefix": "stranger", "ContainerOptions": "Managed"}
      """
    Then the answer has the status 400
    And the answer mentions "INVALID_NAMESPACE_PREFIX"

  Scenario: A managed package without a namespace
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/Package2

      {"Name": "{unique:Suite}", "ContainerOptions": "Managed"}
      """
    Then the answer has the status 400
    And the answer mentions "NamespacePrefix"

  Scenario: A kind of package that there is not
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/Package2

      {"Name": "{unique:Suite}", "NamespacePrefix": "{note:namespace}", "ContainerOptions": "Loose"}
      """
    Then the answer has the status 400
    And the answer mentions "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"

  Scenario: A name that a package of the Dev Hub has
    Given the developer has created the package "Suite"
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/Package2

      {"Name": "{unique:Suite}", "NamespacePrefix": "{note:namespace}", "ContainerOptions": "Managed"}
      """
    Then the answer has the status 400
    And the answer mentions "DUPLICATE_VALUE"

  @route:tooling/query
  Scenario: The package is listed with every column that the CLI asks
    Given the developer has created the package "Suite"
    When the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=select+Id,IsDeleted,CreatedDate,CreatedById,LastModifiedDate,LastModifiedById,SystemModstamp,SubscriberPackageId,Name,Description,NamespacePrefix,ContainerOptions,IsDeprecated,IsOrgDependent,ConvertedFromPackageId,PackageErrorUsername,AppAnalyticsEnabled,RecommendedVersionId+from+Package2+ORDER+BY+NamespacePrefix,+Name
      """
    Then the answer has the status 200
    And the answer mentions "{note:Suite}"
    And the answer mentions "{note:namespace}"

  @route:tooling/query
  Scenario: An org that is no Dev Hub knows no packages
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+Package2
      """
    Then the answer has the status 400
    And the answer mentions "sObject type 'Package2' is not supported"

  @route:tooling/create
  Scenario: Nor can it make one
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/Package2

      {"Name": "Suite", "ContainerOptions": "Unlocked"}
      """
    Then the answer has the status 404

  Scenario: A Dev Hub without second-generation packaging knows none
    Given the policy "enable_second_generation_packaging" of the publisher is "false"
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/Package2

      {"Name": "Suite", "ContainerOptions": "Unlocked"}
      """
    Then the answer has the status 404

  Scenario: Any org becomes a Dev Hub when its admin enables it
    Given the policy "enable_dev_hub" of the org is "true"
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/Package2

      {"Name": "{unique:Tools}", "ContainerOptions": "Unlocked"}
      """
    Then the answer has the status 201

  @route:tooling/update
  Scenario: A package with versions is not deleted
    Given a packaged uninstalled external client app "Suite"
    And the developer has created the package "Acme Suite"
    And the upload "first" with the number "1.0.0.NEXT" and "Suite"
    And the developer has built "first" of the package "Acme Suite"
    When the admin of the publisher sends
      """
      PATCH /services/data/v67.0/tooling/sobjects/Package2/{note:Acme Suite}

      {"IsDeprecated": true}
      """
    Then the answer has the status 400
    And the answer mentions "Delete its package versions first"
