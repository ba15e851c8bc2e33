@R-B3 @R-D17
Feature: Consumer credentials of external client apps over Connect REST
  A program rotates key and secret of an external client app: it stages a fresh set, lets both work, and has them change places.

  Background:
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
    And "/consumers/0/stagedCredentialsUrl" of the answer is noted as "staged"

  @route:rest/oauth-credentials
  Scenario: An app has one consumer
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/json;charset=UTF-8

      {
        "consumers": [{"id": "888{string}", "key": "{key:Pulse}", "name": "{app:Pulse}", "stagedCredentialsUrl": "{note:consumer}/staged", "url": "{note:consumer}"}],
        "currentPageUrl": "/services/data/v67.0/apps/oauth/credentials/{note:app}?page=0&pageSize=100",
        "nextPageUrl": null
      }
      """

  @route:rest/oauth-consumer
  Scenario: Key and secret
    When the admin sends
      """
      GET {note:consumer}?part=keyandsecret
      """
    Then the answer names
      | key    | {key:Pulse}    |
      | secret | {secret:Pulse} |

  @route:rest/oauth-consumer
  Scenario: Without being asked the secret stays where it is
    When the admin sends
      """
      GET {note:consumer}
      """
    Then the answer names
      | key | {key:Pulse} |
    And the answer leaves out
      """
      secret
      """

  @route:rest/oauth-stage @route:rest/oauth-staged
  Scenario: A staged set works beside the other
    Given the admin sends
      """
      POST {note:staged}
      Content-Type: application/json

      {}
      """
    And "/stagedCredentials/0/key" of the answer is noted as "key"
    And "/stagedCredentials/0/secret" of the answer is noted as "secret"
    When the admin sends
      """
      GET {note:staged}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {
        "stagedCredentials": [{"createdBy": "{id}", "createdDate": "{string}Z", "expirationDate": "{string}Z", "id": "{string}", "key": "{note:key}", "secret": "{note:secret}",
          "stagedCredentialsUrl": "{note:staged}", "state": "Active", "url": "{note:staged}/{string}"}],
        "url": "{note:staged}"
      }
      """
    When "Pulse" refreshes with
      | client_id     | {note:key}    |
      | client_secret | {note:secret} |
    Then tokens are issued for "ada"
    And the first refresh token of "Pulse" still works

  @route:rest/oauth-rotate @route:rest/oauth-staged-set @row:event/secret-rotated-eca
  Scenario: Rotated, the former set is on its way out and no token ends
    Given the admin sends
      """
      POST {note:staged}
      """
    And "/stagedCredentials/0/key" of the answer is noted as "key"
    And "/stagedCredentials/0/url" of the answer is noted as "set"
    When the admin sends
      """
      PATCH {note:set}
      Content-Type: application/json

      {"command": "rotate"}
      """
    Then the answer names
      | state | Rotated     |
      | key   | {key:Pulse} |
    And the first access token of "Pulse" still works
    And the first refresh token of "Pulse" still works
    When the admin sends
      """
      GET {note:consumer}?part=key
      """
    Then the answer names
      | key | {note:key} |
    When the admin sends
      """
      GET {note:set}
      """
    Then the answer names
      | state | Rotated |

  @route:rest/oauth-unstage
  Scenario: The former set is deleted before its thirty days are over
    Given the admin sends
      """
      POST {note:staged}
      """
    And "/stagedCredentials/0/url" of the answer is noted as "set"
    And the admin sends
      """
      PATCH {note:set}
      Content-Type: application/json

      {"command": "rotate"}
      """
    When the admin sends
      """
      DELETE {note:set}
      """
    Then the answer has the status 204
    When "Pulse" refreshes
    Then the answer is the OAuth error "invalid_client_id" saying "client identifier invalid"
    When the admin sends
      """
      DELETE {note:set}
      """
    Then the answer has the status 404

  @route:rest/oauth-unstage
  Scenario: A staged set that is deleted is served no longer
    Given the admin sends
      """
      POST {note:staged}
      """
    And "/stagedCredentials/0/key" of the answer is noted as "key"
    And "/stagedCredentials/0/url" of the answer is noted as "set"
    When the admin sends
      """
      DELETE {note:set}
      """
    And "Pulse" refreshes with
      | client_id | {note:key} |
    Then the answer is the OAuth error "invalid_client_id" saying "client identifier invalid"

  @route:rest/oauth-rotate
  Scenario Outline: <what> rotates nothing
    Given the admin sends
      """
      POST {note:staged}
      """
    And "/stagedCredentials/0/url" of the answer is noted as "set"
    When the admin sends
      """
      PATCH <address>
      Content-Type: application/json

      <body>
      """
    Then the answer has the status <status>

    Examples:
      | what                 | address                  | body                   | status |
      | Another command      | {note:set}               | {"command": "swap"}    | 400    |
      | No command           | {note:set}               | {}                     | 400    |
      | A set nobody staged  | {note:staged}/1Scnobody1 | {"command": "rotate"}  | 404    |

  @route:rest/oauth-consumer @route:rest/oauth-staged @route:rest/oauth-stage
  Scenario Outline: Where the org does not let secrets out, <request> is refused
    Given the policy "eca_secrets_by_rest_api" of the org is "false"
    When the admin sends
      """
      <request>
      """
    Then the answer on the wire is
      """
      HTTP 403

      [{"message": "This feature is not currently enabled for this user.", "errorCode": "FUNCTIONALITY_NOT_ENABLED"}]
      """

    Examples:
      | request                               |
      | GET {note:consumer}?part=keyandsecret |
      | GET {note:staged}                     |
      | POST {note:staged}                    |

  @route:rest/oauth-credentials
  Scenario: Who does not administer external client apps is refused
    When "ada" sends
      """
      GET /services/data/v67.0/apps/oauth/credentials/{note:app}
      """
    Then the answer is the error "INSUFFICIENT_ACCESS_OR_READONLY"
