//! What the Tooling API shows of a record beside its stored fields: `FullName` and `Metadata` of code and other components.

use std::borrow::Cow;

use catalogue::{Object, Text};
use soql::Relation;

use crate::schema::columns;

/// The members of `Metadata` that are stored fields, by object: (member, expression).
const SOURCES: &[(&str, &[(&str, &str)])] = &[
    ("ApexClass", &[("apiVersion", "\"ApiVersion\""), ("packageVersions", "json('[]')"), ("status", "\"Status\""), ("urls", "NULL")]),
    ("ApexTrigger", &[("apiVersion", "\"ApiVersion\""), ("packageVersions", "json('[]')"), ("status", "\"Status\""), ("urls", "NULL")]),
    (
        "ApexPage",
        &[
            ("apiVersion", "\"ApiVersion\""),
            ("availableInTouch", "json(iif(\"IsAvailableInTouch\" = 1, 'true', 'false'))"),
            ("confirmationTokenRequired", "json(iif(\"IsConfirmationTokenRequired\" = 1, 'true', 'false'))"),
            ("description", "\"Description\""),
            ("label", "\"MasterLabel\""),
            ("packageVersions", "json('[]')"),
            ("urls", "NULL"),
        ],
    ),
    (
        "ApexComponent",
        &[
            ("apiVersion", "\"ApiVersion\""),
            ("description", "\"Description\""),
            ("label", "\"MasterLabel\""),
            ("packageVersions", "json('[]')"),
            ("urls", "NULL"),
        ],
    ),
    (
        "StaticResource",
        &[("cacheControl", "\"CacheControl\""), ("contentType", "\"ContentType\""), ("description", "\"Description\""), ("urls", "NULL")],
    ),
];

const FULL_NAME: &str = "iif(\"NamespacePrefix\" IS NULL, \"Name\", \"NamespacePrefix\" || '__' || \"Name\")";

/// GUESS: what an unlocked package with a namespace brought is `installedEditable` in lists, and tells it here as well.
const STATE: &str = "iif(\"NamespacePrefix\" IS NULL, 'unmanaged', 'installed')";

/// The rows of an object as the Tooling API shows it; `None` when it has no fields there that are not stored.
pub(super) fn completed(object: &Object) -> Option<Relation<'static>> {
    let (_, members) = SOURCES.iter().find(|(name, _)| *name == object.name)?;
    object.field("FullName")?;
    let stored = catalogue::object(&object.name)?;
    let mut names: Vec<Text> = columns(stored).map(|column| Cow::Owned(column.name.to_owned())).collect();
    names.extend(["FullName", "ManageableState", "Metadata"].map(Cow::Borrowed));
    let members = members.iter().map(|(name, expression)| format!("'{name}', {expression}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT *, {FULL_NAME} AS \"FullName\", {STATE} AS \"ManageableState\", json_object({members}) AS \"Metadata\" FROM \"{}\"",
        object.name
    );
    Some(Relation::Select { sql: Cow::Owned(sql), columns: Cow::Owned(names) })
}
