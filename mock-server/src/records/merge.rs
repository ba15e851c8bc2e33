//! Merging up to three records of a kind into one.

use catalogue::Object;

use super::change::{self, Change};
use super::error::RecordError;
use super::input::Input;
use super::rows::Rows;
use super::values::Value;
use crate::id::RecordId;

/// What a merge did besides deleting the losers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Records that pointed at a loser and now point at the master.
    pub updated_related: Vec<RecordId>,
}

impl Change<'_> {
    /// Changes the master as `input` says, hands it what hangs on the losers, and deletes them.
    /// Source: SOAP API guide, `merge()`.
    ///
    /// # Errors
    /// `NotSupported` for an object that cannot be merged, `Rule` for more than two losers or none, and those of `update` and `delete`.
    pub fn merge(&self, rows: &dyn Rows, object: &Object, master: RecordId, input: Input<'_>, losers: &[RecordId]) -> Result<Merged, RecordError> {
        if !object.flags.mergeable {
            return Err(RecordError::NotSupported { operation: "merged", label: object.label.to_string() });
        }
        // GUESS: code and words; the guide only says that one or two records are merged.
        if losers.is_empty() || losers.len() > 2 {
            return Err(RecordError::rule("LIMIT_EXCEEDED", "Specify one or two records to merge".to_owned(), &[]));
        }
        change::stored(rows, object, master)?;
        for loser in losers {
            self.may_lose(rows, object, master, *loser)?;
        }
        self.update(rows, object, master, input)?;
        let mut updated_related = Vec::new();
        for loser in losers {
            self.hand_over(rows, object, *loser, master, &mut updated_related)?;
            self.scene(rows).put(object, *loser, &[("MasterRecordId", Value::Text(master.to_string()))])?;
            self.delete_tree(rows, object, *loser)?;
        }
        Ok(Merged { updated_related })
    }

    fn may_lose(&self, rows: &dyn Rows, object: &Object, master: RecordId, loser: RecordId) -> Result<(), RecordError> {
        if loser == master || object.key_prefix.as_deref() != Some(loser.prefix()) {
            return Err(RecordError::CrossReference);
        }
        let stored = change::stored(rows, object, loser)?;
        self.allow_delete(rows, object, loser)?;
        let converted = object.field_index("IsConverted").is_some_and(|index| stored[index].is_true());
        if converted { Err(RecordError::ConvertedLead) } else { Ok(()) }
    }

    /// Points every child of one record at another.
    pub(super) fn hand_over(
        &self,
        rows: &dyn Rows,
        object: &Object,
        from: RecordId,
        to: RecordId,
        moved: &mut Vec<RecordId>,
    ) -> Result<(), RecordError> {
        for (child, index, _) in self.children(object) {
            if child.fields[index].name == "MasterRecordId" || !rows.keeps(child) {
                continue;
            }
            for other in rows.ids_where(child, index, &Value::Text(from.to_string()), u32::MAX)? {
                let stamp = child.field_index("SystemModstamp").map(|index| (index, Value::Integer(self.now.0)));
                let changes: Vec<_> = [(index, Value::Text(to.to_string()))].into_iter().chain(stamp).collect();
                rows.update(child, other, &changes)?;
                moved.push(other);
            }
        }
        Ok(())
    }
}
