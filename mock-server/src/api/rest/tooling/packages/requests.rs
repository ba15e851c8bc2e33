//! Requests: a version is to be built, a package installed or uninstalled.

use catalogue::Object;
use serde_json::Value;

use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::sent::with_input;
use crate::api::rest::tooling::body::{Body, missing};
use crate::app::first_state;
use crate::apps::{Act, InstallRefused, Installs, check_key, may};
use crate::id::{PackageId, PackageVersionId, RecordId};
use crate::records::{Input, RecordError, Rows, Value as Stored};
use crate::schema::Schema;

/// `Package2VersionCreateRequest`: a form with the record and the upload, or JSON with the upload in it. The installation key is kept apart, where no
/// query reads it.
pub(super) fn create_version(call: &Call<'_>, schema: &Schema, object: &Object) -> Result<RecordId, RestError> {
    with_input(call, |input| match input {
        Input::Json(bytes) => plant_version(call, schema, object, bytes, |record, plant| plant(Input::Json(record))),
        Input::WithBlobs { record: Input::Json(bytes), blobs } => plant_version(call, schema, object, bytes, |record, plant| {
            let record = Input::Json(record);
            plant(Input::WithBlobs { record: &record, blobs })
        }),
        _ => Err(RestError::Form("Multipart message must include a JSON part")),
    })
}

fn plant_version(
    call: &Call<'_>,
    schema: &Schema,
    object: &Object,
    bytes: &[u8],
    with: impl FnOnce(&[u8], &mut dyn FnMut(Input<'_>) -> Result<RecordId, RestError>) -> Result<RecordId, RestError>,
) -> Result<RecordId, RestError> {
    let (record, key) = without_key(bytes);
    with(&record, &mut |input| {
        call.db.write(|tx| {
            let id = call.change(schema).create(tx, object, input)?;
            begin(tx, object, id)?;
            if let Some(key) = &key {
                tx.put_package_key(id, key)?;
            }
            Ok(id)
        })
    })
}

/// The record without its installation key, and the key. What is no object is left to whoever reads the record.
fn without_key(bytes: &[u8]) -> (Vec<u8>, Option<String>) {
    let Ok(Value::Object(mut members)) = serde_json::from_slice::<Value>(bytes) else { return (bytes.to_vec(), None) };
    let name = members.keys().find(|name| name.eq_ignore_ascii_case("InstallKey")).cloned();
    let key = name.and_then(|name| members.shift_remove(&name)).and_then(|key| key.as_str().map(str::to_owned)).filter(|key| !key.is_empty());
    (Value::Object(members).to_string().into_bytes(), key)
}

/// `PackageInstallRequest`
pub(super) fn create_install(call: &Call<'_>, schema: &Schema, object: &Object) -> Result<RecordId, RestError> {
    check_rights(call)?;
    let mut body = Body::read(call)?;
    let text = body.text("SubscriberPackageVersionKey").map(str::to_owned).ok_or_else(|| missing("SubscriberPackageVersionKey"))?;
    let release = PackageVersionId::parse(&text).ok().and_then(|id| call.app.registry().release(id));
    let release = release
        .ok_or_else(|| RecordError::rule("MALFORMED_ID", "Invalid SubscriberPackageVersionKey".to_owned(), &["SubscriberPackageVersionKey"]))?;
    let key = body.take_text("Password");
    if let Err(refused) = check_key(&release, key.as_deref()) {
        // GUESS: the codes; the CLI stops waiting on one that names the key.
        let code = if refused == InstallRefused::NeedlessKey { "INVALID_INPUT" } else { "INSTALL_KEY_INVALID" };
        return Err(RecordError::rule(code, refused.message(), &["Password"]).into());
    }
    body.set("SubscriberPackageVersionKey", release.version.id.to_string());
    // Clients write the choices in any case.
    let security = body.take_text("SecurityType").unwrap_or_else(|| "Full".to_owned());
    body.set("SecurityType", canonical(object, "SecurityType", security));
    let conflicts = body.take_text("NameConflictResolution").unwrap_or_else(|| "Block".to_owned());
    body.set("NameConflictResolution", canonical(object, "NameConflictResolution", conflicts));
    plant(call, schema, object, &body)
}

/// `SubscriberPackageVersionUninstallRequest`
pub(super) fn create_uninstall(call: &Call<'_>, schema: &Schema, object: &Object) -> Result<RecordId, RestError> {
    check_rights(call)?;
    let body = Body::read(call)?;
    let text = body.text("SubscriberPackageVersionId").ok_or_else(|| missing("SubscriberPackageVersionId"))?;
    let version = PackageVersionId::parse(text).ok();
    let installed = call.db.read(|tx| tx.installed_packages())?;
    if !installed.iter().any(|known| Some(known.version) == version) {
        // GUESS: code and words of an uninstall where nothing is installed.
        let told = format!("The package version {text} is not installed in this org.");
        return Err(RecordError::rule("INVALID_ID_FIELD", told, &["SubscriberPackageVersionId"]).into());
    }
    plant(call, schema, object, &body)
}

/// `PackageUploadRequest`: a first-generation package of this org becomes a version.
pub(super) fn create_upload(call: &Call<'_>, schema: &Schema, object: &Object) -> Result<RecordId, RestError> {
    if !may(&call.caller.user, Act::PackageApps) {
        return Err(RecordError::InsufficientAccess.into());
    }
    let mut body = Body::read(call)?;
    let text = body.text("MetadataPackageId").ok_or_else(|| missing("MetadataPackageId"))?;
    if PackageId::parse(text).ok().and_then(|id| call.app.own_package(call.caller.org.id(), id)).is_none() {
        // GUESS: as for any other reference to what is not there.
        return Err(RecordError::rule("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id".to_owned(), &["MetadataPackageId"]).into());
    }
    let key = body.take_text("Password");
    let record = body.record();
    call.db.write(|tx| {
        let id = call.change(schema).create(tx, object, Input::Json(&record))?;
        begin(tx, object, id)?;
        if let Some(key) = &key {
            tx.put_package_key(id, key)?;
        }
        Ok(id)
    })
}

fn check_rights(call: &Call<'_>) -> Result<(), RestError> {
    if may(&call.caller.user, Act::InstallPackage) { Ok(()) } else { Err(RecordError::InsufficientAccess.into()) }
}

fn plant(call: &Call<'_>, schema: &Schema, object: &Object, body: &Body) -> Result<RecordId, RestError> {
    let record = body.record();
    call.db.write(|tx| {
        let id = call.change(schema).create(tx, object, Input::Json(&record))?;
        begin(tx, object, id)?;
        Ok(id)
    })
}

fn begin(rows: &dyn Rows, object: &Object, id: RecordId) -> Result<(), RecordError> {
    let Some(status) = object.field_index("Status") else { return Ok(()) };
    Ok(rows.update(object, id, &[(status, Stored::text(first_state(&object.name)))])?)
}

/// The choice as the field lists it, where it lists it in another case.
fn canonical(object: &Object, field: &str, given: String) -> String {
    let values = object.field(field).map(|field| &field.picklist);
    let known = values.and_then(|values| values.iter().find(|choice| choice.value.eq_ignore_ascii_case(&given)));
    known.map_or(given, |choice| choice.value.to_string())
}
