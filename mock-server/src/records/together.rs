//! Many new records of one object: each is judged by itself, all are written by few statements.

use catalogue::Object;

use super::change::Change;
use super::check;
use super::draft::Draft;
use super::error::RecordError;
use super::rows::Rows;
use super::rules;
use super::values::Value;
use crate::id::RecordId;

/// Whether it makes no difference that records of this object are all judged before the first is written: no rule of one looks at another.
pub fn fit(rows: &dyn Rows, object: &Object) -> bool {
    rows.is_plain(object) && !rules::sees_others(object)
}

impl Change<'_> {
    /// Creates the records of these drafts, all of one object that `fit`s. `None`: one of them has a value that another record has.
    ///
    /// # Errors
    /// Why one of them is refused, not always the first: whoever wants to know creates them one by one.
    pub(super) fn create_drafts(&self, rows: &dyn Rows, object: &Object, mut drafts: Vec<Draft<'_>>) -> Result<Option<Vec<RecordId>>, RecordError> {
        self.allow_create(rows, object)?;
        for draft in &mut drafts {
            self.judge_new(rows, draft)?;
        }
        if !check::unique_together(rows, object, &drafts)? {
            return Ok(None);
        }
        let prefix = self.prefix_of(object)?;
        let shared = self.shared_stamps(object, &drafts);
        let mut ids = Vec::with_capacity(drafts.len());
        for draft in &mut drafts {
            self.complete_new(rows, draft)?;
            let id = rows.new_id(prefix)?;
            ids.push(id);
            draft.values.retain(|(field, _)| shared.get(*field).is_none());
            if object.fields.stamps().owner.is_some_and(|owner| shared.get(owner).is_none()) {
                self.stamp_owner(draft);
            }
            if let Some(field) = object.fields.stamps().id {
                draft.set(field, Value::Text(id.to_string()));
            }
        }
        let values: Vec<_> = drafts.into_iter().map(|draft| draft.values).collect();
        rows.insert_all(object, &shared.values, &values)?;
        Ok(Some(ids))
    }

    /// What new records of one moment have in common; the owner where none of them names another.
    fn shared_stamps<'o>(&self, object: &'o Object, drafts: &[Draft<'_>]) -> Draft<'o> {
        let mut shared = Draft::empty(object);
        self.stamp_new(&mut shared);
        let names_owner = |draft: &Draft<'_>| object.fields.stamps().owner.is_some_and(|owner| draft.get(owner).is_some_and(|id| !id.is_null()));
        if !drafts.iter().any(names_owner) {
            self.stamp_owner(&mut shared);
        }
        shared
    }
}
