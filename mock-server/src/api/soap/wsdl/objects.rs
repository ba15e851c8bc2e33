//! The schema of records: one loose type for the partner WSDL, a type for each object of the org for the enterprise one.

use catalogue::{Field, FieldType, Object};

use crate::schema::View;
use crate::xml::markup::Markup;

/// Any record: its type, its id, and whatever fields it has.
pub fn any(out: &mut Markup) {
    out.raw("\n<complexType name=\"sObject\"><sequence><element name=\"type\" type=\"xsd:string\"/>");
    out.raw("<element name=\"fieldsToNull\" type=\"xsd:string\" nillable=\"true\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>");
    out.raw("<element name=\"Id\" type=\"tns:ID\" nillable=\"true\"/>");
    out.raw("<any namespace=\"##targetNamespace\" minOccurs=\"0\" maxOccurs=\"unbounded\" processContents=\"lax\"/></sequence></complexType>");
}

/// A type for each object the caller sees.
pub fn typed(out: &mut Markup, view: &View<'_>) {
    out.raw("\n<complexType name=\"sObject\"><sequence>");
    out.raw("<element name=\"fieldsToNull\" type=\"xsd:string\" nillable=\"true\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>");
    out.raw("<element name=\"Id\" type=\"tns:ID\" nillable=\"true\" minOccurs=\"0\"/></sequence></complexType>");
    out.raw("\n<complexType name=\"AggregateResult\"><complexContent><extension base=\"ens:sObject\"><sequence>");
    out.raw("<any namespace=\"##targetNamespace\" minOccurs=\"0\" maxOccurs=\"unbounded\" processContents=\"lax\"/></sequence></extension></complexContent></complexType>");
    for object in view.schema.objects() {
        if view.access.sees(object) {
            write(out, object, view);
        }
    }
    // What a polymorphic parent is read as.
    out.raw("\n<complexType name=\"Name\"><complexContent><extension base=\"ens:sObject\"><sequence>");
    ["Alias", "Email", "FirstName", "LastName", "Name", "Phone", "Title", "Type", "Username"]
        .iter()
        .for_each(|name| declare(out, name, "xsd:string"));
    out.raw("</sequence></extension></complexContent></complexType>");
}

fn write(out: &mut Markup, object: &Object, view: &View<'_>) {
    out.raw("\n");
    out.open_with("complexType", &format!(r#"name="{}""#, object.name));
    out.open("complexContent");
    out.open_with("extension", r#"base="ens:sObject""#);
    out.open("sequence");
    let mut elements: Vec<(String, String)> = Vec::new();
    for field in object.fields.iter().filter(|field| field.kind != FieldType::Id && view.access.reads(object, field)) {
        elements.push((field.name.to_string(), xsd(field)));
        elements.extend(field.relationship_name.as_deref().map(|name| (name.to_owned(), parent(field, view))));
    }
    elements.extend(view.schema.children(object).filter_map(|list| Some((list.name.as_deref()?.to_owned(), "tns:QueryResult".to_owned()))));
    elements.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    elements.dedup_by(|(a, _), (b, _)| a == b);
    elements.iter().for_each(|(name, kind)| declare(out, name, kind));
    out.close("sequence");
    out.close("extension");
    out.close("complexContent");
    out.close("complexType");
}

fn declare(out: &mut Markup, name: &str, kind: &str) {
    out.raw(&format!(r#"<element name="{name}" nillable="true" minOccurs="0" type="{kind}"/>"#));
}

/// The type a parent is read as: its own where there is one, else any record.
fn parent(field: &Field, view: &View<'_>) -> String {
    match &*field.reference_to {
        [only] if view.schema.object(only).is_some_and(|object| view.access.sees(object)) => format!("ens:{only}"),
        [_, _, ..] => "ens:Name".to_owned(),
        _ => "ens:sObject".to_owned(),
    }
}

fn xsd(field: &Field) -> String {
    match field.kind {
        FieldType::Address => "tns:address".to_owned(),
        FieldType::Location => "tns:location".to_owned(),
        FieldType::Complexvalue => "xsd:anyType".to_owned(),
        kind => kind.soap_type().to_owned(),
    }
}
