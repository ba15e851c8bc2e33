//! Query parameters of the control API: refused like everything else here, with the name of the wrong one.

use axum::extract::FromRequestParts;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::Problem;

/// The parameters as a `T` that knows no others.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(parameters)) => Ok(Self(parameters)),
            Err(rejection) => Err(problem(&rejection)),
        }
    }
}

/// axum tells `<what failed>: <parameter>: <why>`.
fn problem(rejection: &QueryRejection) -> Problem {
    let text = rejection.body_text();
    match text.splitn(3, ": ").collect::<Vec<_>>()[..] {
        [_, parameter, why] => Problem::field(parameter, why),
        _ => Problem::new(StatusCode::BAD_REQUEST, None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Page {
        #[serde(rename = "limit")]
        _limit: u8,
    }

    #[tokio::test]
    async fn a_wrong_parameter_is_named() {
        let check = async |address: &str, expected: Problem| {
            let (mut parts, ()) = axum::http::Request::get(address).body(()).unwrap().into_parts();
            let found = Query::<Page>::from_request_parts(&mut parts, &()).await.map(|Query(page)| page);
            assert_eq!(found.unwrap_err(), expected);
        };
        check("/?limit=x", Problem::field("limit", "invalid digit found in string")).await;
        check("/?limit=1&q=2", Problem::field("q", "unknown field `q`, expected `limit`")).await;
    }
}
