@R-A4
Feature: Permission Sets in Setup
  The way by which an administrator lets one user through the install gate, and what else a permission set gives.

  Background:
    Given a user "ada"

  @route:pages/permission-sets @route:pages/new-permission-set @route:pages/create-permission-set
  Rule: New

    Scenario: A permission set opens the install gate for one user
      Given an uninstalled connected app "Reports"
      When the admin opens the page "Permission Sets"
      And the admin follows the link "New"
      And the admin fills in the form and presses "Save"
        | Label | Approve uninstalled apps |
      And the admin follows the link "Edit System Permissions"
      And the admin fills in the form and presses "Save"
        | Permissions | Approve Uninstalled Connected Apps |
      Then the page tells the admin "Approve Uninstalled Connected Apps"
      When the admin follows the link "Manage Assignments"
      And the admin follows the link "Add Assignments"
      And the admin fills in the form and presses "Assign"
        | Select Users | ada ({username:ada}) |
      Then the page tells the admin "The permission set is assigned."
      When "ada" connects "Reports"
      Then the access token of "Reports" works

    Scenario: Who has no such permission set stays outside
      Given an uninstalled connected app "Reports"
      And a user "bob"
      When the admin opens the page "Permission Sets"
      And the admin follows the link "New"
      And the admin fills in the form and presses "Save"
        | Label | Approve uninstalled apps |
      And "bob" authorizes "Reports"
      Then "bob" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"

    Scenario: The API name is made of the label
      When the admin opens the path "/lightning/setup/PermSets/new"
      And the admin fills in the form and presses "Save"
        | Label | Gate openers, 1st |
      Then the page tells the admin "Gate_openers_1st"
      When the admin opens the page "View Setup Audit Trail"
      Then the page tells the admin "Created permission set Gate openers, 1st"

    Scenario Outline: <why> is refused
      When the admin opens the path "/lightning/setup/PermSets/new"
      And the admin fills in the form and presses "Save"
        | Label    | <label> |
        | API Name | <name>  |
      Then the page tells the admin "<told>"

      Examples:
        | why                  | label | name     | told                                                               |
        | A set without a name |       |          | You must enter a value                                      |
        | A malformed API name | Gate  | 1st gate | The API Name can only contain underscores and alphanumeric characters. |

    Scenario: An API name that another set has is refused
      When the admin opens the path "/lightning/setup/PermSets/new"
      And the admin fills in the form and presses "Save"
        | Label | Gate |
      And the admin opens the path "/lightning/setup/PermSets/new"
      And the admin fills in the form and presses "Save"
        | Label | gate |
      Then the page tells the admin "is already used by another permission set"

    Scenario: The list is for who sees Setup
      Given a user "bob" with the profile "Standard Platform User"
      When "bob" opens the page "Permission Sets"
      Then "bob" sees Insufficient Privileges

    Scenario: Making one takes the permission
      When "ada" opens the path "/lightning/setup/PermSets/new"
      Then "ada" sees Insufficient Privileges

    Scenario: Making one by a form of somebody else takes it too
      When the admin opens the path "/lightning/setup/PermSets/new"
      And "ada" sends "Save" of the page of the admin
      Then "ada" sees Insufficient Privileges

  Rule: One permission set

    Background:
      When the admin opens the path "/lightning/setup/PermSets/new"
      And the admin fills in the form and presses "Save"
        | Label | Gate |

    @route:pages/permission-set @route:pages/assignments @route:pages/assign-form @route:pages/assign @route:pages/unassign
    Scenario: Assigned and taken away again
      When the admin follows the link "Manage Assignments"
      And the admin follows the link "Add Assignments"
      And the admin fills in the form and presses "Assign"
        | Select Users | ada ({username:ada}) |
      Then the page tells the admin "{username:ada}"
      When the admin presses "Remove"
      Then the page tells the admin "Nobody has this permission set."
      When the admin opens the page "View Setup Audit Trail"
      Then the page tells the admin "Permission set Gate: unassigned from user ada"

    @route:pages/assign
    Scenario: Somebody has to be chosen
      When the admin follows the link "Manage Assignments"
      And the admin follows the link "Add Assignments"
      And the admin presses "Assign"
      Then the page tells the admin "Select at least one user."

    @route:pages/assign @route:pages/assign-form @route:pages/assignments
    Scenario: Assigning takes the permission
      When the admin follows the link "Manage Assignments"
      And the admin follows the link "Add Assignments"
      And "ada" sends "Assign" of the page of the admin
      Then "ada" sees Insufficient Privileges

    @route:pages/unassign
    Scenario: Taking away takes it too
      When the admin follows the link "Manage Assignments"
      And the admin follows the link "Add Assignments"
      And the admin fills in the form and presses "Assign"
        | Select Users | ada ({username:ada}) |
      And "ada" sends "Remove" of the page of the admin
      Then "ada" sees Insufficient Privileges

    @route:pages/delete-permission-set
    Scenario: Deleted
      When the admin presses "Delete"
      Then the page tells the admin "The permission set is deleted."
      And the page tells the admin "The org has no permission sets yet."

    @route:pages/delete-permission-set
    Scenario: A set that somebody has is not deleted
      When the admin follows the link "Manage Assignments"
      And the admin follows the link "Add Assignments"
      And the admin fills in the form and presses "Assign"
        | Select Users | ada ({username:ada}) |
      And the admin follows the link "Gate"
      And the admin presses "Delete"
      Then the page tells the admin "You can't delete this permission set because it's assigned to one or more users."

    @route:pages/delete-permission-set
    Scenario: Deleting takes the permission
      When "ada" sends "Delete" of the page of the admin
      Then "ada" sees Insufficient Privileges

    @route:pages/permission-set
    Scenario: A set that there is not
      When the admin opens the path "/lightning/setup/PermSets/page?set=0PS000000000000AAA"
      Then the admin gets the status 404

    @route:pages/system-permissions @route:pages/save-system-permissions
    Scenario: A permission that is taken back is gone
      When the admin follows the link "Edit System Permissions"
      And the admin fills in the form and presses "Save"
        | Permissions | Manage Users |
      Then the page tells the admin "Manage Users"
      When the admin follows the link "Edit System Permissions"
      And the admin fills in the form and presses "Save"
        | Manage Users | off |
      Then the page does not tell the admin "Manage Users"

    @route:pages/save-system-permissions
    Scenario: Changing permissions takes the permission
      When the admin follows the link "Edit System Permissions"
      And "ada" sends "Save" of the page of the admin
      Then "ada" sees Insufficient Privileges

    @R-A5 @route:pages/system-permissions
    Scenario: Use Any API Client is there with API Access Control alone
      When the admin follows the link "Edit System Permissions"
      Then the page does not tell the admin "Use Any API Client"

    @R-A5 @route:pages/system-permissions
    Scenario: With API Access Control it is offered
      Given API Access Control limits the org to allowlisted apps
      When the admin follows the link "Edit System Permissions"
      Then the page tells the admin "Use Any API Client"

  @R-E2 @route:pages/app-access @route:pages/save-app-access
  Rule: Assigned Connected Apps

    Background:
      Given an installed connected app "Reports"
      And the org's policy for "Reports" is
        | Permitted Users | Admin approved users are pre-authorized |
      When the admin opens the path "/lightning/setup/PermSets/new"
      And the admin fills in the form and presses "Save"
        | Label | Reporters |

    Scenario: Who has the set is pre-authorized
      When the admin follows the link "Edit Assigned Connected Apps"
      And the admin fills in the form and presses "Save"
        | Enabled Apps | {app:Reports} |
      Then the page tells the admin "{app:Reports}"
      When the admin follows the link "Manage Assignments"
      And the admin follows the link "Add Assignments"
      And the admin fills in the form and presses "Assign"
        | Select Users | ada ({username:ada}) |
      And "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

    Scenario: Who has it not is refused
      When the admin follows the link "Edit Assigned Connected Apps"
      And the admin fills in the form and presses "Save"
        | Enabled Apps | {app:Reports} |
      And "ada" authorizes "Reports"
      Then the callback of "Reports" gets the error "OAUTH_APP_ACCESS_DENIED" saying "user is not admin approved to access this app"

    Scenario: Changing access takes the permission
      When the admin follows the link "Edit Assigned Connected Apps"
      And "ada" sends "Save" of the page of the admin
      Then "ada" sees Insufficient Privileges

    Scenario: Without an app of the kind there is nothing to choose
      When the admin follows the link "Edit External Client App Access"
      Then the page tells the admin "No app of this kind is installed in the org or defined there."
