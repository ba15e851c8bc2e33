@R-C5 @route:tooling/create
Feature: External client apps of a developer org in packages of a Dev Hub
  The OAuth settings of a packaged app belong to the Dev Hub, unless the org that owns them opts in and its namespace is linked to the hub.

  Background:
    Given another org that holds a namespace
    And another org defines the external client app "Lent"
    And the publisher's Dev Hub is linked to a namespace
    And the developer has created the package "Acme Suite"
    And the upload "first" with the number "1.0.0.NEXT", "Lent" and the files
      | extlClntAppOauthSettings/{app}_oauth.ecaOauth | <ExtlClntAppOauthSettings><externalClientApplication>{app}</externalClientApplication><commaSeparatedOauthScopes>Api, RefreshToken</commaSeparatedOauthScopes><oauthLink>{note:oauth link}</oauthLink></ExtlClntAppOauthSettings> |

  @route:pages/external-app-settings @route:pages/save-external-app-settings
  Scenario: An org that opted in and is linked lends its app
    Given the admin of the publisher links the namespace of another org
    And the admin of another org opens the page "External Client App Settings"
    And the admin of another org has filled in the form and pressed "Save"
      | Allow packaging of External Client App OAuth settings from this org | on |
    When the developer builds "first" of the package "Acme Suite"
    And the developer promotes "first"
    Then the answer has the status 204
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "full", "SubscriberPackageVersionKey": "{note:first version}"}
      """
    Then the answer has the status 201
    And "Lent" counts as "installed" in the org

  Scenario: Without the opt-in the settings must be the Dev Hub's own
    Given the admin of the publisher links the namespace of another org
    When the developer builds "first" of the package "Acme Suite"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Message+FROM+Package2VersionCreateRequestError+WHERE+ParentRequest.Id='{note:first request}'
      """
    Then the answer mentions "must be owned by the Dev Hub org"

  Scenario: Without a link between the orgs the opt-in lends nothing
    Given the admin of another org opens the page "External Client App Settings"
    And the admin of another org has filled in the form and pressed "Save"
      | Allow packaging of External Client App OAuth settings from this org | on |
    When the developer builds "first" of the package "Acme Suite"
    And the admin of the publisher sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Message+FROM+Package2VersionCreateRequestError+WHERE+ParentRequest.Id='{note:first request}'
      """
    Then the answer mentions "namespace is not linked to the Dev Hub"
