//! Worlds as documents: the built-in one, files, their errors, and the way back.

use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};
use sf_mock::{Config, world};

use crate::bench::Mock;

/// A file of the system's temporary directory that goes when the test ends.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sf-mock-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn world_of(mock: &Mock) -> Value {
    let mut world = mock.control(Method::GET, "/world", Value::Null).await;
    world["clock"]["now"] = Value::Null;
    strip_addresses(&mut world);
    world
}

/// Ports differ from run to run.
fn strip_addresses(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !matches!(name.as_str(), "instance_url" | "install_url"));
            members.values_mut().for_each(strip_addresses);
        }
        Value::Array(elements) => elements.iter_mut().for_each(strip_addresses),
        _ => {}
    }
}

#[tokio::test]
async fn the_built_in_world_is_the_same_in_every_run() {
    let world = world_of(&Mock::start().await).await;
    assert_eq!(world, world_of(&Mock::start().await).await);
    let names = |member: &str| world[member].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names("orgs"), ["devhub", "acme", "acme--uat", "devorg", "starter"]);
    assert_eq!(names("apps"), ["device", "exchange", "installed", "jwt", "legacy", "local", "rotating", "server", "spa", "uninstalled", "web"]);
    assert_eq!(world["orgs"][1]["id"], "00DFk00009NKUO8MAP");
    let installed = world["apps"].as_array().unwrap().iter().find(|app| app["name"] == "installed").unwrap();
    assert_eq!(installed["id"], "0CiFk0000dUKfaJKAT");
    let key = installed["consumer_key"].as_str().unwrap();
    assert!(key.starts_with("3MVG9usfODXIvyIigceX") && key.len() == 85, "{key}");
}

#[tokio::test]
async fn the_cli_client_is_installed_in_every_new_org_and_defined_by_none() {
    let mock = Mock::start().await;
    let org = mock.control(Method::POST, "/orgs", json!({"name": "fresh"})).await;
    assert_eq!(org["apps"].as_array().unwrap().len(), 1);
    assert_eq!((&org["apps"][0]["app"], &org["apps"][0]["presence"]), (&json!("PlatformCLI"), &json!("installed")));
    let client = mock.control(Method::GET, "/apps/PlatformCLI", Value::Null).await;
    assert_eq!((&client["org"], &client["require_secret"], &client["exempt_from_org_switches"]), (&Value::Null, &json!(false), &json!(true)));
}

#[tokio::test]
async fn an_exported_world_makes_the_same_world_again() {
    let mock = Mock::start().await;
    let post = async |path: &str, body: Value| mock.control(Method::POST, path, body).await;
    post("/orgs/acme/objects", json!({"name": "Invoice__c", "label": "Invoice"})).await;
    let field = json!({"object": "Invoice__c", "name": "Amount__c", "type": "Currency"});
    post("/orgs/acme/custom-fields", field).await;
    post("/orgs/acme/records", json!({"type": "Invoice__c", "fields": {"Name": "2026-1", "Amount__c": 12.5}})).await;
    post("/orgs/acme/profiles", json!({"name": "Auditor", "permissions": ["PermissionsApiEnabled"]})).await;
    post("/orgs/acme/users", json!({"name": "silent", "password": null, "profile": "Auditor", "frozen": true})).await;
    mock.control(Method::PATCH, "/orgs/acme/policies", json!({"require_pkce": true})).await;
    mock.control(Method::PATCH, "/orgs/acme/apps/web", json!({"refresh_token_policy": {"kind": "expire_if_unused", "amount": 30, "unit": "days"}}))
        .await;
    let before = mock.control(Method::GET, "/world", Value::Null).await;

    let file = TempFile::new("export.json", &before.to_string());
    let copy = Mock::with(Config { world: Some(file.0.clone()), ..Config::on_free_ports() }).await;
    let mut before = before;
    strip_addresses(&mut before);
    before["clock"]["now"] = Value::Null;
    assert_eq!(world_of(&copy).await, before);

    let yaml = sf_mock::export_world(Config { world: Some(file.0.clone()), ..Config::on_free_ports() }).await.unwrap();
    let file = TempFile::new("export.yaml", &yaml);
    let copy = Mock::with(Config { world: Some(file.0.clone()), ..Config::on_free_ports() }).await;
    assert_eq!(world_of(&copy).await, before);
}

#[test]
fn what_is_wrong_is_told_with_file_line_and_what_was_expected() {
    let check = |name: &str, text: &str, expected: &[&str]| {
        let file = TempFile::new(name, text);
        let told = world::check(&file.0).unwrap_err().replace(&file.0.display().to_string(), "FILE");
        let lines: Vec<&str> = told.lines().collect();
        let fits = lines.len() == expected.len() && lines.iter().zip(expected).all(|(line, start)| line.starts_with(start));
        assert!(fits, "{told}\nbut expected\n{}", expected.join("\n"));
    };
    check("unknown.yaml", "orgs:\n  - name: a\n    colour: red\n", &["FILE:3: unknown field `colour`, expected one of name, id, kind"]);
    check("type.yaml", "orgs:\n  - name: a\n    users:\n      - name: u\n        active: maybe\n", &["FILE:5: "]);
    check("value.yaml", "orgs:\n  - name: a\n    era: summer-24\n", &["FILE:3: unknown variant `summer-24`, expected one of summer-25"]);
    check("name.yaml", "orgs:\n  - name: My Org\n", &["FILE:2: orgs[0].name: \"My Org\" is no org name: expected lower-case letters"]);
    check("twice.yaml", "orgs:\n  - name: a\n  - name: a\n", &["FILE:3: orgs[1].name: an org named \"a\" exists"]);
    check(
        "references.yaml",
        "orgs:\n  - name: a\n    users:\n      - name: u\n        profile: Boss\n    apps:\n      - app: nobody\napps:\n  - name: x\n    org: b\n",
        &[
            "FILE:10: apps[0].org: no org is called \"b\"",
            "FILE:5: orgs[0].users[0].profile: the org has no profile \"Boss\"",
            "FILE:7: orgs[0].apps[0].app: no app is called \"nobody\"",
        ],
    );
    check(
        "records.yaml",
        "orgs:\n  - name: a\n    users: [{ name: u, profile: System Administrator }]\n    records:\n      - type: Account\n        fields: { Name: A }\n      - type: Contact\n        fields:\n          LastName: B\n          AccountId: \"@c\"\n",
        &["FILE:10: orgs[0].records[1].fields.AccountId: no record has the ref \"c\""],
    );
    check(
        "field.yaml",
        "orgs:\n  - name: a\n    users: [{ name: u }]\n    records:\n      - type: Account\n        fields:\n          Nme: A\n",
        &["FILE:7: orgs[0].records[0].fields: INVALID_FIELD: No such column 'Nme'"],
    );
    check("wrong.json", "{\n \"orgs\": [\n  {\"name\": \"a\", \"colour\": 1}\n ]\n}", &["FILE:3: unknown field `colour`"]);
    check("semantic.json", "{\n\t\"orgs\": [\n\t\t{\"name\": \"a\", \"id\": \"00X\"}\n\t]\n}", &["FILE:3: an id has 15 or 18 characters, not 3"]);
    let missing = std::env::temp_dir().join("sf-mock-no-such-world.yaml");
    assert!(world::check(&missing).unwrap_err().starts_with(&missing.display().to_string()));
}

#[test]
fn the_example_world_has_no_faults() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/worlds/default.yaml");
    assert_eq!(world::check(&path), Ok(()));
}

#[test]
fn the_schema_describes_every_member_of_a_world_file() {
    let schema: Value = serde_json::from_str(&world::schema()).unwrap();
    let members = |name: &str| schema["$defs"][name]["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert!(schema["properties"].as_object().unwrap().keys().eq(["orgs", "apps", "packages", "clock"]));
    assert!(members("OrgEntry").contains(&"policies".to_owned()));
    assert!(members("Policies").contains(&"install_gate".to_owned()));
    let eras = schema["$defs"]["Era"].to_string();
    assert!(["summer-25", "winter-26", "dec-25", "spring-26", "may-26", "jul-26"].iter().all(|era| eras.contains(era)), "{eras}");
}

#[tokio::test]
async fn records_may_look_up_later_ones_and_users() {
    let mock = Mock::start().await;
    let records = json!([
        {"ref": "child", "type": "Account", "fields": {"Name": "Child", "ParentId": "@parent", "OwnerId": "@standard"}},
        {"ref": "parent", "type": "Account", "fields": {"Name": "Parent"}},
    ]);
    let made = mock.control(Method::POST, "/orgs/acme/records", records).await;
    let shown = mock.control(Method::GET, &format!("/orgs/acme/records/{}", made[0]["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!(shown["fields"]["ParentId"], format!("{}", made[1]["id"].as_str().unwrap()));
    assert!(shown["fields"]["OwnerId"].as_str().unwrap().starts_with("005"));
}

#[tokio::test]
async fn a_world_shows_a_thousand_records_and_streams_all() {
    let mock = Mock::start().await;
    let records: Vec<Value> = (0..1_050).map(|n| json!({"type": "Account", "fields": {"Name": format!("Account {n}")}})).collect();
    mock.control(Method::POST, "/orgs/starter/records", json!(records)).await;
    let org = mock.control(Method::GET, "/orgs/starter", Value::Null).await;
    assert_eq!((org["records"].as_array().unwrap().len(), &org["records_truncated"]), (1_000, &json!(true)));
    let stream = mock.try_control(Method::GET, "/world?records=all", Value::Null).await;
    assert_eq!(stream.header("content-type"), "application/x-ndjson");
    let lines: Vec<Value> = stream.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["world"]["orgs"].as_array().unwrap().len(), 5);
    assert_eq!(lines.iter().filter(|line| line["org"] == "starter").count(), 1_050);
}
