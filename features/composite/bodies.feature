@R-F5
Feature: Bodies of composites beside JSON
  Batches, trees and collections also come as XML, and with the bytes of files in parts of a form.

  @route:rest/composite-batch
  Scenario: A batch in XML
    Given these Account records
      | Name |
      | Acme |
    When the admin sends
      """
      POST /services/data/v67.0/composite/batch
      Content-Type: application/xml

      <?xml version="1.0" encoding="UTF-8"?><batch><batchRequests><batchRequest><method>Patch</method><url>v67.0/sobjects/Account/{id:Acme}</url><richInput><Account><Name>Blue</Name></Account></richInput></batchRequest><batchRequest><method>GET</method><url>v67.0/sobjects/Account/{id:Acme}?fields=Name</url></batchRequest></batchRequests></batch>
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"hasErrors": false, "results": [{"statusCode": 204, "result": null}, {"statusCode": 200, "result": {"attributes": "{any}", "Name": "Blue"}}]}
      """

  @route:rest/composite-batch
  Scenario: A batch that is no XML
    When the admin sends
      """
      POST /services/data/v67.0/composite/batch
      Content-Type: application/xml

      <batch><batchRequests></batch>
      """
    Then the answer is the error "XML_PARSER_ERROR"

  @route:rest/composite-batch
  Scenario: A batch in XML without requests is empty
    When the admin sends
      """
      POST /services/data/v67.0/composite/batch
      Content-Type: application/xml
      Accept: application/xml

      <batch/>
      """
    Then the answer has the status 200
    And the body begins with
      """
      <?xml version="1.0" encoding="UTF-8"?><batchResults><hasErrors>false</hasErrors></batchResults>
      """

  @route:rest/composite-tree
  Scenario: A tree in XML
    When the admin sends
      """
      POST /services/data/v67.0/composite/tree/Account
      Content-Type: application/xml
      Accept: application/xml

      <SObjectTreeRequest><records type="Account" referenceId="r1"><Name>Acme</Name><NumberOfEmployees>12</NumberOfEmployees><Contacts><records type="Contact" referenceId="r2"><LastName>Ada</LastName></records></Contacts></records></SObjectTreeRequest>
      """
    Then the answer has the status 201
    And the body begins with
      """
      <?xml version="1.0" encoding="UTF-8"?><Result><hasErrors>false</hasErrors><results><referenceId>r1</referenceId><id>001
      """
    When the admin queries "SELECT LastName FROM Contact WHERE Account.NumberOfEmployees = 12"
    Then the query returns "Ada"

  @route:rest/composite-tree
  Scenario: A tree in XML without reference ids
    When the admin sends
      """
      POST /services/data/v67.0/composite/tree/Account
      Content-Type: application/xml

      <SObjectTreeRequest><records type="Account"><Name>Acme</Name></records></SObjectTreeRequest>
      """
    Then the answer on the wire is
      """
      HTTP 400

      {"hasErrors": true, "results": [{"referenceId": null, "errors": [{"statusCode": "INVALID_INPUT", "message": "Include a reference ID for each record in the request.", "fields": []}]}]}
      """

  @route:rest/collection-create
  Scenario: A collection in XML
    When the admin sends
      """
      POST /services/data/v67.0/composite/sobjects
      Content-Type: application/xml

      <request><allOrNone>false</allOrNone><records type="Account"><Name>Acme</Name></records><records type="Account"><Phone>1</Phone></records></request>
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"id": "{string}", "success": true, "errors": []}, {"success": false, "errors": [{"statusCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing: [Name]", "fields": ["Name"]}]}]
      """

  @route:rest/collection-create
  Scenario: Files beside a collection
    When the admin sends
      """
      POST /services/data/v67.0/composite/sobjects
      Content-Type: multipart/form-data; boundary=B

      --B
      Content-Disposition: form-data; name="collection"
      Content-Type: application/json

      {"allOrNone": false, "records": [{"attributes": {"type": "ContentVersion", "binaryPartName": "one", "binaryPartNameAlias": "VersionData"}, "Title": "First", "PathOnClient": "first.txt"}]}
      --B
      Content-Disposition: form-data; name="one"; filename="first.txt"
      Content-Type: text/plain

      Hello
      --B--
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"id": "{string}", "success": true, "errors": []}]
      """
    When the admin queries "SELECT Checksum FROM ContentVersion WHERE Title = 'First'"
    Then the query returns "8b1a9953c4611296a827abf8c47804d7"

  @route:rest/collection-create
  Scenario: A file that the request names and the form lacks
    When the admin sends
      """
      POST /services/data/v67.0/composite/sobjects
      Content-Type: multipart/form-data; boundary=B

      --B
      Content-Disposition: form-data; name="collection"
      Content-Type: application/json

      {"records": [{"attributes": {"type": "ContentVersion", "binaryPartName": "two", "binaryPartNameAlias": "VersionData"}, "PathOnClient": "first.txt"}]}
      --B--
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "Multipart message lacks a binary part that the request names", "errorCode": "INVALID_MULTIPART_REQUEST"}]
      """

  @route:rest/composite-batch
  Scenario: Files beside a batch
    When the admin sends
      """
      POST /services/data/v67.0/composite/batch
      Content-Type: multipart/form-data; boundary=B

      --B
      Content-Disposition: form-data; name="batch"
      Content-Type: application/json

      {"batchRequests": [{"method": "POST", "url": "v67.0/sobjects/ContentVersion", "richInput": {"Title": "Second", "PathOnClient": "second.txt"}, "binaryPartName": "one", "binaryPartNameAlias": "VersionData"}]}
      --B
      Content-Disposition: form-data; name="one"; filename="second.txt"

      Hello
      --B--
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"hasErrors": false, "results": [{"statusCode": 201, "result": {"id": "{string}", "success": true, "errors": []}}]}
      """

  @route:rest/composite
  Scenario: The composite itself takes JSON alone
    When the admin sends
      """
      POST /services/data/v67.0/composite
      Content-Type: application/xml

      <composite/>
      """
    Then the answer on the wire is
      """
      HTTP 415

      [{"message": "MediaType of 'application/xml' is not supported by this resource", "errorCode": "UNSUPPORTED_MEDIA_TYPE"}]
      """
