//! `grant_type=authorization_code`

use super::{Ready, Request};
use crate::apps::Flow;
use crate::oauth::{OAuthError, Refused, credential, redeem_code};

/// A code of the web server flow.
pub fn read<'a>(request: &Request<'a>) -> Result<Ready<'a>, Refused> {
    exchange(request, Flow::WebServer)
}

/// `grant_type=hybrid_auth_code`: the same, with the session ids of the web.
pub fn read_hybrid<'a>(request: &Request<'a>) -> Result<Ready<'a>, Refused> {
    exchange(request, Flow::Hybrid)
}

fn exchange<'a>(request: &Request<'a>, asked: Flow) -> Result<Ready<'a>, Refused> {
    let code = request.required("code")?;
    let (redirect_uri, verifier) = (request.get("redirect_uri"), request.get("code_verifier"));
    let client = request.client(|client| client.require_secret)?;
    // Elsewhere the code is as unknown as an invented one.
    let org = request.app.org_served(request.site, credential::org_of_code(code)).ok_or(OAuthError::UnknownCode)?;
    let own = client.clone();
    Ok(Ready {
        org,
        client: Some(client),
        lock: None,
        redeem: Box::new(move |tx, desk| redeem_code(tx, desk, &own, asked, code, redirect_uri, verifier)),
    })
}
