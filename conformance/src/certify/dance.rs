//! A user's part in a connection: from the integration's connect button over login and consent to its callback.

use url::Url;

use super::lane::{Lane, MAIN, USER};
use crate::client::browser::Landing;
use crate::client::html::Page;
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::Reply;
use crate::integration::protocol::{Connect, Entry, Environment, Operation};
use crate::world::World;

/// How a user connects.
#[derive(Debug, Clone)]
pub struct Dance {
    pub connection: String,
    /// Who logs in, by the name in the scenario.
    pub user: String,
    pub environment: Environment,
    pub entry: Option<Entry>,
    /// A host that the user typed.
    pub host: Option<String>,
    /// Whether the user allows what is asked.
    pub allows: bool,
}

impl Default for Dance {
    fn default() -> Self {
        Self { connection: MAIN.to_owned(), user: USER.to_owned(), environment: Environment::Production, entry: None, host: None, allows: true }
    }
}

/// An authorization that a user began.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// How the scenario refers to it.
    pub name: String,
    pub connection: String,
    pub user: String,
    /// The authorization request (`A`), as the integration made it.
    pub authorize: Url,
    /// Where Salesforce sent the browser; none if the user was left on a page of Salesforce.
    pub callback: Option<Url>,
    /// The fingerprint of the code that Salesforce issued.
    pub code: Option<String>,
    /// The page the user was left on, if there was no callback.
    pub stranded: Option<String>,
    /// Journal sequence number of the authorization request.
    pub seq: u64,
}

impl Attempt {
    /// A parameter of the authorization request.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.authorize.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// A parameter of the callback.
    pub fn returned(&self, name: &str) -> Option<String> {
        self.callback.as_ref()?.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// How a report names it.
    pub fn describe(&self) -> String {
        format!("authorization request (request {})", self.seq)
    }
}

/// Asks the integration to begin, and walks its user to the callback, which is not fetched.
///
/// # Errors
/// Not exercised if the integration does not begin; broken if the server's pages cannot be walked.
pub async fn begin(world: &mut World, name: &str, dance: &Dance) -> Outcome<Attempt> {
    let authorize = ask_to_connect(world.lane()?, dance).await?;
    walk(world, name, dance, authorize).await
}

/// The authorization request that the integration makes when it is asked to connect.
///
/// # Errors
/// Not exercised if it makes none.
pub async fn ask_to_connect(lane: &mut Lane, dance: &Dance) -> Outcome<Url> {
    let connect = Connect { connection: dance.connection.clone(), environment: dance.environment, entry: dance.entry, host: dance.host.clone() };
    let result = lane.done(Operation::Connect(connect)).await?;
    let url = result["authorize_url"]
        .as_str()
        .ok_or_else(|| Failure::not_exercised("the integration named no authorization address when asked to connect"))?;
    Url::parse(url).map_err(|_| Failure::driver(format!("the authorization address is no URL: {url}")))
}

/// Walks a user's browser from the authorization request to the callback or to wherever Salesforce leaves it.
///
/// # Errors
/// When the browser cannot be told what to do on a page of the server.
pub async fn walk(world: &mut World, name: &str, dance: &Dance, authorize: Url) -> Outcome<Attempt> {
    let before = world.lane()?.newest().await?;
    let landing = log_in_and_answer(world, dance, &authorize).await?;
    let visits = world.lane()?.visits_after(before).await?;
    let seq = visits.iter().find(|visit| visit.sort() == Sort::Authorize).map_or(before, Exchange::seq);
    let code = visits.iter().find_map(|visit| visit.issued("code")).map(str::to_owned);
    let (callback, stranded) = match landing {
        Landing::Callback(url) => (Some(url), None),
        Landing::Page(page) => (None, Some(words(&page))),
        Landing::Raw(url, answer) => (None, Some(format!("{}: {}", url.path(), answer.summary()))),
    };
    let (connection, user) = (dance.connection.clone(), dance.user.clone());
    let attempt = Attempt { name: name.to_owned(), connection, user, authorize, callback, code, stranded, seq };
    world.lane()?.attempts.push(attempt.clone());
    Ok(attempt)
}

/// Says no to an address that is none of this server's, as a hard-coded login host is.
///
/// # Errors
/// Not exercised if the address leads elsewhere.
pub fn check_ours(world: &World, what: &str, url: &Url) -> Outcome {
    if world.target()?.addresses.may_hold(url) {
        return Ok(());
    }
    let host = url.host_str().unwrap_or("nowhere");
    Err(Failure::not_exercised(format!(
        "the {what} leads to {host}, which is not the Salesforce of this run; the integration was given its addresses"
    )))
}

async fn log_in_and_answer(world: &mut World, dance: &Dance, authorize: &Url) -> Outcome<Landing> {
    check_ours(world, "authorization request", authorize)?;
    let person = world.member(&dance.user).await?.user;
    let password = person.password.or_fail(|| format!("{} has no password", dance.user))?;
    let redirect_uri = authorize.query_pairs().find(|(name, _)| name == "redirect_uri").map(|(_, value)| value.into_owned());
    let browser = world.browser(&dance.user)?;
    // Where the integration's callback is, its own request says.
    browser.know(redirect_uri.as_slice());
    let mut landing = browser.open(authorize.as_str()).await?;
    if matches!(landing, Landing::Page(page) if page.has("Login")) {
        landing = browser.press("Login", &[("username", &person.username), ("pw", &password)]).await?;
    }
    if matches!(landing, Landing::Page(page) if page.has("oaapprove")) {
        landing = browser.press(if dance.allows { "oaapprove" } else { "oadeny" }, &[]).await?;
    }
    Ok(landing.clone())
}

fn words(page: &Page) -> String {
    format!("{} ({})", page.text.chars().take(200).collect::<String>(), page.url.path())
}

/// Gives the integration a callback, as the browser would.
///
/// # Errors
/// When the driver fails, or takes no callbacks.
pub async fn deliver(lane: &mut Lane, connection: &str, url: &Url) -> Outcome<Reply> {
    match lane.ask(Operation::Callback { connection: connection.to_owned(), url: url.to_string() }).await? {
        Reply::Unsupported => Err(super::lane::not_offered("callback")),
        reply => Ok(reply),
    }
}

/// The callback of an attempt.
///
/// # Errors
/// Not exercised if Salesforce did not send the user there.
pub fn callback(attempt: &Attempt) -> Outcome<&Url> {
    let stranded = || attempt.stranded.clone().unwrap_or_else(|| "nowhere".to_owned());
    attempt
        .callback
        .as_ref()
        .ok_or_else(|| Failure::not_exercised(format!("Salesforce did not send the user back to the callback; they were left at {}", stranded())))
}

/// Connects: begin, log in, allow, deliver.
///
/// # Errors
/// Not exercised if the user does not get as far as the callback.
pub async fn connect(world: &mut World, name: &str, dance: &Dance) -> Outcome<Reply> {
    let attempt = begin(world, name, dance).await?;
    let url = callback(&attempt)?.clone();
    deliver(world.lane()?, &attempt.connection, &url).await
}

/// One data call that must be answered well for the check to go on.
///
/// # Errors
/// Not exercised if no data request was answered with success.
pub async fn prove(lane: &mut Lane, connection: &str) -> Outcome {
    let reply = lane.ask(Operation::Call { connection: connection.to_owned(), parallel: 1 }).await?;
    let seen = lane.consequences().await?;
    let answered = seen.iter().any(|exchange| exchange.sort() == Sort::Data && exchange.is_accepted());
    if answered && reply.went_well() {
        return Ok(());
    }
    reply.done("call")?;
    Err(Failure::not_exercised("the integration could not be connected: no data request of its first call was answered with success"))
}

/// The same address with a parameter of its query changed by `change`; None leaves it out.
pub fn altered(url: &Url, name: &str, change: impl Fn(Option<&str>) -> Option<String>) -> Url {
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let old = pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let new = change(old.as_deref());
    match (new, pairs.iter_mut().find(|(known, _)| known == name)) {
        (Some(new), Some((_, value))) => *value = new,
        (Some(new), None) => pairs.push((name.to_owned(), new)),
        (None, _) => pairs.retain(|(known, _)| known != name),
    }
    let mut altered = url.clone();
    altered.query_pairs_mut().clear().extend_pairs(pairs);
    altered
}

/// The same text with one character changed to another of its kind.
pub fn miswritten(text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    // The middle, since the ends may be padding or a prefix that means nothing.
    let middle = characters.len() / 2;
    if let Some(c) = characters.get_mut(middle) {
        *c = match *c {
            'a' => 'b',
            c if c.is_ascii_alphabetic() => 'a',
            '1' => '2',
            _ => '1',
        };
    }
    characters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_of_a_callback_is_changed_left_out_or_added() {
        let check = |name: &str, value: Option<&str>, expected: &str| {
            let url = Url::parse("https://a.example/cb?code=aPrx%3D%3D&state=s").unwrap();
            assert_eq!(altered(&url, name, |_| value.map(str::to_owned)).as_str(), expected);
        };
        check("state", None, "https://a.example/cb?code=aPrx%3D%3D");
        check("state", Some("t"), "https://a.example/cb?code=aPrx%3D%3D&state=t");
        check("iss", Some("https://b"), "https://a.example/cb?code=aPrx%3D%3D&state=s&iss=https%3A%2F%2Fb");
    }

    #[test]
    fn a_miswritten_text_differs_in_one_character() {
        for text in ["abc", "x1y", "a.b", "7"] {
            let differing = text.chars().zip(miswritten(text).chars()).filter(|(one, other)| one != other).count();
            assert_eq!((differing, miswritten(text).len()), (1, text.len()), "{text}");
        }
    }
}
