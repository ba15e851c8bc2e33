//! What a connected app and an external client app differ in: one table, which admission, Setup and the control API read.
//! Sources: `oauth.md` 7.2, `gate-and-policies.md` 1.5, 1.6, 2.4, 2.9 and 6.2.

use super::{AppFeature, AppKind, IDLE_LIMIT, RefreshTokenPolicy};

/// The rules of one kind of app.
#[derive(Debug)]
pub struct KindRules {
    /// As Setup calls it.
    pub label: &'static str,
    /// OAuth username-password can be switched on.
    pub username_password: bool,
    /// Nothing replaces the install: no permission, no earlier approval, no era.
    pub needs_install: bool,
    /// It is Local or Packaged.
    pub has_distribution: bool,
    /// API Access Control counts its sessions.
    pub under_api_access_control: bool,
    /// Use Any API Client opens it although its users are admin-approved.
    pub opens_to_any_api_client: bool,
    /// The refresh token policy of an org that decided nothing yet.
    pub fresh_refresh_policy: RefreshTokenPolicy,
    /// What it can bring beside OAuth.
    pub features: &'static [AppFeature],
}

static CONNECTED_APP: KindRules = KindRules {
    label: "Connected App",
    username_password: true,
    needs_install: false,
    has_distribution: false,
    under_api_access_control: true,
    opens_to_any_api_client: false,
    fresh_refresh_policy: RefreshTokenPolicy::UntilRevoked,
    features: &AppFeature::ALL,
};

static EXTERNAL_CLIENT_APP: KindRules = KindRules {
    label: "External Client App",
    username_password: false,
    needs_install: true,
    has_distribution: true,
    under_api_access_control: false,
    opens_to_any_api_client: true,
    // Fresh ones were seen with thirty days.
    fresh_refresh_policy: IDLE_LIMIT,
    features: &[],
};

impl AppKind {
    pub fn rules(self) -> &'static KindRules {
        match self {
            Self::ConnectedApp => &CONNECTED_APP,
            Self::ExternalClientApp => &EXTERNAL_CLIENT_APP,
        }
    }
}
