@R-D3
Feature: User-agent flow
  An app without a server of its own gets its tokens in the fragment of its callback, where no server sees them.

  Background:
    Given a user "ada"

  @route:oauth/authorize @route:pages/answer-consent
  Rule: Tokens arrive in the fragment

    @row:answer/fragment
    Scenario: A user who allows access sends tokens to the callback
      Given an installed connected app "Widget" with
        | Flows | user_agent |
      When "ada" authorizes "Widget" with
        | response_type | token |
      Then the callback of "Widget" gets tokens and the state in its fragment
      And the access token of "Widget" works
      And the newest tokens of "Widget" say
        | token_type    | Bearer                   |
        | instance_url  | {instance}               |
        | id            | {login}/id/{org id}/{id} |
        | issued_at     | {digits}                 |
        | signature     | {string}=                |
        | scope         | api refresh_token openid id |
        | refresh_token | (none)                   |
        | id_token      | (none)                   |

    Scenario: A user who allowed the app before is not asked again
      Given an installed connected app "Widget" with
        | Flows | user_agent |
      And "ada" authorizes "Widget" with
        | response_type | token |
      When "ada" authorizes "Widget" with
        | response_type | token |
      Then the callback of "Widget" gets tokens and the state in its fragment
      And "ada" was not asked for consent

    Scenario Outline: <what>
      Given an installed connected app "Widget" with
        | Flows        | user_agent refresh_token |
        | Callback URL | <callback>               |
      When "ada" authorizes "Widget" with
        | response_type | token |
      Then the callback of "Widget" gets tokens and the state in its fragment
      And the newest tokens of "Widget" say
        | refresh_token | <refresh token> |

      Examples:
        | what                                                 | callback                                               | refresh token |
        | A web page gets no refresh token                     | https://client.example/callback                        | (none)        |
        | Nor does one on the developer's own machine          | http://localhost:1717/OauthRedirect                    | (none)        |
        | An app with a scheme of its own gets a refresh token | myapp://oauth/done                                     | 5Aep861{any}  |
        | So does one that watches the blank page              | https://login.salesforce.com/services/oauth2/success   | 5Aep861{any}  |

    Scenario: The refresh token of a mobile app works
      Given an installed connected app "Widget" with
        | Flows          | user_agent refresh_token |
        | Callback URL   | myapp://oauth/done       |
        | Require Secret | no                       |
      And "ada" authorizes "Widget" with
        | response_type | token |
      When "Widget" refreshes
      Then tokens are issued for "ada"

  @R-D15 @route:oauth/authorize
  Rule: An id_token comes along where it is asked for

    Scenario: Token and id_token together
      Given an installed connected app "Widget" with
        | Flows | user_agent |
      When "ada" authorizes "Widget" with
        | response_type | token id_token |
        | nonce         | n-0S6_WzA2Mj   |
      Then the callback of "Widget" gets tokens and the state in its fragment
      And the id_token of "Widget" holds the nonce "n-0S6_WzA2Mj" and the hash of its access token

    Scenario: An id_token without a nonce is refused
      Given an installed connected app "Widget" with
        | Flows | user_agent |
      When "ada" begins to authorize "Widget" with
        | response_type | token id_token |
      Then the callback of "Widget" gets the error "invalid_request" saying "nonce not provided" in its fragment

  @route:oauth/authorize
  Rule: Refusals arrive in the fragment, too

    @row:authorize/fragment
    Scenario: A user who denies access
      Given an installed connected app "Widget" with
        | Flows | user_agent |
      When "ada" denies "Widget" with
        | response_type | token |
      Then the callback of "Widget" gets the error "access_denied" saying "end-user denied authorization" in its fragment

    Scenario: An immediate authorization without a session
      Given an installed connected app "Widget" with
        | Flows | user_agent |
      When "ada" begins to authorize "Widget" with
        | response_type | token |
        | immediate     | true  |
      Then the callback of "Widget" gets the error "immediate_unsuccessful" saying "immediate unsuccessful" in its fragment

    Scenario: A blocked app
      Given an installed connected app "Widget" with
        | Flows | user_agent |
      And "Widget" is blocked in the org
      When "ada" authorizes "Widget" with
        | response_type | token |
      Then the callback of "Widget" gets the error "OAUTH_APP_BLOCKED" saying "this app is blocked by admin" in its fragment

    Scenario: An app that has not the flow
      Given an installed connected app "Widget"
      When "ada" authorizes "Widget" with
        | response_type | token |
      Then the callback of "Widget" gets the error "unsupported_response_type" saying "response type not supported" in its fragment

    @row:authorize/user-agent-off
    Scenario Outline: An org that does not allow <response type>
      Given the policy "allow_user_agent_flow" of the org is "false"
      And an installed connected app "Widget" with
        | Flows | user_agent hybrid |
      When "ada" authorizes "Widget" with
        | response_type | <response type> |
      Then the callback of "Widget" gets the error "unsupported_response_type" saying "response type not supported" in its fragment

      Examples:
        | response type |
        | token         |
        | hybrid_token  |

    @row:gate/uninstalled-hybrid
    Scenario: An app that is not installed never hears of it
      Given an uninstalled connected app "Widget" with
        | Flows | user_agent |
      When "ada" authorizes "Widget" with
        | response_type | token |
      Then "ada" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"
      And the callback of "Widget" is never called

  @route:oauth/authorize @R-D2
  Rule: There is no code that a challenge could protect

    Scenario: An org that requires PKCE still gives tokens
      Given the policy "require_pkce" of the org is "true"
      And an installed connected app "Widget" with
        | Flows | user_agent |
      When "ada" authorizes "Widget" with
        | response_type | token |
      Then the callback of "Widget" gets tokens and the state in its fragment

    Scenario: Code and credentials need a program, not a browser
      Given an installed connected app "Widget" with
        | Flows | code_credentials |
      When "ada" begins to authorize "Widget" with
        | response_type | code_credentials |
      Then "ada" is refused outright with "invalid_request" saying "must use HTTP POST"
