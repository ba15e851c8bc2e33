@route:soap/metadata @R-G1
Feature: Deployed permission set groups count
  Whoever is assigned a group may do what its permission sets grant.

  Background:
    Given a user "ada" with the profile "Minimum Access - Salesforce"
    And the archive "grants"
      | package.xml                                  | <Package><types><members>Clerks</members><name>PermissionSetGroup</name></types><types><members>Invoices</members><name>PermissionSet</name></types><types><members>Invoice__c</members><name>CustomObject</name></types><version>67.0</version></Package> |
      | objects/Invoice__c.object                    | <CustomObject><label>Invoice</label><pluralLabel>Invoices</pluralLabel><nameField><label>Invoice Name</label><type>Text</type></nameField></CustomObject> |
      | permissionsets/Invoices.permissionset        | <PermissionSet><label>Invoices</label><objectPermissions><allowRead>true</allowRead><object>Invoice__c</object></objectPermissions><userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions></PermissionSet> |
      | permissionsetgroups/Clerks.permissionsetgroup | <PermissionSetGroup><label>Clerks</label><permissionSets>Invoices</permissionSets></PermissionSetGroup> |
    And the admin has deployed "grants"

  @route:rest/create
  Scenario: The assigned user may do what the group's sets grant
    When "ada" queries "SELECT Id FROM Invoice__c"
    Then the answer is a refusal of the client, not a failure of the server
    When the admin queries "SELECT Id FROM PermissionSetGroup WHERE DeveloperName = 'Clerks'"
    And "/records/0/Id" of the answer is noted as "group"
    And the admin sends
      """
      POST /services/data/v67.0/sobjects/PermissionSetAssignment
      Content-Type: application/json

      {"AssigneeId": "{user id:ada}", "PermissionSetGroupId": "{note:group}"}
      """
    And "ada" queries "SELECT Id FROM Invoice__c"
    Then the query returns nothing

  Scenario: The group comes back as it is
    When the admin retrieves
      """
      <types><members>*</members><name>PermissionSetGroup</name></types>
      """
    Then the retrieved file "unpackaged/permissionsetgroups/Clerks.permissionsetgroup" is
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <PermissionSetGroup xmlns="http://soap.sforce.com/2006/04/metadata">
        <hasActivationRequired>false</hasActivationRequired><label>Clerks</label><permissionSets>Invoices</permissionSets><status>Updated</status>
      </PermissionSetGroup>
      """

  Scenario: A second deployment takes a set out of the group
    Given the archive "empty"
      | package.xml                                   | <Package><types><members>Clerks</members><name>PermissionSetGroup</name></types></Package> |
      | permissionsetgroups/Clerks.permissionsetgroup | <PermissionSetGroup><label>Clerks</label></PermissionSetGroup>                             |
    When the admin deploys "empty"
    And the admin queries "SELECT COUNT() FROM PermissionSetGroupComponent"
    Then the query counts 0

  Scenario: A set that there is not
    Given the archive "wrong"
      | package.xml                                  | <Package><types><members>Wrong</members><name>PermissionSetGroup</name></types></Package>                       |
      | permissionsetgroups/Wrong.permissionsetgroup | <PermissionSetGroup><label>Wrong</label><permissionSets>Nope</permissionSets></PermissionSetGroup> |
    When the admin deploys "wrong"
    Then the answer mentions "<problem>In field: permissionSets - no PermissionSet named Nope found</problem>"
    When the admin queries "SELECT COUNT() FROM PermissionSetGroup WHERE DeveloperName = 'Wrong'"
    Then the query counts 0

  Scenario: A group is removed unless somebody is assigned
    Given the archive "gone"
      | package.xml            | <Package><version>67.0</version></Package>                                                 |
      | destructiveChanges.xml | <Package><types><members>Clerks</members><name>PermissionSetGroup</name></types></Package> |
    And the admin queries "SELECT Id FROM PermissionSetGroup WHERE DeveloperName = 'Clerks'"
    And "/records/0/Id" of the answer is noted as "group"
    And the admin sends
      """
      POST /services/data/v67.0/sobjects/PermissionSetAssignment
      Content-Type: application/json

      {"AssigneeId": "{user id:ada}", "PermissionSetGroupId": "{note:group}"}
      """
    When the admin deploys "gone"
    Then the answer mentions "assigned to one or more users"
    When the admin queries "SELECT Id FROM PermissionSetAssignment WHERE PermissionSetGroupId = '{note:group}'"
    And "/records/0/Id" of the answer is noted as "assignment"
    And the admin sends
      """
      DELETE /services/data/v67.0/sobjects/PermissionSetAssignment/{note:assignment}
      """
    And the admin deploys "gone"
    Then the SOAP answer says "Succeeded" in "status"
