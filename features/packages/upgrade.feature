@R-C6 @route:tooling/create
Feature: New scopes of a packaged app
  A scope that the developer adds counts in a customer's org once a version that has it is installed, and the user allowed it.

  Background:
    Given a user "ada"
    And the publisher's Dev Hub is linked to a namespace
    And a packaged uninstalled external client app "Suite"
    And the developer has created the package "Acme Suite"
    And the upload "first" with the number "1.0.0.NEXT" and "Suite"
    And the developer has built "first" of the package "Acme Suite"
    And the developer has promoted "first"
    And the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "full", "SubscriberPackageVersionKey": "{note:first version}"}
      """
    And "ada" has connected "Suite"
    And the developer has changed "Suite" to
      | OAuth Scopes | api refresh_token openid id web |

  Scenario: Before the new version is installed the scope is refused
    When "ada" authorizes "Suite" with
      | scope | api web |
    Then "ada" is shown the OAuth error page, caused by "invalid_scope" saying "the requested scope is not allowed"

  Scenario: After it is installed the user is asked again
    Given the upload "second" with the number "1.1.0.NEXT", "Suite" and the ancestor "first version"
    And the developer has built "second" of the package "Acme Suite"
    And the developer has promoted "second"
    And the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "full", "SubscriberPackageVersionKey": "{note:second version}"}
      """
    When "ada" begins to authorize "Suite" with
      | scope | api web |
    Then "ada" is asked to allow "Suite" access to "Manage user data via APIs, Manage user data via Web browsers"

  Scenario: What was allowed before goes on meanwhile
    When "Suite" refreshes
    Then the access token of "Suite" works

  @R-C4
  Scenario: An earlier version does not take the place of a later one
    Given the upload "second" with the number "1.1.0.NEXT", "Suite" and the ancestor "first version"
    And the developer has built "second" of the package "Acme Suite"
    And the developer has promoted "second"
    And the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "full", "SubscriberPackageVersionKey": "{note:second version}"}
      """
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "full", "SubscriberPackageVersionKey": "{note:first version}"}
      """
    And "/id" of the answer is noted as "request"
    And the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/PackageInstallRequest/{note:request}
      """
    Then the answer mentions "A newer version of this package is currently installed"
