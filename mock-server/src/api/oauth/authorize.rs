//! `GET /services/oauth2/authorize`

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::answer;
use super::token::origin;
use crate::app::{App, Asking, Browser};
use crate::apps::{Because, Surface};
use crate::journal::Facts;
use crate::oauth::{AuthorizeRequest, Next};
use crate::org::{Host, Site};
use crate::storage::StoreError;
use crate::table::{Peer, because, cookies};

/// Validates before any login; a browser without a session goes to the login page and comes back here.
pub async fn authorize(State(app): State<App>, site: Site, (peer, facts): (Peer, Facts), headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    match asked(&app, &site, (peer, &facts), &headers, &query) {
        Ok(response) => response,
        Err(error) => answer::failed(error),
    }
}

fn asked(app: &App, site: &Site, (peer, facts): (Peer, &Facts), headers: &HeaderMap, query: &str) -> Result<Response, StoreError> {
    let request = match app.read_authorize(query.as_bytes()) {
        Ok(request) => request,
        Err(error) => return Ok(answer::raw(&error)),
    };
    facts.note(|noted| noted.app = Some(request.client.id));
    let org = app.org_of_site(site);
    if let Some(Err(refused)) = org.as_ref().map(|org| org.takes_oauth(site)) {
        return Ok(answer::raw(&refused));
    }
    let switches = org.map(|org| org.switches());
    if let Some(refusal) = request.refusal_before_login(switches.as_deref()) {
        return Ok(show(site, query, &refusal));
    }
    let browser = app.browser(site, cookies(headers))?.filter(|_| !request.asks_for_login);
    match browser {
        None if request.immediate => Ok(show(site, query, &request.immediate_unsuccessful())),
        None => Ok(to_login(site, query, &request)),
        Some(browser) => match other_host(app, site, &browser)? {
            Some(home) => Ok(answer::redirect(&format!("{home}&startURL={}", value(&authorize_path(query))))),
            None => {
                let origin = origin(peer, site, headers);
                let asking = Asking { caller: &browser.caller, site, origin: &origin, facts };
                Ok(show(site, query, &app.authorize(&asking, &request)?))
            }
        },
    }
}

/// The login page, which comes back here. The wish for a login is fulfilled by then.
fn to_login(site: &Site, query: &str, request: &AuthorizeRequest) -> Response {
    let without_login: Vec<&str> = query.split('&').filter(|pair| !is_prompt(pair)).collect();
    let consent = if request.asks_for_consent() { "&prompt=consent" } else { "" };
    let start = authorize_path(&format!("{}{consent}", without_login.join("&")));
    let hint = request.login_hint.as_deref().map(|hint| format!("&login_hint={}", value(hint))).unwrap_or_default();
    // The root sends a browser that is logged in straight on; the login page always asks.
    let page = if request.asks_for_login { "/login" } else { "/" };
    answer::redirect(&format!("{}{}{page}?startURL={}{hint}", site.url(), site.prefix(), value(&start)))
}

/// Whether the pair is the prompt, also if its name is written with escapes: one that stayed would ask for a login for ever.
fn is_prompt(pair: &str) -> bool {
    percent_decode_str(pair.split('=').next().unwrap_or_default()).eq(*b"prompt")
}

/// After a login at a login host the flow goes on at the org's My Domain, where that is another origin.
fn other_host(app: &App, site: &Site, browser: &Browser) -> Result<Option<String>, StoreError> {
    let org = browser.caller.org.facts();
    let home = site.my_domain_url(org.id, &org.my_domain());
    if matches!(site.host(), Host::Org(_)) || home == site.url() {
        return Ok(None);
    }
    Ok(Some(format!("{home}/secur/frontdoor.jsp?otp={}", value(&app.hand_over(&browser.caller)?))))
}

/// Sends the browser where the decision says.
fn show(site: &Site, query: &str, next: &Next) -> Response {
    let page = |path: &str| answer::redirect(&format!("{}{}{path}", site.url(), site.prefix()));
    match next {
        Next::Raw(error) => answer::raw(error),
        Next::Callback(to) => answer::redirect(to),
        Next::Refused { to, why } => because(answer::redirect(to), Because::of(why.clone()).at(Surface::Callback)),
        Next::ErrorPage { error, description, why } => because(
            page(&format!("/setup/secur/RemoteAccessErrorPage.apexp?error={error}&error_description={}", description.replace(' ', "+"))),
            Because::of(why.clone()).at(Surface::ErrorPage),
        ),
        Next::InsufficientPrivileges => page("/setup/secur/InsufficientPrivileges.apexp"),
        Next::LoginPage { error, .. } => page(&format!("/?error={error}&startURL={}", value(&authorize_path(query)))),
        Next::Step(step) => page(&format!("{}?retURL={}", step.path(), value(&authorize_path(query)))),
        Next::Consent(_) => page(&format!("/setup/secur/RemoteAccessAuthorizationPage.apexp?source={}", value(query))),
    }
}

fn authorize_path(query: &str) -> String {
    format!("/services/oauth2/authorize?{query}")
}

fn value(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
