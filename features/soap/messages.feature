@R-E6
Feature: SOAP messages
  What is no message of the endpoint's own WSDL is refused with a well-formed fault.

  @route:soap/partner
  Scenario: A browser is told to post
    When somebody sends
      """
      GET /services/Soap/u/59.0
      """
    Then the answer on the wire is
      """
      HTTP 405
      Content-Type: text/html; charset=utf-8
      Allow: POST
      """
    And the answer mentions "Only POST allowed"

  @route:soap/partner
  Scenario Outline: <what>
    When somebody sends
      """
      POST /services/Soap/u/59.0
      Content-Type: text/xml; charset=utf-8

      <body>
      """
    Then the SOAP fault is "<code>" saying "<message>"

    Examples:
      | what                       | body                                                                                                                                                         | code                    | message                                                                                                                          |
      | Text that is no XML        | hello                                                                                                                                                        | soapenv:Client          | Content is not allowed in prolog.                                                                                                |
      | JSON                       | {}                                                                                                                                                           | soapenv:Client          | Content is not allowed in prolog.                                                                                                |
      | A document type            | <!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>                                                                                             | soapenv:Client          | DOCTYPE is disallowed: a document type declaration is not accepted.                                                              |
      | An entity of one's own     | <a>&x;</a>                                                                                                                                                   | soapenv:Client          | The entity {string} was referenced, but not declared.                                                                               |
      | A bare ampersand           | <a>Fish & Chips</a>                                                                                                                                          | soapenv:Client          | The entity name must immediately follow the '&' in the entity reference.                                                         |
      | An ampersand and a word    | <a>Fish&Chips</a>                                                                                                                                            | soapenv:Client          | The reference to entity {string} must end with the ';' delimiter.                                                               |
      | An end of something else   | <a><b></a>                                                                                                                                                   | soapenv:Client          | The element type {string} must be terminated by the matching end-tag {string}                                                      |
      | A page                     | <html/>                                                                                                                                                      | soapenv:Client          | Unexpected element. Parser was expecting element 'http://schemas.xmlsoap.org/soap/envelope/:Envelope' but found ':html'          |
      | An envelope that is cut    | <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>                                                                                     | soapenv:Client          | XML document structures must start and end within the same entity.                                                               |
      | SOAP 1.2                   | <e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"/>                                                                                              | soapenv:VersionMismatch | Only SOAP 1.1 is supported                                                                                                       |
      | An empty body              | <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>                                                                       | soapenv:Client          | No operation found in the body of the message                                                                                    |
      | A call nobody knows        | <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><fly xmlns="urn:partner.soap.sforce.com"/></e:Body></e:Envelope>                       | soapenv:Client          | No operation available for request {urn:partner.soap.sforce.com}fly, please check the WSDL for the service.                      |
      | A call of the other WSDL   | <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login xmlns="urn:enterprise.soap.sforce.com"/></e:Body></e:Envelope>                  | soapenv:Client          | No operation available for request {urn:enterprise.soap.sforce.com}login, please check the WSDL for the service.                 |
      | A call without a session   | <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><getUserInfo xmlns="urn:partner.soap.sforce.com"/></e:Body></e:Envelope>               | sf:INVALID_SESSION_ID   | Invalid Session ID found in SessionHeader: Illegal Session                                                                       |

  @route:soap/partner
  @row:soap/expired
  Scenario: A session that is over
    When somebody sends
      """
      POST /services/Soap/u/59.0
      Content-Type: text/xml; charset=utf-8

      <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><s:SessionHeader xmlns:s="urn:partner.soap.sforce.com"><s:sessionId>00Dxx0000000001!AQnobody</s:sessionId></s:SessionHeader></e:Header><e:Body><getUserInfo xmlns="urn:partner.soap.sforce.com"/></e:Body></e:Envelope>
      """
    Then the SOAP fault is
      """
      <faultcode>sf:INVALID_SESSION_ID</faultcode>
      <faultstring>INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session</faultstring>
      <detail><sf:UnexpectedErrorFault xsi:type="sf:UnexpectedErrorFault"><sf:exceptionCode>INVALID_SESSION_ID</sf:exceptionCode>
      <sf:exceptionMessage>Invalid Session ID found in SessionHeader: Illegal Session</sf:exceptionMessage></sf:UnexpectedErrorFault></detail>
      """

  @route:soap/partner
  Scenario: An app whose token leaves the API out
    Given a user "ada"
    And an installed connected app "Reports" with
      | OAuth Scopes | openid |
    And "ada" has connected "Reports"
    When "Reports" calls over SOAP with its token
      """
      <getUserInfo/>
      """
    Then the SOAP fault is "sf:INVALID_SESSION_ID" saying "This session is not valid for use with the API"

  @route:soap/partner
  Scenario: Every answer but that of the login tells the use of the API
    When the admin calls over SOAP
      """
      <getServerTimestamp/>
      """
    Then the answer mentions "<LimitInfoHeader><limitInfo><current>"
    And the answer mentions "<limit>100000</limit><type>API REQUESTS</type></limitInfo></LimitInfoHeader>"

  @route:soap/partner
  Scenario Outline: <path> says that it is not built, so that a SOAP client can read it
    When somebody sends
      """
      POST <path>
      Content-Type: text/xml; charset=utf-8
      """
    Then the answer has the status 501
    And the answer mentions "MOCK_NOT_IMPLEMENTED"
    And the answer mentions "soapenv:Fault"

    Examples:
      | path                              |
      | /services/Soap/T/67.0             |
      | /services/Soap/s/67.0/00D0000000x |
      | /services/Soap/class/Greeter      |
