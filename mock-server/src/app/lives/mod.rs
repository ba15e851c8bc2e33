//! Tokens through arbitrary lives, against a model that knows nothing of how they are kept; and through lives at once, on real threads.
//!
//! A run of the usual length takes a moment; `LIVES_CASES=1000 cargo nextest run -p sf-mock --lib -E 'test(lives)'` walks 100,000 steps.

mod model;

use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;

use self::model::Model;
use super::{App, LiveOrg, NewOrg};
use crate::apps::{AppDefinition, Flow, Installs, OrgApp, PeriodUnit, Presence, RefreshTokenPolicy};
use crate::clock::Timestamp;
use crate::config::Addressing;
use crate::id::{OrgId, RecordId, UserId};
use crate::oauth::{Award, Digest, Lasting, OAuthError, Origin, Scopes, grant_to_lock, hand_out, org_app, refresh, revoke};
use crate::org::{Directory, Edition, Era, NewUser, OrgKind, Policies, Scheme, Site, UserChange};
use crate::secret::Secret;

const HOUR: i64 = 3_600_000;

/// A refresh token policy in the model's words: limits are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Policy {
    UntilRevoked,
    Immediately,
    Unused(i64),
    After(i64),
}

/// What a refresh comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Good,
    Dead,
    Inactive,
    Blocked,
}

/// A step of a life. Numbers choose among what there is.
#[derive(Debug, Clone)]
enum Step {
    Issue(usize),
    Refresh(usize),
    Use(usize),
    RevokeAccess(usize),
    RevokeRefresh(usize),
    Activate(usize, bool),
    Block(bool),
    Uninstall,
    Policy(usize),
    Rotate(bool),
    /// Milliseconds.
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let pick = || 0..1_000_usize;
    prop_oneof![
        4 => (0..2_usize).prop_map(Step::Issue),
        8 => pick().prop_map(Step::Refresh),
        6 => pick().prop_map(Step::Use),
        1 => pick().prop_map(Step::RevokeAccess),
        1 => pick().prop_map(Step::RevokeRefresh),
        1 => (0..2_usize, any::<bool>()).prop_map(|(user, active)| Step::Activate(user, active)),
        1 => any::<bool>().prop_map(Step::Block),
        1 => Just(Step::Uninstall),
        1 => (0..4_usize).prop_map(Step::Policy),
        1 => any::<bool>().prop_map(Step::Rotate),
        3 => (0..4 * HOUR).prop_map(Step::Wait),
        1 => (0..60 * 24 * HOUR).prop_map(Step::Wait),
    ]
}

/// The policies that steps choose among: as the server has them, and as the model has.
const POLICIES: [(RefreshTokenPolicy, Policy); 4] = [
    (RefreshTokenPolicy::UntilRevoked, Policy::UntilRevoked),
    (RefreshTokenPolicy::ImmediatelyExpire, Policy::Immediately),
    (RefreshTokenPolicy::ExpireIfUnused { amount: 10, unit: PeriodUnit::Days }, Policy::Unused(10 * 24 * HOUR)),
    (RefreshTokenPolicy::ExpireAfter { amount: 20, unit: PeriodUnit::Days }, Policy::After(20 * 24 * HOUR)),
];

/// A server with one org, two users and one installed app.
struct Bench {
    app: App,
    org: Arc<LiveOrg>,
    client: AppDefinition,
    users: [UserId; 2],
    site: Site,
    origin: Origin,
    access: Vec<String>,
    refresh: Vec<String>,
}

impl Bench {
    fn new(rotates: bool) -> Self {
        let app = App::in_memory().unwrap();
        app.clock().freeze();
        let new = NewOrg {
            id: None,
            name: "acme".to_owned(),
            kind: OrgKind::Production,
            edition: Edition::Enterprise,
            era: Era::default(),
            policies: Policies::default(),
            namespace: None,
        };
        let org = app.create_org(new).unwrap();
        let profile = org.read(|tx| tx.permission_set_named("Standard User", true)).unwrap().unwrap().id;
        let users = ["ada", "bob"].map(|name| app.add_user(&org, &user(name, profile), None).unwrap());
        let client = AppDefinition { rotate_refresh_tokens: rotates, ..definition() };
        app.put_app(client.clone()).unwrap();
        let row = OrgApp { presence: Presence::Installed, ..OrgApp::unseen(client.id) };
        org.write(|tx| tx.put_org_app(&row)).unwrap();
        let site = Site::reported(Addressing::Single, Scheme::Http, app.listeners());
        Self { app, org, client, users, site, origin: Origin::of_server(), access: Vec::new(), refresh: Vec::new() }
    }

    fn issue(&mut self, user: usize) {
        let user = self.org.user(self.users[user]).unwrap().unwrap();
        let scopes = Scopes::parse("api refresh_token").unwrap();
        let counter = self.app.counter(&self.org, &self.site, &self.origin);
        let desk = counter.desk();
        let issued = self.org.write(|tx| {
            let row = org_app(tx, &desk, &self.client)?;
            let award =
                Award { client: Some((&self.client, &row)), user: &user, scopes, flow: Flow::WebServer, lasting: Lasting::Refreshable, nonce: None };
            hand_out(tx, &desk, award)
        });
        let issued = issued.unwrap();
        self.access.push(issued.access_token);
        self.refresh.push(issued.refresh_token.unwrap());
    }

    /// As the token endpoint does it: under the grant's lock.
    fn redeem(&self, token: &str) -> Result<(String, Option<String>), Refusal> {
        let token = Digest::of(token);
        let grant = self.org.read(|tx| grant_to_lock(tx, self.client.id, token)).unwrap();
        let lock = grant.map(|grant| self.org.refreshes().try_lock(grant.id));
        if lock.as_ref().is_some_and(Option::is_none) {
            return Err(Refusal::Busy);
        }
        let counter = self.app.counter(&self.org, &self.site, &self.origin);
        let outcome = self.org.write(|tx| refresh(tx, &counter.desk(), &self.client, Flow::RefreshToken, token)).unwrap();
        outcome.map(|issued| (issued.access_token, issued.refresh_token)).map_err(|refused| match refused.error {
            OAuthError::DeadRefreshToken | OAuthError::RotatedRefreshToken | OAuthError::ExpiredRefreshToken => Refusal::Is(Outcome::Dead),
            error if error.to_string() == "inactive user" => Refusal::Is(Outcome::Inactive),
            error if error.code() == "app_blocked" => Refusal::Is(Outcome::Blocked),
            error => panic!("refused for no reason of the model: {error}"),
        })
    }

    fn refreshed(&mut self, token: usize) -> Outcome {
        match self.redeem(&self.refresh[token].clone()) {
            Ok((access, refresh)) => {
                self.access.push(access);
                self.refresh.extend(refresh);
                Outcome::Good
            }
            Err(Refusal::Is(outcome)) => outcome,
            Err(Refusal::Busy) => panic!("nobody else refreshes"),
        }
    }

    fn serves(&self, token: &str) -> bool {
        self.app.caller(token).unwrap().is_some()
    }

    fn revoked(&self, token: &str) -> bool {
        self.org.write(|tx| revoke(tx, token)).unwrap().is_ok()
    }

    /// Takes a step with the model, and compares what both say.
    fn walk(&mut self, model: &mut Model, step: &Step) {
        match step {
            Step::Issue(user) => {
                self.issue(*user);
                model.issue(*user);
            }
            Step::Refresh(pick) if !self.refresh.is_empty() => {
                let token = pick % self.refresh.len();
                assert_eq!(self.refreshed(token), model.refresh(token), "refresh token {token}");
                assert_eq!((self.refresh.len(), self.access.len()), (model.refresh_tokens, model.access.len()));
            }
            Step::Use(pick) if !self.access.is_empty() => {
                let token = pick % self.access.len();
                assert_eq!(self.serves(&self.access[token]), model.serves(token), "access token {token}");
            }
            Step::RevokeAccess(pick) if !self.access.is_empty() => {
                let token = pick % self.access.len();
                let was_live = !std::mem::replace(&mut model.access[token].1, true);
                assert_eq!(self.revoked(&self.access[token]), was_live, "revoking access token {token}");
            }
            Step::RevokeRefresh(pick) if !self.refresh.is_empty() => {
                let token = pick % self.refresh.len();
                assert_eq!(self.revoked(&self.refresh[token]), model.revoke_refresh(token), "revoking refresh token {token}");
            }
            Step::Activate(user, active) => {
                let change = UserChange { is_active: Some(*active), ..UserChange::default() };
                self.app.change_user(&self.org, self.users[*user], &change, None).unwrap();
                if std::mem::replace(&mut model.active[*user], *active) && !active {
                    model.end_sessions(Some(*user));
                }
            }
            Step::Block(true) => {
                self.app.block_app(&self.org, &self.client, None).unwrap();
                model.blocked = true;
                model.end_sessions(None);
            }
            Step::Block(false) => {
                self.app.unblock_app(&self.org, &self.client, None).unwrap();
                model.blocked = false;
            }
            Step::Uninstall => {
                // Taking the app out forgets its policies, and installing it again brings the defaults.
                self.app.uninstall_app(&self.org, &self.client, None).unwrap().unwrap();
                self.app.install_app(&self.org, &self.client, None).unwrap().unwrap();
                model.uninstall();
                model.policy = Policy::UntilRevoked;
            }
            Step::Policy(pick) => {
                let (policy, told) = POLICIES[*pick];
                self.change_row(|row| row.refresh_token_policy = policy);
                model.policy = told;
            }
            Step::Rotate(on) => {
                self.client.rotate_refresh_tokens = *on;
                model.rotates = *on;
            }
            Step::Wait(time) => {
                model.now += time;
                self.app.clock().set(Timestamp(model.now));
            }
            _ => {}
        }
    }

    fn change_row(&self, change: impl FnOnce(&mut OrgApp)) {
        self.org
            .write(|tx| {
                let mut row = tx.org_app(self.client.id)?.unwrap_or_else(|| OrgApp::unseen(self.client.id));
                change(&mut row);
                tx.put_org_app(&row)
            })
            .unwrap();
    }
}

/// Why a refresh got nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Busy,
    Is(Outcome),
}

fn cases() -> u32 {
    std::env::var("LIVES_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn tokens_live_as_the_model_says(rotates in any::<bool>(), steps in proptest::collection::vec(step(), 100)) {
        let mut bench = Bench::new(rotates);
        let mut model = Model::new(bench.app.now().0, rotates);
        for step in &steps {
            bench.walk(&mut model, step);
        }
    }
}

/// Several threads present the same refresh tokens over and over; what each got is checked afterwards.
#[test]
fn no_rotated_token_succeeds_twice_whoever_comes_at_once() {
    const THREADS: usize = 4;
    const ROUNDS: usize = 40;
    let mut bench = Bench::new(true);
    for _ in 0..ROUNDS {
        bench.issue(0);
        let shared = bench.refresh.last().unwrap().clone();
        let bench = &bench;
        let got: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| chase(bench, &shared))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let mut successes: HashMap<&str, usize> = HashMap::new();
        for (presented, outcome) in &got {
            *successes.entry(presented).or_default() += usize::from(outcome.is_ok());
        }
        assert!(successes.values().all(|count| *count <= 1), "a token was exchanged twice: {successes:?}");
        assert_eq!(successes.get(shared.as_str()), Some(&1), "somebody is first");
        // Presenting a replaced token ends the family, in whatever order the threads came.
        let reused = got.iter().any(|(_, outcome)| matches!(outcome, Err(Refusal::Is(Outcome::Dead))));
        let live = got.iter().filter_map(|(_, outcome)| outcome.as_ref().ok()).filter(|access| bench.serves(access)).count();
        assert!(!reused || live == 0, "a family that ended left {live} access tokens");
    }
}

/// What one client does that holds the token: refreshes, and goes on with what it got. Each token presented, and its outcome.
fn chase(bench: &Bench, first: &str) -> Vec<(String, Result<String, Refusal>)> {
    let (mut token, mut seen) = (first.to_owned(), Vec::new());
    for _ in 0..3 {
        match bench.redeem(&token) {
            Ok((access, next)) => {
                seen.push((token.clone(), Ok(access)));
                token = next.unwrap();
            }
            Err(refusal) => seen.push((token.clone(), Err(refusal))),
        }
    }
    seen
}

/// A revocation beside refreshes: once it was answered, nothing of the family serves.
#[test]
fn a_revocation_leaves_nothing_of_a_family_that_is_being_refreshed() {
    for _ in 0..20 {
        let mut bench = Bench::new(false);
        bench.issue(0);
        let (bench, token) = (&bench, bench.refresh[0].clone());
        let token = token.as_str();
        let access: Vec<String> = std::thread::scope(|scope| {
            let refreshing = scope.spawn(move || (0..10).filter_map(|_| bench.redeem(token).ok()).map(|(access, _)| access).collect::<Vec<_>>());
            let revoking = scope.spawn(move || bench.revoked(token));
            assert!(revoking.join().unwrap(), "the token was good");
            refreshing.join().unwrap()
        });
        assert!(!access.iter().chain(&bench.access).any(|access| bench.serves(access)), "an access token outlived its family");
        assert_eq!(bench.redeem(token), Err(Refusal::Is(Outcome::Dead)));
    }
}

/// A user who may not log in keeps no session alive by trying.
#[test]
fn a_refused_use_does_not_extend_a_session() {
    let mut bench = Bench::new(false);
    let mut model = Model::new(bench.app.now().0, false);
    let steps = [Step::Activate(0, false), Step::Issue(0), Step::Wait(HOUR), Step::Use(0), Step::Activate(0, true), Step::Wait(HOUR), Step::Use(0)];
    for step in &steps {
        bench.walk(&mut model, step);
    }
    assert!(!bench.serves(&bench.access[0]), "two hours have gone by without a use that was let through");
}

/// A connected app of some other org.
fn definition() -> AppDefinition {
    let definition = serde_json::json!({
        "id": "0CiFk0000000001", "name": "Reports", "description": null, "kind": "connected_app", "owner": OrgId::numbered(99).to_string(),
        "distribution": null, "created": "2026-01-01", "consumer_key": "3MVG9", "consumer_secret": "secret", "callback_urls": [],
        "scopes": ["api", "refresh_token"], "flows": ["web_server", "refresh_token"], "require_secret": true, "require_secret_for_refresh": true,
        "require_pkce": false, "rotate_refresh_tokens": false, "exempt_from_org_switches": false, "run_as": null, "certificate": null,
    });
    serde_json::from_value(definition).unwrap()
}

fn user(name: &str, profile: RecordId) -> NewUser {
    NewUser {
        id: None,
        username: format!("{name}@acme.example"),
        nickname: None,
        email: format!("{name}@acme.example"),
        first_name: None,
        last_name: name.to_owned(),
        alias: name.to_owned(),
        is_active: true,
        time_zone: "UTC".to_owned(),
        locale: "en_US".to_owned(),
        language: "en_US".to_owned(),
        password: Some(Secret("secret-1".to_owned())),
        security_token: Secret("token".to_owned()),
        profile,
        permission_sets: Vec::new(),
    }
}
