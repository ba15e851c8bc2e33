@R-F9
Feature: What standard objects do by themselves
  Names, stages, prices and counts follow from what is written, as they do in an org.

  @route:rest/create
  Rule: People

    Scenario: A person is named by first and last name
      Given the admin has created the Contact "Ada" with
        | Salutation | Ms.      |
        | FirstName  | Ada      |
        | LastName   | Lovelace |
      Then the Contact "Ada" has
        | Name | Ada Lovelace |

    Scenario: A new lead is open
      Given the admin has created the Lead "Ada" with
        | LastName | Lovelace |
        | Company  | Acme     |
      Then the Lead "Ada" has
        | Status      | Open - Not Contacted |
        | IsConverted | false                |

  @route:rest/create
  Rule: Opportunities

    Scenario: A stage brings its probability and forecast
      Given the admin has created the Opportunity "Deal" with
        | Name      | Deal                |
        | StageName | Negotiation/Review  |
        | CloseDate | 2026-05-01          |
        | Amount    | 200                 |
      Then the Opportunity "Deal" has
        | Probability          | 90.0     |
        | ExpectedRevenue      | 180.0    |
        | ForecastCategory     | Pipeline |
        | IsClosed             | false    |
        | IsWon                | false    |
        | FiscalYear           | 2026     |
        | FiscalQuarter        | 2        |
        | Fiscal               | 2026 2   |

    Scenario: Products make the amount
      Given the admin has created the Product2 "Box" with
        | Name     | Box  |
        | IsActive | true |
      And the admin has created the PricebookEntry "price" with
        | Pricebook2Id | 01sFk0000000001IAA |
        | Product2Id   | {id:Box}           |
        | UnitPrice    | 12.5               |
        | IsActive     | true               |
      And the admin has created the Opportunity "Deal" with
        | Name      | Deal        |
        | StageName | Prospecting |
        | CloseDate | 2026-05-01  |
      And the admin has created the OpportunityLineItem "line" with
        | OpportunityId    | {id:Deal}  |
        | PricebookEntryId | {id:price} |
        | Quantity         | 4          |
        | UnitPrice        | 10         |
      Then the OpportunityLineItem "line" has
        | TotalPrice | 40.0     |
        | ListPrice  | 12.5     |
        | Name       | Deal Box |
      And the Opportunity "Deal" has
        | Amount                 | 40.0               |
        | HasOpportunityLineItem | true               |
        | Pricebook2Id           | 01sFk0000000001IAA |
      When the admin deletes the OpportunityLineItem "line"
      Then the Opportunity "Deal" has
        | Amount                 | 0.0   |
        | HasOpportunityLineItem | false |

    Scenario: Prices go with their product, unless opportunities use them
      Given the admin has created the Product2 "Box" with
        | Name | Box |
      And the admin has created the PricebookEntry "price" with
        | Pricebook2Id | 01sFk0000000001IAA |
        | Product2Id   | {id:Box}           |
        | UnitPrice    | 12.5               |
        | IsActive     | true               |
      And the admin has created the Opportunity "Deal" with
        | Name      | Deal        |
        | StageName | Prospecting |
        | CloseDate | 2026-05-01  |
      And the admin has created the OpportunityLineItem "line" with
        | OpportunityId    | {id:Deal}  |
        | PricebookEntryId | {id:price} |
        | Quantity         | 1          |
        | UnitPrice        | 10         |
      When the admin sends
        """
        DELETE /services/data/v67.0/sobjects/Product2/{id:Box}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "Your attempt to delete Box could not be completed because it is associated with the following price book entries.: {any}\n", "errorCode": "DELETE_FAILED", "fields": []}]
        """
      When the admin deletes the OpportunityLineItem "line"
      And the admin deletes the Product2 "Box"
      Then the PricebookEntry "price" is gone

    Scenario: Nobody is told twice of Apex that failed
      Given the admin queries "SELECT Id FROM User LIMIT 1"
      And "/records/0/Id" of the answer is noted as "somebody"
      And the admin has created the ApexEmailNotification "told" with
        | UserId | {note:somebody} |
      When the admin creates the ApexEmailNotification "again" with
        | UserId | {note:somebody} |
      Then the answer is the error "DUPLICATE_VALUE"

    Scenario: A custom price needs a standard price
      Given the admin has created the Product2 "Box" with
        | Name | Box |
      And the admin has created the Pricebook2 "Partners" with
        | Name     | Partners |
        | IsActive | true     |
      When the admin creates the PricebookEntry "price" with
        | Pricebook2Id | {id:Partners} |
        | Product2Id   | {id:Box}      |
        | UnitPrice    | 10            |
      Then the answer is the error "STANDARD_PRICE_NOT_DEFINED" saying "Before creating a custom price, create a standard price."

  @route:rest/query
  Rule: What every org has from its beginning

    Scenario: Business hours around the clock, which can be changed
      When the admin queries "SELECT Name, IsActive, MondayStartTime, MondayEndTime FROM BusinessHours WHERE IsDefault = TRUE"
      Then the query returns
        | Name    | IsActive | MondayStartTime | MondayEndTime |
        | Default | true     | 00:00:00.000Z   | 00:00:00.000Z |
      When "/records/0/attributes/url" of the answer is noted as "hours"
      And the admin sends
        """
        PATCH {note:hours}
        Content-Type: application/json

        {"MondayStartTime": "08:30:00.000Z"}
        """
      Then the answer has the status 204
      When the admin queries "SELECT MondayStartTime, TuesdayStartTime FROM BusinessHours"
      Then the query returns
        | MondayStartTime | TuesdayStartTime |
        | 08:30:00.000Z   | 00:00:00.000Z    |

    Scenario: The org itself came with its first user
      When the admin queries "SELECT CreatedBy.IsActive, CreatedDate, SystemModstamp FROM Organization"
      Then the answer on the wire is
        """
        HTTP 200

        {"totalSize": 1, "done": true, "records": [{"attributes": "{any}", "CreatedBy": {"attributes": "{any}", "IsActive": true}, "CreatedDate": "{datetime}", "SystemModstamp": "{datetime}"}]}
        """

  @route:rest/create
  Rule: Cases and activities

    Scenario: A case is numbered, and closed by its status
      Given the admin has created the Case "Broken" with
        | Subject | Broken |
        | Status  | Closed |
      Then the Case "Broken" has
        | CaseNumber | {any}      |
        | IsClosed   | true       |
        | ClosedDate | {datetime} |
        | Priority   | Medium     |

    Scenario: A task belongs to the account of what it is about
      Given these Account records
        | Name |
        | Acme |
      And these Contact records
        | LastName | AccountId |
        | Lovelace | {id:Acme} |
      And the admin has created the Task "Call" with
        | Subject  | Call          |
        | WhoId    | {id:Lovelace} |
        | Status   | Completed     |
        | Priority | High          |
      Then the Task "Call" has
        | AccountId         | {id:Acme}  |
        | IsClosed          | true       |
        | IsHighPriority    | true       |
        | CompletedDateTime | {datetime} |
        | TaskSubtype       | Task       |

    Scenario: An event ends when its minutes are over
      Given the admin has created the Event "Meet" with
        | Subject           | Meet                 |
        | ActivityDateTime  | 2026-01-31T10:00:00Z |
        | DurationInMinutes | 90                   |
      Then the Event "Meet" has
        | StartDateTime | 2026-01-31T10:00:00.000+0000 |
        | EndDateTime   | 2026-01-31T11:30:00.000+0000 |
        | ActivityDate  | 2026-01-31                   |
        | EndDate       | 2026-01-31                   |

    @own-org
    Scenario: A time of an event is kept to the second
      Given the admin has created the Event "Meet" with
        | Subject           | Meet                     |
        | ActivityDateTime  | 2026-01-31T10:00:00.999Z |
        | DurationInMinutes | 90                       |
      Then the Event "Meet" has
        | StartDateTime | 2026-01-31T10:00:00.000+0000 |
      When the admin queries "SELECT Subject FROM Event WHERE ActivityDateTime = 2026-01-31T10:00:00Z"
      Then the query returns
        | Subject |
        | Meet    |

    Scenario: An event without a time
      When the admin creates the Event "Meet" with
        | Subject | Meet |
      Then the error "REQUIRED_FIELD_MISSING" saying "Required fields are missing: [ActivityDateTime, DurationInMinutes]" points at "ActivityDateTime, DurationInMinutes"

    Scenario: An asset of nobody
      When the admin creates the Asset "Pump" with
        | Name | Pump |
      Then the answer is the error "FIELD_INTEGRITY_EXCEPTION" saying "Every asset needs an account, a contact, or both."

  @route:rest/create
  Rule: Campaigns

    Scenario: A campaign counts its members
      Given the admin has created the Campaign "Fair" with
        | Name | Fair |
      And the admin has created the Lead "Ada" with
        | LastName | Lovelace |
        | Company  | Acme     |
      And the admin has created the CampaignMember "member" with
        | CampaignId | {id:Fair} |
        | LeadId     | {id:Ada}  |
      Then the CampaignMember "member" has
        | Status           | Sent  |
        | HasResponded     | false |
        | CompanyOrAccount | Acme  |
        | Type             | Lead  |
      When the admin updates the CampaignMember "member" with
        | Status | Responded |
      Then the Campaign "Fair" has
        | NumberOfLeads     | 1 |
        | NumberOfResponses | 1 |

    Scenario: Nobody is a member twice
      Given the admin has created the Campaign "Fair" with
        | Name | Fair |
      And the admin has created the Lead "Ada" with
        | LastName | Lovelace |
        | Company  | Acme     |
      And the admin has created the CampaignMember "member" with
        | CampaignId | {id:Fair} |
        | LeadId     | {id:Ada}  |
      When the admin creates the CampaignMember "again" with
        | CampaignId | {id:Fair} |
        | LeadId     | {id:Ada}  |
      Then the answer is the error "DUPLICATE_VALUE" saying "Already a campaign member."

  @route:rest/create
  Rule: Files

    Scenario: A version makes its document and shares it
      Given these Account records
        | Name |
        | Acme |
      And the admin has created the ContentVersion "plan" with
        | PathOnClient           | plan.pdf         |
        | VersionData            | SGVsbG8sIHdvcmxk |
        | FirstPublishLocationId | {id:Acme}        |
      Then the ContentVersion "plan" has
        | Title         | plan |
        | FileType      | PDF  |
        | VersionNumber | 1    |
      When the admin queries "SELECT ContentDocument.Title, ShareType FROM ContentDocumentLink WHERE LinkedEntityId = '{id:Acme}'"
      Then the query returns
        | ContentDocument.Title | ShareType |
        | plan                  | V         |

    Scenario: A file without a name
      When the admin creates the ContentVersion "plan" with
        | VersionData | SGVsbG8sIHdvcmxk |
      Then the error "REQUIRED_FIELD_MISSING" saying "Required fields are missing: [PathOnClient]" points at "PathOnClient"

  @route:rest/delete
  Rule: The recycle bin

    @route:rest/read
    Scenario: After fifteen days a deleted record is gone for good
      Given these Account records
        | Name |
        | Acme |
      And the admin has deleted the Account "Acme"
      When the admin reads "/sobjects/Account/{id:Acme}"
      Then the answer is the error "ENTITY_IS_DELETED" saying "entity is deleted"
