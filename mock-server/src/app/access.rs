//! Logging in and authorizing: the oauth room joined to orgs, clock and the explanations of refusals.

use std::sync::Arc;

use super::{App, Caller, LiveOrg};
use crate::apps::Endpoint;
use crate::id::OrgId;
use crate::journal::Facts;
use crate::oauth::{
    ApiLogin, ApiRefusal, ApiSession, AuthorizeRequest, Beginning, BrowserLogin, Decision, Digest, Event, LoginRefusal, Next, OAuthError, Origin,
    Parameters, SessionKind, Situation, answer_consent, credential, decide, happen, log_in, open, redeem_handover,
};
use crate::org::{Host, Site};
use crate::storage::StoreError;

/// A login over an API that stood: the org it led to and the session.
pub type LoggedIn = (Arc<LiveOrg>, ApiSession);

/// A login that stood: the org it led to and the browser's session.
pub type SignedIn = (Arc<LiveOrg>, BrowserLogin);

/// A logged-in browser at the authorize endpoint or on a page of it.
pub struct Asking<'a> {
    pub caller: &'a Caller,
    pub site: &'a Site,
    pub origin: &'a Origin,
    pub facts: &'a Facts,
}

impl App {
    /// Checks a username, password and security token that came over an API. As for a browser, a user who does not log in at
    /// this site, or is not of the org the client named, is as unknown as one nobody made.
    pub fn log_in(&self, site: &Site, named: Option<OrgId>, login: &ApiLogin<'_>) -> Result<Result<LoggedIn, ApiRefusal>, StoreError> {
        let unknown = Ok(Err(LoginRefusal::WrongPassword.into()));
        let Some(org) = self.org_of_username(login.username)? else { return unknown };
        let facts = org.facts();
        if !site.logs_in(facts.id, facts.kind.into()) || named.is_some_and(|id| id != facts.id) {
            return unknown;
        }
        let outcome = org.write(|tx| log_in(tx, &facts, login, (self.now(), self.entropy())))?;
        Ok(outcome.map(|session| (org, session)))
    }

    /// Ends the session behind a cookie or token; `false` if there was none.
    pub fn sign_out(&self, unverified_sid: &str) -> Result<bool, StoreError> {
        match credential::org_of_access_token(unverified_sid).and_then(|id| self.org(id)) {
            Some(org) => Ok(org.write(|tx| happen(tx, Event::LoggedOut(Digest::of(unverified_sid))))? > 0),
            None => Ok(false),
        }
    }

    /// A one-time password that carries the caller's browser to another host of the org.
    pub fn hand_over(&self, caller: &Caller) -> Result<String, StoreError> {
        let facts = caller.org.facts();
        let login = caller
            .org
            .write(|tx| open(tx, &facts, &caller.user, SessionKind::Handover, Beginning::of(&caller.session), (self.now(), self.entropy())))?;
        Ok(login.token)
    }

    /// Turns a one-time password into a browser session, once.
    pub fn redeem_handover(&self, site: &Site, unverified_otp: &str) -> Result<Option<SignedIn>, StoreError> {
        let Some(org) = self.org_served(site, credential::org_of_access_token(unverified_otp)) else { return Ok(None) };
        let facts = org.facts();
        let login = org.write(|tx| redeem_handover(tx, &facts, unverified_otp, (self.now(), self.entropy())))?;
        Ok(login.map(|login| (org, login)))
    }

    /// Opens a browser session for whoever holds this access token.
    pub fn open_browser(&self, caller: &Caller) -> Result<BrowserLogin, StoreError> {
        let facts = caller.org.facts();
        caller.org.write(|tx| open(tx, &facts, &caller.user, SessionKind::Browser, Beginning::of(&caller.session), (self.now(), self.entropy())))
    }

    /// The org, if its logins and tokens are dealt with at this site: its My Domain, or the login host of its kind.
    pub fn org_served(&self, site: &Site, claimed: Option<OrgId>) -> Option<Arc<LiveOrg>> {
        let org = self.org(claimed?)?;
        let facts = org.facts();
        site.logs_in(facts.id, facts.kind.into()).then_some(org)
    }

    /// The org whose My Domain this site is.
    pub fn org_of_site(&self, site: &Site) -> Option<Arc<LiveOrg>> {
        match site.host() {
            Host::Org(id) => self.org(id),
            Host::Login | Host::Test => None,
        }
    }

    /// Reads the query of an authorize request.
    pub fn read_authorize(&self, query: &[u8]) -> Result<AuthorizeRequest, OAuthError> {
        AuthorizeRequest::read(&Parameters::read(query)?, |key| self.client_by_key(key))
    }

    /// What becomes of the request of a logged-in user.
    pub fn authorize(&self, asking: &Asking<'_>, request: &AuthorizeRequest) -> Result<Next, StoreError> {
        self.decided(asking, request, |situation| asking.caller.org.write(|tx| decide(tx, request, situation)))
    }

    /// Carries out what the user chose on the consent page.
    pub fn answer_consent(&self, asking: &Asking<'_>, request: &AuthorizeRequest, approved: bool) -> Result<Next, StoreError> {
        self.decided(asking, request, |situation| asking.caller.org.write(|tx| answer_consent(tx, request, situation, approved)))
    }

    fn decided(
        &self,
        asking: &Asking<'_>,
        request: &AuthorizeRequest,
        decide: impl FnOnce(&Situation<'_>) -> Result<Decision, StoreError>,
    ) -> Result<Next, StoreError> {
        let caller = asking.caller;
        asking.facts.note(|noted| {
            noted.org = Some(caller.org.id());
            noted.app = Some(request.client.id);
            noted.user = Some(caller.user.id);
        });
        if let Err(refused) = caller.org.takes_oauth(asking.site) {
            return Ok(Next::Raw(refused));
        }
        let decision = self.with_situation(asking, decide)?;
        if let Some(blocked) = decision.blocked {
            self.explain(&caller.org, &request.client, Some(&caller.user), (blocked, request.flow(), Endpoint::Authorize), asking.facts);
        }
        Ok(decision.next)
    }

    /// Puts the user of a visit before the desk of the org.
    pub(super) fn with_situation<T>(&self, asking: &Asking<'_>, work: impl FnOnce(&Situation<'_>) -> T) -> T {
        let counter = self.counter(&asking.caller.org, asking.site, asking.origin);
        work(&Situation { desk: &counter.desk(), user: &asking.caller.user, session: &asking.caller.session })
    }
}
