@R-I3 @route:control/requests
Feature: Request journal
  What was asked and answered, told without secrets.

  Scenario: A token request, as the journal shows it
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    When the test author asks for the requests of "Reports"
    Then the journal has a "oauth/token" request with
      | /method | POST                         |
      | /path   | /services/oauth2/token       |
      | /status | 200                          |
      | /org    | {org}                        |
      | /app    | {app:Reports}                |
      | /user   | {any}ada{any}                |
      | /seq    | {number}                     |
    And nothing secret of "Reports" is in the answer

  Scenario: A refused request carries its error and names the rule that refused it
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    And "Reports" is blocked in the org
    And "Reports" has refreshed
    When the test author asks for the requests of "Reports"
    Then the journal has a "oauth/token" request with
      | /status       | 400                            |
      | /refusal/seq  | {number}                       |
      | /refusal/rule | gate.blocked                   |
      | /refusal/reason | An admin of the org blocked the app. |

  Scenario: Refresh generations can be followed
    Given a user "ada"
    And an installed connected app "Reports" with
      | Enable Refresh Token Rotation | yes |
    And "ada" has connected "Reports"
    And "Reports" has refreshed
    When the test author asks for the requests of "Reports"
    Then the journal has a "oauth/token" request with
      | /generation/presented | 1 |
      | /generation/issued    | 2 |

  Scenario: A refused refresh tells whose dead token it was
    Given a user "ada"
    And an installed connected app "Reports" with
      | Enable Refresh Token Rotation | yes |
    And "ada" has connected "Reports"
    And "Reports" has refreshed
    When "Reports" refreshes with its first refresh token
    And "Reports" refreshes with its first refresh token
    And the test author asks for the requests of "Reports"
    Then the journal has a "oauth/token" request with
      | /status               | 400         |
      | /app                  | {app:Reports} |
      | /user                 | {any}ada{any} |
      | /grant                | 0CG{any}    |
      | /generation/presented | 1           |

  @route:oauth/revoke
  Scenario: So does a revoke
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    And "Reports" has revoked its refresh token
    When the test author asks for the requests of "Reports"
    Then the journal has a "oauth/revoke" request with
      | /status               | 200           |
      | /user                 | {any}ada{any} |
      | /grant                | 0CG{any}      |
      | /generation/presented | 1             |

  Scenario: A call with a token that ended tells whose it was
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    And "Reports" has revoked its access token
    And "Reports" has sent with its token
      """
      GET /services/data/v67.0/limits
      """
    When the test author asks for the requests of "Reports"
    Then the journal has a "rest/limits" request with
      | /status  | 401           |
      | /session | ended         |
      | /user    | {any}ada{any} |
      | /grant   | 0CG{any}      |

  Scenario: Passwords of the login page are not in it
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    When the test author reads "/requests?org={org}&limit=100"
    Then nothing secret of "Reports" is in the answer

  @route:rest/oauth-consumer
  Scenario: Secrets that the REST API shows are not in it
    Given a user "ada"
    And the org's own external client app "Pulse" with
      | OAuth Scopes | api refresh_token |
    And the policy "eca_secrets_by_rest_api" of the org is "true"
    And "ada" has connected "Pulse"
    And the admin sends
      """
      GET /services/data/v67.0/apps/oauth/usage
      """
    And "/apps/0/identifier" of the answer is noted as "app"
    And the admin sends
      """
      GET /services/data/v67.0/apps/oauth/credentials/{note:app}
      """
    And "/consumers/0/url" of the answer is noted as "consumer"
    And the admin sends
      """
      GET {note:consumer}?part=keyandsecret
      """
    When the test author reads "/requests?org={org}&limit=100"
    Then nothing secret of "Pulse" is in the answer

  @route:control/requests-stream
  Scenario: The journal can be followed as it is written
    Given the admin reads "/limits"
    When the test author follows the stream of requests
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: text/event-stream
      """

  @R-I1
  Scenario: The org's own records tell of a login
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    When the admin queries "SELECT AppName, UseCount FROM OauthToken"
    Then the query returns
      | AppName       |
      | {app:Reports} |

  @route:control/requests-archive
  Scenario: The journal as an archive that developer tools read
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    When the test author reads "/requests.har?app={app:Reports}"
    Then the archive has a "POST" request to "/services/oauth2/token" with
      | /request/httpVersion       | HTTP/1.1                          |
      | /response/status           | 200                               |
      | /response/content/mimeType | application/json;charset=UTF-8    |
      | /request/postData/mimeType | application/x-www-form-urlencoded |
      | /_user                     | {any}ada{any}                     |
    And nothing secret of "Reports" is in the answer

  @route:control/requests-archive
  Scenario: An archive of an app that nobody knows
    When the test author reads "/requests.har?app=nobody"
    Then the control API refuses with 400 and names "app"
