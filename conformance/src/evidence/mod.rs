//! Evidence is the wire: what the server's journal saw of an integration.

pub mod exchange;

pub use exchange::{Exchange, Sort};
