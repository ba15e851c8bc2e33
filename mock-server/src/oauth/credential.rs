//! The text of access tokens, refresh tokens and codes. Each names its org, so no index of credentials has to be kept:
//! the org's own database alone says whether one is good.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::clock::Entropy;
use crate::id::{OrgId, RecordId};
use crate::secret::same;

const REFRESH: &str = "5Aep861";
const CODE: &str = "aPrx";
/// Where the org's twelve own characters end in a code or refresh token, counted from the marker.
const ORG: usize = 12;
/// Ours have less than 200 bytes.
const LONGEST_HEADER: usize = 1024;

/// `00D…!AQ…`: the 15-character org id, `!`, 96 characters.
pub fn access_token(org: OrgId, entropy: &Entropy) -> String {
    format!("{}!AQ{}", org.record().as_15(), entropy.token(94))
}

/// 87 characters beginning with `5Aep861`.
pub fn refresh_token(org: OrgId, entropy: &Entropy) -> String {
    format!("{REFRESH}{}{}", &org.record().as_15()[3..], entropy.token(68))
}

/// What revokes a grant: looks like a refresh token, and names the grant behind the org.
pub fn delete_token(org: OrgId, grant: RecordId, entropy: &Entropy) -> String {
    format!("{REFRESH}{}{}{}", &org.record().as_15()[3..], &grant.as_15()[3..], entropy.token(56))
}

/// The grant that a delete token claims to be of; a refresh token names one that does not exist.
pub fn grant_of_delete_token(unverified_token: &str) -> Option<RecordId> {
    let grant = unverified_token.strip_prefix(REFRESH)?.get(ORG..2 * ORG)?;
    RecordId::parse(&format!("0CG{grant}")).ok()
}

/// Begins with `aPrx`, ends with `==`.
pub fn code(org: OrgId, entropy: &Entropy) -> String {
    format!("{CODE}{}{}==", &org.record().as_15()[3..], entropy.token(60))
}

/// The header member of a JWT access token that names its org: `core/prod/00D…`.
pub const TENANT: &str = "tnk";

/// The org that an access token or session id claims to be of.
pub fn org_of_access_token(unverified_token: &str) -> Option<OrgId> {
    match unverified_token.split_once('!') {
        Some((org, _)) if org.len() == 15 => OrgId::parse(org).ok(),
        Some(_) => None,
        None => org_of_jwt(unverified_token),
    }
}

/// Only the header is looked at: whether the token is good the store knows.
fn org_of_jwt(unverified_token: &str) -> Option<OrgId> {
    let header = unverified_token.strip_prefix("eyJ").and_then(|_| unverified_token.split('.').next())?;
    if header.len() > LONGEST_HEADER {
        return None;
    }
    let header: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    OrgId::parse(header[TENANT].as_str()?.rsplit('/').next()?).ok()
}

/// The org that a refresh token claims to be of.
pub fn org_of_refresh_token(unverified_token: &str) -> Option<OrgId> {
    org_after(unverified_token.strip_prefix(REFRESH)?)
}

/// The org that a code claims to be of.
pub fn org_of_code(unverified_code: &str) -> Option<OrgId> {
    org_after(unverified_code.strip_prefix(CODE)?)
}

fn org_after(text: &str) -> Option<OrgId> {
    OrgId::parse(&format!("{}{}", OrgId::PREFIX, text.get(..ORG)?)).ok()
}

/// What the store keeps of a credential.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// Whether it is of what was presented; takes as long either way.
    pub fn matches(self, presented: &str) -> bool {
        same(self.0, Self::of(presented).0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_credential_names_its_org() {
        let (org, entropy) = (OrgId::numbered(7), Entropy::new(Some(1)));
        assert_eq!(org_of_access_token(&access_token(org, &entropy)), Some(org));
        assert_eq!(org_of_refresh_token(&refresh_token(org, &entropy)), Some(org));
        assert_eq!(org_of_code(&code(org, &entropy)), Some(org));
    }

    #[test]
    fn text_that_is_no_credential_names_no_org() {
        for text in [
            "",
            "!",
            "eyJ",
            "eyJ.eyJ.x",
            "eyJ0bmsiOjF9.e30.x",
            "eyJ0bmsiOiJjb3JlL3Byb2QvIn0.e30.x",
            "00D!",
            "5Aep861",
            "aPrx==",
            "5Aep861éééééééééééé",
            "Bearer x",
        ] {
            assert_eq!((org_of_access_token(text), org_of_refresh_token(text), org_of_code(text)), (None, None, None), "{text}");
        }
    }
}
