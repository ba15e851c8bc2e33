//! Dev Hub: switched on in an org for good, and linked to namespaces by whoever administers the orgs that hold them.
//! Source: `packaging-and-cli`, 6.10 and 9.5.

use std::time::Duration;

use super::{App, Caller, LiveOrg, Taken};
use crate::id::{OrgId, UserId};
use crate::oauth::{Digest, Ticket, TicketKind, Tickets, credential};
use crate::org::{Actor, Duty, LinkedNamespace, Org};
use crate::storage::StoreError;

/// How long the consent of an org that holds a namespace is good for.
const CONSENT_LIFE: Duration = Duration::from_secs(600);

/// Why something about a Dev Hub was refused. GUESS: the sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HubRefused {
    #[error("Dev Hub isn't available in a sandbox, in a scratch org or in this edition.")]
    NotHere,
    #[error("Enable Dev Hub first.")]
    NotEnabled,
    #[error("The org that you logged in to has no namespace. Register one in its Package Manager, then link it.")]
    NoNamespace,
    #[error("This namespace is already linked to your Dev Hub.")]
    AlreadyLinked,
    #[error("Linking a namespace needs Customize Application, in your Dev Hub and in the org that holds the namespace.")]
    Rights,
    #[error("This namespace isn't linked to your Dev Hub.")]
    NotLinked,
    #[error("You can't unlink this namespace because packages of this Dev Hub carry it.")]
    InUse,
    #[error("The consent of the org that holds the namespace is no longer good. Link the namespace again.")]
    ConsentOver,
}

type Outcome<T> = Result<Result<T, HubRefused>, StoreError>;

impl App {
    /// Enables Dev Hub; nothing disables it again. Second-generation packaging waits for its own switch, unless somebody set that already.
    pub fn enable_dev_hub(&self, org: &LiveOrg, by: UserId) -> Outcome<()> {
        self.set_hub(org, by, |org| {
            if !org.may_have_dev_hub() {
                return Err(HubRefused::NotHere);
            }
            if !org.is_dev_hub() {
                org.policies.enable_dev_hub = Some(true);
                org.policies.enable_second_generation_packaging.get_or_insert(false);
            }
            Ok(())
        })
    }

    /// Enables Unlocked Packages and Second-Generation Managed Packages; nothing disables them again.
    pub fn enable_second_generation_packaging(&self, org: &LiveOrg, by: UserId) -> Outcome<()> {
        self.set_hub(org, by, |org| {
            if !org.is_dev_hub() {
                return Err(HubRefused::NotEnabled);
            }
            org.policies.enable_second_generation_packaging = Some(true);
            Ok(())
        })
    }

    /// What lets a Dev Hub link the namespace of the caller's org: good once, for this hub alone.
    pub fn consent_to_link(&self, holder: &Caller, hub: OrgId) -> Outcome<String> {
        if holder.org.facts().namespace.is_none() {
            return Ok(Err(HubRefused::NoNamespace));
        }
        if !Duty::ManageHub.is_of(&holder.user) {
            return Ok(Err(HubRefused::Rights));
        }
        let now = self.now();
        let consent = credential::access_token(holder.org.id(), self.entropy());
        let ticket = Ticket {
            kind: TicketKind::NamespaceLink,
            user: holder.user.id,
            code: Some(mark_of(hub)),
            failures: 0,
            created: now,
            expires: now.plus(CONSENT_LIFE),
        };
        holder.org.write(|tx| tx.put_ticket(Digest::of(&consent), &ticket))?;
        Ok(Ok(consent))
    }

    /// Links the namespace of the org that consented. Returns it.
    pub fn link_namespace(&self, hub: &LiveOrg, unverified_consent: &str, by: UserId) -> Outcome<String> {
        let holder = credential::org_of_access_token(unverified_consent).and_then(|id| self.org(id));
        let Some(holder) = holder else { return Ok(Err(HubRefused::ConsentOver)) };
        let (digest, now) = (Digest::of(unverified_consent), self.now());
        let is_good = |ticket: &Ticket| ticket.kind == TicketKind::NamespaceLink && ticket.code == Some(mark_of(hub.id())) && now < ticket.expires;
        let spent = holder.write(|tx| match tx.ticket(digest)?.filter(is_good) {
            Some(_) => tx.remove_ticket(digest).map(|()| true),
            None => Ok::<_, StoreError>(false),
        })?;
        if !spent {
            return Ok(Err(HubRefused::ConsentOver));
        }
        let Some(prefix) = holder.facts().namespace.clone() else { return Ok(Err(HubRefused::NoNamespace)) };
        let linked = self.set_hub(hub, by, |org| {
            if !org.is_dev_hub() {
                return Err(HubRefused::NotEnabled);
            }
            if org.linked_namespaces.iter().any(|known| known.prefix.eq_ignore_ascii_case(&prefix)) {
                return Err(HubRefused::AlreadyLinked);
            }
            org.linked_namespaces.push(LinkedNamespace { prefix: prefix.clone(), org: Some(holder.id()) });
            Ok(())
        })?;
        Ok(linked.map(|()| prefix))
    }

    /// Takes the link to a namespace away, unless packages of the hub carry it: those would have none any more.
    /// GUESS: that a link can be taken back at all, and that packages forbid it.
    pub fn unlink_namespace(&self, hub: &LiveOrg, prefix: &str, by: UserId) -> Outcome<()> {
        let same = |known: &str| known.eq_ignore_ascii_case(prefix);
        let is_carried = self.registry().packages().iter().any(|package| {
            let carries = package.kind.is_second_generation() && package.namespace.as_deref().is_some_and(same);
            carries && package.owner == hub.id() && !package.deprecated
        });
        self.set_hub(hub, by, |org| {
            let at = org.linked_namespaces.iter().position(|known| same(&known.prefix)).ok_or(HubRefused::NotLinked)?;
            if is_carried {
                return Err(HubRefused::InUse);
            }
            org.linked_namespaces.remove(at);
            Ok(())
        })
    }

    fn set_hub(&self, org: &LiveOrg, by: UserId, set: impl FnOnce(&mut Org) -> Result<(), HubRefused>) -> Outcome<()> {
        match self.try_change_org(org.id(), Actor::new(by, self.now()), set) {
            Ok(outcome) => Ok(outcome),
            Err(Taken::Store(error)) => Err(error),
            Err(other) => Err(StoreError::new(other)),
        }
    }
}

/// The mark of the hub that a consent is for.
fn mark_of(hub: OrgId) -> Digest {
    Digest::of(&hub.to_string())
}
