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

/// The table that Bulk ingest is measured against: what an imported account must store, and the index of its external id.
pub struct Accounts {
    connection: Connection,
    rows: usize,
}

impl Accounts {
    pub fn new() -> Self {
        let connection = Connection::open_in_memory().expect("a database");
        connection
            .execute_batch(
                "CREATE TABLE Account (Id TEXT PRIMARY KEY NOT NULL, Name TEXT, Number__c TEXT, Industry TEXT, BillingCity TEXT, OwnerId TEXT,
                     CreatedById TEXT, CreatedDate INTEGER, LastModifiedById TEXT, LastModifiedDate INTEGER, SystemModstamp INTEGER, IsDeleted INTEGER);
                 CREATE UNIQUE INDEX number ON Account (Number__c);",
            )
            .expect("a table");
        Self { connection, rows: 0 }
    }

    /// Inserts the rows of a CSV without quotes in one transaction.
    pub fn insert(&mut self, csv: &str) {
        let user = "005Fk000000AAAAIA4";
        let at = 1_769_860_800_000_i64;
        let transaction = self.connection.transaction().expect("a transaction");
        {
            let mut insert =
                transaction.prepare_cached("INSERT INTO Account VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?6, ?7, ?7, 0)").expect("a statement");
            for line in csv.lines().skip(1) {
                let mut cells = line.split(',');
                let mut cell = || cells.next().unwrap_or_default();
                self.rows += 1;
                insert.execute((format!("001Fk0000{:06}AAA", self.rows), cell(), cell(), cell(), cell(), user, at)).expect("a row");
            }
        }
        transaction.commit().expect("a commit");
    }
}
