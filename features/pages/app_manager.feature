Feature: App Manager
  Every app that an org defines or installed, and the way to a new one.

  @route:pages/app-manager
  Rule: It lists the org's apps with what can be done to them

    @R-B1
    Scenario: The org's own connected app can be edited, an installed one is managed
      Given the org's own connected app "Reports"
      And an installed connected app "Mailer"
      When the admin opens the page "App Manager"
      Then the admin sees the page "App Manager"
      And the current entry of the menu is "App Manager" for the admin
      And the row "{app:Reports}" shows the admin
        | App Type | Connected App          |
        | Action   | View {app:Reports} Edit {app:Reports} Manage {app:Reports} |
      And the row "{app:Mailer}" shows the admin
        | App Type | Connected App (Managed)                |
        | Action   | View {app:Mailer} Manage {app:Mailer} |

    @R-B2
    Scenario: External client apps are listed for who may see them
      Given the org's own external client app "Suite"
      And a user "ada"
      When "ada" opens the page "App Manager"
      Then the page does not list "Suite" for "ada"
      When the admin opens the page "App Manager"
      Then the row "{app:Suite}" shows the admin
        | App Type | External Client App |

    @R-B1
    Scenario: Who does not see Setup does not see it
      Given a user "bob" with the profile "Standard Platform User"
      When "bob" opens the page "App Manager"
      Then "bob" sees Insufficient Privileges

    @R-B1
    Scenario: An app that was only used is not listed
      Given a user "ada"
      And an uninstalled connected app "Stranger"
      And "ada" authorizes "Stranger"
      When the admin opens the page "App Manager"
      Then the page does not list "Stranger" for the admin

  @R-B1 @route:pages/edit-app @route:pages/save-app
  Rule: Connected apps are created as far as the org's era creates them

    Scenario: In summer 2025 an admin makes a connected app, and users authorize it
      Given an org of the era "summer-25"
      And a user "ada"
      And the admin opens the page "App Manager"
      When the admin follows the link "New Connected App"
      And the admin fills in the form and presses "Create"
        | Connected App Name    | {unique:Order Sync}                          |
        | API Name              | Order_Sync                                   |
        | Contact Email         | dev@vendor.example                           |
        | Callback URL          | https://client.example/callback              |
        | Selected OAuth Scopes | Manage user data via APIs (api)              |
        | Selected OAuth Scopes | Perform requests at any time (refresh_token) |
      Then the page tells the admin "is created"
      And the page shows the admin
        | Type        | Connected App |
        | In this org | Defined here  |
        | API Name    | Order_Sync    |
      When "Sync" is the app on the page of the admin
      And "ada" connects "Sync"
      Then the access token of "Sync" works

    Scenario: Since spring 2026 there is no button, and the form is refused
      Given an org of the era "spring-26"
      When the admin opens the page "App Manager"
      Then the page offers the admin no "New Connected App"
      When the admin opens the page "New Connected App"
      Then the admin gets the status 403
      And the page tells the admin "You can't create a connected app."
      And the page tells the admin "New External Client App"

    Scenario: Unlocked by Salesforce's support, they are created again
      Given the policy "allow_connected_app_creation" of the org is "true"
      When the admin opens the page "App Manager"
      And the admin follows the link "New Connected App"
      Then the admin sees the page "New Connected App"

    Scenario Outline: A form with <what> is not saved
      Given the policy "allow_connected_app_creation" of the org is "true"
      And the admin opens the page "New Connected App"
      When the admin fills in the form and presses "Create"
        | Connected App Name    | {unique:Order Sync}             |
        | API Name              | Order_Sync                      |
        | Contact Email         | dev@vendor.example              |
        | Callback URL          | https://client.example/callback |
        | Selected OAuth Scopes | Manage user data via APIs (api) |
        | <field>               | <value>                         |
      Then the page tells the admin "Review the errors on this page."
      And the page tells the admin "<error>"
      And the field "Contact Email" holds "<kept>" for the admin

      Examples:
        | what                    | field              | value   | error                                            | kept               |
        | no name                 | Connected App Name |         | Connected App Name : You must enter a value      | dev@vendor.example |
        | an API name with spaces | API Name           | a b     | can only contain underscores and alphanumeric    | dev@vendor.example |
        | an address that is none | Contact Email      | nobody  | Contact Email : Invalid email address.           | nobody             |
        | a callback that is none | Callback URL       | nowhere | Invalid callback URL: nowhere                    | dev@vendor.example |
        | ranges that are none    | Trusted IP Ranges  | 10.0.0  | '10.0.0' is not a valid IP address               | dev@vendor.example |

    Scenario: A user without the permissions is refused
      Given a user "ada"
      When "ada" opens the page "New Connected App"
      Then "ada" sees Insufficient Privileges

  @R-B1 @R-B10 @route:pages/edit-app @route:pages/save-app
  Rule: Existing connected apps are edited in every era

    Scenario: A callback is added
      Given the org's own connected app "Reports"
      And the admin opens the page "App Manager"
      When the admin follows "Edit" in the row "{app:Reports}"
      And the admin fills in the form and presses "Save"
        | Contact Email | dev@vendor.example                                              |
        | Callback URL  | https://client.example/callback\nhttps://second.example/callback |
      Then the page tells the admin "{app:Reports} is saved."
      And the page shows the admin
        | Callback URL | https://client.example/callback https://second.example/callback |

    Scenario: The API name of an app stays
      Given the org's own connected app "Reports"
      When the admin opens the path "/app/mgmt/forceconnectedapps/forceAppEdit.apexp?id={app id:Reports}"
      Then the field "API Name" is locked for the admin

    Scenario: An installed app is not edited here
      Given an installed connected app "Mailer"
      When the admin opens the path "/app/mgmt/forceconnectedapps/forceAppEdit.apexp?id={app id:Mailer}"
      Then the admin gets the status 404
      And the page tells the admin "its developer edits it"

    @route:pages/delete-app
    Scenario: An app is deleted with its tokens
      Given a user "ada"
      And the org's own connected app "Reports"
      And "ada" has connected "Reports"
      And the admin opens the path "/app/mgmt/forceconnectedapps/forceAppDetail.apexp?id={app id:Reports}"
      When the admin follows the link "Delete"
      And the admin presses "Delete"
      Then the page tells the admin "The app is deleted."
      And the access token of "Reports" no longer works
      When the admin opens the page "View Setup Audit Trail"
      Then the page tells the admin "Deleted Connected App {app:Reports}"

    @route:pages/delete-app
    Scenario: A post from elsewhere deletes nothing
      Given the org's own connected app "Reports"
      And the admin opens the path "/app/mgmt/forceconnectedapps/forceAppDetail.apexp?id={app id:Reports}&confirm=delete"
      When the admin repeats the post of the page without its CSRF token
      Then the admin gets the status 403
      And "Reports" counts as "own" in the org
