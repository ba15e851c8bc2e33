//! The queries of `tests/queries`, run through all stages and prepared by SQLite on the standard objects' tables.

use std::fs;
use std::path::Path;

use catalogue::{Field, FieldType};
use rusqlite::Connection;
use soql::{Answer, Child, Statement};

use crate::bench::{compile, database, run};

/// Name and text of each query file.
pub(crate) fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/queries");
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap().trim_end().to_owned()))
        .collect();
    files.sort();
    files
}

#[test]
fn every_query_file_compiles_to_statements_sqlite_accepts() {
    let connection = database();
    create_tables(&connection);
    let files = files();
    assert!(!files.is_empty());
    for (name, text) in files {
        let compiled = compile(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        match compiled.answer {
            Answer::Count(count) => check(&connection, &[&count]),
            Answer::Aggregate(aggregate) => check(&connection, &[&aggregate.rows]),
            Answer::Rows(rows) => {
                check(&connection, &[&rows.first, &rows.count, &rows.ids, &rows.page]);
                check_children(&connection, &rows.children);
            }
        }
    }
}

fn check(connection: &Connection, statements: &[&Statement]) {
    for statement in statements {
        run(connection, statement, 10, &["001000000000001AAA".to_owned()]);
    }
}

fn check_children(connection: &Connection, children: &[Child]) {
    for child in children {
        check(connection, &[&child.rows, &child.page]);
        check_children(connection, &child.children);
    }
}

/// All standard tables, empty, as the store would make them.
pub(crate) fn create_tables(connection: &Connection) {
    for object in catalogue::STANDARD.iter() {
        let stored = |field: &&Field| !matches!(field.kind, FieldType::Address | FieldType::Location);
        let columns: Vec<String> = object.fields.iter().filter(stored).map(column).collect();
        connection.execute(&format!("CREATE TABLE \"{}\" ({})", object.name, columns.join(", ")), []).unwrap();
    }
}

fn column(field: &Field) -> String {
    let kind = match field.kind {
        FieldType::Id => "TEXT NOT NULL PRIMARY KEY",
        FieldType::Reference | FieldType::Date => "TEXT",
        FieldType::Boolean => "INTEGER NOT NULL DEFAULT 0",
        FieldType::Int | FieldType::Datetime | FieldType::Time => "INTEGER",
        FieldType::Currency | FieldType::Double | FieldType::Percent => "REAL",
        FieldType::Base64 => "BLOB",
        _ => "TEXT COLLATE FOLD",
    };
    format!("\"{}\" {kind}", field.name)
}
