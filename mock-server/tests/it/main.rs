//! One binary for all integration tests: each starts a server of its own on a free port.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod access;
mod admission;
mod bad_input;
mod bench;
mod bulk;
mod certification;
mod control;
mod describe;
mod edge;
mod environments;
mod faults;
mod fuzz;
mod hostile_pages;
mod isolation;
mod journal;
mod oauth;
mod pages;
mod persistence;
mod query;
mod query_limits;
mod records;
mod remembered;
mod rooms;
mod snapshots;
mod tooling;
mod world;
