//! Many rows of one table written by few statements: the indexes are looked through once a statement, not once a row.

use catalogue::{FieldType, Object};
use rusqlite::types::Null;

use super::Tx;
use crate::records::Value;
use crate::storage::StoreError;

/// Rows of one statement. More bring nothing, and take longer to prepare.
const TOGETHER: usize = 50;

/// Values of one statement: SQLite takes 32,766.
const VALUES: usize = 30_000;

type Cells = [(usize, Value)];

impl Tx<'_> {
    pub(super) fn insert_together(&self, object: &Object, shared: &Cells, rows: &[Vec<(usize, Value)>]) -> Result<(), StoreError> {
        self.changed(&object.name);
        self.make_table(object)?;
        let columns = own_columns(object, rows);
        let most = TOGETHER.min(VALUES / (columns.len() + 1));
        let mut rest = rows;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(if rest.len() < most { 1 } else { most });
            self.insert_at_once(object, shared, &columns, now)?;
            rest = later;
        }
        Ok(())
    }

    fn insert_at_once(&self, object: &Object, shared: &Cells, columns: &[usize], rows: &[Vec<(usize, Value)>]) -> Result<(), StoreError> {
        let mut statement = self.connection().prepare_cached(&insertion(object, shared, columns, rows.len()))?;
        let mut place = 0;
        let mut next = || {
            place += 1;
            place
        };
        for (_, value) in shared {
            statement.raw_bind_parameter(next(), value)?;
        }
        for row in rows {
            for column in columns {
                match row.iter().find(|(field, _)| field == column) {
                    Some((_, value)) if !value.is_null() => statement.raw_bind_parameter(next(), value)?,
                    _ if object.fields[*column].kind == FieldType::Boolean => statement.raw_bind_parameter(next(), false)?,
                    _ => statement.raw_bind_parameter(next(), Null)?,
                }
            }
        }
        statement.raw_execute()?;
        Ok(())
    }
}

/// The fields for which some row has more than what an empty column says, in the order of the table.
fn own_columns(object: &Object, rows: &[Vec<(usize, Value)>]) -> Vec<usize> {
    let mut columns: Vec<usize> = Vec::with_capacity(16);
    for (field, value) in rows.iter().flatten() {
        let is_blank = value.is_null() || object.fields[*field].kind == FieldType::Boolean && !value.is_true();
        if !is_blank && !columns.contains(field) {
            columns.push(*field);
        }
    }
    columns.sort_unstable();
    columns
}

/// `INSERT INTO "Account" ("CreatedDate","Id","Name") VALUES (?1,?2,?3),(?1,?4,?5)`
fn insertion(object: &Object, shared: &Cells, columns: &[usize], rows: usize) -> String {
    let width = shared.len() + columns.len();
    let mut sql = String::with_capacity(64 + 20 * width + 6 * width * rows);
    sql.extend(["INSERT INTO \"", &*object.name, "\" ("]);
    for (place, field) in shared.iter().map(|(field, _)| field).chain(columns).enumerate() {
        sql.extend([if place == 0 { "\"" } else { ",\"" }, &*object.fields[*field].name, "\""]);
    }
    sql.push_str(") VALUES ");
    let mut own = shared.len();
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..width {
            let mark = if column < shared.len() { column } else { own };
            own += usize::from(column >= shared.len());
            sql.push_str(if column == 0 { "?" } else { ",?" });
            sql.push_str(itoa::Buffer::new().format(mark + 1));
        }
        sql.push(')');
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rows_share_is_bound_once() {
        let object = catalogue::object("Account").unwrap();
        let field = |name: &str| object.field_index(name).unwrap();
        let shared = [(field("CreatedDate"), Value::Integer(1))];
        let sql = insertion(object, &shared, &[field("Id"), field("Name")], 2);
        assert_eq!(sql, r#"INSERT INTO "Account" ("CreatedDate","Id","Name") VALUES (?1,?2,?3),(?1,?4,?5)"#);
    }

    #[test]
    fn columns_that_hold_nothing_in_any_row_are_left_out() {
        let object = catalogue::object("Contact").unwrap();
        let field = |name: &str| object.field_index(name).unwrap();
        let (phone, deleted, name) = (field("Phone"), field("IsDeleted"), field("LastName"));
        let rows = [
            vec![(phone, Value::Null), (deleted, Value::boolean(false)), (name, Value::Text("A".to_owned()))],
            vec![(name, Value::Text("B".to_owned())), (deleted, Value::boolean(false))],
        ];
        assert_eq!(own_columns(object, &rows), [name]);
    }
}
