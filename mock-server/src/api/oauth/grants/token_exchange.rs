//! `grant_type=urn:ietf:params:oauth:grant-type:token-exchange`

use std::sync::Arc;

use super::{Ready, Request, asset_token};
use crate::app::LiveOrg;
use crate::apps::AppDefinition;
use crate::oauth::{Exchange, OAuthError, Refused, exchange_token, serves};
use crate::org::SubjectTokenType;

/// A token of another identity provider, or with an actor token (or without a client) the asset token flow.
pub fn read<'a>(request: &Request<'a>) -> Result<Ready<'a>, Refused> {
    let (subject_token, kind) = (request.required("subject_token")?, request.required("subject_token_type")?);
    let kind = SubjectTokenType::of_urn(kind).ok_or(OAuthError::UnsupportedTokenType)?;
    if request.get("actor_token").is_some() || !request.names_client() {
        return asset_token::read(request, subject_token, kind);
    }
    // GUESS: whether a secret is required is the app's setting; that an app which says nothing requires none was not recorded. One that is sent is
    // checked.
    let client = request.client(|client| client.oauth.require_secret_for_token_exchange)?;
    let org = find_org(request, &client).ok_or(OAuthError::NoTokenExchangeHandler)?;
    let exchange = Exchange { subject_token, kind, handler: request.get("token_handler"), scope: request.get("scope") };
    let own = client.clone();
    Ok(Ready { org, client: Some(client), lock: None, redeem: Box::new(move |tx, desk| exchange_token(tx, desk, &own, &exchange)) })
}

/// The org of the host; at a login host the first with a handler for the app, which in Salesforce is asked at its own host.
fn find_org(request: &Request<'_>, client: &AppDefinition) -> Option<Arc<LiveOrg>> {
    if let Some(org) = request.app.org_of_site(request.site) {
        return Some(org);
    }
    let has_handler = |org: &Arc<LiveOrg>| org.facts().token_exchange_handlers.iter().any(|handler| serves(handler, client));
    let mut served = request.app.orgs().into_iter().filter(|org| request.app.org_served(request.site, Some(org.id())).is_some());
    served.find(has_handler)
}
