use askama::Template;

use super::{Frame, Link};

/// `GET /` and `/login`
#[derive(Template)]
#[template(path = "login.html")]
pub(crate) struct LoginPage {
    pub frame: Frame,
    pub csrf: String,
    /// What the host serves, where no org is named: `a production or developer org`.
    pub host_label: &'static str,
    /// The org whose page this is, on its own host or under `/_mock/org/…`.
    pub org: Option<String>,
    /// The app that waits for the login to end.
    pub app: Option<String>,
    pub start_url: Option<String>,
    pub username: String,
    /// Salesforce's text.
    pub error: Option<&'static str>,
    /// What Salesforce doesn't say.
    pub why: Option<String>,
    pub cast: Vec<CastOrg>,
    /// Orgs that the list leaves out.
    pub more_orgs: usize,
}

/// An org and its users in the list beside the form.
pub(crate) struct CastOrg {
    pub name: String,
    pub kind: &'static str,
    pub users: Vec<CastUser>,
}

pub(crate) struct CastUser {
    pub username: String,
    pub password: String,
    pub profile: String,
    pub active: bool,
    /// Address of this page with the username filled in.
    pub fill: String,
}

/// `/home/home.jsp`, where a login without destination ends.
#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct HomePage {
    pub frame: Frame,
    pub user: HomeUser,
    pub org: HomeOrg,
    /// The apps that the user connects, as the App Launcher shows them.
    pub launcher: Vec<Link>,
    pub elsewhere: Vec<Elsewhere>,
}

pub(crate) struct HomeUser {
    pub id: String,
    pub name: String,
    pub username: String,
    pub profile: String,
    pub sees_setup: bool,
}

pub(crate) struct HomeOrg {
    pub id: String,
    pub name: String,
    pub kind: &'static str,
    pub edition: &'static str,
    pub era: &'static str,
    pub instance_url: String,
}

/// Another session of the same browser.
pub(crate) struct Elsewhere {
    pub org: String,
    pub username: String,
    pub url: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> LoginPage {
        LoginPage {
            frame: Frame { base: "/_mock/org/acme".into(), ..Frame::default() },
            csrf: "token-1".into(),
            host_label: "a production or developer org",
            org: None,
            app: None,
            start_url: Some("/services/oauth2/authorize?a=1&b=\"".into()),
            username: "ada\"><script>".into(),
            error: None,
            why: None,
            cast: vec![],
            more_orgs: 0,
        }
    }

    #[test]
    fn the_form_has_the_names_that_scripts_look_for() {
        let html = page().render().unwrap();
        for part in [
            "id=\"username\" name=\"username\"",
            "id=\"password\" name=\"pw\"",
            "id=\"Login\" name=\"Login\"",
            "name=\"_csrf\" value=\"token-1\"",
            "action=\"/_mock/org/acme/login\"",
        ] {
            assert!(html.contains(part), "{part} missing in {html}");
        }
    }

    #[test]
    fn prefilled_values_cannot_leave_their_attribute() {
        let html = page().render().unwrap();
        assert!(!html.contains("<script>"));
        assert!(html.contains("value=\"/services/oauth2/authorize?a=1&#38;b=&#34;\""));
    }
}
