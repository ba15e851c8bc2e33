@R-L2 @openid-core
Feature: OpenID Connect
  An integration that signs users in by Salesforce believes what the id_token says. It has to look before it does.
  In each check one thing about the token is wrong and everything else is as it was, signature included.

  Background:
    Given an integration that signs users in

  @C-oidc/issuer @must @security @by:BH @for:web @openid-core-3.1.3.7
  Scenario: A foreign issuer is refused
    Proves: An id_token whose `iss` is another server signs nobody in.
    In production: Any server whose keys are trusted for anything can say who the user is.
    Mend: Compare `iss` with the issuer of the host that the attempt was started at.
    Source: OpenID Connect Core 3.1.3.7 (2).
    Given the next id_token has "iss" changed to "https://issuer.invalid"
    When the user connects
    And the altered id_token was given out
    Then the user was not signed in

  @C-oidc/audience @must @security @by:BH @for:web @openid-core-3.1.3.7
  Scenario: A token for another client is refused
    Proves: An id_token whose `aud` is another app's key signs nobody in.
    In production: Any other app of the user's can take the token it was given and sign in here as that user.
    Mend: Require your own consumer key in `aud`.
    Source: OpenID Connect Core 3.1.3.7 (3).
    Care: A list that holds the own key is good.
    Given the next id_token has "aud" changed to "3MVG9.ANOTHER.CLIENT"
    When the user connects
    And the altered id_token was given out
    Then the user was not signed in

  @C-oidc/expired @must @security @by:BH @for:web @openid-core-3.1.3.7
  Scenario: An expired token is refused
    Proves: An id_token that expired an hour ago signs nobody in.
    In production: Tokens that leaked once can be used for ever.
    Mend: Compare `exp` with the clock, with at most five minutes of slack.
    Source: OpenID Connect Core 3.1.3.7 (9).
    Given the next id_token expired an hour ago
    When the user connects
    And the altered id_token was given out
    Then the user was not signed in

  @C-oidc/nonce @must @security @by:BH @for:web @openid-core-3.1.3.7
  Scenario Outline: A wrong or missing nonce is refused where one was sent
    Proves: If the request had a `nonce`, an id_token with another nonce, or with none, signs nobody in.
    In production: A token of another login, or of another user, is taken for the answer to this one.
    Mend: Keep the nonce with the attempt and compare.
    Source: OpenID Connect Core 3.1.3.7 (11).
    Care: Not for attempts without a nonce: a code bound by PKCE can do without.
    Given the next id_token <nonce>
    When the user connects
    And the altered id_token was given out
    And the request had a nonce
    Then the user was not signed in

    Examples:
      | nonce                                    |
      | has "nonce" changed to "of another time" |
      | lacks "nonce"                            |

  @C-oidc/userinfo-sub @must @security @by:BH @for:web @openid-core-5.3.2
  Scenario: userinfo about another subject is refused
    Proves: When userinfo names another `sub` than the id_token, nobody is signed in with its contents.
    In production: The account gets another person's name, address and rights.
    Mend: Compare the two subjects before merging.
    Source: OpenID Connect Core 5.3.2.
    Care: Only for integrations that read userinfo.
    Given userinfo is about another subject
    When the user connects
    And the integration reads the identity, if it can
    And userinfo was read
    Then the other subject was refused

  @C-oidc/my-domain-issuer @must @breakage @by:BH @for:web
  Scenario Outline: The issuer of the host used is accepted
    Proves: Started at the login host or at My Domain, the id_token names that host as its issuer, and the user is signed in.
    In production: "unexpected iss" for all users of orgs that allow only their My Domain.
    Mend: Read the discovery document of the host that is used, and expect its issuer.
    Source: Salesforce Help, "OpenID Connect Discovery Endpoint"; nextauthjs/next-auth#11917.
    When the user connects at <place>
    And at least 1 code exchange was answered 200
    Then the user was signed in

    Examples:
      | place          |
      | the login host |
      | My Domain      |

  @C-oidc/account-key @must @security @by:BH @for:web @openid-core-5.7
  Scenario: Accounts are keyed by subject, not by e-mail
    Proves: Users of two orgs with the same e-mail address get two accounts.
    In production: An admin of any org can give a user any address, and with it anybody's account here.
    Mend: Key accounts by `sub`, or by org id and user id; link others only after a confirmation.
    Source: OpenID Connect Core 5.7.
    Care: Judged by what `identity` calls the account.
    Given the user is signed in
    When a user of another org with the same e-mail address signs in
    And the second user was signed in
    Then the two users have accounts of their own

  @C-oidc/signature @should @security @by:BH @for:web @openid-core-3.1.3.7
  Scenario Outline: A token that nobody signed is refused
    Proves: An id_token with a broken signature, none, or one by HS256 signs nobody in.
    In production: Where TLS ends before the integration, whoever stands between can say who the user is.
    Mend: Verify RS256 against the keys of the issuer; accept no other algorithm.
    Source: OpenID Connect Core 3.1.3.7 (6).
    Care: A token that came straight from the token endpoint over TLS may be taken without, hence a warning.
    Given the next id_token <signature>
    When the user connects
    And the altered id_token was given out
    Then the user was not signed in

    Examples:
      | signature                              |
      | has a broken signature                 |
      | has no signature and says so           |
      | is signed with HS256 by the public key |

  @C-oidc/missing-claims @should @security @by:BH @for:web @openid-core-2
  Scenario Outline: A token without its required claims is refused
    Proves: An id_token without `sub` or without `iat` signs nobody in.
    In production: Accounts without a subject, all the same one; tokens of any age.
    Mend: Require `iss`, `sub`, `aud`, `exp` and `iat`.
    Source: OpenID Connect Core 2.
    Given the next id_token lacks "<claim>"
    When the user connects
    And the altered id_token was given out
    Then the user was not signed in

    Examples:
      | claim |
      | sub   |
      | iat   |

  @C-oidc/key-rotation @should @breakage @by:BHO @for:web @openid-core-10.1.1
  Scenario: A new key makes the keys be read again
    Proves: When Salesforce signs with a key that is not among those read before, the integration reads the keys again and signs the user in.
    In production: On the day the keys change nobody can log in until somebody restarts the service.
    Mend: On an unknown `kid` fetch the key set once more.
    Source: OpenID Connect Core 10.1.1.
    Care: Only for integrations that check signatures.
    Given the user is signed in
    And the keys were read
    And Salesforce signs with a new key
    And requests count from here
    When the user connects
    And at least 1 code exchange was answered 200
    Then the keys were read again
    And the user was signed in

  @C-oidc/discovery-issuer @should @security @by:Ho @for:web @openid-discovery-4.3
  Scenario: A discovery document of another issuer is refused
    Proves: A document whose `issuer` is not the address it was read from signs nobody in.
    In production: One altered document leads every token request of the integration elsewhere.
    Mend: Compare `issuer` with the address the document came from.
    Source: OpenID Connect Discovery 4.3.
    Care: Only for integrations that read the document.
    Given the discovery document names the issuer "https://issuer.invalid"
    When the user tries to sign in
    And the discovery document was read
    Then the user was not signed in
