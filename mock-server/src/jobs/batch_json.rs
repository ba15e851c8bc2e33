//! JSON batches: an array of records.

use super::job::Job;
use crate::records::{Json, JsonKind};

/// What one record of a batch gives, its id and external id taken out.
pub struct Given<'b> {
    pub id: Option<String>,
    pub key: Option<String>,
    /// The other fields.
    pub fields: Json<'b>,
}

/// # Errors
/// `stateMessage` of a batch that is no array of objects.
pub fn records(body: &[u8]) -> Result<Vec<Json<'_>>, String> {
    let json = Json::parse(body).map_err(|error| format!("InvalidBatch : Failed to parse JSON. {error}"))?;
    let JsonKind::Array(records) = json.kind else {
        return Err("InvalidBatch : Failed to parse JSON. Expected an array of records".to_owned());
    };
    match records.len() {
        0 => Err("InvalidBatch : Records not found".to_owned()),
        length if length > RECORDS => {
            Err(format!("InvalidBatch : Exceeded number of records : {length}. Number of records should be less than or equal to {RECORDS}"))
        }
        _ => Ok(records),
    }
}

/// Records of one batch.
pub const RECORDS: usize = 10_000;

impl<'b> Given<'b> {
    pub fn of(record: &Json<'b>, job: &Job) -> Self {
        let JsonKind::Object(members) = &record.kind else {
            return Self { id: None, key: None, fields: record.clone() };
        };
        let text = |name: &str| {
            let found = members.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
            (found.1.kind != JsonKind::Null).then(|| found.1.quoted())
        };
        let key_name = job.external_id_field.as_deref().unwrap_or("Id");
        let (id, key) = (text("Id"), text(key_name));
        let others =
            members.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("Id") && (!job.is_upsert() || !name.eq_ignore_ascii_case(key_name)));
        let fields = Json { offset: record.offset, kind: JsonKind::Object(others.cloned().collect()) };
        Self { id, key, fields }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_array_of_records_is_a_batch() {
        assert_eq!(records(b"[]").unwrap_err(), "InvalidBatch : Records not found");
        assert_eq!(records(b"{}").unwrap_err(), "InvalidBatch : Failed to parse JSON. Expected an array of records");
        assert!(records(b"[{").unwrap_err().starts_with("InvalidBatch : Failed to parse JSON. Unexpected end-of-input"));
        assert_eq!(records(br#"[{"Name":"A"}]"#).unwrap().len(), 1);
    }
}
