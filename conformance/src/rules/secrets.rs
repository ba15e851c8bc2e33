//! Secrets where they do not belong, and ways into Salesforce that should not be taken.

use super::Finding;
use crate::evidence::{Exchange, Sort};
use crate::failure::Failure;

/// Parameters that have no place in an address. The state and the challenge are made for it.
const SECRET_PARAMETERS: [&str; 9] =
    ["access_token", "refresh_token", "client_secret", "code_verifier", "code", "assertion", "client_assertion", "password", "device_code"];

/// No address holds a secret. Revocations have a check of their own.
pub fn addresses_clean(sent: &[Exchange]) -> Finding {
    for exchange in sent {
        let query = exchange.path().split_once('?').map_or("", |(_, query)| query);
        let named =
            query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, value)| SECRET_PARAMETERS.contains(name) && !value.is_empty());
        if let Some((name, _)) = named.filter(|_| exchange.sort() != Sort::Revoke) {
            let told = format!(
                "expected tokens in headers and secrets in forms; the {} has {name} in its address: {}",
                exchange.describe(),
                exchange.path()
            );
            return Finding::of([exchange], Err(Failure::breach(told)));
        }
        if exchange.sort() != Sort::Other && exchange.path().split('?').next().is_some_and(|path| path.contains("[redacted]")) {
            let told = format!("expected tokens in headers; the {} has one in its path: {}", exchange.describe(), exchange.path());
            return Finding::of([exchange], Err(Failure::breach(told)));
        }
    }
    Finding::of([], Ok(()))
}

/// The user's Salesforce password is never handled.
pub fn no_password(sent: &[Exchange]) -> Finding {
    for exchange in sent {
        let by_grant = exchange.parameter("grant_type") == Some("password") || exchange.has_parameter("password");
        let by_soap =
            exchange.route().starts_with("soap/") && exchange.entry()["request"]["body"].as_str().is_some_and(|body| body.contains("login>"));
        if by_grant || by_soap {
            let how = if by_grant { "grant_type=password" } else { "a SOAP login" };
            return Finding::of(
                [exchange],
                Err(Failure::breach(format!("expected that no password is handled; seen: {how} in the {}", exchange.describe()))),
            );
        }
    }
    Finding::of(sent.iter().filter(|exchange| exchange.sort().is_token_request()), Ok(()))
}
