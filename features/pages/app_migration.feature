@R-B7 @route:pages/migrate @route:pages/run-migration
Feature: Migrate to External Client App
  From the connected app's page, after two statements are confirmed. What stands against it is told instead of the form.

  Background:
    Given a user "ada"

  Scenario: A sound connected app is migrated
    Given the org's own connected app "Reports"
    And "ada" has connected "Reports"
    And the admin opens the path "/app/mgmt/forceconnectedapps/forceAppDetail.apexp?id={app id:Reports}"
    When the admin follows the link "Migrate to External Client App"
    And the admin fills in the form and presses "Migrate"
      | This connected app is local: no package distributes it.                 | on |
      | This connected app doesn't use the OAuth username-password flow.        | on |
    Then the page tells the admin "The connected app is migrated."
    And the access token of "Reports" works
    When the admin opens the path "/app/mgmt/forceconnectedapps/forceAppDetail.apexp?id={app id:Reports}"
    Then the page tells the admin "It is read-only"
    And the page offers the admin no "Manage Consumer Details"
    When the admin opens the path "/app/mgmt/forceconnectedapps/forceAppEdit.apexp?id={app id:Reports}"
    And the admin fills in the form and presses "Save"
      | Description | changed |
    Then the page tells the admin "The connected app was migrated and is read-only"
    When the admin opens the page "View Setup Audit Trail"
    Then the page tells the admin "Migrated connected app {app:Reports}"

  Scenario: Both statements must be confirmed
    Given the org's own connected app "Reports"
    And the admin opens the path "/app/mgmt/forceconnectedapps/forceAppMigrate.apexp?id={app id:Reports}"
    When the admin fills in the form and presses "Migrate"
      | This connected app is local: no package distributes it. | on |
    Then the page tells the admin "Confirm this statement to go on."
    And the admin sees the page "Migrate to External Client App"

  Scenario: Deleting the external client app gives the connected app back
    Given the org's own connected app "Reports"
    And the admin opens the path "/app/mgmt/forceconnectedapps/forceAppMigrate.apexp?id={app id:Reports}"
    And the admin has filled in the form and pressed "Migrate"
      | This connected app is local: no package distributes it.          | on |
      | This connected app doesn't use the OAuth username-password flow. | on |
    When the admin follows the link "Settings"
    And the admin follows the link "Delete"
    And the admin presses "Delete"
    And the admin opens the path "/app/mgmt/forceconnectedapps/forceAppEdit.apexp?id={app id:Reports}"
    And the admin fills in the form and presses "Save"
      | Contact Email | dev@vendor.example |
    Then the page tells the admin "{app:Reports} is saved."

  Scenario Outline: <what> keeps it from being migrated
    Given the org's own connected app "Reports" with
      | <setting> | <value> |
    When the admin opens the path "/app/mgmt/forceconnectedapps/forceAppMigrate.apexp?id={app id:Reports}"
    Then the page tells the admin "<blocker>"
    And the page offers the admin no "Migrate"

    Examples:
      | what                       | setting  | value                          | blocker                                                     |
      | The username-password flow | Flows    | web_server username_password   | The connected app uses the OAuth username-password flow     |
      | Canvas                     | Features | canvas                         | The connected app uses Canvas                               |
      | User provisioning          | Features | user_provisioning              | The connected app uses user provisioning                    |

  Scenario: Who may not create external client apps is refused
    Given the org's own connected app "Reports"
    When "ada" opens the path "/app/mgmt/forceconnectedapps/forceAppMigrate.apexp?id={app id:Reports}"
    Then "ada" sees Insufficient Privileges
