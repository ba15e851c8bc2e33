@rotation
Feature: Rotation when several things happen at once

  @C-rotation/parallel-calls-survive @must @lockout @by:Ho @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent @needs:rotation/uses-newest
  Scenario: A burst of calls on an ended session leaves the grant alive
    Proves: whoever waited for a refresh, or hears of the ended session after it, reads its result before doing anything.
    In production: five workers meet the same 401, and the second to refresh kills the grant with the token it remembered.
    Mend: after waiting for the lock read the store again; refresh only if the token is still the one you know.
    Source: restforce#957, frigg#636, formie#2892
    Care: lock errors of Salesforce are no fault here.
    Given an integration
    And refresh tokens rotate
    And the integration is connected
    And the access session is ended
    And the next refresh is held
    And the next data request is held
    And requests count from here
    When the integration makes 5 calls at once while the first refresh is held, and one call longer
    Then the integration refreshed
    And every refresh presented the newest refresh token
    And the connection works

  @C-rotation/single-flight @should @operations @by:HO @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent @needs:rotation/parallel-calls-survive
  Scenario: Overlapping refreshes of one grant are joined
    Proves: callers share the refresh that is under way.
    In production: Salesforce answers "token request is already being processed" to all but one, under load and never in tests.
    Mend: keep the pending refresh, and let everybody wait for it.
    Source: action-destinations#2300
    Given an integration
    And refresh tokens rotate
    And the integration is connected
    And the access session is ended
    And the next refresh is held
    And requests count from here
    When the integration makes 5 calls at once while the first refresh is held
    Then the integration refreshed
    And no two refreshes were under way at the same time

  @C-rotation/two-processes-survive @must @lockout @by:C @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent @needs:rotation/persist-before-use @needs:rotation/uses-newest @needs:refresh/survives-restart
  Scenario: Two processes on one store do not kill the grant
    Proves: the store is locked across processes while a refresh is under way.
    In production: the nightly job and the web worker refresh in the same second, and the connection is gone in the morning.
    Mend: take a lock that all processes see, then read the store, then refresh.
    Source: workers-sdk#15089, frappe#38248
    Given an integration
    And refresh tokens rotate
    And the integration is connected
    And a second process of the integration starts
    And the access session is ended
    And the next refresh is held
    And requests count from here
    When two processes of the integration make a call each while the first refresh is held
    Then every refresh presented the newest refresh token
    And the connection works

  @C-rotation/stale-snapshot @must @lockout @by:C @for:web @R-L2 @needs:rotation/uses-newest @needs:refresh/survives-restart
  Scenario: A process started before another one rotated uses the stored token
    Proves: the refresh token is read when it is used.
    In production: a job that was queued with its tokens presents them after another job has rotated them.
    Mend: read the store at the refresh, not when the job or the process begins.
    Source: airbyte#82783
    Given an integration
    And refresh tokens rotate
    And the integration is connected
    And a second process of the integration starts
    And the access session is ended
    And the integration makes a call
    And the integration refreshed
    When the access session is ended
    And requests count from here
    And the second process makes a call
    Then every refresh presented the newest refresh token

  @C-rotation/lock-error-retried @must @lockout @by:Ho @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: "token request is already being processed" is temporary
    Proves: the lock error is told from a dead grant, although both are invalid_grant or 400.
    In production: healthy grants are thrown away under load, and users have to connect again.
    Mend: on this text wait, read the store again, and retry later.
    Source: action-destinations#2300
    Care: no retry inside the operation is required; the next call counts.
    Given an integration
    And refresh tokens rotate
    And the integration is connected
    And the access session is ended
    And the next refresh finds the grant locked
    When the integration makes a call
    Then the connection works
    And the connection is not "reconnect or not connected"
