//! A resolved query: every name is a column of a joined table, every literal has its field's type.

use std::rc::Rc;

use catalogue::{Field, FieldType, Object};

use crate::catalog::{Relation, RowFilter};
use crate::compiled::{Item, Usage, Value};
use crate::syntax::ast::{Days, GroupKind};

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
    Groups(Groups<'c>),
}

/// A query that aggregates.
#[derive(Debug, PartialEq)]
pub(crate) struct Groups<'c> {
    pub(crate) tables: Vec<Table<'c>>,
    pub(crate) columns: Vec<Expr<'c>>,
    pub(crate) items: Vec<Item>,
    pub(crate) filter: Option<Test<'c>>,
    pub(crate) keys: Vec<Expr<'c>>,
    pub(crate) kind: GroupKind,
    pub(crate) having: Option<Test<'c>>,
    pub(crate) order: Vec<SortKey<'c>>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: u64,
}

/// The inner query of a semi-join: one column of ids.
#[derive(Debug, PartialEq)]
pub(crate) struct Ids<'c> {
    pub(crate) tables: Vec<Table<'c>>,
    pub(crate) column: Expr<'c>,
    pub(crate) filter: Option<Test<'c>>,
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
    /// The rows the user may read.
    pub(crate) readable: Option<RowFilter>,
    /// What joins a parent; the object queried has none.
    pub(crate) link: Option<Link<'c>>,
}

/// How a parent is found.
#[derive(Debug, PartialEq)]
pub(crate) struct Link<'c> {
    /// The expression over earlier tables that names the parent.
    pub(crate) key: Expr<'c>,
    /// The parent's own column of that name.
    pub(crate) own: Expr<'c>,
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
    Lookup {
        key: Box<Expr<'c>>,
        arms: Vec<Arm<'c>>,
        folds: bool,
    },
    /// A part of a date, or of a dateTime in UTC.
    Part {
        part: DatePart,
        of: Box<Expr<'c>>,
        instants: bool,
    },
    /// The clock of the user's zone at an instant, as if it stood in UTC.
    Zoned {
        of: Box<Expr<'c>>,
        zone: String,
    },
    /// A value as the user reads it; `style` as `locale::style` writes it.
    Formatted {
        of: Box<Expr<'c>>,
        style: String,
    },
    /// Between two points of latitude and longitude.
    Distance {
        from: Box<[Expr<'c>; 2]>,
        to: Box<[Expr<'c>; 2]>,
        /// `mi` or `km`.
        unit: &'static str,
    },
    /// A number written in the query.
    Number(f64),
    /// A picklist value's label.
    Label {
        of: Box<Expr<'c>>,
        labels: Vec<(&'c str, &'c str)>,
    },
    Aggregate {
        function: Aggregate,
        of: Box<Expr<'c>>,
    },
    /// The least or greatest picklist value by defined order.
    Extreme {
        function: Aggregate,
        of: Box<Expr<'c>>,
        ranked: Vec<&'c str>,
    },
    /// One spelling for a group of texts that differ in case.
    Spelling(Box<Expr<'c>>),
    /// 1 on a subtotal over the key, else 0.
    Grouping {
        key: Box<Expr<'c>>,
        subtotal: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Count,
    CountDistinct,
    Sum,
    Avg,
    Min,
    Max,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatePart {
    CalendarYear,
    CalendarQuarter,
    CalendarMonth,
    /// With the month the fiscal year starts in, as the next two.
    FiscalYear(i8),
    FiscalQuarter(i8),
    FiscalMonth(i8),
    DayInYear,
    DayInMonth,
    DayInWeek,
    WeekInMonth,
    WeekInYear,
    HourInDay,
    DayOnly,
}

/// What a polymorphic look-up reads from one object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Arm<'c> {
    pub(crate) object: &'c Object,
    pub(crate) prefix: &'c str,
    pub(crate) relation: Relation<'c>,
    /// Soft-deleted rows are not found.
    pub(crate) only_alive: bool,
    /// The rows the user may read.
    pub(crate) readable: Option<Rc<RowFilter>>,
    pub(crate) value: ArmValue<'c>,
}

impl<'c> Arm<'c> {
    /// The columns read to find `column`.
    pub(crate) fn columns<'s>(&'s self, column: &'s str) -> Vec<&'s str> {
        let mut columns = vec!["Id", column];
        columns.extend(self.only_alive.then_some("IsDeleted"));
        columns.extend(self.readable.iter().flat_map(|filter| filter.columns(&self.relation)));
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

impl Expr<'_> {
    /// The table whose row the expression is computed from.
    pub(crate) fn table(&self) -> Option<TableId> {
        match self {
            Expr::Column { table, .. } => Some(*table),
            Expr::Missing(_) | Expr::Number(_) => None,
            Expr::OrFalse(inner) | Expr::IsPresent(inner) => inner.table(),
            Expr::Zoned { of, .. } | Expr::Formatted { of, .. } => of.table(),
            Expr::Distance { from, .. } => from[0].table(),
            Expr::Lookup { key, .. } | Expr::Grouping { key, .. } => key.table(),
            Expr::Part { of, .. } | Expr::Label { of, .. } | Expr::Aggregate { of, .. } | Expr::Extreme { of, .. } | Expr::Spelling(of) => of.table(),
        }
    }

    /// The expression on a subtotal row, where the `absent` keys have no value and the `present` ones do.
    pub(crate) fn subtotal(&self, present: &[&Self], absent: &[&Self]) -> Self {
        let without = |inner: &Self| Box::new(inner.subtotal(present, absent));
        match self {
            expr if present.contains(&expr) => expr.clone(),
            Expr::Grouping { key, .. } => Expr::Grouping { key: key.clone(), subtotal: absent.contains(&key.as_ref()) },
            expr if absent.contains(&expr) => Expr::Missing(FieldType::AnyType),
            Expr::Spelling(inner) => Expr::Spelling(without(inner)),
            Expr::Part { part, of, instants } => Expr::Part { part: *part, of: without(of), instants: *instants },
            Expr::Formatted { of, style } => Expr::Formatted { of: without(of), style: style.clone() },
            // An aggregate is over the rows themselves.
            expr => expr.clone(),
        }
    }

    /// Text that has to be told to compare without case.
    pub(crate) fn folds(&self) -> bool {
        matches!(self, Expr::Column { folds: true, .. } | Expr::Lookup { folds: true, .. } | Expr::Label { .. } | Expr::Extreme { .. })
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
    /// Among the ids another query gives.
    Among {
        expr: Expr<'c>,
        ids: Rc<Ids<'c>>,
    },
    /// Among the ids the caller gives.
    Given(Expr<'c>),
}

impl<'c> Test<'c> {
    /// The same condition over other expressions.
    pub(crate) fn over(&self, change: &impl Fn(&Expr<'c>) -> Expr<'c>) -> Self {
        let each = |tests: &[Self]| tests.iter().map(|test| test.over(change)).collect();
        match self {
            Self::All(tests) => Self::All(each(tests)),
            Self::Any(tests) => Self::Any(each(tests)),
            Self::Not(test) => Self::Not(Box::new(test.over(change))),
            Self::Never => Self::Never,
            Self::IsNull(expr) => Self::IsNull(change(expr)),
            Self::Compare { expr, order, value } => Self::Compare { expr: change(expr), order: *order, value: value.clone() },
            Self::Within { expr, order, days, instants } => Self::Within { expr: change(expr), order: *order, days: *days, instants: *instants },
            Self::OneOf { expr, values } => Self::OneOf { expr: change(expr), values: values.clone() },
            Self::Like { expr, pattern } => Self::Like { expr: change(expr), pattern: pattern.clone() },
            Self::Includes { expr, choices } => Self::Includes { expr: change(expr), choices: choices.clone() },
            Self::SameChoices { expr, choices } => Self::SameChoices { expr: change(expr), choices: choices.clone() },
            Self::Among { expr, ids } => Self::Among { expr: change(expr), ids: Rc::clone(ids) },
            Self::Given(expr) => Self::Given(change(expr)),
        }
    }
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
    /// Sorted without case.
    pub(crate) text: bool,
}

/// Whether values of this type are text compared without case.
pub(crate) fn is_text(kind: FieldType) -> bool {
    use FieldType::{AnyType, Combobox, Complexvalue, Email, Encryptedstring, Multipicklist, Phone, Picklist, String, Textarea, Url};
    matches!(kind, String | Textarea | Picklist | Multipicklist | Email | Phone | Url | Combobox | Encryptedstring | AnyType | Complexvalue)
}
