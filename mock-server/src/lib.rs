#![doc = include_str!("../ARCHITECTURE.md")]

mod access;
mod api;
mod app;
mod apps;
mod clock;
pub mod config;
pub mod doctor;
mod edge;
mod fault;
mod id;
mod jobs;
mod journal;
mod metadata;
mod oauth;
mod org;
mod pages;
mod records;
mod saml;
mod schema;
mod secret;
mod server;
mod storage;
mod store;
mod table;
pub mod world;
mod xml;

pub use config::Config;
pub use server::seed;
pub use server::{Ready, Route, Running, ca_file, client_environment, export_world, routes, start};
