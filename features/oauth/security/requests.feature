@security @R-D1
Feature: Requests that say two things at once
  What two readers could understand differently is refused, and what a browser of another site can send is no request of a client.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  @attack:parameter-pollution
  Rule: A parameter is given once

    @route:oauth/token
    Scenario Outline: Two of <name> at the token endpoint
      Given "ada" has authorized "Reports"
      When somebody sends
        """
        POST /services/oauth2/token
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&client_id={key:Reports}&client_secret={secret:Reports}&code=aPrx&<name>=evil&<name>=evil
        """
      Then the answer is the OAuth error "invalid_request" saying "duplicate parameter: <name>"

      Examples:
        | name          |
        | redirect_uri  |
        | code_verifier |
        | scope         |

    @route:oauth/token
    Scenario: Two codes, one of which is good
      Given "ada" has authorized "Reports"
      When somebody sends
        """
        POST /services/oauth2/token
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&client_id={key:Reports}&client_secret={secret:Reports}&code=aPrx&c%6Fde=aPry
        """
      Then the answer is the OAuth error "invalid_request" saying "duplicate parameter: code"

    @route:oauth/authorize
    Scenario Outline: Two of <name> at the authorize endpoint
      When somebody sends
        """
        GET /services/oauth2/authorize?response_type=code&client_id={key:Reports}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback&state=a&<name>=<value>
        """
      Then the answer on the wire is
        """
        HTTP 400
        X-Content-Type-Options: nosniff
        Location: (absent)

        error=invalid_request&error_description=duplicate%20parameter%3A%20<name>
        """

      Examples:
        | name          | value                             |
        | redirect_uri  | https%3A%2F%2Fevil.example%2F     |
        | client_id     | 3MVG9evil                         |
        | state         | b                                 |
        | response_type | token                             |

    @route:oauth/token
    Scenario: The Basic header and the body name two apps
      Given an installed connected app "Thief"
      When somebody sends
        """
        POST /services/oauth2/token
        Content-Type: application/x-www-form-urlencoded
        Authorization: Basic eDp5

        grant_type=refresh_token&client_id={key:Thief}&refresh_token=5Aep861
        """
      Then the answer is the OAuth error "invalid_client_id" saying "client identifier invalid"

    @route:oauth/token
    Scenario: Each once is taken
      Given "ada" has authorized "Reports"
      When "Reports" redeems the code
      Then tokens are issued for "ada"

  @attack:csrf @route:oauth/token
  Rule: The token endpoint takes forms by POST

    Scenario: Not by GET
      When somebody sends
        """
        GET /services/oauth2/token
        """
      Then the answer is the OAuth error "invalid_request" saying "must use HTTP POST"

    Scenario Outline: Not as <type>
      Given "ada" has connected "Reports"
      When somebody sends
        """
        POST /services/oauth2/token
        Content-Type: <type>

        <body>
        """
      Then the answer is the OAuth error "unsupported_grant_type" saying "grant type not supported"

      Examples:
        | type             | body                                                                                                  |
        | application/json | {"grant_type": "refresh_token", "client_id": "{key:Reports}", "refresh_token": "{refresh token:Reports}"} |
        | text/plain       | grant_type=refresh_token&client_id={key:Reports}&client_secret={secret:Reports}&refresh_token={refresh token:Reports} |

    Scenario: As a form
      Given "ada" has connected "Reports"
      When somebody sends
        """
        POST /services/oauth2/token
        Content-Type: application/x-www-form-urlencoded; charset=UTF-8

        grant_type=refresh_token&client_id={key:Reports}&client_secret={secret:Reports}&refresh_token={refresh token:Reports}
        """
      Then the answer has the status 200

    @route:oauth/userinfo @route:rest/limits
    Scenario Outline: A script of another site may not read <path>
      When somebody sends
        """
        <method> <path>
        Origin: https://evil.example
        """
      Then the answer on the wire is
        """
        HTTP <status>
        Access-Control-Allow-Origin: (absent)
        Access-Control-Allow-Credentials: (absent)
        """

      Examples:
        | method  | path                          | status |
        | POST    | /services/oauth2/token        | 400    |
        | OPTIONS | /services/oauth2/token        | 403    |
        | GET     | /services/oauth2/userinfo     | 403    |
        | GET     | /services/data/v67.0/limits   | 401    |
