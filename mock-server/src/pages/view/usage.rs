use askama::Template;

use super::{App, Frame, Link};

/// Connected Apps OAuth Usage, and the page of the same make for External Client Apps.
#[derive(Template)]
#[template(path = "usage.html")]
pub(crate) struct UsagePage {
    pub frame: Frame,
    pub csrf: String,
    pub heading: &'static str,
    pub intro: &'static str,
    /// Heading of the first column.
    pub app_column: &'static str,
    /// Stands in the place of the table when there is no row.
    pub empty: &'static str,
    pub tabs: Vec<Tab>,
    pub action: String,
    pub done: Option<String>,
    /// The column Denied Attempts Due to Usage Restriction, of Spring '26.
    pub shows_denied_attempts: bool,
    pub rows: Vec<UsageRow>,
}

pub(crate) struct Tab {
    pub url: String,
    pub text: &'static str,
    pub current: bool,
}

pub(crate) struct UsageRow {
    pub id: String,
    pub name: String,
    pub description: String,
    /// The app's page; own and installed apps only.
    pub policies: Option<String>,
    pub users: String,
    pub user_count: usize,
    pub blocked: bool,
    pub denied_attempts: u32,
    pub actions: Vec<Act>,
}

/// What an administrator can do to an app on the usage page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Install,
    Uninstall,
    Block,
    Unblock,
}

impl Act {
    /// The `action` of the posted form.
    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Uninstall => "uninstall",
            Self::Block => "block",
            Self::Unblock => "unblock",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Install => "Install",
            Self::Uninstall => "Uninstall",
            Self::Block => "Block",
            Self::Unblock => "Unblock",
        }
    }

    /// The button to be seen first.
    fn primary(self) -> bool {
        self == Self::Install
    }

    pub(crate) fn read(value: &str) -> Option<Self> {
        [Self::Install, Self::Uninstall, Self::Block, Self::Unblock].into_iter().find(|act| act.value() == value)
    }
}

/// The screen between the button and its effect: `Install Connected App`, `Uninstall Connected App`.
#[derive(Template)]
#[template(path = "usage_confirm.html")]
pub(crate) struct ConfirmPage {
    pub frame: Frame,
    pub csrf: String,
    pub heading: String,
    pub app: App,
    pub consequence: &'static str,
    pub act: Act,
    pub action: String,
    pub cancel: String,
}

/// Connected App User's Usage, behind the number in the User Count column.
#[derive(Template)]
#[template(path = "usage_users.html")]
pub(crate) struct UsersPage {
    pub frame: Frame,
    pub csrf: String,
    pub heading: &'static str,
    pub org: String,
    pub app: App,
    pub back: Link,
    pub action: String,
    pub done: Option<&'static str>,
    pub may_revoke: bool,
    pub rows: Vec<UsersRow>,
}

pub(crate) struct UsersRow {
    pub id: String,
    pub name: String,
    pub username: String,
    pub first_used: String,
    pub last_used: String,
    pub total_uses: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(shows_denied_attempts: bool, rows: Vec<UsageRow>) -> String {
        let page = UsagePage {
            frame: Frame::default(),
            csrf: "token-1".into(),
            heading: "Connected Apps OAuth Usage",
            intro: "",
            app_column: "Connected App",
            empty: "No app yet.",
            tabs: vec![],
            action: "/lightning/setup/ConnectedAppsUsage/home".into(),
            done: None,
            shows_denied_attempts,
            rows,
        };
        page.render().unwrap()
    }

    fn row(actions: Vec<Act>) -> UsageRow {
        UsageRow {
            id: "0CiFk0000000001AAA".into(),
            name: "<script>x</script>".into(),
            description: String::new(),
            policies: None,
            users: "/u".into(),
            user_count: 2,
            blocked: false,
            denied_attempts: 3,
            actions,
        }
    }

    #[test]
    fn a_row_offers_its_actions_as_buttons_of_one_form() {
        let html = page(true, vec![row(vec![Act::Install, Act::Block])]);
        for part in [
            "name=\"app\" value=\"0CiFk0000000001AAA\"",
            "name=\"action\" value=\"install\"",
            "name=\"action\" value=\"block\"",
            "name=\"_csrf\" value=\"token-1\"",
            "Denied Attempts Due to Usage Restriction",
        ] {
            assert!(html.contains(part), "{part} missing in {html}");
        }
        assert!(!html.contains("value=\"uninstall\"") && !html.contains("<script>"));
    }

    #[test]
    fn before_spring_26_there_is_no_column_for_denied_attempts() {
        assert!(!page(false, vec![row(vec![])]).contains("Denied Attempts"));
    }

    #[test]
    fn an_action_is_read_by_the_word_it_posts() {
        assert_eq!(Act::read("uninstall"), Some(Act::Uninstall));
        assert_eq!(Act::read("Install"), None);
    }
}
