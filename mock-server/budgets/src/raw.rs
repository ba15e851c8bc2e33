//! The other yardstick: SQLite stepped by hand, its rows written by serde_json.

use std::path::{Path, PathBuf};

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

/// A table in memory that rows of accounts are inserted into by hand.
pub struct Accounts {
    connection: Connection,
    rows: usize,
}

impl Accounts {
    /// Twelve columns: what an imported account must at least store, and the index of its external id.
    pub fn slim() -> Self {
        Self::of(&[
            "CREATE TABLE Account (Id TEXT PRIMARY KEY NOT NULL, Name TEXT, Number__c TEXT, Industry TEXT, BillingCity TEXT, OwnerId TEXT,
                 CreatedById TEXT, CreatedDate INTEGER, LastModifiedById TEXT, LastModifiedDate INTEGER, SystemModstamp INTEGER, IsDeleted INTEGER)",
            "CREATE UNIQUE INDEX number ON Account (Number__c)",
        ])
    }

    /// The table and indexes that a server keeps accounts in, taken from the database it left in `directory`.
    pub fn like_those_in(directory: &Path) -> Self {
        let orgs = std::fs::read_dir(directory.join("orgs")).expect("the orgs' databases");
        let is_database = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "db");
        let made = orgs.filter_map(|entry| Some(entry.ok()?.path())).filter(is_database).map(|path| statements(&path)).max_by_key(Vec::len);
        let made = made.expect("an org");
        Self::of(&made.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn of(statements: &[&str]) -> Self {
        assert!(!statements.is_empty(), "no table of accounts");
        let connection = Connection::open_in_memory().expect("a database");
        connection.create_collation("FOLD", soql::fold_cmp).expect("the collation");
        statements.iter().for_each(|statement| connection.execute_batch(statement).expect("a table"));
        Self { connection, rows: 0 }
    }

    /// Inserts the rows of a CSV without quotes in one transaction.
    pub fn insert(&mut self, csv: &str) {
        let user = "005Fk000000AAAAIA4";
        let at = 1_769_860_800_000_i64;
        let transaction = self.connection.transaction().expect("a transaction");
        {
            let insertion = "INSERT INTO Account (Id, Name, Number__c, Industry, BillingCity, OwnerId, CreatedById, CreatedDate, LastModifiedById,
                LastModifiedDate, SystemModstamp) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?6, ?7, ?7)";
            let mut insert = transaction.prepare_cached(insertion).expect("a statement");
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

/// What made the table of accounts in this database, and its indexes.
fn statements(path: &Path) -> Vec<String> {
    let database = Connection::open(path).expect("an org's database");
    let sql = "SELECT sql FROM sqlite_schema WHERE tbl_name = 'Account' AND sql IS NOT NULL ORDER BY type = 'index'";
    let mut statement = database.prepare(sql).expect("a statement");
    let made = statement.query_map((), |row| row.get(0)).expect("its schema");
    made.collect::<Result<_, _>>().expect("its schema")
}
