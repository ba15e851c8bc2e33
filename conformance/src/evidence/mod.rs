//! Evidence is the wire: what the server's journal saw of an integration.

pub mod chain;
pub mod exchange;
pub mod journal;
pub mod pages;

pub use chain::{Chains, Issue};
pub use exchange::{Exchange, Sort, of};
pub use journal::{Journal, QUIET, Scope};
pub use pages::Pages;
