@R-D13
Feature: Authorization Code and Credentials
  Programs log people in at an Experience Cloud site without showing a page of Salesforce: with a password, with a code sent by e-mail, or as new users.

  Background:
    Given a user "ada"
    And the policy "allow_code_and_credentials_flow" of the org is "true"
    And an installed connected app "Shop" with
      | Flows          | code_credentials refresh_token       |
      | Require Secret | no                                   |
      | OAuth Scopes   | api refresh_token web                |
      | Callback URL   | https://shop.example/cb {site}/services/oauth2/echo |
    And the org's policy for "Shop" is
      | Permitted Users | Admin approved users are pre-authorized |
      | Profiles        | Standard User, Standard Platform User   |

  @route:oauth/authorize-headless @route:oauth/token
  Rule: A username and a password bring a code

    Scenario: The code with the site it is redeemed at
      When "Shop" logs "ada" in headless
      Then the answer on the wire is
        """
        HTTP 200
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"code": "aPrx{any}==", "sfdc_community_url": "{site}", "sfdc_community_id": "0DB{string}"}
        """

    @R-B10
    Scenario: Where the org put another callback, that one is used
      Given the org's policy for "Shop" is
        | Callback URL | https://shop.example/own |
      When "Shop" logs "ada" in headless with
        | redirect_uri | https://shop.example/own |
      Then the answer has the status 200

    @R-B10
    Scenario: Where the org put another callback, the developer's is none
      Given the org's policy for "Shop" is
        | Callback URL | https://shop.example/own |
      When "Shop" logs "ada" in headless
      Then the answer is the OAuth error "redirect_uri_mismatch" saying "redirect_uri must match configuration"

    Scenario: The code becomes tokens that name the site
      Given "Shop" has logged "ada" in headless
      When "Shop" redeems the headless code
      Then tokens are issued for "ada"
      And the access token of "Shop" works
      And the newest tokens of "Shop" say
        | sfdc_community_url | {site}         |
        | sfdc_community_id  | 0DB{any}       |
        | refresh_token      | 5Aep861{any}   |

    Scenario: So do refreshed tokens
      Given "Shop" has logged "ada" in headless
      And "Shop" has redeemed the headless code
      When "Shop" refreshes
      Then the newest tokens of "Shop" say
        | sfdc_community_id | 0DB{any} |

    Scenario: A program that names the echo page is sent there
      When "Shop" logs "ada" in headless with
        | redirect_uri | {site}/services/oauth2/echo |
      Then the answer on the wire is
        """
        HTTP 302
        Location: {site}/services/oauth2/echo?code=aPrx{any}
        """

    @route:oauth/echo
    Scenario: The echo page hands back what it got
      When somebody sends
        """
        GET /services/oauth2/echo?code=aPrx1%3D%3D&sfdc_community_url=https%3A%2F%2Fsite.example&sfdc_community_id=0DB1&x=1
        """
      Then the answer on the wire is
        """
        HTTP 200
        Cache-Control: no-store

        {"code": "aPrx1==", "sfdc_community_url": "https://site.example", "sfdc_community_id": "0DB1"}
        """

    Scenario: Credentials may stand in the body
      When "Shop" logs "ada" in headless with
        | Authorization | (none)         |
        | username      | {username:ada} |
        | password      | {password:ada} |
      Then the answer mentions "aPrx"

    Scenario: The header is read in either alphabet of base64
      Given a user "bob" with the password "p?>~ö1234"
      When "Shop" logs "bob" in headless, its credentials in the alphabet of addresses
      Then the answer mentions "aPrx"

    @row:headless/headers
    Scenario Outline: <what>
      When "Shop" logs "ada" in headless with
        | <name> | <value> |
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                                      | name              | value                    | error                 | description                           |
        | A wrong password                          | password of ada   | wrong                    | invalid_grant         | authentication failure                |
        | A username that nobody has                | username of ada   | nobody@nowhere.example   | invalid_grant         | authentication failure                |
        | No credentials                            | Authorization     | (none)                   | invalid_request       | invalid headers                       |
        | A request type that nobody knows          | Auth-Request-Type | magic                    | invalid_request       | invalid headers                       |
        | A guest, whom nobody lets in              | Auth-Request-Type | Guest                    | invalid_request       | guest flow not enabled                |
        | No request type                           | Auth-Request-Type | (none)                   | invalid_request       | invalid headers                       |
        | An unknown app                            | client_id         | 3MVG9nobody              | invalid_client_id     | client identifier invalid             |
        | Another callback                          | redirect_uri      | https://evil.example/    | redirect_uri_mismatch | redirect_uri must match configuration |
        | No callback                               | redirect_uri      | (none)                   | redirect_uri_missing  | redirect_uri not provided             |
        | A scope that the app lacks                | scope             | api full                 | invalid_scope         | the requested scope is not allowed    |
        | A challenge that is none                  | code_challenge    | short                    | invalid_request       | invalid code challenge                |

    Scenario: A request for another answer is a browser's
      When "Shop" logs "ada" in headless with
        | response_type | code |
      Then the answer on the wire is
        """
        HTTP 400

        error=invalid_request&error_description=must%20use%20HTTP%20GET
        """

    @R-I1
    Scenario: A failed login leaves its row
      Given "Shop" logs "ada" in headless with
        | password of ada | wrong |
      When the admin queries "SELECT Status FROM LoginHistory WHERE UserId = '{user id:ada}'"
      Then the query returns "Invalid password"

    @R-E4
    @security @attack:brute-force
    Scenario: Ten wrong passwords lock the user out
      Given "Shop" has failed 10 times to log "ada" in headless
      When "Shop" logs "ada" in headless
      Then the answer is the OAuth error "invalid_grant" saying "authentication failure"

  @R-D2 @route:oauth/authorize-headless @route:oauth/token
  Rule: A challenge protects the code

    Scenario: An org that requires PKCE wants one
      Given the policy "require_pkce" of the org is "true"
      When "Shop" logs "ada" in headless with
        | code_challenge | (none) |
      Then the answer is the OAuth error "invalid_request" saying "missing required code challenge"

    Scenario: A wrong verifier
      Given "Shop" has logged "ada" in headless
      When "Shop" redeems the headless code with
        | code_verifier | wrong |
      Then the answer is the OAuth error "invalid_grant" saying "invalid code verifier"

  @route:oauth/authorize-headless
  Rule: Who may use the app is asked as everywhere

    @row:headless/off
    Scenario: An org that does not allow the flow
      Given the policy "allow_code_and_credentials_flow" of the org is "false"
      When "Shop" logs "ada" in headless
      Then the answer is the OAuth error "oauth_flow_disabled" saying "this flow is disabled for this app"

    Scenario: An app that has not the flow
      Given an installed connected app "Plain" with
        | Callback URL | https://shop.example/cb |
      When "Plain" logs "ada" in headless
      Then the answer is the OAuth error "oauth_flow_disabled" saying "this flow is disabled for this app"

    @row:headless/not-approved
    Scenario: A user whom no admin approved
      Given the org's policy for "Shop" is
        | Permitted Users | All users may self-authorize |
      When "Shop" logs "ada" in headless
      Then the answer is the OAuth error "invalid_app_access" saying "user is not admin approved to access this app"

    Scenario: Where the org wants it, users approve themselves
      Given the policy "headless_needs_pre_authorization" of the org is "false"
      And the org's policy for "Shop" is
        | Permitted Users | All users may self-authorize |
      When "Shop" logs "ada" in headless
      Then the answer mentions "aPrx"

    @row:gate/headless
    Scenario: An app that is not installed
      Given an uninstalled connected app "Foreign" with
        | Flows        | code_credentials        |
        | Callback URL | https://shop.example/cb |
      When "Foreign" logs "ada" in headless
      Then the answer is the OAuth error "invalid_client" saying "app must be installed into org"

    Scenario: A blocked app
      Given "Shop" is blocked in the org
      When "Shop" logs "ada" in headless
      Then the answer is the OAuth error "OAUTH_APP_BLOCKED" saying "this app is blocked by admin"

    @row:headless/host
    Scenario Outline: A plain <host> does not serve the flow
      When "Shop" logs "ada" in headless at the host "<name>"
      Then the answer is the OAuth error "invalid_grant" saying "request not supported on this domain"

      Examples:
        | host       | name                |
        | login host | login.localhost     |
        | My Domain  | {org}.my.localhost  |

    Scenario: The domain of Experience Cloud does
      When "Shop" logs "ada" in headless at the host "{org}.my.site.localhost"
      Then the answer mentions "http://{org}.my.site.localhost"

    Scenario: So does a site below it
      When "Shop" logs "ada" in headless at the host "{org}.my.site.localhost" and the site "customers"
      Then the answer mentions "http://{org}.my.site.localhost/customers"

  @route:oauth/begin-passwordless @route:oauth/authorize-headless @route:control/outbox
  Rule: A code sent by e-mail stands in the place of a password

    Scenario: The code is asked for
      When somebody sends
        """
        POST {site}/services/auth/headless/init/passwordless/login
        Content-Type: application/json

        {"username": "{username:ada}", "verificationmethod": "email", "recaptcha": "token"}
        """
      Then the answer on the wire is
        """
        HTTP 200
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"identifier": "{string}", "status": "success"}
        """

    Scenario: It logs its reader in
      Given "ada" has asked to log in without a password
      When "Shop" sends the code of "ada" as "passwordless-login"
      Then the answer mentions "aPrx"

    Scenario: It works once
      Given "ada" has asked to log in without a password
      And "Shop" has sent the code of "ada" as "passwordless-login"
      When "Shop" sends the code of "ada" as "passwordless-login"
      Then the answer is the OAuth error "invalid_otp" saying "invalid verification code"

    @row:headless/otp
    Scenario: A wrong code
      Given "ada" has asked to log in without a password
      When "Shop" sends the code "000000x" as "passwordless-login"
      Then the answer is the OAuth error "invalid_otp" saying "invalid verification code"

    @security @attack:brute-force
    Scenario: After five wrong codes the right one is worth nothing
      Given "ada" has asked to log in without a password
      And "Shop" has sent the code "000000x" as "passwordless-login" 5 times
      When "Shop" sends the code of "ada" as "passwordless-login"
      Then the answer is the OAuth error "invalid_otp" saying "invalid verification code"

    @serial @R-K3
    Scenario: After ten minutes it is worth nothing
      Given "ada" has asked to log in without a password
      And 11 minutes have passed
      When "Shop" sends the code of "ada" as "passwordless-login"
      Then the answer is the OAuth error "invalid_otp" saying "invalid verification code"

    @R-E4 @row:authorize/inactive-user
    Scenario: Its reader was deactivated meanwhile
      Given "ada" has asked to log in without a password
      And "ada" is deactivated
      When "Shop" sends the code of "ada" as "passwordless-login"
      Then the answer is the OAuth error "inactive_user" saying "user is inactive"

    @R-E4 @row:authorize/inactive-org
    Scenario: The org was locked meanwhile
      Given "ada" has asked to log in without a password
      And the test author has changed "/orgs/{org}" by
        """
        {"locked": true}
        """
      When "Shop" sends the code of "ada" as "passwordless-login"
      Then the answer is the OAuth error "inactive_org" saying "organization is inactive"

    Scenario: It registers nobody
      Given "ada" has asked to log in without a password
      When "Shop" sends the code of "ada" as "user-registration"
      Then the answer is the OAuth error "invalid_otp" saying "invalid verification code"

    Scenario: Nobody learns which usernames exist
      When somebody sends
        """
        POST {site}/services/auth/headless/init/passwordless/login
        Content-Type: application/json

        {"username": "nobody@nowhere.example", "verificationmethod": "email"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"identifier": "{string}", "status": "success"}
        """

    Scenario Outline: <what>
      When somebody sends
        """
        POST {site}/services/auth/headless/init/passwordless/login
        Content-Type: application/json
        <header>

        <body>
        """
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                     | header                      | body                                                        | error           | description                |
        | No username              | Accept: */*                 | {}                                                          | invalid_request | username not provided      |
        | A method nobody knows    | Accept: */*                 | {"username":"{username:ada}","verificationmethod":"pigeon"} | invalid_request | verificationmethod invalid |
        | A token that nobody got  | Authorization: Bearer wrong | {"username":"{username:ada}"}                               | invalid_token   | invalid token              |

    @row:headless/scope
    Scenario: A token without the scope
      Given "Shop" holds a session of "ada" with the scopes "api"
      When somebody sends
        """
        POST {site}/services/auth/headless/init/passwordless/login
        Content-Type: application/json
        Authorization: Bearer {access token:Shop}

        {"username":"{username:ada}"}
        """
      Then the answer is the OAuth error "invalid_scope" saying "the requested scope is not allowed"

    Scenario: An org that does not allow the flow
      Given the policy "allow_code_and_credentials_flow" of the org is "false"
      When somebody sends
        """
        POST {site}/services/auth/headless/init/passwordless/login
        Content-Type: application/json

        {"username":"{username:ada}"}
        """
      Then the answer is the OAuth error "oauth_flow_disabled" saying "this flow is disabled for this org"

  @route:oauth/begin-registration @route:oauth/authorize-headless
  Rule: People register themselves

    Scenario: A person who proves the e-mail address is a user, logged in
      Given "grace@shop.example" has registered
      When "Shop" sends the code of "grace@shop.example" as "user-registration"
      Then the answer mentions "aPrx"
      When the admin queries "SELECT Email FROM User WHERE Email = 'grace@shop.example'"
      Then the query returns "grace@shop.example"

    Scenario: The answer tells where the code went
      When somebody sends
        """
        POST {site}/services/auth/headless/init/registration
        Content-Type: application/json

        {"userdata": {"firstName": "Grace", "lastName": "Hopper", "email": "grace@shop.example", "username": "{unique:grace}@shop.example"}, "password": "flowmatic-1959", "verificationmethod": "email", "recaptcha": "token"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"identifier": "{string}", "email": "grace@shop.example", "status": "success"}
        """

    @row:headless/registration
    Scenario Outline: <what>
      When somebody sends
        """
        POST {site}/services/auth/headless/init/registration
        Content-Type: application/json

        {"userdata": {<userdata>}, "password": "<password>", "verificationmethod": "email"}
        """
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                  | userdata                                                             | password       | error              | description                                        |
        | No e-mail address     | "lastName":"Hopper"                                                  | flowmatic-1959 | invalid_request    | email not provided                                 |
        | No last name          | "email":"g@shop.example"                                             | flowmatic-1959 | invalid_request    | lastName not provided                              |
        | An address that is none | "lastName":"Hopper","email":"g"                                    | flowmatic-1959 | registration_error | user registration failed                           |
        | A username that is taken | "lastName":"Hopper","email":"g@shop.example","username":"{username:ada}" | flowmatic-1959 | registration_error | user registration failed                      |
        | A password that is short | "lastName":"Hopper","email":"g@shop.example"                      | short          | invalid_request    | Your password must be at least 8 characters long.  |

  @route:oauth/forgot-password
  Rule: Who forgot the password proves the e-mail address and chooses another

    Scenario: The code is asked for
      When somebody sends
        """
        POST {site}/services/auth/headless/forgot_password
        Content-Type: application/json

        {"username": "{username:ada}", "recaptcha": "token"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"status": "success"}
        """

    Scenario: The new password logs in
      Given "ada" has forgotten the password
      When somebody sends
        """
        POST {site}/services/auth/headless/forgot_password
        Content-Type: application/json

        {"username": "{username:ada}", "otp": "{note:otp}", "newpassword": "another-1906"}
        """
      Then the answer has the status 200
      When "ada" logs in with the password "another-1906"
      Then "ada" is in

    Scenario Outline: <what>
      Given "ada" has forgotten the password
      When somebody sends
        """
        POST {site}/services/auth/headless/forgot_password
        Content-Type: application/json

        {"username": "<username>", "otp": "<otp>", "newpassword": "<password>"}
        """
      Then the answer is the OAuth error "<error>" saying "<description>"

      Examples:
        | what                      | username               | otp        | password     | error           | description                                        |
        | A wrong code              | {username:ada}         | 000000x    | another-1906 | invalid_otp     | invalid verification code                          |
        | A password that is short  | {username:ada}         | {note:otp} | short        | invalid_request | Your password must be at least 8 characters long.  |
        | A code without a password | {username:ada}         | {note:otp} |              | invalid_request | newpassword not provided                           |
        | A password without a code | {username:ada}         |            | another-1906 | invalid_request | otp not provided                                   |
        | The username of another   | {username}             | {note:otp} | another-1906 | invalid_otp     | invalid verification code                          |
