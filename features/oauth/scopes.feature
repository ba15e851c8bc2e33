@R-E7
Feature: Scopes
  An app gets the scopes it asks for, if its developer gave them to it; each limits what the token may do.

  Background:
    Given a user "ada"

  @route:oauth/authorize
  Rule: Scopes are asked for at the authorize endpoint

    Scenario: Without a scope parameter the app gets all its scopes
      Given an installed connected app "Reports" with
        | OAuth Scopes | api web refresh_token |
      When "ada" connects "Reports"
      Then the scopes granted are "api web refresh_token"

    Scenario: An app may ask for fewer
      Given an installed connected app "Reports" with
        | OAuth Scopes | api web refresh_token |
      When "ada" connects "Reports" with
        | scope | api |
      Then the scopes granted are "api"

    Scenario: The two names of the refresh token scope mean the same
      Given an installed connected app "Reports" with
        | OAuth Scopes | api refresh_token |
      When "ada" connects "Reports" with
        | scope | api offline_access |
      Then "Reports" holds a new refresh token

    @row:authorize/scope-not-allowed @row:authorize/scope-malformed
    Scenario Outline: <what> is refused on the error page
      Given an installed connected app "Reports" with
        | OAuth Scopes | api refresh_token |
      When "ada" authorizes "Reports" with
        | scope | <scope> |
      Then "ada" is shown the OAuth error page, caused by "invalid_scope" saying "<description>"
      And the callback of "Reports" is never called

      Examples:
        | what                             | scope     | description                                           |
        | A scope that the app lacks       | api web   | the requested scope is not allowed                    |
        | A scope that nobody knows        | api magic | the requested scope is invalid, unknown, or malformed |

  @route:rest/limits
  Rule: A token does what its scopes allow

    Scenario Outline: A token with <scopes> may use the REST API
      Given an installed connected app "Reports" with
        | OAuth Scopes | api full web id refresh_token |
      And "ada" has connected "Reports" with
        | scope | <scopes> |
      Then the access token of "Reports" works

      Examples:
        | scopes |
        | api    |
        | full   |

    @row:rest/wrong-kind
    Scenario Outline: A token with <scopes> alone may not use the REST API
      Given an installed connected app "Reports" with
        | OAuth Scopes | api full web id openid refresh_token |
      And "ada" has connected "Reports" with
        | scope | <scopes> |
      When "Reports" creates the Account "Acme" with its own token
      Then the answer is the error "INVALID_SESSION_ID" saying "This session is not valid for use with the REST API"

      Examples:
        | scopes |
        | id     |
        | openid |
        | web    |

    @route:oauth/userinfo
    Scenario: A token for the web alone may not ask for the user info
      Given an installed connected app "Reports" with
        | OAuth Scopes | api web refresh_token |
      And "ada" has connected "Reports" with
        | scope | web |
      When "Reports" asks for the user info
      Then the answer has the status 403

    @row:rest/scopes-named
    Scenario Outline: A token with <scopes> is told which scopes <path> takes
      Given an installed connected app "Reports" with
        | OAuth Scopes | api chatter_api wave_api eclair_api refresh_token |
      And "ada" has connected "Reports" with
        | scope | <scopes> |
      When "Reports" sends with its token
        """
        GET /services/data/v67.0/<path>
        """
      Then the answer on the wire is
        """
        HTTP 401
        WWW-Authenticate: Token

        {"message": "This session is not valid for use with the specified REST API endpoint. One of the following scopes is required: <labels>", "errorCode": "INVALID_SESSION_ID"}
        """

      Examples:
        | scopes      | path           | labels                                                                            |
        | chatter_api | limits         | Manage user data via APIs, Full access                                            |
        | api         | wave/datasets  | Access Analytics REST API resources, Full access                                  |
        | api         | eclair/geodata | Access Analytics REST API Charts Geodata resources, Full access                   |
        | wave_api    | chatter        | Access Connect REST API resources, Manage user data via APIs, Full access         |

    @route:rest/wave @route:rest/wave-collection @route:rest/eclair @route:rest/eclair-geodata @route:rest/connect @route:rest/chatter
    Scenario Outline: A token with <scopes> opens <path>
      Given an installed connected app "Reports" with
        | OAuth Scopes | api chatter_api wave_api eclair_api refresh_token |
      And "ada" has connected "Reports" with
        | scope | <scopes> |
      When "Reports" sends with its token
        """
        GET /services/data/v67.0/<path>
        """
      Then the answer has the status 200

      Examples:
        | scopes      | path           |
        | wave_api    | wave           |
        | wave_api    | wave/datasets  |
        | eclair_api  | eclair         |
        | eclair_api  | eclair/geodata |
        | chatter_api | chatter        |
        | chatter_api | connect        |
        | api         | chatter        |
