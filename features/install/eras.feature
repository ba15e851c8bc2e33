@route:oauth/authorize
Feature: Eras of the install gate
  What a user may authorize depends on the year's rules that an org lives under.

  @R-A12
  Rule: Before September 2025 users authorize any connected app themselves

    @row:gate/summer-25
    Scenario: In summer 2025 nothing needs to be installed
      Given an org of the era "summer-25"
      And a user "ada"
      And an uninstalled connected app "Reports"
      When "ada" connects "Reports"
      Then the access token of "Reports" works

    Scenario Outline: From <era> on the gate is closed
      Given an org of the era "<era>"
      And a user "ada"
      And an uninstalled connected app "Reports"
      When "ada" authorizes "Reports"
      Then "ada" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"

      Examples:
        | era       |
        | winter-26 |
        | dec-25    |
        | spring-26 |
        | may-26    |
        | jul-26    |

  @R-A5
  Rule: Use Any API Client passed the gate until December 2025

    @row:gate/any-client
    Scenario Outline: In <era> its holder <passes> under API Access Control
      Given an org of the era "<era>"
      And API Access Control limits the org to allowlisted apps
      And a user "ada"
      And "ada" holds "Use Any API Client"
      And an uninstalled connected app "Reports"
      When "ada" authorizes "Reports"
      Then <outcome>

      Examples:
        | era       | passes      | outcome                                                                                                             |
        | winter-26 | passes      | the callback of "Reports" gets a code and the state                                                                 |
        | dec-25    | is refused  | "ada" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org" |
        | may-26    | is refused  | "ada" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org" |

    @row:gate/access-control
    Scenario: Approve Uninstalled Connected Apps is not enough under API Access Control
      Given API Access Control limits the org to allowlisted apps
      And a user "ada"
      And "ada" holds "Approve Uninstalled Connected Apps"
      And an uninstalled connected app "Reports"
      When "ada" authorizes "Reports"
      Then "ada" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"

    Scenario: An installed app looks blocked under API Access Control until its users are assigned
      Given API Access Control limits the org to allowlisted apps
      And a user "ada"
      And an installed connected app "Reports"
      When "ada" authorizes "Reports"
      Then the callback of "Reports" gets the error "OAUTH_APP_ACCESS_DENIED" saying "user is not admin approved to access this app"

    Scenario: An installed app passes for the users it is assigned to
      Given API Access Control limits the org to allowlisted apps
      And a user "ada"
      And an installed connected app "Reports"
      And the org's policy for "Reports" is
        | Profiles | Standard User |
      When "ada" connects "Reports"
      Then the access token of "Reports" works
