//! Deleting a record with what hangs on it.

use catalogue::{ChildRelationship, Object};

use super::change::{self, Change};
use super::error::RecordError;
use super::rows::Rows;
use super::values::Value;
use crate::id::RecordId;

/// At most this many children are named when they forbid a deletion.
const NAMED: u32 = 100;

impl Change<'_> {
    /// Puts a record into the recycle bin (objects without `IsDeleted` are gone for good), its cascading children with it.
    /// Other lookups to it are emptied.
    ///
    /// # Errors
    /// `UnknownRecord`, `EntityIsDeleted`, `NotSupported`; `DeleteFailed` when a child forbids it.
    pub fn delete(&self, rows: &dyn Rows, object: &Object, id: RecordId) -> Result<(), RecordError> {
        let stored = change::stored(rows, object, id)?;
        self.allow_delete(object)?;
        change::kept_here(rows, object)?;
        self.refuse_if_restricted(rows, object, id, &stored)?;
        // The stack of what is still to go: depth of a tree of records is the caller's to choose, so no recursion.
        let mut doomed = vec![(object, id)];
        while let Some((object, id)) = doomed.pop() {
            self.take_away(rows, object, id)?;
            for (child, index, relation) in self.children(object) {
                for other in rows.ids_where(child, index, &Value::Text(id.to_string()), u32::MAX)? {
                    match relation.cascade_delete {
                        true => doomed.push((child, other)),
                        false if child.fields[index].flags.nillable => rows.update(child, other, &[(index, Value::Null)])?,
                        false => {}
                    }
                }
            }
        }
        Ok(())
    }

    fn take_away(&self, rows: &dyn Rows, object: &Object, id: RecordId) -> Result<(), RecordError> {
        let Some(deleted) = object.field_index("IsDeleted") else { return Ok(rows.remove(object, id)?) };
        let mut changes = vec![(deleted, Value::Integer(1))];
        let stamps = [
            ("LastModifiedById", Value::Text(self.by.to_string())),
            ("LastModifiedDate", Value::Integer(self.now.0)),
            ("SystemModstamp", Value::Integer(self.now.0)),
        ];
        changes.extend(stamps.into_iter().filter_map(|(name, value)| Some((object.field_index(name)?, value))));
        Ok(rows.update(object, id, &changes)?)
    }

    /// The child lists of an object whose records can point at it.
    fn children<'s>(&'s self, object: &'s Object) -> impl Iterator<Item = (&'s Object, usize, &'s ChildRelationship)> {
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
            let holding = rows.ids_where(child, index, &Value::Text(id.to_string()), NAMED)?;
            if holding.is_empty() {
                continue;
            }
            let named = |object: &Object, values: &[Value], id: RecordId| {
                let index = object.name_field.as_deref().and_then(|name| object.field_index(name));
                index.and_then(|index| values[index].as_text()).map_or_else(|| id.to_string(), str::to_owned)
            };
            let mut names = Vec::new();
            for other in holding {
                if let Some(values) = rows.load(child, other)? {
                    names.push(named(child, &values, other));
                }
            }
            return Err(RecordError::DeleteFailed {
                name: named(object, stored, id),
                children: child.label_plural.to_lowercase(),
                list: names.join(", "),
            });
        }
        Ok(())
    }
}
