//! Records as SOAP spells them: `<records xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id>001…</sf:Id>…`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use catalogue::FieldType;
use soql::{Item, Part};

use super::endpoint::Dialect;
use crate::records::{Column, Columns, Listing, Spelling, Subject, plain_value};
use crate::xml::markup::escape;

/// Declared where a value names one of its types.
const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";

const LOCATION: &[&str] = &["latitude", "longitude"];

/// An address extends a location, whose elements come first. The WSDL asks for the codes in every org.
const ADDRESS: &[&str] =
    &["latitude", "longitude", "city", "country", "countryCode", "geocodeAccuracy", "postalCode", "state", "stateCode", "street"];

/// The body of a record's field, which pages carry no bytes of.
pub type Bodies<'a> = dyn Fn(&str, Column<'_>, &str) -> Option<Vec<u8>> + 'a;

/// The spelling of one answer.
pub struct SoapXml<'a> {
    pub dialect: Dialect,
    /// The element of a record that stands by itself: `records`, or `result` for `retrieve`.
    pub element: &'static str,
    pub bodies: &'a Bodies<'a>,
}

impl SoapXml<'_> {
    /// `sf:Name`; a record that stands by itself has its element's own name.
    fn name(&self, key: Option<&str>) -> String {
        key.map_or_else(|| self.element.to_owned(), |key| format!("sf:{key}"))
    }
}

impl Spelling for SoapXml<'_> {
    /// The enterprise WSDL gives each type's fields an order, which strict readers insist on.
    fn sorts_fields(&self) -> bool {
        self.dialect == Dialect::Enterprise
    }

    fn separate(&self, _: &mut Vec<u8>) {}

    /// The partner WSDL puts type and id in front of every record, the id even where nobody asked for it (then it is nil) and
    /// again among the fields where somebody did. The enterprise WSDL knows the record by its type.
    fn open_record(&self, out: &mut Vec<u8>, key: Option<&str>, record: Subject<'_>) {
        let name = self.name(key);
        let schema = if record.object.is_empty() { format!(r#" xmlns:xsd="{SCHEMA}""#) } else { String::new() };
        if self.dialect == Dialect::Enterprise {
            return push(out, &format!(r#"<{name} xsi:type="sf:{}"{schema}>"#, record.kind));
        }
        push(out, &format!(r#"<{name} xsi:type="sf:sObject"{schema}><sf:type>{}</sf:type>"#, record.kind));
        match record.id {
            Column::Text(id) if record.shows_id => {
                push(out, "<sf:Id>");
                out.extend_from_slice(id);
                push(out, "</sf:Id>");
            }
            _ => push(out, r#"<sf:Id xsi:nil="true"/>"#),
        }
    }

    fn close_record(&self, out: &mut Vec<u8>, key: Option<&str>) {
        push(out, &format!("</{}>", self.name(key)));
    }

    fn field(&self, out: &mut Vec<u8>, key: &str, kind: FieldType, value: Column<'_>, record: Subject<'_>) {
        if kind == FieldType::Base64 && value != Column::Null {
            let body = (self.bodies)(record.object, record.id, key).unwrap_or_default();
            return push(out, &format!("<sf:{key}>{}</sf:{key}>", STANDARD.encode(body)));
        }
        // A row of an aggregated query has no describe to look its types up in.
        let kind_of_value = if record.object.is_empty() { format!(r#" xsi:type="{}""#, xsd(kind)) } else { String::new() };
        element(out, &format!("sf:{key}"), &kind_of_value, kind, value);
    }

    fn compound(&self, out: &mut Vec<u8>, key: &str, kind: FieldType, parts: &[Part], row: &dyn Columns) {
        if parts.iter().all(|part| row.column(part.column) == Column::Null) {
            return nil(out, &format!("sf:{key}"));
        }
        let (kind, members) = if kind == FieldType::Address { ("address", ADDRESS) } else { ("location", LOCATION) };
        push(out, &format!(r#"<sf:{key} xsi:type="{kind}">"#));
        for name in members {
            match parts.iter().find(|part| part.key == *name) {
                Some(part) => element(out, name, "", part.kind, row.column(part.column)),
                None => nil(out, name),
            }
        }
        push(out, &format!("</sf:{key}>"));
    }

    fn no_parent(&self, out: &mut Vec<u8>, key: &str, _: &[Item]) {
        nil(out, &format!("sf:{key}"));
    }

    fn open_children(&self, out: &mut Vec<u8>, key: &str, list: &Listing) {
        push(out, &format!(r#"<sf:{key} xsi:type="QueryResult">"#));
        head(out, list);
    }

    fn close_children(&self, out: &mut Vec<u8>, key: &str, list: &Listing) {
        push(out, &format!("<size>{}</size></sf:{key}>", list.total));
    }

    fn no_children(&self, out: &mut Vec<u8>, key: &str) {
        nil(out, &format!("sf:{key}"));
    }
}

/// What a QueryResult says before its records.
pub fn head(out: &mut Vec<u8>, list: &Listing) {
    match list.next {
        None => push(out, r#"<done>true</done><queryLocator xsi:nil="true"/>"#),
        Some(locator) => push(out, &format!("<done>false</done><queryLocator>{locator}</queryLocator>")),
    }
}

fn element(out: &mut Vec<u8>, name: &str, attributes: &str, kind: FieldType, value: Column<'_>) {
    if value == Column::Null && kind != FieldType::Boolean {
        return nil(out, name);
    }
    push(out, &format!("<{name}{attributes}>"));
    match (kind, value) {
        (_, Column::Real(number)) => push(out, &double(number)),
        #[expect(clippy::cast_precision_loss, reason = "SQLite hands out a real without decimals as an integer only below 2^53")]
        (FieldType::Currency | FieldType::Double | FieldType::Percent, Column::Integer(number)) => push(out, &double(number as f64)),
        (_, Column::Text(text)) => escaped(out, text),
        (kind, value) => plain_value(out, kind, value),
    }
    push(out, &format!("</{name}>"));
}

fn nil(out: &mut Vec<u8>, name: &str) {
    push(out, &format!(r#"<{name} xsi:nil="true"/>"#));
}

fn push(out: &mut Vec<u8>, markup: &str) {
    out.extend_from_slice(markup.as_bytes());
}

fn escaped(out: &mut Vec<u8>, text: &[u8]) {
    let mut markup = String::with_capacity(text.len() + 16);
    escape(&mut markup, &String::from_utf8_lossy(text));
    push(out, &markup);
}

/// A double as the service prints it: plain between a thousandth and ten million, else `3.5E8`.
pub fn double(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 || (1e-3..1e7).contains(&size) {
        return format!("{number:?}");
    }
    let text = format!("{number:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

/// The XML Schema type of an aggregated value.
fn xsd(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Id | FieldType::Reference => "xsd:string",
        kind => kind.soap_type(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_printed_as_the_service_prints_them() {
        let printed = [300.0, 0.5, 9_999_999.0, 1e7, 350_000_000.0, 1.25e-4, 0.0, -2.5].map(double);
        assert_eq!(printed, ["300.0", "0.5", "9999999.0", "1.0E7", "3.5E8", "1.25E-4", "0.0", "-2.5"]);
    }
}
