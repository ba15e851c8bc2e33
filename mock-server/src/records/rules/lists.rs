//! The lists of stages, statuses and priorities that records follow. The API cannot change them.

use catalogue::SeedRow;

use crate::records::values::Value;

/// The row of a list with this API name.
pub fn listed(list: &str, api_name: &str) -> Option<SeedRow> {
    let named = |row: &&SeedRow| Value::of_seed(row, "ApiName").as_text() == Some(api_name);
    catalogue::object(list)?.seed.iter().find(named).copied()
}

/// One cell of the entry with this API name; null when the list has none.
pub fn cell(list: &str, api_name: &str, field: &str) -> Value {
    listed(list, api_name).map_or(Value::Null, |row| Value::of_seed(row, field))
}

/// Whether a flag of the entry is set.
pub fn flag(list: &str, api_name: &str, field: &str) -> bool {
    cell(list, api_name, field).is_true()
}

/// Whether a lead may have this status once it is converted.
pub fn converted_status(api_name: &str) -> bool {
    flag("LeadStatus", api_name, "IsConverted")
}
