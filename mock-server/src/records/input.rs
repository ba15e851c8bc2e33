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
    /// A record with bytes that came beside it.
    WithBlobs { record: &'a Input<'a>, blobs: &'a [Blob<'a>] },
}

/// The bytes of one blob field, as a form carries them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob<'a> {
    pub field: String,
    pub content_type: Option<String>,
    pub bytes: &'a [u8],
}

/// One field whose value came as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextField<'a> {
    /// `Name`; or a parent by its external id: `Account.Ext__c`, `User:Owner.Username`.
    pub name: Cow<'a, str>,
    /// `None` sets the field to null, and so does the empty text.
    pub value: Option<Cow<'a, str>>,
}
