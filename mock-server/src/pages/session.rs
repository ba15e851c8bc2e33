//! The browser behind a request: its session, its posted forms, and the frame its pages get.

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::destination::{Destination, query_value};
use super::error::PageError;
use super::password::change_path;
use super::view::{Frame, Who};
use super::{csrf, explain};
use crate::app::{App, Browser, Caller};
use crate::apps::{Act, may};
use crate::oauth::Origin;
use crate::org::{Duty, Host, OrgKind, Permission, Scheme, Site, User};
use crate::storage::StoreError;
use crate::table::{Peer, cookies};

/// A browser that is logged in to the org whose page it asks for. Without a session the login page comes first and leads back.
pub(super) struct BrowserSession {
    pub(super) browser: Browser,
    pub(super) site: Site,
}

impl BrowserSession {
    pub(super) fn user(&self) -> &User {
        &self.browser.caller.user
    }

    pub(super) fn org_name(&self) -> String {
        self.browser.caller.org.facts().name.clone()
    }

    /// The token that forms of this session carry.
    pub(super) fn csrf(&self) -> String {
        csrf::token(&self.browser.sid)
    }

    /// A path of this site, under the org that the browser selected.
    pub(super) fn link(&self, path: &str) -> String {
        Destination::own(path).under(self.site.prefix())
    }

    /// Insufficient Privileges unless the user may do this; `page` is the path of the page. Every page asks by this alone.
    pub(super) fn must(&self, demand: impl Demand, page: &str) -> Result<(), PageError> {
        if demand.is_of(self.user()) { Ok(()) } else { Err(explain::insufficient_privileges(self, demand.needs(), page)) }
    }

    pub(super) fn frame(&self) -> Frame {
        let facts = self.browser.caller.org.facts();
        let who =
            Who { name: self.user().name.clone(), org: facts.name.clone(), org_kind: kind_label(facts.kind), sees_setup: sees_setup(self.user()) };
        Frame { base: self.site.prefix().to_owned(), who: Some(who), menu: None }
    }
}

/// What a page asks of its user: a duty in Setup, or an act on apps.
pub(super) trait Demand: Copy {
    fn is_of(self, user: &User) -> bool;
    /// What it takes, in a sentence.
    fn needs(self) -> &'static str;
}

impl Demand for Duty {
    fn is_of(self, user: &User) -> bool {
        Self::is_of(self, user)
    }

    fn needs(self) -> &'static str {
        Self::needs(self)
    }
}

impl Demand for Act {
    fn is_of(self, user: &User) -> bool {
        may(user, self)
    }

    fn needs(self) -> &'static str {
        Self::needs(self)
    }
}

/// Needed for the OAuth usage pages: `gate-and-policies`, section 5.
pub(super) fn sees_setup(user: &User) -> bool {
    user.has(Permission::ViewSetup) && user.has(Permission::ManageUsers)
}

pub(super) fn kind_label(kind: OrgKind) -> &'static str {
    match kind {
        OrgKind::Production => "production",
        OrgKind::Sandbox => "sandbox",
        OrgKind::Developer => "developer edition",
        OrgKind::Scratch => "scratch org",
        OrgKind::Devhub => "dev hub",
    }
}

/// Where a browser asks from.
pub(super) fn origin(peer: &Peer, site: &Site, headers: &HeaderMap) -> Origin {
    Origin { address: Some(peer.address.ip()), login_url: site.url(), browser: browser_name(headers) }
}

/// The browser as the login history names it.
fn browser_name(headers: &HeaderMap) -> String {
    let agent = headers.get(axum::http::header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let known = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    known.into_iter().find(|(mark, _)| agent.contains(mark)).map_or("Unknown", |(_, name)| name).to_owned()
}

/// The frame of a page that needs no session.
pub(super) fn bare_frame(site: &Site) -> Frame {
    Frame { base: site.prefix().to_owned(), ..Frame::default() }
}

/// Whether cookies of this site stay off plain HTTP. On our own authority they don't: a `Secure` cookie could not be
/// replaced by the plain listener beside, which shares the host name.
pub(super) fn has_secure_cookies(site: &Site) -> bool {
    site.scheme() == Scheme::Https && !site.is_own()
}

impl FromRequestParts<App> for BrowserSession {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let AnySession(session) = AnySession::from_request_parts(parts, app).await?;
        let expired = session.user().password_expired && !session.browser.caller.session.login_as;
        if expired {
            return Err(PageError::Elsewhere(change_path(&session.site, wanted(parts))));
        }
        Ok(session)
    }
}

/// The same, also of a user who must choose another password before anything else.
pub(super) struct AnySession(pub(super) BrowserSession);

impl FromRequestParts<App> for AnySession {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let Ok(site) = Site::from_request_parts(parts, app).await;
        check_address(app, &site, wanted(parts))?;
        let Some(browser) = app.browser(&site, cookies(&parts.headers))? else {
            return Err(PageError::Elsewhere(login_path(&site, wanted(parts))));
        };
        if site.serves(browser.caller.org.id()) {
            app.see_to(&browser.caller.org, &site);
            return Ok(Self(BrowserSession { browser, site }));
        }
        Err(PageError::Elsewhere(handover(app, &site, &browser.caller, wanted(parts))?))
    }
}

/// An address that its org left leads to the one it has now, or nowhere.
pub(super) fn check_address(app: &App, site: &Site, wanted: &str) -> Result<(), PageError> {
    let Host::Org(id) = site.host() else { return Ok(()) };
    let Some(org) = app.org(id).filter(|_| site.is_left()) else { return Ok(()) };
    let facts = org.facts();
    if facts.switches().redirect_former_domains {
        return Err(PageError::Elsewhere(format!("{}{wanted}", site.my_domain_url(id, &facts.my_domain()))));
    }
    let what = "The org has another My Domain now, and the ones it had lead nowhere.";
    Err(PageError::Missing { frame: Box::new(bare_frame(site)), what })
}

fn wanted(parts: &Parts) -> &str {
    parts.uri.path_and_query().map_or("/", |wanted| wanted.as_str())
}

/// The login page that leads to `wanted` afterwards.
pub(super) fn login_path(site: &Site, wanted: &str) -> String {
    format!("{}/?startURL={}", site.prefix(), query_value(wanted))
}

/// An address on the org's own My Domain that carries the session there and leads to `wanted`.
pub(super) fn handover(app: &App, site: &Site, caller: &Caller, wanted: &str) -> Result<String, StoreError> {
    let facts = caller.org.facts();
    let origin = site.my_domain_url(facts.id, &facts.my_domain());
    Ok(format!("{origin}/secur/frontdoor.jsp?otp={}&startURL={}", query_value(&app.hand_over(caller)?), query_value(wanted)))
}

/// Form or query parameters, in their order.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The query of a request; what cannot be read is empty.
    pub(super) fn of_query(parts: &Parts) -> Self {
        Query::try_from_uri(&parts.uri).map(|Query(pairs)| Self(pairs)).unwrap_or_default()
    }

    /// A form in the body; what cannot be read is empty.
    pub(super) async fn of_body(request: Request) -> Self {
        axum::Form::<Vec<(String, String)>>::from_request(request, &()).await.map(|axum::Form(pairs)| Self(pairs)).unwrap_or_default()
    }
}

impl<S: Sync> FromRequestParts<S> for Fields {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of_query(parts))
    }
}

/// A form posted from a page that this session was shown.
pub(super) struct PostedForm {
    pub(super) session: BrowserSession,
    pub(super) fields: Fields,
}

impl FromRequest<App> for PostedForm {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let session = BrowserSession::from_request_parts(&mut parts, app).await?;
        let fields = Fields::of_body(Request::from_parts(parts, body)).await;
        if csrf::is_valid(&session.browser.sid, fields.get(csrf::FIELD).unwrap_or_default()) {
            Ok(Self { session, fields })
        } else {
            Err(PageError::ExpiredForm(Box::new(session.frame())))
        }
    }
}

/// A login form: it comes before any session, so it is tied to a cookie of its own.
pub(super) struct LoginForm {
    pub(super) fields: Fields,
    pub(super) headers: HeaderMap,
    /// The form came from a login page that this browser was shown.
    pub(super) is_ours: bool,
}

impl<S: Sync> FromRequest<S> for LoginForm {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let headers = request.headers().clone();
        let fields = Fields::of_body(request).await;
        let is_ours = csrf::LoginSecret::admits(&headers, fields.get(csrf::FIELD).unwrap_or_default());
        Ok(Self { fields, headers, is_ours })
    }
}
