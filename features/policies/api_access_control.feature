@R-A5 @route:rest/limits
Feature: API Access Control on calls
  Where API access is limited to apps that an admin approved, other sessions do not reach the APIs.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  @row:rest/wrong-kind
  Scenario: A session without an app is turned away
    Given "ada" reads "/limits"
    And API Access Control limits the org to allowlisted apps
    When "ada" reads "/limits"
    Then the answer is the error "INVALID_SESSION_ID" saying "This session is not valid for use with the REST API"

  Scenario: Use Any API Client lets it through
    Given "ada" holds "Use Any API Client"
    And API Access Control limits the org to allowlisted apps
    When "ada" reads "/limits"
    Then the answer has the status 200

  Scenario: Switching it on makes every app wait for approval of its users
    Given "ada" has connected "Reports"
    And API Access Control limits the org to allowlisted apps
    Then the access token of "Reports" no longer works

  Scenario: An approved user's token works
    Given "ada" has connected "Reports"
    And API Access Control limits the org to allowlisted apps
    When the org's policy for "Reports" becomes
      | Permitted Users | Admin approved users are pre-authorized |
      | Profiles        | Standard User                           |
    Then the access token of "Reports" works

  Scenario: External client apps are not counted
    Given an installed external client app "Sync"
    And "ada" has connected "Sync"
    And API Access Control limits the org to allowlisted apps
    Then the access token of "Sync" works
