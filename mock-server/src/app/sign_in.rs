//! Logging in with a browser: passwords, codes, links and other people's sessions, joined to orgs, clock and outbox.

use std::sync::Arc;

use super::{App, Caller, LiveOrg};
use crate::id::UserId;
use crate::oauth::{
    Beginning, BrowserLogin, Digest, Entry, Event, LinkCause, LoginRefusal, NotVerified, Origin, SecurityLevel, SessionKind, SignIn, TicketKind,
    Tickets, begin_verification, changed_own_password, choose_password, credential, happen, is_activated, link_owner, open, prove, resend_code,
    second_factor, send_link, sign_in, waiting,
};
use crate::org::{Actor, AuditTrail, Directory, PasswordRefusal, Permission, Site, User, UserTurn, change_own_password, section};
use crate::storage::StoreError;

use super::access::SignedIn;

/// The page that a link of an e-mail leads to.
pub const RESET_PATH: &str = "/_ui/system/security/ResetPassword";

/// A login that waits for a code.
pub struct Waiting {
    pub org: Arc<LiveOrg>,
    pub user: User,
    pub kind: TicketKind,
}

/// A browser that brought the right code.
pub struct Proven {
    pub org: Arc<LiveOrg>,
    pub login: BrowserLogin,
    /// A further secret by which the browser is known from now on; `None` if it was known before.
    pub device: Option<String>,
}

impl App {
    /// Checks a password at a login host or My Domain. A user who does not log in at this site is as unknown as one nobody made.
    pub fn sign_in(&self, site: &Site, asked: &SignIn<'_>) -> Result<Result<(Arc<LiveOrg>, Entry), LoginRefusal>, StoreError> {
        let Some(org) = self.org_of_username(asked.username)? else { return Ok(Err(LoginRefusal::WrongPassword)) };
        let (facts, switches) = (org.facts(), org.switches());
        if !site.logs_in(facts.id, facts.kind.into()) {
            return Ok(Err(LoginRefusal::WrongPassword));
        }
        let entry = org.write(|tx| sign_in(tx, (&facts, &switches), asked, (self.now(), self.entropy())))?;
        Ok(entry.map(|entry| (org, entry)))
    }

    /// The login that waits for a code in this browser.
    pub fn waiting(&self, site: &Site, unverified_token: &str) -> Result<Option<Waiting>, StoreError> {
        let Some(org) = self.org_served(site, credential::org_of_access_token(unverified_token)) else { return Ok(None) };
        let found = org.read(|tx| {
            let Some(ticket) = waiting(tx, Digest::of(unverified_token), self.now())? else { return Ok::<_, StoreError>(None) };
            Ok(tx.user(ticket.user)?.map(|user| (user, ticket.kind)))
        })?;
        Ok(found.map(|(user, kind)| Waiting { org, user, kind }))
    }

    /// Takes a code. `devices` are the secrets that the browser keeps; `replaced` is the session it had. A browser that the user did not
    /// activate yet gets a secret of its own: one it came with may be somebody else's, too.
    pub fn prove(
        &self,
        site: &Site,
        (unverified_token, unverified_code): (&str, &str),
        (devices, replaced): (&[&str], Option<&str>),
        origin: &Origin,
    ) -> Result<Result<Proven, NotVerified>, StoreError> {
        let Some(org) = self.org_served(site, credential::org_of_access_token(unverified_token)) else { return Ok(Err(NotVerified::Over)) };
        let facts = org.facts();
        let moment = (self.now(), self.entropy());
        let outcome = org.write(|tx| {
            let login = match prove(tx, &facts, (unverified_token, unverified_code), origin, replaced.map(Digest::of), moment)? {
                Ok((login, _)) => login,
                Err(wrong) => return Ok::<_, StoreError>(Err(wrong)),
            };
            if is_activated(tx, devices, login.session.user)? {
                return Ok(Ok((login, None)));
            }
            let device = self.entropy().token(43);
            tx.activate_device(Digest::of(&device), login.session.user, moment.0)?;
            Ok(Ok((login, Some(device))))
        })?;
        Ok(outcome.map(|(login, device)| Proven { org, login, device }))
    }

    pub fn resend_code(&self, site: &Site, unverified_token: &str) -> Result<(), StoreError> {
        match self.org_served(site, credential::org_of_access_token(unverified_token)) {
            Some(org) => org.write(|tx| resend_code(tx, unverified_token, (self.now(), self.entropy()))),
            None => Ok(()),
        }
    }

    /// Makes a browser that is logged in prove a second factor. Returns what it shows when it brings the code.
    pub fn raise_session(&self, caller: &Caller) -> Result<String, StoreError> {
        let facts = caller.org.facts();
        caller.org.write(|tx| begin_verification(tx, &facts, &caller.user, second_factor(&caller.user), (self.now(), self.entropy())))
    }

    /// E-mails the user a link to choose a password. `by` is the admin who made the user or reset the password, if one did.
    pub fn send_password_link(&self, org: &LiveOrg, site: &Site, user: &User, cause: LinkCause, by: Option<UserId>) -> Result<(), StoreError> {
        let (facts, now) = (org.facts(), self.now());
        let host = site.my_domain_url(facts.id, &facts.my_domain());
        let address = |token: &str| format!("{host}{RESET_PATH}?c={}", token.replace('!', "%21"));
        org.write(|tx| {
            send_link(tx, &facts, user, cause, (now, self.entropy()), address)?;
            if cause != LinkCause::Reset {
                return Ok(());
            }
            if org.switches().reset_ends_sessions {
                happen(tx, Event::PasswordReset(user.id))?;
            }
            tx.audit_user(Actor { user: by, at: now }, (&user.name, user.id), UserTurn::PasswordReset)
        })
    }

    /// E-mails whoever logs in here by this name a link to choose a password. Whether there is such a user is not told.
    pub fn forgot_password(&self, site: &Site, username: &str) -> Result<(), StoreError> {
        let Some(org) = self.org_of_username(username)? else { return Ok(()) };
        let facts = org.facts();
        let Some(user) = org.read(|tx| tx.user_named(username))? else { return Ok(()) };
        if !site.logs_in(facts.id, facts.kind.into()) || !user.is_active || user.is_frozen || facts.is_closed(self.now()) {
            return Ok(());
        }
        self.send_password_link(&org, site, &user, LinkCause::Forgotten, None)
    }

    /// Whose link it is, while it is good.
    pub fn password_link(&self, site: &Site, unverified_token: &str) -> Result<Option<User>, StoreError> {
        match self.org_served(site, credential::org_of_access_token(unverified_token)) {
            Some(org) => org.read(|tx| link_owner(tx, unverified_token, self.now())),
            None => Ok(None),
        }
    }

    /// Sets the password that the holder of a link chose, and logs the user in. `None`: the link is not good.
    pub fn choose_password(
        &self,
        site: &Site,
        (unverified_token, new): (&str, &str),
        origin: &Origin,
    ) -> Result<Option<Result<SignedIn, PasswordRefusal>>, StoreError> {
        let Some(org) = self.org_served(site, credential::org_of_access_token(unverified_token)) else { return Ok(None) };
        let (facts, moment) = (org.facts(), (self.now(), self.entropy()));
        let outcome = org.write(|tx| {
            let user = match choose_password(tx, unverified_token, new, moment)? {
                None => return Ok::<_, StoreError>(None),
                Some(Err(refusal)) => return Ok(Some(Err(refusal))),
                Some(Ok(user)) => user,
            };
            changed_own_password(tx, user, None, moment.0)?;
            let Some(user) = tx.user(user)? else { return Ok(None) };
            let beginning = Beginning { source_ip: origin.source_ip(), ..Beginning::default() };
            Ok(Some(Ok(open(tx, &facts, &user, SessionKind::Browser, beginning, moment)?)))
        })?;
        Ok(outcome.map(|login| login.map(|login| (org, login))))
    }

    /// Replaces the caller's own password, which may have expired. The session it is done in stays.
    pub fn change_password(&self, caller: &Caller, old: &str, new: &str) -> Result<Result<(), PasswordRefusal>, StoreError> {
        let moment = (self.now(), self.entropy());
        caller.org.write(|tx| {
            if let Err(refusal) = change_own_password(tx, &caller.user, old, new, moment)? {
                return Ok(Err(refusal));
            }
            changed_own_password(tx, caller.user.id, Some(caller.session.digest), moment.0)?;
            Ok(Ok(()))
        })
    }

    /// Whether the caller may log in as the user: an admin, where the org lets admins, and never through another such session.
    pub fn may_log_in_as(&self, caller: &Caller, user: &User) -> bool {
        let allowed = caller.user.has(Permission::ManageUsers) && caller.org.switches().admins_log_in_as_any_user;
        allowed && !caller.session.login_as && user.is_active && !user.is_frozen && user.id != caller.user.id
    }

    /// Opens a browser session as another user, for an admin who may.
    pub fn log_in_as(&self, caller: &Caller, user: &User, origin: &Origin) -> Result<BrowserLogin, StoreError> {
        let (facts, moment) = (caller.org.facts(), (self.now(), self.entropy()));
        caller.org.write(|tx| {
            let beginning =
                Beginning { login_as: true, security_level: SecurityLevel::Standard, source_ip: origin.source_ip(), ..Beginning::default() };
            let trail = format!("Logged in using Login-As access for {}", user.username);
            tx.audit(Actor::new(caller.user.id, moment.0), section::MANAGE_USERS, "suOrgAdminLogin", &trail)?;
            open(tx, &facts, user, SessionKind::Browser, beginning, moment)
        })
    }
}
