@route:soap/partner
Feature: Layouts and e-mail over SOAP
  What REST says of layouts in SOAP's spelling; messages end in the outbox.

  @R-F4
  Rule: Layouts

    Scenario: The layout of an object
      When the admin calls over SOAP
        """
        <describeLayout><sObjectType>Account</sObjectType></describeLayout>
        """
      Then the answer mentions "<describeLayoutResponse><result><layouts><buttonLayoutSection><detailButtons>"
      And the answer mentions "<detailLayoutSections><collapsed>false</collapsed><columns>2</columns><heading>Account Information</heading><layoutRows><layoutItems>"
      And the answer mentions "<layoutComponents><displayLines>1</displayLines><tabOrder>1</tabOrder><type>Field</type><value>Name</value></layoutComponents>"
      And the answer mentions "<recordTypeId>012000000000000AAA</recordTypeId></recordTypeMappings><recordTypeSelectorRequired>false</recordTypeSelectorRequired></result>"

    Scenario: Of the record types asked for only
      When the admin calls over SOAP
        """
        <describeLayout><sObjectType>Account</sObjectType><recordTypeIds>012000000000001AAA</recordTypeIds></describeLayout>
        """
      Then the answer mentions "</layouts><recordTypeSelectorRequired>false</recordTypeSelectorRequired></result>"

    Scenario: A list that is nil has no items
      When the admin calls over SOAP
        """
        <describeLayout><sObjectType>Account</sObjectType><layoutName xsi:nil="true"/><recordTypeIds xsi:nil="true"/></describeLayout>
        """
      Then the answer mentions "<recordTypeId>012000000000000AAA</recordTypeId></recordTypeMappings>"

    Scenario: An item that is no id
      When the admin calls over SOAP
        """
        <describeLayout><sObjectType>Account</sObjectType><recordTypeIds>nope</recordTypeIds></describeLayout>
        """
      Then the SOAP fault is "sf:MALFORMED_ID" saying "malformed id nope"

    Scenario: Of an object nobody has
      When the admin calls over SOAP
        """
        <describeLayout><sObjectType>Nope</sObjectType></describeLayout>
        """
      Then the SOAP fault is "sf:INVALID_TYPE" saying "sObject type 'Nope' is not supported. {string}"

    Scenario: There are no data categories
      When the admin calls over SOAP
        """
        <describeDataCategoryGroups><sObjectType>Account</sObjectType></describeDataCategoryGroups>
        """
      Then the SOAP answer is
        """
        <describeDataCategoryGroupsResponse/>
        """

  @R-K1 @route:control/outbox
  Rule: E-mail

    Scenario: A message is kept in the outbox
      Given these Contact records
        | LastName | Email           |
        | Hopper   | grace@navy.test |
      When the admin calls over SOAP
        """
        <sendEmail><messages xsi:type="SingleEmailMessage" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><subject>Hello</subject><plainTextBody>It works.</plainTextBody><targetObjectId>{id:Hopper}</targetObjectId><toAddresses>ada@engine.test</toAddresses></messages></sendEmail>
        """
      Then the SOAP answer is
        """
        <sendEmailResponse><result><success>true</success></result></sendEmailResponse>
        """
      When the test author reads "/outbox?org={org}"
      Then the answer mentions "ada@engine.test"
      And the answer mentions "grace@navy.test"
      And the answer mentions "It works."

    Scenario: To nobody
      When the admin calls over SOAP
        """
        <sendEmail><messages><subject>Hello</subject><plainTextBody>x</plainTextBody></messages></sendEmail>
        """
      Then the SOAP answer is
        """
        <sendEmailResponse><result><errors><message>Add a recipient to send an email.</message><statusCode>REQUIRED_FIELD_MISSING</statusCode><targetObjectId xsi:nil="true"/></errors><success>false</success></result></sendEmailResponse>
        """

    Scenario: Without a body
      When the admin calls over SOAP
        """
        <sendEmail><messages><toAddresses>ada@engine.test</toAddresses><subject>Hello</subject></messages></sendEmail>
        """
      Then the SOAP answer is
        """
        <sendEmailResponse><result><errors><message>Missing body, need at least one of html or plainText</message><statusCode>REQUIRED_FIELD_MISSING</statusCode><targetObjectId xsi:nil="true"/></errors><success>false</success></result></sendEmailResponse>
        """

    Scenario: To an address that is none
      When the admin calls over SOAP
        """
        <sendEmail><messages><toAddresses>nobody</toAddresses><plainTextBody>x</plainTextBody></messages></sendEmail>
        """
      Then the SOAP answer is
        """
        <sendEmailResponse><result><errors><message>Invalid email address: nobody</message><statusCode>INVALID_EMAIL_ADDRESS</statusCode><targetObjectId xsi:nil="true"/></errors><success>false</success></result></sendEmailResponse>
        """

    Scenario: To a contact that is not there
      When the admin calls over SOAP
        """
        <sendEmail><messages><targetObjectId>003000000000001AAA</targetObjectId></messages></sendEmail>
        """
      Then the SOAP answer is
        """
        <sendEmailResponse><result><errors><message>Invalid target object ID: 003000000000001AAA</message><statusCode>INVALID_ID_FIELD</statusCode><targetObjectId xsi:nil="true"/></errors><success>false</success></result></sendEmailResponse>
        """
