@R-K3 @serial @route:control/clock @route:control/clock-change
Feature: Virtual clock
  Every expiry obeys it, so nobody waits.

  Scenario: The clock can be set and stands still
    When the clock is set to "2030-01-01T00:00:00Z"
    Then the clock shows "2030-01-01T00:00:00Z"

  Scenario: Records carry its time
    Given the clock stands at "2030-01-01T00:00:00Z"
    And the admin has created the Account "Acme" with
      | Name | Acme |
    Then the Account "Acme" has
      | CreatedDate | 2030-01-01T00:00:00.000+0000 |

  Scenario: Records are stamped with the second
    Given the clock stands at "2030-01-01T00:00:00.750Z"
    And the admin has created the Account "Acme" with
      | Name | Acme |
    Then the Account "Acme" has
      | CreatedDate    | 2030-01-01T00:00:00.000+0000 |
      | SystemModstamp | 2030-01-01T00:00:00.000+0000 |
    When the admin queries "SELECT Name FROM Account WHERE CreatedDate = 2030-01-01T00:00:00Z AND SystemModstamp = 2030-01-01T00:00:00Z"
    Then the query returns
      | Name |
      | Acme |

  Scenario: A clock that is advanced moves on
    Given the clock stands at "2030-01-01T00:00:00Z"
    When 90 minutes pass
    Then the clock shows "2030-01-01T01:30:00Z"

  Scenario: Moving the clock changes no era
    Given an org
    And the clock stands at "2030-01-01T00:00:00Z"
    When the test author reads "/orgs/{org}"
    Then the answer names
      | era | may-26 |
