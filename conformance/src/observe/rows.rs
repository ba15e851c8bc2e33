//! The rows that watching alone can judge: when each is exercised, how it is judged, and what would exercise it.

mod asserting;
mod calling;
mod connecting;
mod moving;
mod renewing;

use self::asserting::{assertion_shape, cached, device_interval, device_shape, eca_audience, in_sandbox, no_offline_scope};
use self::calling::{all_pages, bulk_pages, long_query, own_host, soql_escaped, versions};
use self::connecting::{
    challenged, code_verbatim, customer_app, every_entry, exchange_side, no_needless, redirect_uri, s256, sandbox_login, state_no_secrets,
    verifier_matches,
};
use self::moving::{new_key, no_mass_reconnect, old_key, old_revoked, reconnect_moves};
use self::renewing::{
    addresses, by_disconnect, newest_revoked, no_password, of_sandboxes, post_body, quiet_after, secret_sent, single_flight, uses_newest,
};
use super::scene::Scene;
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, Kind};
use crate::integration::protocol::AppKind;
use crate::rules::{Finding, authorization, data, exchange, grants, renewal, revocation};

/// How a row is judged.
pub struct Row {
    pub check: &'static str,
    pub judge: fn(&Scene) -> Finding,
    /// What to do with the integration to exercise it.
    pub hint: &'static str,
}

/// Attempts after which values that should differ are called fresh.
const FRESH: usize = 3;

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
