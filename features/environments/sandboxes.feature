@R-G3 @route:tooling/create
Feature: Sandboxes
  A sandbox is a copy of an org, made by request: another org, at the test host, with the people and the apps that were copied.

  Rule: What comes along

    Scenario: People come along under other names, and no mail reaches them
      Given a user "ada"
      When the admin makes the Developer sandbox "uat"
      And the admin of the sandbox sends
        """
        GET /services/data/v67.0/query?q=SELECT+Username,Email+FROM+User+WHERE+CommunityNickname='ada'
        """
      Then the answer mentions "{username:ada}.uat"
      And the answer mentions "{username:ada}.invalid"

    Scenario: Whoever asked for it keeps the e-mail address
      When the admin makes the Developer sandbox "uat"
      And the admin of the sandbox sends
        """
        GET /services/data/v67.0/query?q=SELECT+Username,Email+FROM+User+WHERE+CommunityNickname='admin'
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "User", "url": "{any}"}, "Username": "{username}.uat", "Email": "{username}"}]}
        """

    Scenario: It says of itself that it is one, under an id of its own
      When the admin makes the Developer sandbox "uat"
      And the admin of the sandbox sends
        """
        GET /services/data/v67.0/query?q=SELECT+Id,IsSandbox,TrialExpirationDate,OrganizationType+FROM+Organization
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Organization", "url": "{any}"}, "Id": "{org id:the sandbox}", "IsSandbox": true, "TrialExpirationDate": null, "OrganizationType": "Enterprise Edition"}]}
        """

    Scenario Outline: Records come along with the larger licences
      Given the admin has created the Account "Acme" with
        | Name | Acme |
      When the admin makes the <licence> sandbox "uat"
      And the admin of the sandbox sends
        """
        GET /services/data/v67.0/query?q=SELECT+COUNT()+FROM+Account
        """
      Then the answer mentions '"totalSize":<count>'

      Examples:
        | licence       | count |
        | Developer     | 0     |
        | Developer_Pro | 0     |
        | Partial       | 1     |
        | Full          | 1     |

  Rule: Apps

    Scenario: A packaged app that is installed in production works in the sandbox
      Given a user "ada"
      And an installed external client app "Suite"
      When the admin makes the Developer sandbox "uat"
      And "ada of the sandbox" connects "Suite"
      Then the access token of "Suite" works

    Scenario: A local app is not copied
      Given a user "ada"
      And the org's own external client app "Desk"
      When the admin makes the Developer sandbox "uat"
      And "ada of the sandbox" authorizes "Desk"
      Then the callback of "Desk" gets the error "OAUTH_AUTHORIZATION_BLOCKED" saying "Cross-org OAuth flows are not supported for this external client app"

    Scenario: A connected app of the org is the sandbox's own
      Given a user "ada"
      And the org's own connected app "Portal"
      When the admin makes the Developer sandbox "uat"
      And "ada of the sandbox" connects "Portal"
      Then the access token of "Portal" works

    Scenario: What was only used in production waits for its install
      Given a user "ada"
      And an uninstalled connected app "Sync"
      When the admin makes the Developer sandbox "uat"
      And "ada of the sandbox" authorizes "Sync"
      Then "ada of the sandbox" is shown the OAuth error page, caused by "invalid_client" saying "app must be installed into org"

  Rule: Production stays outside

    Scenario: A token of production opens nothing in the sandbox
      Given the admin has made the Developer sandbox "uat"
      When the admin sends
        """
        GET /services/data/v67.0/limits
        Host: {org}--uat.sandbox.my.salesforce.com
        """
      Then the answer has the status 401
      And the answer mentions "INVALID_SESSION_ID"

    Scenario: A token of the sandbox works there
      Given the admin has made the Developer sandbox "uat"
      When the admin of the sandbox sends
        """
        GET /services/data/v67.0/limits
        Host: {org}--uat.sandbox.my.salesforce.com
        """
      Then the answer has the status 200

    Scenario: Its people log in at the test host
      Given a user "ada"
      And the admin has made the Developer sandbox "uat"
      When "ada of the sandbox" logs in at the test host
      Then "ada of the sandbox" is in

    Scenario: Nobody of it logs in at the production host
      Given a user "ada"
      And the admin has made the Developer sandbox "uat"
      When "ada of the sandbox" logs in at the production host
      Then "ada of the sandbox" is refused the login

  Rule: A refresh makes another org

    @route:tooling/update
    Scenario: Tokens end, and the id is another one
      Given a user "ada"
      And an installed external client app "Suite"
      And the admin has made the Developer sandbox "uat"
      And "ada of the sandbox" has connected "Suite"
      When the admin refreshes the sandbox "uat"
      Then the access token of "Suite" no longer works
      And a refresh of "Suite" answers "invalid_grant: expired access/refresh token"
      When "ada of the sandbox" connects "Suite"
      Then the access token of "Suite" works

    @route:tooling/update
    Scenario: A refresh under another name is refused
      Given the admin has made the Developer sandbox "uat"
      When the admin sends
        """
        PATCH /services/data/v67.0/tooling/sobjects/SandboxInfo/{note:uat}

        {"SandboxName": "other"}
        """
      Then the answer has the status 400
      And the answer mentions "keeps its name"

    @route:tooling/update
    Scenario: A refreshed sandbox may wait for its activation
      Given the admin has made the Developer sandbox "uat"
      When the admin sends
        """
        PATCH /services/data/v67.0/tooling/sobjects/SandboxInfo/{note:uat}

        {"AutoActivate": false}
        """
      And the admin sends
        """
        GET /services/data/v67.0/tooling/query?q=SELECT+Id,Status,EndDate+FROM+SandboxProcess+WHERE+SandboxInfoId='{note:uat}'+AND+Status!='Completed'
        """
      Then the answer mentions "Pending Activation"
      When "/records/0/Id" of the answer is noted as "copy"
      And the admin sends
        """
        PATCH /services/data/v67.0/tooling/sobjects/SandboxProcess/{note:copy}

        {"RefreshAction": "ACTIVATE"}
        """
      And the admin sends
        """
        GET /services/data/v67.0/tooling/query?q=SELECT+Id,Status,CopyProgress+FROM+SandboxProcess+WHERE+SandboxInfoId='{note:uat}'+AND+Status!='Deleted'
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"size": 1, "totalSize": 1, "done": true, "queryLocator": null, "entityTypeName": "SandboxProcess",
          "records": [{"attributes": {"type": "SandboxProcess", "url": "{any}"}, "Id": "{note:copy}", "Status": "Completed", "CopyProgress": 100}]}
        """

    @route:tooling/update
    Scenario: A copy that does not wait is not activated
      Given the admin has made the Developer sandbox "uat"
      When the admin sends
        """
        GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+SandboxProcess+WHERE+SandboxInfoId='{note:uat}'
        """
      And "/records/0/Id" of the answer is noted as "copy"
      And the admin sends
        """
        PATCH /services/data/v67.0/tooling/sobjects/SandboxProcess/{note:copy}

        {"RefreshAction": "ACTIVATE"}
        """
      Then the answer has the status 400
      And the answer mentions "INVALID_STATUS"

  Rule: A clone copies the sandbox

    Scenario: With its records, and with names of its own
      Given a user "ada"
      And the admin has made the Developer sandbox "dev"
      When the admin of the sandbox sends
        """
        POST /services/data/v67.0/sobjects/Account

        {"Name": "Made in the sandbox"}
        """
      And the admin clones the sandbox "dev" as "uat"
      And the admin of the sandbox sends
        """
        GET /services/data/v67.0/query?q=SELECT+COUNT()+FROM+Account
        """
      Then the answer mentions '"totalSize":1'
      When the admin of the sandbox sends
        """
        GET /services/data/v67.0/query?q=SELECT+Username+FROM+User+WHERE+CommunityNickname='ada'
        """
      Then the answer mentions "{username:ada of the sandbox}"
      And the answer mentions ".example.uat"

    Scenario: What is no sandbox is not cloned
      When the admin sends
        """
        POST /services/data/v67.0/tooling/sobjects/SandboxInfo

        {"SandboxName": "uat", "SourceId": "0GQ000000000001"}
        """
      Then the answer has the status 400
      And the answer mentions "INVALID_CROSS_REFERENCE_KEY"

  Rule: It can be deleted

    @route:tooling/delete
    Scenario: With everything in it
      Given the admin has made the Developer sandbox "uat"
      When the admin sends
        """
        DELETE /services/data/v67.0/tooling/sobjects/SandboxInfo/{note:uat}
        """
      Then the answer has the status 204
      When the admin sends
        """
        GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+SandboxInfo
        """
      Then the answer mentions '"totalSize":0'

    @route:tooling/delete
    Scenario: Once
      When the admin sends
        """
        DELETE /services/data/v67.0/tooling/sobjects/SandboxInfo/0GQ000000000001
        """
      Then the answer has the status 404

  Rule: What is refused

    Scenario Outline: A request that Salesforce would not take
      Given the admin has made the Developer sandbox "uat"
      When the admin sends
        """
        POST /services/data/v67.0/tooling/sobjects/SandboxInfo

        <body>
        """
      Then the answer has the status 400
      And the answer mentions "<code>"

      Examples:
        | body                                                       | code                                    |
        | {"LicenseType": "Developer"}                               | REQUIRED_FIELD_MISSING                  |
        | {"SandboxName": "other"}                                   | REQUIRED_FIELD_MISSING                  |
        | {"SandboxName": "UAT", "LicenseType": "Developer"}         | DUPLICATE_VALUE                         |
        | {"SandboxName": "elevenchars", "LicenseType": "Developer"} | INVALID_INPUT                           |
        | {"SandboxName": "my-uat", "LicenseType": "Developer"}      | INVALID_INPUT                           |
        | {"SandboxName": "other", "LicenseType": "Huge"}            | INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST |

    Scenario: More than its licences
      Given the policy "full_sandboxes" of the org is "1"
      And the admin has made the Full sandbox "whole"
      When the admin sends
        """
        POST /services/data/v67.0/tooling/sobjects/SandboxInfo

        {"SandboxName": "second", "LicenseType": "Full"}
        """
      Then the answer has the status 400
      And the answer mentions "LIMIT_EXCEEDED"
      When the admin makes the Developer sandbox "second"
      And the admin sends
        """
        PATCH /services/data/v67.0/tooling/sobjects/SandboxInfo/{note:second}

        {"LicenseType": "Full"}
        """
      Then the answer mentions "LIMIT_EXCEEDED"

    Scenario: A sandbox has no sandboxes
      Given the admin has made the Developer sandbox "uat"
      When the admin of the sandbox sends
        """
        POST /services/data/v67.0/tooling/sobjects/SandboxInfo

        {"SandboxName": "inner", "LicenseType": "Developer"}
        """
      Then the answer has the status 400
      And the answer mentions "FUNCTIONALITY_NOT_ENABLED"

    Scenario: A user who may not change Setup
      Given a user "ada"
      When "ada" sends
        """
        POST /services/data/v67.0/tooling/sobjects/SandboxInfo

        {"SandboxName": "uat", "LicenseType": "Developer"}
        """
      Then the answer has the status 403
      And the answer mentions "INSUFFICIENT_ACCESS_OR_READONLY"

  @route:tooling/sandbox-auth
  Rule: Whoever asked for it is let in

    Scenario: A code for the built-in client, to be redeemed at the test host
      Given the admin has made the Developer sandbox "uat"
      When the admin sends
        """
        POST /services/data/v67.0/tooling/sandboxAuth

        {"clientId": "PlatformCLI", "sandboxName": "uat", "callbackUrl": "http://localhost:1717/OauthRedirect"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"authUserName": "{username}.uat", "authCode": "{string}", "instanceUrl": "{string}", "loginUrl": "{string}"}
        """
      When "/authCode" of the answer is noted as "code"
      And somebody sends
        """
        POST {test}/services/oauth2/token
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id=PlatformCLI&redirect_uri=http://localhost:1717/OauthRedirect
        """
      Then the answer has the status 200
      And the answer mentions "{org id:the sandbox}"

    Scenario: A sandbox that there is not
      When the admin sends
        """
        POST /services/data/v67.0/tooling/sandboxAuth

        {"clientId": "PlatformCLI", "sandboxName": "uat", "callbackUrl": "http://localhost:1717/OauthRedirect"}
        """
      Then the answer has the status 404

    Scenario: A callback that is none of the client's
      Given the admin has made the Developer sandbox "uat"
      When the admin sends
        """
        POST /services/data/v67.0/tooling/sandboxAuth

        {"clientId": "PlatformCLI", "sandboxName": "uat", "callbackUrl": "https://elsewhere.example/callback"}
        """
      Then the answer has the status 400
      And the answer mentions "INVALID_CLIENT"
