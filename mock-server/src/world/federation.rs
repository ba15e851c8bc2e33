//! Checking what a document says of identity providers before an org believes it.

use super::Rejected;
use super::document::OrgEntry;
use crate::oauth::custom_scope_fault;
use crate::saml::Certificate;

/// Names and issuers are unique, certificates and key sets can be read, custom scopes are such.
pub fn check(entry: &OrgEntry) -> Result<(), Rejected> {
    let settings = &entry.single_sign_on;
    for (index, setting) in settings.iter().enumerate() {
        let wrong = |member: &str, why: &str| Err(Rejected::invalid(member, why).within("single_sign_on", Some(index)));
        if Certificate::read(&setting.certificate).is_err() {
            return wrong("certificate", "expected a PEM certificate with an RSA key");
        }
        if settings[..index].iter().any(|other| other.name == setting.name) {
            return wrong("name", "two settings have this name");
        }
        if settings[..index].iter().any(|other| other.issuer == setting.issuer) {
            return wrong("issuer", "two settings have this issuer");
        }
    }
    let handlers = &entry.token_exchange_handlers;
    for (index, handler) in handlers.iter().enumerate() {
        let wrong = |member: &str, why: &str| Err(Rejected::invalid(member, why).within("token_exchange_handlers", Some(index)));
        if handler.certificate.as_deref().is_some_and(|pem| Certificate::read(pem).is_err()) {
            return wrong("certificate", "expected a PEM certificate with an RSA key");
        }
        if handler.keys.as_ref().is_some_and(|keys| serde_json::from_value::<jsonwebtoken::jwk::JwkSet>(keys.clone()).is_err()) {
            return wrong("keys", "expected a JWK set: {\"keys\": […]}");
        }
        if handlers[..index].iter().any(|other| other.name == handler.name) {
            return wrong("name", "two handlers have this name");
        }
    }
    for (index, scope) in entry.custom_scopes.iter().enumerate() {
        if let Some(fault) = custom_scope_fault(scope, &entry.custom_scopes[..index]) {
            return Err(Rejected::invalid(fault.member(), fault.to_string()).within("custom_scopes", Some(index)));
        }
    }
    Ok(())
}
