//! Finding the user whom a foreign text names.

use crate::id::UserId;
use crate::org::{Directory, Identity, User};
use crate::storage::StoreError;

/// The user of this org, if there is one and only one.
pub fn identify(tx: &impl Directory, identity: Identity, name: &str) -> Result<Option<User>, StoreError> {
    match identity {
        Identity::Username => tx.user_named(name),
        Identity::FederationId => tx.user_federated(name),
        Identity::UserId => UserId::parse(name).ok().map_or(Ok(None), |id| tx.user(id)),
        Identity::Email => {
            let mut found = tx.users()?.into_iter().filter(|user| user.is_active && user.email.eq_ignore_ascii_case(name));
            Ok(found.next().filter(|_| found.next().is_none()))
        }
    }
}
