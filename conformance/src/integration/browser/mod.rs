//! The browser driver: a web application, used as a person with a browser would use it.
//!
//! It walks the integration's own pages only. Login and consent at Salesforce are the lane's own browser's
//! ([`client::Browser`](crate::client::Browser)), which is handed the authorization address and brings back the callback.
//! Unless a real browser was named, no scripts run.

pub mod controls;
mod devtools;
mod driver;
mod plain;
mod real;
mod rendered;
pub mod window;
pub mod words;

pub use devtools::Chromium;
pub use driver::BrowserDriver;
pub use window::{Trail, Visit};
