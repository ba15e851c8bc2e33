@R-C3 @route:tooling/create
Feature: Versions of second-generation packages
  What a developer uploads becomes a version that is numbered, checked and promoted by the Dev Hub.

  Background:
    Given the publisher's Dev Hub is linked to a namespace
    And a packaged uninstalled external client app "Suite"
    And the developer has created the package "Acme Suite"

  Scenario: The next build of a number is counted by the Dev Hub
    Given the upload "first" with the number "1.0.0.NEXT" and "Suite"
    And the developer has built "first" of the package "Acme Suite"
    And the upload "second" with the number "1.0.0.NEXT" and "Suite"
    When the developer builds "second" of the package "Acme Suite"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+MajorVersion,MinorVersion,PatchVersion,BuildNumber,IsReleased,HasPassedCodeCoverageCheck,IsPasswordProtected+FROM+Package2Version+WHERE+SubscriberPackageVersionId='{note:second version}'
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"size": 1, "totalSize": 1, "done": true, "queryLocator": null, "entityTypeName": "Package2Version", "records": [{"attributes": {"type": "Package2Version", "url": "{any}"},
        "MajorVersion": 1, "MinorVersion": 0, "PatchVersion": 0, "BuildNumber": 2, "IsReleased": false, "HasPassedCodeCoverageCheck": true, "IsPasswordProtected": false}]}
      """

  @R-C5
  Scenario: A connected app is no part of a second-generation package
    Given the upload "bad" with the number "1.0.0.NEXT", "Suite" and the files
      | package.xml | <Package><types><members>X</members><name>ConnectedApp</name></types><version>67.0</version></Package> |
    When the developer builds "bad" of the package "Acme Suite"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Message+FROM+Package2VersionCreateRequestError+WHERE+ParentRequest.Id='{note:bad request}'
      """
    Then the answer has the status 200
    And the answer mentions "can't be created in a second"

  @R-C5 @R-A8
  Scenario: A connected app is referred to in the first-generation package that it comes from
    Given an uninstalled connected app "One"
    And the test author has created "/packages" from
      """
      {"name": "{unique:One Package}", "org": "{org:the publisher}", "generation": "first_generation", "namespace": "{note:namespace}", "apps": ["{app:One}"]}
      """
    And the upload "good" with the number "1.0.0.NEXT", "Suite" and the files
      | package.xml                    | <Package><types><members>{app}</members><name>ExternalClientApplication</name></types><types><members>One</members><name>ConnectedApp</name></types><version>67.0</version></Package> |
      | connectedApps/One.connectedApp | <ConnectedApp><developerName>{note:namespace}__{api name:One}</developerName><version>1.0</version></ConnectedApp>                                                                |
    And the developer has built "good" of the package "Acme Suite"
    And the developer has promoted "good"
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "full", "SubscriberPackageVersionKey": "{note:good version}"}
      """
    Then the answer has the status 201
    And "One" counts as "installed" in the org

  @R-C5
  Scenario: An app is part of one package only
    Given the upload "first" with the number "1.0.0.NEXT" and "Suite"
    And the developer has built "first" of the package "Acme Suite"
    And the developer has created the package "Acme Other"
    And the upload "second" with the number "1.0.0.NEXT" and "Suite"
    When the developer builds "second" of the package "Acme Other"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Message+FROM+Package2VersionCreateRequestError+WHERE+ParentRequest.Id='{note:second request}'
      """
    Then the answer mentions "is part of the package"

  @R-C5
  Scenario: What holds the secret is no part of a second-generation package
    Given the upload "bad" with the number "1.0.0.NEXT", "Suite" and the files
      | package.xml | <Package><types><members>X</members><name>ExtlClntAppGlobalOauthSettings</name></types><version>67.0</version></Package> |
    When the developer builds "bad" of the package "Acme Suite"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Message+FROM+Package2VersionCreateRequestError+WHERE+ParentRequest.Id='{note:bad request}'
      """
    Then the answer has the status 200
    And the answer mentions "can't be included"

  @R-C5
  Scenario: What an admin decided is no part of a second-generation package
    Given the upload "bad" with the number "1.0.0.NEXT", "Suite" and the files
      | package.xml | <Package><types><members>X</members><name>ExtlClntAppOauthConfigurablePolicies</name></types><version>67.0</version></Package> |
    When the developer builds "bad" of the package "Acme Suite"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Message+FROM+Package2VersionCreateRequestError+WHERE+ParentRequest.Id='{note:bad request}'
      """
    Then the answer has the status 200
    And the answer mentions "can't be included"

  @R-C5
  Scenario: A local app is no part of a package
    Given the upload "bad" with the number "1.0.0.NEXT", "Suite" and the files
      | externalClientApps/{app}.eca | <ExternalClientApplication><distributionState>Local</distributionState></ExternalClientApplication> |
    When the developer builds "bad" of the package "Acme Suite"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Message+FROM+Package2VersionCreateRequestError+WHERE+ParentRequest.Id='{note:bad request}'
      """
    Then the answer mentions "must be Packaged"

  Scenario: What is no upload fails with a reason
    When the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/Package2VersionCreateRequest

      {"Package2Id": "{note:Acme Suite}", "VersionInfo": "bm8gemlw"}
      """
    And "/id" of the answer is noted as "request"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Message+FROM+Package2VersionCreateRequestError+WHERE+ParentRequest.Id='{note:request}'
      """
    Then the answer mentions "not a valid archive"

  @route:tooling/update
  Scenario: A number is released once
    Given the upload "first" with the number "1.0.0.NEXT" and "Suite"
    And the developer has built "first" of the package "Acme Suite"
    And the developer has promoted "first"
    And the upload "second" with the number "1.0.0.NEXT" and "Suite"
    And the developer has built "second" of the package "Acme Suite"
    When the developer promotes "second"
    Then the answer has the status 400
    And the answer mentions "DUPLICATE_VALUE"
    And the answer mentions "previously released"

  @route:tooling/update
  Scenario: A version is promoted
    Given the upload "first" with the number "1.0.0.NEXT" and "Suite"
    And the developer has built "first" of the package "Acme Suite"
    When the developer promotes "first"
    Then the answer has the status 204

  @route:tooling/update
  Scenario: A version that was not checked is not promoted
    Given the upload "first" with the number "1.0.0.NEXT" and "Suite"
    And the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/Package2VersionCreateRequest

      {"Package2Id": "{note:Acme Suite}", "VersionInfo": "{note:first}", "SkipValidation": true}
      """
    And "/id" of the answer is noted as "request"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/sobjects/Package2VersionCreateRequest/{note:request}
      """
    And "/Package2VersionId" of the answer is noted as "record"
    When the admin of the publisher sends
      """
      PATCH /services/data/v67.0/tooling/sobjects/Package2Version/{note:record}

      {"IsReleased": true}
      """
    Then the answer has the status 400
    And the answer mentions "without validating"

  Scenario: A version builds on a released one
    Given the upload "first" with the number "1.0.0.NEXT" and "Suite"
    And the developer has built "first" of the package "Acme Suite"
    And the upload "second" with the number "1.1.0.NEXT", "Suite" and the ancestor "first version"
    When the developer builds "second" of the package "Acme Suite"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Message+FROM+Package2VersionCreateRequestError+WHERE+ParentRequest.Id='{note:second request}'
      """
    Then the answer mentions "is not released"

  Scenario: The build takes the time that the org wants
    Given the policy "package_build_seconds" of the publisher is "120"
    And the upload "first" with the number "1.0.0.NEXT" and "Suite"
    And the admin of the publisher sends
      """
      POST /services/data/v67.0/tooling/sobjects/Package2VersionCreateRequest

      {"Package2Id": "{note:Acme Suite}", "VersionInfo": "{note:first}", "CalculateCodeCoverage": true}
      """
    And "/id" of the answer is noted as "request"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Status+FROM+Package2VersionCreateRequest+WHERE+Id='{note:request}'
      """
    And the answer mentions "Queued"
    When 3 minutes pass
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Status+FROM+Package2VersionCreateRequest+WHERE+Id='{note:request}'
      """
    Then the answer mentions "Success"

  @R-C4 @route:tooling/query
  Scenario: A version is looked at by its id alone
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+SubscriberPackageVersion
      """
    Then the answer has the status 400
    And the answer mentions "Implementation restriction: You can only perform queries of the form Id"
