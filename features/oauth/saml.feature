@R-D10
Feature: SAML at the token endpoint
  A signed assertion instead of a login: the app's own (SAML bearer), or that of the org's identity provider (SAML assertion).

  @route:oauth/token
  Rule: A bearer assertion stands for an approval that the user gave before

    Background:
      Given a user "ada"
      And an installed connected app "Reports" with
        | Flows | web_server refresh_token saml_bearer |
      And "Reports" has a certificate

    Scenario: Whoever approved the app gets an access token and no refresh token
      Given "ada" has authorized "Reports"
      And "Reports" has redeemed the code
      And "Reports" has signed a SAML assertion for "ada"
      When "Reports" presents its SAML assertion
      Then tokens are issued for "ada"
      And no refresh token is issued
      And the access token of "Reports" works

    Scenario: Whom an admin approved needs no approval of one's own
      Given the org's policy for "Reports" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |
      And "Reports" has signed a SAML assertion for "ada"
      When "Reports" presents its SAML assertion
      Then tokens are issued for "ada"

    @row:saml/not-approved
    Scenario: Nobody approved, so nobody gets in
      Given "Reports" has signed a SAML assertion for "ada"
      When "Reports" presents its SAML assertion
      Then the answer is the OAuth error "invalid_grant" saying "user hasn't approved this consumer"
      And the control API explains the refusal of "Reports" by the rule "policy.not_approved"

    @row:saml/audience
    Scenario Outline: An assertion with <fault> is refused
      Given "ada" has authorized "Reports"
      And "Reports" has redeemed the code
      And "Reports" has signed a SAML assertion for "ada" with
        | <term> | <value> |
      When "Reports" presents its SAML assertion
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | fault                   | term       | value                                          | error             | description                        |
        | another's signature     | Signed By  | identity provider                              | invalid_grant     | invalid assertion                  |
        | no signature            | Signed By  | nobody                                         | invalid_grant     | invalid assertion                  |
        | a subject put in later  | Changed To | {username:}                                    | invalid_grant     | invalid assertion                  |
        | an unknown issuer       | Issuer     | 3MVG9nobody                                    | invalid_client_id | client identifier invalid          |
        | another audience        | Audience   | https://elsewhere.example                      | invalid_grant     | Audience validation failed         |
        | the wrong environment   | Audience   | https://test.salesforce.com                    | invalid_grant     | Audience validation failed         |
        | another recipient       | Recipient  | https://elsewhere.example                      | invalid_grant     | invalid assertion                  |
        | a holder of a key       | Method     | urn:oasis:names:tc:SAML:2.0:cm:holder-of-key   | invalid_grant     | invalid assertion                  |
        | a user nobody knows     | Subject    | nobody@nowhere.example                         | invalid_grant     | user hasn't approved this consumer |

    Scenario: The login history tells what the client is not told
      Given "ada" has authorized "Reports"
      And "Reports" has redeemed the code
      And "Reports" has signed a SAML assertion for "ada" with
        | Recipient | https://elsewhere.example |
      When "Reports" presents its SAML assertion
      And the admin queries "SELECT Status FROM LoginHistory WHERE UserId = '{user id:ada}' ORDER BY Id DESC LIMIT 1"
      Then the query returns
        | Status                       |
        | Failed: Recipient Mismatched |

    @security @attack:replay
    Scenario: An assertion is good once
      Given "ada" has authorized "Reports"
      And "Reports" has redeemed the code
      And "Reports" has signed a SAML assertion for "ada"
      When "Reports" presents its SAML assertion
      And "Reports" presents its SAML assertion
      Then the answer is the OAuth error "invalid_grant" saying "invalid assertion"

    @serial @R-K3
    Scenario: An assertion ends by the virtual clock, three minutes of allowance included
      Given "ada" has authorized "Reports"
      And "Reports" has redeemed the code
      And "Reports" has signed a SAML assertion for "ada"
      When 9 minutes pass
      And "Reports" presents its SAML assertion
      Then the answer is the OAuth error "invalid_grant" saying "expired authorization code"

    Scenario: What is no assertion is refused
      When "Reports" asks for tokens with
        | grant_type | urn:ietf:params:oauth:grant-type:saml2-bearer |
        | assertion  | bm90IGEgU0FNTCBhc3NlcnRpb24                   |
      Then the answer is the OAuth error "invalid_grant" saying "invalid assertion"

  @route:oauth/token
  Rule: The org's identity provider says who it is

    Scenario: Its response gives a session without an app
      Given a user "ada"
      And the org trusts an identity provider
      And the identity provider has signed a SAML response for "ada"
      When the SAML response is presented
      Then tokens are issued for "ada"
      And no refresh token is issued
      And the scopes granted are "full"

    Scenario: A user may be named by the federation id in an attribute
      Given a user "ada"
      And "ada" has the federation id "E-4711"
      And the org trusts an identity provider with
        | Entity ID              | https://saml.salesforce.com |
        | SAML Identity Type     | federation_id               |
        | SAML Identity Location | employee                    |
      And the identity provider has signed a SAML response for "ada" with
        | Attribute | employee=E-4711             |
        | Subject   | somebody                    |
        | Audience  | https://saml.salesforce.com |
      When the SAML response is presented
      Then tokens are issued for "ada"

    @row:saml/error-uri
    Scenario Outline: A response with <fault> is refused with the address of the validator
      Given a user "ada"
      And the org trusts an identity provider
      And the identity provider has signed a SAML response for "ada" with
        | <term> | <value> |
      When the SAML response is presented
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/json;charset=UTF-8
        Cache-Control: no-store

        {"error": "invalid_grant", "error_description": "invalid assertion", "error_uri": "{instance}/setup/secur/SAMLValidationPage.apexp"}
        """

      Examples:
        | fault                  | term          | value                     |
        | a foreign signature    | Signed By     | app                       |
        | no signature           | Signed By     | nobody                    |
        | a subject put in later | Changed To    | {username:}               |
        | another audience       | Audience      | https://elsewhere.example |
        | another recipient      | Recipient     | https://elsewhere.example |
        | another issuer         | Issuer        | https://evil.example      |
        | a subject nobody knows | Subject       | nobody@nowhere.example    |
        | an old issue instant   | Issue Instant | 2020-01-01T00:00:00Z      |

    @security @attack:replay
    Scenario: A response is good once, and the login history says so
      Given a user "ada"
      And the org trusts an identity provider
      And the identity provider has signed a SAML response for "ada"
      When the SAML response is presented
      And the SAML response is presented
      And the admin queries "SELECT Status FROM LoginHistory WHERE UserId = '{user id:ada}' ORDER BY Status"
      Then the query returns
        | Status                  |
        | Failed: Replay Detected |
        | Success                 |

    Scenario: An org without an identity provider takes no response
      Given a user "ada"
      And the identity provider has signed a SAML response for "ada"
      When the SAML response is presented
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/json;charset=UTF-8

        {"error": "invalid_grant", "error_description": "invalid assertion", "error_uri": "{instance}/setup/secur/SAMLValidationPage.apexp"}
        """

    Scenario: An inactive user is refused as everywhere
      Given a user "ada"
      And the org trusts an identity provider
      And "ada" is deactivated
      And the identity provider has signed a SAML response for "ada"
      When the SAML response is presented
      Then the answer is the OAuth error "invalid_grant" saying "inactive user"

    @row:saml/type
    Scenario: Another type of assertion is not supported
      Given a user "ada"
      When somebody sends
        """
        POST {login}/services/oauth2/token
        Content-Type: application/x-www-form-urlencoded

        grant_type=assertion&assertion_type=urn%3Aoasis%3Anames%3Atc%3ASAML%3A1.1&assertion=eA
        """
      Then the answer is the OAuth error "invalid_assertion_type" saying "assertion type not supported"
