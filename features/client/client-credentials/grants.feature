@R-L2 @rfc6749-4.4
Feature: Client credentials
  A program gets a token with its own key and secret; an admin of the org chose the user it acts as.

  @C-cc/my-domain @must @breakage @by:HO @for:2leg @needs:cc/no-offline-scope
  Scenario: The grant is asked for at the org's My Domain
    Proves: The first grant that Salesforce gives was asked for at the address of the org itself.
    In production: The login hosts do not know which org is meant and answer "request not supported on this domain". It never works, in any org.
    Mend: Ask the admin for the My Domain when the connection is set up, and send token requests there.
    Source: Salesforce Help, "OAuth 2.0 Client Credentials Flow"; pozil/pub-sub-api-node-client#58.
    Care: One attempt at a login host before the right one is a warning.
    Given an integration that uses client credentials
    When the integration makes a call
    Then client credentials were granted at the org's My Domain

  @C-cc/no-offline-scope @must @breakage @by:HO @for:2leg
  Scenario: It asks for no scope that needs a user
    Proves: The grant is asked for without `refresh_token`, `offline_access`, `full` and `web`.
    In production: Salesforce answers `invalid_scope`, or drops what was asked, and the program waits for a refresh token that never comes.
    Mend: Leave `scope` out; the app in the org decides.
    Source: Salesforce Help, client credentials flow.
    Given an integration that uses client credentials
    And the policy "client_credentials_accept_scope" of the org is "true"
    When the integration makes a call
    And at least 1 token request was sent
    Then no token request asked for any of "refresh_token offline_access full web"

  @C-cc/new-token-on-401 @must @breakage @by:Ho @for:2leg @needs:cc/my-domain
  Scenario: An ended session leads to another grant
    Proves: After a 401 the integration asks for client credentials again, and repeats the call.
    In production: There is no refresh token in this flow. A program that only logs in at start works for two hours.
    Mend: On 401 `INVALID_SESSION_ID` ask for a new token and repeat the call once.
    Source: RFC 6749 section 4.4.3.
    Given an integration that uses client credentials
    And the integration is connected
    And requests count from here
    When the access session is ended
    And the integration makes a call
    Then the session was renewed by client credentials
    And the call succeeded

  @C-cc/refusal-final @must @operations @by:Ho @for:2leg @needs:cc/my-domain
  Scenario: A refusal for the org's settings is not repeated
    Proves: Without a Run As user the integration asks at most twice, then stops.
    In production: Only an admin can mend it. Until then each attempt is a failed login; a storm of them blocks the address.
    Mend: Stop at `invalid_grant` and say what to set: Manage Connected Apps, Client Credentials Flow, Run As.
    Source: Salesforce Help, client credentials flow.
    Given an integration that uses client credentials
    And the app has no Run As user
    When the integration makes a call
    And at least 1 token request was sent
    Then at most 2 token requests were sent

  @C-cc/token-cached @should @operations @by:HO @for:2leg @needs:cc/my-domain
  Scenario: One grant serves many calls
    Proves: Twenty calls of one process need one grant, or two.
    In production: A grant for each call doubles the latency and meets the limit of logins.
    Mend: Keep the access token until Salesforce answers 401.
    Source: restforce/restforce#744.
    Care: A driver that starts a process for each operation is judged by process.
    Given an integration that uses client credentials
    And the integration keeps one process
    When the integration makes 20 calls
    Then one login served the 20 calls
