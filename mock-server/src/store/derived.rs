//! Tables whose rows are made from the schema: temporary ones, filled when a query first asks after the schema changed.

use std::borrow::Cow;

use catalogue::{Object, Text};
use rusqlite::types::Value as SqlValue;
use rusqlite::{OptionalExtension, params_from_iter};
use soql::Relation;

use super::Tx;
use crate::schema::{Derive, Schema, StorageClass, columns};
use crate::storage::StoreError;

/// By what these objects are looked up.
const INDEXED: [&str; 5] = ["Id", "DurableId", "EntityDefinitionId", "QualifiedApiName", "FieldDefinitionId"];

impl Tx<'_> {
    pub(super) fn derive(&self, schema: &Schema, object: &Object, derive: Derive) -> Result<Relation<'_>, StoreError> {
        let stem = format!("{}#", object.name);
        let table = format!("{stem}{:x}", schema.generation());
        if !self.is_filled(&table)? {
            self.drop_derived(&stem)?;
            self.fill(&table, schema, object, derive)?;
        }
        let names: Vec<Text> = columns(object).map(|column| Cow::Owned(column.name.to_owned())).collect();
        Ok(Relation::Select { sql: Cow::Owned(format!("SELECT * FROM temp.\"{table}\"")), columns: Cow::Owned(names) })
    }

    fn is_filled(&self, table: &str) -> Result<bool, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT 1 FROM temp.sqlite_master WHERE type = 'table' AND name = ?1")?;
        Ok(statement.query_row([table], |_| Ok(())).optional()?.is_some())
    }

    /// Takes away what was made of earlier schemas.
    fn drop_derived(&self, stem: &str) -> Result<(), StoreError> {
        let mut statement =
            self.connection().prepare_cached("SELECT name FROM temp.sqlite_master WHERE type = 'table' AND substr(name, 1, length(?1)) = ?1")?;
        let old: Vec<String> = statement.query_map([stem], |row| row.get(0))?.collect::<Result<_, _>>()?;
        drop(statement);
        for table in old {
            self.connection().execute_batch(&format!("DROP TABLE temp.\"{table}\""))?;
        }
        Ok(())
    }

    fn fill(&self, table: &str, schema: &Schema, object: &Object, derive: Derive) -> Result<(), StoreError> {
        let names: Vec<(&str, StorageClass)> = columns(object).map(|column| (column.name, column.class)).collect();
        let declared = names.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(",");
        let marks = vec!["?"; names.len()].join(",");
        self.connection().execute_batch(&format!("SAVEPOINT derive; CREATE TEMP TABLE \"{table}\" ({declared})"))?;
        let mut insert = self.connection().prepare(&format!("INSERT INTO temp.\"{table}\" VALUES ({marks})"))?;
        let mut failed = None;
        derive(schema, &mut |row| {
            let value = |(name, class): &(&str, StorageClass)| {
                let found = row.0.iter().find(|(field, _)| field == name).map(|(_, value)| value);
                found.map_or(if *class == StorageClass::Boolean { SqlValue::Integer(0) } else { SqlValue::Null }, super::records::sql_value)
            };
            if let Err(error) = insert.execute(params_from_iter(names.iter().map(value))) {
                failed = Some(error);
            }
        });
        drop(insert);
        if let Some(error) = failed {
            self.connection().execute_batch("ROLLBACK TO derive; RELEASE derive")?;
            return Err(error.into());
        }
        for name in INDEXED.iter().filter(|name| names.iter().any(|(known, _)| known == *name)) {
            self.connection().execute_batch(&format!("CREATE INDEX temp.\"{table}.{name}\" ON \"{table}\" (\"{name}\")"))?;
        }
        Ok(self.connection().execute_batch("RELEASE derive")?)
    }
}
