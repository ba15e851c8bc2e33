//! What Salesforce's standard objects do by themselves when a record is written or deleted, an object family per file.
//! Source: the Object Reference's pages on these objects; where it is silent a `GUESS:` stands at the rule.

mod activities;
mod campaigns;
mod files;
mod lists;
mod orders;
mod people;
mod prices;
mod sales;
mod service;

use catalogue::Object;

use super::change::Change;
use super::draft::{Draft, is_metadata_type};
use super::error::RecordError;
use super::rows::Rows;
use super::values::Value;
use super::whole::Whole;
use crate::id::RecordId;

pub use lists::converted_status;

/// What a rule sees beside the record itself: who changes what when, and the org's other records.
#[derive(Clone, Copy)]
pub struct Scene<'c> {
    pub change: Change<'c>,
    pub rows: &'c dyn Rows,
}

/// Another record, read.
pub struct Loaded<'c> {
    pub object: &'c Object,
    pub id: RecordId,
    values: Vec<Value>,
}

type Ruled = Result<(), RecordError>;

impl Loaded<'_> {
    pub fn get(&self, name: &str) -> &Value {
        self.object.field_index(name).and_then(|index| self.values.get(index)).unwrap_or(&Value::Null)
    }

    pub fn text(&self, name: &str) -> &str {
        self.get(name).as_text().unwrap_or_default()
    }
}

impl<'c> Scene<'c> {
    /// The record a lookup holds the id of; `None` for null, and for a record that is not there.
    pub fn load(&self, lookup: &Value) -> Result<Option<Loaded<'c>>, RecordError> {
        let Some(id) = lookup.as_text().and_then(|text| RecordId::parse(text).ok()) else { return Ok(None) };
        let Some(object) = self.change.schema.by_prefix(id.prefix()) else { return Ok(None) };
        Ok(self.rows.load(object, id)?.map(|values| Loaded { object, id, values }).filter(|found| !found.get("IsDeleted").is_true()))
    }

    /// The undeleted records of an object whose field has this value.
    pub fn find(&self, object: &str, field: &str, value: &Value) -> Result<Vec<Loaded<'c>>, RecordError> {
        let Some(object) = self.change.schema.any_object(object) else { return Ok(Vec::new()) };
        let Some(index) = object.field_index(field).filter(|_| !value.is_null()) else { return Ok(Vec::new()) };
        let ids = self.rows.ids_where(object, index, value, u32::MAX)?;
        ids.into_iter()
            .filter_map(|id| Some(self.rows.load(object, id).transpose()?.map(|values| Loaded { object, id, values }).map_err(Into::into)))
            .collect()
    }

    /// Creates a record as Salesforce does by itself: any field may be given.
    pub fn make(&self, object: &str, fields: &[(&str, Value)]) -> Result<RecordId, RecordError> {
        let object = self.change.schema.any_object(object).ok_or(RecordError::NotFound)?;
        self.change.create_by_rule(self.rows, drafted(object, fields))
    }

    /// Sets fields as Salesforce does by itself: no rule is asked, nobody has modified the record.
    pub fn put(&self, object: &Object, id: RecordId, fields: &[(&str, Value)]) -> Ruled {
        let mut changes = drafted(object, fields).values;
        changes.extend(object.field_index("SystemModstamp").map(|index| (index, Value::Integer(self.change.now.0))));
        Ok(self.rows.update(object, id, &changes)?)
    }
}

fn drafted<'o>(object: &'o Object, fields: &[(&str, Value)]) -> Draft<'o> {
    let mut draft = Draft::empty(object);
    draft.values.extend(fields.iter().filter_map(|(name, value)| Some((object.field_index(name)?, value.clone()))));
    draft
}

/// Whether what is done for a record of this object looks at others or changes them: then each must be written before the next is judged.
pub fn sees_others(object: &Object) -> bool {
    const OBJECTS: [&str; 26] = [
        "Campaign",
        "CampaignMember",
        "CampaignMemberStatus",
        "Case",
        "ContentDocumentLink",
        "ContentVersion",
        "Contract",
        "Event",
        "FieldPermissions",
        "Group",
        "GroupMember",
        "ObjectPermissions",
        "Opportunity",
        "OpportunityLineItem",
        "OrderItem",
        "PermissionSet",
        "PermissionSetAssignment",
        "PermissionSetGroup",
        "PricebookEntry",
        "Product2",
        "Profile",
        "QueueSobject",
        "Task",
        "User",
        "UserLogin",
        "UserRole",
    ];
    OBJECTS.contains(&&*object.name) || object.name.ends_with("Share") || is_metadata_type(object)
}

/// Fills what must be there before the required fields are looked for.
pub fn prepare(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    match &*whole.draft.object.name {
        "PricebookEntry" => prices::standard_price(scene, whole),
        "ContentVersion" => files::prepare_version(scene, whole),
        "Document" => files::prepare_document(whole),
        "OpportunityLineItem" => sales::line_item_entry(scene, whole),
        _ => Ok(()),
    }
}

/// Refuses what the object's own rules forbid, and fills what follows from the fields given.
/// On update only what the change touches is computed again.
pub fn apply(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    match &*whole.draft.object.name {
        "Contact" | "User" => people::name(whole),
        "Lead" => people::lead(whole)?,
        "Opportunity" => sales::opportunity(scene, whole)?,
        "OpportunityLineItem" => sales::line_item(scene, whole)?,
        "PricebookEntry" => prices::entry(scene, whole)?,
        "Order" => orders::order(whole),
        "OrderItem" => orders::item(scene, whole)?,
        "Case" => service::case(scene, whole)?,
        "Asset" => service::asset(whole)?,
        "Contract" => service::contract(scene, whole),
        "Task" => activities::task(scene, whole)?,
        "Event" => activities::event(scene, whole)?,
        "CampaignMember" => campaigns::member(scene, whole)?,
        "Attachment" | "Document" | "StaticResource" => files::body(whole)?,
        "ContentVersion" => files::version(scene, whole)?,
        "ContentDocumentLink" => files::link(scene, whole)?,
        _ => {}
    }
    Ok(())
}

/// What a written record does to others.
pub fn written(scene: Scene<'_>, whole: &Whole<'_, '_>, id: RecordId) -> Ruled {
    match &*whole.draft.object.name {
        "Opportunity" => sales::opportunity_written(scene, whole, id),
        "OpportunityLineItem" => sales::roll_up(scene, whole.get("OpportunityId")),
        "Product2" => prices::product_written(scene, whole, id),
        "OrderItem" => orders::roll_up(scene, whole.get("OrderId")),
        "Case" => service::case_written(scene, whole, id),
        "Campaign" => campaigns::campaign_written(scene, whole, id),
        "CampaignMember" => campaigns::member_written(scene, whole),
        "CampaignMemberStatus" => campaigns::status_written(scene, whole, id),
        "ContentVersion" => files::version_written(scene, whole, id),
        _ => Ok(()),
    }
}

/// Refuses a deletion that the object's own rules forbid.
pub fn may_delete(scene: Scene<'_>, object: &Object, id: RecordId, stored: &[Value]) -> Ruled {
    match &*object.name {
        "Account" => sales::account_may_go(scene, object, id, stored),
        "Pricebook2" => prices::book_may_go(object, stored),
        _ => Ok(()),
    }
}

/// Whether records of `child` are deleted with their parent although describe says that they forbid its deletion.
/// Prices go with their product, unless something forbids their own deletion, as opportunities do that use them; contracts and orders keep their account.
pub fn goes_along(parent: &Object, child: &Object) -> bool {
    (&*parent.name, &*child.name) == ("Product2", "PricebookEntry")
}

/// What a deleted record does to others.
pub fn deleted(scene: Scene<'_>, object: &Object, stored: &[Value]) -> Ruled {
    counted(scene, object, stored, false)
}

/// What a restored record does to others.
pub fn restored(scene: Scene<'_>, object: &Object, stored: &[Value]) -> Ruled {
    counted(scene, object, stored, true)
}

fn counted(scene: Scene<'_>, object: &Object, stored: &[Value], is_there: bool) -> Ruled {
    let value = |name: &str| object.field_index(name).and_then(|index| stored.get(index)).unwrap_or(&Value::Null);
    match &*object.name {
        "OpportunityLineItem" => sales::roll_up(scene, value("OpportunityId")),
        "OrderItem" => orders::roll_up(scene, value("OrderId")),
        "CampaignMember" => campaigns::count_member(scene, &value, is_there),
        "Opportunity" => campaigns::count_opportunity(scene, &value, is_there),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of objects whose arms in a `match` are `theirs`.
    fn named(text: &str, theirs: impl Fn(&str) -> bool) -> impl Iterator<Item = &str> {
        let arms =
            text.lines().map(str::trim).filter_map(|line| line.split_once(" => ")).filter(move |(names, act)| names.starts_with('"') && theirs(act));
        arms.flat_map(|(names, _)| names.split('"').skip(1).step_by(2))
    }

    #[test]
    fn objects_with_rules_about_other_records_are_known() {
        let (own, _) = include_str!("mod.rs").split_once("pub fn may_delete").unwrap();
        let rules = named(own, |act| act.contains("(scene")).chain(named(include_str!("../setup/mod.rs"), |_| true));
        let unknown: Vec<_> = rules.filter(|name| !catalogue::object(name).is_some_and(sees_others)).collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }
}
