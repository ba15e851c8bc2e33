//! What the tests share: the standard schema as a catalog, a context, and a database that runs statements.

use std::collections::HashMap;
use std::rc::Rc;

use catalogue::Object;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, ToSql, params_from_iter};
use soql::{Bind, Catalog, Compiled, Context, Relation, SoqlError, Statement, Value};

/// The standard objects of a fresh org: all have tables but those named otherwise.
#[derive(Default)]
pub struct Standard {
    pub relations: HashMap<&'static str, Relation<'static>>,
    pub hidden: Vec<(&'static str, &'static str)>,
}

impl Catalog for Standard {
    fn object(&self, name: &str) -> Option<&Object> {
        catalogue::object(name)
    }

    fn relation(&self, object: &Object) -> Relation<'_> {
        self.relations.get(object.name.as_ref()).cloned().unwrap_or(Relation::Table)
    }

    fn sees(&self, object: &Object, field: &catalogue::Field) -> bool {
        !self.hidden.iter().any(|(hidden, name)| object.name == *hidden && field.name == *name)
    }
}

pub const USER: &str = "005000000000001AAA";

pub fn context() -> Context {
    Context {
        now: "2024-05-15T12:30:00Z".parse().unwrap(),
        time_zone: jiff::tz::TimeZone::get("America/Los_Angeles").unwrap(),
        week_start: jiff::civil::Weekday::Sunday,
        fiscal_year_start_month: 2,
        currency: "USD".to_owned(),
        user_id: USER.to_owned(),
        include_deleted: false,
    }
}

pub fn compile(text: &str) -> Result<Compiled, SoqlError> {
    soql::compile(text, &Standard::default(), &context())
}

/// A database as the store opens it.
pub fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.create_collation("FOLD", soql::fold_cmp).unwrap();
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection
        .create_scalar_function("fold", 1, flags, |call| {
            let text: Option<String> = call.get(0)?;
            Ok(text.map(|text| soql::fold(&text).into_owned()))
        })
        .unwrap();
    rusqlite::vtab::array::load_module(&connection).unwrap();
    connection
}

/// The rows of a statement, with the caller's binds filled in.
pub fn run(connection: &Connection, statement: &Statement, page: i64, ids: &[String]) -> Vec<Vec<Sql>> {
    let mut prepared = connection.prepare(&statement.sql).unwrap_or_else(|error| panic!("{error}: {}", statement.sql));
    let width = prepared.column_count();
    let binds = statement.binds.iter().map(|bind| filled(bind, page, ids));
    let rows = prepared.query_map(params_from_iter(binds), |row| (0..width).map(|column| row.get(column)).collect());
    rows.unwrap_or_else(|error| panic!("{error}: {}", statement.sql)).map(Result::unwrap).collect()
}

fn filled(bind: &Bind, page: i64, ids: &[String]) -> Box<dyn ToSql> {
    match bind {
        Bind::Value(value) => Box::new(sql(value)),
        Bind::List(values) => Box::new(Rc::new(values.iter().map(sql).collect::<Vec<_>>())),
        Bind::PageSize => Box::new(page),
        Bind::Ids => Box::new(Rc::new(ids.iter().cloned().map(Sql::Text).collect::<Vec<_>>())),
    }
}

fn sql(value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Integer(value) => Sql::Integer(*value),
        Value::Real(value) => Sql::Real(*value),
        Value::Text(value) => Sql::Text(value.clone()),
    }
}
