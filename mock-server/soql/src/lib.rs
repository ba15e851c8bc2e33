//! SOQL text to SQL. Pure: no clock, no database, no I/O.
//!
//! | stage | module | from | to |
//! |---|---|---|---|
//! | parse | [`syntax`] | text | `ast::Query`: names as written, no schema |
//! | resolve | `resolve` | `ast::Query`, [`Catalog`] | `bound::Query`: columns, joins, typed comparisons, the keys of the answer |
//! | plan | `plan` | `bound::Query`, [`Context`] | `plan::Select`s: which rows, which order, which limits; date literals as days |
//! | render | `sqlite` | `plan::Select` | [`Statement`]: text and binds |
//!
//! Every literal travels as a bind; identifiers come from the catalog only. The number of statements depends on the
//! query's text, never on its rows. The caller's database must know the collation `FOLD` (see [`fold_cmp`]), the scalar
//! function `fold` (see [`fold()`]), the functions of [`SQL_FUNCTIONS`] and the table-valued function `rarray`.

mod bound;
mod catalog;
mod compiled;
mod error;
mod fold;
mod locale;
mod plan;
mod resolve;
pub mod sosl;
mod sql_functions;
mod sqlite;
pub mod syntax;

pub use catalog::{Catalog, FilterPart, Relation, Role, RowFilter};
pub use compiled::{
    Aggregate, Answer, Bind, Branch, Cell, Child, Compiled, Item, Parent, ParentType, Part, Rows, Shape, Statement, Target, Targets, Typeof, Usage,
    Value,
};
pub use error::{Reason, Refusal, SoqlError, Span};
pub use fold::{fold, fold_cmp};
pub use locale::week_start;
pub use sql_functions::{SQL_FUNCTIONS, SqlFunction};

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

/// Who asks, and when.
#[derive(Debug, Clone)]
pub struct Context {
    /// The instant date literals are taken from.
    pub now: Timestamp,
    /// The user's time zone: days of date literals begin at its midnight.
    pub time_zone: TimeZone,
    /// First day of the user's week (Sunday in the United States).
    pub week_start: Weekday,
    /// 1–12.
    pub fiscal_year_start_month: i8,
    /// ISO code of the org's currency.
    pub currency: String,
    /// The user's locale (`en_US`): how `FORMAT()` writes.
    pub locale: String,
    /// The user's 18-character id, for `USING SCOPE mine`.
    pub user_id: String,
    /// `queryAll`: soft-deleted rows are part of every answer.
    pub include_deleted: bool,
}

/// Compiles one query for one user at one instant.
///
/// # Errors
/// The first thing wrong with the query, in Salesforce's order: syntax, the object, fields from left to right, then each clause.
pub fn compile(text: &str, catalog: &dyn Catalog, context: &Context) -> Result<Compiled, SoqlError> {
    let query = syntax::parse(text)?;
    compile_tree(&query, catalog, context, Among::All).map_err(|refusal| refusal.in_text(text))
}

/// Which records a compiled tree chooses among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    All,
    /// Those whose ids the caller gives in `Bind::Ids` of every statement, as a full-text index found them.
    GivenIds,
}

/// Compiles a query that another parser made, or that is not in the text as a whole.
///
/// # Errors
/// As [`compile`], without the text: see [`Refusal::in_text`].
pub fn compile_tree(query: &syntax::ast::Query, catalog: &dyn Catalog, context: &Context, among: Among) -> Result<Compiled, Refusal> {
    let compiled = resolve::resolve(query, catalog, context, among).and_then(|bound| plan::plan(bound, context))?;
    if compiled.is_too_large() {
        return Err(Refusal::new(Reason::TooComplicated, Span::default()));
    }
    Ok(compiled)
}
