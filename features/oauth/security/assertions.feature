@security
Feature: Attacks on assertions
  Only the key that an admin or a developer configured is believed, whatever a token says of its own keys and algorithms, and however long it is.

  Background:
    Given a user "ada"

  @attack:algorithm-confusion @R-D6 @route:oauth/token
  Rule: A JWT is believed under RS256 and the app's certificate alone

    Background:
      Given an installed connected app "Robot" with
        | Flows        | web_server refresh_token jwt_bearer |
        | OAuth Scopes | api refresh_token                   |
        | Certificate  | the test certificate                |
      And the org's policy for "Robot" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |

    Scenario Outline: <what> changes nothing
      When "Robot" presents an assertion for "ada" with
        | header | <header> |
      Then tokens are issued for "ada"

      Examples:
        | what                              | header                                                            |
        | RS256 itself                      | {"alg":"RS256"}                                                   |
        | A key of somebody else, offered   | {"alg":"RS256","jwk":{foreign jwk}}                               |
        | A certificate that is offered     | {"alg":"RS256","x5c":{foreign x5c}}                               |
        | An address of keys                | {"alg":"RS256","jku":"https://evil.example/keys"}                 |
        | A name of a key like a path       | {"alg":"RS256","kid":"../../../../dev/null"}                      |
        | A name of a key like a query      | {"alg":"RS256","kid":"' UNION SELECT 'x"}                         |

    Scenario Outline: <what> is refused
      When "Robot" presents an assertion for "ada" with
        | header | <header> |
        | key    | <key>    |
      Then the answer is the OAuth error "invalid_grant" saying "invalid assertion"

      Examples:
        | what                                         | header                                              | key             |
        | The public key as a shared secret            | {"alg":"HS256"}                                     | the certificate |
        | The same under a name of RS256               | {"alg":"RS256"}                                     | the certificate |
        | No algorithm                                 | {"alg":"none"}                                      | none            |
        | No algorithm, in capitals                    | {"alg":"NONE"}                                      | none            |
        | No algorithm, signed all the same            | {"alg":"none"}                                      | own             |
        | No member alg                                | {"typ":"JWT"}                                       | own             |
        | An alg that is no text                       | {"alg":["RS256"]}                                   | own             |
        | Two algs                                     | {"alg":"none","alg":"RS256"}                        | own             |
        | rs256 in small letters                       | {"alg":"rs256"}                                     | own             |
        | Another hash                                 | {"alg":"RS512"}                                     | own             |
        | Another padding                              | {"alg":"PS256"}                                     | own             |
        | An extension that must be understood         | {"alg":"RS256","crit":["exp"]}                      | own             |
        | A payload that is not encoded                | {"alg":"RS256","b64":false,"crit":["b64"]}          | own             |
        | A foreign key that the header offers         | {"alg":"RS256","jwk":{foreign jwk}}                 | foreign         |
        | A foreign certificate that the header offers | {"alg":"RS256","x5c":{foreign x5c}}                 | foreign         |
        | A foreign key at an address                  | {"alg":"RS256","jku":"https://evil.example/keys"}   | foreign         |
        | No signature with an empty key               | {"alg":"HS256","kid":"../../../../dev/null"}        | none            |

    Scenario Outline: <what> in the payload is refused
      When "Robot" presents an assertion for "ada" with
        | payload | <payload> |
      Then the answer is the OAuth error "invalid_grant" saying "invalid assertion"

      Examples:
        | what               | payload                                                                                     |
        | No object          | []                                                                                          |
        | A claim said twice | {"iss":"{key:Robot}","iss":"{key:Robot}","sub":"{username:ada}","aud":"{login}","exp":4e9}  |
        | No JSON            | {"iss"                                                                                      |

  @attack:oversized-assertion @R-D6 @route:oauth/token
  Rule: What is too long or too deep is refused before anybody looks at its signature

    Background:
      Given an installed connected app "Robot" with
        | Flows        | web_server refresh_token jwt_bearer saml_bearer |
        | OAuth Scopes | api refresh_token                               |
        | Certificate  | the test certificate                            |
      And the org's policy for "Robot" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |

    Scenario Outline: A claim of <length> letters <is>
      Given an assertion of "Robot" for "ada" is noted as "assertion" with
        | jti | {long:<length>} |
      When "Robot" asks for tokens with
        | grant_type | urn:ietf:params:oauth:grant-type:jwt-bearer |
        | assertion  | {note:assertion}                            |
      Then the answer mentions "<words>"

      Examples:
        | length | is         | words             |
        | 4000   | is taken   | access_token      |
        | 20000  | is refused | invalid assertion |
        | 700000 | is refused | invalid assertion |

    Scenario: A body beyond a megabyte is not read
      When "Robot" asks for tokens with
        | grant_type | urn:ietf:params:oauth:grant-type:jwt-bearer |
        | assertion  | {long:1100000}                              |
      Then the answer on the wire is
        """
        HTTP 413
        Connection: close
        Content-Type: application/json;charset=UTF-8

        {"error": "invalid_request", "error_description": "the body is too large"}
        """

    Scenario Outline: <what> is refused
      When "Robot" presents an assertion for "ada" with
        | <part> | <value> |
      Then the answer is the OAuth error "invalid_grant" saying "invalid assertion"

      Examples:
        | what                         | part    | value                                 |
        | An audience of a thousand levels | payload | {"iss":"{key:Robot}","aud":{deep:1000}} |
        | A header of a thousand levels  | header  | {"alg":"RS256","crit":{deep:1000}}    |
        | A name of a key of 20000 letters | header | {"alg":"RS256","kid":"{long:20000}"} |

    @R-D10
    Scenario Outline: A SAML assertion with <what> is refused
      Given "Robot" has signed a SAML assertion for "ada" with
        | Document Type | <before> |
      When "Robot" presents its SAML assertion
      Then the answer is the OAuth error "invalid_grant" saying "invalid assertion"

      Examples:
        | what                              | before                                              |
        | a quarter of a megabyte before it | <!--{long:270000}-->                                |

    @route:oauth/authorize
    Scenario Outline: A state of <length> letters <is>
      Given "ada" has connected "Robot"
      When somebody sends
        """
        GET /services/oauth2/authorize?response_type=code&client_id={key:Robot}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback&immediate=true&state={long:<length>}
        """
      Then the answer has the status <status>

      Examples:
        | length | is         | status |
        | 4000   | is carried | 302    |
        | 20000  | is refused | 414    |

    @route:rest/limits
    Scenario: A header beyond the limit is refused
      When somebody sends
        """
        GET /services/data/v67.0/limits
        Authorization: Bearer {long:20000}
        """
      Then the answer has the status 431

  @attack:algorithm-confusion @R-D10 @route:oauth/token
  Rule: An identity provider's signature covers what is read, and nothing else is read

    Background:
      Given the org trusts an identity provider
      And a user "eve"

    Scenario: The response as it was signed
      Given the identity provider has signed a SAML response for "eve"
      When the SAML response is presented
      Then tokens are issued for "eve"

    Scenario Outline: Another assertion, <how>
      Given the identity provider has signed a SAML response for "eve" with
        | Wrapped     | <how>          |
        | Wrapped For | {username:ada} |
      When the SAML response is presented
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/json;charset=UTF-8

        {"error": "invalid_grant", "error_description": "invalid assertion", "...": "{any}"}
        """

      Examples:
        | how                                      |
        | in front of it                           |
        | behind it                                |
        | around it                                |
        | around it, with its signature            |
        | around it, with its signature and its id |
        | with it in an object of the signature    |
        | with a comment in the subject            |

    Scenario Outline: A document type with <what>
      Given the identity provider has signed a SAML response for "eve" with
        | Document Type | <declaration> |
      When the SAML response is presented
      Then the answer is the OAuth error "invalid_grant" saying "invalid assertion"

      Examples:
        | what                             | declaration                                                                  |
        | nothing in it                    | <!DOCTYPE a>                                                                 |
        | a file of the server             | <!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>                       |
        | an address                       | <!DOCTYPE a SYSTEM "http://evil.example/a.dtd">                              |
        | entities that multiply           | <!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;">]> |

  @attack:algorithm-confusion @R-D9 @route:oauth/token
  Rule: A foreign token is verified by the handler's keys alone

    Background:
      Given an installed connected app "Portal" with
        | Flows        | token_exchange web_server refresh_token |
        | OAuth Scopes | api refresh_token                       |
      And the org exchanges tokens of "Portal" by the handler "Handler" with
        """
        {"token_types": ["jwt"], "issuer": "https://idp.example", "subject": {"claim": "sub"}}
        """
      And the org's policy for "Portal" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |

    Scenario Outline: A header with <what> is <fate>
      Given the identity provider has signed a JWT under the header "<header>" with
        | iss | https://idp.example |
        | sub | {username:ada}      |
        | exp | {now} 300           |
      When "Portal" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Portal}                                    |
        | subject_token_type | urn:ietf:params:oauth:token-type:jwt            |
        | subject_token      | {note:jwt}                                      |
      Then the answer mentions "<words>"

      Examples:
        | what                                  | fate    | header                                    | words                   |
        | RS256 alone                           | taken   | {'alg':'RS256'}                           | access_token            |
        | a key of its own address              | taken   | {'alg':'RS256','jku':'https://evil.example'} | access_token         |
        | an extension that must be understood  | refused | {'alg':'RS256','crit':['exp']}            | token validation failed |
        | HS256                                 | refused | {'alg':'HS256'}                           | token validation failed |
        | no algorithm                          | refused | {'alg':'none'}                            | token validation failed |
        | another algorithm than the key made   | refused | {'alg':'PS256'}                           | token validation failed |
