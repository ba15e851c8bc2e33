//! Records in their tables, and the statements of compiled queries.

use std::ops::ControlFlow;
use std::rc::Rc;

use catalogue::{Field, FieldType, Object, SeedRow};
use rusqlite::types::{Value as SqlValue, ValueRef};
use rusqlite::{CachedStatement, OptionalExtension, Row, ToSql, params_from_iter};
use soql::{Bind, Relation, Statement};

use super::Tx;
use super::sources::Source;
use crate::access::RowRule;
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::metadata::Packaged;
use crate::oauth::{Event, happen};
use crate::records::{Column, Columns, Consequence, Fill, Presence, Rows, Severed, Statements, Value};
use crate::storage::StoreError;

impl Rows for Tx<'_> {
    fn fiscal_year_start_month(&self) -> Result<i64, StoreError> {
        let organization: Option<String> = self.fact("organization")?;
        let organization = organization.map(|text| serde_json::from_str::<serde_json::Value>(&text)).transpose().map_err(StoreError::new)?;
        Ok(organization.and_then(|row| row["FiscalYearStartMonth"].as_i64()).unwrap_or(1))
    }

    fn keeps(&self, object: &Object) -> bool {
        Source::of(&object.name).is_none_or(Source::is_written)
    }

    fn is_plain(&self, object: &Object) -> bool {
        Source::of(&object.name).is_none()
    }

    fn new_id(&self, prefix: &str) -> Result<RecordId, StoreError> {
        Tx::new_id(self, prefix)
    }

    fn is_closed(&self, id: RecordId) -> Result<bool, StoreError> {
        Ok(self.packaged_as(id)?.is_some_and(|known| known.state.is_locked()))
    }

    fn claim_username(&self, username: &str) -> Result<bool, StoreError> {
        Tx::claim_username(self, username)
    }

    fn follow(&self, consequence: Consequence) -> Result<(), StoreError> {
        let event = match consequence {
            Consequence::UserDeactivated(user) => Event::UserDeactivated(user),
            Consequence::UserFrozen(user) => Event::UserFrozen(user),
        };
        happen(self, event).map(|_| ())
    }

    fn next_number(&self, sequence: &str) -> Result<u64, StoreError> {
        let sql = "INSERT INTO _sequence VALUES (?1, 2) ON CONFLICT DO UPDATE SET next = next + 1 RETURNING next - 1";
        Ok(self.connection().prepare_cached(sql)?.query_row([sequence], |row| row.get::<_, u32>(0))?.into())
    }

    fn insert(&self, object: &Object, row: &[(usize, Value)]) -> Result<(), StoreError> {
        self.changed(&object.name);
        if let Some(source) = Source::of(&object.name) {
            return self.insert_kept(source, object, row);
        }
        self.make_table(object)?;
        let given = || row.iter().filter(|(_, value)| !value.is_null());
        self.connection().prepare_cached(&insertion(object, given()))?.execute(params_from_iter(given().map(|(_, value)| value)))?;
        Ok(())
    }

    fn insert_all(&self, object: &Object, shared: &[(usize, Value)], rows: &[Vec<(usize, Value)>]) -> Result<(), StoreError> {
        self.insert_together(object, shared, rows)
    }

    fn update(&self, object: &Object, id: RecordId, changes: &[(usize, Value)]) -> Result<(), StoreError> {
        self.changed(&object.name);
        if let Some(source) = Source::of(&object.name) {
            return self.update_kept(source, object, id, changes);
        }
        self.make_table(object)?;
        let set = changes.iter().map(|(field, _)| format!("\"{}\" = ?", object.fields[*field].name)).collect::<Vec<_>>().join(", ");
        let mut statement = self.connection().prepare_cached(&format!("UPDATE \"{}\" SET {set} WHERE \"Id\" = ?", object.name))?;
        let id = Value::Text(id.to_string());
        statement.execute(params_from_iter(changes.iter().map(|(_, value)| value).chain([&id])))?;
        Ok(())
    }

    fn remove(&self, object: &Object, id: RecordId) -> Result<(), StoreError> {
        self.changed(&object.name);
        if let Some(source) = Source::of(&object.name) {
            return self.remove_kept(source, id);
        }
        self.connection().prepare_cached(&format!("DELETE FROM \"{}\" WHERE \"Id\" = ?1", object.name))?.execute([id.to_string()])?;
        Ok(())
    }

    fn load(&self, object: &Object, id: RecordId) -> Result<Option<Vec<Value>>, StoreError> {
        let Some(place) = Place::of(self, object) else { return Ok(seed_of(object, id).map(|row| seed_values(object, row))) };
        let columns = object.fields.iter().map(|field| place.column(field)).collect::<Vec<_>>().join(",");
        let mut statement = self.connection().prepare_cached(&format!("SELECT {columns} FROM {} WHERE \"Id\" = ?1", place.from))?;
        let read = |row: &Row<'_>| (0..object.fields.len()).map(|index| Ok(Value::from(row.get_ref(index)?))).collect();
        Ok(statement.query_row([id.to_string()], read).optional()?)
    }

    fn presence(&self, object: &Object, id: RecordId) -> Result<Presence, StoreError> {
        let Some(place) = Place::of(self, object) else {
            return Ok(if seed_of(object, id).is_some() { Presence::Present } else { Presence::Absent });
        };
        let deleted = object.field("IsDeleted").map_or("0".to_owned(), |field| place.column(field));
        let mut statement = self.connection().prepare_cached(&format!("SELECT {deleted} FROM {} WHERE \"Id\" = ?1", place.from))?;
        Ok(match statement.query_row([id.to_string()], |row| row.get::<_, Option<bool>>(0)).optional()? {
            None => Presence::Absent,
            Some(Some(true)) => Presence::Deleted,
            Some(_) => Presence::Present,
        })
    }

    fn admits(&self, object: &Object, id: RecordId, rule: &RowRule) -> Result<bool, StoreError> {
        self.meets(object, id, rule)
    }

    fn ids_where(&self, object: &Object, field: usize, value: &Value, limit: u32) -> Result<Vec<RecordId>, StoreError> {
        let Some(place) = Place::of(self, object) else { return seeds_where(object, field, value, limit) };
        // In one buffer: it is spelled for every record of an import.
        let mut sql = String::with_capacity(128);
        sql.extend(["SELECT \"Id\" FROM ", &place.from, " WHERE ", &place.column(&object.fields[field]), " = ?1"]);
        if let Some(deleted) = object.fields.stamps().is_deleted {
            sql.extend([" AND ", &place.column(&object.fields[deleted]), " IS NOT 1"]);
        }
        let found = |rest: &str| -> Result<Vec<RecordId>, StoreError> {
            let mut statement = self.connection().prepare_cached(&[&sql, rest].concat())?;
            let mut rows = statement.query((value, limit))?;
            let mut ids = Vec::new();
            while let Some(row) = rows.next()? {
                ids.push(RecordId::parse(row.get_ref(0)?.as_str()?).map_err(StoreError::new)?);
            }
            Ok(ids)
        };
        const ORDERED: &str = " ORDER BY \"Id\" LIMIT ?2";
        if limit == 1 {
            return found(ORDERED);
        }
        let mut ids = found(" LIMIT ?2")?;
        // Mostly there are fewer than the limit, which to sort here costs less than to have them sorted.
        if u32::try_from(ids.len()).is_ok_and(|length| length >= limit) {
            return found(ORDERED);
        }
        ids.sort_unstable();
        Ok(ids)
    }

    fn any_between(&self, object: &Object, field: usize, least: &Value, most: &Value) -> Result<bool, StoreError> {
        let Some(place) = Place::of(self, object) else { return Ok(!object.seed.is_empty()) };
        let sql = format!("SELECT 1 FROM {0} WHERE {1} >= ?1 AND {1} <= ?2 LIMIT 1", place.from, place.column(&object.fields[field]));
        Ok(self.connection().prepare_cached(&sql)?.exists((least, most))?)
    }

    fn any_of(&self, object: &Object, field: usize, values: &[&Value]) -> Result<bool, StoreError> {
        let Some(place) = Place::of(self, object) else { return Ok(!object.seed.is_empty()) };
        let mut sql = format!("SELECT 1 FROM {} WHERE {} IN (SELECT value FROM rarray(?1))", place.from, place.column(&object.fields[field]));
        if let Some(deleted) = object.fields.stamps().is_deleted {
            sql.extend([" AND ", &place.column(&object.fields[deleted]), " IS NOT 1"]);
        }
        let values: Rc<Vec<SqlValue>> = Rc::new(values.iter().map(|value| SqlValue::from((*value).clone())).collect());
        Ok(self.connection().prepare_cached(&sql)?.exists([values])?)
    }

    fn put_in_bin(&self, object: &Object, id: RecordId, root: RecordId, at: Timestamp) -> Result<(), StoreError> {
        self.note_in_bin(&object.name, id, root, at)
    }

    fn take_from_bin(&self, id: RecordId) -> Result<(), StoreError> {
        self.drop_from_bin(id)
    }

    fn bin_of(&self, root: RecordId) -> Result<Vec<(String, RecordId)>, StoreError> {
        self.in_bin_with(root)
    }

    fn root_in_bin(&self, id: RecordId) -> Result<Option<RecordId>, StoreError> {
        self.bin_root(id)
    }

    fn sever(&self, root: RecordId, lookup: &Severed) -> Result<(), StoreError> {
        self.note_severed(root, lookup)
    }

    fn take_severed(&self, root: RecordId) -> Result<Vec<Severed>, StoreError> {
        self.drain_severed(root)
    }

    fn binned_before(&self, time: Timestamp, limit: u32) -> Result<Vec<RecordId>, StoreError> {
        self.roots_before(time, limit)
    }

    fn changed_between(&self, object: &Object, from: Timestamp, to: Timestamp, deleted: bool) -> Result<Vec<(RecordId, Timestamp)>, StoreError> {
        let (Some(place), Some(modified)) = (Place::of(self, object), object.field("SystemModstamp")) else { return Ok(Vec::new()) };
        let modified = place.column(modified);
        let is_deleted = object.field("IsDeleted").map_or("0".to_owned(), |field| place.column(field));
        let sql = format!(
            "SELECT \"Id\", {modified} FROM {} WHERE coalesce({is_deleted}, 0) = ?1 AND {modified} >= ?2 AND {modified} < ?3 ORDER BY 2, 1",
            place.from
        );
        let mut statement = self.connection().prepare_cached(&sql)?;
        let rows = statement.query_map((deleted, from.0, to.0), |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        rows.map(|row| {
            let (id, at) = row?;
            Ok((RecordId::parse(&id).map_err(StoreError::new)?, Timestamp(at)))
        })
        .collect()
    }
}

/// The statement that writes these cells, in one buffer: it is spelled for every record of an import.
fn insertion<'r>(object: &Object, given: impl Iterator<Item = &'r (usize, Value)>) -> String {
    let mut sql = String::with_capacity(512);
    let mut marks = 0;
    sql.extend(["INSERT INTO \"", &*object.name, "\" ("]);
    for (field, _) in given {
        sql.extend([if marks == 0 { "\"" } else { ",\"" }, &*object.fields[*field].name, "\""]);
        marks += 1;
    }
    sql.push_str(") VALUES (");
    sql.extend((0..marks).map(|mark| if mark == 0 { "?" } else { ",?" }));
    sql.push(')');
    sql
}

/// The row with this id among those every fresh org has; only asked while the object has no table.
fn seed_of(object: &Object, id: RecordId) -> Option<SeedRow> {
    let id = id.to_string();
    object.seed.iter().copied().find(|row| Value::of_seed(row, "Id").as_text() == Some(&*id))
}

fn seed_values(object: &Object, row: SeedRow) -> Vec<Value> {
    // Numbers of seed rows are written as they stand; a table keeps hours, like counts, as whole numbers.
    #[expect(clippy::cast_possible_truncation, reason = "the numbers of seed rows are whole and small")]
    let stored = |field: &Field| match Value::of_seed(row, &field.name) {
        Value::Real(number) if matches!(field.kind, FieldType::Int | FieldType::Time) => Value::Integer(number as i64),
        value => value,
    };
    object.fields.iter().map(stored).collect()
}

fn seeds_where(object: &Object, field: usize, value: &Value, limit: u32) -> Result<Vec<RecordId>, StoreError> {
    let matches = |row: &&SeedRow| Value::of_seed(row, &object.fields[field].name) == *value;
    let ids = object.seed.iter().filter(matches).filter_map(|row| Value::of_seed(row, "Id").as_text().map(RecordId::parse));
    ids.take(usize::try_from(limit).unwrap_or(usize::MAX)).map(|id| id.map_err(StoreError::new)).collect()
}

/// What stands after FROM for an object, and which fields it has.
pub(super) struct Place<'a> {
    pub(super) from: String,
    /// `None`: every field with a column.
    columns: Option<std::borrow::Cow<'a, [catalogue::Text]>>,
}

impl<'a> Place<'a> {
    /// `None` for an object without rows of its own in this org.
    pub(super) fn of(tx: &'a Tx<'_>, object: &Object) -> Option<Self> {
        match crate::schema::Rows::relation(tx, object)? {
            Relation::Table => Some(Self { from: ["\"", &*object.name, "\""].concat(), columns: None }),
            Relation::Select { sql, columns } => Some(Self { from: format!("({sql})"), columns: Some(columns) }),
            Relation::Empty | Relation::Rows(_) | Relation::Values { .. } => None,
        }
    }

    pub(super) fn column(&self, field: &Field) -> String {
        let lacking = self.columns.as_ref().is_some_and(|columns| !columns.contains(&field.name));
        if lacking || matches!(field.kind, FieldType::Address | FieldType::Location) {
            "NULL".to_owned()
        } else {
            ["\"", &*field.name, "\""].concat()
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl From<Value> for SqlValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(number) => Self::Integer(number),
            Value::Real(number) => Self::Real(number),
            Value::Text(text) => Self::Text(text),
            Value::Blob(bytes) => Self::Blob(bytes),
        }
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(text) => Self::Text(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_owned()),
        }
    }
}

impl Statements for Tx<'_> {
    fn each_while(&self, statement: &Statement, fill: Fill<'_>, row: &mut dyn FnMut(&dyn Columns) -> ControlFlow<()>) -> Result<(), StoreError> {
        let mut prepared = self.connection().prepare_cached(&statement.sql)?;
        for (index, bind) in statement.binds.iter().enumerate() {
            self::bind(&mut prepared, index + 1, bind, fill)?;
        }
        let mut rows = prepared.raw_query();
        while let Some(found) = rows.next()? {
            if row(&Current(found)).is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn bind(statement: &mut CachedStatement<'_>, index: usize, bind: &Bind, fill: Fill<'_>) -> Result<(), StoreError> {
    match bind {
        Bind::Value(value) => statement.raw_bind_parameter(index, sql_value(value))?,
        Bind::List(values) => statement.raw_bind_parameter(index, Rc::new(values.iter().map(sql_value).collect::<Vec<_>>()))?,
        Bind::PageSize => statement.raw_bind_parameter(index, i64::try_from(fill.page_size).unwrap_or(i64::MAX))?,
        Bind::Ids => {
            let ids: Vec<SqlValue> = fill.ids.iter().map(|id| SqlValue::Text(id.to_string())).collect();
            statement.raw_bind_parameter(index, Rc::new(ids))?;
        }
    }
    Ok(())
}

pub(super) fn sql_value(value: &soql::Value) -> SqlValue {
    match value {
        soql::Value::Null => SqlValue::Null,
        soql::Value::Integer(number) => SqlValue::Integer(*number),
        soql::Value::Real(number) => SqlValue::Real(*number),
        soql::Value::Text(text) => SqlValue::Text(text.clone()),
    }
}

struct Current<'r, 's>(&'r Row<'s>);

impl Columns for Current<'_, '_> {
    fn column(&self, index: usize) -> Column<'_> {
        match self.0.get_ref(index) {
            Ok(ValueRef::Integer(number)) => Column::Integer(number),
            Ok(ValueRef::Real(number)) => Column::Real(number),
            Ok(ValueRef::Text(text)) => Column::Text(text),
            Ok(ValueRef::Blob(bytes)) => Column::Blob(bytes),
            Ok(ValueRef::Null) | Err(_) => Column::Null,
        }
    }
}
