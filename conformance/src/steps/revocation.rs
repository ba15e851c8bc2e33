//! What an integration gives back: which token it revokes, where, and how.

use cucumber::then;

use crate::certify::lane::Lane;
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, Outcome};
use crate::world::World;

#[then("the grant's revocation was asked for")]
async fn asked_for(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let revoked = revocations(lane).await?;
    let known = given_out(lane).await?;
    if revoked.iter().any(|revocation| kind_of(revocation, &known).is_some()) {
        return Ok(());
    }
    let seen = if revoked.is_empty() { "no request at all".to_owned() } else { format!("{} with tokens that were never given out", revoked.len()) };
    Err(Failure::breach(format!("expected the grant's token at /services/oauth2/revoke after the disconnect; seen: {seen}")))
}

/// A refresh token takes its grant with it; without one there is nothing but the session to end.
#[then("the grant is dead")]
async fn is_dead(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let revoked = revocations(lane).await?;
    let known = given_out(lane).await?;
    let has_refresh_token = known.iter().any(|given| given.kind == "refresh_token");
    let accepted: Vec<&str> =
        revoked.iter().filter(|revocation| revocation.is_accepted()).filter_map(|revocation| kind_of(revocation, &known)).collect();
    if accepted.contains(&"refresh_token") || (!has_refresh_token && !accepted.is_empty()) {
        return Ok(());
    }
    Err(Failure::breach("expected the refresh token to be revoked; only the access token was: the refresh token still opens the org"))
}

#[then("the refresh token revoked was the newest")]
async fn was_newest(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let revoked = revocations(lane).await?;
    let known = given_out(lane).await?;
    let tokens: Vec<&Given> = known.iter().filter(|given| given.kind == "refresh_token").collect();
    let generation = |revocation: &Exchange| tokens.iter().position(|given| revocation.fingerprint("token") == Some(&given.token));
    let (presented, newest) = (revoked.iter().filter_map(generation).max(), tokens.len());
    match presented {
        Some(index) if index + 1 == newest => Ok(()),
        Some(index) => {
            Err(Failure::breach(format!("expected the refresh token of the last answer, generation {newest}; revoked was generation {}", index + 1)))
        }
        None => Err(Failure::not_exercised("no refresh token was revoked")),
    }
}

#[then("every token to be revoked travelled in a body")]
async fn in_body(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let revoked = revocations(lane).await?;
    match revoked.iter().find(|revocation| revocation.method() != "POST" || in_query(revocation)) {
        Some(wrong) => Err(Failure::breach(format!("expected a POST with the token in its form; seen: {} {}", wrong.method(), wrong.path()))),
        None => Ok(()),
    }
}

fn in_query(revocation: &Exchange) -> bool {
    revocation.path().split_once('?').is_some_and(|(_, query)| query.split('&').any(|pair| pair.starts_with("token=")))
}

#[then("the old grant was revoked")]
async fn old_grant_revoked(world: &mut World) -> Outcome {
    let old_key = world.app(crate::certify::lane::APP)?.consumer_key;
    let lane = world.lane()?;
    let revoked = revocations(lane).await?;
    let known = given_out(lane).await?;
    let of_old =
        |revocation: &Exchange| known.iter().any(|given| given.client_id == old_key && revocation.fingerprint("token") == Some(&given.token));
    if revoked.iter().any(of_old) {
        Ok(())
    } else {
        Err(Failure::breach("expected the old app's token at /services/oauth2/revoke after the move; seen: none, so that the old grant lives on"))
    }
}

/// Revocations so far, noted.
async fn revocations(lane: &mut Lane) -> Outcome<Vec<Exchange>> {
    lane.quiet().await?;
    let sent: Vec<Exchange> = lane.exchanges().await?.into_iter().filter(|exchange| exchange.sort() == Sort::Revoke).collect();
    lane.note_all(&sent);
    Ok(sent)
}

/// A token that Salesforce gave out, in the order of its giving.
struct Given {
    token: String,
    kind: &'static str,
    client_id: String,
}

async fn given_out(lane: &mut Lane) -> Outcome<Vec<Given>> {
    let mut given: Vec<Given> = Vec::new();
    for exchange in lane.exchanges().await?.iter().filter(|exchange| exchange.is_accepted()) {
        for kind in ["refresh_token", "access_token"] {
            let Some(token) = exchange.issued(kind) else { continue };
            // A refresh without rotation brings the token that is known already.
            if !given.iter().any(|known| known.token == token) {
                given.push(Given { token: token.to_owned(), kind, client_id: exchange.client_id().unwrap_or_default().to_owned() });
            }
        }
    }
    Ok(given)
}

fn kind_of(revocation: &Exchange, known: &[Given]) -> Option<&'static str> {
    let token = revocation.fingerprint("token")?;
    known.iter().find(|given| given.token == token).map(|given| given.kind)
}
