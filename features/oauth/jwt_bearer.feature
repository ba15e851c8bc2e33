@R-D6 @route:oauth/token
Feature: JWT bearer
  An app signs an assertion for a user and gets an access token without the user being there.

  Background:
    Given a user "ada"
    And an installed connected app "Robot" with
      | Flows        | web_server refresh_token jwt_bearer |
      | OAuth Scopes | api web id refresh_token            |
      | Certificate  | the test certificate                |

  Rule: An admin, or the user once before, must have approved

    Scenario: A pre-authorized user's app gets a token with the app's scopes, and nothing to refresh it with
      Given the org's policy for "Robot" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |
      When "Robot" presents an assertion for "ada"
      Then tokens are issued for "ada"
      And the scopes granted are "api web id"
      And no refresh token is issued
      And the access token of "Robot" works

    Scenario: A user who connected the app before is let in with what was approved then
      Given "ada" has connected "Robot" with
        | scope | api refresh_token |
      When "Robot" presents an assertion for "ada"
      Then tokens are issued for "ada"
      And the scopes granted are "api"

    @row:jwt/not-approved
    Scenario: A user who never approved the app is refused
      When "Robot" presents an assertion for "ada"
      Then the answer is the OAuth error "invalid_grant" saying "user hasn't approved this consumer"

    @row:jwt/approval-without-refresh
    Scenario: An approval without refresh_token is not enough
      Given "ada" has connected "Robot" with
        | scope | api |
      When "Robot" presents an assertion for "ada"
      Then the answer is the OAuth error "invalid_grant" saying "user hasn't approved this consumer"

    Scenario: A revoked approval is none
      Given "ada" has connected "Robot"
      And "Robot" has revoked its refresh token
      When "Robot" presents an assertion for "ada"
      Then the answer is the OAuth error "invalid_grant" saying "user hasn't approved this consumer"

    @R-E2
    @row:jwt/not-assigned
    Scenario: Where an admin approves, a user without a grant is refused
      Given the org's policy for "Robot" is
        | Permitted Users | Admin approved users are pre-authorized |
      When "Robot" presents an assertion for "ada"
      Then the answer is the OAuth error "invalid_app_access" saying "user is not admin approved to access this app"

    @row:jwt/refresh-scope
    Scenario: An app without the refresh token scope cannot use the flow
      Given an installed connected app "Limited" with
        | Flows        | web_server jwt_bearer |
        | OAuth Scopes | api id                |
        | Certificate  | the test certificate  |
      And the org's policy for "Limited" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |
      When "Limited" presents an assertion for "ada"
      Then the answer is the OAuth error "invalid_request" saying "refresh_token scope is required and the connected app should be installed and preauthorized"

    Scenario: A deactivated user's app is refused
      Given "ada" has connected "Robot"
      And "ada" is deactivated
      When "Robot" presents an assertion for "ada"
      Then the answer is the OAuth error "invalid_grant" saying "inactive user"

  Rule: The assertion says who, for whom, to whom and until when

    Background:
      Given the org's policy for "Robot" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |

    @row:jwt/far-future
    Scenario Outline: <what> is accepted
      When "Robot" presents an assertion for "ada" with
        | <claim> | <value> |
      Then tokens are issued for "ada"

      Examples:
        | what                                      | claim | value                                         |
        | The production login host as the audience | aud   | https://login.salesforce.com                  |
        | The login host without https              | aud   | login.salesforce.com                          |
        | The My Domain as the audience             | aud   | https://{org}.my.salesforce.com               |
        | An audience in a list                     | aud   | =["https://login.salesforce.com"]             |
        | An expiry told as text                    | exp   | ="4102444800"                                 |
        | An expiry told in milliseconds            | exp   | =1790000000300                                |
        | An expiry less than three minutes ago     | exp   | -170                                          |
        | An unknown claim                          | jti   | once                                          |

    @row:jwt/prn
    Scenario: prn wins over sub
      When "Robot" presents an assertion for "ada" with
        | sub | nobody@nowhere.example |
        | prn | {username:ada}         |
      Then tokens are issued for "ada"

    @row:jwt/assertion @row:jwt/audience @row:jwt/expired @row:jwt/unknown-user
    Scenario Outline: <what> is refused
      When "Robot" presents an assertion for "ada" with
        | <claim> | <value> |
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                                  | claim | value                          | error             | description                        |
        | An unknown consumer key               | iss   | 3MVG9nobody                    | invalid_client_id | client identifier invalid          |
        | No issuer                             | iss   | (none)                         | invalid_grant     | invalid assertion                  |
        | An unknown user                       | sub   | nobody@nowhere.example         | invalid_grant     | user hasn't approved this consumer |
        | Nobody                                | sub   | (none)                         | invalid_grant     | user hasn't approved this consumer |
        | An assertion of long ago              | exp   | -200                           | invalid_grant     | expired authorization code         |
        | An assertion without an end           | exp   | (none)                         | invalid_grant     | expired authorization code         |
        | The test host's audience              | aud   | https://test.salesforce.com    | invalid_grant     | audience is invalid                |
        | The test host without https           | aud   | test.salesforce.com            | invalid_grant     | audience is invalid                |
        | A bare host of somebody else          | aud   | attacker.example               | invalid_grant     | audience is invalid                |
        | Somebody else's audience              | aud   | https://attacker.example       | invalid_grant     | audience is invalid                |
        | An audience that only begins like one | aud   | https://login.salesforce.com.attacker.example | invalid_grant | audience is invalid     |
        | A path behind the host                | aud   | https://login.salesforce.com/other | invalid_grant | audience is invalid                |
        | Plain http for Salesforce's name      | aud   | http://login.salesforce.com    | invalid_grant     | audience is invalid                |
        | No audience                           | aud   | (none)                         | invalid_grant     | audience is invalid                |
        | A foreign key                         | key   | foreign                        | invalid_grant     | invalid assertion                  |
        | No signature under RS256              | key   | none                           | invalid_grant     | invalid assertion                  |
        | Another algorithm                     | alg   | RS512                          | invalid_grant     | invalid assertion                  |

    @security @attack:algorithm-confusion
    Scenario Outline: <what> confuses nobody
      When "Robot" presents an assertion for "ada" with
        | alg | <alg> |
        | key | <key> |
      Then the answer is the OAuth error "invalid_grant" saying "invalid assertion"

      Examples:
        | what                                        | alg   | key             |
        | The certificate as a shared secret          | HS256 | the certificate |
        | No algorithm at all                         | none  | none            |
        | No algorithm, spelled otherwise             | nOnE  | none            |


    Scenario Outline: <what> is no assertion
      When "Robot" asks for tokens with
        | grant_type | urn:ietf:params:oauth:grant-type:jwt-bearer |
        | assertion  | <assertion>                                 |
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what              | assertion      | error           | description            |
        | Text              | text           | invalid_grant   | invalid assertion      |
        | Three dots        | ...            | invalid_grant   | invalid assertion      |
        | A header alone    | eyJhbGciOiJSUzI1NiJ9.e30. | invalid_grant | invalid assertion |
        | Nothing           | (none)         | invalid_request | assertion not provided |

    Scenario: A scope cannot be asked for
      Given an assertion of "Robot" for "ada" is noted as "assertion"
      When "Robot" asks for tokens with
        | grant_type | urn:ietf:params:oauth:grant-type:jwt-bearer |
        | assertion  | {note:assertion}                            |
        | scope      | api                                         |
      Then the answer is the OAuth error "invalid_request" saying "scope parameter not supported"

    Scenario: At the org's own host the audience of another org is refused
      Given another org
      And an assertion of "Robot" for "ada" is noted as "assertion" with
        | aud | https://{org:another org}.my.salesforce.com |
      When somebody sends
        """
        POST /services/oauth2/token
        Host: {org}.my.salesforce.com
        Content-Type: application/x-www-form-urlencoded

        grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion={note:assertion}
        """
      Then the answer is the OAuth error "invalid_grant" saying "audience is invalid"

    Scenario: An app without a certificate cannot be believed
      Given an installed connected app "Unsigned" with
        | Flows | web_server refresh_token jwt_bearer |
      When "Unsigned" presents an assertion for "ada"
      Then the answer is the OAuth error "invalid_grant" saying "invalid assertion"

  @R-A1
  Rule: The install gate has no consent step to lean on

    @row:jwt/uninstalled
    Scenario: An uninstalled app's user counts as one who never approved
      Given an uninstalled connected app "Stranger" with
        | Flows       | web_server refresh_token jwt_bearer |
        | Certificate | the test certificate                |
      When "Stranger" presents an assertion for "ada"
      Then the answer is the OAuth error "invalid_grant" saying "user hasn't approved this consumer"
      And the control API explains the refusal of "Stranger" by the rule "policy.not_approved"

    @R-A11
    Scenario: A blocked app is refused
      Given "ada" has connected "Robot"
      And "Robot" is blocked in the org
      When "Robot" presents an assertion for "ada"
      Then the answer is the OAuth error "app_blocked" saying "this app is blocked by admin"

  @R-B8
  Rule: External client apps are strict about the host

    Background:
      Given a packaged uninstalled external client app "Partner" with
        | Flows        | web_server refresh_token jwt_bearer |
        | OAuth Scopes | api refresh_token                   |
        | Certificate  | the test certificate                |

    @row:jwt/eca-not-installed
    Scenario: An app whose package is missing is not found
      When "Partner" presents an assertion for "ada"
      Then the answer is the OAuth error "app_not_found" saying "External client app is not installed in this org"

    @row:jwt/eca-local
    Scenario: A local app of another org does not cross over
      Given a local foreign external client app "Local" with
        | Flows        | web_server refresh_token jwt_bearer |
        | OAuth Scopes | api refresh_token                   |
        | Certificate  | the test certificate                |
      When "Local" presents an assertion for "ada"
      Then the answer is the OAuth error "invalid_distribution_state" saying "Cross-org OAuth flows are not supported for this external client app"

    @row:jwt/eca-host
    Scenario Outline: <what> is refused
      Given "Partner" is installed into the org
      And the org's policy for "Partner" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |
      When "Partner" presents an assertion for "ada" with
        | aud | <audience> |
      Then the answer is the OAuth error "app_not_found" saying "External client app is not installed in this org"

      Examples:
        | what                      | audience                    |
        | The test host as audience | https://test.salesforce.com |
        | A wrong audience          | https://attacker.example    |

    Scenario: Installed and granted, it is served
      Given "Partner" is installed into the org
      And the org's policy for "Partner" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |
      When "Partner" presents an assertion for "ada"
      Then tokens are issued for "ada"

  Rule: On the wire

    @R-D15
    Scenario: The answer
      Given "ada" has connected "Robot"
      When "Robot" presents an assertion for "ada"
      Then the answer on the wire is
        """
        HTTP 200
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {
          "access_token": "{any}!{string}",
          "signature": "{string}=",
          "scope": "{any}",
          "instance_url": "{instance}",
          "id": "{login}/id/{org id}/{id}",
          "token_type": "Bearer",
          "issued_at": "{digits}"
        }
        """

    @R-I1
    Scenario: A login is on record, as of any client
      Given "ada" has connected "Robot"
      And "Robot" has presented an assertion for "ada"
      When the admin queries
        """
        SELECT COUNT() FROM LoginHistory WHERE UserId = '{user id:ada}' AND LoginType LIKE 'Remote Access%'
        """
      Then the query counts 2
