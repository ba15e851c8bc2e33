//! What a caller sends to be written: one record's fields as JSON, or as text from CSV, XML and SOAP.

use std::borrow::Cow;

use super::json::Json;

/// The fields of one record as they came in.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// One JSON object.
    Json(&'a [u8]),
    /// An object inside a larger JSON text. Places in errors count from the beginning of `body`, the whole text.
    Parsed { value: &'a Json<'a>, body: &'a [u8] },
    /// Values without types, read as each field's type allows.
    Text(&'a [TextField<'a>]),
}

/// One field whose value came as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextField<'a> {
    /// `Name`; or a parent by its external id: `Account.Ext__c`, `User:Owner.Username`.
    pub name: Cow<'a, str>,
    /// `None` sets the field to null, and so does the empty text.
    pub value: Option<Cow<'a, str>>,
}
