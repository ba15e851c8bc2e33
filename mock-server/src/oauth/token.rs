//! The token endpoint: codes and refresh tokens become access tokens.

use std::time::Duration;

use super::authorize::{app_facts, user_facts};
use super::grant::{Grant, IssuedCode, Ledger, Login, Presented, Session, SessionKind};
use super::session::Origin;
use super::{Digest, Event, OAuthError, Scope, Scopes, credential, happen, pkce};
use crate::apps::{
    AppDefinition, AppKind, Blocked, Case, Endpoint, Flow, IDLE_LIMIT, Installs, OrgApp, Presence, RefreshTokenPolicy, Visit, admit, first_row,
};
use crate::clock::{Entropy, Timestamp};
use crate::id::{AppId, RecordId, UserId};
use crate::org::{Directory, Org, Switches, User};
use crate::storage::StoreError;

/// How long a code is good. Source: Salesforce help, web server flow.
const CODE_LIFE: Duration = Duration::from_secs(15 * 60);
/// Approvals one user may have of one app; one more displaces the one left alone the longest.
const APPROVALS: usize = 5;

/// Where and when a token is asked for.
pub struct Desk<'a> {
    pub org: &'a Org,
    pub switches: &'a Switches,
    pub client: &'a AppDefinition,
    pub now: Timestamp,
    pub entropy: &'a Entropy,
    pub origin: &'a Origin,
}

impl Desk<'_> {
    /// The visit of the program that asks.
    pub(super) fn visit(&self) -> Visit {
        Visit::without_browser(self.now, self.origin.address())
    }
}

/// What a client gets.
#[derive(Debug, Clone)]
pub struct Issued {
    pub access_token: String,
    pub refresh_token: Option<String>,
    pub scopes: Scopes,
    pub user: UserId,
    pub grant: RecordId,
    /// Generation of the refresh token presented and of the one now current.
    pub presented: Option<u32>,
    pub generation: u32,
    pub nonce: Option<String>,
    pub at: Timestamp,
}

/// The inner result is the protocol's: a refusal may have changed something (a family died), so it is kept like a success.
pub type Outcome = Result<Result<Issued, OAuthError>, StoreError>;

/// Refuses within the transaction that is kept.
macro_rules! require {
    ($condition:expr, $error:expr) => {
        if !$condition {
            return Ok(Err($error));
        }
    };
}

/// Exchanges a code, once. Order of checks: the code, its age, the redirect, the verifier, then who may use the app.
pub fn redeem_code(
    tx: &(impl Ledger + Installs + Directory),
    desk: &Desk<'_>,
    unverified_code: &str,
    redirect_uri: Option<&str>,
    verifier: Option<&str>,
) -> Outcome {
    let digest = Digest::of(unverified_code);
    let Some(code) = tx.code(digest)?.filter(|code| code.app == desk.client.id) else { return Ok(Err(OAuthError::UnknownCode)) };
    if let Some(grant) = code.used_by {
        if desk.switches.revoke_on_code_replay {
            happen(tx, Event::CodeReused(grant))?;
        }
        return Ok(Err(OAuthError::ExpiredCode));
    }
    require!(desk.now < code.created.plus(CODE_LIFE), OAuthError::ExpiredCode);
    require!(redirect_uri.is_some(), OAuthError::MissingRedirectUri);
    require!(redirect_uri == Some(code.redirect_uri.as_str()), OAuthError::WrongRedirectUri);
    require!(pkce::fits(code.challenge.as_deref(), verifier), OAuthError::WrongCodeVerifier);
    let Some(user) = tx.user(code.user)? else { return Ok(Err(OAuthError::UnknownCode)) };
    let grants = tx.grants_of(user.id, desk.client.id)?;
    let org_app = tx.org_app(desk.client.id)?.unwrap_or_else(|| first_row(desk.client, desk.org.id, desk.switches, desk.now));
    if let Err(error) = admitted(desk, &user, &org_app, Flow::WebServer, grants.last()) {
        return Ok(Err(error));
    }
    if org_app.presence == Presence::Unseen {
        tx.put_org_app(&OrgApp { presence: Presence::Known, ..org_app })?;
    }
    let issued = open_grant(tx, desk, &code, &grants)?;
    tx.use_code(digest, issued.grant)?;
    tx.add_login(&interactive_login(desk, user.id))?;
    Ok(Ok(issued))
}

/// The row of an interactive grant in the login history; a refresh writes none.
fn interactive_login(desk: &Desk<'_>, user: UserId) -> Login {
    let Origin { source_ip, login_url, browser } = desk.origin.clone();
    Login {
        user,
        at: desk.now,
        kind: "Remote Access 2.0",
        status: "Success",
        application: desk.client.name.clone(),
        source_ip,
        login_url,
        browser,
        api: None,
    }
}

fn open_grant(tx: &impl Ledger, desk: &Desk<'_>, code: &IssuedCode, grants: &[Grant]) -> Result<Issued, StoreError> {
    if let Some(displaced) = displaced(grants, code.scopes) {
        happen(tx, Event::ApprovalDisplaced(displaced.id))?;
    }
    let offline = code.scopes.has(Scope::REFRESH_TOKEN);
    let refresh_token = offline.then(|| credential::refresh_token(desk.org.id, desk.entropy));
    // Without a refresh token an approval leaves nothing that could be counted: the same row serves again.
    let earlier = grants.iter().find(|grant| !offline && grant.scopes == code.scopes);
    let grant = match earlier {
        Some(grant) => {
            tx.use_grant(grant.id, desk.now, None)?;
            grant.id
        }
        None => add_grant(tx, desk, code.user, code.scopes, Flow::WebServer, refresh_token.as_deref())?,
    };
    let access_token = open_session(tx, desk, code.user, code.scopes, grant)?;
    Ok(Issued {
        access_token,
        refresh_token,
        scopes: code.scopes,
        user: code.user,
        grant,
        presented: None,
        generation: 1,
        nonce: code.nonce.clone(),
        at: desk.now,
    })
}

/// The approval that one more with these scopes would displace.
pub(super) fn displaced(grants: &[Grant], scopes: Scopes) -> Option<&Grant> {
    let counted: Vec<_> = grants.iter().filter(|grant| grant.scopes.has(Scope::REFRESH_TOKEN)).collect();
    if scopes.has(Scope::REFRESH_TOKEN) && counted.len() >= APPROVALS { counted.first().copied() } else { None }
}

/// Records an approval; `refresh_token` is kept hashed.
pub fn add_grant(
    tx: &impl Ledger,
    desk: &Desk<'_>,
    user: UserId,
    scopes: Scopes,
    flow: Flow,
    refresh_token: Option<&str>,
) -> Result<RecordId, StoreError> {
    let grant = Grant {
        id: tx.new_record_id("0CG")?,
        user,
        app: desk.client.id,
        scopes,
        flow,
        created: desk.now,
        last_used: desk.now,
        use_count: 1,
        generation: 1,
        refreshed: desk.now,
    };
    tx.add_grant(&grant, refresh_token.map(Digest::of), desk.client)?;
    Ok(grant.id)
}

/// Opens a session for a new access token of a grant and returns the token.
pub fn open_session(tx: &impl Ledger, desk: &Desk<'_>, user: UserId, scopes: Scopes, grant: RecordId) -> Result<String, StoreError> {
    let token = credential::access_token(desk.org.id, desk.entropy);
    let timeout = i64::from(desk.org.session_timeout) * 1000;
    let id = tx.new_record_id("0Ak")?;
    let session =
        Session::new(id, Digest::of(&token), SessionKind::Token, user, Some(desk.client.id), Some(grant), scopes, (desk.now, desk.now), timeout);
    tx.add_session(&session)?;
    Ok(token)
}

/// Exchanges a refresh token. The caller holds the grant's lock.
pub fn refresh(tx: &(impl Ledger + Installs + Directory), desk: &Desk<'_>, unverified_token: &str) -> Outcome {
    let org_app = tx.org_app(desk.client.id)?.unwrap_or_else(|| first_row(desk.client, desk.org.id, desk.switches, desk.now));
    let grant = match tx.present(Digest::of(unverified_token))? {
        Presented::Current(grant) if grant.app == desk.client.id => grant,
        Presented::Rotated(grant) if grant.app == desk.client.id => {
            happen(tx, Event::RefreshTokenReused(grant.id))?;
            return Ok(Err(OAuthError::DeadRefreshToken));
        }
        _ if desk.client.kind == AppKind::ExternalClientApp && !org_app.presence.is_settled() => {
            // Its package was taken out, and the grants with it; the app is missed before the token is.
            return Ok(Err(OAuthError::Blocked { blocked: Blocked::ExternalAppNotInstalled, flow: Flow::RefreshToken }));
        }
        _ => return Ok(Err(OAuthError::DeadRefreshToken)),
    };
    let Some(user) = tx.user(grant.user)? else { return Ok(Err(OAuthError::DeadRefreshToken)) };
    if let Err(error) = admitted(desk, &user, &org_app, Flow::RefreshToken, Some(&grant)) {
        return Ok(Err(error));
    }
    let controls = desk.client.controls(desk.switches);
    let expiry = [Some(org_app.refresh_token_policy), controls.idle_limit.then_some(IDLE_LIMIT)].into_iter().flatten();
    require!(expiry.filter_map(|policy| refresh_expiry(&grant, policy)).all(|end| desk.now < end), OAuthError::DeadRefreshToken);
    let rotates = controls.rotation;
    let next = rotates.then(|| credential::refresh_token(desk.org.id, desk.entropy));
    tx.use_grant(grant.id, desk.now, next.as_deref().map(Digest::of))?;
    let access_token = open_session(tx, desk, user.id, grant.scopes, grant.id)?;
    Ok(Ok(Issued {
        access_token,
        refresh_token: next,
        scopes: grant.scopes,
        user: user.id,
        grant: grant.id,
        presented: Some(grant.generation),
        generation: grant.generation + u32::from(rotates),
        nonce: None,
        at: desk.now,
    }))
}

/// The grant to be locked while this refresh token is looked at.
pub fn grant_to_lock(tx: &impl Ledger, client: AppId, unverified_token: &str) -> Result<Option<RecordId>, StoreError> {
    Ok(match tx.present(Digest::of(unverified_token))? {
        Presented::Current(grant) | Presented::Rotated(grant) if grant.app == client => Some(grant.id),
        _ => None,
    })
}

fn admitted(desk: &Desk<'_>, user: &User, org_app: &OrgApp, flow: Flow, approval: Option<&Grant>) -> Result<(), OAuthError> {
    let case = Case {
        app: app_facts(desk.client, org_app, flow, &desk.visit()),
        user: user_facts(user, desk.org, (desk.client, org_app, flow), &desk.visit(), approval),
        org: desk.switches,
        flow,
        endpoint: Endpoint::Token,
    };
    admit(&case).map(|_| ()).map_err(|blocked| OAuthError::Blocked { blocked, flow })
}

/// Ends what a token stands for: an access token's session, or a refresh token's whole grant.
pub fn revoke(tx: &impl Ledger, unverified_token: &str) -> Result<Result<(), OAuthError>, StoreError> {
    let digest = Digest::of(unverified_token);
    if happen(tx, Event::AccessTokenRevoked(digest))? > 0 {
        return Ok(Ok(()));
    }
    match tx.present(digest)? {
        Presented::Current(grant) => happen(tx, Event::RefreshTokenRevoked(grant.id)).map(|_| Ok(())),
        Presented::Rotated(_) | Presented::Unknown => Ok(Err(OAuthError::InvalidToken)),
    }
}

/// When a grant's refresh token stops working, if a policy says so.
pub fn refresh_expiry(grant: &Grant, policy: RefreshTokenPolicy) -> Option<Timestamp> {
    match policy {
        RefreshTokenPolicy::UntilRevoked => None,
        RefreshTokenPolicy::ImmediatelyExpire => Some(grant.created),
        RefreshTokenPolicy::ExpireIfUnused { amount, unit } => Some(grant.refreshed.plus(unit.times(amount))),
        RefreshTokenPolicy::ExpireAfter { amount, unit } => Some(grant.created.plus(unit.times(amount))),
    }
}
