@gate
Feature: The app has to be installed first

  Since September 2025 users cannot authorize an app that their org has not installed. They are left on a page of Salesforce,
  or come back with an error, and an admin has to act before the next attempt.

  @C-gate/recovers-after-error-page @must @lockout @by:BH @for:web @R-L2
  Scenario: An attempt that never comes back does not block the next
    Proves: nothing waits for a callback that will not come.
    In production: the admin installs the app, and the user still cannot connect, since the first attempt is "in progress".
    Mend: let pending attempts expire, and allow any number of them.
    Source: Salesforce help 005132365; SalesforceMobileSDK-Android#2759
    Given an integration with an uninstalled connected app
    And the user is no administrator
    And the install gate is closed
    When the user tries to connect and is left on a page of Salesforce
    And an admin installs the app
    Then the user can connect again
    And the connection works

  @C-gate/recovers-after-error-page @must @lockout @by:BH @for:web @R-L2
  Scenario: An attempt that ended at "Insufficient Privileges" does not block the next
    Proves: nothing waits for a callback that will not come.
    In production: the admin assigns the app, and the user still cannot connect, since the first attempt is "in progress".
    Mend: let pending attempts expire, and allow any number of them.
    Source: Salesforce help 005132365; SalesforceMobileSDK-Android#2759
    Given an integration
    And only users that an admin approved may use the app
    When the user tries to connect
    And an admin approves the user for the app
    Then the user can connect again
    And the connection works

  @C-gate/callback-errors-handled @must @breakage @by:BH @for:web @R-L2
  Scenario: Every error code on the callback ends the attempt
    Proves: any error is an error, not only the one that the documentation of OAuth names.
    In production: the callback crashes, or posts a code that is not there, for exactly the new customers.
    Mend: the presence of error ends the attempt, whatever it says.
    Source: pipedream#21557
    Care: each code comes with a description and without.
    Given an integration
    Then every refusal of these ends the attempt without an exchange
      | OAUTH_APPROVAL_ERROR_GENERIC |
      | OAUTH_EC_APP_NOT_FOUND       |
      | OAUTH_APP_BLOCKED            |
      | OAUTH_APP_ACCESS_DENIED      |
      | OAUTH_AUTHORIZATION_BLOCKED  |

  @C-gate/cause-told @should @operations @by:BH @for:web @R-L2 @needs:gate/callback-errors-handled
  Scenario: The user learns who must do what
    Proves: a refusal is told apart from others: to install, to unblock, to approve.
    In production: every refusal becomes a support ticket.
    Mend: map the codes to words; quoting the code is enough.
    Source: MoveData documentation
    Given an integration
    Then the user learns the cause of each of these refusals
      | OAUTH_APPROVAL_ERROR_GENERIC |
      | OAUTH_EC_APP_NOT_FOUND       |
      | OAUTH_APP_BLOCKED            |
      | OAUTH_APP_ACCESS_DENIED      |
      | OAUTH_AUTHORIZATION_BLOCKED  |

  @C-gate/install-link-shown @should @operations @by:B @for:web @R-L2
  Scenario: The connect page or the failure page offers an install link
    Proves: the admin finds what to click.
    In production: an external client app cannot be found in Setup before it is installed, so there is nothing to click.
    Mend: put the link of the package beside the connect button.
    Source: Salesforce-Inspector-Advanced#203
    Given an integration
    And the integration offers an install link
    When the user is refused with "OAUTH_EC_APP_NOT_FOUND"
    Then a page shown to the user had an install link

  @C-gate/install-link-right @should @breakage @by:B @for:web @R-L2 @needs:gate/install-link-shown
  Scenario: That link names the right package and the chosen environment's host
    Proves: the link follows the user's choice of production or sandbox.
    In production: the admin installs into the wrong org and reports that it does not help.
    Mend: build the link from the choice.
    Source: SalesforceMobileSDK-Package#314
    Given an integration
    And the integration offers an install link
    Then the install link names the package and the host of the environment that was chosen

  @C-gate/retry-is-new-attempt @should @security @by:B @for:web @rfc9700-2.1.1 @R-L2
  Scenario: "I have installed it" starts a fresh authorization
    Proves: a second attempt has nothing of the first.
    In production: the old address replays a spent attempt, and the callback is refused.
    Mend: build the authorization request anew at every press of the button.
    Source: RFC 9700 2.1.1
    Given an integration with an uninstalled app
    When the user is refused with "OAUTH_EC_APP_NOT_FOUND"
    And an admin installs the app
    And the user presses the button to try again
    Then the last two attempts have nothing in common

  @C-gate/no-needless-reauthorization @must @lockout @by:BHO @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent @needs:refresh/survives-restart
  Scenario: A live grant is never exchanged for a new authorization
    Proves: users who authorized before the gate keep what they have.
    In production: a deploy sends grandfathered users through a login that their org no longer allows, and they lose access that
      was theirs.
    Mend: refresh; open a login when a user asks for one.
    Source: jetstream#1419
    Given an integration with an uninstalled connected app
    And the install gate is open
    And the integration is connected
    When the install gate is closed
    And requests count from here
    And the integration is restarted if it can be
    And the integration makes a call
    And the access session is ended
    And the integration makes a call
    Then nothing asked for a new authorization
    And the call succeeded

  @C-gate/token-refusal-final @must @operations @by:Ho @for:web @R-L2 @needs:refresh/on-401 @needs:refresh/no-scope-parameter @needs:refresh/secret-sent
  Scenario: "app must be installed into org" is not retried and is no wrong secret
    Proves: what an admin has to do is told apart from what a developer has to do.
    In production: admins reset secrets that were right, while the token endpoint is hammered.
    Mend: map this answer before invalid_client, and stop.
    Source: cli#3482
    Given an integration
    And the integration is connected
    And the access session is ended
    And every refresh is answered 400 "invalid_client" "app must be installed into org"
    And requests count from here
    When the integration makes a call
    Then at most 2 token requests were sent
    And the user is told anything but "bad_credentials"

  @C-gate/customer-app @should @breakage @by:BHO @for:web @R-L2
  Scenario: A key supplied by the customer is used in all requests of that connection
    Proves: the consumer key belongs to the connection and not to the product.
    In production: customers who made an app of their own, to get past the gate, are stopped by it all the same.
    Mend: keep key and secret with the connection.
    Given an integration
    And the integration is configured with the customer's own app "own"
    And the user connects
    And the access session is ended
    When the integration makes a call
    Then every request of the connection names the consumer key of "own"
