//! Packages by way of the Tooling API: what a developer builds, and what an admin installs. Source: `packaging-and-cli.md` 3.5 to 3.7 and 7.

mod hub;
mod requests;
mod version_query;

use catalogue::Object;
use serde_json::Value;

use super::body::Body;
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::app::{Database, INSTALL_REQUEST, UNINSTALL_REQUEST, UPLOAD_REQUEST, VERSION_REQUEST};
use crate::id::RecordId;
use crate::records::RecordError;
use crate::schema::Schema;

pub use version_query::{ask, asks_for_version};

/// An object that is more than records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packaging {
    Package,
    Version,
    VersionRequest,
    Install,
    Uninstall,
    Upload,
}

impl Packaging {
    pub fn of(object: &str) -> Option<Self> {
        match object {
            "Package2" => Some(Self::Package),
            "Package2Version" => Some(Self::Version),
            VERSION_REQUEST => Some(Self::VersionRequest),
            INSTALL_REQUEST => Some(Self::Install),
            UNINSTALL_REQUEST => Some(Self::Uninstall),
            UPLOAD_REQUEST => Some(Self::Upload),
            _ => None,
        }
    }

    fn is_request(self) -> bool {
        matches!(self, Self::VersionRequest | Self::Install | Self::Uninstall | Self::Upload)
    }
}

/// `POST /services/data/v67.0/tooling/sobjects/Package2` and of the requests.
pub fn create(call: &Call<'_>, schema: &Schema, object: &Object, kind: Packaging) -> Result<RecordId, RestError> {
    let not_in_parts = matches!(call.db, Database::Within(..));
    if not_in_parts || kind == Packaging::Version {
        return Err(RecordError::NotSupported { operation: "inserted", label: object.label.to_string() }.into());
    }
    let id = match kind {
        Packaging::VersionRequest => requests::create_version(call, schema, object)?,
        Packaging::Install => requests::create_install(call, schema, object)?,
        Packaging::Uninstall => requests::create_uninstall(call, schema, object)?,
        Packaging::Upload => requests::create_upload(call, schema, object)?,
        Packaging::Package | Packaging::Version => hub::create_package(call, object)?,
    };
    if kind.is_request() {
        call.app.begin_package_request(&call.caller.org, id)?;
    }
    Ok(id)
}

/// `PATCH /services/data/v67.0/tooling/sobjects/Package2Version/05i…`
pub fn update(call: &Call<'_>, object: &Object, kind: Packaging, id: RecordId, body: Body) -> Result<(), RestError> {
    check_fields(object, &body, |flags| flags.updateable)?;
    match kind {
        Packaging::Package => hub::update_package(call, object, id, body),
        Packaging::Version => hub::update_version(call, id, body),
        _ => Err(RecordError::NotSupported { operation: "updated", label: object.label.to_string() }.into()),
    }
}

/// Every member is a field that may be written so.
pub fn check_fields(object: &Object, body: &Body, may: impl Fn(&catalogue::FieldFlags) -> bool) -> Result<(), RecordError> {
    let mut read_only = Vec::new();
    for name in body.names() {
        match object.field(name) {
            None => return Err(RecordError::UnknownField { field: name.to_owned(), object: object.name.to_string() }),
            Some(field) if !may(&field.flags) => read_only.push(field.name.to_string()),
            Some(_) => {}
        }
    }
    if read_only.is_empty() { Ok(()) } else { Err(RecordError::ReadOnlyFields(read_only)) }
}

/// Whether a value stands for true.
pub fn is_true(value: &Value) -> bool {
    value == &Value::Bool(true) || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
}
