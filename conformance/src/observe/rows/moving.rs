//! Rows about the change from one app to another.

use super::connecting::no_needless;
use super::{only_if, or_unseen};
use crate::evidence::{Chains, Exchange, Sort};
use crate::failure::Failure;
use crate::observe::scene::Scene;
use crate::rules::{Finding, migration, revocation};

/// Old and new key of a migration.
fn moving(scene: &Scene) -> Option<(&str, &str)> {
    let (old, new) = (scene.keys.first()?, scene.keys.get(1)?);
    scene.migrates.then_some((old.as_str(), new.as_str()))
}

fn of_migration(scene: &Scene, judge: impl Fn(&str, &str) -> Finding) -> Finding {
    match moving(scene) {
        Some((old, new)) => judge(old, new),
        None => Finding::of([], Err(Failure::not_applicable("one app is watched: name the old and the new one, with --migration"))),
    }
}

/// The first exchange under the new key: the change of apps.
pub(super) fn change(scene: &Scene, new: &str) -> Option<u64> {
    scene.sent.iter().find(|entry| entry.client_id() == Some(new)).map(Exchange::seq)
}

pub(super) fn old_key(scene: &Scene) -> Finding {
    of_migration(scene, |old, new| {
        let chains = Chains::read(&scene.sent);
        let after: Vec<Exchange> = match change(scene, new) {
            Some(change) => scene.of(Sort::Refresh).into_iter().filter(|entry| entry.seq() >= change).collect(),
            None => Vec::new(),
        };
        let of_old = |entry: &&Exchange| chains.presented(entry).and_then(|issue| issue.by.as_ref()?.client_id()) == Some(old);
        let reached = after.iter().any(|entry| of_old(&entry));
        only_if(reached, "no grant of the old app was refreshed after the change", migration::old_key_for_old_grant(&after, &chains, old, new))
    })
}

pub(super) fn new_key(scene: &Scene) -> Finding {
    of_migration(scene, |_, new| {
        let pairs = scene.pairs().into_iter().filter(|(asked, _)| asked.client_id.as_deref() == Some(new));
        let exchanges: Vec<Exchange> = pairs.map(|(_, sent)| sent).collect();
        only_if(!exchanges.is_empty(), "nothing was connected with the new app", migration::carries_key(&exchanges, new))
    })
}

pub(super) fn reconnect_moves(scene: &Scene) -> Finding {
    of_migration(scene, |old, new| {
        let chains = Chains::read(&scene.sent);
        let by_user = |key: &str| {
            let of_key = scene.attempts.iter().filter(move |attempt| attempt.asked.client_id.as_deref() == Some(key));
            of_key.filter_map(|attempt| Some((attempt.user.clone()?, attempt.exchange.as_ref()?.seq()))).collect::<Vec<_>>()
        };
        let (before, after) = (by_user(old), by_user(new));
        let judged = after.iter().filter(|(user, _)| before.iter().any(|(known, _)| known == user)).filter_map(|(user, since)| {
            let is_later = |entry: &Exchange| entry.seq() > *since && entry.entry()["user"].as_str() == Some(user);
            let refreshes: Vec<Exchange> = scene.of(Sort::Refresh).into_iter().filter(is_later).collect();
            (!refreshes.is_empty()).then(|| migration::moved_whole(&refreshes, &chains, new))
        });
        or_unseen(judged, "no connection that moved was refreshed")
    })
}

pub(super) fn no_mass_reconnect(scene: &Scene) -> Finding {
    of_migration(scene, |_, _| {
        let kept = old_key(scene);
        only_if(kept.outcome.is_ok(), "no grant of the old app was used after the change", no_needless(scene))
    })
}

pub(super) fn old_revoked(scene: &Scene) -> Finding {
    of_migration(scene, |old, new| {
        let moved = scene.attempts.iter().find(|attempt| {
            let is_new = attempt.asked.client_id.as_deref() == Some(new) && attempt.exchange.is_some();
            is_new && scene.attempts.iter().any(|other| other.asked.client_id.as_deref() == Some(old) && other.user == attempt.user)
        });
        match moved {
            Some(_) => revocation::old_grant_revoked(&scene.sent, old),
            None => Finding::not_exercised("no connection was moved to the new app"),
        }
    })
}
