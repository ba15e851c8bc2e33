//! A resolved query: every name is a column of a joined table, every literal has its field's type.

use catalogue::{Field, FieldType, Object};

use crate::catalog::Relation;
use crate::compiled::{Item, Usage, Value};
use crate::syntax::ast::Days;

/// A table of one FROM clause, by its place in [`Records::tables`]; 0 is the object queried.
pub(crate) type TableId = usize;

/// A whole statement.
#[derive(Debug, PartialEq)]
pub(crate) struct Query<'c> {
    pub(crate) answer: Answer<'c>,
    pub(crate) usage: Usage,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Answer<'c> {
    Count(Records<'c>),
    Rows(Records<'c>),
}

/// A query of records: root, child subquery, or the records a count counts.
#[derive(Debug, PartialEq)]
pub(crate) struct Records<'c> {
    pub(crate) tables: Vec<Table<'c>>,
    pub(crate) columns: Vec<Expr<'c>>,
    /// The JSON keys; their cells hold places in `columns`.
    pub(crate) items: Vec<Item>,
    /// The place of the record's id in `columns`.
    pub(crate) id: usize,
    pub(crate) filter: Option<Test<'c>>,
    pub(crate) order: Vec<SortKey<'c>>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: u64,
    pub(crate) children: Vec<Children<'c>>,
}

/// A child subquery and the field that points at the parent.
#[derive(Debug, PartialEq)]
pub(crate) struct Children<'c> {
    pub(crate) records: Records<'c>,
    /// The place of the parent's id in the columns of `records`.
    pub(crate) parent: usize,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Table<'c> {
    pub(crate) object: &'c Object,
    pub(crate) relation: Relation<'c>,
    /// The columns the query reads.
    pub(crate) columns: Vec<&'c str>,
    /// Soft-deleted rows are left out.
    pub(crate) only_alive: bool,
    /// For a parent: the expression over earlier tables that holds its id.
    pub(crate) key: Option<Expr<'c>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr<'c> {
    Column {
        table: TableId,
        name: &'c str,
        /// Text whose collation is not that of a stored column.
        folds: bool,
    },
    /// A column the relation does not have.
    Missing(FieldType),
    /// A boolean that may come from a parent that is not there.
    OrFalse(Box<Expr<'c>>),
    /// Whether there is a value: what is shown of a body.
    IsPresent(Box<Expr<'c>>),
    /// A field of the record that the id in `key` points to, whichever object that is.
    Lookup { key: Box<Expr<'c>>, arms: Vec<Arm<'c>>, folds: bool },
}

/// What a polymorphic look-up reads from one object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Arm<'c> {
    pub(crate) object: &'c Object,
    pub(crate) prefix: &'c str,
    pub(crate) relation: Relation<'c>,
    /// Soft-deleted rows are not found.
    pub(crate) only_alive: bool,
    pub(crate) value: ArmValue<'c>,
}

impl Expr<'_> {
    /// The table whose row the expression is computed from.
    pub(crate) fn table(&self) -> Option<TableId> {
        match self {
            Expr::Column { table, .. } => Some(*table),
            Expr::Missing(_) => None,
            Expr::OrFalse(inner) | Expr::IsPresent(inner) => inner.table(),
            Expr::Lookup { key, .. } => key.table(),
        }
    }

    /// Text that has to be told to compare without case.
    pub(crate) fn folds(&self) -> bool {
        matches!(self, Expr::Column { folds: true, .. } | Expr::Lookup { folds: true, .. })
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ArmValue<'c> {
    Column(&'c str),
    /// The object's API name.
    ObjectName,
}

/// An expression as a query names it, with what may be done to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column<'c> {
    pub(crate) expr: Expr<'c>,
    pub(crate) kind: FieldType,
    /// As the API spells it.
    pub(crate) name: &'c str,
    /// `None` for the pseudo fields of a polymorphic parent.
    pub(crate) field: Option<&'c Field>,
    /// Never null, because it is a required field of the object queried.
    pub(crate) required: bool,
}

/// A condition; never unknown: every comparison is true or false.
#[derive(Debug, PartialEq)]
pub(crate) enum Test<'c> {
    All(Vec<Test<'c>>),
    Any(Vec<Test<'c>>),
    Not(Box<Test<'c>>),
    IsNull(Expr<'c>),
    /// Matches no row: an ordering compared with null.
    Never,
    Compare {
        expr: Expr<'c>,
        order: Ordering,
        value: Value,
    },
    /// Compared with a range of days; `instants` for a dateTime.
    Within {
        expr: Expr<'c>,
        order: Ordering,
        days: Days,
        instants: bool,
    },
    OneOf {
        expr: Expr<'c>,
        values: Vec<Value>,
    },
    /// A folded pattern with `\` as escape.
    Like {
        expr: Expr<'c>,
        pattern: String,
    },
    /// A multi-select value that holds all these choices.
    Includes {
        expr: Expr<'c>,
        choices: Vec<String>,
    },
    /// A multi-select value that holds exactly these choices.
    SameChoices {
        expr: Expr<'c>,
        choices: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ordering {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, PartialEq)]
pub(crate) struct SortKey<'c> {
    pub(crate) expr: Expr<'c>,
    pub(crate) descending: bool,
    /// `None` where the expression is never null.
    pub(crate) nulls_first: Option<bool>,
    /// A picklist's values in their defined order; empty for all else.
    pub(crate) ranked: Vec<&'c str>,
}

/// Whether values of this type are text compared without case.
pub(crate) fn is_text(kind: FieldType) -> bool {
    use FieldType::{AnyType, Combobox, Complexvalue, Email, Encryptedstring, Multipicklist, Phone, Picklist, String, Textarea, Url};
    matches!(kind, String | Textarea | Picklist | Multipicklist | Email | Phone | Url | Combobox | Encryptedstring | AnyType | Complexvalue)
}
