//! Drivers judged by small integrations, sound and hostile.

mod beginning;
mod browser;
mod command;
mod hostile;
mod http;
mod workshop;
