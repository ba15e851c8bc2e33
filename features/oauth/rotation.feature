@R-D5 @route:oauth/token
Feature: Refresh token rotation
  With rotation on, each refresh brings a new refresh token and ends the old one. A token used twice ends its family.

  Background:
    Given a user "ada"
    And an installed connected app "Reports" with
      | Enable Refresh Token Rotation | yes |
    And "ada" has connected "Reports"

  @row:rotation/new
  Scenario: Each refresh brings a new refresh token
    When "Reports" refreshes
    Then "Reports" holds a new refresh token
    And the access token of "Reports" works

  Scenario: A chain of refreshes, each with the newest token, goes on
    Given "Reports" has refreshed
    And "Reports" has refreshed
    When "Reports" refreshes
    Then "Reports" holds a new refresh token

  Scenario: A token that was rotated out is refused
    Given "Reports" has refreshed
    When "Reports" refreshes with its first refresh token
    Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"

  @row:rotation/reuse @row:event/reused
  Scenario: Reuse ends the current refresh token and every access token of the family
    Given "Reports" has refreshed
    And "Reports" has refreshed with its first refresh token
    When "Reports" refreshes with its second refresh token
    Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"
    And the first access token of "Reports" no longer works
    And the second access token of "Reports" no longer works

  Scenario: Reuse in one approval leaves another approval of the same user alone
    Given "ada" has connected "Reports"
    And "Reports" has refreshed with its first refresh token
    And "Reports" has refreshed with its first refresh token
    Then the second refresh token of "Reports" still works

  @R-K4
  @row:refresh/concurrent
  Scenario: A refresh that comes while another is under way is told to wait
    Given a refresh of "Reports" is held
    When "Reports" refreshes
    Then the answer is the OAuth error "invalid_grant" saying "token request is already being processed"

  @R-K4
  @row:rotation/lock-is-no-reuse
  Scenario: The refresh that was under way succeeds, and the waiting was no reuse
    Given a refresh of "Reports" is held
    And "Reports" has refreshed
    When the held request is released
    Then tokens are issued
    And the second refresh token of "Reports" works

  @R-K4
  @row:rotation/lost
  Scenario: A rotation whose answer was lost leaves only the new token, which nobody knows
    Given the next request of "Reports" to "oauth/token" meets the fault
      """
      {"cut": "after_effect"}
      """
    When "Reports" tries to refresh
    Then the connection ends without an answer
    And the first refresh token of "Reports" no longer works

  Scenario: An org can rotate the tokens of every app
    Given an installed connected app "Plain"
    And the policy "rotate_refresh_tokens" of the org is "true"
    And "ada" has connected "Plain"
    When "Plain" refreshes
    Then "Plain" holds a new refresh token
