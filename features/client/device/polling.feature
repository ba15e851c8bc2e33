@R-L2 @rfc8628
Feature: Device flow
  A program without a browser shows a code; the user types it elsewhere, and the program polls until there is an answer.
  Here the interval is one second. A poll's gap is measured at the server, with a fifth of slack.

  @C-device/request-shape @must @breakage @by:HO @for:pub
  Scenario: The requests use Salesforce's own names
    Proves: The code is asked for with `response_type=device_code`, and polls carry `grant_type=device` with `code`.
    In production: Salesforce does not know the names of RFC 8628. The login does not even start.
    Mend: Take the names of Salesforce's documentation; a generic device client needs them as settings.
    Source: Salesforce Help, "OAuth 2.0 Device Flow for IoT Integration".
    Care: Trying the standard's names first and Salesforce's next is a pass.
    Given an integration on a device
    And polls are told to wait
    When the user starts to connect the device
    And the device has polled 1 time
    Then the device asked and polled by Salesforce's names

  @C-device/code-shown @must @breakage @by:H @for:pub @needs:device/request-shape
  Scenario: The user is shown the address and the code that were issued
    Proves: What the integration shows is the verification address and the user code of the answer, not ones of its own.
    In production: Sandboxes and orgs that allow only their My Domain have another address. The user logs in at the wrong place and finds the code unknown.
    Mend: Print `verification_uri` and `user_code` as they came.
    Source: RFC 8628 section 3.3.
    Given an integration on a device in a sandbox
    And polls are told to wait
    When the user starts to connect the device
    Then the user was shown the address and the code that were issued

  @C-device/interval @must @operations @by:HO @for:pub @needs:device/request-shape @needs:device/pending-continues
  Scenario: Polls keep the interval
    Proves: Between polls lies at least the `interval` of the answer.
    In production: Salesforce answers `slow_down`, then refuses the device; with many devices the whole app is slowed.
    Mend: Wait `interval` seconds from the answer of a poll to the next one.
    Source: RFC 8628 section 3.5; charmbracelet/crush#3399.
    Care: A late first poll is fine, and so is one short gap.
    Given an integration on a device
    And polls are told to wait
    When the user starts to connect the device
    And the device has polled 4 times
    Then at most 1 poll came sooner than 0.8 seconds after the one before

  @C-device/pending-continues @must @breakage @by:Ho @for:pub @needs:device/request-shape @needs:device/code-shown
  Scenario: A pending answer does not end the login
    Proves: After `authorization_pending` the device goes on polling until the user has approved.
    In production: Nobody types a code faster than the first poll. A client that takes the first error for the end never logs anybody in.
    Mend: `authorization_pending` and `slow_down` mean "not yet"; all other errors are final.
    Source: RFC 8628 section 3.5; scttfrdmn/oidc-pam#151.
    Given an integration on a device
    And polls are told to wait
    And the user starts to connect the device
    And the first poll was sent
    When the device is given time for 3 polls
    And the user approves the device
    Then the device was connected

  @C-device/slow-down-continues @must @breakage @by:Ho @for:pub @needs:device/request-shape @needs:device/code-shown
  Scenario: slow_down does not end the login
    Proves: After one `slow_down` the device goes on, and the login succeeds.
    In production: Two machines behind one address, or a clock that runs fast, are enough to be told `slow_down` once. Logins fail by chance.
    Mend: Treat it like `authorization_pending`, with a longer pause.
    Source: RFC 8628 section 3.5; sfdx-actions/salesforcedx-docker#18.
    Given an integration on a device
    And the first poll is told to slow down
    And the user starts to connect the device
    And the device was told to slow down
    When the user approves the device
    Then the device was connected

  @C-device/slow-down-slows @should @operations @by:Ho @for:pub @needs:device/request-shape @needs:device/slow-down-continues @needs:device/code-shown
  Scenario: slow_down makes later polls rarer
    Proves: After `slow_down` the next gap is at least one and a half times the interval.
    In production: A device that goes on at its old pace is told `slow_down` for ever, and in the end refused.
    Mend: Add five seconds to the interval each time, as the standard says.
    Source: RFC 8628 section 3.5; flyteorg/flyte-sdk#1587.
    Given an integration on a device
    And the second poll is told to slow down
    And the user starts to connect the device
    And the device was told to slow down
    When the device has polled 3 times
    Then the poll after slow_down came at least 1.5 seconds later

  @C-device/final-answers-stop @must @operations @by:Ho @for:pub @needs:device/request-shape @needs:device/code-shown
  Scenario Outline: A final answer ends the polling
    Proves: After the user's refusal, the end of the code's life, or the refusal of the install gate no further poll is sent.
    In production: A fleet of devices that polls for days for codes long dead looks like an attack, and is treated as one.
    Mend: Every error but `authorization_pending` and `slow_down` is final.
    Source: RFC 8628 section 3.5; Salesforce Help, device flow.
    Care: One poll already under way is allowed.
    Given an integration on a device
    And polls are told to wait
    And the user starts to connect the device
    And the first poll was sent
    When <event>
    And the device was given a final answer
    Then no poll was sent after the final answer

    Examples:
      | event                                            |
      | the user denies the device                       |
      | the device's code expires                        |
      | the install gate refuses the user of the device  |
