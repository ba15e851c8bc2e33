@R-C2
Feature: First-generation packages in Package Manager
  A Developer Edition org registers a namespace, puts a connected app into a package, and uploads it.

  Background:
    Given the publisher works in a Developer Edition org without a namespace

  @R-C1 @route:pages/namespace @route:pages/save-namespace
  Rule: Namespace Settings

    Scenario: A namespace is checked, reviewed and saved for good
      When the admin of the publisher opens the page "Package Manager"
      And the admin of the publisher follows the link "Edit Namespace Settings"
      And the admin of the publisher fills in the form and presses "Check Availability"
        | Namespace Prefix | {note:free namespace} |
      Then the page tells the admin of the publisher "The prefix is available."
      When the admin of the publisher presses "Save"
      Then the page tells the admin of the publisher "{note:free namespace}"
      And the page offers the admin of the publisher no "Edit Namespace Settings"

    Scenario: A malformed namespace is refused
      When the admin of the publisher opens the path "/lightning/setup/Package/namespace"
      And the admin of the publisher fills in the form and presses "Check Availability"
        | Namespace Prefix | 1st__ |
      Then the page tells the admin of the publisher "is not valid"

    Scenario: A namespace that another org has is refused
      Given another org that holds a namespace
      When the admin of the publisher opens the path "/lightning/setup/Package/namespace"
      And the admin of the publisher fills in the form and presses "Check Availability"
        | Namespace Prefix | {note:namespace} |
      Then the page tells the admin of the publisher "is not available"

    Scenario: Only a Developer Edition org has one
      When the admin opens the path "/lightning/setup/Package/namespace"
      And the admin fills in the form and presses "Check Availability"
        | Namespace Prefix | anything |
      Then the page tells the admin "Namespaces and managed packages are made in a Developer Edition org only."

    Scenario: It takes the permission to make packages
      Given a user "ada"
      When "ada" opens the path "/lightning/setup/Package/namespace"
      Then "ada" sees Insufficient Privileges

    Scenario: Saving takes it too
      Given a user "ada"
      When the admin opens the path "/lightning/setup/Package/namespace"
      And "ada" sends "Check Availability" of the page of the admin
      Then "ada" sees Insufficient Privileges

  @route:pages/new-package @route:pages/create-package
  Rule: New

    Scenario: A managed package carries the org's namespace
      Given the publisher packages in a Developer Edition org with a namespace
      When the admin of the publisher opens the page "Package Manager"
      And the admin of the publisher follows the link "New"
      And the admin of the publisher fills in the form and presses "Save"
        | Package Name | Order Sync |
        | Managed      | on         |
      Then the page tells the admin of the publisher "The package is made."
      And the page tells the admin of the publisher "{note:namespace}"

    Scenario: A managed package takes a namespace
      When the admin of the publisher opens the path "/lightning/setup/Package/new"
      And the admin of the publisher fills in the form and presses "Save"
        | Package Name | Order Sync |
        | Managed      | on         |
      Then the page tells the admin of the publisher "A managed package needs a namespace"

    Scenario: A package has a name
      When the admin of the publisher opens the path "/lightning/setup/Package/new"
      And the admin of the publisher presses "Save"
      Then the page tells the admin of the publisher "You must enter a value"

    Scenario: Making one takes the permission
      Given a user "ada"
      When "ada" opens the path "/lightning/setup/Package/new"
      Then "ada" sees Insufficient Privileges

    Scenario: Making one by a form of somebody else takes it too
      Given a user "ada"
      When the admin opens the path "/lightning/setup/Package/new"
      And "ada" sends "Save" of the page of the admin
      Then "ada" sees Insufficient Privileges

  @R-C8 @route:pages/package @route:pages/package-components @route:pages/add-components @route:pages/upload-form @route:pages/upload-package @route:pages/change-package
  Rule: Components and Upload

    Background:
      Given the publisher packages in a Developer Edition org with a namespace
      And an uninstalled connected app "Orders"
      When the admin of the publisher opens the path "/lightning/setup/Package/new"
      And the admin of the publisher fills in the form and presses "Save"
        | Package Name | Order Sync |
        | Managed      | on         |

    Scenario: Uploaded, the package has an install link that was e-mailed, and installs
      Given a user "ada"
      When the admin of the publisher follows the link "Add components"
      And the admin of the publisher fills in the form and presses "Add To Package"
        | Connected App | {app:Orders} |
      Then the page tells the admin of the publisher "{app:Orders}"
      When the admin of the publisher follows the link "Upload"
      And the admin of the publisher fills in the form and presses "Upload"
        | Version Name | Autumn             |
        | Release Type | Managed - Released |
      Then the page tells the admin of the publisher "An e-mail with its install link is in the outbox."
      And the page tells the admin of the publisher "1.0.0.1"
      And the newest e-mail to the admin of the publisher is about "package_uploaded"
      When the link of the newest e-mail to the admin of the publisher is noted as "install link"
      And the admin logs in
      And the admin opens the address "{note:install link}"
      And the admin installs it with
        | acknowledge | 1   |
        | audience    | all |
      And "ada" connects "Orders"
      Then the access token of "Orders" works

    Scenario: An empty package is not uploaded
      When the admin of the publisher follows the link "Upload"
      And the admin of the publisher fills in the form and presses "Upload"
        | Version Name | Autumn |
      Then the page tells the admin of the publisher "The package has no components."

    Scenario: A password is typed twice
      When the admin of the publisher follows the link "Upload"
      And the admin of the publisher fills in the form and presses "Upload"
        | Version Name | Autumn |
        | Password     | sesame |
      Then the page tells the admin of the publisher "Passwords don't match."

    Scenario: Somebody has to choose a component
      When the admin of the publisher follows the link "Add components"
      And the admin of the publisher presses "Add To Package"
      Then the page tells the admin of the publisher "Select at least one component."

    Scenario: A component is taken out again
      When the admin of the publisher follows the link "Add components"
      And the admin of the publisher fills in the form and presses "Add To Package"
        | Connected App | {app:Orders} |
      And the admin of the publisher presses "Remove"
      Then the page tells the admin of the publisher "The package has no components yet."

    Scenario: A component of a released version stays
      When the admin of the publisher follows the link "Add components"
      And the admin of the publisher fills in the form and presses "Add To Package"
        | Connected App | {app:Orders} |
      And the admin of the publisher follows the link "Upload"
      And the admin of the publisher fills in the form and presses "Upload"
        | Version Name | Autumn             |
        | Release Type | Managed - Released |
      And the admin of the publisher presses "Remove"
      Then the page tells the admin of the publisher "is part of a released version and can't be removed from the package."

    Scenario: The newest released version is not deprecated
      When the admin of the publisher follows the link "Add components"
      And the admin of the publisher fills in the form and presses "Add To Package"
        | Connected App | {app:Orders} |
      And the admin of the publisher follows the link "Upload"
      And the admin of the publisher fills in the form and presses "Upload"
        | Version Name | Autumn             |
        | Release Type | Managed - Released |
      And the admin of the publisher presses "Deprecate"
      Then the page tells the admin of the publisher "The newest released version of a package can't be deprecated."

    Scenario: A package without a released version is deleted
      When the admin of the publisher presses "Delete"
      Then the page tells the admin of the publisher "The package is deleted."

    Scenario Outline: <what> takes the permission to make packages
      Given a user "eve" of the publisher
      When the admin of the publisher follows the link "<link>"
      And "eve" sends "<button>" of the page of the admin of the publisher
      Then "eve" sees Insufficient Privileges

      Examples:
        | what              | link           | button         |
        | Adding components | Add components | Add To Package |
        | Uploading         | Upload         | Upload         |

    Scenario: Deleting takes it too
      Given a user "eve" of the publisher
      When "eve" sends "Delete" of the page of the admin of the publisher
      Then "eve" sees Insufficient Privileges
