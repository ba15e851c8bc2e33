//! The identity URL and `userinfo`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

use super::answer::{self, Format};
use super::form;
use super::profile;
use crate::app::{App, Caller};
use crate::apps::{About, Explains, Fix};
use crate::id::{OrgId, UserId};
use crate::oauth::{Door, Parameters};
use crate::org::{Site, User};
use crate::storage::StoreError;

/// Why the identity service refuses: a status and a word. 403, not 401: clients treat it apart.
#[derive(Debug, Clone)]
pub(super) enum Refused {
    MissingToken,
    BadToken,
    WrongOrg,
    BadId,
    /// The user whose identity is asked for is deactivated.
    Inactive,
    /// Plain http, in an org that takes identity requests by https alone.
    HttpsRequired,
    /// `version` is none. GUESS: words and status of this and the next are remembered from the help, not recorded.
    InvalidVersion,
    /// The name of a JSONP function is none.
    InvalidCallback,
    /// GUESS: the word was seen at single access for a token without a scope it needs.
    Scope,
    /// A parameter that is none, or parameters that cannot be read.
    Parameter,
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Refused {
    pub(super) fn into_response(self) -> Response {
        match self {
            Self::Store(error) => answer::failed(error),
            refused => answer::text(refused.status(), refused.word(), refused),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::BadId => StatusCode::NOT_FOUND,
            Self::InvalidVersion | Self::InvalidCallback => StatusCode::NOT_ACCEPTABLE,
            // GUESS: the word was seen, its status was not.
            Self::Parameter => StatusCode::BAD_REQUEST,
            _ => StatusCode::FORBIDDEN,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::MissingToken => "Missing_OAuth_Token",
            Self::BadToken => "Bad_OAuth_Token",
            Self::WrongOrg => "Wrong_Org",
            Self::BadId => "Bad_Id",
            Self::Inactive => "Inactive",
            Self::HttpsRequired => "HTTPS_Required",
            Self::InvalidVersion => "Invalid_Version",
            Self::InvalidCallback => "Invalid_Callback",
            Self::Scope => "Invalid_Scope",
            Self::Parameter => "Invalid_Param",
            Self::Store(_) => "",
        }
    }

    /// Rule, cause, and what the client, or the developer of the app, does about it.
    fn told_of(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::MissingToken => ("token.missing", "The request bears no access token.", "Send Authorization: Bearer and the access token"),
            Self::BadToken => (
                "session.ended",
                "The token leads to no live session, is no access token of an app, or its holder may not use the web.",
                "Refresh, then send the new access token to the org's own address",
            ),
            Self::WrongOrg => ("identity.wrong_org", "The identity URL names another org than the token.", "Use the id of the token's answer"),
            Self::BadId => (
                "identity.unknown",
                "The identity URL names nobody, or another user than the token's, for which the scope api is needed.",
                "Use the id of the token's answer",
            ),
            Self::Inactive => ("identity.inactive_user", "The user whose identity is asked for is deactivated.", "Ask for an active user"),
            Self::HttpsRequired => ("request.https_required", "The org takes identity requests by https alone.", "Use https"),
            Self::InvalidVersion => {
                ("request.version", "The version is neither latest nor an API version.", "Send version=latest, or a number such as 60.0")
            }
            Self::InvalidCallback => ("request.malformed", "The name of the JSONP function is none.", "Send a plain name"),
            Self::Scope => ("scope.not_assigned", "The token lacks the scope that is needed here.", "Ask for the scope, and connect again"),
            Self::Parameter => ("request.malformed", "A parameter is none, or leads out of the org.", "Mend the request"),
            Self::Store(_) => ("server.failed", "The server failed; its log has the cause.", "Try again later"),
        }
    }
}

impl Explains for Refused {
    fn rule(&self) -> &'static str {
        self.told_of().0
    }

    fn reason(&self) -> Cow<'static, str> {
        self.told_of().1.into()
    }

    fn told(&self) -> (Cow<'static, str>, Cow<'static, str>) {
        (self.word().into(), self.word().into())
    }

    fn fix(&self, about: About<'_>) -> Vec<Fix> {
        let client = Fix::developer(self.told_of().2, "/services/oauth2/userinfo");
        match self {
            Self::Scope => vec![about.settings("OAuth Scopes > add the scope > Save"), client],
            Self::Inactive => vec![Fix::admin("Setup > Users > Users > Edit > tick Active > Save", "/lightning/setup/ManageUsers/home")],
            _ => vec![client],
        }
    }
}

/// `GET /id/{org}/{user}`
pub async fn identity(
    State(app): State<App>,
    site: Site,
    Path((org, user)): Path<(String, String)>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let read = Parameters::read(query.unwrap_or_default().as_bytes()).map_err(|_| Refused::Parameter);
    let shown = read.and_then(|parameters| {
        let caller = caller(&app, &site, &headers, &parameters)?;
        shown(&parameters, &headers, "user", &profile_of(&app, &site, &caller, (org.as_str(), user.as_str()), version(&parameters)?)?)
    });
    shown.unwrap_or_else(Refused::into_response)
}

/// `GET` or `POST /services/oauth2/userinfo`
pub async fn userinfo(State(app): State<App>, site: Site, headers: HeaderMap, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let read = form::read(&headers, query.as_deref(), &body).map_err(|_| Refused::Parameter);
    let shown = read.and_then(|parameters| {
        let caller = caller(&app, &site, &headers, &parameters)?;
        let claims = profile::userinfo(&site, &caller.org.facts(), &caller.user, &caller.session.scopes, version(&parameters)?);
        let claims = profile::with_attributes(claims, &attributes(&app, &caller, &caller.user)?);
        shown(&parameters, &headers, "user", &claims)
    });
    shown.unwrap_or_else(Refused::into_response)
}

/// In the form that was asked for, over several lines where `X-PrettyPrint` says so.
fn shown(parameters: &Parameters, headers: &HeaderMap, root: &str, body: &Value) -> Result<Response, Refused> {
    if let Some(callback) = parameters.get("callback") {
        return answer::jsonp(callback, body).ok_or(Refused::InvalidCallback);
    }
    let format = Format::wanted(parameters, headers);
    let is_pretty = headers.get("x-prettyprint").is_some_and(|value| value == "1");
    Ok(if is_pretty && format == Format::Json { answer::pretty(body) } else { answer::write(StatusCode::OK, format, root, body) })
}

/// The API version that the addresses shall name: `latest`, or a number such as `60.0`.
fn version(parameters: &Parameters) -> Result<Option<&str>, Refused> {
    let is_version = |text: &str| text == "latest" || text.split_once('.').is_some_and(|(major, minor)| minor == "0" && major.parse::<u8>().is_ok());
    parameters.get("version").map(|text| if is_version(text) { Ok(text) } else { Err(Refused::InvalidVersion) }).transpose()
}

/// Whoever holds the bearer token or `oauth_token`, if the token reaches the identity service at all.
fn caller(app: &App, site: &Site, headers: &HeaderMap, parameters: &Parameters) -> Result<Caller, Refused> {
    let caller = app.caller(bearer(headers, parameters)?)?.filter(|caller| caller.session.kind.is_access_token()).ok_or(Refused::BadToken)?;
    caller.org.takes_oauth(site).map_err(|_| Refused::HttpsRequired)?;
    if Door::Identity.admits(&caller.session) { Ok(caller) } else { Err(Refused::Scope) }
}

/// The bearer token of the header, or `oauth_token`.
/// GUESS: or `access_token`, which the help does not name and logins of long standing send (social-auth to the identity URL, passport-salesforce to
/// the user info).
pub(super) fn bearer<'r>(headers: &'r HeaderMap, parameters: &'r Parameters) -> Result<&'r str, Refused> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer =
        header.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| matches!(scheme.to_ascii_lowercase().as_str(), "bearer" | "oauth"));
    bearer
        .map(|(_, token)| token.trim())
        .or_else(|| parameters.get("oauth_token").or_else(|| parameters.get("access_token")))
        .ok_or(Refused::MissingToken)
}

/// The custom attributes that the caller's app is told about a user.
fn attributes(app: &App, caller: &Caller, user: &User) -> Result<BTreeMap<String, String>, StoreError> {
    let Some(client) = caller.session.app.and_then(|id| app.registry().app(id)) else { return Ok(BTreeMap::new()) };
    let row = caller.org.org_app(&client, app.now())?;
    Ok(row.attributes_of(&client, user, &caller.org.facts()))
}

fn profile_of(app: &App, site: &Site, caller: &Caller, (org, user): (&str, &str), version: Option<&str>) -> Result<Value, Refused> {
    let org = OrgId::parse(org).map_err(|_| Refused::WrongOrg)?;
    if org != caller.org.id() {
        return Err(Refused::WrongOrg);
    }
    let id = UserId::parse(user).map_err(|_| Refused::BadId)?;
    // Another user's profile is data of the org, not identity.
    if id != caller.user.id && !Door::OtherIdentity.admits(&caller.session) {
        return Err(Refused::BadId);
    }
    let user = caller.org.user(id)?.ok_or(Refused::BadId)?;
    if !user.is_active {
        return Err(Refused::Inactive);
    }
    let body = profile::identity(site, &caller.org.facts(), &user, &caller.user, version);
    Ok(profile::with_attributes(body, &attributes(app, caller, &user)?))
}
