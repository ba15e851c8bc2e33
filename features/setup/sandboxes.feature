@R-G3
Feature: Sandboxes in Setup
  An administrator of a production org makes copies of it, refreshes and deletes them.

  @route:pages/sandboxes @route:pages/copy-sandbox @route:pages/start-copy
  Rule: New Sandbox, Clone and Refresh

    Scenario: A new sandbox has the people of the org, under names of its own
      Given a user "ada"
      When the admin opens the page "Sandboxes"
      And the admin follows the link "New Sandbox"
      And the admin fills in the form and presses "Create"
        | Name | uat |
      Then the row "uat" shows the admin
        | Type        | Developer  |
        | Status      | Completed  |
        | Copied From | Production |
      When "uat" is the sandbox of the org
      And the admin of the sandbox opens the page "Users"
      Then the page tells the admin of the sandbox "{username:ada}.uat"

    Scenario Outline: <what> is refused
      When the admin opens the path "/lightning/setup/DataManagementCreateTestInstance/copy?copy=new"
      And the admin fills in the form and presses "Create"
        | Name | <name> |
      Then the page tells the admin "Review the errors on this page."
      And the field "Name" holds "<name>" for the admin

      Examples:
        | what                            | name        |
        | A name with a hyphen            | my-uat      |
        | A name of more than ten letters | abcdefghijk |

    Scenario: The licences that are left are shown
      Given the policy "full_sandboxes" of the org is "2"
      And the admin has made the Full sandbox "whole"
      When the admin opens the page "Sandboxes"
      Then the row "Full" shows the admin
        | In Use    | 1 |
        | Available | 1 |

    Scenario: A clone copies a sandbox
      Given the admin has made the Developer sandbox "uat"
      When the admin opens the page "Sandboxes"
      And the admin follows "Clone" in the row "uat"
      And the admin fills in the form and presses "Create"
        | Name | uat2 |
      Then the row "uat2" shows the admin
        | Copied From | uat |
      When "uat2" is the sandbox of the org
      And the admin of the sandbox opens the page "Sandboxes"
      Then the page tells the admin of the sandbox "This org has no sandboxes."

    Scenario: A refreshed sandbox is another org
      Given the admin has made the Developer sandbox "uat"
      When the admin opens the page "Sandboxes"
      And the admin follows "Refresh" in the row "uat"
      And the admin presses "Refresh"
      Then the row "uat" shows the admin
        | Status | Completed |

    Scenario: A sandbox has no sandboxes
      Given the admin has made the Developer sandbox "uat"
      When the admin of the sandbox opens the path "/lightning/setup/DataManagementCreateTestInstance/copy?copy=new"
      And the admin of the sandbox fills in the form and presses "Create"
        | Name | inner |
      Then the page tells the admin of the sandbox "Sandboxes are managed in a production org, which this org is not."

    Scenario: The list is for who sees Setup
      Given a user "bob" with the profile "Standard Platform User"
      When "bob" opens the page "Sandboxes"
      Then "bob" sees Insufficient Privileges

    Scenario: Making one takes the permission
      Given a user "ada"
      When "ada" opens the path "/lightning/setup/DataManagementCreateTestInstance/copy?copy=new"
      Then "ada" sees Insufficient Privileges

    Scenario: Making one by a form of somebody else takes it too
      Given a user "ada"
      When the admin opens the path "/lightning/setup/DataManagementCreateTestInstance/copy?copy=new"
      And "ada" sends "Create" of the page of the admin
      Then "ada" sees Insufficient Privileges

  @route:pages/answer-sandbox
  Rule: A refresh that waits

    Background:
      Given a user "ada"
      And the admin has made the Developer sandbox "uat"
      When the admin opens the page "Sandboxes"
      And the admin follows "Refresh" in the row "uat"
      And the admin fills in the form and presses "Refresh"
        | Auto Activate | off |

    Scenario: It waits until somebody activates it
      Then the row "uat" shows the admin
        | Status | Pending Activation |
      When the admin presses "Activate"
      Then the row "uat" shows the admin
        | Status | Completed |

    Scenario: It is given up
      When the admin presses "Discard"
      Then the page tells the admin "The copy is discarded; the sandbox stays as it was."
      And the page offers the admin no "Activate"

    Scenario: Activating takes the permission
      When "ada" sends "Activate" of the page of the admin
      Then "ada" sees Insufficient Privileges

  @route:pages/delete-sandbox-form @route:pages/delete-sandbox
  Rule: Del

    Background:
      Given a user "ada"
      And the admin has made the Developer sandbox "uat"
      When the admin opens the page "Sandboxes"
      And the admin follows "Del" in the row "uat"

    Scenario: A deleted sandbox is gone
      When the admin fills in the form and presses "Delete"
        | I understand that this deletes the sandbox with all its data | on |
      Then the page tells the admin "The sandbox is deleted."
      And the page tells the admin "This org has no sandboxes."

    Scenario: Without the confirmation nothing is deleted
      When the admin presses "Delete"
      Then the page tells the admin "Select the check box to confirm that you want to delete the sandbox."

    Scenario: Deleting takes the permission
      When "ada" sends "Delete" of the page of the admin
      Then "ada" sees Insufficient Privileges
