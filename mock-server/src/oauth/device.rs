//! The device flow: a device without a browser shows a short code, its user types that at `/setup/connect`, and the device polls with a long one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::authorize::{Decision, Next, Prompt, Situation, assigned_scopes, scopes_here, wanted_scopes, weigh};
use super::grant::Ledger;
use super::issue::displaced;
use super::{Award, Desk, Digest, Lasting, OAuthError, Outcome, Scopes, admitted, issue, org_app};
use crate::apps::{AppDefinition, Blocked, Flow, Installs};
use crate::clock::{Entropy, Timestamp};
use crate::id::{AppId, OrgId, UserId};
use crate::org::{Directory, Host, Side, Site};
use crate::storage::StoreError;

/// How long both codes are good. Source: Salesforce help, device flow.
pub const CODE_LIFE: Duration = Duration::from_secs(10 * 60);
/// Milliseconds of each second by which a device's timer may run ahead of ours, and at most in all.
const TOLERANCE: (i64, i64) = (200, 500);

/// Characters of a user code: none that looks like another.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// What a device is told.
#[derive(Debug, Clone)]
pub struct DeviceCodes {
    pub device_code: String,
    pub user_code: String,
    /// Seconds between polls.
    pub interval: u32,
}

/// A device that waits for its user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRequest {
    pub app: AppId,
    /// Scope tokens, as they travel.
    scopes: String,
    asked_at: AskedAt,
    pub created: Timestamp,
    pub answer: DeviceAnswer,
    /// Seconds between polls.
    #[serde(default = "five")]
    interval: u32,
}

/// What devices were told before it could be changed.
fn five() -> u32 {
    5
}

/// The host that gave the codes: they are good there and at the orgs behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum AskedAt {
    Login,
    Test,
    Org(OrgId),
}

/// What the user made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceAnswer {
    None,
    Allowed {
        org: OrgId,
        user: UserId,
    },
    Denied,
    /// The org's gate turned the user away.
    Refused {
        org: OrgId,
    },
}

/// What this room needs of the database that crosses orgs: nobody knows a device's org before its user logged in.
pub trait DeviceRequests {
    /// `false`: another device shows this user code.
    fn add_device(&self, device_code: Digest, user_code: Digest, request: &DeviceRequest) -> Result<bool, StoreError>;
    fn device(&self, device_code: Digest) -> Result<Option<DeviceRequest>, StoreError>;
    fn device_of_user_code(&self, user_code: Digest) -> Result<Option<DeviceRequest>, StoreError>;
    /// Remembers the answer, unless one was given before; `false` then.
    fn answer_device(&self, user_code: Digest, request: &DeviceRequest) -> Result<bool, StoreError>;
    /// Notes a poll and returns when the one before it was.
    fn poll_device(&self, device_code: Digest, now: Timestamp) -> Result<Option<Timestamp>, StoreError>;
    /// `false`: it was gone.
    fn remove_device(&self, device_code: Digest) -> Result<bool, StoreError>;
    fn sweep_devices(&self, before: Timestamp) -> Result<(), StoreError>;
}

impl DeviceRequest {
    pub fn answered(self, answer: DeviceAnswer) -> Self {
        Self { answer, ..self }
    }

    pub fn is_alive(&self, now: Timestamp) -> bool {
        now < self.created.plus(CODE_LIFE)
    }

    /// Whether its codes are known at this address.
    pub fn is_known_at(&self, site: &Site, side_of: impl FnOnce(OrgId) -> Option<Side>) -> bool {
        match (self.asked_at, site.host()) {
            (AskedAt::Login, Host::Login) | (AskedAt::Test, Host::Test) => true,
            (AskedAt::Org(org), Host::Org(other)) => org == other,
            (AskedAt::Login, Host::Org(org)) => side_of(org) == Some(Side::Login),
            (AskedAt::Test, Host::Org(org)) => side_of(org) == Some(Side::Test),
            // The login host leads to the org, and only a user of it gets further.
            (AskedAt::Org(org), Host::Login) => side_of(org) == Some(Side::Login),
            (AskedAt::Org(org), Host::Test) => side_of(org) == Some(Side::Test),
            (AskedAt::Login, Host::Test) | (AskedAt::Test, Host::Login) => false,
        }
    }

    /// Whether a poll comes before the interval is over.
    fn is_early(&self, before: Option<Timestamp>, now: Timestamp) -> bool {
        let interval = i64::from(self.interval);
        let tolerance = (interval * TOLERANCE.0).min(TOLERANCE.1);
        before.is_some_and(|before| now.0 < before.0 + interval * 1000 - tolerance)
    }

    pub fn scopes(&self) -> Scopes {
        Scopes::parse_with_custom(&self.scopes).unwrap_or_default()
    }
}

/// The code as the store knows it, however it was typed.
pub fn user_code_digest(unverified_code: &str) -> Digest {
    let plain: String = unverified_code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(16).collect();
    Digest::of(&plain)
}

/// Gives a device its codes, and the seconds to wait between polls. `has_custom` says of custom scopes whether anybody defined them.
///
/// # Errors
/// The app has no device flow, or may not ask for the scopes.
pub fn begin_device(
    store: &impl DeviceRequests,
    client: &AppDefinition,
    (asked_scope, interval): (Option<&str>, u32),
    site: &Site,
    (now, entropy): (Timestamp, &Entropy),
    has_custom: impl FnOnce(&Scopes) -> bool,
) -> Result<DeviceCodes, OAuthError> {
    if !client.allows(Flow::Device) {
        return Err(OAuthError::Blocked { blocked: Blocked::FlowOff, flow: Flow::Device });
    }
    let scopes = wanted_scopes(client, asked_scope)?;
    if !has_custom(&scopes) {
        return Err(OAuthError::MalformedScope);
    }
    let asked_at = match site.host() {
        Host::Login => AskedAt::Login,
        Host::Test => AskedAt::Test,
        Host::Org(org) => AskedAt::Org(org),
    };
    store.sweep_devices(Timestamp(now.0 - 2 * CODE_LIFE.as_millis() as i64))?;
    let request = DeviceRequest { app: client.id, scopes: scopes.to_string(), asked_at, created: now, answer: DeviceAnswer::None, interval };
    loop {
        let codes = DeviceCodes { device_code: entropy.token(64), user_code: user_code(entropy), interval };
        if store.add_device(Digest::of(&codes.device_code), user_code_digest(&codes.user_code), &request)? {
            return Ok(codes);
        }
    }
}

/// Eight letters and digits in upper case.
fn user_code(entropy: &Entropy) -> String {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
}

/// Decides about the device of a logged-in user. Consent is always asked: only the person knows whether the device is theirs.
pub fn decide_device(
    tx: &(impl Ledger + Installs),
    request: &DeviceRequest,
    client: &AppDefinition,
    situation: &Situation<'_>,
) -> Result<Decision, StoreError> {
    let weighed = weigh(tx, client, Flow::Device, None, situation)?;
    if let Err((next, blocked)) = weighed.verdict {
        return Ok(Decision { next, blocked });
    }
    let named = wanted_scopes(client, None).is_ok_and(|all| all != request.scopes());
    let scopes = match scopes_here(situation.desk.org, client, &weighed.org_app, request.scopes(), named) {
        Ok(scopes) => scopes,
        Err(error) => return Ok(Next::on_error_page(error).into()),
    };
    let displaced = displaced(&weighed.grants, &scopes, situation.desk.switches).cloned();
    Ok(Next::Consent(Prompt { scopes, displaced }).into())
}

/// What a poll finds.
pub enum Polled {
    /// The user allowed it; the codes are used up.
    Allowed {
        org: OrgId,
        user: UserId,
        scopes: Scopes,
    },
    Refused(OAuthError),
}

/// Looks after a device's request. `deny_refused` says, of an org, whether a device is told that the gate turned its user away.
pub fn poll_device(
    store: &impl DeviceRequests,
    client: &AppDefinition,
    unverified_code: &str,
    now: Timestamp,
    deny_refused: impl FnOnce(OrgId) -> bool,
) -> Result<Polled, StoreError> {
    let digest = Digest::of(unverified_code);
    let Some(request) = store.device(digest)?.filter(|request| request.app == client.id) else {
        return Ok(Polled::Refused(OAuthError::UnknownCode));
    };
    if !request.is_alive(now) {
        return Ok(Polled::Refused(OAuthError::ExpiredCode));
    }
    let before = store.poll_device(digest, now)?;
    if request.is_early(before, now) {
        return Ok(Polled::Refused(OAuthError::SlowDown));
    }
    match request.answer {
        DeviceAnswer::Allowed { org, user } if store.remove_device(digest)? => Ok(Polled::Allowed { org, user, scopes: request.scopes() }),
        // Two polls at once: the other one took it.
        DeviceAnswer::Allowed { .. } => Ok(Polled::Refused(OAuthError::UnknownCode)),
        DeviceAnswer::Denied => Ok(Polled::Refused(OAuthError::Denied)),
        DeviceAnswer::Refused { org } if deny_refused(org) => Ok(Polled::Refused(OAuthError::Denied)),
        DeviceAnswer::None | DeviceAnswer::Refused { .. } => Ok(Polled::Refused(OAuthError::AuthorizationPending)),
    }
}

/// Makes the tokens of a device whose user allowed it, if that is still admitted.
pub fn award_device(tx: &(impl Ledger + Installs + Directory), desk: &Desk<'_>, client: &AppDefinition, user: UserId, scopes: Scopes) -> Outcome {
    let Some(user) = tx.user(user)? else { return Ok(Err(OAuthError::UnknownCode.into())) };
    let org_app = org_app(tx, desk, client)?;
    let grants = tx.grants_of(user.id, client.id)?;
    if let Err(refused) = admitted(desk, (client, &org_app), &user, Flow::Device, grants.last()) {
        return Ok(Err(refused));
    }
    // The version of the app's package, or its custom scopes, may have changed since the code was shown.
    let scopes = scopes.keeping_custom_of(&assigned_scopes(desk.org, client, &org_app));
    let scopes = scopes_here(desk.org, client, &org_app, scopes.clone(), false).unwrap_or(scopes);
    let award = Award { client: Some((client, &org_app)), user: &user, scopes, flow: Flow::Device, lasting: Lasting::Refreshable, nonce: None };
    issue(tx, desk, award).map(Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_code_is_known_however_it_is_typed() {
        for typed in ["25XPRH6C", "25xprh6c", " 25XP-RH6C ", "25xp rh6c"] {
            assert_eq!(user_code_digest(typed), Digest::of("25XPRH6C"), "{typed}");
        }
        assert_ne!(user_code_digest("25XPRH6D"), Digest::of("25XPRH6C"));
    }

    #[test]
    fn a_user_code_has_eight_letters_that_cannot_be_confused() {
        let code = user_code(&Entropy::new(Some(1)));
        assert!(code.len() == 8 && code.bytes().all(|byte| LETTERS.contains(&byte)), "{code}");
    }
}
