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
