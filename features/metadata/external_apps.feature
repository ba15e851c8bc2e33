@route:soap/metadata @R-G1
Feature: A deployed external client app is an app
  Five files make an external client app: what it is, what it may do, how it does it, and what the org lets it do. Once they are deployed it has a
  key and a secret, and its users can authorize it.

  Background:
    Given a user "ada"
    And the archive "app"
      | package.xml                                     | <Package><types><members>*</members><name>ExternalClientApplication</name></types><types><members>*</members><name>ExtlClntAppGlobalOauthSettings</name></types><types><members>*</members><name>ExtlClntAppOauthSettings</name></types><types><members>*</members><name>ExtlClntAppOauthConfigurablePolicies</name></types><version>67.0</version></Package> |
      | externalClientApps/Sync.eca                     | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Local</distributionState><isProtected>false</isProtected><label>Order Sync</label></ExternalClientApplication> |
      | extlClntAppGlobalOauthSets/Sync.ecaGlblOauth    | <ExtlClntAppGlobalOauthSettings><callbackUrl>https://client.example/callback</callbackUrl><externalClientApplication>Sync</externalClientApplication><isPkceRequired>false</isPkceRequired><isConsumerSecretOptional>true</isConsumerSecretOptional><isSecretRequiredForRefreshToken>false</isSecretRequiredForRefreshToken><label>Sync</label></ExtlClntAppGlobalOauthSettings> |
      | extlClntAppOauthSettings/Sync.ecaOauth          | <ExtlClntAppOauthSettings><commaSeparatedOauthScopes>Api, RefreshToken</commaSeparatedOauthScopes><externalClientApplication>Sync</externalClientApplication><label>Sync</label></ExtlClntAppOauthSettings> |
      | extlClntAppOauthPolicies/Sync.ecaOauthPlcy      | <ExtlClntAppOauthConfigurablePolicies><externalClientApplication>Sync</externalClientApplication><permittedUsersPolicyType>AllSelfAuthorized</permittedUsersPolicyType><refreshTokenPolicyType>Infinite</refreshTokenPolicyType><label>Sync</label></ExtlClntAppOauthConfigurablePolicies> |

  Rule: Deploying changes the running org

    Background:
      Given the admin has deployed "app"
      And the admin has retrieved
        """
        <types><members>Sync</members><name>ExtlClntAppGlobalOauthSettings</name></types>
        """
      And the retrieved app is "Sync"

    Scenario: Its users authorize it
      When "ada" connects "Sync"
      Then the access token of "Sync" works

    @R-G2
    Scenario: The key is retrieved with the global settings, the secret is not
      Then the retrieved file "unpackaged/extlClntAppGlobalOauthSets/Sync.ecaGlblOauth" is
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <ExtlClntAppGlobalOauthSettings xmlns="http://soap.sforce.com/2006/04/metadata">
          <callbackUrl>https://client.example/callback</callbackUrl>
          <consumerKey>{note:consumer key}</consumerKey>
          <externalClientApplication>Sync</externalClientApplication>
          <isClientCredentialsFlowEnabled>false</isClientCredentialsFlowEnabled>
          <isCodeCredFlowEnabled>false</isCodeCredFlowEnabled>
          <isCodeCredPostOnly>false</isCodeCredPostOnly>
          <isConsumerSecretOptional>true</isConsumerSecretOptional>
          <isDeviceFlowEnabled>false</isDeviceFlowEnabled>
          <isIntrospectAllTokens>false</isIntrospectAllTokens>
          <isNamedUserJwtEnabled>false</isNamedUserJwtEnabled>
          <isPkceRequired>false</isPkceRequired>
          <isRefreshTokenRotationEnabled>false</isRefreshTokenRotationEnabled>
          <isSecretRequiredForRefreshToken>false</isSecretRequiredForRefreshToken>
          <isSecretRequiredForTokenExchange>false</isSecretRequiredForTokenExchange>
          <isTokenExchangeEnabled>false</isTokenExchangeEnabled>
          <label>Sync</label>
          <shouldRotateConsumerKey>false</shouldRotateConsumerKey>
          <shouldRotateConsumerSecret>false</shouldRotateConsumerSecret>
        </ExtlClntAppGlobalOauthSettings>
        """

    @R-G2
    Scenario: Policies that nobody deployed are there
      When the admin retrieves
        """
        <types><members>*</members><name>ExtlClntAppConfigurablePolicies</name></types>
        """
      Then the retrieved files are
        | unpackaged/extlClntAppPolicies/Sync_plcy.ecaPlcy |
        | unpackaged/package.xml                           |
      And the retrieved file "unpackaged/extlClntAppPolicies/Sync_plcy.ecaPlcy" is
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <ExtlClntAppConfigurablePolicies xmlns="http://soap.sforce.com/2006/04/metadata">
          <externalClientApplication>Sync</externalClientApplication>
          <isEnabled>true</isEnabled>
          <isOauthPluginEnabled>true</isOauthPluginEnabled>
          <label>Sync_plcy</label>
        </ExtlClntAppConfigurablePolicies>
        """

    Scenario: A policy that admits approved users alone turns the others away
      Given the archive "closed"
        | package.xml                                | <Package><types><members>Sync</members><name>ExtlClntAppOauthConfigurablePolicies</name></types><version>67.0</version></Package> |
        | extlClntAppOauthPolicies/Sync.ecaOauthPlcy | <ExtlClntAppOauthConfigurablePolicies><externalClientApplication>Sync</externalClientApplication><permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType><label>Sync</label></ExtlClntAppOauthConfigurablePolicies> |
      When the admin deploys "closed"
      Then the answer mentions "<status>Succeeded</status>"
      When "ada" authorizes "Sync"
      Then the callback of "Sync" gets the error "OAUTH_APP_ACCESS_DENIED" saying "user is not admin approved to access this app"

    Scenario: The same files again change nothing
      When the admin deploys "app"
      Then the answer mentions "<changed>false</changed><componentType>ExtlClntAppOauthSettings</componentType><created>false</created>"
      When "ada" connects "Sync"
      Then the access token of "Sync" works

    Scenario: A removed app can no longer be authorized
      Given the archive "gone"
        | package.xml            | <Package><version>67.0</version></Package>                                                                  |
        | destructiveChanges.xml | <Package><types><members>Sync</members><name>ExternalClientApplication</name></types></Package> |
      When the admin deploys "gone"
      Then the answer mentions "<deleted>true</deleted>"
      And no app has the consumer key "{note:consumer key}"

  @R-G2
  Rule: The key exists only afterwards

    Scenario: A deployment that fails makes no app
      Given the archive "broken"
        | package.xml                                  | <Package><types><members>*</members><name>ExternalClientApplication</name></types><types><members>*</members><name>ExtlClntAppGlobalOauthSettings</name></types><types><members>Key</members><name>NamedCredential</name></types><version>67.0</version></Package> |
        | externalClientApps/Sync.eca                  | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Local</distributionState><label>Order Sync</label></ExternalClientApplication> |
        | extlClntAppGlobalOauthSets/Sync.ecaGlblOauth | <ExtlClntAppGlobalOauthSettings><callbackUrl>https://client.example/callback</callbackUrl><consumerKey>3MVG9.{unique:sync}</consumerKey><externalClientApplication>Sync</externalClientApplication></ExtlClntAppGlobalOauthSettings> |
        | namedCredentials/Key.namedCredential         | <NamedCredential><label>Key</label><jwtIssuer>3MVG9.{unique:sync}</jwtIssuer></NamedCredential> |
      When the admin deploys "broken"
      Then the answer mentions "<problem>In field: consumerKey - no OauthConsumer named 3MVG9.{unique:sync} found</problem>"
      And no app has the consumer key "3MVG9.{unique:sync}"

    Scenario: Split in two, it works
      Given the archive "first"
        | package.xml                                  | <Package><types><members>*</members><name>ExternalClientApplication</name></types><types><members>*</members><name>ExtlClntAppGlobalOauthSettings</name></types><version>67.0</version></Package> |
        | externalClientApps/Sync.eca                  | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Local</distributionState><label>Order Sync</label></ExternalClientApplication> |
        | extlClntAppGlobalOauthSets/Sync.ecaGlblOauth | <ExtlClntAppGlobalOauthSettings><callbackUrl>https://client.example/callback</callbackUrl><consumerKey>3MVG9.{unique:sync}</consumerKey><externalClientApplication>Sync</externalClientApplication></ExtlClntAppGlobalOauthSettings> |
      And the archive "second"
        | package.xml                          | <Package><types><members>Key</members><name>NamedCredential</name></types><version>67.0</version></Package> |
        | namedCredentials/Key.namedCredential | <NamedCredential><label>Key</label><jwtIssuer>3MVG9.{unique:sync}</jwtIssuer></NamedCredential> |
      And the admin has deployed "first"
      When the admin deploys "second"
      Then the answer mentions "<status>Succeeded</status>"

  Rule: What cannot be

    Scenario Outline: Refused: <what>
      Given the archive "wrong"
        | package.xml                 | <package> |
        | externalClientApps/Sync.eca | <header>  |
        | <file>                      | <content> |
      When the admin deploys "wrong"
      Then the answer mentions "<words>"
      And the SOAP answer says "Failed" in "status"

      Examples:
        | what                          | package                                                                                                                                                                                                 | header                                                                                                                                                                      | file                                    | content                                                                                                                                                                           | words                                                                                                                                                              |
        | settings of an unknown app    | <Package><types><members>*</members><name>ExternalClientApplication</name></types><types><members>*</members><name>ExtlClntAppOauthSettings</name></types><version>67.0</version></Package>             | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Local</distributionState><label>Order Sync</label></ExternalClientApplication> | extlClntAppOauthSettings/X.ecaOauth     | <ExtlClntAppOauthSettings><externalClientApplication>Nope</externalClientApplication></ExtlClntAppOauthSettings>                                                                  | <problem>In field: externalClientApplication - no ExternalClientApplication named Nope found</problem>                                                             |
        | a policy before the settings  | <Package><types><members>*</members><name>ExternalClientApplication</name></types><types><members>*</members><name>ExtlClntAppOauthConfigurablePolicies</name></types><version>67.0</version></Package> | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Local</distributionState><label>Order Sync</label></ExternalClientApplication> | extlClntAppOauthPolicies/X.ecaOauthPlcy | <ExtlClntAppOauthConfigurablePolicies><externalClientApplication>Sync</externalClientApplication></ExtlClntAppOauthConfigurablePolicies>                                          | <problem>In field: externalClientApplication - no ExtlClntAppOauthSettings named Sync found</problem>                                                              |
        | a scope that is none          | <Package><types><members>*</members><name>ExternalClientApplication</name></types><types><members>*</members><name>ExtlClntAppOauthSettings</name></types><version>67.0</version></Package>             | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Local</distributionState><label>Order Sync</label></ExternalClientApplication> | extlClntAppOauthSettings/X.ecaOauth     | <ExtlClntAppOauthSettings><commaSeparatedOauthScopes>Everything</commaSeparatedOauthScopes><externalClientApplication>Sync</externalClientApplication></ExtlClntAppOauthSettings> | <problem>&apos;Everything&apos; is not a valid value for the enum &apos;ConnectedAppOauthAccessScope&apos;</problem>                                               |
        | a callback in the wrong file  | <Package><types><members>*</members><name>ExternalClientApplication</name></types><types><members>*</members><name>ExtlClntAppOauthSettings</name></types><version>67.0</version></Package>             | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Local</distributionState><label>Order Sync</label></ExternalClientApplication> | extlClntAppOauthSettings/X.ecaOauth     | <ExtlClntAppOauthSettings><callbackUrl>https://a.example</callbackUrl><externalClientApplication>Sync</externalClientApplication></ExtlClntAppOauthSettings>                      | <problem>Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}callbackUrl invalid at this location in type ExtlClntAppOauthSettings</problem>      |
        | a state that articles write   | <Package><types><members>*</members><name>ExternalClientApplication</name></types><version>67.0</version></Package>                                                                                     | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Local</distributionState><label>Order Sync</label></ExternalClientApplication> | externalClientApps/Other.eca            | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Packageable</distributionState><label>Other</label></ExternalClientApplication>      | <problem>&apos;Packageable&apos; is not a valid value for the enum &apos;ExtlClntAppDistState&apos;</problem>                                                      |
        | the name of another namespace | <Package><types><members>*</members><name>ExternalClientApplication</name></types><version>67.0</version></Package>                                                                                     | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Local</distributionState><label>Order Sync</label></ExternalClientApplication> | externalClientApps/ns__Other.eca        | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Local</distributionState><label>Other</label></ExternalClientApplication>            | <problem>Cannot create a new component with the namespace: ns.  Only components in the same namespace as the organization can be created through the API</problem> |
        | no contact                    | <Package><types><members>*</members><name>ExternalClientApplication</name></types><version>67.0</version></Package>                                                                                     | <ExternalClientApplication><contactEmail>dev@vendor.example</contactEmail><distributionState>Local</distributionState><label>Order Sync</label></ExternalClientApplication> | externalClientApps/Other.eca            | <ExternalClientApplication><distributionState>Local</distributionState><label>Other</label></ExternalClientApplication>                                                           | <problem>Required field is missing: contactEmail</problem>                                                                                                         |

    Scenario: A second policy for one app
      Given the admin has deployed "app"
      And the archive "second"
        | package.xml                                 | <Package><types><members>Other</members><name>ExtlClntAppOauthConfigurablePolicies</name></types><version>67.0</version></Package> |
        | extlClntAppOauthPolicies/Other.ecaOauthPlcy | <ExtlClntAppOauthConfigurablePolicies><externalClientApplication>Sync</externalClientApplication></ExtlClntAppOauthConfigurablePolicies> |
      When the admin deploys "second"
      Then the answer mentions "<problem>duplicate value found: ExternalClientApplicationId duplicates value on Sync</problem>"

    Scenario: A permission set that there is not
      Given the admin has deployed "app"
      And the archive "policy"
        | package.xml                                | <Package><types><members>Sync</members><name>ExtlClntAppOauthConfigurablePolicies</name></types><version>67.0</version></Package> |
        | extlClntAppOauthPolicies/Sync.ecaOauthPlcy | <ExtlClntAppOauthConfigurablePolicies><commaSeparatedPermissionSet>Nope</commaSeparatedPermissionSet><externalClientApplication>Sync</externalClientApplication></ExtlClntAppOauthConfigurablePolicies> |
      When the admin deploys "policy"
      Then the answer mentions "<problem>We couldn&apos;t find permission sets called Nope</problem>"

    Scenario: A new key without leave to ignore what it breaks
      Given the admin has deployed "app"
      And the archive "rotate"
        | package.xml                                  | <Package><types><members>Sync</members><name>ExtlClntAppGlobalOauthSettings</name></types><version>67.0</version></Package> |
        | extlClntAppGlobalOauthSets/Sync.ecaGlblOauth | <ExtlClntAppGlobalOauthSettings><callbackUrl>https://client.example/callback</callbackUrl><externalClientApplication>Sync</externalClientApplication><shouldRotateConsumerKey>true</shouldRotateConsumerKey></ExtlClntAppGlobalOauthSettings> |
      When the admin deploys "rotate"
      Then the answer mentions "<status>Failed</status>"
      When the admin deploys "rotate" with
        | ignoreWarnings | true |
      Then the answer mentions "<status>Succeeded</status>"
