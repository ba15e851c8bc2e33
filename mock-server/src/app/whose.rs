//! Whom a credential belongs to, whether or not it still opens anything: for the journal and for faults. Nobody is admitted by this.

use super::{App, may_go_on};
use crate::id::{AppId, OrgId, RecordId, UserId};
use crate::oauth::{DeviceAnswer, DeviceRequests, Digest, Ledger, credential};
use crate::storage::StoreError;

/// Whom a token or code belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whose {
    /// Unknown of a device that nobody answered.
    pub org: Option<OrgId>,
    pub app: Option<AppId>,
    pub user: Option<UserId>,
    pub grant: Option<RecordId>,
    /// Of a refresh token; the first of a grant is 1.
    pub generation: Option<u32>,
    /// It would be taken now.
    pub is_live: bool,
}

impl App {
    /// Whom an access or refresh token belongs to, or belonged to before it ended.
    pub fn whose_token(&self, unverified_token: &str) -> Result<Option<Whose>, StoreError> {
        let id = credential::org_of_access_token(unverified_token).or_else(|| credential::org_of_refresh_token(unverified_token));
        let Some(org) = id.and_then(|id| self.org(id)) else { return Ok(None) };
        let now = self.now();
        let Some(owner) = org.read(|tx| tx.token_owner(Digest::of(unverified_token), now))? else { return Ok(None) };
        let may_go_on = org.user(owner.user)?.is_some_and(|user| may_go_on(&user, now)) && !org.facts().is_closed(now);
        Ok(Some(Whose {
            org: Some(org.id()),
            app: owner.app,
            user: Some(owner.user),
            grant: owner.grant,
            generation: owner.generation,
            is_live: owner.is_live && may_go_on,
        }))
    }

    /// Whom an authorization code, or the code of a device, was given to.
    pub fn whose_code(&self, unverified_code: &str) -> Result<Option<Whose>, StoreError> {
        let digest = Digest::of(unverified_code);
        let Some(id) = credential::org_of_code(unverified_code) else { return self.whose_device(digest) };
        let Some(org) = self.org(id) else { return Ok(None) };
        let code = org.read(|tx| tx.code(digest))?;
        Ok(code.map(|code| Whose {
            org: Some(id),
            app: Some(code.app),
            user: Some(code.user),
            grant: code.used_by,
            generation: None,
            is_live: code.used_by.is_none(),
        }))
    }

    fn whose_device(&self, device_code: Digest) -> Result<Option<Whose>, StoreError> {
        let Some(request) = self.0.store.device(device_code)? else { return Ok(None) };
        let (org, user) = match request.answer {
            DeviceAnswer::Allowed { org, user } => (Some(org), Some(user)),
            DeviceAnswer::Refused { org } => (Some(org), None),
            DeviceAnswer::None | DeviceAnswer::Denied => (None, None),
        };
        Ok(Some(Whose { org, app: Some(request.app), user, grant: None, generation: None, is_live: request.is_alive(self.now()) }))
    }
}
