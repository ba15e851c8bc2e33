//! A host that is not Salesforce's, and everything an integration might be led to send there.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::json;
use url::Url;

use super::flow::{connect_two_legged, is_two_legged};
use super::integration::{call, offered};
use crate::certify::dance::{self, Dance, altered, callback, deliver};
use crate::certify::lane::{MAIN, weigh};
use crate::certify::site::{Arrangement, arrange};
use crate::client::{Authority, Visit};
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, Kind, OrFail, Outcome};
use crate::integration::protocol::{Connect, Environment};
use crate::integration::{Operation, Reply};
use crate::world::World;

/// The foreign host's name in a scenario.
const NOTE: &str = "foreign host";

/// Where the last typed host led the user.
const LED_TO: &str = "led to";

/// Trusted by the integration, so that nothing but its own care keeps it from speaking.
#[given("a foreign host listens")]
async fn listens(world: &mut World) -> Outcome {
    let authority = Authority::new()?;
    let host = world.props.listen(&authority, &["localhost", "127.0.0.1"]).await?.host();
    world.notes.insert(NOTE.to_owned(), host);
    let lane = world.lane()?;
    if lane.surroundings.ca_file.is_none() {
        let file = world.props.file(authority.certificate())?;
        world.lane()?.surroundings.ca_file = Some(file);
    }
    Ok(())
}

fn foreign(world: &World, path: &str) -> Outcome<String> {
    Ok(format!("http://{}{path}", world.props.foreign_host()?.host()))
}

#[given("every token request is redirected to the foreign host")]
async fn tokens_redirected(world: &mut World) -> Outcome {
    redirect(world, "oauth/token", 307, "/services/oauth2/token").await
}

#[given("every data request is redirected to the foreign host")]
async fn data_redirected(world: &mut World) -> Outcome {
    redirect(world, "rest/*", 302, "/services/data").await
}

async fn redirect(world: &mut World, route: &str, status: u16, path: &str) -> Outcome {
    let to = foreign(world, path)?;
    let action = json!({ "status": status, "headers": { "Location": to }, "body": "" });
    world.lane()?.plan_fault(json!({ "route": route }), action, None).await.map(drop)
}

#[when(expr = "at least {int} token request was redirected")]
async fn token_redirected(world: &mut World, least: usize, step: &Step) -> Outcome {
    weigh(step, was_redirected(world, least, |exchange| exchange.route() == "oauth/token").await)
}

#[when(expr = "at least {int} data request was redirected")]
async fn data_was_redirected(world: &mut World, least: usize, step: &Step) -> Outcome {
    weigh(step, was_redirected(world, least, |exchange| exchange.sort() == Sort::Data).await)
}

async fn was_redirected(world: &mut World, least: usize, which: impl Fn(&Exchange) -> bool) -> Outcome {
    let lane = world.lane()?;
    let met: Vec<Exchange> =
        lane.exchanges().await?.into_iter().filter(|exchange| which(exchange) && matches!(exchange.status(), Some(302 | 307))).collect();
    lane.note_all(&met);
    if met.len() >= least { Ok(()) } else { Err(Failure::breach("no request met the redirect")) }
}

#[then("the foreign host saw no secret")]
async fn saw_no_secret(world: &mut World) -> Outcome {
    world.lane()?.quiet().await?;
    for visit in world.props.foreign_host()?.visits() {
        let secrets = visit.secrets();
        if !secrets.is_empty() {
            return Err(Failure::breach(format!(
                "expected that nothing secret follows the redirect; the foreign host was sent {} with {}",
                secrets.join(", "),
                visit.line().unwrap_or_default()
            )));
        }
    }
    Ok(())
}

#[then("the foreign host saw no request of the integration")]
async fn saw_nothing(world: &mut World) -> Outcome {
    world.lane()?.quiet().await?;
    let key = world.lane()?.surroundings.client_id.clone();
    let visits = world.props.foreign_host()?.visits();
    let telling = |visit: &&Visit| !visit.secrets().is_empty() || matches!(visit, Visit::Request(text) if text.contains(&key));
    match visits.iter().find(telling) {
        Some(visit) => Err(Failure::breach(format!(
            "expected no request with key, secret or code at a foreign host; it was sent {} {}",
            visit.line().unwrap_or_default(),
            Some(visit.secrets().join(", "))
                .filter(|secrets| !secrets.is_empty())
                .map_or_else(|| "with the consumer key".to_owned(), |secrets| format!("with {secrets}"))
        ))),
        None => Ok(()),
    }
}

#[when(expr = "the user types the host {string}")]
async fn types_host(world: &mut World, host: String) -> Outcome {
    let host = world.expand(&host)?;
    let connect = Connect { connection: MAIN.to_owned(), environment: Environment::Production, entry: None, host: Some(host) };
    let lane = world.lane()?;
    match lane.ask(Operation::Connect(connect)).await? {
        Reply::Unsupported => Err(crate::certify::lane::not_offered("connect")),
        // A refusal is what a typed host of a stranger deserves.
        Reply::Failed(_) => Ok(()),
        Reply::Done(result) => led_on(world, result["authorize_url"].as_str()).await,
    }
}

/// The integration begins there: what it would do with an answer is seen by giving it one.
async fn led_on(world: &mut World, authorize: Option<&str>) -> Outcome {
    let Some(authorize) = authorize else { return offered(world.lane()?, call(1)).await };
    world.notes.insert(LED_TO.to_owned(), authorize.to_owned());
    let made_up = made_up_callback(&Url::parse(authorize)?)?;
    deliver(world.lane()?, MAIN, &made_up).await.map(drop)
}

/// A callback as the asked host would send it, with a code that nobody issued.
fn made_up_callback(authorize: &Url) -> Outcome<Url> {
    let parameter = |name: &str| authorize.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    let mut url = Url::parse(&parameter("redirect_uri").ok_or_else(|| Failure::not_exercised("the authorization request names no redirect_uri"))?)?;
    url.query_pairs_mut().append_pair("code", "aPrxMadeUpByTheCheck.00000000000000000000==");
    if let Some(state) = parameter("state") {
        url.query_pairs_mut().append_pair("state", &state);
    }
    Ok(url)
}

#[then("the user was not sent to the foreign host")]
async fn not_sent_there(world: &mut World) -> Outcome {
    let host = world.props.foreign_host()?.host();
    let addresses = world.notes.get(LED_TO).into_iter().chain(&world.props.visited);
    for address in addresses {
        let led = Url::parse(address).is_ok_and(|url| is_at(&url, &host));
        if led {
            return Err(Failure::breach(format!("expected no way to a foreign host; the user was sent to {address}")));
        }
    }
    Ok(())
}

/// Whether an address leads to the foreign host or to a name below it.
fn is_at(url: &Url, host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    let known = url.host_str().is_some_and(|known| known == name || known.ends_with(&format!(".{name}")));
    known && url.port().is_some_and(|known| known.to_string() == port)
}

#[when(expr = "the callback is delivered with {string} naming the foreign host")]
async fn callback_names(world: &mut World, parameter: String) -> Outcome {
    let to = foreign(world, "")?;
    let lane = world.lane()?;
    let attempt = lane.attempts.last().cloned().or_fail(|| "no authorization was begun")?;
    let url = altered(callback(&attempt)?, &parameter, |_| Some(to.clone()));
    deliver(lane, &attempt.connection, &url).await.map(drop)
}

#[given("an integration before an impostor whose certificate is of an unknown CA")]
async fn before_unknown(world: &mut World) -> Outcome {
    let (impostor, trusted) = (Authority::new()?, Authority::new()?);
    before(world, &impostor, &trusted, &["127.0.0.1", "localhost"]).await
}

#[given("an integration before an impostor whose certificate is for another name")]
async fn before_misnamed(world: &mut World) -> Outcome {
    let known = Authority::new()?;
    before(world, &known, &known, &["login.elsewhere.example"]).await
}

/// The impostor stands where login hosts and My Domain should be.
async fn before(world: &mut World, impostor: &Authority, trusted: &Authority, names: &[&str]) -> Outcome {
    arrange(world, Arrangement::default()).await?;
    let port = world.props.listen(impostor, names).await?.port();
    let file = world.props.file(trusted.certificate())?;
    let lane = world.lane()?;
    if !lane.integration().can_be_pointed() {
        return Err(Failure::not_applicable("the integration cannot be pointed at another server, so its trust cannot be set apart"));
    }
    let url = format!("https://127.0.0.1:{port}");
    lane.surroundings.login_url.clone_from(&url);
    lane.surroundings.test_url.clone_from(&url);
    lane.surroundings.my_domain_url = Some(url);
    lane.surroundings.ca_file = Some(file);
    Ok(())
}

#[when("the integration asks the impostor for tokens")]
async fn asks_impostor(world: &mut World) -> Outcome {
    if is_two_legged(world.lane()?) {
        return whatever(connect_two_legged(world).await);
    }
    match dance::ask_to_connect(world.lane()?, &Dance::default()).await {
        Ok(authorize) => {
            let url = made_up_callback(&authorize)?;
            deliver(world.lane()?, MAIN, &url).await.map(drop)
        }
        failure => whatever(failure.map(drop)),
    }
}

/// A refusal at this point is as good as one later: what the impostor heard is judged.
fn whatever(outcome: Outcome) -> Outcome {
    outcome.or_else(|failure| if failure.kind() == Kind::NotExercised { Ok(()) } else { Err(failure) })
}

#[when("the impostor was called")]
async fn impostor_called(world: &mut World, step: &Step) -> Outcome {
    let called = !world.props.foreign_host()?.visits().is_empty();
    weigh(step, if called { Ok(()) } else { Err(Failure::breach("the integration made no connection to the token host")) })
}

#[then("the impostor got no request")]
async fn impostor_unheard(world: &mut World) -> Outcome {
    let visits = world.props.foreign_host()?.visits();
    match visits.iter().find(|visit| matches!(visit, Visit::Request(_))) {
        Some(visit) => Err(Failure::breach(format!(
            "expected the connection to end at the certificate; the impostor was sent {}",
            visit.line().unwrap_or_default()
        ))),
        None => Ok(()),
    }
}
