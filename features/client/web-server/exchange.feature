@web
Feature: The code exchange

  A code comes back through the browser and is posted once, whole, and over a connection of the integration's own. What is
  told to the user afterwards is what Salesforce answered.

  @C-web/code-verbatim @must @breakage @by:BHO @for:web @R-L2 @needs:web/redirect-uri-exact
  Scenario: The code is posted with exactly the characters issued
    Proves: the code is decoded once from the address and encoded once into the body.
    In production: codes end in == and hold dots and underscores. One that is encoded twice or trimmed is refused, for some
      users and not for others.
    Mend: read the query with a parser, and write the body with one; never paste the raw text.
    Source: torii#376
    Given an integration
    When the user connects
    Then the code was posted exactly as it was issued

  @C-web/code-once @should @recommended @by:BO @for:web @rfc6749-4.1.2 @R-L2
  Scenario: One callback, one exchange, even if it is delivered twice
    Proves: a pending attempt is used up before its code is posted.
    In production: users reload and browsers repeat. The second exchange is refused, and a stricter server revokes what the
      first one got.
    Mend: take the pending attempt out of the store in one step, and post the code only if it was there.
    Source: RFC 6749 4.1.2; quickbooks-online-mcp-server#78
    Given an integration
    And the user starts to connect
    When the callback is delivered
    And the callback is delivered again
    And the user starts to connect
    And the callback is delivered twice at once
    Then no code was exchanged twice

  @C-web/duplicate-callback-harmless @must @lockout @by:B @for:web @R-L2
  Scenario: A second callback does not destroy the connection it made
    Proves: a spent attempt is ignored, whatever error its page shows.
    In production: the user reloads the page after connecting, the integration forgets its tokens, and nothing works until the
      user connects again.
    Mend: a callback that belongs to no pending attempt changes nothing in the store.
    Source: Gravity-Forms-Salesforce#272
    Given an integration
    And the integration is connected
    When the callback is delivered again
    Then the connection works

  @C-web/connect-stored @must @breakage @by:BHo @for:web @R-L2 @needs:refresh/survives-restart @needs:web/redirect-uri-exact @needs:web/code-verbatim @needs:pkce/verifier-matches
  Scenario: What was reported as connected works in the next process
    Proves: tokens are stored inside the callback, before success is shown.
    In production: the page says that all went well, and the first job finds no tokens.
    Mend: write the store first, then render the page.
    Source: formie#2961
    Given an integration
    When the user connects
    Then the connection works
    When the integration is restarted if it can be
    Then the connection works

  @C-web/failed-exchange-final @must @operations @clock @by:BH @for:web @rfc6749-5.2 @R-L2
  Scenario: A refused code is not posted again and again
    Proves: a refusal of the token endpoint ends the attempt.
    In production: an expired code is hammered until Salesforce limits the app's logins.
    Mend: one try, then tell the user to connect again.
    Source: RFC 6749 5.2; forrest#169
    Given an integration
    And the user starts to connect
    And 16 minutes have passed
    When the callback is delivered
    Then at most 2 code exchanges were sent

  @C-web/no-false-success @must @lockout @by:BH @for:web @R-L2
  Scenario: A refused exchange is not shown as success
    Proves: what the user reads is what Salesforce answered.
    In production: users believe that they are connected and wait for data that never comes.
    Mend: render the page of success after the tokens are stored, and nowhere else.
    Source: claude-code#70835
    Given an integration
    And every code exchange is answered 400 "unknown_error"
    When the user connects
    Then the connection is not "connected"

  @C-web/extra-members-ignored @must @breakage @by:Ho @for:web @rfc6749-5.1 @R-L2 @needs:web/connect-stored @needs:web/redirect-uri-exact @needs:web/code-verbatim @needs:pkce/verifier-matches
  Scenario: Unknown members of the token answer do not break the exchange
    Proves: the answer is read for what is needed and nothing else.
    In production: Salesforce adds a member in one of its three releases a year, and new connections stop.
    Mend: ignore members that you do not know, and do not compare the order of scopes.
    Source: RFC 6749 5.1; next-auth#11917
    Given an integration
    And every code exchange is met by
      """
      {"alter": {"json": {"sfdc_community_url": "https://community.example/x", "sfdc_community_id": "0DB000000000001", "token_format": "opaque",
        "x_new": {"a": [1, 2]}, "scope": "refresh_token id api"}}}
      """
    When the user connects
    Then the connection works
