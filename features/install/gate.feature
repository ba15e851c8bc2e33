@route:oauth/authorize
Feature: Install gate
  Since September 2025 a connected app of somebody else must be installed before users can authorize it for themselves.

  Background:
    Given a user "ada"

  @R-A1 @route:pages/error
  Rule: A user without exemption is refused after login

    @row:authorize/not-installed
    Scenario: The user is shown the error page, and the app hears nothing
      Given an uninstalled connected app "Reports"
      When "ada" authorizes "Reports"
      Then "ada" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"
      And the callback of "Reports" is never called

    Scenario: Once installed the same user passes
      Given an uninstalled connected app "Reports"
      And "ada" authorizes "Reports"
      When "Reports" is installed into the org
      And "ada" connects "Reports"
      Then the access token of "Reports" works

    Scenario: Where the org delivers refusals on the callback, the app hears of it
      Given the policy "install_gate" of the org is "callback"
      And an uninstalled connected app "Reports"
      When "ada" authorizes "Reports"
      Then the callback of "Reports" gets the error "OAUTH_APPROVAL_ERROR_GENERIC" saying "An unexpected error has occured during authentication. Please try again."

    Scenario: Where the gate is switched off, the user passes
      Given the policy "install_gate" of the org is "off"
      And an uninstalled connected app "Reports"
      When "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

    Scenario: The refusal comes after the login, not before
      Given an uninstalled connected app "Reports"
      When "ada" begins to authorize "Reports"
      Then "ada" is asked to log in

    Scenario: Installing into one org does not open another
      Given another org
      And a user "eve" of another org
      And an installed connected app "Reports"
      When "eve" authorizes "Reports"
      Then "eve" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"

  @R-A2
  Rule: A user who authorized before is not refused

    @row:gate/refresh
    Scenario: A grandfathered user's refresh goes on
      Given an uninstalled connected app "Reports"
      And "Reports" holds a session of "ada" with the scopes "api refresh_token"
      When "Reports" refreshes
      Then tokens are issued

    @row:gate/approved-before
    Scenario: A grandfathered user may authorize again
      Given an uninstalled connected app "Reports"
      And "Reports" holds a session of "ada" with the scopes "api refresh_token"
      When "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

    Scenario: Where the org does not honour earlier approvals, re-authorization is refused
      Given an uninstalled connected app "Reports"
      And "Reports" holds a session of "ada" with the scopes "api refresh_token"
      And the policy "earlier_approval_passes_gate" of the org is "false"
      When "ada" authorizes "Reports"
      Then "ada" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"

    Scenario: Where the org does not honour earlier approvals, refreshes go on all the same
      Given an uninstalled connected app "Reports"
      And "Reports" holds a session of "ada" with the scopes "api refresh_token"
      And the policy "earlier_approval_passes_gate" of the org is "false"
      When "Reports" refreshes
      Then tokens are issued

    Scenario: The approval of one user does not help another
      Given a user "bob"
      And an uninstalled connected app "Reports"
      And "Reports" holds a session of "ada" with the scopes "api refresh_token"
      When "bob" authorizes "Reports"
      Then "bob" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"

    Scenario: An approval that was revoked helps nobody
      Given an uninstalled connected app "Reports"
      And "Reports" holds a session of "ada" with the scopes "api refresh_token"
      And "Reports" has revoked its refresh token
      When "ada" authorizes "Reports"
      Then "ada" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"

  @R-A4
  Rule: Approve Uninstalled Connected Apps lets its holder through

    @row:gate/permission
    Scenario: A holder of the permission authorizes an uninstalled app
      Given an uninstalled connected app "Reports"
      And "ada" holds "Approve Uninstalled Connected Apps"
      When "ada" connects "Reports"
      Then the access token of "Reports" works

    @row:gate/administrator
    Scenario: The standard System Administrator holds it
      Given an uninstalled connected app "Reports"
      When the admin authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

    @row:event/permission-lost
    Scenario: Tokens outlive the permission once the app is installed
      Given an uninstalled connected app "Reports"
      And "ada" holds "Approve Uninstalled Connected Apps"
      And "ada" has connected "Reports"
      And "Reports" is installed into the org
      When the permission set that gives "ada" "Approve Uninstalled Connected Apps" is deleted
      Then the first access token of "Reports" still works
      And the first refresh token of "Reports" still works

    Scenario: Without the permission a new user is refused
      Given an uninstalled connected app "Reports"
      And "ada" holds "Approve Uninstalled Connected Apps"
      And "ada" no longer holds "Approve Uninstalled Connected Apps"
      When "ada" authorizes "Reports"
      Then "ada" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"

  @R-B9
  Rule: The org's own app needs no installation

    Scenario Outline: A user of the owner authorizes its own <kind>
      Given the org's own <kind> "Reports"
      When "ada" connects "Reports"
      Then the access token of "Reports" works

      Examples:
        | kind                |
        | connected app       |
        | external client app |

    Scenario: The owner's app is a stranger elsewhere
      Given the org's own connected app "Reports"
      And another org
      And a user "eve" of another org
      When "eve" authorizes "Reports"
      Then "eve" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"
