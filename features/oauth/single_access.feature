@R-D12 @route:oauth/single-access
Feature: Single access
  An app that holds a token of a user opens a page of the org for that user, without another login.

  Background:
    Given a user "ada"
    And an installed connected app "Portal" with
      | OAuth Scopes | api web full refresh_token id |

  Rule: The address it gets logs a browser in

    Scenario Outline: <method> with <where>
      Given "Portal" holds a session of "ada" with the scopes "<scopes>"
      When "Portal" sends with its token
        """
        <request>
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/json;charset=UTF-8

        {"frontdoor_uri": "{instance}/secur/frontdoor.jsp?otp={any}&cshc={string}"}
        """

      Examples:
        | method | where          | scopes  | request                                |
        | GET    | the scope web  | api web | GET /services/oauth2/singleaccess      |
        | POST   | the scope full | full    | POST /services/oauth2/singleaccess     |

    @route:pages/frontdoor
    Scenario: A browser that opens it is logged in
      Given "Portal" holds a session of "ada" with the scopes "api web"
      And "Portal" has sent with its token
        """
        GET /services/oauth2/singleaccess?redirect_uri=/home/home.jsp
        """
      And "/frontdoor_uri" of the answer is noted as "door"
      When "ada" opens the address "{note:door}"
      Then "ada" is in
      And the page tells "ada" "{username:ada}"

    @route:pages/frontdoor
    Scenario: It opens once
      Given a user "eve"
      And "Portal" holds a session of "ada" with the scopes "api web"
      And "Portal" has sent with its token
        """
        GET /services/oauth2/singleaccess
        """
      And "/frontdoor_uri" of the answer is noted as "door"
      And "ada" opens the address "{note:door}"
      When "eve" opens the address "{note:door}"
      Then "eve" is asked to log in

    @route:pages/frontdoor @serial @R-K3
    Scenario: It opens within a minute
      Given "Portal" holds a session of "ada" with the scopes "api web"
      And "Portal" has sent with its token
        """
        GET /services/oauth2/singleaccess
        """
      And "/frontdoor_uri" of the answer is noted as "door"
      And 2 minutes have passed
      When "ada" opens the address "{note:door}"
      Then "ada" is asked to log in

    @route:pages/frontdoor
    Scenario: A page of another site is not led to
      Given "Portal" holds a session of "ada" with the scopes "api web"
      When "Portal" sends with its token
        """
        GET /services/oauth2/singleaccess?redirect_uri=https://evil.example/
        """
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: text/plain;charset=UTF-8

        Invalid_Param
        """

  Rule: Who holds something else is refused

    @row:single-access/scope
    Scenario: A token without the scope web
      Given "Portal" holds a session of "ada" with the scopes "api"
      When "Portal" sends with its token
        """
        GET /services/oauth2/singleaccess
        """
      Then the answer on the wire is
        """
        HTTP 403
        Content-Type: text/plain;charset=UTF-8

        Invalid_Scope
        """

    Scenario Outline: <what>
      When somebody sends
        """
        GET /services/oauth2/singleaccess
        <header>
        """
      Then the answer on the wire is
        """
        HTTP 403
        Content-Type: text/plain;charset=UTF-8

        <word>
        """

      Examples:
        | what                    | header                                     | word                |
        | No token                | Accept: */*                                | Missing_OAuth_Token |
        | A token nobody issued   | Authorization: Bearer 00Dxx0000000001!AQno | Bad_OAuth_Token     |

    @row:single-access/bad-token
    Scenario: A session that no app got
      When the admin sends
        """
        GET /services/oauth2/singleaccess
        """
      Then the answer on the wire is
        """
        HTTP 403

        Bad_OAuth_Token
        """

  @route:pages/frontdoor
  Rule: The front door takes a session id, too

    Scenario: Posted, so that it is in no address
      Given "Portal" holds a session of "ada" with the scopes "api web"
      When somebody sends
        """
        POST /secur/frontdoor.jsp
        Content-Type: application/x-www-form-urlencoded

        sid={access token:Portal}&retURL=/home/home.jsp
        """
      Then the answer on the wire is
        """
        HTTP 302
        Location: /home/home.jsp
        """

    Scenario Outline: It never leads to <what>
      Given "Portal" holds a session of "ada" with the scopes "api web"
      When somebody sends
        """
        GET /secur/frontdoor.jsp?sid={access token:Portal}&retURL=<address>
        """
      Then the answer on the wire is
        """
        HTTP 302
        Location: /home/home.jsp
        """

      Examples:
        | what                     | address                   |
        | another site             | https://evil.example/     |
        | another host's root      | //evil.example            |
        | a script                 | javascript:alert(1)       |
