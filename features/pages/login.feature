@R-E1
Feature: Login
  The username decides the org. Production users log in at the login host, sandbox users at the test host.

  @route:pages/front @route:pages/login @route:pages/log-in
  Rule: Who may log in where

    Scenario: A user logs in with username and password
      Given a user "ada"
      When "ada" logs in
      Then "ada" is in
      And the page tells "ada" "{username:ada}"

    Scenario: A wrong password is refused
      Given a user "ada"
      When "ada" logs in with the password "wrong"
      Then "ada" is refused the login

    Scenario: A production user is refused at the test host
      Given a user "ada"
      When "ada" logs in at the test host
      Then "ada" is refused the login

    Scenario: A sandbox user logs in at the test host
      Given a sandbox of the org
      And a user "ada" of the sandbox
      When "ada" logs in at the test host
      Then "ada" is in

    Scenario: A sandbox user is refused at the login host
      Given a sandbox of the org
      And a user "ada" of the sandbox
      When "ada" logs in at the production host
      Then "ada" is refused the login

    Scenario: A deactivated user is refused
      Given a user "ada"
      And "ada" is deactivated
      When "ada" logs in
      Then "ada" is refused the login

    Scenario: Passwords with odd characters work
      Given a user "ada" with the password "p+ä%26 'ß&=;"
      When "ada" logs in
      Then "ada" is in

    @R-I1
    Scenario: A login writes the login history
      Given a user "ada"
      And "ada" is logged in
      When the admin queries "SELECT Status FROM LoginHistory WHERE LoginType = 'Application'"
      Then the query returns "Success"

  @route:pages/logout
  Rule: Logging out ends the browser session

    Scenario: After the logout the app's authorization asks for a login again
      Given a user "ada"
      And an installed connected app "Reports"
      And "ada" is logged in
      When "ada" opens the page "Logout"
      And "ada" begins to authorize "Reports"
      Then "ada" is asked to log in

    @security @attack:session-fixation
    Scenario: A cookie that was copied before the logout is worth nothing after it
      Given a user "ada"
      And a user "eve"
      And an installed connected app "Reports"
      And "ada" is logged in
      And "eve" copies the cookies of "ada"
      When "ada" opens the page "Logout"
      And "eve" begins to authorize "Reports"
      Then "eve" is asked to log in

    Scenario: Logging out of the browser leaves the app's tokens alone
      Given a user "ada"
      And an installed connected app "Reports"
      And "ada" has connected "Reports"
      When "ada" opens the page "Logout"
      Then the access token of "Reports" works

  @route:pages/frontdoor
  Rule: A token of a web app opens the browser's door

    Scenario: A token with the scope web logs its browser in
      Given a user "ada"
      And an installed connected app "Portal" with
        | OAuth Scopes | api web |
      And "Portal" holds a session of "ada" with the scopes "api web"
      When "ada" opens the path "/secur/frontdoor.jsp?sid={access token:Portal}&retURL=/home/home.jsp" without logging in
      Then "ada" is in
      And the page tells "ada" "{username:ada}"

    Scenario: A token without it does not
      Given a user "ada"
      And an installed connected app "Portal"
      And "Portal" holds a session of "ada" with the scopes "api"
      When "ada" opens the path "/secur/frontdoor.jsp?sid={access token:Portal}&retURL=/home/home.jsp" without logging in
      And "ada" opens the path "/home/home.jsp" without logging in
      Then "ada" is asked to log in

  Rule: Pages keep strangers out

    @route:pages/home @route:pages/setup-home
    Scenario Outline: <path> asks for a login
      Given a user "ada"
      When "ada" opens the path "<path>" without logging in
      Then "ada" is asked to log in

      Examples:
        | path                                     |
        | /home/home.jsp                           |
        | /lightning/setup/SetupOneHome/home       |
        | /lightning/setup/ConnectedAppsUsage/home |

    @route:pages/setup-home
    Scenario: Setup opens for an admin
      When the admin opens the path "/lightning/setup/SetupOneHome/home"
      Then the page tells the admin "Connected Apps OAuth Usage"

    @route:pages/style @route:pages/icon
    Scenario Outline: <path> needs no login
      When somebody sends
        """
        GET <path>
        """
      Then the answer has the status 200

      Examples:
        | path             |
        | /pages/style.css |
        | /pages/icon.svg  |

    @route:pages/log-in
    @security @attack:csrf
    Scenario: A login posted without its CSRF token is refused
      Given a user "ada"
      When "ada" opens the page "Login"
      And "ada" repeats the post of the page without its CSRF token
      Then "ada" gets the status 403

    @route:pages/front
    @security @attack:clickjacking
    Scenario: Pages forbid scripts and framing
      Given a user "ada"
      Then each of these pages forbids scripts and framing
        | /      |
        | /login |
