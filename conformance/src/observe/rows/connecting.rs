//! Rows about how a connection begins: the request for authorization, the exchange, and where they go.

use super::{by_grant, only_if, or_unseen};
use crate::evidence::{Chains, Exchange, Sort};
use crate::observe::scene::Scene;
use crate::rules::{Finding, authorization, exchange, renewal, sides};

pub(super) fn challenged(scene: &Scene) -> Vec<authorization::Asked> {
    scene.asked().into_iter().filter(|asked| asked.challenge.is_some()).collect()
}

pub(super) fn state_no_secrets(scene: &Scene) -> Finding {
    let secrets = |sent: &Exchange| {
        let presented = ["code_verifier", "client_secret", "refresh_token", "bearer"].into_iter().filter_map(|name| sent.fingerprint(name));
        let issued = ["access_token", "refresh_token"].into_iter().filter_map(|name| sent.issued(name));
        presented.chain(issued).map(str::to_owned).collect::<Vec<_>>()
    };
    let known: Vec<String> = scene.sent.iter().flat_map(secrets).collect();
    let told: Vec<&crate::observe::scene::Attempt> = scene.attempts.iter().filter(|attempt| attempt.asked.state.is_some()).collect();
    let holds = |attempt: &&&crate::observe::scene::Attempt| {
        let pieces = attempt.first.trait_of("state", "pieces").as_array().into_iter().flatten().filter_map(|piece| piece.as_str());
        pieces.chain(attempt.first.fingerprint("state")).any(|piece| known.iter().any(|secret| secret == piece))
    };
    let wrong: Vec<String> = told
        .iter()
        .filter(holds)
        .map(|attempt| format!("expected a state without secrets; that of the {} holds a verifier, secret or token", attempt.asked.described))
        .collect();
    let finding = Finding::wrong(told.iter().map(|attempt| &attempt.first), &wrong);
    only_if(told.iter().any(|attempt| attempt.exchange.is_some()), "no attempt with a state was carried to its end", finding)
}

pub(super) fn redirect_uri(scene: &Scene) -> Finding {
    let registered: Vec<String> = scene.facts.apps_of(&scene.keys).flat_map(|app| app.callback_urls.clone()).collect();
    exchange::redirect_uri(&scene.pairs(), Some(registered.as_slice()).filter(|known| !known.is_empty()))
}

pub(super) fn code_verbatim(scene: &Scene) -> Finding {
    let issued: Vec<String> = scene.attempts.iter().filter_map(|attempt| attempt.code.clone()).collect();
    // A code that was given out before the observation began is nobody's fault.
    let waited = |sent: &Exchange| {
        scene.attempts.iter().any(|attempt| attempt.code.is_some() && attempt.exchange.is_none() && attempt.first.seq() < sent.seq())
    };
    let judged = scene.of(Sort::Exchange).into_iter().filter_map(|sent| {
        let outcome = exchange::verbatim(&issued, &sent);
        (outcome.is_ok() || waited(&sent)).then(|| Finding::of([&sent], outcome))
    });
    or_unseen(judged, "no code of this observation was exchanged")
}

/// Whether a verifier is the one of a challenge, by fingerprints.
fn proves(asked: &authorization::Asked, sent: &Exchange) -> bool {
    let challenge = asked.challenge.as_ref().map(|challenge| challenge.id.as_str());
    let is_plain = asked.method.as_deref().is_none_or(|method| method == "plain");
    challenge.is_some()
        && (sent.trait_of("code_verifier", "s256").as_str() == challenge || (is_plain && sent.fingerprint("code_verifier") == challenge))
}

pub(super) fn s256(scene: &Scene) -> Finding {
    let judged = scene.attempts.iter().filter_map(|attempt| {
        let challenge = attempt.asked.challenge.as_ref()?;
        let sent = attempt.exchange.as_ref();
        let same = sent.is_some_and(|sent| sent.fingerprint("code_verifier") == Some(&challenge.id));
        let proven = !same && sent.is_some_and(|sent| proves(&attempt.asked, sent));
        let is_silent = attempt.asked.method.is_none();
        if is_silent && sent.is_none() {
            return None;
        }
        let wrong = authorization::wrong_method(&attempt.asked, same, proven);
        let note = (is_silent && proven).then(|| authorization::METHOD_LEFT_OUT.to_owned());
        Some(Finding::wrong(std::iter::once(&attempt.first).chain(sent), wrong.as_slice()).noting(note))
    });
    or_unseen(judged, "no code challenge was seen: pkce/challenge-sent judges that")
}

pub(super) fn verifier_matches(scene: &Scene) -> Finding {
    let judged = scene.attempts.iter().filter_map(|attempt| {
        let (challenge, sent) = attempt.asked.challenge.as_ref().zip(attempt.exchange.as_ref())?;
        let seen = [&attempt.first, sent];
        if sent.fingerprint("code_verifier").is_none() {
            let told = format!("expected a code verifier; the {} has none and was answered {}", sent.describe(), sent.answer());
            return Some(Finding::wrong(seen, &[told]));
        }
        // Salesforce compares the bytes, whatever their encoding.
        if proves(&attempt.asked, sent) || sent.is_accepted() {
            return Some(Finding::wrong(seen, &[]));
        }
        if !challenge.stray.is_empty() || challenge.length != 43 {
            return None;
        }
        let of_other = scene.attempts.iter().any(|other| other.asked.seq != attempt.asked.seq && proves(&other.asked, sent));
        let near = if of_other { "it proves the challenge of another attempt" } else { "it proves no challenge that was seen" };
        let told = format!("expected the verifier of the {} to prove the challenge of the {}; {near}", sent.describe(), attempt.asked.described);
        Some(Finding::wrong(seen, &[told]))
    });
    or_unseen(judged, "no attempt with a code challenge was carried to its end")
}

pub(super) fn every_entry(scene: &Scene) -> Finding {
    let asked = scene.asked();
    match asked.split_first() {
        Some((_, rest)) if !rest.is_empty() => authorization::has_challenge(rest),
        _ => Finding::not_exercised("only one attempt to connect was seen"),
    }
}

pub(super) fn no_needless(scene: &Scene) -> Finding {
    let agent = |entry: &Exchange| entry.header("user-agent").map(str::to_owned);
    let own: Vec<String> = scene.sent.iter().filter(|entry| entry.sort().is_token_request()).filter_map(agent).collect();
    // A browser that a user drives has another name than the integration's own client.
    let by_itself = |attempt: &&crate::observe::scene::Attempt| {
        let is_probe = attempt.first.parameter("prompt") == Some("none") || attempt.first.parameter("immediate") == Some("true");
        !is_probe && agent(&attempt.first).is_some_and(|agent| own.contains(&agent))
    };
    let wrong = scene.attempts.iter().find(by_itself);
    if let Some(wrong) = wrong {
        let told = format!("the integration sent an {} although no user had asked to connect", wrong.asked.described);
        return Finding::wrong([&wrong.first], &[told]);
    }
    let renewed = by_grant(scene, renewal::on_401);
    // What came instead of a renewal is judged elsewhere.
    if renewed.outcome.is_err() { Finding::not_exercised("no live grant was renewed") } else { Finding::of([], Ok(())).noting(renewed.notes) }
}

pub(super) fn customer_app(scene: &Scene) -> Finding {
    let local: Vec<&str> =
        scene.facts.apps_of(&scene.keys).filter(|app| app.distribution.as_deref() == Some("local")).map(|app| app.consumer_key.as_str()).collect();
    let chains = Chains::read(&scene.sent);
    let exchanged = scene.pairs().into_iter().map(|(asked, sent)| (asked.client_id, sent));
    let refreshed = scene.of(Sort::Refresh).into_iter().map(|sent| {
        let owner = chains.presented(&sent).and_then(|issue| issue.by.as_ref()?.client_id().map(str::to_owned));
        (owner, sent)
    });
    let judged = exchanged.chain(refreshed).filter(|(key, _)| key.as_deref().is_some_and(|key| local.contains(&key))).map(|(key, sent)| {
        let wrong =
            (sent.client_id() != key.as_deref()).then(|| format!("expected the customer's own consumer key; the {} names another", sent.describe()));
        Finding::wrong([&sent], wrong.as_slice())
    });
    or_unseen(judged, "no connection with a customer's own key was seen")
}

pub(super) fn sandbox_login(scene: &Scene) -> Finding {
    let in_sandbox = |attempt: &&crate::observe::scene::Attempt| attempt.org.as_deref().is_some_and(|org| scene.facts.is_sandbox(org));
    let judged = scene.attempts.iter().filter(in_sandbox).map(|attempt| {
        let told = (attempt.first.site() == sides::LOGIN).then(|| {
            format!("expected the test host or the sandbox's own domain; the {} went to the production login host", attempt.asked.described)
        });
        Finding::wrong([&attempt.first], told.as_slice())
    });
    or_unseen(judged, "no sandbox was connected")
}

pub(super) fn exchange_side(scene: &Scene) -> Finding {
    let in_sandbox = |attempt: &&crate::observe::scene::Attempt| attempt.org.as_deref().is_some_and(|org| scene.facts.is_sandbox(org));
    let judged = scene.attempts.iter().filter(in_sandbox).filter_map(|attempt| attempt.exchange.clone());
    or_unseen(judged.map(|first| sides::exchanged_there(&[first])), "no code of a sandbox was exchanged")
}
