@security @attack:xss @R-E1
Feature: Hostile text on pages
  Whatever an address, a record or an app's developer says is shown as text, and no page of the server runs a script.

  Background:
    Given a user "ada"

  @route:pages/front @route:pages/login @route:pages/device @route:pages/frontdoor @route:pages/logout @route:pages/reset-password @route:oauth/authorize
  Scenario: Pages for anybody
    Then hostile text in the place of EVIL is mere text to "ada" at
      | {login}/?un=EVIL                                             |
      | {login}/?username=EVIL&startURL=EVIL                         |
      | {login}/login?login_hint=EVIL&startURL=/EVIL                 |
      | {login}/?error=EVIL                                          |
      | {login}/setup/connect?user_code=EVIL                         |
      | {login}/secur/forgotpassword.jsp?un=EVIL                     |
      | {login}/secur/frontdoor.jsp?sid=EVIL&otp=EVIL&retURL=EVIL    |
      | {login}/secur/logout.jsp?retURL=EVIL&startURL=EVIL           |
      | {login}/_ui/system/security/ResetPassword?c=EVIL             |
      | {login}/setup/EVIL                                           |
      | {login}/_mock/org/EVIL/home                                  |
      | {login}/services/oauth2/authorize?client_id=EVIL&response_type=EVIL&redirect_uri=EVIL&state=EVIL |
      | {login}/services/oauth2/authorize?EVIL=1&EVIL=2              |
      | {login}/services/oauth2/success?EVIL=EVIL                    |
      | {login}/services/oauth2/echo?code=EVIL&state=EVIL            |

  @route:pages/login
  Scenario: What an authorization brings to the login page
    Given an installed connected app "Reports"
    Then hostile text in the place of EVIL is mere text to "ada" at
      | {login}/services/oauth2/authorize?response_type=code&client_id={key:Reports}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback&state=EVIL&login_hint=EVIL&display=EVIL&EVIL=1 |

  @route:pages/consent @route:pages/error @route:pages/insufficient-privileges
  Scenario: Consent and the pages of refusals
    Given an installed connected app "Reports"
    And "ada" is logged in
    Then hostile text in the place of EVIL is mere text to "ada" at
      | /services/oauth2/authorize?response_type=code&client_id={key:Reports}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback&state=EVIL&login_hint=EVIL&nonce=EVIL |
      | /services/oauth2/authorize?response_type=code&client_id={key:Reports}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback&scope=EVIL |
      | /setup/secur/RemoteAccessAuthorizationPage.apexp?source=EVIL               |
      | /setup/secur/RemoteAccessAuthorizationPage.apexp?user_code=EVIL            |
      | /setup/secur/RemoteAccessErrorPage.apexp?error=EVIL&error_description=EVIL |
      | /setup/secur/InsufficientPrivileges.apexp?error=EVIL                       |
      | /_ui/system/security/ChangePassword?retURL=EVIL                            |
      | /_ui/system/security/ChangePassword?retURL=/EVIL                           |

  @route:pages/verify @R-K12
  Scenario: Identity verification
    Given the policy "require_mfa" of the org is "true"
    And "ada" is logged in
    Then hostile text in the place of EVIL is mere text to "ada" at
      | {login}/_ui/identity/verification/method/EmailVerificationFinishUi/e?startURL=/EVIL&retURL=EVIL |

  @route:pages/usage @route:pages/external-usage @route:pages/usage-users @route:pages/sessions @route:pages/login-history @route:pages/audit-trail @route:pages/user-apps @route:pages/app @route:pages/install-app @route:pages/install-error @route:pages/install-package @route:pages/log-in-as @R-A1
  Scenario: Setup and install pages
    Then hostile text in the place of EVIL is mere text to the admin at
      | /lightning/setup/ConnectedAppsUsage/home?app=EVIL&done=EVIL               |
      | /lightning/setup/ExternalClientAppsOAuthUsage/home?app=EVIL&done=EVIL     |
      | /lightning/setup/ConnectedAppsUsage/users?app=EVIL&done=EVIL              |
      | /lightning/setup/SessionManagement/home?done=EVIL                         |
      | /lightning/setup/OrgLoginHistory/home?filter=EVIL                         |
      | /lightning/setup/SecurityEvents/home?filter=EVIL                          |
      | /lightning/settings/personal/AdvancedUserDetails/home?user=EVIL&done=EVIL |
      | /app/mgmt/forceconnectedapps/forceAppDetail.apexp?id=EVIL&done=EVIL       |
      | /app/mgmt/forceconnectedapps/forceAppEdit.apexp?id=EVIL                   |
      | /app/mgmt/forceconnectedapps/forceAppMigrate.apexp?id=EVIL                |
      | /app/mgmt/forceconnectedapps/forceAppConsumerDetails.apexp?id=EVIL        |
      | /lightning/setup/NavigationMenus/home?done=EVIL                           |
      | /lightning/setup/ConnectedApplication/policies?id=EVIL                    |
      | /lightning/setup/ManageExternalClientApplication/home?done=EVIL           |
      | /lightning/setup/ManageExternalClientApplication/app?id=EVIL&tab=EVIL     |
      | /lightning/setup/OauthOidcSettings/home?done=EVIL                         |
      | /identity/app/AppInstallApprovalPage.apexp?app_id=EVIL                    |
      | /identity/app/AppInstallErrorPage.apexp?error_code=EVIL                   |
      | /packaging/installPackage.apexp?p0=EVIL                                   |
      | /servlet/servlet.su?oid=EVIL&suorgadminid=EVIL&retURL=EVIL&targetURL=EVIL |

  @route:pages/consent @route:pages/app @route:pages/usage @route:pages/install-app @R-A1
  Scenario Outline: An app that is called <name>
    Given an installed connected app "<name>" with
      | Description | <description> |
    When "ada" begins to authorize "<name>"
    Then the page of "ada" runs nothing
    Given "ada" has connected "<name>"
    When the admin opens the page "Connected Apps OAuth Usage"
    Then the page of the admin runs nothing
    And the page lists "<name>" for the admin with
      | User Count | 1 |
    When the admin follows the user count of "<name>"
    Then the page of the admin runs nothing
    When the admin opens the install link of "<name>"
    Then the page of the admin runs nothing
    When the admin opens the path "/app/mgmt/forceconnectedapps/forceAppDetail.apexp?id={app id:<name>}"
    Then the page of the admin runs nothing

    Examples:
      | name                | description                                               |
      | <script>evil()      | </p><script>evil()</script>                               |
      | 'onfocus=evil()'x=' | </p><p title="x" onclick="evil()"><svg onload="evil()">   |

  @route:pages/home @route:pages/sessions
  Scenario: A person with a hostile name
    Given "ada" is called "<script>evil()</script>"
    And "ada" is logged in
    When "ada" opens the page "Home"
    Then the page of "ada" runs nothing
    And the page tells "ada" "<script>evil()</script>"

  @route:pages/login-history @R-I1
  Scenario: A client that calls itself a script shows as text in the history
    When "&lt;svg onload=evil()&gt;" opens a session of "ada" by SOAP from the address "203.0.113.7"
    And the admin opens the page "Login History"
    Then the page of the admin runs nothing
    And the page tells the admin "<svg onload=evil()>"

  @route:oauth/userinfo @route:oauth/revoke @R-D14
  Scenario Outline: A JSONP callback that is more than a name is refused
    Given an installed connected app "Reports"
    And "ada" has connected "Reports"
    When somebody sends
      """
      GET <path>=<callback>
      """
    Then the answer has the status <status>

    Examples:
      | path                                                                              | callback                 | status |
      | /services/oauth2/userinfo?oauth_token={access token:Reports}&callback             | app.show                 | 200    |
      | /services/oauth2/userinfo?oauth_token={access token:Reports}&callback             | %3Cscript%3Eevil()       | 406    |
      | /services/oauth2/userinfo?oauth_token={access token:Reports}&callback             | alert(1)//               | 406    |
      | /services/oauth2/revoke?token={access token:Reports}&callback                     | evil()%3Bx               | 400    |
