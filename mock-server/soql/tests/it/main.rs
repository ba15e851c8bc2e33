//! The compiler from outside: its SQL, its answers, its errors.

mod bench;
mod errors;
mod statements;
