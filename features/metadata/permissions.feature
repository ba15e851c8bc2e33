@route:soap/metadata @R-G1
Feature: Deployed permissions count
  What a permission set or a profile grants holds as soon as it is deployed.

  Background:
    Given a user "ada" with the profile "Minimum Access - Salesforce"
    And the archive "grants"
      | package.xml                         | <Package><types><members>Invoices</members><name>PermissionSet</name></types><types><members>Invoice__c</members><name>CustomObject</name></types><version>67.0</version></Package> |
      | objects/Invoice__c.object           | <CustomObject><label>Invoice</label><pluralLabel>Invoices</pluralLabel><nameField><label>Invoice Name</label><type>Text</type></nameField><fields><fullName>Due__c</fullName><label>Due</label><type>Date</type></fields></CustomObject> |
      | permissionsets/Invoices.permissionset | <PermissionSet><label>Invoices</label><fieldPermissions><editable>true</editable><field>Invoice__c.Due__c</field><readable>true</readable></fieldPermissions><objectPermissions><allowCreate>true</allowCreate><allowRead>true</allowRead><object>Invoice__c</object></objectPermissions><userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions></PermissionSet> |
    And the admin has deployed "grants"

  Scenario: Whoever is assigned may do what it grants
    When the admin queries "SELECT Id, PermissionsApiEnabled FROM PermissionSet WHERE Name = 'Invoices'"
    Then the answer mentions '"PermissionsApiEnabled":true'
    When the admin queries "SELECT PermissionsCreate, PermissionsDelete FROM ObjectPermissions WHERE SobjectType = 'Invoice__c'"
    Then the answer mentions '"PermissionsCreate":true,"PermissionsDelete":false'

  Scenario: What was granted comes back
    When the admin retrieves
      """
      <types><members>Invoices</members><name>PermissionSet</name></types>
      """
    Then the retrieved file "unpackaged/permissionsets/Invoices.permissionset" is
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata">
        <fieldPermissions><editable>true</editable><field>Invoice__c.Due__c</field><readable>true</readable></fieldPermissions>
        <hasActivationRequired>false</hasActivationRequired>
        <label>Invoices</label>
        <objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete><allowEdit>false</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>Invoice__c</object><viewAllRecords>false</viewAllRecords></objectPermissions>
        <userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>
      </PermissionSet>
      """

  Scenario Outline: Refused: <what>
    Given the archive "wrong"
      | package.xml                        | <package> |
      | permissionsets/Wrong.permissionset | <content> |
    When the admin deploys "wrong"
    Then the answer mentions "<words>"

    Examples:
      | what                           | package                                                                                                     | content                                                                                                                                                                  | words                                                                                   |
      | a permission that there is not | <Package><types><members>Wrong</members><name>PermissionSet</name></types><version>67.0</version></Package> | <PermissionSet><label>Wrong</label><userPermissions><enabled>true</enabled><name>FlyToTheMoon</name></userPermissions></PermissionSet>                                   | <problem>Unknown user permission: FlyToTheMoon</problem>                                |
      | a field that there is not      | <Package><types><members>Wrong</members><name>PermissionSet</name></types><version>67.0</version></Package> | <PermissionSet><label>Wrong</label><fieldPermissions><editable>true</editable><field>Account.Nope__c</field><readable>true</readable></fieldPermissions></PermissionSet> | <problem>In field: field - no CustomField named Account.Nope__c found</problem>         |
      | a field that nobody can hide   | <Package><types><members>Wrong</members><name>PermissionSet</name></types><version>67.0</version></Package> | <PermissionSet><label>Wrong</label><fieldPermissions><editable>true</editable><field>Account.Name</field><readable>true</readable></fieldPermissions></PermissionSet>    | <problem>You cannot deploy to a required field: Account.Name</problem>                  |
      | a right without its ground     | <Package><types><members>Wrong</members><name>PermissionSet</name></types><version>67.0</version></Package> | <PermissionSet><label>Wrong</label><objectPermissions><allowEdit>true</allowEdit><object>Invoice__c</object></objectPermissions></PermissionSet>                         | <problem>Permission Edit Invoice__c depends on permission(s): Read Invoice__c</problem> |

  Scenario: A profile keeps what its file does not name
    Given the archive "profile"
      | package.xml            | <Package><types><members>Admin</members><name>Profile</name></types><version>67.0</version></Package> |
      | profiles/Admin.profile | <Profile><fieldPermissions><editable>false</editable><field>Invoice__c.Due__c</field><readable>true</readable></fieldPermissions></Profile> |
    When the admin deploys "profile"
    Then the answer mentions "<componentType>Profile</componentType>"
    And the answer mentions "<status>Succeeded</status>"
    When the admin retrieves
      """
      <types><members>Admin</members><name>Profile</name></types>
      """
    Then the answer mentions "<fileName>unpackaged/profiles/Admin.profile</fileName><fullName>Admin</fullName>"
