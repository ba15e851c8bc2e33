//! How a family of the API spells records: JSON here; SOAP's and Bulk's XML, JSON and CSV stand in their families.
//! Source of REST's shapes: `soql.md` section 9, `rest.md` 2.3.

use std::fmt;

use bytes::Bytes;
use catalogue::FieldType;
use soql::{Item, Part};

use super::moment;
use super::page::Page;
use super::statements::{Column, Columns};
use super::wire;
use crate::id::RecordId;

/// What a record is, as far as its spelling needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What the answer calls its type: `Account`, `Name`, `AggregateResult`.
    pub kind: &'a str,
    /// The API name of its object; empty for a row of an aggregated query.
    pub object: &'a str,
    pub id: Column<'a>,
    /// Whether the caller asked for the id itself.
    pub shows_id: bool,
}

/// A child list inside a record.
#[derive(Debug, Clone, Copy)]
pub struct Listing {
    /// Rows of the whole list.
    pub total: u64,
    /// Where it goes on.
    pub next: Option<Locator>,
}

/// The place of the next page in a long result: printed `01gFk…-2000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locator {
    pub id: RecordId,
    pub offset: usize,
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.id, self.tail())
    }
}

/// How records are spelled. Everything is appended to `out`.
///
/// Values come as stored: see `soql::Cell::Field`. A `key` is the API name or the alias of a field.
pub trait Spelling {
    /// Bytes a page leaves free in front of its records, for the envelope.
    const ROOM: usize = 0;

    /// Whether the fields of a record stand in the order of their names, the id first, whatever order they were asked in.
    fn sorts_fields(&self) -> bool {
        false
    }

    /// Between two records of one list.
    fn separate(&self, out: &mut Vec<u8>);

    /// The beginning of a record; `key` is its name where it is a parent inside another.
    fn open_record(&self, out: &mut Vec<u8>, key: Option<&str>, record: Subject<'_>);

    fn close_record(&self, out: &mut Vec<u8>, key: Option<&str>);

    fn field(&self, out: &mut Vec<u8>, key: &str, kind: FieldType, value: Column<'_>, record: Subject<'_>);

    /// An address or a geolocation: null when every part is null.
    fn compound(&self, out: &mut Vec<u8>, key: &str, kind: FieldType, parts: &[Part], row: &dyn Columns);

    /// A parent that is not there, of which these keys were asked.
    fn no_parent(&self, out: &mut Vec<u8>, key: &str, items: &[Item]);

    fn open_children(&self, out: &mut Vec<u8>, key: &str, list: &Listing);

    fn close_children(&self, out: &mut Vec<u8>, key: &str, list: &Listing);

    /// A child subquery without rows.
    fn no_children(&self, out: &mut Vec<u8>, key: &str);
}

/// The REST API's JSON.
#[derive(Debug, Clone, Copy)]
pub struct RestJson<'a> {
    /// The version of the request's address, `v67.0`.
    pub version: &'a str,
}

impl Spelling for RestJson<'_> {
    const ROOM: usize = 256;

    fn separate(&self, out: &mut Vec<u8>) {
        wire::separate(out);
    }

    fn open_record(&self, out: &mut Vec<u8>, key: Option<&str>, record: Subject<'_>) {
        if let Some(key) = key {
            wire::key(out, key);
        }
        out.extend_from_slice(br#"{"attributes":{"type":""#);
        out.extend_from_slice(record.kind.as_bytes());
        out.push(b'"');
        if !record.object.is_empty() {
            out.extend_from_slice(br#","url":""#);
            self.record_url(out, record);
            out.push(b'"');
        }
        out.push(b'}');
    }

    fn close_record(&self, out: &mut Vec<u8>, _: Option<&str>) {
        out.push(b'}');
    }

    fn field(&self, out: &mut Vec<u8>, key: &str, kind: FieldType, value: Column<'_>, record: Subject<'_>) {
        wire::key(out, key);
        if kind == FieldType::Base64 && value != Column::Null {
            // A body is not shown but addressed.
            out.push(b'"');
            self.record_url(out, record);
            out.push(b'/');
            out.extend_from_slice(key.as_bytes());
            out.push(b'"');
        } else {
            json_value(out, kind, value);
        }
    }

    fn compound(&self, out: &mut Vec<u8>, key: &str, _: FieldType, parts: &[Part], row: &dyn Columns) {
        wire::key(out, key);
        if parts.iter().all(|part| row.column(part.column) == Column::Null) {
            return out.extend_from_slice(b"null");
        }
        out.push(b'{');
        for part in parts {
            wire::key(out, part.key);
            json_value(out, part.kind, row.column(part.column));
        }
        out.push(b'}');
    }

    fn no_parent(&self, out: &mut Vec<u8>, key: &str, _: &[Item]) {
        wire::key(out, key);
        out.extend_from_slice(b"null");
    }

    fn open_children(&self, out: &mut Vec<u8>, key: &str, list: &Listing) {
        wire::key(out, key);
        self.envelope(out, list);
    }

    fn close_children(&self, out: &mut Vec<u8>, _: &str, _: &Listing) {
        out.extend_from_slice(b"]}");
    }

    fn no_children(&self, out: &mut Vec<u8>, key: &str) {
        self.no_parent(out, key, &[]);
    }
}

impl RestJson<'_> {
    /// The finished page: the envelope is put in front of the records, where room was left.
    pub fn finished(&self, page: Page) -> Bytes {
        let mut out = page.records;
        out.extend_from_slice(b"]}");
        let mut envelope = Vec::with_capacity(Self::ROOM);
        self.envelope(&mut envelope, &Listing { total: page.total, next: page.next });
        let start = Self::ROOM.saturating_sub(envelope.len());
        out.splice(start..Self::ROOM, envelope);
        Bytes::from(out).slice(start..)
    }

    /// The beginning of a result, up to its first record.
    fn envelope(&self, out: &mut Vec<u8>, list: &Listing) {
        out.extend_from_slice(br#"{"totalSize":"#);
        wire::integer(out, i64::try_from(list.total).unwrap_or(i64::MAX));
        match list.next {
            None => out.extend_from_slice(br#","done":true"#),
            Some(locator) => {
                out.extend_from_slice(br#","done":false,"nextRecordsUrl":"/services/data/"#);
                out.extend_from_slice(format!("{}/query/{locator}\"", self.version).as_bytes());
            }
        }
        out.extend_from_slice(br#","records":["#);
    }

    fn record_url(&self, out: &mut Vec<u8>, record: Subject<'_>) {
        out.extend_from_slice(b"/services/data/");
        out.extend_from_slice(self.version.as_bytes());
        out.extend_from_slice(b"/sobjects/");
        out.extend_from_slice(record.object.as_bytes());
        if let Column::Text(id) = record.id {
            out.push(b'/');
            out.extend_from_slice(id);
        }
    }
}

/// Appends a value as REST's JSON has it.
pub fn json_value(out: &mut Vec<u8>, kind: FieldType, value: Column<'_>) {
    match (kind, value) {
        (FieldType::Boolean, value) => wire::boolean(out, value == Column::Integer(1)),
        (_, Column::Null | Column::Blob(_)) => out.extend_from_slice(b"null"),
        // Stored as the JSON it is.
        (FieldType::Complexvalue, Column::Text(json)) => out.extend_from_slice(json),
        (FieldType::Datetime, Column::Integer(millis)) => {
            out.push(b'"');
            moment::write_datetime(out, millis);
            out.push(b'"');
        }
        (FieldType::Time, Column::Integer(millis)) => {
            out.push(b'"');
            moment::write_time(out, millis);
            out.push(b'"');
        }
        (FieldType::Currency | FieldType::Double | FieldType::Percent, Column::Integer(number)) => wire::double(out, real(number)),
        (_, Column::Integer(number)) => wire::integer(out, number),
        (_, Column::Real(number)) => wire::double(out, number),
        (_, Column::Text(text)) => wire::utf8(out, text),
    }
}

/// Appends a value as plain text, in the spelling Bulk's CSV and SOAP share: `true`, `2026-01-31T12:00:00.000Z`; nothing for null.
/// Not escaped, not quoted.
pub fn plain_value(out: &mut Vec<u8>, kind: FieldType, value: Column<'_>) {
    match (kind, value) {
        (FieldType::Boolean, value) => wire::boolean(out, value == Column::Integer(1)),
        (_, Column::Null | Column::Blob(_)) => {}
        (FieldType::Datetime, Column::Integer(millis)) => {
            moment::write_datetime(out, millis);
            out.truncate(out.len() - "+0000".len());
            out.push(b'Z');
        }
        (FieldType::Time, Column::Integer(millis)) => moment::write_time(out, millis),
        (FieldType::Currency | FieldType::Double | FieldType::Percent, Column::Integer(number)) => wire::double(out, real(number)),
        (_, Column::Integer(number)) => wire::integer(out, number),
        (_, Column::Real(number)) => wire::double(out, number),
        (_, Column::Text(text)) => out.extend_from_slice(text),
    }
}

#[expect(clippy::cast_precision_loss, reason = "SQLite hands out a real without decimals as an integer only below 2^53")]
fn real(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(total: u64, next: Option<Locator>, record: &[u8]) -> String {
        let mut records = vec![b'['; RestJson::ROOM];
        records.extend_from_slice(record);
        let page = Page { records, total, next, object: "Account".to_owned(), usage: soql::Usage::default(), used: Vec::new() };
        String::from_utf8(RestJson { version: "v67.0" }.finished(page).to_vec()).unwrap()
    }

    #[test]
    fn the_envelope_stands_directly_before_the_records() {
        assert_eq!(page(1, None, b"{}"), r#"{"totalSize":1,"done":true,"records":[{}]}"#);
        let next = Locator { id: RecordId::numbered("01g", 1, 1), offset: 2000 };
        assert_eq!(
            page(u64::MAX, Some(next), b""),
            r#"{"totalSize":9223372036854775807,"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01gFk00004gfFC5IAM-2000","records":[]}"#
        );
    }

    #[test]
    fn plain_values_are_spelled_as_bulk_and_soap_do() {
        let plain = |kind, value| {
            let mut out = Vec::new();
            plain_value(&mut out, kind, value);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(plain(FieldType::Datetime, Column::Integer(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(plain(FieldType::Boolean, Column::Integer(1)), "true");
        assert_eq!(plain(FieldType::Currency, Column::Integer(3)), "3.0");
        assert_eq!(plain(FieldType::Int, Column::Integer(3)), "3");
        assert_eq!(plain(FieldType::String, Column::Null), "");
        assert_eq!(plain(FieldType::String, Column::Text(b"a,b")), "a,b");
    }
}
