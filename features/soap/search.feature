@R-F3
Feature: Searches over SOAP
  Each record found stands in an element of its own, with what the search says about it.

  @route:soap/partner
  Rule: What is found

    Background:
      Given these Account records
        | Name     | Phone          |
        | Acme One | (415) 555-1212 |

    Scenario: Records are spelled as in queries
      When the admin calls over SOAP
        """
        <search><searchString>FIND {acme} RETURNING Account(Id, Name)</searchString></search>
        """
      Then the SOAP answer is
        """
        <searchResponse><result><queryId>{string}</queryId>
        <searchRecords><record xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id>{id:Acme One}</sf:Id><sf:Id>{id:Acme One}</sf:Id><sf:Name>Acme One</sf:Name></record>
        <searchRecordMetadata><searchPromoted>false</searchPromoted><spellCorrected>false</spellCorrected></searchRecordMetadata><snippet xsi:nil="true"/></searchRecords></result></searchResponse>
        """

    Scenario: What was looked for is marked, and fields have their labels
      When the admin calls over SOAP
        """
        <search><searchString>FIND {acme} RETURNING Account(Name, Phone) WITH HIGHLIGHT WITH METADATA = 'LABELS'</searchString></search>
        """
      Then the SOAP answer is
        """
        <searchResponse><result><queryId>{string}</queryId>
        <searchRecords><record xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id xsi:nil="true"/><sf:Name>Acme One</sf:Name><sf:Phone>(415) 555-1212</sf:Phone></record>
        <searchRecordMetadata><searchPromoted>false</searchPromoted><spellCorrected>false</spellCorrected></searchRecordMetadata>
        <snippet><wholeFields><name>Name</name><value>&lt;mark&gt;Acme&lt;/mark&gt; One</value></wholeFields></snippet></searchRecords>
        <searchResultsMetadata><entityLabelMetadata><entityFieldLabels><name>Name</name><value>Account Name</value></entityFieldLabels><entityFieldLabels><name>Phone</name><value>Account Phone</value></entityFieldLabels><entityName>Account</entityName></entityLabelMetadata></searchResultsMetadata></result></searchResponse>
        """

    Scenario: Nothing is found
      When the admin calls over SOAP
        """
        <search><searchString>FIND {nothing} RETURNING Account(Name)</searchString></search>
        """
      Then the SOAP answer is
        """
        <searchResponse><result><queryId>{string}</queryId></result></searchResponse>
        """

    Scenario: A search that cannot be read
      When the admin calls over SOAP
        """
        <search><searchString>FIND acme</searchString></search>
        """
      Then the SOAP fault is
        """
        <faultcode>sf:MALFORMED_SEARCH</faultcode>
        <faultstring>MALFORMED_SEARCH: No search term found. The search term must be enclosed in braces.</faultstring>
        <detail><sf:MalformedSearchFault xsi:type="sf:MalformedSearchFault"><sf:exceptionCode>MALFORMED_SEARCH</sf:exceptionCode>
        <sf:exceptionMessage>No search term found. The search term must be enclosed in braces.</sf:exceptionMessage><sf:row>-1</sf:row><sf:column>-1</sf:column></sf:MalformedSearchFault></detail>
        """
