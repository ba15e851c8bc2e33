//! Deployments and retrievals: what was asked, how far they are, what came of them. Field names are those of the wire.

use serde::{Deserialize, Serialize};

use super::component::ManageableState;
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Pending,
    InProgress,
    Succeeded,
    SucceededPartial,
    Failed,
    Canceling,
    Canceled,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::InProgress => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::SucceededPartial => "SucceededPartial",
            Self::Failed => "Failed",
            Self::Canceling => "Canceling",
            Self::Canceled => "Canceled",
        }
    }

    /// Nothing more will happen.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::SucceededPartial | Self::Failed | Self::Canceled)
    }
}

/// How a deployment is to go about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployOptions {
    pub allow_missing_files: bool,
    pub auto_update_package: bool,
    pub check_only: bool,
    pub ignore_warnings: bool,
    pub perform_retrieve: bool,
    pub purge_on_delete: bool,
    pub rollback_on_error: bool,
    pub single_package: bool,
    pub test_level: Option<String>,
    pub run_tests: Vec<String>,
}

/// One deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    /// `0Af…`
    pub id: RecordId,
    pub options: DeployOptions,
    pub status: Status,
    /// When it ends by the clock.
    pub due: Timestamp,
    pub created: Timestamp,
    pub created_by: UserId,
    pub created_by_name: String,
    pub completed: Option<Timestamp>,
    pub canceled_by: Option<(UserId, String)>,
    /// What became of each component, in the order they were taken.
    pub messages: Vec<Message>,
    /// Why it failed as a whole: code and words.
    pub error: Option<(String, String)>,
}

/// What became of one component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Empty for `package.xml` itself.
    pub kind: String,
    pub full_name: String,
    pub file: String,
    pub id: Option<RecordId>,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    Created,
    Changed,
    Unchanged,
    Deleted,
    /// Done, or left out, with something to say.
    Warned(String),
    Failed(Failure),
}

/// Why a component was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub problem: String,
    /// Line and column of its file, from 1.
    pub place: Option<(usize, usize)>,
}

impl Failure {
    pub fn new(problem: impl Into<String>) -> Self {
        Self { problem: problem.into(), place: None }
    }
}

impl Message {
    pub fn failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_))
    }

    /// The row of the manifest itself.
    pub fn manifest(file: String, outcome: Outcome) -> Self {
        Self { kind: String::new(), full_name: "package.xml".to_owned(), file, id: None, outcome }
    }
}

impl Deployment {
    /// Components that went in, failed, and both together; the manifest is none.
    pub fn counts(&self) -> (usize, usize, usize) {
        let components = || self.messages.iter().filter(|message| !message.kind.is_empty());
        let failed = self.messages.iter().filter(|message| message.failed()).count();
        let total = components().count();
        (components().filter(|message| !message.failed()).count(), failed, total.max(failed))
    }
}

/// One retrieval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Retrieval {
    /// `09S…`
    pub id: RecordId,
    pub status: Status,
    pub due: Timestamp,
    pub created: Timestamp,
    pub created_by: UserId,
    pub files: Vec<FileProperties>,
    /// What was asked for and is not there: file and sentence.
    pub messages: Vec<(String, String)>,
    pub error: Option<(String, String)>,
}

/// A component as lists and retrievals tell of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileProperties {
    pub kind: String,
    pub full_name: String,
    pub file: String,
    pub id: Option<RecordId>,
    pub created: Timestamp,
    pub created_by: (UserId, String),
    pub modified: Timestamp,
    pub modified_by: (UserId, String),
    /// `unmanaged`; absent for what comes with the platform.
    pub manageable: bool,
    /// Of the package that brought it.
    #[serde(default)]
    pub namespace: Option<String>,
    /// How it came, if a package brought it.
    #[serde(default)]
    pub state: Option<ManageableState>,
}
