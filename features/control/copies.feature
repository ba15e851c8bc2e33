@R-K1 @R-G3 @route:control/orgs-add
Feature: Sandboxes as copies, for tests
  The control API makes an empty org of every description; of a sandbox it makes a copy of its production org where the body asks for one.

  Scenario: With the people and what else travels, and with records as its licence says
    Given a user "ada"
    And the admin has created the Account "Acme" with
      | Name | Acme |
    When the test author creates "/orgs" from
      """
      {"name": "{org}--uat", "copy_of": {"org": "{org}", "license": "Full"}}
      """
    Then the answer has the status 201
    And the answer mentions "{username:ada}.uat"
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+LicenseType,SandboxName+FROM+SandboxInfo
      """
    Then the answer mentions '"LicenseType":"FULL"'
    When "uat" is the sandbox of the org
    And the admin of the sandbox sends
      """
      GET /services/data/v67.0/query?q=SELECT+COUNT()+FROM+Account
      """
    Then the answer mentions '"totalSize":1'

  Scenario: An empty one where nothing is said
    Given a user "ada"
    When the test author creates "/orgs" from
      """
      {"name": "{org}--uat"}
      """
    Then the answer has the status 201
    And the answer mentions '"users":[]'

  Scenario Outline: What is no copy is refused
    Given an org
    When the test author creates "/orgs" from
      """
      {"name": "<name>", "copy_of": <copy>}
      """
    Then the answer has the status <status>
    And the answer mentions "<field>"

    Examples:
      | name         | copy                                 | status | field   |
      | {org}--uat   | {"org": "nobody"}                    | 400    | copy_of |
      | other--uat   | {"org": "{org}"}                     | 400    | copy_of |
      | {org}--uat   | {"org": "{org}", "license": "Huge"}  | 400    | copy_of |
      | {unique:own} | {"org": "{org}"}                     | 400    | name    |
