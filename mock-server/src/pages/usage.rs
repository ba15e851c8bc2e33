//! Connected Apps OAuth Usage and its sister page for external client apps: who uses what, and the buttons that decide.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::destination::query_value;
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{self, ConfirmPage, Tab, UsagePage, UsageRow};
use super::{answer, app_page, explain, usage_users, wording};
use crate::app::App;
use crate::apps::{Act, AppDefinition, AppKind, InstallRefused, Installs, OrgApp, Presence};
use crate::id::{AppId, UserId};
use crate::journal::Facts;
use crate::oauth::Ledger;
use crate::storage::StoreError;

/// Which of the two pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    ConnectedApps,
    ExternalClientApps,
}

/// GUESS: the address of the page for external client apps was not seen; this one follows its neighbour's.
const EXTERNAL: &str = "/lightning/setup/ExternalClientAppsOAuthUsage/home";
const CONNECTED: &str = "/lightning/setup/ConnectedAppsUsage/home";

impl Kind {
    pub(super) fn of(kind: AppKind) -> Self {
        match kind {
            AppKind::ConnectedApp => Self::ConnectedApps,
            AppKind::ExternalClientApp => Self::ExternalClientApps,
        }
    }

    fn at(uri: &Uri) -> Self {
        if uri.path().starts_with(EXTERNAL) { Self::ExternalClientApps } else { Self::ConnectedApps }
    }

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::ConnectedApps => CONNECTED,
            Self::ExternalClientApps => EXTERNAL,
        }
    }

    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::ConnectedApps => "Connected Apps OAuth Usage",
            Self::ExternalClientApps => "External Client Apps OAuth Usage",
        }
    }

    fn is_of(self, app: &AppDefinition) -> bool {
        Self::of(app.kind) == self
    }

    /// What its viewer needs: `gate-and-policies.md` 2.1 and 5.
    pub(super) fn check_view(self, session: &BrowserSession) -> Result<(), PageError> {
        let act = match self {
            Self::ConnectedApps => Act::SeeUsage,
            Self::ExternalClientApps => Act::ManageExternalApps,
        };
        session.must(act, self.path())
    }
}

/// `GET` either page.
pub(super) async fn show(State(app): State<App>, session: BrowserSession, uri: Uri, query: Fields) -> Result<Response, PageError> {
    let kind = Kind::at(&uri);
    kind.check_view(&session)?;
    let subject = query.get("app").and_then(|id| AppId::parse(id).ok()).and_then(|id| app.registry().app(id));
    let done = subject.and_then(|subject| done(query.get("done")?, &subject.name));
    let org = &session.browser.caller.org;
    let view = UsagePage {
        frame: session.setup_frame(kind.path()),
        csrf: session.csrf(),
        heading: kind.heading(),
        intro: "Who uses which app in this org. Install lets everybody in whom the app's policies admit; Block shuts everybody out.",
        app_column: if kind == Kind::ConnectedApps { "Connected App" } else { "External Client App" },
        empty: empty(kind, org.switches().count_denied_attempts),
        tabs: [Kind::ConnectedApps, Kind::ExternalClientApps].map(|tab| tab_of(tab, kind, &session)).into(),
        action: session.link(kind.path()),
        done,
        shows_denied_attempts: kind == Kind::ConnectedApps && org.switches().count_denied_attempts,
        rows: rows(&app, &session, kind)?,
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `POST` either page: `action` is `install`, `uninstall`, `block` or `unblock`; the first two are confirmed first.
pub(super) async fn act(State(app): State<App>, facts: Facts, uri: Uri, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    let kind = Kind::at(&uri);
    kind.check_view(&session)?;
    let id = fields.get("app").and_then(|id| AppId::parse(id).ok());
    let definition = id.and_then(|id| app.registry().app(id)).filter(|definition| kind.is_of(definition));
    let (Some(definition), Some(act)) = (definition, fields.get("action").and_then(view::Act::read)) else {
        return Err(PageError::Missing {
            frame: Box::new(session.frame()),
            what: "No app of this page has this id, or the page has no such button.",
        });
    };
    let about = Some((definition.id, definition.name.clone()));
    explain::must_install(&app, (&session, &facts), about, (Act::ManageApps, kind.path()))?;
    if matches!(act, view::Act::Install | view::Act::Uninstall) && fields.get("confirmed").is_none() {
        return Ok(answer::page(StatusCode::OK, &confirm(&app, &session, kind, &definition, act)));
    }
    let to = match carry_out(&app, &session, &definition, act)? {
        Ok(()) if act == view::Act::Install => app_page::path(definition.id, Some("installed")),
        Ok(()) => format!("{}?done={}&app={}", kind.path(), act.value(), definition.id),
        Err(refused) => {
            explain::record_install(&app, &session, &facts, Some((definition.id, definition.name.clone())), &refused);
            format!("/identity/app/AppInstallErrorPage.apexp?error_code={}", explain::INSTALL_ERROR)
        }
    };
    Ok(answer::redirect(&session.link(&to)))
}

fn carry_out(app: &App, session: &BrowserSession, definition: &AppDefinition, act: view::Act) -> Result<Result<(), InstallRefused>, StoreError> {
    let (org, by) = (&session.browser.caller.org, Some(session.user().id));
    match act {
        view::Act::Install => app.install_app(org, definition, by),
        view::Act::Uninstall => app.uninstall_app(org, definition, by),
        view::Act::Block => app.block_app(org, definition, by).map(Ok),
        view::Act::Unblock => app.unblock_app(org, definition, by).map(Ok),
    }
}

fn confirm(app: &App, session: &BrowserSession, kind: Kind, definition: &AppDefinition, act: view::Act) -> ConfirmPage {
    let (verb, consequence) = match act {
        view::Act::Install => ("Install", "Every user whom the app's policies admit may then authorize it."),
        _ => ("Uninstall", "All tokens of all users of this app end at once, and new authorizations are refused until it is installed again."),
    };
    ConfirmPage {
        frame: session.setup_frame(kind.path()),
        csrf: session.csrf(),
        heading: format!("{verb} {}", wording::kind(definition.kind)),
        app: wording::published_app(app, definition),
        consequence,
        act,
        action: session.link(kind.path()),
        cancel: session.link(kind.path()),
    }
}

fn empty(kind: Kind, counts_attempts: bool) -> &'static str {
    match (kind, counts_attempts) {
        (Kind::ConnectedApps, true) => "No connected app has been used here yet. One appears after somebody authorizes it or tries to.",
        (Kind::ConnectedApps, false) => "No connected app has been used here yet. One appears after somebody has authorized it.",
        (Kind::ExternalClientApps, _) => "No external client app is installed or used here yet. One arrives with its package.",
    }
}

fn tab_of(tab: Kind, current: Kind, session: &BrowserSession) -> Tab {
    let text = if tab == Kind::ConnectedApps { "Connected Apps" } else { "External Client Apps" };
    Tab { url: session.link(tab.path()), text, current: tab == current }
}

/// What the last button did.
fn done(act: &str, app: &str) -> Option<String> {
    Some(match view::Act::read(act)? {
        view::Act::Install => format!("{app} is installed."),
        view::Act::Uninstall => format!("{app} is uninstalled. The tokens of all its users have ended."),
        view::Act::Block => format!("{app} is blocked. Its sessions have ended."),
        view::Act::Unblock => format!("{app} is allowed again."),
    })
}

fn rows(app: &App, session: &BrowserSession, kind: Kind) -> Result<Vec<UsageRow>, StoreError> {
    let (org_apps, grants) = session.browser.caller.org.read(|tx| Ok::<_, StoreError>((tx.org_apps()?, tx.grants(None)?)))?;
    let mut users: HashMap<AppId, Vec<UserId>> = HashMap::new();
    for grant in grants {
        let known = users.entry(grant.app).or_default();
        if !known.contains(&grant.user) {
            known.push(grant.user);
        }
    }
    let registry = app.registry();
    let count = |id| users.get(&id).map_or(0, Vec::len);
    let mut shown: Vec<(Arc<AppDefinition>, &OrgApp)> = org_apps.iter().filter_map(|here| Some((registry.app(here.app)?, here))).collect();
    shown.retain(|(app, here)| kind.is_of(app) && is_listed(here, count(here.app)));
    shown.sort_by_key(|(app, _)| app.name.to_lowercase());
    Ok(shown.into_iter().map(|(app, here)| row(session, &app, here, count(here.app))).collect())
}

/// The org's own apps show once they are used, the others as soon as the org knows them.
fn is_listed(here: &OrgApp, users: usize) -> bool {
    users > 0 || here.blocked || matches!(here.presence, Presence::Installed | Presence::Known)
}

fn row(session: &BrowserSession, app: &AppDefinition, here: &OrgApp, user_count: usize) -> UsageRow {
    UsageRow {
        id: app.id.to_string(),
        name: app.name.clone(),
        description: app.description.clone().unwrap_or_default(),
        policies: here.presence.is_settled().then(|| session.link(&app_page::path(app.id, None))),
        users: session.link(&format!("{}?app={}", usage_users::PATH, query_value(&app.id.to_string()))),
        user_count,
        blocked: here.blocked,
        denied_attempts: here.denied_attempts,
        actions: buttons(app, here),
    }
}

/// A blocked app can be unblocked and nothing else; own apps need no install, and external client apps arrive in packages.
fn buttons(app: &AppDefinition, here: &OrgApp) -> Vec<view::Act> {
    use view::Act::{Block, Install, Unblock, Uninstall};
    match here.presence {
        _ if here.blocked => vec![Unblock],
        Presence::Installed => vec![Uninstall, Block],
        Presence::Known | Presence::Unseen if app.kind == AppKind::ConnectedApp => vec![Install, Block],
        Presence::Own | Presence::Known | Presence::Unseen => vec![Block],
    }
}
