//! What a JWT says of itself, unverified and without its signature: nothing of it is secret, and nobody is believed.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;

/// Header and claims of a JWT; none of any other text.
pub fn unverified(text: &str) -> Option<(Value, Map<String, Value>)> {
    let mut parts = text.trim().split('.');
    let (header, claims) = (object(parts.next()?)?, object(parts.next()?)?);
    (parts.count() <= 1 && header.contains_key("alg")).then_some((header.into(), claims))
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).or_else(|_| URL_SAFE.decode(part)).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Algorithm and key, the names of the claims, whom it names, and how many seconds it is good for when it comes.
pub(super) fn described(text: &str, arrived: Timestamp) -> Option<Value> {
    let (header, claims) = unverified(text)?;
    let names: Vec<&String> = claims.keys().collect();
    let left = |name: &str| claims.get(name).and_then(Value::as_i64).map(|at| at.saturating_sub(arrived.seconds()));
    let claim = |name: &str| claims.get(name).cloned().unwrap_or_default();
    Some(json!({
        "alg": header["alg"], "kid": header.get("kid"), "claims": names,
        "iss": claim("iss"), "sub": claim("sub"), "aud": claim("aud"), "exp": claim("exp"),
        "expires_in_s": left("exp"), "issued_in_s": left("iat"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn a_jwt_tells_whom_it_names_and_how_long_it_is_good() {
        let text = token(r#"{"alg":"RS256"}"#, r#"{"iss":"key","sub":"ada","aud":"https://login","exp":1300}"#);
        let described = described(&text, Timestamp(1_000_500)).unwrap();
        assert_eq!((&described["alg"], &described["iss"], &described["expires_in_s"]), (&json!("RS256"), &json!("key"), &json!(300)));
        assert_eq!(described["claims"], json!(["iss", "sub", "aud", "exp"]));
        assert!(described["issued_in_s"].is_null() && !described.to_string().contains("c2ln"));
    }

    #[test]
    fn what_is_no_jwt_tells_nothing() {
        for text in ["", "a.b.c", "00D!x", &token("[]", "{}"), &token("{}", "{}"), &format!("{}.x", token(r#"{"alg":"x"}"#, "{}"))] {
            assert!(unverified(text).is_none(), "{text}");
        }
    }
}
