@R-D2
Feature: PKCE
  A challenge sent with the authorization must be answered by its verifier, for public and confidential apps alike.

  Background:
    Given a user "ada"

  @route:oauth/token
  Rule: The verifier must fit the challenge

    Scenario Outline: A <kind> app with challenge and verifier gets tokens
      Given an installed connected app "Reports" with
        | Require Secret | <requires secret> |
      And "ada" has authorized "Reports" with
        | code_challenge        | {challenge} |
        | code_challenge_method | S256        |
      When "Reports" redeems the code with
        | client_secret | <secret> |
      Then tokens are issued

      Examples:
        | kind         | requires secret | secret           |
        | public       | no              | (none)           |
        | confidential | yes             | {secret:Reports} |

    @row:authorize/challenge-default
    Scenario: Without a method S256 is meant
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports" with
        | code_challenge | {challenge} |
      When "Reports" redeems the code
      Then tokens are issued

    @row:token/code-verifier
    Scenario Outline: A <fault> verifier is refused
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports" with
        | code_challenge        | {challenge} |
        | code_challenge_method | S256        |
      When "Reports" redeems the code with
        | code_verifier | <verifier> |
      Then the answer is the OAuth error "invalid_grant" saying "invalid code verifier"

      Examples:
        | fault   | verifier                                              |
        | missing | (none)                                                |
        | wrong   | wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong |

    Scenario: A secret alone does not replace the verifier of another attempt
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports" with
        | code_challenge | {challenge} |
      And "ada" has authorized "Reports" with
        | code_challenge | E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM |
      When "Reports" redeems the code
      Then the answer is the OAuth error "invalid_grant" saying "invalid code verifier"

  @route:oauth/authorize
  Rule: A challenge that is required must be there, and must be S256

    @security @attack:pkce-downgrade
    @row:authorize/missing-challenge
    Scenario: A missing challenge is refused before any login
      Given an installed connected app "Reports" with
        | Require PKCE | yes |
      When "ada" begins to authorize "Reports"
      Then "ada" is refused outright with "invalid_request" saying "missing required code challenge"

    Scenario: A challenge that is there passes
      Given an installed connected app "Reports" with
        | Require PKCE | yes |
      When "ada" authorizes "Reports" with
        | code_challenge | {challenge} |
      Then the callback of "Reports" gets a code and the state

    @security @attack:pkce-downgrade
    @row:authorize/challenge-method
    Scenario: The plain method is refused
      Given an installed connected app "Reports"
      When "ada" begins to authorize "Reports" with
        | code_challenge        | {challenge} |
        | code_challenge_method | plain       |
      Then "ada" is refused outright with "invalid_request" saying "invalid code challenge"
