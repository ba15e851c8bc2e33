//! The rows that watching alone can judge: when each is exercised, how it is judged, and what would exercise it.

use super::scene::Scene;
use crate::evidence::{Chains, Exchange, Sort, of};
use crate::failure::{Failure, Kind};
use crate::integration::protocol::AppKind;
use crate::rules::{Finding, authorization, data, device, exchange, grants, migration, renewal, revocation, secrets, sides, soql};

/// How a row is judged.
pub struct Row {
    pub check: &'static str,
    pub judge: fn(&Scene) -> Finding,
    /// What to do with the integration to exercise it.
    pub hint: &'static str,
}

/// Attempts after which values that should differ are called fresh.
const FRESH: usize = 3;
/// Calls after which tokens are called kept.
const CALLS: usize = 20;
/// Seconds that an integration may take to ask for the next page.
const PAGE_PATIENCE: f64 = 900.0;
/// Characters of an address near the limit of 16,384.
const LONG: usize = 8_000;
/// Polls that make a pace.
const POLLS: usize = 3;
/// What an interval is without a word from the server (RFC 8628 3.2), and what part of it clocks may take off.
const INTERVAL: u64 = 5;
const EARLY: f64 = 0.8;

macro_rules! rows {
    ($($check:literal $judge:expr, $hint:literal;)*) => {
        /// All of them, by check.
        pub static ROWS: &[Row] = &[$(Row { check: $check, judge: $judge, hint: $hint }),*];
    };
}

rows! {
    "web/state-sent" |scene| authorization::has_state(&scene.asked()), "connect once";
    "web/state-fresh" |scene| several(scene, authorization::fresh_states), "start to connect three times";
    "web/state-no-secrets" state_no_secrets, "connect once, to the end";
    "web/redirect-uri-exact" redirect_uri, "connect once, to the end";
    "web/code-verbatim" code_verbatim, "connect once, to the end";
    "web/code-once" |scene| exchange::once(&scene.of(Sort::Exchange)), "connect, and open the callback's address again";
    "pkce/challenge-sent" |scene| authorization::has_challenge(&scene.asked()), "connect once";
    "pkce/s256" s256, "connect once, to the end";
    "pkce/challenge-encoding" |scene| authorization::challenge_form(&challenged(scene)), "connect with PKCE";
    "pkce/verifier-matches" verifier_matches, "connect once, to the end";
    "pkce/verifier-length" |scene| exchange::verifier_length(&scene.of(Sort::Exchange)), "connect with PKCE, to the end";
    "pkce/verifier-alphabet" |scene| exchange::verifier_alphabet(&scene.of(Sort::Exchange)), "connect with PKCE, to the end";
    "pkce/verifier-fresh" |scene| several(scene, authorization::fresh_challenges), "start to connect three times";
    "pkce/no-secret-when-public" |scene| of_kind(scene, AppKind::Public, || exchange::no_secret(&scene.sent)), "connect, and refresh";
    "pkce/secret-and-verifier" |scene| of_kind(scene, AppKind::Confidential, || exchange::secret_and_verifier(&scene.pairs())), "connect once, to the end";
    "refresh/on-401" |scene| by_grant(scene, renewal::on_401), "end the access session at Salesforce, and let the integration work on";
    "refresh/no-scope-parameter" |scene| renewal::no_scope(&scene.of(Sort::Refresh)), "end the access session, and let the integration work on";
    "refresh/dead-is-final" |scene| by_line(scene, renewal::dead_is_final), "revoke the grant at Salesforce, and let the integration work on";
    "refresh/secret-sent" secret_sent, "end the access session, and let the integration work on";
    "refresh/not-per-call" |scene| by_line(scene, renewal::not_per_call), "let one connection make ten calls";
    "rotation/uses-newest" uses_newest, "turn rotation on, and end the access session twice, with a call after each";
    "rotation/single-flight" single_flight, "end the access session, and let several calls meet that at once";
    "partner/every-entry-uses-pkce" every_entry, "connect from another way in: reconnect, sandbox, connection test";
    "partner/idle-and-egress" |scene| renewal::idle_and_egress(&scene.sent), "let the integration work";
    "gate/no-needless-reauthorization" no_needless, "end the access session of a live grant, and let the integration work on";
    "gate/customer-app" customer_app, "give the integration a consumer key of the subscriber's own app, name that key with --app, and connect";
    "jwt/assertion-shape" assertion_shape, "let the integration log in by JWT";
    "jwt/audience" |scene| in_sandbox(scene, |sent| grants::accepted_within(sent, grants::TRIES)), "let the integration log in to a sandbox by JWT";
    "jwt/eca-audience" eca_audience, "let the integration log in to a sandbox by JWT, with an external client app";
    "jwt/short-expiry" |scene| grants::expires_within(&scene.sent, grants::LONGEST), "let the integration log in by JWT";
    "jwt/token-cached" |scene| cached(scene, grants::ASSERTIONS), "let the integration make twenty calls after a login by JWT";
    "cc/my-domain" |scene| grants::at_my_domain(&scene.sent), "let the integration ask for a token with client credentials";
    "cc/no-offline-scope" no_offline_scope, "let the integration ask for a token with client credentials";
    "cc/token-cached" |scene| cached(scene, grants::CREDENTIALS), "let the integration make twenty calls with client credentials";
    "device/request-shape" device_shape, "connect by the device flow";
    "device/interval" device_interval, "connect by the device flow, and let the device poll three times";
    "hosts/sandbox-login" sandbox_login, "connect a sandbox";
    "hosts/exchange-same-side" exchange_side, "connect a sandbox, to the end";
    "hosts/refresh-side" |scene| of_sandboxes(scene, Sort::Refresh), "connect a sandbox, end its access session, and let the integration work on";
    "hosts/instance-url-used" own_host, "let the integration make a call";
    "data/all-pages" all_pages, "let the integration query more rows than one page holds";
    "data/soql-escaped" soql_escaped, "let the integration look for a value with a quote in it, such as O'Brien";
    "data/long-query" long_query, "let the integration look up 1,500 ids";
    "data/version-alive" |scene| versions(scene, data::OLDEST_ALIVE, data::NEWEST), "let the integration make a call";
    "data/version-supported" |scene| versions(scene, data::OLDEST_SUPPORTED, u16::MAX), "let the integration make a call";
    "data/bulk-all-pages" bulk_pages, "let the integration run a bulk query with several pages of results";
    "migrate/old-grant-old-key" old_key, "after the change of apps end the session of an old connection, and let the integration work on";
    "migrate/new-connect-new-key" new_key, "connect anew after the change of apps";
    "migrate/reconnect-moves" reconnect_moves, "connect an old connection again after the change of apps, end its session, and let the integration work on";
    "migrate/no-mass-reconnect" no_mass_reconnect, "after the change of apps end the session of an old connection, and let the integration work on";
    "migrate/old-grant-revoked" old_revoked, "connect an old connection again after the change of apps";
    "revoke/on-disconnect" |scene| by_disconnect(scene, revocation::asked_for), "disconnect";
    "revoke/whole-grant" |scene| by_disconnect(scene, revocation::is_dead), "disconnect";
    "revoke/newest-token" newest_revoked, "turn rotation on, let the integration refresh twice, and disconnect";
    "revoke/right-side" |scene| of_sandboxes(scene, Sort::Revoke), "disconnect a sandbox";
    "revoke/quiet-after" quiet_after, "disconnect";
    "revoke/post-body" post_body, "disconnect";
    "sec/no-implicit" |scene| authorization::asks_for_code(&scene.asked()), "connect from every entry";
    "sec/no-password-grant" no_password, "connect";
    "sec/no-secrets-in-url" addresses, "connect, and let the integration make a call";
    "sec/least-scope" |scene| authorization::least_scope(&scene.asked(), None), "connect once";
    "sec/one-client-auth" |scene| exchange::one_way(&scene.sent), "connect, and refresh";
    "oidc/key-rotation" |_| Finding::not_exercised("who reads the keys does not say for whom: watching cannot tell"), "let certify judge it";
}

/// One finding of several: a breach counts, else a lapse, else a pass, else what was not judged.
fn together(findings: impl IntoIterator<Item = Finding>) -> Option<Finding> {
    let weight = |finding: &Finding| match finding.outcome.as_ref().map_err(Failure::kind) {
        Err(Kind::Breach | Kind::Broken | Kind::Driver) => 4,
        Err(Kind::Lapse) => 3,
        Ok(()) => 2,
        Err(Kind::NotExercised) => 1,
        Err(Kind::NotApplicable) => 0,
    };
    findings.into_iter().reduce(|one, other| match weight(&one).cmp(&weight(&other)) {
        std::cmp::Ordering::Less => other,
        std::cmp::Ordering::Greater => one,
        std::cmp::Ordering::Equal => {
            Finding { outcome: one.outcome, evidence: [one.evidence, other.evidence].concat(), notes: [one.notes, other.notes].concat() }
        }
    })
}

fn or_unseen(findings: impl IntoIterator<Item = Finding>, what: &str) -> Finding {
    together(findings).unwrap_or_else(|| Finding::not_exercised(what))
}

/// A pass counts only if the situation came about.
fn only_if(reached: bool, what: &str, finding: Finding) -> Finding {
    if finding.outcome.is_ok() && !reached { Finding::not_exercised(what) } else { finding }
}

fn by_line(scene: &Scene, rule: fn(&[Exchange]) -> Finding) -> Finding {
    or_unseen(scene.lines.values().map(|sent| rule(sent)), "no grant was seen")
}

/// Whether the requests of a grant tell that it has a refresh token.
fn has_refresh_token(sent: &&Vec<Exchange>) -> bool {
    sent.iter().any(|one| one.is_accepted() && matches!(one.sort(), Sort::Exchange | Sort::Refresh))
}

/// The same of those that have refresh tokens.
fn by_grant(scene: &Scene, rule: fn(&[Exchange]) -> Finding) -> Finding {
    or_unseen(scene.lines.values().filter(has_refresh_token).map(|sent| rule(sent)), "no grant with a refresh token was seen")
}

fn several(scene: &Scene, rule: fn(&[authorization::Asked]) -> Finding) -> Finding {
    let asked = scene.asked();
    only_if(asked.len() >= FRESH, "fewer than three attempts to connect were seen", rule(&asked))
}

fn of_kind(scene: &Scene, wanted: AppKind, judge: impl Fn() -> Finding) -> Finding {
    match scene.facts.app_kind(&scene.keys) {
        Some(kind) if kind == wanted => judge(),
        Some(_) => Finding::of([], Err(Failure::not_applicable("the app is of another kind"))),
        None => Finding::not_exercised("the app's secret is optional, so that only its author knows whether it is kept: say so with --app-kind"),
    }
}

fn challenged(scene: &Scene) -> Vec<authorization::Asked> {
    scene.asked().into_iter().filter(|asked| asked.challenge.is_some()).collect()
}

fn state_no_secrets(scene: &Scene) -> Finding {
    let secrets = |sent: &Exchange| {
        let presented = ["code_verifier", "client_secret", "refresh_token", "bearer"].into_iter().filter_map(|name| sent.fingerprint(name));
        let issued = ["access_token", "refresh_token"].into_iter().filter_map(|name| sent.issued(name));
        presented.chain(issued).map(str::to_owned).collect::<Vec<_>>()
    };
    let known: Vec<String> = scene.sent.iter().flat_map(secrets).collect();
    let told: Vec<&super::scene::Attempt> = scene.attempts.iter().filter(|attempt| attempt.asked.state.is_some()).collect();
    let holds = |attempt: &&&super::scene::Attempt| {
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

fn redirect_uri(scene: &Scene) -> Finding {
    let registered: Vec<String> = scene.facts.apps_of(&scene.keys).flat_map(|app| app.callback_urls.clone()).collect();
    exchange::redirect_uri(&scene.pairs(), Some(registered.as_slice()).filter(|known| !known.is_empty()))
}

fn code_verbatim(scene: &Scene) -> Finding {
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

fn s256(scene: &Scene) -> Finding {
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

fn verifier_matches(scene: &Scene) -> Finding {
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

fn secret_sent(scene: &Scene) -> Finding {
    let refreshes: Vec<Exchange> = scene.lines.values().filter(has_refresh_token).flat_map(|sent| of(sent, Sort::Refresh)).collect();
    of_kind(scene, AppKind::Confidential, || exchange::authenticated(&refreshes, "refreshes"))
}

fn uses_newest(scene: &Scene) -> Finding {
    let (refreshes, chains) = (scene.of(Sort::Refresh), Chains::read(&scene.sent));
    let rotated = refreshes.iter().any(|refresh| chains.presented(refresh).is_some_and(|issue| issue.generation > 1));
    only_if(rotated, "no rotated refresh token was presented", renewal::newest(&refreshes, &chains))
}

fn single_flight(scene: &Scene) -> Finding {
    let judged = scene.lines.values().map(|sent| {
        let refused: Vec<&Exchange> = sent.iter().filter(|entry| entry.sort() == Sort::Data && entry.status() == Some(401)).collect();
        // Two calls met the same ended session before either knew of it.
        let is_burst =
            refused.windows(2).any(|pair| pair[0].fingerprint("bearer") == pair[1].fingerprint("bearer") && !pair[0].was_answered_before(pair[1]));
        only_if(is_burst, "no two calls met an ended session at once", renewal::single_flight(&of(sent, Sort::Refresh)))
    });
    or_unseen(judged, "no grant was seen")
}

fn every_entry(scene: &Scene) -> Finding {
    let asked = scene.asked();
    match asked.split_first() {
        Some((_, rest)) if !rest.is_empty() => authorization::has_challenge(rest),
        _ => Finding::not_exercised("only one attempt to connect was seen"),
    }
}

fn no_needless(scene: &Scene) -> Finding {
    let agent = |entry: &Exchange| entry.header("user-agent").map(str::to_owned);
    let own: Vec<String> = scene.sent.iter().filter(|entry| entry.sort().is_token_request()).filter_map(agent).collect();
    // A browser that a user drives has another name than the integration's own client.
    let by_itself = |attempt: &&super::scene::Attempt| {
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

fn customer_app(scene: &Scene) -> Finding {
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

fn assertion_shape(scene: &Scene) -> Finding {
    [grants::signed_with_rs256, grants::names_claims, grants::well_formed]
        .into_iter()
        .map(|rule| rule(&scene.sent))
        .reduce(Finding::and)
        .unwrap_or_else(|| Finding::not_exercised("no assertion was seen"))
}

fn eca_audience(scene: &Scene) -> Finding {
    if !scene.facts.apps_of(&scene.keys).any(|app| app.kind == "external_client_app") {
        return Finding::of([], Err(Failure::not_applicable("the app is no external client app")));
    }
    in_sandbox(scene, |sent| grants::accepted_within(sent, grants::TRIES))
}

/// Judges the assertions for each user of a sandbox by themselves.
fn in_sandbox(scene: &Scene, rule: fn(&[Exchange]) -> Finding) -> Finding {
    let assertions = grants::of_flow(&scene.sent, grants::ASSERTIONS);
    let of_sandbox = |entry: &&Exchange| {
        let is_there = entry.entry()["org"].as_str().is_some_and(|org| scene.facts.is_sandbox(org));
        is_there || entry.site() == "test" || scene.facts.is_sandbox(entry.site())
    };
    let subject = |entry: &Exchange| entry.trait_of("assertion", "jwt")["sub"].clone();
    let mut subjects: Vec<serde_json::Value> = Vec::new();
    for entry in assertions.iter().filter(of_sandbox) {
        if !subjects.contains(&subject(entry)) {
            subjects.push(subject(entry));
        }
    }
    let tries = |wanted: &serde_json::Value| assertions.iter().filter(|entry| subject(entry) == *wanted).cloned().collect::<Vec<_>>();
    or_unseen(subjects.iter().map(|subject| rule(&tries(subject))), "no assertion for a sandbox was seen")
}

/// Judges the first calls of each user: over longer times tokens end by themselves.
///
/// GUESS: one login lasts for twenty calls. The catalogue counts calls of one process, which the wire does not show.
fn cached(scene: &Scene, flow: &str) -> Finding {
    let user = |entry: &Exchange| entry.entry()["user"].as_str().map(str::to_owned);
    let mut users: Vec<String> = grants::of_flow(&scene.sent, flow).iter().filter_map(user).collect();
    users.sort();
    users.dedup();
    let judged = users.iter().map(|wanted| {
        let mut calls = 0;
        let first = scene.sent.iter().filter(|entry| user(entry).as_deref() == Some(wanted)).take_while(|entry| {
            calls += usize::from(entry.sort() == Sort::Data && entry.is_accepted());
            calls <= CALLS
        });
        grants::one_login(&first.cloned().collect::<Vec<_>>(), CALLS)
    });
    or_unseen(judged, "no token request of this flow was seen")
}

fn no_offline_scope(scene: &Scene) -> Finding {
    let asking = grants::of_flow(&scene.sent, grants::CREDENTIALS);
    only_if(!asking.is_empty(), "no client credentials were sent", grants::asks_none_of(&asking, grants::OF_USERS))
}

fn device_shape(scene: &Scene) -> Finding {
    let is_there = !device::requests(&scene.sent).is_empty() || !device::polls(&scene.sent).is_empty();
    if is_there { device::by_salesforces_names(&scene.sent) } else { Finding::not_exercised("no request of the device flow was seen") }
}

fn device_interval(scene: &Scene) -> Finding {
    let polls = device::polls(&scene.sent);
    let judged = device::requests(&scene.sent).into_iter().filter_map(|request| {
        let code = request.issued("device_code")?;
        let own: Vec<Exchange> =
            polls.iter().filter(|poll| ["code", "device_code"].iter().any(|name| poll.fingerprint(name) == Some(code))).cloned().collect();
        let body = request.entry()["response"]["body"].as_str().unwrap_or_default();
        let interval = serde_json::from_str::<serde_json::Value>(body).ok().and_then(|body| body["interval"].as_u64()).unwrap_or(INTERVAL);
        #[expect(clippy::cast_precision_loss, reason = "an interval is a few seconds")]
        let least = interval as f64 * EARLY;
        (own.len() >= POLLS).then(|| device::paced(&own, 1, least, interval))
    });
    or_unseen(judged, "no device polled three times")
}

fn sandbox_login(scene: &Scene) -> Finding {
    let in_sandbox = |attempt: &&super::scene::Attempt| attempt.org.as_deref().is_some_and(|org| scene.facts.is_sandbox(org));
    let judged = scene.attempts.iter().filter(in_sandbox).map(|attempt| {
        let told = (attempt.first.site() == sides::LOGIN).then(|| {
            format!("expected the test host or the sandbox's own domain; the {} went to the production login host", attempt.asked.described)
        });
        Finding::wrong([&attempt.first], told.as_slice())
    });
    or_unseen(judged, "no sandbox was connected")
}

fn exchange_side(scene: &Scene) -> Finding {
    let in_sandbox = |attempt: &&super::scene::Attempt| attempt.org.as_deref().is_some_and(|org| scene.facts.is_sandbox(org));
    let judged = scene.attempts.iter().filter(in_sandbox).filter_map(|attempt| attempt.exchange.clone());
    or_unseen(judged.map(|first| sides::exchanged_there(&[first])), "no code of a sandbox was exchanged")
}

fn of_sandboxes(scene: &Scene, sort: Sort) -> Finding {
    or_unseen(scene.sandbox_lines().map(|sent| sides::accepted_there(&of(sent, sort), sort)), "no grant of a sandbox was seen")
}

fn own_host(scene: &Scene) -> Finding {
    if scene.facts.shares_hosts() {
        return Finding::of(
            [],
            Err(Failure::not_applicable("on this server orgs answer at the login host's own address: --addressing ports tells them apart")),
        );
    }
    data::at_own_host(&scene.sent)
}

fn all_pages(scene: &Scene) -> Finding {
    let is_limited = |entry: &Exchange| entry.parameter("q").is_some_and(|query| query.to_ascii_uppercase().contains(" LIMIT "));
    let may_come = |entry: &Exchange| !data::is_followed(&scene.sent, entry) && (is_limited(entry) || scene.age(entry) < PAGE_PATIENCE);
    let judged: Vec<Exchange> = scene.sent.iter().filter(|entry| !may_come(entry)).cloned().collect();
    data::pages_followed(&judged)
}

fn soql_escaped(scene: &Scene) -> Finding {
    let asked: Vec<(&Exchange, &str)> = scene.sent.iter().filter_map(|entry| Some((entry, entry.parameter("q")?))).collect();
    let broken = asked.iter().find(|(_, query)| soql::literals(query).is_none());
    let told =
        broken.map(|(entry, query)| format!("expected values as literals; the query of the {} ends inside a literal: {query}", entry.describe()));
    let escaped: Vec<&Exchange> = asked.iter().filter(|(_, query)| query.contains("\\'")).map(|(entry, _)| *entry).collect();
    let reached = !escaped.is_empty();
    let seen = broken.map(|(entry, _)| *entry).into_iter().chain(escaped);
    only_if(reached, "no query with a quote inside a value was seen", Finding::wrong(seen, told.as_slice()))
}

fn long_query(scene: &Scene) -> Finding {
    let data: Vec<&Exchange> = scene.sent.iter().filter(|entry| entry.sort() == Sort::Data).collect();
    let refused = data.iter().find(|entry| matches!(entry.status(), Some(414 | 431)));
    let told = refused.map(|refused| format!("expected long lists to be split; the {} was answered {}", refused.describe(), refused.answer()));
    let long = data.iter().filter(|entry| entry.path().len() >= LONG && entry.is_accepted()).copied();
    let seen: Vec<&Exchange> = refused.copied().into_iter().chain(long).collect();
    only_if(!seen.is_empty(), "no long query was seen", Finding::wrong(seen.iter().copied(), told.as_slice()))
}

fn versions(scene: &Scene, oldest: u16, newest: u16) -> Finding {
    let is_named = scene.sent.iter().any(|entry| data::version(entry).is_some());
    only_if(is_named, "no data request named an API version", data::versions(&scene.sent, oldest, newest))
}

fn bulk_pages(scene: &Scene) -> Finding {
    let results: Vec<Exchange> = scene.sent.iter().filter(|entry| entry.route() == "bulk/query-results").cloned().collect();
    let locator =
        |entry: &Exchange| entry.entry()["response"]["headers"]["sforce-locator"].as_str().filter(|next| *next != "null").map(str::to_owned);
    let is_followed =
        |entry: &Exchange, next: &str| results.iter().any(|later| later.seq() > entry.seq() && later.parameter("locator") == Some(next));
    let left = results.iter().find(|entry| locator(entry).is_some_and(|next| !is_followed(entry, &next)) && scene.age(entry) >= PAGE_PATIENCE);
    let told = left.map(|left| format!("expected the next page of results; the {} names one that was never fetched", left.describe()));
    let outcome = data::null_is_the_end(&results).and(crate::rules::breach(told.as_slice()));
    let reached = results.iter().any(|entry| locator(entry).is_some_and(|next| is_followed(entry, &next)));
    only_if(reached, "no bulk query with several pages of results was seen", Finding::of(&results, outcome))
}

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
fn change(scene: &Scene, new: &str) -> Option<u64> {
    scene.sent.iter().find(|entry| entry.client_id() == Some(new)).map(Exchange::seq)
}

fn old_key(scene: &Scene) -> Finding {
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

fn new_key(scene: &Scene) -> Finding {
    of_migration(scene, |_, new| {
        let pairs = scene.pairs().into_iter().filter(|(asked, _)| asked.client_id.as_deref() == Some(new));
        let exchanges: Vec<Exchange> = pairs.map(|(_, sent)| sent).collect();
        only_if(!exchanges.is_empty(), "nothing was connected with the new app", migration::carries_key(&exchanges, new))
    })
}

fn reconnect_moves(scene: &Scene) -> Finding {
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

fn no_mass_reconnect(scene: &Scene) -> Finding {
    of_migration(scene, |_, _| {
        let kept = old_key(scene);
        only_if(kept.outcome.is_ok(), "no grant of the old app was used after the change", no_needless(scene))
    })
}

fn old_revoked(scene: &Scene) -> Finding {
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

/// The first revocation of a grant whose token is not used on: a disconnect.
///
/// GUESS: nobody tells the server why a token is revoked. Whoever refreshes successfully afterwards only gave up a session.
fn disconnect(sent: &[Exchange]) -> Option<&Exchange> {
    let revocation = sent.iter().find(|entry| entry.sort() == Sort::Revoke)?;
    let goes_on = sent.iter().any(|entry| entry.sort() == Sort::Refresh && entry.is_accepted() && revocation.was_answered_before(entry));
    (!goes_on).then_some(revocation)
}

fn by_disconnect(scene: &Scene, rule: fn(&[Exchange]) -> Finding) -> Finding {
    let judged = scene.lines.values().filter(|sent| disconnect(sent).is_some() && !revocation::given_out(sent).is_empty()).map(|sent| rule(sent));
    or_unseen(judged, "no token of this observation was revoked: who disconnects without a word cannot be seen")
}

fn newest_revoked(scene: &Scene) -> Finding {
    let judged = scene.lines.values().filter_map(|sent| {
        let revocation = disconnect(sent)?;
        let before: Vec<Exchange> = sent.iter().filter(|entry| entry.seq() <= revocation.seq()).cloned().collect();
        let generations = revocation::given_out(&before).iter().filter(|given| given.kind == "refresh_token").count();
        (generations > 1).then(|| revocation::was_newest(&before))
    });
    or_unseen(judged, "no grant was revoked after a rotation")
}

fn quiet_after(scene: &Scene) -> Finding {
    let judged = scene.lines.values().filter_map(|sent| {
        let revocation = disconnect(sent).filter(|revocation| revocation.is_accepted())?;
        let late = sent.iter().find(|entry| matches!(entry.sort(), Sort::Data | Sort::Refresh) && revocation.was_answered_before(entry));
        let told = late.map(|late| format!("expected nothing with the grant after its revocation; seen: a {}", late.describe()));
        Some(Finding::wrong(std::iter::once(revocation).chain(late), told.as_slice()))
    });
    or_unseen(judged, "no grant of this observation was revoked")
}

fn post_body(scene: &Scene) -> Finding {
    only_if(!scene.of(Sort::Revoke).is_empty(), "no token was revoked", revocation::in_body(&scene.sent))
}

fn no_password(scene: &Scene) -> Finding {
    let reached = scene.sent.iter().any(|entry| entry.sort().is_token_request());
    only_if(reached, "no token request was seen", secrets::no_password(&scene.sent))
}

fn addresses(scene: &Scene) -> Finding {
    let reached = scene.sent.iter().any(|entry| entry.sort() == Sort::Data);
    only_if(reached, "no data request was seen", secrets::addresses_clean(&scene.sent))
}
