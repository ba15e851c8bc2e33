@security @R-D1 @R-D17 @route:oauth/token
Feature: Attacks on codes and refresh tokens
  A code or refresh token that fell into other hands is worth nothing there, and what its owner does with it goes on working.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  @attack:code-injection
  Rule: A code is good for the app, the callback, the attempt and the org it was given for

    Scenario: The app itself redeems it
      Given "ada" has authorized "Reports" with
        | code_challenge | {challenge} |
      When "Reports" redeems the code
      Then tokens are issued for "ada"

    Scenario: Another app injects it into its own exchange
      Given an installed connected app "Thief"
      And "ada" has authorized "Reports"
      When "Thief" redeems the code of "Reports"
      Then the answer is the OAuth error "invalid_grant" saying "invalid authorization code"

    Scenario: Another app's try does not use it up
      Given an installed connected app "Thief"
      And "ada" has authorized "Reports"
      When "Thief" redeems the code of "Reports"
      And "Reports" redeems the code
      Then tokens are issued for "ada"

    Scenario: It is injected into the attempt of another person, whose verifier is another
      Given "ada" has authorized "Reports" with
        | code_challenge | E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM |
      When "Reports" redeems the code with
        | code_verifier | the-verifier-of-another-attempt-the-verifier-of-another |
      Then the answer is the OAuth error "invalid_grant" saying "invalid code verifier"

    Scenario: It is injected by way of another callback of the same app
      Given an installed connected app "Suite" with
        | Callback URL | https://client.example/one https://client.example/two |
      And "ada" has authorized "Suite" with
        | redirect_uri | https://client.example/one |
      When "Suite" redeems the code with
        | redirect_uri | https://client.example/two |
      Then the answer is the OAuth error "redirect_uri_mismatch" saying "redirect_uri must match configuration"

    Scenario: The callback is left out of the exchange
      Given "ada" has authorized "Reports"
      When "Reports" redeems the code with
        | redirect_uri | (none) |
      Then the answer is the OAuth error "redirect_uri_missing" saying "redirect_uri not provided"

    @attack:mix-up
    Scenario Outline: At the My Domain of <whose> it is <fate>
      Given another org
      And an installed connected app "Plain" with
        | Require Secret | no |
      And "ada" has authorized "Plain"
      And the code of "Plain" is noted as "code"
      When somebody sends
        """
        POST /services/oauth2/token
        Host: <host>.my.localhost
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&client_id={key:Plain}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback&code={note:code}
        """
      Then the answer has the status <status>
      And the answer mentions "<words>"

      Examples:
        | whose       | fate    | host              | status | words                      |
        | its own org | good    | {org}             | 200    | access_token               |
        | another org | unknown | {org:another org} | 400    | invalid authorization code |

    @attack:mix-up
    Scenario: The callback names no issuer, and the discovery document promises none
      When "ada" authorizes "Reports"
      Then the callback of "Reports" gets nothing but
        | code  |
        | state |
      When somebody sends
        """
        GET /.well-known/openid-configuration
        """
      Then the answer leaves out
        """
        authorization_response_iss_parameter_supported
        """

  @attack:replay
  Rule: What was used once is used up

    Scenario: A code is replayed
      Given "ada" has connected "Reports"
      When "Reports" redeems the same code again
      Then the answer is the OAuth error "invalid_grant" saying "expired authorization code"
      And the first access token of "Reports" still works

    Scenario: A code is replayed with another secret, and its state is not told
      Given "ada" has connected "Reports"
      When "Reports" redeems the code with
        | client_secret | wrong |
      Then the answer is the OAuth error "invalid_client" saying "invalid client credentials"

    Scenario: A rotated refresh token is replayed, which ends its family
      Given an installed connected app "Rotating" with
        | Enable Refresh Token Rotation | yes |
      And "ada" has connected "Rotating"
      And "Rotating" has refreshed
      When "Rotating" refreshes with its first refresh token
      Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"
      And the second refresh token of "Rotating" no longer works

    Scenario: The newest one is good
      Given an installed connected app "Rotating" with
        | Enable Refresh Token Rotation | yes |
      And "ada" has connected "Rotating"
      And "Rotating" has refreshed
      When "Rotating" refreshes with its second refresh token
      Then tokens are issued for "ada"

    Scenario: A frontdoor address is opened a second time
      Given an installed connected app "Portal" with
        | OAuth Scopes | api web |
      And "Portal" holds a session of "ada" with the scopes "api web"
      And "Portal" has sent with its token
        """
        GET /services/oauth2/singleaccess
        """
      And "/frontdoor_uri" of the answer is noted as "frontdoor"
      When "ada" opens the address "{note:frontdoor}"
      Then "ada" is in
      Given a user "eve"
      When "eve" opens the address "{note:frontdoor}"
      Then "eve" is asked to log in

    @serial @R-K3 @R-K12
    Scenario: A code of an authenticator app is seen over the shoulder
      Given the policy "require_mfa" of the org is "true"
      And a user "tim" with an authenticator app
      And the clock stands at "2026-11-22T12:00:00Z"
      When "tim" logs in
      And "tim" enters the code of the authenticator app
      Then "tim" is in
      When "tim" opens the page "Logout"
      And "tim" logs in
      And "tim" enters the code of the authenticator app
      Then the page tells "tim" "Invalid or expired verification code."

  @attack:code-injection
  Rule: A refresh token is good for the app it was given to

    Scenario: Another app presents it, and its owner goes on
      Given an installed connected app "Thief"
      And "ada" has connected "Reports"
      And "ada" has connected "Thief"
      When "Thief" refreshes with
        | refresh_token | {refresh token:Reports} |
      Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"
      And the first refresh token of "Reports" still works

    Scenario: It is no code, and a code is none
      Given "ada" has connected "Reports"
      When "Reports" redeems the code with
        | code | {refresh token:Reports} |
      Then the answer is the OAuth error "invalid_grant" saying "invalid authorization code"
      When "Reports" refreshes with
        | refresh_token | {access token:Reports} |
      Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"

  @attack:pkce-downgrade @R-D2
  Rule: Who began with a challenge ends with its verifier

    Scenario: The challenge is answered
      Given "ada" has authorized "Reports" with
        | code_challenge        | {challenge} |
        | code_challenge_method | S256        |
      When "Reports" redeems the code
      Then tokens are issued for "ada"

    Scenario Outline: <what>
      Given "ada" has authorized "Reports" with
        | code_challenge        | E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM |
        | code_challenge_method | S256                                        |
      When "Reports" redeems the code with
        | code_verifier | <verifier> |
      Then the answer is the OAuth error "invalid_grant" saying "invalid code verifier"

      Examples:
        | what                                         | verifier                                    |
        | The verifier is left out                     | (none)                                      |
        | The challenge itself is sent, as under plain | E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM |
        | Another verifier is sent                     | vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv |
        | Only its last letter is another              | dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXj |

    Scenario: The verifier of the challenge is sent
      Given "ada" has authorized "Reports" with
        | code_challenge | E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM |
      When "Reports" redeems the code with
        | code_verifier | dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk |
      Then tokens are issued for "ada"

    Scenario: The challenge was stripped on its way, and the client still proves it
      Given "ada" has authorized "Reports"
      When "Reports" redeems the code with
        | code_verifier | vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv |
      Then the answer is the OAuth error "invalid_grant" saying "invalid code verifier"

    @route:oauth/authorize
    Scenario Outline: <what> before the login
      When "ada" begins to authorize "Reports" with
        | code_challenge        | <challenge> |
        | code_challenge_method | <method>    |
      Then "ada" is refused outright with "invalid_request" saying "invalid code challenge"

      Examples:
        | what                               | challenge                                     | method |
        | The plain method is refused        | {challenge}                                   | plain  |
        | S256 in small letters is refused   | {challenge}                                   | s256   |
        | A method of one's own is refused   | {challenge}                                   | none   |
        | A challenge that is none of SHA-256 | abc                                          | S256   |

    @route:oauth/authorize
    Scenario: Where a challenge is required it cannot be left out
      Given an installed connected app "Strict" with
        | Require PKCE | yes |
      When "ada" begins to authorize "Strict"
      Then "ada" is refused outright with "invalid_request" saying "missing required code challenge"
