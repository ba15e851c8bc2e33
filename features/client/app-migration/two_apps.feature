@R-L2
Feature: From a connected app to an external client app
  For a while both apps are in use: grants live with the app they were given to, new ones are given to the new app.

  Background:
    Given an integration that moves from a connected app to an external client app

  @C-migrate/old-grant-old-key @must @lockout @by:HO @for:web @rfc6749-6 @needs:refresh/on-401
  Scenario: A grant of the old app is refreshed with the old app's key
    Proves: After the new app was configured, connections of the old one are refreshed with the old key.
    In production: A refresh token belongs to one key. On the day of the deploy every customer is disconnected with `invalid_grant`.
    Mend: Store the key (or a name for the app) beside each token.
    Source: RFC 6749 section 6; Salesforce Help, "Migrate a Connected App to an External Client App".
    Given the integration is connected
    And the integration is configured with the new app
    And requests count from here
    When the access session is ended
    And the integration makes a call
    And at least 1 refresh was sent
    Then every refresh of an old grant carried the old app's key

  @C-migrate/new-connect-new-key @must @breakage @by:BHO @for:web
  Scenario: New connections use the new app in every step
    Proves: Authorization, exchange and refresh of a connection made after the change carry the new key.
    In production: The migration never ends: each new customer is one more to move.
    Mend: Read key and secret for new attempts from one place.
    Source: Salesforce Help, migration of connected apps.
    Given the integration is connected
    And the integration is configured with the new app
    And requests count from here
    When a new connection is made
    And the session of the new connection is ended
    And the integration makes a call over the new connection
    Then every request of the new connection carried the new app's key

  @C-migrate/reconnect-moves @must @breakage @by:BHO @for:web @needs:migrate/new-connect-new-key
  Scenario: Connecting an old connection again moves it to the new app
    Proves: After the user connected again, the connection is refreshed with the new key and the new token.
    In production: Half a move, the new key with the old token, is a connection that dies at its first refresh.
    Mend: Overwrite key and tokens together, in one write.
    Source: forcedotcom/SalesforceMobileSDK-iOS#3949.
    Given the integration is connected
    And the integration is configured with the new app
    And the user connects again
    And at least 1 code exchange was answered 200
    And requests count from here
    When the access session is ended
    And the integration makes a call
    And at least 1 refresh was sent
    Then every refresh carried the new app's key and its newest token

  @C-migrate/no-mass-reconnect @should @lockout @by:BHO @for:web
  Scenario: A deploy does not ask live connections to connect again
    Proves: With the new app configured and the integration restarted, an old connection works on without the user.
    In production: Every customer is asked to log in on the same morning, most by an admin who has left.
    Mend: Run both apps side by side; move a connection when its user comes by.
    Source: Salesforce Help, migration of connected apps.
    Given the integration is connected
    And the integration is configured with the new app
    And the integration is restarted
    And requests count from here
    When the integration makes a call
    Then no authorization request was sent
    And the connection stands

  @C-migrate/old-grant-revoked @should @security @by:BHO @for:web @rfc7009-2 @needs:migrate/reconnect-moves @needs:revoke/on-disconnect
  Scenario: After the move the old grant is revoked
    Proves: Once the connection lives with the new app, its old grant is revoked.
    In production: The old app keeps access that nobody sees any more.
    Mend: Revoke the old refresh token as the last step, after the new one was stored and used.
    Source: RFC 7009 section 2.
    Given the integration is connected
    And the integration is configured with the new app
    When the user connects again
    And at least 1 code exchange was answered 200
    And the integration makes a call
    Then the old grant was revoked

  @C-migrate/granted-scope-read @should @breakage @by:Ho @for:web
  Scenario: Scopes that were not granted are noticed
    Proves: When the new app grants less than was asked for, the integration works with it or says so; it does not circle.
    In production: A feature fails with 401 "not valid for use with the REST API", refreshes, fails again.
    Mend: Compare `scope` of the token answer with what the feature needs, and say what is missing.
    Source: RFC 6749 section 5.1.
    Given the integration is connected
    And the integration is configured with the new app
    And the new app's approval lacks the scope "api"
    When the user connects again
    And at least 1 code exchange was answered 200
    And requests count from here
    And the integration makes a call
    Then the missing scope led to no loop
