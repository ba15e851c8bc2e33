//! Proof that a form was sent from one of our own pages.
//!
//! The token is a digest of the cookie that the form's browser holds: of the session's after login, of a cookie made for
//! this alone before. Another site can make a browser send the cookie but cannot read it, so it cannot know the token.

use axum::http::HeaderMap;
use sha2::{Digest as _, Sha256};

use super::cookie;
use crate::clock::Entropy;
use crate::secret::same;

/// Name of the form field.
pub(super) const FIELD: &str = "_csrf";
/// The cookie of a browser that has no session yet.
const LOGIN_COOKIE: &str = "mock_login";
const LOGIN_SECRET_LENGTH: usize = 32;

/// The token of forms shown to the holder of this cookie value.
pub(super) fn token(cookie_value: &str) -> String {
    Sha256::digest([b"csrf ", cookie_value.as_bytes()].concat()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the form came from a page shown to the holder of this cookie value.
pub(super) fn is_valid(cookie_value: &str, unverified_token: &str) -> bool {
    same(token(cookie_value), unverified_token)
}

/// What ties a login form to its browser.
pub(super) struct LoginSecret {
    value: String,
    is_new: bool,
}

impl LoginSecret {
    /// The browser's, or a new one. A good one is kept, so that several tabs and servers of one host name don't disturb each other.
    pub(super) fn of(headers: &HeaderMap, entropy: &Entropy) -> Self {
        match Self::presented(headers) {
            Some(value) => Self { value, is_new: false },
            None => Self { value: entropy.token(LOGIN_SECRET_LENGTH), is_new: true },
        }
    }

    /// Whether the login form came from a page shown to this browser.
    pub(super) fn admits(headers: &HeaderMap, unverified_token: &str) -> bool {
        Self::presented(headers).is_some_and(|value| is_valid(&value, unverified_token))
    }

    fn presented(headers: &HeaderMap) -> Option<String> {
        cookie::value(headers, LOGIN_COOKIE).filter(|value| value.len() == LOGIN_SECRET_LENGTH).map(str::to_owned)
    }

    pub(super) fn token(&self) -> String {
        token(&self.value)
    }

    /// The cookie to set, if the browser lacks one.
    pub(super) fn cookie(&self, secure: bool) -> Option<String> {
        self.is_new.then(|| cookie::set(LOGIN_COOKIE, &self.value, secure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_its_cookie_alone() {
        assert!(is_valid("abc", &token("abc")));
        assert!(!is_valid("abd", &token("abc")));
        assert!(!is_valid("abc", ""));
    }

    #[test]
    fn a_browser_keeps_its_login_secret() {
        let entropy = Entropy::new(Some(1));
        let first = LoginSecret::of(&HeaderMap::new(), &entropy);
        let set = first.cookie(false).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("cookie", set.split(';').next().unwrap().parse().unwrap());
        let second = LoginSecret::of(&headers, &entropy);
        assert_eq!((second.token(), second.cookie(false)), (first.token(), None));
        assert!(LoginSecret::admits(&headers, &first.token()));
        assert!(!LoginSecret::admits(&HeaderMap::new(), &first.token()));
    }
}
