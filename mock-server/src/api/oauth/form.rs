//! The parameters of a request to this family: of its form, and of its address where the form does not name them.

use axum::http::{HeaderMap, header};

use crate::api::multipart;
use crate::oauth::{OAuthError, Parameters};

/// Reads form and query together, as a servlet does: clients exist that post with everything in the address. A body of another stated type
/// (JSON, text) is no form, so its parameters are missing.
/// GUESS: a body without a type counts as a form, and where body and address both name a parameter, the body's counts.
pub fn read(headers: &HeaderMap, query: Option<&str>, body: &[u8]) -> Result<Parameters, OAuthError> {
    let query = Parameters::read(query.unwrap_or_default().as_bytes())?;
    Ok(of_body(headers, body)?.and(&query))
}

/// The Salesforce CLI sends some forms as multipart.
fn of_body(headers: &HeaderMap, body: &[u8]) -> Result<Parameters, OAuthError> {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "" | "application/x-www-form-urlencoded" => Parameters::read(body),
        "multipart/form-data" => {
            let parts = multipart::parts(media_type, body).ok_or_else(|| OAuthError::Malformed("the body is no multipart form".to_owned()))?;
            Parameters::of(parts.into_iter().map(|part| (part.name, String::from_utf8_lossy(part.content).into_owned())))
        }
        _ => Ok(Parameters::default()),
    }
}

/// Whether the request says in any way which app asks; a bearer token names none.
pub fn names_client(headers: &HeaderMap, parameters: &Parameters) -> bool {
    let scheme = headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().get(..6));
    let basic = scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic "));
    basic || parameters.get("client_id").is_some() || parameters.get("client_assertion").is_some()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_body_counts_where_it_says_it_is_a_form() {
        let check = |media_type: &str, body: &str, expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            if !media_type.is_empty() {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(media_type).unwrap());
            }
            let read = read(&headers, Some("token=q"), body.as_bytes()).unwrap();
            assert_eq!((read.get("code"), read.get("token")), (expected, Some("q")), "{media_type}");
        };
        check("application/x-www-form-urlencoded", "code=1", Some("1"));
        check("Application/X-WWW-Form-URLEncoded; charset=UTF-8", "code=1", Some("1"));
        check("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n1\r\n--x--\r\n", Some("1"));
        check("", "code=1", Some("1"));
        check("application/json", r#"{"code":"1"}"#, None);
        check("text/plain;charset=UTF-8", "code=1", None);
    }

    #[test]
    fn an_address_with_a_parameter_given_twice_is_refused_like_a_body() {
        let headers = HeaderMap::new();
        for (query, body) in [("a=1&a=2", "b=1"), ("b=1", "a=1&a=2")] {
            assert!(matches!(read(&headers, Some(query), body.as_bytes()), Err(OAuthError::Malformed(_))), "{query} {body}");
        }
    }

    #[test]
    fn a_multipart_form_that_breaks_off_is_refused() {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=x"))]);
        assert!(matches!(read(&headers, None, b"--y"), Err(OAuthError::Malformed(_))));
    }
}
