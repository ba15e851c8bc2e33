//! What the tests share: the standard schema as a catalog, a context, and a database that runs statements.

use std::collections::HashMap;
use std::rc::Rc;

use catalogue::{FieldType, Object};
use proptest::test_runner::Config;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};
use serde_json::{Map, Value as Json};
use soql::{Answer, Bind, Catalog, Cell, Child, Compiled, Context, Item, ParentType, Relation, Role, RowFilter, Shape, SoqlError, Statement, Value};

/// The standard objects of a fresh org: all have tables but those named otherwise.
#[derive(Default)]
pub(crate) struct Standard {
    pub(crate) relations: HashMap<&'static str, Relation<'static>>,
    pub(crate) hidden: Vec<(&'static str, &'static str)>,
    /// Rows the user may read of an object, wherever it stands.
    pub(crate) readable: Vec<(&'static str, RowFilter)>,
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

    fn row_filter(&self, object: &Object, _: Role) -> Option<RowFilter> {
        self.readable.iter().find(|(name, _)| object.name == *name).map(|(_, filter)| filter.clone())
    }
}

/// Cases of a property test; `SOQL_CASES` asks for more.
pub(crate) fn config() -> Config {
    let cases = std::env::var("SOQL_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(500);
    Config { cases, failure_persistence: None, ..Config::default() }
}

pub(crate) const USER: &str = "005000000000001AAA";

pub(crate) fn context() -> Context {
    Context {
        now: "2024-05-15T12:30:00Z".parse().unwrap(),
        time_zone: jiff::tz::TimeZone::get("America/Los_Angeles").unwrap(),
        week_start: jiff::civil::Weekday::Sunday,
        fiscal_year_start_month: 2,
        currency: "USD".to_owned(),
        locale: "en_US".to_owned(),
        user_id: USER.to_owned(),
        include_deleted: false,
    }
}

pub(crate) fn compile(text: &str) -> Result<Compiled, SoqlError> {
    soql::compile(text, &Standard::default(), &context())
}

/// A database as the store opens it.
pub(crate) fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.create_collation("FOLD", soql::fold_cmp).unwrap();
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection
        .create_scalar_function("fold", 1, flags, |call| {
            let text: Option<String> = call.get(0)?;
            Ok(text.map(|text| soql::fold(&text).into_owned()))
        })
        .unwrap();
    for function in soql::SQL_FUNCTIONS {
        connection
            .create_scalar_function(function.name, function.arguments, flags, move |call| {
                let arguments: Vec<Value> = (0..call.len()).map(|place| value(call.get_raw(place))).collect();
                Ok(sql(&(function.call)(&arguments)))
            })
            .unwrap();
    }
    rusqlite::vtab::array::load_module(&connection).unwrap();
    connection
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8(text.to_vec()).unwrap()),
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
    }
}

/// The rows of a statement, with the caller's binds filled in.
pub(crate) fn run(connection: &Connection, statement: &Statement, page: i64, ids: &[String]) -> Vec<Vec<Sql>> {
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

/// The records of a query as JSON, read page by page the way the server does; checks on the way that all statements agree.
pub(crate) fn records(connection: &Connection, compiled: &Compiled) -> Vec<Json> {
    let Answer::Rows(rows) = &compiled.answer else { panic!("not a query of records") };
    let first = run(connection, &rows.first, i64::MAX, &[]);
    let ids: Vec<String> = run(connection, &rows.ids, 0, &[]).iter().map(|row| text(&row[0])).collect();
    assert_eq!(first.iter().map(|row| text(&row[rows.shape.id])).collect::<Vec<_>>(), ids);
    assert_eq!(run(connection, &rows.count, 0, &[]), [[Sql::Integer(i64::try_from(ids.len()).unwrap())]]);
    let two = run(connection, &rows.first, 2, &[]);
    assert_eq!(two, first[..first.len().min(2)]);
    let tail = &ids[ids.len() / 2..];
    assert_eq!(run(connection, &rows.page, 0, tail), first[ids.len() / 2..]);
    let children = Family::read(connection, &rows.children, &ids);
    first.iter().map(|row| record(&rows.shape, row, &children)).collect()
}

/// One aggregated or counted result as JSON.
pub(crate) fn groups(connection: &Connection, compiled: &Compiled) -> Vec<Json> {
    match &compiled.answer {
        Answer::Count(count) => run(connection, count, 0, &[]).iter().map(|row| json(&row[0], FieldType::Int)).collect(),
        Answer::Aggregate(aggregate) => {
            let rows = run(connection, &aggregate.rows, i64::MAX, &[]);
            rows.iter().map(|row| Json::Object(items(&aggregate.items, row, &[]))).collect()
        }
        Answer::Rows(_) => panic!("not a grouped query"),
    }
}

/// The rows of one child subquery, as read for all parents at once.
struct Family<'s> {
    child: &'s Child,
    rows: Vec<Vec<Sql>>,
    children: Vec<Family<'s>>,
}

impl<'s> Family<'s> {
    fn read(connection: &Connection, children: &'s [Child], parents: &[String]) -> Vec<Self> {
        let one = |child: &'s Child| {
            let rows = run(connection, &child.rows, 0, parents);
            let ids: Vec<String> = rows.iter().map(|row| text(&row[child.shape.id])).collect();
            assert_eq!(run(connection, &child.page, 0, &ids), rows);
            Self { child, children: Self::read(connection, &child.children, &ids), rows }
        };
        children.iter().map(one).collect()
    }

    fn of(&self, parent: &str) -> Json {
        let own = self.rows.iter().filter(|row| text(&row[self.child.parent]) == parent);
        let records: Vec<Json> = own.map(|row| record(&self.child.shape, row, &self.children)).collect();
        if records.is_empty() { Json::Null } else { Json::Array(records) }
    }
}

fn record(shape: &Shape, row: &[Sql], children: &[Family<'_>]) -> Json {
    let mut record = items(&shape.items, row, children);
    for item in &shape.items {
        if let Cell::Children(index) = item.cell {
            record.insert(item.key.clone(), children[index].of(&text(&row[shape.id])));
        }
    }
    Json::Object(record)
}

fn items(items: &[Item], row: &[Sql], children: &[Family<'_>]) -> Map<String, Json> {
    items.iter().map(|item| (item.key.clone(), cell(&item.cell, row, children))).collect()
}

fn cell(cell: &Cell, row: &[Sql], children: &[Family<'_>]) -> Json {
    let nested = |of: String, list: &[Item]| {
        let mut object = Map::from_iter([("type".to_owned(), Json::String(of))]);
        object.extend(items(list, row, children));
        Json::Object(object)
    };
    match cell {
        Cell::Field { column, kind } => json(&row[*column], *kind),
        Cell::Compound { parts, .. } => {
            let parts: Map<String, Json> = parts.iter().map(|part| (part.key.to_owned(), json(&row[part.column], part.kind))).collect();
            if parts.values().all(Json::is_null) { Json::Null } else { Json::Object(parts) }
        }
        Cell::Parent(parent) if row[parent.id] == Sql::Null => Json::Null,
        Cell::Parent(parent) => match &parent.kind {
            ParentType::Object(name) => nested(name.clone(), &parent.items),
            ParentType::Polymorphic { targets, .. } => {
                nested(targets.object_of(&text(&row[parent.id])).expect("a known prefix").to_owned(), &parent.items)
            }
        },
        Cell::Typeof(type_of) if row[type_of.id] == Sql::Null => Json::Null,
        Cell::Typeof(type_of) => {
            let object = type_of.targets.object_of(&text(&row[type_of.id])).expect("a known prefix");
            let branch = type_of.branches.iter().find(|branch| branch.object == object).map(|branch| &branch.items);
            branch.or(type_of.otherwise.as_ref()).map_or(Json::Null, |items| nested(object.to_owned(), items))
        }
        // Filled in by the record, which knows the parent's id.
        Cell::Children(_) => Json::Null,
    }
}

fn json(value: &Sql, kind: FieldType) -> Json {
    match value {
        Sql::Null => Json::Null,
        Sql::Integer(value) if kind == FieldType::Boolean => Json::Bool(*value != 0),
        Sql::Integer(value) => Json::from(*value),
        Sql::Real(value) => Json::from(*value),
        Sql::Text(value) => Json::String(value.clone()),
        Sql::Blob(_) => panic!("no blob is ever read"),
    }
}

fn text(value: &Sql) -> String {
    match value {
        Sql::Text(text) => text.clone(),
        other => panic!("an id is text, not {other:?}"),
    }
}
