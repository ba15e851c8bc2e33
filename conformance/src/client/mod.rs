//! The callers a Salesforce server meets: a plain HTTP client, a browser, and the mock's own control API.
//!
//! Nothing here asserts anything: a client reports what came back, steps judge it.

pub mod authority;
pub mod browser;
pub mod canary;
pub mod control;
pub mod html;
pub mod http;
pub mod jar;
pub mod signer;
pub mod transcript;

pub use authority::Authority;
pub use browser::Browser;
pub use canary::{Canary, Visit};
pub use control::Control;
pub use http::{Answer, FORWARDED_FOR, Http, Request};
