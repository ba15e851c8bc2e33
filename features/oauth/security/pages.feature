@security @R-E1
Feature: Attacks on people with a browser
  Forms of other sites, frames, planted cookies and scripts in addresses get nowhere.

  Background:
    Given a user "ada"

  @attack:csrf
  Rule: A form that another site made changes nothing

    @route:pages/log-in
    Scenario: Login
      When "ada" opens the page "Login"
      And "ada" repeats the post of the page without its CSRF token
      Then "ada" gets the status 403
      And the page tells "ada" "Your login page has expired."

    @route:pages/log-in
    Scenario: Login with the token of the attacker's own browser
      Given a user "eve"
      When "eve" opens the page "Login"
      And "ada" opens the page "Login"
      And "ada" posts the page's form with the CSRF token of "eve"
      Then "ada" gets the status 403

    @route:pages/log-in
    Scenario: The login's own form is taken
      When "ada" logs in
      Then "ada" is in

    @route:pages/answer-consent
    Scenario: Consent
      Given an installed connected app "Reports"
      And "ada" is logged in
      When "ada" begins to authorize "Reports"
      And "ada" repeats the post of the page without its CSRF token
      Then "ada" gets the status 403
      And the org knows 0 approvals of "Reports"

    @route:pages/answer-consent
    Scenario: Consent with the token of the attacker's own session
      Given an installed connected app "Reports"
      And a user "eve"
      And "eve" is logged in
      And "ada" is logged in
      When "eve" begins to authorize "Reports"
      And "ada" begins to authorize "Reports"
      And "ada" posts the page's form with the CSRF token of "eve"
      Then "ada" gets the status 403
      And the org knows 0 approvals of "Reports"

    @route:pages/answer-consent
    Scenario: The consent's own form is taken
      Given an installed connected app "Reports"
      And "ada" is logged in
      When "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

    @route:pages/connect-device @route:pages/answer-consent @R-D8
    Scenario: The code of a device, and the consent behind it
      Given an installed connected app "Scanner" with
        | Flows        | device refresh_token |
        | OAuth Scopes | api refresh_token    |
      And "Scanner" has asked for a device code
      When "ada" opens the address "{note:verification uri}?user_code={note:user code}"
      And "ada" repeats the post of the page without its CSRF token
      Then "ada" gets the status 403
      When "ada" enters the code of the device
      And "ada" repeats the post of the page without its CSRF token
      Then "ada" gets the status 403
      When "Scanner" polls
      Then the answer is the OAuth error "authorization_pending" saying "end-user authorization pending"

    @route:pages/approve-install @R-A1
    Scenario: The install link of an app
      Given an uninstalled connected app "Reports"
      When the admin opens the install link of "Reports"
      And the admin repeats the post of the page without its CSRF token
      Then the admin gets the status 403
      And "Reports" counts as "unseen" in the org

    @route:pages/run-package-install @R-A1
    Scenario: The install link of a package
      Given an uninstalled connected app "Reports"
      And a package "Suite" with "Reports"
      When the admin opens the install link of the package "Suite"
      And the admin repeats the post of the page without its CSRF token
      Then the admin gets the status 403
      And "Reports" counts as "unseen" in the org

    @route:pages/change-usage @route:pages/remove-session @route:pages/revoke-own @R-I1
    Scenario Outline: The buttons of <page>
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the admin has connected "Reports"
      When the admin opens the page "<page>"
      And the admin repeats the post of the page without its CSRF token
      Then the admin gets the status 403
      And the access token of "Reports" works

      Examples:
        | page                       |
        | Connected Apps OAuth Usage |
        | Session Management         |
        | OAuth Connected Apps       |

    @route:pages/revoke
    Scenario: The buttons behind a user count
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When the admin opens the page "Connected Apps OAuth Usage"
      And the admin follows the user count of "Reports"
      And the admin repeats the post of the page without its CSRF token
      Then the admin gets the status 403
      And the access token of "Reports" works

    @route:pages/set-password
    Scenario: A change of the password
      Given a user "pat" whose password expired
      When "pat" logs in
      And "pat" repeats the post of the page without its CSRF token
      Then "pat" gets the status 403

    @route:pages/choose-password @route:pages/ask-for-password
    Scenario: A password by link, and the wish for one
      When "ada" opens the path "/secur/forgotpassword.jsp" without logging in
      And "ada" repeats the post of the page without its CSRF token
      Then "ada" gets the status 403
      And nobody is e-mailed
      When "ada" asks for a new password
      And "ada" opens the link of the newest e-mail
      And "ada" repeats the post of the page without its CSRF token
      Then "ada" gets the status 403

    @route:pages/send-code @R-K12
    Scenario: The code of an identity verification
      Given the policy "require_mfa" of the org is "true"
      When "ada" logs in
      And "ada" repeats the post of the page without its CSRF token
      Then "ada" gets the status 403

  @attack:clickjacking
  Rule: No page is framed by another site, kept by a cache, or told to the next site

    @route:pages/front @route:pages/login @route:pages/forgot-password @route:pages/device @route:oauth/success @route:oauth/callback
    Scenario: Pages for anybody
      Then these answers can be neither framed nor kept nor sniffed
        | /                                       |
        | /login                                  |
        | /secur/forgotpassword.jsp               |
        | /setup/connect                          |
        | /setup/nowhere                          |
        | /_ui/system/security/ResetPassword?c=x  |
        | /services/oauth2/success                |
        | /services/oauth2/callback               |

    @route:pages/consent
    Scenario: Consent
      Given an installed connected app "Reports"
      And "ada" is logged in
      When "ada" begins to authorize "Reports"
      Then the page of "ada" can be neither framed nor kept nor sniffed

    @route:pages/install-app @route:pages/usage @route:pages/sessions @route:pages/home @R-A1
    Scenario Outline: <path>
      When the admin opens the path "<path>"
      Then the page of the admin can be neither framed nor kept nor sniffed

      Examples:
        | path                                                             |
        | /home/home.jsp                                                   |
        | /lightning/setup/ConnectedAppsUsage/home                         |
        | /lightning/setup/SessionManagement/home                          |
        | /lightning/setup/OrgLoginHistory/home                            |
        | /lightning/setup/SecurityEvents/home                             |
        | /setup/secur/RemoteAccessErrorPage.apexp?error=x                 |
        | /identity/app/AppInstallErrorPage.apexp?error_code=generic_error |
        | /_ui/system/security/ChangePassword                              |

  @attack:session-fixation
  Rule: A session begins with the login and ends with the logout

    @route:pages/log-in
    Scenario: A session id that was planted is not taken over
      Given the cookie "sid_{org id}" of "ada" is planted as "{org id}!AQ.planted"
      When "ada" logs in
      Then "ada" is in
      And the cookie "sid_{org id}" of "ada" is another than "{org id}!AQ.planted"

    @route:pages/log-in
    Scenario: The attacker's live session, planted, is not the victim's after the login
      Given a user "eve"
      And "eve" is logged in
      And the cookie "sid_{org id}" of "eve" is noted as "session of eve"
      And the cookie "sid_{org id}" of "ada" is planted as "{note:session of eve}"
      When "ada" opens the path "/login" without logging in
      And "ada" logs in at the form
      Then the page tells "ada" "{username:ada}"
      And the cookie "sid_{org id}" of "ada" is another than "{note:session of eve}"
      When "eve" opens the page "Home"
      Then the page tells "eve" "{username:eve}"

    Scenario: A second login gets a session id of its own
      Given "ada" is logged in
      And the cookie "sid_{org id}" of "ada" is noted as "first"
      When "ada" opens the path "/login" without logging in
      And "ada" logs in at the form
      Then the cookie "sid_{org id}" of "ada" is another than "{note:first}"

    @route:pages/frontdoor
    Scenario: The front door makes a session id of its own of a token
      Given an installed connected app "Portal" with
        | OAuth Scopes | api web |
      And "Portal" holds a session of "ada" with the scopes "api web"
      When "ada" opens the path "/secur/frontdoor.jsp?sid={access token:Portal}" without logging in
      Then "ada" is in
      And the cookie "sid_{org id}" of "ada" is another than "{access token:Portal}"

    Scenario: An API token in the cookie is no session of a browser
      Given an installed connected app "Portal" with
        | OAuth Scopes | api web |
      And "Portal" holds a session of "ada" with the scopes "api web"
      And a user "eve"
      And the cookie "sid_{org id}" of "eve" is planted as "{access token:Portal}"
      When "eve" opens the path "/home/home.jsp" without logging in
      Then "eve" is asked to log in

    @route:pages/logout
    Scenario: The logout ends the session, also for whoever copied it
      Given a user "eve"
      And "ada" is logged in
      And "eve" copies the cookies of "ada"
      When "ada" opens the page "Logout"
      And "eve" opens the path "/home/home.jsp" without logging in
      Then "eve" is asked to log in

    @route:pages/send-code @R-K12
    Scenario: A browser is activated by a secret of its own, not by one that was planted
      Given the policy "activate_devices" of the org is "true"
      And the cookie "mock_device" of "ada" is planted as "planted-by-eve"
      When "ada" logs in
      And "ada" enters the code of the newest e-mail
      Then "ada" is in
      And the cookie "mock_device" of "ada" is another than "planted-by-eve"
      Given a user "eve"
      And the cookie "mock_device" of "eve" is planted as "planted-by-eve"
      When "eve" opens the page "Login"
      And "eve" enters the username and password of "ada"
      Then "eve" is asked for a code

    @route:pages/send-code @R-K12
    Scenario: Its own secret is known again
      Given the policy "activate_devices" of the org is "true"
      When "ada" logs in
      And "ada" enters the code of the newest e-mail
      And "ada" opens the page "Logout"
      And "ada" logs in
      Then "ada" is in

    Scenario: Cookies are out of reach
      Given the policy "activate_devices" of the org is "true"
      When "ada" logs in
      And "ada" enters the code of the newest e-mail
      Then every cookie that "ada" was given is out of reach of scripts and other sites

    @R-C4
    Scenario: Over TLS cookies of Salesforce's names are for TLS alone
      Given the client goes through the forward proxy and trusts the local CA
      When somebody sends
        """
        GET https://login.salesforce.com/
        """
      Then the answer on the wire is
        """
        HTTP 200
        Set-Cookie: mock_login={string}; Path=/; HttpOnly; SameSite=Lax; Secure
        """
