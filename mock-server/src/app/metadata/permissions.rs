//! Permission sets and profiles in a deployment: what they grant counts as soon as it is kept.

use super::code::Refused;
use super::deploy::{By, put_component};
use crate::id::RecordId;
use crate::metadata::{Components, Failure, Item, Outcome, Source, kept_permissions, put_permissions};
use crate::org::{Directory, PermissionSet, STANDARD_PROFILES};
use crate::schema::Schema;
use crate::storage::StoreError;
use crate::store::Tx;

/// Names of standard profiles in files, which are not those of Setup.
const FILE_NAMES: [(&str, &str); 5] = [
    ("Admin", "System Administrator"),
    ("Standard", "Standard User"),
    ("ReadOnly", "Read Only"),
    ("StandardAul", "Standard Platform User"),
    ("MinimumAccess", "Minimum Access - Salesforce"),
];

pub(super) fn is_permissions(kind: &str) -> bool {
    matches!(kind, "PermissionSet" | "Profile")
}

/// What a profile is called in Setup.
pub(super) fn profile_label(file_name: &str) -> &str {
    FILE_NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(file_name)).map_or(file_name, |(_, label)| label)
}

/// What the file of a set is called.
pub(super) fn file_name(set: &PermissionSet) -> &str {
    let file = FILE_NAMES.iter().find(|(_, label)| set.is_profile && *label == set.name);
    file.map_or(&set.name, |(file, _)| file)
}

/// The set that a file is about.
pub(super) fn find(tx: &Tx<'_>, kind: &str, full_name: &str) -> Result<Option<PermissionSet>, StoreError> {
    let is_profile = kind == "Profile";
    tx.permission_set_named(if is_profile { profile_label(full_name) } else { full_name }, is_profile)
}

/// The names of all files of a type.
pub(super) fn names(tx: &Tx<'_>, kind: &str) -> Result<Vec<String>, StoreError> {
    let is_profile = kind == "Profile";
    let sets = tx.permission_sets()?.into_iter().filter(|set| set.is_profile == is_profile);
    let mut names: Vec<String> = sets.map(|set| file_name(&set).to_owned()).collect();
    names.sort();
    Ok(names)
}

pub(super) fn put(tx: &Tx<'_>, schema: &Schema, by: By, item: &Item, source: &Source) -> Result<(RecordId, Outcome), Refused> {
    let is_profile = item.kind == "Profile";
    let known = find(tx, item.kind, &item.full_name)?;
    let mut set = match known.clone() {
        Some(known) => known,
        None => PermissionSet {
            id: tx.new_id(if is_profile { "00e" } else { "0PS" })?,
            name: item.full_name.clone(),
            label: item.full_name.clone(),
            is_profile,
            is_custom: true,
            permissions: Default::default(),
            apps: Default::default(),
            objects: Default::default(),
            fields: Default::default(),
            login: Default::default(),
        },
    };
    put_permissions(source, schema, &mut set).map_err(Refused::Told)?;
    let standard = STANDARD_PROFILES.iter().any(|profile| is_profile && profile.name == set.name);
    if let (true, Some(known)) = (standard, &known) {
        // What a standard profile permits is Salesforce's; objects and fields of the org are the org's.
        set.permissions.clone_from(&known.permissions);
    }
    let (_, kept) = put_component(tx, by, item, &kept_permissions(source))?;
    let outcome = match &known {
        None => Outcome::Created,
        Some(known) if *known == set && kept == Outcome::Unchanged => Outcome::Unchanged,
        Some(_) => Outcome::Changed,
    };
    if known.as_ref() != Some(&set) {
        tx.put_permission_set(&set, by.now)?;
    }
    Ok((set.id, outcome))
}

/// Whether there was one.
pub(super) fn remove(tx: &Tx<'_>, item: &Item) -> Result<Result<bool, Failure>, StoreError> {
    let Some(set) = find(tx, item.kind, &item.full_name)? else { return Ok(Ok(false)) };
    if set.is_profile && !set.is_custom {
        // GUESS: its words.
        return Ok(Err(Failure::new("Cannot delete standard profile")));
    }
    let holds = |user: &crate::org::User| user.profile.id == set.id || user.permission_sets.iter().any(|held| held.id == set.id);
    if tx.users()?.iter().any(holds) {
        // GUESS: its words.
        let what = if set.is_profile { "profile" } else { "permission set" };
        return Ok(Err(Failure::new(format!("You can't delete this {what} because it's assigned to one or more users"))));
    }
    tx.remove_permission_set(set.id)?;
    tx.remove_component(item.kind, &item.full_name)?;
    Ok(Ok(true))
}
