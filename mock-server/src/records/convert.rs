//! Converting a lead into an account, a contact and an opportunity. Source: SOAP API guide, `convertLead()`.

use super::change::{self, Change};
use super::draft::Draft;
use super::error::RecordError;
use super::moment;
use super::rows::Rows;
use super::rules::{self, Loaded, Scene};
use super::values::Value;
use crate::id::RecordId;

/// What the caller of `convertLead` says.
#[derive(Debug, Clone)]
pub struct Conversion {
    pub lead: RecordId,
    /// The lead's status afterwards: one that means conversion.
    pub converted_status: String,
    /// An account to merge into instead of a new one.
    pub account: Option<RecordId>,
    /// A contact of that account to merge into instead of a new one.
    pub contact: Option<RecordId>,
    /// An opportunity to relate to the lead instead of a new one.
    pub opportunity: Option<RecordId>,
    /// Who owns what is made; the lead's owner if nobody is named.
    pub owner: Option<RecordId>,
    pub create_opportunity: bool,
    /// The company's name when left out.
    pub opportunity_name: Option<String>,
    /// Puts the lead's source in place of the contact's.
    pub overwrite_lead_source: bool,
}

/// What a lead became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Converted {
    pub account: RecordId,
    pub contact: RecordId,
    pub opportunity: Option<RecordId>,
}

/// (field of the lead, field it becomes)
type Mapping = (&'static str, &'static str);

const TO_ACCOUNT: [Mapping; 14] = [
    ("Company", "Name"),
    ("Street", "BillingStreet"),
    ("City", "BillingCity"),
    ("State", "BillingState"),
    ("PostalCode", "BillingPostalCode"),
    ("Country", "BillingCountry"),
    ("Phone", "Phone"),
    ("Fax", "Fax"),
    ("Website", "Website"),
    ("Industry", "Industry"),
    ("AnnualRevenue", "AnnualRevenue"),
    ("NumberOfEmployees", "NumberOfEmployees"),
    ("Rating", "Rating"),
    ("LeadSource", "AccountSource"),
];

const TO_CONTACT: [Mapping; 18] = [
    ("Salutation", "Salutation"),
    ("FirstName", "FirstName"),
    ("LastName", "LastName"),
    ("Title", "Title"),
    ("Email", "Email"),
    ("Phone", "Phone"),
    ("MobilePhone", "MobilePhone"),
    ("Fax", "Fax"),
    ("Street", "MailingStreet"),
    ("City", "MailingCity"),
    ("State", "MailingState"),
    ("PostalCode", "MailingPostalCode"),
    ("Country", "MailingCountry"),
    ("LeadSource", "LeadSource"),
    ("Description", "Description"),
    ("DoNotCall", "DoNotCall"),
    ("HasOptedOutOfEmail", "HasOptedOutOfEmail"),
    ("HasOptedOutOfFax", "HasOptedOutOfFax"),
];

impl Change<'_> {
    /// Makes a lead an account, a contact and, unless told otherwise, an opportunity; its activities and campaigns go to the contact.
    ///
    /// # Errors
    /// `UnknownRecord`, `EntityIsDeleted`, `ConvertedLead`; `Rule` for a status that does not mean conversion, a contact without its
    /// account and an opportunity that is to be new as well; those of `create` and `update` for what is made.
    pub fn convert_lead(&self, rows: &dyn Rows, conversion: &Conversion) -> Result<Converted, RecordError> {
        let scene = self.scene(rows);
        let lead = self.convertible(rows, conversion)?;
        let account = self.account_of(scene, conversion, &lead)?;
        let contact = self.contact_of(scene, conversion, &lead, account)?;
        let opportunity = match conversion.create_opportunity {
            true => Some(self.opportunity_of(scene, conversion, &lead, account, contact)?),
            false => None,
        };
        self.move_what_hangs_on(rows, &lead, contact)?;
        let id = |id: RecordId| Value::Text(id.to_string());
        scene.put(
            lead.object,
            lead.id,
            &[
                ("IsConverted", Value::boolean(true)),
                ("Status", Value::Text(conversion.converted_status.clone())),
                ("ConvertedDate", Value::Text(moment::date_of(self.now.0))),
                ("ConvertedAccountId", id(account)),
                ("ConvertedContactId", id(contact)),
                ("ConvertedOpportunityId", opportunity.map_or(Value::Null, id)),
                ("IsUnreadByOwner", Value::boolean(false)),
                ("LastModifiedDate", Value::Integer(self.now.0)),
                ("LastModifiedById", Value::Text(self.by.to_string())),
            ],
        )?;
        Ok(Converted { account, contact, opportunity })
    }

    fn convertible<'s>(&'s self, rows: &'s dyn Rows, conversion: &Conversion) -> Result<Loaded<'s>, RecordError> {
        let object = self.schema.any_object("Lead").filter(|object| object.key_prefix.as_deref() == Some(conversion.lead.prefix()));
        let object = object.ok_or(RecordError::UnknownRecord)?;
        let stored = change::stored(rows, object, conversion.lead)?;
        self.allow_update(rows, &Draft::empty(object), conversion.lead, &stored)?;
        let lead = self.scene(rows).load(&Value::Text(conversion.lead.to_string()))?.ok_or(RecordError::UnknownRecord)?;
        if lead.get("IsConverted").is_true() {
            return Err(RecordError::ConvertedLead);
        }
        if !rules::converted_status(&conversion.converted_status) {
            let message = format!("invalid convertedStatus: {}", conversion.converted_status);
            return Err(RecordError::rule("INVALID_STATUS", message, &["convertedStatus"]));
        }
        if conversion.contact.is_some() && conversion.account.is_none() {
            let message = "accountId is required when contactId is specified".to_owned();
            return Err(RecordError::rule("REQUIRED_FIELD_MISSING", message, &["accountId"]));
        }
        // GUESS: code and words; the guide only says that these go together with nothing else.
        if conversion.opportunity.is_some() && (conversion.opportunity_name.is_some() || !conversion.create_opportunity) {
            let message = "opportunityId cannot be specified with opportunityName or doNotCreateOpportunity".to_owned();
            return Err(RecordError::rule("FIELD_INTEGRITY_EXCEPTION", message, &["opportunityId"]));
        }
        Ok(lead)
    }

    fn account_of(&self, scene: Scene<'_>, conversion: &Conversion, lead: &Loaded<'_>) -> Result<RecordId, RecordError> {
        match conversion.account {
            Some(id) => self.fill_gaps(scene, "Account", id, lead, &TO_ACCOUNT[1..], None),
            None => self.made(scene, conversion, lead, "Account", &TO_ACCOUNT, &[]),
        }
    }

    fn contact_of(&self, scene: Scene<'_>, conversion: &Conversion, lead: &Loaded<'_>, account: RecordId) -> Result<RecordId, RecordError> {
        let overwritten = conversion.overwrite_lead_source.then_some("LeadSource");
        match conversion.contact {
            Some(id) => self.fill_gaps(scene, "Contact", id, lead, &TO_CONTACT, overwritten),
            None => self.made(scene, conversion, lead, "Contact", &TO_CONTACT, &[("AccountId", Value::Text(account.to_string()))]),
        }
    }

    /// The opportunity begins in the first stage and closes at the end of the quarter.
    fn opportunity_of(
        &self,
        scene: Scene<'_>,
        conversion: &Conversion,
        lead: &Loaded<'_>,
        account: RecordId,
        contact: RecordId,
    ) -> Result<RecordId, RecordError> {
        if let Some(id) = conversion.opportunity {
            return self.fill_gaps(scene, "Opportunity", id, lead, &[("LeadSource", "LeadSource")], None);
        }
        let name = conversion.opportunity_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(lead.text("Company"));
        let campaign = scene.find("CampaignMember", "LeadId", &Value::Text(lead.id.to_string()))?;
        let fields = [
            ("Name", Value::text(name)),
            ("StageName", Value::Text("Prospecting".to_owned())),
            ("CloseDate", Value::Text(moment::quarter_end(self.now.0))),
            ("AccountId", Value::Text(account.to_string())),
            ("ContactId", Value::Text(contact.to_string())),
            ("CampaignId", campaign.last().map_or(Value::Null, |member| member.get("CampaignId").clone())),
        ];
        self.made(scene, conversion, lead, "Opportunity", &[("LeadSource", "LeadSource")], &fields)
    }

    fn made(
        &self,
        scene: Scene<'_>,
        conversion: &Conversion,
        lead: &Loaded<'_>,
        object: &str,
        mapping: &[Mapping],
        fields: &[(&str, Value)],
    ) -> Result<RecordId, RecordError> {
        let object = self.schema.object(object).ok_or(RecordError::NotFound)?;
        let mut draft = Draft::empty(object);
        let owner = conversion.owner.map_or_else(|| lead.get("OwnerId").clone(), |owner| Value::Text(owner.to_string()));
        let mapped = mapping.iter().map(|(from, to)| (*to, lead.get(from).clone()));
        let all = mapped.chain(fields.iter().cloned()).chain([("OwnerId", owner)]).filter(|(_, value)| !value.is_null());
        draft.values.extend(all.filter_map(|(name, value)| Some((object.field_index(name)?, value))));
        self.create_draft(scene.rows, draft)
    }

    /// Gives a record that exists what it lacks and the lead has; `overwritten` is taken from the lead in any case.
    fn fill_gaps(
        &self,
        scene: Scene<'_>,
        object: &str,
        id: RecordId,
        lead: &Loaded<'_>,
        mapping: &[Mapping],
        overwritten: Option<&str>,
    ) -> Result<RecordId, RecordError> {
        let wrong = || RecordError::CrossReference;
        let object = self.schema.object(object).filter(|object| object.key_prefix.as_deref() == Some(id.prefix())).ok_or_else(wrong)?;
        let known = scene.load(&Value::Text(id.to_string()))?.ok_or_else(wrong)?;
        let mut draft = Draft::empty(object);
        for (from, to) in mapping {
            let taken = known.get(to).is_null() || overwritten == Some(*to);
            if let Some(index) = object.field_index(to).filter(|_| taken && !lead.get(from).is_null()) {
                draft.set(index, lead.get(from).clone());
            }
        }
        self.update_draft(scene.rows, id, draft)?;
        Ok(id)
    }

    /// Activities, notes and files go to the contact; campaigns know both.
    fn move_what_hangs_on(&self, rows: &dyn Rows, lead: &Loaded<'_>, contact: RecordId) -> Result<(), RecordError> {
        let scene = self.scene(rows);
        let (from, to) = (Value::Text(lead.id.to_string()), Value::Text(contact.to_string()));
        for (object, lookup) in
            [("Task", "WhoId"), ("Event", "WhoId"), ("Note", "ParentId"), ("Attachment", "ParentId"), ("CampaignMember", "LeadId")]
        {
            let lookup_after = if object == "CampaignMember" { "ContactId" } else { lookup };
            for child in scene.find(object, lookup, &from)? {
                scene.put(child.object, child.id, &[(lookup_after, to.clone())])?;
            }
        }
        Ok(())
    }
}
