@R-C1
Feature: Dev Hub and Namespace Registry in Setup
  A Dev Hub is enabled for good, and links namespaces of orgs to which its administrator can log in.

  Background:
    Given the publisher has a Dev Hub

  @route:pages/dev-hub @route:pages/enable-dev-hub
  Rule: Dev Hub

    Scenario: Dev Hub and second-generation packaging are enabled one after the other
      When the admin opens the page "Dev Hub"
      And the admin presses "Enable Dev Hub"
      Then the page tells the admin "Done: Enable Dev Hub."
      When the admin sends
        """
        GET /services/data/v67.0/query?q=SELECT+Id+FROM+ActiveScratchOrg
        """
      Then the answer has the status 200
      When the admin presses "Enable Unlocked Packages"
      Then the page tells the admin "Done: Enable Unlocked Packages and Second-Generation Managed Packages."
      And the page does not tell the admin "Disabled"

    Scenario: An org that is no Dev Hub knows no scratch orgs
      When the admin sends
        """
        GET /services/data/v67.0/query?q=SELECT+Id+FROM+ActiveScratchOrg
        """
      Then the answer has the status 400

    Scenario: Nothing disables what is enabled
      When the admin of the publisher opens the page "Dev Hub"
      Then the page does not tell the admin of the publisher "Disabled"
      And the page does not tell the admin of the publisher "Disable "

    Scenario: A sandbox has no Dev Hub
      Given a sandbox of the org
      When the admin of the sandbox opens the page "Dev Hub"
      Then the page tells the admin of the sandbox "Dev Hub isn't available in a sandbox, in a scratch org or in this edition."

    Scenario: Looking takes View Setup and Configuration
      Given a user "bob" with the profile "Standard Platform User"
      When "bob" opens the page "Dev Hub"
      Then "bob" sees Insufficient Privileges

    Scenario: Enabling takes Customize Application
      Given a user "ada"
      When the admin opens the page "Dev Hub"
      And "ada" sends "Enable Dev Hub" of the page of the admin
      Then "ada" sees Insufficient Privileges

  @route:pages/namespaces @route:pages/link-namespace @route:pages/allow-link @route:pages/answer-link @route:pages/namespace-linked
  Rule: Link Namespace

    Scenario: Whoever logs in to the org that holds a namespace links it
      Given another org that holds a namespace
      When the admin of the publisher opens the page "Namespace Registry"
      Then the page tells the admin of the publisher "No namespace is linked to this Dev Hub."
      When the admin of the publisher presses "Link Namespace"
      And the admin of the publisher fills in the form and presses "Log In"
        | Username | {username:the admin of another org} |
        | Password | {password:the admin of another org} |
      Then the page tells the admin of the publisher "{note:namespace}"
      When the admin of the publisher presses "Allow"
      Then the page tells the admin of the publisher "The namespace is linked."
      And the page tells the admin of the publisher "{note:namespace}"
      When the admin of the publisher sends
        """
        POST /services/data/v67.0/tooling/sobjects/Package2

        {"Name": "{unique:Suite}", "Description": "", "NamespacePrefix": "{note:namespace}", "ContainerOptions": "Managed"}
        """
      Then the answer has the status 201

    Scenario: A namespace is linked once
      Given another org that holds a namespace
      When the admin of the publisher links the namespace of another org
      And the admin of the publisher links the namespace of another org
      Then the page tells the admin of the publisher "This namespace is already linked to your Dev Hub."

    Scenario: A namespace is unlinked again
      Given another org that holds a namespace
      When the admin of the publisher links the namespace of another org
      And the admin of the publisher presses "Unlink"
      Then the page tells the admin of the publisher "The namespace is no longer linked."
      And the page tells the admin of the publisher "No namespace is linked to this Dev Hub."

    Scenario: A namespace that packages carry stays
      Given another org that holds a namespace
      When the admin of the publisher links the namespace of another org
      And the admin of the publisher sends
        """
        POST /services/data/v67.0/tooling/sobjects/Package2

        {"Name": "{unique:Suite}", "Description": "", "NamespacePrefix": "{note:namespace}", "ContainerOptions": "Managed"}
        """
      And the admin of the publisher presses "Unlink"
      Then the page tells the admin of the publisher "You can't unlink this namespace because packages of this Dev Hub carry it."

    Scenario: An org without a namespace has nothing to link
      Given another org
      When the admin of the publisher opens the page "Namespace Registry"
      And the admin of the publisher presses "Link Namespace"
      And the admin of the publisher fills in the form and presses "Log In"
        | Username | {username:the admin of another org} |
        | Password | {password:the admin of another org} |
      Then the page tells the admin of the publisher "The org that you logged in to has no namespace."

    Scenario: Who administers nothing in that org consents to nothing
      Given another org that holds a namespace
      And a user "eve" of another org
      When the admin of the publisher opens the page "Namespace Registry"
      And the admin of the publisher presses "Link Namespace"
      And the admin of the publisher fills in the form and presses "Log In"
        | Username | {username:eve} |
        | Password | {password:eve} |
      Then the admin of the publisher sees Insufficient Privileges

    Scenario: Nobody comes back with a consent that was not asked for
      Given another org that holds a namespace
      When the admin of the publisher opens the path "/lightning/setup/NamespaceRegistry/linked?code=00D000000000000!AQnobody&state=0"
      Then the page tells the admin of the publisher "The consent of the org that holds the namespace is no longer good."

    Scenario: A consent form that no page made consents to nothing
      Given another org that holds a namespace
      When the admin of the publisher opens the page "Namespace Registry"
      And the admin of the publisher presses "Link Namespace"
      And the admin of the publisher fills in the form and presses "Log In"
        | Username | {username:the admin of another org} |
        | Password | {password:the admin of another org} |
      And the admin of the publisher repeats the post of the page without its CSRF token
      Then the admin of the publisher gets the status 403

    Scenario: Before Dev Hub is enabled there is nothing to link to
      When the admin opens the page "Namespace Registry"
      Then the page tells the admin "Enable Dev Hub first."
      And the page does not tell the admin "Link Namespace"

    Scenario: Linking takes Customize Application
      Given a user "eve" of the publisher
      When the admin of the publisher opens the page "Namespace Registry"
      And "eve" sends "Link Namespace" of the page of the admin of the publisher
      Then "eve" sees Insufficient Privileges

    Scenario: The list is for who sees Setup
      Given a user "bob" with the profile "Standard Platform User"
      When "bob" opens the page "Namespace Registry"
      Then "bob" sees Insufficient Privileges
