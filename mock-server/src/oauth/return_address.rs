//! Where an answer of the authorize endpoint goes, and in which part of the address.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::OAuthError;
use super::response_type::ResponseType;
use crate::apps::AppDefinition;
use crate::id::OrgId;

/// A callback that was matched with the client's registered ones: only through it can an answer leave this server.
#[derive(Debug, Clone)]
pub struct ReturnAddress {
    redirect_uri: String,
    state: Option<String>,
    in_fragment: bool,
}

impl ReturnAddress {
    /// `asked`: the response type, which decides where parameters go; unknown ones never get that far.
    pub(super) fn proven(
        client: &AppDefinition,
        unverified_uri: Option<&str>,
        state: Option<&str>,
        asked: Option<ResponseType>,
    ) -> Result<Self, OAuthError> {
        let uri = unverified_uri.ok_or(OAuthError::MissingRedirectUri)?;
        if matches!(uri, "oob" | "urn:ietf:wg:oauth:2.0:oob" | "urn:ietf:wg:oauth:2.0:oob:auto") {
            return Err(OAuthError::OutOfBand);
        }
        if !client.has_callback(uri) {
            return Err(OAuthError::WrongRedirectUri);
        }
        let in_fragment = asked.is_some_and(ResponseType::answers_in_fragment);
        Ok(Self { redirect_uri: uri.to_owned(), state: state.map(str::to_owned), in_fragment })
    }

    /// Whether the callback is one in this org, which may have put others in the place of the developer's.
    pub(super) fn counts_in(&self, org: OrgId, client: &AppDefinition) -> bool {
        client.callbacks(org).contains(&self.redirect_uri)
    }

    pub(super) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The callback with parameters in its query or fragment, `state` last.
    pub(super) fn carrying<'p>(&'p self, parameters: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
        let mut url = self.redirect_uri.clone();
        let mut separator = match (self.in_fragment, url.contains('?')) {
            (true, _) => '#',
            (false, true) => '&',
            (false, false) => '?',
        };
        let state = self.state.as_deref().map(|state| ("state", state));
        for (name, value) in parameters.into_iter().chain(state) {
            url.push(separator);
            url.push_str(name);
            url.push('=');
            url.extend(utf8_percent_encode(value, VALUE));
            separator = '&';
        }
        url
    }

    /// The callback with an error.
    pub fn refusing(&self, error: &str, description: &str) -> String {
        self.carrying([("error", error), ("error_description", description)])
    }

    /// Whether a refresh token may travel in the fragment: to an app by its own scheme, or to the blank page of a login host that an app
    /// watches in a browser it embeds. Source: Salesforce help, user-agent flow.
    pub(super) fn may_carry_refresh_token(&self) -> bool {
        let scheme = self.redirect_uri.split(':').next().unwrap_or_default();
        !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") || self.redirect_uri.ends_with("/services/oauth2/success")
    }
}

/// What stays as it is in a value.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    fn address(uri: &str, in_fragment: bool) -> ReturnAddress {
        ReturnAddress { redirect_uri: uri.to_owned(), state: Some("a&b".to_owned()), in_fragment }
    }

    #[test]
    fn parameters_go_where_the_response_type_wants_them() {
        let check = |uri: &str, in_fragment, expected: &str| assert_eq!(address(uri, in_fragment).carrying([("code", "x=")]), expected);
        check("https://a.example/cb", false, "https://a.example/cb?code=x%3D&state=a%26b");
        check("https://a.example/cb?k=v", false, "https://a.example/cb?k=v&code=x%3D&state=a%26b");
        check("https://a.example/cb?k=v", true, "https://a.example/cb?k=v#code=x%3D&state=a%26b");
        check("app://done", true, "app://done#code=x%3D&state=a%26b");
    }

    #[test]
    fn refresh_tokens_go_to_apps_and_blank_pages_alone() {
        let check = |uri: &str, may: bool| assert_eq!(address(uri, true).may_carry_refresh_token(), may, "{uri}");
        check("app://done", true);
        check("com.example.app:/oauth", true);
        check("https://login.salesforce.com/services/oauth2/success", true);
        check("https://a.example/cb", false);
        check("HTTP://localhost:3000/cb", false);
    }
}
