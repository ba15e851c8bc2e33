//! Who sees and changes what: object permissions, field-level security, default access, roles.

use cucumber::given;
use reqwest::Method;
use serde_json::{Value, json};

use super::parameter::UserName;
use super::record::call;
use crate::failure::{OrFail, Outcome};
use crate::world::{ADMIN, ORG, Record, World};

#[given(expr = "the default access to {word} is {string}")]
async fn default_access(world: &mut World, object: String, model: String) -> Outcome {
    let org = world.org(ORG).await?;
    world.control()?.patch(&format!("/orgs/{}", org.name), &json!({ "org_wide_defaults": { object: model } })).await.map(drop)
}

#[given(expr = "{user} may {string} {word} records")]
async fn may(world: &mut World, user: UserName, rights: String, object: String) -> Outcome {
    let rights: Vec<String> = rights.split(", ").map(|right| right.replace(' ', "_")).collect();
    grant(world, &user.0, &format!("Objects_{object}"), json!({ "object_permissions": { object: rights } })).await
}

#[given(expr = "{user} may {word} the field {string}")]
async fn may_field(world: &mut World, user: UserName, access: String, field: String) -> Outcome {
    let name = format!("Field_{}", field.replace(['.', '_'], ""));
    grant(world, &user.0, &name, json!({ "field_permissions": { field: access } })).await
}

#[given(expr = "{user} is in the role {string}")]
async fn in_role(world: &mut World, user: UserName, role: String) -> Outcome {
    let role = world.records.get(&role).or_fail(|| format!("this scenario has no role {role:?}"))?.id.clone();
    let id = known(world, &user.0).await?;
    call(world, ADMIN, Method::PATCH, &format!("/sobjects/User/{id}"), Some(json!({ "UserRoleId": role }))).await
}

#[given(expr = "{user} is among the records")]
async fn among_the_records(world: &mut World, user: UserName) -> Outcome {
    known(world, &user.0).await.map(drop)
}

/// The id of a user, by which later steps can name it as a record.
async fn known(world: &mut World, user: &str) -> Outcome<String> {
    let member = world.member(user).await?;
    let org = world.org(&member.org).await?;
    let entry = world.control()?.get(&format!("/orgs/{}/users/{}", org.name, member.user.name)).await?;
    let id = entry["id"].as_str().or_fail(|| "the control API tells no user id")?.to_owned();
    world.records.insert(user.to_owned(), Record { object: "User".to_owned(), id: id.clone() });
    Ok(id)
}

async fn grant(world: &mut World, user: &str, set: &str, mut grants: Value) -> Outcome {
    let member = world.member(user).await?;
    let org = world.org(&member.org).await?;
    let control = world.control()?;
    grants["name"] = json!(set);
    control.post(&format!("/orgs/{}/permission-sets", org.name), &grants).await?;
    let path = format!("/orgs/{}/users/{}", org.name, member.user.name);
    let mut sets: Vec<Value> = control.get(&path).await?["permission_sets"].as_array().cloned().unwrap_or_default();
    sets.push(json!(set));
    control.patch(&path, &json!({ "permission_sets": sets })).await.map(drop)
}
