//! XML batches: `<sObjects><sObject><Name>…</Name></sObject></sObjects>`.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::batch_json::RECORDS;
use super::job::Job;
use crate::records::TextField;

/// The fields of one record in the order of the document.
pub type Record = Vec<TextField<'static>>;

/// What one record of a batch gives, its id and external id taken out.
pub struct Given {
    pub id: Option<String>,
    pub key: Option<String>,
    /// The other fields.
    pub fields: Record,
}

/// # Errors
/// `stateMessage` of a batch that is no list of records.
pub fn records(body: &str) -> Result<Vec<Record>, String> {
    let mut document = Document { reader: Reader::from_str(body), records: Vec::new() };
    document.reader.config_mut().expand_empty_elements = true;
    document.read().map_err(|why| format!("InvalidBatch : Failed to parse XML. {why}"))?;
    match document.records.len() {
        0 => Err("InvalidBatch : Records not found".to_owned()),
        length if length > RECORDS => {
            Err(format!("InvalidBatch : Exceeded number of records : {length}. Number of records should be less than or equal to {RECORDS}"))
        }
        _ => Ok(document.records),
    }
}

struct Document<'b> {
    reader: Reader<&'b [u8]>,
    records: Vec<Record>,
}

/// Elements deeper than this are no batch: a record, a parent, the parent's record, its field.
const DEPTH: usize = 6;

impl Document<'_> {
    fn read(&mut self) -> Result<(), String> {
        // The path of open elements below `sObjects`, and the text of the innermost.
        let (mut path, mut text, mut nil): (Vec<String>, String, bool) = (Vec::new(), String::new(), false);
        let mut record = Record::new();
        let mut parent_type = None;
        loop {
            match self.reader.read_event().map_err(|error| error.to_string())? {
                Event::Start(start) => {
                    path.push(local_name(&start));
                    if path.len() > DEPTH {
                        return Err("Elements are nested too deeply".to_owned());
                    }
                    text.clear();
                    nil = is_nil(&start);
                    match path.len() {
                        1 if path[0] != "sObjects" => return Err(format!("Unexpected element {}", path[0])),
                        2 if path[1] != "sObject" => return Err(format!("Unexpected element {}", path[1])),
                        2 => record = Record::new(),
                        3 => parent_type = None,
                        _ => {}
                    }
                }
                Event::End(_) => {
                    let value = if nil { None } else { Some(Cow::Owned(std::mem::take(&mut text))) };
                    match path.as_slice() {
                        [_, _] => self.records.push(std::mem::take(&mut record)),
                        [_, _, name] if name != "type" && !ended_parent(&record, name) => {
                            record.push(TextField { name: Cow::Owned(name.clone()), value });
                        }
                        [_, _, _, _, name] if name == "type" => parent_type = value.map(Cow::into_owned),
                        [_, _, relationship, _, name] => {
                            let object = parent_type.as_ref().map(|object| format!("{object}:")).unwrap_or_default();
                            record.push(TextField { name: Cow::Owned(format!("{object}{relationship}.{name}")), value });
                        }
                        _ => {}
                    }
                    path.pop();
                    nil = false;
                }
                Event::Text(piece) => text.push_str(&piece),
                Event::CData(piece) => text.push_str(&piece),
                Event::GeneralRef(reference) => text.push(resolved(&reference).ok_or("Unknown entity")?),
                Event::DocType(_) => return Err("DOCTYPE is not allowed".to_owned()),
                Event::Eof => return if path.is_empty() { Ok(()) } else { Err("Unexpected end of document".to_owned()) },
                _ => {}
            }
        }
    }
}

/// Whether the element that ends was a parent, whose external id was taken down before.
fn ended_parent(record: &Record, name: &str) -> bool {
    let of_parent = |field: &TextField<'_>| {
        let path = field.name.rsplit_once('.').map(|(path, _)| path);
        path.is_some_and(|path| path.rsplit_once(':').map_or(path, |(_, name)| name) == name)
    };
    record.last().is_some_and(of_parent)
}

fn local_name(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}

fn is_nil(start: &BytesStart<'_>) -> bool {
    start.attributes().flatten().any(|attribute| attribute.key.local_name().as_ref() == "nil" && matches!(attribute.value.as_ref(), "true" | "1"))
}

/// The predefined entities and character references; there are no others, for there is no DTD.
fn resolved(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character);
    }
    match reference.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

impl Given {
    pub fn of(record: &Record, job: &Job) -> Self {
        let text = |name: &str| {
            record.iter().find(|field| field.name.eq_ignore_ascii_case(name)).and_then(|field| field.value.as_deref().map(str::to_owned))
        };
        let key_name = job.external_id_field.as_deref().unwrap_or("Id");
        let (id, key) = (text("Id"), text(key_name));
        let is_other = |field: &&TextField<'_>| {
            !field.name.eq_ignore_ascii_case("Id")
                && (!job.is_upsert() || !field.name.eq_ignore_ascii_case(key_name))
                && field.value.as_deref() != Some("")
        };
        Self { id, key, fields: record.iter().filter(is_other).cloned().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records as names and values.
    type Seen<'a> = &'a [&'a [(&'a str, Option<&'a str>)]];

    fn check(body: &str, expected: Result<Seen<'_>, &str>) {
        let read = records(body);
        let seen: Result<Vec<Vec<_>>, _> = read
            .as_ref()
            .map_err(String::as_str)
            .map(|records| records.iter().map(|record| record.iter().map(|field| (&*field.name, field.value.as_deref())).collect()).collect());
        assert_eq!(seen, expected.map(|records| records.iter().map(|record| record.to_vec()).collect()), "{body}");
    }

    #[test]
    fn records_parents_and_nulls_are_read() {
        let body = r#"<?xml version="1.0"?><sObjects xmlns="http://www.force.com/2009/06/asyncapi/dataload" xmlns:xsi="x">
            <sObject><Name>A &amp; B&#33;</Name><Account><sObject><Ext__c>7</Ext__c></sObject></Account><Phone xsi:nil="true"/></sObject>
            <sObject><type>Contact</type><Owner><sObject><type>User</type><Username>a@b</Username></sObject></Owner><Empty/></sObject>
        </sObjects>"#;
        check(
            body,
            Ok(&[
                &[("Name", Some("A & B!")), ("Account.Ext__c", Some("7")), ("Phone", None)],
                &[("User:Owner.Username", Some("a@b")), ("Empty", Some(""))],
            ]),
        );
    }

    #[test]
    fn what_is_no_batch_is_refused() {
        check("<sObjects/>", Err("InvalidBatch : Records not found"));
        check("<a/>", Err("InvalidBatch : Failed to parse XML. Unexpected element a"));
        check("<sObjects><sObject>", Err("InvalidBatch : Failed to parse XML. Unexpected end of document"));
        check("<!DOCTYPE a []><sObjects/>", Err("InvalidBatch : Failed to parse XML. DOCTYPE is not allowed"));
        check("<sObjects><sObject><A>&x;</A></sObject></sObjects>", Err("InvalidBatch : Failed to parse XML. Unknown entity"));
    }
}
