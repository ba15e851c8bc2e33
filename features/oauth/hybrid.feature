@R-D12
Feature: Hybrid flows
  A mobile app gets, beside its tokens, session ids for the web domains of the org, which it sets as cookies of the browser it embeds.

  Background:
    Given a user "ada"
    And an installed connected app "Field" with
      | Flows        | web_server hybrid refresh_token                          |
      | OAuth Scopes | api web refresh_token lightning visualforce content      |

  @route:oauth/authorize
  Rule: hybrid_token gives everything at once

    Scenario: Tokens and session ids in the fragment
      When "ada" authorizes "Field" with
        | response_type | hybrid_token |
      Then the callback of "Field" gets tokens and the state in its fragment
      And the access token of "Field" works
      And the newest tokens of "Field" say
        | lightning_domain   | {any}         |
        | lightning_sid      | {any}!{any}   |
        | visualforce_domain | {any}         |
        | visualforce_sid    | {any}!{any}   |
        | content_domain     | {any}         |
        | content_sid        | {any}!{any}   |
        | csrf_token         | {string}      |
        | cookie-clientSrc   | 127.0.0.1     |
        | cookie-sid_Client  | {string}      |
        | sidCookieName      | sid_{org id}  |
        | parent_sid         | {any}!{any}   |

    Scenario Outline: <scope> alone opens <domain> alone
      When "ada" authorizes "Field" with
        | response_type | hybrid_token |
        | scope         | api <scope>  |
      Then the newest tokens of "Field" say
        | lightning_sid   | <lightning>   |
        | visualforce_sid | <visualforce> |
        | content_sid     | <content>     |
        | parent_sid      | (none)        |
        | csrf_token      | (none)        |

      Examples:
        | scope       | domain           | lightning | visualforce | content |
        | lightning   | Lightning        | {any}     | (none)      | (none)  |
        | visualforce | Visualforce      | (none)    | {any}       | (none)  |
        | content     | the files        | (none)    | (none)      | {any}   |

    Scenario: A user who denies access
      When "ada" denies "Field" with
        | response_type | hybrid_token |
      Then the callback of "Field" gets the error "access_denied" saying "end-user denied authorization" in its fragment

  @route:oauth/token
  Rule: hybrid_auth_code gives them for a code

    @row:answer/hybrid
    Scenario: A code becomes tokens and session ids
      Given "ada" has authorized "Field"
      When "Field" redeems the code with
        | grant_type | hybrid_auth_code |
      Then tokens are issued for "ada"
      And the newest tokens of "Field" say
        | lightning_sid | {any}!{any}  |
        | content_sid   | {any}!{any}  |
        | parent_sid    | {any}!{any}  |
        | refresh_token | 5Aep861{any} |

    Scenario: The org's user-agent switch does not stop it
      Given the policy "allow_user_agent_flow" of the org is "false"
      And "ada" has authorized "Field"
      When "Field" redeems the code with
        | grant_type | hybrid_auth_code |
      Then tokens are issued

    Scenario: A plain exchange of the same code brings none
      Given "ada" has authorized "Field"
      When "Field" redeems the code
      Then tokens are issued
      And the answer leaves out
        """
        lightning_sid visualforce_sid content_sid parent_sid csrf_token
        """

    Scenario: An app without the hybrid flow is refused
      Given an installed connected app "Plain"
      And "ada" has authorized "Plain"
      When "Plain" redeems the code with
        | grant_type | hybrid_auth_code |
      Then the answer is the OAuth error "unsupported_grant_type" saying "grant type not supported"

    Scenario: A code is good once in either exchange
      Given "ada" has authorized "Field"
      And "Field" has redeemed the code
      When "Field" redeems the code with
        | grant_type | hybrid_auth_code |
      Then the answer is the OAuth error "invalid_grant" saying "expired authorization code"

  @route:oauth/token @R-D4
  Rule: hybrid_refresh gives them anew

    Scenario: A refresh token becomes an access token and session ids
      Given "ada" has connected "Field"
      When "Field" refreshes with
        | grant_type | hybrid_refresh |
      Then tokens are issued for "ada"
      And the newest tokens of "Field" say
        | lightning_sid | {any}!{any} |
        | parent_sid    | {any}!{any} |
        | refresh_token | (none)      |

    Scenario: A dead refresh token
      When "Field" refreshes with
        | grant_type    | hybrid_refresh        |
        | refresh_token | 5Aep861nobodygotthis  |
      Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"

  @route:pages/frontdoor @R-D17
  Rule: The session ids are good for the web, and no longer than the access token they came with

    Scenario: A session id of the web opens the front door, and no API
      Given "ada" has authorized "Field"
      And "Field" has redeemed the code with
        | grant_type | hybrid_auth_code |
      And "/lightning_sid" of the answer is noted as "sid"
      When somebody sends
        """
        GET /services/data/v67.0/limits
        Authorization: Bearer {note:sid}
        """
      Then the answer is the error "INVALID_SESSION_ID" saying "This session is not valid for use with the REST API"
      When "ada" opens the path "/secur/frontdoor.jsp?sid={note:sid}&retURL=/home/home.jsp" without logging in
      Then "ada" is in

    Scenario: It ends with the access token
      Given a user "eve"
      And "ada" has authorized "Field"
      And "Field" has redeemed the code with
        | grant_type | hybrid_auth_code |
      And "/lightning_sid" of the answer is noted as "sid"
      And "Field" has revoked its access token
      When "eve" opens the address "{instance}/secur/frontdoor.jsp?sid={note:sid}&retURL=/home/home.jsp"
      Then "eve" is asked to log in
