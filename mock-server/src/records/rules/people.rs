//! People: names, and leads that are converted.

use super::Ruled;
use crate::records::error::RecordError;
use crate::records::values::Value;
use crate::records::whole::Whole;

/// `Name` is the first and the last name. Salesforce leaves the salutation out of it.
pub fn name(whole: &mut Whole<'_, '_>) {
    let parts = ["FirstName", "MiddleName", "LastName", "Suffix"];
    if whole.changes(&parts) {
        let name = parts.map(|part| whole.text(part)).into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        whole.set("Name", Value::text(name));
    }
}

/// A converted lead is history: it cannot be changed any more.
pub fn lead(whole: &mut Whole<'_, '_>) -> Ruled {
    if whole.before("IsConverted").is_true() {
        return Err(RecordError::ConvertedLead);
    }
    name(whole);
    Ok(())
}
