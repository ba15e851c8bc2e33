@R-L2 @rfc7009
Feature: Disconnecting
  What a customer gave has to end with the customer: at Salesforce, and in the store of the integration.

  @C-revoke/on-disconnect @must @security @by:BHO @for:web
  Scenario: Disconnecting revokes at Salesforce
    Proves: When the user disconnects, the integration revokes the grant at the revocation endpoint.
    In production: The tile is gone from the product, and the product still holds a key to the org, for years.
    Mend: Post the refresh token to `/services/oauth2/revoke`, then delete what is stored.
    Source: RFC 7009; PostHog/posthog#70044.
    Care: Not for products without a way to disconnect.
    Given an integration
    And the integration is connected
    When the integration is disconnected
    Then the grant's revocation was asked for

  @C-revoke/whole-grant @must @security @by:BHO @for:web @needs:revoke/on-disconnect
  Scenario: The whole grant is revoked, not only the session
    Proves: After the disconnect the refresh token is dead, not just the access token.
    In production: An access token lives for hours, a refresh token for ever. Revoking the first is a gesture.
    Mend: Send the refresh token: it takes all access tokens of the grant with it. The access token alone is right only where there is no refresh token.
    Source: Salesforce Help, "Revoke OAuth Tokens"; jsforce/jsforce#670.
    Given an integration
    And the integration is connected
    When the integration is disconnected
    And at least 1 revocation was answered 200
    Then the grant is dead

  @C-revoke/newest-token @must @security @by:HO @for:web @needs:revoke/on-disconnect @needs:revoke/whole-grant @needs:rotation/uses-newest
  Scenario: Under rotation the current refresh token is revoked
    Proves: After two rotations the token of the last answer is the one that is revoked.
    In production: A replaced token is unknown to Salesforce; revoking it fails without anybody noticing, or trips the alarm for stolen tokens.
    Mend: Read the store at the moment of the disconnect.
    Source: Salesforce Help, refresh token rotation.
    Given an integration
    And refresh tokens rotate
    And the integration is connected
    And the access session is ended
    And the integration makes a call
    And the access session is ended
    And the integration makes a call
    And at least 2 refreshes were sent
    When the integration is disconnected
    And at least 1 revocation was sent
    Then the refresh token revoked was the newest

  @C-revoke/right-side @must @breakage @by:HO @for:web @needs:revoke/on-disconnect @needs:hosts/sandbox-login
  Scenario: A sandbox's grant is revoked on the sandbox's side
    Proves: The revocation of a sandbox's grant goes to the test host or its instance, and is accepted.
    In production: The production host does not know the token. It answers an error that nobody reads, and the grant lives on.
    Mend: Take the host of the connection, as for its refreshes.
    Source: PostHog/posthog#70044, forcedotcom/SalesforceMobileSDK-iOS#2178.
    Given an integration with a sandbox
    And the sandbox is connected
    When the integration is disconnected
    And at least 1 revocation was sent
    Then a revocation was accepted on the sandbox's side

  @C-revoke/forget-anyway @must @lockout @by:BH @for:web @needs:revoke/on-disconnect
  Scenario Outline: A revocation that fails does not keep the connection
    Proves: When the revocation is refused, the integration forgets the tokens all the same.
    In production: An org that is deleted, locked or down can never be disconnected, and the customer cannot connect another one.
    Mend: Revoke with one or two attempts, then forget, whatever came back.
    Source: PostHog/posthog#70044.
    Given an integration
    And the integration is connected
    And every revocation is answered <status> "<error>"
    When the integration is disconnected
    And requests count from here
    And the integration makes a call
    Then no data request was sent
    And the connection is given up

    Examples:
      | status | error              |
      | 503    | server_unavailable |
      | 400    | invalid_token      |

  @C-revoke/quiet-after @must @security @by:BHO @for:web
  Scenario: After the disconnect nothing is sent with the grant
    Proves: A call that was scheduled before runs without the old tokens: no data request, no refresh.
    In production: Jobs go on reading the data of someone who said stop.
    Mend: Cancel the jobs of a connection with it, and let jobs read the tokens when they run.
    Source: RFC 7009 section 2.1.
    Care: Requests under way at that moment are allowed.
    Given an integration
    And the integration is connected
    When the integration is disconnected
    And requests count from here
    And the integration makes a call
    Then no data request was sent
    And no refresh was sent

  @C-revoke/post-body @should @security @by:BHO @for:web @rfc7009-2.1 @needs:revoke/on-disconnect
  Scenario: The token to be revoked travels in a body
    Proves: The revocation is a POST with the token in its form.
    In production: A token in an address is written into the logs of every proxy on the way.
    Mend: POST `token=…` as a form.
    Source: RFC 7009 section 2.1; simple-salesforce/simple-salesforce#379.
    Care: Salesforce documents GET as well, hence a warning.
    Given an integration
    And the integration is connected
    When the integration is disconnected
    And at least 1 revocation was sent
    Then every token to be revoked travelled in a body

  @C-revoke/others-untouched @should @lockout @by:BH @for:web
  Scenario: Disconnecting one org leaves the others
    Proves: With two orgs connected, disconnecting one lets the other work on.
    In production: One customer leaves and all customers drop.
    Mend: Delete by connection; never clear the store.
    Source: Salesforce Help, "Revoke OAuth Tokens".
    Given an integration
    And the integration is connected
    And a second connection, to another org, is connected
    When the integration is disconnected
    And requests count from here
    And the integration makes a call over the second connection
    Then the call over the second connection succeeded
