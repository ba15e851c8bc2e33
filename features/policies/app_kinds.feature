Feature: Connected apps and external client apps
  What one kind has and the other has not, and how the one becomes the other.

  @R-B5 @route:control/org-app
  Rule: Fresh apps

    Scenario Outline: A fresh <kind>
      Given the org's own <kind> "Sync"
      When the test author reads "/orgs/{org}/apps/{app:Sync}"
      Then the answer on the wire is
        """
        HTTP 200

        {"permitted_users": "all_users", "ip_relaxation": "enforce", "refresh_token_policy": <policy>, "...": "{any}"}
        """

      Examples:
        | kind                | policy                                                    |
        | connected app       | {"kind": "until_revoked"}                                 |
        | external client app | {"kind": "expire_if_unused", "amount": 30, "unit": "days"} |

  @R-B12 @route:control/apps-add
  Rule: What only connected apps have

    Scenario Outline: An external client app has no <feature>
      Given an org
      When the test author creates "/apps" from
        """
        {"name": "{unique:eca}", "org": "{org}", "kind": "external_client_app", "features": ["<feature>"]}
        """
      Then the control API refuses with 400 and names "features"

      Examples:
        | feature            |
        | session_monitoring |
        | launch_handler     |
        | mobile_pin         |
        | canvas             |
        | push_notifications |
        | user_provisioning  |

    Scenario: A connected app has them
      Given the org's own connected app "Portal" with
        | Features | canvas push_notifications |
      When the test author reads "/apps/{app:Portal}"
      Then the answer mentions "push_notifications"

  @R-B10 @route:oauth/authorize
  Rule: An org's own callbacks

    Scenario: They stand in the place of the developer's
      Given a user "ada"
      And an installed external client app "Sync"
      And the org's policy for "Sync" is
        | Callback URL | https://client.example/callback/acme |
      When "ada" authorizes "Sync" with
        | redirect_uri | https://client.example/callback/acme |
      Then the callback of "Sync" gets a code and the state

    Scenario: The developer's no longer count there
      Given a user "ada"
      And an installed external client app "Sync"
      And the org's policy for "Sync" is
        | Callback URL | https://client.example/callback/acme |
      When "ada" authorizes "Sync"
      Then "ada" is refused outright with "redirect_uri_mismatch" saying "redirect_uri must match configuration"

    Scenario: Elsewhere the developer's do
      Given a user "ada"
      And an installed external client app "Sync"
      And the org's policy for "Sync" is
        | Callback URL | https://client.example/callback/acme |
      And another org
      And a user "bob" of another org
      And "Sync" is installed into another org
      When "bob" authorizes "Sync"
      Then the callback of "Sync" gets a code and the state

  @R-B9 @route:oauth/token
  Rule: The customer's own app

    Scenario Outline: An org's own <kind> needs no install
      Given a user "ada"
      And the org's own <kind> "Own"
      When "ada" connects "Own"
      Then the access token of "Own" works

      Examples:
        | kind                |
        | connected app       |
        | external client app |

  @R-B11 @route:control/apps-add
  Rule: Consumer keys

    Scenario: A key that another org's app has is refused
      Given an uninstalled connected app "Reports"
      When the test author creates "/apps" from
        """
        {"name": "{unique:thief}", "org": "{org}", "kind": "connected_app", "consumer_key": "{key:Reports}"}
        """
      Then the control API refuses with 409 and names "consumer_key"

  @R-B7 @route:control/app-migrate
  Rule: Migration

    Scenario: A connected app becomes a local external client app with another key
      Given the org's own connected app "Portal"
      When the developer migrates "Portal" to the external client app "Portal New"
      Then the answer on the wire is
        """
        HTTP 201

        {"kind": "external_client_app", "distribution": "local", "migrated_from": "{app:Portal}", "...": "{any}"}
        """

    Scenario: The connected app is read-only then
      Given the org's own connected app "Portal"
      And the developer has migrated "Portal" to the external client app "Portal New"
      When the developer changes "Portal" to
        | OAuth Scopes | api |
      Then the control API refuses with 409 and names "kind"

    Scenario: A name that another app has leaves the connected app as it was
      Given a user "ada"
      And the policy "migration_keeps_consumer_key" of the org is "true"
      And the org's own connected app "Portal"
      And the org's own connected app "Portal New"
      And "ada" has connected "Portal"
      When the developer migrates "Portal" to the external client app "Portal New"
      Then the control API refuses with 409 and names "name"
      And the first refresh token of "Portal" works
      When the developer changes "Portal" to
        | OAuth Scopes | api refresh_token |
      Then the answer has the status 200

    @row:event/migrated
    Scenario: Who authorizes the new app leaves the old one, the others stay
      Given a user "ada"
      And a user "bob"
      And the org's own connected app "Portal"
      And "bob" has connected "Portal"
      And "ada" has connected "Portal"
      And the developer has migrated "Portal" to the external client app "Portal New"
      When "ada" connects "Portal New"
      Then the second refresh token of "Portal" no longer works
      And the first refresh token of "Portal" works

    @row:migration/same-key @route:oauth/token
    Scenario: Where the org's switch says so, the key goes along and tokens live on
      Given a user "ada"
      And the policy "migration_keeps_consumer_key" of the org is "true"
      And the org's own connected app "Portal"
      And "ada" has connected "Portal"
      When the developer migrates "Portal" to the external client app "Portal New"
      Then the answer on the wire is
        """
        HTTP 201

        {"kind": "external_client_app", "consumer_key": "{key:Portal}", "...": "{any}"}
        """
      And the first access token of "Portal" still works
      And the first refresh token of "Portal" works

    @row:migration/same-key
    Scenario: Deleting that external client app gives the connected app its key back
      Given a user "ada"
      And the policy "migration_keeps_consumer_key" of the org is "true"
      And the org's own connected app "Portal"
      And the developer has migrated "Portal" to the external client app "Portal New"
      When the developer deletes "Portal New"
      And "ada" connects "Portal"
      Then the access token of "Portal" works

    Scenario: Deleting the external client app revives the connected app
      Given the org's own connected app "Portal"
      And the developer has migrated "Portal" to the external client app "Portal New"
      When the developer deletes "Portal New"
      And the developer changes "Portal" to
        | OAuth Scopes | api |
      Then the answer has the status 200
      When the admin queries "SELECT Action FROM SetupAuditTrail WHERE Action = 'revivedconnectedapp'"
      Then the query returns "revivedconnectedapp"

    Scenario Outline: <what> stands against it
      Given the org's own connected app "Portal" with
        | <setting> | <value> |
      When the developer migrates "Portal" to the external client app "Portal New"
      Then the control API refuses with 409 and names "kind"
      And the answer mentions "<words>"

      Examples:
        | what                  | setting  | value                                       | words                |
        | Username-password     | Flows    | web_server refresh_token username_password  | username-password    |
        | Canvas                | Features | canvas                                      | Canvas               |
        | Push                  | Features | push_notifications                          | push notifications   |
        | User provisioning     | Features | user_provisioning                           | user provisioning    |

    Scenario: A packaged app stays what it is
      Given an uninstalled connected app "Portal"
      And a package "Suite" with "Portal"
      When the developer migrates "Portal" to the external client app "Portal New"
      Then the control API refuses with 409 and names "kind"
      And the answer mentions "Only local connected apps can be migrated."
