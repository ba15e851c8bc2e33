//! Text to tree and back: knows the grammar, no schema.

pub mod ast;
mod condition;
mod lexer;
mod literal;
mod moment;
mod parser;
pub(crate) mod print;
mod reader;

pub use reader::Parser;

use crate::error::SoqlError;

/// Parses one query; its `Display` is the canonical text.
///
/// # Errors
/// The first thing in the text that the grammar has no place for.
pub fn parse(text: &str) -> Result<ast::Query, SoqlError> {
    parser::parse(text).map_err(|refusal| refusal.in_text(text))
}
