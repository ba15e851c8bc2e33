//! SOSL text to what a full-text index and SQL need. Pure, as SOQL's compiler is.
//!
//! A search is answered in two steps for each object: the index gives the ids of the records that hold the [`Terms`], best first; then the
//! object's compiled query, which knows conditions, order and what this user may see, chooses and reads among those.

pub mod ast;
mod compile;
mod error;
mod fields;
mod parser;
mod print;
mod share;
mod terms;
mod words;

pub use compile::{CompiledSearch, ListViews, MOST, Searched, compile};
pub use error::SoslError;
pub use fields::index_fields;
pub use share::shares;
pub use terms::{Fault, Pattern, Terms};
pub use words::{Word, field_words, searchable, searchable_phone, words};

/// Parses one search; its `Display` is the canonical text.
///
/// # Errors
/// The first thing in the text that the grammar has no place for.
pub fn parse(text: &str) -> Result<ast::Search, SoslError> {
    parser::parse(text).map_err(|refused| refused.in_text(text))
}
