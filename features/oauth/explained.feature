@R-A13 @route:control/refusals
Feature: What a client is refused is explained
  The words of OAuth are few, and one stands for many causes. The control API names the rule, the cause and the way out.

  Background:
    Given a user "ada"
    And an installed connected app "Reports" with
      | OAuth Scopes | api id refresh_token |

  @route:oauth/token
  Rule: At the token endpoint

    Scenario Outline: A code with <what>
      Given "ada" has authorized "Reports"
      When "Reports" redeems the code with
        | <parameter> | <value> |
      Then the control API explains the refusal of "Reports" by the rule "<rule>"
      And the refusal of "Reports" says
        | surface | token |
        | org     | {org} |

      Examples:
        | what               | parameter     | value                         | rule                |
        | a wrong secret     | client_secret | guess                         | client.wrong_secret |
        | another callback   | redirect_uri  | https://client.example/other  | callback.mismatch   |
        | no callback        | redirect_uri  | (none)                        | callback.missing    |
        | no grant type      | grant_type    | (none)                        | request.grant_type  |

    Scenario: A code without the verifier of its challenge
      Given "ada" has authorized "Reports" with
        | code_challenge | E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM |
      When "Reports" redeems the code with
        | code_verifier | another-verifier-of-more-than-forty-three-characters |
      Then the control API explains the refusal of "Reports" by the rule "pkce.wrong_verifier"
      And the refusal of "Reports" says
        | user | {any}ada{any} |
        | flow | web_server    |

    @serial
    Scenario: A used code and an old one, which the client cannot tell apart
      Given "ada" has authorized "Reports"
      And "Reports" has redeemed the code
      When "Reports" redeems the same code again
      Then the answer is the OAuth error "invalid_grant" saying "expired authorization code"
      And the control API explains the refusal of "Reports" by the rule "code.used"
      Given "ada" has authorized "Reports"
      When 16 minutes pass
      And "Reports" redeems the code
      Then the answer is the OAuth error "invalid_grant" saying "expired authorization code"
      And the control API explains the refusal of "Reports" by the rule "code.expired"

    Scenario: A refresh token that was revoked, and one that the admin's policy ended
      Given "ada" has connected "Reports"
      And "Reports" has revoked its refresh token
      When "Reports" refreshes
      Then the control API explains the refusal of "Reports" by the rule "refresh.dead"
      Given the org's policy for "Reports" is
        | Refresh Token Policy | Immediately expire refresh token |
      And "ada" has connected "Reports"
      When "Reports" refreshes
      Then the control API explains the refusal of "Reports" by the rule "refresh.expired"

    Scenario: An app that nobody knows
      When somebody sends
        """
        POST /services/oauth2/token
        Host: {org}.my.localhost
        Content-Type: application/x-www-form-urlencoded

        grant_type=client_credentials&client_id=3MVG9nobody&client_secret=guess
        """
      Then the control API explains the newest refusal in the org by the rule "client.unknown"

  Rule: At the other endpoints

    @route:oauth/authorize
    Scenario: A scope that the app lacks
      When "ada" authorizes "Reports" with
        | scope | web |
      Then the control API explains the refusal of "Reports" by the rule "scope.not_assigned"
      And the refusal of "Reports" says
        | surface | error_page |
        | error   | invalid_scope |

    @route:oauth/authorize
    Scenario: A user who says no
      When "ada" denies "Reports"
      Then the control API explains the refusal of "Reports" by the rule "consent.denied"
      And the refusal of "Reports" says
        | surface | callback      |
        | user    | {any}ada{any} |

    @route:oauth/revoke
    Scenario: A token that nobody issued is revoked
      When somebody sends
        """
        POST /services/oauth2/revoke
        Host: {org}.my.localhost
        Content-Type: application/x-www-form-urlencoded

        token=nobody
        """
      Then the control API explains the newest refusal in the org by the rule "token.invalid"

    @route:oauth/userinfo
    Scenario: The user info without a live token
      When somebody sends
        """
        GET /services/oauth2/userinfo
        Host: {org}.my.localhost
        Authorization: Bearer nobody
        """
      Then the control API explains the newest refusal in the org by the rule "session.ended"

    @route:oauth/register
    Scenario: A registration without a token
      When somebody sends
        """
        POST /services/oauth2/register
        Host: {org}.my.localhost
        Content-Type: application/json

        {}
        """
      Then the control API explains the newest refusal in the org by the rule "registration.no_token"

    @route:pages/login
    Scenario: A login with a wrong password
      When "ada" logs in with a wrong password 1 times
      Then the control API explains the newest refusal in the org by the rule "login.wrong_password"

  @route:rest/limits
  Rule: At the data APIs

    Scenario: A session that ended
      Given "ada" has connected "Reports"
      And "Reports" has revoked its access token
      When "Reports" sends with its token
        """
        GET /services/data/v67.0/limits
        """
      Then the control API explains the newest refusal in the org by the rule "session.ended"

    Scenario: A token without the scope
      Given "ada" has connected "Reports" with
        | scope | id |
      When "Reports" sends with its token
        """
        GET /services/data/v67.0/limits
        """
      Then the control API explains the refusal of "Reports" by the rule "session.scope"
      And the refusal of "Reports" says
        | surface | api                |
        | error   | INVALID_SESSION_ID |

    Scenario: A session that API Access Control keeps out
      Given "ada" has connected "Reports"
      And API Access Control limits the org to allowlisted apps
      When "Reports" sends with its token
        """
        GET /services/data/v67.0/limits
        """
      Then the control API explains the refusal of "Reports" by the rule "gate.api_access_control"

  Rule: Who passes leaves no refusal

    @route:oauth/token @route:oauth/introspect @route:rest/limits
    Scenario: A whole connection, used and refreshed
      Given "ada" has connected "Reports"
      When "Reports" refreshes
      And "Reports" introspects its access token
      And "Reports" sends with its token
        """
        GET /services/data/v67.0/limits
        """
      Then the answer has the status 200
      And the control API knows of no refusal of "Reports"

  @route:control/requests
  Rule: The journal names the rule

    Scenario: The entry of a refused request
      Given "ada" has connected "Reports"
      And "Reports" has revoked its refresh token
      And "Reports" has refreshed
      When the test author asks for the requests of "Reports"
      Then the answer mentions '"rule":"refresh.dead"'
