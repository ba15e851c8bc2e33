//! How Bulk 1.0 spells query results: JSON with times as numbers, and XML.
//! Source: clients' reports of `CreatedDate: 1546659665000` in JSON results; the Bulk API guide for XML.

use catalogue::FieldType;
use soql::{Item, Part};

use crate::records::{Column, Columns, Listing, RestJson, Spelling, Subject, json_value, plain_value};

/// JSON results. They differ from REST's in dates and times, which are milliseconds since 1970.
pub struct BatchJson<'a>(RestJson<'a>);

impl<'a> BatchJson<'a> {
    pub fn new(version: &'a str) -> Self {
        Self(RestJson { version })
    }
}

impl Spelling for BatchJson<'_> {
    fn separate(&self, out: &mut Vec<u8>) {
        if !out.is_empty() {
            self.0.separate(out);
        }
    }

    fn open_record(&self, out: &mut Vec<u8>, key: Option<&str>, record: Subject<'_>) {
        self.0.open_record(out, key, record);
    }

    fn close_record(&self, out: &mut Vec<u8>, key: Option<&str>) {
        self.0.close_record(out, key);
    }

    fn field(&self, out: &mut Vec<u8>, key: &str, kind: FieldType, value: Column<'_>, record: Subject<'_>) {
        match (kind, value) {
            (FieldType::Datetime, Column::Integer(_)) => self.0.field(out, key, FieldType::Int, value, record),
            (FieldType::Date, Column::Text(text)) => {
                let millis = std::str::from_utf8(text).ok().and_then(|date| date.parse::<jiff::civil::Date>().ok());
                let millis = millis.and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok()).map(|at| at.timestamp().as_millisecond());
                self.0.field(out, key, FieldType::Int, millis.map_or(Column::Null, Column::Integer), record);
            }
            _ => self.0.field(out, key, kind, value, record),
        }
    }

    fn compound(&self, out: &mut Vec<u8>, key: &str, kind: FieldType, parts: &[Part], row: &dyn Columns) {
        self.0.compound(out, key, kind, parts, row);
    }

    fn no_parent(&self, out: &mut Vec<u8>, key: &str, items: &[Item]) {
        self.0.no_parent(out, key, items);
    }

    fn open_children(&self, out: &mut Vec<u8>, key: &str, list: &Listing) {
        self.0.open_children(out, key, list);
    }

    fn close_children(&self, out: &mut Vec<u8>, key: &str, list: &Listing) {
        self.0.close_children(out, key, list);
    }

    fn no_children(&self, out: &mut Vec<u8>, key: &str) {
        self.0.no_children(out, key);
    }
}

/// XML results: `<records xsi:type="sObject"><type>Account</type><Id>…</Id></records>`.
pub struct BatchXml;

impl BatchXml {
    fn element(out: &mut Vec<u8>, key: &str, text: &[u8]) {
        open(out, key);
        escape(out, text);
        close(out, key);
    }

    fn nil(out: &mut Vec<u8>, key: &str) {
        out.push(b'<');
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(br#" xsi:nil="true"/>"#);
    }
}

impl Spelling for BatchXml {
    fn separate(&self, _: &mut Vec<u8>) {}

    fn open_record(&self, out: &mut Vec<u8>, key: Option<&str>, record: Subject<'_>) {
        out.push(b'<');
        out.extend_from_slice(key.unwrap_or("records").as_bytes());
        out.extend_from_slice(br#" xsi:type="sObject">"#);
        Self::element(out, "type", record.kind.as_bytes());
    }

    fn close_record(&self, out: &mut Vec<u8>, key: Option<&str>) {
        close(out, key.unwrap_or("records"));
    }

    fn field(&self, out: &mut Vec<u8>, key: &str, kind: FieldType, value: Column<'_>, _: Subject<'_>) {
        if value == Column::Null && kind != FieldType::Boolean {
            return Self::nil(out, key);
        }
        let mut text = Vec::new();
        plain_value(&mut text, kind, value);
        Self::element(out, key, &text);
    }

    fn compound(&self, out: &mut Vec<u8>, key: &str, _: FieldType, parts: &[Part], row: &dyn Columns) {
        let mut text = Vec::new();
        for part in parts {
            json_value(&mut text, part.kind, row.column(part.column));
        }
        Self::element(out, key, &text);
    }

    fn no_parent(&self, out: &mut Vec<u8>, key: &str, _: &[Item]) {
        Self::nil(out, key);
    }

    fn open_children(&self, out: &mut Vec<u8>, key: &str, _: &Listing) {
        open(out, key);
    }

    fn close_children(&self, out: &mut Vec<u8>, key: &str, _: &Listing) {
        close(out, key);
    }

    fn no_children(&self, out: &mut Vec<u8>, key: &str) {
        Self::nil(out, key);
    }
}

fn open(out: &mut Vec<u8>, key: &str) {
    out.push(b'<');
    out.extend_from_slice(key.as_bytes());
    out.push(b'>');
}

fn close(out: &mut Vec<u8>, key: &str) {
    out.extend_from_slice(b"</");
    out.extend_from_slice(key.as_bytes());
    out.push(b'>');
}

/// Appends text so that XML reads it back; characters XML has none for become U+FFFD.
pub fn escape(out: &mut Vec<u8>, text: &[u8]) {
    for byte in text {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'"' => out.extend_from_slice(b"&quot;"),
            b'\r' => out.extend_from_slice(b"&#13;"),
            0..=8 | 11 | 12 | 14..=31 => out.extend_from_slice("\u{fffd}".as_bytes()),
            byte => out.push(*byte),
        }
    }
}
