//! Environment Hub: a partner's business org makes orgs for development, tests and trials. Source: requirements C7; `packaging-and-cli.md` 9.5.

use std::sync::Arc;
use std::time::Duration;

use super::{App, LiveOrg, NewOrg, Taken};
use crate::id::{OrgId, UserId};
use crate::oauth::LinkCause;
use crate::org::{
    Actor, AuditTrail, Directory, Edition, Mail, MailKind, NewUser, OrgKind, Outbox, Policies, Scheme, Site, check_domain_name, section,
};
use crate::secret::Secret;
use crate::storage::StoreError;

/// What an org is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Partner Developer Edition.
    Development,
    /// An Enterprise Edition org with a partner's licences.
    TestDemo,
    /// An Enterprise Edition org that ends by itself.
    Trial,
}

/// How long a trial lasts. Source: Environment Hub, trials of 30 days.
const TRIAL: Duration = Duration::from_secs(30 * 24 * 3600);

impl Purpose {
    pub const ALL: [Self; 3] = [Self::Development, Self::TestDemo, Self::Trial];

    /// The value that forms post.
    pub fn value(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::TestDemo => "test_demo",
            Self::Trial => "trial",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Development => "Development: Partner Developer",
            Self::TestDemo => "Test/Demo: Partner Enterprise",
            Self::Trial => "Trial: Enterprise, for 30 days",
        }
    }

    pub fn read(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.value() == value)
    }

    fn kind(self) -> (OrgKind, Edition) {
        match self {
            Self::Development => (OrgKind::Developer, Edition::Developer),
            Self::TestDemo | Self::Trial => (OrgKind::Production, Edition::Enterprise),
        }
    }
}

/// What Create Org asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnvironment {
    pub purpose: Purpose,
    /// The My Domain label.
    pub name: String,
    pub username: String,
    pub email: String,
}

/// Why no org is made. GUESS: the sentences.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentRefused {
    #[error("Environment Hub is available in a Partner Business Org only.")]
    NotPartnerBusinessOrg,
    #[error("It takes letters, digits and single hyphens between them, at most 34 characters.")]
    BadName,
    #[error("{0} is not available.")]
    NameTaken(String),
    #[error("It must be in the form of an e-mail address.")]
    BadUsername,
    #[error("{0} is not available.")]
    UsernameTaken(String),
    #[error("You must enter a value")]
    NoEmail,
}

impl EnvironmentRefused {
    /// The member of the form that it is about; none if it is about the org.
    pub fn field(&self) -> &'static str {
        match self {
            Self::NotPartnerBusinessOrg => "",
            Self::BadName | Self::NameTaken(_) => "my_domain",
            Self::BadUsername | Self::UsernameTaken(_) => "username",
            Self::NoEmail => "email",
        }
    }
}

impl App {
    /// The orgs that a hub made, in their order.
    pub fn environments(&self, hub: OrgId) -> Vec<Arc<LiveOrg>> {
        self.orgs().into_iter().filter(|org| org.facts().made_by == Some(hub)).collect()
    }

    /// Makes an org with one administrator. Its login details come by e-mail: the new user gets a link to choose a password, the hub a note.
    pub fn create_environment(
        &self,
        hub: &LiveOrg,
        new: &NewEnvironment,
        by: Option<UserId>,
    ) -> Result<Result<Arc<LiveOrg>, EnvironmentRefused>, StoreError> {
        if let Err(refused) = self.check_environment(hub, new)? {
            return Ok(Err(refused));
        }
        let (kind, edition) = new.purpose.kind();
        let asked = NewOrg { id: None, name: new.name.clone(), kind, edition, era: hub.facts().era, policies: Policies::default(), namespace: None };
        let org = match self.create_org(asked) {
            Ok(org) => org,
            Err(Taken::Store(error)) => return Err(error),
            Err(_) => return Ok(Err(EnvironmentRefused::NameTaken(new.name.clone()))),
        };
        let expires = (new.purpose == Purpose::Trial).then(|| self.now().plus(TRIAL));
        let shaped = self.change_org(org.id(), |facts| {
            facts.made_by = Some(hub.id());
            facts.expires = expires;
        });
        shaped.map_err(store_error)?;
        let org = self.org(org.id()).unwrap_or(org);
        let profile = org.read(|tx| tx.permission_set_named("System Administrator", true))?;
        let profile = profile.ok_or_else(|| StoreError::new("an org without its administrators' profile"))?;
        let user = NewUser {
            id: None,
            username: new.username.clone(),
            nickname: None,
            email: new.email.clone(),
            first_name: None,
            last_name: "Admin".to_owned(),
            alias: "admin".to_owned(),
            is_active: true,
            time_zone: "America/Los_Angeles".to_owned(),
            locale: "en_US".to_owned(),
            language: "en_US".to_owned(),
            password: None,
            security_token: Secret(self.entropy().token(24)),
            profile: profile.id,
            permission_sets: Vec::new(),
        };
        match self.add_user(&org, &user, None) {
            Ok(user) => self.welcome(hub, &org, new, user, by)?,
            Err(Taken::Store(error)) => return Err(error),
            Err(_) => {
                // Somebody took the name in between: the org goes again.
                self.remove_org(org.id())?;
                return Ok(Err(EnvironmentRefused::UsernameTaken(new.username.clone())));
            }
        }
        Ok(Ok(org))
    }

    fn check_environment(&self, hub: &LiveOrg, new: &NewEnvironment) -> Result<Result<(), EnvironmentRefused>, StoreError> {
        if hub.facts().edition != Edition::PartnerBusinessOrg {
            return Ok(Err(EnvironmentRefused::NotPartnerBusinessOrg));
        }
        let name = &new.name;
        let (kind, _) = new.purpose.kind();
        if check_domain_name(name, kind).is_err() || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Ok(Err(EnvironmentRefused::BadName));
        }
        if self.org_named(name).is_some() {
            return Ok(Err(EnvironmentRefused::NameTaken(name.clone())));
        }
        let parts = new.username.split_once('@');
        if !parts.is_some_and(|(own, host)| !own.is_empty() && host.contains('.') && !host.contains('@') && !new.username.contains(' ')) {
            return Ok(Err(EnvironmentRefused::BadUsername));
        }
        if self.org_of_username(&new.username)?.is_some() {
            return Ok(Err(EnvironmentRefused::UsernameTaken(new.username.clone())));
        }
        Ok(if new.email.trim().is_empty() { Err(EnvironmentRefused::NoEmail) } else { Ok(()) })
    }

    fn welcome(&self, hub: &LiveOrg, org: &LiveOrg, new: &NewEnvironment, user: UserId, by: Option<UserId>) -> Result<(), StoreError> {
        let site = Site::reported(self.config().addressing, Scheme::Http, self.listeners());
        if let Some(user) = org.read(|tx| tx.user(user))? {
            self.send_password_link(org, &site, &user, LinkCause::Reset, None)?;
        }
        let facts = org.facts();
        let link = site.my_domain_url(facts.id, &facts.my_domain());
        let ends = facts.expires.map_or(String::new(), |at| format!("It is a trial, and ends on {}.\n", at.iso()));
        hub.write(|tx| {
            let display = format!("Created org {} ({})", facts.name, facts.edition.organization_type());
            tx.audit(Actor { user: by, at: self.now() }, section::COMPANY_INFORMATION, "createdEnvironment", &display)?;
            tx.send(&Mail {
                at: self.now(),
                kind: MailKind::NewOrg,
                user: by,
                to: new.email.clone(),
                subject: format!("Your new Salesforce org {} is ready", facts.name),
                body: format!(
                    "Organization ID: {}\nUsername: {}\nLog in at:\n{link}\n\nThe link to choose a password is in an e-mail of its own.\n{ends}",
                    facts.id, new.username
                ),
                code: None,
                link: Some(link.clone()),
            })
        })
    }
}

fn store_error(taken: Taken) -> StoreError {
    match taken {
        Taken::Store(error) => error,
        other => StoreError::new(other),
    }
}
