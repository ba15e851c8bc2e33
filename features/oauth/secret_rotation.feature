@R-D17 @R-B3
Feature: Rotating consumer details
  A new secret is staged first and applied later.

  Background:
    Given a user "ada"

  Rule: A connected app's new secret works from Apply on, and Apply ends all its tokens

    Background:
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the test author has created "/apps/{app:Reports}/credentials" from
        """
        {}
        """
      And "/staged/consumer_secret" of the answer is noted as "staged"

    @route:control/credentials-stage
    Scenario: A staged secret changes nothing yet
      When "Reports" refreshes with
        | client_secret | {note:staged} |
      Then the answer is the OAuth error "invalid_client" saying "invalid client credentials"
      And the first refresh token of "Reports" still works

    @route:control/credentials-apply
    @row:event/secret-applied
    Scenario: Applied, the old secret is wrong
      When the test author creates "/apps/{app:Reports}/credentials/apply" from
        """
        {}
        """
      And "Reports" refreshes
      Then the answer is the OAuth error "invalid_client" saying "invalid client credentials"
      And the access token of "Reports" no longer works

    @route:control/credentials-apply
    @row:event/secret-applied-tokens
    Scenario: Applied, the new secret is right, and the tokens are gone
      When the test author creates "/apps/{app:Reports}/credentials/apply" from
        """
        {}
        """
      And "Reports" refreshes with
        | client_secret | {note:staged} |
      Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"

    @route:control/credentials-discard
    Scenario: A discarded secret cannot be applied
      When the test author removes "/apps/{app:Reports}/credentials"
      And the test author creates "/apps/{app:Reports}/credentials/apply" from
        """
        {}
        """
      Then the control API refuses with 409 and names "staged"

  Rule: An external client app keeps two sets at work

    Background:
      Given the org's own external client app "Reports" with
        | OAuth Scopes | api refresh_token |
      And "ada" has connected "Reports"
      And the test author has created "/apps/{app:Reports}/credentials" from
        """
        {}
        """
      And "/staged/consumer_key" of the answer is noted as "key"
      And "/staged/consumer_secret" of the answer is noted as "secret"

    @route:control/credentials-stage
    Scenario: The staged set works at once, beside the other
      When "Reports" refreshes with
        | client_id     | {note:key}    |
        | client_secret | {note:secret} |
      Then tokens are issued for "ada"
      And the first refresh token of "Reports" still works

    Scenario: Key and secret of different sets do not go together
      When "Reports" refreshes with
        | client_secret | {note:secret} |
      Then the answer is the OAuth error "invalid_client" saying "invalid client credentials"

    @route:control/credentials
    Scenario: Applied, both sets go on, and no token ends
      When the test author creates "/apps/{app:Reports}/credentials/apply" from
        """
        {}
        """
      Then the first refresh token of "Reports" still works
      And the first access token of "Reports" still works
      When the test author reads "/apps/{app:Reports}/credentials"
      Then the answer names
        | consumer_key    | {note:key}    |
        | consumer_secret | {note:secret} |
        | staged          | null          |

    @serial @R-K3 @route:control/credentials-apply
    @row:event/secret-deleted
    Scenario: The replaced set is deleted after 30 days
      Given the test author has created "/apps/{app:Reports}/credentials/apply" from
        """
        {}
        """
      When 31 days pass
      And "Reports" refreshes
      Then the answer is the OAuth error "invalid_client_id" saying "client identifier invalid"
