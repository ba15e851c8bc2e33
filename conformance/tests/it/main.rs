//! The harness judged by its own reports: small features against a small server.

#![expect(clippy::unwrap_used, reason = "a test ends where its bench breaks")]

mod bench;
mod certifying;
mod ends;
mod integration;
mod ledger;
mod phrases;
mod real;
mod running;
mod telling;
mod vocabulary;
