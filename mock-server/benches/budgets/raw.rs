//! The other yardstick: SQLite stepped by hand, its rows written by serde_json.

use rusqlite::Connection;
use serde::Serialize;

/// The columns the page scene asks for.
#[derive(Serialize)]
struct Row {
    attributes: Attributes,
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "FirstName")]
    first_name: Option<String>,
    #[serde(rename = "LastName")]
    last_name: String,
    #[serde(rename = "Email")]
    email: Option<String>,
    #[serde(rename = "CreatedDate")]
    created_date: String,
}

#[derive(Serialize)]
struct Attributes {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
}

/// An in-memory table with the rows of the page scene.
pub fn table(rows: usize) -> Connection {
    let connection = Connection::open_in_memory().expect("a database");
    connection
        .execute_batch(
            "CREATE TABLE Contact (Id TEXT PRIMARY KEY NOT NULL, FirstName TEXT, LastName TEXT, Email TEXT, CreatedDate INTEGER, IsDeleted INTEGER)",
        )
        .expect("a table");
    for row in 0..rows {
        let values =
            (format!("003Fk000000{row:04}AAA"), format!("First {row}"), format!("Last {row}"), format!("c{row}@example.com"), 1_769_860_800_000_i64);
        connection.execute("INSERT INTO Contact VALUES (?1, ?2, ?3, ?4, ?5, 0)", values).expect("a row");
    }
    connection
}

/// Reads all rows into one JSON document, as the REST API writes them.
pub fn page(connection: &Connection) -> Vec<u8> {
    let mut statement = connection
        .prepare_cached("SELECT Id, FirstName, LastName, Email, CreatedDate FROM Contact WHERE IsDeleted = 0 LIMIT 2000")
        .expect("a statement");
    let mut found = statement.query(()).expect("rows");
    let mut out = b"{\"records\":[".to_vec();
    while let Some(row) = found.next().expect("a row") {
        if out.len() > 12 {
            out.push(b',');
        }
        let id: String = row.get(0).expect("an id");
        let created = jiff::Timestamp::from_millisecond(row.get(4).expect("a time")).expect("a time");
        let row = Row {
            attributes: Attributes { kind: "Contact", url: format!("/services/data/v67.0/sobjects/Contact/{id}") },
            id,
            first_name: row.get(1).expect("a name"),
            last_name: row.get(2).expect("a name"),
            email: row.get(3).expect("an address"),
            created_date: format!("{created:.3}"),
        };
        serde_json::to_writer(&mut out, &row).expect("JSON");
    }
    out.extend_from_slice(b"]}");
    out
}
