//! Refresh tokens: exchanging, rotating and revoking them.

use super::authorize::assigned_scopes;
use super::desk::require;
use super::grant::{Grant, Ledger, Presented};
use super::issue::open_session;
use super::{Desk, Digest, Event, Issued, OAuthError, Outcome, Scopes, admitted, community, credential, happen, hybrid, org_app};
use crate::apps::{AppDefinition, AppKind, Blocked, Flow, IDLE_LIMIT, Installs, OrgApp, RefreshTokenPolicy};
use crate::clock::Timestamp;
use crate::id::AppId;
use crate::org::{Directory, Switches};
use crate::storage::StoreError;

/// Exchanges a refresh token. The caller holds the grant's lock. `asked`: Flow::RefreshToken, or Flow::Hybrid for the session ids of the web as well.
pub fn refresh(tx: &(impl Ledger + Installs + Directory), desk: &Desk<'_>, client: &AppDefinition, asked: Flow, token: Digest) -> Outcome {
    let org_app = org_app(tx, desk, client)?;
    let dead = || OAuthError::DeadRefreshToken.into();
    let grant = match tx.present(token)? {
        Presented::Current(grant) if grant.app == client.id => grant,
        // GUESS: reuse is told in the words of a dead token, whose text names both kinds. There is no time of grace for an answer that was lost.
        Presented::Rotated(grant) if grant.app == client.id => {
            happen(tx, Event::RefreshTokenReused(grant.id))?;
            return Ok(Err(OAuthError::RotatedRefreshToken.into()));
        }
        _ if client.kind == AppKind::ExternalClientApp && !org_app.presence.is_settled() => {
            // Its package was taken out, and the grants with it; the app is missed before the token is.
            return Ok(Err(OAuthError::Blocked { blocked: Blocked::ExternalAppNotInstalled, flow: Flow::RefreshToken }.into()));
        }
        _ => return Ok(Err(dead())),
    };
    let Some(user) = tx.user(grant.user)? else { return Ok(Err(dead())) };
    if let Err(refused) = admitted(desk, (client, &org_app), &user, Flow::RefreshToken, Some(&grant)) {
        return Ok(Err(refused));
    }
    let controls = client.controls(desk.switches);
    let over = |policy| end_by(&grant, policy).is_some_and(|end| end <= desk.now);
    if controls.idle_limit && over(IDLE_LIMIT) {
        happen(tx, Event::IdleLimitReached(grant.id))?;
        return Ok(Err(OAuthError::ExpiredRefreshToken.into()));
    }
    require!(!over(org_app.refresh_token_policy), OAuthError::ExpiredRefreshToken);
    // GUESS: that the three together are an invalid grant is documented, the words are not.
    let clash = asked == Flow::Hybrid && client.jwt_access_tokens && controls.rotation;
    require!(!clash, OAuthError::HybridWithRotation);
    // GUESS: what the developer took from the app its old approvals no longer give.
    let offered = Scopes::of(client.scopes.iter().map(String::as_str)).unwrap_or_default();
    let offered = if grant.scopes.custom().next().is_some() { offered.and(&assigned_scopes(desk.org, client, &org_app)) } else { offered };
    let scopes = grant.scopes.offered_by(&offered);
    let next = controls.rotation.then(|| credential::refresh_token(desk.org.id, desk.entropy));
    tx.use_grant(grant.id, desk.now, next.as_deref().map(Digest::of))?;
    let access_token = open_session(tx, desk, Some((client, &org_app)), &user, &scopes, (Some(grant.id), None))?;
    let mut issued = Issued {
        access_token,
        refresh_token: next,
        scopes,
        user: user.id,
        grant: Some(grant.id),
        flow: Flow::RefreshToken,
        presented: Some(grant.generation),
        generation: grant.generation + u32::from(controls.rotation),
        nonce: None,
        at: desk.now,
        claims: Default::default(),
        extras: Vec::new(),
    };
    if asked == Flow::Hybrid {
        issued.extras.extend(hybrid::web_sessions(tx, desk, (client, &org_app), &user, &issued)?);
    }
    if grant.flow == Flow::CodeCredentials {
        issued.extras.extend(community(desk));
    }
    Ok(Ok(issued))
}

/// The grant to be locked while this refresh token is looked at.
pub fn grant_to_lock(tx: &impl Ledger, client: AppId, token: Digest) -> Result<Option<Grant>, StoreError> {
    Ok(match tx.present(token)? {
        Presented::Current(grant) | Presented::Rotated(grant) if grant.app == client => Some(grant),
        _ => None,
    })
}

/// Ends what a token stands for: an access token's session, or the whole grant of a refresh token or of what `OauthToken` shows.
pub fn revoke(tx: &impl Ledger, unverified_token: &str) -> Result<Result<(), OAuthError>, StoreError> {
    let digest = Digest::of(unverified_token);
    if happen(tx, Event::AccessTokenRevoked(digest))? > 0 {
        return Ok(Ok(()));
    }
    match tx.present(digest)? {
        Presented::Current(grant) => happen(tx, Event::RefreshTokenRevoked(grant.id)).map(|_| Ok(())),
        Presented::Rotated(_) => Ok(Err(OAuthError::InvalidToken)),
        Presented::Unknown => {
            let named = credential::grant_of_delete_token(unverified_token).map(|id| tx.grant(id)).transpose()?.flatten();
            match named.filter(|grant| grant.is_deleted_by(unverified_token)) {
                Some(grant) => happen(tx, Event::ApprovalRevoked(grant.id)).map(|_| Ok(())),
                None => Ok(Err(OAuthError::InvalidToken)),
            }
        }
    }
}

/// When a grant's refresh token stops working: by the org's policy for the app, or by the idle limit, whichever comes first.
pub fn refresh_end(grant: &Grant, client: &AppDefinition, org_app: &OrgApp, switches: &Switches) -> Option<Timestamp> {
    let limit = client.controls(switches).idle_limit.then_some(IDLE_LIMIT);
    [Some(org_app.refresh_token_policy), limit].into_iter().flatten().filter_map(|policy| end_by(grant, policy)).min()
}

fn end_by(grant: &Grant, policy: RefreshTokenPolicy) -> Option<Timestamp> {
    match policy {
        RefreshTokenPolicy::UntilRevoked => None,
        RefreshTokenPolicy::ImmediatelyExpire => Some(grant.created),
        RefreshTokenPolicy::ExpireIfUnused { amount, unit } => Some(grant.refreshed.plus(unit.times(amount))),
        RefreshTokenPolicy::ExpireAfter { amount, unit } => Some(grant.created.plus(unit.times(amount))),
    }
}
