@R-F1
Feature: Merging records and converting leads over SOAP
  Calls that REST does not have: records of a kind become one, and a lead becomes an account, a contact and an opportunity.

  @route:soap/partner
  Rule: Merging

    Background:
      Given these Account records
        | Name   | Phone |
        | Master | +1    |
        | Loser  | +2    |
      And these Contact records
        | LastName | AccountId  |
        | Ada      | {id:Loser} |

    Scenario: The master takes over what hangs on the loser
      When the admin calls over SOAP
        """
        <merge><request><masterRecord><type>Account</type><Id>{id:Master}</Id><Phone>+3</Phone></masterRecord><recordToMergeIds>{id:Loser}</recordToMergeIds></request></merge>
        """
      Then the SOAP answer is
        """
        <mergeResponse><result><id>{id:Master}</id><mergedRecordIds>{id:Loser}</mergedRecordIds><success>true</success><updatedRelatedIds>{id:Ada}</updatedRelatedIds></result></mergeResponse>
        """
      And the org has 1 Account records
      And the Account "Master" has
        | Phone | +3 |

    Scenario: No record is merged with itself
      When the admin calls over SOAP
        """
        <merge><request><masterRecord><type>Account</type><Id>{id:Master}</Id></masterRecord><recordToMergeIds>{id:Master}</recordToMergeIds></request></merge>
        """
      Then the SOAP answer is
        """
        <mergeResponse><result><errors><message>invalid cross reference id</message><statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode></errors><id xsi:nil="true"/><success>false</success></result></mergeResponse>
        """
      And the org has 2 Account records

    Scenario: A merge without a master
      When the admin calls over SOAP
        """
        <merge><request><recordToMergeIds>{id:Loser}</recordToMergeIds></request></merge>
        """
      Then the SOAP fault is "sf:INVALID_FIELD" saying "merge: the element masterRecord is required"

  @route:soap/partner
  Rule: Converting leads

    Background:
      Given these Lead records
        | LastName | Company |
        | Byron    | Engines |

    Scenario: A lead becomes an account, a contact and an opportunity
      When the admin calls over SOAP
        """
        <convertLead><leadConverts><convertedStatus>Closed - Converted</convertedStatus><doNotCreateOpportunity>false</doNotCreateOpportunity><leadId>{id:Byron}</leadId><overwriteLeadSource>false</overwriteLeadSource><sendNotificationEmail>false</sendNotificationEmail></leadConverts></convertLead>
        """
      Then the SOAP answer is
        """
        <convertLeadResponse><result><accountId>{id}</accountId><contactId>{id}</contactId><leadId>{id:Byron}</leadId><opportunityId>{id}</opportunityId><success>true</success></result></convertLeadResponse>
        """
      And the org has 1 Account records
      And the org has 1 Contact records
      And the org has 1 Opportunity records

    Scenario: An account that exists, and no opportunity
      Given these Account records
        | Name |
        | Acme |
      When the admin calls over SOAP
        """
        <convertLead><leadConverts><accountId>{id:Acme}</accountId><convertedStatus>Closed - Converted</convertedStatus><doNotCreateOpportunity>true</doNotCreateOpportunity><leadId>{id:Byron}</leadId></leadConverts></convertLead>
        """
      Then the SOAP answer is
        """
        <convertLeadResponse><result><accountId>{id:Acme}</accountId><contactId>{id}</contactId><leadId>{id:Byron}</leadId><opportunityId xsi:nil="true"/><success>true</success></result></convertLeadResponse>
        """
      And the org has 0 Opportunity records

    Scenario: An opportunity that exists
      Given these Opportunity records
        | Name | StageName   | CloseDate  |
        | Deal | Prospecting | 2030-01-01 |
      When the admin calls over SOAP
        """
        <convertLead><leadConverts><convertedStatus>Closed - Converted</convertedStatus><doNotCreateOpportunity>false</doNotCreateOpportunity><leadId>{id:Byron}</leadId><opportunityId>{id:Deal}</opportunityId></leadConverts></convertLead>
        """
      Then the SOAP answer is
        """
        <convertLeadResponse><result><accountId>{id}</accountId><contactId>{id}</contactId><leadId>{id:Byron}</leadId><opportunityId>{id:Deal}</opportunityId><success>true</success></result></convertLeadResponse>
        """
      And the org has 1 Opportunity records

    Scenario: A status that does not mean conversion
      When the admin calls over SOAP
        """
        <convertLead><leadConverts><convertedStatus>Open - Not Contacted</convertedStatus><leadId>{id:Byron}</leadId></leadConverts></convertLead>
        """
      Then the SOAP answer is
        """
        <convertLeadResponse><result><accountId xsi:nil="true"/><contactId xsi:nil="true"/><errors><fields>convertedStatus</fields><message>invalid convertedStatus: Open - Not Contacted</message><statusCode>INVALID_STATUS</statusCode></errors><leadId>{id:Byron}</leadId><opportunityId xsi:nil="true"/><success>false</success></result></convertLeadResponse>
        """
      And the org has 0 Account records

    Scenario: An opportunity that exists and none at all
      When the admin calls over SOAP
        """
        <convertLead><leadConverts><convertedStatus>Closed - Converted</convertedStatus><doNotCreateOpportunity>true</doNotCreateOpportunity><leadId>{id:Byron}</leadId><opportunityId>006000000000001AAA</opportunityId></leadConverts></convertLead>
        """
      Then the SOAP answer is
        """
        <convertLeadResponse><result><accountId xsi:nil="true"/><contactId xsi:nil="true"/><errors><fields>opportunityId</fields><message>opportunityId cannot be specified with opportunityName or doNotCreateOpportunity</message><statusCode>FIELD_INTEGRITY_EXCEPTION</statusCode></errors><leadId>{id:Byron}</leadId><opportunityId xsi:nil="true"/><success>false</success></result></convertLeadResponse>
        """
