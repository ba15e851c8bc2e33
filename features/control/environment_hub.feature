@R-C7 @route:pages/environment-hub @route:pages/create-environment
Feature: Environment Hub
  A partner makes orgs from its business org; trials end by themselves.

  @route:control/outbox
  Scenario: A Partner Developer org is made, and its login details come by e-mail
    Given the publisher's Dev Hub is linked to a namespace
    When the admin of the publisher creates an org in the Environment Hub with
      | purpose   | development                   |
      | my_domain | {unique:workshop}             |
      | username  | dev@{unique:workshop}.example |
      | email     | dev@publisher.example         |
    Then the page tells the admin of the publisher "{unique:workshop} is made"
    When the test author reads "/outbox?org={org:the publisher}"
    Then the answer mentions "new_org"
    And the answer mentions "Username: dev@{unique:workshop}.example"
    When the test author reads "/outbox?org={unique:workshop}"
    Then the answer mentions "password_reset"
    When the test author reads "/orgs/{unique:workshop}"
    Then the answer mentions '"edition":"Developer"'

  Scenario Outline: <what> makes no org
    Given the publisher's Dev Hub is linked to a namespace
    When the admin of the publisher creates an org in the Environment Hub with
      | purpose   | development           |
      | my_domain | <domain>              |
      | username  | <username>            |
      | email     | dev@publisher.example |
    Then the page tells the admin of the publisher "<words>"

    Examples:
      | what                         | domain              | username                      | words                              |
      | A My Domain that another has | {org:the publisher} | dev@{unique:workshop}.example | is not available                   |
      | A My Domain with a space     | my workshop         | dev@{unique:workshop}.example | letters, digits and single hyphens |
      | A username that is none      | {unique:workshop}   | dev                           | in the form of an e-mail address   |

  Scenario: An org that is no partner's has no Environment Hub
    Given an org
    When the admin creates an org in the Environment Hub with
      | purpose   | development                   |
      | my_domain | {unique:workshop}             |
      | username  | dev@{unique:workshop}.example |
      | email     | dev@publisher.example         |
    Then the page tells the admin "Partner Business Org only"

  Scenario: Who does not customize the org is turned away
    Given a user "ada"
    When "ada" opens the path "/lightning/o/EnvironmentHubMember/list"
    Then "ada" sees Insufficient Privileges

  @serial @R-K3
  Scenario: A trial ends after 30 days, and then nobody logs in
    Given the publisher's Dev Hub is linked to a namespace
    When the admin of the publisher creates an org in the Environment Hub with
      | purpose   | trial                       |
      | my_domain | {unique:tryout}             |
      | username  | dev@{unique:tryout}.example |
      | email     | dev@publisher.example       |
    And the test author changes "/orgs/{unique:tryout}/users/dev" by
      """
      {"password": "try-it-out-1"}
      """
    And 29 days pass
    And somebody sends
      """
      POST /services/Soap/u/59.0
      Content-Type: text/xml
      SOAPAction: ""

      <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login xmlns="urn:partner.soap.sforce.com"><username>dev@{unique:tryout}.example</username><password>wrong</password></login></e:Body></e:Envelope>
      """
    Then the answer mentions "INVALID_LOGIN"
    When 2 days pass
    And somebody sends
      """
      POST /services/Soap/u/59.0
      Content-Type: text/xml
      SOAPAction: ""

      <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login xmlns="urn:partner.soap.sforce.com"><username>dev@{unique:tryout}.example</username><password>try-it-out-1</password></login></e:Body></e:Envelope>
      """
    Then the answer mentions "TRIAL_EXPIRED"
