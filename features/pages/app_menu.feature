@R-B5
Feature: App Menu
  An admin says in which order users see the apps, which of them the App Launcher shows, and where their tiles lead.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  @route:pages/app-menu
  Rule: The menu lists standard apps and the org's own and installed ones

    Scenario: An installed app comes after the standard ones
      When the admin opens the page "App Menu"
      Then the row "Sales" shows the admin
        | Type       | Standard App            |
        | Visibility | Visible in App Launcher |
      And the row "{app:Reports}" shows the admin
        | Type       | Connected App           |
        | Visibility | Visible in App Launcher |
        | Start URL  |                         |

    Scenario: An app that nobody installed is not in the menu
      Given an uninstalled connected app "Stranger"
      When the admin opens the page "App Menu"
      Then the page does not tell the admin "{app:Stranger}"

    Scenario: Who sees Setup sees the menu, but arranges nothing without Customize Application
      When "ada" opens the page "App Menu"
      Then the row "{app:Reports}" shows "ada"
        | Type | Connected App |
      And the page offers "ada" no "Hide"

    Scenario: Who does not see Setup does not see it
      Given a user "bob" with the profile "Standard Platform User"
      When "bob" opens the page "App Menu"
      Then "bob" sees Insufficient Privileges

  @route:pages/arrange-app-menu
  Rule: Order and visibility are the admin's

    @R-I1 @route:rest/query
    Scenario: Programs see the order that the admin gave
      Given the admin opens the page "App Menu"
      When the admin presses "Move Up" in the row "{app:Reports}"
      Then the page tells the admin "The app is moved up."
      When the admin queries "SELECT Label, Type FROM AppMenuItem WHERE SortOrder IN (7, 8) ORDER BY SortOrder"
      Then the query returns
        | Label         | Type                 |
        | {app:Reports} | ConnectedApplication |
        | PlatformCLI   | ConnectedApplication |
      When the admin presses "Move Down" in the row "{app:Reports}"
      And the admin queries "SELECT SortOrder FROM AppMenuItem WHERE Label = '{app:Reports}'"
      Then the query returns
        | SortOrder |
        | 8         |

    @R-I1
    Scenario: A token's menu item is the app's
      Given "ada" has connected "Reports"
      When the admin queries "SELECT AppMenuItem.Label, AppMenuItem.IsVisible FROM OauthToken"
      Then the query returns
        | AppMenuItem.Label | AppMenuItem.IsVisible |
        | {app:Reports}     | true                  |

    Scenario: The first and the last item have nowhere further to go
      When the admin opens the page "App Menu"
      Then the row "Sales" shows the admin
        | Action | Move Down Sales Hide Sales |
      And the row "{app:Reports}" shows the admin
        | Action | Move Up {app:Reports} Hide {app:Reports} |

    @route:rest/app-switcher
    Scenario: A hidden app is in no launcher, until it is shown again
      Given the org's policy for "Reports" is
        | Start URL | https://reports.example/start |
      When the admin opens the page "App Menu"
      And the admin presses "Hide" in the row "{app:Reports}"
      Then the page tells the admin "The app is hidden in App Launcher."
      And the row "{app:Reports}" shows the admin
        | Visibility | Hidden in App Launcher |
      When the admin sends
        """
        GET /services/data/v67.0/appMenu/AppSwitcher
        """
      Then the answer does not mention "{app:Reports}"
      When the admin opens the path "/home/home.jsp"
      Then the page does not tell the admin "{app:Reports}"
      When the admin opens the page "App Menu"
      And the admin presses "Show" in the row "{app:Reports}"
      And the admin sends
        """
        GET /services/data/v67.0/appMenu/AppSwitcher
        """
      Then the answer mentions "https://reports.example/start"
      When the admin opens the page "View Setup Audit Trail"
      Then the page tells the admin "Hid {app:Reports} in App Launcher"

    Scenario: An item that the menu has not is not moved
      Given the admin opens the page "App Menu"
      And "Reports" is uninstalled from the org
      When the admin presses "Hide" in the row "{app:Reports}"
      Then the admin gets the status 404

    Scenario: Arranging takes Customize Application
      Given the admin opens the page "App Menu"
      When "ada" sends "Hide" of the page of the admin
      Then "ada" sees Insufficient Privileges

    Scenario: A post that no page made moves nothing
      When the admin opens the page "App Menu"
      And the admin presses "Hide" in the row "{app:Reports}"
      And the admin repeats the post of the page without its CSRF token
      Then the admin gets the status 403

  @route:pages/save-policies @route:pages/save-external-policies @route:rest/app-switcher
  Rule: A tile leads where the app starts

    Scenario: Start URL and Mobile Start URL of a connected app
      Given the admin opens the path "/lightning/setup/ConnectedApplication/policies?id={app id:Reports}"
      When the admin fills in the form and presses "Save"
        | Start URL        | https://reports.example/start  |
        | Mobile Start URL | https://reports.example/mobile |
      Then the page shows the admin
        | Start URL        | https://reports.example/start  |
        | Mobile Start URL | https://reports.example/mobile |
      When the admin queries "SELECT StartUrl, MobileStartUrl FROM AppMenuItem WHERE Label = '{app:Reports}'"
      Then the query returns
        | StartUrl                      | MobileStartUrl                 |
        | https://reports.example/start | https://reports.example/mobile |
      When the admin queries "SELECT StartUrl, MobileStartUrl FROM ConnectedApplication WHERE Name = '{app:Reports}'"
      Then the query returns
        | StartUrl                      | MobileStartUrl                 |
        | https://reports.example/start | https://reports.example/mobile |
      When "ada" opens the path "/home/home.jsp"
      Then the page tells "ada" "https://reports.example/start"

    Scenario: Where only approved users are permitted, the others see no tile
      Given the org's policy for "Reports" is
        | Start URL       | https://reports.example/start           |
        | Permitted Users | Admin approved users are pre-authorized |
      When "ada" opens the path "/home/home.jsp"
      Then the page does not tell "ada" "https://reports.example/start"

    Scenario: Start Page of an external client app
      Given the org's own external client app "Suite"
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Suite}"
      And the admin fills in the form and presses "Save"
        | Start Page      | OAuth                       |
        | OAuth Start URL | https://suite.example/start |
      Then the page shows the admin
        | Start URL | https://suite.example/start |
      When the admin queries "SELECT Type, StartUrl FROM AppMenuItem WHERE Label = '{app:Suite}'"
      Then the query returns
        | Type                      | StartUrl                    |
        | ExternalClientApplication | https://suite.example/start |

    Scenario Outline: A start that leads nowhere is not saved
      Given the org's own external client app "Suite"
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Suite}"
      And the admin fills in the form and presses "Save"
        | Start Page      | <page> |
        | OAuth Start URL | <url>  |
      Then the page tells the admin "Review the errors on this page."
      And the page tells the admin "<error>"

      Examples:
        | page   | url                  | error                                               |
        | OAuth  |                      | OAuth Start URL : You must enter a value            |
        | OAuth  | javascript:alert(1)  | Enter an address that begins with https:// or http:// |
        | Custom |                      | Custom Start URL : You must enter a value           |

    @R-B1 @route:pages/save-app
    Scenario: A developer's start URL counts until an admin gives another
      Given the policy "allow_connected_app_creation" of the org is "true"
      When the admin opens the page "App Manager"
      And the admin follows the link "New Connected App"
      And the admin fills in the form and presses "Create"
        | Connected App Name    | {unique:Courier}                |
        | API Name              | Courier                         |
        | Contact Email         | dev@vendor.example              |
        | Contact Phone         | 555 0100                        |
        | Info URL              | https://courier.example/about   |
        | Start URL             | https://courier.example/start   |
        | Callback URL          | https://client.example/callback |
        | Selected OAuth Scopes | Manage user data via APIs (api) |
      Then the page shows the admin
        | Contact Phone | 555 0100                      |
        | Info URL      | https://courier.example/about |
        | Start URL     | https://courier.example/start |
      When the admin queries "SELECT InfoUrl, StartUrl FROM AppMenuItem WHERE Label = '{unique:Courier}'"
      Then the query returns
        | InfoUrl                       | StartUrl                      |
        | https://courier.example/about | https://courier.example/start |
