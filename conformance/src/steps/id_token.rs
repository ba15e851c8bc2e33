//! What an integration believes of an id_token, of userinfo, of keys and of the discovery document.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};

use super::connections::{SECOND, SECOND_USER, allows_two, second_org};
use crate::certify::dance::{self, Dance};
use crate::certify::lane::{Lane, MAIN, USER, weigh};
use crate::evidence::Sort;
use crate::failure::{Failure, Kind, OrFail, Outcome};
use crate::integration::{Operation, Reply, State};
use crate::world::World;

/// Where the scenario keeps the fault that alters the token.
const ALTERED_BY: &str = "altered by";

/// The answer to a code.
fn exchanges() -> Value {
    json!({ "route": "oauth/token", "flow": "web_server" })
}

async fn alter(world: &mut World, alteration: Value) -> Outcome {
    let fault = world.lane()?.plan_fault(exchanges(), json!({ "alter": alteration }), None).await?;
    world.notes.insert(ALTERED_BY.to_owned(), fault.to_string());
    Ok(())
}

#[given(expr = "the next id_token has {string} changed to {string}")]
async fn has_changed(world: &mut World, claim: String, value: String) -> Outcome {
    alter(world, json!({ "token": "id_token", "claims": { claim: value } })).await
}

#[given(expr = "the next id_token lacks {string}")]
async fn lacks(world: &mut World, claim: String) -> Outcome {
    alter(world, json!({ "token": "id_token", "claims": { claim: null } })).await
}

#[given("the next id_token expired an hour ago")]
async fn expired(world: &mut World) -> Outcome {
    let ago = jiff::Timestamp::now().as_second() - 3600;
    alter(world, json!({ "token": "id_token", "claims": { "exp": ago } })).await
}

#[given("the next id_token has a broken signature")]
async fn broken(world: &mut World) -> Outcome {
    alter(world, json!({ "token": "id_token", "signature": "broken" })).await
}

#[given("the next id_token has no signature and says so")]
async fn unsigned(world: &mut World) -> Outcome {
    alter(world, json!({ "token": "id_token", "signature": "none" })).await
}

/// The attack on verifiers that take the algorithm from the token: the public key, which everybody has, as a shared secret.
#[given("the next id_token is signed with HS256 by the public key")]
async fn confused(world: &mut World) -> Outcome {
    alter(world, json!({ "token": "id_token", "signature": "hmac" })).await
}

#[given("userinfo is about another subject")]
async fn other_userinfo(world: &mut World) -> Outcome {
    let subject = "https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA";
    let action = json!({ "alter": { "json": { "sub": subject, "user_id": "005000000000001AAA" } } });
    world.lane()?.plan_fault(json!({ "route": "oauth/userinfo" }), action, None).await.map(drop)
}

#[given(expr = "the discovery document names the issuer {string}")]
async fn other_issuer(world: &mut World, issuer: String) -> Outcome {
    world.lane()?.plan_fault(json!({ "route": "oauth/discovery" }), json!({ "alter": { "json": { "issuer": issuer } } }), None).await.map(drop)
}

#[given("Salesforce signs with a new key")]
async fn new_key(world: &mut World) -> Outcome {
    let key = world.control()?.post("/signing-keys", &json!({})).await?;
    let id = key["kid"].as_str().or_fail(|| "the new signing key has no id")?;
    world.notes.insert("new key".to_owned(), id.to_owned());
    Ok(())
}

#[given("the user is signed in")]
async fn is_signed_in(world: &mut World) -> Outcome {
    dance::connect(world, "", &Dance::default()).await?;
    if signed_in(world.lane()?, MAIN).await? {
        return Ok(());
    }
    Err(Failure::not_exercised(format!("the user could not be signed in with a sound id_token: {}", told(world.lane()?))))
}

#[given("the keys were read")]
async fn keys_were_read(world: &mut World) -> Outcome {
    let read = world.lane()?.exchanges().await?.iter().any(|exchange| exchange.route() == "oauth/keys");
    if read { Ok(()) } else { Err(Failure::not_applicable("the integration reads no keys: it does not check signatures")) }
}

#[when(expr = "the user connects at the login host")]
async fn connects_at_login(world: &mut World) -> Outcome {
    dance::connect(world, "", &Dance::default()).await.map(drop)
}

#[when(expr = "the user connects at My Domain")]
async fn connects_at_my_domain(world: &mut World) -> Outcome {
    if !world.lane()?.hello().uses.iter().any(|word| word == "typed_host") {
        return Err(Failure::not_applicable("the integration lets nobody type the org's own domain"));
    }
    let host = world.lane()?.surroundings.my_domain_url.clone();
    dance::connect(world, "", &Dance { host, ..Dance::default() }).await.map(drop)
}

/// A refusal before the authorization request is one too.
#[when("the user tries to sign in")]
async fn tries(world: &mut World) -> Outcome {
    match dance::connect(world, "", &Dance::default()).await {
        Err(failure) if failure.kind() != Kind::NotExercised => Err(failure),
        _ => Ok(()),
    }
}

#[when("a user of another org with the same e-mail address signs in")]
async fn namesake(world: &mut World) -> Outcome {
    allows_two(world)?;
    let (first, email) = (world.member(USER).await?, json!({ "email": "same.person@example.com" }));
    second_org(world).await?;
    let second = world.member(SECOND_USER).await?;
    for member in [&first, &second] {
        let org = world.org(&member.org).await?.name;
        world.control()?.patch(&format!("/orgs/{org}/users/{}", member.user.name), &email).await?;
    }
    // The first one's account has to know the address by now.
    dance::connect(world, "", &Dance::default()).await?;
    let dance = Dance { connection: SECOND.to_owned(), user: SECOND_USER.to_owned(), ..Dance::default() };
    dance::connect(world, SECOND, &dance).await.map(drop)
}

#[when("the second user was signed in")]
async fn second_signed_in(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    if signed_in(lane, SECOND).await? { Ok(()) } else { Err(Failure::not_exercised(format!("the second user was not signed in: {}", told(lane)))) }
}

#[then("the two users have accounts of their own")]
async fn own_accounts(world: &mut World) -> Outcome {
    let mut accounts = Vec::new();
    for connection in [MAIN, SECOND] {
        let result = world.lane()?.done(Operation::Identity { connection: connection.to_owned() }).await?;
        accounts.push(result["account"].as_str().map(str::to_owned));
    }
    match accounts.as_slice() {
        [Some(one), Some(other)] if one == other => Err(Failure::breach(
            "expected an account for each subject; the user of the other org got the first user's account, because of the e-mail address",
        )),
        [Some(_), Some(_)] => Ok(()),
        _ => Err(Failure::not_applicable("the answer to `identity` names no `account`")),
    }
}

/// The token as it was altered has to have reached the integration.
#[when("the altered id_token was given out")]
async fn was_given_out(world: &mut World, step: &Step) -> Outcome {
    let fault: Option<u64> = world.notes.get(ALTERED_BY).and_then(|fault| fault.parse().ok());
    let lane = world.lane()?;
    let sent = lane.exchanges().await?;
    let met =
        |exchange: &&crate::evidence::Exchange| exchange.sort() == Sort::Exchange && exchange.is_accepted() && exchange.issued("id_token").is_some();
    let given = sent.iter().filter(met).find(|exchange| exchange.entry()["fault"].as_u64() == fault);
    match given {
        Some(given) => {
            lane.note(given);
            Ok(())
        }
        None => weigh(step, Err(Failure::breach("no code was exchanged for an id_token"))),
    }
}

#[when("the request had a nonce")]
async fn had_nonce(world: &mut World) -> Outcome {
    let had = world.lane()?.attempts.last().is_some_and(|attempt| attempt.parameter("nonce").is_some());
    if had { Ok(()) } else { Err(Failure::not_applicable("the authorization request has no nonce; PKCE binds the code to it")) }
}

#[when("userinfo was read")]
async fn userinfo_read(world: &mut World) -> Outcome {
    route_read(world, "oauth/userinfo", "the integration does not read userinfo").await
}

#[when("the discovery document was read")]
async fn discovery_read(world: &mut World) -> Outcome {
    route_read(world, "oauth/discovery", "the integration does not read the discovery document").await
}

async fn route_read(world: &mut World, route: &str, otherwise: &str) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.exchanges().await?;
    match sent.iter().find(|exchange| exchange.route() == route) {
        Some(exchange) => {
            lane.note(exchange);
            Ok(())
        }
        None => Err(Failure::not_applicable(otherwise)),
    }
}

#[then("the user was not signed in")]
async fn not_signed_in(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    if signed_in(lane, MAIN).await? { Err(Failure::breach("expected a refusal; the integration says that the user is signed in")) } else { Ok(()) }
}

#[then("the user was signed in")]
async fn was_signed_in(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    if signed_in(lane, MAIN).await? {
        Ok(())
    } else {
        Err(Failure::breach(format!("expected the user to be signed in; the integration says {}", told(lane))))
    }
}

/// Contents of another person's userinfo are refused by an error, or by the connection's state.
#[then("the other subject was refused")]
async fn other_subject_refused(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    if matches!(lane.reply()?, Reply::Failed(_)) || !signed_in(lane, MAIN).await? {
        return Ok(());
    }
    Err(Failure::breach("expected the user information of another subject to be refused; the integration took it without a word"))
}

#[then("the keys were read again")]
async fn keys_read_again(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.counted().await?;
    let read = sent.iter().find(|exchange| exchange.route() == "oauth/keys");
    if let Some(read) = read {
        lane.note(read);
        return Ok(());
    }
    Err(Failure::breach("expected the keys to be read again for a key that is not among those known; no request to /id/keys was sent"))
}

/// Whether a connection counts as signed in: by its status, or by the last answer where no status can be asked for.
async fn signed_in(lane: &mut Lane, connection: &str) -> Outcome<bool> {
    let before = matches!(lane.reply()?, Reply::Done(_));
    match lane.status(connection).await {
        Ok(status) => Ok(status.state == State::Connected),
        Err(failure) if failure.kind() == Kind::NotApplicable => Ok(before),
        Err(failure) => Err(failure),
    }
}

fn told(lane: &Lane) -> String {
    match lane.reply() {
        Ok(Reply::Failed(error)) => error.words(),
        Ok(Reply::Done(result)) => result["status"].to_string(),
        _ => "nothing".to_owned(),
    }
}
