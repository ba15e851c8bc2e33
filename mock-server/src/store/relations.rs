//! Objects whose rows are other rooms' state: each reads through a sub-select over our own tables.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use catalogue::Object;
use soql::Relation;

use super::sources::{SOURCES, Source};
use super::{Tx, metadata};
use crate::access::{Access, RowRule};
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::org::{Directory, Org, PermissionSet, STANDARD_PROFILES};
use crate::records::{Presence, Rows as _};
use crate::schema::ListView;
use crate::schema::{Derive, Schema};
use crate::storage::StoreError;

impl crate::schema::Rows for Tx<'_> {
    fn relation(&self, object: &Object) -> Option<Relation<'_>> {
        static SELECTS: OnceLock<HashMap<&'static str, Relation<'static>>> = OnceLock::new();
        let Some(source) = Source::of(&object.name) else {
            return self.has_table(&object.name).then(|| metadata::completed(object).unwrap_or(Relation::Table));
        };
        let selects = SELECTS
            .get_or_init(|| SOURCES.iter().filter_map(|source| Some((source.object, select(source, catalogue::object(source.object)?)))).collect());
        let is_standard = catalogue::object(&object.name).is_some_and(|standard| std::ptr::eq(standard, object));
        // An object with custom fields of the org has a select of its own.
        Some(selects.get(source.object).filter(|_| is_standard).map_or_else(|| select(source, object), borrowed))
    }

    fn derived(&self, schema: &Schema, object: &Object, derive: Derive) -> Relation<'_> {
        match self.derive(schema, object, derive) {
            Ok(relation) => relation,
            Err(error) => {
                tracing::error!(%error, object = &*object.name, "rows could not be made from the schema");
                Relation::Empty
            }
        }
    }

    fn condition(&self, rule: &RowRule) -> Option<soql::RowFilter> {
        self.row_condition(rule)
    }

    fn viewed_by(&self, user: UserId) -> Option<Relation<'_>> {
        self.viewed_rows(user)
    }

    fn listed(&self, generation: u64, views: &dyn Fn() -> Vec<ListView>) -> Option<Relation<'_>> {
        self.list_view_rows(generation, views)
    }

    fn access_of(&self, user: UserId) -> Result<Option<Access>, StoreError> {
        self.user(user)?.map(|user| Access::read(self, &user)).transpose()
    }

    fn reaches(&self, object: &Object, id: RecordId, rule: &RowRule) -> Result<bool, StoreError> {
        Ok(self.presence(object, id)? == Presence::Present && self.meets(object, id, rule)?)
    }
}

/// The same relation without a copy of its text.
fn borrowed(relation: &'static Relation<'static>) -> Relation<'static> {
    match relation {
        Relation::Select { sql, columns } => Relation::Select { sql: Cow::Borrowed(sql), columns: Cow::Borrowed(columns) },
        other => other.clone(),
    }
}

impl Tx<'_> {
    /// The profiles of a fresh org.
    pub fn add_standard_profiles(&self, now: Timestamp) -> Result<(), StoreError> {
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
                login: Default::default(),
            };
            self.put_permission_set(&set, now)?;
        }
        Ok(())
    }

    /// Keeps what the `Organization` object shows in step with the org's facts.
    pub fn put_organization(&self, org: &Org) -> Result<(), StoreError> {
        let namespaces = org.linked_namespaces.iter().zip(1..).map(|(linked, number)| {
            serde_json::json!({
                "Id": RecordId::numbered("1NR", org.number, crate::id::number_of(&linked.prefix)).to_string(),
                "Name": format!("{number:04}"),
                "NamespacePrefix": linked.prefix,
                "NamespaceOrg": linked.org.map(|org| org.record().as_15().to_owned()),
            })
        });
        let row = serde_json::json!({
            "Id": org.id.to_string(),
            "Name": org.name,
            "OrganizationType": org.edition.organization_type(),
            "IsSandbox": org.kind.side() == crate::org::Side::Test,
            "NamespacePrefix": org.namespace,
            "FiscalYearStartMonth": org.fiscal_year_start_month,
            "CreatedDate": org.created.whole_second().0,
            "TrialExpirationDate": org.expires.map(|at| at.whole_second().0),
            "TracksSandboxSource": org.switches().track_sandbox_source,
            "LinkedNamespaces": namespaces.collect::<Vec<_>>(),
        });
        self.put_fact("organization", row.to_string())
    }
}

/// The sub-select that reads an object, custom fields and all.
fn select(source: &Source, object: &Object) -> Relation<'static> {
    let mut columns = Vec::new();
    let mut expressions = Vec::new();
    for field in object.fields.iter() {
        let named = source.fields.iter().find(|(name, _)| *name == field.name).map(|(_, expression)| expression.replace("$license", &license()));
        let permission = || (source.permissions && field.name.starts_with("Permissions")).then(|| permission(&field.name));
        let other = || source.other.map(|column| json_member(column, field));
        if let Some(expression) = named.or_else(permission).or_else(other) {
            // Our own tables keep milliseconds; what the API shows of them is exact to the second.
            let second = if field.kind == catalogue::FieldType::Datetime { " / 1000 * 1000" } else { "" };
            expressions.push(format!("({expression}){second} AS \"{}\"", field.name));
            columns.push(field.name.clone());
        }
    }
    let filter = source.filter.map_or(String::new(), |filter| format!(" WHERE {filter}"));
    let from = if source.object == "PermissionSetAssignment" { ASSIGNMENTS } else { source.table };
    Relation::Select { sql: Cow::Owned(format!("SELECT {} FROM {from}{filter}", expressions.join(", "))), columns: Cow::Owned(columns) }
}

/// Assignments made by hand, and those every user has of the row of the own profile.
const ASSIGNMENTS: &str = "(SELECT id, user_id, CASE WHEN substr(permission_set_id, 1, 3) = '0PS' THEN permission_set_id END AS permission_set_id,
    CASE WHEN substr(permission_set_id, 1, 3) = '0PG' THEN permission_set_id END AS group_id, created, expires, lapsed FROM _assignment
    UNION ALL SELECT with_prefix(id, '0Pa'), id, with_prefix(profile_id, '0PS'), NULL, created, NULL, 0 FROM _user)";

/// The licence of a profile: that of the standard ones by name, Salesforce for all others.
fn license() -> String {
    let id_of = |name: &str| {
        let rows = catalogue::object("UserLicense").map(|object| &object.seed).into_iter().flat_map(|rows| rows.iter());
        let cell = |row: &catalogue::SeedRow, field: &str| {
            row.iter()
                .find(|(name, _)| *name == field)
                .and_then(|(_, value)| if let catalogue::SeedValue::Text(text) = value { Some(*text) } else { None })
        };
        rows.filter(|row| cell(row, "Name") == Some(name)).find_map(|row| cell(row, "Id")).unwrap_or_default()
    };
    let arms = STANDARD_PROFILES.iter().map(|profile| format!(" WHEN '{}' THEN '{}'", profile.name, id_of(profile.license))).collect::<String>();
    format!("CASE name{arms} ELSE '{}' END", id_of("Salesforce"))
}

fn permission(field: &str) -> String {
    format!("EXISTS (SELECT 1 FROM json_each(permissions) WHERE json_each.value = '{field}')")
}

fn json_member(column: &str, field: &catalogue::Field) -> String {
    let member = format!("{column} ->> '$.{}'", field.name);
    if field.kind == catalogue::FieldType::Boolean { format!("coalesce({member}, 0)") } else { member }
}
