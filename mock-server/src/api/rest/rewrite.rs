//! What a request may say in its address instead of its method or headers: `?_HttpMethod=PATCH`, `.json`, `.xml`.
//! Source: `rest.md` 1.3 and 2.2.

use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Uri, header};

use super::parameters::Parameters;

/// Segments of `/services/data/{version}/sobjects/{object}/{field}/{value}`: a value may end in anything.
const VALUE_SEGMENTS: usize = 7;

/// Puts method and headers in the place of what the address says. Called before the row is looked up.
pub(super) fn rewrite(parts: &mut Parts) {
    if parts.method == Method::POST
        && let Some(method) = parts.uri.query().filter(|query| query.contains("_HttpMethod=")).and_then(tunnelled)
    {
        parts.method = method;
    }
    let path = parts.uri.path();
    let (short, media) = match (path.strip_suffix(".json"), path.strip_suffix(".xml")) {
        (Some(short), _) => (short, "application/json"),
        (_, Some(short)) => (short, "application/xml"),
        (None, None) => return,
    };
    if path.split('/').skip(1).count() >= VALUE_SEGMENTS {
        return;
    }
    let address = parts.uri.query().map_or_else(|| short.to_owned(), |query| format!("{short}?{query}"));
    let mut uri = parts.uri.clone().into_parts();
    uri.path_and_query = address.parse().ok();
    if let Ok(uri) = Uri::from_parts(uri) {
        parts.uri = uri;
        parts.headers.insert(header::ACCEPT, HeaderValue::from_static(media));
    }
}

fn tunnelled(query: &str) -> Option<Method> {
    let name = Parameters::of(Some(query)).get("_HttpMethod")?;
    [Method::PATCH, Method::DELETE, Method::GET, Method::PUT].into_iter().find(|method| method.as_str().eq_ignore_ascii_case(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: Method, address: &str, expected: (&str, &str, Option<&str>)) {
        let (mut parts, ()) = axum::http::Request::builder().method(method).uri(address).body(()).unwrap().into_parts();
        rewrite(&mut parts);
        let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        assert_eq!((parts.method.as_str(), parts.uri.to_string().as_str(), accept), expected, "{address}");
    }

    #[test]
    fn a_post_may_stand_for_another_method() {
        let address = "/services/data/v67.0/sobjects/Account/001?_HttpMethod=PATCH";
        check(Method::POST, address, ("PATCH", address, None));
        check(Method::GET, address, ("GET", address, None));
        check(Method::POST, "/x?_HttpMethod=TRACE", ("POST", "/x?_HttpMethod=TRACE", None));
    }

    #[test]
    fn a_suffix_stands_for_the_accept_header() {
        let json = Some("application/json");
        check(Method::GET, "/services/data/v67.0/query.json?q=a.b", ("GET", "/services/data/v67.0/query?q=a.b", json));
        check(Method::GET, "http://h:1/services/data.xml", ("GET", "http://h:1/services/data", Some("application/xml")));
        let value = "/services/data/v67.0/sobjects/Account/Ext__c/a.json";
        check(Method::GET, value, ("GET", value, None));
    }
}
