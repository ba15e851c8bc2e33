//! Giving an org another My Domain, from Setup as from the control API. What ends with it stands in `oauth/consequences.rs`; the addresses it had
//! go on answering as its switch says.

use super::{App, LiveOrg, Taken};
use crate::org::{Actor, DomainRefused, MyDomain, check_domain_name};
use crate::storage::StoreError;

impl App {
    /// Check Availability: whether the org may have the name.
    ///
    /// # Errors
    /// Why not.
    pub fn check_my_domain(&self, org: &LiveOrg, name: &str) -> Result<(), DomainRefused> {
        let facts = org.facts();
        check_domain_name(name, facts.kind)?;
        let wanted = MyDomain::for_org(name, facts.kind.into());
        // A name that another org left goes on leading there.
        let holders = [self.org_at(&wanted), self.org_formerly_at(&wanted), self.org_named(name).map(|other| other.id())];
        let is_taken = holders.into_iter().flatten().any(|id| id != org.id());
        if is_taken { Err(DomainRefused::Taken(name.to_owned())) } else { Ok(()) }
    }

    /// Deploys the new name at once.
    pub fn rename_org(&self, org: &LiveOrg, name: &str, actor: Actor) -> Result<Result<(), DomainRefused>, StoreError> {
        if let Err(refused) = self.check_my_domain(org, name) {
            return Ok(Err(refused));
        }
        match self.change_org_by(org.id(), actor, |facts| facts.rename(name)) {
            Ok(()) => Ok(Ok(())),
            // Another org took it in between.
            Err(Taken::OrgName(name)) => Ok(Err(DomainRefused::Taken(name))),
            Err(Taken::Store(error)) => Err(error),
            Err(other) => Err(StoreError::new(other)),
        }
    }
}
