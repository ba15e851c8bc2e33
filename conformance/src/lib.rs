#![doc = include_str!("../ARCHITECTURE.md")]

pub mod capabilities;
pub mod certify;
pub mod client;
pub mod evidence;
pub mod expect;
pub mod features;
pub mod integration;
pub mod ledger;
pub mod lint;
pub mod observe;
pub mod phrases;
pub mod real;
pub mod report;
pub mod rules;
pub mod run;
pub mod target;
pub mod vocabulary;
pub mod world;

mod failure;
mod steps;

pub use failure::{Failure, Kind, OrFail, Outcome};
