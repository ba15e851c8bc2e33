//! Home, and the doors in and out: front door and logout.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;

use super::answer;
use super::cookie;
use super::destination::Destination;
use super::error::PageError;
use super::login::HOME;
use super::session::{BrowserSession, Fields, has_secure_cookies, kind_label, login_path, sees_setup};
use super::view::{Elsewhere, HomeOrg, HomePage, HomeUser, Link};
use crate::app::{App, Caller};
use crate::oauth::{BrowserLogin, Door, SessionKind};
use crate::org::Site;
use crate::storage::StoreError;
use crate::table::cookies;

/// `GET /home/home.jsp`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, headers: HeaderMap) -> Result<Response, PageError> {
    let Caller { org, user, .. } = &session.browser.caller;
    let facts = org.facts();
    let view = HomePage {
        user: HomeUser {
            id: user.id.to_string(),
            name: user.name.clone(),
            username: user.username.clone(),
            profile: user.profile.label.clone(),
            sees_setup: sees_setup(user),
        },
        org: HomeOrg {
            id: facts.id.to_string(),
            name: facts.name.clone(),
            kind: kind_label(facts.kind),
            edition: facts.edition.organization_type(),
            era: facts.era.name(),
            instance_url: session.site.my_domain_url(facts.id, &facts.my_domain()),
        },
        launcher: launcher(&app, &session)?,
        elsewhere: elsewhere(&app, &session, &headers)?,
        frame: session.frame(),
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// The apps that the user connects, as the App Launcher shows them. Standard apps have no page here.
fn launcher(app: &App, session: &BrowserSession) -> Result<Vec<Link>, StoreError> {
    let items = session.browser.caller.org.read(|tx| app.launcher(tx, session.user()))?;
    Ok(items.into_iter().filter(|item| item.app.is_some()).filter_map(|item| Some(Link { url: item.start_url?, text: item.label })).collect())
}

/// The browser's other sessions, where one host name carries several.
fn elsewhere(app: &App, session: &BrowserSession, headers: &HeaderMap) -> Result<Vec<Elsewhere>, StoreError> {
    if !session.site.is_own() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (name, sid) in cookies(headers).filter(|(name, _)| name.starts_with("sid_")) {
        let Some(caller) = app.caller(sid)?.filter(|caller| caller.session.kind == SessionKind::Browser) else { continue };
        let facts = caller.org.facts();
        if facts.id != session.browser.caller.org.id() && session.site.session_cookie(facts.id) == name {
            let origin = session.site.my_domain_url(facts.id, &facts.my_domain());
            let url = format!("{origin}/_mock/org/{}{HOME}", facts.name);
            found.push(Elsewhere { org: facts.name.clone(), username: caller.user.username.clone(), url });
        }
    }
    Ok(found)
}

/// `GET` or `POST /secur/frontdoor.jsp`: a browser comes in with an access token (`sid`) or with a one-time password (`otp`).
pub(super) async fn frontdoor(
    State(app): State<App>,
    site: Site,
    method: Method,
    query: Fields,
    request: axum::extract::Request,
) -> Result<Response, PageError> {
    let body = if method == Method::POST { Fields::of_body(request).await } else { Fields::default() };
    let field = |name: &str| body.get(name).or_else(|| query.get(name));
    let asked = field("startURL").or_else(|| field("retURL")).unwrap_or_default();
    let destination = Destination::read(asked, &site.url()).unwrap_or_else(|| Destination::own(HOME));
    let login = match (field("otp"), field("sid")) {
        (Some(otp), _) => app.redeem_handover(&site, otp)?.map(|(org, login)| (org.id(), login)),
        (None, Some(sid)) => enter(&app, &site, sid)?,
        (None, None) => None,
    };
    let Some((org, login)) = login else {
        return Ok(answer::redirect(&login_path(&site, destination.path())));
    };
    let cookie = cookie::set(&site.session_cookie(org), &login.token, has_secure_cookies(&site));
    Ok(answer::with_cookie(answer::redirect(&destination.under(site.prefix())), Some(cookie)))
}

/// Opens a browser session for a token that may reach the web.
fn enter(app: &App, site: &Site, unverified_sid: &str) -> Result<Option<(crate::id::OrgId, BrowserLogin)>, StoreError> {
    let Some(caller) = app.caller(unverified_sid)?.filter(|caller| site.serves(caller.org.id())) else { return Ok(None) };
    let may = caller.session.kind == SessionKind::Browser || caller.session.kind.is_access_token() && Door::Web.admits(&caller.session);
    if !may {
        return Ok(None);
    }
    Ok(Some((caller.org.id(), app.open_browser(&caller)?)))
}

/// `GET /secur/logout.jsp`: ends the browser's session, then shows the login page, which leads to `startURL` if one is given.
pub(super) async fn logout(State(app): State<App>, site: Site, query: Fields, headers: HeaderMap) -> Result<Response, PageError> {
    let asked = query.get("startURL").or_else(|| query.get("retURL")).unwrap_or_default();
    let to = match Destination::read(asked, &site.url()) {
        Some(destination) => login_path(&site, destination.path()),
        None => format!("{}/", site.prefix()),
    };
    let Some(browser) = app.browser(&site, cookies(&headers))? else { return Ok(answer::redirect(&to)) };
    app.sign_out(&browser.sid)?;
    let name = site.session_cookie(browser.caller.org.id());
    Ok(answer::with_cookie(answer::redirect(&to), Some(cookie::forget(&name))))
}
