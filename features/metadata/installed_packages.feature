@route:soap/metadata @R-G1 @R-C4
Feature: Packages by the Metadata API
  A deployment that names a package installs it; one that removes it uninstalls it.

  Background:
    Given a user "ada"
    And the publisher packages in a Developer Edition org with a namespace
    And an uninstalled connected app "Suite"
    And a package "Acme Suite" with "Suite"
    And the archive "suite"
      | package.xml                                         | <Package><types><members>{note:namespace}</members><name>InstalledPackage</name></types><version>67.0</version></Package> |
      | installedPackages/{note:namespace}.installedPackage | <InstalledPackage><activateRSS>false</activateRSS><versionNumber>1.0</versionNumber></InstalledPackage>                  |

  Scenario: A package is installed, listed and retrieved
    When the admin deploys "suite"
    Then the SOAP answer says "Succeeded" in "status"
    And "Suite" counts as "installed" in the org
    When the admin calls over metadata SOAP
      """
      <listMetadata><queries><type>InstalledPackage</type></queries><asOfVersion>67.0</asOfVersion></listMetadata>
      """
    Then the answer mentions "<fileName>installedPackages/{note:namespace}.installedPackage</fileName><fullName>{note:namespace}</fullName>"
    And the answer mentions "<manageableState>installed</manageableState><namespacePrefix>{note:namespace}</namespacePrefix>"
    When the admin retrieves
      """
      <types><members>*</members><name>InstalledPackage</name></types>
      """
    Then the retrieved file "unpackaged/installedPackages/{note:namespace}.installedPackage" is
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <InstalledPackage xmlns="http://soap.sforce.com/2006/04/metadata">
        <activateRSS>false</activateRSS><versionNumber>1.0</versionNumber>
      </InstalledPackage>
      """

  Scenario: A check installs nothing
    When the admin deploys "suite" with
      | checkOnly | true |
    Then the SOAP answer says "Succeeded" in "status"
    And "Suite" counts as "unseen" in the org

  Scenario: The components that it brought carry its namespace and cannot be deleted
    Given the admin has deployed "suite"
    When the admin calls over metadata SOAP
      """
      <listMetadata><queries><type>ConnectedApp</type></queries><asOfVersion>67.0</asOfVersion></listMetadata>
      """
    Then the answer mentions "<fullName>{note:namespace}__"
    And the answer mentions "<namespacePrefix>{note:namespace}</namespacePrefix>"
    When the admin calls over metadata SOAP
      """
      <deleteMetadata><type>ConnectedApp</type><fullNames>{note:namespace}__{api name:Suite}</fullNames></deleteMetadata>
      """
    Then the answer mentions "Cannot delete managed object"
    And "Suite" counts as "installed" in the org

  Scenario: Its removal closes the gate
    Given the admin has deployed "suite"
    And "ada" has connected "Suite"
    And the archive "gone"
      | package.xml            | <Package><version>67.0</version></Package>                                                          |
      | destructiveChanges.xml | <Package><types><members>{note:namespace}</members><name>InstalledPackage</name></types></Package> |
    When the admin deploys "gone"
    Then the SOAP answer says "Succeeded" in "status"
    And "Suite" counts as "known" in the org
    And the access token of "Suite" no longer works

  Scenario: With other components it is refused, and nothing happens
    Given the archive "mixed"
      | package.xml                                         | <Package><types><members>{note:namespace}</members><name>InstalledPackage</name></types><types><members>Api</members><name>RemoteSiteSetting</name></types></Package> |
      | installedPackages/{note:namespace}.installedPackage | <InstalledPackage><versionNumber>1.0</versionNumber></InstalledPackage>                                                                                               |
      | remoteSiteSettings/Api.remoteSite                   | <RemoteSiteSetting><disableProtocolSecurity>false</disableProtocolSecurity><isActive>true</isActive><url>https://api.example</url></RemoteSiteSetting>                |
    When the admin deploys "mixed"
    Then the answer mentions "<problem>InstalledPackage must be the only metadata type in the manifest</problem>"
    And the SOAP answer says "Failed" in "status"
    And "Suite" counts as "unseen" in the org

  Scenario Outline: Refused: <case>
    Given the archive "wrong"
      | package.xml                                         | <package> |
      | installedPackages/{note:namespace}.installedPackage | <content> |
    When the admin deploys "wrong"
    Then the answer mentions "<words>"
    And "Suite" counts as "unseen" in the org

    Examples:
      | case                            | package                                                                                            | content                                                                                        | words                                    |
      | a version that there is not     | <Package><types><members>{note:namespace}</members><name>InstalledPackage</name></types></Package> | <InstalledPackage><versionNumber>9.9</versionNumber></InstalledPackage>                         | has no version 9.9                       |
      | no version                      | <Package><types><members>{note:namespace}</members><name>InstalledPackage</name></types></Package> | <InstalledPackage><activateRSS>false</activateRSS></InstalledPackage>                           | Required field is missing: versionNumber |
      | a password where none is needed | <Package><types><members>{note:namespace}</members><name>InstalledPackage</name></types></Package> | <InstalledPackage><password>x</password><versionNumber>1.0</versionNumber></InstalledPackage> | require an installation key              |

  @R-A10
  Scenario: The org that holds the namespace refuses it
    Given the archive "suite"
      | package.xml                                         | <Package><types><members>{note:namespace}</members><name>InstalledPackage</name></types></Package> |
      | installedPackages/{note:namespace}.installedPackage | <InstalledPackage><versionNumber>1.0</versionNumber></InstalledPackage>                             |
    When the admin of the publisher deploys "suite"
    Then the answer mentions "INSTALL_INTO_DEV_ORG"
