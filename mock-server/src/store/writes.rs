//! Writing rows of objects that show other rooms' state: each field goes to the column that reads it.

use std::collections::HashMap;
use std::sync::OnceLock;

use catalogue::{FieldType, Object};
use rusqlite::params_from_iter;

use super::Tx;
use super::sources::{SOURCES, Source};
use crate::id::RecordId;
use crate::oauth::{Event, happen};
use crate::records::Value;
use crate::storage::StoreError;

/// Where a field is kept.
enum Kept {
    Column(&'static str),
    /// A member of the JSON object in this column.
    Member(&'static str),
    /// A name in the list of permissions.
    Permission,
    /// It follows from other state.
    Nowhere,
}

impl Source {
    pub(super) fn of(object: &str) -> Option<&'static Self> {
        static BY_OBJECT: OnceLock<HashMap<&str, &Source>> = OnceLock::new();
        BY_OBJECT.get_or_init(|| SOURCES.iter().map(|source| (source.object, source)).collect()).get(object).copied()
    }

    /// Whether rows may be made, changed or removed through the object at all.
    pub(super) fn is_written(&self) -> bool {
        !self.writes.keys.is_empty() || self.writes.update || self.writes.remove
    }

    fn kept(&self, field: &str) -> Kept {
        let expression = self.fields.iter().find(|(name, _)| *name == field).map(|(_, expression)| *expression);
        match expression {
            Some(column) if column.chars().all(|c| c.is_ascii_lowercase() || c == '_') => Kept::Column(column),
            Some("nullif(created_by, '')") => Kept::Column("created_by"),
            Some(expression) => match self.other.filter(|column| expression.contains(&format!("{column} ->> '$.{field}'"))) {
                Some(column) => Kept::Member(column),
                // A profile's row in PermissionSet has a made-up name; all others have their own.
                None if field == "Name" => Kept::Column("name"),
                None if field == "Label" => Kept::Column("label"),
                None => Kept::Nowhere,
            },
            None if self.permissions && field.starts_with("Permissions") => Kept::Permission,
            None => self.other.map_or(Kept::Nowhere, Kept::Member),
        }
    }

    fn id(&self) -> &'static str {
        self.fields.iter().find(|(name, _)| *name == "Id").map_or("id", |(_, expression)| expression)
    }
}

impl Tx<'_> {
    pub(super) fn insert_kept(&self, source: &Source, object: &Object, row: &[(usize, Value)]) -> Result<(), StoreError> {
        let id = object.field_index("Id").and_then(|index| row.iter().find(|(field, _)| *field == index)).map(|(_, value)| value.clone());
        let id = id.unwrap_or(Value::Null);
        // `?1` is the id, wherever it goes.
        let mut names: Vec<&str> = source.writes.keys.to_vec();
        let mut marks: Vec<String> = names.iter().map(|_| "?1".to_owned()).collect();
        for (column, sql) in source.writes.fixed {
            names.push(column);
            marks.push((*sql).to_owned());
        }
        let mut binds = vec![id.clone()];
        for (index, value) in row.iter().filter(|(_, value)| !value.is_null()) {
            if let Kept::Column(column) = source.kept(&object.fields[*index].name)
                && !names.contains(&column)
            {
                names.push(column);
                binds.push(value.clone());
                marks.push(format!("?{}", binds.len()));
            }
        }
        if source.object == "PermissionSetAssignment" {
            assign_group(&mut names);
        }
        let sql = format!("INSERT INTO {} ({}) VALUES ({})", source.table, names.join(", "), marks.join(", "));
        self.connection().prepare_cached(&sql)?.execute(params_from_iter(binds))?;
        let rest: Vec<_> = row.iter().filter(|(index, _)| !matches!(source.kept(&object.fields[*index].name), Kept::Column(_))).cloned().collect();
        if let Some(id) = id.as_text().and_then(|text| RecordId::parse(text).ok()) {
            self.update_kept(source, object, id, &rest)?;
        }
        self.forget();
        Ok(())
    }

    pub(super) fn update_kept(&self, source: &Source, object: &Object, id: RecordId, changes: &[(usize, Value)]) -> Result<(), StoreError> {
        let filter = source.filter.map_or(String::new(), |filter| format!(" AND {filter}"));
        let set = |assignment: &str, values: &[&Value]| -> Result<(), StoreError> {
            let id = Value::Text(id.to_string());
            let sql = format!("UPDATE {} SET {assignment} WHERE {} = ?1{filter}", source.table, source.id());
            self.connection().prepare_cached(&sql)?.execute(params_from_iter(std::iter::once(&id).chain(values.iter().copied())))?;
            Ok(())
        };
        for (index, value) in changes {
            let field = &object.fields[*index];
            match source.kept(&field.name) {
                Kept::Column("id" | "set_id") | Kept::Nowhere if field.name != "IsPasswordLocked" => {}
                Kept::Column(column) => set(&format!("{column} = ?2"), &[value])?,
                Kept::Member(column) if value.is_null() || field.kind == FieldType::Boolean && !value.is_true() => {
                    set(&format!("{column} = json_remove({column}, '$.{}')", field.name), &[])?;
                }
                Kept::Member(column) => set(&format!("{column} = json_set({column}, '$.{}', ?2)", field.name), &[value])?,
                Kept::Permission => {
                    let rest = format!("SELECT value FROM json_each(permissions) WHERE value <> '{}'", field.name);
                    let all = if value.is_true() { format!("{rest} UNION SELECT '{}'", field.name) } else { rest };
                    set(&format!("permissions = (SELECT json_group_array(value) FROM ({all} ORDER BY 1))"), &[])?;
                }
                // Unlocking forgets the failed logins that led to it.
                Kept::Nowhere if !value.is_true() => set("locked_until = NULL, failed_logins = 0", &[])?,
                Kept::Nowhere => {}
            }
        }
        if source.table == "_assignment" {
            self.assignment_written(id)?;
        }
        self.forget();
        Ok(())
    }

    pub(super) fn remove_kept(&self, source: &Source, id: RecordId) -> Result<(), StoreError> {
        if source.table == "_permission_set" {
            use crate::org::Directory;
            return self.remove_permission_set(id);
        }
        if source.object == "AuthSession" {
            return happen(self, Event::SessionRemoved(id)).map(|_| ());
        }
        self.execute(&format!("DELETE FROM {} WHERE {} = ?1", source.table, source.id()), [id.to_string()])?;
        self.forget();
        Ok(())
    }
}

/// A permission set group is assigned in the column of permission sets: its id says what it is.
fn assign_group(names: &mut [&str]) {
    for name in names.iter_mut().filter(|name| **name == "group_id") {
        *name = "permission_set_id";
    }
}
