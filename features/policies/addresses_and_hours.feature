@R-E4
Feature: Addresses and hours
  A profile says from where and when its users log in; an app's policy may relax the addresses.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"
    And the profile "Standard User" limits logins by
      """
      {"ip_ranges": [{"start": "198.51.100.1", "end": "198.51.100.9"}]}
      """

  @route:pages/log-in
  Rule: The login page

    Scenario: From the profile's range a user logs in
      Given "ada" comes from the address "198.51.100.5"
      When "ada" logs in
      Then "ada" is in

    Scenario: From elsewhere the user is refused, and the history says why
      Given "ada" comes from the address "203.0.113.7"
      When "ada" logs in
      Then "ada" is refused the login
      When the admin queries "SELECT Status FROM LoginHistory WHERE LoginType = 'Application'"
      Then the query returns "Restricted IP"

    Scenario: An app whose policy relaxes the ranges lets the user in to authorize it
      Given "ada" comes from the address "203.0.113.7"
      And "Reports" calls from the address "203.0.113.8"
      And the org's policy for "Reports" is
        | IP Relaxation | Relax IP restrictions |
      When "ada" connects "Reports"
      Then the access token of "Reports" works

    Scenario: It does not let the user in to anything else
      Given "ada" comes from the address "203.0.113.7"
      And the org's policy for "Reports" is
        | IP Relaxation | Relax IP restrictions |
      When "ada" logs in
      Then "ada" is refused the login

  @route:oauth/token
  Rule: The token endpoint

    Scenario: The code is exchanged from the profile's range
      Given "ada" comes from the address "198.51.100.5"
      And "Reports" calls from the address "198.51.100.6"
      When "ada" connects "Reports"
      Then the access token of "Reports" works

    Scenario: A server outside the range gets no token for the code
      Given "ada" comes from the address "198.51.100.5"
      And "ada" has authorized "Reports"
      And "Reports" calls from the address "203.0.113.8"
      When "Reports" redeems the code
      Then the answer is the OAuth error "invalid_grant" saying "ip restricted"

    Scenario Outline: A refresh from outside the range: <policy>
      Given "ada" comes from the address "198.51.100.5"
      And "Reports" calls from the address "198.51.100.6"
      And "ada" has connected "Reports"
      And the org's policy for "Reports" is
        | IP Relaxation | <policy> |
      And "Reports" calls from the address "203.0.113.8"
      When "Reports" refreshes
      Then tokens are issued

      Examples:
        | policy                                                   |
        | Enforce IP restrictions, but relax for refresh tokens    |
        | Relax IP restrictions                                    |

    @row:refresh/ip
    Scenario: Without relaxation the refresh is refused
      Given "ada" comes from the address "198.51.100.5"
      And "Reports" calls from the address "198.51.100.6"
      And "ada" has connected "Reports"
      And "Reports" calls from the address "203.0.113.8"
      When "Reports" refreshes
      Then the answer is the OAuth error "invalid_grant" saying "ip restricted"
      And the first access token of "Reports" still works

  @route:soap/partner
  Rule: SOAP login

    Scenario: From the profile's range
      When "Reports" opens a session of "ada" by SOAP from the address "198.51.100.5"
      Then the answer has the status 200

    Scenario: From elsewhere
      When "Reports" opens a session of "ada" by SOAP from the address "203.0.113.7"
      Then the answer has the status 500
      And the answer mentions "LOGIN_DURING_RESTRICTED_DOMAIN"

  @serial
  Rule: Login hours

    Background:
      Given the profile "Standard User" limits logins by
        """
        {"hours": {"monday": {"start": 480, "end": 1020}}}
        """

    @route:pages/log-in
    Scenario: On a Monday at noon a user logs in
      Given the clock stands at "2027-01-04T20:00:00Z"
      When "ada" logs in
      Then "ada" is in

    @route:pages/log-in
    Scenario: On a Monday night a user is refused
      Given the clock stands at "2027-01-05T06:00:00Z"
      When "ada" logs in
      Then "ada" is refused the login
      When the admin queries "SELECT Status FROM LoginHistory WHERE LoginType = 'Application'"
      Then the query returns "Restricted time"

    @route:oauth/token
    @row:refresh/hours
    Scenario: When the hours end, sessions stop and tokens are not refreshed
      Given the clock stands at "2027-01-05T00:30:00Z"
      And "ada" has connected "Reports"
      When the clock is set to "2027-01-05T01:30:00Z"
      Then the access token of "Reports" no longer works
      When "Reports" refreshes
      Then the answer is the OAuth error "invalid_grant" saying "ip restricted or invalid login hours"
