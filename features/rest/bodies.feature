@R-F1
Feature: Bodies of requests and answers
  Records travel as JSON, as XML, and with the bytes of a file beside them; packed or not.

  @route:rest/create
  Rule: XML

    Scenario: A record is created from XML and answered in XML
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account.xml
        Content-Type: application/xml

        <?xml version="1.0" encoding="UTF-8"?><Account><Name>Acme &amp; Sons</Name><NumberOfEmployees>12</NumberOfEmployees></Account>
        """
      Then the answer has the status 201
      And the body begins with
        """
        <?xml version="1.0" encoding="UTF-8"?><Result><id>001
        """

    Scenario: A parent by its external id, in XML
      Given the custom field "Code__c" on Account with
        | type        | Text |
        | length      | 20   |
        | external_id | true |
      And these Account records
        | Name | Code__c |
        | Acme | X1      |
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Contact
        Content-Type: application/xml

        <Contact><LastName>Lovelace</LastName><Account><Code__c>X1</Code__c></Account></Contact>
        """
      Then the answer has the status 201

    Scenario: A refusal in XML
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/xml
        Accept: application/xml

        <Account><Phone>1</Phone></Account>
        """
      Then the answer has the status 400
      And the body begins with
        """
        <?xml version="1.0" encoding="UTF-8"?><Errors><Error><message>Required fields are missing: [Name]</message><errorCode>REQUIRED_FIELD_MISSING</errorCode><fields>Name</fields></Error></Errors>
        """

    Scenario: XML that is none
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: application/xml

        <Account><Name>Acme</Account>
        """
      Then the answer is the error "XML_PARSER_ERROR"

    @route:rest/update
    Scenario: A field is emptied in XML
      Given these Account records
        | Name | Phone |
        | Acme | 0123  |
      When the admin sends
        """
        PATCH /services/data/v67.0/sobjects/Account/{id:Acme}
        Content-Type: application/xml

        <Account xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Phone xsi:nil="true"/></Account>
        """
      Then the change is accepted
      And the Account "Acme" has
        | Phone | null |

    Scenario: A type nobody reads
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account
        Content-Type: multipart/related

        x
        """
      Then the answer on the wire is
        """
        HTTP 415

        [{"message": "MediaType of 'multipart/related' is not supported by this resource", "errorCode": "UNSUPPORTED_MEDIA_TYPE"}]
        """

  @route:rest/create
  Rule: Files beside the record

    @route:rest/read-by-external-id
    Scenario: A file is sent as it is, and read as it is
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/ContentVersion
        Content-Type: multipart/form-data; boundary=boundary_string

        --boundary_string
        Content-Disposition: form-data; name="entity_content";
        Content-Type: application/json

        {"PathOnClient": "C:\\plans\\Q1 plan.txt", "ReasonForChange": "first draft"}

        --boundary_string
        Content-Type: application/octet-stream
        Content-Disposition: form-data; name="VersionData"; filename="Q1 plan.txt"

        Hello, world
        --boundary_string--
        """
      Then the answer has the status 201
      When "/id" of the answer is noted as "version"
      And the admin reads "/sobjects/ContentVersion/{note:version}?fields=Title,FileType,FileExtension,ContentSize,VersionNumber,IsLatest,Checksum"
      Then the answer names
        | Title         | Q1 plan |
        | FileType      | TEXT    |
        | FileExtension | txt     |
        | ContentSize   | 12      |
        | VersionNumber | 1       |
        | IsLatest      | true    |
        | Checksum      | bc6e6f16b8a077ef5fbc8d59d0b931b9 |
      When the admin reads "/sobjects/ContentVersion/{note:version}/VersionData"
      Then the body begins with
        """
        Hello, world
        """

    Scenario: A form without a record
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Document
        Content-Type: multipart/form-data; boundary=B

        --B
        Content-Disposition: form-data; name="Body"; filename="a.txt"

        Hello
        --B--
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "Multipart message must include a non-binary part", "errorCode": "INVALID_MULTIPART_REQUEST"}]
        """

    Scenario: A file for a field that is none
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Attachment
        Content-Type: multipart/form-data; boundary=B

        --B
        Content-Disposition: form-data; name="entity_attachment"
        Content-Type: application/json

        {"Name": "a.txt"}
        --B
        Content-Disposition: form-data; name="Bodyy"; filename="a.txt"

        Hello
        --B--
        """
      Then the answer is the error "INVALID_FIELD" saying "No such column 'Bodyy' on sobject of type Attachment"
