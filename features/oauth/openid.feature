Feature: OpenID Connect
  Discovery, the signing keys, and the id_token of an app with the scope openid.

  @R-D14 @route:oauth/discovery
  Rule: The server describes itself

    Scenario: The discovery document
      When somebody sends
        """
        GET /.well-known/openid-configuration
        """
      Then the answer on the wire is
        """
        HTTP 200

        {
          "issuer": "{login}",
          "authorization_endpoint": "{login}/services/oauth2/authorize",
          "token_endpoint": "{login}/services/oauth2/token",
          "revocation_endpoint": "{login}/services/oauth2/revoke",
          "userinfo_endpoint": "{login}/services/oauth2/userinfo",
          "jwks_uri": "{login}/id/keys",
          "introspection_endpoint": "{login}/services/oauth2/introspect",
          "scopes_supported": ["{string}", "..."],
          "response_types_supported": ["code", "token", "token id_token"],
          "subject_types_supported": ["public"],
          "id_token_signing_alg_values_supported": ["RS256"],
          "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt"],
          "claims_supported": ["active", "..."],
          "code_challenge_methods_supported": ["S256"],
          "...": "{any}"
        }
        """

    @route:oauth/keys
    Scenario: The signing keys
      When somebody sends
        """
        GET /id/keys
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "{string}", "n": "{string}", "e": "AQAB", "...": "{any}"}, "..."]}
        """

  @R-D15 @route:oauth/token
  Rule: An id_token says who logged in

    @row:answer/id-token
    Scenario: The claims of an id_token
      Given a user "ada"
      And an installed connected app "Reports"
      When "ada" connects "Reports"
      Then the id_token of "Reports" is signed by a published key and says
        | iss | {login}                  |
        | aud | {key:Reports}            |
        | sub | {login}/id/{org id}/{id} |
        | iat | {number}                 |
        | exp | {number}                 |

    Scenario: An id_token is bound to the request and to the access token
      Given a user "ada"
      And an installed connected app "Reports"
      When "ada" connects "Reports" with
        | nonce | n-0S6_WzA2Mj |
      Then the id_token of "Reports" holds the nonce "n-0S6_WzA2Mj" and the hash of its access token

    Scenario: Without the scope openid there is no id_token
      Given a user "ada"
      And an installed connected app "Reports"
      And "ada" has authorized "Reports" with
        | scope | api id |
      When "Reports" redeems the code
      Then tokens are issued
      And the answer leaves out
        """
        id_token
        """
