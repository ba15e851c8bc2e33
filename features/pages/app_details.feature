Feature: ID tokens, custom attributes, single logout and the like
  What a developer and an admin set beside callbacks, scopes and flows: on the pages of Setup as in metadata, and as clients notice it.

  Background:
    Given a user "ada"
    And the org's own external client app "Suite" with
      | Flows        | web_server refresh_token token_exchange |
      | OAuth Scopes | api id openid refresh_token             |

  @R-B2 @route:pages/external-settings @route:pages/save-external-settings
  Rule: The developer's settings

    @R-D15
    Scenario: An id_token lives and tells as it is configured
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/settings?id={app id:Suite}"
      And the admin fills in the form and presses "Save"
        | Contact Email             | dev@vendor.example    |
        | ID Token Validity         | 30                    |
        | ID Token Audiences        | https://other.example |
        | Include Standard Claims   | on                    |
        | Include Custom Attributes | on                    |
        | Custom Attributes         | region = 'EMEA'\nmail = $User.Email & "!" |
      Then the page shows the admin
        | ID Token Validity  | 30 minutes            |
        | ID Token Audiences | https://other.example |
        | Custom Attributes  | region = 'EMEA' mail = $User.Email & "!" |
      When "ada" connects "Suite"
      Then the id_token of "Suite" is signed by a published key and says
        | aud                | ["{key:Suite}","https://other.example"] |
        | preferred_username | {username:ada}                          |
        | custom_attributes  | {any}                                   |

    @R-D14 @route:oauth/userinfo @route:oauth/identity
    Scenario: The app is told the attributes with the identity of its user
      Given the admin opens the path "/lightning/setup/ManageExternalClientApplication/settings?id={app id:Suite}"
      And the admin has filled in the form and pressed "Save"
        | Contact Email     | dev@vendor.example                      |
        | Custom Attributes | region = 'EMEA'\nname = $User.Username  |
      And "ada" has connected "Suite"
      When "Suite" asks for the user info
      Then the answer mentions '"custom_attributes":{"name":"{username:ada}","region":"EMEA"}'

    Scenario Outline: <what> is told at its field
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/settings?id={app id:Suite}"
      And the admin fills in the form and presses "Save"
        | Contact Email | dev@vendor.example |
        | <field>       | <value>            |
      Then the page tells the admin "Review the errors on this page."
      And the page tells the admin "<error>"

      Examples:
        | what                          | field             | value            | error                                                                  |
        | A validity beyond twelve hours | ID Token Validity | 721              | ID Token Validity : Enter a number of minutes between 1 and 720.       |
        | A field that users have not   | Custom Attributes | a = $User.Shoe   | Custom Attributes : Field $User.Shoe does not exist. Check spelling.   |
        | A line that is no attribute   | Custom Attributes | region           | Custom Attributes : 'region' is not of the form key = formula.         |
        | A logout address that is none | Single Logout URL | myapp://logout   | Single Logout URL : Enter an address that begins with https:// or http:// |
        | An info page that is a script | Info URL          | javascript:x     | Info URL : Enter an address that begins with https:// or http://       |

    @R-D9 @route:oauth/token
    Scenario: A secret can be demanded for token exchange
      Given the admin opens the path "/lightning/setup/ManageExternalClientApplication/settings?id={app id:Suite}"
      And the admin has filled in the form and pressed "Save"
        | Contact Email                          | dev@vendor.example |
        | Require secret for Token Exchange Flow | on                 |
      When "Suite" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Suite}                                     |
        | subject_token      | opaque-4711                                     |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
      Then the answer is the OAuth error "invalid_client" saying "invalid client credentials"

    @R-G1
    Scenario: What the page saved, metadata retrieves
      Given the admin opens the path "/lightning/setup/ManageExternalClientApplication/settings?id={app id:Suite}"
      And the admin has filled in the form and pressed "Save"
        | Contact Email           | dev@vendor.example         |
        | Contact Phone           | 555 0100                   |
        | Single Logout URL       | https://suite.example/out  |
        | Custom Attributes       | region = 'EMEA'            |
        | Include Standard Claims | on                         |
        | Issue Asset Tokens      | on                         |
        | Token Validity          | 5                          |
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/settings?id={app id:Suite}"
      Then the field "Contact Phone" holds "555 0100" for the admin
      And the field "Single Logout URL" holds "https://suite.example/out" for the admin
      And the field "Custom Attributes" holds "region = 'EMEA'" for the admin
      And the field "Include Standard Claims" holds "on" for the admin
      And the field "Issue Asset Tokens" holds "on" for the admin
      And the field "Token Validity" holds "5" for the admin

  @R-B5 @route:pages/external-policies @route:pages/save-external-policies
  Rule: The admin's policies

    @R-D9
    Scenario: An org that switches token exchange off refuses it
      Given the org exchanges tokens of "Suite" by the handler "Partner" with
        """
        {"issuer": "https://idp.example", "subject": {"claim": "sub", "users": {"4711": "{username:ada}"}},
         "tokens": [{"token": "opaque-4711", "claims": {"sub": "4711"}}]}
        """
      And "ada" has connected "Suite"
      When "Suite" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Suite}                                     |
        | subject_token      | opaque-4711                                     |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
      Then tokens are issued for "ada"
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Suite}"
      And the admin fills in the form and presses "Save"
        | Enable Token Exchange Flow | off |
      Then the page shows the admin
        | Enable Token Exchange Flow | No |
      When "Suite" asks for tokens with
        | grant_type         | urn:ietf:params:oauth:grant-type:token-exchange |
        | client_id          | {key:Suite}                                     |
        | subject_token      | opaque-4711                                     |
        | subject_token_type | urn:ietf:params:oauth:token-type:access_token   |
      Then the answer has the status 400

    Scenario: The admin's attributes stand in the place of the developer's
      Given the admin opens the path "/lightning/setup/ManageExternalClientApplication/settings?id={app id:Suite}"
      And the admin has filled in the form and pressed "Save"
        | Contact Email     | dev@vendor.example            |
        | Custom Attributes | region = 'EMEA'\ntier = 'low' |
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Suite}"
      And the admin fills in the form and presses "Save"
        | Custom Attributes      | tier = 'high'              |
        | Named User JWT Timeout | 15 minutes                 |
        | Single Logout URL      | https://acme.example/out   |
        | Apex Plugin Class      | Launch                     |
      Then the page shows the admin
        | Custom Attributes      | tier = 'high'              |
        | Named User JWT Timeout | 15 minutes                 |
        | Single Logout URL      | https://acme.example/out   |
        | Apex Plugin Class      | Launch                     |
      When "ada" connects "Suite"
      And "Suite" asks for the user info
      Then the answer mentions '"custom_attributes":{"region":"EMEA","tier":"high"}'

    Scenario: A handler runs as nobody who is not there
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Suite}"
      And the admin fills in the form and presses "Save"
        | Run As (Execution User) | nobody@a.example |
      Then the page tells the admin "No user of this org has this username."

  @R-G1 @route:soap/metadata @route:pages/external-app
  Rule: What metadata deploys is on the pages, and what the pages save is retrieved

    Scenario: A file's settings and policies are seen, changed and retrieved
      Given the archive "app"
        | package.xml                                  | <Package><types><members>*</members><name>ExternalClientApplication</name></types><types><members>*</members><name>ExtlClntAppGlobalOauthSettings</name></types><types><members>*</members><name>ExtlClntAppOauthSettings</name></types><types><members>*</members><name>ExtlClntAppOauthConfigurablePolicies</name></types><version>67.0</version></Package> |
        | externalClientApps/Sync.eca                  | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><contactPhone>555 0100</contactPhone><distributionState>Local</distributionState><infoUrl>https://sync.example/about</infoUrl><label>Order Sync</label></ExternalClientApplication> |
        | extlClntAppGlobalOauthSets/Sync.ecaGlblOauth | <ExtlClntAppGlobalOauthSettings><callbackUrl>https://client.example/callback</callbackUrl><externalClientApplication>Sync</externalClientApplication><idTokenConfig><idTokenAudience>https://other.example</idTokenAudience><idTokenIncludeStandardClaims>true</idTokenIncludeStandardClaims><idTokenValidityInMinutes>45</idTokenValidityInMinutes></idTokenConfig><isCodeCredPostOnly>true</isCodeCredPostOnly><label>Sync</label></ExtlClntAppGlobalOauthSettings> |
        | extlClntAppOauthSettings/Sync.ecaOauth       | <ExtlClntAppOauthSettings><assetTokenValidity>5</assetTokenValidity><commaSeparatedOauthScopes>Api, RefreshToken</commaSeparatedOauthScopes><customAttributes><formula>$User.Shoe__c</formula><key>kind</key></customAttributes><externalClientApplication>Sync</externalClientApplication><label>Sync</label><singleLogoutUrl>https://sync.example/out</singleLogoutUrl></ExtlClntAppOauthSettings> |
        | extlClntAppOauthPolicies/Sync.ecaOauthPlcy   | <ExtlClntAppOauthConfigurablePolicies><apexHandler>Launch</apexHandler><externalClientApplication>Sync</externalClientApplication><label>Sync</label><namedUserJwtSessionTimeoutType>Custom</namedUserJwtSessionTimeoutType><namedUserJwtTimeout>15</namedUserJwtTimeout><startUrl>https://sync.example/start</startUrl></ExtlClntAppOauthConfigurablePolicies> |
      And the admin has deployed "app"
      And the admin has retrieved
        """
        <types><members>Sync</members><name>ExtlClntAppGlobalOauthSettings</name></types>
        """
      And the retrieved app is "Sync"
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/app?id={app id:Sync}&tab=settings"
      Then the page shows the admin
        | Contact Phone                             | 555 0100                   |
        | Info URL                                  | https://sync.example/about |
        | ID Token Validity                         | 45 minutes                 |
        | ID Token Audiences                        | https://other.example      |
        | Include Standard Claims                   | Yes                        |
        | Require user credentials in the POST body | Yes                        |
        | Custom Attributes                         | kind = $User.Shoe__c  |
        | Issue Asset Tokens                        | 5 minutes                  |
        | Single Logout URL                         | https://sync.example/out   |
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/app?id={app id:Sync}&tab=policies"
      Then the page shows the admin
        | Start URL              | https://sync.example/start |
        | Named User JWT Timeout | 15 minutes                 |
        | Apex Plugin Class      | Launch                     |
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/settings?id={app id:Sync}"
      And the admin fills in the form and presses "Save"
        | Single Logout URL | https://sync.example/elsewhere |
      Then the page shows the admin
        | Custom Attributes | kind = $User.Shoe__c           |
        | Single Logout URL | https://sync.example/elsewhere |
      When the admin opens the path "/lightning/setup/ManageExternalClientApplication/policies?id={app id:Sync}"
      And the admin fills in the form and presses "Save"
        | Named User JWT Timeout | 30 minutes                     |
        | Single Logout URL      | https://acme.example/elsewhere |
      And the admin retrieves
        """
        <types><members>Sync</members><name>ExtlClntAppOauthConfigurablePolicies</name></types>
        """
      Then the retrieved file "unpackaged/extlClntAppOauthPolicies/Sync.ecaOauthPlcy" is
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <ExtlClntAppOauthConfigurablePolicies xmlns="http://soap.sforce.com/2006/04/metadata">
          <apexHandler>Launch</apexHandler>
          <externalClientApplication>Sync</externalClientApplication>
          <ipRelaxationPolicyType>Enforce</ipRelaxationPolicyType>
          <isClientCredentialsFlowEnabled>false</isClientCredentialsFlowEnabled>
          <isGuestCodeCredFlowEnabled>false</isGuestCodeCredFlowEnabled>
          <label>Sync</label>
          <namedUserJwtSessionTimeoutType>Custom</namedUserJwtSessionTimeoutType>
          <namedUserJwtTimeout>30</namedUserJwtTimeout>
          <permittedUsersPolicyType>AllSelfAuthorized</permittedUsersPolicyType>
          <refreshTokenPolicyType>SpecificInactivity</refreshTokenPolicyType>
          <refreshTokenValidityPeriod>30</refreshTokenValidityPeriod>
          <refreshTokenValidityUnit>Days</refreshTokenValidityUnit>
          <requiredSessionLevel>STANDARD</requiredSessionLevel>
          <singleLogoutUrl>https://acme.example/elsewhere</singleLogoutUrl>
          <startUrl>https://sync.example/start</startUrl>
        </ExtlClntAppOauthConfigurablePolicies>
        """
