//! Orgs, their users, profiles and permission sets, and the addresses under which they answer.

mod address;
pub mod audit;
mod custom_scope;
mod duty;
mod era;
mod federation;
mod ip_range;
mod login_rules;
mod mail;
mod my_domain;
mod password;
mod permission_sets;
mod profile;
mod rights;
mod sandbox;
mod standard_profiles;
mod user;
mod user_details;

pub use address::{DomainKind, Host, Listeners, Misplaced, MyDomain, OpenListener, Ports, Scheme, Side, Site, WebDomain, is_salesforce_name};
pub use audit::{Actor, AuditTrail, TrailRow, UserTurn, section};
pub use custom_scope::{CustomScope, CustomScopeFault};
pub use duty::Duty;
pub use era::{Delivery, Era, InstallGate, Policies, Switches};
pub use federation::{HandlerApp, Identity, SingleSignOn, SubjectTokenType, TokenExchangeHandler, UserTemplate};
pub use ip_range::IpRange;
pub use login_rules::{DAYS, LoginHours, LoginRules, OpenHours};
pub use mail::{Mail, MailKind, Outbox};
pub use my_domain::{DomainRefused, check_domain_name};
pub use password::{PasswordRefusal, change_own_password, password_fault, reset_password, set_password};
pub use permission_sets::{SetFault, check_set_name, system_permissions};
pub use profile::{Permission, PermissionSet};
pub use rights::{FieldRights, ObjectRights, Right};
pub use sandbox::{CopyOrigin, SandboxLicense, sandbox_email, sandbox_name_fault, sandbox_username};
pub use standard_profiles::{STANDARD_PROFILES, standard_profile};
pub use user::{Directory, NewUser, User, UserChange};
pub use user_details::{UserDetails, UserFault};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::OrgId;

/// What is known of an org without asking its database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Org {
    pub id: OrgId,
    pub number: u32,
    /// Unique on this server; the My Domain label is the same text.
    pub name: String,
    pub kind: OrgKind,
    pub edition: Edition,
    pub era: Era,
    /// Only what was set by hand: the era supplies the rest.
    pub policies: Policies,
    pub created: Timestamp,
    /// `Professional` and the like have none unless it was bought.
    pub has_api: bool,
    /// A locked org refuses every login.
    pub locked: bool,
    /// Seconds until an unused access token stops working. Default 7,200: two hours.
    pub session_timeout: u32,
    /// Network Access: from here a password needs no security token.
    #[serde(default)]
    pub trusted_ip_ranges: Vec<IpRange>,
    /// SAML Single Sign-On Settings.
    #[serde(default)]
    pub single_sign_on: Vec<SingleSignOn>,
    #[serde(default)]
    pub token_exchange_handlers: Vec<TokenExchangeHandler>,
    /// OAuth Custom Scopes.
    #[serde(default)]
    pub custom_scopes: Vec<CustomScope>,
    /// The month the fiscal year begins in, 1 to 12. Default 1. A fiscal year has the name of the year it ends in.
    #[serde(default = "january")]
    pub fiscal_year_start_month: i8,
    /// The namespace this org owns, if any: such an org refuses to install its own package.
    pub namespace: Option<String>,
    /// Of a Dev Hub: namespaces of other orgs that were linked to it by logging in there.
    #[serde(default)]
    pub linked_namespaces: Vec<LinkedNamespace>,
    /// Names it had: their hosts answer, and admit no session any more.
    #[serde(default)]
    pub former_names: Vec<String>,
    /// Of a sandbox that was copied: what from.
    #[serde(default)]
    pub copy_of: Option<CopyOrigin>,
    /// Of a scratch org or a trial: when it ends.
    #[serde(default)]
    pub expires: Option<Timestamp>,
    /// The Environment Hub that made it.
    #[serde(default)]
    pub made_by: Option<OrgId>,
}

fn january() -> i8 {
    1
}

/// A namespace in the registry of a Dev Hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedNamespace {
    pub prefix: String,
    /// The org that holds it, if it is on this server.
    pub org: Option<OrgId>,
}

impl Org {
    /// The custom scope of this name.
    pub fn custom_scope(&self, name: &str) -> Option<&CustomScope> {
        self.custom_scopes.iter().find(|scope| scope.name == name)
    }

    /// Whether packages built here may have this namespace.
    pub fn knows_namespace(&self, prefix: &str) -> bool {
        let own = self.namespace.as_deref().into_iter().chain(self.linked_namespaces.iter().map(|linked| linked.prefix.as_str()));
        own.into_iter().any(|known| known.eq_ignore_ascii_case(prefix))
    }

    /// Whether it admits nobody: it is locked, or its time is over.
    pub fn is_closed(&self, now: Timestamp) -> bool {
        self.locked || self.is_expired(now)
    }

    /// Whether its days are over, and nobody locked it before.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        !self.locked && self.expires.is_some_and(|end| end <= now)
    }

    /// Whether it builds packages and scratch orgs: by its kind, or because somebody enabled it.
    pub fn is_dev_hub(&self) -> bool {
        self.kind == OrgKind::Devhub || self.switches().enable_dev_hub
    }

    /// Whether Dev Hub can be enabled in it. Source: Salesforce DX developer guide, "Supported Salesforce editions".
    pub fn may_have_dev_hub(&self) -> bool {
        let by_edition = !matches!(self.edition, Edition::Professional | Edition::Group | Edition::Essentials);
        by_edition && !matches!(self.kind, OrgKind::Sandbox | OrgKind::Scratch)
    }

    /// The switches that hold here: the era's, with those set by hand on top.
    pub fn switches(&self) -> Switches {
        Switches::of(self.era, &self.policies)
    }

    pub fn my_domain(&self) -> MyDomain {
        MyDomain::for_org(&self.name, self.kind.into())
    }

    /// Of a sandbox, its name in the org that it is a sandbox of: `uat` of `acme--uat`.
    pub fn sandbox_name(&self) -> Option<&str> {
        self.name.split_once("--").map(|(_, sandbox)| sandbox).filter(|_| self.kind == OrgKind::Sandbox)
    }

    /// The My Domains it had before it was renamed.
    pub fn former_domains(&self) -> impl Iterator<Item = MyDomain> {
        self.former_names.iter().map(|name| MyDomain::for_org(name, self.kind.into()))
    }

    /// Gives it another name, and with it another My Domain.
    pub fn rename(&mut self, name: &str) {
        if self.name != name {
            let former = std::mem::replace(&mut self.name, name.to_owned());
            self.former_names.retain(|known| known != name && *known != former);
            self.former_names.push(former);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OrgKind {
    Production,
    Sandbox,
    Developer,
    Scratch,
    Devhub,
}

impl OrgKind {
    /// The host where this org's users log in.
    pub fn side(self) -> Side {
        DomainKind::from(self).side()
    }
}

impl From<OrgKind> for DomainKind {
    fn from(kind: OrgKind) -> Self {
        match kind {
            OrgKind::Production | OrgKind::Devhub => Self::Production,
            OrgKind::Sandbox => Self::Sandbox,
            OrgKind::Developer => Self::Developer,
            OrgKind::Scratch => Self::Scratch,
        }
    }
}

/// The edition an org was bought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Edition {
    Developer,
    Enterprise,
    Professional,
    Unlimited,
    Performance,
    Group,
    Essentials,
    #[serde(rename = "Partner Business Org")]
    PartnerBusinessOrg,
}

impl Edition {
    /// Whether the edition comes with API access.
    pub fn includes_api(self) -> bool {
        !matches!(self, Self::Professional | Self::Group | Self::Essentials)
    }

    /// Calls an org may make in 24 hours.
    ///
    /// GUESS: the base allowance of each edition, without what user licences add.
    pub fn daily_api_requests(self) -> u64 {
        match self {
            Self::Developer => 15_000,
            Self::Unlimited | Self::Performance => 200_000,
            _ => 100_000,
        }
    }

    /// Scratch orgs that a Dev Hub of this edition may have at once, and make in 24 hours.
    /// Source: Salesforce DX Developer Guide, "Supported Scratch Org Editions and Allocations".
    pub fn scratch_orgs(self) -> (u64, u64) {
        match self {
            Self::Developer => (3, 6),
            Self::Unlimited | Self::Performance => (100, 200),
            Self::PartnerBusinessOrg => (150, 300),
            _ => (40, 80),
        }
    }

    /// `Organization.OrganizationType`.
    pub fn organization_type(self) -> &'static str {
        match self {
            Self::Developer => "Developer Edition",
            Self::Enterprise | Self::PartnerBusinessOrg => "Enterprise Edition",
            Self::Professional => "Professional Edition",
            Self::Unlimited | Self::Performance => "Unlimited Edition",
            Self::Group => "Team Edition",
            Self::Essentials => "Base Edition",
        }
    }
}
