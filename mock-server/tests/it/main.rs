//! One binary for all integration tests: each starts a server of its own on a free port.

mod admission;
mod bench;
mod control;
mod describe;
mod edge;
mod faults;
mod isolation;
mod journal;
mod oauth;
mod pages;
mod persistence;
mod query;
mod records;
mod rooms;
mod world;
