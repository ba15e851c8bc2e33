@R-A8 @route:pages/install-package @route:pages/run-package-install
Feature: Package install link
  The link by which a partner's package, and the app in it, comes into a customer's org.

  Background:
    Given a user "ada"
    And a packaged uninstalled external client app "Suite"

  Scenario: The page asks the admin to acknowledge a package that Salesforce does not distribute
    Given a package "Acme Suite" with "Suite"
    When the admin opens the install link of the package "Acme Suite"
    And the admin installs it with
      | audience | admins |
    Then "Suite" counts as "unseen" in the org

  Scenario Outline: Installed <for whom>, the app works for every user
    Given a package "Acme Suite" with "Suite"
    And the admin opens the install link of the package "Acme Suite"
    When the admin installs it with
      | acknowledge | 1          |
      | audience    | <audience> |
    And "ada" connects "Suite"
    Then the access token of "Suite" works

    Examples:
      | for whom        | audience |
      | for admins only | admins   |
      | for all users   | all      |

  Scenario: The right installation key installs
    Given a package "Acme Suite" with "Suite" and the installation key "sesame"
    And the admin opens the install link of the package "Acme Suite"
    When the admin installs it with
      | acknowledge      | 1      |
      | audience         | admins |
      | installation_key | sesame |
    Then "Suite" counts as "installed" in the org

  Scenario: A wrong installation key does not
    Given a package "Acme Suite" with "Suite" and the installation key "sesame"
    And the admin opens the install link of the package "Acme Suite"
    When the admin installs it with
      | acknowledge      | 1      |
      | audience         | admins |
      | installation_key | wrong  |
    Then "Suite" counts as "unseen" in the org

  Scenario: A connected app comes by package too
    Given an uninstalled connected app "Reports"
    And a package "Acme Reports" with "Reports"
    And the admin opens the install link of the package "Acme Reports"
    When the admin installs it with
      | acknowledge | 1   |
      | audience    | all |
    And "ada" authorizes "Reports"
    Then the callback of "Reports" gets a code and the state

  @R-K1 @route:control/packages-add
  Scenario: The control API tells the install link
    Given a package "Acme Suite" with "Suite"
    When the test author reads "/packages/{package:Acme Suite}"
    Then the answer names
      | name        | {package:Acme Suite}                                 |
      | version_id  | {note:Acme Suite}                                    |
      | install_url | {any}/packaging/installPackage.apexp?p0={note:Acme Suite} |

  @R-A9
  Scenario: A standard user may not install packages
    Given a package "Acme Suite" with "Suite"
    When "ada" opens the install link of the package "Acme Suite"
    Then "ada" sees Insufficient Privileges

  Scenario: A version that was not promoted is refused in production
    Given a package "Acme Suite" with "Suite" that is not promoted
    When the admin opens the install link of the package "Acme Suite"
    And "ada" authorizes "Suite"
    Then the callback of "Suite" gets the error "OAUTH_EC_APP_NOT_FOUND" saying "External client app is not installed in this org"
