//! Reading one record by its id, and finding the records its relationships lead to.

use std::collections::HashMap;
use std::sync::Arc;

use catalogue::{FieldType, Object};
use parking_lot::RwLock;
use soql::{Answer, Catalog, Compiled, Relation};

use super::error::RecordError;
use super::query::Asked;
use super::rows::{Presence, Rows};
use super::statements::{Fill, Statements};
use super::values::Value;
use crate::id::RecordId;
use crate::schema::Schema;

/// Compiled reads by schema generation, and within it by object and fields: equal generations share them, whatever the org.
#[derive(Default)]
pub struct ReadPlans(RwLock<HashMap<u64, HashMap<String, Arc<Compiled>>>>);

/// Plans kept at once for one generation, and generations kept at once; beyond either they are made again.
const KEPT: usize = 512;

/// The fields of a record a caller wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// All but bodies, in describe order.
    All,
    /// Comma-separated, as `?fields=` gives them.
    Named(&'a str),
}

/// Writes one record as JSON.
///
/// # Errors
/// `NotFound`, `EntityIsDeleted`; `UnknownField` for a name in `wanted` that the object has not.
pub fn record(
    plans: &ReadPlans,
    db: &(impl Statements + Rows),
    schema: &Schema,
    catalog: &dyn Catalog,
    asked: &Asked<'_>,
    address: (&Object, RecordId),
    wanted: Wanted<'_>,
) -> Result<Vec<u8>, RecordError> {
    let (object, id) = address;
    let plan = plans.of(schema, catalog, asked, object, wanted)?;
    let Answer::Rows(rows) = &plan.answer else { return Err(RecordError::NotFound) };
    let mut out = Vec::with_capacity(1024);
    let writer = asked.writer();
    db.each(&rows.page, Fill { page_size: 1, ids: &[id] }, &mut |row| writer.record(&mut out, &rows.shape, row, &mut |_, _| {}))?;
    if out.is_empty() {
        return Err(missing(db, object, id)?);
    }
    Ok(out)
}

/// Why a record could not be read.
fn missing(db: &impl Rows, object: &Object, id: RecordId) -> Result<RecordError, RecordError> {
    Ok(match db.presence(object, id)? {
        Presence::Deleted => RecordError::EntityIsDeleted,
        Presence::Absent | Presence::Present => RecordError::NotFound,
    })
}

impl ReadPlans {
    fn of(
        &self,
        schema: &Schema,
        catalog: &dyn Catalog,
        asked: &Asked<'_>,
        object: &Object,
        wanted: Wanted<'_>,
    ) -> Result<Arc<Compiled>, RecordError> {
        let name = match wanted {
            Wanted::All => std::borrow::Cow::Borrowed(&*object.name),
            Wanted::Named(fields) => std::borrow::Cow::Owned(format!("{}?{fields}", object.name)),
        };
        let known = self.0.read().get(&schema.generation()).and_then(|plans| plans.get(&*name)).map(Arc::clone);
        // Rows in a table of their own stay there, so only such plans are worth keeping.
        let in_table = matches!(catalog.relation(object), Relation::Table);
        if let Some(plan) = known.filter(|_| in_table) {
            return Ok(plan);
        }
        let plan = Arc::new(soql::compile(&select(object, wanted)?, catalog, &asked.context(false))?);
        if in_table {
            self.keep(schema.generation(), name.into_owned(), &plan);
        }
        Ok(plan)
    }

    fn keep(&self, generation: u64, name: String, plan: &Arc<Compiled>) {
        let mut kept = self.0.write();
        if kept.len() >= KEPT && !kept.contains_key(&generation) {
            kept.clear();
        }
        let plans = kept.entry(generation).or_default();
        if plans.len() >= KEPT {
            plans.clear();
        }
        plans.insert(name, Arc::clone(plan));
    }
}

/// The query that reads these fields.
fn select(object: &Object, wanted: Wanted<'_>) -> Result<String, RecordError> {
    let names = match wanted {
        Wanted::All => object.fields.iter().filter(|field| field.kind != FieldType::Base64).map(|field| &*field.name).collect(),
        Wanted::Named(list) => named(object, list)?,
    };
    Ok(format!("SELECT {} FROM {}", names.join(","), object.name))
}

fn named<'o>(object: &'o Object, list: &str) -> Result<Vec<&'o str>, RecordError> {
    let mut names: Vec<&str> = Vec::new();
    for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let unknown = || RecordError::UnknownField { field: name.to_owned(), object: object.name.to_string() };
        let field = object.field(name).ok_or_else(unknown)?;
        if !names.contains(&&*field.name) {
            names.push(&field.name);
        }
    }
    if names.is_empty() { Ok(vec!["Id"]) } else { Ok(names) }
}

/// Where a relationship of a record leads.
#[derive(Debug)]
pub enum Related<'s> {
    /// The parent record.
    Parent(&'s Object, RecordId),
    /// A query for the records of a child list.
    Children(String),
}

/// Follows relationship names from a record: at most five to parents, or one to a child list. Source: `rest.md` 2.3.
///
/// # Errors
/// `NotFound` for unknown names, empty lookups and records that are not there.
pub fn related<'s>(
    db: &impl Rows,
    schema: &'s Schema,
    object: &'s Object,
    id: RecordId,
    names: &[&str],
    wanted: Wanted<'_>,
) -> Result<Related<'s>, RecordError> {
    if names.len() > 5 {
        return Err(RecordError::NotFound);
    }
    let (mut object, mut id) = (object, id);
    for (step, name) in names.iter().enumerate() {
        let stored = db.load(object, id)?.ok_or(RecordError::NotFound)?;
        if object.field_index("IsDeleted").is_some_and(|index| stored[index].is_true()) {
            return Err(RecordError::EntityIsDeleted);
        }
        let lookup = object.fields.iter().position(|field| field.relationship_name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)));
        match lookup {
            Some(field) => (object, id) = parent(schema, &stored[field])?,
            None if step == 0 && names.len() == 1 => return children(schema, object, id, name, wanted).map(Related::Children),
            None => return Err(RecordError::NotFound),
        }
    }
    Ok(Related::Parent(object, id))
}

fn parent<'s>(schema: &'s Schema, stored: &Value) -> Result<(&'s Object, RecordId), RecordError> {
    let id = stored.as_text().and_then(|text| RecordId::parse(text).ok()).ok_or(RecordError::NotFound)?;
    let object = schema.by_prefix(id.prefix()).ok_or(RecordError::NotFound)?;
    Ok((object, id))
}

fn children(schema: &Schema, object: &Object, id: RecordId, name: &str, wanted: Wanted<'_>) -> Result<String, RecordError> {
    let list = schema.children(object).find(|list| list.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)));
    let list = list.ok_or(RecordError::NotFound)?;
    let child = schema.object(&list.child).ok_or(RecordError::NotFound)?;
    Ok(format!("{} WHERE {} = '{id}'", select(child, wanted)?, list.field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_fields_are_spelled_as_the_schema_spells_them() {
        let account = catalogue::object("Account").unwrap();
        assert_eq!(select(account, Wanted::Named("name, OWNERID,name")).unwrap(), "SELECT Name,OwnerId FROM Account");
        let unknown = select(account, Wanted::Named("Name,foo")).unwrap_err();
        assert_eq!(unknown.to_string(), "No such column 'foo' on sobject of type Account");
    }

    #[test]
    fn all_fields_leave_bodies_out() {
        let all = select(catalogue::object("Attachment").unwrap(), Wanted::All).unwrap();
        assert!(all.starts_with("SELECT Id,") && !all.contains(",Body,"), "{all}");
    }
}
