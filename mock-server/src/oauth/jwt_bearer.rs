//! JWT bearer: a user's token for an assertion that the app signed.

use super::access_token::check_scopes;
use super::authorize::{assigned_scopes, own_scopes};
use super::desk::require;
use super::grant::{Grant, Ledger};
use super::{Award, Desk, Lasting, OAuthError, Outcome, Refused, Scope, Scopes, admitted, issue, org_app};
use crate::apps::{AppDefinition, Blocked, Flow, Installs};
use crate::org::Directory;

/// Gives the user that a verified assertion names a token. Nothing is left behind but the session: the app signs anew each time.
pub fn jwt_bearer(tx: &(impl Ledger + Installs + Directory), desk: &Desk<'_>, client: &AppDefinition, username: &str) -> Outcome {
    // GUESS: an unknown user is one who never approved; a wrong one was not told apart.
    let Some(user) = tx.user_named(username)? else {
        return Ok(Err(OAuthError::Blocked { blocked: Blocked::NotApproved, flow: Flow::JwtBearer }.into()));
    };
    let org_app = org_app(tx, desk, client)?;
    let grants = tx.grants_of(user.id, client.id)?;
    let offline = grants.iter().rev().find(|grant| grant.scopes.has(Scope::REFRESH_TOKEN)).or(grants.last());
    let own = own_scopes(client, &org_app);
    let admission = match admitted(desk, (client, &org_app), &user, Flow::JwtBearer, offline) {
        Err(Refused { error: OAuthError::Blocked { blocked: Blocked::NotApproved, .. }, .. }) if !own.has(Scope::REFRESH_TOKEN) => {
            return Ok(Err(Refused::of(user.id, OAuthError::RefreshScopeRequired)));
        }
        Err(refused) => return Ok(Err(refused)),
        Ok(admission) => admission,
    };
    require!(own.has(Scope::REFRESH_TOKEN), Refused::of(user.id, OAuthError::RefreshScopeRequired));
    // Custom scopes come of themselves where an admin approved the user. Source: Salesforce help, "OAuth 2.0 JWT Bearer Flow".
    let assigned = assigned_scopes(desk.org, client, &org_app);
    let scopes = if admission.pre_authorized { assigned } else { approved(&grants).keeping_custom_of(&assigned) }.without(Scope::REFRESH_TOKEN);
    if let Err(error) = check_scopes(client, &scopes) {
        return Ok(Err(Refused::of(user.id, error)));
    }
    let award = Award { client: Some((client, &org_app)), user: &user, scopes, flow: Flow::JwtBearer, lasting: Lasting::Nothing, nonce: None };
    issue(tx, desk, award).map(Ok)
}

/// What the user approved, all approvals together.
pub(super) fn approved(grants: &[Grant]) -> Scopes {
    grants.iter().fold(Scopes::default(), |all, grant| all.and(&grant.scopes))
}
