@R-L2 @rfc7523
Feature: JWT bearer
  A program without a user signs an assertion with its own key and gets an access token for the user it names.
  There is no refresh token: a session that ended is renewed by another assertion.

  @C-jwt/assertion-shape @must @breakage @by:HO @for:2leg
  Scenario: The assertion is signed with RS256 and names key, user, audience and expiry
    Proves: The assertion is a JWT under RS256 with `iss` (the consumer key), `sub` (the username), `aud` and `exp`, and its signature fits the app's certificate.
    In production: Salesforce answers `invalid_grant` "invalid assertion" without saying which part it dislikes, and the job never starts.
    Mend: Set the algorithm and the four claims yourself instead of taking what the JWT library adds or leaves out by default. Sign with the private key whose certificate the app holds.
    Source: RFC 7523 section 3; Salesforce Help, "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration".
    Care: `prn` is taken for `sub`.
    Given an integration that signs assertions
    When the integration makes a call
    Then every assertion is signed with RS256
    And every assertion names its issuer, subject, audience and expiry
    And no assertion was refused for its form or signature

  @C-jwt/audience @must @breakage @by:HO @for:2leg @needs:jwt/assertion-shape
  Scenario Outline: The audience names the environment that is asked
    Proves: In production as in a sandbox, the audience is that environment's login host or the My Domain of the org.
    In production: An audience fixed to the production login host works for every demonstration and for no sandbox: "audience is invalid".
    Mend: Derive the audience from the host that the connection belongs to.
    Source: Salesforce Help, JWT bearer flow; Talend/components#1423, NangoHQ/nango#5793.
    Care: Up to four audiences may be tried.
    Given an integration that signs assertions in <place>
    When the integration makes a call
    Then an assertion was accepted within 4 tries

    Examples:
      | place      |
      | a sandbox  |
      | production |

  @C-jwt/eca-audience @should @breakage @by:HO @for:2leg @needs:jwt/assertion-shape @needs:jwt/audience
  Scenario: For an external client app in a sandbox the My Domain audience is reached
    Proves: When the test host refuses an external client app, the integration goes on to the org's own domain as audience and address.
    In production: A refreshed sandbox, or the move from a connected app to an external client app, breaks nightly jobs with `app_not_found`.
    Mend: Sign for the My Domain of the org, and ask there; the generic hosts are the fall-back, not the other way round.
    Source: forcedotcom/cli#3482, n8n-io/n8n#29016.
    Care: When exactly the test host refuses is not documented, hence a warning.
    Given an integration that signs assertions for an external client app in a sandbox
    When the integration makes a call
    Then an assertion was accepted within 4 tries

  @C-jwt/short-expiry @should @security @by:HO @for:2leg @needs:jwt/assertion-shape
  Scenario: The assertion expires within five minutes
    Proves: `exp` is a number of seconds, at most five minutes ahead.
    In production: An assertion is as good as a password until it expires. One that leaks from a log or a proxy after a year should be worthless.
    Mend: Sign a fresh assertion for each login, good for three minutes. Seconds, not milliseconds.
    Source: RFC 7523 section 3; Salesforce Help, JWT bearer flow.
    Care: Thirty seconds of difference between clocks are allowed. Salesforce accepts milliseconds, so they are a warning.
    Given an integration that signs assertions
    When the integration makes a call
    Then every assertion expires within 330 seconds

  @C-jwt/new-assertion-on-401 @must @breakage @by:Ho @for:2leg @needs:jwt/assertion-shape
  Scenario: An ended session is renewed by another assertion
    Proves: After a 401 the integration asks with an assertion again, and repeats the call.
    In production: The flow gives no refresh token. A job that waits for one, or that never expects a 401, dies after the first session ends.
    Mend: On 401 `INVALID_SESSION_ID` sign anew, ask for a token, and repeat the call once.
    Source: RFC 7523 section 4; Salesforce Help, JWT bearer flow.
    Care: The very same assertion, still valid, is taken too.
    Given an integration that signs assertions
    And the integration is connected
    And requests count from here
    When the access session is ended
    And the integration makes a call
    Then the session was renewed by an assertion
    And the call succeeded

  @C-jwt/refusal-final @must @operations @by:Ho @for:2leg @needs:jwt/assertion-shape
  Scenario: A missing approval is not asked about again and again
    Proves: "user hasn't approved this consumer" ends the operation, after the audiences were tried.
    In production: Nothing the program does will mend it. Repeating it counts as failed logins of that user and ends in `LOGIN_RATE_EXCEEDED`, also for others.
    Mend: Stop, and tell an admin to pre-authorize the user (profile or permission set of the app).
    Source: omniphx/forrest#278; Salesforce Help, JWT bearer flow.
    Given an integration that signs assertions
    And nobody approved the app
    When the integration makes a call
    And at least 1 token request was sent
    Then at most 4 token requests were sent

  @C-jwt/token-cached @should @operations @by:HO @for:2leg @needs:jwt/assertion-shape
  Scenario: One login serves many calls
    Proves: Twenty calls of one process need one login, or two.
    In production: A login for each call is slow, fills the login history, and meets `LOGIN_RATE_EXCEEDED` under load.
    Mend: Keep the access token until Salesforce answers 401.
    Source: restforce/restforce#744.
    Care: A driver that starts a process for each operation is judged by process.
    Given an integration that signs assertions
    And the integration keeps one process
    When the integration makes 20 calls
    Then one login served the 20 calls
