@R-D8
Feature: Device flow
  A device without a browser shows its user a code. The user types it at another screen, logs in and allows the device access, while the device polls.

  Background:
    Given a user "ada"
    And an installed connected app "Scanner" with
      | Flows        | device refresh_token |
      | OAuth Scopes | api refresh_token    |

  @route:oauth/token
  Rule: The device gets two codes

    @row:device/codes
    Scenario: The answer with codes
      When "Scanner" asks for a device code
      Then the answer on the wire is
        """
        HTTP 200
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"device_code": "{string}", "user_code": "{string}", "verification_uri": "{login}/setup/connect", "interval": 5}
        """

    Scenario Outline: <what>
      When "Scanner" asks for a device code with
        | <parameter> | <value> |
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                               | parameter     | value       | error             | description                                           |
        | An unknown app gets none           | client_id     | 3MVG9nobody | invalid_client_id | client identifier invalid                             |
        | An app without name gets none      | client_id     | (none)      | invalid_client_id | client identifier invalid                             |
        | A secret that is sent must be right | client_secret | wrong       | invalid_client    | invalid client credentials                            |
        | A scope that the app lacks         | scope         | api web     | invalid_scope     | the requested scope is not allowed                    |
        | A scope that nobody knows          | scope         | api magic   | invalid_scope     | the requested scope is invalid, unknown, or malformed |

    @row:device/off
    Scenario: An app without the flow gets none
      Given an installed connected app "Plain"
      When "Plain" asks for a device code
      Then the answer is the OAuth error "oauth_flow_disabled" saying "this flow is disabled for this app"

  @route:pages/device @route:pages/connect-device @route:pages/consent @route:pages/answer-consent
  Rule: The user types the code and allows access

    Scenario: The poll after it brings tokens
      Given "Scanner" has asked for a device code
      And "ada" has connected the device
      When "Scanner" polls
      Then tokens are issued for "ada"
      And the scopes granted are "api refresh_token"
      And the access token of "Scanner" works
      And the page tells "ada" "Your device is connected"

    Scenario: The tokens refresh
      Given "Scanner" has asked for a device code
      And "ada" has connected the device
      And "Scanner" has polled
      When "Scanner" refreshes
      Then tokens are issued for "ada"

    Scenario: The device asks for fewer scopes
      Given "Scanner" has asked for a device code with
        | scope | api |
      And "ada" has connected the device
      When "Scanner" polls
      Then the scopes granted are "api"
      And no refresh token is issued

    Scenario: The user is asked what the device may do, and warned
      Given "Scanner" has asked for a device code
      When "ada" enters the code of the device
      Then "ada" is asked to allow "Scanner" access to "Manage user data via APIs, Perform requests at any time"
      And the page tells "ada" "Security alert"

    Scenario: Before Spring '26 nobody was warned
      Given the policy "device_security_alert" of the org is "false"
      And "Scanner" has asked for a device code
      When "ada" enters the code of the device
      Then "ada" is asked to allow "Scanner" access to "Manage user data via APIs"
      And the page does not tell "ada" "Security alert"

    Scenario: The user is asked even if the app was allowed before
      Given "Scanner" has asked for a device code
      And "ada" has connected the device
      And "Scanner" has polled
      And "Scanner" has asked for a device code
      When "ada" enters the code of the device
      Then "ada" is asked to allow "Scanner" access to "Manage user data via APIs"

    Scenario: The page fills in the code that its address names
      Given "Scanner" has asked for a device code
      When "ada" opens the address "{note:verification uri}?user_code={note:user code}"
      Then the code is filled in for "ada"

    Scenario: The page needs no login
      Given "Scanner" has asked for a device code
      When "ada" opens the address "{note:verification uri}"
      Then the page tells "ada" "Connect a device"

    Scenario: A code is known with spaces and hyphens about it
      Given "Scanner" has asked for a device code
      When "ada" enters the device code " -{note:user code}- "
      Then "ada" is asked to log in

    Scenario Outline: <what> is refused on the page
      When "ada" enters the device code "<code>"
      Then the page tells "ada" "The code is invalid or has expired."

      Examples:
        | what                  | code                       |
        | An invented code      | NOBODY22                   |
        | Something that is none | <script>alert(1)</script> |

    Scenario: A code works once
      Given "Scanner" has asked for a device code
      And "ada" has connected the device
      When "ada" enters the device code "{note:user code}"
      Then the page tells "ada" "The code is invalid or has expired."

    Scenario: A code of the login host is unknown at the test host
      Given a sandbox of the org
      And a user "sam" of the sandbox
      And "Scanner" has asked for a device code
      When "sam" enters the device code "{note:user code}"
      Then the page tells "sam" "The code is invalid or has expired."

    Scenario: A consent page without a waiting device says so
      When "ada" opens the path "/setup/secur/RemoteAccessAuthorizationPage.apexp?user_code=NOBODY22"
      Then "ada" gets the status 404

    Scenario: A form posted from elsewhere connects nothing
      When "ada" opens the address "{login}/setup/connect"
      And "ada" repeats the post of the page without its CSRF token
      Then "ada" gets the status 403

  @route:oauth/token
  Rule: Until then the device waits

    @row:device/pending
    Scenario: Nobody has typed the code yet
      Given "Scanner" has asked for a device code
      When "Scanner" polls
      Then the answer on the wire is
        """
        HTTP 400
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"error":"authorization_pending","error_description":"end-user authorization pending"}
        """

    @row:device/slow-down
    Scenario: A device that polls too soon is told to slow down
      Given "Scanner" has asked for a device code
      And "Scanner" has polled
      When "Scanner" polls
      Then the answer is the OAuth error "slow_down" saying "polling too frequently"

    @serial @R-K3
    Scenario: After the interval it may poll again
      Given "Scanner" has asked for a device code
      And "Scanner" has polled
      And 5 seconds have passed
      When "Scanner" polls
      Then the answer is the OAuth error "authorization_pending" saying "end-user authorization pending"

    @row:device/denied
    Scenario: A user who refuses
      Given "Scanner" has asked for a device code
      And "ada" has refused the device
      When "Scanner" polls
      Then the answer is the OAuth error "access_denied" saying "end-user denied authorization"
      And the page tells "ada" "Access denied"

    @serial @R-K3
    @row:device/expired
    Scenario: Codes live for ten minutes
      Given "Scanner" has asked for a device code
      And 11 minutes have passed
      When "Scanner" polls
      Then the answer is the OAuth error "invalid_grant" saying "expired authorization code"

    @serial @R-K3 @route:pages/connect-device
    Scenario: An expired code is refused on the page, too
      Given "Scanner" has asked for a device code
      And 11 minutes have passed
      When "ada" enters the device code "{note:user code}"
      Then the page tells "ada" "The code is invalid or has expired."

    Scenario: Codes are used up by the poll that brings tokens
      Given "Scanner" has asked for a device code
      And "ada" has connected the device
      And "Scanner" has polled
      When "Scanner" polls
      Then the answer is the OAuth error "invalid_grant" saying "invalid authorization code"

    @row:device/unknown
    Scenario Outline: <what>
      Given an installed connected app "Other" with
        | Flows | device |
      And "Scanner" has asked for a device code
      When "Scanner" polls with
        | <parameter> | <value> |
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                              | parameter  | value                                         | error                  | description                |
        | An unknown code                   | code       | nobody                                        | invalid_grant          | invalid authorization code |
        | No code                           | code       | (none)                                        | invalid_request        | code not provided          |
        | The code of another app           | client_id  | {key:Other}                                   | invalid_grant          | invalid authorization code |
        | The grant type of the standard    | grant_type | urn:ietf:params:oauth:grant-type:device_code  | unsupported_grant_type | grant type not supported   |

  @R-A3 @route:pages/connect-device @route:oauth/token
  Rule: An app that is not installed is refused, whatever the user approved before

    @row:device/uninstalled
    Scenario Outline: <who>
      Given an uninstalled connected app "Foreign" with
        | Flows | web_server device refresh_token |
      And <before>
      And "Foreign" has asked for a device code
      When <user> enters the code of the device
      Then <user> is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"

      Examples:
        | who                                         | before                            | user      |
        | A user of no merit                          | "ada" is logged in                | "ada"     |
        | An administrator who may approve other apps | the admin is logged in            | the admin |
        | Somebody who approved it in a browser       | the admin has connected "Foreign" | the admin |

    Scenario: The device goes on waiting
      Given an uninstalled connected app "Foreign" with
        | Flows | device |
      And "Foreign" has asked for a device code
      And "ada" enters the code of the device
      When "Foreign" polls
      Then the answer is the OAuth error "authorization_pending" saying "end-user authorization pending"

    Scenario: Where the org wants it, the device is told
      Given the policy "device_refusal_denies_poll" of the org is "true"
      And an uninstalled connected app "Foreign" with
        | Flows | device |
      And "Foreign" has asked for a device code
      And "ada" enters the code of the device
      When "Foreign" polls
      Then the answer is the OAuth error "access_denied" saying "end-user denied authorization"

    Scenario: Once it is installed the same code connects the device
      Given an uninstalled connected app "Foreign" with
        | Flows | device refresh_token |
      And "Foreign" has asked for a device code
      And "ada" enters the code of the device
      And "Foreign" is installed into the org
      And "ada" has connected the device
      When "Foreign" polls
      Then tokens are issued for "ada"

    Scenario: The switch lets the permission count
      Given the policy "device_flow_honours_approval_permission" of the org is "true"
      And an uninstalled connected app "Foreign" with
        | Flows | device refresh_token |
      And "Foreign" has asked for a device code
      And the admin has connected the device
      When "Foreign" polls
      Then tokens are issued for the admin

    Scenario: A blocked app
      Given "Scanner" is blocked in the org
      And "Scanner" has asked for a device code
      When "ada" enters the code of the device
      Then "ada" is shown the OAuth error page, caused by "OAUTH_APP_BLOCKED" saying "this app is blocked by admin"

    Scenario: An app that was blocked between the button and the poll
      Given "Scanner" has asked for a device code
      And "ada" has connected the device
      And "Scanner" is blocked in the org
      When "Scanner" polls
      Then the answer is the OAuth error "app_blocked" saying "this app is blocked by admin"

    @R-E2
    Scenario: A user whom no admin approved
      Given the org's policy for "Scanner" is
        | Permitted Users | Admin approved users are pre-authorized |
      And "Scanner" has asked for a device code
      When "ada" enters the code of the device
      Then "ada" is shown the OAuth error page, caused by "OAUTH_APP_ACCESS_DENIED" saying "user is not admin approved to access this app"
