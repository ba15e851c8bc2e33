//! Where a page may send the browser next: a path of the same site and nothing else.

use axum::extract::Query;
use axum::http::Uri;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a query value escapes: everything with a meaning of its own in a query, and quotes.
const QUERY_VALUE: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'&').add(b'\'').add(b'+').add(b'<').add(b'=').add(b'>').add(b'?').add(b'\\').add(b'`');

/// `text` as the value of a query parameter. Slashes and colons stay readable.
pub(super) fn query_value(text: &str) -> String {
    utf8_percent_encode(text, QUERY_VALUE).to_string()
}

/// A path with its query on the site that serves the page. Made only by checking, so no `startURL` or `retURL` can lead elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination(String);

impl Destination {
    /// Reads a path (`/home/home.jsp?a=b`, or without the first slash), or an address that begins with `site`.
    /// None for anything a browser could take for another site.
    pub(super) fn read(unverified_text: &str, site: &str) -> Option<Self> {
        let path = match unverified_text.strip_prefix(site) {
            Some(path) if path.is_empty() || path.starts_with('/') => path,
            _ => unverified_text,
        };
        // Browsers drop tabs and line breaks and read a backslash as a slash, so `/\t/x` and `/\x` name another host.
        let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let has_scheme = path.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
        if path.is_empty() || !is_plain || has_scheme || path.starts_with("//") {
            return None;
        }
        Some(Self(if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }))
    }

    /// A path of our own making.
    pub(super) fn own(path: &str) -> Self {
        Self(path.to_owned())
    }

    /// The path and query.
    pub(super) fn path(&self) -> &str {
        &self.0
    }

    /// The path under the prefix by which the browser selected its org.
    pub(super) fn under(&self, prefix: &str) -> String {
        if prefix.is_empty() || self.0.starts_with("/_mock/org/") { self.0.clone() } else { [prefix, &self.0].concat() }
    }

    /// A parameter of the query, decoded.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let uri: Uri = self.0.parse().ok()?;
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&uri).ok()?;
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "http://127.0.0.1:8844";

    fn read(text: &str) -> Option<String> {
        Destination::read(text, SITE).map(|destination| destination.path().to_owned())
    }

    #[test]
    fn a_destination_stays_on_the_site() {
        let check = |text: &str, path: &str| assert_eq!(read(text).as_deref(), Some(path), "{text}");
        check("/home/home.jsp", "/home/home.jsp");
        check("lightning/setup/SetupOneHome/home?a=b", "/lightning/setup/SetupOneHome/home?a=b");
        check("http://127.0.0.1:8844/services/oauth2/authorize?redirect_uri=http://x", "/services/oauth2/authorize?redirect_uri=http://x");
        check("evil.example", "/evil.example");
    }

    #[test]
    fn a_destination_on_another_site_is_no_destination() {
        for text in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "\n//evil.example",
            " //evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "http://127.0.0.1:8844",
            "http://127.0.0.1:8844.evil.example/",
            "http://127.0.0.1:8844@evil.example/",
            "http://127.0.0.1:8844//evil.example",
            "/caf\u{e9}",
            "/a b",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_org_selected_by_path_stays_selected() {
        let home = Destination::own("/home/home.jsp");
        assert_eq!(home.under("/_mock/org/acme"), "/_mock/org/acme/home/home.jsp");
        assert_eq!(home.under(""), "/home/home.jsp");
        assert_eq!(Destination::own("/_mock/org/acme/x").under("/_mock/org/acme"), "/_mock/org/acme/x");
    }

    #[test]
    fn a_query_value_comes_back_whole() {
        let text = "/services/oauth2/authorize?scope=api+id&redirect_uri=http%3A%2F%2Fx%3Fa%3Db#f";
        let destination = Destination::own(&format!("/?startURL={}", query_value(text)));
        assert_eq!(destination.parameter("startURL").as_deref(), Some(text));
    }
}
