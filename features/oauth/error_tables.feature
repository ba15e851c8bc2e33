@R-D1
Feature: Rows of the error tables
  What no other feature of OAuth refuses, each with its whole body.

  Background:
    Given a user "ada"

  @route:oauth/authorize
  Rule: Before the login

    @row:authorize/out-of-band
    Scenario Outline: A code that the user shall carry over by hand, asked for as <spelling>
      Given an installed connected app "Reports"
      When "ada" begins to authorize "Reports" with
        | redirect_uri | <spelling> |
      Then "ada" is refused outright with "invalid_request" saying "out-of-band not supported"

      Examples:
        | spelling                  |
        | oob                       |
        | urn:ietf:wg:oauth:2.0:oob |

    @row:authorize/https
    Scenario: Plain http, where the org takes https alone
      Given the policy "require_https" of the org is "true"
      And an installed connected app "Reports"
      When somebody sends
        """
        GET /services/oauth2/authorize?response_type=code&client_id={key:Reports}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback
        Host: {org}.my.localhost
        """
      Then the answer on the wire is
        """
        HTTP 400

        error=invalid_request&error_description=HTTPS%20required
        """

    @R-D2 @row:authorize/missing-challenge-callback
    Scenario: A missing challenge is told to the callback where the org delivers it so
      Given the policy "missing_code_challenge" of the org is "callback"
      And an installed connected app "Reports" with
        | Require PKCE | yes |
      When somebody sends
        """
        GET /services/oauth2/authorize?response_type=code&client_id={key:Reports}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback&state=s1
        Host: {org}.my.localhost
        """
      Then the answer on the wire is
        """
        HTTP 302
        Location: https://client.example/callback?error=invalid_request&error_description=missing%20required%20code%20challenge&state=s1
        """

    @row:authorize/must-get
    Scenario: A browser's request by POST
      Given an installed connected app "Reports"
      When somebody sends
        """
        POST /services/oauth2/authorize
        Content-Type: application/x-www-form-urlencoded

        response_type=code&client_id={key:Reports}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback
        """
      Then the answer on the wire is
        """
        HTTP 400
        Cache-Control: no-store

        error=invalid_request&error_description=must%20use%20HTTP%20GET
        """

  @route:oauth/authorize @route:pages/error
  Rule: After the login

    @R-A1 @row:authorize/error-page-text
    Scenario: The error page says that the cause is unknown, whatever it is
      Given an uninstalled connected app "Reports"
      When "ada" authorizes "Reports"
      Then the page tells "ada" "OAUTH_APPROVAL_ERROR_GENERIC : An unexpected error has occured during authentication. Please try again."

    @R-B8 @row:eca/disabled @row:eca/app-policy-missing @row:eca/oauth-policy-missing
    Scenario Outline: An external client app whose <what> says so on the callback
      Given an installed external client app "Suite"
      And the org's policy for "Suite" is
        | App status | <status> |
      When "ada" authorizes "Suite"
      Then the callback of "Suite" gets the error "<error>" saying "<description>"

      Examples:
        | what                       | status               | error                  | description                                                 |
        | plugin is off              | disabled             | oauth_flow_disabled    | The external client app or the OAuth plugin is disabled.    |
        | app policies are missing   | app_policy_missing   | ecapp_policy_not_found | external client app policy not found                        |
        | OAuth policies are missing | oauth_policy_missing | oauth_policy_not_found | external client app OAuth policy not found                  |

    @R-B8 @route:oauth/token @row:eca/disabled-token @row:eca/app-policy-missing-token @row:eca/oauth-policy-missing-token
    Scenario Outline: Its client is told the same when it refreshes: <status>
      Given an installed external client app "Suite"
      And "ada" has connected "Suite"
      And the org's policy for "Suite" is
        | App status | <status> |
      When "Suite" refreshes
      Then the answer on the wire is
        """
        HTTP 400
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"error":"<error>","error_description":"<description>"}
        """

      Examples:
        | status               | error                  | description                                                 |
        | disabled             | oauth_flow_disabled    | The external client app or the OAuth plugin is disabled.    |
        | app_policy_missing   | ecapp_policy_not_found | external client app policy not found                        |
        | oauth_policy_missing | oauth_policy_not_found | external client app OAuth policy not found                  |

  @route:oauth/token
  Rule: At the token endpoint

    @row:token/redirect-missing
    Scenario: A code is redeemed without the callback it went to
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports"
      When "Reports" redeems the code with
        | redirect_uri | (none) |
      Then the answer is the OAuth error "redirect_uri_missing" saying "redirect_uri not provided"

    @row:token/malformed-basic
    Scenario: A Basic header that is none
      When somebody sends
        """
        POST /services/oauth2/token
        Authorization: Basic ???
        Content-Type: application/x-www-form-urlencoded

        grant_type=client_credentials
        """
      Then the answer is the OAuth error "invalid_basic_auth_header" saying "invalid basic authentication header"

    @R-A4 @row:token/not-installed
    Scenario: A code of a user who lost the permission that had passed the gate
      Given an uninstalled connected app "Reports"
      And "ada" holds "Approve Uninstalled Connected Apps"
      And "ada" has authorized "Reports"
      When the permission set that gives "ada" "Approve Uninstalled Connected Apps" is deleted
      And "Reports" redeems the code
      Then the answer is the OAuth error "invalid_client" saying "app must be installed into org"

    @row:token/https
    Scenario: Plain http, where the org takes https alone
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the policy "require_https" of the org is "true"
      When "Reports" refreshes
      Then the answer is the OAuth error "invalid_request" saying "HTTPS required"

    @row:token/https @route:oauth/revoke @route:oauth/introspect @route:oauth/single-access @route:oauth/registration
    Scenario Outline: Nor does <what> pass by plain http there
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the policy "require_https" of the org is "true"
      When "Reports" <does>
      Then the answer mentions "<words>"

      Examples:
        | what          | does                         | words          |
        | a revocation  | revokes its refresh token    | HTTPS required |
        | introspection | introspects its access token | HTTPS required |
        | the user info | asks for the user info       | HTTPS_Required |

    @row:token/https @route:oauth/single-access
    Scenario: Single access neither
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the policy "require_https" of the org is "true"
      When "Reports" sends with its token
        """
        GET /services/oauth2/singleaccess
        """
      Then the answer mentions "HTTPS_Required"

    @row:token/malformed
    Scenario Outline: A parameter twice in the address of <what>
      When somebody sends
        """
        <method> <path>?a=1&a=2
        """
      Then the answer mentions "<words>"

      Examples:
        | what         | method | path                         | words                  |
        | the revoke   | POST   | /services/oauth2/revoke      | duplicate parameter: a |
        | the token    | POST   | /services/oauth2/token       | duplicate parameter: a |
        | the userinfo | GET    | /services/oauth2/userinfo    | Invalid_Param          |

    @R-K4 @row:token/unknown-error
    Scenario: Something passes over, says a fault
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports"
      And the next request of "Reports" to "oauth/token" meets the fault
        """
        {"status": 400, "error": "unknown_error"}
        """
      When "Reports" redeems the code
      Then the answer is the OAuth error "unknown_error" saying "retry your request"

    @R-K4 @row:token/rate-limit
    Scenario: Too many logins in an hour, says a fault
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the next request of "Reports" to "oauth/token" meets the fault
        """
        {"rate_limit": true}
        """
      When "Reports" refreshes
      Then the answer on the wire is
        """
        HTTP 400
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"error":"rate_limit_exceeded","error_description":"login rate exceeded"}
        """

    @R-K4 @row:token/injected
    Scenario Outline: A fault that names no more than <error> has Salesforce's words for it
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the next request of "Reports" to "oauth/token" meets the fault
        """
        {"status": <status>, "error": "<error>"}
        """
      When "Reports" refreshes
      Then the answer on the wire is
        """
        HTTP <status>
        Content-Type: application/json;charset=UTF-8

        {"error":"<error>","error_description":"<description>"}
        """

      Examples:
        | error               | status | description                  |
        | invalid_grant       | 400    | expired access/refresh token |
        | invalid_client      | 400    | invalid client credentials   |
        | invalid_client_id   | 400    | client identifier invalid    |
        | server_error        | 500    | retry your request           |
        | service_unavailable | 503    | retry your request           |

  @R-D14 @route:oauth/introspect
  Rule: Introspection is for apps

    Background:
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"

    @row:introspect/no-client @row:introspect/wrong-secret @row:introspect/unknown-client @row:introspect/no-token
    Scenario Outline: <what>
      When somebody sends
        """
        POST /services/oauth2/introspect
        Content-Type: application/x-www-form-urlencoded

        <body>
        """
      Then the answer on the wire is
        """
        HTTP 400
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"error":"<error>","error_description":"<description>"}
        """

      Examples:
        | what            | body                                                                          | error             | description                |
        | Nobody asks     | token={access token:Reports}                                                  | invalid_client    | invalid client credentials |
        | A wrong secret  | token={access token:Reports}&client_id={key:Reports}&client_secret=wrong      | invalid_client    | invalid client credentials |
        | An unknown app  | token={access token:Reports}&client_id=3MVG9nobody&client_secret=x            | invalid_client_id | client identifier invalid  |
        | No token        | client_id={key:Reports}&client_secret={secret:Reports}                        | invalid_request   | token not provided         |

    Scenario: A bearer token names no app
      When somebody sends
        """
        POST /services/oauth2/introspect
        Authorization: Bearer {access token:Reports}
        Content-Type: application/x-www-form-urlencoded

        token={access token:Reports}
        """
      Then the answer is the OAuth error "invalid_client" saying "invalid client credentials"

    @row:introspect/in-query
    Scenario: Everything may stand in the address
      When somebody sends
        """
        POST /services/oauth2/introspect?token={access token:Reports}&client_id={key:Reports}&client_secret={secret:Reports}
        """
      Then the answer names
        | active | true |

  @R-D14 @route:oauth/revoke
  Rule: Revocation

    @row:revoke/token-type @row:revoke/unknown @row:revoke/no-token
    Scenario Outline: <what>
      When somebody sends
        """
        POST /services/oauth2/revoke
        Content-Type: application/x-www-form-urlencoded

        <body>
        """
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/json;charset=UTF-8

        {"error":"<error>","error_description":"<description>"}
        """

      Examples:
        | what                          | body                                                | error                  | description              |
        | A kind of token nobody knows  | token=00Dxx0000000001!AQx&token_type_hint=assertion | unsupported_token_type | token type not supported |
        | A token nobody issued         | token=00Dxx0000000001!AQnobody                      | invalid_token          | invalid token            |
        | No token                      | format=json                                         | invalid_token          | invalid token            |

    @row:revoke/jsonp-refused
    Scenario: A script is called back with the refusal
      When somebody sends
        """
        GET /services/oauth2/revoke?token=00Dxx0000000001!AQnobody&callback=done
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/javascript;charset=UTF-8
        """
      And the body begins with
        """
        done({"error":"invalid_token"})
        """

    @row:revoke/reason
    Scenario: The reason that the Mobile SDK gives is heard and forgotten
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When somebody sends
        """
        POST /services/oauth2/revoke
        Content-Type: application/x-www-form-urlencoded

        token={refresh token:Reports}&revoke_reason=user_logout
        """
      Then the answer has the status 200
      And the first refresh token of "Reports" no longer works

  @R-B1 @R-K3 @serial
  Rule: An app that was made a moment ago is not known yet, where the org says how long that takes

    Background:
      Given the policy "app_propagation_seconds" of the org is "600"
      And the org's own connected app "Fresh"

    @route:oauth/authorize @route:oauth/token @row:token/propagation
    Scenario: Neither endpoint knows it
      When "ada" begins to authorize "Fresh"
      Then "ada" is refused outright with "invalid_client_id" saying "client identifier invalid"
      When "Fresh" asks for tokens with
        | grant_type    | refresh_token  |
        | client_id     | {key:Fresh}    |
        | client_secret | {secret:Fresh} |
        | refresh_token | 5Aep861nobody  |
      Then the answer is the OAuth error "invalid_client_id" saying "client identifier invalid"

    @route:oauth/authorize
    Scenario: Eleven minutes later both do
      When 11 minutes pass
      And "ada" connects "Fresh"
      Then the access token of "Fresh" works

  @R-D12 @route:oauth/token
  Rule: Hybrid refresh, JWT access tokens and rotation do not go together

    @row:hybrid/rotation-jwt
    Scenario: All three
      Given an installed connected app "Field" with
        | Flows                         | web_server refresh_token hybrid |
        | Issue JWT-based access tokens | yes                             |
        | Enable Refresh Token Rotation | yes                             |
      And "ada" has connected "Field"
      When "Field" refreshes with
        | grant_type | hybrid_refresh |
      Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"

    Scenario: Two of them
      Given an installed connected app "Field" with
        | Flows                         | web_server refresh_token hybrid |
        | Enable Refresh Token Rotation | yes                             |
      And "ada" has connected "Field"
      When "Field" refreshes with
        | grant_type | hybrid_refresh |
      Then tokens are issued for "ada"

  @R-D6 @route:oauth/token
  Rule: Bearer assertions and addresses

    @R-A2 @row:jwt/uninstalled-approved
    Scenario: An app that is not installed is served for a user who approved it with refresh_token
      Given an uninstalled connected app "Robot" with
        | Flows       | web_server refresh_token jwt_bearer |
        | Certificate | the test certificate                |
      And "Robot" holds a session of "ada" with the scopes "api refresh_token"
      When "Robot" presents an assertion for "ada"
      Then tokens are issued for "ada"

    @R-E4 @row:jwt/ip
    Scenario: The login ranges of the profile bind them, whatever the app relaxes
      Given an installed connected app "Robot" with
        | Flows        | web_server refresh_token jwt_bearer |
        | OAuth Scopes | api refresh_token                   |
        | Certificate  | the test certificate                |
      And "ada" has connected "Robot"
      And the org's policy for "Robot" is
        | IP Relaxation | Relax IP restrictions |
      And the profile "Standard User" limits logins by
        """
        {"ip_ranges": [{"start": "198.51.100.1", "end": "198.51.100.9"}]}
        """
      And "Robot" calls from the address "203.0.113.8"
      When "Robot" presents an assertion for "ada"
      Then the answer is the OAuth error "invalid_grant" saying "ip restricted"

    @R-D16 @row:jwt/allowlist
    Scenario: The refresh token allowlist does not
      Given an installed connected app "Robot" with
        | Flows                              | web_server refresh_token jwt_bearer |
        | OAuth Scopes                       | api refresh_token                   |
        | Certificate                        | the test certificate                |
        | Enforce Refresh Token IP Allowlist | yes                                 |
        | Refresh Token IP Allowlist         | 192.0.2.1-192.0.2.9                 |
      And "Robot" calls from the address "192.0.2.5"
      And "ada" has connected "Robot"
      And "Robot" calls from the address "203.0.113.8"
      When "Robot" presents an assertion for "ada"
      Then tokens are issued for "ada"

  @R-D7 @route:oauth/token
  Rule: Client credentials of an external client app

    Background:
      Given the org's own external client app "Daemon" with
        | Flows        | client_credentials |
        | OAuth Scopes | api                |

    @R-B8 @row:client-credentials/disabled
    Scenario: The app is switched off
      Given the org's policy for "Daemon" is
        | Run As     | {username:ada} |
        | App status | disabled       |
      When "Daemon" asks for client credentials
      Then the answer on the wire is
        """
        HTTP 400
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"error":"oauth_flow_disabled","error_description":"The external client app or the OAuth plugin is disabled."}
        """

    @R-E4 @row:client-credentials/ip
    Scenario: The login ranges of the Run As user
      Given the org's policy for "Daemon" is
        | Run As        | {username:ada}        |
        | IP Relaxation | Relax IP restrictions |
      And the profile "Standard User" limits logins by
        """
        {"ip_ranges": [{"start": "198.51.100.1", "end": "198.51.100.9"}]}
        """
      And "Daemon" calls from the address "203.0.113.8"
      When "Daemon" asks for client credentials
      Then the answer is the OAuth error "invalid_grant" saying "ip restricted"

  @R-A3 @route:oauth/token
  Rule: A token that was born in the device flow ends with the gate

    @row:device/born
    Scenario: The gate closes upon an app that is not installed
      Given an org of the era "summer-25"
      And a user "eve"
      And an uninstalled connected app "Scanner" with
        | Flows        | device refresh_token |
        | OAuth Scopes | api refresh_token    |
      And "Scanner" has asked for a device code
      And "eve" has connected the device
      And "Scanner" has polled
      And the policy "install_gate" of the org is "page"
      When "Scanner" refreshes
      Then the answer is the OAuth error "invalid_client" saying "app must be installed into org"
      Given "Scanner" is installed into the org
      When "Scanner" refreshes
      Then tokens are issued for "eve"

  @R-A5 @route:oauth/authorize
  Rule: Use Any API Client and external client apps

    @row:gate/eca-any-client
    Scenario Outline: Under API Access Control <who> an app that admins approve users for
      Given an installed external client app "Suite"
      And the org's policy for "Suite" is
        | Permitted Users | Admin approved users are pre-authorized |
      And <state>
      And API Access Control limits the org to allowlisted apps
      When "ada" authorizes "Suite"
      Then <outcome>

      Examples:
        | who                     | state                            | outcome                                                                                                                         |
        | its holder may use      | "ada" holds "Use Any API Client" | the callback of "Suite" gets a code and the state                                                                               |
        | nobody else may use     | "ada" is logged in               | the callback of "Suite" gets the error "OAUTH_APP_ACCESS_DENIED" saying "user is not admin approved to access this app" |

  @R-K4 @route:oauth/token
  Rule: What this server keeps no state of, a fault says

    @row:event/device-secret-lost
    Scenario: The secret of an activated device was lost
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the next request of "Reports" to "oauth/token" meets the fault
        """
        {"status": 400, "body": {"error": "invalid_grant", "error_description": "activation secret invalid"}, "headers": {"Cache-Control": "no-store", "Content-Type": "application/json;charset=UTF-8"}}
        """
      When "Reports" refreshes
      Then the answer is the OAuth error "invalid_grant" saying "activation secret invalid"
