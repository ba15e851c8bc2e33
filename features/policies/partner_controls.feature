@R-D16
Feature: Partner controls of 2026
  PKCE, rotation, thirty days of idleness at most, and a list of addresses: together on one app.

  Background:
    Given a user "ada"
    And an installed external client app "Sync" with
      | Require PKCE                            | yes                       |
      | Enable Refresh Token Rotation           | yes                       |
      | Limit Idle Refresh Token TTL to 30 Days | yes                       |
      | Enforce Refresh Token IP Allowlist      | yes                       |
      | Refresh Token IP Allowlist              | 192.0.2.1-192.0.2.9       |
    And "Sync" calls from the address "192.0.2.5"

  @serial @route:oauth/token
  Scenario: A sound client works for a year
    Given "ada" has connected "Sync" with
      | code_challenge        | {challenge} |
      | code_challenge_method | S256        |
    Then "Sync" refreshes every 29 days for a year, each time with a new refresh token

  @route:oauth/authorize
  Scenario: Without PKCE nobody gets as far as the login
    When "ada" authorizes "Sync"
    Then "ada" is refused outright with "invalid_request" saying "missing required code challenge"

  @route:oauth/token
  Scenario: A code without its verifier is worth nothing
    Given "ada" has authorized "Sync" with
      | code_challenge        | {challenge} |
      | code_challenge_method | S256        |
    When "Sync" redeems the code with
      | code_verifier | (none) |
    Then the answer is the OAuth error "invalid_grant" saying "invalid code verifier"

  @route:oauth/token
  Scenario: A client that keeps its first refresh token loses everything
    Given "ada" has connected "Sync" with
      | code_challenge        | {challenge} |
      | code_challenge_method | S256        |
    And "Sync" has refreshed
    When "Sync" refreshes with its first refresh token
    Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"
    And the second refresh token of "Sync" no longer works
    And the second access token of "Sync" no longer works

  @serial @route:oauth/token
  Scenario: A client that rests for more than thirty days must be authorized again
    Given "ada" has connected "Sync" with
      | code_challenge        | {challenge} |
      | code_challenge_method | S256        |
    When 31 days pass
    And "Sync" refreshes
    Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"

  @route:oauth/token
  Scenario: A client at another address gets no token for its code
    Given "ada" has authorized "Sync" with
      | code_challenge        | {challenge} |
      | code_challenge_method | S256        |
    And "Sync" calls from the address "192.0.2.10"
    When "Sync" redeems the code
    Then the answer is the OAuth error "invalid_grant" saying "ip restricted"
    When the admin queries "SELECT Status FROM LoginHistory ORDER BY LoginTime DESC, Id DESC LIMIT 1"
    Then the query returns "Failed: IP Address Not Allowed"

  @route:oauth/token
  Scenario: Nor does it refresh from there
    Given "ada" has connected "Sync" with
      | code_challenge        | {challenge} |
      | code_challenge_method | S256        |
    And "Sync" calls from the address "192.0.2.10"
    When "Sync" refreshes
    Then the answer is the OAuth error "invalid_grant" saying "ip restricted"

  @route:control/app-change
  Rule: Limits and locks

    Scenario Outline: A list keeps its limits: <what>
      When the developer changes "Sync" to
        | Refresh Token IP Allowlist | <list> |
      Then the answer has the status <status>

      Examples:
        | what                  | list                                      | status |
        | 256 addresses         | 192.0.2.0-192.0.2.255                     | 200    |
        | one more              | 192.0.2.0-192.0.2.255 198.51.100.1        | 400    |
        | the end comes first   | 192.0.2.9-192.0.2.1                       | 400    |
        | two kinds of address  | 192.0.2.9-2001:db8::1                     | 400    |

    Scenario: The subscriber cannot allow a longer rest
      When the test author changes "/orgs/{org}/apps/{app:Sync}" by
        """
        {"refresh_token_policy": {"kind": "expire_if_unused", "amount": 31, "unit": "days"}}
        """
      Then the control API refuses with 400 and names "refresh_token_policy"
      And the answer mentions "The refresh token validity period can't exceed 30 days."

    Scenario: Thirty days it can
      When the test author changes "/orgs/{org}/apps/{app:Sync}" by
        """
        {"refresh_token_policy": {"kind": "expire_if_unused", "amount": 30, "unit": "days"}}
        """
      Then the answer has the status 200

  @route:oauth/authorize @route:oauth/token
  Rule: Apps of July 2026

    Background:
      Given an org of the era "jul-26"
      And a user "bob"
      And an installed external client app "Fresh" with
        | Created | 2026-07-01 |
      And an installed external client app "Older" with
        | Created | 2026-06-30 |

    Scenario: PKCE is on for a new app, whatever it says
      When "bob" authorizes "Fresh"
      Then "bob" is refused outright with "invalid_request" saying "missing required code challenge"

    Scenario: So is rotation
      When "bob" connects "Fresh" with
        | code_challenge        | {challenge} |
        | code_challenge_method | S256        |
      And "Fresh" refreshes
      Then "Fresh" holds a new refresh token

    Scenario: Older apps are as their developers left them
      When "bob" connects "Older"
      And "Older" refreshes
      Then no refresh token is issued

  @route:oauth/authorize @route:oauth/token
  Rule: A suspended app

    Scenario: Authorizing ends at the callback
      Given an installed external client app "Lax" with
        | Suspended | yes |
      When "ada" authorizes "Lax"
      Then the callback of "Lax" gets the error "OAUTH_APP_BLOCKED" saying "this app is blocked by admin"

    Scenario: Tokens are refused
      Given an installed external client app "Lax"
      And "ada" has connected "Lax"
      And the developer has changed "Lax" to
        | Suspended | yes |
      When "Lax" refreshes
      Then the answer is the OAuth error "fail_close_app_blocked" saying "this app is blocked"
