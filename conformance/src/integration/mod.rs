//! The integration under test, and the drivers that reach it.

pub mod protocol;

pub use protocol::{Hello, Operation, Problem, State, Status};
