@R-A6 @route:pages/usage @route:pages/change-usage
Feature: Connected Apps OAuth Usage
  The admin sees which apps are used, and installs, blocks, unblocks and uninstalls them.

  Background:
    Given a user "ada"

  Rule: Apps appear when they are used or tried

    Scenario: An app that nobody tried is not listed
      Given an uninstalled connected app "Reports"
      When the admin opens the page "Connected Apps OAuth Usage"
      Then the page does not list "Reports" for the admin

    Scenario: A denied attempt is listed and counted
      Given an uninstalled connected app "Reports"
      And "ada" authorizes "Reports"
      When the admin opens the page "Connected Apps OAuth Usage"
      Then the page lists "Reports" for the admin with
        | User Count                                | 0 |
        | Denied Attempts Due to Usage Restriction  | 1 |

    Scenario: Before Spring '26 a denied attempt left no trace
      Given an org of the era "dec-25"
      And a user "bob"
      And an uninstalled connected app "Reports"
      And "bob" authorizes "Reports"
      When the admin opens the page "Connected Apps OAuth Usage"
      Then the page does not list "Reports" for the admin

    Scenario: A user of the app is counted
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When the admin opens the page "Connected Apps OAuth Usage"
      Then the page lists "Reports" for the admin with
        | User Count | 1 |

  Rule: The admin's buttons do what they say

    Scenario: Install lifts the gate for everyone
      Given an uninstalled connected app "Reports"
      And "ada" authorizes "Reports"
      And the admin opens the page "Connected Apps OAuth Usage"
      When the admin presses "Install" for "Reports"
      And "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state
      And "Reports" counts as "installed" in the org

    Scenario: Uninstall closes it again
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the admin opens the page "Connected Apps OAuth Usage"
      When the admin presses "Uninstall" for "Reports"
      Then "Reports" counts as "known" in the org
      And the access token of "Reports" no longer works

    Scenario: Block ends sessions and refuses new ones
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the admin opens the page "Connected Apps OAuth Usage"
      When the admin presses "Block" for "Reports"
      Then the access token of "Reports" no longer works

    Scenario: Unblock lets users in again
      Given an installed connected app "Reports"
      And "Reports" is blocked in the org
      And "ada" authorizes "Reports"
      And the admin opens the page "Connected Apps OAuth Usage"
      When the admin presses "Unblock" for "Reports"
      And "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

  Rule: Behind the user count stand the users

    @route:pages/usage-users
    Scenario: The admin sees who uses the app
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the admin opens the page "Connected Apps OAuth Usage"
      When the admin follows the user count of "Reports"
      Then the page tells the admin "{username:ada}"

    @route:pages/revoke
    Scenario: The admin revokes one user's tokens
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the admin opens the page "Connected Apps OAuth Usage"
      And the admin follows the user count of "Reports"
      When the admin presses "Revoke"
      Then the first refresh token of "Reports" no longer works

    @route:pages/app
    Scenario: An installed app has a page with its policies
      Given an installed connected app "Reports"
      And the admin opens the page "Connected Apps OAuth Usage"
      When the admin follows "Manage App Policies" for "Reports"
      Then the page tells the admin "{app:Reports}"

  @R-A9
  Rule: The page is for admins

    @route:pages/insufficient-privileges
    Scenario: A standard user sees Insufficient Privileges
      Given an org
      When "ada" opens the page "Connected Apps OAuth Usage"
      Then "ada" sees Insufficient Privileges

    @security @attack:csrf
    Scenario: A post without its CSRF token changes nothing
      Given an uninstalled connected app "Reports"
      And "ada" authorizes "Reports"
      And the admin opens the page "Connected Apps OAuth Usage"
      When the admin repeats the post of the page without its CSRF token
      Then "Reports" counts as "known" in the org

  @route:pages/external-usage @route:pages/change-external-usage
  Rule: External client apps have a page beside it

    Scenario: An installed external client app is listed there
      Given an installed external client app "Suite"
      And "ada" has connected "Suite"
      When the admin opens the page "External Client Apps OAuth Usage"
      Then the page lists "Suite" for the admin with
        | User Count | 1 |

    Scenario: An external client app can be blocked there
      Given an installed external client app "Suite"
      And "ada" has connected "Suite"
      And the admin opens the page "External Client Apps OAuth Usage"
      When the admin presses "Block" for "Suite"
      Then the access token of "Suite" no longer works
