//! Verify Your Identity: a code stands between a right password and the session, or between a session and more trust.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::answer;
use super::cookie;
use super::csrf;
use super::destination::{Destination, query_value};
use super::error::PageError;
use super::login::HOME;
use super::session::{Fields, bare_frame, has_secure_cookies, login_path, origin};
use super::view::VerifyPage;
use crate::app::{App, Waiting};
use crate::oauth::{NotVerified, SecurityLevel, Step, TicketKind};
use crate::org::Site;
use crate::table::{Peer, cookies};

pub(super) const PATH: &str = Step::VerifyIdentity.path();

/// Holds the login that waits.
const TICKET: &str = "mock_verification";
/// By which a browser that was activated is known again: a secret for each user who did.
const DEVICE: &str = "mock_device";
/// No secret holds it.
const BETWEEN_DEVICES: &str = "~";
/// A browser that many people share forgets the first of them.
const DEVICES_KEPT: usize = 8;

const WRONG: &str = "Invalid or expired verification code. Try again.";

/// The secrets by which users may have activated the browser.
pub(super) fn devices(headers: &HeaderMap) -> Vec<&str> {
    cookie::value(headers, DEVICE).map(|value| value.split(BETWEEN_DEVICES).take(DEVICES_KEPT).collect()).unwrap_or_default()
}

/// The cookie with one more secret, the newest first.
fn with_device(devices: &[&str], new: &str) -> String {
    let kept = devices.iter().take(DEVICES_KEPT - 1).copied();
    std::iter::once(new).chain(kept).collect::<Vec<_>>().join(BETWEEN_DEVICES)
}

/// Sends a browser whose login waits to the page.
pub(super) fn send(site: &Site, ticket: &str, destination: &Destination) -> Response {
    let to = format!("{}{PATH}?startURL={}", site.prefix(), query_value(destination.path()));
    answer::with_cookie(answer::redirect(&to), Some(cookie::set(TICKET, ticket, has_secure_cookies(site))))
}

/// `GET`: the form; a browser that is logged in gets a code for it, unless its session is trusted already.
pub(super) async fn show(State(app): State<App>, site: Site, query: Fields, headers: HeaderMap) -> Result<Response, PageError> {
    let destination = destination(&site, &query);
    if let Some((ticket, waiting)) = ticket(&app, &site, &headers)? {
        return Ok(form(&app, &site, &ticket, &waiting, &destination, None));
    }
    match app.browser(&site, cookies(&headers))? {
        None => Ok(answer::redirect(&login_path(&site, destination.path()))),
        Some(browser) if browser.caller.session.security_level == SecurityLevel::HighAssurance => {
            Ok(answer::redirect(&destination.under(site.prefix())))
        }
        Some(browser) => Ok(send(&site, &app.raise_session(&browser.caller)?, &destination)),
    }
}

/// `POST`: the code, or the wish for another.
pub(super) async fn submit(State(app): State<App>, site: Site, peer: Peer, headers: HeaderMap, fields: PostedFields) -> Result<Response, PageError> {
    let PostedFields(fields) = fields;
    let destination = destination(&site, &fields);
    let Some((token, waiting)) = ticket(&app, &site, &headers)? else { return Ok(start_over(&site, &destination)) };
    if !csrf::is_valid(&token, fields.get(csrf::FIELD).unwrap_or_default()) {
        return Err(PageError::ExpiredForm(Box::new(bare_frame(&site))));
    }
    if fields.get("resend").is_some() {
        app.resend_code(&site, &token)?;
        return Ok(form(&app, &site, &token, &waiting, &destination, None));
    }
    let session = app.browser(&site, cookies(&headers))?.filter(|browser| browser.caller.user.id == waiting.user.id).map(|browser| browser.sid);
    let code = fields.get("emc").or_else(|| fields.get("tc")).unwrap_or_default();
    let devices = devices(&headers);
    match app.prove(&site, (&token, code), (&devices, session.as_deref()), &origin(&peer, &site, &headers))? {
        Err(NotVerified::Over) => Ok(start_over(&site, &destination)),
        Err(NotVerified::WrongCode) => Ok(form(&app, &site, &token, &waiting, &destination, Some(WRONG))),
        Ok(proven) => {
            let secure = has_secure_cookies(&site);
            let response = super::login::enter(&app, &site, &proven.org, &proven.login, &destination)?;
            let known = proven.device.map(|new| cookie::set_for_long(DEVICE, &with_device(&devices, &new), secure));
            let response = answer::with_cookie(response, known);
            Ok(answer::with_cookie(response, Some(cookie::forget(TICKET))))
        }
    }
}

/// The fields of a form that no session vouches for.
pub(super) struct PostedFields(pub(super) Fields);

impl<S: Sync> axum::extract::FromRequest<S> for PostedFields {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: axum::extract::Request, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(Fields::of_body(request).await))
    }
}

fn ticket(app: &App, site: &Site, headers: &HeaderMap) -> Result<Option<(String, Waiting)>, PageError> {
    let Some(token) = cookie::value(headers, TICKET) else { return Ok(None) };
    Ok(app.waiting(site, token)?.map(|waiting| (token.to_owned(), waiting)))
}

fn start_over(site: &Site, destination: &Destination) -> Response {
    answer::with_cookie(answer::redirect(&login_path(site, destination.path())), Some(cookie::forget(TICKET)))
}

fn destination(site: &Site, fields: &Fields) -> Destination {
    let asked = ["startURL", "retURL"].into_iter().find_map(|name| fields.get(name)).unwrap_or_default();
    Destination::read(asked, &site.url()).unwrap_or_else(|| Destination::own(HOME))
}

fn form(app: &App, site: &Site, token: &str, waiting: &Waiting, destination: &Destination, error: Option<&'static str>) -> Response {
    let by_email = waiting.kind != TicketKind::AppFactor;
    let lede = if by_email {
        format!("To be sure that it is you who logs in to Salesforce, enter the code that was e-mailed to {}.", masked(&waiting.user.email))
    } else {
        "Enter the code that your authenticator app shows for Salesforce.".to_owned()
    };
    let is_private = app.config().control_token.is_none();
    let hint = (is_private && by_email)
        .then(|| format!("No e-mail was sent. The code is in the outbox: GET /_mock/v1/outbox?org={}", waiting.org.facts().name));
    let view = VerifyPage {
        frame: bare_frame(site),
        csrf: csrf::token(token),
        path: PATH,
        lede,
        start_url: Some(destination.path().to_owned()),
        error,
        by_email,
        hint,
    };
    answer::page(StatusCode::OK, &view)
}

/// `a*****@acme.example`
fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((name, host)) => format!("{}*****@{host}", name.chars().next().unwrap_or('*')),
        None => "your address".to_owned(),
    }
}
