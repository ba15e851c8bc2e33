//! Pages of Setup that switch something of the org: External Client App Settings, OAuth and OpenID Connect Settings, API Access Control.
//! Source: `gate-and-policies.md` 2.6, 2.8 and 2.9. They take effect at once.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Field, Form, FormSection, Link, Part, SetupPage};
use super::{answer, app_edit};
use crate::app::App;
use crate::apps::{Act, may};
use crate::org::{Actor, Duty, Policies, Switches};
use crate::storage::StoreError;

/// GUESS: Lightning's own addresses of the first and the third page were not recorded.
pub(super) const EXTERNAL_APPS: &str = "/lightning/setup/ExternalClientAppSettings/home";
pub(super) const OAUTH: &str = "/lightning/setup/OauthOidcSettings/home";
pub(super) const API_ACCESS: &str = "/lightning/setup/ApiAccessControl/home";

/// A box of such a page.
struct Toggle {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    is_on: fn(&Switches) -> bool,
    place: fn(&mut Policies) -> &mut Option<bool>,
    is_offered: fn(&Switches) -> bool,
    /// Asked about before it is ticked: the title of the dialog, what it says, and its button.
    asks: Option<[&'static str; 3]>,
}

macro_rules! toggle {
    ($switch:ident, $label:literal, $hint:literal) => {
        Toggle {
            name: stringify!($switch),
            label: $label,
            hint: $hint,
            is_on: |switches| switches.$switch,
            place: |policies| &mut policies.$switch,
            is_offered: |_| true,
            asks: None,
        }
    };
}

struct Settings {
    path: &'static str,
    heading: &'static str,
    intro: &'static str,
    toggles: &'static [Toggle],
}

static PAGES: [Settings; 3] = [
    Settings {
        path: EXTERNAL_APPS,
        heading: "External Client App Settings",
        intro: "What programs may read of external client apps, who may package them, and whether connected apps are still created.",
        toggles: &[
            toggle!(
                eca_secrets_by_rest_api,
                "Allow access to External Client App consumer secrets via REST API",
                "Secrets can be read, staged and rotated under /apps/oauth/credentials."
            ),
            toggle!(
                eca_secrets_by_metadata_api,
                "Allow access to External Client App consumer secrets via Metadata API",
                "Secrets are retrieved with the global OAuth settings."
            ),
            toggle!(
                package_oauth_from_dev_org,
                "Allow packaging of External Client App OAuth settings from this org",
                "A Dev Hub to which this org's namespace is linked may put the org's external client apps into its packages."
            ),
            Toggle {
                is_offered: |switches| switches.connected_app_creation_is_a_setting,
                asks: Some([
                    "Enable Connected Apps Connection?",
                    "Salesforce recommends external client apps. Connected apps that are created from now on need migrating later.",
                    "Enable",
                ]),
                ..toggle!(
                    allow_connected_app_creation,
                    "Allow creation of connected apps",
                    "The button New Connected App is on this page and in the App Manager while this is on."
                )
            },
        ],
    },
    Settings {
        path: OAUTH,
        heading: "OAuth and OpenID Connect Settings",
        intro: "Flows that apps may use in this org. Changes take effect at once.",
        toggles: &[
            toggle!(
                allow_username_password_flow,
                "Allow OAuth Username-Password Flows",
                "Off in orgs made since Summer '23. External client apps never have this flow."
            ),
            toggle!(allow_user_agent_flow, "Allow OAuth User-Agent Flows", "Also switches hybrid token flows."),
            toggle!(
                allow_code_and_credentials_flow,
                "Allow Authorization Code and Credentials Flows",
                "For pages of your own that log users in without Salesforce's login page."
            ),
            toggle!(
                require_pkce,
                "Require Proof Key for Code Exchange (PKCE) Extension for Supported Authorization Flows",
                "For every app, whatever its own setting."
            ),
        ],
    },
    Settings {
        path: API_ACCESS,
        heading: "API Access Control",
        intro: "Salesforce Support enables this page on request; here it is always at hand.",
        toggles: &[toggle!(
            api_access_control,
            "For admin-approved users, limit API access to only allowlisted connected apps",
            "Turning it on makes every connected app admit only users whom an admin approved. External client apps are not touched."
        )],
    },
];

impl Settings {
    fn of(uri: &Uri) -> &'static Self {
        PAGES.iter().find(|page| uri.path().starts_with(page.path)).unwrap_or(&PAGES[0])
    }

    /// GUESS: what the pages need is not documented; these are what settings of an org need.
    fn check(&self, session: &BrowserSession) -> Result<(), PageError> {
        session.must(Duty::Customize, self.path)
    }

    fn offered(&self, switches: &Switches) -> impl Iterator<Item = &'static Toggle> + use<> {
        let offered: Vec<_> = self.toggles.iter().filter(|toggle| (toggle.is_offered)(switches)).collect();
        offered.into_iter()
    }
}

/// `GET` one of the pages.
pub(super) async fn show(session: BrowserSession, uri: Uri, query: Fields) -> Result<Response, PageError> {
    let page = Settings::of(&uri);
    page.check(&session)?;
    let switches = session.browser.caller.org.switches();
    let fields = page.offered(&switches).map(|toggle| Field::check(toggle.name, toggle.label, (toggle.is_on)(&switches)).hint(toggle.hint));
    let form = Form::new(session.link(page.path), "Save", vec![FormSection::new("Settings", fields.collect())]);
    let creates = page.path == EXTERNAL_APPS
        && switches.connected_app_creation_is_a_setting
        && switches.allow_connected_app_creation
        && may(session.user(), Act::DefineConnectedApps);
    let view = SetupPage {
        intro: page.intro.to_owned(),
        done: query.get("done").map(|_| "The settings are saved.".to_owned()),
        actions: creates.then(|| Action::open("New Connected App", session.link(app_edit::PATH))).into_iter().collect(),
        parts: vec![Part::Form(form)],
        ..session.setup_page(page.path, page.heading)
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `POST` the same; a box that asks first is confirmed by `confirmed`.
pub(super) async fn save(State(app): State<App>, uri: Uri, posted: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = posted;
    let page = Settings::of(&uri);
    page.check(&session)?;
    let switches = session.browser.caller.org.switches();
    let wanted: Vec<(&Toggle, bool)> = page.offered(&switches).map(|toggle| (toggle, fields.get(toggle.name).is_some())).collect();
    let changed = |(toggle, on): &(&Toggle, bool)| (toggle.is_on)(&switches) != *on;
    let asks = wanted.iter().filter(|one| one.1 && changed(one)).find_map(|(toggle, _)| toggle.asks);
    if let Some(dialog) = asks.filter(|_| fields.get("confirmed").is_none()) {
        return Ok(answer::page(StatusCode::OK, &confirm(&session, page, &wanted, dialog)));
    }
    let actor = Actor::new(session.user().id, app.now());
    let put = |org: &mut crate::org::Org| {
        for (toggle, on) in wanted.iter().filter(|one| changed(one)) {
            *(toggle.place)(&mut org.policies) = Some(*on);
        }
    };
    app.change_org_by(session.browser.caller.org.id(), actor, put).map_err(StoreError::new)?;
    Ok(answer::redirect(&session.link(&format!("{}?done=saved", page.path))))
}

/// The dialog before a box that asks first, which carries the others along.
fn confirm(session: &BrowserSession, page: &Settings, wanted: &[(&Toggle, bool)], [title, text, button]: [&str; 3]) -> SetupPage {
    let back = session.link(page.path);
    let ticked = wanted.iter().filter(|(_, on)| *on).map(|(toggle, _)| (toggle.name, "1".to_owned()));
    let form = Form {
        hidden: ticked.chain([("confirmed", "1".to_owned())]).collect(),
        cancel: Some(back.clone()),
        ..Form::new(back.clone(), button, vec![FormSection { note: text.to_owned(), ..FormSection::new("Connected apps", Vec::new()) }])
    };
    SetupPage {
        crumb: Some(Link { url: back, text: page.heading.to_owned() }),
        parts: vec![Part::Form(form)],
        ..session.setup_page(page.path, title)
    }
}
