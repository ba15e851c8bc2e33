@R-E4
Feature: Profiles in Setup
  What a profile gives, and from where and when its users log in.

  Background:
    Given a user "ada"

  @route:pages/profiles @route:pages/profile
  Scenario: The list leads to the profile
    When the admin opens the page "Profiles"
    And the admin follows the link "Standard User"
    Then the page tells the admin "From everywhere"
    And the page tells the admin "The system permissions of a standard profile can't be changed."

  @route:pages/profiles
  Scenario: The list is for who sees Setup
    Given a user "bob" with the profile "Standard Platform User"
    When "bob" opens the page "Profiles"
    Then "bob" sees Insufficient Privileges

  @route:pages/profile
  Scenario: A profile that there is not
    When the admin opens the path "/lightning/setup/EnhancedProfiles/page?set=00e000000000000AAA"
    Then the admin gets the status 404

  @route:pages/profile-logins @route:pages/save-profile-logins
  Rule: Login IP Ranges and Login Hours

    Background:
      When the admin opens the page "Profiles"
      And the admin follows the link "Standard User"
      And the admin follows the link "Edit Login IP Ranges and Login Hours"

    Scenario: From outside the ranges nobody logs in
      When the admin fills in the form and presses "Save"
        | Login IP Ranges | 198.51.100.1-198.51.100.9 |
      Then the page tells the admin "198.51.100.1-198.51.100.9"
      Given "ada" comes from the address "203.0.113.7"
      When "ada" logs in
      Then "ada" is refused the login

    Scenario: From inside a user does
      When the admin fills in the form and presses "Save"
        | Login IP Ranges | 198.51.100.1-198.51.100.9 |
      Given "ada" comes from the address "198.51.100.5"
      When "ada" logs in
      Then "ada" is in

    Scenario: Hours are kept
      When the admin fills in the form and presses "Save"
        | Monday | 08:00-17:30 |
      Then the page tells the admin "Monday: 08:00-17:30"

    Scenario Outline: <field> that nobody can read is told at its field
      When the admin fills in the form and presses "Save"
        | <field> | <text> |
      Then the page tells the admin "<told>"

      Examples:
        | field           | text              | told                        |
        | Login IP Ranges | 198.51.100.9-here | is no range of addresses    |
        | Sunday          | in the morning    | is no span of a day         |

    Scenario: Changing them takes the permission
      When "ada" sends "Save" of the page of the admin
      Then "ada" sees Insufficient Privileges

    Scenario: Looking at the form does too
      When "ada" opens the path "/lightning/setup/EnhancedProfiles/logins"
      Then "ada" sees Insufficient Privileges

  @R-E2 @route:pages/app-access @route:pages/save-app-access
  Scenario: Connected App Access pre-authorizes the users of a profile
    Given an installed connected app "Reports"
    And the org's policy for "Reports" is
      | Permitted Users | Admin approved users are pre-authorized |
    When the admin opens the page "Profiles"
    And the admin follows the link "Standard User"
    And the admin follows the link "Edit Connected App Access"
    And the admin fills in the form and presses "Save"
      | Enabled Apps | {app:Reports} |
    And "ada" authorizes "Reports"
    Then the callback of "Reports" gets a code and the state

  @route:pages/system-permissions @route:pages/save-system-permissions
  Scenario: The permissions of a standard profile stay
    When the admin opens the page "Profiles"
    And the admin follows the link "Standard User"
    Then the page does not tell the admin "Edit System Permissions"
