//! Making tokens: the one home of every access token and refresh token that a flow hands out.

use serde_json::{Map, Value};

use super::desk::{note_known, record_login};
use super::grant::{Grant, Ledger, Session};
use super::session::timeout;
use super::{Desk, Digest, Event, Scope, Scopes, SessionKind, access_token, credential, happen, id_token, login_status};
use crate::apps::{AppDefinition, Flow, Installs, OrgApp};
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::org::{Switches, User};
use crate::storage::StoreError;

/// Approvals one user may have of one app; one more displaces the one left alone the longest.
const APPROVALS: usize = 5;

/// What a flow leaves behind beside the access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// An approval; with a refresh token if the scopes have one.
    Refreshable,
    /// An approval without a refresh token, whatever the scopes say.
    Remembered,
    /// Nothing: a bearer flow asks again each time.
    Nothing,
}

/// What a flow decided to hand out.
#[derive(Debug, Clone)]
pub struct Award<'a> {
    /// The app and what the org decided about it; `None` in the one flow that names no app.
    pub client: Option<(&'a AppDefinition, &'a OrgApp)>,
    pub user: &'a User,
    pub scopes: Scopes,
    pub flow: Flow,
    pub lasting: Lasting,
    /// Goes into the id_token.
    pub nonce: Option<String>,
}

/// What a client gets.
#[derive(Debug, Clone)]
pub struct Issued {
    pub access_token: String,
    pub refresh_token: Option<String>,
    pub scopes: Scopes,
    pub user: UserId,
    pub grant: Option<RecordId>,
    pub flow: Flow,
    /// Generation of the refresh token presented and of the one now current.
    pub presented: Option<u32>,
    pub generation: u32,
    pub nonce: Option<String>,
    pub at: Timestamp,
    /// What the id_token tells of the user, if there is one.
    pub claims: Map<String, Value>,
    /// Further members of the answer, in their order.
    pub extras: Vec<(&'static str, String)>,
}

/// Makes the tokens of an award, and the row of the login history.
pub fn issue(tx: &(impl Ledger + Installs), desk: &Desk<'_>, award: Award<'_>) -> Result<Issued, StoreError> {
    let client = award.client.map(|(client, _)| client);
    let login = record_login(tx, desk, (client, Some(award.flow)), award.user.id, login_status::SUCCESS)?;
    make(tx, desk, award, Some(login))
}

/// Makes the tokens of an award without a trace in the login history: for tests that ask the control API.
pub fn hand_out(tx: &(impl Ledger + Installs), desk: &Desk<'_>, award: Award<'_>) -> Result<Issued, StoreError> {
    make(tx, desk, award, None)
}

/// `login` is the row of the login history that the session began with.
fn make(tx: &(impl Ledger + Installs), desk: &Desk<'_>, award: Award<'_>, login: Option<RecordId>) -> Result<Issued, StoreError> {
    if let Some((_, org_app)) = award.client {
        note_known(tx, org_app)?;
    }
    let (grant, refresh_token) = approve(tx, desk, &award)?;
    let access_token = open_session(tx, desk, award.client, award.user, &award.scopes, (grant, login))?;
    Ok(Issued {
        access_token,
        refresh_token,
        scopes: award.scopes,
        user: award.user.id,
        grant,
        flow: award.flow,
        presented: None,
        generation: 1,
        nonce: award.nonce,
        at: desk.now,
        claims: award.client.map(|client| id_token::claims(desk, client, award.user)).unwrap_or_default(),
        extras: Vec::new(),
    })
}

/// The approval that the award leaves, and its refresh token.
fn approve(tx: &impl Ledger, desk: &Desk<'_>, award: &Award<'_>) -> Result<(Option<RecordId>, Option<String>), StoreError> {
    let Some((client, _)) = award.client.filter(|_| award.lasting != Lasting::Nothing) else { return Ok((None, None)) };
    let grants = tx.grants_of(award.user.id, client.id)?;
    if let Some(displaced) = displaced(&grants, &award.scopes, desk.switches) {
        happen(tx, Event::ApprovalDisplaced(displaced.id))?;
    }
    if let Some(connected) = client.migrated_from {
        // Whoever authorizes the external client app leaves the connected app it was made of; the others stay with that one.
        happen(tx, Event::ApprovalsRevoked { app: connected, user: Some(award.user.id) })?;
    }
    let offline = award.lasting == Lasting::Refreshable && award.scopes.has(Scope::REFRESH_TOKEN);
    let refresh_token = offline.then(|| credential::refresh_token(desk.org.id, desk.entropy));
    // Without a refresh token an approval leaves nothing that could be counted: the same row serves again.
    if let Some(earlier) = grants.iter().find(|grant| !offline && grant.scopes == award.scopes) {
        tx.use_grant(earlier.id, desk.now, None)?;
        return Ok((Some(earlier.id), None));
    }
    let grant = Grant::new(tx.new_record_id("0CG")?, award.user.id, client.id, award.scopes.clone(), award.flow, desk.now)
        .deletable(desk.org.id, desk.entropy);
    tx.add_grant(&grant, refresh_token.as_deref().map(Digest::of), client)?;
    Ok((Some(grant.id), refresh_token))
}

/// The approval that one more with these scopes would displace.
pub(super) fn displaced<'g>(grants: &'g [Grant], scopes: &Scopes, org: &Switches) -> Option<&'g Grant> {
    let counted = || grants.iter().filter(|grant| grant.scopes.has(Scope::REFRESH_TOKEN));
    if !scopes.has(Scope::REFRESH_TOKEN) || counted().count() < APPROVALS {
        return None;
    }
    // The grants come in the order of their last use.
    if org.sixth_approval_displaces_oldest { counted().min_by_key(|grant| grant.created) } else { counted().next() }
}

/// Opens the session of a new access token and returns the token.
pub(super) fn open_session(
    tx: &impl Ledger,
    desk: &Desk<'_>,
    client: Option<(&AppDefinition, &OrgApp)>,
    user: &User,
    scopes: &Scopes,
    (grant, login): (Option<RecordId>, Option<RecordId>),
) -> Result<String, StoreError> {
    let (definition, org_app) = client.unzip();
    let kind = access_token::kind(definition);
    let of_jwt = org_app.and_then(|row| row.details.named_user_jwt_timeout).filter(|_| kind == SessionKind::Jwt);
    let timeout = of_jwt.map_or_else(|| timeout(desk.org, user, org_app), |minutes| i64::from(minutes) * 60_000);
    let token = access_token::make(desk, definition, user, scopes, timeout)?;
    let app = definition.map(|client| client.id);
    let (id, times) = (tx.new_record_id("0Ak")?, (desk.now, desk.now));
    let mut session = Session::new(id, Digest::of(&token), kind, user.id, app, grant, scopes.clone(), times, timeout);
    session.source_ip = desk.origin.source_ip();
    session.login = login;
    tx.add_session(&session)?;
    Ok(token)
}
