@R-F4
Feature: Describe over SOAP, and the WSDLs
  SOAP describes what REST describes, in the order of the WSDL; the WSDLs declare what the endpoints do.

  @route:soap/partner
  Rule: Describing

    Scenario: All objects
      When the admin calls over SOAP
        """
        <describeGlobal/>
        """
      Then the SOAP answer is
        """
        <describeGlobalResponse><result><encoding>UTF-8</encoding><maxBatchSize>200</maxBatchSize><sobjects><activateable>{any}</updateable></sobjects></result></describeGlobalResponse>
        """
      And the answer mentions "<keyPrefix>001</keyPrefix><label>Account</label><labelPlural>Accounts</labelPlural>"

    Scenario: One object
      When the admin calls over SOAP
        """
        <describeSObject><sObjectType>account</sObjectType></describeSObject>
        """
      Then the answer mentions "<describeSObjectResponse><result>"
      And the answer mentions "<keyPrefix>001</keyPrefix><label>Account</label>"
      And the answer mentions "<name>Name</name><nameField>true</nameField>"
      And the answer mentions "<soapType>tns:ID</soapType>"
      And the answer mentions "<urlDetail>http"

    Scenario Outline: Version <version> describes as its WSDL says
      When the admin calls over SOAP version "<version>"
        """
        <body>
        """
      Then the answer mentions "<head>"
      And the answer mentions "<kind>"

      Examples:
        | version | body                                                                | head                                                                     | kind                            |
        | 60.0    | <describeSObject><sObjectType>Account</sObjectType></describeSObject> | <result><activateable>false</activateable><associateEntityType xsi:nil=   | <soapType>tns:address</soapType> |
        | 49.0    | <describeSObject><sObjectType>Account</sObjectType></describeSObject> | <result><activateable>false</activateable><childRelationships>           | <soapType>tns:address</soapType> |
        | 34.0    | <describeSObject><sObjectType>Account</sObjectType></describeSObject> | <result><activateable>false</activateable><childRelationships>           | <soapType>urn:address</soapType> |

    Scenario: Several at once
      When the admin calls over SOAP
        """
        <describeSObjects><sObjectType>Account</sObjectType><sObjectType>Contact</sObjectType></describeSObjects>
        """
      Then the answer mentions "<keyPrefix>001</keyPrefix>"
      And the answer mentions "<keyPrefix>003</keyPrefix>"

    Scenario: An object nobody has
      When the admin calls over SOAP
        """
        <describeSObject><sObjectType>Nope</sObjectType></describeSObject>
        """
      Then the SOAP fault is "sf:INVALID_TYPE" saying "sObject type 'Nope' is not supported. {string}"

  Rule: WSDLs are fetched with a session

    @route:soap/wsdl
    Scenario Outline: The <name> WSDL
      When the admin sends
        """
        GET /services/wsdl/<name>
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: text/xml; charset=utf-8
        """
      And the answer mentions 'targetNamespace="urn:<name>.soap.sforce.com"'
      And the answer mentions '/services/Soap/<letter>/67.0"/>'

      Examples:
        | name       | letter |
        | partner    | u      |
        | enterprise | c      |

    @route:soap/wsdl @R-G1
    Scenario: The metadata WSDL has the calls of the Metadata API and its component types
      When the admin sends
        """
        GET /services/wsdl/metadata
        """
      Then the answer has the status 200
      And the answer mentions 'targetNamespace="http://soap.sforce.com/2006/04/metadata"'
      And the answer mentions '<element name="checkDeployStatus">'
      And the answer mentions '<complexType name="ExternalClientApplication">'
      And the answer mentions '/services/Soap/m/67.0"/>'

    @route:soap/wsdl
    Scenario: The enterprise WSDL has the org's own objects
      Given the custom object "Invoice__c"
      When the admin sends
        """
        GET /services/wsdl/enterprise?version=59.0
        """
      Then the answer mentions '<complexType name="Invoice__c">'
      And the answer mentions '/services/Soap/c/59.0"/>'

    @route:soap/wsdl-page
    Scenario: Setup's own address
      When the admin sends
        """
        GET /soap/wsdl.jsp?type=*
        """
      Then the answer mentions 'targetNamespace="urn:enterprise.soap.sforce.com"'

    @route:soap/wsdl-page
    Scenario: Nobody gets one without a session
      When somebody sends
        """
        GET /soap/wsdl.jsp?type=*
        """
      Then the answer on the wire is
        """
        HTTP 302
        Location: /?ec=302&startURL=%2Fsoap%2Fwsdl%2Ejsp%3Ftype%3D%2A
        """

    @route:soap/wsdl
    Scenario: A session id in the cookie of browsers does as well
      Given a user "ada"
      And an installed connected app "Reports"
      And "ada" has connected "Reports"
      When somebody sends
        """
        GET {instance}/services/wsdl/partner
        Cookie: sid={access token:Reports}
        """
      Then the answer has the status 200
      When somebody sends
        """
        GET {instance}/services/wsdl/partner
        Cookie: sid=00D000000000001!nope
        """
      Then the answer has the status 302

    @route:soap/wsdl
    Scenario: A name nobody knows
      When the admin sends
        """
        GET /services/wsdl/nothing
        """
      Then the answer has the status 404

    @route:soap/wsdl
    Scenario: A version that never was
      When the admin sends
        """
        GET /services/wsdl/partner?version=99.0
        """
      Then the answer has the status 400
