//! Tables of records: made on the first write to an object, widened when a field is added.

use catalogue::Object;

use super::Tx;
use crate::clock::Timestamp;
use crate::schema::{Column, CustomField, CustomType, Definition, Schema, StorageClass, columns};
use crate::storage::StoreError;

impl Tx<'_> {
    /// Makes the object's table unless it exists. Objects whose rows belong to other rooms have none.
    pub(super) fn make_table(&self, object: &Object) -> Result<(), StoreError> {
        if self.has_table(&object.name) {
            return Ok(());
        }
        let declared: Vec<String> = columns(object).map(declaration).collect();
        self.connection().execute_batch(&format!("CREATE TABLE \"{}\" ({})", object.name, declared.join(", ")))?;
        for column in columns(object).filter(|column| column.indexed) {
            self.index(object, column)?;
        }
        self.made_table(&object.name);
        self.plant_seeds(object)
    }

    /// Writes the rows every fresh org has: from now on they are read from the table, and can be changed.
    fn plant_seeds(&self, object: &Object) -> Result<(), StoreError> {
        use crate::records::{Rows, Value};
        for seed in object.seed.iter() {
            let cells = seed.iter().filter_map(|(name, _)| Some((object.field_index(name)?, Value::of_seed(seed, name))));
            self.insert(object, &cells.collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Nobody looks for null by an index, and most lookups of most records are null: those rows have no entry.
    fn index(&self, object: &Object, column: Column<'_>) -> Result<(), StoreError> {
        let sql = format!("CREATE INDEX IF NOT EXISTS \"{0}.{1}\" ON \"{0}\" (\"{1}\") WHERE \"{1}\" IS NOT NULL", object.name, column.name);
        Ok(self.connection().execute_batch(&sql)?)
    }

    /// The custom objects and fields as JSON, and when they last changed.
    pub fn schema_definition(&self) -> Result<Option<(String, Timestamp)>, StoreError> {
        let Some(text) = self.fact("schema")? else { return Ok(None) };
        Ok(Some((text, Timestamp(self.fact("schema_modified")?.unwrap_or(0)))))
    }

    /// Stores the definition that made the second schema, and brings the tables of the first in step with it.
    pub fn put_schema_definition(&self, definition: &str, (before, after): (&Schema, &Schema), now: Timestamp) -> Result<(), StoreError> {
        self.put_fact("schema", definition)?;
        self.put_fact("schema_modified", now.0)?;
        let tables: Vec<String> = self.org.tables.read().iter().cloned().collect();
        for table in tables {
            match (before.any_object(&table), after.any_object(&table)) {
                (_, None) => self.drop_table(&table)?,
                (Some(before), Some(after)) if before == after => {}
                (known, Some(object)) => {
                    for (old, new) in renamed(&object.name, before.definition(), after.definition()) {
                        self.rename_column(object, &old, &new)?;
                    }
                    self.fit(known, object)?;
                }
            }
        }
        Ok(())
    }

    /// Gives the object's table the columns it lacks and takes away those of fields that are gone:
    /// a field made again under the name, maybe with another type, starts empty.
    fn fit(&self, before: Option<&Object>, object: &Object) -> Result<(), StoreError> {
        let mut statement = self.connection().prepare("SELECT name FROM pragma_table_info(?1)")?;
        let present: Vec<String> = statement.query_map([&object.name], |row| row.get(0))?.collect::<Result<_, _>>()?;
        drop(statement);
        for column in columns(object) {
            let known = present.iter().any(|name| name == column.name);
            if !known {
                self.connection().execute_batch(&format!("ALTER TABLE \"{}\" ADD COLUMN {}", object.name, declaration(column)))?;
            } else if before.and_then(|before| columns(before).find(|own| own.name == column.name)).is_some_and(|own| own.class != column.class) {
                self.redeclare(object, column)?;
            }
            if column.indexed {
                self.index(object, column)?;
            } else if known {
                self.drop_index(object, column.name)?;
            }
        }
        let gone: Vec<&String> = present.iter().filter(|name| !columns(object).any(|column| column.name == **name)).collect();
        if !gone.is_empty() {
            self.forget_search(&object.name)?;
        }
        for name in gone {
            self.drop_index(object, name)?;
            self.connection().execute_batch(&format!("ALTER TABLE \"{}\" DROP COLUMN \"{name}\"", object.name))?;
            self.forget_numbers(&format!("{}.{name}", object.name))?;
        }
        Ok(())
    }

    fn drop_index(&self, object: &Object, column: &str) -> Result<(), StoreError> {
        Ok(self.connection().execute_batch(&format!("DROP INDEX IF EXISTS \"{}.{column}\"", object.name))?)
    }

    /// Keeps a field's values under its new name.
    fn rename_column(&self, object: &Object, old: &str, new: &str) -> Result<(), StoreError> {
        self.drop_index(object, old)?;
        self.connection().execute_batch(&format!("ALTER TABLE \"{}\" RENAME COLUMN \"{old}\" TO \"{new}\"", object.name))?;
        let sequence = |name: &str| format!("{}.{name}", object.name);
        self.execute("UPDATE _sequence SET name = ?2 WHERE name = ?1", (sequence(old), sequence(new)))
    }

    /// Gives a column another class, with the values it holds.
    fn redeclare(&self, object: &Object, column: Column<'_>) -> Result<(), StoreError> {
        self.forget_search(&object.name)?;
        self.drop_index(object, column.name)?;
        let (table, name) = (&object.name, column.name);
        let sql = format!(
            "ALTER TABLE \"{table}\" RENAME COLUMN \"{name}\" TO \"{name}#\"; ALTER TABLE \"{table}\" ADD COLUMN {}; \
             UPDATE \"{table}\" SET \"{name}\" = \"{name}#\"; ALTER TABLE \"{table}\" DROP COLUMN \"{name}#\"",
            declaration(column)
        );
        Ok(self.connection().execute_batch(&sql)?)
    }

    pub(super) fn drop_table(&self, name: &str) -> Result<(), StoreError> {
        self.forget_search(name)?;
        self.connection().execute_batch(&format!("DROP TABLE \"{name}\""))?;
        self.org.tables.write().remove(name);
        self.forget_numbers(&format!("{name}."))
    }

    /// Auto numbers whose name begins so count from the start again.
    fn forget_numbers(&self, beginning: &str) -> Result<(), StoreError> {
        self.connection().execute("DELETE FROM _sequence WHERE substr(name, 1, length(?1)) = ?1", [beginning])?;
        Ok(())
    }
}

/// Columns of fields that have another name than before: (old, new).
fn renamed(object: &str, before: &Definition, after: &Definition) -> Vec<(String, String)> {
    let of_object = |field: &&CustomField| field.object.eq_ignore_ascii_case(object);
    let mut pairs = Vec::new();
    for field in after.fields.iter().filter(of_object) {
        let known = before.fields.iter().find(|known| known.id.is_some() && known.id == field.id);
        if let Some(known) = known.filter(|known| known.name != field.name) {
            let parts = |name: &str| ["Latitude", "Longitude"].map(|half| format!("{}__{half}__s", name.trim_end_matches("__c")));
            match field.kind {
                CustomType::Location => pairs.extend(parts(&known.name).into_iter().zip(parts(&field.name))),
                _ => pairs.push((known.name.clone(), field.name.clone())),
            }
        }
    }
    pairs
}

fn declaration(column: Column<'_>) -> String {
    let kind = match column.class {
        StorageClass::Id => "TEXT NOT NULL PRIMARY KEY",
        StorageClass::Reference | StorageClass::Date | StorageClass::CaseSensitiveText => "TEXT",
        StorageClass::Boolean => "INTEGER NOT NULL DEFAULT 0",
        StorageClass::Int | StorageClass::Datetime | StorageClass::Time => "INTEGER",
        StorageClass::Real => "REAL",
        StorageClass::Blob => "BLOB",
        StorageClass::Text => "TEXT COLLATE FOLD",
    };
    format!("\"{}\" {kind}", column.name)
}
