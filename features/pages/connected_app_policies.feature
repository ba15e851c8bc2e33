@R-B5
Feature: Policies of connected apps
  Manage Connected Apps lists what an admin decides about: who may use an app, from where, for how long.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  @route:pages/manage-apps
  Scenario: Own and installed apps are listed with their policies
    When the admin opens the page "Manage Connected Apps"
    Then the row "{app:Reports}" shows the admin
      | Permitted Users | All users may self-authorize |
      | IP Relaxation   | Enforce IP restrictions      |

  @route:pages/manage-apps
  Scenario: Who does not see Setup does not see them
    Given a user "bob" with the profile "Standard Platform User"
    When "bob" opens the page "Manage Connected Apps"
    Then "bob" sees Insufficient Privileges

  @route:pages/policies @route:pages/save-policies
  Scenario: Only admin-approved users remain
    Given the admin opens the page "Manage Connected Apps"
    When the admin follows "Edit" in the row "{app:Reports}"
    And the admin fills in the form and presses "Save"
      | Permitted Users | Admin approved users are pre-authorized |
      | Profiles        | System Administrator                    |
    Then the page tells the admin "The policies are saved."
    And the page shows the admin
      | Permitted Users              | Admin approved users are pre-authorized |
      | Profiles and permission sets | System Administrator                    |
    When "ada" authorizes "Reports"
    Then the callback of "Reports" gets the error "OAUTH_APP_ACCESS_DENIED" saying "user is not admin approved to access this app"
    When the admin opens the page "View Setup Audit Trail"
    Then the page tells the admin "Changed policies of Connected App {app:Reports}"

  @route:pages/save-policies
  Scenario: A refresh token lives as long as the form says
    Given the admin opens the path "/lightning/setup/ConnectedApplication/policies?id={app id:Reports}"
    When the admin fills in the form and presses "Save"
      | Refresh Token Policy | Expire refresh token after |
      | Period               | 2                          |
      | Period Unit          | Month(s)                   |
    Then the page shows the admin
      | Refresh Token Policy | Expire refresh token after 2 Month(s) |

  @route:pages/save-policies
  Scenario Outline: A form with <what> is not saved
    Given the admin opens the path "/lightning/setup/ConnectedApplication/policies?id={app id:Reports}"
    When the admin fills in the form and presses "Save"
      | <field> | <value> |
      | <and>   | <with>  |
    Then the page tells the admin "Review the errors on this page."
    And the page tells the admin "<error>"

    Examples:
      | what                     | field                          | value                      | and             | with             | error                                             |
      | no period                | Refresh Token Policy           | Expire refresh token after | Period          | 0                | Enter a whole number between 1 and 9999.          |
      | a timeout that is none   | Session Timeout                | soon                       | Period          | 1                | Enter a number of minutes between 1 and 1440.     |
      | nobody to run as         | Enable Client Credentials Flow | on                         | Run As          |                  | Run As : You must enter a value                   |
      | a user that is not there | Enable Client Credentials Flow | on                         | Run As          | nobody@a.example | No user of this org has this username.            |

  @route:pages/policies
  Scenario: A user without the permissions is refused
    When "ada" opens the path "/lightning/setup/ConnectedApplication/policies?id={app id:Reports}"
    Then "ada" sees Insufficient Privileges

  @route:pages/policies
  Scenario: An app that nobody installed has no policies
    Given an uninstalled connected app "Stranger"
    When the admin opens the path "/lightning/setup/ConnectedApplication/policies?id={app id:Stranger}"
    Then the admin gets the status 404
