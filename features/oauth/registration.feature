@R-D14
Feature: Dynamic client registration
  A program, for instance a gateway before an API, registers its clients itself: each becomes a connected app of the org.

  @route:oauth/register
  Rule: An administrator's token registers an app

    Scenario: The answer tells everything once
      Given an org
      When the admin sends
        """
        POST /services/oauth2/register
        Content-Type: application/json

        {
          "redirect_uris": ["http://localhost"],
          "response_types": ["code", "token", "id_token"],
          "grant_types": ["authorization_code", "implicit", "refresh_token"],
          "application_type": "web",
          "contacts": ["ops@client.example"],
          "client_name": "{unique:Gateway}"
        }
        """
      Then the answer on the wire is
        """
        HTTP 201
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {
          "client_id": "3MVG9{string}",
          "client_secret": "{string}",
          "client_secret_expires_at": 0,
          "client_id_issued_at": "{number}",
          "registration_access_token": "{string}",
          "registration_client_uri": "{login}/services/oauth2/register/3MVG9{string}",
          "client_name": "{unique:Gateway}",
          "redirect_uris": ["http://localhost"],
          "response_types": ["code", "token", "id_token"],
          "grant_types": ["authorization_code", "implicit", "refresh_token"],
          "application_type": "web",
          "contacts": ["ops@client.example"],
          "token_endpoint_auth_method": "client_secret_post",
          "scopes": ["refresh_token", "api", "web", "id", "openid"]
        }
        """

    @route:oauth/authorize @route:oauth/token
    Scenario: The app works at once
      Given a user "ada"
      And the admin has registered "Gateway" with
        | redirect_uris | ["https://client.example/callback"] |
      And "ada" has authorized "Gateway"
      When "Gateway" redeems the code
      Then tokens are issued for "ada"

    Scenario: It is the org's own connected app
      Given the admin has registered "Gateway" with
        | redirect_uris | ["https://client.example/callback"] |
      When the admin queries "SELECT Name FROM ConnectedApplication WHERE Name = '{unique:Gateway}'"
      Then the query returns "{unique:Gateway}"

    @route:oauth/registration
    Scenario: Its own token reads it back
      Given the admin has registered "Gateway" with
        | redirect_uris | ["https://client.example/callback"] |
        | scope         | "api openid"                        |
      When somebody sends
        """
        GET {note:registration uri}
        Authorization: Bearer {note:registration token}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"client_id": "{key:Gateway}", "scopes": ["api", "openid"], "redirect_uris": ["https://client.example/callback"], "...": "{any}"}
        """
      And the answer leaves out
        """
        registration_access_token
        """

    @route:oauth/registration
    Scenario: Another token does not
      Given the admin has registered "Gateway" with
        | redirect_uris | ["https://client.example/callback"] |
      When somebody sends
        """
        GET {note:registration uri}
        Authorization: Bearer wrong
        """
      Then the answer on the wire is
        """
        HTTP 401
        WWW-Authenticate: Bearer

        {"error":"invalid_token","error_description":"an initial access token is required"}
        """

  @route:oauth/register
  Rule: What cannot be registered is refused

    Scenario Outline: <what>
      Given an org
      When the admin sends
        """
        POST /services/oauth2/register
        Content-Type: application/json

        <body>
        """
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                       | body                                                                        | error                   | description                                                                                                              |
        | A body that is no object   | []                                                                          | invalid_client_metadata | the body must be a JSON object                                                                                           |
        | No callback                | {}                                                                          | invalid_redirect_uri    | redirect_uris must be a list of absolute URIs without fragments, by https, a custom scheme, or http to localhost         |
        | A callback by plain http   | {"redirect_uris":["http://client.example/"]}                                | invalid_redirect_uri    | redirect_uris must be a list of absolute URIs without fragments, by https, a custom scheme, or http to localhost         |
        | A callback that is a script | {"redirect_uris":["javascript:alert(1)"]}                                  | invalid_redirect_uri    | redirect_uris must be a list of absolute URIs without fragments, by https, a custom scheme, or http to localhost         |
        | An unknown grant type      | {"redirect_uris":["https://client.example/"],"grant_types":["magic"]}       | invalid_client_metadata | grant_types is invalid                                                                                                   |
        | An unknown scope           | {"redirect_uris":["https://client.example/"],"scope":"magic"}               | invalid_client_metadata | scope is invalid                                                                                                         |

    Scenario Outline: <who> registers nothing
      Given a user "ada"
      When <user>
        """
        POST /services/oauth2/register
        Content-Type: application/json

        {"redirect_uris": ["https://client.example/"]}
        """
      Then the answer on the wire is
        """
        HTTP <status>

        {"error":"<error>","error_description":"<description>"}
        """

      Examples:
        | who                    | user           | status | error              | description                            |
        | Who has no token       | somebody sends | 401    | invalid_token      | an initial access token is required    |
        | Who may not make apps  | "ada" sends    | 403    | insufficient_scope | the user may not create connected apps |

    @row:registration/limit
    Scenario: An org registers a hundred apps
      Given the admin has registered 100 apps
      When the admin sends
        """
        POST /services/oauth2/register
        Content-Type: application/json

        {"redirect_uris": ["https://client.example/"]}
        """
      Then the answer is the OAuth error "exceeded_registration_limit" saying "no more than 100 apps can be registered"
