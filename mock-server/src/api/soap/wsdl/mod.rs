//! The WSDLs an org offers: what they declare is what the endpoints do.

mod document;
mod enumerations;
mod metadata;
mod objects;
mod page;
pub mod types;

pub use page::{rows, unserved};
