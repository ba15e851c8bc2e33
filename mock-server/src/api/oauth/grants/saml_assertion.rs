//! `grant_type=assertion`

use std::sync::Arc;

use super::{Ready, Request};
use crate::app::{LiveOrg, Tx};
use crate::id::OrgId;
use crate::oauth::{Desk, OAuthError, Outcome, Refused, accept_saml_assertion, decode_assertion, invalid_assertion};
use crate::saml::{Certificate, Invalid, read_response, unverified_issuer};

const BROWSER_PROFILE: &str = "urn:oasis:names:tc:SAML:2.0:profiles:SSO:browser";

/// A response of the org's identity provider, as a browser would post it. No app is named.
pub fn read<'a>(request: &Request<'a>) -> Result<Ready<'a>, Refused> {
    if request.required("assertion_type")? != BROWSER_PROFILE {
        return Err(OAuthError::InvalidAssertionType.into());
    }
    let invalid = OAuthError::InvalidAssertion { error_uri: None };
    let text = decode_assertion(request.required("assertion")?).ok_or_else(|| invalid.clone())?;
    let org = find_org(request, &text).ok_or(invalid)?;
    Ok(Ready { org, client: None, lock: None, redeem: Box::new(move |tx, desk| redeem(tx, desk, &text)) })
}

fn redeem(tx: &Tx<'_>, desk: &Desk<'_>, text: &str) -> Outcome {
    let mut setting = None;
    let read = read_response(text, |issuer| {
        setting = desk.org.single_sign_on.iter().find(|setting| setting.issuer == issuer);
        Certificate::read(&setting?.certificate).ok()
    });
    match (read, setting) {
        (Ok(assertion), Some(setting)) => accept_saml_assertion(tx, desk, setting, &assertion),
        (Ok(assertion), None) => Ok(Err(invalid_assertion(desk, &Invalid::Issuer(assertion.issuer)).into())),
        (Err(why), _) => Ok(Err(invalid_assertion(desk, &why).into())),
    }
}

/// The org of the host; at a login host the one named by `so`, as in the address that its sign-on settings show; else the only one
/// that trusts the issuer.
fn find_org(request: &Request<'_>, text: &str) -> Option<Arc<LiveOrg>> {
    if let Some(org) = request.app.org_of_site(request.site) {
        return Some(org);
    }
    if let Some(named) = request.get("so") {
        return request.app.org_served(request.site, OrgId::parse(named).ok());
    }
    let issuer = unverified_issuer(text)?;
    let trusts = |org: &Arc<LiveOrg>| org.facts().single_sign_on.iter().any(|setting| setting.issuer == issuer);
    let mut found = request.app.orgs().into_iter().filter(|org| request.app.org_served(request.site, Some(org.id())).is_some()).filter(trusts);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
