//! What became of each record of a slice, kept in few bytes.

use crate::id::RecordId;
use crate::records::RecordError;
use crate::storage::{StoreError, pack, unpack};

/// One record's fate.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The record, where it is known.
    pub id: Option<RecordId>,
    /// Whether it was created, or why it was refused.
    pub result: Result<bool, Refusal>,
}

/// A refused record, in Salesforce's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: String,
    pub message: String,
    pub fields: Vec<String>,
}

impl Refusal {
    pub fn new(code: &str, message: impl Into<String>, fields: &[&str]) -> Self {
        Self { code: code.to_owned(), message: message.into(), fields: fields.iter().map(|field| (*field).to_owned()).collect() }
    }

    /// `CODE:message:Field1 Field2 --`, as CSV results show it.
    pub fn line(&self) -> String {
        let gap = if self.fields.is_empty() { "" } else { " " };
        format!("{}:{}:{}{gap}--", self.code, self.message, self.fields.join(" "))
    }
}

impl From<&RecordError> for Refusal {
    fn from(error: &RecordError) -> Self {
        if let RecordError::MultipleChoices(ids) = error {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            return Self::new("DUPLICATE_EXTERNAL_ID", format!("more than one record found for external id field: [{}]", ids.join(", ")), &[]);
        }
        Self::new(error.code(), error.to_string(), &error.fields().unwrap_or_default())
    }
}

const REFUSED: u8 = 0;
const CHANGED: u8 = 1;
const CREATED: u8 = 2;
/// Added to the tag when an id follows.
const WITH_ID: u8 = 4;

/// The outcomes of one slice as the store keeps them.
pub fn packed(outcomes: &[Outcome]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(outcomes.len() * 16);
    for outcome in outcomes {
        let tag = match &outcome.result {
            Ok(false) => CHANGED,
            Ok(true) => CREATED,
            Err(_) => REFUSED,
        };
        bytes.push(tag | if outcome.id.is_some() { WITH_ID } else { 0 });
        if let Some(id) = outcome.id {
            bytes.extend_from_slice(id.as_15().as_bytes());
        }
        if let Err(refusal) = &outcome.result {
            text(&mut bytes, &refusal.code);
            text(&mut bytes, &refusal.message);
            text(&mut bytes, &refusal.fields.join(" "));
        }
    }
    pack(&bytes)
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

/// Reads back what `packed` made.
pub fn unpacked(packed: &[u8]) -> Result<Vec<Outcome>, StoreError> {
    let bytes = unpack(packed)?;
    let mut rest = bytes.as_slice();
    let mut outcomes = Vec::new();
    while let Some((tag, after)) = rest.split_first() {
        rest = after;
        let id = if tag & WITH_ID != 0 { Some(id(&mut rest).ok_or_else(damaged)?) } else { None };
        let result = match tag & !WITH_ID {
            CHANGED => Ok(false),
            CREATED => Ok(true),
            _ => Err(refusal(&mut rest).ok_or_else(damaged)?),
        };
        outcomes.push(Outcome { id, result });
    }
    Ok(outcomes)
}

fn damaged() -> StoreError {
    StoreError::new("the outcomes of a job are damaged")
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

fn id(rest: &mut &[u8]) -> Option<RecordId> {
    RecordId::parse(std::str::from_utf8(take(rest, 15)?).ok()?).ok()
}

fn string(rest: &mut &[u8]) -> Option<String> {
    let length = u32::from_le_bytes(take(rest, 4)?.try_into().ok()?);
    String::from_utf8(take(rest, usize::try_from(length).ok()?)?.to_vec()).ok()
}

fn refusal(rest: &mut &[u8]) -> Option<Refusal> {
    let (code, message, fields) = (string(rest)?, string(rest)?, string(rest)?);
    Some(Refusal { code, message, fields: fields.split_terminator(' ').map(str::to_owned).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_survive_the_store() {
        let id = Some(RecordId::numbered("001", 1, 7));
        let refused = Refusal::new("REQUIRED_FIELD_MISSING", "Required fields are missing: [Name, é]", &["Name", "Phone"]);
        let outcomes = [
            Outcome { id, result: Ok(true) },
            Outcome { id, result: Ok(false) },
            Outcome { id: None, result: Err(refused) },
            Outcome { id, result: Err(Refusal::new("ENTITY_IS_DELETED", "entity is deleted", &[])) },
        ];
        assert_eq!(unpacked(&packed(&outcomes)).unwrap(), outcomes);
        assert!(unpacked(&pack(&[WITH_ID, 1])).is_err());
    }

    #[test]
    fn a_refusal_is_one_line_in_csv() {
        assert_eq!(Refusal::new("A", "b c", &["D", "E"]).line(), "A:b c:D E --");
        assert_eq!(Refusal::new("A", "b", &[]).line(), "A:b:--");
    }
}
