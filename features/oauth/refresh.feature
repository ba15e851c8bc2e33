Feature: Refresh tokens
  An app that was granted refresh_token gets new access tokens without its user.

  Background:
    Given a user "ada"

  @R-D4 @route:oauth/token
  Rule: A refresh token brings a new access token

    @row:refresh/no-refresh-token
    Scenario: A refreshed access token works, and the refresh token stays
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When "Reports" refreshes
      Then no refresh token is issued
      And the access token of "Reports" works
      And the first refresh token of "Reports" still works

    @row:answer/no-refresh-token
    Scenario: Without the scope no refresh token is issued
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports" with
        | scope | api |
      When "Reports" redeems the code
      Then no refresh token is issued
      And the scopes granted are "api"

    @row:refresh/unknown @row:refresh/scope
    Scenario Outline: <what>
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When "Reports" refreshes with
        | <parameter> | <value> |
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                                    | parameter     | value          | error             | description                   |
        | An unknown refresh token is refused     | refresh_token | 5Aep861nobody  | invalid_grant     | expired access/refresh token  |
        | A wrong secret is refused               | client_secret | wrong          | invalid_client    | invalid client credentials    |
        | An unknown app is refused               | client_id     | 3MVG9nobody    | invalid_client_id | client identifier invalid     |
        | A scope parameter is refused            | scope         | api            | invalid_request   | scope parameter not supported |

    Scenario: A refresh token of another app is refused
      Given an installed connected app "Reports"
      And an installed connected app "Thief"
      And "ada" has connected "Reports"
      When "Thief" refreshes with
        | refresh_token | {refresh token:Reports} |
      Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"

    @row:refresh/inactive-user
    Scenario: A deactivated user's app is refused, and works again after reactivation
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And "ada" is deactivated
      When "Reports" refreshes
      Then the answer is the OAuth error "invalid_grant" saying "inactive user"
      And the access token of "Reports" no longer works

    Scenario: A reactivated user's app works again
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And "ada" is deactivated
      When "ada" is activated again
      Then the first refresh token of "Reports" works

  @R-D4 @route:oauth/token
  Rule: The admin's refresh token policy decides how long a token lives

    @row:refresh/immediately
    Scenario: Immediately expired tokens do not refresh
      Given an installed connected app "Reports"
      And the org's policy for "Reports" is
        | Refresh Token Policy | Immediately expire refresh token |
      And "ada" has connected "Reports"
      When "Reports" refreshes
      Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"

    Scenario: A policy that changes reaches tokens issued before
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When the org's policy for "Reports" becomes
        | Refresh Token Policy | Immediately expire refresh token |
      Then the first refresh token of "Reports" no longer works
      And the first access token of "Reports" still works

    @serial @R-K3
    @row:refresh/idle-or-absolute
    Scenario Outline: <what>
      Given an installed connected app "Reports"
      And the org's policy for "Reports" is
        | Refresh Token Policy | <policy> |
      And "ada" has connected "Reports"
      And <before> have passed
      And "Reports" has refreshed with its first refresh token
      When <after> pass
      Then the first refresh token of "Reports" <works>

      Examples:
        | what                                             | policy                                          | before  | after   | works           |
        | An idle limit is measured from the last use      | Expire refresh token if not used for 30 days    | 20 days | 20 days | still works     |
        | An idle token expires                            | Expire refresh token if not used for 30 days    | 1 day   | 31 days | no longer works |
        | A fixed limit is measured from the issue         | Expire refresh token after 30 days              | 20 days | 20 days | no longer works |
        | A token that is valid until revoked outlives all | Refresh token is valid until revoked            | 20 days | 400 days | still works    |

  @R-D17 @route:oauth/token
  Rule: Salesforce keeps five approvals of a user for an app

    @row:refresh/sixth
    Scenario: The sixth approval displaces the first
      Given an installed connected app "Reports"
      When "ada" connects "Reports" 6 times
      Then the second refresh token of "Reports" still works
      And the first refresh token of "Reports" no longer works

  @R-D1 @R-D4 @route:oauth/token
  Rule: On the wire

    Scenario: The answer to a refresh
      Given an installed connected app "Reports" with
        | OAuth Scopes | api refresh_token |
      And "ada" has connected "Reports"
      When "Reports" refreshes
      Then the answer on the wire is
        """
        HTTP 200
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {
          "access_token": "{any}!{string}",
          "signature": "{string}=",
          "scope": "{any}",
          "instance_url": "{instance}",
          "id": "{login}/id/{org id}/{id}",
          "token_type": "Bearer",
          "issued_at": "{digits}"
        }
        """

  @R-D17 @route:oauth/token @row:refresh/sixth-oldest
  Rule: Which approval the sixth displaces is told in two ways

    Scenario: Where the org's switch says so, the oldest goes, however lately it was used
      Given the policy "sixth_approval_displaces_oldest" of the org is "true"
      And an installed connected app "Reports"
      And "ada" has connected "Reports" 5 times
      And "Reports" has refreshed with its first refresh token
      When "ada" connects "Reports"
      Then the first refresh token of "Reports" no longer works
      And the second refresh token of "Reports" still works

    Scenario: Otherwise the one left alone the longest
      Given an installed connected app "Reports"
      And "ada" has connected "Reports" 5 times
      And "Reports" has refreshed with its first refresh token
      When "ada" connects "Reports"
      Then the first refresh token of "Reports" still works
      And the second refresh token of "Reports" no longer works
