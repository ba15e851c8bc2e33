@R-E7 @R-A13
Feature: OAuth custom scopes
  What an app may do on a server outside of Salesforce is said by scopes that the org makes up. The org's admin defines them, and assigns them to apps.

  Background:
    Given a user "ada"
    And an installed connected app "Reports" with
      | OAuth Scopes | api refresh_token |
    And the test author has changed "/orgs/{org}" by
      """
      {"custom_scopes": [
        {"name": "order_status", "description": "See the status of orders", "in_discovery": true},
        {"name": "stock_read", "description": "See what is in stock"}
      ]}
      """
    And the test author has changed "/orgs/{org}/apps/{app:Reports}" by
      """
      {"details": {"custom_scopes": ["order_status"]}}
      """

  @route:oauth/authorize @route:oauth/token
  Rule: An app gets those that it asks for and that are assigned to it

    @route:pages/consent
    Scenario: The user is asked in the words of the admin
      Given "ada" is logged in
      When "ada" begins to authorize "Reports" with
        | scope | api order_status |
      Then "ada" is asked to allow "Reports" access to "Manage user data via APIs, See the status of orders, order_status"

    Scenario: The token's answer names it
      When "ada" connects "Reports" with
        | scope | api refresh_token order_status |
      Then the scopes granted are "refresh_token api order_status"
      And the access token of "Reports" works
      When "Reports" refreshes
      Then tokens are issued
      And the scopes granted are "refresh_token api order_status"

    @route:oauth/introspect
    Scenario: Introspection names it
      Given "ada" has connected "Reports" with
        | scope | api refresh_token order_status |
      When "Reports" introspects its access token
      Then the token is reported as active with
        | scope | refresh_token api order_status |
      When "Reports" introspects its refresh token
      Then the token is reported as active with
        | scope | refresh_token api order_status |

    Scenario: Who does not ask does not get it
      When "ada" connects "Reports"
      Then the scopes granted are "api refresh_token"

    Scenario Outline: <what> is refused on the error page
      When "ada" authorizes "Reports" with
        | scope | api <scope> |
      Then "ada" is shown the OAuth error page, caused by "invalid_scope" saying "<description>"
      And the control API explains the refusal of "Reports" by the rule "<rule>"

      Examples:
        | what                              | scope      | description                                           | rule               |
        | A custom scope that is not assigned | stock_read | the requested scope is not allowed                    | scope.not_assigned |
        | A custom scope that nobody defined  | stock_all  | the requested scope is invalid, unknown, or malformed | scope.unknown      |

    @route:rest/limits
    Scenario: It opens nothing of Salesforce
      Given "ada" has connected "Reports" with
        | scope | order_status |
      When "Reports" sends with its token
        """
        GET /services/data/v67.0/limits
        """
      Then the control API explains the refusal of "Reports" by the rule "session.scope"

    Scenario: A JWT access token carries it
      Given an installed connected app "Modern" with
        | OAuth Scopes                  | api refresh_token |
        | Issue JWT-based access tokens | yes               |
      And the test author has changed "/orgs/{org}/apps/{app:Modern}" by
        """
        {"details": {"custom_scopes": ["order_status"]}}
        """
      When "ada" connects "Modern" with
        | scope | api refresh_token order_status |
      Then the access token of "Modern" is a JWT signed by a published key that says
        | scp | refresh_token api order_status |

    @R-D5
    Scenario: With JWT bearer a pre-authorized user's app gets it without asking
      Given an installed connected app "Robot" with
        | Flows        | web_server refresh_token jwt_bearer |
        | OAuth Scopes | api refresh_token                   |
        | Certificate  | the test certificate                |
      And the org's policy for "Robot" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |
      And the test author has changed "/orgs/{org}/apps/{app:Robot}" by
        """
        {"details": {"custom_scopes": ["order_status"]}}
        """
      When "Robot" presents an assertion for "ada"
      Then the scopes granted are "api order_status"

  @route:oauth/discovery @R-D14
  Rule: Discovery lists those that are meant to be found

    Scenario: The org's own document
      When somebody sends
        """
        GET /.well-known/openid-configuration
        Host: {org}.my.localhost
        """
      Then the answer mentions "order_status"
      And the answer does not mention "stock_read"

    Scenario: The login host's document knows of no org
      When somebody sends
        """
        GET /.well-known/openid-configuration
        """
      Then the answer does not mention "order_status"

  @R-B4 @route:pages/custom-scopes
  Rule: An admin makes them in Setup

    @route:pages/edit-custom-scope @route:pages/save-custom-scope @route:pages/external-policies
    Scenario: A new one is assigned to an external client app and asked for
      Given an installed external client app "Suite" with
        | OAuth Scopes | api refresh_token |
      When the admin opens the page "OAuth Custom Scopes"
      And the admin follows the link "New Custom Scope"
      And the admin fills in the form and presses "Save"
        | Name                           | invoice_read  |
        | Description                    | Read invoices |
        | Include on well-known endpoint | on            |
      Then the page tells the admin "The custom scope is saved."
      And the row "invoice_read" shows the admin
        | Description | Read invoices |
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Suite}"
      And the admin fills in the form and presses "Save"
        | invoice_read: Read invoices | on |
      Then the page shows the admin
        | Custom Scopes | invoice_read |
      When "ada" connects "Suite" with
        | scope | api invoice_read |
      Then the scopes granted are "api invoice_read"

    @route:pages/save-custom-scope
    Scenario Outline: <what> is told at its field
      When the admin opens the page "OAuth Custom Scopes"
      And the admin follows the link "New Custom Scope"
      And the admin fills in the form and presses "Save"
        | Name        | <name>        |
        | Description | <description> |
      Then the page tells the admin "<field> : <error>"

      Examples:
        | what                             | name         | description              | field       | error                                                                                  |
        | A name with a space              | order status | See orders               | Name        | The name must begin with a letter and contain only letters, digits and underscores, at most 80. |
        | A name that is taken             | order_status | See orders               | Name        | Another scope has this name.                                                           |
        | A name of Salesforce's           | api          | See orders               | Name        | Another scope has this name.                                                           |
        | A description with signs         | orders       | See <orders>             | Description | The description is required and may contain only letters, digits and spaces, at most 60. |
        | A description that is taken      | orders       | See the status of orders | Description | Another custom scope has this description.                                             |

    @route:pages/edit-custom-scope
    Scenario: A renamed one stays assigned under its new name
      When the admin opens the page "OAuth Custom Scopes"
      And the admin follows "Edit" in the row "order_status"
      And the admin fills in the form and presses "Save"
        | Name | order_state |
      Then the row "order_state" shows the admin
        | Assigned to | {app:Reports} |
      When "ada" connects "Reports" with
        | scope | api order_state |
      Then the scopes granted are "api order_state"

    @route:pages/delete-custom-scope-form @route:pages/delete-custom-scope
    Scenario: A deleted one is gone from the apps and from what they refresh
      Given "ada" has connected "Reports" with
        | scope | api refresh_token order_status |
      When the admin opens the page "OAuth Custom Scopes"
      And the admin follows "Del" in the row "order_status"
      Then the page tells the admin "{app:Reports} will lose it"
      When the admin presses "Delete"
      Then the page tells the admin "The custom scope is deleted."
      When "Reports" refreshes
      Then the scopes granted are "refresh_token api"
      When "ada" authorizes "Reports" with
        | scope | api order_status |
      Then "ada" is shown the OAuth error page, caused by "invalid_scope" saying "the requested scope is invalid, unknown, or malformed"
      When the admin opens the page "View Setup Audit Trail"
      Then the page tells the admin "Deleted OAuth custom scope order_status"

    Scenario: Who manages no apps does not see them
      When "ada" opens the page "OAuth Custom Scopes"
      Then "ada" sees Insufficient Privileges

  @R-A13
  Rule: The control API keeps to the same rules

    Scenario Outline: <what> is refused
      When the test author changes "<path>" by
        """
        <change>
        """
      Then the control API refuses with 400 and names "<member>"

      Examples:
        | what                           | path                             | change                                                              | member        |
        | A name that is none            | /orgs/{org}                      | {"custom_scopes": [{"name": "a b", "description": "See"}]}          | name          |
        | A scope that the org lacks     | /orgs/{org}/apps/{app:Reports}   | {"details": {"custom_scopes": ["nothing"]}}                         | custom_scopes |

  @R-G1 @route:soap/metadata
  Rule: Metadata deploys and retrieves them

    Scenario: A custom scope and the policies that assign it, in one deployment
      Given an installed external client app "Suite" with
        | OAuth Scopes | api refresh_token |
      And the archive "scopes"
        | package.xml                                        | <Package><types><members>*</members><name>OauthCustomScope</name></types><version>67.0</version></Package> |
        | oauthcustomscopes/invoice_read.oauthcustomscope    | <OauthCustomScope><description>Read invoices</description><developerName>invoice_read</developerName><isProtected>false</isProtected><isPublic>true</isPublic><masterLabel>Invoices</masterLabel></OauthCustomScope> |
        | oauthcustomscopes/order_status.oauthcustomscope    | <OauthCustomScope><description>See orders</description><developerName>order_status</developerName><isProtected>false</isProtected><masterLabel>order_status</masterLabel></OauthCustomScope> |
      When the admin deploys "scopes"
      And the admin opens the page "OAuth Custom Scopes"
      Then the row "invoice_read" shows the admin
        | Description | Read invoices |
      And the row "order_status" shows the admin
        | Description | See orders |
      When the admin retrieves
        """
        <types><members>*</members><name>OauthCustomScope</name></types>
        """
      Then the retrieved file "unpackaged/oauthcustomscopes/invoice_read.oauthcustomscope" is
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <OauthCustomScope xmlns="http://soap.sforce.com/2006/04/metadata">
          <description>Read invoices</description>
          <developerName>invoice_read</developerName>
          <isProtected>false</isProtected>
          <isPublic>true</isPublic>
          <masterLabel>Invoices</masterLabel>
        </OauthCustomScope>
        """
