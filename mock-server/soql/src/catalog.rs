//! What the compiler asks about the schema: which objects and fields one user sees, and where their rows come from.

use std::borrow::Cow;

use catalogue::{Field, Object, SeedRow, Text};

use crate::compiled::Value;

/// The schema as one user sees it.
pub trait Catalog {
    /// The object of that API name, in any case; `None` when it does not exist or the user may not read it.
    fn object(&self, name: &str) -> Option<&Object>;

    /// Where the rows of `object` come from.
    fn relation(&self, object: &Object) -> Relation<'_>;

    /// Whether the user may read `field` of `object`; a hidden field is answered like one that does not exist.
    fn sees(&self, _object: &Object, _field: &Field) -> bool {
        true
    }

    /// Which rows of `object` the user may read; `None` for all of them.
    fn row_filter(&self, _object: &Object, _role: Role) -> Option<RowFilter> {
        None
    }

    /// What tells apart what two users see: compiled queries are shared where it is equal. 0 is whoever sees everything.
    fn identity(&self) -> u64 {
        0
    }

    /// The generation of the schema: equal ones hold the same objects. `None` where nothing compiled may be kept.
    fn generation(&self) -> Option<u64> {
        None
    }
}

/// In which part of a query rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// After a FROM: the root, a child subquery, a semi-join.
    Queried,
    /// Joined to a row that refers to it.
    Parent,
}

/// A trusted condition over one object's rows, in the database's dialect. Its parts are written one after the other, in parentheses.
#[derive(Debug, Clone, PartialEq)]
pub struct RowFilter(pub Vec<FilterPart>);

#[derive(Debug, Clone, PartialEq)]
pub enum FilterPart {
    Sql(Cow<'static, str>),
    /// A field of the object, by its API name; written with the alias of its table, null where the relation has no such column.
    Column(Text),
    Value(Value),
    /// A list for `rarray(?)`, which is written as the one question mark.
    List(Vec<Value>),
}

/// Where an object's rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Relation<'a> {
    /// The object's own table: named by the API name, one column per field that is not compound.
    Table,
    /// An object nothing was ever written to.
    Empty,
    /// Rows of a fresh org; fields a row lacks are null.
    Rows(&'a [SeedRow]),
    /// A trusted sub-select without parameters. Fields missing in `columns` read as null (booleans as false).
    Select { sql: Cow<'a, str>, columns: Cow<'a, [Text]> },
    /// Rows made for this query alone, each with a value for every column.
    Values { columns: &'static [&'static str], rows: Vec<Vec<Value>> },
}

impl RowFilter {
    /// The fields it looks at that `relation` has.
    pub(crate) fn columns<'s>(&'s self, relation: &Relation<'_>) -> Vec<&'s str> {
        let named = self.0.iter().filter_map(|part| if let FilterPart::Column(name) = part { Some(&**name) } else { None });
        named.filter(|name| relation.has(name)).collect()
    }
}

impl Relation<'_> {
    /// Whether rows can have a value under that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Relation::Table | Relation::Empty => true,
            Relation::Rows(rows) => rows.iter().any(|row| row.iter().any(|(column, _)| *column == name)),
            Relation::Select { columns, .. } => columns.iter().any(|column| column == name),
            Relation::Values { columns, .. } => columns.contains(&name),
        }
    }
}
