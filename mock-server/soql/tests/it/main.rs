//! The compiler from outside: its SQL, its answers, its errors.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod bench;
mod differential;
mod errors;
mod generate;
mod limits;
mod model;
mod queries;
mod schema;
mod sosl;
mod statements;
mod syntax;
