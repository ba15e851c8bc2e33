@R-A11
Feature: Installed Packages in Setup
  What came into the org by packages, and how it goes again.

  Background:
    Given a user "ada"
    And a packaged uninstalled external client app "Suite"
    And a package "Acme Suite" with "Suite"
    And the admin opens the install link of the package "Acme Suite"

  @route:pages/installed-packages @route:pages/installed-package
  Scenario: What is installed is listed with its publisher and version
    When the admin installs it with
      | acknowledge | 1   |
      | audience    | all |
    And the admin opens the page "Installed Packages"
    Then the page tells the admin "{package:Acme Suite}"
    And the page tells the admin "{org:the publisher}"
    When the admin follows the link "{package:Acme Suite}"
    Then the page tells the admin "{app:Suite}"
    And the page tells the admin "External Client App"

  @route:pages/installed-packages
  Scenario: Before anything is installed nothing is listed
    When the admin opens the page "Installed Packages"
    Then the page tells the admin "No packages are installed."

  @route:pages/installed-packages
  Scenario: The list is for who sees Setup
    Given a user "bob" with the profile "Standard Platform User"
    When "bob" opens the page "Installed Packages"
    Then "bob" sees Insufficient Privileges

  @route:pages/installed-package
  Scenario: A package that is not installed has no page
    When the admin opens the path "/lightning/setup/ImportedPackage/page?p0={note:Acme Suite}"
    Then the admin gets the status 404

  @route:pages/uninstall-form @route:pages/uninstall-package
  Rule: Uninstall

    Background:
      When the admin installs it with
        | acknowledge | 1   |
        | audience    | all |
      And "ada" connects "Suite"
      And the admin opens the page "Installed Packages"
      And the admin follows the link "Uninstall {package:Acme Suite}"

    Scenario: Uninstalling ends the tokens of all users and closes the gate
      When the admin fills in the form and presses "Uninstall"
        | Yes, I want to uninstall this package and permanently delete all associated components | on |
      Then the page tells the admin "The package is uninstalled."
      And the access token of "Suite" no longer works
      When "ada" authorizes "Suite"
      Then the callback of "Suite" gets the error "OAUTH_EC_APP_NOT_FOUND" saying "External client app is not installed in this org"

    Scenario: Without the confirmation nothing is uninstalled
      When the admin presses "Uninstall"
      Then the page tells the admin "Select the check box to confirm that you want to uninstall the package."
      And the access token of "Suite" works

    Scenario: Uninstalling takes the permission to install
      When "ada" sends "Uninstall" of the page of the admin
      Then "ada" sees Insufficient Privileges
      And the access token of "Suite" works

    Scenario: The form takes it too
      When "ada" opens the path "/lightning/setup/ImportedPackage/uninstall?p0={note:Acme Suite}"
      Then "ada" sees Insufficient Privileges
