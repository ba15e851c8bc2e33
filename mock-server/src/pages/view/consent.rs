use askama::Template;

use super::{App, Frame, Person, Scope};

/// `/setup/secur/RemoteAccessAuthorizationPage.apexp`, titled Application Access Request.
#[derive(Template)]
#[template(path = "consent.html")]
pub(crate) struct ConsentPage {
    pub frame: Frame,
    pub csrf: String,
    pub waiting: Waiting,
    pub app: App,
    pub scopes: Vec<Scope>,
    pub user: Person,
    /// Logs out and returns to the request.
    pub not_you: String,
    /// Present when one more approval exceeds the five that Salesforce keeps per user and app.
    pub revoked: Option<Revoked>,
}

/// Who waits for the answer.
pub(crate) enum Waiting {
    /// An app, at its callback, with the query of its authorize request.
    App { source: String, callback: String },
    /// A device that shows this code.
    Device { user_code: String, warns: bool },
}

/// `/setup/connect`
#[derive(Template)]
#[template(path = "device.html")]
pub(crate) struct DevicePage {
    pub frame: Frame,
    pub csrf: String,
    pub user_code: String,
    pub error: Option<&'static str>,
    /// The security alert of Spring '26.
    pub warns: bool,
}

/// The token that goes when this request is allowed.
pub(crate) struct Revoked {
    pub created: String,
    pub last_used: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(waiting: Waiting) -> String {
        let page = ConsentPage {
            frame: Frame::default(),
            csrf: "token-1".into(),
            waiting,
            app: App { id: "0Ci".into(), name: "<img src=x>".into(), publisher: None, description: String::new(), kind: "Connected App" },
            scopes: vec![Scope { label: "Manage user data via APIs".into(), token: "api".into() }],
            user: Person { name: "Ada".into(), username: "ada@acme.example".into() },
            not_you: "/secur/logout.jsp".into(),
            revoked: None,
        };
        page.render().unwrap()
    }

    #[test]
    fn the_buttons_have_the_names_that_scripts_look_for() {
        let html = page(Waiting::App { source: "client_id=a&scope=api".into(), callback: "http://127.0.0.1:1717/OauthRedirect".into() });
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

    #[test]
    fn a_devices_consent_carries_its_code_and_the_warning_where_there_is_one() {
        let html = page(Waiting::Device { user_code: "25XPRH6C".into(), warns: true });
        assert!(html.contains("name=\"user_code\" value=\"25XPRH6C\"") && html.contains("id=\"security-alert\""), "{html}");
        assert!(!page(Waiting::Device { user_code: "25XPRH6C".into(), warns: false }).contains("security-alert"));
    }

    #[test]
    fn a_typed_code_cannot_leave_its_box() {
        let page = DevicePage {
            frame: Frame { base: "/_mock/org/acme".into(), ..Frame::default() },
            csrf: "token-1".into(),
            user_code: "\"><script>".into(),
            error: Some("No."),
            warns: true,
        };
        let html = page.render().unwrap();
        assert!(!html.contains("<script>"));
        for part in ["action=\"/_mock/org/acme/setup/connect\"", "name=\"user_code\"", "id=\"connect\"", "role=\"alert\"", "id=\"security-alert\""] {
            assert!(html.contains(part), "{part} missing in {html}");
        }
    }
}
