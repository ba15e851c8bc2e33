//! What an address says: the segments of its path, and its query parameters, each decoded once.

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::Response;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use super::error::RestError;
use super::format::Format;

/// The variable segments of a path. Segments that are no UTF-8 name nothing here.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response<Body>> {
        let format = Format::of(&parts.headers);
        let found = axum::extract::Path::from_request_parts(parts, state).await;
        found.map(|axum::extract::Path(segments)| Self(segments)).map_err(|_| format.refuse(&RestError::NotFound))
    }
}

/// The query parameters of an address: `+` and `%20` are spaces.
#[derive(Debug, Clone, Copy)]
pub struct Parameters<'a>(&'a str);

impl<'a> Parameters<'a> {
    /// `query` is what stands after the question mark.
    pub fn of(query: Option<&'a str>) -> Self {
        Self(query.unwrap_or_default())
    }

    /// The first parameter of that name. Bytes that are no UTF-8 become U+FFFD.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.split('&').find_map(|pair| {
            let (own, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(own) == name).then(|| decoded(value))
        })
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_exactly_once() {
        let parameters = Parameters::of(Some("a=1&q=SELECT+Id%20FROM%2BX%2520&flag"));
        assert_eq!(parameters.get("q").as_deref(), Some("SELECT Id FROM+X%20"));
        assert_eq!(parameters.get("flag").as_deref(), Some(""));
        assert_eq!(parameters.get("b"), None);
    }
}
