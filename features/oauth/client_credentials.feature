@R-D7 @route:oauth/token
Feature: Client credentials
  An app gets a token of its own, for the Run As user that an admin chose.

  Background:
    Given a user "ada"
    And the org's own connected app "Daemon" with
      | Flows        | client_credentials                |
      | OAuth Scopes | api full web id refresh_token     |

  Rule: The token belongs to the Run As user

    Background:
      Given the org's policy for "Daemon" is
        | Run As | {username:ada} |

    Scenario: Scopes that need a user are dropped, and nothing refreshes the token
      When "Daemon" asks for client credentials
      Then tokens are issued for "ada"
      And the scopes granted are "api id"
      And no refresh token is issued
      And the access token of "Daemon" works

    Scenario: At the My Domain the answer names it
      When "Daemon" asks for client credentials at the host "{org}.my.salesforce.com"
      Then the answer names
        | instance_url | http://{org}.my.salesforce.com |
        | token_type   | Bearer                         |

    @row:client-credentials/scope @row:client-credentials/scope-parameter
    Scenario Outline: <what> is refused
      When "Daemon" asks for client credentials with
        | <parameter> | <value> |
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                             | parameter     | value          | error             | description                                           |
        | A wrong secret                   | client_secret | wrong          | invalid_client    | invalid client credentials                            |
        | No secret                        | client_secret | (none)         | invalid_client    | invalid client credentials                            |
        | An unknown app                   | client_id     | 3MVG9nobody    | invalid_client_id | client identifier invalid                             |
        | Asking for a scope that needs a user | scope     | api full       | invalid_scope     | the requested scope is invalid, unknown, or malformed |
        | Asking to refresh                | scope         | refresh_token  | invalid_scope     | the requested scope is invalid, unknown, or malformed |
        | Asking to refresh, the other way | scope         | offline_access | invalid_scope     | the requested scope is invalid, unknown, or malformed |
        | A scope nobody knows             | scope         | magic          | invalid_scope     | the requested scope is invalid, unknown, or malformed |
        | Asking for any scope             | scope         | api            | invalid_request   | scope parameter not supported                         |

    Scenario: Where the org's switch says so, some of the app's scopes may be asked for
      Given the policy "client_credentials_accept_scope" of the org is "true"
      When "Daemon" asks for client credentials with
        | scope | api |
      Then the scopes granted are "api"

    Scenario: A deactivated Run As user is refused
      Given "ada" is deactivated
      When "Daemon" asks for client credentials
      Then the answer is the OAuth error "invalid_grant" saying "inactive user"

    Scenario: A blocked app is refused
      Given "Daemon" is blocked in the org
      When "Daemon" asks for client credentials
      Then the answer is the OAuth error "app_blocked" saying "this app is blocked by admin"

    @R-E2
    @row:client-credentials/not-assigned
    Scenario: Permitted Users bind the Run As user, unless the switch says otherwise
      Given the org's policy for "Daemon" is
        | Permitted Users | Admin approved users are pre-authorized |
      When "Daemon" asks for client credentials
      Then the answer is the OAuth error "invalid_app_access" saying "user is not admin approved to access this app"

    @R-E2
    Scenario: As the help says, Permitted Users do not cover the Run As user
      Given the policy "permitted_users_bind_run_as" of the org is "false"
      And the org's policy for "Daemon" is
        | Permitted Users | Admin approved users are pre-authorized |
      When "Daemon" asks for client credentials
      Then tokens are issued for "ada"

  @R-K8
  Rule: Only the org's My Domain serves them

    Background:
      Given the org's policy for "Daemon" is
        | Run As | {username:ada} |

    @row:client-credentials/domain
    Scenario Outline: <host> refuses
      When "Daemon" asks for client credentials at the host "<host>"
      Then the answer is the OAuth error "invalid_grant" saying "request not supported on this domain"

      Examples:
        | host                 |
        | login.salesforce.com |
        | test.salesforce.com  |
        | login.localhost      |

    Scenario: The My Domain of an org that knows no Run As user of the app refuses
      Given another org
      When "Daemon" asks for client credentials at the host "{org:another org}.my.salesforce.com"
      Then the answer is the OAuth error "invalid_grant" saying "no client credentials user enabled"

  Rule: An admin must have set it up

    @row:client-credentials/no-user
    Scenario: Without a Run As user
      When "Daemon" asks for client credentials
      Then the answer is the OAuth error "invalid_grant" saying "no client credentials user enabled"
      And the control API explains the refusal of "Daemon" by the rule "policy.no_run_as"

    @row:client-credentials/off
    Scenario: An app that has the flow switched off
      Given the org's own connected app "Idle" with
        | Flows | web_server |
      And the org's policy for "Idle" is
        | Run As | {username:ada} |
      When "Idle" asks for client credentials
      Then the answer is the OAuth error "invalid_grant" saying "client credentials flow not enabled"

    @R-A1
    @row:client-credentials/uninstalled
    Scenario: An app of somebody else's that is not installed has no Run As user
      Given an uninstalled connected app "Stranger" with
        | Flows | client_credentials |
      When "Stranger" asks for client credentials at the host "{org}.my.salesforce.com"
      Then the answer is the OAuth error "invalid_grant" saying "no client credentials user enabled"

    @R-B8
    @row:client-credentials/eca
    Scenario: A packaged external client app that is not installed is not found
      Given a packaged uninstalled external client app "Partner" with
        | Flows | client_credentials |
      When "Partner" asks for client credentials at the host "{org}.my.salesforce.com"
      Then the answer is the OAuth error "app_not_found" saying "External client app is not installed in this org"

    @R-B8
    Scenario: A local external client app of another org does not cross over
      Given a local foreign external client app "Local" with
        | Flows | client_credentials |
      When "Local" asks for client credentials at the host "{org}.my.salesforce.com"
      Then the answer is the OAuth error "invalid_distribution_state" saying "Cross-org OAuth flows are not supported for this external client app"

  Rule: The app needs a scope of its own

    Background:
      Given the org's own connected app "Greedy" with
        | Flows        | client_credentials |
        | OAuth Scopes | full               |
      And the org's policy for "Greedy" is
        | Run As | {username:ada} |

    @row:client-credentials/no-scope
    Scenario: Full access alone leaves nothing
      When "Greedy" asks for client credentials
      Then the answer is the OAuth error "invalid_grant" saying "no valid scopes defined"

    Scenario: As before Winter '26, it may do
      Given the policy "client_credentials_need_a_scope" of the org is "false"
      When "Greedy" asks for client credentials
      Then the scopes granted are "api"
