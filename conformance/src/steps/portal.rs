//! The integration's own pages around a connection: the install link, and the way back after it.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use url::Url;

use super::callback::{judged, last};
use crate::certify::dance::{Dance, ask_to_connect, walk};
use crate::certify::lane::{Lane, weigh};
use crate::failure::{Failure, Outcome};
use crate::integration::protocol::{Environment, InstallLink};
use crate::world::World;

/// Where Salesforce installs packages and external client apps.
const INSTALL_PAGES: [&str; 2] = ["/packaging/installPackage.apexp", "/identity/app/AppInstallApprovalPage.apexp"];

#[given("the integration offers an install link")]
async fn offers_link(world: &mut World) -> Outcome {
    match world.lane()?.hello().install_link {
        InstallLink::Shown => Ok(()),
        InstallLink::None => Err(Failure::not_applicable("the integration declares that it shows no install link")),
    }
}

#[then("a page shown to the user had an install link")]
async fn had_link(world: &mut World, step: &Step) -> Outcome {
    let links = links(world.lane()?, 0).await?.0;
    let told = "expected a link to install the package or app, on the page with the connect button or after the refusal; there was none";
    weigh(step, if links.is_empty() { Err(Failure::breach(told)) } else { Ok(()) })
}

/// For production and for a sandbox, as the user chose.
#[then("the install link names the package and the host of the environment that was chosen")]
async fn right_link(world: &mut World, step: &Step) -> Outcome {
    let mut wrong = Vec::new();
    for environment in [Environment::Production, Environment::Sandbox] {
        let lane = world.lane()?;
        let seen = links(lane, 0).await?.1;
        let dance = Dance { environment, ..Dance::default() };
        ask_to_connect(lane, &dance).await?;
        let (links, _) = links(lane, seen).await?;
        if links.is_empty() {
            return Err(Failure::not_applicable("no page that leads to Salesforce shows an install link"));
        }
        let package = lane.integration().app.package.clone();
        let hosts = hosts(lane, environment);
        let named = |link: &Url| {
            link.query_pairs().any(|(name, value)| (name == "p0" || name == "app_id") && package.as_deref().is_none_or(|package| value == package))
        };
        let at_host = |link: &Url| hosts.contains(&link.origin().ascii_serialization());
        let which = if environment == Environment::Sandbox { "a sandbox" } else { "production" };
        if let Some(link) = links.iter().find(|link| !named(link)) {
            wrong.push(format!("expected the package {package:?} in the install link for {which}; it is {link}"));
        }
        if !links.iter().any(at_host) {
            wrong.push(format!("expected the install link for {which} at {}; it is {}", hosts.join(" or "), links[0]));
        }
    }
    judged(step, &wrong)
}

/// The button of the page that followed the refusal.
#[when("the user presses the button to try again")]
async fn tries_again(world: &mut World) -> Outcome {
    let attempt = last(world)?;
    let lane = world.lane()?;
    lane.begin_act().await?;
    let driver = lane.driver().await?;
    let browser = driver.browser().ok_or_else(|| Failure::not_applicable("only a browser driver presses buttons"))?;
    let result = browser.retry(&attempt.connection, Environment::Production).await?.done("try again")?;
    let url = result["authorize_url"].as_str().ok_or_else(|| Failure::not_exercised("the button to try again leads to no authorization request"))?;
    let url = Url::parse(url).map_err(|_| Failure::driver(format!("the authorization address is no URL: {url}")))?;
    walk(world, "", &Dance::default(), url).await.map(drop)
}

/// Install links on the integration's pages after the first `skip`, and how many pages there are.
async fn links(lane: &mut Lane, skip: usize) -> Outcome<(Vec<Url>, usize)> {
    let driver = lane.driver().await?;
    let browser = driver.browser().ok_or_else(|| Failure::not_applicable("only a browser driver sees the integration's pages"))?;
    let visits: Vec<_> = browser.trails().await.into_iter().flat_map(|trail| trail.visits).collect();
    let pages = visits.iter().skip(skip).flat_map(|visit| visit.page.links.iter().map(|link| visit.page.url.join(&link.href)));
    let installs = pages.filter_map(Result::ok).filter(|url| INSTALL_PAGES.contains(&url.path()));
    Ok((installs.collect(), visits.len()))
}

/// Origins that an install link may name: the login host of the environment, or the org itself.
fn hosts(lane: &Lane, environment: Environment) -> Vec<String> {
    let known = &lane.surroundings;
    let login = if environment == Environment::Sandbox { &known.test_url } else { &known.login_url };
    let all = [Some(login), known.my_domain_url.as_ref()];
    all.into_iter().flatten().filter_map(|url| Some(Url::parse(url).ok()?.origin().ascii_serialization())).collect()
}
