//! Users, profiles and permission sets.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rusqlite::{OptionalExtension, Row};

use super::Tx;
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::org::{Directory, NewUser, PermissionSet, User, UserChange};
use crate::secret::Secret;
use crate::storage::StoreError;

const USER: &str =
    "SELECT id, username, email, first_name, last_name, name, alias, nickname, is_active, is_frozen, time_zone, locale, language, created, modified,
    password, security_token, locked_until, profile_id, password_expired, totp_secret, other ->> '$.FederationIdentifier' FROM _user";
const SET: &str = "SELECT id, name, label, is_profile, is_custom, permissions, apps, set_id, login_rules FROM _permission_set";

impl Directory for Tx<'_> {
    fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.known(|known| &mut known.users, id, || self.user_where("id = ?1", &id.to_string()))
    }

    fn user_named(&self, username: &str) -> Result<Option<User>, StoreError> {
        let id = self.known(
            |known| &mut known.names,
            username.to_owned(),
            || {
                let mut statement = self.unsettled().prepare_cached("SELECT id FROM _user WHERE username = ?1")?;
                let id: Option<String> = statement.query_row([username], |row| row.get(0)).optional()?;
                id.map(|id| id.parse().map_err(StoreError::new)).transpose()
            },
        )?;
        id.map_or(Ok(None), |id| self.user(id))
    }

    fn user_federated(&self, federation_id: &str) -> Result<Option<User>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT id FROM _user WHERE other ->> '$.FederationIdentifier' = ?1 LIMIT 2")?;
        let ids: Vec<String> = statement.query_map([federation_id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        match ids.as_slice() {
            [id] => self.user_where("id = ?1", id),
            _ => Ok(None),
        }
    }

    fn take_username(&self, username: &str) -> Result<bool, StoreError> {
        self.claim_username(username)
    }

    fn usernames(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT username FROM _user ORDER BY id")?;
        let names = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(names)
    }

    fn users(&self) -> Result<Vec<User>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT id FROM _user ORDER BY id")?;
        let ids: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        ids.iter().filter_map(|id| self.user_where("id = ?1", id).transpose()).collect()
    }

    fn add_user(&self, user: &NewUser, by: Option<UserId>, now: Timestamp) -> Result<UserId, StoreError> {
        let id = match user.id {
            Some(id) => id,
            None => UserId::try_from(self.new_id(UserId::PREFIX)?).map_err(StoreError::new)?,
        };
        let by = by.unwrap_or(id).to_string();
        let name = full_name(user.first_name.as_deref(), &user.last_name);
        self.connection()
            .prepare_cached(
                "INSERT INTO _user (id, username, email, first_name, last_name, name, alias, nickname, profile_id, is_active, time_zone, locale, language,
                    created, modified, created_by, modified_by, password, security_token)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14, ?15, ?15, ?16, ?17)",
            )?
            .execute(rusqlite::params![
                id.to_string(),
                user.username,
                user.email,
                user.first_name,
                user.last_name,
                name,
                user.alias,
                user.nickname.as_deref().or(user.username.split('@').next()),
                user.profile.to_string(),
                user.is_active,
                user.time_zone,
                user.locale,
                user.language,
                now.0,
                by,
                user.password,
                user.security_token
            ])?;
        self.assign(id, &user.permission_sets, now)?;
        self.forget();
        Ok(id)
    }

    fn change_user(&self, id: UserId, change: &UserChange, by: Option<UserId>, now: Timestamp) -> Result<(), StoreError> {
        let key = id.to_string();
        let set = |column: &str, value: &dyn rusqlite::ToSql| -> Result<(), StoreError> {
            self.connection().prepare_cached(&format!("UPDATE _user SET {column} = ?2 WHERE id = ?1"))?.execute(rusqlite::params![key, value])?;
            Ok(())
        };
        macro_rules! apply {
            ($($member:ident => $column:literal),* $(,)?) => {$(
                if let Some(value) = &change.$member { set($column, value)?; }
            )*};
        }
        apply!(username => "username", nickname => "nickname", email => "email", first_name => "first_name", last_name => "last_name", alias => "alias", is_active => "is_active", is_frozen => "is_frozen",
            password => "password", password_expired => "password_expired", security_token => "security_token", totp_secret => "totp_secret", time_zone => "time_zone");
        if let Some(federation_id) = &change.federation_id {
            set("other", &self.with_federation(&key, federation_id.as_deref())?)?;
        }
        if let Some(profile) = change.profile {
            set("profile_id", &profile.to_string())?;
        }
        if let Some((count, until)) = change.failed_logins {
            set("failed_logins", &count)?;
            set("locked_until", &until.map(|at| at.0))?;
        }
        if let Some(at) = change.last_login {
            set("last_login", &at.0)?;
        }
        if change.first_name.is_some() || change.last_name.is_some() {
            set("name", &self.computed_name(&key)?)?;
        }
        if let Some(sets) = &change.permission_sets {
            self.connection().prepare_cached("DELETE FROM _assignment WHERE user_id = ?1")?.execute([&key])?;
            self.assign(id, sets, now)?;
        }
        if let Some(by) = by {
            set("modified_by", &by.to_string())?;
            set("modified", &now.0)?;
        }
        self.forget();
        Ok(())
    }

    fn assign_permission_set(&self, user: UserId, set: RecordId, now: Timestamp) -> Result<(), StoreError> {
        self.assign(user, &[set], now)?;
        self.forget();
        Ok(())
    }

    fn unassign_permission_set(&self, user: UserId, set: RecordId) -> Result<(), StoreError> {
        self.execute("DELETE FROM _assignment WHERE user_id = ?1 AND permission_set_id = ?2", (user.to_string(), set.to_string()))?;
        self.forget();
        Ok(())
    }

    fn remove_user(&self, id: UserId) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM _code WHERE user_id = ?1",
            "DELETE FROM _ticket WHERE user_id = ?1",
            "DELETE FROM _device WHERE user_id = ?1",
            "DELETE FROM _assignment WHERE user_id = ?1",
            "DELETE FROM _user WHERE id = ?1",
        ] {
            self.connection().prepare_cached(sql)?.execute([id.to_string()])?;
        }
        self.forget();
        Ok(())
    }

    fn failed_logins(&self, id: UserId) -> Result<u32, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT failed_logins FROM _user WHERE id = ?1")?;
        Ok(statement.query_row([id.to_string()], |row| row.get(0)).optional()?.unwrap_or(0))
    }

    fn permission_sets(&self) -> Result<Vec<PermissionSet>, StoreError> {
        let mut statement = self.connection().prepare_cached(&format!("{SET} ORDER BY id"))?;
        let mut rows = statement.query([])?;
        let mut sets = Vec::new();
        while let Some(row) = rows.next()? {
            sets.push(self.permission_set(row)?);
        }
        Ok(sets)
    }

    fn permission_set_named(&self, name: &str, is_profile: bool) -> Result<Option<PermissionSet>, StoreError> {
        let mut statement = self.connection().prepare_cached(&format!("{SET} WHERE name = ?1 AND is_profile = ?2"))?;
        let mut rows = statement.query((name, is_profile))?;
        rows.next()?.map(|row| self.permission_set(row)).transpose()
    }

    fn put_permission_set(&self, set: &PermissionSet, now: Timestamp) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO _permission_set (id, name, label, is_profile, is_custom, permissions, apps, created, created_by, set_id, login_rules)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', ?9, ?10)
                 ON CONFLICT DO UPDATE SET name = ?2, label = ?3, permissions = ?6, apps = ?7, login_rules = ?10",
            )?
            .execute(rusqlite::params![
                set.id.to_string(),
                set.name,
                set.label,
                set.is_profile,
                set.is_custom,
                json(&set.permissions)?,
                json(&set.apps)?,
                now.0,
                set.row_id().to_string(),
                serde_json::to_string(&set.login).map_err(StoreError::new)?
            ])?;
        self.put_grants(set, now)?;
        self.forget();
        Ok(())
    }

    fn remove_permission_set(&self, id: RecordId) -> Result<(), StoreError> {
        self.connection().prepare_cached("DELETE FROM _assignment WHERE permission_set_id = ?1")?.execute([id.to_string()])?;
        self.remove_grants(PermissionSet::row_id_of(id))?;
        self.connection().prepare_cached("DELETE FROM _permission_set WHERE id = ?1")?.execute([id.to_string()])?;
        self.forget();
        Ok(())
    }
}

impl Tx<'_> {
    fn user_where(&self, condition: &str, key: &str) -> Result<Option<User>, StoreError> {
        let mut statement = self.unsettled().prepare_cached(&format!("{USER} WHERE {condition}"))?;
        let mut rows = statement.query([key])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let id = row.get::<_, String>(0)?.parse().map_err(StoreError::new)?;
        let profile = self.sets_where("id = ?1", &row.get::<_, String>(18)?)?.pop();
        Ok(Some(User {
            id,
            username: row.get(1)?,
            email: row.get(2)?,
            first_name: row.get(3)?,
            last_name: row.get(4)?,
            name: row.get(5)?,
            alias: row.get(6)?,
            nickname: row.get(7)?,
            is_active: row.get(8)?,
            is_frozen: row.get(9)?,
            time_zone: row.get(10)?,
            locale: row.get(11)?,
            language: row.get(12)?,
            created: Timestamp(row.get(13)?),
            modified: Timestamp(row.get(14)?),
            password: row.get::<_, Option<String>>(15)?.map(Secret),
            password_expired: row.get(19)?,
            security_token: Secret(row.get(16)?),
            totp_secret: row.get::<_, Option<String>>(20)?.map(Secret),
            federation_id: row.get(21)?,
            locked_until: row.get::<_, Option<i64>>(17)?.map(Timestamp),
            profile: profile.ok_or_else(|| StoreError::new("a user without a profile"))?,
            permission_sets: self.sets_of(&row.get::<_, String>(0)?)?,
        }))
    }

    /// The sets that a user is assigned, and those of the groups that the user is.
    fn sets_of(&self, user: &str) -> Result<Vec<Arc<PermissionSet>>, StoreError> {
        const ASSIGNED: &str = "SELECT permission_set_id FROM _assignment WHERE user_id = ?1 AND NOT lapsed";
        const GROUPED: &str = "SELECT \"PermissionSetId\" FROM \"PermissionSetGroupComponent\" JOIN _assignment ON permission_set_id = \"PermissionSetGroupId\" \
            WHERE user_id = ?1 AND NOT lapsed";
        if self.has_table("PermissionSetGroupComponent") {
            self.sets_where(&format!("id IN ({ASSIGNED} UNION {GROUPED})"), user)
        } else {
            self.sets_where(&format!("id IN ({ASSIGNED})"), user)
        }
    }

    fn sets_where(&self, condition: &str, key: &str) -> Result<Vec<Arc<PermissionSet>>, StoreError> {
        let mut statement = self.unsettled().prepare_cached(&format!("{SET} WHERE {condition} ORDER BY name"))?;
        let mut rows = statement.query([key])?;
        let mut sets = Vec::new();
        while let Some(row) = rows.next()? {
            sets.push(Arc::new(self.permission_set(row)?));
        }
        Ok(sets)
    }

    fn assign(&self, user: UserId, sets: &[RecordId], now: Timestamp) -> Result<(), StoreError> {
        for set in sets {
            let id = self.new_id("0Pa")?;
            // One that has ended begins anew.
            let sql = "INSERT INTO _assignment (user_id, permission_set_id, id, created) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT DO UPDATE SET expires = NULL, lapsed = 0 WHERE lapsed";
            self.connection().prepare_cached(sql)?.execute((user.to_string(), set.to_string(), id.to_string(), now.0))?;
        }
        Ok(())
    }

    /// The other fields of a user, with this `FederationIdentifier`.
    fn with_federation(&self, id: &str, federation_id: Option<&str>) -> Result<String, StoreError> {
        let sql = "SELECT json_set(other, '$.FederationIdentifier', ?2) FROM _user WHERE id = ?1";
        Ok(self.connection().prepare_cached(sql)?.query_row((id, federation_id), |row| row.get(0))?)
    }

    fn computed_name(&self, id: &str) -> Result<String, StoreError> {
        let (first, last): (Option<String>, String) = self
            .connection()
            .prepare_cached("SELECT first_name, last_name FROM _user WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(full_name(first.as_deref(), &last))
    }
}

fn full_name(first: Option<&str>, last: &str) -> String {
    match first {
        Some(first) => format!("{first} {last}"),
        None => last.to_owned(),
    }
}

impl Tx<'_> {
    fn permission_set(&self, row: &Row<'_>) -> Result<PermissionSet, StoreError> {
        let set_id: String = row.get(7)?;
        let mut set = permission_set(row)?;
        set.objects = self.object_permissions(&set_id)?;
        set.fields = self.field_permissions(&set_id)?;
        Ok(set)
    }
}

fn permission_set(row: &Row<'_>) -> Result<PermissionSet, StoreError> {
    Ok(PermissionSet {
        id: row.get::<_, String>(0)?.parse().map_err(StoreError::new)?,
        name: row.get(1)?,
        label: row.get(2)?,
        is_profile: row.get(3)?,
        is_custom: row.get(4)?,
        permissions: names(row.get_ref(5)?.as_str()?)?,
        apps: names(row.get_ref(6)?.as_str()?)?,
        objects: BTreeMap::new(),
        fields: BTreeMap::new(),
        login: serde_json::from_str(row.get_ref(8)?.as_str()?).map_err(StoreError::new)?,
    })
}

fn names(json: &str) -> Result<BTreeSet<String>, StoreError> {
    serde_json::from_str(json).map_err(StoreError::new)
}

fn json(names: &BTreeSet<String>) -> Result<String, StoreError> {
    serde_json::to_string(names).map_err(StoreError::new)
}

impl rusqlite::ToSql for Secret {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}
