use askama::Template;

use super::{App, Frame, Person, Scope};

/// `/setup/secur/RemoteAccessAuthorizationPage.apexp`, titled Application Access Request.
#[derive(Template)]
#[template(path = "consent.html")]
pub(crate) struct ConsentPage {
    pub frame: Frame,
    pub csrf: String,
    /// The query of the authorize request that waits for the answer.
    pub source: String,
    pub app: App,
    pub scopes: Vec<Scope>,
    pub user: Person,
    /// Logs out and returns to the authorize request.
    pub not_you: String,
    /// Where the answer will be sent.
    pub callback: String,
    /// Present when one more approval exceeds the five that Salesforce keeps per user and app.
    pub revoked: Option<Revoked>,
}

/// The token that goes when this request is allowed.
pub(crate) struct Revoked {
    pub created: String,
    pub last_used: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buttons_have_the_names_that_scripts_look_for() {
        let page = ConsentPage {
            frame: Frame { base: String::new(), who: None },
            csrf: "token-1".into(),
            source: "client_id=a&scope=api".into(),
            app: App { id: "0Ci".into(), name: "<img src=x>".into(), publisher: None, description: String::new(), kind: "Connected App" },
            scopes: vec![Scope { label: "Manage user data via APIs", token: "api".into() }],
            user: Person { name: "Ada".into(), username: "ada@acme.example".into() },
            not_you: "/secur/logout.jsp".into(),
            callback: "http://127.0.0.1:1717/OauthRedirect".into(),
            revoked: None,
        };
        let html = page.render().unwrap();
        for part in [
            "id=\"oadeny\" name=\"cancel\"",
            "id=\"oaapprove\" name=\"save\"",
            "Allow Access?",
            "Manage user data via APIs",
            "name=\"_csrf\" value=\"token-1\"",
            "value=\"client_id=a&#38;scope=api\"",
        ] {
            assert!(html.contains(part), "{part} missing in {html}");
        }
        assert!(!html.contains("<img src=x>"));
    }
}
