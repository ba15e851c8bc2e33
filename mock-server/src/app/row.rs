//! One request, or what came of it, as it lies in its table.

use catalogue::Object;

use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::records::{Rows, Value};
use crate::storage::StoreError;
use crate::store::Tx;

/// A record that this server keeps for itself: nobody's rules are asked.
pub(super) struct Row {
    pub(super) object: &'static str,
    pub(super) id: RecordId,
    kind: &'static Object,
    values: Vec<Value>,
}

impl Row {
    /// The requests of an object that are in one of these states.
    pub(super) fn with_states(tx: &Tx<'_>, object: &'static str, states: &[&str]) -> Result<Vec<Self>, StoreError> {
        let Some(kind) = catalogue::object(object).filter(|_| tx.has_table(object)) else { return Ok(Vec::new()) };
        let Some(status) = kind.field_index("Status") else { return Ok(Vec::new()) };
        let mut rows = Vec::new();
        for state in states {
            for id in tx.ids_where(kind, status, &Value::text(*state), u32::MAX)? {
                rows.extend(Self::of(tx, object, id)?);
            }
        }
        Ok(rows)
    }

    /// The record of this id.
    pub(super) fn of(tx: &Tx<'_>, object: &'static str, id: RecordId) -> Result<Option<Self>, StoreError> {
        let Some(kind) = catalogue::object(object).filter(|_| tx.has_table(object)) else { return Ok(None) };
        Ok(tx.load(kind, id)?.map(|values| Self { object, id, kind, values }))
    }

    /// All records of an object that are not deleted, the oldest first.
    pub(super) fn all(tx: &Tx<'_>, object: &'static str) -> Result<Vec<Self>, StoreError> {
        let Some(kind) = catalogue::object(object).filter(|_| tx.has_table(object)) else { return Ok(Vec::new()) };
        let Some(deleted) = kind.field_index("IsDeleted") else { return Ok(Vec::new()) };
        let mut rows = Vec::new();
        for id in tx.ids_where(kind, deleted, &Value::boolean(false), u32::MAX)? {
            rows.extend(Self::of(tx, object, id)?);
        }
        rows.sort_by_key(|row| row.id);
        Ok(rows)
    }

    /// Adds a record with these values.
    pub(super) fn insert(
        tx: &Tx<'_>,
        object: &'static str,
        (by, now): (Option<UserId>, Timestamp),
        values: &[(&str, Value)],
    ) -> Result<RecordId, StoreError> {
        let Some((kind, prefix)) = catalogue::object(object).and_then(|kind| Some((kind, kind.key_prefix.as_deref()?))) else {
            return Err(StoreError::new(format!("{object} is no object")));
        };
        let id = tx.new_id(prefix)?;
        let (second, by) = (Value::Integer(now.whole_second().0), by.map_or(Value::Null, |user| Value::text(user.to_string())));
        let own = [
            ("Id", Value::text(id.to_string())),
            ("IsDeleted", Value::boolean(false)),
            ("OwnerId", by.clone()),
            ("CreatedDate", second.clone()),
            ("CreatedById", by.clone()),
            ("LastModifiedDate", second.clone()),
            ("LastModifiedById", by),
            ("SystemModstamp", second),
        ];
        let row = own.into_iter().chain(values.iter().cloned()).filter_map(|(field, value)| Some((kind.field_index(field)?, value)));
        tx.insert(kind, &row.collect::<Vec<_>>())?;
        Ok(id)
    }

    /// Takes the record away.
    pub(super) fn remove(&self, tx: &Tx<'_>) -> Result<(), StoreError> {
        tx.remove(self.kind, self.id)
    }

    pub(super) fn value(&self, field: &str) -> Option<&Value> {
        self.values.get(self.kind.field_index(field)?)
    }

    pub(super) fn text(&self, field: &str) -> Option<String> {
        self.value(field)?.as_text().map(str::to_owned)
    }

    pub(super) fn number(&self, field: &str) -> Option<i64> {
        match self.value(field)? {
            Value::Integer(number) => Some(*number),
            #[expect(clippy::cast_possible_truncation, reason = "an int field has 32 bits")]
            Value::Real(number) => Some(*number as i64),
            _ => None,
        }
    }

    pub(super) fn is_true(&self, field: &str) -> bool {
        self.value(field).is_some_and(Value::is_true)
    }

    pub(super) fn user(&self, field: &str) -> Option<UserId> {
        UserId::parse(&self.text(field)?).ok()
    }

    pub(super) fn time(&self, field: &str) -> Timestamp {
        match self.value(field) {
            Some(Value::Integer(at)) => Timestamp(*at),
            _ => Timestamp(0),
        }
    }

    pub(super) fn blob(&self, field: &str) -> &[u8] {
        match self.value(field) {
            Some(Value::Blob(bytes)) => bytes,
            _ => &[],
        }
    }

    /// Writes values and when they were written.
    pub(super) fn set(&self, tx: &Tx<'_>, now: Timestamp, values: &[(&str, Value)]) -> Result<(), StoreError> {
        let second = Value::Integer(now.whole_second().0);
        let stamps = [("LastModifiedDate", second.clone()), ("SystemModstamp", second)];
        let changes: Vec<_> =
            values.iter().cloned().chain(stamps).filter_map(|(field, value)| Some((self.kind.field_index(field)?, value))).collect();
        tx.update(self.kind, self.id, &changes)
    }

    /// Adds a record of the object that tells what is wrong with requests like this.
    pub(super) fn add_error(&self, tx: &Tx<'_>, now: Timestamp, object: &'static str, message: &str) -> Result<(), StoreError> {
        let values = [("ParentRequestId", Value::text(self.id.to_string())), ("Message", Value::text(message))];
        Self::insert(tx, object, (self.user("CreatedById"), now), &values).map(drop)
    }
}
