//! HTTP in and out, a room per family. No rules.

mod async_api;
mod bulk;
mod control;
mod multipart;
mod oauth;
mod rest;
mod soap;
mod stream;
mod unbuilt;
mod version;

use crate::table::Table;

/// The tables of all families.
pub fn tables() -> Vec<Table> {
    vec![
        oauth::table(),
        rest::table(),
        rest::tooling_table(),
        rest::apex_table(),
        bulk::table(),
        async_api::table(),
        soap::table(),
        control::table(),
        unbuilt::table(),
    ]
}
