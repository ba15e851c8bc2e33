//! Proof Key for Code Exchange (RFC 7636), S256 only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::OAuthError;
use crate::secret::same;

/// The challenge of an authorize request. A challenge without a method means S256, not `plain`: the Mobile SDK leaves it out.
pub fn read_challenge(challenge: Option<&str>, method: Option<&str>) -> Result<Option<String>, OAuthError> {
    let Some(challenge) = challenge.filter(|text| !text.is_empty()) else { return Ok(None) };
    // GUESS: the wording for a refused method; only the LoginHistory text was seen.
    if method.is_some_and(|method| method != "S256") || URL_SAFE_NO_PAD.decode(challenge).map_or(true, |hash| hash.len() != 32) {
        return Err(OAuthError::InvalidCodeChallenge);
    }
    Ok(Some(challenge.to_owned()))
}

/// The S256 challenge that a verifier answers.
pub fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Whether the verifier of a code exchange fits. A verifier for a code that was asked for without a challenge is a downgrade and does not fit
/// (RFC 9700, 4.8.2; GUESS: not recorded of Salesforce).
pub fn fits(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            // Any length: clients send 128 random bytes in base64, as Salesforce's own help says, where RFC 7636 stops at 128 characters.
            same(challenge_of(verifier), challenge)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_verifier_must_hash_to_the_challenge() {
        assert!(fits(Some(CHALLENGE), Some(VERIFIER)));
        assert!(!fits(Some(CHALLENGE), Some("short")));
        assert!(fits(Some(&URL_SAFE_NO_PAD.encode(Sha256::digest("v".repeat(171)))), Some(&"v".repeat(171))));
        assert!(!fits(Some(CHALLENGE), Some(&VERIFIER.replace('d', "e"))));
        assert!(!fits(Some(CHALLENGE), None));
        assert!(!fits(None, Some(VERIFIER)));
        assert!(fits(None, None));
    }

    #[test]
    fn only_s256_is_a_method_and_it_is_the_default() {
        assert!(read_challenge(Some(CHALLENGE), None).is_ok_and(|c| c.is_some()));
        assert!(read_challenge(Some(CHALLENGE), Some("S256")).is_ok());
        assert!(matches!(read_challenge(Some(VERIFIER), Some("plain")), Err(OAuthError::InvalidCodeChallenge)));
        assert!(matches!(read_challenge(Some("tooshort"), None), Err(OAuthError::InvalidCodeChallenge)));
    }
}
