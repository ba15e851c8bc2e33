@R-D14
Feature: Identity
  Whom a token speaks for: the user info endpoint and the identity URL that came with the token.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"

  @route:oauth/userinfo
  Scenario: The user info of a token
    When "Reports" asks for the user info
    Then the answer names
      | sub                | {login}/id/{org id}/{id} |
      | user_id            | {id}                     |
      | organization_id    | {org id}                 |
      | preferred_username | {username:ada}           |
      | user_type          | STANDARD                 |
      | active             | true                     |
      | utcOffset          | {any}                    |
      | is_app_installed   | true                     |

  @route:oauth/userinfo
  Scenario: The user info needs a token
    When somebody sends
      """
      GET /services/oauth2/userinfo
      Authorization: Bearer 00Dxx0000000001!AQnobody
      """
    Then the answer on the wire is
      """
      HTTP 403

      Bad_OAuth_Token
      """

  @route:oauth/userinfo
  Scenario: The user info may be asked for by POST with the token in the form
    When somebody sends
      """
      POST /services/oauth2/userinfo
      Content-Type: application/x-www-form-urlencoded

      oauth_token={access token:Reports}
      """
    Then the answer names
      | preferred_username | {username:ada} |

  @route:oauth/identity
  Scenario: The identity URL
    When "Reports" follows its identity URL
    Then the answer names
      | id              | {login}/id/{org id}/{id} |
      | asserted_user   | true                     |
      | user_id         | {id}                     |
      | organization_id | {org id}                 |
      | username        | {username:ada}           |
      | user_type       | STANDARD                 |
      | active          | true                     |

  @route:oauth/identity
  Scenario: The URLs in it leave the version open
    When "Reports" follows its identity URL
    And "/urls/rest" of the answer is noted as "rest"
    And somebody sends
      """
      GET {note:rest}
      """
    Then the answer is a refusal of the client, not a failure of the server

  @route:oauth/identity
  @row:identity/bad-token
  Scenario Outline: <what>
    When somebody follows the identity URL of "Reports" with the token "<token>"
    Then the answer on the wire is
      """
      HTTP 403

      <body>
      """

    Examples:
      | what                      | token                    | body            |
      | An unknown token is said  | 00Dxx0000000001!AQnobody | Bad_OAuth_Token |

  @route:oauth/identity
  @row:identity/missing-token
  Scenario: An identity URL without a token
    Given "/id" of the answer is noted as "identity"
    When somebody sends
      """
      GET {note:identity}
      """
    Then the answer on the wire is
      """
      HTTP 403

      Missing_OAuth_Token
      """

  @route:oauth/identity
  @row:identity/wrong-org
  Scenario: A token of another org
    Given another org
    When "Reports" follows the identity URL of the admin of another org
    Then the answer on the wire is
      """
      HTTP 403

      Wrong_Org
      """

  @serial @R-K3 @R-E8 @route:oauth/identity
  Scenario: An expired token is refused in the words of the identity service
    Given 3 hours have passed
    When "Reports" follows its identity URL
    Then the answer on the wire is
      """
      HTTP 403

      Bad_OAuth_Token
      """

  Rule: Forms of the answer

    @route:oauth/identity @row:identity/format
    Scenario Outline: <what>
      Given "/id" of the answer is noted as "identity"
      When somebody sends
        """
        GET {note:identity}<query>
        Authorization: Bearer {access token:Reports}
        <header>
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: <type>
        """
      And the body begins with
        """
        <beginning>
        """

      Examples:
        | what                       | query              | header                  | type                                            | beginning                                              |
        | JSON                       |                    | Accept: */*             | application/json;charset=UTF-8                  | {"id":"                                                |
        | XML by the parameter       | ?format=xml        | Accept: */*             | application/xml;charset=UTF-8                   | <?xml version="1.0" encoding="UTF-8"?><user><id>       |
        | XML by the header          |                    | Accept: application/xml | application/xml;charset=UTF-8                   | <?xml version="1.0" encoding="UTF-8"?><user><id>       |
        | A form                     | ?format=urlencoded | Accept: */*             | application/x-www-form-urlencoded;charset=UTF-8 | id=http                                                |
        | A script                   | ?callback=shown    | Accept: */*             | application/javascript;charset=UTF-8            | shown({"id":"                                          |

    @route:oauth/identity
    Scenario: JSON for people
      Given "/id" of the answer is noted as "identity"
      When somebody sends
        """
        GET {note:identity}
        Authorization: Bearer {access token:Reports}
        X-PrettyPrint: 1
        """
      Then the body begins with
        """
        {
          "id": "
        """

    @route:oauth/identity @row:identity/token-parameter
    Scenario Outline: The token may stand in the address: <name>
      Given "/id" of the answer is noted as "identity"
      When somebody sends
        """
        GET {note:identity}?<name>={access token:Reports}&version=60.0
        """
      Then the answer mentions "/services/data/v60.0/"

      Examples:
        | name         |
        | oauth_token  |
        | access_token |

    @route:oauth/identity @row:identity/token-parameter
    Scenario Outline: A token in the address is judged like any: <name>
      Given "/id" of the answer is noted as "identity"
      When somebody sends
        """
        GET {note:identity}?<name>=00Dxx0000000001!AQnobody
        """
      Then the answer on the wire is
        """
        HTTP 403

        Bad_OAuth_Token
        """

      Examples:
        | name         |
        | oauth_token  |
        | access_token |

    @route:oauth/userinfo
    Scenario Outline: User info by <method>
      When somebody sends
        """
        <method> /services/oauth2/userinfo
        Authorization: Bearer {access token:Reports}
        """
      Then the answer names
        | preferred_username | {username:ada} |

      Examples:
        | method |
        | GET    |
        | POST   |

  Rule: Refusals of the identity service

    @route:oauth/identity @row:identity/version @row:identity/callback
    Scenario Outline: <what> is not acceptable
      Given "/id" of the answer is noted as "identity"
      When somebody sends
        """
        GET {note:identity}?<query>
        Authorization: Bearer {access token:Reports}
        """
      Then the answer on the wire is
        """
        HTTP 406
        Content-Type: text/plain;charset=UTF-8

        <word>
        """

      Examples:
        | what                        | query               | word             |
        | A version that is none      | version=newest      | Invalid_Version  |
        | A function's name that is none | callback=a(b)    | Invalid_Callback |

    @route:oauth/identity @row:identity/bad-id
    Scenario: A user nobody made
      When somebody sends
        """
        GET /id/{org id}/005000000000001AAA
        Authorization: Bearer {access token:Reports}
        """
      Then the answer on the wire is
        """
        HTTP 404
        Content-Type: text/plain;charset=UTF-8

        Bad_Id
        """

    @route:oauth/identity
    Scenario: Another user's identity is data of the org
      Given a user "bob"
      When "Reports" follows the identity URL of "bob"
      Then the answer names
        | username      | {username:bob} |
        | asserted_user | false          |

    @route:oauth/identity @row:identity/inactive
    Scenario: The identity of a user who was deactivated
      Given a user "bob"
      And "bob" is deactivated
      When "Reports" follows the identity URL of "bob"
      Then the answer on the wire is
        """
        HTTP 403
        Content-Type: text/plain;charset=UTF-8

        Inactive
        """

    @route:oauth/identity @row:identity/https
    Scenario: Plain http, where the org takes https alone
      Given the policy "require_https" of the org is "true"
      When "Reports" follows its identity URL
      Then the answer on the wire is
        """
        HTTP 403
        Content-Type: text/plain;charset=UTF-8

        HTTPS_Required
        """

    @route:oauth/userinfo @row:identity/no-token
    Scenario: User info without a token
      When somebody sends
        """
        GET /services/oauth2/userinfo
        """
      Then the answer on the wire is
        """
        HTTP 403
        Content-Type: text/plain;charset=UTF-8

        Missing_OAuth_Token
        """
