//! Hybrid flows: beside its tokens an app gets session ids for the web domains, to set as cookies of the browser it embeds.

use super::grant::{Ledger, Session, SessionKind};
use super::session::timeout;
use super::{Desk, Digest, Issued, Scope, Scopes, credential};
use crate::apps::{AppDefinition, OrgApp};
use crate::org::{User, WebDomain};
use crate::storage::StoreError;

/// The domains and the scope that opens each.
const DOMAINS: [(Scope, WebDomain, &str, &str); 3] = [
    (Scope::LIGHTNING, WebDomain::Lightning, "lightning_domain", "lightning_sid"),
    (Scope::VISUALFORCE, WebDomain::Visualforce, "visualforce_domain", "visualforce_sid"),
    (Scope::CONTENT, WebDomain::Content, "content_domain", "content_sid"),
];

/// The members that a hybrid answer has beside the tokens'. Source: what Salesforce's mobile SDK reads of it.
pub fn web_sessions(
    tx: &impl Ledger,
    desk: &Desk<'_>,
    (client, org_app): (&AppDefinition, &OrgApp),
    user: &User,
    issued: &Issued,
) -> Result<Vec<(&'static str, String)>, StoreError> {
    let parent = tx.session(Digest::of(&issued.access_token))?.map(|session| session.id);
    let open = |scopes: Scopes| -> Result<String, StoreError> {
        let sid = credential::access_token(desk.org.id, desk.entropy);
        let (id, times) = (tx.new_record_id("0Ak")?, (desk.now, desk.now));
        let timeout = timeout(desk.org, user, Some(org_app));
        let digest = Digest::of(&sid);
        let mut session = Session::new(id, digest, SessionKind::Browser, user.id, Some(client.id), issued.grant, scopes, times, timeout);
        session.parent = parent;
        tx.add_session(&session)?;
        Ok(sid)
    };
    let mut members = Vec::new();
    for (scope, domain, domain_member, sid_member) in DOMAINS {
        if issued.scopes.allows(scope) {
            members.push((domain_member, desk.site.web_domain(desk.org.id, &desk.org.my_domain(), domain)));
            members.push((sid_member, open(Scopes::default().with(scope))?));
        }
    }
    if issued.scopes.allows(Scope::WEB) {
        // An opaque access token is itself the session that the others hang on; a JWT is none, so one is opened.
        let parent = match credential::org_of_access_token(&issued.access_token) {
            Some(_) => issued.access_token.clone(),
            None => open(Scopes::default().with(Scope::WEB))?,
        };
        members.extend([
            ("csrf_token", desk.entropy.token(64)),
            ("cookie-clientSrc", desk.origin.address.map(|address| address.to_string()).unwrap_or_default()),
            ("cookie-sid_Client", desk.entropy.token(22)),
            ("sidCookieName", desk.site.session_cookie(desk.org.id)),
            ("parent_sid", parent),
        ]);
    }
    Ok(members)
}
