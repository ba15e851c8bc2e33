Feature: External Client App Manager
  A developer makes an external client app and its settings; an admin decides about its policies. Each is refused the other's page.

  Background:
    Given a user "ada"

  @route:pages/external-apps
  Rule: The manager lists what the org defines and installed

    @R-B2
    Scenario: Own and installed apps with their state
      Given the org's own external client app "Suite"
      And an installed external client app "Guest"
      When the admin opens the page "External Client App Manager"
      Then the row "{app:Suite}" shows the admin
        | Distribution State | Local        |
        | In this org        | Defined here |
        | Status             | Enabled      |
        | Action             | Edit Settings {app:Suite} Edit Policies {app:Suite} |
      And the row "{app:Guest}" shows the admin
        | Distribution State | Packaged  |
        | In this org        | Installed |
        | Action             | Edit Policies {app:Guest} |

    @R-B4
    Scenario: A viewer sees the list and no button
      Given "ada" holds "View all External Client Apps"
      And the org's own external client app "Suite"
      When "ada" opens the page "External Client App Manager"
      Then the row "{app:Suite}" shows "ada"
        | Status | Enabled |
      And the page offers "ada" no "New External Client App"
      And the page offers "ada" no "Edit Policies"

    @R-B4
    Scenario: A user without any of the permissions is refused
      When "ada" opens the page "External Client App Manager"
      Then "ada" sees Insufficient Privileges

  @R-B2 @route:pages/new-external-app @route:pages/create-external-app
  Rule: A developer creates an app in one form

    Scenario: The app works as it was filled in
      Given the admin opens the page "External Client App Manager"
      When the admin follows the link "New External Client App"
      And the admin fills in the form and presses "Create"
        | External Client App Name | {unique:Order Sync}                          |
        | API Name                 | Order_Sync                                   |
        | Contact Email            | dev@vendor.example                           |
        | Distribution State       | Local                                        |
        | Callback URL             | https://client.example/callback\nmyapp://cb  |
        | Selected OAuth Scopes    | Manage user data via APIs (api)              |
        | Selected OAuth Scopes    | Perform requests at any time (refresh_token) |
        | Enable Device Flow       | on                                           |
        | Require Proof Key for Code Exchange (PKCE) extension for Supported Authorization Flows | off |
      Then the page tells the admin "is created"
      And the page shows the admin
        | Distribution State                            | Local                                       |
        | Callback URL                                  | https://client.example/callback myapp://cb  |
        | Flow Enablement                               | Enable Device Flow                          |
        | Require secret for Web Server Flow            | Yes                                         |
        | Require Proof Key for Code Exchange (PKCE)    | No                                          |
      When "Sync" is the app on the page of the admin
      And "ada" connects "Sync"
      Then the access token of "Sync" works

    Scenario: Its making is in the audit trail under the developer's name
      Given the admin opens the page "New External Client App"
      And the admin has filled in the form and pressed "Create"
        | External Client App Name | {unique:Order Sync}             |
        | API Name                 | Order_Sync                      |
        | Contact Email            | dev@vendor.example              |
        | Callback URL             | https://client.example/callback |
        | Selected OAuth Scopes    | Manage user data via APIs (api) |
      And "Sync" is the app on the page of the admin
      When the admin opens the page "View Setup Audit Trail"
      Then the page tells the admin "Created External Client App {app:Sync}"
      And the page tells the admin "{username}"

    Scenario: What is wrong is told at its field, and the rest is kept
      Given the admin opens the page "New External Client App"
      When the admin fills in the form and presses "Create"
        | External Client App Name | {unique:Order Sync} |
        | API Name                 | Order__Sync         |
        | Contact Email            | nobody              |
        | Callback URL             |                     |
        | Enable JWT Bearer Flow   | on                  |
      Then the page tells the admin "not contain two consecutive underscores"
      And the page tells the admin "Contact Email : Invalid email address."
      And the page tells the admin "Callback URL : You must enter a value"
      And the page tells the admin "Selected OAuth Scopes : Select at least one OAuth scope."
      And the page tells the admin "Upload a certificate to enable the JWT Bearer Flow."
      And the field "External Client App Name" holds "{unique:Order Sync}" for the admin

    Scenario: An API name is used once in an org
      Given the org's own external client app "Suite"
      And the admin opens the path "/lightning/setup/ManageExternalClientApplication/app?id={app id:Suite}&tab=settings"
      And "API Name" on the page of the admin is noted as "api name"
      And the admin opens the page "New External Client App"
      When the admin fills in the form and presses "Create"
        | External Client App Name | Another                         |
        | API Name                 | {note:api name}                 |
        | Contact Email            | dev@vendor.example              |
        | Callback URL             | https://client.example/callback |
        | Selected OAuth Scopes    | Manage user data via APIs (api) |
      Then the page tells the admin "This API Name is already in use."

    @R-D16
    Scenario: In July 2026 the security controls of a new app are on and locked
      Given the policy "lock_controls_of_new_apps" of the org is "true"
      When the admin opens the page "New External Client App"
      Then the field "Require Proof Key for Code Exchange (PKCE) extension for Supported Authorization Flows" is locked for the admin
      And the field "Enable Refresh Token Rotation" is locked for the admin
      And the field "Limit Idle Refresh Token Time-to-Live (TTL) to 30 Days" holds "on" for the admin
      And the page tells the admin "Set by Salesforce."

    Scenario: Who may not create one is refused
      Given "ada" holds "View all External Client Apps, view their settings, and edit their policies"
      When "ada" opens the page "New External Client App"
      Then "ada" sees Insufficient Privileges

  @R-B4 @route:pages/external-app
  Rule: Settings belong to the developer, policies to the admin

    Background:
      Given the org's own external client app "Suite"

    @route:pages/external-settings @route:pages/save-external-settings
    Scenario: The developer edits the settings
      Given "ada" holds "Create, edit, and delete External Client Apps"
      When "ada" opens the path "/lightning/setup/ManageExternalClientApplication/settings?id={app id:Suite}"
      And "ada" fills in the form and presses "Save"
        | Contact Email                 | dev@vendor.example |
        | Enable Refresh Token Rotation | on                 |
      Then the page tells "ada" "The settings are saved."
      And the page shows "ada"
        | Contact Email                 | dev@vendor.example |
        | Enable Refresh Token Rotation | Yes                |

    @route:pages/external-policies
    Scenario: The developer is refused the policies
      Given "ada" holds "Create, edit, and delete External Client Apps"
      When "ada" opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Suite}"
      Then "ada" sees Insufficient Privileges
      And the page tells "ada" "belong to admins"
      When "ada" opens the path "/lightning/setup/ManageExternalClientApplication/app?id={app id:Suite}&tab=policies"
      Then "ada" sees Insufficient Privileges

    @R-B5 @route:pages/external-policies @route:pages/save-external-policies
    Scenario: The admin edits the policies
      Given "ada" holds "View all External Client Apps, view their settings, and edit their policies"
      When "ada" opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Suite}"
      And "ada" fills in the form and presses "Save"
        | Permitted Users | Admin approved users are pre-authorized |
        | IP Relaxation   | Relax IP restrictions                   |
      Then the page tells "ada" "The policies are saved."
      And the page shows "ada"
        | Permitted Users | Admin approved users are pre-authorized |
        | IP Relaxation   | Relax IP restrictions                   |

    @route:pages/external-settings
    Scenario: The admin is refused the settings' form
      Given "ada" holds "View all External Client Apps, view their settings, and edit their policies"
      When "ada" opens the path "/lightning/setup/ManageExternalClientApplication/settings?id={app id:Suite}"
      Then "ada" sees Insufficient Privileges
      And the page tells "ada" "belong to developers"

    @R-B5
    Scenario: A fresh app is open to everybody, with thirty idle days
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/app?id={app id:Suite}"
      Then the page shows the admin
        | Permitted Users      | All users can self-authorize                        |
        | IP Relaxation        | Enforce IP restrictions                             |
        | Refresh Token Policy | Expire refresh token if not used for 30 Day(s)      |

    @route:pages/save-external-policies
    Scenario: Switched off, the app serves nobody
      Given the admin opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Suite}"
      When the admin fills in the form and presses "Save"
        | Enable the app and its OAuth plugin | off |
      Then the page shows the admin
        | Status | Disabled |
      When "ada" authorizes "Suite"
      Then the callback of "Suite" gets the error "oauth_flow_disabled" saying "The external client app or the OAuth plugin is disabled."

    @route:pages/save-external-policies
    Scenario: Without client credentials Run As is cleared
      Given the org's policy for "Suite" is
        | Run As | {username:ada} |
      And the admin opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Suite}"
      When the admin fills in the form and presses "Save"
        | Enable Client Credentials Flow | off |
      Then the page shows the admin
        | Enable Client Credentials Flow | No |

    @route:pages/delete-external-app
    Scenario: The developer deletes the app with its tokens
      Given "ada" has connected "Suite"
      And the admin opens the path "/lightning/setup/ManageExternalClientApplication/app?id={app id:Suite}&tab=settings"
      When the admin follows the link "Delete"
      And the admin presses "Delete"
      Then the page tells the admin "The app is deleted."
      And the access token of "Suite" no longer works

    @route:pages/delete-external-app
    Scenario: An installed app is not deleted here
      Given an installed external client app "Guest"
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/app?id={app id:Guest}&tab=settings"
      Then the page offers the admin no "Delete"
