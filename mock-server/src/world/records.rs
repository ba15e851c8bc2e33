//! Records of a world: made in document order, with lookups by the names that the document gives them.

use std::collections::HashMap;

use catalogue::{FieldType, Object};
use serde_json::{Map, Value};

use super::Rejected;
use super::document::RecordEntry;
use super::rejected::Why;
use crate::app::{App, LiveOrg};
use crate::id::{RecordId, UserId};
use crate::org::{Directory, Permission};
use crate::records::{Change, Input, RecordError, Rows};
use crate::storage::StoreError;

/// Makes all records or none. Returns their ids in the order of the entries.
pub fn add(app: &App, org: &LiveOrg, entries: &[RecordEntry]) -> Result<Vec<RecordId>, Rejected> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let schema = org.schema()?;
    let names = Names::of(org, entries)?;
    let change = Change::new(&schema, author(org)?, app.now());
    let made = org.write(|tx| Ok::<_, Failure>(Making { change, names, rows: tx, ids: HashMap::new(), late: Vec::new() }.all(entries)?));
    made.map_err(|failure| failure.0)
}

/// Changes the fields of a record.
pub fn change(app: &App, org: &LiveOrg, id: RecordId, fields: &Map<String, Value>) -> Result<(), Rejected> {
    let schema = org.schema()?;
    let object = object_of(&schema, id)?;
    let change = Change::new(&schema, author(org)?, app.now());
    Ok(org.write(|tx| change.update(tx, object, id, Input::Json(Value::from(fields.clone()).to_string().as_bytes())).map_err(RecordFailure))?)
}

/// Deletes a record as the REST API does.
pub fn remove(app: &App, org: &LiveOrg, id: RecordId) -> Result<(), Rejected> {
    let schema = org.schema()?;
    let object = object_of(&schema, id)?;
    let change = Change::new(&schema, author(org)?, app.now());
    Ok(org.write(|tx| change.delete(tx, object, id).map_err(RecordFailure))?)
}

fn object_of(schema: &crate::schema::Schema, id: RecordId) -> Result<&Object, Rejected> {
    schema.by_prefix(id.prefix()).ok_or_else(|| Rejected::invalid("id", format!("no object has ids like {id}")))
}

/// Who a world's records are made by: the org's first active administrator, else its first user.
pub(super) fn author(org: &LiveOrg) -> Result<UserId, Rejected> {
    let users = org.read(|tx| tx.users())?;
    let administrator = users.iter().find(|user| user.is_active && user.has(Permission::ModifyAllData));
    let author = administrator.or(users.first()).map(|user| user.id);
    author.ok_or_else(|| Rejected::invalid("records", "an org needs a user before it can hold records"))
}

/// What `@name` may stand for.
struct Names<'e> {
    /// The entry that has the name.
    records: HashMap<&'e str, usize>,
    users: HashMap<String, UserId>,
}

impl<'e> Names<'e> {
    fn of(org: &LiveOrg, entries: &'e [RecordEntry]) -> Result<Self, StoreError> {
        let records = entries.iter().enumerate().filter_map(|(index, entry)| Some((entry.reference.as_deref()?, index))).collect();
        let users = org.read(|tx| tx.users())?.into_iter().map(|user| (user.nickname, user.id)).collect();
        Ok(Self { records, users })
    }
}

/// A run through the entries.
struct Making<'m, R> {
    change: Change<'m>,
    names: Names<'m>,
    rows: &'m R,
    ids: HashMap<usize, RecordId>,
    /// Lookups to records that come later: (entry, field, entry it points at).
    late: Vec<(usize, String, usize)>,
}

impl<'m, R: Rows> Making<'m, R> {
    fn all(mut self, entries: &[RecordEntry]) -> Result<Vec<RecordId>, Rejected> {
        let mut made = Vec::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            let id = self.one(index, entry).map_err(|rejected| rejected.within("records", Some(index)))?;
            self.ids.insert(index, id);
            made.push(id);
        }
        for (index, field, target) in std::mem::take(&mut self.late) {
            self.point(&entries[index], (index, &field), target).map_err(|rejected| rejected.within("records", Some(index)))?;
        }
        Ok(made)
    }

    fn one(&mut self, index: usize, entry: &RecordEntry) -> Result<RecordId, Rejected> {
        let object = self.object(entry)?;
        let mut fields = entry.fields.clone();
        let mut later = Vec::new();
        for (name, value) in &mut fields {
            let is_lookup = object.field(name).is_some_and(|field| field.kind == FieldType::Reference);
            let Some(target) = value.as_str().filter(|_| is_lookup).and_then(|text| text.strip_prefix('@')) else { continue };
            match self.resolve(name, target)? {
                Target::Id(id) => *value = Value::String(id.to_string()),
                Target::Later(target) => later.push((index, name.clone(), target)),
            }
        }
        for (_, name, _) in &later {
            fields.remove(name);
        }
        self.late.extend(later);
        Ok(self.change.create(self.rows, object, Input::Json(Value::from(fields).to_string().as_bytes())).map_err(RecordFailure)?)
    }

    fn object(&self, entry: &RecordEntry) -> Result<&'m Object, Rejected> {
        let unknown = || Rejected::invalid("type", format!("the org has no object {:?}", entry.kind));
        self.change.schema.object(&entry.kind).ok_or_else(unknown)
    }

    fn resolve(&self, field: &str, target: &str) -> Result<Target, Rejected> {
        if let Some(index) = self.names.records.get(target) {
            return Ok(self.ids.get(index).map_or(Target::Later(*index), |id| Target::Id(*id)));
        }
        let user = self.names.users.get(target).map(|id| Target::Id(id.record()));
        user.ok_or_else(|| Rejected::invalid(field, format!("no record has the ref {target:?} and no user the name")).within("fields", None))
    }

    /// Sets a lookup that had to wait for its target.
    fn point(&self, entry: &RecordEntry, (index, field): (usize, &str), target: usize) -> Result<(), Rejected> {
        let (Some(id), Some(target)) = (self.ids.get(&index), self.ids.get(&target)) else { return Ok(()) };
        let body = serde_json::json!({ field: target.to_string() }).to_string();
        Ok(self.change.update(self.rows, self.object(entry)?, *id, Input::Json(body.as_bytes())).map_err(RecordFailure)?)
    }
}

enum Target {
    Id(RecordId),
    Later(usize),
}

/// Carries a refusal out of a transaction, which it rolls back.
struct Failure(Rejected);

impl From<Rejected> for Failure {
    fn from(rejected: Rejected) -> Self {
        Self(rejected)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

/// A refusal of the records room on its way to a [`Rejected`].
pub(super) struct RecordFailure(pub(super) RecordError);

impl From<StoreError> for RecordFailure {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl From<RecordFailure> for Rejected {
    fn from(RecordFailure(error): RecordFailure) -> Self {
        let why = if matches!(error, RecordError::Store(_)) { Why::Store } else { Why::Invalid };
        let path = error.fields().and_then(|fields| fields.first().map(|field| vec!["fields".to_owned(), (*field).to_owned()]));
        Self { path: path.unwrap_or_else(|| vec!["fields".to_owned()]), message: format!("{}: {error}", error.code()), why }
    }
}
