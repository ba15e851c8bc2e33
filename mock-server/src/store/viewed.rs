//! What a user looked at: the rows behind `RecentlyViewed` and the usage dates of records.

use std::borrow::Cow;
use std::collections::HashSet;

use catalogue::{Object, Text};
use soql::Relation;

use super::Tx;
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::records::{Recent, Usages, Use};
use crate::schema::ListView;
use crate::storage::StoreError;

/// Records of one object that are kept for a user. Source: the object reference, `RecentlyViewed`.
const KEPT: u32 = 200;

impl Usages for Tx<'_> {
    fn note_use(&self, object: &Object, ids: &[RecordId], user: UserId, how: Use, now: Timestamp) -> Result<(), StoreError> {
        let (viewed, user) = (matches!(how, Use::Viewed).then_some(now.0), user.to_string());
        let note = "INSERT INTO _viewed VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET viewed = coalesce(excluded.viewed, viewed), referenced = excluded.referenced";
        for id in ids {
            self.execute(note, (&user, id.to_string(), &*object.name, viewed, now.0))?;
        }
        self.stamp(object, ids, viewed, now)?;
        let surplus = "DELETE FROM _viewed WHERE user_id = ?1 AND record_id IN \
                       (SELECT record_id FROM _viewed WHERE user_id = ?1 AND object = ?2 ORDER BY referenced DESC, record_id LIMIT -1 OFFSET ?3)";
        self.execute(surplus, (&user, &*object.name, KEPT))
    }

    fn recent(&self, user: UserId, object: Option<&str>, limit: usize) -> Result<Vec<Recent>, StoreError> {
        let Some(named) = self.viewed_with_names()? else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT \"Id\", \"Type\", \"Name\" FROM ({named}) WHERE \"UserId\" = ?1 AND (?2 IS NULL OR \"Type\" = ?2) ORDER BY \"LastReferencedDate\" DESC, \"Id\" LIMIT ?3"
        );
        let mut statement = self.connection().prepare(&sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map((user.to_string(), object, limit), |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))?;
        rows.map(|row| {
            let (id, object, name) = row?;
            Ok(Recent { id: RecordId::parse(&id).map_err(StoreError::new)?, object, name })
        })
        .collect()
    }

    fn note_list_view(&self, view: RecordId, user: UserId, now: Timestamp) -> Result<(), StoreError> {
        let note = "INSERT INTO _viewed VALUES (?1, ?2, 'ListView', ?3, ?3) ON CONFLICT DO UPDATE SET viewed = excluded.viewed, referenced = excluded.referenced";
        self.execute(note, (user.to_string(), view.to_string(), now.0))
    }

    fn used_ids(&self, user: UserId, object: &str) -> Result<Vec<RecordId>, StoreError> {
        let sql = "SELECT record_id FROM _viewed WHERE user_id = ?1 AND object = ?2 ORDER BY referenced DESC, record_id";
        let mut statement = self.connection().prepare_cached(sql)?;
        let rows = statement.query_map((user.to_string(), object), |row| row.get::<_, String>(0))?;
        rows.map(|id| RecordId::parse(&id?).map_err(StoreError::new)).collect()
    }
}

impl Tx<'_> {
    /// Moves the usage dates of the records themselves. `SystemModstamp` stays: a look changes nothing.
    ///
    /// GUESS: Salesforce keeps these two dates for each user; here the last one of anybody counts. `RecentlyViewed` does tell users apart.
    fn stamp(&self, object: &Object, ids: &[RecordId], viewed: Option<i64>, now: Timestamp) -> Result<(), StoreError> {
        let has = |name: &str| object.field(name).is_some();
        if !self.has_table(&object.name) || !has("LastReferencedDate") {
            return Ok(());
        }
        let viewing = if viewed.is_some() && has("LastViewedDate") { ", \"LastViewedDate\" = ?2" } else { "" };
        for id in ids {
            let sql = format!("UPDATE \"{}\" SET \"LastReferencedDate\" = ?2{viewing} WHERE \"Id\" = ?1", object.name);
            self.execute(&sql, (id.to_string(), now.whole_second().0))?;
        }
        Ok(())
    }

    /// Where the rows of one user's `RecentlyViewed` are.
    pub(super) fn viewed_rows(&self, user: UserId) -> Option<Relation<'_>> {
        const COLUMNS: &[Text] = &[
            Cow::Borrowed("Id"),
            Cow::Borrowed("Name"),
            Cow::Borrowed("Type"),
            Cow::Borrowed("LastViewedDate"),
            Cow::Borrowed("LastReferencedDate"),
        ];
        // An id is letters and digits: nothing in it can end the literal.
        let named = self.viewed_with_names().ok().flatten()?;
        Some(Relation::Select { sql: format!("SELECT * FROM ({named}) WHERE \"UserId\" = '{user}'").into(), columns: COLUMNS.into() })
    }

    /// Where the rows of `ListView` are: a table of this connection, filled once for each schema.
    pub(super) fn list_view_rows(&self, generation: u64, views: &dyn Fn() -> Vec<ListView>) -> Option<Relation<'_>> {
        const COLUMNS: &[Text] = &[
            Cow::Borrowed("Id"),
            Cow::Borrowed("Name"),
            Cow::Borrowed("DeveloperName"),
            Cow::Borrowed("SobjectType"),
            Cow::Borrowed("IsSoqlCompatible"),
        ];
        self.fill_list_views(generation, views).ok()?;
        Some(Relation::Select { sql: "SELECT * FROM temp._list_view".into(), columns: COLUMNS.into() })
    }

    fn fill_list_views(&self, generation: u64, views: &dyn Fn() -> Vec<ListView>) -> Result<(), StoreError> {
        let generation = i64::try_from(generation).unwrap_or(i64::MAX);
        self.connection().execute_batch(
            "CREATE TABLE IF NOT EXISTS temp._list_view (generation INTEGER, \"Id\" TEXT, \"Name\" TEXT COLLATE FOLD, \"DeveloperName\" TEXT COLLATE FOLD, \
             \"SobjectType\" TEXT COLLATE FOLD, \"IsSoqlCompatible\" INTEGER)",
        )?;
        let known = "SELECT EXISTS (SELECT 1 FROM temp._list_view WHERE generation = ?1)";
        if self.connection().prepare_cached(known)?.query_row([generation], |row| row.get(0))? {
            return Ok(());
        }
        self.execute("DELETE FROM temp._list_view", [])?;
        for view in views() {
            let row = (generation, view.id.to_string(), view.label, view.developer_name, view.object);
            self.execute("INSERT INTO temp._list_view VALUES (?1, ?2, ?3, ?4, ?5, 1)", row)?;
        }
        Ok(())
    }

    /// The viewed records that are still there, under their present names; `None` when nobody ever viewed one.
    fn viewed_with_names(&self) -> Result<Option<String>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT DISTINCT object FROM _viewed ORDER BY object")?;
        let objects: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let tables: HashSet<String> = self.org.tables.read().clone();
        let arms: Vec<String> = objects.iter().filter(|object| tables.contains(*object) || *object == "User").map(|object| name_of(object)).collect();
        if arms.is_empty() {
            return Ok(None);
        }
        Ok(Some(format!(
            "SELECT record_id AS \"Id\", user_id AS \"UserId\", object AS \"Type\", viewed AS \"LastViewedDate\", referenced AS \"LastReferencedDate\", \"Name\" \
             FROM (SELECT *, CASE object {} END AS \"Name\" FROM _viewed) WHERE \"Name\" IS NOT NULL",
            arms.join(" ")
        )))
    }
}

/// The arm of a CASE that reads a live record's name.
fn name_of(object: &str) -> String {
    if object == "User" {
        return "WHEN 'User' THEN (SELECT name FROM _user WHERE id = record_id)".to_owned();
    }
    let known = catalogue::object(object);
    let name = known.and_then(|known| known.name_field.as_deref()).unwrap_or("Name");
    let alive = if known.is_none_or(|known| known.field("IsDeleted").is_some()) { " AND \"IsDeleted\" = 0" } else { "" };
    format!("WHEN '{object}' THEN (SELECT \"{name}\" FROM \"{object}\" WHERE \"Id\" = record_id{alive})")
}
