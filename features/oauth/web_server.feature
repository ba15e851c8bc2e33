Feature: Web server flow
  A user logs in, allows the app access, and the app redeems the code it gets on its callback for tokens.

  Background:
    Given a user "ada"

  @R-D1 @R-E1 @route:oauth/authorize @route:pages/consent @route:pages/answer-consent
  Rule: A user who allows access sends a code to the callback

    Scenario: Code and state reach the callback
      Given an installed connected app "Reports"
      When "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

    @row:authorize/denied
    Scenario: A user who denies access sends the app a refusal
      Given an installed connected app "Reports"
      When "ada" denies "Reports"
      Then the callback of "Reports" gets the error "access_denied" saying "end-user denied authorization"

    Scenario: The consent page names the app and what it asks for
      Given an installed connected app "Reports" with
        | OAuth Scopes | api refresh_token |
      And "ada" is logged in
      When "ada" begins to authorize "Reports"
      Then "ada" is asked to allow "Reports" access to "Manage user data via APIs, Perform requests at any time"

    Scenario: A user without a session logs in first
      Given an installed connected app "Reports"
      When "ada" begins to authorize "Reports"
      Then "ada" is asked to log in

    Scenario: The username of a login hint is filled in
      Given an installed connected app "Reports"
      When "ada" begins to authorize "Reports" with
        | login_hint | {username:ada} |
      Then the username is filled in with "{username:ada}" for "ada"

    Scenario: A user who allowed the app before is not asked again
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state
      And "ada" was not asked for consent

    Scenario: An app may ask for consent again
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When "ada" begins to authorize "Reports" with
        | prompt | consent |
      Then "ada" is asked to allow "Reports" access to "Manage user data via APIs"

    Scenario: An app may ask for a new login
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When "ada" begins to authorize "Reports" with
        | prompt | login |
      Then "ada" is asked to log in

    @row:authorize/immediate
    Scenario: An immediate authorization without a session fails without a page
      Given an installed connected app "Reports"
      When "ada" begins to authorize "Reports" with
        | immediate | true |
      Then the callback of "Reports" gets the error "immediate_unsuccessful" saying "immediate unsuccessful"

    Scenario: An immediate authorization that was allowed before succeeds
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When "ada" begins to authorize "Reports" with
        | immediate | true |
      Then the callback of "Reports" gets a code and the state

  @R-D1 @route:oauth/authorize
  @row:authorize/unknown-client @row:authorize/redirect-mismatch @row:authorize/redirect-missing @row:authorize/response-type
  Rule: A request that proves no app is refused outright, before any login

    Scenario Outline: <what>
      Given an installed connected app "Reports"
      When "ada" begins to authorize "Reports" with
        | <parameter> | <value> |
      Then "ada" is refused outright with "<error>" saying "<description>"

      Examples:
        | what                          | parameter     | value                             | error                     | description                              |
        | The app is unknown            | client_id     | 3MVG9nobody                       | invalid_client_id         | client identifier invalid                |
        | No app is named               | client_id     | (none)                            | invalid_client_id         | client identifier invalid                |
        | The callback is another host  | redirect_uri  | https://evil.example/callback     | redirect_uri_mismatch     | redirect_uri must match configuration    |
        | The callback has a tail       | redirect_uri  | https://client.example/callback/  | redirect_uri_mismatch     | redirect_uri must match configuration    |
        | The callback has other case   | redirect_uri  | https://client.example/Callback   | redirect_uri_mismatch     | redirect_uri must match configuration    |
        | The callback is missing       | redirect_uri  | (none)                            | redirect_uri_missing      | redirect_uri not provided                |
        | The response type is unknown  | response_type | cookie                            | unsupported_response_type | response type not supported              |

  @R-B10 @route:oauth/authorize
  Rule: Any of several callbacks may be used, each exactly as registered

    Scenario Outline: The registered callback <callback> is called
      Given an installed connected app "Reports" with
        | Callback URL | https://client.example/one http://localhost:1717/OauthRedirect myapp://oauth/done |
      When "ada" authorizes "Reports" with
        | redirect_uri | <callback> |
      Then the callback of "Reports" gets a code and the state

      Examples:
        | callback                            |
        | https://client.example/one          |
        | http://localhost:1717/OauthRedirect |
        | myapp://oauth/done                  |

    @security @attack:code-injection
    @row:token/redirect-mismatch
    Scenario: A code is redeemed only for the callback it went to
      Given an installed connected app "Reports" with
        | Callback URL | https://client.example/one https://client.example/two |
      And "ada" has authorized "Reports" with
        | redirect_uri | https://client.example/one |
      When "Reports" redeems the code with
        | redirect_uri | https://client.example/two |
      Then the answer is the OAuth error "redirect_uri_mismatch" saying "redirect_uri must match configuration"

  @R-D1 @route:oauth/token
  Rule: The app proves itself when it redeems the code

    Scenario: The secret in the body
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports"
      When "Reports" redeems the code
      Then tokens are issued for "ada"
      And the access token of "Reports" works

    Scenario: The secret in the Basic header
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports"
      When "Reports" redeems the code, its secret in the Basic header
      Then tokens are issued for "ada"

    Scenario: An app that requires no secret needs none
      Given an installed connected app "Reports" with
        | Require Secret | no |
      And "ada" has authorized "Reports"
      When "Reports" redeems the code with
        | client_secret | (none) |
      Then tokens are issued

    @row:token/grant-type @row:token/unknown-client @row:token/wrong-secret @row:token/secret-checked-anyway
    Scenario Outline: <what>
      Given an installed connected app "Reports" with
        | Require Secret | <requires secret> |
      And "ada" has authorized "Reports"
      When "Reports" redeems the code with
        | <parameter> | <value> |
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                                      | requires secret | parameter     | value                         | error                  | description                           |
        | A wrong secret is refused                 | yes             | client_secret | wrong                         | invalid_client         | invalid client credentials            |
        | A missing secret is refused               | yes             | client_secret | (none)                        | invalid_client         | invalid client credentials            |
        | A secret that is sent is checked anyway   | no              | client_secret | wrong                         | invalid_client         | invalid client credentials            |
        | An unknown app is refused                 | yes             | client_id     | 3MVG9nobody                   | invalid_client_id      | client identifier invalid             |
        | Another callback is refused               | yes             | redirect_uri  | https://client.example/other  | redirect_uri_mismatch  | redirect_uri must match configuration |
        | An unknown grant type is refused          | yes             | grant_type    | magic                         | unsupported_grant_type | grant type not supported              |
        | A missing grant type is refused           | yes             | grant_type    | (none)                        | unsupported_grant_type | grant type not supported              |
        | An unknown code is refused                | yes             | code          | aPrxNobodyGotThisOne==        | invalid_grant          | invalid authorization code            |

  @R-D1 @R-D17 @route:oauth/token
  Rule: A code works once, for one app, for fifteen minutes

    @security @attack:replay
    @row:token/code-reused
    Scenario: A replayed code is refused and leaves the first session alone
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When "Reports" redeems the same code again
      Then the answer is the OAuth error "invalid_grant" saying "expired authorization code"
      And the first access token of "Reports" still works

    @security @attack:replay
    Scenario: Where the org wants it, a replayed code ends the first session
      Given the policy "revoke_on_code_replay" of the org is "true"
      And an installed connected app "Reports"
      And "ada" has connected "Reports"
      When "Reports" redeems the same code again
      Then the answer is the OAuth error "invalid_grant" saying "expired authorization code"
      And the first access token of "Reports" no longer works

    @security @attack:code-injection
    @row:token/code-unknown
    Scenario: A code of another app is refused
      Given an installed connected app "Reports"
      And an installed connected app "Thief"
      And "ada" has authorized "Reports"
      When "Thief" redeems the code of "Reports"
      Then the answer is the OAuth error "invalid_grant" saying "invalid authorization code"

    @serial @R-K3
    Scenario: A code is still good after fourteen minutes
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports"
      And 14 minutes have passed
      When "Reports" redeems the code
      Then tokens are issued

    @serial @R-K3
    @row:token/code-expired
    Scenario: A code expires after fifteen minutes
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports"
      And 16 minutes have passed
      When "Reports" redeems the code
      Then the answer is the OAuth error "invalid_grant" saying "expired authorization code"

  @R-D1
  Rule: Addresses around it

    @route:oauth/authorize-branded
    @row:authorize/branded
    Scenario: A brand after the address changes nothing
      When somebody sends
        """
        GET /services/oauth2/authorize/mybrand?response_type=code&client_id=3MVG9nobody
        """
      Then the answer has the status 400

    @route:oauth/success @route:oauth/callback
    Scenario Outline: <path> is a blank page to land on
      When somebody sends
        """
        GET <path>
        """
      Then the answer has the status 200

      Examples:
        | path                      |
        | /services/oauth2/success  |
        | /services/oauth2/callback |

  @R-D1 @route:oauth/token
  Rule: On the wire

    @row:answer/token @row:answer/signature
    Scenario: The answer with tokens
      Given an installed connected app "Reports" with
        | OAuth Scopes | api refresh_token |
      And "ada" has authorized "Reports"
      When "Reports" redeems the code
      Then the answer on the wire is
        """
        HTTP 200
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {
          "access_token": "{any}!{string}",
          "refresh_token": "5Aep861{string}",
          "signature": "{string}=",
          "scope": "{any}",
          "instance_url": "{instance}",
          "id": "{login}/id/{org id}/{id}",
          "token_type": "Bearer",
          "issued_at": "{digits}"
        }
        """
      And the signature of "Reports" is made with its secret

    Scenario: Tokens are asked for by POST
      When somebody sends
        """
        GET /services/oauth2/token?grant_type=authorization_code
        """
      Then the answer is the OAuth error "invalid_request" saying "must use HTTP POST"

    Scenario Outline: The answer can be had as <format>
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports"
      When "Reports" redeems the code with
        | format | <format> |
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: <type>
        """
      And the body begins with
        """
        <beginning>
        """

      Examples:
        | format     | type                                            | beginning     |
        | urlencoded | application/x-www-form-urlencoded;charset=UTF-8 | access_token= |
        | xml        | application/xml;charset=UTF-8                   | <?xml         |

    Scenario: A refusal
      When "Nobody" asks for tokens with
        | grant_type | authorization_code |
        | client_id  | 3MVG9nobody        |
        | code       | aPrx               |
      Then the answer on the wire is
        """
        HTTP 400
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"error":"invalid_client_id","error_description":"client identifier invalid"}
        """
