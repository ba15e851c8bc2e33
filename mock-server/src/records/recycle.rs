//! Deleting a record with what hangs on it, and what the recycle bin allows afterwards.

use catalogue::{ChildRelationship, Object};

use super::change::{self, Change};
use super::check;
use super::draft::Draft;
use super::error::RecordError;
use super::rows::{Presence, Rows, Severed};
use super::rules;
use super::values::Value;
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::schema::Schema;
use crate::storage::StoreError;

/// At most this many children are named when they forbid a deletion.
const NAMED: u32 = 100;

/// How long a deleted record can be restored, in milliseconds.
pub const KEPT: i64 = 15 * 24 * 60 * 60 * 1000;

impl Change<'_> {
    /// Puts a record into the recycle bin (objects without `IsDeleted` are gone for good), its cascading children with it.
    /// Other lookups to it are emptied.
    ///
    /// # Errors
    /// `UnknownRecord`, `EntityIsDeleted`, `NotSupported`; `DeleteFailed` when a child forbids it.
    pub fn delete(&self, rows: &dyn Rows, object: &Object, id: RecordId) -> Result<(), RecordError> {
        let stored = change::stored(rows, object, id)?;
        self.allow_delete(rows, object, id)?;
        rules::may_delete(self.scene(rows), object, id, &stored)?;
        self.refuse_if_restricted(rows, object, id, &stored)?;
        if object.name == "PermissionSetAssignment" {
            self.unassigned(rows, object, &stored)?;
        }
        self.delete_tree(rows, object, id)
    }

    /// Takes the record and what hangs on it away, asking nobody.
    pub(super) fn delete_tree(&self, rows: &dyn Rows, object: &Object, root: RecordId) -> Result<(), RecordError> {
        // The stack of what is still to go: depth of a tree of records is the caller's to choose, so no recursion.
        let mut doomed = vec![(object, root)];
        while let Some((object, id)) = doomed.pop() {
            let Some(stored) = rows.load(object, id)? else { continue };
            self.take_away(rows, object, id, root)?;
            rules::deleted(self.scene(rows), object, &stored)?;
            for (child, index, relation) in self.children(object) {
                for other in rows.ids_where(child, index, &Value::Text(id.to_string()), u32::MAX)? {
                    match relation.cascade_delete {
                        true => doomed.push((child, other)),
                        false => self.sever(rows, (child, index), other, id, root)?,
                    }
                }
            }
        }
        Ok(())
    }

    fn sever(&self, rows: &dyn Rows, (child, index): (&Object, usize), other: RecordId, id: RecordId, root: RecordId) -> Result<(), RecordError> {
        let field = &child.fields[index];
        if !field.flags.nillable || !rows.keeps(child) {
            return Ok(());
        }
        rows.sever(root, &Severed { object: child.name.to_string(), field: field.name.to_string(), id: other, target: id })?;
        Ok(rows.update(child, other, &[(index, Value::Null)])?)
    }

    fn take_away(&self, rows: &dyn Rows, object: &Object, id: RecordId, root: RecordId) -> Result<(), RecordError> {
        let Some(deleted) = object.field_index("IsDeleted") else { return Ok(rows.remove(object, id)?) };
        rows.put_in_bin(object, id, root, self.now)?;
        self.mark(rows, object, id, (deleted, Value::Integer(1)))
    }

    fn mark(&self, rows: &dyn Rows, object: &Object, id: RecordId, mark: (usize, Value)) -> Result<(), RecordError> {
        let mut changes = vec![mark];
        let stamps = [
            ("LastModifiedById", Value::Text(self.by.to_string())),
            ("LastModifiedDate", Value::Integer(self.now.0)),
            ("SystemModstamp", Value::Integer(self.now.0)),
        ];
        changes.extend(stamps.into_iter().filter_map(|(name, value)| Some((object.field_index(name)?, value))));
        Ok(rows.update(object, id, &changes)?)
    }

    /// The child lists of an object whose records can point at it.
    pub(super) fn children<'s>(&'s self, object: &'s Object) -> impl Iterator<Item = (&'s Object, usize, &'s ChildRelationship)> {
        self.schema.children(object).filter_map(|relation| {
            let child = self.schema.any_object(&relation.child)?;
            Some((child, child.field_index(&relation.field)?, relation))
        })
    }

    fn refuse_if_restricted(&self, rows: &dyn Rows, object: &Object, id: RecordId, stored: &[Value]) -> Result<(), RecordError> {
        for (child, index, relation) in self.children(object) {
            if !relation.restricted_delete {
                continue;
            }
            let goes_along = rules::goes_along(object, child);
            let holding = rows.ids_where(child, index, &Value::Text(id.to_string()), if goes_along { u32::MAX } else { NAMED })?;
            if holding.is_empty() {
                continue;
            }
            let mut names = Vec::new();
            for other in holding {
                let Some(values) = rows.load(child, other)? else { continue };
                if !goes_along || self.is_held(rows, child, other, &values)? {
                    names.push(named(child, &values, other));
                }
            }
            if names.is_empty() {
                continue;
            }
            return Err(RecordError::DeleteFailed {
                name: named(object, stored, id),
                children: child.label_plural.to_lowercase(),
                list: names.join(", "),
            });
        }
        Ok(())
    }

    /// Whether something forbids to delete a record.
    fn is_held(&self, rows: &dyn Rows, object: &Object, id: RecordId, stored: &[Value]) -> Result<bool, RecordError> {
        let judged = rules::may_delete(self.scene(rows), object, id, stored).and_then(|()| self.refuse_if_restricted(rows, object, id, stored));
        match judged {
            Ok(()) => Ok(false),
            Err(error @ RecordError::Store(_)) => Err(error),
            Err(_) => Ok(true),
        }
    }

    /// Takes a record out of the recycle bin, with what its deletion took along (alone, if another's deletion took it there); lookups that the deletion emptied point at it again
    /// unless they were given another value since.
    ///
    /// # Errors
    /// `NotInBin`; `Duplicate` when a unique value went to another record meanwhile.
    pub fn undelete(&self, rows: &dyn Rows, object: &Object, id: RecordId) -> Result<(), RecordError> {
        if rows.presence(object, id)? == Presence::Absent {
            return Err(RecordError::UnknownRecord);
        }
        let root = rows.root_in_bin(id)?.ok_or(RecordError::NotInBin { restoring: true })?;
        if !object.flags.undeletable {
            return Err(RecordError::NotSupported { operation: "undeleted", label: object.label.to_string() });
        }
        if root != id {
            return self.restore(rows, object, id);
        }
        for (name, id) in rows.bin_of(root)? {
            let Some(object) = self.schema.any_object(&name) else { continue };
            self.restore(rows, object, id)?;
        }
        for lookup in rows.take_severed(root)? {
            self.mend(rows, &lookup)?;
        }
        Ok(())
    }

    fn restore(&self, rows: &dyn Rows, object: &Object, id: RecordId) -> Result<(), RecordError> {
        let (Some(stored), Some(deleted)) = (rows.load(object, id)?, object.field_index("IsDeleted")) else { return Ok(()) };
        let mut draft = Draft::empty(object);
        draft.values = stored.iter().cloned().enumerate().collect();
        check::unique_values(rows, &draft, Some(id))?;
        self.mark(rows, object, id, (deleted, Value::Integer(0)))?;
        rows.take_from_bin(id)?;
        rules::restored(self.scene(rows), object, &stored)
    }

    fn mend(&self, rows: &dyn Rows, lookup: &Severed) -> Result<(), RecordError> {
        let Some(object) = self.schema.any_object(&lookup.object) else { return Ok(()) };
        let Some(index) = object.field_index(&lookup.field) else { return Ok(()) };
        match rows.load(object, lookup.id)? {
            Some(stored) if stored[index].is_null() => Ok(rows.update(object, lookup.id, &[(index, Value::Text(lookup.target.to_string()))])?),
            _ => Ok(()),
        }
    }

    /// Removes a record from the recycle bin for good, with what its deletion took along.
    ///
    /// # Errors
    /// `NotInBin`.
    pub fn purge(&self, rows: &dyn Rows, object: &Object, id: RecordId) -> Result<(), RecordError> {
        if rows.presence(object, id)? == Presence::Absent {
            return Err(RecordError::UnknownRecord);
        }
        let root = rows.root_in_bin(id)?.ok_or(RecordError::NotInBin { restoring: false })?;
        if root != id {
            rows.remove(object, id)?;
            return Ok(rows.take_from_bin(id)?);
        }
        Ok(purge_tree(self.schema, rows, root)?)
    }
}

/// Removes what has lain in the recycle bin for more than fifteen days. Tells whether there may be more to remove.
///
/// # Errors
/// The store failed.
pub fn purge_expired(schema: &Schema, rows: &dyn Rows, now: Timestamp) -> Result<bool, StoreError> {
    /// Trees removed in one transaction.
    const AT_ONCE: u32 = 1_000;
    let expired = rows.binned_before(Timestamp(now.0 - KEPT), AT_ONCE)?;
    for root in &expired {
        purge_tree(schema, rows, *root)?;
    }
    Ok(expired.len() == AT_ONCE as usize)
}

fn purge_tree(schema: &Schema, rows: &dyn Rows, root: RecordId) -> Result<(), StoreError> {
    for (name, id) in rows.bin_of(root)? {
        if let Some(object) = schema.any_object(&name) {
            rows.remove(object, id)?;
        }
        rows.take_from_bin(id)?;
    }
    rows.take_severed(root)?;
    Ok(())
}

/// What a record is called in a sentence: its name, or its id.
fn named(object: &Object, values: &[Value], id: RecordId) -> String {
    let index = object.name_field.as_deref().and_then(|name| object.field_index(name));
    index.and_then(|index| values[index].as_text()).map_or_else(|| id.to_string(), str::to_owned)
}
