//! Cookies, read and written.

use axum::http::HeaderMap;

use crate::table::cookies;

pub(super) fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    cookies(headers).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A cookie for the browser's lifetime, out of reach of scripts and of posts from other sites.
pub(super) fn set(name: &str, value: &str, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

/// A cookie that outlives the browser's window, for a year.
pub(super) fn set_for_long(name: &str, value: &str, secure: bool) -> String {
    format!("{}; Max-Age=31536000", set(name, value, secure))
}

pub(super) fn forget(name: &str) -> String {
    format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}
