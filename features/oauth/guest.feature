@R-D13 @route:oauth/authorize-headless @route:oauth/token
Feature: Visitors of a site
  A program gets a token for somebody who never logs in. It makes up who the visitor is, a UVID, and names it in both halves of the flow.

  Background:
    Given a user "ada"
    And the policy "allow_code_and_credentials_flow" of the org is "true"
    And an installed connected app "Shop" with
      | Flows          | code_credentials refresh_token |
      | Require Secret | no                             |
      | OAuth Scopes   | api web refresh_token openid   |
      | Callback URL   | https://shop.example/cb        |
    And the org's policy for "Shop" is
      | Enable Code and Credentials Flow for Guest Users | yes |

  Rule: The visitor's program gets a code on its callback, and a token for it

    Background:
      Given somebody has sent
        """
        POST {site}/services/oauth2/authorize
        Auth-Request-Type: guest
        Uvid-Hint: UVID 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e
        Content-Type: application/x-www-form-urlencoded

        response_type=code_credentials&client_id={key:Shop}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&scope=api&state=s1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
        """

    @row:guest/authorize
    Scenario: The code, in a redirect
      Then the answer on the wire is
        """
        HTTP 302
        Location: https://shop.example/cb?code=aPrx{any}&sfdc_community_url={any}&sfdc_community_id=0DB{any}&state=s1
        Uvid-Hint: UVID 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e
        """

    @row:guest/token
    Scenario: The token is of the site, for the visitor
      Given the parameter "code" of the redirect is noted as "code"
      When somebody sends
        """
        POST {site}/services/oauth2/token
        Auth-Request-Type: guest
        Uvid-Hint: 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id={key:Shop}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
        """
      Then the answer on the wire is
        """
        HTTP 200
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8
        Uvid-Hint: 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e

        {
          "access_token": "eyJ{string}",
          "scope": "api",
          "instance_url": "{site}",
          "sfdc_community_url": "{site}",
          "sfdc_community_id": "0DB{string}",
          "token_type": "Bearer",
          "issued_at": "{digits}",
          "token_format": "jwt"
        }
        """

    @row:guest/org-host
    Scenario: At the org's own host the token has a strange issuer, and no app sees it
      Given the parameter "code" of the redirect is noted as "code"
      And somebody has sent
        """
        POST {site}/services/oauth2/token
        Auth-Request-Type: guest
        Uvid-Hint: 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id={key:Shop}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
        """
      And "/access_token" of the answer is noted as "token"
      When somebody sends
        """
        GET /services/data/v67.0/limits
        Authorization: Bearer {note:token}
        """
      Then the answer on the wire is
        """
        HTTP 401
        WWW-Authenticate: Token

        [{"message":"INVALID_ISS","errorCode":"INVALID_AUTH_HEADER"}]
        """

    Scenario: A later visit is named by the token of an earlier one
      Given the parameter "code" of the redirect is noted as "code"
      And somebody has sent
        """
        POST {site}/services/oauth2/token
        Auth-Request-Type: guest
        Uvid-Hint: 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id={key:Shop}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
        """
      And "/access_token" of the answer is noted as "token"
      When somebody sends
        """
        POST {site}/services/oauth2/authorize
        Auth-Request-Type: guest
        Content-Type: application/x-www-form-urlencoded

        response_type=code_credentials&client_id={key:Shop}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&scope=api&uvid_hint=JWT%20{note:token}
        """
      Then the answer on the wire is
        """
        HTTP 302
        Uvid-Hint: UVID 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e
        """

    @row:guest/code
    Scenario Outline: <what> is refused
      Given the parameter "code" of the redirect is noted as "code"
      When somebody sends
        """
        POST {site}/services/oauth2/token
        Auth-Request-Type: guest
        Uvid-Hint: <visitor>
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code=<code>&client_id={key:Shop}&redirect_uri=<callback>&code_verifier=<verifier>
        """
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                          | visitor                                   | code             | callback                      | verifier                                    | error                 | description                           |
        | Another visitor               | 1f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e      | {note:code}      | https%3A%2F%2Fshop.example%2Fcb | dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk | invalid_request       | uvid invalid                          |
        | A visitor with the word UVID  | UVID 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e | {note:code}      | https%3A%2F%2Fshop.example%2Fcb | dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk | invalid_request       | uvid invalid                          |
        | A code nobody gave            | 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e      | aPrxNobody       | https%3A%2F%2Fshop.example%2Fcb | dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk | invalid_grant         | invalid authorization code            |
        | Another callback              | 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e      | {note:code}      | https%3A%2F%2Fevil.example%2F   | dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk | redirect_uri_mismatch | redirect_uri must match configuration |
        | A wrong verifier              | 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e      | {note:code}      | https%3A%2F%2Fshop.example%2Fcb | wrong                                       | invalid_grant         | invalid code verifier                 |

    Scenario: A code is good once
      Given the parameter "code" of the redirect is noted as "code"
      And somebody has sent
        """
        POST {site}/services/oauth2/token
        Auth-Request-Type: guest
        Uvid-Hint: 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id={key:Shop}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
        """
      When somebody sends
        """
        POST {site}/services/oauth2/token
        Auth-Request-Type: guest
        Uvid-Hint: 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id={key:Shop}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
        """
      Then the answer is the OAuth error "invalid_grant" saying "invalid authorization code"

    Scenario: Without the headers of a visitor the code is none
      Given the parameter "code" of the redirect is noted as "code"
      When somebody sends
        """
        POST {site}/services/oauth2/token
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id={key:Shop}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
        """
      Then the answer is the OAuth error "invalid_grant" saying "invalid authorization code"

  @row:guest/uvid @row:guest/scope @row:guest/headers
  Rule: What is wrong is refused at the authorize endpoint

    Scenario Outline: <what>
      When somebody sends
        """
        POST {site}/services/oauth2/authorize
        Auth-Request-Type: <kind>
        Uvid-Hint: <visitor>
        Content-Type: application/x-www-form-urlencoded

        response_type=code_credentials&client_id={key:Shop}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb<scope>
        """
      Then the answer on the wire is
        """
        HTTP 400
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"error":"<error>","error_description":"<description>"}
        """

      Examples:
        | what                           | kind       | visitor                                   | scope                    | error           | description                        |
        | A visitor without the word     | guest      | 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e      | &scope=api               | invalid_request | uvid invalid                       |
        | A visitor that is no UUID      | guest      | UVID nobody                               | &scope=api               | invalid_request | uvid invalid                       |
        | A UUID of another version      | guest      | UVID 0f8b7a52-6a8f-1c1f-9d56-2b6f1f1d0c3e | &scope=api               | invalid_request | uvid invalid                       |
        | A forged token                 | guest      | JWT eyJhbGciOiJub25lIn0.e30.              | &scope=api               | invalid_request | uvid invalid                       |
        | Another word for a visitor     | Guest-User | UVID 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e | &scope=api               | invalid_request | invalid headers                    |
        | The scope openid               | guest      | UVID 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e | &scope=openid            | invalid_scope   | the requested scope is not allowed |
        | More than the scope api        | guest      | UVID 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e | &scope=api%20web         | invalid_scope   | the requested scope is not allowed |
        | No scope                       | guest      | UVID 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e |                          | invalid_scope   | the requested scope is not allowed |

    @row:guest/off
    Scenario: The box for guest users is not ticked
      Given the org's policy for "Shop" is
        | Enable Code and Credentials Flow for Guest Users | no |
      When somebody sends
        """
        POST {site}/services/oauth2/authorize
        Auth-Request-Type: guest
        Uvid-Hint: UVID 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e
        Content-Type: application/x-www-form-urlencoded

        response_type=code_credentials&client_id={key:Shop}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&scope=api
        """
      Then the answer is the OAuth error "invalid_request" saying "guest flow not enabled"

    Scenario: A blocked app
      Given "Shop" is blocked in the org
      When somebody sends
        """
        POST {site}/services/oauth2/authorize
        Auth-Request-Type: guest
        Uvid-Hint: UVID 0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e
        Content-Type: application/x-www-form-urlencoded

        response_type=code_credentials&client_id={key:Shop}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&scope=api
        """
      Then the answer is the OAuth error "OAUTH_APP_BLOCKED" saying "this app is blocked by admin"
