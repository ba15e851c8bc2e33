//! Rows about how a grant lives and ends: refreshes, revocations, what is never sent.

use super::{has_refresh_token, of_kind, only_if, or_unseen};
use crate::evidence::{Chains, Exchange, Sort, of};
use crate::integration::protocol::AppKind;
use crate::observe::scene::Scene;
use crate::rules::{Finding, exchange, renewal, revocation, secrets, sides};

pub(super) fn secret_sent(scene: &Scene) -> Finding {
    let refreshes: Vec<Exchange> = scene.lines.values().filter(has_refresh_token).flat_map(|sent| of(sent, Sort::Refresh)).collect();
    of_kind(scene, AppKind::Confidential, || exchange::authenticated(&refreshes, "refreshes"))
}

pub(super) fn uses_newest(scene: &Scene) -> Finding {
    let (refreshes, chains) = (scene.of(Sort::Refresh), Chains::read(&scene.sent));
    let rotated = refreshes.iter().any(|refresh| chains.presented(refresh).is_some_and(|issue| issue.generation > 1));
    only_if(rotated, "no rotated refresh token was presented", renewal::newest(&refreshes, &chains))
}

pub(super) fn single_flight(scene: &Scene) -> Finding {
    let judged = scene.lines.values().map(|sent| {
        let refused: Vec<&Exchange> = sent.iter().filter(|entry| entry.sort() == Sort::Data && entry.status() == Some(401)).collect();
        // Two calls met the same ended session before either knew of it.
        let is_burst =
            refused.windows(2).any(|pair| pair[0].fingerprint("bearer") == pair[1].fingerprint("bearer") && !pair[0].was_answered_before(pair[1]));
        only_if(is_burst, "no two calls met an ended session at once", renewal::single_flight(&of(sent, Sort::Refresh)))
    });
    or_unseen(judged, "no grant was seen")
}

pub(super) fn of_sandboxes(scene: &Scene, sort: Sort) -> Finding {
    or_unseen(scene.sandbox_lines().map(|sent| sides::accepted_there(&of(sent, sort), sort)), "no grant of a sandbox was seen")
}

/// The first revocation of a grant whose token is not used on: a disconnect.
///
/// GUESS: nobody tells the server why a token is revoked. Whoever refreshes successfully afterwards only gave up a session.
pub(super) fn disconnect(sent: &[Exchange]) -> Option<&Exchange> {
    let revocation = sent.iter().find(|entry| entry.sort() == Sort::Revoke)?;
    let goes_on = sent.iter().any(|entry| entry.sort() == Sort::Refresh && entry.is_accepted() && revocation.was_answered_before(entry));
    (!goes_on).then_some(revocation)
}

pub(super) fn by_disconnect(scene: &Scene, rule: fn(&[Exchange]) -> Finding) -> Finding {
    let judged = scene.lines.values().filter(|sent| disconnect(sent).is_some() && !revocation::given_out(sent).is_empty()).map(|sent| rule(sent));
    or_unseen(judged, "no token of this observation was revoked: who disconnects without a word cannot be seen")
}

pub(super) fn newest_revoked(scene: &Scene) -> Finding {
    let judged = scene.lines.values().filter_map(|sent| {
        let revocation = disconnect(sent)?;
        let before: Vec<Exchange> = sent.iter().filter(|entry| entry.seq() <= revocation.seq()).cloned().collect();
        let generations = revocation::given_out(&before).iter().filter(|given| given.kind == "refresh_token").count();
        (generations > 1).then(|| revocation::was_newest(&before))
    });
    or_unseen(judged, "no grant was revoked after a rotation")
}

pub(super) fn quiet_after(scene: &Scene) -> Finding {
    let judged = scene.lines.values().filter_map(|sent| {
        let revocation = disconnect(sent).filter(|revocation| revocation.is_accepted())?;
        let late = sent.iter().find(|entry| matches!(entry.sort(), Sort::Data | Sort::Refresh) && revocation.was_answered_before(entry));
        let told = late.map(|late| format!("expected nothing with the grant after its revocation; seen: a {}", late.describe()));
        Some(Finding::wrong(std::iter::once(revocation).chain(late), told.as_slice()))
    });
    or_unseen(judged, "no grant of this observation was revoked")
}

pub(super) fn post_body(scene: &Scene) -> Finding {
    only_if(!scene.of(Sort::Revoke).is_empty(), "no token was revoked", revocation::in_body(&scene.sent))
}

pub(super) fn no_password(scene: &Scene) -> Finding {
    let reached = scene.sent.iter().any(|entry| entry.sort().is_token_request());
    only_if(reached, "no token request was seen", secrets::no_password(&scene.sent))
}

pub(super) fn addresses(scene: &Scene) -> Finding {
    let reached = scene.sent.iter().any(|entry| entry.sort() == Sort::Data);
    only_if(reached, "no data request was seen", secrets::addresses_clean(&scene.sent))
}
