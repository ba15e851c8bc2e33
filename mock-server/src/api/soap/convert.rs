//! `convertLead`.

use super::call::{Call, Reply};
use super::fault::Fault;
use super::records::{Outcome, Refused, each};
use crate::id::RecordId;
use crate::records::{Conversion, Converted, RecordError};
use crate::xml::Element;
use crate::xml::markup::Markup;

/// Leads of one call. Source: SOAP API guide, `convertLead()`.
const MOST: usize = 100;

/// `convertLead(leadConverts)`. Nobody is notified, whatever `sendNotificationEmail` says.
pub fn convert_lead(call: &Call) -> Result<Reply, Fault> {
    let asked: Vec<_> = call.element().all("leadConverts").collect();
    if asked.len() > MOST {
        return Err(Fault::too_many(MOST));
    }
    let schema = call.schema()?;
    let change = call.change(&schema);
    let outcomes = each(call, &asked, |rows, element| Ok(change.convert_lead(rows, &conversion(element)?)?))?;
    let mut out = Markup::with_capacity(64 + asked.len() * 256);
    asked.iter().zip(&outcomes).for_each(|(element, outcome)| write(&mut out, element, outcome));
    Ok(Reply::of(out.into_string()))
}

fn conversion(element: &Element) -> Outcome<Conversion> {
    let text = |name: &str| element.text_of(name).filter(|text| !text.trim().is_empty());
    let id = |name: &str| {
        let parsed = text(name).map(|text| RecordId::parse(text.trim()).map_err(|_| RecordError::MalformedId(text.to_owned())));
        parsed.transpose().map_err(Refused::from)
    };
    Ok(Conversion {
        lead: id("leadId")?.ok_or_else(|| Refused::new("REQUIRED_FIELD_MISSING", "leadId is required", &["leadId"]))?,
        converted_status: text("convertedStatus").unwrap_or_default().to_owned(),
        account: id("accountId")?,
        contact: id("contactId")?,
        opportunity: id("opportunityId")?,
        owner: id("ownerId")?,
        create_opportunity: !element.is_true("doNotCreateOpportunity"),
        opportunity_name: text("opportunityName").map(str::to_owned),
        overwrite_lead_source: element.is_true("overwriteLeadSource"),
    })
}

/// GUESS: a refusal names its lead too, as results in Apex do.
fn write(out: &mut Markup, element: &Element, outcome: &Outcome<Converted>) {
    let made = outcome.as_ref().ok();
    let id = |out: &mut Markup, name: &str, id: Option<RecordId>| out.optional(name, id.map(|id| id.to_string()).as_deref());
    out.within("result", |out| {
        id(out, "accountId", made.map(|made| made.account));
        id(out, "contactId", made.map(|made| made.contact));
        if let Err(refused) = outcome {
            refused.write(out);
        }
        id(out, "leadId", element.text_of("leadId").and_then(|text| RecordId::parse(text.trim()).ok()));
        id(out, "opportunityId", made.and_then(|made| made.opportunity));
        out.value("success", outcome.is_ok());
    });
}
