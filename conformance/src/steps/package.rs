//! Packages as their developer makes them: what a tool uploads, the Dev Hub that takes it, and the packaging org of the first generation.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cucumber::gherkin::Step;
use cucumber::{given, when};
use serde_json::{Value, json};

use super::metadata::pack;
use super::pairs;
use super::parameter::AppName;
use crate::client::Request;
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::{PUBLISHER, World};

/// Who works at the Dev Hub.
const DEVELOPER: &str = "the admin of the publisher";

/// A namespace of this scenario alone, which `{note:namespace}` stands for.
#[given("the publisher's Dev Hub is linked to a namespace")]
async fn linked(world: &mut World) -> Outcome {
    let namespace = new_namespace(world);
    world.create_org(PUBLISHER, json!({ "kind": "devhub", "linked_namespaces": [namespace] })).await.map(drop)
}

#[given("the publisher packages in a Developer Edition org with a namespace")]
async fn packaging_org(world: &mut World) -> Outcome {
    let namespace = new_namespace(world);
    world.create_org(PUBLISHER, json!({ "kind": "developer", "edition": "Developer", "namespace": namespace })).await.map(drop)
}

#[given("the publisher packages in an Enterprise Edition org with a namespace")]
async fn wrong_packaging_org(world: &mut World) -> Outcome {
    let namespace = new_namespace(world);
    world.create_org(PUBLISHER, json!({ "kind": "production", "edition": "Enterprise", "namespace": namespace })).await.map(drop)
}

/// A namespace of this scenario alone, which `{note:namespace}` stands for.
fn new_namespace(world: &mut World) -> String {
    let namespace: String = world.unique("ns").chars().filter(char::is_ascii_alphanumeric).collect();
    let namespace = namespace[..namespace.len().min(15)].to_owned();
    world.notes.insert("namespace".to_owned(), namespace.clone());
    namespace
}

/// `{note:<name>}` then stands for the package's id.
#[given(expr = "the developer has created the package {string}")]
async fn created(world: &mut World, name: String) -> Outcome {
    let namespace = world.notes.get("namespace").cloned().or_fail(|| "no namespace is linked")?;
    let body = json!({ "Name": world.unique(&name), "Description": "", "ContainerOptions": "Managed", "NamespacePrefix": namespace });
    let id = must_create(world, "Package2", &body).await?;
    world.notes.insert(name, id);
    Ok(())
}

/// What a version of this number with this app is built of; `{note:<name>}` then stands for it in base64. A table adds files, or replaces some.
#[given(expr = "the upload {string} with the number {string} and {app}")]
async fn upload(world: &mut World, name: String, number: String, app: AppName) -> Outcome {
    put_upload(world, &name, &json!({ "versionNumber": number, "versionName": "ver" }), &app.0, &[])
}

#[given(expr = "the upload {string} with the number {string}, {app} and the files")]
async fn upload_with(world: &mut World, name: String, number: String, app: AppName, step: &Step) -> Outcome {
    let more = pairs(step)?;
    put_upload(world, &name, &json!({ "versionNumber": number, "versionName": "ver" }), &app.0, &more)
}

#[given(expr = "the upload {string} with the number {string}, {app} and the ancestor {string}")]
async fn upload_after(world: &mut World, name: String, number: String, app: AppName, ancestor: String) -> Outcome {
    let ancestor = world.notes.get(&ancestor).cloned().or_fail(|| format!("nothing was noted as {ancestor:?}"))?;
    put_upload(world, &name, &json!({ "versionNumber": number, "versionName": "ver", "ancestorId": ancestor }), &app.0, &[])
}

/// Builds a version of what was uploaded; `{note:<name> version}` then stands for its 04t id, `{note:<name> record}` for that in the Dev Hub.
#[given(expr = "the developer has built {string} of the package {string}")]
#[when(expr = "the developer builds {string} of the package {string}")]
async fn built(world: &mut World, upload: String, package: String) -> Outcome {
    let (content, id) = (note(world, &upload)?, note(world, &package)?);
    let body = json!({ "Package2Id": id, "VersionInfo": content, "CalculateCodeCoverage": true, "SkipValidation": false });
    let request = must_create(world, "Package2VersionCreateRequest", &body).await?;
    let soql = format!(
        "SELECT Status, Package2VersionId, Package2Version.SubscriberPackageVersionId FROM Package2VersionCreateRequest WHERE Id = '{request}'"
    );
    let row = tooling_query(world, &soql).await?;
    world.notes.insert(format!("{upload} request"), request);
    if row["Status"] == "Success" {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        world.notes.insert(format!("{upload} record"), text(&row["Package2VersionId"]));
        world.notes.insert(format!("{upload} version"), text(&row["Package2Version"]["SubscriberPackageVersionId"]));
    }
    Ok(())
}

#[given(expr = "the developer has promoted {string}")]
#[when(expr = "the developer promotes {string}")]
async fn promoted(world: &mut World, upload: String) -> Outcome {
    let id = note(world, &format!("{upload} record"))?;
    let session = world.session(DEVELOPER).await?;
    let url = format!("{}/services/data/v67.0/tooling/sobjects/Package2Version/{id}", session.instance_url);
    let request = Request::new(reqwest::Method::PATCH, url).json(&json!({ "IsReleased": true })).bearer(&session.access_token);
    let answer = world.http()?.send(request).await?;
    world.answered(answer);
    Ok(())
}

fn note(world: &World, name: &str) -> Outcome<String> {
    world.notes.get(name).cloned().or_fail(|| format!("nothing was noted as {name:?}"))
}

async fn must_create(world: &mut World, object: &str, body: &Value) -> Outcome<String> {
    let session = world.session(DEVELOPER).await?;
    let url = format!("{}/services/data/v67.0/tooling/sobjects/{object}", session.instance_url);
    let request = Request::new(reqwest::Method::POST, url).json(body).bearer(&session.access_token);
    let answer = world.http()?.send(request).await?;
    let answer = world.answered(answer);
    expect::equal("status", 201, answer.status)?;
    answer.member("id")
}

async fn tooling_query(world: &mut World, soql: &str) -> Outcome<Value> {
    let session = world.session(DEVELOPER).await?;
    let query: String = url::form_urlencoded::byte_serialize(soql.as_bytes()).collect();
    let url = format!("{}/services/data/v67.0/tooling/query?q={query}", session.instance_url);
    let answer = world.http()?.send(Request::get(url).bearer(&session.access_token)).await?;
    let found = world.answered(answer).json()?;
    found["records"].get(0).cloned().or_fail(|| format!("{soql} finds nothing: {found}"))
}

fn put_upload(world: &mut World, name: &str, descriptor: &Value, app: &str, more: &[(String, String)]) -> Outcome {
    let api_name = world.app(app)?.api_name();
    let manifest = format!(
        "<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\"><types><members>{api_name}</members><name>ExternalClientApplication</name></types>\
         <types><name>Profile</name></types><version>67.0</version></Package>"
    );
    let source = "<ExternalClientApplication xmlns=\"http://soap.sforce.com/2006/04/metadata\"><distributionState>Packaged</distributionState></ExternalClientApplication>";
    let mut files = vec![("package.xml".to_owned(), manifest), (format!("externalClientApps/{api_name}.eca"), source.to_owned())];
    for (path, content) in more {
        let path = world.expand(&path.replace("{app}", &api_name))?;
        files.retain(|(known, _)| *known != path);
        files.push((path, world.expand(&content.replace("{app}", &api_name))?));
    }
    let failed = |error: zip::result::ZipError| Failure::new(error.to_string());
    let inner = pack(&files).map_err(failed)?;
    let outer = [("package2-descriptor.json".to_owned(), descriptor.to_string().into_bytes()), ("package.zip".to_owned(), inner)];
    world.notes.insert(name.to_owned(), STANDARD.encode(pack(&outer).map_err(failed)?));
    Ok(())
}
