//! A record as it will be once written: what the caller gave, laid over what is stored.

use super::draft::Draft;
use super::values::Value;

/// The draft over what is stored.
pub struct Whole<'d, 's> {
    pub draft: &'d mut Draft<'s>,
    /// One value per field; `None` while the record is being created.
    pub stored: Option<&'d [Value]>,
}

impl Whole<'_, '_> {
    pub fn is_new(&self) -> bool {
        self.stored.is_none()
    }

    /// The value the record will have.
    pub fn get(&self, name: &str) -> &Value {
        let Some(index) = self.draft.object.field_index(name) else { return &Value::Null };
        self.draft.get(index).or_else(|| self.stored?.get(index)).unwrap_or(&Value::Null)
    }

    /// The value the record has; null while it is being created.
    pub fn before(&self, name: &str) -> &Value {
        let index = self.draft.object.field_index(name);
        index.and_then(|index| self.stored?.get(index)).unwrap_or(&Value::Null)
    }

    pub fn text(&self, name: &str) -> &str {
        self.get(name).as_text().unwrap_or_default()
    }

    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name).as_number()
    }

    pub fn is_true(&self, name: &str) -> bool {
        self.get(name).is_true()
    }

    /// Whether one of these fields gets a value other than the stored one.
    pub fn changes(&self, names: &[&str]) -> bool {
        names.iter().filter_map(|name| self.draft.object.field_index(name)).any(|index| {
            let given = self.draft.get(index);
            given.is_some() && given != self.stored.and_then(|stored| stored.get(index))
        })
    }

    /// Whether the caller gives the field a value that is not null.
    pub fn given(&self, name: &str) -> bool {
        self.draft.object.field_index(name).is_some_and(|index| self.draft.get(index).is_some_and(|value| !value.is_null()))
    }

    pub fn set(&mut self, name: &str, value: Value) {
        if let Some(index) = self.draft.object.field_index(name) {
            self.draft.set(index, value);
        }
    }

    /// Sets a value unless the caller gave one.
    pub fn set_default(&mut self, name: &str, value: impl FnOnce() -> Value) {
        if !self.given(name) {
            self.set(name, value());
        }
    }

    /// Leaves the field as it is stored.
    pub fn leave(&mut self, name: &str) {
        if let Some(index) = self.draft.object.field_index(name) {
            self.draft.values.retain(|(own, _)| *own != index);
        }
    }
}
