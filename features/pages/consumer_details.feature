@R-B3
Feature: Consumer Key and Secret
  The page is shown to whoever proves to be there by a code that is e-mailed. Another set is staged first and applied later.

  Background:
    Given a user "ada"

  @route:pages/external-consumer @route:pages/rotate-external-consumer
  Rule: An external client app keeps two sets at work

    Background:
      Given the org's own external client app "Suite"
      And the admin opens the path "/lightning/setup/ManageExternalClientApplication/consumer?id={app id:Suite}"

    @R-K12
    Scenario: A code comes first
      Then the admin is asked for a code
      When the admin enters the code "00000"
      Then the page tells the admin "Invalid or expired verification code."
      When the admin enters the code of the newest e-mail
      Then the admin sees the page "Consumer Key and Secret"
      And the page shows the admin
        | Consumer Key    | {key:Suite}    |
        | Consumer Secret | {secret:Suite} |

    Scenario: Rotating needs a permission of its own
      When the admin enters the code of the newest e-mail
      Then the page offers the admin no "Stage Consumer Details"
      And the page tells the admin "Allow consumer key and secret rotation"

    Scenario: Staged and applied, both sets work
      Given the admin holds "Allow consumer key and secret rotation"
      And "ada" has connected "Suite"
      When the admin enters the code of the newest e-mail
      And the admin presses "Stage Consumer Details"
      Then the page tells the admin "A new set is staged."
      And the page tells the admin "Staged Consumer Details"
      When the admin presses "Apply"
      Then the page tells the admin "The staged set is applied."
      And the page tells the admin "Replaced Consumer Details"
      And the first refresh token of "Suite" still works
      When the admin opens the page "View Setup Audit Trail"
      Then the page tells the admin "Applied rotated consumer details of {app:Suite}"

    Scenario: A staged set can be given up
      Given the admin holds "Allow consumer key and secret rotation"
      When the admin enters the code of the newest e-mail
      And the admin presses "Stage Consumer Details"
      And the admin presses "Cancel"
      Then the page tells the admin "The staged set is discarded."
      And the page offers the admin no "Apply"

    @R-B4
    Scenario: Who only edits policies is refused
      Given "ada" holds "View all External Client Apps, view their settings, and edit their policies"
      When "ada" opens the path "/lightning/setup/ManageExternalClientApplication/consumer?id={app id:Suite}"
      Then "ada" sees Insufficient Privileges

  @route:pages/consumer @route:pages/rotate-consumer
  Rule: Applying a connected app's new secret ends its tokens

    Background:
      Given the org's own connected app "Reports"
      And "ada" has connected "Reports"
      And the admin opens the path "/app/mgmt/forceconnectedapps/forceAppConsumerDetails.apexp?id={app id:Reports}"

    @R-D17
    Scenario: The old secret works until Apply
      When the admin enters the code of the newest e-mail
      And the admin presses "Generate New Secret"
      Then the first refresh token of "Reports" still works
      When the admin presses "Apply"
      Then the page tells the admin "All tokens of the app have ended."
      And the access token of "Reports" no longer works

    Scenario: A user without the permissions is refused
      When "ada" opens the path "/app/mgmt/forceconnectedapps/forceAppConsumerDetails.apexp?id={app id:Reports}"
      Then "ada" sees Insufficient Privileges
