@R-C3
Feature: Package Manager and upgrades
  The packages that an org makes, with the links that install them; and the page by which a later version takes the place of an earlier one.

  Background:
    Given a user "ada"
    And the publisher's Dev Hub is linked to a namespace
    And a packaged uninstalled external client app "Suite"
    And the developer has created the package "Acme Suite"
    And the upload "first" with the number "1.0.0.NEXT" and "Suite"
    And the developer has built "first" of the package "Acme Suite"

  @route:pages/package-manager @route:pages/package
  Rule: The packages of the org

    Scenario: A version is a beta until it is promoted
      When the admin of the publisher opens the page "Package Manager"
      Then the page tells the admin of the publisher "2GP Managed"
      When the admin of the publisher follows the link "{unique:Acme Suite}"
      Then the page tells the admin of the publisher "1.0.0.1"
      And the page tells the admin of the publisher "Beta"
      And the page tells the admin of the publisher "/packaging/installPackage.apexp?p0={note:first version}"

    Scenario: A promoted version is released
      Given the developer has promoted "first"
      When the admin of the publisher opens the page "Package Manager"
      And the admin of the publisher follows the link "{unique:Acme Suite}"
      Then the page tells the admin of the publisher "Released"

    Scenario: Packages of other orgs are not listed
      When the admin opens the page "Package Manager"
      Then the page tells the admin "This org has made no packages."

    Scenario: A package of another org has no page
      When the admin opens the path "/lightning/setup/Package/page?package={note:Acme Suite}"
      Then the admin gets the status 404

    Scenario: The list is for who sees Setup
      Given a user "bob" with the profile "Standard Platform User"
      When "bob" opens the page "Package Manager"
      Then "bob" sees Insufficient Privileges

  @R-A8 @R-C4 @route:pages/install-package @route:pages/run-package-install
  Rule: Upgrade

    Background:
      Given the developer has promoted "first"
      And the upload "second" with the number "1.1.0.NEXT", "Suite" and the ancestor "first version"
      And the developer has built "second" of the package "Acme Suite"
      And the developer has promoted "second"

    Scenario: The first version is installed
      When the admin opens the path "/packaging/installPackage.apexp?p0={note:first version}"
      Then the admin sees the page "Install {unique:Acme Suite}"

    Scenario: A later version upgrades it
      When the admin opens the path "/packaging/installPackage.apexp?p0={note:first version}"
      And the admin installs it with
        | acknowledge | 1   |
        | audience    | all |
      And the admin opens the path "/packaging/installPackage.apexp?p0={note:second version}"
      Then the admin sees the page "Upgrade {unique:Acme Suite}"
      And the page tells the admin "1.0.0"
      When the admin installs it with
        | acknowledge | 1   |
        | audience    | all |
      And the admin opens the page "Installed Packages"
      Then the page tells the admin "1.1.0"

    Scenario: An earlier version takes no later one's place
      When the admin opens the path "/packaging/installPackage.apexp?p0={note:second version}"
      And the admin installs it with
        | acknowledge | 1   |
        | audience    | all |
      And the admin opens the path "/packaging/installPackage.apexp?p0={note:first version}"
      Then the admin sees the page "Install {unique:Acme Suite}"
      When the admin installs it with
        | acknowledge | 1   |
        | audience    | all |
      Then the page tells the admin "CANNOT_INSTALL_EARLIER_VERSION"

    @R-A10
    Scenario: The org that makes a package does not install it
      When the admin of the publisher opens the path "/packaging/installPackage.apexp?p0={note:first version}"
      And the admin of the publisher installs it with
        | acknowledge | 1   |
        | audience    | all |
      Then the page tells the admin of the publisher "INSTALL_INTO_DEV_ORG"
