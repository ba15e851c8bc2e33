@R-D17 @R-A11 @R-E4
Feature: What ends tokens
  Each event ends some of a user's access token, refresh token, browser session and approval, and leaves the others alone.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"

  @route:oauth/token
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
  Scenario: After a login through an anonymizing network Salesforce contains the user
    When it happens to "ada" and "Reports" that "Salesforce contains the user"
    Then the access token of "Reports" no longer works
    And the browser of "ada" is out
    And the org knows 0 approvals of "Reports"
    And a refresh of "Reports" answers "invalid_grant: expired access/refresh token"
    When the test author reads "/outbox?org={org}"
    Then the answer mentions "Salesforce Security notification"

  @route:rest/reset-password
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
  Scenario: One approval more than five ends the one left alone the longest
    Given "ada" has connected "Reports" 5 times
    Then the first access token of "Reports" no longer works
    And the first refresh token of "Reports" no longer works
    And the second refresh token of "Reports" still works
