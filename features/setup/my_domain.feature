@R-D17
Feature: My Domain in Setup
  An admin sees the address of the org, and gives it another name: tokens and sessions end, and the addresses it had lead on or nowhere.

  Background:
    Given a user "ada"

  @route:pages/my-domain
  Rule: The page shows the address

    Scenario: The current My Domain
      When the admin opens the page "My Domain"
      Then the page shows the admin
        | Current My Domain URL | {org}.my.salesforce.com |
      And the current entry of the menu is "My Domain" for the admin

    Scenario: Who sees Setup sees it, but does not rename the org
      When "ada" opens the page "My Domain"
      Then the page tells "ada" "{org}.my.salesforce.com"
      And the page offers "ada" no "Save"

    Scenario: Who does not see Setup does not see it
      Given a user "bob" with the profile "Standard Platform User"
      When "bob" opens the page "My Domain"
      Then "bob" sees Insufficient Privileges

  @route:pages/save-my-domain
  Rule: A name is checked, asked about and deployed

    Scenario Outline: <what> is told at its field
      Given another org
      When the admin opens the page "My Domain"
      And the admin fills in the form and presses "Save"
        | My Domain Name | <name> |
      Then the page tells the admin "Review the errors on this page."
      And the page tells the admin "My Domain Name : <error>"
      And the field "My Domain Name" holds "<name>" for the admin

      Examples:
        | what                        | name                                | error                                                              |
        | A name that another org has | {org:another org}                   | The name {org:another org} is not available.                       |
        | No name                     |                                     | You must enter a value                                             |
        | Letters that hosts have not | Acme_Two                            | The name takes lowercase letters, digits and single hyphens between them. |
        | Two hyphens in a row        | acme--two                           | The name takes lowercase letters, digits and single hyphens between them. |
        | A name that is too long     | a123456789b123456789c123456789d1234 | The name can't be longer than 34 characters.                       |
        | A word that is reserved     | status-two                          | The name can't start with status.                                  |

    Scenario: What it ends is told before it happens, and nothing happens before
      When the admin opens the page "My Domain"
      And the admin fills in the form and presses "Save"
        | My Domain Name | {unique:moved} |
      Then the page tells the admin "{unique:moved}.my.salesforce.com is available."
      And the page tells the admin "active user sessions are terminated"
      When the admin opens the page "My Domain"
      Then the page tells the admin "{org}.my.salesforce.com"

    @route:oauth/token
    Scenario: Deployed, it ends tokens, approvals and sessions, and the login begins at the new address
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      And the org is removed at the end under the name "{unique:moved}"
      When the admin opens the page "My Domain"
      And the admin fills in the form and presses "Save"
        | My Domain Name | {unique:moved} |
      And the admin presses "Deploy New Domain"
      Then the page tells the admin "Username"
      And the access token of "Reports" no longer works
      And a refresh of "Reports" answers "invalid_grant: expired access/refresh token"

    @route:pages/front
    Scenario: Browsers that ask for the former address are sent to the new one
      Given the org is removed at the end under the name "{unique:moved}"
      And the admin opens the page "My Domain"
      And the admin has filled in the form and pressed "Save"
        | My Domain Name | {unique:moved} |
      When the admin presses "Deploy New Domain"
      And somebody sends
        """
        GET /home/home.jsp?x=1
        Host: {org}.my.salesforce.com
        """
      Then the location of the answer has no line break and mentions "http://{unique:moved}.my.salesforce.com/home/home.jsp?x=1"

    Scenario: With redirection off, the former address leads nowhere
      Given the org is removed at the end under the name "{unique:moved}"
      And the admin opens the page "My Domain"
      And the admin has filled in the form and pressed "Save"
        | Redirect previous My Domain URLs | off |
      And the admin opens the page "My Domain"
      And the admin has filled in the form and pressed "Save"
        | My Domain Name | {unique:moved} |
      When the admin presses "Deploy New Domain"
      And somebody sends
        """
        GET /
        Host: {org}.my.salesforce.com
        """
      Then the answer has the status 404

    @route:control/org-change
    Scenario: The control API keeps to the same rules
      Given an org
      When the test author changes "/orgs/{org}" by
        """
        {"name": "status-two"}
        """
      Then the control API refuses with 400 and names "status"

    Scenario: A name that another org left is not free
      Given another org
      And the test author has changed "/orgs/{org:another org}" by
        """
        {"name": "{unique:elsewhere}"}
        """
      And another org is removed at the end under the name "{unique:elsewhere}"
      When the admin opens the page "My Domain"
      And the admin fills in the form and presses "Save"
        | My Domain Name | {org:another org} |
      Then the page tells the admin "is not available."

    Scenario: Renaming takes Customize Application
      Given the admin opens the page "My Domain"
      When "ada" sends "Save" of the page of the admin
      Then "ada" sees Insufficient Privileges

    Scenario: A post that no page made renames nothing
      Given the admin opens the page "My Domain"
      And the admin has filled in the form and pressed "Save"
        | Redirect previous My Domain URLs | off |
      When the admin repeats the post of the page without its CSRF token
      Then the admin gets the status 403
