@R-D15
Feature: JWT access tokens
  An app may be given access tokens that say what they are worth.

  Background:
    Given a user "ada"
    And an installed connected app "Modern" with
      | OAuth Scopes                  | api web openid refresh_token |
      | Issue JWT-based access tokens | yes                          |
    And "ada" has connected "Modern"

  @route:oauth/token
  Rule: The token is signed and says for whom it is

    @row:answer/jwt
    Scenario: Its claims, verified with the published key
      Then the access token of "Modern" is a JWT signed by a published key that says
        | iss       | {instance}                   |
        | aud       | ["{instance}"]               |
        | sub       | uid:{user id:ada}            |
        | client_id | {key:Modern}                 |
        | scp       | refresh_token api web openid |
        | exp       | {number}                     |
        | iat       | {number}                     |
        | nbf       | {number}                     |
        | mty       | oauth                        |
      And the header of the access token of "Modern" says
        | alg | RS256                     |
        | typ | JWT                       |
        | tty | sfdc-core-token           |
        | ver | 1.0                       |
        | tnk | core/prod/{org id}        |
        | kid | {any}                     |

    Scenario: The answer tells the format
      When "Modern" refreshes
      Then the answer names
        | token_format | jwt |
      And the first access token of "Modern" still works

    Scenario: Apps without the setting get opaque tokens
      Given an installed connected app "Classic"
      And "ada" has connected "Classic"
      Then the access token of "Classic" is opaque

    Scenario: Client credentials are JWTs too
      Given the org's own connected app "Daemon" with
        | Flows                         | client_credentials |
        | OAuth Scopes                  | api                |
        | Issue JWT-based access tokens | yes                |
      And the org's policy for "Daemon" is
        | Run As | {username:ada} |
      When "Daemon" asks for client credentials
      Then tokens are issued for "ada"
      And the access token of "Daemon" is a JWT signed by a published key that says
        | sub | uid:{user id:ada} |
        | scp | api               |

    @row:client-credentials/too-many
    Scenario: More scopes than fit are refused
      Given the org's own connected app "Daemon" with
        | Flows                         | client_credentials |
        | OAuth Scopes                  | api id profile email address phone openid chatter_api custom_permissions visualforce lightning content wave_api eclair_api pardot_api cdp_query_api cdp_profile_api cdp_ingest_api cdp_api cdp_segment_api sfap_api |
        | Issue JWT-based access tokens | yes                |
      And the org's policy for "Daemon" is
        | Run As | {username:ada} |
      When "Daemon" asks for client credentials
      Then the answer is the OAuth error "invalid_request" saying "too many scopes requested"

  @R-E7
  Rule: It is for REST alone

    @route:rest/limits
    Scenario: REST takes it
      Then the access token of "Modern" works

    @route:oauth/userinfo
    Scenario: The user info takes it
      When "Modern" asks for the user info
      Then the answer names
        | user_id | {user id:ada} |

    @route:oauth/identity
    Scenario: The identity URL takes it
      When "Modern" follows its identity URL
      Then the answer names
        | user_id | {user id:ada} |

  @R-D14 @route:oauth/introspect
  Rule: Its life is fixed

    Scenario: Introspection knows it
      When "Modern" introspects its access token
      Then the token is reported as active with
        | client_id  | {key:Modern}                 |
        | scope      | api openid refresh_token web |
        | token_type | access_token                 |

    Scenario: A revoked one is worth nothing, however long it says it lives
      Given "Modern" has revoked its access token
      Then the access token of "Modern" no longer works
      When "Modern" introspects its access token
      Then the token is reported as inactive

    @serial @R-K3 @R-E8
    Scenario: Use does not extend it
      When 90 minutes pass
      Then the access token of "Modern" works
      When 45 minutes pass
      Then the access token of "Modern" no longer works

    Scenario: A tampered one is worth nothing
      When somebody sends
        """
        GET /services/data/v67.0/limits
        Authorization: Bearer {access token:Modern}x
        """
      Then the answer on the wire is
        """
        HTTP 401
        WWW-Authenticate: Token

        [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
        """

  @serial @R-E8 @route:rest/limits @route:pages/save-external-policies
  Rule: The admin says how long they live

    Scenario: Named User JWT Timeout ends them before the session would
      Given the org's own external client app "Suite" with
        | OAuth Scopes                  | api refresh_token |
        | Issue JWT-based access tokens | yes               |
      And the admin opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Suite}"
      And the admin has filled in the form and pressed "Save"
        | Named User JWT Timeout | 15 minutes |
      And "ada" has connected "Suite"
      When 14 minutes pass
      Then the access token of "Suite" works
      When 2 minutes pass
      Then the access token of "Suite" no longer works
      And the access token of "Modern" works
