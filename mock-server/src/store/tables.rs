//! Tables of records: made on the first write to an object, widened when a field is added.

use catalogue::Object;

use super::Tx;
use crate::clock::Timestamp;
use crate::schema::{Column, Schema, StorageClass, columns};
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
        Ok(())
    }

    fn index(&self, object: &Object, column: Column<'_>) -> Result<(), StoreError> {
        let sql = format!("CREATE INDEX IF NOT EXISTS \"{0}.{1}\" ON \"{0}\" (\"{1}\")", object.name, column.name);
        Ok(self.connection().execute_batch(&sql)?)
    }

    /// The custom objects and fields as JSON, and when they last changed.
    pub fn schema_definition(&self) -> Result<Option<(String, Timestamp)>, StoreError> {
        let Some(text) = self.fact("schema")? else { return Ok(None) };
        Ok(Some((text, Timestamp(self.fact("schema_modified")?.unwrap_or(0)))))
    }

    /// Stores the definition that made `schema`, and brings existing tables in step with it.
    pub fn put_schema_definition(&self, definition: &str, schema: &Schema, now: Timestamp) -> Result<(), StoreError> {
        self.put_fact("schema", definition)?;
        self.put_fact("schema_modified", now.0)?;
        let tables: Vec<String> = self.org.tables.read().iter().cloned().collect();
        for table in tables {
            match schema.any_object(&table) {
                Some(object) => self.fit(object)?,
                None => self.drop_table(&table)?,
            }
        }
        Ok(())
    }

    /// Gives the object's table the columns it lacks and takes away those of fields that are gone:
    /// a field made again under the name, maybe with another type, starts empty.
    fn fit(&self, object: &Object) -> Result<(), StoreError> {
        let mut statement = self.connection().prepare("SELECT name FROM pragma_table_info(?1)")?;
        let present: Vec<String> = statement.query_map([&object.name], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for column in columns(object).filter(|column| !present.iter().any(|name| name == column.name)) {
            self.connection().execute_batch(&format!("ALTER TABLE \"{}\" ADD COLUMN {}", object.name, declaration(column)))?;
            if column.indexed {
                self.index(object, column)?;
            }
        }
        for name in present.iter().filter(|name| !columns(object).any(|column| column.name == *name)) {
            let sql = format!("DROP INDEX IF EXISTS \"{0}.{name}\"; ALTER TABLE \"{0}\" DROP COLUMN \"{name}\"", object.name);
            self.connection().execute_batch(&sql)?;
            self.forget_numbers(&format!("{}.{name}", object.name))?;
        }
        Ok(())
    }

    fn drop_table(&self, name: &str) -> Result<(), StoreError> {
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
