//! A JWT taken apart and put together again.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Signs `header.claims` and gives the third part; none if there is no key.
pub type Sign<'k> = dyn Fn(Algorithm, &[u8]) -> Option<String> + Send + Sync + 'k;

/// How a JWT is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RS256, with the server's key.
    Rsa,
    /// HS256, with a secret that client and server share.
    Hmac,
}

/// Header and claims of a JWT.
pub(super) struct Parts {
    pub(super) header: Value,
    pub(super) claims: Value,
}

impl Parts {
    /// Reads a signed JWT; none for any other text.
    pub(super) fn read(text: &str) -> Option<Self> {
        let [header, claims, _] = text.split('.').collect::<Vec<_>>().try_into().ok()?;
        let object = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok().filter(Value::is_object);
        let parts = Self { header: object(header)?, claims: object(claims)? };
        parts.header.get("alg").is_some().then_some(parts)
    }

    pub(super) fn signed(&self, sign: &Sign<'_>) -> Option<String> {
        let message = self.message();
        let signature = sign(Algorithm::Rsa, message.as_bytes())?;
        Some(format!("{message}.{signature}"))
    }

    /// With HS256, and `alg` says so.
    pub(super) fn shared(mut self, sign: &Sign<'_>) -> Option<String> {
        self.header["alg"] = "HS256".into();
        let message = self.message();
        let signature = sign(Algorithm::Hmac, message.as_bytes())?;
        Some(format!("{message}.{signature}"))
    }

    /// With `alg` none and an empty signature.
    pub(super) fn unsigned(mut self) -> String {
        self.header["alg"] = "none".into();
        self.message() + "."
    }

    fn message(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }
}

/// The same token with every bit of its signature turned.
pub(super) fn broken(token: &str) -> Option<String> {
    let (message, signature) = token.rsplit_once('.')?;
    let turned: Vec<u8> = URL_SAFE_NO_PAD.decode(signature).ok()?.iter().map(|byte| !byte).collect();
    Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(turned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_parts_of_json_are_a_token() {
        for text in ["", "a.b.c", "00D!AQ.x", "eyJhbGciOiJSUzI1NiJ9.W10.x", "e30.e30.x"] {
            assert!(Parts::read(text).is_none(), "{text}");
        }
        assert!(Parts::read("eyJhbGciOiJSUzI1NiJ9.e30.").is_some());
    }

    #[test]
    fn a_broken_signature_is_as_long_as_a_sound_one() {
        assert_eq!(broken("a.b.AAAA").as_deref(), Some("a.b.____"));
    }
}
