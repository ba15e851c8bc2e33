//! The desk of the token endpoint: where and when a token is asked for, and who is let through to it.

use super::authorize::{app_facts, user_facts};
use super::grant::{Grant, Ledger, Login};
use super::session::Origin;
use super::{Issued, Keys, OAuthError};
use crate::apps::{
    Admission, AppDefinition, AppFacts, Blocked, Case, Endpoint, Flow, Installs, OrgApp, Presence, Standing, UserFacts, Visit, admit, first_row,
    limit, standing,
};
use crate::clock::{Entropy, Timestamp};
use crate::id::{RecordId, UserId};
use crate::org::{Org, Site, Switches, User};
use crate::storage::StoreError;

/// Where and when a token is asked for. Who asks is told apart from it: one flow names no app.
pub struct Desk<'a> {
    pub org: &'a Org,
    pub switches: &'a Switches,
    /// The address that was asked: a login host, or the org's own.
    pub site: &'a Site,
    pub keys: &'a Keys,
    pub now: Timestamp,
    pub entropy: &'a Entropy,
    /// Where the client calls from.
    pub origin: &'a Origin,
}

impl Desk<'_> {
    /// The visit of the program that asks.
    pub fn visit(&self) -> Visit {
        Visit::without_browser(self.now, self.origin.address)
    }
}

/// The inner result is the protocol's: a refusal may have changed something (a family died), so it is kept like a success.
pub type Outcome = Result<Result<Issued, Refused>, StoreError>;

/// A refusal, and whose attempt failed if that is known.
#[derive(Debug, Clone)]
pub struct Refused {
    pub error: OAuthError,
    pub user: Option<UserId>,
    /// `LoginHistory.Status` of the attempt; without one, or without a user, it leaves no row.
    pub status: Option<&'static str>,
}

impl From<OAuthError> for Refused {
    fn from(error: OAuthError) -> Self {
        Self { user: None, status: error.login_status(), error }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        OAuthError::from(error).into()
    }
}

impl Refused {
    /// The attempt of this user.
    pub fn of(user: UserId, error: OAuthError) -> Self {
        Self { user: Some(user), ..error.into() }
    }

    /// The login history says something narrower than the client is told.
    pub fn with_status(self, status: &'static str) -> Self {
        Self { status: Some(status), ..self }
    }
}

/// Refuses within the transaction that is kept.
macro_rules! require {
    ($condition:expr, $refused:expr) => {
        if !$condition {
            return Ok(Err($refused.into()));
        }
    };
}
pub(super) use require;

/// What the org decided about the app, as the first asker finds it.
pub fn org_app(tx: &impl Installs, desk: &Desk<'_>, client: &AppDefinition) -> Result<OrgApp, StoreError> {
    Ok(tx.org_app(client.id)?.unwrap_or_else(|| first_row(client, desk.org.id, desk.switches, desk.now)))
}

/// Whether this user may have a token of this app by this flow, here and now. `approval`: what the user approved before, or the grant that is
/// continued.
pub fn admitted(
    desk: &Desk<'_>,
    (client, org_app): (&AppDefinition, &OrgApp),
    user: &User,
    flow: Flow,
    approval: Option<&Grant>,
) -> Result<Admission, Refused> {
    let case = Case {
        app: app_facts(client, org_app, (flow, Endpoint::Token), desk.switches, &desk.visit()),
        user: user_facts(user, desk.org, (client, org_app, flow), &desk.visit(), approval),
        org: desk.switches,
        flow,
        endpoint: Endpoint::Token,
    };
    admit(&case).map_err(|blocked| Refused::of(user.id, OAuthError::Blocked { blocked, flow }))
}

/// The refusal of a flow that acts as a user whom the app's policies name, where they name nobody.
pub(super) fn unable(desk: &Desk<'_>, (client, org_app): (&AppDefinition, &OrgApp), flow: Flow) -> Refused {
    let nobody = UserFacts {
        standing: Standing::Active,
        limit: None,
        approves_uninstalled_apps: false,
        uses_any_api_client: false,
        assigned: false,
        approval: None,
    };
    let app = AppFacts { has_run_as: false, ..app_facts(client, org_app, (flow, Endpoint::Token), desk.switches, &desk.visit()) };
    let case = Case { app, user: nobody, org: desk.switches, flow, endpoint: Endpoint::Token };
    let blocked = admit(&case).err().unwrap_or(Blocked::NoRunAsUser);
    OAuthError::Blocked { blocked, flow }.into()
}

/// Whether this user may have a token here and now by a flow that names no app.
pub(super) fn admitted_without_app(desk: &Desk<'_>, user: &User, flow: Flow) -> Result<(), Refused> {
    let visit = desk.visit();
    let user_facts = UserFacts {
        standing: standing(user, desk.org, &visit),
        limit: limit(user, &visit, None),
        approves_uninstalled_apps: false,
        uses_any_api_client: false,
        assigned: false,
        approval: None,
    };
    let case = Case { app: AppFacts::NONE, user: user_facts, org: desk.switches, flow, endpoint: Endpoint::Token };
    admit(&case).map(|_| ()).map_err(|blocked| Refused::of(user.id, OAuthError::Blocked { blocked, flow }))
}

/// Somebody got a token: from now on the org knows the app.
pub(super) fn note_known(tx: &impl Installs, org_app: &OrgApp) -> Result<(), StoreError> {
    if org_app.presence != Presence::Unseen {
        return Ok(());
    }
    tx.put_org_app(&OrgApp { presence: Presence::Known, ..org_app.clone() })
}

/// Leaves the row of a refused attempt in the login history.
pub fn record_refusal(tx: &impl Ledger, desk: &Desk<'_>, client: Option<&AppDefinition>, refused: &Refused) -> Result<(), StoreError> {
    let by_gate = match &refused.error {
        OAuthError::Blocked { blocked, .. } => blocked.gate_status(desk.switches),
        _ => None,
    };
    match (refused.user, refused.status.or(by_gate)) {
        (Some(user), Some(status)) => record_login(tx, desk, (client, refused.error.flow()), user, status).map(|_| ()),
        _ => Ok(()),
    }
}

/// A row of the login history for a client's attempt; a refresh that succeeds writes none.
pub(super) fn record_login(
    tx: &impl Ledger,
    desk: &Desk<'_>,
    (client, flow): (Option<&AppDefinition>, Option<Flow>),
    user: UserId,
    status: &'static str,
) -> Result<RecordId, StoreError> {
    let row = Login {
        user,
        at: desk.now,
        kind: "Remote Access 2.0",
        status,
        application: client.map_or_else(|| "N/A".to_owned(), |client| client.name.clone()),
        source_ip: desk.origin.source_ip(),
        login_url: desk.origin.login_url.clone(),
        browser: desk.origin.browser.clone(),
        flow,
        api: None,
    };
    tx.add_login(&row)
}
