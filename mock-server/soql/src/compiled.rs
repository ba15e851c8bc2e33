//! What the compiler hands out: statements to run, and the shape of the JSON their rows make.

use catalogue::FieldType;

/// A compiled query. Owns all it needs, so it may be kept for as long as schema, user and clock stay the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    /// API name of the object after the root FROM.
    pub object: String,
    pub answer: Answer,
    /// LIMIT of the root query.
    pub limit: Option<u64>,
    /// OFFSET of the root query; 0 when it has none.
    pub offset: u64,
    /// `FOR VIEW` or `FOR REFERENCE`: what the caller records about the returned rows.
    pub usage: Usage,
}

/// Bytes of a statement's text, so that reading it takes the database a fraction of a second.
const LONGEST: usize = 2 * 1024 * 1024;
/// Parameters of a statement that SQLite takes.
const MOST_BINDS: usize = 32_766;
/// Sub-selects of a statement: each costs the database far more than its text.
const MOST_SUB_SELECTS: usize = 4_000;

impl Compiled {
    /// Whether a statement is more than the database bears. A condition on a parent of many kinds is written out for each kind, so
    /// a text within Salesforce's limit can become a hundred times as long.
    pub(crate) fn is_too_large(&self) -> bool {
        match &self.answer {
            Answer::Count(statement) => statement.is_too_large(),
            Answer::Aggregate(aggregate) => aggregate.rows.is_too_large(),
            Answer::Rows(rows) => rows.first.is_too_large() || rows.children.iter().any(Child::is_too_large),
        }
    }
}

impl Child {
    fn is_too_large(&self) -> bool {
        self.rows.is_too_large() || self.children.iter().any(Self::is_too_large)
    }
}

impl Statement {
    fn is_too_large(&self) -> bool {
        self.sql.len() > LONGEST || self.binds.len() > MOST_BINDS || self.sql.matches("(SELECT ").count() > MOST_SUB_SELECTS
    }
}

/// The kind of answer a query has.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// `SELECT COUNT()`: the statement gives one row with one integer, the `totalSize`; `records` is empty.
    Count(Statement),
    Rows(Rows),
    Aggregate(Aggregate),
}

/// Which of an object's usage dates a query moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    pub view: bool,
    pub reference: bool,
}

/// SQL text and its parameters, in the order of their `?`.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub sql: String,
    pub binds: Vec<Bind>,
}

/// One parameter of a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Bind {
    Value(Value),
    /// A list for `rarray(?)`.
    List(Vec<Value>),
    /// Filled by the caller: how many rows it wants at most (an integer). The query's own LIMIT holds besides.
    PageSize,
    /// Filled by the caller: a list of 18-character ids for `rarray(?)`.
    Ids,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
}

/// The statements of a query that answers records. All row statements have the same columns, described by `shape`.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    pub shape: Shape,
    /// The first rows in order, at most `Bind::PageSize` of them. Ask for one more than a page to see whether there is a next one.
    pub first: Statement,
    /// One integer: how many rows the whole result has, LIMIT and OFFSET applied.
    pub count: Statement,
    /// One column: the ids of the whole result in order, LIMIT and OFFSET applied.
    pub ids: Statement,
    /// The rows of `Bind::Ids`, in the order of that list. Rows that are gone are skipped.
    pub page: Statement,
    /// The child subqueries, as `Cell::Children` numbers them.
    pub children: Vec<Child>,
}

/// A child subquery: one statement for all parents of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Child {
    pub shape: Shape,
    /// The column of the statements that holds the parent's id.
    pub parent: usize,
    /// The children of the parents in `Bind::Ids`: rows of one parent stand together, in the subquery's order, each parent's LIMIT applied.
    pub rows: Statement,
    /// The children whose own ids are in `Bind::Ids`, in the order of that list (for the pages of one child list).
    pub page: Statement,
    pub children: Vec<Child>,
}

/// How one row becomes one JSON record.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// `attributes.type`.
    pub object: String,
    /// The column that holds the record's id (for `attributes.url`, children and the cursor).
    pub id: usize,
    /// The record's keys after `attributes`, in order.
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The JSON key: the API spelling, or the alias.
    pub key: String,
    pub cell: Cell,
}

/// The value of a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A plain value. `Datetime` columns hold milliseconds since 1970, `Time` milliseconds since midnight, `Date` text `YYYY-MM-DD`,
    /// `Boolean` 0 or 1, `Int` integers, other numbers reals (or integers), `Base64` 1 where there is a body, all else text; null is null.
    Field { column: usize, kind: FieldType },
    /// An address or a geolocation: an object of the parts, or null when every part is null.
    Compound { kind: FieldType, parts: Vec<Part> },
    /// A parent record: null when its id column is null.
    Parent(Parent),
    /// TYPEOF: which keys are shown depends on the row.
    Typeof(Typeof),
    /// Index of the child subquery; null in JSON when it has no rows.
    Children(usize),
}

/// One part of a compound field, under its JSON key (`street`, `latitude`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub key: &'static str,
    pub column: usize,
    pub kind: FieldType,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Parent {
    /// The column with the parent's id.
    pub id: usize,
    pub kind: ParentType,
    pub items: Vec<Item>,
}

/// What a parent record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParentType {
    Object(String),
    /// The row's id decides: see `Targets`. `attributes.type` is `Name` when `named` is true, else the real object's name.
    Polymorphic {
        targets: Targets,
        named: bool,
    },
}

/// The objects a polymorphic reference can point to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets(pub Vec<Target>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// First three characters of its ids.
    pub prefix: String,
    /// API name.
    pub object: String,
}

impl Targets {
    /// The API name of the object `id` belongs to.
    pub fn object_of(&self, id: &str) -> Option<&str> {
        self.0.iter().find(|target| id.starts_with(&target.prefix)).map(|target| target.object.as_str())
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Typeof {
    /// The column with the parent's id.
    pub id: usize,
    pub targets: Targets,
    pub branches: Vec<Branch>,
    /// ELSE: the value is null where it is missing and no branch fits. `attributes.type` is then still the real object's name.
    pub otherwise: Option<Vec<Item>>,
}

/// WHEN `object` THEN `items`.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    pub object: String,
    pub items: Vec<Item>,
}

/// An aggregated query: records of type `AggregateResult` without url.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    pub items: Vec<Item>,
    /// Takes `Bind::PageSize`. Such a result has no further pages: more rows than a page is `SoqlError::aggregate_too_large`.
    pub rows: Statement,
}
