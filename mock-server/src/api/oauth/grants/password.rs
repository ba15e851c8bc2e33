//! `grant_type=password`

use super::{Ready, Request};
use crate::apps::AppKind;
use crate::oauth::{OAuthError, Refused, log_in_with_password};

/// Username and password, the security token behind it.
pub fn read<'a>(request: &Request<'a>) -> Result<Ready<'a>, Refused> {
    let (username, password) = (request.required("username")?, request.required("password")?);
    let client = request.client(|client| client.require_secret)?;
    let claimed = request.app.org_of_username(username)?.map(|org| org.id());
    let Some(org) = request.app.org_served(request.site, claimed) else {
        let is_external = client.kind == AppKind::ExternalClientApp;
        return Err(if is_external { OAuthError::UnsupportedGrantType } else { OAuthError::AuthenticationFailure(None) }.into());
    };
    let own = client.clone();
    Ok(Ready { org, client: Some(client), lock: None, redeem: Box::new(move |tx, desk| log_in_with_password(tx, desk, &own, username, password)) })
}
