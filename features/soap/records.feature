@R-F1
Feature: Records over SOAP
  Each record of a call stands for itself; one that is refused says why and leaves the others alone.

  @route:soap/partner
  Rule: Creating

    Scenario: A record is created
      When the admin calls over SOAP
        """
        <create><sObjects><type>Account</type><Name>Acme &amp; Sons</Name><NumberOfEmployees>7</NumberOfEmployees></sObjects></create>
        """
      Then the SOAP answer is
        """
        <createResponse><result><id>{id}</id><success>true</success></result></createResponse>
        """

    Scenario: What is refused stands beside what is not
      When the admin calls over SOAP
        """
        <create>
        <sObjects><type>Account</type><Name>Acme</Name></sObjects>
        <sObjects><type>Account</type><Phone>1</Phone></sObjects>
        <sObjects><type>Contact</type><LastName>Ada</LastName><Email>nobody</Email></sObjects>
        </create>
        """
      Then the SOAP answer is
        """
        <createResponse>
        <result><id>{id}</id><success>true</success></result>
        <result><errors><fields>Name</fields><message>Required fields are missing: [Name]</message><statusCode>REQUIRED_FIELD_MISSING</statusCode></errors><id xsi:nil="true"/><success>false</success></result>
        <result><errors><fields>Email</fields><message>Email: invalid email address: nobody</message><statusCode>INVALID_EMAIL_ADDRESS</statusCode></errors><id xsi:nil="true"/><success>false</success></result>
        </createResponse>
        """
      And the org has 1 Account records

    Scenario: All or none
      Given the SOAP headers
        """
        <AllOrNoneHeader xmlns="urn:partner.soap.sforce.com"><allOrNone>true</allOrNone></AllOrNoneHeader>
        """
      When the admin calls over SOAP
        """
        <create>
        <sObjects><type>Account</type><Name>Acme</Name></sObjects>
        <sObjects><type>Account</type><Phone>1</Phone></sObjects>
        </create>
        """
      Then the SOAP answer is
        """
        <createResponse>
        <result><errors><message>Record rolled back because not all records were valid and the request was using AllOrNone header</message><statusCode>ALL_OR_NONE_OPERATION_ROLLED_BACK</statusCode></errors><id xsi:nil="true"/><success>false</success></result>
        <result><errors><fields>Name</fields><message>Required fields are missing: [Name]</message><statusCode>REQUIRED_FIELD_MISSING</statusCode></errors><id xsi:nil="true"/><success>false</success></result>
        </createResponse>
        """
      And the org has 0 Account records

    Scenario: A text that is too long is refused
      When the admin calls over SOAP
        """
        <create><sObjects><type>Account</type><Name>Acme</Name><Site>12345678901234567890123456789012345678901234567890123456789012345678901234567890x</Site></sObjects></create>
        """
      Then the SOAP answer says "STRING_TOO_LONG" in "statusCode"

    Scenario: Or cut, where the caller allows it
      Given the SOAP headers
        """
        <AllowFieldTruncationHeader xmlns="urn:partner.soap.sforce.com"><allowFieldTruncation>true</allowFieldTruncation></AllowFieldTruncationHeader>
        """
      When the admin calls over SOAP
        """
        <create><sObjects><type>Account</type><Name>Acme</Name><Site>12345678901234567890123456789012345678901234567890123456789012345678901234567890x</Site></sObjects></create>
        """
      Then the SOAP answer says "true" in "success"

    Scenario: The enterprise endpoint knows the object by the type
      When the admin calls over enterprise SOAP
        """
        <create><sObjects xsi:type="ens:Account"><ens:Name>Acme</ens:Name></sObjects></create>
        """
      Then the SOAP answer is
        """
        <createResponse><result><id>{id}</id><success>true</success></result></createResponse>
        """

    Scenario: A parent is found by its external id
      Given the custom field "Ext__c" on Account with
        | type        | Text |
        | length      | 40   |
        | external_id | true |
      And these Account records
        | Name | Ext__c |
        | Acme | X1     |
      When the admin calls over SOAP
        """
        <create><sObjects><type>Contact</type><LastName>Ada</LastName><Account><type>Account</type><Ext__c>X1</Ext__c></Account></sObjects></create>
        """
      Then the SOAP answer says "true" in "success"
      And the org has 1 Contact records

    Scenario: No object is named
      When the admin calls over SOAP
        """
        <create><sObjects><Name>Acme</Name></sObjects></create>
        """
      Then the SOAP fault is "soapenv:Client" saying "Missing entity type information. sObject requires a separate 'type' field be sent."

    Scenario: An xsi:type names the object as well as the element does
      When the admin calls over SOAP
        """
        <create xmlns:o="urn:sobject.partner.soap.sforce.com"><sObjects xsi:type="o:Account"><o:Name xsi:type="xsd:string">Perl</o:Name></sObjects></create>
        """
      Then the SOAP answer says "true" in "success"
      And the org has 1 Account records

    Scenario: An xsi:type that names records in general names none
      When the admin calls over SOAP
        """
        <create><sObjects xsi:type="sObject"><Name>Acme</Name></sObjects></create>
        """
      Then the SOAP fault is "soapenv:Client" saying "Missing entity type information. sObject requires a separate 'type' field be sent."

    Scenario: The enterprise WSDL has no element for it
      When the admin calls over enterprise SOAP
        """
        <create><sObjects><Name>Acme</Name></sObjects></create>
        """
      Then the SOAP fault is "sf:INVALID_TYPE" saying "Must send a concrete entity type."

    Scenario: The prefix of an xsi:type may be bound to nothing
      Given the admin has created the Account "Acme" with
        | Name | Acme |
      When the admin calls over SOAP
        """
        <delete><ids xsi:type="nowhere:ID">{id:Acme}</ids></delete>
        """
      Then the SOAP answer says "true" in "success"

    Scenario: An object nobody has
      When the admin calls over SOAP
        """
        <create><sObjects><type>Nope</type></sObjects></create>
        """
      Then the SOAP fault is
        """
        <faultcode>sf:INVALID_TYPE</faultcode>
        <faultstring>INVALID_TYPE: sObject type &apos;Nope&apos; is not supported. If you are attempting to use a custom object, be sure to append the &apos;__c&apos; after the entity name. Please reference your WSDL or the describe call for the appropriate names.</faultstring>
        <detail><sf:InvalidSObjectFault xsi:type="sf:InvalidSObjectFault"><sf:exceptionCode>INVALID_TYPE</sf:exceptionCode>
        <sf:exceptionMessage>{string}</sf:exceptionMessage><sf:row>-1</sf:row><sf:column>-1</sf:column></sf:InvalidSObjectFault></detail>
        """

    Scenario: A field nobody has
      When the admin calls over SOAP
        """
        <create><sObjects><type>Account</type><Nope>1</Nope></sObjects></create>
        """
      Then the SOAP fault is "sf:INVALID_FIELD" saying "No such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."

    Scenario: An id of one's own
      When the admin calls over SOAP
        """
        <create><sObjects><type>Account</type><Id>001000000000001AAA</Id><Name>Acme</Name></sObjects></create>
        """
      Then the SOAP answer says "INVALID_FIELD_FOR_INSERT_UPDATE" in "statusCode"

  @route:soap/partner
  Rule: Changing

    Background:
      Given these Account records
        | Name | Phone |
        | Acme | +1    |

    Scenario: A record is changed, and a field emptied
      When the admin calls over SOAP
        """
        <update><sObjects><type>Account</type><fieldsToNull>Phone</fieldsToNull><Id>{id:Acme}</Id><Site>North</Site></sObjects></update>
        """
      Then the SOAP answer is
        """
        <updateResponse><result><id>{id:Acme}</id><success>true</success></result></updateResponse>
        """
      And the Account "Acme" has
        | Phone | null  |
        | Site  | North |

    Scenario: A nil field is left alone
      When the admin calls over SOAP
        """
        <update><sObjects><type>Account</type><Id>{id:Acme}</Id><Phone xsi:nil="true"/></sObjects></update>
        """
      Then the Account "Acme" has
        | Phone | +1 |

    Scenario: No id
      When the admin calls over SOAP
        """
        <update><sObjects><type>Account</type><Site>North</Site></sObjects></update>
        """
      Then the SOAP answer says "MISSING_ARGUMENT" in "statusCode"
      And the SOAP answer says "Id not specified in an update call" in "message"

    Scenario: An id that is none
      When the admin calls over SOAP
        """
        <update><sObjects><type>Account</type><Id>001x</Id><Site>North</Site></sObjects></update>
        """
      Then the SOAP answer says "MALFORMED_ID" in "statusCode"
      And the SOAP answer says "Account ID: id value of incorrect type: 001x" in "message"

    Scenario: An id of another object
      When the admin calls over SOAP
        """
        <update><sObjects><type>Account</type><Id>003000000000001AAA</Id><Site>North</Site></sObjects></update>
        """
      Then the SOAP answer says "MALFORMED_ID" in "statusCode"
      And the SOAP answer says "Account ID: id value of incorrect type: 003000000000001AAA" in "message"

    Scenario: An id nobody has
      When the admin calls over SOAP
        """
        <update><sObjects><type>Account</type><Id>001000000000001AAA</Id><Site>North</Site></sObjects></update>
        """
      Then the SOAP answer says "INVALID_CROSS_REFERENCE_KEY" in "statusCode"
      And the SOAP answer says "invalid cross reference id" in "message"

  @route:soap/partner
  Rule: Creating or changing by an external id

    Background:
      Given the custom field "Ext__c" on Account with
        | type        | Text |
        | length      | 40   |
        | external_id | true |

    Scenario: First created, then changed
      Given the admin has called over SOAP
        """
        <upsert><externalIDFieldName>Ext__c</externalIDFieldName><sObjects><type>Account</type><Ext__c>X1</Ext__c><Name>Acme</Name></sObjects></upsert>
        """
      When the admin calls over SOAP
        """
        <upsert><externalIDFieldName>Ext__c</externalIDFieldName><sObjects><type>Account</type><Ext__c>X1</Ext__c><Name>Acme 2</Name></sObjects>
        <sObjects><type>Account</type><Ext__c>X2</Ext__c><Name>New</Name></sObjects><sObjects><type>Account</type><Name>None</Name></sObjects></upsert>
        """
      Then the SOAP answer is
        """
        <upsertResponse><result><created>false</created><id>{id}</id><success>true</success></result>
        <result><created>true</created><id>{id}</id><success>true</success></result>
        <result><created>false</created><errors><fields>Ext__c</fields><message>Ext__c not specified</message><statusCode>MISSING_ARGUMENT</statusCode></errors><id xsi:nil="true"/><success>false</success></result></upsertResponse>
        """

    Scenario: A field that is no external id
      When the admin calls over SOAP
        """
        <upsert><externalIDFieldName>Phone</externalIDFieldName><sObjects><type>Account</type><Name>Acme</Name></sObjects></upsert>
        """
      Then the SOAP fault is "sf:INVALID_FIELD" saying "Field name provided, Phone does not match an External ID, Salesforce Id, or indexed field for Account"

  @route:soap/partner
  Rule: Deleting

    Scenario: Records are deleted by their ids
      Given these Account records
        | Name |
        | Acme |
      When the admin calls over SOAP
        """
        <delete><ids>{id:Acme}</ids><ids>{id:Acme}</ids><ids>nonsense</ids></delete>
        """
      Then the SOAP answer is
        """
        <deleteResponse><result><id>{id:Acme}</id><success>true</success></result>
        <result><errors><message>entity is deleted</message><statusCode>ENTITY_IS_DELETED</statusCode></errors><id xsi:nil="true"/><success>false</success></result>
        <result><errors><message>malformed id nonsense</message><statusCode>MALFORMED_ID</statusCode></errors><id xsi:nil="true"/><success>false</success></result></deleteResponse>
        """

    Scenario: Older clients call the ids by another name
      Given these Account records
        | Name |
        | Acme |
        | Beta |
      When the admin calls over SOAP
        """
        <delete><id>{id:Acme}</id><id>{id:Beta}</id></delete>
        """
      Then the SOAP answer is
        """
        <deleteResponse><result><id>{id:Acme}</id><success>true</success></result>
        <result><id>{id:Beta}</id><success>true</success></result></deleteResponse>
        """

    Scenario: What was deleted in a span of time
      Given these Account records
        | Name |
        | Acme |
      And the admin has deleted the Account "Acme"
      When the admin calls over SOAP
        """
        <getDeleted><sObjectType>Account</sObjectType><startDate>2020-01-01T00:00:00Z</startDate><endDate>2020-01-02T00:00:00Z</endDate></getDeleted>
        """
      Then the SOAP fault is "sf:INVALID_REPLICATION_DATE" saying "startDate cannot be more than 30 days ago"

    Scenario: Records come back from the recycle bin
      Given these Account records
        | Name |
        | Acme |
      And the admin has deleted the Account "Acme"
      When the admin calls over SOAP
        """
        <undelete><ids>{id:Acme}</ids></undelete>
        """
      Then the SOAP answer is
        """
        <undeleteResponse><result><id>{id:Acme}</id><success>true</success></result></undeleteResponse>
        """
      And the org has 1 Account records

    Scenario: What is not in the bin does not come back
      Given these Account records
        | Name |
        | Acme |
      When the admin calls over SOAP
        """
        <undelete><ids>{id:Acme}</ids></undelete>
        """
      Then the SOAP answer says "false" in "success"
      And the SOAP answer says "UNDELETE_FAILED" in "statusCode"

    Scenario: The bin is emptied of what is named
      Given these Account records
        | Name |
        | Acme |
      And the admin has deleted the Account "Acme"
      And the admin has called over SOAP
        """
        <emptyRecycleBin><ids>{id:Acme}</ids></emptyRecycleBin>
        """
      And the answer mentions "<success>true</success>"
      When the admin calls over SOAP
        """
        <queryAll><queryString>SELECT Id FROM Account</queryString></queryAll>
        """
      Then the SOAP answer says "0" in "size"
