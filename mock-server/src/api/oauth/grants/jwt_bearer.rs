//! `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer`

use std::sync::Arc;

use super::{Ready, Request};
use crate::app::LiveOrg;
use crate::apps::{AppDefinition, AppKind, Blocked, Flow};
use crate::oauth::{Claims, OAuthError, Refused, UnverifiedAssertion, jwt_bearer};
use crate::org::Host;

/// An assertion of the app for a user. Order of checks: form, issuer, signature, time, audience, user. No client credential: the signature is it.
pub fn read<'a>(request: &Request<'a>) -> Result<Ready<'a>, Refused> {
    let assertion = request.required("assertion")?;
    // GUESS: the text is recorded for client credentials; the help says of bearer flows that a scope cannot be asked for.
    if request.get("scope").is_some() {
        return Err(OAuthError::ScopeParameter.into());
    }
    let invalid = || OAuthError::InvalidAssertion { error_uri: None };
    let unverified = UnverifiedAssertion::read(assertion).ok_or_else(invalid)?;
    let issuer = unverified.unverified_issuer().ok_or_else(invalid)?;
    let client = request.app.client_by_key(issuer).ok_or(OAuthError::UnknownClient)?;
    request.note_client(&client);
    let claims = client.certificate.as_ref().and_then(|certificate| unverified.verified_by(certificate)).ok_or_else(invalid)?;
    if claims.has_expired(request.app.now()) {
        return Err(OAuthError::ExpiredAssertion.into());
    }
    check_audience(request, &client, &claims)?;
    let (org, username) = subject(request, &claims)?;
    let own = Arc::clone(&client);
    Ok(Ready { org, client: Some(client), lock: None, redeem: Box::new(move |tx, desk| jwt_bearer(tx, desk, &own, &username)) })
}

/// The assertion must be for the host that was asked. External client apps know no test host: to them a sandbox is its My Domain.
fn check_audience(request: &Request<'_>, client: &AppDefinition, claims: &Claims) -> Result<(), OAuthError> {
    let (app, site) = (request.app, request.site);
    let by_test_host = claims.has_audience(|text| app.audience(site, text).is_some_and(|named| named.host == Host::Test && !named.stands_for_orgs))
        || site.host() == Host::Test && !site.stands_for_orgs();
    let refused_by_test_host = client.kind == AppKind::ExternalClientApp
        && by_test_host
        && app.org(client.owner).is_none_or(|owner| owner.switches().external_apps_refuse_test_host);
    if refused_by_test_host {
        return Err(OAuthError::Blocked { blocked: Blocked::ExternalAppNotInstalled, flow: Flow::JwtBearer });
    }
    let fits = claims.has_audience(|text| app.audience(site, text).is_some_and(|named| app.is_addressed(site, named)));
    match client.kind {
        _ if fits => Ok(()),
        AppKind::ConnectedApp => Err(OAuthError::WrongAudience),
        AppKind::ExternalClientApp => Err(OAuthError::Blocked { blocked: Blocked::ExternalAppNotInstalled, flow: Flow::JwtBearer }),
    }
}

/// The user's name and the org it leads to, if tokens of it are dealt with here. Nobody of this name is as unapproved as anybody.
fn subject(request: &Request<'_>, claims: &Claims) -> Result<(Arc<LiveOrg>, String), Refused> {
    let unknown = || OAuthError::Blocked { blocked: Blocked::NotApproved, flow: Flow::JwtBearer };
    let name = claims.subject().ok_or_else(unknown)?;
    let found = request.app.org_of_username(name)?.and_then(|org| request.app.org_served(request.site, Some(org.id())));
    Ok((found.ok_or_else(unknown)?, name.to_owned()))
}
