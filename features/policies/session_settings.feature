@R-E8 @serial @route:oauth/token
Feature: Session settings
  How long an access token lasts without use: the app's policy comes before the profile's, and that before the org's setting.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  Scenario: The org's setting is two hours
    Given "ada" has connected "Reports"
    When 110 minutes pass
    Then the access token of "Reports" works

  Scenario: The profile's timeout comes before the org's
    Given the profile "Standard User" limits logins by
      """
      {"session_timeout": 900}
      """
    And "ada" has connected "Reports"
    When 16 minutes pass
    Then the access token of "Reports" no longer works

  Scenario: The app's timeout comes before the profile's
    Given the profile "Standard User" limits logins by
      """
      {"session_timeout": 900}
      """
    And the org's policy for "Reports" is
      | Session Timeout | 28800 |
    And "ada" has connected "Reports"
    When 7 hours pass
    Then the access token of "Reports" works

  Scenario: Use in the second half of its life extends a session
    Given the org's policy for "Reports" is
      | Session Timeout | 3600 |
    And "ada" has connected "Reports"
    When 50 minutes pass
    Then the access token of "Reports" works
    When 50 minutes pass
    Then the access token of "Reports" works
    When 61 minutes pass
    Then the access token of "Reports" no longer works
