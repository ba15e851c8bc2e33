//! The OpenAPI document of the control API, made from the table below and the structs that handlers read and write.
//! A test holds the table against the routes.

use axum::Json;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::apps::{InstallBody, MigrateBody};
use super::clock::ClockBody;
use super::credentials::CredentialsAnswer;
use super::outbox::MailBody;
use super::problem::Problem;
use super::refusals::RefusalBody;
use super::sessions::{SessionAnswer, SessionBody};
use super::users::ResetBody;
use crate::fault::FaultSpec;
use crate::org::Policies;
use crate::schema::{CustomField, CustomObject};
use crate::world::sample::{Made, Sample};
use crate::world::{AppEntry, ClockEntry, OrgAppEntry, OrgEntry, PackageEntry, PermissionSetEntry, RecordEntry, UserEntry, World};

type MakeSchema = fn(&mut SchemaGenerator) -> Schema;

/// One operation: method, path under `/_mock/v1`, what it does, the body it takes, and the status and body of its answer.
struct Operation {
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    takes: Option<MakeSchema>,
    gives: (u16, Option<MakeSchema>),
}

const fn operation(
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    takes: Option<MakeSchema>,
    gives: (u16, Option<MakeSchema>),
) -> Operation {
    Operation { method, path, summary, takes, gives }
}

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

const NOTHING: Option<MakeSchema> = None;

fn anything(_: &mut SchemaGenerator) -> Schema {
    Schema::default()
}

/// Every operation, in the order of the routes.
static OPERATIONS: &[Operation] = &[
    operation("get", "/world", "The whole world; ?records=all streams it as NDJSON", NOTHING, (200, Some(of::<World>))),
    operation("get", "/orgs", "All orgs, without records", NOTHING, (200, Some(anything))),
    operation("post", "/orgs", "Create an org with what it holds", Some(of::<OrgEntry>), (201, Some(of::<OrgEntry>))),
    operation("get", "/orgs/{org}", "One org", NOTHING, (200, Some(of::<OrgEntry>))),
    operation("patch", "/orgs/{org}", "Change an org's own settings", Some(anything), (200, Some(of::<OrgEntry>))),
    operation("delete", "/orgs/{org}", "Remove an org", NOTHING, (204, NOTHING)),
    operation("post", "/orgs/{org}/refresh", "Refresh a sandbox: another id, and no token left", NOTHING, (200, Some(of::<OrgEntry>))),
    operation("get", "/orgs/{org}/policies", "Switches set by hand and those that hold", NOTHING, (200, Some(anything))),
    operation("patch", "/orgs/{org}/policies", "Set switches; null gives one back to the era", Some(of::<Policies>), (200, Some(anything))),
    operation("get", "/orgs/{org}/users", "Users of an org", NOTHING, (200, Some(anything))),
    operation("post", "/orgs/{org}/users", "Create a user", Some(of::<UserEntry>), (201, Some(of::<UserEntry>))),
    operation("get", "/orgs/{org}/users/{user}", "One user", NOTHING, (200, Some(of::<UserEntry>))),
    operation("patch", "/orgs/{org}/users/{user}", "Change a user", Some(anything), (200, Some(of::<UserEntry>))),
    operation(
        "post",
        "/orgs/{org}/users/{user}/contain",
        "Freeze a user and revoke all tokens, as after an anonymous login",
        NOTHING,
        (204, NOTHING),
    ),
    operation("delete", "/orgs/{org}/users/{user}", "Remove a user", NOTHING, (204, NOTHING)),
    operation(
        "post",
        "/orgs/{org}/users/{user}/password-reset",
        "E-mail the user a link to choose a password",
        Some(of::<ResetBody>),
        (204, NOTHING),
    ),
    operation("get", "/orgs/{org}/profiles", "Profiles of an org", NOTHING, (200, Some(anything))),
    operation("post", "/orgs/{org}/profiles", "Create a profile", Some(of::<PermissionSetEntry>), (201, Some(of::<PermissionSetEntry>))),
    operation("get", "/orgs/{org}/profiles/{name}", "One profile", NOTHING, (200, Some(of::<PermissionSetEntry>))),
    operation("patch", "/orgs/{org}/profiles/{name}", "Change a profile", Some(anything), (200, Some(of::<PermissionSetEntry>))),
    operation("delete", "/orgs/{org}/profiles/{name}", "Remove a profile that nobody has", NOTHING, (204, NOTHING)),
    operation("get", "/orgs/{org}/permission-sets", "Permission sets of an org", NOTHING, (200, Some(anything))),
    operation(
        "post",
        "/orgs/{org}/permission-sets",
        "Create a permission set",
        Some(of::<PermissionSetEntry>),
        (201, Some(of::<PermissionSetEntry>)),
    ),
    operation("get", "/orgs/{org}/permission-sets/{name}", "One permission set", NOTHING, (200, Some(of::<PermissionSetEntry>))),
    operation("patch", "/orgs/{org}/permission-sets/{name}", "Change a permission set", Some(anything), (200, Some(of::<PermissionSetEntry>))),
    operation("delete", "/orgs/{org}/permission-sets/{name}", "Remove a permission set and its assignments", NOTHING, (204, NOTHING)),
    operation("get", "/apps", "All apps", NOTHING, (200, Some(anything))),
    operation("post", "/apps", "Create an app", Some(of::<AppEntry>), (201, Some(of::<AppEntry>))),
    operation("get", "/apps/{app}", "One app by name, consumer key or id", NOTHING, (200, Some(of::<AppEntry>))),
    operation("patch", "/apps/{app}", "Change an app", Some(anything), (200, Some(of::<AppEntry>))),
    operation(
        "post",
        "/apps/{app}/migrate",
        "Migrate a connected app to an external client app",
        Some(of::<MigrateBody>),
        (201, Some(of::<AppEntry>)),
    ),
    operation("delete", "/apps/{app}", "Remove an app with its tokens", NOTHING, (204, NOTHING)),
    operation("get", "/apps/{app}/credentials", "Consumer details of an app", NOTHING, (200, Some(of::<CredentialsAnswer>))),
    operation("post", "/apps/{app}/credentials", "Stage new consumer details", NOTHING, (201, Some(of::<CredentialsAnswer>))),
    operation("delete", "/apps/{app}/credentials", "Drop the staged consumer details", NOTHING, (204, NOTHING)),
    operation(
        "post",
        "/apps/{app}/credentials/apply",
        "Put the staged consumer details in the place of the current ones",
        NOTHING,
        (200, Some(of::<CredentialsAnswer>)),
    ),
    operation("get", "/packages", "All package versions", NOTHING, (200, Some(anything))),
    operation("post", "/packages", "Create a package version", Some(of::<PackageEntry>), (201, Some(of::<PackageEntry>))),
    operation("get", "/packages/{package}", "One package version by name or id", NOTHING, (200, Some(of::<PackageEntry>))),
    operation("patch", "/packages/{package}", "Change a package version", Some(anything), (200, Some(of::<PackageEntry>))),
    operation("delete", "/packages/{package}", "Remove a package version", NOTHING, (204, NOTHING)),
    operation("put", "/orgs/{org}/installs/{app}", "Install an app or a package", Some(of::<InstallBody>), (200, Some(anything))),
    operation("delete", "/orgs/{org}/installs/{app}", "Uninstall an app or a package", NOTHING, (204, NOTHING)),
    operation("get", "/orgs/{org}/apps", "Apps that an org knows", NOTHING, (200, Some(anything))),
    operation("get", "/orgs/{org}/apps/{app}", "What an org decided about an app", NOTHING, (200, Some(of::<OrgAppEntry>))),
    operation("patch", "/orgs/{org}/apps/{app}", "Change it", Some(anything), (200, Some(of::<OrgAppEntry>))),
    operation("get", "/orgs/{org}/records", "The first 1,000 records", NOTHING, (200, Some(anything))),
    operation("post", "/orgs/{org}/records", "Create one record or an array, all or none", Some(one_or_more), (201, Some(one_or_more))),
    operation("post", "/orgs/{org}/seed", "Make sample accounts with contacts, opportunities and cases", Some(of::<Sample>), (201, Some(of::<Made>))),
    operation("get", "/orgs/{org}/records/{id}", "One record", NOTHING, (200, Some(of::<RecordEntry>))),
    operation("patch", "/orgs/{org}/records/{id}", "Change fields of a record", Some(anything), (200, Some(of::<RecordEntry>))),
    operation("delete", "/orgs/{org}/records/{id}", "Delete a record", NOTHING, (204, NOTHING)),
    operation("get", "/orgs/{org}/objects", "Custom objects", NOTHING, (200, Some(anything))),
    operation("post", "/orgs/{org}/objects", "Create a custom object", Some(of::<CustomObject>), (201, Some(of::<CustomObject>))),
    operation("get", "/orgs/{org}/objects/{name}", "One custom object", NOTHING, (200, Some(of::<CustomObject>))),
    operation("patch", "/orgs/{org}/objects/{name}", "Change a custom object", Some(of::<CustomObject>), (200, Some(of::<CustomObject>))),
    operation("delete", "/orgs/{org}/objects/{name}", "Remove a custom object", NOTHING, (204, NOTHING)),
    operation("get", "/orgs/{org}/custom-fields", "Custom fields", NOTHING, (200, Some(anything))),
    operation("post", "/orgs/{org}/custom-fields", "Create a custom field", Some(of::<CustomField>), (201, Some(of::<CustomField>))),
    operation("get", "/orgs/{org}/custom-fields/{name}", "One custom field, named Object.Field", NOTHING, (200, Some(of::<CustomField>))),
    operation("patch", "/orgs/{org}/custom-fields/{name}", "Change a custom field", Some(anything), (200, Some(of::<CustomField>))),
    operation("delete", "/orgs/{org}/custom-fields/{name}", "Remove a custom field", NOTHING, (204, NOTHING)),
    operation("post", "/orgs/{org}/sessions", "A token without the dance", Some(of::<SessionBody>), (201, Some(of::<SessionAnswer>))),
    operation("delete", "/orgs/{org}/sessions", "End access tokens, of ?app= and ?user=; their grants stay", NOTHING, (200, Some(anything))),
    operation("delete", "/orgs/{org}/grants", "Revoke grants with their tokens, of ?app= and ?user=", NOTHING, (200, Some(anything))),
    operation("post", "/signing-keys", "Sign JWTs with a new key; earlier ones stay published", NOTHING, (201, Some(anything))),
    operation("delete", "/sessions/{session}", "End a session by access token or id", NOTHING, (204, NOTHING)),
    operation("get", "/clock", "The virtual clock", NOTHING, (200, Some(of::<ClockEntry>))),
    operation("post", "/clock", "Advance, set, freeze or reset the clock", Some(of::<ClockBody>), (200, Some(of::<ClockEntry>))),
    operation("get", "/outbox", "E-mails that Salesforce would have sent; ?org= &to= &kind=", NOTHING, (200, Some(mails))),
    operation("get", "/refusals", "Why requests were refused; ?since= &org= &app=", NOTHING, (200, Some(refusals))),
    operation("post", "/snapshots", "Take a snapshot; ?org= of one org", NOTHING, (201, Some(anything))),
    operation("post", "/snapshots/{id}/restore", "Put a snapshot back; ?org= one org of it", NOTHING, (204, NOTHING)),
    operation("post", "/reset", "Back to the start; ?org= one org", NOTHING, (204, NOTHING)),
    operation("get", "/requests", "The journal; ?since= &org= &app= &limit=", NOTHING, (200, Some(anything))),
    operation("get", "/requests.har", "The journal as an HTTP Archive; ?since= &org= &app= &limit=", NOTHING, (200, Some(anything))),
    operation("get", "/requests/stream", "The journal as server-sent events", NOTHING, (200, NOTHING)),
    operation("get", "/faults", "Faults in force", NOTHING, (200, Some(anything))),
    operation("post", "/faults", "Add a fault", Some(of::<FaultSpec>), (201, Some(anything))),
    operation("delete", "/faults/{id}", "Remove a fault", NOTHING, (204, NOTHING)),
    operation("post", "/faults/{id}/release", "Let go what a fault holds", NOTHING, (200, Some(anything))),
];

fn one_or_more(generator: &mut SchemaGenerator) -> Schema {
    let record = generator.subschema_for::<RecordEntry>();
    schemars::json_schema!({ "anyOf": [record, { "type": "array", "items": record }] })
}

fn refusals(generator: &mut SchemaGenerator) -> Schema {
    let refusal = generator.subschema_for::<RefusalBody>();
    schemars::json_schema!({ "type": "object", "properties": { "refusals": { "type": "array", "items": refusal } } })
}

fn mails(generator: &mut SchemaGenerator) -> Schema {
    let mail = generator.subschema_for::<MailBody>();
    schemars::json_schema!({ "type": "object", "properties": { "emails": { "type": "array", "items": mail } } })
}

/// `GET /_mock/openapi.json`
pub async fn document() -> Json<Value> {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = settings.into_generator();
    let problem = generator.subschema_for::<Problem>();
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(format!("/_mock/v1{}", operation.path)).or_insert_with(|| json!({}));
        path[operation.method] = described(operation, &problem, &mut generator);
    }
    Json(json!({
        "openapi": "3.1.0",
        "info": { "title": "sf-mock control API", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": { "control_token": { "type": "http", "scheme": "bearer" } },
        },
        "security": [{}, { "control_token": [] }],
    }))
}

fn described(operation: &Operation, problem: &Schema, generator: &mut SchemaGenerator) -> Value {
    let json_body = |schema: Value| json!({ "application/json": { "schema": schema } });
    let names = operation.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let parameters: Vec<_> = names.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })).collect();
    let (status, gives) = operation.gives;
    let mut answer = json!({ "description": operation.summary });
    if let Some(schema) = gives {
        answer["content"] = json_body(json!(schema(generator)));
    }
    let refusal = json!({ "description": "Refused", "content": { "application/problem+json": { "schema": problem } } });
    let mut described =
        json!({ "summary": operation.summary, "parameters": parameters, "responses": { status.to_string(): answer, "default": refusal } });
    if let Some(schema) = operation.takes {
        described["requestBody"] = json!({ "content": json_body(json!(schema(generator))) });
    }
    described
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let table = super::super::table();
        let served = table.rows().iter().flat_map(|row| row.methods.iter().map(move |method| (method.as_str().to_lowercase(), row.path)));
        let mut served: Vec<_> = served.filter_map(|(method, path)| Some((method, path.strip_prefix("/_mock/v1")?.to_owned()))).collect();
        let mut described: Vec<_> = OPERATIONS.iter().map(|one| (one.method.to_owned(), one.path.to_owned())).collect();
        served.sort();
        described.sort();
        assert_eq!(described, served);
    }
}
