//! `grant_type=client_credentials`

use std::sync::Arc;

use super::{Ready, Request};
use crate::app::LiveOrg;
use crate::apps::AppDefinition;
use crate::oauth::{OAuthError, Refused, client_credentials};
use crate::org::Host;

/// The app for itself: it always proves who it is.
pub fn read<'a>(request: &Request<'a>) -> Result<Ready<'a>, Refused> {
    let client = request.client(|_| true)?;
    let org = org(request, &client)?;
    let (own, scope) = (Arc::clone(&client), request.get("scope"));
    Ok(Ready { org, client: Some(client), lock: None, redeem: Box::new(move |tx, desk| client_credentials(tx, desk, &own, scope)) })
}

/// The org whose My Domain was asked. Where one origin of our own is the My Domain of many orgs, the app says which: its Run As user's, else its owner.
fn org(request: &Request<'_>, client: &AppDefinition) -> Result<Arc<LiveOrg>, Refused> {
    let (app, site) = (request.app, request.site);
    let found = match site.host() {
        Host::Org(id) => app.org(id),
        Host::Login | Host::Test => {
            let of_user = client.run_as.as_deref().map(|name| app.org_of_username(name)).transpose()?.flatten();
            of_user.or_else(|| app.org(client.owner)).filter(|org| site.serves(org.id()) && site.logs_in(org.id(), org.facts().kind.into()))
        }
    };
    Ok(found.ok_or(OAuthError::WrongDomain)?)
}
