//! The login of whoever asked for a sandbox: `sandboxAuth` hands a code out for the same person there.

use super::super::{App, LiveOrg};
use super::SandboxRefused;
use super::known::Known;
use crate::id::UserId;
use crate::oauth::{Origin, hand_code};
use crate::org::{Side, Site};

/// What a client needs to log in to a sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxAuth {
    pub username: String,
    /// An authorization code, good at the test host.
    pub code: String,
    pub instance_url: String,
    pub login_url: String,
}

impl App {
    /// A code for the sandbox of this name, for the user who has the same id there. Blocks.
    ///
    /// # Errors
    /// `Busy` until the copy is made; `NoUser` and `UnknownClient`.
    pub fn sandbox_auth(
        &self,
        production: &LiveOrg,
        caller: UserId,
        (sandbox, client_id, callback): (&str, &str, &str),
        site: &Site,
    ) -> Result<SandboxAuth, SandboxRefused> {
        self.settle_sandboxes(production)?;
        let all = production.read(Known::all)?;
        let known = all.iter().find(|known| known.name().eq_ignore_ascii_case(sandbox)).ok_or(SandboxRefused::Unknown)?;
        let org = known.org(self).ok_or_else(|| SandboxRefused::Busy(known.name()))?;
        let user = org.user(caller)?.filter(|user| user.is_active).ok_or(SandboxRefused::NoUser)?;
        let client = self.client_by_key(client_id).ok_or(SandboxRefused::UnknownClient)?;
        let origin = Origin::of_server();
        let counter = self.counter(&org, site, &origin);
        let code = org.write(|tx| hand_code(tx, &counter.desk(), &user, &client, callback))?.map_err(|_| SandboxRefused::UnknownClient)?;
        Ok(SandboxAuth {
            username: user.username.clone(),
            code,
            instance_url: site.my_domain_url(org.id(), &org.facts().my_domain()),
            login_url: site.side_url(Side::Test),
        })
    }
}
