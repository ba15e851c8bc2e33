//! The vocabulary of the features: one file per noun. A phrase is defined once and used by all features.
//!
//! `Given` states what is so, `When` is one act, `Then` observes from outside.

mod access;
mod app;
mod assertion;
mod attack;
mod attempt;
mod authorization;
mod bearer;
mod callback;
mod callback_page;
mod clock;
mod code;
mod command;
mod connection;
mod connections;
mod consequence;
mod control;
mod device;
mod environment;
mod fault;
mod flow;
mod foreign_host;
mod form;
mod headless;
mod id_token;
mod identity;
mod integration;
mod job;
mod login;
mod metadata;
mod migration;
mod namespace;
mod org;
mod package;
mod page;
mod paging;
mod parameter;
mod partner;
mod polling;
mod portal;
pub mod props;
mod provision;
mod query;
mod record;
mod registration;
mod renewal;
mod revocation;
mod search;
mod secrets;
mod server;
mod side;
mod signed_jwt;
mod soap;
mod token;
mod traffic;
mod user;
mod wire;
mod writes;

use cucumber::gherkin::Step;

use crate::failure::{Failure, OrFail, Outcome};

/// The doc string of a step.
fn doc_string(step: &Step) -> Outcome<String> {
    step.docstring.as_deref().map(|text| text.trim().to_owned()).or_fail(|| "this step needs a doc string")
}

/// The rows of a step's table, headings included.
fn rows(step: &Step) -> Outcome<&[Vec<String>]> {
    step.table.as_ref().map(|table| table.rows.as_slice()).or_fail(|| "this step needs a table")
}

/// A step's table of two columns: name and value.
fn pairs(step: &Step) -> Outcome<Vec<(String, String)>> {
    let pair = |row: &Vec<String>| match row.as_slice() {
        [name, value] => Ok((name.clone(), value.clone())),
        _ => Err(Failure::new(format!("two columns wanted: {row:?}"))),
    };
    rows(step)?.iter().map(pair).collect()
}
