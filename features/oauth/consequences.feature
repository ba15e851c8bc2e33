@R-D17 @R-A11 @R-E4
Feature: What ends tokens
  Each event ends some of a user's access token, refresh token, browser session and approval, and leaves the others alone.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"

  @route:oauth/token
  @row:refresh/inactive-org @row:event/outline
  Scenario Outline: <event>
    When it happens to "ada" and "Reports" that "<event>"
    Then the access token of "Reports" <access>
    And the browser of "ada" is <browser>
    And the org knows <approvals> approvals of "Reports"
    And a refresh of "Reports" answers "<refresh>"

    Examples:
      | event                            | access          | refresh                                                            | browser | approvals |
      | the user is deactivated          | no longer works | invalid_grant: inactive user                                       | out     | 1         |
      | the user is frozen               | no longer works | invalid_grant: inactive user                                       | out     | 1         |
      | the org is locked                | no longer works | invalid_grant: inactive organization                               | out     | 1         |
      | My Domain changes                | no longer works | invalid_grant: expired access/refresh token                        | out     | 0         |
      | the user chooses another password | still works    | tokens                                                             | out     | 1         |
      | an admin revokes the approval    | no longer works | invalid_grant: expired access/refresh token                        | in      | 0         |
      | the access token is revoked      | no longer works | tokens                                                             | in      | 1         |
      | the refresh token is revoked     | no longer works | invalid_grant: expired access/refresh token                        | in      | 0         |
      | the app is blocked               | no longer works | app_blocked: this app is blocked by admin                          | in      | 1         |
      | the app is uninstalled           | no longer works | invalid_grant: expired access/refresh token                        | in      | 0         |
      | the app is deleted               | no longer works | invalid_client_id: client identifier invalid                       | in      | 0         |
      | only approved users are admitted | still works     | invalid_app_access: user is not admin approved to access this app | in      | 1         |
      | refresh tokens expire at once    | still works     | invalid_grant: expired access/refresh token                        | in      | 1         |
      | the developer takes a scope away | still works     | tokens                                                             | in      | 1         |
      | the browser logs out             | still works     | tokens                                                             | out     | 1         |
      | an admin removes the session     | no longer works | tokens                                                             | in      | 1         |

  @route:control/user-contain
  @row:event/contained
  Scenario: After a login through an anonymizing network Salesforce contains the user
    When it happens to "ada" and "Reports" that "Salesforce contains the user"
    Then the access token of "Reports" no longer works
    And the browser of "ada" is out
    And the org knows 0 approvals of "Reports"
    And a refresh of "Reports" answers "invalid_grant: expired access/refresh token"
    When the test author reads "/outbox?org={org}"
    Then the answer mentions "Salesforce Security notification"

  @route:rest/reset-password
  @row:event/password-reset
  Rule: A reset password ends sessions where the org says so

    Scenario: By default the refresh token lives on
      When it happens to "ada" and "Reports" that "an admin resets the password"
      Then the org knows 1 approval of "Reports"
      And a refresh of "Reports" answers "tokens"

    Scenario: With the session setting all sessions end, and approvals stay
      When it happens to "ada" and "Reports" that "an admin resets the password, which ends sessions"
      Then the access token of "Reports" no longer works
      And the browser of "ada" is out
      And the org knows 1 approval of "Reports"
      And a refresh of "Reports" answers "tokens"

  @route:oauth/token
  Rule: What is kept works again when its cause is over

    @row:event/reactivated
    Scenario: A user who is activated again refreshes with the old token, but the old session is over
      Given "ada" is deactivated
      When "ada" is activated again
      Then the access token of "Reports" no longer works
      And a refresh of "Reports" answers "tokens"

    @route:rest/update
    Scenario: A user deactivated over the REST API loses sessions at once, and they stay over
      Given the admin sends
        """
        PATCH /services/data/v67.0/sobjects/User/{user id:ada}
        Content-Type: application/json

        {"IsActive": false}
        """
      And the admin sends
        """
        PATCH /services/data/v67.0/sobjects/User/{user id:ada}
        Content-Type: application/json

        {"IsActive": true}
        """
      Then the access token of "Reports" no longer works
      And a refresh of "Reports" answers "tokens"

    Scenario: A user frozen over the REST API loses sessions at once
      Given the admin queries "SELECT Id FROM UserLogin WHERE UserId = '{user id:ada}'"
      And "/records/0/Id" of the answer is noted as "login"
      When the admin sends
        """
        PATCH /services/data/v67.0/sobjects/UserLogin/{note:login}
        Content-Type: application/json

        {"IsFrozen": true}
        """
      Then the access token of "Reports" no longer works
      And a refresh of "Reports" answers "invalid_grant: inactive user"

  @route:oauth/token
  @row:event/sixth
  Scenario: One approval more than five ends the one left alone the longest
    Given "ada" has connected "Reports" 5 times
    Then the first access token of "Reports" no longer works
    And the first refresh token of "Reports" no longer works
    And the second refresh token of "Reports" still works

  Rule: What ends nothing by itself is refused at the next use

    @R-D6 @route:oauth/token @row:event/certificate-replaced
    Scenario: A replaced certificate ends no token, and assertions under the old key are refused
      Given an installed connected app "Robot" with
        | Flows        | web_server refresh_token jwt_bearer |
        | OAuth Scopes | api refresh_token                   |
        | Certificate  | the test certificate                |
      And "ada" has connected "Robot"
      When the developer changes "Robot" to
        | Certificate | another certificate |
      Then the access token of "Robot" still works
      And the first refresh token of "Robot" still works
      When "Robot" presents an assertion for "ada"
      Then the answer is the OAuth error "invalid_grant" saying "invalid assertion"

    @R-F11 @route:rest/limits @row:event/api-enabled-lost
    Scenario: A user who loses API Enabled may refresh, and calls nothing
      Given the test author has created "/orgs/{org}/profiles" from
        """
        {"name": "Clerk", "permissions": []}
        """
      When the test author changes "/orgs/{org}/users/ada" by
        """
        {"profile": "Clerk"}
        """
      And "Reports" sends with its token
        """
        GET /services/data/v67.0/limits
        """
      Then the answer on the wire is
        """
        HTTP 403
        Content-Type: application/json;charset=UTF-8

        [{"message": "API is disabled for this User", "errorCode": "API_CURRENTLY_DISABLED"}]
        """
      And a refresh of "Reports" answers "tokens"

    @R-A6 @route:control/install @row:event/app-installed
    Scenario: Installing an app leaves tokens alone and gives them a menu item
      Given an uninstalled connected app "Foreign"
      And "Foreign" holds a session of "ada" with the scopes "api refresh_token"
      When "Foreign" is installed into the org
      Then the access token of "Foreign" works
      And a refresh of "Foreign" answers "tokens"
      When the admin queries "SELECT AppName FROM OauthToken WHERE AppMenuItemId != null AND AppName = '{app:Foreign}'"
      Then the query returns "{app:Foreign}"

    @route:oauth/token @row:event/scope-removed
    Scenario: A scope that the developer took away is missing from the next token
      Given an installed connected app "Broad" with
        | OAuth Scopes | api web refresh_token |
      And "ada" has connected "Broad"
      When the developer changes "Broad" to
        | OAuth Scopes | api refresh_token |
      And "Broad" refreshes
      Then the scopes granted are "api refresh_token"

    @route:oauth/authorize @row:event/scope-added
    Scenario: A scope that the developer adds needs a new authorization
      Given an installed connected app "Narrow" with
        | OAuth Scopes | api refresh_token |
      And "ada" has connected "Narrow"
      When the developer changes "Narrow" to
        | OAuth Scopes | api web refresh_token |
      And "Narrow" refreshes
      Then the scopes granted are "api refresh_token"
      When "ada" begins to authorize "Narrow"
      Then "ada" is asked to allow "Narrow" access to "Manage user data via Web browsers"

  Rule: A sandbox that is made anew is another org

    @R-A1 @route:oauth/token @row:event/sandbox-refreshed
    Scenario: Its tokens are gone, and apps of others wait to be installed
      Given a sandbox of the org
      And a user "sam" of the sandbox
      And an uninstalled connected app "Sync"
      And the test author has changed "/orgs/{org}--uat/apps/{app:Sync}" by
        """
        {"presence": "installed"}
        """
      And "sam" has connected "Sync"
      When the sandbox is refreshed
      Then a refresh of "Sync" answers "invalid_grant: expired access/refresh token"
      And the access token of "Sync" no longer works
      Given a user "tim" of the sandbox
      When "tim" authorizes "Sync"
      Then "tim" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"
