//! Signed assertions that come in: compact JWS (RFC 7515), RS256 and nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::apps::Certificate;
use crate::clock::Timestamp;

/// The longest assertion in bytes. GUESS: Salesforce's limit is not documented; none of its clients comes near.
const LONGEST: usize = 16 * 1024;
/// Seconds by which a client's clock may be wrong. Source: Salesforce help, "OAuth 2.0 JWT Bearer Flow".
const CLOCK_BUFFER: f64 = 180.0;

/// An assertion whose signature nobody looked at yet.
#[derive(Debug)]
pub struct UnverifiedAssertion<'a> {
    unverified_claims: Claims,
    signed: &'a [u8],
    signature: Vec<u8>,
}

/// What the bearer of an assertion says. A claim given twice makes it unreadable.
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    pub iss: Option<String>,
    pub sub: Option<String>,
    /// The older name of `sub`.
    pub prn: Option<String>,
    aud: Option<Audience>,
    exp: Option<Moment>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Seconds since 1970. simple-salesforce sends them as text; the Salesforce CLI sends milliseconds, tens of thousands of years ahead.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Moment {
    Number(f64),
    Text(String),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    crit: serde_json::Value,
}

impl<'a> UnverifiedAssertion<'a> {
    /// `None` for anything that is no JWT of three parts under `alg` RS256: `none` and algorithms with a shared secret end here.
    pub fn read(text: &'a str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&decoded(header)?).ok()?;
        if header.alg != "RS256" || !header.crit.is_null() {
            return None;
        }
        let unverified_claims = serde_json::from_slice(&decoded(claims)?).ok()?;
        Some(Self { unverified_claims, signed: signed.as_bytes(), signature: decoded(signature)? })
    }

    /// Who claims to have signed: what finds the certificate.
    pub fn unverified_issuer(&self) -> Option<&str> {
        self.unverified_claims.iss.as_deref()
    }

    /// The claims, if the certificate's key signed them.
    pub fn verified_by(self, certificate: &Certificate) -> Option<Claims> {
        certificate.verifies(self.signed, &self.signature).then_some(self.unverified_claims)
    }
}

impl Claims {
    /// Whether the assertion has run out; one without `exp` never began.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        let exp = match &self.exp {
            Some(Moment::Number(seconds)) => Some(*seconds),
            Some(Moment::Text(seconds)) => seconds.trim().parse().ok(),
            None => None,
        };
        exp.is_none_or(|exp: f64| exp.is_nan() || exp + CLOCK_BUFFER <= now.seconds() as f64)
    }

    pub fn has_audience(&self, fits: impl Fn(&str) -> bool) -> bool {
        match &self.aud {
            Some(Audience::One(audience)) => fits(audience),
            Some(Audience::Several(audiences)) => audiences.iter().any(|audience| fits(audience)),
            None => false,
        }
    }

    /// Whom the bearer acts for: `prn` wins over `sub`.
    pub fn subject(&self) -> Option<&str> {
        self.prn.as_deref().or(self.sub.as_deref())
    }
}

fn decoded(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, EncodingKey};
    use serde_json::{Value, json};

    use super::*;

    fn certificate() -> Certificate {
        Certificate::read(include_str!("../../../fixtures/keys/app-jwt-certificate.pem")).unwrap()
    }

    fn signed(algorithm: Algorithm, key: &EncodingKey, claims: &Value) -> String {
        jsonwebtoken::encode(&jsonwebtoken::Header::new(algorithm), claims, key).unwrap()
    }

    fn own(claims: &Value) -> String {
        let key = EncodingKey::from_rsa_pem(include_bytes!("../../../fixtures/keys/app-jwt-private.pem")).unwrap();
        signed(Algorithm::RS256, &key, claims)
    }

    fn claims(text: &str) -> Option<Claims> {
        UnverifiedAssertion::read(text)?.verified_by(&certificate())
    }

    #[test]
    fn claims_are_believed_when_the_certificates_key_signed_them() {
        let claims = claims(&own(&json!({"iss": "key", "sub": "a", "prn": "b", "aud": ["x", "y"], "exp": 200}))).unwrap();
        assert_eq!((claims.iss.as_deref(), claims.subject()), (Some("key"), Some("b")));
        assert!(claims.has_audience(|audience| audience == "y") && !claims.has_audience(|audience| audience == "z"));
    }

    #[test]
    fn other_keys_and_algorithms_are_not_believed() {
        let body = json!({"iss": "key", "exp": 4_000_000_000_u64});
        let foreign = EncodingKey::from_rsa_pem(include_bytes!("../../../fixtures/keys/id-token-development.pem")).unwrap();
        assert!(claims(&signed(Algorithm::RS256, &foreign, &body)).is_none());
        let own_key = EncodingKey::from_rsa_pem(include_bytes!("../../../fixtures/keys/app-jwt-private.pem")).unwrap();
        assert!(claims(&signed(Algorithm::RS384, &own_key, &body)).is_none());
        assert!(claims(&signed(Algorithm::PS256, &own_key, &body)).is_none());
        let public_half_as_secret = EncodingKey::from_secret(certificate().pem().as_bytes());
        assert!(claims(&signed(Algorithm::HS256, &public_half_as_secret, &body)).is_none());
    }

    #[test]
    fn what_is_no_signed_assertion_is_not_read() {
        let good = own(&json!({"exp": 1}));
        let payload = good.split('.').nth(1).unwrap();
        let with_header = |header: Value| format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(header.to_string()));
        let signature = good.rsplit('.').next().unwrap();
        let cases = [
            String::new(),
            "..".to_owned(),
            payload.to_owned(),
            format!("{good}.x"),
            format!("{good}="),
            good.replace('.', " ."),
            with_header(json!({"alg": "none"})),
            with_header(json!({"alg": "None"})),
            with_header(json!({})),
            with_header(json!({"alg": "RS256", "crit": ["exp"]})) + signature,
            "a".repeat(1_000_000),
        ];
        for text in cases {
            assert!(claims(&text).is_none(), "{}", &text[..text.len().min(80)]);
        }
        let tampered = good.replacen(payload, &URL_SAFE_NO_PAD.encode(r#"{"exp":2}"#), 1);
        assert!(claims(&tampered).is_none());
    }

    #[test]
    fn the_clock_buffer_is_three_minutes_and_the_far_future_is_fine() {
        let check = |exp: Value, expired| {
            let claims: Claims = serde_json::from_value(json!({"exp": exp})).unwrap();
            assert_eq!(claims.has_expired(Timestamp(1_000_000_000)), expired, "{exp}");
        };
        check(json!(1_000_000), false);
        check(json!(999_821), false);
        check(json!(999_820), true);
        check(json!("1000300"), false);
        check(json!("999000"), true);
        check(json!("soon"), true);
        check(json!(1_790_000_000_300_u64), false);
        check(json!(1e300), false);
        check(json!(null), true);
    }
}
