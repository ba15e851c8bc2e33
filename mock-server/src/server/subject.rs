//! Who a request is about: what faults ask of it before it is served, and what the journal adds where no handler got so far. A look into body or
//! token is taken only if somebody asks.

use super::Exchange;
use crate::app::{App, Whose};
use crate::fault::{Subject, TokenState};
use crate::id::{AppId, OrgId, UserId};
use crate::journal::{Entry, Params, flow_of, pairs, params, unverified_jwt};
use crate::oauth::read_credentials;
use crate::org::{Directory, Host};

/// The row whose handler waits by itself, when it has locked the grant that is refreshed.
const TOKEN_ROW: &str = "oauth/token";

const RECORD_ROWS: [&str; 4] = ["rest/create", "rest/create-by-id", "rest/update", "rest/upsert"];

/// Parameters that carry a token of ours.
const TOKEN_PARAMETERS: [&str; 5] = ["refresh_token", "token", "oauth_token", "access_token", "sid"];

/// Parameters of pages that carry the authorize request on which they go on.
const CARRIED: [&str; 3] = ["source", "startURL", "retURL"];

/// Whether delay and hold are left to the handler, because they are to happen while a grant is locked.
pub(super) fn waits_by_itself(exchange: &Exchange<'_>) -> bool {
    let kind = || Request::of(exchange).get("grant_type").map(str::to_owned);
    exchange.found.row.is_some_and(|row| row.id == TOKEN_ROW) && kind().as_deref() == Some("refresh_token")
}

/// Whether the request creates or changes one record of the REST API, which a duplicate rule may look at.
pub(super) fn writes_one_record(exchange: &Exchange<'_>) -> bool {
    exchange.found.row.is_some_and(|row| RECORD_ROWS.contains(&row.id))
}

/// What a request says of itself.
struct Request {
    authorization: Option<String>,
    /// The session header of Bulk 1.0.
    session: Option<String>,
    params: Params,
}

impl Request {
    fn of(exchange: &Exchange<'_>) -> Self {
        let header = |name: &str| exchange.parts.headers.get(name).and_then(|value| value.to_str().ok());
        let query = exchange.parts.uri.query().unwrap_or_default().as_bytes();
        let body = exchange.body.as_deref().unwrap_or_default();
        Self::read(header("authorization"), header("x-sfdc-session"), params(query, header("content-type").unwrap_or_default(), body), body)
    }

    /// The request of an entry, as far as the journal kept it.
    fn kept(entry: &Entry) -> Self {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let header = |wanted: &str| entry.request_headers().find(|(name, _)| *name == wanted.as_bytes()).map(|(_, value)| text(value));
        let target = entry.target();
        let query = memchr::memchr(b'?', target).map_or(&[][..], |mark| &target[mark + 1..]);
        let params = params(query, &header("content-type").unwrap_or_default(), entry.request_body());
        Self::read(header("authorization").as_deref(), header("x-sfdc-session").as_deref(), params, entry.request_body())
    }

    fn read(authorization: Option<&str>, session: Option<&str>, mut params: Params, body: &[u8]) -> Self {
        for name in CARRIED {
            let carried = params.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            if let Some(carried) = carried {
                params.extend(pairs(carried.split_once('?').map_or(carried.as_str(), |(_, query)| query).as_bytes()));
            }
        }
        let session = session.map(str::to_owned).or_else(|| soap_session(body));
        Self { authorization: authorization.map(str::to_owned), session, params }
    }

    /// The first parameter of this name that is not empty.
    fn get(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The token that the request bears, or presents among its parameters.
    fn token(&self) -> Option<&str> {
        let bearer =
            self.authorization.as_deref().and_then(|value| value.split_once(' ')).filter(|(scheme, _)| !scheme.eq_ignore_ascii_case("basic"));
        let bearer = bearer.map(|(_, token)| token.trim()).or(self.session.as_deref());
        bearer.or_else(|| TOKEN_PARAMETERS.iter().find_map(|name| self.get(name)))
    }

    /// The owner of the token, or of the code.
    fn whose(&self, app: &App) -> Option<Whose> {
        match self.token() {
            Some(token) => app.whose_token(token).ok().flatten(),
            None => app.whose_code(self.get("code")?).ok().flatten(),
        }
    }

    fn claim(&self, parameter: &str, claim: &str) -> Option<String> {
        Some(unverified_jwt(self.get(parameter)?)?.1.get(claim)?.as_str()?.to_owned())
    }

    /// The app that the client says it is.
    fn client(&self, app: &App) -> Option<AppId> {
        let basic = || self.authorization.as_deref().and_then(read_credentials).map(|(key, _)| key);
        let named = self.get("client_id").map(str::to_owned).or_else(basic);
        let key = named.or_else(|| self.claim("client_assertion", "iss")).or_else(|| self.claim("assertion", "iss"))?;
        app.registry().app_by_key(&key).map(|app| app.id)
    }

    /// The user whom the request names, in an assertion or by a password.
    fn named_user(&self, app: &App) -> Option<(OrgId, UserId)> {
        let subject = || self.claim("assertion", "sub").or_else(|| self.claim("assertion", "prn"));
        let username = self.get("username").map(str::to_owned).or_else(subject)?;
        let org = app.org_of_username(&username).ok()??;
        let user = org.read(|tx| tx.user_named(&username)).ok()??;
        Some((org.id(), user.id))
    }
}

/// The session id in the head of a SOAP message.
fn soap_session(body: &[u8]) -> Option<String> {
    let start = memchr::memmem::find(body.get(..4096).unwrap_or(body), b"essionId>")? + b"essionId>".len();
    let end = start + memchr::memchr(b'<', &body[start..])?;
    Some(std::str::from_utf8(&body[start..end]).ok()?.trim().to_owned())
}

pub(super) struct Asked<'e, 's> {
    pub app: &'e App,
    pub exchange: &'e Exchange<'s>,
}

impl Subject for Asked<'_, '_> {
    fn route(&self) -> &'static str {
        self.exchange.found.row.map_or("", |row| row.id)
    }

    fn method(&self) -> &str {
        self.exchange.parts.method.as_str()
    }

    fn flow(&self) -> Option<&'static str> {
        let request = self.request();
        flow_of(request.get("grant_type"), request.get("response_type"))
    }

    fn org(&self) -> Option<OrgId> {
        let request = self.request();
        match self.exchange.arrival.site.host() {
            Host::Org(org) => Some(org),
            Host::Login | Host::Test => request.whose(self.app).and_then(|whose| whose.org).or_else(|| Some(request.named_user(self.app)?.0)),
        }
    }

    fn app(&self) -> Option<AppId> {
        let request = self.request();
        request.client(self.app).or_else(|| request.whose(self.app)?.app)
    }

    fn user(&self) -> Option<UserId> {
        let request = self.request();
        request.whose(self.app).and_then(|whose| whose.user).or_else(|| Some(request.named_user(self.app)?.1))
    }

    fn session(&self) -> Option<TokenState> {
        let whose = self.app.whose_token(self.request().token()?).ok()?;
        Some(if whose.is_some_and(|whose| whose.is_live) { TokenState::Live } else { TokenState::Ended })
    }
}

impl Asked<'_, '_> {
    fn request(&self) -> Request {
        Request::of(self.exchange)
    }
}

/// Fills in whom the request was about, where it was refused before its handler could tell, or by one that does not.
pub(super) fn complete(app: &App, entry: &Entry) {
    let noted = entry.taken.facts.read();
    let is_oauth = entry.taken.route.starts_with("oauth/");
    if noted.live.is_some() || !(is_oauth || entry.status == 0 || entry.status >= 400) || is_oauth && noted.presented.is_some() {
        return;
    }
    // Of a token that was handed out the handler has said everything.
    if entry.taken.route == TOKEN_ROW && entry.status == 200 && noted.app.is_some() && noted.user.is_some() {
        return;
    }
    let request = Request::kept(entry);
    let whose = request.whose(app);
    let named = if whose.is_none() && noted.user.is_none() { request.named_user(app) } else { None };
    let client = if noted.app.is_none() { request.client(app) } else { None };
    let bears = request.authorization.is_some() || request.session.is_some();
    entry.taken.facts.note(|noted| {
        noted.app = noted.app.or(whose.and_then(|whose| whose.app)).or(client);
        noted.org = noted.org.or(whose.and_then(|whose| whose.org)).or(named.map(|(org, _)| org));
        noted.user = noted.user.or(whose.and_then(|whose| whose.user)).or(named.map(|(_, user)| user));
        noted.grant = noted.grant.or(whose.and_then(|whose| whose.grant));
        noted.presented = noted.presented.or(whose.and_then(|whose| whose.generation));
        // What the request itself ended has ended by now: only of a token that was borne this tells how it stood.
        noted.live = whose.filter(|_| bears).map(|whose| whose.is_live);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(authorization: Option<&str>, query: &str, body: &str) -> Request {
        Request::read(authorization, None, pairs(query.as_bytes()), body.as_bytes())
    }

    #[test]
    fn the_token_of_a_request_is_found_where_it_travels() {
        let check = |request: &Request, token: Option<&str>| assert_eq!(request.token(), token);
        check(&request(Some("Bearer t1"), "token=t2", ""), Some("t1"));
        check(&request(Some("Basic eDp5"), "refresh_token=t2", ""), Some("t2"));
        check(&request(None, "", "<s:Header><u:sessionId> t3 </u:sessionId>"), Some("t3"));
        check(&request(None, "code=c&token=", ""), None);
    }

    #[test]
    fn a_page_carries_the_request_on_which_it_goes_on() {
        for query in ["source=client_id%3Dkey%26state%3Dx", "startURL=%2Fservices%2Foauth2%2Fauthorize%3Fclient_id%3Dkey"] {
            assert_eq!(request(None, query, "").get("client_id"), Some("key"), "{query}");
        }
    }
}
