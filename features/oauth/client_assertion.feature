@R-D1 @route:oauth/token
Feature: Client assertions
  Instead of a secret an app may show an assertion that it signed.

  Background:
    Given a user "ada"
    And an installed connected app "Vault" with
      | OAuth Scopes | api refresh_token    |
      | Certificate  | the test certificate |
    And "ada" has authorized "Vault"

  Scenario: A code is redeemed without a secret
    Given an assertion of "Vault" for itself is noted as "proof"
    When "Vault" redeems the code with
      | client_secret         | (none)                                                 |
      | client_assertion_type | urn:ietf:params:oauth:client-assertion-type:jwt-bearer |
      | client_assertion      | {note:proof}                                           |
    Then tokens are issued for "ada"

  Scenario: The assertion alone says who asks
    Given an assertion of "Vault" for itself is noted as "proof"
    When "Vault" redeems the code with
      | client_id             | (none)                                                 |
      | client_secret         | (none)                                                 |
      | client_assertion_type | urn:ietf:params:oauth:client-assertion-type:jwt-bearer |
      | client_assertion      | {note:proof}                                           |
    Then tokens are issued for "ada"

  Scenario: A refresh token is used without a secret
    Given an assertion of "Vault" for itself is noted as "proof"
    And "Vault" has redeemed the code
    When "Vault" refreshes with
      | client_secret         | (none)                                                 |
      | client_assertion_type | urn:ietf:params:oauth:client-assertion-type:jwt-bearer |
      | client_assertion      | {note:proof}                                           |
    Then tokens are issued for "ada"

  @row:common/assertion-after-secret
  Scenario: A secret that is sent is looked at alone
    Given an assertion of "Vault" for itself is noted as "proof"
    When "Vault" redeems the code with
      | client_secret         | wrong                                                  |
      | client_assertion_type | urn:ietf:params:oauth:client-assertion-type:jwt-bearer |
      | client_assertion      | {note:proof}                                           |
    Then the answer is the OAuth error "invalid_client" saying "invalid client credentials"

  @row:common/assertion-type
  Scenario: A type that nobody knows is refused
    Given an assertion of "Vault" for itself is noted as "proof"
    When "Vault" redeems the code with
      | client_secret         | (none)       |
      | client_assertion_type | other        |
      | client_assertion      | {note:proof} |
    Then the answer is the OAuth error "invalid_assertion_type" saying "assertion type not supported"

  Scenario Outline: <what> is accepted
    Given an assertion of "Vault" for itself is noted as "proof" with
      | <claim> | <value> |
    When "Vault" redeems the code with
      | client_secret         | (none)                                                 |
      | client_assertion_type | urn:ietf:params:oauth:client-assertion-type:jwt-bearer |
      | client_assertion      | {note:proof}                                           |
    Then tokens are issued for "ada"

    Examples:
      | what                               | claim | value                                                     |
      | The issuer as the audience         | aud   | {login}                                                   |
      | Salesforce's own name in a list    | aud   | =["https://login.salesforce.com/services/oauth2/token"]   |

  Scenario Outline: <what> is refused
    Given an assertion of "Vault" for itself is noted as "proof" with
      | <claim> | <value> |
    When "Vault" redeems the code with
      | client_secret         | (none)                                                 |
      | client_assertion_type | urn:ietf:params:oauth:client-assertion-type:jwt-bearer |
      | client_assertion      | {note:proof}                                           |
    Then the answer is the OAuth error "invalid_client" saying "invalid client credentials"

    Examples:
      | what                              | claim | value                                            |
      | A foreign key                     | key   | foreign                                          |
      | Another issuer                    | iss   | 3MVG9nobody                                      |
      | Another subject                   | sub   | 3MVG9nobody                                      |
      | An assertion of long ago          | exp   | -200                                             |
      | An assertion without an end       | exp   | (none)                                           |
      | Another server's audience         | aud   | https://attacker.example/services/oauth2/token   |
      | The test host's audience          | aud   | https://test.salesforce.com/services/oauth2/token |
      | No audience                       | aud   | (none)                                           |
