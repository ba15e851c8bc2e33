@R-D9
Feature: Token exchange
  A token of another identity provider becomes a Salesforce token. A handler says which tokens are valid, and whose they are.

  @route:oauth/token
  Rule: A handler validates the token and finds the user

    Background:
      Given a user "ada"
      And an installed connected app "Mobile" with
        | Flows | web_server refresh_token token_exchange |
      And the org exchanges tokens of "Mobile" by the handler "Partner" with
        """
        {"issuer": "https://idp.example", "audience": "mobile", "subject": {"claim": "sub", "users": {"4711": "{username:ada}"}},
         "tokens": [{"token": "opaque-4711", "claims": {"sub": "4711"}}, {"token": "opaque-0815", "claims": {"sub": "0815"}}]}
        """

    Scenario Outline: A <kind> of whoever approved the app is exchanged
      Given "ada" has authorized "Mobile"
      And "Mobile" has redeemed the code
      And the identity provider has signed a JWT with
        | iss | https://idp.example |
        | aud | ["other", "mobile"] |
        | sub | "4711"              |
        | exp | {now} 300           |
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | client_secret      | {secret:Mobile}                                 |
        | subject_token      | <token>                                         |
        | subject_token_type | urn:ietf:params:oauth:token-type:<kind>         |
      Then tokens are issued for "ada"
      And the access token of "Mobile" works

      Examples:
        | kind          | token       |
        | jwt           | {note:jwt}  |
        | JWT           | {note:jwt}  |
        | id_token      | {note:jwt}  |
        | access_token  | {note:jwt}  |
        | access_token  | opaque-4711 |
        | refresh_token | opaque-4711 |

    Scenario: Scopes can be narrowed
      Given "ada" has authorized "Mobile"
      And "Mobile" has redeemed the code
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | opaque-4711                                     |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
        | token_handler      | Partner                                         |
        | scope              | api                                             |
      Then tokens are issued for "ada"
      And the scopes granted are "api"
      And no refresh token is issued

    @row:exchange/not-approved
    Scenario: A handler that succeeds does not replace the user's approval
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | opaque-4711                                     |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
      Then the answer is the OAuth error "invalid_grant" saying "user hasn't approved this consumer"
      And the control API explains the refusal of "Mobile" by the rule "policy.not_approved"

    Scenario: Whom an admin approved needs no approval of one's own
      Given the org's policy for "Mobile" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | opaque-4711                                     |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
      Then tokens are issued for "ada"

    Scenario Outline: A token with <fault> is refused
      Given "ada" has authorized "Mobile"
      And "Mobile" has redeemed the code
      And the identity provider has signed a JWT with
        | iss | <iss> |
        | aud | <aud> |
        | sub | <sub> |
        | exp | <exp> |
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | {note:jwt}                                      |
        | subject_token_type | urn:ietf:params:oauth:token-type:jwt            |
      Then the answer is the OAuth error "invalid_grant" saying "<description>"

      Examples:
        | fault              | iss                 | aud    | sub    | exp        | description                        |
        | another issuer     | https://evil.example | mobile | "4711" | {now} 300  | token validation failed            |
        | another audience   | https://idp.example | web    | "4711" | {now} 300  | token validation failed            |
        | its time over      | https://idp.example | mobile | "4711" | {now} -300 | token validation failed            |
        | no end             | https://idp.example | mobile | "4711" | never      | token validation failed            |
        | an unknown subject | https://idp.example | mobile | "0815" | {now} 300  | user hasn't approved this consumer |

    Scenario: A token that another key signed is refused
      Given somebody else has signed a JWT with
        | iss | https://idp.example |
        | aud | mobile              |
        | sub | "4711"              |
        | exp | {now} 300           |
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | {note:jwt}                                      |
        | subject_token_type | urn:ietf:params:oauth:token-type:jwt            |
      Then the answer is the OAuth error "invalid_grant" saying "token validation failed"

    Scenario Outline: A token without a signature is refused, <way>
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | <token>                                         |
        | subject_token_type | urn:ietf:params:oauth:token-type:jwt            |
      Then the answer is the OAuth error "invalid_grant" saying "token validation failed"

      Examples:
        | way             | token                                                                                                                                                 |
        | by its header   | eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlIiwiYXVkIjoibW9iaWxlIiwic3ViIjoiNDcxMSIsImV4cCI6NDEwMjQ0NDgwMH0.                               |
        | by a shared key | eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlIiwiYXVkIjoibW9iaWxlIiwic3ViIjoiNDcxMSIsImV4cCI6NDEwMjQ0NDgwMH0.c2lnbmF0dXJl                 |
        | not being a JWT | nonsense                                                                                                                                              |

    Scenario Outline: A request <fault> is refused
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | client_secret      | <secret>                                        |
        | subject_token      | <token>                                         |
        | subject_token_type | <type>                                          |
        | token_handler      | <handler>                                       |
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | fault                     | secret | token       | type                                           | handler | error                  | description                                       |
        | without a token           | (none) | (none)      | urn:ietf:params:oauth:token-type:jwt           | (none)  | invalid_request        | subject_token not provided                        |
        | without a type            | (none) | opaque-4711 | (none)                                         | (none)  | invalid_request        | subject_token_type not provided                   |
        | with a type nobody knows  | (none) | opaque-4711 | urn:ietf:params:oauth:token-type:kerberos      | (none)  | unsupported_token_type | token type not supported                          |
        | for a handler nobody has  | (none) | opaque-4711 | urn:ietf:params:oauth:token-type:access_token  | Other   | invalid_request        | no token exchange handler is enabled for this app |
        | with a wrong secret       | wrong  | opaque-4711 | urn:ietf:params:oauth:token-type:access_token  | (none)  | invalid_client         | invalid client credentials                        |

  @route:oauth/token
  Rule: What a handler does is data

    Scenario: Without a handler for the app nothing is exchanged
      Given an installed connected app "Mobile" with
        | Flows | web_server refresh_token token_exchange |
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | opaque                                          |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
      Then the answer is the OAuth error "invalid_request" saying "no token exchange handler is enabled for this app"

    @row:exchange/type
    Scenario: A handler takes the kinds of tokens it names, and says what it wants about others
      Given a user "ada"
      And an installed connected app "Mobile" with
        | Flows | web_server refresh_token token_exchange |
      And the org exchanges tokens of "Mobile" by the handler "Partner" with
        """
        {"token_types": ["jwt"], "error_message": "Ask the partner desk"}
        """
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | x                                               |
        | subject_token_type | urn:ietf:params:oauth:token-type:id_token       |
      Then the answer is the OAuth error "unsupported_token_type" saying "token type not supported"
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | x                                               |
        | subject_token_type | urn:ietf:params:oauth:token-type:jwt            |
      Then the answer is the OAuth error "invalid_grant" saying "Ask the partner desk"

    Scenario: A SAML assertion is a token, too
      Given a user "ada"
      And an installed connected app "Mobile" with
        | Flows | web_server refresh_token token_exchange |
      And the org's policy for "Mobile" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |
      And the org exchanges tokens of "Mobile" by the handler "Partner" with
        """
        {"issuer": "https://idp.example/acme", "subject": {"claim": "mail"}}
        """
      And the identity provider has signed a SAML response for "ada" with
        | Attribute | mail={username:ada} |
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | {note:assertion}                                |
        | subject_token_type | urn:ietf:params:oauth:token-type:saml2          |
      Then tokens are issued for "ada"

    Scenario: A handler may make the user that a token names
      Given an installed connected app "Mobile" with
        | Flows | web_server refresh_token token_exchange |
      And the org's policy for "Mobile" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |
      And the org exchanges tokens of "Mobile" by the handler "Partner" with
        """
        {"subject": {"claim": "email"}, "create_user": {"profile": "Standard User"},
         "tokens": [{"token": "new", "claims": {"email": "new@{org}.example", "given_name": "Nina", "family_name": "New"}}]}
        """
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | new                                             |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
      Then tokens are issued
      When the admin queries "SELECT Name FROM User WHERE Username = 'new@{org}.example'"
      Then the query returns
        | Name     |
        | Nina New |

    @row:exchange/uninstalled
    Scenario: An app that is not installed is refused with the words of the install gate
      Given a user "ada"
      And an uninstalled connected app "Mobile" with
        | Flows | web_server refresh_token token_exchange |
      And the org exchanges tokens of "Mobile" by the handler "Partner" with
        """
        {"tokens": [{"token": "opaque", "claims": {"sub": "{username:ada}"}}]}
        """
      When "Mobile" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Mobile}                                    |
        | subject_token      | opaque                                          |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
      Then the answer is the OAuth error "invalid_client" saying "app must be installed into org"

  @route:oauth/token
  Rule: An access token and a device's own token become an asset token

    Background:
      Given a user "ada"
      And an installed connected app "Devices"
      And "Devices" has a certificate
      And "Devices" issues asset tokens for "https://devices.example"
      And "ada" has authorized "Devices"
      And "Devices" has redeemed the code

    Scenario: The device is registered as an Asset
      Given the admin has created the Account "Acme" with
        | Name | Acme |
      And the app's developer has signed a JWT with
        | Name         | Drill                       |
        | SerialNumber | SN-1                        |
        | AccountId    | {id:Acme}                   |
        | exp          | {now} 300                   |
      When "Devices" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | subject_token      | {access token:Devices}                          |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
        | actor_token        | {note:jwt}                                      |
        | actor_token_type   | urn:ietf:params:oauth:token-type:jwt            |
      Then tokens are issued
      And the answer names
        | issued_token_type | urn:ietf:params:oauth:token-type:jwt |
        | token_type        | Bearer                               |
      When the admin queries "SELECT Name, SerialNumber FROM Asset"
      Then the query returns
        | Name  | SerialNumber |
        | Drill | SN-1         |

    Scenario: A device's token that the app did not sign is refused
      Given the identity provider has signed a JWT with
        | Name | Drill     |
        | exp  | {now} 300 |
      When "Devices" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | subject_token      | {access token:Devices}                          |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
        | actor_token        | {note:jwt}                                      |
        | actor_token_type   | urn:ietf:params:oauth:token-type:jwt            |
      Then the answer is the OAuth error "invalid_grant" saying "invalid actor token"

    Scenario: A dead access token is refused
      When "Devices" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | subject_token      | 00D000000000001!nothing                         |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
      Then the answer is the OAuth error "invalid_grant" saying "invalid subject token"
