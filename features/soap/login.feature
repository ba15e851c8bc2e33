@R-E6
Feature: SOAP login
  Username and password with the security token behind it give a session id that every API takes.

  @route:soap/partner
  Rule: Who may log in

    Scenario: The answer tells where to go on, and who came
      Given a user "ada"
      When "ada" logs in over SOAP
      Then the SOAP answer is
        """
        <loginResponse><result>
        <metadataServerUrl>{instance}/services/Soap/m/59.0/{string}</metadataServerUrl>
        <passwordExpired>false</passwordExpired><sandbox>false</sandbox>
        <serverUrl>{instance}/services/Soap/u/59.0/{string}</serverUrl>
        <sessionId>{string}</sessionId><userId>{user id:ada}</userId>
        <userInfo>
        <accessibilityMode>false</accessibilityMode><chatterExternal>false</chatterExternal><currencySymbol>$</currencySymbol>
        <orgAttachmentFileSizeLimit>26214400</orgAttachmentFileSizeLimit><orgDefaultCurrencyIsoCode>USD</orgDefaultCurrencyIsoCode>
        <orgDefaultCurrencyLocale>en_US</orgDefaultCurrencyLocale><orgDisallowHtmlAttachments>false</orgDisallowHtmlAttachments>
        <orgHasPersonAccounts>false</orgHasPersonAccounts><organizationId>{org id}</organizationId>
        <organizationMultiCurrency>false</organizationMultiCurrency><organizationName>{org}</organizationName>
        <profileId>{id}</profileId><roleId xsi:nil="true"/><sessionSecondsValid>7200</sessionSecondsValid>
        <userDefaultCurrencyIsoCode xsi:nil="true"/><userEmail>{username:ada}</userEmail><userFullName>ada</userFullName>
        <userId>{user id:ada}</userId><userLanguage>en_US</userLanguage><userLocale>en_US</userLocale><userName>{username:ada}</userName>
        <userTimeZone>America/Los_Angeles</userTimeZone><userType>Standard</userType><userUiSkin>Theme3</userUiSkin>
        </userInfo></result></loginResponse>
        """

    Scenario: The session id is a bearer token for REST, too
      Given a user "ada"
      And "ada" is logged in over SOAP
      And "sessionId" of the SOAP answer is noted as "session"
      When somebody sends
        """
        GET {instance}/services/data/v67.0/limits
        Authorization: Bearer {note:session}
        """
      Then the answer has the status 200

    Scenario: A wrong password is refused
      Given a user "ada"
      When "ada" logs in over SOAP with "wrong"
      Then the SOAP fault is
        """
        <faultcode>INVALID_LOGIN</faultcode>
        <faultstring>INVALID_LOGIN: Invalid username, password, security token; or user locked out.</faultstring>
        <detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>
        <sf:exceptionMessage>Invalid username, password, security token; or user locked out.</sf:exceptionMessage></sf:LoginFault></detail>
        """

    Scenario: The right password with a wrong token is refused as a wrong password
      Given a user "ada"
      When "ada" logs in over SOAP with "{password:ada}nonsense"
      Then the SOAP fault is "INVALID_LOGIN" saying "Invalid username, password, security token; or user locked out."

    Scenario: The password alone is asked for the security token
      Given a user "ada"
      When "ada" logs in over SOAP with "{password:ada}"
      Then the SOAP fault is "LOGIN_MUST_USE_SECURITY_TOKEN" saying "Invalid username, password, security token; or user locked out. Are you at a new location? {string}"

    Scenario: From a trusted address the password alone does
      Given a user "ada"
      And the org trusts every address
      When "ada" logs in over SOAP with "{password:ada}"
      Then the SOAP answer says "{user id:ada}" in "userId"

    Scenario: From a trusted address the token does no harm
      Given a user "ada"
      And the org trusts every address
      When "ada" logs in over SOAP
      Then the SOAP answer says "{user id:ada}" in "userId"

    Scenario: Ten wrong passwords lock a user out
      Given a user "ada"
      When "ada" fails 10 times to log in over SOAP
      And "ada" logs in over SOAP
      Then the SOAP fault is "INVALID_LOGIN" saying "Invalid username, password, security token; or user locked out."

    Scenario: Nine do not
      Given a user "ada"
      When "ada" fails 9 times to log in over SOAP
      And "ada" logs in over SOAP
      Then the SOAP answer says "{user id:ada}" in "userId"

    Scenario: An inactive user is refused
      Given a user "ada"
      And "ada" is deactivated
      When "ada" logs in over SOAP
      Then the SOAP fault is "INVALID_LOGIN" saying "Invalid username, password, security token; or user locked out."

    Scenario: A user who may use the API alone logs in here
      Given a user "robot" with the profile "Minimum Access - API Only Integrations"
      When "robot" logs in over SOAP
      Then the SOAP answer says "{user id:robot}" in "userId"

    Scenario: A sandbox user logs in at the test host
      Given a sandbox of the org
      And a user "ada" of the sandbox
      When "ada" logs in over SOAP
      Then the SOAP answer says "true" in "sandbox"

    Scenario: An org without API refuses the login
      Given an org of the edition "Professional"
      And a user "ada"
      When "ada" logs in over SOAP
      Then the SOAP fault is "API_DISABLED_FOR_ORG" saying "API is not enabled for this Organization or Partner"

    @R-I1
    Scenario: Logins are in the login history, the refused ones too
      Given a user "ada"
      When "ada" logs in over SOAP with "wrong"
      And "ada" logs in over SOAP
      And the admin queries "SELECT Status, LoginType, ApiType, ApiVersion FROM LoginHistory WHERE UserId = '{user id:ada}' ORDER BY Id"
      Then the query returns
        | Status           | LoginType      | ApiType      | ApiVersion |
        | Invalid password | Other Apex API | SOAP Partner | 59.0       |
        | Success          | Other Apex API | SOAP Partner | 59.0       |

  @route:soap/partner
  Rule: Which versions have a login

    Scenario Outline: Version <version>
      Given a user "ada"
      When "ada" logs in over SOAP version "<version>"
      Then the SOAP fault is "<code>" saying "<message>"

      Examples:
        | version | code                       | message                                                                                                                              |
        | 65.0    | INVALID_OPERATION          | The SOAP Login operation is not available in the API version specified (65.0). Refer to the documentation for supported versions. |
        | 67.0    | INVALID_OPERATION          | The SOAP Login operation is not available in the API version specified (67.0). Refer to the documentation for supported versions. |
        | 30.0    | sf:UNSUPPORTED_API_VERSION | Invalid Api version specified on URL                                                                                                 |
        | 99.0    | sf:UNSUPPORTED_API_VERSION | Invalid Api version specified on URL                                                                                                 |

    Scenario Outline: Version <version> still has one
      Given a user "ada"
      When "ada" logs in over SOAP version "<version>"
      Then the SOAP answer says "{user id:ada}" in "userId"

      Examples:
        | version |
        | 31.0    |
        | 64.0    |

    Scenario: An org that does not take SOAP logins says so
      Given a user "ada"
      And the policy "allow_soap_login" of the org is "false"
      When "ada" logs in over SOAP
      Then the SOAP fault is "INVALID_OPERATION" saying "SOAP API login() is disabled by default in this org. Contact the org administrator to enable SOAP API login()."

    @route:soap/partner-unversioned @route:soap/enterprise-unversioned
    Scenario Outline: <path> names no version
      When somebody sends
        """
        POST <path>
        Content-Type: text/xml

        anything
        """
      Then the SOAP fault is "sf:UNSUPPORTED_API_VERSION" saying "Invalid Api version specified on URL"

      Examples:
        | path             |
        | /services/Soap/u |
        | /services/Soap/c |

  Rule: A session may go on at the address the login told

    @route:soap/partner-org
    Scenario: The address ends in the org's id
      Given the admin sends
        """
        GET /services/data
        """
      When somebody sends
        """
        POST {instance}/services/Soap/u/59.0/{org id}
        Content-Type: text/xml

        <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><SessionHeader xmlns="urn:partner.soap.sforce.com"><sessionId>{session}</sessionId></SessionHeader></e:Header><e:Body><getUserInfo xmlns="urn:partner.soap.sforce.com"/></e:Body></e:Envelope>
        """
      Then the SOAP answer says "{username}" in "userName"

    @route:soap/enterprise-org
    Scenario: So does that of the enterprise endpoint
      Given the admin sends
        """
        GET /services/data
        """
      When somebody sends
        """
        POST {instance}/services/Soap/c/59.0/{org id}
        Content-Type: text/xml

        <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><SessionHeader xmlns="urn:enterprise.soap.sforce.com"><sessionId>{session}</sessionId></SessionHeader></e:Header><e:Body><getUserInfo xmlns="urn:enterprise.soap.sforce.com"/></e:Body></e:Envelope>
        """
      Then the SOAP answer says "{username}" in "userName"

    @route:soap/partner
    Scenario: A logout ends the session
      When the admin calls over SOAP
        """
        <logout/>
        """
      Then the SOAP answer is
        """
        <logoutResponse/>
        """
      When the admin reads "/limits"
      Then the answer is the error "INVALID_SESSION_ID"

    @route:soap/partner
    Scenario: Sessions are ended by their ids
      Given a user "ada"
      And "ada" is logged in over SOAP
      And "sessionId" of the SOAP answer is noted as "session"
      When the admin calls over SOAP
        """
        <invalidateSessions><sessionIds>{note:session}</sessionIds><sessionIds>{note:session}</sessionIds></invalidateSessions>
        """
      Then the SOAP answer is
        """
        <invalidateSessionsResponse><result><success>true</success></result>
        <result><errors><message>Invalid session id</message><statusCode>INVALID_SESSION_ID</statusCode></errors><success>false</success></result></invalidateSessionsResponse>
        """

    @route:soap/enterprise
    Scenario: Whoever asks is told who it is
      When the admin calls over enterprise SOAP
        """
        <getUserInfo/>
        """
      Then the SOAP answer says "{username}" in "userName"

    @route:soap/partner
    Scenario: The server tells its time
      When the admin calls over SOAP
        """
        <getServerTimestamp/>
        """
      Then the SOAP answer is
        """
        <getServerTimestampResponse><result><timestamp>{string}Z</timestamp></result></getServerTimestampResponse>
        """
