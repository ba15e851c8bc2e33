//! Who calls the REST API: the token of the `Authorization` header, admitted to this API, under a version that exists.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, header};

use super::error::RestError;
use super::format::{Answer, Format};
use super::limits;
use super::versions::ApiVersion;
use crate::app::{App, Caller};
use crate::journal::Facts;
use crate::oauth::Scope;
use crate::org::{Permission, Site};
use crate::records::{Asked, BATCH, Change};
use crate::schema::Schema;

/// An admitted call.
pub struct Bearer {
    pub app: App,
    pub caller: Caller,
    pub version: ApiVersion,
    pub site: Site,
    pub format: Format,
    /// `v67.0`
    version_text: String,
    /// Rows of a query page the caller asks for.
    batch: usize,
    limit_info: HeaderValue,
}

const LIMIT_INFO: HeaderName = HeaderName::from_static("sforce-limit-info");

/// What every answer of this family says to caches.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("no-cache,must-revalidate,max-age=0,no-store,private");

impl FromRequestParts<App> for Bearer {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response<Body>> {
        let format = Format::of(&parts.headers);
        let Ok(site) = Site::from_request_parts(parts, app).await;
        let Ok(facts) = Facts::from_request_parts(parts, app).await;
        admit(parts, app, site, format, &facts).map_err(|error| format.refuse(&error))
    }
}

/// The order decides which refusal wins: no session before a wrong kind of session before what org and user may not do;
/// the resource is looked at last.
fn admit(parts: &Parts, app: &App, site: Site, format: Format, facts: &Facts) -> Result<Bearer, RestError> {
    let token = token(&parts.headers)?;
    let caller = app.caller(token)?.ok_or(RestError::InvalidSession)?;
    facts.note(|noted| {
        noted.org = Some(caller.org.id());
        noted.user = Some(caller.user.id);
        noted.app = caller.session.app;
        noted.grant = caller.session.grant;
    });
    if !site.serves(caller.org.id()) {
        return Err(RestError::InvalidSession);
    }
    if !caller.session.scopes.allows(Scope::API) {
        return Err(RestError::WrongSessionKind);
    }
    let facts = caller.org.facts();
    if !facts.has_api {
        return Err(RestError::ApiDisabledForOrg);
    }
    if !caller.user.has(Permission::ApiEnabled) {
        return Err(RestError::ApiDisabledForUser);
    }
    let limit_info = limits::limit_info(caller.org.count_api_call(), limits::daily_api_requests(&facts));
    let version = ApiVersion::of_path(parts.uri.path())?;
    Format::admitted(parts)?;
    Ok(Bearer {
        app: app.clone(),
        caller,
        version,
        site,
        format,
        version_text: version.to_string(),
        batch: batch_size(&parts.headers),
        limit_info: HeaderValue::try_from(limit_info).unwrap_or_else(|_| HeaderValue::from_static("")),
    })
}

/// The token of `Authorization: Bearer t` or `OAuth t`.
fn token(headers: &HeaderMap) -> Result<&str, RestError> {
    let value = headers.get(header::AUTHORIZATION).ok_or(RestError::InvalidSession)?;
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(RestError::InvalidAuthHeader)?;
    if !scheme.eq_ignore_ascii_case("bearer") && !scheme.eq_ignore_ascii_case("oauth") {
        return Err(RestError::InvalidAuthHeader);
    }
    Ok(token.trim())
}

/// `Sforce-Query-Options: batchSize=500`: from 200 to 2,000, which is also the default.
fn batch_size(headers: &HeaderMap) -> usize {
    let wanted = headers.get("sforce-query-options").and_then(|value| value.to_str().ok()).and_then(|options| {
        let option = options.split([',', ';']).find_map(|option| option.trim().strip_prefix("batchSize="))?;
        option.trim().parse().ok()
    });
    wanted.map_or(BATCH, |size: usize| size.clamp(200, BATCH))
}

impl Bearer {
    /// Answers with what `work` makes, in the spelling the caller asked for.
    pub fn reply(&self, work: impl FnOnce(&Self) -> Result<Answer, RestError>) -> Response<Body> {
        let mut response = match work(self) {
            Ok(answer) => self.format.answer(answer),
            Err(error) => self.format.refuse(&error),
        };
        let headers = response.headers_mut();
        headers.insert(LIMIT_INFO, self.limit_info.clone());
        headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
        response
    }

    pub fn schema(&self) -> Result<Arc<Schema>, RestError> {
        Ok(self.caller.org.schema()?)
    }

    /// What the records room must know of a reading caller.
    pub fn asked(&self) -> Asked<'_> {
        let org = &self.caller.org;
        Asked {
            org: org.id(),
            org_number: org.number(),
            user: &self.caller.user,
            now: self.app.now(),
            version: &self.version_text,
            batch: self.batch,
        }
    }

    /// What the records room must know of a writing caller.
    pub fn change<'a>(&self, schema: &'a Schema) -> Change<'a> {
        Change::new(schema, self.caller.user.id, self.app.now())
    }

    /// `/services/data/v67.0/sobjects/Account/001…`
    pub fn record_url(&self, object: &str, id: impl std::fmt::Display) -> String {
        format!("/services/data/{}/sobjects/{object}/{id}", self.version_text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))])
    }

    #[test]
    fn both_schemes_carry_a_token_and_others_are_refused() {
        assert_eq!(token(&headers("authorization", "Bearer 00D!x")).unwrap(), "00D!x");
        assert_eq!(token(&headers("authorization", "OAuth 00D!x")).unwrap(), "00D!x");
        assert!(matches!(token(&headers("authorization", "Basic eDp5")), Err(RestError::InvalidAuthHeader)));
        assert!(matches!(token(&headers("authorization", "00D!x")), Err(RestError::InvalidAuthHeader)));
        assert!(matches!(token(&HeaderMap::new()), Err(RestError::InvalidSession)));
    }

    #[test]
    fn the_batch_size_is_kept_within_its_bounds() {
        let size = |value| batch_size(&headers("sforce-query-options", value));
        assert_eq!((size("batchSize=500"), size("batchSize=1"), size("batchSize=9999"), size("batchSize=x")), (500, 200, 2000, 2000));
    }
}
