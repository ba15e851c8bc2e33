@refresh
Feature: Renewing access

  An access token of Salesforce ends when its session does, and nobody says when that will be: there is no expires_in. A 401
  is the only sign, and a refresh the answer to it.

  @C-refresh/on-401 @must @breakage @by:Ho @for:web @rfc6749-6 @R-L2
  Scenario: An ended session is renewed without the user
    Proves: a 401 leads to a refresh and to the request once more.
    In production: the connection works for two hours, then every job fails until the user connects again.
    Mend: on 401 INVALID_SESSION_ID refresh, then repeat the request once.
    Source: RFC 6749 6; xagent#1540, cerb#836
    Care: an integration that refreshes ahead of the call passes as well.
    Given an integration
    And the integration is connected
    And the access session is ended
    And requests count from here
    When the integration makes a call
    Then the integration refreshed

  @C-refresh/loop-bounded @must @operations @by:Ho @for:web @R-L2 @needs:refresh/on-401
  Scenario: A 401 that survives a refresh ends the operation
    Proves: refreshing is tried once for a request and not until it helps.
    In production: an endless loop of refresh and request burns the org's logins within minutes.
    Mend: one refresh per request; a second 401 is an error to report.
    Source: jsforce#1168, jsforce#196
    Given an integration
    And the integration is connected
    And every data request is answered 401 "INVALID_SESSION_ID" "Session expired or invalid"
    And requests count from here
    When the integration makes a call
    Then at most 2 refreshes were sent

  @C-refresh/not-on-scope-401 @should @operations @by:Ho @for:web @R-L2 @needs:refresh/loop-bounded
  Scenario: "This session is not valid for use with the REST API" is not an expiry
    Proves: the message of a 401 is read, since a new token of the same scopes would be refused as well.
    In production: pointless refreshes hide the real cause, a missing scope.
    Mend: refresh on "Session expired or invalid" only; report the other message as it is.
    Source: jsforce#1774
    Given an integration
    And the integration is connected
    And every data request is answered 401 "INVALID_SESSION_ID" "This session is not valid for use with the REST API"
    And requests count from here
    When the integration makes a call
    Then no refresh was sent

  @C-refresh/identity-403 @should @breakage @by:Ho @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: 403 Bad_OAuth_Token from the identity service counts as expiry
    Proves: the one place where Salesforce answers an ended session with 403 is known.
    In production: the profile page breaks after two hours while everything else goes on.
    Mend: treat 403 with the body Bad_OAuth_Token like 401 at the identity URL and userinfo.
    Source: jsforce#736, SalesforceMobileSDK-iOS#3398
    Given an integration
    And the integration is connected
    And the access session is ended
    And requests count from here
    When the integration reads the identity
    Then the integration refreshed
    And the last identity request was answered 200

  @C-refresh/no-scope-parameter @must @breakage @by:HO @for:web @rfc6749-6 @R-L2 @needs:refresh/on-401
  Scenario: A refresh carries no scope
    Proves: what the standard allows and Salesforce refuses is left out.
    In production: every refresh is answered "scope parameter not supported", so every connection dies after two hours.
    Mend: leave scope out of the refresh; the grant keeps its own.
    Source: RFC 6749 6; adk-python#5328, LibreChat#13412
    Care: sent, refused, and repeated without it is a warning.
    Given an integration
    And the integration is connected
    And the access session is ended
    And requests count from here
    When the integration makes a call
    Then no refresh carried a scope that cost the connection

  @C-refresh/keeps-token @must @lockout @by:Ho @for:web @rfc6749-6 @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent @needs:refresh/survives-restart
  Scenario: An answer without refresh_token keeps the old one
    Proves: a member that is missing changes nothing in the store.
    In production: the first refresh wipes the refresh token, and the second finds none.
    Mend: replace the stored token only if the answer brings another.
    Source: RFC 6749 6; souz#711
    Given an integration
    And the integration is connected
    And the access session is ended
    And the integration makes a call
    And the integration refreshed
    When the integration is restarted if it can be
    And the access session is ended
    And requests count from here
    And the integration makes a call
    Then the integration refreshed
    And the last refresh presented generation 1

  @C-refresh/secret-sent @must @breakage @by:HO @for:conf @R-L2 @needs:refresh/on-401
  Scenario: A confidential client authenticates on refresh too
    Proves: refreshes carry the same credentials as the exchange.
    In production: invalid_client two hours after every connect.
    Mend: one function that puts client authentication into every token request.
    Source: restforce#284
    Given an integration
    And the integration is connected
    And the access session is ended
    And requests count from here
    When the integration makes a call
    Then every refresh was authenticated

  @C-refresh/survives-restart @must @lockout @by:C @for:web @rfc6749-10.4 @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: The grant outlives the process
    Proves: the refresh token is in a store that a new process reads.
    In production: every deploy disconnects every customer.
    Mend: a durable store, written before the operation answers.
    Source: RFC 6749 10.4
    Given an integration
    And the integration is connected
    When the integration is restarted
    And the access session is ended
    And requests count from here
    And the integration makes a call
    Then the integration refreshed
    And the call succeeded

  @C-refresh/reconnect-replaces @must @lockout @by:BH @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: A new approval replaces the stored grant
    Proves: what a user just approved is what is used from then on.
    In production: Salesforce keeps five approvals of an app for a user. The sixth ends the first, and an integration that kept
      the first is dead although the user has just reconnected.
    Mend: overwrite access token, refresh token and instance address together at every connect.
    Source: jsforce#488
    Given an integration
    And the policy "sixth_approval_displaces_oldest" of the org is "true"
    And the user connects 6 times
    And the access session is ended
    And requests count from here
    When the integration makes a call
    Then the last refresh presented a token of the newest approval

  @C-refresh/any-token-form @must @breakage @by:Ho @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: Opaque and JWT access tokens of any length are kept whole
    Proves: the access token is a text of unknown length and form.
    In production: INVALID_JWT_FORMAT or a 401 for those orgs whose tokens are longer than the column they are stored in.
    Mend: no limit on its length, no assumption about its characters, no re-encoding.
    Source: airbyte#71024
    Given an integration
    And access tokens are JWTs
    And access tokens are 3000 characters long
    When the user connects
    And the integration makes a call
    Then the last data request bore the access token issued last, unchanged
    When access tokens are opaque
    And the access session is ended
    And the integration makes a call
    Then the last data request bore the access token issued last, unchanged

  @C-refresh/not-per-call @should @operations @by:HO @for:web @R-L2
  Scenario: A valid token serves many calls
    Proves: the access token is kept and used until it is refused.
    In production: every call costs a login, and Salesforce limits logins to a few thousand an hour.
    Mend: keep the access token beside the refresh token; refresh when it is refused.
    Source: restforce#744
    Care: where each operation is a process of its own, one refresh for each is allowed.
    Given an integration that stays one process
    And the integration is connected
    And requests count from here
    When the integration makes 10 calls
    Then at most 4 refreshes were sent
