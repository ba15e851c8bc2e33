//! What a logged-in user has to do before an app gets an answer.

use super::authorize::Situation;
use super::grant::SecurityLevel;
use crate::apps::{AppDefinition, Flow, OrgApp, must_raise};

/// A page of Salesforce that comes first and leads back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The password expired.
    ChangePassword,
    /// The app demands a high assurance session, or the user comes from outside its trusted addresses.
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

    pub(super) fn due(situation: &Situation<'_>, (client, org_app): (&AppDefinition, &OrgApp), flow: Flow) -> Option<Self> {
        let proven = situation.session.security_level == SecurityLevel::HighAssurance;
        match () {
            () if situation.user.password_expired && !situation.session.login_as => Some(Self::ChangePassword),
            () if must_raise(org_app.session_policy, &situation.visit()) => Some(Self::VerifyIdentity),
            () if flow == Flow::WebServer && !proven && client.challenges(situation.desk.origin.address) => Some(Self::VerifyIdentity),
            () => None,
        }
    }
}
