//! The browser driver: a web application, used as a person with a browser and without scripts would use it.
//!
//! It walks the integration's own pages only. Login and consent at Salesforce are the lane's own browser's
//! ([`client::Browser`](crate::client::Browser)), which is handed the authorization address and brings back the callback.

pub mod controls;
mod driver;
pub mod window;
pub mod words;

pub use driver::BrowserDriver;
pub use window::{Trail, Visit};
