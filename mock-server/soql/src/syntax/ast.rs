//! The tree of a query as written. Equality of trees ignores where their parts stood in the text.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::error::Span;

#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub select: Select,
    pub from: From,
    /// Aliases of parent relationships, behind the object in FROM.
    pub from_parents: Vec<From>,
    pub scope: Option<Name>,
    pub condition: Option<Condition>,
    pub with: Option<With>,
    pub group: Option<Group>,
    pub having: Option<Condition>,
    pub order: Vec<Order>,
    pub limit: Option<u64>,
    pub offset: Option<Offset>,
    pub usage: Vec<UsageDate>,
    pub statistics: Vec<Statistic>,
    /// `SET OPTIONS (name = value, …)`: parameters of Data 360 queries.
    pub options: Vec<(Name, Literal)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Select {
    /// `COUNT()`
    Count,
    Items(Vec<Item>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Value {
        operand: Operand,
        alias: Option<Name>,
    },
    Children(Box<Query>),
    Typeof(Typeof),
    /// `FIELDS(ALL)`
    Fields {
        which: Fields,
        span: Span,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fields {
    All,
    Custom,
    Standard,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Typeof {
    pub path: Path,
    pub branches: Vec<Branch>,
    pub otherwise: Vec<Path>,
}

/// `WHEN object THEN fields`
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    pub object: Name,
    pub fields: Vec<Path>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct From {
    pub path: Path,
    pub alias: Option<Name>,
}

/// A name and its place.
#[derive(Debug, Clone, Eq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// `Account.Owner.Name`: the parents walked, and the name at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    pub parents: Vec<Name>,
    pub name: Name,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    Path(Path),
    Call(Call),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub function: Name,
    pub arguments: Vec<Argument>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    Operand(Operand),
    Text(Quoted),
    Number(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Two terms or more.
    All(Vec<Condition>),
    /// Two terms or more.
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare {
        operand: Operand,
        operator: Operator,
        literal: Literal,
    },
    In {
        operand: Operand,
        negated: bool,
        literals: Vec<Literal>,
    },
    SemiJoin {
        operand: Operand,
        negated: bool,
        query: Box<Query>,
    },
    /// `INCLUDES` or, negated, `EXCLUDES`.
    Includes {
        operand: Operand,
        negated: bool,
        literals: Vec<Literal>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
}

#[derive(Debug, Clone)]
pub struct Literal {
    pub value: LiteralValue,
    pub span: Span,
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum LiteralValue {
    Null,
    Boolean(bool),
    Text(Quoted),
    /// As written.
    Number(String),
    /// ISO code and amount as written.
    Money(String),
    Date(Date),
    Timestamp(Timestamp),
    Time(Time),
    Days(Days),
}

/// A string literal as written, without its quotes. Kept undecoded because LIKE reads `\%` and `\_` differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted(pub(crate) String);

/// A date literal such as `LAST_N_DAYS:5`: a number of whole periods around today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub period: Period,
    pub which: Which,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    FiscalQuarter,
    FiscalYear,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// `YESTERDAY`, `LAST_WEEK`
    Previous,
    /// `TODAY`, `THIS_WEEK`
    This,
    /// `TOMORROW`, `NEXT_WEEK`
    Next,
    /// `LAST_90_DAYS`
    Last90,
    /// `NEXT_90_DAYS`
    Next90,
    /// `LAST_N_WEEKS:n`
    LastN(u32),
    /// `NEXT_N_WEEKS:n`
    NextN(u32),
    /// `N_WEEKS_AGO:n`
    Ago(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessMode {
    SecurityEnforced,
    User,
    System,
}

#[derive(Debug, Clone, PartialEq)]
pub enum With {
    Mode(AccessMode),
    /// `DATA CATEGORY …`
    Categories(Vec<Category>),
    /// `RecordVisibilityContext (name = value, …)`
    Visibility(Vec<(Name, Literal)>),
    /// `UserId = '…'`: filters of single objects.
    Filters(Vec<(Name, Literal)>),
}

/// `Geography__c ABOVE (usa__c, canada__c)`
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    pub group: Name,
    pub selector: Selector,
    pub names: Vec<Name>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selector {
    At,
    Above,
    Below,
    AboveOrBelow,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub kind: GroupKind,
    pub items: Vec<Operand>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    Plain,
    Rollup,
    Cube,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub operand: Operand,
    pub descending: bool,
    /// `NULLS FIRST` or `NULLS LAST` as written.
    pub nulls_first: Option<bool>,
}

#[derive(Debug, Clone, Copy, Eq)]
pub struct Offset {
    pub rows: u64,
    pub span: Span,
}

impl PartialEq for Offset {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

/// `FOR VIEW`, `FOR REFERENCE`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageDate {
    View,
    Reference,
}

/// `UPDATE TRACKING`, `UPDATE VIEWSTAT`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    Tracking,
    Viewstat,
}

impl Path {
    pub fn span(&self) -> Span {
        let first = self.parents.first().unwrap_or(&self.name);
        Span { start: first.span.start, end: self.name.span.end }
    }

    /// All names, from the left.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        self.parents.iter().chain([&self.name])
    }
}

impl Operand {
    pub fn span(&self) -> Span {
        match self {
            Operand::Path(path) => path.span(),
            Operand::Call(call) => call.function.span,
        }
    }
}
