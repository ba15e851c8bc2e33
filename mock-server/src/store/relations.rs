//! Objects whose rows are other rooms' state: each reads through a sub-select over our own tables.

use std::borrow::Cow;
use std::sync::OnceLock;

use catalogue::Object;
use soql::Relation;

use super::Tx;
use crate::clock::Timestamp;
use crate::org::{Org, PermissionSet, STANDARD_PROFILES};
use crate::storage::StoreError;

/// An object and the (field, expression) pairs that read it.
struct Source {
    object: &'static str,
    from: &'static str,
    fields: &'static [(&'static str, &'static str)],
    /// Boolean fields named `Permissions…` are looked up in a JSON list.
    permissions: bool,
    /// Fields not named here are looked up in a JSON object of this column.
    other: Option<&'static str>,
}

const SOURCES: &[Source] = &[
    Source {
        object: "User",
        from: "_user",
        fields: &[
            ("Id", "id"),
            ("Username", "username"),
            ("Email", "email"),
            ("FirstName", "first_name"),
            ("LastName", "last_name"),
            ("Name", "name"),
            ("Alias", "alias"),
            ("CommunityNickname", "nickname"),
            ("ProfileId", "profile_id"),
            ("IsActive", "is_active"),
            ("TimeZoneSidKey", "time_zone"),
            ("LocaleSidKey", "locale"),
            ("LanguageLocaleKey", "language"),
            ("EmailEncodingKey", "'UTF-8'"),
            ("UserType", "'Standard'"),
            ("CreatedDate", "created"),
            ("CreatedById", "created_by"),
            ("LastModifiedDate", "modified"),
            ("LastModifiedById", "modified_by"),
            ("SystemModstamp", "modified"),
            ("LastLoginDate", "last_login"),
        ],
        permissions: false,
        other: Some("other"),
    },
    Source {
        object: "Profile",
        from: "_permission_set WHERE is_profile",
        fields: &[
            ("Id", "id"),
            ("Name", "name"),
            ("UserType", "'Standard'"),
            ("CreatedDate", "created"),
            ("LastModifiedDate", "created"),
            ("SystemModstamp", "created"),
        ],
        permissions: true,
        other: None,
    },
    Source {
        object: "PermissionSet",
        from: "_permission_set WHERE NOT is_profile",
        fields: &[
            ("Id", "id"),
            ("Name", "name"),
            ("Label", "label"),
            ("IsCustom", "is_custom"),
            ("IsOwnedByProfile", "0"),
            ("Type", "'Regular'"),
            ("CreatedDate", "created"),
            ("LastModifiedDate", "created"),
            ("SystemModstamp", "created"),
        ],
        permissions: true,
        other: None,
    },
    Source {
        object: "PermissionSetAssignment",
        from: "_assignment",
        fields: &[
            ("Id", "id"),
            ("AssigneeId", "user_id"),
            ("PermissionSetId", "permission_set_id"),
            ("IsActive", "1"),
            ("SystemModstamp", "created"),
        ],
        permissions: false,
        other: None,
    },
    Source {
        object: "Organization",
        from: "_fact WHERE name = 'organization'",
        fields: &[
            ("Id", "value ->> '$.Id'"),
            ("LanguageLocaleKey", "'en_US'"),
            ("TimeZoneSidKey", "'America/Los_Angeles'"),
            ("DefaultLocaleSidKey", "'en_US'"),
            ("FiscalYearStartMonth", "1"),
            ("InstanceName", "'MOCK1'"),
        ],
        permissions: false,
        other: Some("value"),
    },
    Source {
        object: "LoginHistory",
        from: "_login",
        fields: &[
            ("Id", "id"),
            ("UserId", "user_id"),
            ("LoginTime", "at"),
            ("LoginType", "type"),
            ("Status", "status"),
            ("Application", "application"),
            ("SourceIp", "source_ip"),
            ("LoginUrl", "login_url"),
            ("Browser", "browser"),
            ("ApiType", "api_type"),
            ("ApiVersion", "api_version"),
        ],
        permissions: false,
        other: None,
    },
    Source {
        object: "OauthToken",
        from: "_grant WHERE refresh_hash IS NOT NULL",
        fields: &[
            ("AppName", "app_name"),
            (
                "AppMenuItemId",
                "CASE WHEN (SELECT state ->> '$.presence' FROM _app WHERE _app.app_id = _grant.app_id) IN ('own', 'installed') THEN menu_item END",
            ),
            ("UserId", "user_id"),
            ("CreatedDate", "created"),
            ("LastUsedDate", "last_used"),
            ("UseCount", "use_count"),
        ],
        permissions: false,
        other: None,
    },
    Source {
        object: "AuthSession",
        from: "_session",
        fields: &[
            ("Id", "id"),
            ("UsersId", "user_id"),
            ("CreatedDate", "created"),
            ("LastModifiedDate", "last_used"),
            ("NumSecondsValid", "timeout / 1000"),
            ("SessionType", "CASE kind WHEN 'token' THEN 'Oauth2' ELSE 'UI' END"),
            ("UserType", "'Standard'"),
            ("IsCurrent", "0"),
        ],
        permissions: false,
        other: None,
    },
];

/// Whether the object's rows belong to another room: its table is never made.
pub(super) fn is_ours(object: &str) -> bool {
    SOURCES.iter().any(|source| source.object == object)
}

impl crate::schema::Rows for Tx<'_> {
    fn relation(&self, object: &Object) -> Option<Relation<'_>> {
        static SELECTS: OnceLock<Vec<(&'static str, Relation<'static>)>> = OnceLock::new();
        let selects = SELECTS
            .get_or_init(|| SOURCES.iter().filter_map(|source| Some((source.object, select(source, catalogue::object(source.object)?)))).collect());
        match selects.iter().find(|(name, _)| *name == object.name) {
            Some((_, relation)) => Some(relation.clone()),
            None => self.has_table(&object.name).then_some(Relation::Table),
        }
    }
}

impl Tx<'_> {
    /// The profiles of a fresh org.
    pub fn add_standard_profiles(&self, now: Timestamp) -> Result<(), StoreError> {
        use crate::org::Directory;
        for profile in STANDARD_PROFILES {
            let set = PermissionSet {
                id: self.new_id("00e")?,
                name: profile.name.to_owned(),
                label: profile.name.to_owned(),
                is_profile: true,
                is_custom: false,
                permissions: profile.permissions.iter().map(|&name| name.to_owned()).collect(),
                apps: Default::default(),
                objects: Default::default(),
                fields: Default::default(),
            };
            self.put_permission_set(&set, now)?;
        }
        Ok(())
    }

    /// Keeps what the `Organization` object shows in step with the org's facts.
    pub fn put_organization(&self, org: &Org) -> Result<(), StoreError> {
        let row = serde_json::json!({
            "Id": org.id.to_string(),
            "Name": org.name,
            "OrganizationType": org.edition.organization_type(),
            "IsSandbox": org.kind.side() == crate::org::Side::Test,
            "NamespacePrefix": org.namespace,
            "CreatedDate": org.created.0,
        });
        self.put_fact("organization", row.to_string())
    }
}

fn select(source: &Source, object: &'static Object) -> Relation<'static> {
    let mut columns = Vec::new();
    let mut expressions = Vec::new();
    for field in object.fields.iter() {
        let named = source.fields.iter().find(|(name, _)| *name == field.name).map(|(_, expression)| (*expression).to_owned());
        let permission = || (source.permissions && field.name.starts_with("Permissions")).then(|| permission(&field.name));
        let other = || source.other.map(|column| json_member(column, field));
        if let Some(expression) = named.or_else(permission).or_else(other) {
            expressions.push(format!("{expression} AS \"{}\"", field.name));
            columns.push(field.name.clone());
        }
    }
    Relation::Select { sql: Cow::Owned(format!("SELECT {} FROM {}", expressions.join(", "), source.from)), columns: Cow::Owned(columns) }
}

fn permission(field: &str) -> String {
    format!("EXISTS (SELECT 1 FROM json_each(permissions) WHERE json_each.value = '{field}')")
}

fn json_member(column: &str, field: &catalogue::Field) -> String {
    let member = format!("{column} ->> '$.{}'", field.name);
    if field.kind == catalogue::FieldType::Boolean { format!("coalesce({member}, 0)") } else { member }
}
