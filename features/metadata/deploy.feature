@route:soap/metadata @R-F8 @R-G1
Feature: Deployments change the running org
  An archive with a package.xml goes in as a whole or not at all.

  Background:
    Given the archive "invoices"
      | package.xml               | <Package xmlns="http://soap.sforce.com/2006/04/metadata"><types><members>Invoice__c</members><name>CustomObject</name></types><version>67.0</version></Package>                                                                                                                                                                                                                        |
      | objects/Invoice__c.object | <CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"><deploymentStatus>Deployed</deploymentStatus><fields><fullName>Amount__c</fullName><label>Amount</label><precision>16</precision><scale>2</scale><type>Currency</type></fields><label>Invoice</label><nameField><label>Invoice Name</label><type>Text</type></nameField><pluralLabel>Invoices</pluralLabel><sharingModel>ReadWrite</sharingModel></CustomObject> |

  Scenario: An object and its field can be used at once
    Given the admin has deployed "invoices"
    And these Invoice__c records
      | Name | Amount__c |
      | I-1  | 12.5      |
    When the admin queries "SELECT Name FROM Invoice__c WHERE Amount__c = 12.5"
    Then the query returns "I-1"

  Scenario: A trigger is taken for an object of the org's own
    Given the admin has deployed "invoices"
    And the archive "watch"
      | package.xml                     | <Package xmlns="http://soap.sforce.com/2006/04/metadata"><types><members>Watch</members><name>ApexTrigger</name></types><version>67.0</version></Package> |
      | triggers/Watch.trigger          | trigger Watch on Invoice__c (before insert) { } |
      | triggers/Watch.trigger-meta.xml | <ApexTrigger xmlns="http://soap.sforce.com/2006/04/metadata"><apiVersion>67.0</apiVersion><status>Active</status></ApexTrigger> |
    When the admin deploys "watch"
    Then the answer mentions "Succeeded"

  Scenario: A trigger for an object that there is not is refused
    Given the archive "watch"
      | package.xml                     | <Package xmlns="http://soap.sforce.com/2006/04/metadata"><types><members>Watch</members><name>ApexTrigger</name></types><version>67.0</version></Package> |
      | triggers/Watch.trigger          | trigger Watch on Nope__c (before insert) { } |
      | triggers/Watch.trigger-meta.xml | <ApexTrigger xmlns="http://soap.sforce.com/2006/04/metadata"><apiVersion>67.0</apiVersion><status>Active</status></ApexTrigger> |
    When the admin deploys "watch"
    Then the answer mentions "bad value for restricted picklist field: Nope__c"

  Rule: On the wire

    Scenario: The whole answer about a deployment
      When the admin deploys "invoices"
      Then the SOAP answer is
        """
        <checkDeployStatusResponse><result><checkOnly>false</checkOnly><completedDate>{string}</completedDate><createdBy>{string}</createdBy>
        <createdByName>{string}</createdByName><createdDate>{string}</createdDate><details>
        <componentSuccesses><changed>true</changed><componentType></componentType><created>false</created><createdDate>{string}</createdDate>
        <deleted>false</deleted><fileName>package.xml</fileName><fullName>package.xml</fullName><success>true</success></componentSuccesses>
        <componentSuccesses><changed>true</changed><componentType>CustomObject</componentType><created>true</created><createdDate>{string}</createdDate>
        <deleted>false</deleted><fileName>objects/Invoice__c.object</fileName><fullName>Invoice__c</fullName><id>{id}</id><success>true</success>
        </componentSuccesses>
        <componentSuccesses><changed>true</changed><componentType>CustomField</componentType><created>true</created><createdDate>{string}</createdDate>
        <deleted>false</deleted><fileName>objects/Invoice__c.object</fileName><fullName>Invoice__c.Amount__c</fullName><id>{id}</id><success>true</success>
        </componentSuccesses>
        <runTestResult><numFailures>0</numFailures><numTestsRun>0</numTestsRun><totalTime>0.0</totalTime></runTestResult></details><done>true</done>
        <id>{id}</id><ignoreWarnings>false</ignoreWarnings><lastModifiedDate>{string}</lastModifiedDate><numberComponentErrors>0</numberComponentErrors>
        <numberComponentsDeployed>2</numberComponentsDeployed><numberComponentsTotal>2</numberComponentsTotal><numberTestErrors>0</numberTestErrors>
        <numberTestsCompleted>0</numberTestsCompleted><numberTestsTotal>0</numberTestsTotal><rollbackOnError>true</rollbackOnError>
        <runTestsEnabled>false</runTestsEnabled><startDate>{string}</startDate><status>Succeeded</status><success>true</success></result>
        </checkDeployStatusResponse>
        """

    Scenario: A session that is none
      Given a user "ada"
      When somebody sends
        """
        POST {instance}/services/Soap/m/67.0
        Content-Type: text/xml
        SOAPAction: ""

        <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><SessionHeader xmlns="http://soap.sforce.com/2006/04/metadata"><sessionId>nope</sessionId></SessionHeader></e:Header><e:Body><describeMetadata xmlns="http://soap.sforce.com/2006/04/metadata"><asOfVersion>67.0</asOfVersion></describeMetadata></e:Body></e:Envelope>
        """
      Then the SOAP fault is
        """
        <faultcode>sf:INVALID_SESSION_ID</faultcode>
        <faultstring>INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session</faultstring>
        """

    Scenario: A user without the permission
      Given a user "ada" with the profile "Standard User"
      When "ada" calls over metadata SOAP
        """
        <describeMetadata><asOfVersion>67.0</asOfVersion></describeMetadata>
        """
      Then the SOAP fault is
        """
        <faultcode>sf:INSUFFICIENT_ACCESS</faultcode>
        <faultstring>INSUFFICIENT_ACCESS: use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions</faultstring>
        """

    Scenario: A call that Salesforce has and this release has not is told from one that there is not
      When the admin calls over metadata SOAP
        """
        <renameMetadata><type>CustomField</type><oldFullName>Account.A__c</oldFullName><newFullName>Account.B__c</newFullName></renameMetadata>
        """
      Then the answer has the status 501
      And the answer mentions "<faultcode>sf:MOCK_NOT_IMPLEMENTED</faultcode>"
      When the admin calls over metadata SOAP
        """
        <repaintMetadata/>
        """
      Then the SOAP fault is "soapenv:Client" saying "No operation available for request {string}repaintMetadata, please check the WSDL for the service."

    Scenario: An operation nobody began
      When the admin calls over metadata SOAP
        """
        <checkDeployStatus><asyncProcessId>0Af000000000001AAA</asyncProcessId></checkDeployStatus>
        """
      Then the SOAP fault is
        """
        <faultcode>sf:INVALID_CROSS_REFERENCE_KEY</faultcode>
        <faultstring>INVALID_CROSS_REFERENCE_KEY: invalid cross reference id</faultstring>
        """

    Scenario: A call of another API
      When the admin calls over metadata SOAP
        """
        <query><queryString>SELECT Id FROM Account</queryString></query>
        """
      Then the SOAP fault is
        """
        <faultcode>soapenv:Client</faultcode>
        <faultstring>No operation available for request {http://soap.sforce.com/2006/04/metadata}query, please check the WSDL for the service.</faultstring>
        """

  Rule: A deployment that is refused leaves nothing behind

    Scenario: A check changes nothing
      When the admin deploys "invoices" with
        | checkOnly | true |
      Then the answer mentions "<status>Succeeded</status>"
      When the admin queries "SELECT Name FROM Invoice__c"
      Then the query fails with "INVALID_TYPE" saying "{string}"

    Scenario: A check that succeeded can be deployed without being sent again
      When the admin deploys "invoices" with
        | checkOnly | true |
      And the admin calls over metadata SOAP
        """
        <deployRecentValidation><validationId>{note:deployment}</validationId></deployRecentValidation>
        """
      And the admin queries "SELECT Name FROM Invoice__c"
      Then the query returns nothing

    Scenario Outline: <case>
      Given the archive "wrong"
        | package.xml               | <package> |
        | objects/Invoice__c.object | <invoice> |
        | objects/Account.object    | <account> |
      When the admin deploys "wrong"
      Then the answer mentions "<failure>"
      And the answer mentions "<counts>"
      When the admin queries "SELECT Name FROM Invoice__c"
      Then the query fails with "INVALID_TYPE" saying "{string}"

      Examples:
        | case | package | invoice | account | failure | counts |
        | a field without its length | <Package><types><members>Invoice__c</members><name>CustomObject</name></types><types><members>Account.Good__c</members><members>Account.Bad__c</members><name>CustomField</name></types></Package> | <CustomObject><label>Invoice</label><pluralLabel>Invoices</pluralLabel><nameField><label>N</label><type>Text</type></nameField></CustomObject> | <CustomObject><fields><fullName>Good__c</fullName><label>Good</label><type>Date</type></fields><fields><fullName>Bad__c</fullName><label>Bad</label><type>Text</type></fields></CustomObject> | <fullName>Account.Bad__c</fullName><problem>Must specify &apos;length&apos; for a CustomField of type Text</problem><problemType>Error</problemType><success>false</success> | <numberComponentErrors>1</numberComponentErrors><numberComponentsDeployed>2</numberComponentsDeployed><numberComponentsTotal>3</numberComponentsTotal> |
        | a field of a type that is none | <Package><types><members>Invoice__c</members><name>CustomObject</name></types><types><members>Account.Good__c</members><members>Account.Bad__c</members><name>CustomField</name></types></Package> | <CustomObject><label>Invoice</label><pluralLabel>Invoices</pluralLabel><nameField><label>N</label><type>Text</type></nameField></CustomObject> | <CustomObject><fields><fullName>Good__c</fullName><label>Good</label><type>Date</type></fields><fields><fullName>Bad__c</fullName><label>Bad</label><type>Nope</type></fields></CustomObject> | <fullName>Account.Bad__c</fullName><problem>&apos;Nope&apos; is not a valid value for the enum &apos;FieldType&apos;</problem><problemType>Error</problemType><success>false</success> | <numberComponentErrors>1</numberComponentErrors><numberComponentsDeployed>2</numberComponentsDeployed><numberComponentsTotal>3</numberComponentsTotal> |
        | a member that fields do not have | <Package><types><members>Invoice__c</members><name>CustomObject</name></types><types><members>Account.Good__c</members><members>Account.Bad__c</members><name>CustomField</name></types></Package> | <CustomObject><label>Invoice</label><pluralLabel>Invoices</pluralLabel><nameField><label>N</label><type>Text</type></nameField></CustomObject> | <CustomObject><fields><fullName>Good__c</fullName><label>Good</label><type>Date</type></fields><fields><fullName>Bad__c</fullName><label>Bad</label><type>Date</type><colour>red</colour></fields></CustomObject> | <fullName>Account.Bad__c</fullName><problem>Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}colour invalid at this location in type CustomField</problem><problemType>Error</problemType><success>false</success> | <numberComponentErrors>1</numberComponentErrors><numberComponentsDeployed>2</numberComponentsDeployed><numberComponentsTotal>3</numberComponentsTotal> |
        | a number that is none | <Package><types><members>Invoice__c</members><name>CustomObject</name></types><types><members>Account.Good__c</members><members>Account.Bad__c</members><name>CustomField</name></types></Package> | <CustomObject><label>Invoice</label><pluralLabel>Invoices</pluralLabel><nameField><label>N</label><type>Text</type></nameField></CustomObject> | <CustomObject><fields><fullName>Good__c</fullName><label>Good</label><type>Date</type></fields><fields><fullName>Bad__c</fullName><label>Bad</label><type>Text</type><length>ten</length></fields></CustomObject> | <fullName>Account.Bad__c</fullName><problem>&apos;ten&apos; is not a valid value for the type xsd:int</problem><problemType>Error</problemType><success>false</success> | <numberComponentErrors>1</numberComponentErrors><numberComponentsDeployed>2</numberComponentsDeployed><numberComponentsTotal>3</numberComponentsTotal> |

    Scenario: Without rollback the sound components stay
      Given the archive "mixed"
        | package.xml            | <Package><types><members>Account.Good__c</members><members>Account.Bad__c</members><name>CustomField</name></types><version>67.0</version></Package>                                                      |
        | objects/Account.object | <CustomObject><fields><fullName>Good__c</fullName><label>Good</label><type>Date</type></fields><fields><fullName>Bad__c</fullName><label>Bad</label><type>Text</type></fields></CustomObject> |
      When the admin deploys "mixed" with
        | rollbackOnError | false |
      Then the answer mentions "<status>SucceededPartial</status><success>true</success>"
      When the admin queries "SELECT Good__c FROM Account"
      Then the query returns nothing

  Rule: What an archive names must be there, and what is there must be named

    Scenario Outline: <case>
      Given the archive "odd"
        | package.xml | <package> |
        | <path>      | <content> |
      When the admin deploys "odd"
      Then the answer mentions "<failure>"
      And the SOAP answer says "Failed" in "status"

      Examples:
        | case | package | path | content | failure |
        | a component without a file | <Package><types><members>Gone</members><name>ApexClass</name></types></Package> | destructiveChanges.xml | <Package/> | <problem>An object &apos;Gone&apos; of type ApexClass was named in package.xml, but was not found in zipped directory</problem> |
        | a file without a component | <Package/> | classes/Here.cls | class Here{} | <problem>Not in package.xml</problem> |
        | a type that is not served | <Package><types><members>Go</members><name>Flow</name></types></Package> | flows/Go.flow | <Flow/> | <problem>Unknown type name &apos;Flow&apos; specified in package.xml</problem> |
        | an entity | <!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><Package>&x;</Package> | a | b | <problem>Error parsing file: DOCTYPE is disallowed: a document type declaration is not accepted.</problem> |

    Scenario: No package at all
      Given the archive "bare"
        | a.txt | b |
      When the admin deploys "bare"
      Then the answer mentions "<problem>No package.xml found</problem>"

    Scenario: A path that leads out of the archive
      Given the archive "escaping"
        | package.xml     | <Package/> |
        | ../../etc/motd  | hello      |
      When the admin deploys "escaping"
      Then the answer mentions "<errorMessage>The zip file names a file outside of it: ../../etc/motd</errorMessage>"
      And the answer mentions "<status>Failed</status><success>false</success>"

    Scenario: Files that unpack to more than is allowed
      Given the archive "bomb" that unpacks to 601 MB
      When the admin deploys "bomb"
      Then the answer mentions "<errorStatusCode>LIMIT_EXCEEDED</errorStatusCode>"
      And the answer mentions "<status>Failed</status><success>false</success>"

    Scenario Outline: <what> are too many
      Given the archive "many" <archive>
      When the admin deploys "many"
      Then the answer mentions "LIMIT_EXCEEDED"
      And the SOAP answer says "Failed" in "status"
      When the admin queries "SELECT Name FROM Wide__c"
      Then the query fails with "INVALID_TYPE" saying "{string}"

      Examples:
        | what                 | archive                             |
        | 100,000 files        | that holds 100000 files             |
        | 100,000 names        | that names 100000 components        |
        | 100,000 fields       | with an object of 100000 fields     |

    Scenario: Elements that stand too deep
      Given the archive "deep"
        | package.xml            | <Package><types><members>Account</members><name>CustomObject</name></types></Package> |
        | objects/Account.object | <CustomObject>{nested:5000}</CustomObject>                                            |
      When the admin deploys "deep"
      Then the answer mentions "<problem>Error parsing file:"
      And the answer mentions "<status>Failed</status><success>false</success>"

    Scenario: An archive that is cut short
      Given the archive "short" that ends in the middle
        | package.xml      | <Package/>   |
        | classes/Here.cls | class Here{} |
      When the admin deploys "short"
      Then the answer mentions "<errorMessage>Unable to read the zip file: it is not a valid archive</errorMessage>"

  Rule: Destructive changes remove

    Scenario: A field, and then its object
      Given the admin has deployed "invoices"
      And the archive "gone"
        | package.xml            | <Package><version>67.0</version></Package>                                                                                                                                                       |
        | destructiveChanges.xml | <Package><types><members>Invoice__c</members><name>CustomObject</name></types><types><members>Invoice__c.Amount__c</members><name>CustomField</name></types></Package> |
      When the admin deploys "gone"
      Then the answer mentions "<deleted>true</deleted><fileName>destructiveChanges.xml</fileName><fullName>Invoice__c.Amount__c</fullName>"
      When the admin queries "SELECT Name FROM Invoice__c"
      Then the query fails with "INVALID_TYPE" saying "{string}"

    Scenario: What is not there is a warning
      Given the archive "gone"
        | package.xml            | <Package><version>67.0</version></Package>                                                       |
        | destructiveChanges.xml | <Package><types><members>Nope__c</members><name>CustomObject</name></types></Package> |
      When the admin deploys "gone"
      Then the answer mentions "<problem>No CustomObject named: Nope__c found</problem><problemType>Warning</problemType><success>true</success>"
