//! Connect a device: the user types the code that the device shows, and allows it access on the consent page.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::answer;
use super::consent::follow;
use super::csrf::LoginSecret;
use super::destination::query_value;
use super::error::{PageError, message};
use super::session::{BrowserSession, Fields, LoginForm, bare_frame, has_secure_cookies};
use super::view::{DevicePage, Waiting};
use crate::app::{App, Asking, WaitingDevice};
use crate::oauth::Next;
use crate::org::Site;

/// GUESS: Salesforce's sentences were not recorded.
const ENTER_CODE: &str = "Enter the code that your device shows.";
const UNKNOWN_CODE: &str = "The code is invalid or has expired. Check it, or start again on your device.";
const EXPIRED: &str = "This page has expired. Please try again.";

/// `GET /setup/connect?user_code=25XPRH6C`: the box for the code, filled in if the address names one.
pub(super) async fn show(State(app): State<App>, site: Site, query: Fields, headers: HeaderMap) -> Response {
    form(&app, &site, &headers, query.get("user_code").unwrap_or_default(), None)
}

/// `POST /setup/connect`: on to login and consent, if a device shows this code.
pub(super) async fn submit(State(app): State<App>, site: Site, posted: LoginForm) -> Result<Response, PageError> {
    let LoginForm { fields, headers, is_ours } = posted;
    let code = fields.get("user_code").unwrap_or_default().trim();
    let error = match () {
        () if !is_ours => EXPIRED,
        () if code.is_empty() => ENTER_CODE,
        () if app.device(&site, code)?.is_none() => UNKNOWN_CODE,
        () => return Ok(answer::redirect(&format!("{}{}", site.prefix(), consent_path(code)))),
    };
    Ok(form(&app, &site, &headers, code, Some(error)))
}

fn form(app: &App, site: &Site, headers: &HeaderMap, code: &str, error: Option<&'static str>) -> Response {
    let secret = LoginSecret::of(headers, app.entropy());
    let view = DevicePage {
        frame: bare_frame(site),
        csrf: secret.token(),
        user_code: code.chars().take(16).collect(),
        error,
        // Before the login no org is known at a login host: the warning costs nothing there.
        warns: app.org_of_site(site).is_none_or(|org| org.switches().device_security_alert),
    };
    let status = if error == Some(EXPIRED) { StatusCode::FORBIDDEN } else { StatusCode::OK };
    answer::with_cookie(answer::page(status, &view), secret.cookie(has_secure_cookies(site)))
}

/// The consent page of the device that shows this code.
fn consent_path(code: &str) -> String {
    format!("/setup/secur/RemoteAccessAuthorizationPage.apexp?user_code={}", query_value(code))
}

/// The consent page, or where the browser goes instead.
pub(super) fn ask(app: &App, session: &BrowserSession, asking: &Asking<'_>, code: &str) -> Result<Response, PageError> {
    let waiting = waiting(app, session, code)?;
    let next = app.authorize_device(asking, code, &waiting)?;
    go_on(app, session, &waiting, code, next)
}

/// What the user pressed on it.
pub(super) fn answered(app: &App, session: &BrowserSession, asking: &Asking<'_>, code: &str, approved: bool) -> Result<Response, PageError> {
    let waiting = waiting(app, session, code)?;
    if let Some(next) = app.answer_device(asking, code, &waiting, approved)? {
        return go_on(app, session, &waiting, code, next);
    }
    let name = &waiting.1.name;
    let (title, text) = match approved {
        true => (
            "Your device is connected",
            format!("{name} may now use Salesforce as {}. You can close this page and go on with your device.", session.user().username),
        ),
        false => ("Access denied", format!("{name} was not connected. You can close this page.")),
    };
    Ok(message(StatusCode::OK, session.frame(), title, &text))
}

fn waiting(app: &App, session: &BrowserSession, code: &str) -> Result<WaitingDevice, PageError> {
    app.device(&session.site, code)?.ok_or_else(|| PageError::Missing {
        frame: Box::new(session.frame()),
        what: "No device waits with this code: it was used, or it expired. Start again on your device.",
    })
}

fn go_on(app: &App, session: &BrowserSession, (_, client): &WaitingDevice, code: &str, next: Next) -> Result<Response, PageError> {
    let warns = session.browser.caller.org.switches().device_security_alert;
    follow(app, session, client, Waiting::Device { user_code: code.to_uppercase(), warns }, &consent_path(code), next)
}
