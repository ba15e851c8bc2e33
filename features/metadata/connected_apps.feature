@route:soap/metadata @R-G1
Feature: Connected apps by the Metadata API
  Since Spring '26 none can be created; those that are there can be changed and retrieved.

  Background:
    Given the archive "app"
      | package.xml                      | <Package><types><members>Legacy</members><name>ConnectedApp</name></types><version>67.0</version></Package> |
      | connectedApps/Legacy.connectedApp | <ConnectedApp><contactEmail>dev@vendor.example</contactEmail><label>Legacy {unique:app}</label><oauthConfig><callbackUrl>https://client.example/callback</callbackUrl><consumerKey>3MVG9.{unique:legacy}</consumerKey><scopes>Api</scopes><scopes>RefreshToken</scopes></oauthConfig></ConnectedApp> |

  Scenario: A new one is refused
    When the admin deploys "app"
    Then the answer mentions "<problem>You can&apos;t create a connected app. To enable connected app creation, contact Salesforce Customer Support.</problem>"
    And no app has the consumer key "3MVG9.{unique:legacy}"

  Scenario: In an org of an earlier era it is made, and changed
    Given an org of the era "winter-26"
    And the admin has deployed "app"
    And the archive "changed"
      | package.xml                      | <Package><types><members>Legacy</members><name>ConnectedApp</name></types><version>67.0</version></Package> |
      | connectedApps/Legacy.connectedApp | <ConnectedApp><contactEmail>dev@vendor.example</contactEmail><label>Legacy {unique:app}</label><oauthConfig><callbackUrl>https://client.example/callback</callbackUrl><isPkceRequired>true</isPkceRequired><scopes>Api</scopes></oauthConfig><oauthPolicy><refreshTokenPolicy>specific_lifetime:4:HOURS</refreshTokenPolicy></oauthPolicy></ConnectedApp> |
    And the admin has deployed "changed"
    When the admin retrieves
      """
      <types><members>Legacy</members><name>ConnectedApp</name></types>
      """
    Then the retrieved file "unpackaged/connectedApps/Legacy.connectedApp" is
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">
        <contactEmail>dev@vendor.example</contactEmail>
        <label>Legacy {unique:app}</label>
        <oauthConfig>
          <callbackUrl>https://client.example/callback</callbackUrl>
          <consumerKey>3MVG9.{unique:legacy}</consumerKey>
          <isAdminApproved>false</isAdminApproved>
          <isClientCredentialEnabled>false</isClientCredentialEnabled>
          <isCodeCredentialEnabled>false</isCodeCredentialEnabled>
          <isCodeCredentialPostOnly>false</isCodeCredentialPostOnly>
          <isConsumerSecretOptional>false</isConsumerSecretOptional>
          <isIntrospectAllTokens>false</isIntrospectAllTokens>
          <isNamedUserJwtEnabled>false</isNamedUserJwtEnabled>
          <isPkceRequired>true</isPkceRequired>
          <isRefreshTokenRotationEnabled>false</isRefreshTokenRotationEnabled>
          <isSecretRequiredForRefreshToken>true</isSecretRequiredForRefreshToken>
          <isSecretRequiredForTokenExchange>false</isSecretRequiredForTokenExchange>
          <isTokenExchangeEnabled>false</isTokenExchangeEnabled>
          <scopes>Api</scopes>
        </oauthConfig>
        <oauthPolicy><ipRelaxation>ENFORCE</ipRelaxation><refreshTokenPolicy>specific_lifetime:4:HOURS</refreshTokenPolicy></oauthPolicy>
      </ConnectedApp>
      """

  Scenario: A key that somebody has is refused
    Given an org of the era "winter-26"
    And the admin has deployed "app"
    And the archive "again"
      | package.xml                     | <Package><types><members>Other</members><name>ConnectedApp</name></types><version>67.0</version></Package> |
      | connectedApps/Other.connectedApp | <ConnectedApp><contactEmail>dev@vendor.example</contactEmail><label>Other</label><oauthConfig><callbackUrl>https://client.example/callback</callbackUrl><consumerKey>3MVG9.{unique:legacy}</consumerKey><scopes>Api</scopes></oauthConfig></ConnectedApp> |
    When the admin deploys "again"
    Then the answer mentions "<problem>The consumer key is already taken.</problem>"

  Scenario: Settings switch what holds in the org
    Given the archive "settings"
      | package.xml                 | <Package><types><members>OauthOidc</members><name>Settings</name></types><version>67.0</version></Package> |
      | settings/OauthOidc.settings | <OauthOidcSettings><blockOAuthUnPwFlow>false</blockOAuthUnPwFlow><isPkceRequired>true</isPkceRequired></OauthOidcSettings> |
    And the admin has deployed "settings"
    When the test author reads "/orgs/{org}"
    Then the answer mentions '"allow_username_password_flow":true'
    When the admin retrieves
      """
      <types><members>OauthOidc</members><name>Settings</name></types>
      """
    Then the retrieved file "unpackaged/settings/OauthOidc.settings" is
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <OauthOidcSettings xmlns="http://soap.sforce.com/2006/04/metadata">
        <blockOAuthUnPwFlow>false</blockOAuthUnPwFlow>
        <blockOAuthUsrAgtFlow>false</blockOAuthUsrAgtFlow>
        <isPkceRequired>true</isPkceRequired>
        <oAuthCdCrdtFlowEnable>false</oAuthCdCrdtFlowEnable>
      </OauthOidcSettings>
      """

  Scenario: Settings that are not switched here are refused
    Given the archive "settings"
      | package.xml              | <Package><types><members>Account</members><name>Settings</name></types><version>67.0</version></Package> |
      | settings/Account.settings | <AccountSettings/> |
    When the admin deploys "settings"
    Then the answer mentions "<problem>Not available for deploy for this organization</problem>"
