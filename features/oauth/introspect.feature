@R-D14 @route:oauth/introspect
Feature: Introspection
  An app asks what one of its tokens is worth.

  Background:
    Given a user "ada"
    And an installed connected app "Reports" with
      | OAuth Scopes | api refresh_token |
    And "ada" has connected "Reports"

  Scenario: A live access token
    When "Reports" introspects its access token
    Then the token is reported as active with
      | scope      | api refresh_token                  |
      | client_id  | {key:Reports}                      |
      | username   | {username:ada}                     |
      | sub        | {login}/id/{org id}/{id}           |
      | token_type | access_token                       |
      | exp        | {number}                           |
      | iat        | {number}                           |
      | nbf        | {number}                           |

  Scenario: A live refresh token
    When "Reports" introspects its refresh token
    Then the token is reported as active with
      | token_type | refresh_token  |
      | username   | {username:ada} |

  @row:introspect/inactive
  Scenario: A revoked token
    Given "Reports" has revoked its access token
    When "Reports" introspects its access token
    Then the token is reported as inactive

  @serial @R-K3
  Scenario: An expired session
    Given 3 hours have passed
    When "Reports" introspects its access token
    Then the token is reported as inactive

  @row:introspect/inactive
  Scenario: An app does not see the tokens of another app
    Given an installed connected app "Curious"
    When "Curious" introspects the access token of "Reports"
    Then the token is reported as inactive

  Scenario: Nobody introspects without proving an app
    When somebody sends
      """
      POST /services/oauth2/introspect
      Content-Type: application/x-www-form-urlencoded

      token={access token:Reports}&client_id={key:Reports}&client_secret=wrong
      """
    Then the answer is the OAuth error "invalid_client" saying "invalid client credentials"
