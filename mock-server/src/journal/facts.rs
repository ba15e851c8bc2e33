//! What only the handler of a request knows: whom it was about.

use std::borrow::Cow;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::id::{AppId, OrgId, RecordId, UserId};

/// Filled by handlers while they serve the request; the journal and faults read it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Noted {
    pub org: Option<OrgId>,
    pub app: Option<AppId>,
    pub user: Option<UserId>,
    /// The grant whose token, code or refresh token was presented or issued.
    pub grant: Option<RecordId>,
    /// Generation of the refresh token presented; the first of a grant is 1.
    pub presented: Option<u32>,
    /// Generation of the refresh token issued.
    pub issued: Option<u32>,
    /// Whether the token presented stood at that moment; none where none was presented.
    pub live: Option<bool>,
    /// The refusal that explains the answer.
    pub refusal: Option<Explained>,
}

/// A refusal that was explained, as far as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Its number in `/refusals`.
    pub seq: u64,
    /// `code.used`
    pub rule: &'static str,
    /// A sentence.
    pub reason: Cow<'static, str>,
}

/// A handle to the facts of one request. Cheap to clone.
#[derive(Debug, Default, Clone)]
pub struct Facts(Arc<Mutex<Noted>>);

impl Facts {
    pub fn note(&self, note: impl FnOnce(&mut Noted)) {
        note(&mut self.0.lock());
    }

    pub fn read(&self) -> Noted {
        self.0.lock().clone()
    }
}
