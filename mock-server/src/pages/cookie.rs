//! Cookies, read and written.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// All cookies of a request, as sent.
pub(super) fn all(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

pub(super) fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    all(headers).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A cookie for the browser's lifetime, out of reach of scripts and of posts from other sites.
pub(super) fn set(name: &str, value: &str, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

pub(super) fn forget(name: &str) -> String {
    format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_of_several_headers_are_read() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; sid_00D=x!y=".parse().unwrap());
        headers.append(COOKIE, "b=2".parse().unwrap());
        assert_eq!(all(&headers).collect::<Vec<_>>(), [("a", "1"), ("sid_00D", "x!y="), ("b", "2")]);
    }
}
