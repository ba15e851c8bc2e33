//! Setup: its home, the menu beside its pages, and the page that every one of them starts from.
//!
//! GUESS: Lightning's own addresses of some of these pages were not recorded; those are made like their neighbours'.

use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, kind_label};
use super::view::{Frame, Menu, MenuEntry, MenuGroup, SetupHomePage, SetupPage};
use super::{answer, has_page};
use crate::org::{Duty, Permission};

pub(super) const HOME: &str = "/lightning/setup/SetupOneHome/home";

/// Label, path, and what the page is for.
type Page = (&'static str, &'static str, &'static str);

/// The groups of Setup's menu with their pages. A page that this server doesn't have is left out.
const MENU: &[(&str, &[Page])] = &[
    (
        "Users",
        &[
            ("Users", "/lightning/setup/ManageUsers/home", "Who may log in; freeze, reset passwords, log in as."),
            ("Profiles", "/lightning/setup/EnhancedProfiles/home", "What every user of a kind may do."),
            ("Permission Sets", "/lightning/setup/PermSets/home", "What some users may do besides; assign them."),
        ],
    ),
    (
        "Apps",
        &[
            ("App Manager", "/lightning/setup/NavigationMenus/home", "Apps that are defined or installed here."),
            ("App Menu", "/lightning/setup/AppMenu/home", "In which order users see the apps."),
            ("Manage Connected Apps", "/lightning/setup/ConnectedApplication/home", "Policies of connected apps."),
            ("Connected Apps OAuth Usage", "/lightning/setup/ConnectedAppsUsage/home", "Who uses which connected app; install, block."),
            (
                "External Client App Manager",
                "/lightning/setup/ManageExternalClientApplication/home",
                "Settings and policies of external client apps.",
            ),
            ("External Client Apps OAuth Usage", "/lightning/setup/ExternalClientAppsOAuthUsage/home", "Who uses which external client app."),
            ("External Client App Settings", "/lightning/setup/ExternalClientAppSettings/home", "What programs may read of them."),
            ("Package Manager", "/lightning/setup/Package/home", "Packages that are made here."),
            ("Installed Packages", "/lightning/setup/ImportedPackage/home", "Packages that came from elsewhere."),
        ],
    ),
    ("Company Settings", &[("My Domain", "/lightning/setup/OrgDomain/home", "The address of this org; rename it.")]),
    (
        "Identity",
        &[
            ("Login History", "/lightning/setup/OrgLoginHistory/home", "Every login and every failed one."),
            ("OAuth and OpenID Connect Settings", "/lightning/setup/OauthOidcSettings/home", "Flows that apps may use at all."),
            ("OAuth Custom Scopes", "/lightning/setup/OauthCustomScope/home", "Permissions that servers outside of Salesforce understand."),
        ],
    ),
    (
        "Security",
        &[
            ("API Access Control", "/lightning/setup/ApiAccessControl/home", "API access for approved apps alone."),
            ("Session Management", "/lightning/setup/SessionManagement/home", "Who is in, from where; remove a session."),
            ("View Setup Audit Trail", "/lightning/setup/SecurityEvents/home", "What was changed in Setup, and by whom."),
        ],
    ),
    (
        "Environments",
        &[
            ("Sandboxes", "/lightning/setup/DataManagementCreateTestInstance/home", "Copies of this org to try things in."),
            ("Dev Hub", "/lightning/setup/DevHub/home", "Scratch orgs and second-generation packages."),
            ("Environment Hub", "/lightning/o/EnvironmentHubMember/list", "Orgs for development, tests and trials."),
            ("Namespace Registry", "/lightning/setup/NamespaceRegistry/home", "Namespaces that packages made here may have."),
        ],
    ),
];

/// The menu as a user of Setup sees it beside the page at `current`.
fn menu(session: &BrowserSession, current: &str) -> Menu {
    let entry = |&(text, path, about): &Page| has_page(path).then(|| MenuEntry { text, about, url: session.link(path), current: path == current });
    let groups = MENU.iter().map(|&(label, pages)| MenuGroup { label, entries: pages.iter().filter_map(entry).collect() });
    Menu { groups: groups.filter(|group| !group.entries.is_empty()).collect() }
}

/// `GET /lightning/setup/SetupOneHome/home`
pub(super) async fn home(session: BrowserSession) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, HOME)?;
    let facts = session.browser.caller.org.facts();
    let about = format!("{}, {}, under the rules of {}.", facts.edition.organization_type(), kind_label(facts.kind), facts.era.name());
    let view = SetupHomePage { menu: menu(&session, HOME), frame: session.setup_frame(HOME), org: session.org_name(), about };
    Ok(answer::page(StatusCode::OK, &view))
}

impl BrowserSession {
    /// The frame of a page of Setup. `current` is the path of the menu's entry that the page belongs to.
    pub(super) fn setup_frame(&self, current: &str) -> Frame {
        let menu = self.user().has(Permission::ViewSetup).then(|| menu(self, current));
        Frame { menu, ..self.frame() }
    }

    /// An empty page of Setup, to be filled.
    pub(super) fn setup_page(&self, current: &str, heading: impl Into<String>) -> SetupPage {
        SetupPage {
            frame: self.setup_frame(current),
            csrf: self.csrf(),
            crumb: None,
            heading: heading.into(),
            intro: String::new(),
            done: None,
            actions: Vec::new(),
            tabs: Vec::new(),
            parts: Vec::new(),
            why: None,
        }
    }

    /// The page is about a thing that is not there.
    pub(super) fn missing(&self, what: &'static str) -> PageError {
        PageError::Missing { frame: Box::new(self.frame()), what }
    }
}
