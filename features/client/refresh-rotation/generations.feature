@rotation
Feature: Every refresh brings a new refresh token

  With rotation a refresh token serves once. The next one is in the answer, and whoever presents an old one ends the grant
  for everybody who holds it.

  @C-rotation/uses-newest @must @lockout @by:HO @for:web @rfc9700-4.14.2 @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: Every refresh presents the token of the previous answer
    Proves: the refresh token of each answer replaces the one before.
    In production: the connection works once more and is dead at the second refresh, about four hours after connecting.
    Mend: store the refresh token of every answer that has one.
    Source: RFC 9700 4.14.2; Salesforce help 005316711; dust#20853, tap-salesforce#223
    Given an integration
    And refresh tokens rotate
    And the integration is connected
    And requests count from here
    When 5 times the access session is ended and the integration makes a call
    Then the refreshes presented the generations "1 2 3 4 5"

  @C-rotation/persist-before-use @must @lockout @by:C @for:web @rfc9700-4.14.2 @R-L2 @needs:rotation/uses-newest @needs:refresh/survives-restart
  Scenario: The new token is durable before the new access token is used
    Proves: between the answer and the store there is nothing in which a crash would lose the grant.
    In production: a process that is killed in the wrong second has thrown away the only valid token. The user has to connect
      again, and nobody can say why.
    Mend: write and sync the new refresh token first, then use the new access token.
    Source: RFC 9700 4.14.2; toolhive#5636, souz#711
    Care: the process is killed while its first data request with the new token hangs at the server, so no time is guessed.
    Given an integration
    And refresh tokens rotate
    And the integration is connected
    And the access session is ended
    And the next data request with a live access token is held
    When the integration makes a call and is killed while its request is held
    And the integration is started again
    And the access session is ended
    And requests count from here
    And the integration makes a call
    Then the last refresh presented the newest refresh token

  @C-rotation/persist-in-every-operation @must @lockout @by:C @for:web @R-L2 @needs:rotation/uses-newest @needs:refresh/survives-restart @needs:refresh/identity-403
  Scenario: A rotation during a side operation is stored too
    Proves: there is one way to refresh, and all operations take it.
    In production: the first connection test after two hours refreshes, keeps the new token to itself, and the connection is dead.
    Mend: one code path that refreshes and stores.
    Source: airbyte#82719
    Given an integration
    And refresh tokens rotate
    And the integration is connected
    Then what side operations rotated is stored

  @C-rotation/store-wins @must @lockout @by:C @for:web @R-L2 @needs:rotation/uses-newest @needs:refresh/survives-restart
  Scenario: The stored token beats the one in static configuration
    Proves: a seed is for an empty store only.
    In production: the first run is fine and the second is dead, because each start presents the token from the settings file.
    Mend: read the store first; take the seed if it is empty.
    Source: tap-salesforce#223, module-ballerinax-salesforce#405
    Given an integration seeded with a refresh token
    And refresh tokens rotate
    And the integration has been given a refresh token that works
    And the access session is ended
    And the integration makes a call
    When the integration is restarted
    And the access session is ended
    And requests count from here
    And the integration makes a call
    Then every refresh presented the newest refresh token

  @C-rotation/never-presents-old @must @lockout @by:Ho @for:web @rfc9700-4.14.2 @R-L2 @needs:rotation/uses-newest @needs:refresh/dead-is-final
  Scenario: After a refusal no earlier generation is tried
    Proves: old tokens are forgotten.
    In production: replaying an old token looks like theft, and kills what might have been alive.
    Mend: keep one refresh token for each connection.
    Source: RFC 9700 4.14.2; Salesforce help 005316711
    Given an integration
    And refresh tokens rotate
    And the integration is connected
    And 3 times the access session is ended and the integration makes a call
    And every refresh presented the newest refresh token
    And the grant is revoked
    And requests count from here
    When the integration makes a call
    Then at most 2 refreshes were sent
    And every refresh presented the newest refresh token

  @C-rotation/lost-response-ends @must @operations @by:Ho @for:web @rfc9700-4.14 @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: When the answer of a rotation is lost, the client ends and does not circle
    Proves: the one case in which nobody can know the valid token ends with a question to the user.
    In production: a storm of refused refreshes on a grant that cannot come back.
    Mend: one more try, then ask the user to connect again.
    Source: RFC 9700 4.14; atproto#5411
    Care: the old token may be presented once more, since the client cannot know that the refresh took effect.
    Given an integration
    And refresh tokens rotate
    And the integration is connected
    And the access session is ended
    And the next refresh is cut off after its effect
    And requests count from here
    When the integration makes 2 calls
    Then at most 3 refreshes were sent
    And the connection is not "connected"
    And the user can connect again
    And the connection works

  @C-rotation/switched-on-later @must @lockout @by:Ho @for:web @R-L2 @needs:refresh/keeps-token @needs:rotation/uses-newest
  Scenario: A grant made before rotation adopts it
    Proves: each answer decides for itself whether the token is replaced.
    In production: the day on which rotation is enforced breaks old customers and no new ones, so no test shows it.
    Mend: look at every answer for a refresh token.
    Source: Salesforce help 005316711; airbyte#80783
    Given an integration
    And the integration is connected
    And 1 times the access session is ended and the integration makes a call
    And the integration refreshed
    When refresh tokens rotate
    And requests count from here
    And 2 times the access session is ended and the integration makes a call
    Then the refreshes presented the generations "1 2"
