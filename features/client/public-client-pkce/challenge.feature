@pkce
Feature: The code challenge

  With PKCE a code is worth nothing to whoever steals it: only the client that made the challenge knows the verifier.

  @C-pkce/challenge-sent @must @breakage @by:BHO @for:web @rfc9700-2.1.1 @R-L2
  Scenario: The first connect sends a code challenge
    Proves: PKCE is always there and not only where a policy asks for it.
    In production: an org that requires PKCE answers "missing required code challenge", to new users only, since old ones never
      authorize again.
    Mend: send code_challenge and code_challenge_method=S256 with every authorization request.
    Source: RFC 9700 2.1.1; Salesforce help 005316703; activepieces#15615
    Given an integration
    When the user tries to connect
    Then every authorization request carries a code challenge

  @C-pkce/s256 @must @security @by:BHO @for:web @rfc7636-4.2 @R-L2 @needs:pkce/challenge-sent
  Scenario: The challenge method is S256
    Proves: the challenge in the browser does not give the verifier away.
    In production: with plain the challenge is the verifier, and whoever reads the address can use the code.
    Mend: hash the verifier with SHA-256 and say so.
    Source: RFC 7636 4.2
    Care: a method left out passes with a note if the pair hashes as S256; the Salesforce Mobile SDK leaves it out.
    Given an integration
    When the user tries to connect
    Then every authorization request carries a code challenge
    And the code challenge is a SHA-256

  @C-pkce/challenge-encoding @must @breakage @by:BHO @for:web @rfc7636-a @R-L2 @needs:pkce/challenge-sent
  Scenario: The challenge is base64url without padding
    Proves: the hash is written in the alphabet that the server compares in.
    In production: connects fail for most users and work by chance for those whose hash holds neither + nor /.
    Mend: base64url, and cut the padding off.
    Source: RFC 7636 appendix A; airbyte#85057
    Given an integration
    When the user tries to connect 5 times
    Then every code challenge is 43 characters of base64url

  @C-pkce/verifier-fresh @must @security @by:BHO @for:web @rfc7636-7.1 @R-L2 @needs:pkce/challenge-sent
  Scenario: Every attempt has a new verifier
    Proves: one leaked verifier opens nothing but the attempt it was made for.
    In production: a verifier that is made once for an installation is a second password that travels with every connect.
    Mend: make it when the attempt begins, and throw it away with the attempt.
    Source: RFC 7636 7.1; RFC 9700 2.1.1
    Given an integration
    When the user tries to connect 3 times
    Then every attempt has a code challenge of its own

  @C-pkce/no-downgrade @must @security @by:BHo @for:web @rfc9700-4.8 @R-L2 @needs:pkce/challenge-sent @needs:pkce/s256 @needs:pkce/challenge-encoding
  Scenario: Neither silence nor a refusal switches PKCE off
    Proves: PKCE does not depend on what a server says or leaves out.
    In production: somebody between the client and discovery strips one member, and all protection is gone without a word.
    Mend: make PKCE unconditional; never try again without it.
    Source: RFC 9700 2.1.1 and 4.8; google_workspace_mcp#710
    Care: discovery keeps silent about PKCE, and the first exchange is refused.
    Given an integration
    And discovery does not announce PKCE
    And the next code exchange is answered 400 "invalid_grant"
    When the user connects 2 times
    Then every authorization request carries a code challenge
    And no code exchange was sent without a verifier
