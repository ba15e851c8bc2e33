//! Custom objects and fields of an org.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Problem, body, org};
use crate::app::{App, LiveOrg};
use crate::schema::{CustomField, CustomObject, SchemaError};

/// `GET /orgs/{org}/objects`: the custom ones.
pub async fn objects(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({ "objects": org(&app, &name)?.schema()?.definition().objects })))
}

/// `POST /orgs/{org}/objects`
pub async fn add_object(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<(StatusCode, Json<CustomObject>), Problem> {
    let org = org(&app, &name)?;
    let object: CustomObject = body::read(&bytes)?;
    org.change_schema::<Problem>(app.now(), |definition| {
        definition.add_object(object.clone());
        Ok(())
    })?;
    Ok((StatusCode::CREATED, Json(find_object(&org, &object.name)?)))
}

/// `GET /orgs/{org}/objects/{name}`
pub async fn object(State(app): State<App>, Path((name, object)): Path<(String, String)>) -> Result<Json<CustomObject>, Problem> {
    Ok(Json(find_object(&*org(&app, &name)?, &object)?))
}

/// `PATCH /orgs/{org}/objects/{name}`
pub async fn change_object(
    State(app): State<App>,
    Path((name, object)): Path<(String, String)>,
    bytes: Bytes,
) -> Result<Json<CustomObject>, Problem> {
    let org = org(&app, &name)?;
    let before = find_object(&org, &object)?;
    let after: CustomObject = body::patch(&before, &bytes)?;
    if after.name != before.name {
        return Err(Problem::field("name", "cannot change: remove the object and create another"));
    }
    org.change_schema::<Problem>(app.now(), |definition| Ok(definition.replace_object(after)?))?;
    Ok(Json(find_object(&org, &object)?))
}

/// `DELETE /orgs/{org}/objects/{name}`: with its fields and records.
pub async fn remove_object(State(app): State<App>, Path((name, object)): Path<(String, String)>) -> Result<StatusCode, Problem> {
    let org = org(&app, &name)?;
    find_object(&org, &object)?;
    org.change_schema::<Problem>(app.now(), |definition| Ok(definition.remove_object(&object)?))?;
    Ok(StatusCode::NO_CONTENT)
}

fn find_object(org: &LiveOrg, name: &str) -> Result<CustomObject, Problem> {
    let unknown = || Problem::not_found(SchemaError::UnknownObject(name.to_owned()).to_string());
    org.schema()?.custom_object(name).cloned().ok_or_else(unknown)
}

/// `GET /orgs/{org}/custom-fields`
pub async fn fields(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({ "custom_fields": org(&app, &name)?.schema()?.definition().fields })))
}

/// `POST /orgs/{org}/custom-fields`
pub async fn add_field(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<(StatusCode, Json<CustomField>), Problem> {
    let org = org(&app, &name)?;
    let field: CustomField = body::read(&bytes)?;
    org.change_schema::<Problem>(app.now(), |definition| {
        definition.add_field(field.clone());
        Ok(())
    })?;
    Ok((StatusCode::CREATED, Json(find_field(&org, &format!("{}.{}", field.object, field.name))?)))
}

/// `GET /orgs/{org}/custom-fields/{Object.Field}`
pub async fn field(State(app): State<App>, Path((name, field)): Path<(String, String)>) -> Result<Json<CustomField>, Problem> {
    Ok(Json(find_field(&*org(&app, &name)?, &field)?))
}

/// `PATCH /orgs/{org}/custom-fields/{Object.Field}`
pub async fn change_field(State(app): State<App>, Path((name, field)): Path<(String, String)>, bytes: Bytes) -> Result<Json<CustomField>, Problem> {
    let org = org(&app, &name)?;
    let before = find_field(&org, &field)?;
    let after: CustomField = body::patch(&before, &bytes)?;
    if after.object != before.object {
        return Err(Problem::field("object", "cannot change: remove the field and create another"));
    }
    let path = format!("{}.{}", after.object, after.name);
    org.change_schema::<Problem>(app.now(), |definition| Ok(definition.replace_field(&before.name, after)?))?;
    Ok(Json(find_field(&org, &path)?))
}

/// `DELETE /orgs/{org}/custom-fields/{Object.Field}`
pub async fn remove_field(State(app): State<App>, Path((name, field)): Path<(String, String)>) -> Result<StatusCode, Problem> {
    let org = org(&app, &name)?;
    let known = find_field(&org, &field)?;
    org.change_schema::<Problem>(app.now(), |definition| Ok(definition.remove_field(&known.object, &known.name)?))?;
    Ok(StatusCode::NO_CONTENT)
}

fn find_field(org: &LiveOrg, path: &str) -> Result<CustomField, Problem> {
    let (object, name) = path.split_once('.').ok_or_else(|| Problem::field("name", "expected <object>.<field>"))?;
    let unknown = || Problem::not_found(SchemaError::UnknownField(path.to_owned()).to_string());
    org.schema()?.custom_field(object, name).cloned().ok_or_else(unknown)
}
