//! The fifteen profiles: which checks each holds, and which are its core.

use super::catalogue::{Catalogue, Check};
use super::result::Level;
use crate::failure::{Failure, Outcome};

/// A set of checks that an integration is certified for.
#[derive(Debug)]
pub struct Profile {
    /// As in `--profile`, certificates and the folders under `features/client/`.
    pub id: &'static str,
    /// What comes before the slash in the ids of its own checks.
    pub group: &'static str,
    pub title: &'static str,
    /// Whole groups that it includes.
    includes: &'static [&'static str],
    /// Single checks that it includes.
    borrows: &'static [&'static str],
    /// Rows of which one (of those joined by `|`) must be applicable; without any, half of its must checks.
    pub core: &'static [&'static str],
}

macro_rules! profiles {
    ($($id:literal $group:literal $title:literal includes $includes:expr, borrows $borrows:expr, core $core:expr;)*) => {
        /// All of them, in the order of the contract.
        pub static PROFILES: &[Profile] =
            &[$(Profile { id: $id, group: $group, title: $title, includes: &$includes, borrows: &$borrows, core: &$core }),*];
    };
}

profiles! {
    "web-server" "web" "Web server flow" includes [], borrows [], core ["web/code-verbatim", "web/state-checked|pkce/verifier-matches", "web/connect-stored"];
    "public-client-pkce" "pkce" "Public client with PKCE" includes [], borrows [], core [];
    "refresh" "refresh" "Refreshing access" includes [], borrows [], core [];
    "refresh-rotation" "rotation" "Refresh token rotation" includes [], borrows [],
        core ["rotation/uses-newest", "rotation/persist-before-use", "rotation/parallel-calls-survive"];
    "partner-controls-2026" "partner" "Partner controls of 2026" includes ["pkce", "refresh", "rotation"],
        borrows ["sec/no-password-grant", "sec/no-implicit"], core [];
    "install-gate" "gate" "Install gate" includes [], borrows [], core ["gate/recovers-after-error-page", "gate/callback-errors-handled"];
    "jwt-bearer" "jwt" "JWT bearer" includes [], borrows [], core ["jwt/assertion-shape", "jwt/audience"];
    "client-credentials" "cc" "Client credentials" includes [], borrows [], core ["cc/my-domain"];
    "device" "device" "Device flow" includes [], borrows [], core ["device/request-shape", "device/final-answers-stop"];
    "sandbox-and-hosts" "hosts" "Sandboxes and hosts" includes [], borrows [], core [];
    "data-access" "data" "Data access" includes [], borrows [], core ["data/all-pages", "data/version-alive"];
    "app-migration" "migrate" "App migration" includes [], borrows [], core [];
    "revoke-and-logout" "revoke" "Revocation and logout" includes [], borrows [], core [];
    "oauth-security" "sec" "OAuth security (RFC 9700)" includes [], borrows ["rotation/never-presents-old", "hosts/typed-host-checked"], core [];
    "openid" "oidc" "OpenID Connect" includes [], borrows [], core [];
}

/// What `--profile all` asks for.
pub const ALL: &str = "all";

impl Profile {
    /// The profiles that `--profile` names: one id, or `all`.
    ///
    /// # Errors
    /// When there is no such profile; the failure lists them.
    pub fn named(name: &str) -> Outcome<Vec<&'static Self>> {
        let found: Vec<&'static Self> = PROFILES.iter().filter(|profile| name == ALL || profile.id == name).collect();
        if found.is_empty() {
            let known: Vec<&str> = PROFILES.iter().map(|profile| profile.id).collect();
            return Err(Failure::new(format!("no profile {name:?}; there are all, {}", known.join(", "))));
        }
        Ok(found)
    }

    /// Whether the profile holds this check.
    pub fn holds(&self, check: &Check) -> bool {
        let group = check.group();
        let security = self.group == "sec" && ["web", "pkce"].contains(&group) && check.is_about_security();
        group == self.group || self.includes.contains(&group) || self.borrows.contains(&check.id.as_str()) || (security && check.level != Level::Info)
    }

    /// Whether a check of this id is one of its own.
    pub fn owns(&self, id: &str) -> bool {
        id.split_once('/').is_some_and(|(group, _)| group == self.group)
    }

    /// Its checks, in the order of the catalogue.
    pub fn checks<'c>(&self, catalogue: &'c Catalogue) -> Vec<&'c Check> {
        catalogue.checks.iter().filter(|check| self.holds(check)).collect()
    }
}
