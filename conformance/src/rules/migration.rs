//! Two apps of one integration: each token goes with the key it was given to.

use super::Finding;
use crate::evidence::{Chains, Exchange};

/// A refresh of a token that was given to `old` carries that key. `new` is told by name in a breach.
pub fn old_key_for_old_grant(refreshes: &[Exchange], chains: &Chains, old: &str, new: &str) -> Finding {
    let owner = |refresh: &Exchange| chains.presented(refresh).and_then(|issue| issue.by.as_ref()?.client_id().map(str::to_owned));
    let wrong = refreshes.iter().find(|refresh| owner(refresh).as_deref() == Some(old) && refresh.client_id() != Some(old));
    let told = wrong.map(|wrong| {
        let seen = if wrong.client_id() == Some(new) { "the new app's" } else { "another" };
        format!(
            "expected the old app's key with the old app's token; the {} carried {seen} key and was answered {}",
            wrong.describe(),
            wrong.answer()
        )
    });
    Finding::wrong(refreshes, told.as_slice())
}

/// Refreshes carry the key and a token of the new app.
pub fn moved_whole(refreshes: &[Exchange], chains: &Chains, new: &str) -> Finding {
    let told = refreshes.iter().find_map(|refresh| {
        let owner = chains.presented(refresh).and_then(|issue| issue.by.as_ref()?.client_id().map(str::to_owned));
        let seen = match (refresh.client_id() == Some(new), owner.as_deref() == Some(new)) {
            (true, true) => return None,
            (true, false) => "the new key with a token of the old app",
            (false, true) => "the old key with the token of the new app",
            (false, false) => "key and token of the old app",
        };
        Some(format!(
            "expected key and token of the new app after the reconnect; the {} carried {seen} and was answered {}",
            refresh.describe(),
            refresh.answer()
        ))
    });
    Finding::wrong(refreshes, told.as_slice())
}

/// Every one of these carries the key.
pub fn carries_key(sent: &[Exchange], key: &str) -> Finding {
    let told = sent.iter().find(|exchange| exchange.client_id() != Some(key)).map(|wrong| {
        format!(
            "expected the new app's key in every request of the new connection; the {} carried {}",
            wrong.describe(),
            wrong.client_id().unwrap_or("none")
        )
    });
    Finding::wrong(sent, told.as_slice())
}
