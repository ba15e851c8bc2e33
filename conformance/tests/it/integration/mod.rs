//! Drivers judged by small integrations, sound and hostile.

mod command;
mod hostile;
mod workshop;
