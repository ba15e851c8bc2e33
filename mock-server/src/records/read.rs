//! Reading one record by its id, and finding the records its relationships lead to.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use catalogue::{Field, FieldType, Object};
use parking_lot::RwLock;
use soql::{Answer, Catalog, Cell, Relation, Shape, Statement};

use super::error::RecordError;
use super::page::PageWriter;
use super::query::Asked;
use super::rows::Rows;
use super::statements::{Column, Fill, Seen, Statements, Written};
use super::values::Value;
use crate::access::{Access, Level};
use crate::id::RecordId;
use crate::schema::Schema;

/// Compiled reads by schema generation, and within it by object and fields: equal generations share them, whatever the org.
#[derive(Default)]
pub struct ReadPlans(RwLock<HashMap<(u64, u64), PlansByFields>>);

type PlansByFields = HashMap<String, Arc<ReadPlan>>;

/// A compiled read of one record.
struct ReadPlan {
    page: Statement,
    shape: Shape,
    /// The column of `IsDeleted`.
    deleted: Option<usize>,
}

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
    db: &(impl Statements + Written),
    schema: &Schema,
    catalog: &dyn Catalog,
    asked: &Asked<'_>,
    address: (&Object, RecordId),
    wanted: Wanted<'_>,
) -> Result<Bytes, RecordError> {
    let (object, id) = address;
    let seen = Seen { object: &object.name, version: asked.version, generation: schema.generation(), identity: catalog.identity() };
    if wanted == Wanted::All
        && let Some(written) = db.written(id, seen)
    {
        return Ok(written);
    }
    let (plan, is_kept) = plans.of(schema, catalog, asked, object, wanted)?;
    let (mut out, mut is_deleted) = (Vec::with_capacity(2048), false);
    let writer = PageWriter { spelling: &asked.json(), batch: 1, keeps_ids: false };
    db.each(&plan.page, Fill { page_size: 1, ids: &[id] }, &mut |row| {
        is_deleted = plan.deleted.is_some_and(|column| row.column(column) == Column::Integer(1));
        writer.record(&mut out, &plan.shape, row, &mut |_, _| {});
    })?;
    match (is_deleted, out.is_empty()) {
        (true, _) => Err(RecordError::EntityIsDeleted),
        (false, true) => Err(RecordError::NotFound),
        (false, false) => {
            let json = Bytes::from(out);
            if is_kept && wanted == Wanted::All {
                db.keep_written(id, seen, &json);
            }
            Ok(json)
        }
    }
}

impl ReadPlan {
    /// Reads `IsDeleted` beside the fields that are wanted.
    fn compile(catalog: &dyn Catalog, asked: &Asked<'_>, object: &Object, wanted: Wanted<'_>) -> Result<Self, RecordError> {
        let mut names = names(object, wanted, &|field| catalog.sees(object, field))?;
        let is_hidden = object.field("IsDeleted").is_some() && !names.contains(&"IsDeleted");
        names.extend(is_hidden.then_some("IsDeleted"));
        let compiled = soql::compile(&format!("SELECT {} FROM {}", names.join(","), object.name), catalog, &asked.context(true))?;
        let Answer::Rows(mut rows) = compiled.answer else { return Err(RecordError::NotFound) };
        let mark = rows.shape.items.iter().find(|item| item.key == "IsDeleted").map(|item| &item.cell);
        let deleted = mark.and_then(|cell| if let Cell::Field { column, .. } = cell { Some(*column) } else { None });
        if is_hidden {
            rows.shape.items.pop();
        }
        Ok(Self { page: rows.page, shape: rows.shape, deleted })
    }
}

impl ReadPlans {
    /// The plan, and whether it may be kept: that the rows lie in a table of their own.
    fn of(
        &self,
        schema: &Schema,
        catalog: &dyn Catalog,
        asked: &Asked<'_>,
        object: &Object,
        wanted: Wanted<'_>,
    ) -> Result<(Arc<ReadPlan>, bool), RecordError> {
        let name = match wanted {
            Wanted::All => std::borrow::Cow::Borrowed(&*object.name),
            Wanted::Named(fields) => std::borrow::Cow::Owned(format!("{}?{fields}", object.name)),
        };
        let known = self.0.read().get(&(schema.generation(), catalog.identity())).and_then(|plans| plans.get(&*name)).map(Arc::clone);
        // Rows in a table of their own stay there, so only such plans are worth keeping.
        let in_table = matches!(catalog.relation(object), Relation::Table);
        if let Some(plan) = known.filter(|_| in_table) {
            return Ok((plan, true));
        }
        let plan = Arc::new(ReadPlan::compile(catalog, asked, object, wanted)?);
        if in_table {
            self.keep((schema.generation(), catalog.identity()), name.into_owned(), &plan);
        }
        Ok((plan, in_table))
    }

    fn keep(&self, generation: (u64, u64), name: String, plan: &Arc<ReadPlan>) {
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

/// The names of the wanted fields. One that the user does not see is as unknown as one that is not there.
fn names<'o>(object: &'o Object, wanted: Wanted<'_>, seen: &dyn Fn(&Field) -> bool) -> Result<Vec<&'o str>, RecordError> {
    match wanted {
        Wanted::All => Ok(object.fields.iter().filter(|field| field.kind != FieldType::Base64 && seen(field)).map(|field| &*field.name).collect()),
        Wanted::Named(list) => named(object, list, seen),
    }
}

fn named<'o>(object: &'o Object, list: &str, seen: &dyn Fn(&Field) -> bool) -> Result<Vec<&'o str>, RecordError> {
    let mut names: Vec<&str> = Vec::new();
    for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let unknown = || RecordError::UnknownField { field: name.to_owned(), object: object.name.to_string() };
        let field = object.field(name).filter(|field| seen(field)).ok_or_else(unknown)?;
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
    (schema, access): (&'s Schema, &Access),
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
        if !db.admits(object, id, &access.rows(schema, object, Level::Read))? {
            return Err(RecordError::NotFound);
        }
        let stored = db.load(object, id)?.ok_or(RecordError::NotFound)?;
        if object.field_index("IsDeleted").is_some_and(|index| stored[index].is_true()) {
            return Err(RecordError::EntityIsDeleted);
        }
        let lookup = object.fields.iter().position(|field| field.relationship_name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)));
        let lookup = lookup.filter(|field| access.reads(object, &object.fields[*field]));
        match lookup {
            Some(field) => (object, id) = parent(schema, &stored[field])?,
            None if step == 0 && names.len() == 1 => return children((schema, access), object, id, name, wanted).map(Related::Children),
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

fn children((schema, access): (&Schema, &Access), object: &Object, id: RecordId, name: &str, wanted: Wanted<'_>) -> Result<String, RecordError> {
    let list = schema.children(object).find(|list| list.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)));
    let list = list.ok_or(RecordError::NotFound)?;
    let child = schema.object(&list.child).filter(|child| access.sees(child)).ok_or(RecordError::NotFound)?;
    let seen = |field: &Field| access.reads(child, field);
    Ok(format!("SELECT {} FROM {} WHERE {} = '{id}'", names(child, wanted, &seen)?.join(","), child.name, list.field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_fields_are_spelled_as_the_schema_spells_them() {
        let account = catalogue::object("Account").unwrap();
        assert_eq!(names(account, Wanted::Named("name, OWNERID,name"), &|_| true).unwrap(), ["Name", "OwnerId"]);
        let unknown = names(account, Wanted::Named("Name,foo"), &|_| true).unwrap_err();
        assert_eq!(unknown.to_string(), "No such column 'foo' on sobject of type Account");
    }

    #[test]
    fn all_fields_leave_bodies_out() {
        let all = names(catalogue::object("Attachment").unwrap(), Wanted::All, &|_| true).unwrap();
        assert!(all.contains(&"Id") && !all.contains(&"Body"), "{all:?}");
    }
}
