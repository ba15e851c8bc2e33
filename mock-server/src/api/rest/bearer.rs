//! Who calls the REST API: the token of the `Authorization` header, admitted to this API, under a version that exists.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, header};

use super::error::RestError;
use super::format::{Answer, Format};
use super::limits;
use super::versions::ApiVersion;
use crate::app::{ApiUsage, App, Caller, NotAdmitted, Purpose};
use crate::journal::Facts;
use crate::oauth::Door;
use crate::org::Site;

/// An admitted caller.
pub struct Bearer {
    pub caller: Caller,
    pub version: ApiVersion,
    limit_info: HeaderValue,
}

const LIMIT_INFO: HeaderName = HeaderName::from_static("sforce-limit-info");

/// What every answer of this family says to caches.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("no-cache,must-revalidate,max-age=0,no-store,private");

impl Bearer {
    /// The resource is looked at last.
    ///
    /// # Errors
    /// Whatever keeps the caller out.
    pub fn admit(parts: &Parts, app: &App, site: &Site, facts: &Facts) -> Result<Self, RestError> {
        let (caller, usage) = caller(parts, app, site, facts)?;
        let limit_info = limits::limit_info(usage);
        let version = ApiVersion::of_path(parts.uri.path())?;
        Format::admitted(parts)?;
        Ok(Self { caller, version, limit_info: HeaderValue::try_from(limit_info).unwrap_or_else(|_| HeaderValue::from_static("")) })
    }

    /// The answer in the spelling the caller asked for, with what every answer says of limits and caches.
    pub fn reply(&self, format: Format, answer: Result<Answer, RestError>) -> Response<Body> {
        let response = match answer {
            Ok(answer) => format.answer(answer),
            Err(error) => format.refuse(&error),
        };
        self.mark(response)
    }

    /// Puts on what every answer says of limits and caches.
    pub fn mark(&self, mut response: Response<Body>) -> Response<Body> {
        let headers = response.headers_mut();
        headers.insert(LIMIT_INFO, self.limit_info.clone());
        headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
        response
    }
}

impl From<NotAdmitted> for RestError {
    fn from(reason: NotAdmitted) -> Self {
        match reason {
            NotAdmitted::NoToken | NotAdmitted::NoSession => Self::InvalidSession,
            NotAdmitted::UrlNotReset => Self::UrlNotReset,
            NotAdmitted::ForeignIssuer => Self::ForeignIssuer,
            NotAdmitted::WrongKind | NotAdmitted::NotAllowlisted => Self::WrongSessionKind,
            NotAdmitted::LacksScope(door) => Self::LacksScope(door),
            NotAdmitted::OrgWithoutApi => Self::ApiDisabledForOrg,
            NotAdmitted::UserWithoutApi => Self::ApiDisabledForUser,
            NotAdmitted::PasswordExpired => Self::PasswordExpired,
            NotAdmitted::LimitUsedUp => Self::RequestLimitExceeded,
            NotAdmitted::Store(error) => error.into(),
        }
    }
}

/// The admitted caller, and what is left of the org's allowance.
///
/// # Errors
/// Whatever keeps the caller out of the API.
pub(super) fn caller(parts: &Parts, app: &App, site: &Site, facts: &Facts) -> Result<(Caller, ApiUsage), RestError> {
    let purpose = if parts.uri.path().ends_with("/password") { Purpose::Password } else { Purpose::Data };
    Ok(app.admit_to_api(token(&parts.headers)?, site, facts, (Door::of_rest_path(parts.uri.path()), purpose))?)
}

/// The token of `Authorization: Bearer t` or `OAuth t`.
fn token(headers: &HeaderMap) -> Result<Option<&str>, RestError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(RestError::InvalidAuthHeader)?;
    if !scheme.eq_ignore_ascii_case("bearer") && !scheme.eq_ignore_ascii_case("oauth") {
        return Err(RestError::InvalidAuthHeader);
    }
    Ok(Some(token.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))])
    }

    #[test]
    fn both_schemes_carry_a_token_and_others_are_refused() {
        assert_eq!(token(&headers("authorization", "Bearer 00D!x")).unwrap(), Some("00D!x"));
        assert_eq!(token(&headers("authorization", "OAuth 00D!x")).unwrap(), Some("00D!x"));
        assert!(matches!(token(&headers("authorization", "Basic eDp5")), Err(RestError::InvalidAuthHeader)));
        assert!(matches!(token(&headers("authorization", "00D!x")), Err(RestError::InvalidAuthHeader)));
        assert_eq!(token(&HeaderMap::new()).unwrap(), None);
    }
}
