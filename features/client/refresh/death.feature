@refresh
Feature: Grants that die, and token endpoints that are down

  Only one answer ends a connection: 400 invalid_grant. Whatever else goes wrong at the token endpoint passes.

  @C-refresh/dead-is-final @must @operations @by:Ho @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: "expired access/refresh token" stops the retries
    Proves: a grant that was revoked is not asked for again and again.
    In production: 1,600 refused refreshes in 38 minutes, seen by the customer's admin in Login History.
    Mend: treat invalid_grant as permanent.
    Source: airbyte#82784, onyx#13985
    Given an integration
    And the integration is connected
    And the grant is revoked
    And requests count from here
    When the integration makes a call
    Then at most 2 refreshes were sent

  @C-refresh/dead-is-told @must @lockout @by:BH @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: A dead grant shows as "reconnect"
    Proves: the status that a user sees comes from the last refresh.
    In production: a silent gap in the data for weeks, under a green light.
    Mend: when a refresh is refused for good, mark the connection and offer to connect again.
    Source: automation-library#1939
    Given an integration
    And the integration is connected
    And the grant is revoked
    When the integration makes a call
    Then the connection is not "connected"
    And the connection is "reconnect or not connected"

  @C-refresh/dead-stays-quiet @should @operations @by:Ho @for:web @R-L2 @needs:refresh/dead-is-final @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: Later jobs do not try a dead grant again
    Proves: death is remembered with the connection.
    In production: each scheduled job adds a refused login to the customer's Login History, day and night.
    Mend: skip jobs of connections that wait for their user.
    Source: airbyte#82783
    Given an integration
    And the integration is connected
    And the grant is revoked
    And the integration makes a call
    And requests count from here
    When the integration makes 5 calls
    Then at most 1 refresh was sent

  @C-refresh/transient-not-death @must @lockout @by:Ho @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: A 503 at the token endpoint does not end the connection
    Proves: only Salesforce's word about the grant ends it.
    In production: a maintenance window disconnects all customers at once.
    Mend: only 400 invalid_grant is final; everything else is tried again later.
    Source: supaglue#622
    Given an integration
    And the integration is connected
    And the access session is ended
    And the next 2 refreshes are answered 503
    When the integration makes 2 calls
    Then the connection works
    And the connection is not "reconnect or not connected"

  @C-refresh/transient-backoff @should @operations @by:Ho @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: Retries of a failing token endpoint are few and spaced
    Proves: an outage is not made worse by those who wait for its end.
    In production: thousands of connections retry at once, and the outage becomes one's own.
    Mend: exponential back-off with a small number of tries, then leave it to the next job.
    Source: estuary connectors#3910
    Care: every other answer is a proxy's page in HTML; gaps are judged from three refreshes on.
    Given an integration
    And the integration is connected
    And the access session is ended
    And the token endpoint is under maintenance for refreshes
    And requests count from here
    When the integration makes a call
    Then retries of refreshes were few and spaced
