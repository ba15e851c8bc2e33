@web
Feature: The authorization request and its state

  A connection begins in the user's browser, which anybody can lead somewhere else. The state ties what comes back to the
  person who started.

  @C-web/state-sent @should @security @by:BHO @for:web @rfc9700-2.1 @R-L2
  Scenario: Every authorization request carries a state
    Proves: the integration can tell an answer to its own question from one that somebody else made up.
    In production: an attacker sends a user a finished callback address, and the user's account is linked to the attacker's
      Salesforce org without anybody noticing.
    Mend: make a random value for every attempt, keep it in the user's session, send it as state and compare it when the
      callback comes.
    Source: RFC 9700 2.1 and 4.7; RFC 6749 10.12
    Care: a code challenge that is bound to the session does the same work; without one web/state-checked fails as well.
    Given an integration
    When the user tries to connect
    Then the authorization request carries a state

  @C-web/state-fresh @must @security @by:BHO @for:web @rfc6749-10.10 @R-L2
  Scenario: Each attempt has its own unguessable state
    Proves: knowing one state, or the time of day, does not help to forge another.
    In production: a state that is constant or counted up can be written into a forged callback, so it protects nobody.
    Mend: take 128 bits from the system's random numbers for every attempt; a fixed prefix for routing is fine.
    Source: RFC 6749 10.10 and 10.12
    Given an integration
    When the user tries to connect 3 times
    Then every attempt has a state of its own that nobody can guess

  @C-web/state-checked @must @security @by:BH @for:web @rfc9700-4.7.1 @R-L2
  Scenario: A callback without the expected state starts no exchange
    Proves: the state is compared before anything else is done with a callback.
    In production: a state that is sent but not checked is decoration; forged callbacks connect a stranger's org.
    Mend: look up the pending attempt by its state first, and answer with an error page if there is none.
    Source: RFC 9700 4.7.1; veryfront#530
    Care: one callback comes without its state, another with one character changed.
    Given an integration
    Then no callback with a missing or wrong state starts an exchange

  @C-web/state-no-secrets @must @security @by:BHO @for:web @rfc9700-4.7.1 @R-L2
  Scenario: The state holds neither verifier nor secret nor token
    Proves: what passes through the browser's history and the logs of proxies is worth nothing to a reader.
    In production: whoever reads a log line owns the verifier as well as the code, and PKCE protects nothing.
    Mend: keep what belongs to the attempt in a session on the server, and let the state be its random key.
    Source: RFC 9700 4.7.1; xagent#1459, airbyte#85057
    Care: only what can be decoded without a key is looked into, so an encrypted state passes.
    Given an integration
    When the user tries to connect 2 times
    Then no state discloses a secret

  @C-web/redirect-uri-exact @must @breakage @by:BHO @for:web @rfc9700-4.1.3 @R-L2
  Scenario: One registered redirect URI, byte for byte, in both requests
    Proves: the address is one constant of the integration and not put together twice.
    In production: Salesforce answers redirect_uri_mismatch to every user, because it compares characters and no meaning.
    Mend: use the same constant for the authorization request and the code exchange.
    Source: RFC 9700 2.1 and 4.1.3
    Given an integration
    When the user connects
    Then the redirect URI is the registered one, byte for byte, in both requests
