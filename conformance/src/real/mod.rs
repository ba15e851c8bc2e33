//! A real Salesforce org as the server under test: who signs in to it, what may be said about it, and what is taken back afterwards.
//!
//! Such an org has no control API and belongs to somebody. [`variables`] reads who signs in, [`sign_in`] opens the one session that
//! all scenarios share, [`reach`] decides from its text alone whether a scenario can be run there, and [`made`] removes its records.

pub mod made;
pub mod reach;
pub mod sign_in;
pub mod variables;

use std::sync::Mutex;

use url::Origin;

use crate::client::control::{App, Org, Session, User};

pub use variables::Credentials;

/// An org of somebody's own, with the session that speaks for `the admin`.
#[derive(Debug)]
pub struct RealOrg {
    pub org: Org,
    pub user: User,
    pub session: Session,
    /// The app of `SFCERT_REAL_CONSUMER_KEY`; features may call it by any name.
    pub app: Option<App>,
    /// Spoken instead of the version that features name, such as `v66.0`.
    pub version: String,
    /// Where requests may go: the login host and the instance, nowhere else.
    pub origins: Vec<Origin>,
    /// Records that could not be removed again.
    pub left_behind: Mutex<Vec<String>>,
}

impl RealOrg {
    /// Notes records that stay in the org against our will.
    pub fn leave_behind(&self, ids: impl IntoIterator<Item = String>) {
        self.left_behind.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(ids);
    }

    /// The records that stay in the org against our will.
    pub fn left_behind(&self) -> Vec<String> {
        self.left_behind.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}
