//! What a check has for itself: a server, an org, a user, an app, a driver, and the evidence it found.

use std::sync::Arc;

use super::campaign::Campaign;
use super::catalogue::Check;

/// One check under way.
pub struct Lane {
    campaign: Arc<Campaign>,
    check: Arc<Check>,
}

/// What a check leaves behind for the reports.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Journal sequence numbers that the verdict rests on.
    pub evidence: Vec<u64>,
    /// The journal entries of the lane, as the control API shows them.
    pub journal: Vec<serde_json::Value>,
    /// What was said between harness and integration, a line each, secrets redacted.
    pub conversation: Vec<String>,
    /// What a pass should mention, and what an info check recorded.
    pub notes: Vec<String>,
}

impl Lane {
    /// A lane in which nothing has been started yet.
    pub fn new(campaign: Arc<Campaign>, check: Arc<Check>) -> Self {
        Self { campaign, check }
    }

    /// What all lanes share.
    pub fn campaign(&self) -> &Campaign {
        &self.campaign
    }

    /// The check it is for.
    pub fn check(&self) -> &Check {
        &self.check
    }

    /// Stops what was started and gives what was found.
    pub async fn finish(&mut self) -> Findings {
        Findings::default()
    }
}
