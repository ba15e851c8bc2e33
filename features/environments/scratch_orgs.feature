@R-G4 @route:rest/create
Feature: Scratch orgs
  A Dev Hub signs up for orgs that live for some days. The record of the sign-up tells how to log in there, and the org goes with its record.

  Background:
    Given the publisher's Dev Hub is linked to a namespace

  Rule: A sign-up

    Scenario: An org of the edition asked for, at the test host
      When the admin of the publisher signs up for the scratch org "crew"
      And the admin of the publisher sends
        """
        GET /services/data/v67.0/query?q=SELECT+Status,SignupUsername,DurationDays,ScratchOrg+FROM+ScratchOrgInfo+WHERE+Id='{note:sign-up}'
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "ScratchOrgInfo", "url": "{any}"}, "Status": "Active", "SignupUsername": "{note:username}", "DurationDays": 7, "ScratchOrg": "{note:scratch org}"}]}
        """

    Scenario: Its code logs the built-in client in
      Given the admin of the publisher has signed up for the scratch org "crew"
      When somebody sends
        """
        POST {note:login url}/services/oauth2/token
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id=PlatformCLI&redirect_uri=http://localhost:1717/OauthRedirect
        """
      Then the answer has the status 200
      When "/access_token" of the answer is noted as "token"
      And somebody sends
        """
        GET {note:login url}/services/data/v67.0/query?q=SELECT+IsSandbox,OrganizationType,NamespacePrefix+FROM+Organization+WHERE+TrialExpirationDate!=null
        Authorization: Bearer {note:token}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Organization", "url": "{any}"}, "IsSandbox": true, "OrganizationType": "Developer Edition", "NamespacePrefix": null}]}
        """

    Scenario: The code is good once
      Given the admin of the publisher has signed up for the scratch org "crew"
      And somebody has sent
        """
        POST {note:login url}/services/oauth2/token
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id=PlatformCLI&redirect_uri=http://localhost:1717/OauthRedirect
        """
      When somebody sends
        """
        POST {note:login url}/services/oauth2/token
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id=PlatformCLI&redirect_uri=http://localhost:1717/OauthRedirect
        """
      Then the answer is the OAuth error "invalid_grant" saying "expired authorization code"

    @own-server
    Scenario: A sign-up that takes its time
      Given the policy "scratch_org_seconds" of the publisher is "60"
      When the admin of the publisher sends
        """
        POST /services/data/v67.0/sobjects/ScratchOrgInfo

        {"Edition": "Enterprise", "OrgName": "Company", "ConnectedAppConsumerKey": "PlatformCLI", "ConnectedAppCallbackUrl": "http://localhost:1717/OauthRedirect"}
        """
      And "/id" of the answer is noted as "sign-up"
      And the admin of the publisher sends
        """
        GET /services/data/v67.0/sobjects/ScratchOrgInfo/{note:sign-up}
        """
      Then the answer mentions '"Status":"Creating"'
      When 60 seconds pass
      And the admin of the publisher sends
        """
        GET /services/data/v67.0/sobjects/ScratchOrgInfo/{note:sign-up}
        """
      Then the answer mentions '"Status":"Active"'

  Rule: The shape of another org

    @route:rest/query
    Scenario: A new shape takes the place of the one before
      Given the admin sends
        """
        POST /services/data/v67.0/sobjects/ShapeRepresentation

        {"Description": "As it was"}
        """
      And the admin sends
        """
        POST /services/data/v67.0/sobjects/ShapeRepresentation

        {}
        """
      When the admin queries
        """
        SELECT Edition, Status FROM ShapeRepresentation ORDER BY Name
        """
      Then the query returns
        | Edition    | Status   |
        | Enterprise | Inactive |
        | Enterprise | Active   |

    @route:rest/read
    Scenario: A scratch org has the edition and the settings of the shape
      Given the policy "share_org_shape" of the org is "true"
      And the policy "require_pkce" of the org is "true"
      And the admin sends
        """
        POST /services/data/v67.0/sobjects/ShapeRepresentation

        {}
        """
      And the admin of the publisher sends
        """
        POST /services/data/v67.0/sobjects/ScratchOrgInfo

        {"SourceOrg": "{org id}", "OrgName": "Company", "ConnectedAppConsumerKey": "PlatformCLI", "ConnectedAppCallbackUrl": "http://localhost:1717/OauthRedirect"}
        """
      And "/id" of the answer is noted as "sign-up"
      When the admin of the publisher sends
        """
        GET /services/data/v67.0/sobjects/ScratchOrgInfo/{note:sign-up}
        """
      Then the answer mentions '"Status":"Active"'
      When "/ScratchOrg" of the answer is noted as "made"
      And the test author reads "/orgs/{note:made}"
      Then the answer mentions '"edition":"Enterprise"'
      And the answer mentions '"policies":{"require_pkce":true'
      When the test author removes "/orgs/{note:made}"
      Then the answer has the status 204

    @route:rest/read
    Scenario Outline: Without a shape that is shared there is none
      Given the policy "share_org_shape" of the org is "<shared>"
      And the admin of the publisher sends
        """
        POST /services/data/v67.0/sobjects/ScratchOrgInfo

        {"SourceOrg": "{org id}", "OrgName": "Company", "ConnectedAppConsumerKey": "PlatformCLI", "ConnectedAppCallbackUrl": "http://localhost:1717/OauthRedirect"}
        """
      And "/id" of the answer is noted as "sign-up"
      When the admin of the publisher sends
        """
        GET /services/data/v67.0/sobjects/ScratchOrgInfo/{note:sign-up}
        """
      Then the answer mentions "<code>"

      Examples:
        | shared | code    |
        | false  | SH-0001 |
        | true   | SH-0002 |

  Rule: What is refused

    Scenario: An org that is no Dev Hub
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/ScratchOrgInfo

        {"Edition": "Developer", "OrgName": "Company"}
        """
      Then the answer is the error "NOT_FOUND"

    Scenario Outline: A definition that is refused at once
      When the admin of the publisher sends
        """
        POST /services/data/v67.0/sobjects/ScratchOrgInfo

        {<member>, "OrgName": "Company", "ConnectedAppConsumerKey": "PlatformCLI", "ConnectedAppCallbackUrl": "http://localhost:1717/OauthRedirect"}
        """
      Then the answer has the status 400
      And the answer mentions "<code>"

      Examples:
        | member                                           | code                                    |
        | "Username": "crew@example.com"                   | REQUIRED_FIELD_MISSING                  |
        | "Edition": "Starter"                             | INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST |
        | "Edition": "Developer", "DurationDays": 31       | NUMBER_OUTSIDE_VALID_RANGE              |
        | "Edition": "Developer", "AdminEmail": "nowhere"  | INVALID_EMAIL_ADDRESS                   |
        | "Edition": "Developer", "Colour": "green"        | INVALID_FIELD                           |

    @route:rest/read
    Scenario Outline: A definition that fails in the sign-up
      When the admin of the publisher sends
        """
        POST /services/data/v67.0/sobjects/ScratchOrgInfo

        {<member>, "Edition": "Developer", "OrgName": "Company", "ConnectedAppCallbackUrl": "http://localhost:1717/OauthRedirect"}
        """
      And "/id" of the answer is noted as "sign-up"
      And the admin of the publisher sends
        """
        GET /services/data/v67.0/sobjects/ScratchOrgInfo/{note:sign-up}
        """
      Then the answer mentions '"Status":"Error"'
      And the answer mentions "<code>"

      Examples:
        | member                                                                         | code    |
        | "ConnectedAppConsumerKey": "PlatformCLI", "Namespace": "stranger"              | S-1017  |
        | "ConnectedAppConsumerKey": "PlatformCLI", "Country": "ZZZ"                     | S-2006  |
        | "ConnectedAppConsumerKey": "PlatformCLI", "SourceOrg": "00D000000000001"       | SH-0002 |
        | "ConnectedAppConsumerKey": "PlatformCLI", "Username": "{username:the admin of the publisher}" | C-1007  |
        | "ConnectedAppConsumerKey": "3MVG9.nobody"                                      | C-1016  |

    @route:rest/limits
    Scenario: No more than the Dev Hub may have
      Given the admin of the publisher has signed up for the scratch org "first"
      And the policy "active_scratch_orgs" of the publisher is "1"
      When the admin of the publisher sends
        """
        POST /services/data/v67.0/sobjects/ScratchOrgInfo

        {"Edition": "Developer", "OrgName": "Company", "ConnectedAppConsumerKey": "PlatformCLI", "ConnectedAppCallbackUrl": "http://localhost:1717/OauthRedirect"}
        """
      Then the answer is the error "LIMIT_EXCEEDED" saying "The signup request failed because this organization has reached its active scratch org limit"
      When the admin of the publisher sends
        """
        GET /services/data/v67.0/limits
        """
      Then the answer mentions '"ActiveScratchOrgs":{"Max":1,"Remaining":0}'

    Scenario: No more than it may make in a day
      Given the admin of the publisher has signed up for the scratch org "first"
      And the policy "daily_scratch_orgs" of the publisher is "1"
      When the admin of the publisher sends
        """
        POST /services/data/v67.0/sobjects/ScratchOrgInfo

        {"Edition": "Developer", "OrgName": "Company", "ConnectedAppConsumerKey": "PlatformCLI", "ConnectedAppCallbackUrl": "http://localhost:1717/OauthRedirect"}
        """
      Then the answer is the error "LIMIT_EXCEEDED" saying "The signup request failed because this organization has reached its daily scratch org signup limit"

  Rule: The end

    @route:rest/delete
    Scenario: Deleting the active record deletes the org
      Given the admin of the publisher has signed up for the scratch org "crew"
      When the admin of the publisher sends
        """
        GET /services/data/v67.0/query?q=SELECT+Id+FROM+ActiveScratchOrg+WHERE+SignupUsername='{note:username}'
        """
      And "/records/0/Id" of the answer is noted as "active"
      And the admin of the publisher sends
        """
        DELETE /services/data/v67.0/sobjects/ActiveScratchOrg/{note:active}
        """
      Then the answer has the status 204
      When the admin of the publisher sends
        """
        GET /services/data/v67.0/sobjects/ScratchOrgInfo/{note:sign-up}
        """
      Then the answer mentions '"Status":"Deleted"'
      When somebody sends
        """
        POST {note:login url}/services/oauth2/token
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id=PlatformCLI&redirect_uri=http://localhost:1717/OauthRedirect
        """
      Then the answer has the status 400

  @route:tooling/describe
  Rule: Changes are tracked

    @route:tooling/query
    Scenario: What was made since the sign-up
      Given the admin of the publisher has signed up for the scratch org "crew"
      And somebody has sent
        """
        POST {note:login url}/services/oauth2/token
        Content-Type: application/x-www-form-urlencoded

        grant_type=authorization_code&code={note:code}&client_id=PlatformCLI&redirect_uri=http://localhost:1717/OauthRedirect
        """
      And "/access_token" of the answer is noted as "token"
      And somebody has sent
        """
        POST {note:login url}/services/data/v67.0/tooling/sobjects/ApexClass
        Authorization: Bearer {note:token}
        Content-Type: application/json

        {"Name": "Parcels", "Body": "public class Parcels { }"}
        """
      When somebody sends
        """
        GET {note:login url}/services/data/v67.0/tooling/query?q=SELECT+MemberType,MemberName,IsNameObsolete,RevisionCounter,IsNewMember+FROM+SourceMember+WHERE+RevisionCounter>0
        Authorization: Bearer {note:token}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"size": 1, "totalSize": 1, "done": true, "queryLocator": null, "entityTypeName": "SourceMember",
          "records": [{"attributes": {"type": "SourceMember", "url": "{any}"}, "MemberType": "ApexClass", "MemberName": "Parcels", "IsNameObsolete": false, "RevisionCounter": 1, "IsNewMember": true}]}
        """

    Scenario: Production tracks none
      When the admin sends
        """
        GET /services/data/v67.0/tooling/sobjects/SourceMember/describe
        """
      Then the answer is the error "NOT_FOUND"
