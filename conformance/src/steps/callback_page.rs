//! What an integration's own pages, redirects and cookies give to the browser of its user. Only the browser driver sees them.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use cucumber::gherkin::Step;
use cucumber::{then, when};
use url::Url;

use super::secrets::{hinted, token_in};
use crate::certify::dance::{self, Dance, callback, deliver};
use crate::certify::lane::{Lane, weigh};
use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::browser::{BrowserDriver, Trail, Visit};
use crate::integration::{Driver, Reply, State};
use crate::world::World;

/// The connection of somebody who never asked for one.
const VICTIM: &str = "victim";

/// Parameters that products take return addresses from.
const RETURN_PARAMETERS: [&str; 5] = ["next", "return_to", "returnUrl", "redirect", "continue"];

async fn browser(lane: &mut Lane) -> Outcome<&BrowserDriver> {
    match lane.driver().await? {
        Driver::Browser(driver) => Ok(driver),
        _ => Err(Failure::not_applicable("only the browser driver sees the integration's pages")),
    }
}

#[when("the user's browser saw a page of the integration")]
async fn saw_a_page(world: &mut World, step: &Step) -> Outcome {
    let seen = browser(world.lane()?).await?.trails().await.iter().any(|trail| !trail.visits.is_empty());
    weigh(step, if seen { Ok(()) } else { Err(Failure::breach("the browser saw no page of the integration")) })
}

#[then("nothing in the user's browser holds the client secret")]
async fn no_secret(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let key = lane.surroundings.client_id.clone();
    let secret = lane.surroundings.client_secret.clone().ok_or_else(|| Failure::not_applicable("the app has no secret"))?;
    let disguises = spellings(&key, &secret);
    let authorize: Vec<String> = lane.attempts.iter().map(|attempt| attempt.authorize.to_string()).collect();
    let driver = browser(lane).await?;
    let scripts = driver.scripts().await?;
    let mut places: Vec<(String, String)> = authorize.into_iter().map(|url| ("the authorization request".to_owned(), url)).collect();
    places.extend(scripts.into_iter().map(|(url, text)| (format!("the script {}", url.path()), text)));
    for trail in driver.trails().await {
        places.extend(trail.visits.iter().map(|visit| (format!("the page {}", visit.page.url.path()), visit.source.clone())));
        places.extend(trail.locations.iter().map(|url| (format!("a redirect to {}", url.path()), url.to_string())));
        places.extend(trail.cookies.iter().map(|line| (format!("the cookie {}", line.split('=').next().unwrap_or_default()), line.clone())));
    }
    for (place, text) in places {
        if let Some((how, _)) = disguises.iter().find(|(_, spelling)| text.contains(spelling.as_str())) {
            return Err(Failure::breach(format!("expected the client secret on the server alone; {place} holds it {how}")));
        }
    }
    Ok(())
}

/// How the secret may look: as it is, or in base64, alone or behind the key as for a Basic header.
fn spellings(key: &str, secret: &str) -> Vec<(&'static str, String)> {
    let pair = format!("{key}:{secret}");
    vec![
        ("as it is", secret.to_owned()),
        ("in base64", BASE64_STANDARD.encode(secret)),
        ("in base64", BASE64_URL_SAFE_NO_PAD.encode(secret)),
        ("in base64, behind the key", BASE64_STANDARD.encode(pair)),
    ]
}

#[then("no redirect of the integration carried a token")]
async fn no_token_in_redirects(world: &mut World) -> Outcome {
    for trail in browser(world.lane()?).await?.trails().await {
        for url in &trail.locations {
            if let Some(what) = carried(url) {
                return Err(Failure::breach(format!(
                    "expected no token in a redirect; a Location of the integration leads to {} with {what}",
                    url.path()
                )));
            }
        }
    }
    Ok(())
}

/// The token in an address, query and fragment included. A code that Salesforce put there is not the integration's.
fn carried(url: &Url) -> Option<String> {
    let fragment = url.fragment().unwrap_or_default();
    let pairs = url.query_pairs().chain(url::form_urlencoded::parse(fragment.as_bytes()));
    let named = pairs.into_iter().find(|(name, value)| ["access_token", "refresh_token", "id_token"].contains(&name.as_ref()) && !value.is_empty());
    named.map(|(name, _)| name.into_owned()).or_else(|| token_in(url.as_str()).filter(|token| !token.starts_with("aPrx")).map(hinted))
}

#[when("a victim's browser opens the callback")]
async fn victim_opens(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    browser(lane).await?;
    let attempt = lane.attempts.last().cloned().or_fail(|| "no authorization was begun")?;
    let url = callback(&attempt)?.clone();
    deliver(lane, VICTIM, &url).await.map(drop)
}

#[then("the victim was not connected")]
async fn victim_unharmed(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let status = lane.status(VICTIM).await?;
    if status.state != State::Connected {
        return Ok(());
    }
    let exchanges: Vec<_> = lane.exchanges().await?.into_iter().filter(|exchange| exchange.sort() == crate::evidence::Sort::Exchange).collect();
    lane.note_all(&exchanges);
    Err(Failure::breach("expected the callback of another browser's attempt to be refused; the victim's session is connected to the attacker's org"))
}

/// The address of the connect page with every known parameter for return addresses.
#[when(expr = "the user connects by an address that names the foreign host {word}")]
async fn connects_by_address(world: &mut World, form: String) -> Outcome {
    let host = world.props.foreign_host()?.host();
    let to = if form == "absolutely" { format!("http://{host}/landing") } else { format!("//{host}/landing") };
    let lane = world.lane()?;
    lane.change_integration(|integration| {
        let Some(browser) = &mut integration.browser else { return Ok(()) };
        let mut url = Url::parse(&browser.connect_url)?;
        let names = RETURN_PARAMETERS.iter().map(|name| (*name).to_owned()).chain(integration.declarations.return_parameters.iter().cloned());
        url.query_pairs_mut().extend_pairs(names.map(|name| (name, to.clone())));
        browser.connect_url = url.to_string();
        Ok(())
    })?;
    if let Reply::Done(result) = dance::connect(world, "", &Dance::default()).await? {
        let places = ["left_for", "authorize_url"].iter().filter_map(|name| result[*name].as_str().map(str::to_owned));
        world.props.visited.extend(places);
    }
    let trails = browser(world.lane()?).await?.trails().await;
    world.props.visited.extend(trails.iter().flat_map(|trail| &trail.locations).map(Url::to_string));
    world.props.visited.extend(trails.iter().flat_map(jumps));
    Ok(())
}

/// Addresses that scripts of the pages send the browser to.
fn jumps(trail: &Trail) -> Vec<String> {
    let active = trail.visits.iter().flat_map(|visit| &visit.page.active);
    let absolute =
        active.clone().flat_map(|text| text.split(['"', '\'', ' ', '(']).filter(|word| word.starts_with("http") || word.starts_with("//")));
    absolute.map(|word| if word.starts_with("//") { format!("http:{word}") } else { word.to_owned() }).collect()
}

#[then("the page at the callback gives no code away")]
async fn page_is_tight(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let attempt = lane.attempts.last().cloned().or_fail(|| "no authorization was begun")?;
    let url = callback(&attempt)?.clone();
    let trails = browser(lane).await?.trails().await;
    let visit = trails.iter().flat_map(|trail| &trail.visits).find(|visit| visit.page.url == url);
    // Without a page there was a redirect away.
    let Some(visit) = visit else { return Ok(()) };
    let foreign = foreign_assets(visit, &url);
    let (quiet, framed) = (keeps_referrer(visit), may_be_framed(visit));
    match foreign.first() {
        Some(first) if !quiet || framed => Err(Failure::breach(format!(
            "expected a redirect away from the callback, or Referrer-Policy and frame-ancestors; the page at the callback loads {first} {}",
            if quiet { "and may be framed" } else { "without a Referrer-Policy, so that its host is told the code" }
        ))),
        _ => {
            if !quiet || framed {
                lane.remark("the callback answers with a page; Referrer-Policy: no-referrer and Content-Security-Policy: frame-ancestors 'none' would be safer");
            }
            Ok(())
        }
    }
}

fn header<'v>(visit: &'v Visit, name: &str) -> &'v str {
    visit.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn keeps_referrer(visit: &Visit) -> bool {
    let policy = header(visit, "referrer-policy").rsplit(',').next().unwrap_or_default().trim();
    ["no-referrer", "same-origin", "origin", "strict-origin", "origin-when-cross-origin", "strict-origin-when-cross-origin"].contains(&policy)
}

fn may_be_framed(visit: &Visit) -> bool {
    !header(visit, "content-security-policy").contains("frame-ancestors") && header(visit, "x-frame-options").is_empty()
}

/// Addresses of other hosts that the page loads.
fn foreign_assets(visit: &Visit, own: &Url) -> Vec<String> {
    let document = scraper::Html::parse_document(&visit.source);
    let Ok(selector) = scraper::Selector::parse("img[src], script[src], iframe[src], link[href]") else { return Vec::new() };
    let addresses = document.select(&selector).filter_map(|element| element.attr("src").or_else(|| element.attr("href")));
    let absolute = addresses.filter_map(|address| own.join(address).ok());
    absolute.filter(|url| matches!(url.scheme(), "http" | "https") && url.origin() != own.origin()).map(|url| url.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_seen_in_addresses_whatever_part_they_stand_in() {
        let check = |url: &str, found: Option<&str>| assert_eq!(carried(&Url::parse(url).unwrap()).as_deref(), found, "{url}");
        check("https://a.example/done#access_token=x", Some("access_token"));
        check("https://a.example/done?id_token=x", Some("id_token"));
        check("https://a.example/done?code=aPrx1", None);
        check("https://a.example/done", None);
        check(&format!("https://a.example/00Dxx0000000001!{}", "a".repeat(60)), Some("00Dx… (76 characters)"));
    }
}
