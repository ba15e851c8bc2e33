//! Campaigns, their members and what they count.

use super::{Loaded, Ruled, Scene, sales};
use crate::id::RecordId;
use crate::records::error::RecordError;
use crate::records::moment;
use crate::records::values::Value;
use crate::records::whole::Whole;

/// A new campaign has the two member statuses every campaign begins with.
pub fn campaign_written(scene: Scene<'_>, whole: &Whole<'_, '_>, id: RecordId) -> Ruled {
    if !whole.is_new() {
        return Ok(());
    }
    for (order, (label, is_default, responded)) in [(1, ("Sent", true, false)), (2, ("Responded", false, true))] {
        scene.make(
            "CampaignMemberStatus",
            &[
                ("CampaignId", Value::Text(id.to_string())),
                ("Label", Value::Text(label.to_owned())),
                ("SortOrder", Value::Integer(order)),
                ("IsDefault", Value::boolean(is_default)),
                ("HasResponded", Value::boolean(responded)),
            ],
        )?;
    }
    let zero = |name: &'static str| (name, Value::Integer(0));
    let counts =
        ["NumberOfLeads", "NumberOfConvertedLeads", "NumberOfContacts", "NumberOfResponses", "NumberOfOpportunities", "NumberOfWonOpportunities"];
    let mut totals: Vec<_> = counts.map(zero).into();
    totals.extend(["AmountAllOpportunities", "AmountWonOpportunities"].map(|name| (name, Value::Real(0.0))));
    scene.put(whole.draft.object, id, &totals)
}

/// One status of a campaign is the default: a new one takes the mark from the old.
pub fn status_written(scene: Scene<'_>, whole: &Whole<'_, '_>, id: RecordId) -> Ruled {
    if !whole.is_true("IsDefault") || !whole.changes(&["IsDefault"]) {
        return Ok(());
    }
    for other in scene.find("CampaignMemberStatus", "CampaignId", whole.get("CampaignId"))? {
        if other.id != id && other.get("IsDefault").is_true() {
            scene.put(other.object, other.id, &[("IsDefault", Value::boolean(false))])?;
        }
    }
    Ok(())
}

pub fn member(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if whole.is_new() {
        let lookup = if whole.given("ContactId") { "ContactId" } else { "LeadId" };
        let Some(person) = scene.load(whole.get(lookup))? else {
            // GUESS: code and words; a recording of a member without a person would settle them.
            return Err(RecordError::rule(
                "REQUIRED_FIELD_MISSING",
                "A campaign member needs a lead or a contact".to_owned(),
                &["LeadId", "ContactId"],
            ));
        };
        refuse_twice(scene, whole, lookup)?;
        fill_from_person(scene, whole, &person)?;
    }
    if whole.is_new() || whole.changes(&["Status"]) {
        status(scene, whole)?;
    }
    Ok(())
}

fn refuse_twice(scene: Scene<'_>, whole: &Whole<'_, '_>, lookup: &str) -> Ruled {
    let members = scene.find("CampaignMember", lookup, whole.get(lookup))?;
    if members.iter().any(|member| member.get("CampaignId") == whole.get("CampaignId")) {
        return Err(RecordError::rule("DUPLICATE_VALUE", "Already a campaign member.".to_owned(), &[]));
    }
    Ok(())
}

fn fill_from_person(scene: Scene<'_>, whole: &mut Whole<'_, '_>, person: &Loaded<'_>) -> Ruled {
    let is_contact = person.object.name == "Contact";
    let same = [
        "Salutation",
        "Name",
        "FirstName",
        "LastName",
        "Title",
        "Email",
        "Phone",
        "Fax",
        "MobilePhone",
        "Description",
        "LeadSource",
        "DoNotCall",
        "HasOptedOutOfEmail",
        "HasOptedOutOfFax",
    ];
    for name in same {
        whole.set(name, person.get(name).clone());
    }
    for part in ["Street", "City", "State", "PostalCode", "Country"] {
        let of_person = if is_contact { format!("Mailing{part}") } else { part.to_owned() };
        whole.set(part, person.get(&of_person).clone());
    }
    let company = if is_contact {
        scene.load(person.get("AccountId"))?.map_or(Value::Null, |account| account.get("Name").clone())
    } else {
        person.get("Company").clone()
    };
    whole.set("CompanyOrAccount", company);
    whole.set("Type", Value::Text(person.object.name.to_string()));
    whole.set("LeadOrContactId", Value::Text(person.id.to_string()));
    whole.set("LeadOrContactOwnerId", person.get("OwnerId").clone());
    Ok(())
}

/// The campaign's default status where none is given; whether it counts as a response is the campaign's to say.
fn status(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    let statuses = scene.find("CampaignMemberStatus", "CampaignId", whole.get("CampaignId"))?;
    if whole.get("Status").is_null() {
        let default = statuses.iter().find(|status| status.get("IsDefault").is_true());
        whole.set("Status", default.map_or(Value::Null, |status| status.get("Label").clone()));
    }
    let chosen = statuses.iter().find(|status| status.text("Label").eq_ignore_ascii_case(whole.text("Status")));
    let responded = chosen.is_some_and(|status| status.get("HasResponded").is_true());
    whole.set("HasResponded", Value::boolean(responded));
    if responded && whole.get("FirstRespondedDate").is_null() {
        whole.set("FirstRespondedDate", Value::Text(moment::date_of(scene.change.now.0)));
    }
    Ok(())
}

pub fn member_written(scene: Scene<'_>, whole: &Whole<'_, '_>) -> Ruled {
    if whole.is_new() {
        return count_member(scene, &|name| whole.get(name), true);
    }
    let (had, has) = (whole.before("HasResponded").is_true(), whole.is_true("HasResponded"));
    if had == has { Ok(()) } else { count(scene, whole.get("CampaignId"), &[("NumberOfResponses", if has { 1.0 } else { -1.0 })]) }
}

/// A member joins or leaves the counts of its campaign.
pub fn count_member<'v>(scene: Scene<'_>, value: &dyn Fn(&str) -> &'v Value, joins: bool) -> Ruled {
    let one = if joins { 1.0 } else { -1.0 };
    let people = if value("ContactId").is_null() { "NumberOfLeads" } else { "NumberOfContacts" };
    let mut changes = vec![(people, one)];
    changes.extend(value("HasResponded").is_true().then_some(("NumberOfResponses", one)));
    count(scene, value("CampaignId"), &changes)
}

/// An opportunity that was created, or moved between campaigns, stages or amounts.
pub fn opportunity_written(scene: Scene<'_>, whole: &Whole<'_, '_>) -> Ruled {
    if whole.is_new() {
        return count_opportunity(scene, &|name| whole.get(name), true);
    }
    if whole.changes(&["CampaignId", "Amount", "IsWon"]) {
        count_opportunity(scene, &|name| whole.before(name), false)?;
        count_opportunity(scene, &|name| whole.get(name), true)?;
    }
    Ok(())
}

/// An opportunity joins or leaves the totals of its campaign.
pub fn count_opportunity<'v>(scene: Scene<'_>, value: &dyn Fn(&str) -> &'v Value, joins: bool) -> Ruled {
    if value("CampaignId").is_null() {
        return Ok(());
    }
    let one = if joins { 1.0 } else { -1.0 };
    let amount = value("Amount").as_number().unwrap_or(0.0) * one;
    let mut changes = vec![("NumberOfOpportunities", one), ("AmountAllOpportunities", amount)];
    if sales::is_won(value("StageName").as_text().unwrap_or_default()) {
        changes.extend([("NumberOfWonOpportunities", one), ("AmountWonOpportunities", amount)]);
    }
    count(scene, value("CampaignId"), &changes)
}

fn count(scene: Scene<'_>, campaign: &Value, changes: &[(&str, f64)]) -> Ruled {
    let Some(campaign) = scene.load(campaign)? else { return Ok(()) };
    let totals: Vec<(&str, Value)> =
        changes.iter().map(|(name, by)| (*name, Value::Real(campaign.get(name).as_number().unwrap_or(0.0) + by))).collect();
    scene.put(campaign.object, campaign.id, &totals)
}
