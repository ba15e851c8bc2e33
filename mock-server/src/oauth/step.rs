//! What a logged-in user has to do before an app gets an answer.

use super::authorize::Situation;
use crate::apps::{OrgApp, must_raise};

/// A page of Salesforce that comes first and leads back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The password expired.
    ChangePassword,
    /// The app demands a high assurance session.
    VerifyIdentity,
}

impl Step {
    /// The page's path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::ChangePassword => "/_ui/system/security/ChangePassword",
            Self::VerifyIdentity => "/_ui/identity/verification/method/EmailVerificationFinishUi/e",
        }
    }

    pub(super) fn due(situation: &Situation<'_>, org_app: &OrgApp) -> Option<Self> {
        match () {
            () if situation.user.password_expired && !situation.session.login_as => Some(Self::ChangePassword),
            () if must_raise(org_app.session_policy, &situation.visit()) => Some(Self::VerifyIdentity),
            () => None,
        }
    }
}
