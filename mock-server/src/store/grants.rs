//! What permission sets grant on objects and fields, how users hang together, and org-wide defaults.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{OptionalExtension, Row};

use super::Tx;
use crate::access::{Group, Level, Membership, OrgWideDefaults, Organisation};
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::org::{FieldRights, ObjectRights, PermissionSet, Right, User};
use crate::records::{Rows, Value};
use crate::storage::StoreError;

/// Objects whose rows decide what users may do: writing them puts what is remembered of users out of date.
const DECISIVE: [&str; 12] = [
    "FieldPermissions",
    "Group",
    "GroupMember",
    "ObjectPermissions",
    "PermissionSet",
    "PermissionSetAssignment",
    "PermissionSetGroup",
    "PermissionSetGroupComponent",
    "Profile",
    "User",
    "UserLogin",
    "UserRole",
];

impl Tx<'_> {
    /// Says that rows of the object changed.
    pub(super) fn changed(&self, object: &str) {
        if DECISIVE.contains(&object) {
            self.forget();
        }
    }

    /// By object name, for the permission set with this row id.
    pub(super) fn object_permissions(&self, set: &str) -> Result<BTreeMap<String, ObjectRights>, StoreError> {
        let names = Right::ALL.map(|right| format!("\"{}\"", right.field())).join(", ");
        self.granted("ObjectPermissions", &format!("\"SobjectType\", {names}"), set, |row| {
            let mut held = Vec::new();
            for (place, right) in Right::ALL.into_iter().enumerate() {
                if row.get(place + 1)? {
                    held.push(right);
                }
            }
            Ok((row.get(0)?, ObjectRights::of(held)))
        })
    }

    /// By `Object.Field`, for the permission set with this row id.
    pub(super) fn field_permissions(&self, set: &str) -> Result<BTreeMap<String, FieldRights>, StoreError> {
        self.granted("FieldPermissions", "\"Field\", \"PermissionsRead\", \"PermissionsEdit\"", set, |row| {
            let rights = match (row.get(1)?, row.get(2)?) {
                (_, true) => FieldRights::Edit,
                (true, false) => FieldRights::Read,
                (false, false) => FieldRights::Hidden,
            };
            Ok((row.get(0)?, rights))
        })
    }

    fn granted<T>(
        &self,
        table: &str,
        columns: &str,
        set: &str,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<(String, T)>,
    ) -> Result<BTreeMap<String, T>, StoreError> {
        if !self.has_table(table) {
            return Ok(BTreeMap::new());
        }
        let mut statement = self.connection().prepare_cached(&format!("SELECT {columns} FROM \"{table}\" WHERE \"ParentId\" = ?1"))?;
        let rows = statement.query_map([set], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Brings the rows of ObjectPermissions and FieldPermissions in step with what the set says.
    pub(super) fn put_grants(&self, set: &PermissionSet, now: Timestamp) -> Result<(), StoreError> {
        let id = set.row_id();
        if self.object_permissions(&id.to_string())? != set.objects {
            self.remove_rows("ObjectPermissions", id)?;
            for (object, rights) in &set.objects {
                let mut values = vec![("SobjectType", Value::Text(object.clone()))];
                values.extend(rights.iter().map(|right| (right.field(), Value::Integer(1))));
                self.grant("ObjectPermissions", "110", id, values, now)?;
            }
        }
        if self.field_permissions(&id.to_string())? != set.fields {
            self.remove_rows("FieldPermissions", id)?;
            for (field, rights) in &set.fields {
                let object = field.split('.').next().unwrap_or_default().to_owned();
                let values = vec![
                    ("SobjectType", Value::Text(object)),
                    ("Field", Value::Text(field.clone())),
                    ("PermissionsRead", Value::Integer(i64::from(*rights >= FieldRights::Read))),
                    ("PermissionsEdit", Value::Integer(i64::from(*rights == FieldRights::Edit))),
                ];
                self.grant("FieldPermissions", "01k", id, values, now)?;
            }
        }
        Ok(())
    }

    pub(super) fn remove_grants(&self, set: RecordId) -> Result<(), StoreError> {
        ["ObjectPermissions", "FieldPermissions", "SetupEntityAccess"].into_iter().try_for_each(|table| self.remove_rows(table, set))
    }

    fn remove_rows(&self, table: &str, set: RecordId) -> Result<(), StoreError> {
        if self.has_table(table) { self.execute(&format!("DELETE FROM \"{table}\" WHERE \"ParentId\" = ?1"), [set.to_string()]) } else { Ok(()) }
    }

    fn grant(&self, table: &str, prefix: &str, set: RecordId, values: Vec<(&str, Value)>, now: Timestamp) -> Result<(), StoreError> {
        let Some(object) = catalogue::object(table) else { return Ok(()) };
        let id = Value::Text(self.new_id(prefix)?.to_string());
        let stamps = ["CreatedDate", "LastModifiedDate", "SystemModstamp"].map(|name| (name, Value::Integer(now.whole_second().0)));
        let given = values.into_iter().chain(stamps).chain([("Id", id), ("ParentId", Value::Text(set.to_string()))]);
        let row: Vec<_> = given.filter_map(|(name, value)| Some((object.field_index(name)?, value))).collect();
        Rows::insert(self, object, &row)
    }

    /// Pairs of texts, none where the table was never made.
    fn pairs<T: rusqlite::types::FromSql>(&self, table: &str, columns: &str) -> Result<Vec<(String, T)>, StoreError> {
        if !table.starts_with('_') && !self.has_table(table) {
            return Ok(Vec::new());
        }
        let mut statement = self.connection().prepare_cached(&format!("SELECT {columns} FROM \"{table}\""))?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the user's role gives the owner of an account on what hangs on it.
    fn account_owner(&self, user: &User) -> Result<HashMap<&'static str, Level>, StoreError> {
        if !self.has_table("UserRole") {
            return Ok(HashMap::new());
        }
        let sql = "SELECT \"OpportunityAccessForAccountOwner\", \"CaseAccessForAccountOwner\", \"ContactAccessForAccountOwner\" FROM \"UserRole\"
            WHERE \"Id\" = (SELECT other ->> '$.UserRoleId' FROM _user WHERE id = ?1)";
        let read = |row: &Row<'_>| Ok([row.get::<_, Option<String>>(0)?, row.get(1)?, row.get(2)?]);
        let settings = self.connection().prepare_cached(sql)?.query_row([user.id.to_string()], read).optional()?.unwrap_or_default();
        let level = |text: &Option<String>| match text.as_deref() {
            Some("Edit") => Some(Level::Edit),
            Some("Read") => Some(Level::Read),
            _ => None,
        };
        Ok(["Opportunity", "Case", "Contact"].into_iter().zip(&settings).filter_map(|(object, text)| Some((object, level(text)?))).collect())
    }
}

impl Organisation for Tx<'_> {
    fn membership(&self, user: &User) -> Result<Membership, StoreError> {
        let groups = if self.has_table("Group") {
            let mut statement = self.connection().prepare_cached("SELECT \"Id\", \"Type\", \"RelatedId\" FROM \"Group\"")?;
            let read =
                |row: &Row<'_>| Ok(Group { id: row.get(0)?, kind: row.get::<_, Option<String>>(1)?.unwrap_or_default(), related: row.get(2)? });
            statement.query_map([], read)?.collect::<Result<_, _>>()?
        } else {
            Vec::new()
        };
        Ok(Membership {
            users: self.pairs("_user", "id, other ->> '$.UserRoleId'")?,
            roles: self.pairs("UserRole", "\"Id\", \"ParentRoleId\"")?,
            groups,
            members: self.pairs("GroupMember", "\"GroupId\", \"UserOrGroupId\"")?,
            account_owner: self.account_owner(user)?,
        })
    }

    fn org_wide_defaults(&self) -> Result<OrgWideDefaults, StoreError> {
        let Some(text) = self.fact::<String>("org_wide_defaults")? else { return Ok(OrgWideDefaults::default()) };
        serde_json::from_str(&text).map_err(StoreError::new)
    }

    fn put_org_wide_defaults(&self, defaults: &OrgWideDefaults) -> Result<(), StoreError> {
        self.put_fact("org_wide_defaults", serde_json::to_string(defaults).map_err(StoreError::new)?)?;
        self.forget();
        Ok(())
    }
}
