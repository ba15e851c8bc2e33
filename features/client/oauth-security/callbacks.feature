@R-L2 @rfc9700
Feature: Callbacks and pages
  The callback is the one door that anybody on the internet can knock at, through any user's browser.

  @C-sec/secret-not-in-browser @must @security @by:B @for:conf @rfc6749-10.1
  Scenario: Nothing that the browser receives holds the client secret
    Proves: Pages, scripts of the integration's own host, cookies and redirects do not hold the consumer secret, plain or in base64.
    In production: Whoever reads it can act as the app in every org that installed it.
    Mend: Exchange codes on the server; let the browser know the key alone.
    Source: RFC 6749 section 10.1.
    Given an integration
    When the user connects
    And the user's browser saw a page of the integration
    Then nothing in the user's browser holds the client secret

  @C-sec/tokens-not-in-redirects @must @security @by:B @for:web @rfc9700-4.3.2
  Scenario: No redirect of the integration carries a token
    Proves: After the callback no `Location` of the integration holds a token.
    In production: Tokens in addresses end up in histories, logs and referrers.
    Mend: Keep tokens on the server; give the browser a session of your own.
    Source: RFC 9700 section 4.3.2.
    Given an integration
    When the user connects
    And at least 1 code exchange was answered 200
    Then no redirect of the integration carried a token

  @C-sec/foreign-session @must @security @by:B @for:web @rfc9700-4.7
  Scenario: A callback opened in another browser makes no connection there
    Proves: When a victim's browser opens the callback of an attacker's attempt, the victim is not connected to the attacker's org.
    In production: The victim's data flows into an org that the attacker owns.
    Mend: Bind `state` (or PKCE) to the browser session that began the attempt, and compare.
    Source: RFC 9700 sections 4.5 and 4.7; everruns/everruns#623.
    Care: Not for products with a single user.
    Given an integration
    And the user starts to connect
    When a victim's browser opens the callback
    Then the victim was not connected

  @C-sec/token-host-fixed @must @security @by:BH @for:web @rfc9700-4.4
  Scenario Outline: Parameters of the callback do not choose the token endpoint
    Proves: A callback with `instance_url`, `login_url`, `sfdc_community_url` or `iss` naming a foreign host sends nothing there.
    In production: One prepared link makes the integration hand its secret and a code to a stranger.
    Mend: Take the token host from your own record of the attempt.
    Source: RFC 9700 section 4.4.
    Given an integration
    And a foreign host listens
    And the user starts to connect
    When the callback is delivered with "<parameter>" naming the foreign host
    Then the foreign host saw no request of the integration

    Examples:
      | parameter           |
      | instance_url        |
      | login_url           |
      | sfdc_community_url  |
      | iss                 |

  @C-sec/iss-mismatch @should @security @by:BH @for:web @rfc9207-2.4
  Scenario: A callback that names a foreign issuer is refused
    Proves: A callback whose `iss` is another server's starts no exchange.
    In production: Clients of several servers can be made to send one server's code to another.
    Mend: If `iss` is there, compare it with the issuer the attempt was started at.
    Source: RFC 9207 section 2.4.
    Care: Salesforce sends no `iss` today, and an unknown parameter may be ignored, hence a warning.
    Given an integration
    And the user starts to connect
    When the callback is delivered with "iss" set to "https://issuer.invalid"
    Then no code exchange was sent

  @C-sec/callback-not-open-redirector @must @security @by:B @for:web @rfc9700-4.11.1
  Scenario Outline: Return addresses to foreign hosts are not honoured
    Proves: With `next`, `return_to`, `returnUrl`, `redirect` or `continue` naming a foreign host, no redirect or script of the integration leads there.
    In production: Links of a trusted product that lead anywhere are what phishing is made of; with a code in the address they give it away.
    Mend: Accept only paths of your own, or hosts of a list.
    Source: RFC 9700 section 4.11.1; simstudioai/sim#2444.
    Given an integration
    And a foreign host listens
    When the user connects by an address that names the foreign host <form>
    Then the user was not sent to the foreign host

    Examples:
      | form              |
      | absolutely        |
      | without-a-scheme  |

  @C-sec/callback-page @should @security @by:B @for:web @rfc9700-4.2
  Scenario: The page after the callback gives no code away and cannot be framed
    Proves: The callback redirects away, or its page has a Referrer-Policy and may not be framed.
    In production: Every picture and script that such a page loads from elsewhere is told its address, code included.
    Mend: Answer the callback with a redirect to a page of its own.
    Source: RFC 9700 sections 4.2 and 4.16.
    Given an integration
    When the user connects
    And the callback was answered
    Then the page at the callback gives no code away
