@R-A7 @route:pages/install-app @route:pages/approve-install
Feature: Direct install link
  A link that the app's maker hands to the customer's admin, who reviews the app and installs it.

  Background:
    Given a user "ada"
    And an uninstalled connected app "Reports"

  Scenario: The admin reviews what the app will be able to do
    When the admin opens the install link of "Reports"
    Then the page tells the admin "Manage user data via APIs"
    And "Reports" counts as "unseen" in the org

  Scenario: The admin installs, and users pass
    Given the admin opens the install link of "Reports"
    When the admin installs it
    And "ada" authorizes "Reports"
    Then the callback of "Reports" gets a code and the state
    And "Reports" counts as "installed" in the org

  Scenario: Installing the app gives tokens issued before their menu item
    Given "Reports" holds a session of "ada" with the scopes "api refresh_token"
    And the admin opens the install link of "Reports"
    When the admin installs it
    And the admin queries "SELECT AppName FROM OauthToken WHERE AppMenuItemId != null"
    Then the query returns "{app:Reports}"

  @R-A9
  Scenario: A user without the permissions is refused
    When "ada" opens the install link of "Reports"
    Then "ada" sees Insufficient Privileges
    And "Reports" counts as "unseen" in the org

  @R-A9
  Scenario Outline: With <permissions> a user may install: <may>
    Given "ada" holds "<first>"
    And "ada" holds "<second>"
    When "ada" opens the install link of "Reports"
    Then <outcome>

    Examples:
      | permissions                           | first                 | second                       | may | outcome                                              |
      | Customize and Manage Connected Apps   | Customize Application | Manage Connected Apps        | yes | the page tells "ada" "Manage user data via APIs"     |
      | Customize and Modify All Data         | Customize Application | Modify All Data              | yes | the page tells "ada" "Manage user data via APIs"     |
      | Customize alone                       | Customize Application | View Setup and Configuration | no  | "ada" sees Insufficient Privileges                   |
      | Manage Connected Apps alone           | Manage Connected Apps | View Setup and Configuration | no  | "ada" sees Insufficient Privileges                   |

  @route:pages/install-error
  Scenario: A link to an app that does not exist leads to the error page of installations
    When the admin opens the path "/identity/app/AppInstallApprovalPage.apexp?app_id=0CiFk0000000999AAA"
    Then the page tells the admin "There was a problem in installing the application."
