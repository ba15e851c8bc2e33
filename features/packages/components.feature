@R-C4 @R-G1 @route:tooling/create
Feature: Components of an installed package
  What a managed package brings carries its namespace, is seen with everything else, and is its developer's alone.

  Background:
    Given a user "ada"
    And the publisher's Dev Hub is linked to a namespace
    And a packaged uninstalled external client app "Suite"
    And the developer has created the package "Acme Suite"
    And the upload "first" with the number "1.0.0.NEXT", "Suite" and the files
      | package.xml                      | <Package><types><members>{app}</members><name>ExternalClientApplication</name></types><types><members>Invoice__c</members><name>CustomObject</name></types><types><members>Book</members><name>ApexClass</name></types><types><members>Use</members><name>PermissionSet</name></types><types><members>Tiles</members><name>Layout</name></types><version>67.0</version></Package> |
      | objects/Invoice__c.object        | <CustomObject><label>Invoice</label><pluralLabel>Invoices</pluralLabel><nameField><label>Name</label><type>Text</type></nameField><fields><fullName>Amount__c</fullName><label>Amount</label><type>Number</type><precision>10</precision><scale>2</scale></fields></CustomObject> |
      | classes/Book.cls                 | @isTest public class Book { Invoice__c invoice; }                                             |
      | classes/Book.cls-meta.xml        | <ApexClass><apiVersion>66.0</apiVersion><status>Active</status></ApexClass>             |
      | permissionsets/Use.permissionset | <PermissionSet><label>Use Invoices</label><objectPermissions><object>Invoice__c</object><allowRead>true</allowRead><allowCreate>true</allowCreate></objectPermissions><fieldPermissions><field>Invoice__c.Amount__c</field><readable>true</readable><editable>true</editable></fieldPermissions></PermissionSet> |
    And the developer has built "first" of the package "Acme Suite"
    And the developer has promoted "first"
    And the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "none", "SubscriberPackageVersionKey": "{note:first version}"}
      """

  @route:rest/create @route:rest/query
  Scenario: Its object holds records, and its permission set lets users at them
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/{note:namespace}__Invoice__c

      {"Name": "First", "{note:namespace}__Amount__c": 12.5}
      """
    Then the answer has the status 201
    When the admin queries "SELECT {note:namespace}__Amount__c FROM {note:namespace}__Invoice__c"
    Then the query returns "12.5"
    When the admin queries "SELECT Label FROM PermissionSet WHERE Name = 'Use' AND NamespacePrefix = '{note:namespace}'"
    Then the query returns "Use Invoices"

  @route:tooling/query
  Scenario: Queries tell whose it is
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Name,NamespacePrefix,ManageableState,Body+FROM+ApexClass+WHERE+Name='Book'
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"size": 1, "totalSize": 1, "done": true, "queryLocator": null, "entityTypeName": "ApexClass", "records": [{"attributes": {"type": "ApexClass", "url": "{any}"},
        "Name": "Book", "NamespacePrefix": "{note:namespace}", "ManageableState": "installed", "Body": "(hidden)"}]}
      """
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+DeveloperName,NamespacePrefix,ManageableState+FROM+CustomObject+WHERE+NamespacePrefix='{note:namespace}'
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"size": 1, "totalSize": 1, "done": true, "queryLocator": null, "entityTypeName": "CustomObject", "records": [{"attributes": {"type": "CustomObject", "url": "{any}"},
        "DeveloperName": "Invoice", "NamespacePrefix": "{note:namespace}", "ManageableState": "installed"}]}
      """

  @route:soap/metadata
  Scenario: Lists and retrievals name it under the namespace
    When the admin calls over metadata SOAP
      """
      <listMetadata><queries><type>ApexClass</type></queries><queries><type>CustomField</type></queries><queries><type>PermissionSet</type></queries><asOfVersion>67.0</asOfVersion></listMetadata>
      """
    Then the answer mentions "<fullName>{note:namespace}__Book</fullName>"
    And the answer mentions "<fullName>{note:namespace}__Invoice__c.{note:namespace}__Amount__c</fullName>"
    And the answer mentions "<fullName>{note:namespace}__Use</fullName>"
    And the answer mentions "<manageableState>installed</manageableState><namespacePrefix>{note:namespace}</namespacePrefix>"
    When the admin retrieves
      """
      <types><members>{note:namespace}__Book</members><name>ApexClass</name></types>
      """
    Then the retrieved file "unpackaged/classes/{note:namespace}__Book.cls" is
      """
      (hidden)
      """

  @route:soap/metadata
  Scenario: A deployment changes none of it, and adds to its objects
    Given the archive "theirs"
      | package.xml                                   | <Package><types><members>{note:namespace}__Book</members><name>ApexClass</name></types><version>67.0</version></Package> |
      | classes/{note:namespace}__Book.cls            | public class Book { }                                                         |
      | classes/{note:namespace}__Book.cls-meta.xml   | <ApexClass><apiVersion>66.0</apiVersion><status>Active</status></ApexClass>                         |
    When the admin deploys "theirs"
    Then the SOAP answer says "Failed" in "status"
    And the answer mentions "Cannot modify managed object: entity=ApexClass"
    Given the archive "another"
      | package.xml                                   | <Package><types><members>{note:namespace}__More__c</members><name>CustomObject</name></types><version>67.0</version></Package> |
      | objects/{note:namespace}__More__c.object      | <CustomObject><label>More</label><pluralLabel>Mores</pluralLabel><nameField><label>Name</label><type>Text</type></nameField></CustomObject> |
    When the admin deploys "another"
    Then the answer mentions "Cannot create a new component with the namespace: {note:namespace}."
    Given the archive "gone"
      | package.xml            | <Package><version>67.0</version></Package>                                                                                              |
      | destructiveChanges.xml | <Package><types><members>{note:namespace}__Invoice__c</members><name>CustomObject</name></types><version>67.0</version></Package> |
    When the admin deploys "gone"
    Then the answer mentions "Cannot delete managed object: entity=CustomEntityDefinition"
    Given the archive "ours"
      | package.xml                                 | <Package><types><members>{note:namespace}__Invoice__c.Ours__c</members><name>CustomField</name></types><version>67.0</version></Package> |
      | objects/{note:namespace}__Invoice__c.object | <CustomObject><fields><fullName>Ours__c</fullName><label>Ours</label><type>Text</type><length>20</length></fields></CustomObject>       |
    When the admin deploys "ours"
    Then the SOAP answer says "Succeeded" in "status"

  @route:tooling/update @route:tooling/delete @route:rest/update
  Scenario: Nor do the Tooling API and the records of Setup
    Given the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+ApexClass+WHERE+Name='Book'
      """
    And "/records/0/Id" of the answer is noted as "class"
    When the admin sends
      """
      PATCH /services/data/v67.0/tooling/sobjects/ApexClass/{note:class}

      {"Body": "public class Book { }"}
      """
    Then the answer mentions "CANNOT_MODIFY_MANAGED_OBJECT"
    When the admin sends
      """
      DELETE /services/data/v67.0/tooling/sobjects/ApexClass/{note:class}
      """
    Then the answer mentions "CANNOT_DELETE_MANAGED_OBJECT"
    Given the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+CustomField+WHERE+DeveloperName='Amount'
      """
    And "/records/0/Id" of the answer is noted as "field"
    When the admin sends
      """
      DELETE /services/data/v67.0/tooling/sobjects/CustomField/{note:field}
      """
    Then the answer mentions "Cannot delete managed object: entity=CustomFieldDefinition"
    Given the admin sends
      """
      GET /services/data/v67.0/query?q=SELECT+Id+FROM+PermissionSet+WHERE+NamespacePrefix='{note:namespace}'
      """
    And "/records/0/Id" of the answer is noted as "set"
    When the admin sends
      """
      PATCH /services/data/v67.0/sobjects/PermissionSet/{note:set}

      {"Label": "Ours"}
      """
    Then the answer mentions "CANNOT_MODIFY_MANAGED_OBJECT"
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/ObjectPermissions

      {"ParentId": "{note:set}", "SobjectType": "Account", "PermissionsRead": true}
      """
    Then the answer mentions "CANNOT_MODIFY_MANAGED_OBJECT"
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/PermissionSetAssignment

      {"PermissionSetId": "{note:set}", "AssigneeId": "{user id:ada}"}
      """
    Then the answer has the status 201

  @route:soap/metadata
  Scenario: An uninstall takes all of it, unless something of the org's own needs it
    Given the archive "ours"
      | package.xml                                 | <Package><types><members>{note:namespace}__Invoice__c.Ours__c</members><name>CustomField</name></types><version>67.0</version></Package> |
      | objects/{note:namespace}__Invoice__c.object | <CustomObject><fields><fullName>Ours__c</fullName><label>Ours</label><type>Text</type><length>20</length></fields></CustomObject>       |
    And the admin has deployed "ours"
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/SubscriberPackageVersionUninstallRequest

      {"SubscriberPackageVersionId": "{note:first version}"}
      """
    And "/id" of the answer is noted as "request"
    And the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Message+FROM+PackageVersionUninstallRequestError+WHERE+ParentRequest.Id='{note:request}'
      """
    Then the answer mentions "{note:namespace}__Invoice__c.Ours__c"
    And "Suite" counts as "installed" in the org
    Given the archive "without"
      | package.xml            | <Package><version>67.0</version></Package>                                                                                                |
      | destructiveChanges.xml | <Package><types><members>{note:namespace}__Invoice__c.Ours__c</members><name>CustomField</name></types><version>67.0</version></Package> |
    And the admin has deployed "without"
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/SubscriberPackageVersionUninstallRequest

      {"SubscriberPackageVersionId": "{note:first version}"}
      """
    Then "Suite" counts as "known" in the org
    When the admin queries "SELECT Name FROM {note:namespace}__Invoice__c"
    Then the answer mentions "INVALID_TYPE"
    When the admin queries "SELECT Name FROM ApexClass WHERE Name = 'Book'"
    Then the query returns nothing

  Scenario: A new version changes them, and what it has no more stays as deprecated
    Given the upload "second" with the number "1.1.0.NEXT", "Suite" and the files
      | package.xml               | <Package><types><members>{app}</members><name>ExternalClientApplication</name></types><types><members>Invoice__c</members><name>CustomObject</name></types><version>67.0</version></Package> |
      | objects/Invoice__c.object | <CustomObject><label>Bill</label><pluralLabel>Bills</pluralLabel><nameField><label>Name</label><type>Text</type></nameField></CustomObject> |
    And the developer has built "second" of the package "Acme Suite"
    And the developer has promoted "second"
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/PackageInstallRequest

      {"NameConflictResolution": "Block", "SecurityType": "none", "SubscriberPackageVersionKey": "{note:second version}"}
      """
    And the admin queries "SELECT MasterLabel FROM EntityDefinition WHERE QualifiedApiName = '{note:namespace}__Invoice__c'"
    Then the query returns "Bill"
    When the admin calls over metadata SOAP
      """
      <listMetadata><queries><type>ApexClass</type></queries><asOfVersion>67.0</asOfVersion></listMetadata>
      """
    Then the answer mentions "<manageableState>deprecated</manageableState>"

  @route:rest/query
  Scenario: The developer sees who has it
    When the admin of the publisher queries "SELECT InstalledStatus FROM PackageSubscriber WHERE OrgName = '{org}'"
    Then the query returns "i"
    When the admin of the publisher queries "SELECT MetadataPackageVersionId FROM PackageSubscriber"
    Then the query returns "{note:first version}"
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/SubscriberPackageVersionUninstallRequest

      {"SubscriberPackageVersionId": "{note:first version}"}
      """
    And the admin of the publisher queries "SELECT InstalledStatus FROM PackageSubscriber"
    Then the query returns nothing
    When the admin queries "SELECT InstalledStatus FROM PackageSubscriber"
    Then the query returns nothing
