//! The parameters of a form body or a query, each at most once.

use super::OAuthError;

/// Decoded name and value pairs in their order.
#[derive(Debug, Default, Clone)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text. A parameter given twice is refused (RFC 6749, 3.1; GUESS: Salesforce's answer was not recorded).
    pub fn read(text: &[u8]) -> Result<Self, OAuthError> {
        let text = std::str::from_utf8(text).map_err(|_| OAuthError::Malformed("the parameters are not UTF-8".to_owned()))?;
        Self::of(text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        }))
    }

    /// Takes pairs that were decoded elsewhere (a multipart body).
    pub fn of(pairs: impl Iterator<Item = (String, String)>) -> Result<Self, OAuthError> {
        let mut parameters = Self::default();
        for (name, value) in pairs {
            if parameters.0.iter().any(|(known, _)| *known == name) {
                return Err(OAuthError::Malformed(format!("duplicate parameter: {name}")));
            }
            parameters.0.push((name, value));
        }
        Ok(parameters)
    }

    /// These, and those of the others that have another name.
    #[must_use]
    pub fn and(mut self, others: &Self) -> Self {
        let others = others.0.iter().filter(|(name, _)| self.get(name).is_none()).cloned().collect::<Vec<_>>();
        self.0.extend(others);
        self
    }

    /// The value; an empty one counts as absent (RFC 6749, 3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }
}

/// Decodes `+` and percent escapes; what is no UTF-8 becomes the replacement character.
fn decoded(text: &str) -> String {
    if memchr::memchr2(b'+', b'%', text.as_bytes()).is_none() {
        return text.to_owned();
    }
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_and_empty_ones_are_absent() {
        let parameters = Parameters::read(b"scope=api+id&state=a%26b&nonce=").unwrap();
        assert_eq!((parameters.get("scope"), parameters.get("state"), parameters.get("nonce")), (Some("api id"), Some("a&b"), None));
    }

    #[test]
    fn others_fill_in_what_is_absent() {
        let all = Parameters::read(b"code=a&state=").unwrap().and(&Parameters::read(b"code=b&state=s&nonce=n").unwrap());
        assert_eq!((all.get("code"), all.get("state"), all.get("nonce")), (Some("a"), Some("s"), Some("n")));
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        assert!(matches!(Parameters::read(b"code=a&code=b"), Err(OAuthError::Malformed(_))));
    }
}
