@route:soap/metadata @R-G1
Feature: What an org is made of can be listed, read and retrieved
  What was deployed comes back, and can be deployed again.

  Background:
    Given the archive "things"
      | package.xml                          | <Package><types><members>Invoice__c</members><name>CustomObject</name></types><types><members>*</members><name>ApexClass</name></types><types><members>Api</members><name>RemoteSiteSetting</name></types><types><members>*</members><name>CustomLabels</name></types><version>67.0</version></Package> |
      | objects/Invoice__c.object            | <CustomObject><label>Invoice</label><pluralLabel>Invoices</pluralLabel><nameField><label>Invoice Name</label><type>Text</type></nameField><fields><fullName>Due__c</fullName><label>Due</label><type>Date</type></fields><recordTypes><fullName>Credit</fullName><active>true</active><label>Credit</label></recordTypes></CustomObject> |
      | classes/Bill.cls                     | public class Bill { } |
      | classes/Bill.cls-meta.xml            | <ApexClass><apiVersion>67.0</apiVersion><status>Active</status></ApexClass> |
      | remoteSiteSettings/Api.remoteSite    | <RemoteSiteSetting><disableProtocolSecurity>false</disableProtocolSecurity><isActive>true</isActive><url>https://api.example</url></RemoteSiteSetting> |
      | labels/CustomLabels.labels           | <CustomLabels><labels><fullName>Hello</fullName><language>en_US</language><protected>false</protected><shortDescription>Hello</shortDescription><value>Hello</value></labels></CustomLabels> |
    And the admin has deployed "things"

  Scenario: A field comes back as its object's file
    When the admin retrieves
      """
      <types><members>Invoice__c.Due__c</members><name>CustomField</name></types>
      """
    Then the retrieved files are
      | unpackaged/objects/Invoice__c.object |
      | unpackaged/package.xml               |
    And the retrieved file "unpackaged/objects/Invoice__c.object" is
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">
        <fields><fullName>Due__c</fullName><externalId>false</externalId><label>Due</label><required>false</required><trackHistory>false</trackHistory><type>Date</type></fields>
      </CustomObject>
      """
    And the retrieved file "unpackaged/package.xml" is
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <Package xmlns="http://soap.sforce.com/2006/04/metadata">
        <types><members>Invoice__c.Due__c</members><name>CustomField</name></types>
        <version>67.0</version>
      </Package>
      """

  Scenario: Code, labels and sites come back as they were sent
    When the admin retrieves
      """
      <types><members>*</members><name>ApexClass</name></types>
      <types><members>*</members><name>RemoteSiteSetting</name></types>
      <types><members>*</members><name>CustomLabels</name></types>
      """
    Then the retrieved files are
      | unpackaged/classes/Bill.cls                  |
      | unpackaged/classes/Bill.cls-meta.xml         |
      | unpackaged/labels/CustomLabels.labels        |
      | unpackaged/package.xml                       |
      | unpackaged/remoteSiteSettings/Api.remoteSite |
    And the retrieved file "unpackaged/classes/Bill.cls" is
      """
      public class Bill { }
      """
    And the retrieved file "unpackaged/remoteSiteSettings/Api.remoteSite" is
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <RemoteSiteSetting xmlns="http://soap.sforce.com/2006/04/metadata">
        <disableProtocolSecurity>false</disableProtocolSecurity><isActive>true</isActive><url>https://api.example</url>
      </RemoteSiteSetting>
      """

  Scenario: What is not there is told beside what is
    When the admin retrieves
      """
      <types><members>Nope__c</members><name>CustomObject</name></types>
      """
    Then the answer mentions "<messages><fileName>unpackaged/package.xml</fileName><problem>Entity of type &apos;CustomObject&apos; named &apos;Nope__c&apos; cannot be found</problem></messages>"
    And the SOAP answer says "Succeeded" in "status"

  Rule: On the wire

    Scenario: A list
      When the admin calls over metadata SOAP
        """
        <listMetadata><queries><type>CustomField</type></queries><asOfVersion>67.0</asOfVersion></listMetadata>
        """
      Then the SOAP answer is
        """
        <listMetadataResponse><result><createdById>{id}</createdById><createdByName>{string}</createdByName><createdDate>{string}</createdDate>
        <fileName>objects/Invoice__c.object</fileName><fullName>Invoice__c.Due__c</fullName><id>{id}</id><lastModifiedById>{id}</lastModifiedById>
        <lastModifiedByName>{string}</lastModifiedByName><lastModifiedDate>{string}</lastModifiedDate><manageableState>unmanaged</manageableState>
        <type>CustomField</type></result></listMetadataResponse>
        """

    Scenario: Components read without an archive
      When the admin calls over metadata SOAP
        """
        <readMetadata><type>CustomField</type><fullNames>Invoice__c.Due__c</fullNames><fullNames>Invoice__c.Nope__c</fullNames></readMetadata>
        """
      Then the SOAP answer is
        """
        <readMetadataResponse><result><records xsi:type="CustomField"><fullName>Invoice__c.Due__c</fullName><externalId>false</externalId><label>Due</label>
        <required>false</required><trackHistory>false</trackHistory><type>Date</type></records><records xsi:nil="true"/></result></readMetadataResponse>
        """

    Scenario: The call by which older clients ask how far an operation is
      When the admin calls over metadata SOAP
        """
        <checkStatus><asyncProcessId>{note:deployment}</asyncProcessId></checkStatus>
        """
      Then the SOAP answer is
        """
        <checkStatusResponse><result><done>true</done><id>{id}</id><state>Completed</state></result></checkStatusResponse>
        """

    Scenario: The types of this server
      When the admin calls over metadata SOAP
        """
        <describeMetadata><asOfVersion>67.0</asOfVersion></describeMetadata>
        """
      Then the answer mentions "<metadataObjects><childXmlNames>CustomField</childXmlNames><childXmlNames>RecordType</childXmlNames><childXmlNames>ListView</childXmlNames><directoryName>objects</directoryName><inFolder>false</inFolder><metaFile>false</metaFile><suffix>object</suffix><xmlName>CustomObject</xmlName></metadataObjects>"

    Scenario Outline: Refused: <case>
      When the admin calls over metadata SOAP
        """
        <call>
        """
      Then the SOAP fault is
        """
        <fault>
        """

      Examples:
        | case             | call                                                                                             | fault                                                                                                                         |
        | an unknown type  | <listMetadata><queries><type>Nope</type></queries></listMetadata>                                | <faultcode>sf:INVALID_TYPE</faultcode><faultstring>INVALID_TYPE: Unknown type:Nope</faultstring>                              |
        | an unknown id    | <checkRetrieveStatus><asyncProcessId>09S000000000001AAA</asyncProcessId></checkRetrieveStatus>   | <faultcode>sf:INVALID_CROSS_REFERENCE_KEY</faultcode><faultstring>INVALID_CROSS_REFERENCE_KEY: invalid cross reference id</faultstring> |
        | no package       | <retrieve><retrieveRequest/></retrieve>                                                          | <faultcode>sf:INVALID_FIELD</faultcode><faultstring>INVALID_FIELD: retrieve: the element unpackaged is required</faultstring> |

  @R-F8
  Rule: Components one by one

    Scenario: Upserting a field twice changes nothing the second time
      When the admin calls over metadata SOAP
        """
        <upsertMetadata><metadata xsi:type="CustomField"><fullName>Account.Code__c</fullName><label>Code</label><length>10</length><type>Text</type></metadata></upsertMetadata>
        """
      Then the SOAP answer is
        """
        <upsertMetadataResponse><result><created>true</created><fullName>Account.Code__c</fullName><success>true</success></result></upsertMetadataResponse>
        """
      When the admin calls over metadata SOAP
        """
        <upsertMetadata><metadata xsi:type="CustomField"><fullName>Account.Code__c</fullName><label>Code</label><length>10</length><type>Text</type></metadata></upsertMetadata>
        """
      Then the SOAP answer is
        """
        <upsertMetadataResponse><result><created>false</created><fullName>Account.Code__c</fullName><success>true</success></result></upsertMetadataResponse>
        """
      When the admin queries "SELECT Code__c FROM Account"
      Then the query returns nothing

    Scenario: What is there is not created, what is not there neither changed nor deleted
      When the admin calls over metadata SOAP
        """
        <createMetadata><metadata xsi:type="CustomField"><fullName>Invoice__c.Due__c</fullName><label>Due</label><type>Date</type></metadata></createMetadata>
        """
      Then the SOAP answer is
        """
        <createMetadataResponse><result><errors><message>There is already a field named Due on Invoice__c.</message><statusCode>DUPLICATE_DEVELOPER_NAME</statusCode></errors>
        <fullName>Invoice__c.Due__c</fullName><success>false</success></result></createMetadataResponse>
        """
      When the admin calls over metadata SOAP
        """
        <deleteMetadata><type>CustomField</type><fullNames>Invoice__c.Due__c</fullNames><fullNames>Invoice__c.Due__c</fullNames></deleteMetadata>
        """
      Then the SOAP answer is
        """
        <deleteMetadataResponse><result><fullName>Invoice__c.Due__c</fullName><success>true</success></result>
        <result><errors><message>In field: fullName - no CustomField named Invoice__c.Due__c found</message><statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode></errors>
        <fullName>Invoice__c.Due__c</fullName><success>false</success></result></deleteMetadataResponse>
        """
