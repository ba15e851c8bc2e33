//! Text to tree and back: knows the grammar, no schema.

pub mod ast;
mod condition;
mod lexer;
mod literal;
mod parser;
mod print;

pub(crate) use parser::parse;
