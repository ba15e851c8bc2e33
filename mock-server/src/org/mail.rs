//! E-mails that Salesforce would have sent: this server sends none, and shows them in its outbox.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::UserId;
use crate::storage::StoreError;

/// What an e-mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// A link to choose a password, after an admin reset it, the user forgot it, or the user was made.
    PasswordReset,
    /// The code that a login from an unknown browser, or one with a second factor, waits for.
    VerificationCode,
    /// The security token changed.
    SecurityToken,
    /// The code of a login without a password.
    Passwordless,
    /// The code of somebody who registers.
    Registration,
    /// Salesforce contained the user.
    SecurityNotification,
    /// A package version was uploaded: the link where it is installed.
    PackageUploaded,
    /// An org was made: where to log in there, and as whom.
    NewOrg,
    /// What a caller of the API asked to send.
    Message,
}

impl MailKind {
    const ALL: [Self; 9] = [
        Self::PasswordReset,
        Self::VerificationCode,
        Self::SecurityToken,
        Self::Passwordless,
        Self::Registration,
        Self::SecurityNotification,
        Self::PackageUploaded,
        Self::NewOrg,
        Self::Message,
    ];

    /// As the outbox names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::VerificationCode => "verification_code",
            Self::SecurityToken => "security_token",
            Self::Passwordless => "passwordless",
            Self::Registration => "registration",
            Self::SecurityNotification => "security_notification",
            Self::PackageUploaded => "package_uploaded",
            Self::NewOrg => "new_org",
            Self::Message => "message",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// An e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub at: Timestamp,
    pub kind: MailKind,
    /// `None`: whoever registers is no user yet.
    pub user: Option<UserId>,
    /// An e-mail address.
    pub to: String,
    pub subject: String,
    pub body: String,
    /// The code that the body tells.
    pub code: Option<String>,
    /// The absolute address that the body tells.
    pub link: Option<String>,
}

/// What this room needs of an org's database.
pub trait Outbox {
    /// Keeps the e-mail; beyond 1,000 the oldest go.
    fn send(&self, mail: &Mail) -> Result<(), StoreError>;
    /// The e-mails kept with their numbers, the oldest first.
    fn mails(&self) -> Result<Vec<(i64, Mail)>, StoreError>;
}
