//! Choosing a password: by the link of an e-mail, because the one before expired, or after forgetting it.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::answer;
use super::csrf::{self, LoginSecret};
use super::destination::{Destination, query_value};
use super::error::PageError;
use super::login::{HOME, enter};
use super::session::{AnySession, Fields, LoginForm, bare_frame, has_secure_cookies, origin};
use super::verification::PostedFields;
use super::view::{ChoosePasswordPage, ForgotPasswordPage};
use crate::app::{App, RESET_PATH};
use crate::oauth::Step;
use crate::org::{Site, User};
use crate::table::Peer;

/// Where a user with an expired password is sent.
pub(super) const CHANGE_PATH: &str = Step::ChangePassword.path();

const DIFFERENT: &str = "Passwords don't match.";

/// The change page that leads to `wanted` afterwards.
pub(super) fn change_path(site: &Site, wanted: &str) -> String {
    format!("{}{CHANGE_PATH}?retURL={}", site.prefix(), query_value(wanted))
}

/// `GET /_ui/system/security/ChangePassword`: one's own, old and new.
pub(super) async fn show_change(session: AnySession, query: Fields) -> Response {
    change_form(&session, query.get("retURL"), None)
}

/// `POST /_ui/system/security/ChangePassword`
pub(super) async fn change(State(app): State<App>, session: AnySession, fields: PostedFields) -> Result<Response, PageError> {
    let (AnySession(session), PostedFields(fields)) = (session, fields);
    if !csrf::is_valid(&session.browser.sid, fields.get(csrf::FIELD).unwrap_or_default()) {
        return Err(PageError::ExpiredForm(Box::new(session.frame())));
    }
    let (old, new) = (fields.get("currentpassword").unwrap_or_default(), fields.get("newpassword").unwrap_or_default());
    let refused = if fields.get("confirmpassword") == Some(new) {
        app.change_password(&session.browser.caller, old, new)?.err().map(|refusal| refusal.to_string())
    } else {
        Some(DIFFERENT.to_owned())
    };
    let asked = fields.get("retURL").map(str::to_owned);
    if refused.is_some() {
        return Ok(change_form(&AnySession(session), asked.as_deref(), refused));
    }
    Ok(answer::redirect(&destination(&session.site, asked.as_deref()).under(session.site.prefix())))
}

fn change_form(session: &AnySession, asked: Option<&str>, error: Option<String>) -> Response {
    let AnySession(session) = session;
    let view = ChoosePasswordPage {
        frame: session.frame(),
        csrf: session.csrf(),
        action: format!("{}{CHANGE_PATH}", session.site.prefix()),
        username: session.user().username.clone(),
        link: None,
        start_url: Some(destination(&session.site, asked).path().to_owned()),
        asks_for_old: true,
        error,
    };
    answer::page(StatusCode::OK, &view)
}

fn destination(site: &Site, asked: Option<&str>) -> Destination {
    Destination::read(asked.unwrap_or_default(), &site.url()).unwrap_or_else(|| Destination::own(HOME))
}

/// `GET /_ui/system/security/ResetPassword?c=…`: where the link of an e-mail leads.
pub(super) async fn show_reset(State(app): State<App>, site: Site, query: Fields) -> Result<Response, PageError> {
    let token = query.get("c").unwrap_or_default();
    match app.password_link(&site, token)? {
        Some(user) => Ok(reset_form(&site, token, &user, None)),
        None => Err(dead_link(&site)),
    }
}

/// `POST /_ui/system/security/ResetPassword`: the link's token is the proof that the form is ours.
pub(super) async fn reset(State(app): State<App>, site: Site, peer: Peer, headers: HeaderMap, fields: PostedFields) -> Result<Response, PageError> {
    let PostedFields(fields) = fields;
    let (token, new) = (fields.get("c").unwrap_or_default(), fields.get("newpassword").unwrap_or_default());
    let Some(user) = app.password_link(&site, token)? else { return Err(dead_link(&site)) };
    if !csrf::is_valid(token, fields.get(csrf::FIELD).unwrap_or_default()) {
        return Err(PageError::ExpiredForm(Box::new(bare_frame(&site))));
    }
    if fields.get("confirmpassword") != Some(new) {
        return Ok(reset_form(&site, token, &user, Some(DIFFERENT.to_owned())));
    }
    match app.choose_password(&site, (token, new), &origin(&peer, &site, &headers))? {
        None => Err(dead_link(&site)),
        Some(Err(refusal)) => Ok(reset_form(&site, token, &user, Some(refusal.to_string()))),
        Some(Ok((org, login))) => enter(&app, &site, &org, &login, &Destination::own(HOME)),
    }
}

fn dead_link(site: &Site) -> PageError {
    PageError::Missing {
        frame: Box::new(bare_frame(site)),
        what: "This link to choose a password was used already, or it is older than a day. Ask for another.",
    }
}

fn reset_form(site: &Site, token: &str, user: &User, error: Option<String>) -> Response {
    let view = ChoosePasswordPage {
        frame: bare_frame(site),
        csrf: csrf::token(token),
        action: format!("{}{RESET_PATH}", site.prefix()),
        username: user.username.clone(),
        link: Some(token.to_owned()),
        start_url: None,
        asks_for_old: false,
        error,
    };
    answer::page(StatusCode::OK, &view)
}

/// `GET /secur/forgotpassword.jsp`
pub(super) async fn show_forgot(State(app): State<App>, site: Site, headers: HeaderMap) -> Response {
    let secret = LoginSecret::of(&headers, app.entropy());
    let view = ForgotPasswordPage { frame: bare_frame(&site), csrf: secret.token() };
    answer::with_cookie(answer::page(StatusCode::OK, &view), secret.cookie(has_secure_cookies(&site)))
}

/// `POST /secur/forgotpassword.jsp`: the same answer whether anybody has the name.
pub(super) async fn forgot(State(app): State<App>, site: Site, posted: LoginForm) -> Result<Response, PageError> {
    if !posted.is_ours {
        return Err(PageError::ExpiredForm(Box::new(bare_frame(&site))));
    }
    app.forgot_password(&site, posted.fields.get("un").unwrap_or_default().trim())?;
    let text = "If a user of this name logs in here, an e-mail with a link to choose another password is on its way.";
    Ok(super::error::message(StatusCode::OK, bare_frame(&site), "Check Your Email", text))
}
