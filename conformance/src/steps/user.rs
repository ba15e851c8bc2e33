//! Users and what they hold.

use cucumber::{given, when};
use serde_json::{Value, json};

use super::parameter::{OrgName, UserName};
use crate::failure::{OrFail, Outcome};
use crate::world::{ORG, World};

/// Labels of permissions as Setup shows them, with the field that grants them.
const PERMISSIONS: &[(&str, &str)] = &[
    ("Approve Uninstalled Connected Apps", "PermissionsCanApproveUninstalledApps"),
    ("Use Any API Client", "PermissionsUseAnyApiClient"),
    ("Manage Connected Apps", "PermissionsManageRemoteAccess"),
    ("Customize Application", "PermissionsCustomizeApplication"),
    ("Modify All Data", "PermissionsModifyAllData"),
    ("View Setup and Configuration", "PermissionsViewSetup"),
    ("Manage Users", "PermissionsManageUsers"),
    ("Bulk API Hard Delete", "PermissionsBulkApiHardDelete"),
    ("Download AppExchange Packages", "PermissionsInstallPackaging"),
    ("View all External Client Apps, view their settings, and edit their policies", "PermissionsExternalClientAppAdmin"),
    ("Create, edit, and delete External Client Apps", "PermissionsExternalClientAppDeveloper"),
    ("View all External Client Apps", "PermissionsExternalClientAppViewer"),
    ("Allow consumer key and secret rotation", "PermissionsClientSecretRotation"),
];

#[given(expr = "a user {user}")]
async fn a_user(world: &mut World, user: UserName) -> Outcome {
    world.create_user(ORG, &user.0, json!({})).await.map(drop)
}

#[given(expr = "a user {user} of {org}")]
async fn a_user_of(world: &mut World, user: UserName, org: OrgName) -> Outcome {
    world.create_user(&org.0, &user.0, json!({})).await.map(drop)
}

#[given(expr = "a user {user} with the profile {string}")]
async fn a_user_with_profile(world: &mut World, user: UserName, profile: String) -> Outcome {
    world.create_user(ORG, &user.0, json!({ "profile": profile })).await.map(drop)
}

#[given(expr = "a user {user} with the password {string}")]
async fn a_user_with_password(world: &mut World, user: UserName, password: String) -> Outcome {
    world.create_user(ORG, &user.0, json!({ "password": password })).await.map(drop)
}

#[given(expr = "{user} holds {string}")]
async fn holds(world: &mut World, user: UserName, label: String) -> Outcome {
    let known = PERMISSIONS.iter().find(|(known, _)| *known == label);
    let (_, permission) = known.or_fail(|| format!("no permission {label:?} in the vocabulary"))?;
    let (member, set) = (world.member(&user.0).await?, set_of(&label));
    let org = world.org(&member.org).await?;
    let control = world.control()?;
    control.post(&format!("/orgs/{}/permission-sets", org.name), &json!({ "name": set, "permissions": [permission] })).await?;
    let path = format!("/orgs/{}/users/{}", org.name, member.user.name);
    let mut sets: Vec<Value> = control.get(&path).await?["permission_sets"].as_array().cloned().unwrap_or_default();
    sets.push(json!(set));
    control.patch(&path, &json!({ "permission_sets": sets })).await.map(drop)
}

#[given(expr = "{user} no longer holds {string}")]
#[when(expr = "the permission set that gives {user} {string} is deleted")]
async fn no_longer_holds(world: &mut World, user: UserName, label: String) -> Outcome {
    let member = world.member(&user.0).await?;
    let org = world.org(&member.org).await?;
    world.control()?.delete(&format!("/orgs/{}/permission-sets/{}", org.name, set_of(&label))).await.map(drop)
}

#[given(expr = "{user} is deactivated")]
#[when(expr = "{user} is deactivated")]
async fn deactivated(world: &mut World, user: UserName) -> Outcome {
    change(world, &user.0, &json!({ "active": false })).await
}

#[when(expr = "{user} is activated again")]
async fn activated(world: &mut World, user: UserName) -> Outcome {
    change(world, &user.0, &json!({ "active": true })).await
}

/// The name of the permission set that gives what is called so.
fn set_of(label: &str) -> String {
    label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

async fn change(world: &mut World, user: &str, changes: &Value) -> Outcome {
    let member = world.member(user).await?;
    let org = world.org(&member.org).await?;
    world.control()?.patch(&format!("/orgs/{}/users/{}", org.name, member.user.name), changes).await.map(drop)
}
