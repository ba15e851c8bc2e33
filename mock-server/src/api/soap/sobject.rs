//! A record as a message gives it: the object it is of, its id, and its fields as text.

use std::borrow::Cow;

use catalogue::{FieldType, Object};

use super::call::Call;
use super::endpoint::Dialect;
use super::fault::Fault;
use super::query::object_of;
use crate::access::Access;
use crate::records::TextField;
use crate::schema::Schema;
use crate::xml::Element;

/// One `sObjects` or `masterRecord` element.
pub struct SObject<'m> {
    access: &'m Access,
    pub object: &'m Object,
    /// As it came, not looked at yet.
    pub unverified_id: Option<&'m str>,
    pub fields: Vec<TextField<'m>>,
}

impl<'m> SObject<'m> {
    /// # Errors
    /// The object, or a field of it, does not exist: that refuses the whole call, whatever else it holds.
    pub fn read(call: &'m Call, schema: &'m Schema, element: &'m Element) -> Result<Self, Fault> {
        let object = object_of(call, schema, kind(call.arrived.endpoint.dialect, element)?)?;
        let mut record = Self { access: &call.caller.access, object, unverified_id: None, fields: Vec::with_capacity(element.children.len()) };
        for child in &element.children {
            match child.name.local.as_str() {
                "type" if call.arrived.endpoint.dialect == Dialect::Partner => {}
                "fieldsToNull" => record.empty(&child.text)?,
                // The partner WSDL lets the id come twice, once empty.
                name if name.eq_ignore_ascii_case("Id") => {
                    let id = Some(child.text.trim()).filter(|id| !id.is_empty() && !child.nil);
                    record.unverified_id = id.or(record.unverified_id);
                }
                _ if child.nil => {}
                _ => record.field(child, call.headers().allow_truncation)?,
            }
        }
        Ok(record)
    }

    /// A field to be set to null.
    fn empty(&mut self, name: &'m str) -> Result<(), Fault> {
        let name = name.trim();
        if name.is_empty() {
            return Ok(());
        }
        self.known(name)?;
        self.fields.push(TextField { name: name.into(), value: None });
        Ok(())
    }

    fn field(&mut self, element: &'m Element, truncate: bool) -> Result<(), Fault> {
        let name = element.name.local.as_str();
        if element.children.is_empty() {
            let length = self.known(name)?;
            let text = match length.filter(|length| truncate && element.text.chars().count() > *length) {
                Some(length) => Cow::Owned(element.text.chars().take(length).collect()),
                None => Cow::Borrowed(element.text.as_str()),
            };
            self.fields.push(TextField { name: name.into(), value: Some(text) });
            return Ok(());
        }
        // A parent by its external id: `<Owner><type>User</type><Username>…</Username></Owner>`.
        let named = element.kind.as_ref().map(|kind| kind.local.as_str()).filter(|kind| *kind != "sObject");
        let object = element.text_of("type").map(str::trim).or(named);
        let key = element.children.iter().find(|child| !matches!(child.name.local.as_str(), "type" | "fieldsToNull" | "Id") && !child.nil);
        let Some(key) = key else { return Ok(()) };
        let prefix = object.map(|object| format!("{object}:")).unwrap_or_default();
        self.fields.push(TextField { name: format!("{prefix}{name}.{}", key.name.local).into(), value: Some(key.text.as_str().into()) });
        Ok(())
    }

    /// The length of a text field of this name, if texts of it may be cut.
    fn known(&self, name: &str) -> Result<Option<usize>, Fault> {
        let field = self
            .object
            .field(name)
            .filter(|field| self.access.reads(self.object, field))
            .ok_or_else(|| Fault::no_such_field(name, &self.object.name))?;
        let is_text = matches!(
            field.kind,
            FieldType::String
                | FieldType::Textarea
                | FieldType::Email
                | FieldType::Phone
                | FieldType::Picklist
                | FieldType::Multipicklist
                | FieldType::Encryptedstring
        );
        Ok(is_text.then_some(field.length as usize).filter(|length| *length > 0))
    }
}

/// The name of the object a record is of: its `xsi:type`, or in the partner WSDL its element `type`. That `xsi:type` will do for the partner WSDL
/// is what `WWW::Salesforce` in Perl lives on.
fn kind(dialect: Dialect, element: &Element) -> Result<&str, Fault> {
    let typed = element.kind.as_ref().map(|kind| kind.local.as_str()).filter(|name| !name.is_empty() && *name != "sObject");
    let (named, refusal) = match dialect {
        Dialect::Partner | Dialect::Metadata => {
            let named = element.text_of("type").map(str::trim).filter(|name| !name.is_empty());
            // Source: jsforce's issue 950, whose title is the words without a code.
            (named.or(typed), Fault::client("Missing entity type information. sObject requires a separate 'type' field be sent."))
        }
        Dialect::Enterprise => (typed, Fault::api("INVALID_TYPE", "Must send a concrete entity type.")),
    };
    named.ok_or(refusal)
}
