Feature: Settings of the org that apps live under
  External Client App Settings, OAuth and OpenID Connect Settings and API Access Control: each box switches what it names, at once.

  @route:pages/external-app-settings @route:pages/save-external-app-settings
  Rule: External Client App Settings

    @R-B3
    Scenario: Secrets are given to the REST API while the box is ticked
      Given the admin opens the page "External Client App Settings"
      Then the field "Allow access to External Client App consumer secrets via REST API" holds "off" for the admin
      When the admin fills in the form and presses "Save"
        | Allow access to External Client App consumer secrets via REST API | on |
      Then the page tells the admin "The settings are saved."
      And the field "Allow access to External Client App consumer secrets via REST API" holds "on" for the admin
      When the test author reads "/orgs/{org}/policies"
      Then the answer mentions '"eca_secrets_by_rest_api":true'

    @R-B1
    Scenario: In winter 2026 the box of connected apps asks first
      Given the policy "connected_app_creation_is_a_setting" of the org is "true"
      And the policy "allow_connected_app_creation" of the org is "false"
      And the admin opens the page "External Client App Settings"
      When the admin fills in the form and presses "Save"
        | Allow creation of connected apps | on |
      Then the page tells the admin "Enable Connected Apps Connection?"
      When the admin presses "Enable"
      And the admin follows the link "New Connected App"
      Then the admin sees the page "New Connected App"

    @R-B1
    Scenario: Cancelled, it stays off
      Given the policy "connected_app_creation_is_a_setting" of the org is "true"
      And the policy "allow_connected_app_creation" of the org is "false"
      And the admin opens the page "External Client App Settings"
      And the admin has filled in the form and pressed "Save"
        | Allow creation of connected apps | on |
      When the admin follows the link "Cancel"
      Then the field "Allow creation of connected apps" holds "off" for the admin

    @R-B1
    Scenario: Since spring 2026 there is no such box
      When the admin opens the page "External Client App Settings"
      Then the page does not tell the admin "Allow creation of connected apps"

    @R-B1
    Scenario: Who does not customize the org is refused
      Given a user "ada"
      When "ada" opens the page "External Client App Settings"
      Then "ada" sees Insufficient Privileges

  @route:pages/oauth-settings @route:pages/save-oauth-settings
  Rule: OAuth and OpenID Connect Settings

    @R-D3
    Scenario: The user-agent flow is switched off
      Given the admin opens the page "OAuth and OpenID Connect Settings"
      Then the field "Allow OAuth User-Agent Flows" holds "on" for the admin
      And the field "Allow OAuth Username-Password Flows" holds "off" for the admin
      When the admin fills in the form and presses "Save"
        | Allow OAuth User-Agent Flows | off |
      Then the field "Allow OAuth User-Agent Flows" holds "off" for the admin
      When the admin opens the page "View Setup Audit Trail"
      Then the page tells the admin "Changed allow user agent flow to false"
      And the page tells the admin "{username}"

    @R-D2
    Scenario: PKCE is required of every app
      Given the org's own connected app "Reports"
      And the admin opens the page "OAuth and OpenID Connect Settings"
      When the admin fills in the form and presses "Save"
        | Require Proof Key for Code Exchange (PKCE) Extension for Supported Authorization Flows | on |
      And the admin opens the path "/app/mgmt/forceconnectedapps/forceAppDetail.apexp?id={app id:Reports}"
      Then the page shows the admin
        | Require Proof Key for Code Exchange (PKCE) | Yes |

    @R-D2
    Scenario: Who does not customize the org is refused
      Given a user "ada"
      When "ada" opens the page "OAuth and OpenID Connect Settings"
      Then "ada" sees Insufficient Privileges

  @route:pages/api-access @route:pages/save-api-access
  Rule: API Access Control

    @R-A5
    Scenario: Turned on, connected apps admit approved users alone
      Given an installed connected app "Reports"
      And the admin opens the page "API Access Control"
      When the admin fills in the form and presses "Save"
        | For admin-approved users, limit API access to only allowlisted connected apps | on |
      And the admin opens the page "Manage Connected Apps"
      Then the row "{app:Reports}" shows the admin
        | Permitted Users | Admin approved users are pre-authorized |

    @R-A5
    Scenario: Who does not customize the org is refused
      Given a user "ada"
      When "ada" opens the page "API Access Control"
      Then "ada" sees Insufficient Privileges
