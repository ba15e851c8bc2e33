//! Creating, changing and upserting one record, inside the caller's transaction.

use catalogue::Object;

use super::address::ExternalId;
use super::draft::{Draft, Operation};
use super::error::RecordError;
use super::input::Input;
use super::rows::Rows;
use super::rules::{self, Scene};
use super::values::Value;
use super::whole::Whole;
use super::{check, defaults};
use crate::access::Access;
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::schema::Schema;

/// The write door: every family changes records through it, inside one transaction.
/// For partial success each record goes into a savepoint of its own (`Tx::savepoint`).
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    pub schema: &'a Schema,
    /// What the user may change.
    pub access: &'a Access,
    pub by: UserId,
    pub now: Timestamp,
}

/// What an upsert did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upserted {
    Created(RecordId),
    Updated(RecordId),
}

impl<'a> Change<'a> {
    /// Changes made by this user in the second of this time.
    pub fn new(schema: &'a Schema, by: UserId, now: Timestamp) -> Self {
        Self { schema, access: Access::all(), by, now: now.whole_second() }
    }

    /// Within what a user may see and change. Without, everything may be changed, as by the control API.
    pub fn as_seen_by(self, access: &'a Access) -> Self {
        Self { access, ..self }
    }

    /// Creates a record of `object`.
    ///
    /// # Errors
    /// In this order: body, unknown and read-only fields, required fields, values, lookups, duplicates.
    pub fn create(&self, rows: &dyn Rows, object: &Object, input: Input<'_>) -> Result<RecordId, RecordError> {
        self.create_draft(rows, Draft::read(self.access, object, Operation::Create, input, None)?)
    }

    /// Changes the fields the input names.
    ///
    /// # Errors
    /// As `create`; `UnknownRecord` or `EntityIsDeleted` when the record is not there, which is found after the body is read.
    pub fn update(&self, rows: &dyn Rows, object: &Object, id: RecordId, input: Input<'_>) -> Result<(), RecordError> {
        self.update_draft(rows, id, Draft::read(self.access, object, Operation::Update, input, None)?)
    }

    /// Creates or changes the record whose external id field has this value.
    ///
    /// # Errors
    /// `NoSuchExternalId`, `MultipleChoices`, `NotFound` (nothing matches and `update_only`), and those of `create` and `update`.
    pub fn upsert(&self, rows: &dyn Rows, address: &ExternalId<'_>, input: Input<'_>, update_only: bool) -> Result<Upserted, RecordError> {
        let field = &address.object.fields[address.field];
        match address.find(rows)? {
            Some(id) => {
                let draft = Draft::read(self.access, address.object, Operation::Update, input, Some(&field.name))?;
                self.update_draft(rows, id, draft).map(|()| Upserted::Updated(id))
            }
            None if update_only || field.kind == catalogue::FieldType::Id => Err(RecordError::NotFound),
            None => {
                let mut draft = Draft::read(self.access, address.object, Operation::Create, input, Some(&field.name))?;
                draft.set(address.field, address.value.clone());
                self.create_draft(rows, draft).map(Upserted::Created)
            }
        }
    }

    /// Creates the record a draft describes.
    ///
    /// # Errors
    /// As `create`, less the reading.
    pub(super) fn create_draft(&self, rows: &dyn Rows, mut draft: Draft<'_>) -> Result<RecordId, RecordError> {
        self.allow_create(rows, draft.object)?;
        self.judge_new(rows, &mut draft)?;
        self.check_setup(rows, &mut draft, None)?;
        check::unique_values(rows, &draft, None)?;
        self.complete_new(rows, &mut draft)?;
        let id = self.plant(rows, &mut draft)?;
        rules::written(self.scene(rows), &Whole { draft: &mut draft, stored: None }, id)?;
        Ok(id)
    }

    /// Refuses a new record for what it is by itself and what it refers to.
    pub(super) fn judge_new(&self, rows: &dyn Rows, draft: &mut Draft<'_>) -> Result<(), RecordError> {
        check::resolve_foreign_keys(rows, self.schema, draft)?;
        rules::prepare(self.scene(rows), &mut Whole { draft, stored: None })?;
        check::required_fields(draft, Operation::Create)?;
        check::field_values(draft, &|name| self.spelled(name))?;
        check::lookups(rows, self.schema, draft)?;
        self.allow_lookups(rows, draft)
    }

    /// An object's name as the org spells it.
    fn spelled(&self, name: &str) -> Option<String> {
        self.schema.object(name).map(|object| object.name.to_string())
    }

    /// Fills what follows from the fields given, and numbers the record.
    pub(super) fn complete_new(&self, rows: &dyn Rows, draft: &mut Draft<'_>) -> Result<(), RecordError> {
        defaults::fill(draft);
        rules::apply(self.scene(rows), &mut Whole { draft, stored: None })?;
        defaults::number(self.schema, rows, draft)
    }

    /// Creates a record that Salesforce makes by itself: nobody's rights and no required fields are asked for.
    pub(super) fn create_by_rule(&self, rows: &dyn Rows, mut draft: Draft<'_>) -> Result<RecordId, RecordError> {
        defaults::fill(&mut draft);
        defaults::number(self.schema, rows, &mut draft)?;
        let id = self.plant(rows, &mut draft)?;
        rules::written(self.scene(rows), &Whole { draft: &mut draft, stored: None }, id)?;
        Ok(id)
    }

    /// The key prefix of new records of the object.
    pub(super) fn prefix_of<'o>(&self, object: &'o Object) -> Result<&'o str, RecordError> {
        object.key_prefix.as_deref().ok_or_else(|| RecordError::NotSupported { operation: "inserted", label: object.label.to_string() })
    }

    /// Gives a draft its id and stamps, and writes it.
    fn plant(&self, rows: &dyn Rows, draft: &mut Draft<'_>) -> Result<RecordId, RecordError> {
        let object = draft.object;
        let id = rows.new_id(self.prefix_of(object)?)?;
        self.stamp_created(draft, id);
        rows.insert(object, &draft.values)?;
        self.settle_setup(rows, draft, id, None)?;
        Ok(id)
    }

    /// Changes the record as a draft says.
    ///
    /// # Errors
    /// As `update`, less the reading.
    pub(super) fn update_draft(&self, rows: &dyn Rows, id: RecordId, mut draft: Draft<'_>) -> Result<(), RecordError> {
        let (object, scene) = (draft.object, self.scene(rows));
        let stored = stored(rows, object, id)?;
        self.allow_update(rows, &draft, id, &stored)?;
        check::resolve_foreign_keys(rows, self.schema, &mut draft)?;
        rules::prepare(scene, &mut Whole { draft: &mut draft, stored: Some(&stored) })?;
        check::required_fields(&draft, Operation::Update)?;
        check::field_values(&mut draft, &|name| self.spelled(name))?;
        check::lookups(rows, self.schema, &draft)?;
        self.allow_lookups(rows, &draft)?;
        self.check_setup(rows, &mut draft, Some((id, &stored)))?;
        check::unique_values(rows, &draft, Some(id))?;
        booleans_are_never_null(&mut draft);
        rules::apply(scene, &mut Whole { draft: &mut draft, stored: Some(&stored) })?;
        self.stamp_modified(&mut draft);
        rows.update(object, id, &draft.values)?;
        rules::written(scene, &Whole { draft: &mut draft, stored: Some(&stored) }, id)?;
        self.settle_setup(rows, &draft, id, Some(&stored))
    }

    pub(super) fn scene<'s>(&'s self, rows: &'s dyn Rows) -> Scene<'s> {
        Scene { change: *self, rows }
    }

    fn stamp_created(&self, draft: &mut Draft<'_>, id: RecordId) {
        self.stamp_owner(draft);
        set(draft, draft.object.fields.stamps().id, Value::Text(id.to_string()));
        self.stamp_new(draft);
    }

    /// Whoever makes a record owns it, unless it says who does.
    pub(super) fn stamp_owner(&self, draft: &mut Draft<'_>) {
        let owner = draft.object.fields.stamps().owner.filter(|index| draft.get(*index).is_none_or(Value::is_null));
        set(draft, owner, Value::Text(self.by.to_string()));
    }

    /// Says who made the record, and when.
    pub(super) fn stamp_new(&self, draft: &mut Draft<'_>) {
        let stamps = draft.object.fields.stamps();
        set(draft, stamps.created_by, Value::Text(self.by.to_string()));
        set(draft, stamps.created_date, Value::Integer(self.now.0));
        self.stamp_modified(draft);
    }

    fn stamp_modified(&self, draft: &mut Draft<'_>) {
        let stamps = draft.object.fields.stamps();
        set(draft, stamps.last_modified_by, Value::Text(self.by.to_string()));
        set(draft, stamps.last_modified_date, Value::Integer(self.now.0));
        set(draft, stamps.system_modstamp, Value::Integer(self.now.0));
    }
}

fn set(draft: &mut Draft<'_>, field: Option<usize>, value: Value) {
    if let Some(index) = field {
        draft.set(index, value);
    }
}

/// GUESS: null for a checkbox clears it; no recording says whether Salesforce refuses it instead.
fn booleans_are_never_null(draft: &mut Draft<'_>) {
    for (index, value) in &mut draft.values {
        if value.is_null() && draft.object.fields[*index].kind == catalogue::FieldType::Boolean {
            *value = Value::Integer(0);
        }
    }
}

/// The stored values of a record that is there to be changed.
///
/// # Errors
/// `UnknownRecord` or `EntityIsDeleted`.
pub fn stored(rows: &dyn Rows, object: &Object, id: RecordId) -> Result<Vec<Value>, RecordError> {
    let values = rows.load(object, id)?.ok_or(RecordError::UnknownRecord)?;
    let deleted = object.field_index("IsDeleted").is_some_and(|index| values[index].is_true());
    if deleted { Err(RecordError::EntityIsDeleted) } else { Ok(values) }
}
