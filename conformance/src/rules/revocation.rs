//! What an integration gives back: which token it revokes, where, and how.

use super::Finding;
use crate::evidence::{Exchange, Sort, of};
use crate::failure::Failure;

/// A token that Salesforce gave out, in the order of its giving.
#[derive(Debug, Clone)]
pub struct Given {
    pub token: String,
    /// `refresh_token` or `access_token`.
    pub kind: &'static str,
    pub client_id: String,
}

/// Tokens given out in these exchanges.
pub fn given_out(sent: &[Exchange]) -> Vec<Given> {
    let mut given: Vec<Given> = Vec::new();
    for exchange in sent.iter().filter(|exchange| exchange.is_accepted()) {
        for kind in ["refresh_token", "access_token"] {
            let Some(token) = exchange.issued(kind) else { continue };
            // A refresh without rotation brings the token that is known already.
            if !given.iter().any(|known| known.token == token) {
                given.push(Given { token: token.to_owned(), kind, client_id: exchange.client_id().unwrap_or_default().to_owned() });
            }
        }
    }
    given
}

fn kind_of(revocation: &Exchange, known: &[Given]) -> Option<&'static str> {
    let token = revocation.fingerprint("token")?;
    known.iter().find(|given| given.token == token).map(|given| given.kind)
}

/// A token that was given out is revoked.
pub fn asked_for(sent: &[Exchange]) -> Finding {
    let (revoked, known) = (of(sent, Sort::Revoke), given_out(sent));
    if revoked.iter().any(|revocation| kind_of(revocation, &known).is_some()) {
        return Finding::of(&revoked, Ok(()));
    }
    let seen = if revoked.is_empty() { "no request at all".to_owned() } else { format!("{} with tokens that were never given out", revoked.len()) };
    let told = format!("expected the grant's token at /services/oauth2/revoke after the disconnect; seen: {seen}");
    Finding::of(&revoked, Err(Failure::breach(told)))
}

/// A refresh token takes its grant with it; without one there is nothing but the session to end.
pub fn is_dead(sent: &[Exchange]) -> Finding {
    let (revoked, known) = (of(sent, Sort::Revoke), given_out(sent));
    let has_refresh_token = known.iter().any(|given| given.kind == "refresh_token");
    let accepted: Vec<&str> =
        revoked.iter().filter(|revocation| revocation.is_accepted()).filter_map(|revocation| kind_of(revocation, &known)).collect();
    if accepted.contains(&"refresh_token") || (!has_refresh_token && !accepted.is_empty()) {
        return Finding::of(&revoked, Ok(()));
    }
    // Whether it was the newest, and went to the right side, other checks judge.
    if let Some(refused) = revoked.iter().find(|revocation| kind_of(revocation, &known) == Some("refresh_token")) {
        return Finding::not_exercised(format!("the {} presented a refresh token and was answered {}", refused.describe(), refused.answer()));
    }
    let told = "expected the refresh token to be revoked; only the access token was: the refresh token still opens the org";
    Finding::of(&revoked, Err(Failure::breach(told)))
}

/// The refresh token that is revoked is the newest of its grant. `sent` is all of one grant.
pub fn was_newest(sent: &[Exchange]) -> Finding {
    let (revoked, known) = (of(sent, Sort::Revoke), given_out(sent));
    let tokens: Vec<&Given> = known.iter().filter(|given| given.kind == "refresh_token").collect();
    let generation = |revocation: &Exchange| tokens.iter().position(|given| revocation.fingerprint("token") == Some(&given.token));
    let (presented, newest) = (revoked.iter().filter_map(generation).max(), tokens.len());
    let outcome = match presented {
        Some(index) if index + 1 == newest => Ok(()),
        Some(index) => {
            Err(Failure::breach(format!("expected the refresh token of the last answer, generation {newest}; revoked was generation {}", index + 1)))
        }
        None => Err(Failure::not_exercised("no refresh token was revoked")),
    };
    Finding::of(&revoked, outcome)
}

/// Every token to be revoked travels in a POST body.
pub fn in_body(sent: &[Exchange]) -> Finding {
    let revoked = of(sent, Sort::Revoke);
    let told = revoked
        .iter()
        .find(|revocation| revocation.method() != "POST" || in_query(revocation))
        .map(|wrong| format!("expected a POST with the token in its form; seen: {} {}", wrong.method(), wrong.path()));
    Finding::wrong(&revoked, told.as_slice())
}

fn in_query(revocation: &Exchange) -> bool {
    revocation.path().split_once('?').is_some_and(|(_, query)| query.split('&').any(|pair| pair.starts_with("token=")))
}

/// A token of the old app is revoked.
pub fn old_grant_revoked(sent: &[Exchange], old_key: &str) -> Finding {
    let (revoked, known) = (of(sent, Sort::Revoke), given_out(sent));
    let of_old =
        |revocation: &Exchange| known.iter().any(|given| given.client_id == old_key && revocation.fingerprint("token") == Some(&given.token));
    let outcome = match revoked.iter().any(of_old) {
        true => Ok(()),
        false => {
            Err(Failure::breach("expected the old app's token at /services/oauth2/revoke after the move; seen: none, so that the old grant lives on"))
        }
    };
    Finding::of(&revoked, outcome)
}
