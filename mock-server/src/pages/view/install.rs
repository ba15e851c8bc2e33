use std::borrow::Cow;

use askama::Template;

use super::{App, Frame, Link, Scope, initial};

/// `/identity/app/AppInstallApprovalPage.apexp`, the direct install link of one app.
#[derive(Template)]
#[template(path = "install_app.html")]
pub(crate) struct InstallAppPage {
    pub frame: Frame,
    pub csrf: String,
    pub org: String,
    pub app: App,
    pub scopes: Vec<Scope>,
}

/// `/packaging/installPackage.apexp`
#[derive(Template)]
#[template(path = "install_package.html")]
pub(crate) struct InstallPackagePage {
    pub frame: Frame,
    pub csrf: String,
    pub org: String,
    pub package: Package,
    /// The number of the version that this one takes the place of.
    pub upgraded: Option<String>,
    pub audiences: Vec<Audience>,
    pub profiles: Vec<Profile>,
    /// Why the last try failed.
    pub error: Option<Cow<'static, str>>,
}

pub(crate) struct Package {
    /// `04t…`
    pub id: String,
    pub name: String,
    pub publisher: String,
    pub version_number: String,
    pub namespace: Option<String>,
    pub released: bool,
    pub needs_key: bool,
    pub components: Vec<Component>,
}

impl InstallPackagePage {
    /// What the page does with the package.
    fn verb(&self) -> &'static str {
        if self.upgraded.is_some() { "Upgrade" } else { "Install" }
    }
}

impl Package {
    fn initial(&self) -> String {
        initial(&self.name)
    }
}

pub(crate) struct Component {
    pub name: String,
    pub kind: &'static str,
}

/// One of the three tiles.
pub(crate) struct Audience {
    pub value: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub chosen: bool,
}

pub(crate) struct Profile {
    pub name: String,
    pub chosen: bool,
}

/// What follows a successful package install.
#[derive(Template)]
#[template(path = "install_package_done.html")]
pub(crate) struct PackageInstalledPage {
    pub frame: Frame,
    pub org: String,
    pub package: Package,
    /// Completes the sentence `Installed in <org> …`.
    pub audience: &'static str,
    pub apps: Vec<Link>,
    pub done: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(needs_key: bool) -> InstallPackagePage {
        InstallPackagePage {
            frame: Frame::default(),
            csrf: "token-1".into(),
            org: "acme".into(),
            package: Package {
                id: "04tFk0000000001AAA".into(),
                name: "<b>Suite</b>".into(),
                publisher: "Northwind".into(),
                version_number: "1.2.0".into(),
                namespace: Some("nw".into()),
                released: true,
                needs_key,
                components: vec![],
            },
            upgraded: None,
            audiences: vec![Audience { value: "admins", label: "Install for Admins Only", hint: "", chosen: true }],
            profiles: vec![],
            error: None,
        }
    }

    #[test]
    fn the_key_is_asked_only_where_the_package_has_one() {
        assert!(page(true).render().unwrap().contains("name=\"installation_key\""));
        assert!(!page(false).render().unwrap().contains("name=\"installation_key\""));
    }

    #[test]
    fn an_older_version_is_upgraded() {
        let html = InstallPackagePage { upgraded: Some("1.1.0".into()), ..page(false) }.render().unwrap();
        assert!(html.contains(">Upgrade</button>") && html.contains("1.1.0"), "{html}");
        assert!(page(false).render().unwrap().contains(">Install</button>"));
    }

    #[test]
    fn the_form_has_the_names_that_scripts_look_for() {
        let html = page(true).render().unwrap();
        for part in [
            "name=\"_csrf\" value=\"token-1\"",
            "id=\"acknowledge\" name=\"acknowledge\"",
            "id=\"install\"",
            "name=\"audience\" value=\"admins\" checked",
            "name=\"p0\" value=\"04tFk0000000001AAA\"",
        ] {
            assert!(html.contains(part), "{part} missing in {html}");
        }
        assert!(!html.contains("<b>Suite"));
    }
}
