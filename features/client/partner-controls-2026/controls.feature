@partner
Feature: The controls that Salesforce asks of partners' apps from 2026 on

  Required PKCE, rotation, an idle limit and an IP list for refresh tokens: what they do to an integration shows weeks after
  they were switched on.

  @C-partner/every-entry-uses-pkce @must @breakage @by:BHO @for:web @R-L2 @needs:pkce/challenge-sent
  Scenario: Reconnect, sandbox connect and connection test send PKCE like the first connect
    Proves: there is one builder of authorization requests.
    In production: new customers connect and old ones cannot reconnect, since that page builds its address by itself.
    Mend: one function makes every authorization request.
    Source: Salesforce help 005316703; activepieces#15615
    Given an integration
    And the integration is connected
    When the user starts to connect from every other entry
    Then every authorization request carries a code challenge

  @C-partner/reconnect-after-idle-expiry @must @lockout @clock @by:BH @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: After 30 idle days the user reconnects and all works again
    Proves: a connection that died is no dead end.
    In production: a customer comes back from holidays, the connection has expired, and the page that should renew it refuses
      because a connection exists.
    Mend: the dead state offers connect, and connect overwrites what is there.
    Source: Salesforce packaging guide, help eca_limit_idle_refresh_token_ttl
    Given an integration
    And refresh tokens expire after 30 idle days
    And the integration is connected
    When 31 days pass
    And the integration makes a call
    Then the user can connect again
    And the connection works

  @C-partner/ip-refused-exchange @must @lockout @by:BH @for:web @R-L2
  Scenario: A code refused for its address is reported and not repeated
    Proves: a refusal that no retry can mend ends the attempt.
    In production: it looks like wrong credentials, and the code is posted until logins are limited.
    Mend: show the cause that Salesforce names; do not retry.
    Source: Salesforce help set_ip_allowlist_for_refresh_tokens
    Given an integration
    And the app's IP list leaves the integration out
    When the user connects
    Then at most 2 code exchanges were sent
    And the connection is not "connected"

  @C-partner/ip-refusal-keeps-grant @should @lockout @by:Ho @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: "ip restricted" on refresh does not throw the grant away
    Proves: a refusal of the address is told from the death of the grant, although both are invalid_grant.
    In production: one day behind a wrong egress address costs every connection of every customer.
    Mend: keep the grant on "ip restricted", and try again later.
    Source: setup-sfdx#17
    Given an integration
    And the integration is connected
    And the app's IP list leaves the integration out
    And the access session is ended
    And the integration makes a call
    When the app's IP list admits the integration
    And requests count from here
    Then the connection works

  @C-partner/ip-cause-told @should @operations @by:BH @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: The address is named as the cause
    Proves: what Salesforce says reaches those who can do something about it.
    In production: support asks customers to reconnect, which changes nothing.
    Mend: pass the description on.
    Source: forceworkbench#772
    Given an integration
    And the integration is connected
    And the app's IP list leaves the integration out
    And the access session is ended
    When the integration makes a call
    Then the user is told "ip_restricted"

  @C-partner/secret-rotation @should @lockout @by:H @for:conf @R-L2
  Scenario: A new consumer secret can be put in without losing the connections
    Proves: the secret is a setting and not a constant.
    In production: the secret has to be rotated, today, and a release is needed to do it.
    Mend: read the secret from configuration.
    Care: the app is a connected app, whose old secret and tokens end when the new set is applied.
    Given an integration with a connected app
    And the integration is connected
    When the developer rotates the consumer secret
    And the integration is configured with the new credentials
    Then the user can connect again
    And the connection works

  @C-partner/idle-and-egress @info @by:HO @for:web @R-L2
  Scenario: The longest gap between refreshes, and the addresses that requests come from
    Proves: nothing; it records what the idle limit and the IP list have to allow.
    In production: schedules that are longer than the idle limit lose their grants, and addresses that nobody listed are refused.
    Mend: plan schedules and the list by what is recorded.
    Source: Salesforce help eca_limit_idle_refresh_token_ttl, set_ip_allowlist_for_refresh_tokens
    Given an integration
    And the integration is connected
    When 2 times the access session is ended and the integration makes a call
    Then the gaps between refreshes and the source addresses are recorded
