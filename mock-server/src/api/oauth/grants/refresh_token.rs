//! `grant_type=refresh_token`

use super::{Ready, Request};
use crate::app::LiveOrg;
use crate::apps::{AppDefinition, Flow};
use crate::oauth::{Digest, Event, OAuthError, RefreshLock, Refused, credential, grant_to_lock, happen, refresh};

/// A refresh token. Its grant's lock is held from here until the answer is written.
pub fn read<'a>(request: &Request<'a>) -> Result<Ready<'a>, Refused> {
    exchange(request, Flow::RefreshToken)
}

/// `grant_type=hybrid_refresh`: the same, with the session ids of the web.
pub fn read_hybrid<'a>(request: &Request<'a>) -> Result<Ready<'a>, Refused> {
    exchange(request, Flow::Hybrid)
}

fn exchange<'a>(request: &Request<'a>, asked: Flow) -> Result<Ready<'a>, Refused> {
    // GUESS: the text is recorded for client credentials only.
    if request.get("scope").is_some() {
        return Err(OAuthError::ScopeParameter.into());
    }
    let token = request.required("refresh_token")?;
    let client = request.client(|client| client.require_secret_for_refresh)?;
    // Elsewhere the token is as dead as an invented one.
    let org = request.app.org_served(request.site, credential::org_of_refresh_token(token)).ok_or(OAuthError::DeadRefreshToken)?;
    let token = Digest::of(token);
    let lock = lock(request, &org, &client, token)?;
    let own = client.clone();
    Ok(Ready { org, client: Some(client), lock, redeem: Box::new(move |tx, desk| refresh(tx, desk, &own, asked, token)) })
}

fn lock(request: &Request<'_>, org: &LiveOrg, client: &AppDefinition, token: Digest) -> Result<Option<RefreshLock>, Refused> {
    let Some(grant) = org.read(|tx| grant_to_lock(tx, client.id, token))? else { return Ok(None) };
    request.facts.note(|noted| noted.grant = Some(grant.id));
    if let Some(lock) = org.refreshes().try_lock(grant.id) {
        return Ok(Some(lock));
    }
    let refused = Refused::of(grant.user, OAuthError::AlreadyProcessing);
    if org.switches().concurrent_refresh_revokes {
        org.write(|tx| happen(tx, Event::RefreshTokenReused(grant.id)))?;
    }
    request.record(org, Some(client), &refused)?;
    Err(refused)
}
