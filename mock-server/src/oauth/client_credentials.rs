//! Client credentials: an app's own token, for the Run As user that an admin chose.

use super::access_token::check_scopes;
use super::authorize::{assigned_scopes, own_scopes};
use super::desk::{require, unable};
use super::grant::Ledger;
use super::{Award, Desk, Lasting, OAuthError, Outcome, Refused, Scope, Scopes, admitted, issue, org_app};
use crate::apps::{AppDefinition, Flow, Installs, OrgApp};
use crate::org::Directory;

/// Scopes that need a user who is there. Source: Salesforce help, "OAuth 2.0 Client Credentials Flow".
const DROPPED: [Scope; 3] = [Scope::FULL, Scope::WEB, Scope::REFRESH_TOKEN];

/// Gives the app a token of its Run As user. Nothing is left behind but the session.
pub fn client_credentials(tx: &(impl Ledger + Installs + Directory), desk: &Desk<'_>, client: &AppDefinition, asked: Option<&str>) -> Outcome {
    let org_app = org_app(tx, desk, client)?;
    let run_as = org_app.run_as.as_ref().or(client.run_as.as_ref());
    let Some(user) = run_as.map(|name| tx.user_named(name)).transpose()?.flatten() else {
        return Ok(Err(unable(desk, (client, &org_app), Flow::ClientCredentials)));
    };
    if let Err(refused) = admitted(desk, (client, &org_app), &user, Flow::ClientCredentials, None) {
        return Ok(Err(refused));
    }
    let scopes = match granted(desk, (client, &org_app), asked) {
        Ok(scopes) => scopes,
        Err(error) => return Ok(Err(Refused::of(user.id, error))),
    };
    require!(!scopes.is_empty(), Refused::of(user.id, OAuthError::NoValidScopes));
    if let Err(error) = check_scopes(client, &scopes) {
        return Ok(Err(Refused::of(user.id, error)));
    }
    let award =
        Award { client: Some((client, &org_app)), user: &user, scopes, flow: Flow::ClientCredentials, lasting: Lasting::Nothing, nonce: None };
    issue(tx, desk, award).map(Ok)
}

/// The app's scopes without those that need a user. Of a `scope` parameter the recordings say two things: asking for a scope that is dropped is
/// `invalid_scope`, and the parameter itself is not supported. GUESS: in this order.
fn granted(desk: &Desk<'_>, (client, org_app): (&AppDefinition, &OrgApp), asked: Option<&str>) -> Result<Scopes, OAuthError> {
    let own = own_scopes(client, org_app);
    let kept = DROPPED.into_iter().fold(own.clone(), Scopes::without);
    let Some(asked) = asked else {
        // Before Winter '26 an app with `full` alone was served.
        let full_will_do = kept.is_empty() && own.has(Scope::FULL) && !desk.switches.client_credentials_need_a_scope;
        return Ok(if full_will_do { kept.with(Scope::API) } else { kept });
    };
    let asked = Scopes::parse_with_custom(asked).ok().filter(|asked| asked.are_known(desk.org)).ok_or(OAuthError::MalformedScope)?;
    if DROPPED.into_iter().any(|scope| asked.has(scope)) {
        return Err(OAuthError::MalformedScope);
    }
    match desk.switches.client_credentials_accept_scope {
        false => Err(OAuthError::ScopeParameter),
        true if assigned_scopes(desk.org, client, org_app).offers(&asked) => Ok(asked),
        true => Err(OAuthError::ScopeNotAllowed),
    }
}
