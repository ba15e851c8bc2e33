//! The login page, of a login host or of one org.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;

use super::answer;
use super::cookie;
use super::csrf::LoginSecret;
use super::destination::{Destination, query_value};
use super::error::PageError;
use super::password::{CHANGE_PATH, change_path};
use super::session::{Fields, LoginForm, bare_frame, check_address, handover, has_secure_cookies, kind_label, origin};
use super::verification;
use super::view::{CastOrg, CastUser, LoginPage};
use crate::app::{App, LiveOrg};
use crate::apps::{Because, Surface};
use crate::id::AppId;
use crate::journal::Facts;
use crate::oauth::{BrowserLogin, Entry, LoginRefusal, SignIn};
use crate::org::{Directory, Host, Site};
use crate::storage::StoreError;
use crate::table::{Peer, because, cookies};

pub(super) const HOME: &str = "/home/home.jsp";
/// Orgs whose users the page lists; a server may hold thousands.
const CAST_ORGS: usize = 8;

/// Salesforce tells nobody which half was wrong, or that the user is locked out, frozen or inactive.
const CHECK_PASSWORD: &str = "Please check your username and password. If you still can't log in, contact your Salesforce administrator.";
const ENTER_PASSWORD: &str = "Please enter your password.";
const EXPIRED: &str = "Your login page has expired. Please log in again.";

/// `GET /`: the login page, or on to where a logged-in browser wanted to go. With `error` a flow was refused for want of a user who may log in.
pub(super) async fn front(State(app): State<App>, site: Site, uri: Uri, fields: Fields, headers: HeaderMap) -> Result<Response, PageError> {
    check_address(&app, &site, wanted(&uri))?;
    match app.browser(&site, cookies(&headers))? {
        Some(browser) if fields.get("error").is_none() => {
            let destination = destination(&site, &fields);
            if site.serves(browser.caller.org.id()) {
                return Ok(answer::redirect(&destination.under(site.prefix())));
            }
            Ok(answer::redirect(&handover(&app, &site, &browser.caller, destination.path())?))
        }
        _ => form(&app, &site, &fields, &headers, fields.get("error").map(|_| Failure::Ended)),
    }
}

/// `GET /login`: the login page, whoever is logged in.
pub(super) async fn show(State(app): State<App>, site: Site, uri: Uri, fields: Fields, headers: HeaderMap) -> Result<Response, PageError> {
    check_address(&app, &site, wanted(&uri))?;
    form(&app, &site, &fields, &headers, None)
}

fn wanted(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |wanted| wanted.as_str())
}

/// `POST /login`
pub(super) async fn submit(State(app): State<App>, site: Site, peer: Peer, facts: Facts, posted: LoginForm) -> Result<Response, PageError> {
    let LoginForm { fields, headers, is_ours } = posted;
    if !is_ours {
        return form(&app, &site, &fields, &headers, Some(Failure::Expired));
    }
    let (username, password) = (fields.get("username").unwrap_or_default().trim(), fields.get("pw").unwrap_or_default());
    if password.is_empty() {
        return form(&app, &site, &fields, &headers, Some(Failure::NoPassword));
    }
    let destination = destination(&site, &fields);
    let (origin, devices) = (origin(&peer, &site, &headers), verification::devices(&headers));
    let asked = SignIn { username, password, origin: &origin, devices: &devices, waiting_app: waiting_app(&app, &destination) };
    let (org, login) = match app.sign_in(&site, &asked)? {
        Ok((org, Entry::In(login))) => (org, *login),
        Ok((_, Entry::Verify(ticket))) => return Ok(verification::send(&site, &ticket, &destination)),
        Err(refusal) => {
            app.note_attempt(&site, username, &facts);
            let page = form(&app, &site, &fields, &headers, Some(Failure::Refused(refusal)))?;
            return Ok(because(page, Because::of(refusal).at(Surface::LoginPage)));
        }
    };
    facts.note(|noted| {
        noted.org = Some(org.id());
        noted.user = Some(login.session.user);
    });
    enter(&app, &site, &org, &login, &destination)
}

/// The app whose authorize request waits for the login to end.
fn waiting_app(app: &App, destination: &Destination) -> Option<AppId> {
    let key = destination.path().starts_with("/services/oauth2/authorize").then(|| destination.parameter("client_id")).flatten()?;
    app.registry().app_by_key(&key).map(|client| client.id)
}

/// Lets a browser in: its cookie, and on to where it wanted to go; first to another password if its user's expired.
pub(super) fn enter(app: &App, site: &Site, org: &LiveOrg, login: &BrowserLogin, destination: &Destination) -> Result<Response, PageError> {
    let caller = app.caller(&login.token)?;
    let must_change = caller.as_ref().is_some_and(|caller| caller.user.password_expired && !caller.session.login_as);
    let to = match caller {
        Some(caller) if !site.serves(org.id()) => handover(app, site, &caller, destination.path())?,
        _ if must_change && !destination.path().starts_with(CHANGE_PATH) => change_path(site, destination.path()),
        _ => destination.under(site.prefix()),
    };
    let cookie = cookie::set(&site.session_cookie(org.id()), &login.token, has_secure_cookies(site));
    Ok(answer::with_cookie(answer::redirect(&to), Some(cookie)))
}

#[derive(Clone, Copy)]
enum Failure {
    /// The user or org may no longer log in.
    Ended,
    Expired,
    NoPassword,
    Refused(LoginRefusal),
}

fn form(app: &App, site: &Site, fields: &Fields, headers: &HeaderMap, failure: Option<Failure>) -> Result<Response, PageError> {
    let secret = LoginSecret::of(headers, app.entropy());
    let start_url = Destination::read(fields.get("startURL").unwrap_or_default(), &site.url());
    let username = ["username", "un", "login_hint"].into_iter().find_map(|name| fields.get(name)).unwrap_or_default();
    // Where strangers may reach the server, its control API asks for a token: then its passwords are not shown either.
    let is_private = app.config().control_token.is_none();
    let (cast, more_orgs) = if is_private { cast(app, site, start_url.as_ref())? } else { (Vec::new(), 0) };
    let why = match failure {
        Some(Failure::Refused(refusal)) if is_private => Some(explanation(app, site, username, refusal)?),
        _ => None,
    };
    let view = LoginPage {
        frame: bare_frame(site),
        csrf: secret.token(),
        host_label: if site.host() == Host::Test { "a sandbox or scratch org" } else { "a production or developer org" },
        org: asked_org(app, site).map(|org| org.facts().name.clone()),
        app: start_url
            .as_ref()
            .and_then(|url| url.parameter("client_id"))
            .and_then(|key| app.registry().app_by_key(&key))
            .map(|app| app.name.clone()),
        start_url: start_url.map(|url| url.path().to_owned()),
        username: username.to_owned(),
        error: failure.map(|failure| match failure {
            Failure::Expired => EXPIRED,
            Failure::NoPassword => ENTER_PASSWORD,
            Failure::Ended | Failure::Refused(_) => CHECK_PASSWORD,
        }),
        why,
        cast,
        more_orgs,
    };
    let status = if matches!(failure, Some(Failure::Expired)) { StatusCode::FORBIDDEN } else { StatusCode::OK };
    Ok(answer::with_cookie(answer::page(status, &view), secret.cookie(has_secure_cookies(site))))
}

/// Where the login leads: `startURL` if it stays on the site, else home.
fn destination(site: &Site, fields: &Fields) -> Destination {
    let asked = ["startURL", "retURL"].into_iter().find_map(|name| fields.get(name)).unwrap_or_default();
    Destination::read(asked, &site.url()).unwrap_or_else(|| Destination::own(HOME))
}

fn asked_org(app: &App, site: &Site) -> Option<std::sync::Arc<LiveOrg>> {
    match site.host() {
        Host::Org(org) => app.org(org),
        Host::Login | Host::Test => None,
    }
}

/// The users who can log in here, and how many orgs are left out.
fn cast(app: &App, site: &Site, start_url: Option<&Destination>) -> Result<(Vec<CastOrg>, usize), StoreError> {
    let orgs: Vec<_> = app.orgs().into_iter().filter(|org| site.logs_in(org.id(), org.facts().kind.into())).collect();
    let shown = orgs.iter().take(CAST_ORGS).map(|org| cast_org(org, site, start_url)).collect::<Result<_, _>>()?;
    Ok((shown, orgs.len().saturating_sub(CAST_ORGS)))
}

fn cast_org(org: &LiveOrg, site: &Site, start_url: Option<&Destination>) -> Result<CastOrg, StoreError> {
    let facts = org.facts();
    let users = org.read(|tx| tx.users())?.into_iter().filter_map(|user| {
        let start = start_url.map(|url| format!("&startURL={}", query_value(url.path()))).unwrap_or_default();
        Some(CastUser {
            fill: format!("{}/login?un={}{start}", site.prefix(), query_value(&user.username)),
            password: user.password?.0,
            username: user.username,
            profile: user.profile.label.clone(),
            active: user.is_active,
        })
    });
    Ok(CastOrg { name: facts.name.clone(), kind: kind_label(facts.kind), users: users.collect() })
}

/// What Salesforce keeps to itself.
fn explanation(app: &App, site: &Site, username: &str, refusal: LoginRefusal) -> Result<String, StoreError> {
    let text = match refusal {
        LoginRefusal::WrongPassword => match app.org_of_username(username)?.map(|org| org.facts()) {
            None => "No user of this server has this username.".to_owned(),
            Some(org) if !site.logs_in(org.id, org.kind.into()) => {
                format!("This user belongs to {} ({}) and logs in at {}.", org.name, kind_label(org.kind), site.side_url(org.kind.side()))
            }
            Some(org) => format!("{} has this user, with another password.", org.name),
        },
        LoginRefusal::LockedOut => "The user is locked out after too many wrong passwords in a row.".to_owned(),
        LoginRefusal::RestrictedIp => "The address is outside the Login IP Ranges of the user's profile.".to_owned(),
        LoginRefusal::RestrictedTime => "It is outside the Login Hours of the user's profile.".to_owned(),
        LoginRefusal::InactiveUser => "The user is not active.".to_owned(),
        LoginRefusal::FrozenUser => "The user is frozen.".to_owned(),
        LoginRefusal::InactiveOrg => "The org is locked.".to_owned(),
        LoginRefusal::TrialExpired => {
            "The org was made for some days, and they are over. In Salesforce its users still get as far as a page that sells.".to_owned()
        }
        LoginRefusal::ApiOnly => "The user has the permission API Only User, which shuts the browser out.".to_owned(),
    };
    Ok(text)
}
