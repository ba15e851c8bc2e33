@R-L2
Feature: Sandboxes
  A sandbox is an org of its own behind another login host, test.salesforce.com, or behind its My Domain.
  What belongs to it must never be asked for on the production side, and the other way round.

  @C-hosts/sandbox-login @must @breakage @by:BHO @for:web
  Scenario: Choosing sandbox leads to the test host or the sandbox's own domain
    Proves: The authorization request of a sandbox goes to the test host or to its My Domain.
    In production: A sandbox user does not exist at the production login: "Please check your username and password". Nobody can try the product before buying it.
    Mend: Let the user choose the environment, and build the address from the choice.
    Source: Salesforce Help, "OAuth Endpoints"; restforce/restforce#507.
    Given an integration with a sandbox
    When the user starts to connect the sandbox
    Then the authorization request went to the sandbox's side

  @C-hosts/exchange-same-side @should @security @by:BHO @for:web @rfc9700-4.4 @needs:hosts/sandbox-login
  Scenario: The code goes back to the side that issued it
    Proves: The first exchange of a sandbox's code is sent to the test host or the sandbox's own domain.
    In production: A code is a secret. Sending it to each host in turn until one takes it shows it to servers it was not made for, and each wrong one counts as a failed attempt.
    Mend: Remember with the attempt where it was started, and exchange there.
    Source: RFC 9700 section 4.4; PostHog/posthog#72487.
    Given an integration with a sandbox
    When the user connects the sandbox
    Then the first exchange went to the sandbox's side

  @C-hosts/refresh-side @must @breakage @by:BHO @for:web @needs:hosts/sandbox-login @needs:refresh/on-401 @needs:hosts/instance-url-used
  Scenario: A sandbox's grant is refreshed on the sandbox's side
    Proves: A refresh of a sandbox's grant is sent to the test host or to the sandbox's instance, and accepted.
    In production: The production login host does not know the grant. The connection works for two hours, then dies as if it had been revoked.
    Mend: Keep the host (or `instance_url`) with the connection and refresh there.
    Source: PostHog/posthog#72487, segmentio/action-destinations#564.
    Given an integration with a sandbox
    And the sandbox is connected
    And requests count from here
    When the access session is ended
    And the integration makes a call
    And at least 1 refresh was sent
    Then a refresh was accepted on the sandbox's side

  @C-hosts/sandbox-refreshed @should @lockout @by:BH @for:web @needs:hosts/sandbox-login @needs:hosts/instance-url-used
  Scenario: After a sandbox was refreshed, connecting again works
    Proves: When the sandbox comes back with another org id under its old name, the same connection can be made again, and calls reach it.
    In production: Sandboxes are refreshed every few weeks. A product that insists on the id of the first connect needs a developer each time.
    Mend: On every connect take org, user and instance from the token answer; let the new ones replace the old ones of that connection.
    Source: Salesforce Help, "Refresh a Sandbox"; forcedotcom/cli#3482, jetstreamapp/jetstream#221.
    Given an integration with a sandbox
    And the sandbox is connected
    When the integration's sandbox is refreshed
    And the integration makes a call
    And requests count from here
    And the user connects the sandbox
    And at least 1 code exchange was answered 200
    And the integration makes a call
    Then the call reached the new sandbox
