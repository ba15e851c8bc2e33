//! The compiler from outside: its SQL, its answers, its errors.

mod bench;
mod differential;
mod errors;
mod generate;
mod limits;
mod model;
mod queries;
mod schema;
mod statements;
mod syntax;
