//! What an app shows of itself in lists and menus, and where its tile leads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app::{AppDefinition, AppKind, OrgApp};

/// What a developer tells of an app beside its name and description.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Presentation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_phone: Option<String>,
    /// An address with more about the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
    /// Start URL of a connected app. That of an external client app is its admin's to give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_url: Option<String>,
    /// Start URL in the mobile app; of a connected app as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile_start_url: Option<String>,
}

impl Presentation {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Its addresses by their names.
    pub fn addresses(&self) -> [(&'static str, Option<&String>); 5] {
        [
            ("info_url", self.info_url.as_ref()),
            ("logo_url", self.logo_url.as_ref()),
            ("icon_url", self.icon_url.as_ref()),
            ("start_url", self.start_url.as_ref()),
            ("mobile_start_url", self.mobile_start_url.as_ref()),
        ]
    }
}

/// Start Page of an external client app. Source: `gate-and-policies.md` 2.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartPage {
    #[default]
    None,
    /// OAuth Start URL.
    Oauth,
    /// An address that has nothing to do with OAuth.
    Custom,
}

impl StartPage {
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

impl OrgApp {
    /// Where the app's tile leads in this org: of a connected app where its developer says unless the admin says otherwise, an empty text being no
    /// address; of an external client app where the admin's Start Page says.
    pub fn start_url<'a>(&'a self, app: &'a AppDefinition) -> Option<&'a str> {
        let url = match (app.kind, self.start_page) {
            (AppKind::ConnectedApp, _) => self.start_url.as_ref().or(app.presentation.start_url.as_ref()),
            (AppKind::ExternalClientApp, StartPage::None) => None,
            (AppKind::ExternalClientApp, StartPage::Oauth) => self.start_url.as_ref(),
            (AppKind::ExternalClientApp, StartPage::Custom) => self.custom_start_url.as_ref(),
        };
        url.map(String::as_str).filter(|url| !url.is_empty())
    }

    /// The same in the mobile app; connected apps alone have it.
    pub fn mobile_start_url<'a>(&'a self, app: &'a AppDefinition) -> Option<&'a str> {
        let url = self.mobile_start_url.as_ref().or(app.presentation.mobile_start_url.as_ref());
        url.map(String::as_str).filter(|url| !url.is_empty())
    }
}

/// An address that a link may lead to: of the web, so that no tile runs a script.
pub fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    rest.starts_with(|c: char| c.is_alphanumeric() || c == '[') && url.len() <= 2400 && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AppId, OrgId, RecordId};
    use crate::secret::Secret;

    fn app(kind: AppKind) -> AppDefinition {
        let id = AppId::try_from(RecordId::numbered(AppId::PREFIX, 1, 1)).unwrap();
        let consumer = ("key".to_owned(), Secret("secret".to_owned()));
        let presentation = Presentation { start_url: Some("https://a.example/dev".to_owned()), ..Presentation::default() };
        AppDefinition {
            presentation,
            ..AppDefinition::plain(id, "Reports".to_owned(), OrgId::numbered(1), consumer, jiff::civil::date(2026, 8, 1)).fresh(kind)
        }
    }

    #[test]
    fn an_admin_has_the_last_word_on_where_a_connected_app_starts() {
        let app = app(AppKind::ConnectedApp);
        let row = |start_url: Option<&str>| OrgApp { start_url: start_url.map(str::to_owned), ..OrgApp::unseen(app.id) };
        for (here, expected) in
            [(None, Some("https://a.example/dev")), (Some("https://a.example/admin"), Some("https://a.example/admin")), (Some(""), None)]
        {
            assert_eq!(row(here).start_url(&app), expected, "{here:?}");
        }
    }

    #[test]
    fn an_external_client_app_starts_where_its_start_page_says() {
        let app = app(AppKind::ExternalClientApp);
        let row = |start_page| OrgApp {
            start_page,
            start_url: Some("https://a.example/oauth".to_owned()),
            custom_start_url: Some("https://a.example/own".to_owned()),
            ..OrgApp::unseen(app.id)
        };
        for (page, expected) in
            [(StartPage::None, None), (StartPage::Oauth, Some("https://a.example/oauth")), (StartPage::Custom, Some("https://a.example/own"))]
        {
            assert_eq!(row(page).start_url(&app), expected);
        }
    }

    #[test]
    fn a_tile_leads_into_the_web_and_nowhere_else() {
        for url in ["https://a.example", "http://127.0.0.1:8080/start?x=1", "https://[::1]/"] {
            assert!(is_web_address(url), "{url}");
        }
        for url in ["", "a.example", "javascript:alert(1)", "myapp://start", "https://", "https:// a", "https://a.example/a b", "data:text/html,x"] {
            assert!(!is_web_address(url), "{url}");
        }
    }
}
