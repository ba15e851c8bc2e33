@R-A13 @route:control/refusals
Feature: Refusals are explained
  Salesforce's own words say little. The control API says which rule refused, why, and what the admin can do about it.

  Background:
    Given a user "ada"

  Scenario: The refusal of an uninstalled app
    Given an uninstalled connected app "Reports"
    When "ada" authorizes "Reports"
    Then the control API explains the refusal of "Reports" by the rule "gate.not_installed"
    And the refusal of "Reports" says
      | flow              | web_server                     |
      | error             | invalid_client                 |
      | error_description | app must be installed into org |
      | surface           | error_page                     |
      | user              | {any}ada{any}                  |
      | org               | {org}                          |
      | app               | {app:Reports}                  |

  Scenario: The first fix mends it
    Given an uninstalled connected app "Reports"
    And "ada" authorizes "Reports"
    When the admin follows the first fix of the refusal of "Reports"
    And the admin installs it
    And "ada" authorizes "Reports"
    Then the callback of "Reports" gets a code and the state

  Scenario Outline: The refusal of <what>
    Given <app>
    And <state>
    When "ada" authorizes "Reports"
    Then the control API explains the refusal of "Reports" by the rule "<rule>"

    Examples:
      | what                                  | app                                                    | state                              | rule                            |
      | a blocked app                         | an installed connected app "Reports"                   | "Reports" is blocked in the org    | gate.blocked                    |
      | a local app of another org            | a local foreign external client app "Reports"          | another org                        | gate.local_to_another_org       |
      | a packaged app that is not installed  | a packaged uninstalled external client app "Reports"   | another org                        | gate.external_app_not_installed |

  @route:oauth/token
  Scenario: The refusal of a refresh
    Given an installed connected app "Reports"
    And "ada" has connected "Reports"
    And "Reports" is blocked in the org
    When "Reports" refreshes
    Then the control API explains the refusal of "Reports" by the rule "gate.blocked"
    And the refusal of "Reports" says
      | flow    | refresh_token |
      | surface | token         |

  Scenario: A user who passes leaves no refusal
    Given an installed connected app "Reports"
    When "ada" connects "Reports"
    Then the control API knows of no refusal of "Reports"
