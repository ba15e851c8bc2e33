//! Application Access Request: the user allows or denies an app.
//!
//! GUESS: title and question were seen, the address and what stands in the form were not.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::answer;
use super::destination::{Destination, query_value};
use super::device;
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm, login_path, origin};
use super::view::{ConsentPage, Person, Revoked, Waiting};
use super::wording;
use crate::app::{App, Asking};
use crate::apps::{AppDefinition, Because, Surface};
use crate::journal::Facts;
use crate::oauth::{AuthorizeRequest, Next, Parameters, Prompt};
use crate::table::{Peer, because};

/// `GET /setup/secur/RemoteAccessAuthorizationPage.apexp?source=<query of the authorize request>`, or `?user_code=` for a device.
pub(super) async fn show(
    State(app): State<App>,
    session: BrowserSession,
    (peer, facts): (Peer, Facts),
    headers: HeaderMap,
    query: Fields,
) -> Result<Response, PageError> {
    let origin = origin(&peer, &session.site, &headers);
    let asking = Asking { caller: &session.browser.caller, site: &session.site, origin: &origin, facts: &facts };
    if let Some(code) = query.get("user_code") {
        return device::ask(&app, &session, &asking, code);
    }
    let source = query.get("source").unwrap_or_default().to_owned();
    let request = read(&app, &session, &source)?;
    let next = app.authorize(&asking, &request)?;
    go_on(&app, &session, &request, source, next)
}

/// `POST /setup/secur/RemoteAccessAuthorizationPage.apexp`: `save` allows, anything else denies.
pub(super) async fn submit(
    State(app): State<App>,
    (peer, facts): (Peer, Facts),
    headers: HeaderMap,
    form: PostedForm,
) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    let origin = origin(&peer, &session.site, &headers);
    let asking = Asking { caller: &session.browser.caller, site: &session.site, origin: &origin, facts: &facts };
    let approved = fields.get("save").is_some();
    if let Some(code) = fields.get("user_code") {
        return device::answered(&app, &session, &asking, code, approved);
    }
    let source = fields.get("source").unwrap_or_default().to_owned();
    let request = read(&app, &session, &source)?;
    let next = app.answer_consent(&asking, &request, approved)?;
    go_on(&app, &session, &request, source, next)
}

/// The request that waits. It was good when the page's address was made; one that is not any more starts over.
fn read(app: &App, session: &BrowserSession, source: &str) -> Result<AuthorizeRequest, PageError> {
    app.read_authorize(source.as_bytes()).map_err(|_| PageError::Missing {
        frame: Box::new(session.frame()),
        what: "No authorize request waits for your answer. Start again from the app.",
    })
}

fn go_on(app: &App, session: &BrowserSession, request: &AuthorizeRequest, source: String, next: Next) -> Result<Response, PageError> {
    let callback = Parameters::read(source.as_bytes()).ok().and_then(|parameters| parameters.get("redirect_uri").map(str::to_owned));
    let start = format!("/services/oauth2/authorize?{source}");
    follow(app, session, &request.client, Waiting::App { source, callback: callback.unwrap_or_default() }, &start, next)
}

/// Sends the browser where the decision says. `start` is where the request begins anew.
pub(super) fn follow(
    app: &App,
    session: &BrowserSession,
    client: &AppDefinition,
    waiting: Waiting,
    start: &str,
    next: Next,
) -> Result<Response, PageError> {
    match next {
        Next::Callback(location) => Ok(answer::redirect(&location)),
        Next::Refused { to, why } => Ok(because(answer::redirect(&to), Because::of(why).at(Surface::Callback))),
        Next::Consent(prompt) => Ok(answer::page(StatusCode::OK, &page(app, session, client, waiting, start, &prompt))),
        Next::ErrorPage { error, description, why } => {
            Ok(because(answer::redirect(&error_page(session, error, &description)), Because::of(why).at(Surface::ErrorPage)))
        }
        Next::InsufficientPrivileges => Ok(answer::redirect(&session.link("/setup/secur/InsufficientPrivileges.apexp"))),
        Next::LoginPage { .. } => Ok(answer::redirect(&login_path(&session.site, start))),
        Next::Step(step) => Ok(answer::redirect(&session.link(&format!("{}?retURL={}", step.path(), query_value(start))))),
        // There the request is refused with its explanation.
        Next::Raw(_) => Ok(answer::redirect(&session.link(start))),
    }
}

/// The address of the error page, spaces as `+` as Salesforce writes them.
fn error_page(session: &BrowserSession, error: &str, description: &str) -> String {
    let description = query_value(description).replace("%20", "+");
    session.link(&format!("/setup/secur/RemoteAccessErrorPage.apexp?error={error}&error_description={description}"))
}

fn page(app: &App, session: &BrowserSession, client: &AppDefinition, waiting: Waiting, start: &str, prompt: &Prompt) -> ConsentPage {
    let not_you = Destination::own("/secur/logout.jsp").under(session.site.prefix());
    ConsentPage {
        frame: session.frame(),
        csrf: session.csrf(),
        app: wording::published_app(app, client),
        scopes: wording::scopes_of(&prompt.scopes, &session.browser.caller.org.facts()),
        user: Person { name: session.user().name.clone(), username: session.user().username.clone() },
        not_you: format!("{not_you}?startURL={}", query_value(start)),
        revoked: prompt
            .displaced
            .as_ref()
            .map(|grant| Revoked { created: wording::moment(grant.created), last_used: wording::moment(grant.last_used) }),
        waiting,
    }
}
