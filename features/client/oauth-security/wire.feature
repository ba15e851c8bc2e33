@R-L2 @rfc9700
Feature: What goes over the wire
  RFC 9700 gathers what twelve years of attacks taught about OAuth. These checks read it off the requests.

  @C-sec/no-implicit @must @security @by:BHO @for:web @rfc9700-2.1.2
  Scenario: No response type brings tokens through the browser
    Proves: Every authorization request, from every entry of the integration, asks for a code.
    In production: Tokens in an address end up in the browser's history, in referrers, and in whatever reads them.
    Mend: `response_type=code` with PKCE, everywhere.
    Source: RFC 9700 section 2.1.2.
    Given an integration
    When the user starts to connect from every entry
    Then every authorization request asked for a code

  @C-sec/no-password-grant @must @security @by:BHO @for:any @rfc9700-2.4
  Scenario: The user's Salesforce password is never handled
    Proves: Even when Salesforce refuses every grant twice, no password is sent: neither by `grant_type=password` nor by a SOAP login.
    In production: Passwords bypass single sign-on and second factors; new orgs refuse them.
    Mend: Remove the fall-back; report the refusal.
    Source: RFC 9700 section 2.4.
    Given an integration
    And every token request is answered 400 "invalid_grant"
    When Salesforce refuses the integration again and again
    And at least 1 token request was answered 400
    Then no password was sent to Salesforce

  @C-sec/no-secrets-in-url @must @security @by:BHO @for:any @rfc6750-5.3
  Scenario: No token and no secret stands in an address
    Proves: In no request address of the integration stands a token, secret, verifier or code.
    In production: Addresses are logged by every server and proxy.
    Mend: Tokens go into the `Authorization` header, everything else into the form.
    Source: RFC 9700 section 4.3.2; RFC 6750 section 5.3.
    Care: `oauth_token` at the identity URL and `sid` at frontdoor.jsp are Salesforce's own ways; the revocation has its own check.
    Given an integration
    And the integration has connected
    And the access session is ended
    When the integration makes a call
    And the integration reads the identity, if it can
    Then no address held a secret

  @C-sec/no-foreign-replay @must @security @by:Ho @for:any @rfc9700-4.12
  Scenario: A redirected token request is not repeated at a foreign host
    Proves: When a token request is answered 307 to a foreign host, no secret, code or token arrives there.
    In production: Whoever can make one redirect, by a proxy or a forgotten DNS name, gets credentials that open every customer.
    Mend: Switch redirects off for requests that carry credentials.
    Source: RFC 9700 section 4.12.
    Care: A redirect to another host of Salesforce may be followed.
    Given an integration
    And a foreign host listens
    And the integration has connected
    And the access session is ended
    And every token request is redirected to the foreign host
    When the integration makes a call
    And at least 1 token request was redirected
    Then the foreign host saw no secret

  @C-sec/bearer-not-forwarded @should @security @by:Ho @for:any @rfc6750-5.3
  Scenario: A redirected data request does not take the token along
    Proves: When a data request is answered 302 to a foreign host, the access token does not arrive there.
    In production: Some HTTP libraries send the `Authorization` header wherever a redirect leads.
    Mend: Drop the header when the host changes, or do not follow redirects.
    Source: RFC 6750 section 5.3.
    Given an integration
    And a foreign host listens
    And the integration is connected
    And every data request is redirected to the foreign host
    When the integration makes a call
    And at least 1 data request was redirected
    Then the foreign host saw no secret

  @C-sec/tls-verified @must @security @by:Ho @for:any @rfc9325
  Scenario Outline: A wrong certificate stops the integration
    Proves: A token host whose certificate is of an unknown CA, or made for another name, gets no request.
    In production: Anybody on the way can read and change everything.
    Mend: Never switch verification off; add the CA you need instead.
    Source: RFC 9700 section 2.6; RFC 9325.
    Care: Not where the integration's trust cannot be set apart.
    Given an integration before an impostor whose certificate is <certificate>
    When the integration asks the impostor for tokens
    And the impostor was called
    Then the impostor got no request

    Examples:
      | certificate         |
      | of an unknown CA    |
      | for another name    |

  @C-sec/least-scope @should @security @by:BHO @for:web @rfc9700-2.3
  Scenario: Only declared scopes are asked for, and never full
    Proves: The authorization request asks for no scope but the declared ones, and not for `full`.
    In production: A broad grant makes every leak worse, and admins refuse to install.
    Mend: Ask for `api refresh_token` and what you use beside.
    Source: RFC 9700 section 2.3.
    Care: A request without `scope` takes what the app says: recorded, not judged. Without a declaration only `full` is judged.
    Given an integration
    When the user starts to connect
    Then only declared scopes were asked for

  @C-sec/one-client-auth @should @recommended @by:HO @for:conf @rfc6749-2.3
  Scenario: A request authenticates its client in one way
    Proves: No token request carries two of: secret in the form, Basic header, client assertion.
    In production: Salesforce is patient with it; other servers answer `invalid_request`, and so may Salesforce one day.
    Mend: Choose one way in the OAuth library.
    Source: RFC 6749 section 2.3.
    Given an integration
    And the integration is connected
    And the access session is ended
    When the integration makes a call
    And at least 1 token request authenticated its client
    Then every token request authenticated its client in one way
