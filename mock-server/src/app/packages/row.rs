//! One request as it lies in its table.

use catalogue::Object;

use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::records::{Rows, Value};
use crate::storage::StoreError;
use crate::store::Tx;

/// A request's record.
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
                if let Some(values) = tx.load(kind, id)? {
                    rows.push(Self { object, id, kind, values });
                }
            }
        }
        Ok(rows)
    }

    fn value(&self, field: &str) -> Option<&Value> {
        self.values.get(self.kind.field_index(field)?)
    }

    pub(super) fn text(&self, field: &str) -> Option<String> {
        self.value(field)?.as_text().map(str::to_owned)
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
    pub(super) fn add_error(&self, tx: &Tx<'_>, now: Timestamp, object: &str, message: &str) -> Result<(), StoreError> {
        let Some((kind, prefix)) = catalogue::object(object).and_then(|kind| Some((kind, kind.key_prefix.as_deref()?))) else { return Ok(()) };
        let second = Value::Integer(now.whole_second().0);
        let by = self.text("CreatedById").map_or(Value::Null, Value::text);
        let row = [
            ("Id", Value::text(tx.new_id(prefix)?.to_string())),
            ("IsDeleted", Value::boolean(false)),
            ("ParentRequestId", Value::text(self.id.to_string())),
            ("Message", Value::text(message)),
            ("CreatedDate", second.clone()),
            ("CreatedById", by.clone()),
            ("LastModifiedDate", second.clone()),
            ("LastModifiedById", by),
            ("SystemModstamp", second),
        ];
        tx.insert(kind, &row.into_iter().filter_map(|(field, value)| Some((kind.field_index(field)?, value))).collect::<Vec<_>>())
    }
}
