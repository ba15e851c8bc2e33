//! `grant_type=urn:ietf:params:oauth:grant-type:saml2-bearer`

use std::sync::Arc;

use super::{Ready, Request};
use crate::apps::{AppDefinition, Blocked, Flow};
use crate::oauth::{OAuthError, Refused, accept_saml_bearer, decode_assertion};
use crate::saml::{Assertion, Certificate, Invalid, read_assertion};

/// An assertion issued by the app and signed with its key (RFC 7522). Its issuer is the client; a client id beside it must be the same.
pub fn read<'a>(request: &Request<'a>) -> Result<Ready<'a>, Refused> {
    let (client, assertion) = verified(request, request.required("assertion")?)?;
    if request.get("client_id").is_some() && request.client(|_| false)?.id != client.id {
        return Err(OAuthError::UnknownClient.into());
    }
    let claimed = assertion.name_id.as_deref().map(|name| request.app.org_of_username(name)).transpose()?.flatten().map(|org| org.id());
    let unknown = OAuthError::Blocked { blocked: Blocked::NotApproved, flow: Flow::SamlBearer };
    let org = request.app.org_served(request.site, claimed).ok_or(unknown)?;
    let own = client.clone();
    Ok(Ready { org, client: Some(client), lock: None, redeem: Box::new(move |tx, desk| accept_saml_bearer(tx, desk, &own, &assertion)) })
}

fn verified(request: &Request<'_>, unverified: &str) -> Result<(Arc<AppDefinition>, Assertion), OAuthError> {
    let invalid = OAuthError::InvalidAssertion { error_uri: None };
    let text = decode_assertion(unverified).ok_or_else(|| invalid.clone())?;
    let registry = request.app.registry();
    let mut client = None;
    let read = read_assertion(&text, |issuer| {
        client = registry.app_by_key(issuer);
        Certificate::read(client.as_ref()?.certificate.as_ref()?.pem()).ok()
    });
    match (read, client) {
        (Ok(assertion), Some(client)) => Ok((client, assertion)),
        (Err(Invalid::Issuer(_)), None) => Err(OAuthError::UnknownClient),
        (Ok(_), None) | (Err(_), _) => Err(invalid),
    }
}
