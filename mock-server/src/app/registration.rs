//! Apps that programs register: made here, because app names and consumer keys are unique across the whole server.

use super::{App, LiveOrg, Taken};
use crate::apps::{Installs, first_row};
use crate::id::AppId;
use crate::oauth::{ClientMetadata, REGISTRATIONS, Registered, RegistrationRefused};
use crate::storage::StoreError;

/// What an app is called that names itself not at all.
const NAMELESS: &str = "Registered Client";

impl App {
    /// Makes the app in the org, if it has not registered too many.
    pub fn register_client(&self, org: &LiveOrg, metadata: &ClientMetadata) -> Result<Result<Registered, RegistrationRefused>, StoreError> {
        let id = AppId::try_from(org.write(|tx| tx.new_id(AppId::PREFIX))?).map_err(StoreError::new)?;
        loop {
            let apps = self.registry().apps();
            let registered = apps.iter().filter(|app| app.owner == org.id() && app.registration.is_some()).count();
            if registered >= REGISTRATIONS {
                return Ok(Err(RegistrationRefused::LimitReached));
            }
            let wanted = metadata.client_name.as_deref().unwrap_or(NAMELESS);
            let name = free_name(wanted, |name| apps.iter().any(|app| app.name == name));
            let made = metadata.clone().register(id, org.id(), name, (self.now(), self.entropy()));
            match self.put_app(made.definition.clone()) {
                Ok(()) => {
                    let row = first_row(&made.definition, org.id(), &org.switches(), self.now());
                    org.write(|tx| tx.put_org_app(&row))?;
                    return Ok(Ok(made));
                }
                // Another app took the name in between.
                Err(Taken::AppName(_) | Taken::ConsumerKey(_)) => {}
                Err(other) => return Err(StoreError::new(other)),
            }
        }
    }
}

/// `wanted`, or with a number behind it.
pub(super) fn free_name(wanted: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(wanted) {
        return wanted.to_owned();
    }
    (2_u32..).map(|number| format!("{wanted} ({number})")).find(|name| !is_taken(name)).unwrap_or_default()
}
