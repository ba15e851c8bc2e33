//! What a verified SAML assertion is worth: the bearer flow of an app (RFC 7522), and the assertion of an org's single sign-on.

use super::authorize::own_scopes;
use super::desk::{admitted_without_app, require};
use super::grant::Ledger;
use super::{Award, Desk, Digest, Lasting, OAuthError, Outcome, Refused, Scope, Scopes, admitted, identify, issue, org_app, own_addresses};
use crate::apps::{AppDefinition, Blocked, Flow, Installs};
use crate::org::{Directory, SingleSignOn, User};
use crate::saml::{Assertion, Expected, Invalid, judge};
use crate::storage::StoreError;

/// Salesforce's name as a service provider, whatever the org.
const SERVICE_PROVIDER: &str = "https://saml.salesforce.com";

/// A bearer assertion that the app's own key signed. Its subject names the user; the approval rule is that of JWT bearer.
pub fn accept_saml_bearer(tx: &(impl Ledger + Installs + Directory), desk: &Desk<'_>, client: &AppDefinition, assertion: &Assertion) -> Outcome {
    let named = assertion.name_id.as_deref().map(|name| tx.user_named(name)).transpose()?.flatten();
    let Some(user) = named else { return Ok(Err(OAuthError::Blocked { blocked: Blocked::NotApproved, flow: Flow::SamlBearer }.into())) };
    let own = own_addresses(desk);
    let token_endpoints: Vec<_> = own.iter().map(|address| format!("{address}/services/oauth2/token")).collect();
    let expected = Expected { audiences: [own, token_endpoints.clone()].concat(), recipients: token_endpoints, fresh: false, now: desk.now };
    let until = match judge(assertion, &expected) {
        Ok(until) => until,
        Err(invalid) => return Ok(Err(bearer_refusal(&user, &invalid))),
    };
    let (org_app, grants) = (org_app(tx, desk, client)?, tx.grants_of(user.id, client.id)?);
    let offline = grants.iter().rev().find(|grant| grant.scopes.has(Scope::REFRESH_TOKEN));
    if let Err(refused) = admitted(desk, (client, &org_app), &user, Flow::SamlBearer, offline.or(grants.last())) {
        return Ok(Err(refused));
    }
    require!(tx.use_assertion(id_digest(assertion), until)?, bearer_refusal(&user, &Invalid::Replayed));
    // What the user approved; all of the app's where an admin did.
    let own = own_scopes(client, &org_app);
    let scopes = offline.map_or(own, |grant| grant.scopes.clone()).without(Scope::REFRESH_TOKEN);
    let award = Award { client: Some((client, &org_app)), user: &user, scopes, flow: Flow::SamlBearer, lasting: Lasting::Nothing, nonce: None };
    issue(tx, desk, award).map(Ok)
}

/// GUESS: texts of the bearer flow are recorded for a wrong audience alone; an expired assertion answers as an expired JWT does.
fn bearer_refusal(user: &User, invalid: &Invalid) -> Refused {
    let error = match invalid {
        Invalid::Audience(_) => OAuthError::AudienceValidation,
        Invalid::Expired(_) => OAuthError::ExpiredAssertion,
        _ => OAuthError::InvalidAssertion { error_uri: None },
    };
    Refused::of(user.id, error).with_status(invalid.status())
}

/// An assertion of the org's identity provider, as for single sign-on in a browser. No app is named, and nothing lasts.
pub fn accept_saml_assertion(tx: &(impl Ledger + Installs + Directory), desk: &Desk<'_>, setting: &SingleSignOn, assertion: &Assertion) -> Outcome {
    let user = named_user(tx, setting, assertion)?;
    let refusal = |invalid: &Invalid| {
        let error = invalid_assertion(desk, invalid);
        match &user {
            Some(user) => Refused::of(user.id, error).with_status(invalid.status()),
            None => error.into(),
        }
    };
    let until = match judge(assertion, &sign_on_terms(desk, setting)) {
        Ok(until) => until,
        Err(invalid) => return Ok(Err(refusal(&invalid))),
    };
    let Some(user) = &user else { return Ok(Err(refusal(&Invalid::Subject(assertion.name_id.clone().unwrap_or_default())))) };
    if let Err(refused) = admitted_without_app(desk, user, Flow::SamlAssertion) {
        return Ok(Err(refused));
    }
    require!(tx.use_assertion(id_digest(assertion), until)?, refusal(&Invalid::Replayed));
    // GUESS: no app limits the session; its scopes were not recorded.
    let scopes = Scopes::default().with(Scope::FULL);
    issue(tx, desk, Award { client: None, user, scopes, flow: Flow::SamlAssertion, lasting: Lasting::Nothing, nonce: None }).map(Ok)
}

/// What the client hears of an assertion that does not hold. Where it could be read, the validator page has more.
pub fn invalid_assertion(desk: &Desk<'_>, invalid: &Invalid) -> OAuthError {
    let home = || desk.site.my_domain_url(desk.org.id, &desk.org.my_domain());
    OAuthError::InvalidAssertion { error_uri: invalid.was_read().then(|| format!("{}/setup/secur/SAMLValidationPage.apexp", home())) }
}

fn named_user(tx: &impl Directory, setting: &SingleSignOn, assertion: &Assertion) -> Result<Option<User>, StoreError> {
    let name = match &setting.identity_attribute {
        Some(attribute) => assertion.attribute(attribute),
        None => assertion.name_id.as_deref(),
    };
    name.map_or(Ok(None), |name| identify(tx, setting.identity_type, name))
}

/// The recipient may be the token endpoint or the login address of the org, both with or without its id.
fn sign_on_terms(desk: &Desk<'_>, setting: &SingleSignOn) -> Expected {
    let own = own_addresses(desk);
    let id = desk.org.id.record();
    let spelled = |address: &String| {
        let (long, short) = (desk.org.id.to_string(), id.as_15().to_owned());
        let plain = [address.clone(), format!("{address}/"), format!("{address}/services/oauth2/token")];
        let with_org = [long, short].into_iter().flat_map({
            let plain = plain.clone();
            move |id| plain.clone().map(|address| format!("{address}?so={id}"))
        });
        plain.clone().into_iter().chain(with_org).collect::<Vec<_>>()
    };
    let recipients = own.iter().flat_map(spelled).collect();
    let entity = setting.entity_id.clone().map_or(own, |entity| vec![entity]);
    Expected { audiences: [entity, vec![SERVICE_PROVIDER.to_owned()]].concat(), recipients, fresh: true, now: desk.now }
}

/// An id is unique to its issuer.
fn id_digest(assertion: &Assertion) -> Digest {
    Digest::of(&format!("{}\n{}", assertion.issuer, assertion.id))
}
