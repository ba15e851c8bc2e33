@R-K1
Feature: Control API
  Test authors make orgs, users, apps and records with it, and look at what happened.

  @route:control/openapi
  Scenario: It describes itself
    When the test author sends
      """
      GET /_mock/openapi.json
      """
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/json

      {"openapi": "3.{any}", "paths": {"...": "{any}"}, "...": "{any}"}
      """

  @route:control/world
  Scenario: The world shows what was made
    Given an org
    When the test author reads "/world"
    Then the answer has the status 200
    And the answer mentions "{org}"

  @route:control/orgs-add
  Rule: Orgs

    Scenario: A new org is complete
      When the test author creates "/orgs" from
        """
        {"name": "{unique:fresh}"}
        """
      Then the answer on the wire is
        """
        HTTP 201

        {"name": "{unique:fresh}", "id": "{id}", "kind": "production", "era": "may-26", "instance_url": "{url}", "users": ["..."], "...": "{any}"}
        """

    Scenario: A name is taken once
      Given an org
      When the test author creates "/orgs" from
        """
        {"name": "{org}"}
        """
      Then the control API refuses with 409 and names "name"

    @route:control/org @route:control/org-remove
    Scenario: An org that is removed is gone
      Given an org
      When the test author removes "/orgs/{org}"
      And the test author reads "/orgs/{org}"
      Then the answer has the status 404

    @route:control/org-change
    Scenario: An era can be changed
      Given an org
      When the test author changes "/orgs/{org}" by
        """
        {"era": "summer-25"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"era": "summer-25", "effective_policies": {"install_gate": "off", "...": "{any}"}, "...": "{any}"}
        """

    @route:control/policies-change
    Scenario: A switch set by hand wins over the era
      Given an org
      When the test author changes "/orgs/{org}/policies" by
        """
        {"install_gate": "callback"}
        """
      And the test author reads "/orgs/{org}"
      Then the answer on the wire is
        """
        HTTP 200

        {"policies": {"install_gate": "callback"}, "effective_policies": {"install_gate": "callback", "...": "{any}"}, "...": "{any}"}
        """

    @route:control/policies-change
    Scenario: A switch nobody knows is refused by name
      Given an org
      When the test author changes "/orgs/{org}/policies" by
        """
        {"no_such_switch": true}
        """
      Then the control API refuses with 400 and names "no_such_switch"

  @route:control/users-add
  Rule: Users

    Scenario: A new user gets a password and may log in
      Given an org
      When the test author creates "/orgs/{org}/users" from
        """
        {"name": "ada", "username": "ada@{org}.example", "profile": "Standard User"}
        """
      Then the answer on the wire is
        """
        HTTP 201

        {"name": "ada", "username": "ada@{org}.example", "password": "{string}", "profile": "Standard User", "active": true, "...": "{any}"}
        """

    Scenario: A username is taken once on the whole server
      Given an org
      And another org
      When the test author creates "/orgs/{org:another org}/users" from
        """
        {"name": "twin", "username": "{username}"}
        """
      Then the control API refuses with 409 and names "username"

    Scenario: A profile nobody knows is refused by name
      Given an org
      When the test author creates "/orgs/{org}/users" from
        """
        {"name": "ada", "username": "ada@{org}.example", "profile": "King"}
        """
      Then the control API refuses with 400 and names "profile"

    @route:control/user-remove
    Scenario: A removed user is refused the login
      Given a user "ada"
      When the test author removes "/orgs/{org}/users/ada"
      And "ada" logs in
      Then "ada" is refused the login

  @route:control/apps-add
  Rule: Apps

    Scenario: A new app gets a key and a secret
      Given an org
      When the test author creates "/apps" from
        """
        {"name": "{unique:fresh}", "kind": "external_client_app", "org": "{org}", "callback_urls": ["https://client.example/callback"], "scopes": ["api"]}
        """
      Then the answer on the wire is
        """
        HTTP 201

        {"name": "{unique:fresh}", "id": "0Ci{string}", "kind": "external_client_app", "org": "{org}", "consumer_key": "3MVG9{string}", "consumer_secret": "{string}", "...": "{any}"}
        """

    @R-B11 @route:control/apps-add
    Scenario: A name is taken by one app
      Given an installed connected app "Reports"
      When the test author creates "/apps" from
        """
        {"name": "{app:Reports}", "kind": "connected_app", "org": "{org}", "callback_urls": ["https://client.example/callback"], "scopes": ["api"]}
        """
      Then the control API refuses with 409 and names "name"

    @R-B11 @route:control/app-change
    Scenario: A name that an app gave up is free for another
      Given an org
      And the test author has created "/apps" from
        """
        {"name": "{unique:first}", "kind": "connected_app", "org": "{org}", "callback_urls": ["https://client.example/callback"], "scopes": ["api"]}
        """
      When the test author changes "/apps/{unique:first}" by
        """
        {"name": "{unique:second}"}
        """
      And the test author creates "/apps" from
        """
        {"name": "{unique:first}", "kind": "connected_app", "org": "{org}", "callback_urls": ["https://client.example/callback"], "scopes": ["api"]}
        """
      Then the answer has the status 201

    @R-B11
    Scenario: A consumer key is taken once on the whole server
      Given an installed connected app "Reports"
      When the test author creates "/apps" from
        """
        {"name": "{unique:twin}", "kind": "connected_app", "org": "{org}", "consumer_key": "{key:Reports}", "callback_urls": ["https://client.example/callback"], "scopes": ["api"]}
        """
      Then the control API refuses with 409 and names "consumer_key"

    @route:control/app
    Scenario: An app is found by name, id and key
      Given an installed connected app "Reports"
      When the test author reads "/apps/{key:Reports}"
      Then the answer names
        | name | {app:Reports} |

    @route:control/app-remove
    Scenario: A removed app's users are refused
      Given a user "ada"
      And an installed connected app "Reports"
      And "ada" has connected "Reports"
      When the developer deletes "Reports"
      And "Reports" refreshes
      Then the answer is the OAuth error "invalid_client_id" saying "client identifier invalid"

    @route:control/install
    Scenario: Installing twice is the same as once
      Given an installed connected app "Reports"
      When "Reports" is installed into the org
      Then "Reports" counts as "installed" in the org

  @route:control/records-add
  Rule: Records

    Scenario: Records can be made, and looked at by queries
      Given an org
      When the test author creates "/orgs/{org}/records" from
        """
        [{"type": "Account", "fields": {"Name": "Acme"}}, {"type": "Account", "fields": {"Name": "Blue"}}]
        """
      And the admin queries "SELECT Name FROM Account ORDER BY Name"
      Then the query returns "Acme, Blue"

    Scenario: One bad record, and none is made
      Given an org
      When the test author creates "/orgs/{org}/records" from
        """
        [{"type": "Account", "fields": {"Name": "Acme"}}, {"type": "Account", "fields": {"Nope": 1}}]
        """
      And the admin queries "SELECT COUNT() FROM Account"
      Then the query counts 0

  @route:control/sessions-add
  Rule: Sessions without the dance

    Scenario: A session of an app is as good as one from the flow
      Given a user "ada"
      And an installed connected app "Reports"
      And "Reports" holds a session of "ada" with the scopes "api refresh_token"
      Then the access token of "Reports" works
      And the first refresh token of "Reports" works

    @route:control/session-remove
    Scenario: An ended session is over, its refresh token is not
      Given a user "ada"
      And an installed connected app "Reports"
      And "Reports" holds a session of "ada" with the scopes "api refresh_token"
      When the test author removes "/sessions/{access token:Reports}"
      Then the access token of "Reports" no longer works
      And the first refresh token of "Reports" works

  Rule: It is for the test author alone

    @route:control/orgs
    Scenario Outline: <what>
      When the test author sends
        """
        <request>
        """
      Then the answer is a refusal of the client, not a failure of the server

      Examples:
        | what                            | request                                                                                      |
        | Another web page's request      | POST /_mock/v1/orgs\nOrigin: https://evil.example\nContent-Type: application/json\n\n{}      |
        | A form of another web page      | POST /_mock/v1/reset\nContent-Type: application/x-www-form-urlencoded\n\na=b                 |
        | A Salesforce name               | GET /_mock/v1/world\nHost: login.salesforce.com                                              |
        | A name that is not the server's | GET /_mock/v1/world\nHost: rebound.example                                                   |
