@pkce
Feature: The code verifier

  @C-pkce/verifier-matches @must @breakage @by:BHO @for:web @rfc7636-4.6 @R-L2 @needs:pkce/challenge-sent @needs:web/redirect-uri-exact @needs:pkce/s256 @needs:pkce/challenge-encoding
  Scenario: The verifier posted belongs to the challenge of that attempt
    Proves: the verifier is kept with the attempt it was made for.
    In production: Salesforce answers "invalid code verifier", and no user can connect.
    Mend: store the verifier with the pending attempt when the address is made, and read it from there at the callback.
    Source: RFC 7636 4.6; n8n#32421, google-calendar-mcp#168
    Given an integration
    When the user connects
    Then the verifier proves the challenge of its attempt

  @C-pkce/verifier-length @should @recommended @by:BHO @for:web @rfc7636-4.1 @R-L2 @needs:pkce/challenge-sent @needs:pkce/s256 @needs:pkce/challenge-encoding
  Scenario: The verifier has 43 to 128 characters
    Proves: the verifier is long enough not to be guessed, and short enough to be taken.
    In production: stricter servers refuse it, and a short one is weak everywhere.
    Mend: 32 random bytes in base64url are 43 characters.
    Source: RFC 7636 4.1
    Given an integration
    When the user connects 3 times
    Then every verifier has 43 to 128 characters

  @C-pkce/verifier-alphabet @should @breakage @by:BHO @for:web @R-L2 @needs:pkce/challenge-sent @needs:pkce/s256 @needs:pkce/challenge-encoding
  Scenario: The verifier uses letters, digits, - and _ only
    Proves: the verifier is written in the alphabet that Salesforce documents.
    In production: verifiers with . or ~ are allowed by the standard and reported as refused, so most attempts fail.
    Mend: base64url of random bytes.
    Source: nsflow#250
    Given an integration
    When the user connects 5 times
    Then every verifier consists of letters, digits, - and _

  @C-pkce/verifier-lost-is-local @must @security @by:BH @for:web @rfc9700-2.1.1 @R-L2 @needs:pkce/challenge-sent @needs:pkce/s256 @needs:pkce/challenge-encoding
  Scenario: When the verifier is gone the exchange is not tried without it
    Proves: a lost attempt ends at home and not at Salesforce.
    In production: a silent fall-back to no PKCE undoes it exactly where an attacker can make sessions disappear.
    Mend: without the verifier show an error and a button to start again.
    Source: RFC 9700 2.1.1; posthog#70054
    Given an integration
    And the user starts to connect
    And every authorization request carries a code challenge
    When the integration forgets its pending attempts
    And the callback is delivered
    Then no code exchange was sent without a verifier

  @C-pkce/parallel-attempts @must @lockout @by:BH @for:web @R-L2 @needs:pkce/challenge-sent @needs:pkce/verifier-matches @needs:pkce/s256 @needs:pkce/challenge-encoding
  Scenario: Two attempts in flight do not mix
    Proves: attempts are kept by their state and not in one slot.
    In production: connects fail at random as soon as two people connect in the same minute.
    Mend: key what belongs to an attempt by its state.
    Source: LibreChat#13528, agents#1666
    Care: an integration that cancels the older attempt with a page passes.
    Given an integration
    When the user starts the attempt "first"
    And another user starts the attempt "second"
    And the callback of the attempt "second" is delivered
    And the callback of the attempt "first" is delivered
    Then the verifier proves the challenge of its attempt

  @C-pkce/no-secret-when-public @must @breakage @by:BHO @for:pub @rfc8252-8.5 @R-L2
  Scenario: A public client never authenticates with a secret
    Proves: nothing that ships to users is treated as secret.
    In production: everybody can read it out of the shipped program; and Salesforce checks a secret that is sent although none
      is required, so a rotated one breaks all installations.
    Mend: leave the secret out of the program and out of the requests.
    Source: RFC 8252 8.5
    Given an integration
    And the user connects
    And the access session is ended
    When the integration makes a call
    Then no token request carries a client secret or assertion

  @C-pkce/secret-and-verifier @must @breakage @by:BHO @for:conf @rfc9700-2.1.1 @R-L2 @needs:pkce/challenge-sent @needs:pkce/s256 @needs:pkce/challenge-encoding
  Scenario: A confidential client sends both
    Proves: PKCE goes beside client authentication and does not replace it.
    In production: Salesforce answers invalid_client, because the app requires its secret.
    Mend: send the secret and the verifier.
    Source: RFC 9700 2.1.1
    Given an integration
    When the user connects
    Then every code exchange carries client authentication and a verifier
