@security @R-D1
Feature: Attacks by way of addresses
  What RFC 9700 warns of is refused as Salesforce refuses it, before anything has been given away.

  Background:
    Given a user "ada"

  @attack:redirect-uri @R-B10 @route:oauth/authorize
  Rule: A callback that only looks like a registered one is none

    Scenario: The registered one is called
      Given an installed connected app "Reports"
      When "ada" authorizes "Reports"
      Then the callback of "Reports" gets a code and the state

    Scenario Outline: <trick>
      Given an installed connected app "Reports"
      When "ada" begins to authorize "Reports" with
        | redirect_uri | <address> |
      Then "ada" is refused outright with "redirect_uri_mismatch" saying "redirect_uri must match configuration"

      Examples:
        | trick                                      | address                                            |
        | Prefix: a longer host                      | https://client.example.evil.example/callback       |
        | Prefix: a host that ends like it           | https://evilclient.example/callback                |
        | Suffix: a longer last segment              | https://client.example/callback2                   |
        | Suffix: a slash at the end                 | https://client.example/callback/                   |
        | Suffix: another segment                    | https://client.example/callback/evil               |
        | Suffix: parameters of the path             | https://client.example/callback;evil               |
        | Path: another one                          | https://client.example/other                       |
        | Path: none                                 | https://client.example                             |
        | Path: steps up and down again              | https://client.example/x/../callback               |
        | Path: a doubled slash                      | https://client.example//callback                   |
        | Port: another one                          | https://client.example:8443/callback               |
        | Port: the usual one, written out           | https://client.example:443/callback                |
        | Scheme: another one                        | http://client.example/callback                     |
        | Scheme: in capitals                        | HTTPS://client.example/callback                    |
        | Scheme: a script                           | javascript:alert(1)                                |
        | Scheme: a document                         | data:text/html,x                                   |
        | Scheme: none                               | //client.example/callback                          |
        | Case: a host in capitals                   | https://CLIENT.example/callback                    |
        | Case: a path in capitals                   | https://client.example/CALLBACK                    |
        | Userinfo: the registered host as a user    | https://client.example@evil.example/callback       |
        | Userinfo: a user before the host           | https://ada@client.example/callback                |
        | Fragment: something behind a hash          | https://client.example/callback#x                  |
        | Fragment: an empty one                     | https://client.example/callback#                   |
        | Query: something behind a question mark    | https://client.example/callback?x=1                |
        | Query: an empty one                        | https://client.example/callback?                   |
        | Encoded: a letter                          | https://client.example/%63allback                  |
        | Encoded: a slash                           | https://client.example%2fcallback                  |
        | Encoded: twice                             | https://client.example/%2563allback                |
        | Encoded: a null byte behind it             | https://client.example/callback%00                 |
        | Encoded: a letter that only looks like one | https://cl%D1%96ent.example/callback               |
        | Other: a backslash                         | https://client.example\\@evil.example/callback     |
        | Other: a space before it                   | %20https://client.example/callback                 |
        | Other: a dot behind the host               | https://client.example./callback                   |
        | Other: two at once                         | https://client.example/callback https://evil.example/ |

    @route:oauth/token
    Scenario: It must be the same at the token endpoint, character by character
      Given an installed connected app "Reports"
      And "ada" has authorized "Reports"
      When "Reports" redeems the code with
        | redirect_uri | https://client.example/callback/ |
      Then the answer is the OAuth error "redirect_uri_mismatch" saying "redirect_uri must match configuration"

    @route:oauth/register @R-D14
    Scenario Outline: Registering <what> as a callback is refused
      When the admin sends
        """
        POST {login}/services/oauth2/register
        Content-Type: application/json

        {"client_name": "Evil", "redirect_uris": ["<address>"]}
        """
      Then the answer has the status 400
      And the answer mentions "invalid_redirect_uri"

      Examples:
        | what               | address                       |
        | a script           | javascript:alert(1)           |
        | a document         | data:text/html,x              |
        | plain http         | http://client.example/cb      |
        | a fragment         | https://client.example/cb#x   |
        | a path alone       | /cb                           |

  @attack:response-splitting @route:oauth/authorize
  Rule: What comes back in a redirect cannot break out of it

    Scenario Outline: <what>
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When somebody sends
        """
        GET /services/oauth2/authorize?response_type=code&client_id={key:Reports}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback&immediate=true&state=<state>
        """
      Then the answer on the wire is
        """
        HTTP 302
        Set-Cookie: (absent)
        Location: https://client.example/callback?error=immediate_unsuccessful&error_description=immediate%20unsuccessful&state=<back>
        """

      Examples:
        | what                        | state                         | back                          |
        | A plain state               | abc-1.2_3                     | abc-1.2_3                     |
        | A line break in the state   | a%0D%0ASet-Cookie%3A%20sid%3D | a%0D%0ASet-Cookie%3A%20sid%3D |
        | A line break of another row | a%E5%98%8D%E5%98%8ASet-Cookie | a%E5%98%8D%E5%98%8ASet-Cookie |
        | A null byte                 | a%00b                         | a%00b                         |
        | Another parameter           | a%26code%3Dstolen             | a%26code%3Dstolen             |
        | A fragment                  | a%23access_token%3Dx          | a%23access_token%3Dx          |

    Scenario Outline: A line break in <where> stays in its value
      Given an installed connected app "Reports"
      When somebody sends
        """
        GET /services/oauth2/authorize?response_type=code&client_id={key:Reports}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback&<where>=x%0D%0ASet-Cookie%3A%20sid%3Devil
        """
      Then the answer on the wire is
        """
        HTTP 302
        Set-Cookie: (absent)
        """
      And the location of the answer has no line break and mentions "Set%2DCookie"

      Examples:
        | where      |
        | login_hint |
        | nonce      |
        | display    |

    @route:pages/logout @route:pages/frontdoor
    Scenario Outline: A line break in the return address of <path> is dropped with it
      When somebody sends
        """
        GET <path>?<parameter>=%2Fhome%0D%0ASet-Cookie%3A%20sid%3Devil
        """
      Then the answer on the wire is
        """
        HTTP 302
        Set-Cookie: (absent)
        Location: <to>
        """

      Examples:
        | path                 | parameter | to                                |
        | /secur/logout.jsp    | retURL    | /                                 |
        | /secur/logout.jsp    | startURL  | /                                 |
        | /secur/frontdoor.jsp | retURL    | /?startURL=/home/home.jsp         |
        | /secur/frontdoor.jsp | startURL  | /?startURL=/home/home.jsp         |

  @attack:open-redirect @R-E1
  Rule: A return address leads to a page of the server and nowhere else

    @route:pages/front @route:pages/login @route:pages/log-in @route:pages/frontdoor @route:pages/logout
    Scenario: Of the login, the front door and the logout
      Then another site in the place of EVIL is never reached by "ada" at
        | /?startURL=EVIL                     |
        | /?retURL=EVIL                       |
        | /login?startURL=EVIL                |
        | /secur/frontdoor.jsp?retURL=EVIL    |
        | /secur/frontdoor.jsp?startURL=EVIL  |
        | /secur/logout.jsp?retURL=EVIL       |
        | /secur/logout.jsp?startURL=EVIL     |

    @route:pages/verify @route:pages/log-in-as @R-K12
    Scenario: Of the identity verification and of Login As
      Given a user "bob"
      Then another site in the place of EVIL is never reached by the admin at
        | /_ui/identity/verification/method/EmailVerificationFinishUi/e?retURL=EVIL |
        | /servlet/servlet.su?oid={org id}&suorgadminid={user id:bob}&retURL=EVIL&targetURL=EVIL |

    @route:pages/change-password @route:pages/set-password
    Scenario: Of the page that changes a password
      Given a user "pat" whose password expired
      When "pat" logs in
      And "pat" opens the path "/_ui/system/security/ChangePassword?retURL=https%3A%2F%2Fevil.example%2F"
      And "pat" changes the password to "chosen-anew-7"
      Then "pat" sees the page "Home"

    Scenario: A path of the org itself is where it leads
      When "ada" opens the path "/?startURL=/lightning/settings/personal/AdvancedUserDetails/home"
      Then "ada" sees the page "OAuth Connected Apps"

    @route:oauth/single-access @R-D12
    Scenario Outline: Single access takes no <what>
      Given an installed connected app "Portal" with
        | OAuth Scopes | api web |
      And "Portal" holds a session of "ada" with the scopes "api web"
      When "Portal" sends with its token
        """
        GET /services/oauth2/singleaccess?redirect_uri=<address>
        """
      Then the answer has the status 400
      And the answer mentions "Invalid_Param"

      Examples:
        | what                     | address                              |
        | other site               | https%3A%2F%2Fevil.example%2F        |
        | other site, no scheme    | %2F%2Fevil.example%2F                |
        | other site by backslash  | %2F%5Cevil.example%2F                |
        | site that begins like it | {login}.evil.example%2F              |
        | site behind a user       | {login}%40evil.example%2F            |
        | script                   | javascript%3Aalert(1)                |

    @route:oauth/authorize
    Scenario: The login that an authorization asks for leads back to it alone
      Given an installed connected app "Reports"
      When "ada" authorizes "Reports" with
        | startURL  | https://evil.example/ |
        | retURL    | https://evil.example/ |
        | start_url | https://evil.example/ |
      Then the callback of "Reports" gets a code and the state

  @attack:token-in-url @R-E7 @route:rest/limits
  Rule: A token in an address is none

    Scenario: In the header it is
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When "Reports" sends with its token
        """
        GET /services/data/v67.0/limits
        """
      Then the answer has the status 200

    Scenario Outline: As <parameter>
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When somebody sends
        """
        GET /services/data/v67.0/limits?<parameter>={access token:Reports}
        """
      Then the answer has the status 401

      Examples:
        | parameter     |
        | access_token  |
        | oauth_token   |
        | sid           |
        | session_id    |
        | bearer        |
        | Authorization |

    Scenario: In a cookie it is none either
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When somebody sends
        """
        GET /services/data/v67.0/limits
        Cookie: sid={access token:Reports}; sid_{org id}={access token:Reports}
        """
      Then the answer has the status 401

    @route:oauth/token
    Scenario: Credentials in the address of the token endpoint are not read by a GET
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When somebody sends
        """
        GET /services/oauth2/token?grant_type=refresh_token&client_id={key:Reports}&client_secret={secret:Reports}&refresh_token={refresh token:Reports}
        """
      Then the answer is the OAuth error "invalid_request" saying "must use HTTP POST"

  @attack:token-in-url @R-E7
  Rule: The front door widens nothing

    @route:pages/frontdoor @R-D12
    Scenario Outline: A browser that came in by a token with the scopes <scopes> reaches <what>
      Given an installed connected app "Portal" with
        | OAuth Scopes | api web |
      And "Portal" holds a session of "ada" with the scopes "<scopes>"
      When "ada" opens the path "/secur/frontdoor.jsp?sid={access token:Portal}" without logging in
      Then "ada" is in
      Given the cookie "sid_{org id}" of "ada" is noted as "sid"
      When somebody sends
        """
        GET /services/data/v67.0/limits
        Authorization: Bearer {note:sid}
        """
      Then the answer has the status <status>

      Examples:
        | scopes  | what                       | status |
        | api web | the API as the token does  | 200    |
        | web     | no API, as the token       | 401    |
