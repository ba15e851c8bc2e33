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
  @row:controls/pkce
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
  @row:controls/rotation
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
  @row:controls/idle @row:event/idle
  Scenario: A client that rests for more than thirty days must be authorized again
    Given "ada" has connected "Sync" with
      | code_challenge        | {challenge} |
      | code_challenge_method | S256        |
    When 31 days pass
    And "Sync" refreshes
    Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"
    And the org knows 0 approvals of "Sync"

  @route:oauth/token
  @row:controls/allowlist-code
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
  @row:controls/allowlist-refresh
  Scenario: Nor does it refresh from there
    Given "ada" has connected "Sync" with
      | code_challenge        | {challenge} |
      | code_challenge_method | S256        |
    And "Sync" calls from the address "192.0.2.10"
    When "Sync" refreshes
    Then the answer is the OAuth error "invalid_grant" saying "ip restricted"

  @route:control/app-change
  Rule: Limits and locks

    @row:controls/allowlist-limits
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

    @row:controls/idle-policy
    Scenario: The subscriber cannot allow a longer rest
      When the test author changes "/orgs/{org}/apps/{app:Sync}" by
        """
        {"refresh_token_policy": {"kind": "expire_if_unused", "amount": 31, "unit": "days"}}
        """
      Then the control API refuses with 400 and names "refresh_token_policy"
      And the answer mentions "The refresh token validity period can't exceed 30 days."

    @route:pages/app @row:controls/idle-shown
    Scenario: A policy that never ends shows as the limit
      Given the org's policy for "Sync" is
        | Refresh Token Policy | Refresh token is valid until revoked |
      And "ada" has connected "Sync" with
        | code_challenge        | {challenge} |
        | code_challenge_method | S256        |
      And the admin opens the page "External Client Apps OAuth Usage"
      When the admin follows "Manage App Policies" for "Sync"
      Then the page tells the admin "Expire refresh token if not used for 30 Day(s)"

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

    @row:controls/new-apps
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

    @row:authorize/suspended
    Scenario: Authorizing ends at the callback
      Given an installed external client app "Lax" with
        | Suspended | yes |
      When "ada" authorizes "Lax"
      Then the callback of "Lax" gets the error "OAUTH_APP_BLOCKED" saying "this app is blocked by admin"

    @row:token/suspended
    Scenario: Tokens are refused
      Given an installed external client app "Lax"
      And "ada" has connected "Lax"
      And the developer has changed "Lax" to
        | Suspended | yes |
      When "Lax" refreshes
      Then the answer is the OAuth error "fail_close_app_blocked" saying "this app is blocked"

  @R-B10 @route:control/app-change
  Rule: Attested controls stay on

    Background:
      Given an installed external client app "Signed" with
        | Require PKCE                            | yes |
        | Enable Refresh Token Rotation           | yes |
        | Limit Idle Refresh Token TTL to 30 Days | yes |
        | Security controls attested              | yes |

    @row:controls/attested
    Scenario Outline: <control> cannot be switched off
      When the developer changes "Signed" to
        | <control> | no |
      Then the control API refuses with 409 and names "<member>"
      And the answer mentions "The partner attested this control: it cannot be switched off. Contact Salesforce Support."

      Examples:
        | control                                 | member                    |
        | Require PKCE                            | require_pkce              |
        | Enable Refresh Token Rotation           | rotate_refresh_tokens     |
        | Limit Idle Refresh Token TTL to 30 Days | limit_idle_refresh_tokens |

    Scenario: The ranges of the allowlist stay editable
      When the developer changes "Signed" to
        | Refresh Token IP Allowlist | 192.0.2.1-192.0.2.9 |
      Then the answer has the status 200

    Scenario: Support takes the attestation back
      When the developer changes "Signed" to
        | Security controls attested | no |
        | Require PKCE               | no |
      Then the answer has the status 200

    @route:oauth/authorize
    Scenario: An attested app whose definition says otherwise is held to them all the same
      Given an installed external client app "Claims" with
        | Security controls attested | yes |
      When "ada" authorizes "Claims"
      Then "ada" is refused outright with "invalid_request" saying "missing required code challenge"

  @R-E4 @R-K12 @route:oauth/authorize @row:controls/trusted-ranges
  Rule: Trusted IP Ranges for OAuth Web Server Flow challenge, and do not refuse

    Background:
      Given an installed connected app "Desk" with
        | Trusted IP Ranges | 198.51.100.1-198.51.100.9 |

    Scenario: From a trusted address nothing is asked
      Given "ada" comes from the address "198.51.100.5"
      When "ada" authorizes "Desk"
      Then the callback of "Desk" gets a code and the state

    Scenario: From elsewhere a code is asked for, and it leads on
      Given "ada" comes from the address "203.0.113.7"
      When "ada" authorizes "Desk"
      Then "ada" is asked for a code
      When "ada" enters the code of the newest e-mail
      And "ada" authorizes "Desk"
      Then the callback of "Desk" gets a code and the state

    @route:oauth/token
    Scenario: The app's server may redeem the code from anywhere
      Given "ada" comes from the address "198.51.100.5"
      And "ada" has authorized "Desk"
      And "Desk" calls from the address "203.0.113.8"
      When "Desk" redeems the code
      Then tokens are issued
