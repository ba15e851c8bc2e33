//! Holds [`admit`](super::admit) against `fixtures/admission.tsv`: every combination of facts, and every way to get a rule wrong.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::admission::{Admission, Rule, SECTIONS, decide};
use super::refusal::Answer;
use super::*;
use crate::org::{Era, InstallGate, Policies, Switches};

const TABLE: &str = include_str!("../../../fixtures/admission.tsv");

/// The columns that describe a case, with their values, in the order of the file.
const DIMENSIONS: [(&str, &[&str]); 14] = [
    ("kind", &["connected", "external"]),
    ("presence", &["own", "installed", "known", "unseen"]),
    ("blocked", &["no", "yes"]),
    ("distribution", &["none", "local", "packaged"]),
    ("state", &["enabled", "disabled", "suspended", "address_not_allowed", "app_policy_missing", "oauth_policy_missing"]),
    (
        "standing",
        &[
            "active",
            "inactive_user",
            "frozen_user",
            "inactive_org",
            "login_as",
            "no_password",
            "api_only",
            "restricted_time",
            "restricted_ip",
            "low_session",
            "visitor",
        ],
    ),
    ("permission", &["none", "held"]),
    ("approval", &["none", "online", "offline", "device"]),
    ("access_control", &["off", "on"]),
    ("any_client", &["none", "held"]),
    ("users", &["all", "assigned", "unassigned"]),
    (
        "flow",
        &[
            "web_server",
            "web_server_exchange",
            "refresh_token",
            "user_agent",
            "hybrid",
            "jwt_bearer",
            "client_credentials",
            "device",
            "device_poll",
            "token_exchange",
            "saml_bearer",
            "saml_assertion",
            "username_password",
            "code_credentials",
        ],
    ),
    ("setup", &["ready", "flow_off", "no_run_as", "guests_off"]),
    ("era", &["summer-25", "winter-26", "dec-25", "spring-26", "may-26", "jul-26"]),
];
/// Where the columns stand that the test itself asks about.
const KIND: usize = 0;
const DISTRIBUTION: usize = 3;
const STATE: usize = 4;
const STANDING: usize = 5;
const FLOW: usize = 11;
const SETUP: usize = 12;
const ERA: usize = 13;

/// The index of the chosen value of each dimension.
type Choice = [usize; 14];

/// One bit per value of every dimension.
type Bits = u128;

struct Row {
    line: usize,
    accepts: Bits,
    authorize: Option<Outcome>,
    token: Option<Outcome>,
    hits: AtomicUsize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Allow,
    Refuse(Answer),
}

/// The first bit of each dimension.
const OFFSETS: [usize; 14] = {
    let mut offsets = [0; 14];
    let mut dimension = 1;
    while dimension < 14 {
        offsets[dimension] = offsets[dimension - 1] + DIMENSIONS[dimension - 1].1.len();
        dimension += 1;
    }
    offsets
};

fn bit(dimension: usize, value: usize) -> Bits {
    1 << (OFFSETS[dimension] + value)
}

fn rows() -> Vec<Row> {
    let mut lines = TABLE.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    let header: Vec<&str> = lines.next().expect("a header").1.split('\t').collect();
    let names: Vec<&str> = DIMENSIONS.iter().map(|(name, _)| *name).collect();
    assert_eq!(header, [&["place"][..], &names, &["authorize", "token"]].concat());
    lines.map(|(number, line)| row(number + 1, line)).collect()
}

fn row(line: usize, text: &'static str) -> Row {
    let cells: Vec<&str> = text.split('\t').collect();
    assert_eq!(cells.len(), 17, "line {line}: 17 cells expected");
    assert!(!cells[0].is_empty(), "line {line}: names no place");
    let mut accepts = 0;
    for (dimension, (name, values)) in DIMENSIONS.iter().enumerate() {
        let cell: Vec<&str> = cells[dimension + 1].split('|').collect();
        let unknown = cell.iter().find(|word| **word != "*" && !values.contains(word));
        assert_eq!(unknown, None, "line {line}: no such {name}");
        let chosen = values.iter().enumerate().filter(|(_, value)| cell == ["*"] || cell.contains(value));
        accepts = chosen.fold(accepts, |bits, (value, _)| bits | bit(dimension, value));
    }
    Row { line, accepts, authorize: outcome(cells[15], true), token: outcome(cells[16], false), hits: AtomicUsize::new(0) }
}

/// `allow`, `surface error: description` at the authorize endpoint, `error: description` at the token endpoint.
fn outcome(cell: &'static str, at_authorize: bool) -> Option<Outcome> {
    match cell {
        "-" => None,
        "allow" => Some(Outcome::Allow),
        _ => {
            let (surface, pair) = if at_authorize { cell.split_once(' ').expect("a surface") } else { ("token", cell) };
            let (error, error_description) = pair.split_once(": ").expect("error: description");
            Some(Outcome::Refuse(Answer { surface: surface_named(surface), error, error_description }))
        }
    }
}

fn surface_named(name: &str) -> Surface {
    match name {
        "login_page" => Surface::LoginPage,
        "insufficient_privileges" => Surface::InsufficientPrivileges,
        "error_page" => Surface::ErrorPage,
        "callback" => Surface::Callback,
        "token" => Surface::Token,
        other => panic!("no surface is called {other}"),
    }
}

/// Visitors come by the headless flow alone. Connected apps have no distribution state and no policy records to miss, external client apps always have one.
fn exists(choice: &Choice) -> bool {
    let is_connected = choice[KIND] == 0;
    let is_headless = DIMENSIONS[FLOW].1[choice[FLOW]] == "code_credentials";
    let is_of_guests = DIMENSIONS[STANDING].1[choice[STANDING]] == "visitor" || DIMENSIONS[SETUP].1[choice[SETUP]] == "guests_off";
    if is_of_guests && !is_headless {
        return false;
    }
    is_connected == (choice[DISTRIBUTION] == 0) && (!is_connected || STATES[choice[STATE]] == Availability::Enabled || choice[STATE] == 1)
}

fn flow_and_endpoint(choice: &Choice) -> (Flow, Endpoint) {
    match DIMENSIONS[FLOW].1[choice[FLOW]] {
        "web_server_exchange" => (Flow::WebServer, Endpoint::Token),
        "device_poll" => (Flow::Device, Endpoint::Token),
        name => {
            let flow = Flow::ALL.into_iter().find(|flow| flow.name() == name).expect("a flow");
            let at_authorize = flow.is_interactive() || flow == Flow::CodeCredentials;
            (flow, if at_authorize { Endpoint::Authorize } else { Endpoint::Token })
        }
    }
}

fn switches(era: usize) -> [Switches; 2] {
    let of = |control| Switches::of(Era::ALL[era], &Policies { api_access_control: Some(control), ..Policies::default() });
    [of(false), of(true)]
}

fn case<'a>(choice: &Choice, (flow, endpoint): (Flow, Endpoint), switches: &'a [Switches; 2]) -> Case<'a> {
    let [kind, presence, blocked, distribution, state, standing, permission, approval, control, any_client, users, _, setup, _] = *choice;
    let app = AppFacts {
        kind: [AppKind::ConnectedApp, AppKind::ExternalClientApp][kind],
        presence: [Presence::Own, Presence::Installed, Presence::Known, Presence::Unseen][presence],
        distribution: [None, Some(Distribution::Local), Some(Distribution::Packaged)][distribution],
        blocked: blocked == 1,
        availability: STATES[state],
        permitted_users: [PermittedUsers::AllUsers, PermittedUsers::AdminApproved, PermittedUsers::AdminApproved][users],
        flow_is_on: setup != 1,
        has_run_as: setup != 2,
        suspended: DIMENSIONS[STATE].1[state] == "suspended",
        address_allowed: DIMENSIONS[STATE].1[state] != "address_not_allowed",
        guests: setup != 3,
    };
    let user = UserFacts {
        standing: STANDINGS[standing].0,
        limit: STANDINGS[standing].1,
        approves_uninstalled_apps: permission == 1,
        uses_any_api_client: any_client == 1,
        assigned: users == 1,
        approval: APPROVALS[approval],
    };
    Case { app, user, org: &switches[control], flow, endpoint }
}

const STATES: [Availability; 6] = [
    Availability::Enabled,
    Availability::Disabled,
    Availability::Enabled,
    Availability::Enabled,
    Availability::AppPolicyMissing,
    Availability::OauthPolicyMissing,
];

const STANDINGS: [(Standing, Option<Limit>); 11] = [
    (Standing::Active, None),
    (Standing::InactiveUser, None),
    (Standing::FrozenUser, None),
    (Standing::InactiveOrg, None),
    (Standing::LoginAs, None),
    (Standing::NoPassword, None),
    (Standing::ApiOnly, None),
    (Standing::Active, Some(Limit::Hours)),
    (Standing::Active, Some(Limit::Address)),
    (Standing::Active, Some(Limit::SessionLevel)),
    (Standing::Visitor, None),
];

const APPROVALS: [Option<Approval>; 4] = [
    None,
    Some(Approval { offline: false, by_device: false }),
    Some(Approval { offline: true, by_device: false }),
    Some(Approval { offline: true, by_device: true }),
];

/// What the file says of a case: the row's cell, shown where the flow shows it.
fn expected(row: &Row, case: &Case<'_>) -> Outcome {
    let cell = if case.endpoint == Endpoint::Authorize { row.authorize } else { row.token };
    let Some(Outcome::Refuse(answer)) = cell else { return cell.unwrap_or_else(|| panic!("line {}: {case:?} gets here", row.line)) };
    let surface = match (case.flow, answer.surface) {
        (Flow::CodeCredentials, _) => Surface::AuthorizeBody,
        (Flow::Device, Surface::Callback) => Surface::ErrorPage,
        (_, surface) => surface,
    };
    Outcome::Refuse(Answer { surface, ..answer })
}

fn told(decision: Result<Admission, Blocked>, case: &Case<'_>) -> Outcome {
    match decision {
        Ok(_) => Outcome::Allow,
        Err(blocked) => Outcome::Refuse(blocked.answer(case.flow, case.endpoint, case.org)),
    }
}

fn words(choice: &Choice) -> Vec<String> {
    DIMENSIONS.iter().zip(choice).map(|((name, values), value)| format!("{name}={}", values[*value])).collect()
}

/// Calls `visit` with every `step`th combination that can exist, its case and its row.
/// The combinations of one flow in one era are a piece of work; the pieces are shared out among the processors.
fn each_combination(rows: &[Row], step: usize, visit: impl Fn(&Choice, &Case<'_>, &Row) + Sync) {
    let pieces = Mutex::new((0..DIMENSIONS[ERA].1.len()).flat_map(|era| (0..DIMENSIONS[FLOW].1.len()).map(move |flow| (era, flow))));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((era, flow)) = { pieces.lock().expect("no piece panicked").next() } {
                    each_of_piece(rows, (era, flow), step, &visit);
                }
            });
        }
    });
}

fn each_of_piece(rows: &[Row], (era, flow): (usize, usize), step: usize, visit: impl Fn(&Choice, &Case<'_>, &Row)) {
    let mut choice: Choice = [0; 14];
    (choice[ERA], choice[FLOW]) = (era, flow);
    let switches = switches(era);
    let asked = flow_and_endpoint(&choice);
    let fixed = bit(ERA, era) | bit(FLOW, flow);
    let rows: Vec<&Row> = rows.iter().filter(|row| row.accepts & fixed == fixed).collect();
    let mut count = 0_usize;
    expand(&mut choice, 0, fixed, &mut |choice, bits| {
        if !exists(choice) {
            return;
        }
        count += 1;
        if count.is_multiple_of(step) {
            let row = rows.iter().find(|row| row.accepts & bits == bits).unwrap_or_else(|| panic!("no row matches {:?}", words(choice)));
            visit(choice, &case(choice, asked, &switches), row);
        }
    });
}

/// Fills the dimensions from `dimension` on with every value, save the two that a piece fixes.
fn expand(choice: &mut Choice, dimension: usize, bits: Bits, visit: &mut impl FnMut(&Choice, Bits)) {
    match dimension {
        14 => visit(choice, bits),
        FLOW | ERA => expand(choice, dimension + 1, bits, visit),
        _ => {
            for value in 0..DIMENSIONS[dimension].1.len() {
                choice[dimension] = value;
                expand(choice, dimension + 1, bits | bit(dimension, value), visit);
            }
        }
    }
}

#[test]
fn every_combination_is_answered_as_the_fact_sheet_says() {
    let rows = rows();
    let combinations = AtomicUsize::new(0);
    each_combination(&rows, 1, |choice, case, row| {
        row.hits.fetch_add(1, Ordering::Relaxed);
        combinations.fetch_add(1, Ordering::Relaxed);
        assert_eq!(told(admit(case), case), expected(row, case), "line {}: {:?}", row.line, words(choice));
    });
    let unused: Vec<usize> = rows.iter().filter(|row| row.hits.load(Ordering::Relaxed) == 0).map(|row| row.line).collect();
    assert_eq!(unused, [0; 0], "lines of fixtures/admission.tsv that decide nothing");
    println!("{} combinations, {} rows", combinations.into_inner(), rows.len());
}

/// The switches set, what differs from a user of no merit before an unknown connected app, and the outcome as the file words it.
type Switched = (Policies, &'static [(&'static str, &'static str)], &'static str);

/// Cases whose outcome a switch changes.
fn switched() -> Vec<Switched> {
    let default = Policies::default;
    vec![
        (default(), &[], "error_page invalid_client: app must be installed into org"),
        (Policies { install_gate: Some(InstallGate::Off), ..default() }, &[], "allow"),
        (
            Policies { install_gate: Some(InstallGate::Callback), ..default() },
            &[],
            "callback OAUTH_APPROVAL_ERROR_GENERIC: An unexpected error has occured during authentication. Please try again.",
        ),
        (Policies { device_flow_honours_approval_permission: Some(true), ..default() }, &[("flow", "device"), ("permission", "held")], "allow"),
        (
            Policies { earlier_approval_passes_gate: Some(false), ..default() },
            &[("approval", "offline")],
            "error_page invalid_client: app must be installed into org",
        ),
        (Policies { earlier_approval_passes_gate: Some(false), ..default() }, &[("approval", "offline"), ("flow", "refresh_token")], "allow"),
        (
            Policies { permitted_users_bind_run_as: Some(false), ..default() },
            &[("flow", "client_credentials"), ("presence", "installed"), ("users", "unassigned")],
            "allow",
        ),
        (
            Policies { api_access_control: Some(true), api_access_control_says_blocked: Some(true), ..default() },
            &[],
            "callback OAUTH_APP_BLOCKED: this app is blocked by admin",
        ),
        (
            Policies { headless_needs_pre_authorization: Some(false), ..default() },
            &[("flow", "code_credentials"), ("presence", "installed")],
            "allow",
        ),
        (Policies { api_access_control: Some(true), any_api_client_passes_gate: Some(true), ..default() }, &[("any_client", "held")], "allow"),
    ]
}

/// Calls `visit` with each case of [`switched`] and its outcome.
fn each_switched(mut visit: impl FnMut(&Case<'_>, Outcome)) {
    for (set, facts, cell) in switched() {
        let value = |dimension: usize| {
            let (name, values) = DIMENSIONS[dimension];
            let word = facts.iter().find(|(fact, _)| *fact == name).map(|(_, word)| *word);
            word.or((name == "presence").then_some("known")).map_or(0, |word| values.iter().position(|value| *value == word).expect("a value"))
        };
        let choice: Choice = std::array::from_fn(value);
        let org = Switches::of(Era::default(), &set);
        let switches = [org.clone(), org];
        let case = case(&choice, flow_and_endpoint(&choice), &switches);
        let expected = outcome(cell, case.endpoint == Endpoint::Authorize).expect("an outcome");
        visit(&case, expected);
    }
}

#[test]
fn a_switch_changes_the_outcome() {
    each_switched(|case, expected| assert_eq!(told(admit(case), case), expected, "{case:?}"));
}

/// A way to get one rule wrong.
struct Mutant {
    rule: &'static Rule,
    error: Error,
    noticed: AtomicBool,
}

#[derive(Debug, Clone, Copy)]
enum Error {
    /// The rule applies where it should not, and the reverse.
    Reversed,
    /// The rule never applies.
    Missing,
    /// One of its conditions is reversed.
    ConditionReversed(usize),
    /// One of its conditions is not looked at.
    ConditionMissing(usize),
}

impl Mutant {
    fn decide(&self, case: &Case<'_>) -> Result<Admission, Blocked> {
        decide(case, |rule, case| if std::ptr::eq(rule, self.rule) { self.holds(case) } else { rule.conditions.iter().all(|holds| holds(case)) })
    }

    fn holds(&self, case: &Case<'_>) -> bool {
        let mut conditions = self.rule.conditions.iter().enumerate();
        match self.error {
            Error::Reversed => !conditions.all(|(_, holds)| holds(case)),
            Error::Missing => false,
            Error::ConditionReversed(wrong) => conditions.all(|(index, holds)| holds(case) != (index == wrong)),
            Error::ConditionMissing(wrong) => conditions.all(|(index, holds)| index == wrong || holds(case)),
        }
    }

    fn name(&self) -> String {
        format!("{:?} {:?}", self.rule.then, self.error)
    }
}

fn mutants() -> Vec<Mutant> {
    let errors = |rule: &'static Rule| {
        let conditions = 0..rule.conditions.len();
        let reversed = conditions.clone().map(Error::ConditionReversed);
        [Error::Reversed, Error::Missing].into_iter().chain(reversed).chain(conditions.map(Error::ConditionMissing))
    };
    let rules = SECTIONS.iter().flat_map(|section| section.iter());
    rules.flat_map(|rule| errors(rule).map(move |error| Mutant { rule, error, noticed: AtomicBool::new(false) })).collect()
}

/// Shows every `step`th combination to every mutant nobody noticed yet.
fn notice(mutants: &[Mutant], step: usize) {
    each_combination(&rows(), step, |_, case, row| {
        for mutant in mutants.iter().filter(|mutant| !mutant.noticed.load(Ordering::Relaxed)) {
            let differs = told(mutant.decide(case), case) != expected(row, case);
            mutant.noticed.fetch_or(differs, Ordering::Relaxed);
        }
    });
}

#[test]
fn getting_any_rule_wrong_is_noticed() {
    let mut mutants = mutants();
    let count = mutants.len();
    each_switched(|case, expected| {
        for mutant in &mutants {
            mutant.noticed.fetch_or(told(mutant.decide(case), case) != expected, Ordering::Relaxed);
        }
    });
    notice(&mutants, 97);
    mutants.retain(|mutant| !mutant.noticed.load(Ordering::Relaxed));
    if !mutants.is_empty() {
        notice(&mutants, 1);
        mutants.retain(|mutant| !mutant.noticed.load(Ordering::Relaxed));
    }
    let survivors: Vec<String> = mutants.iter().map(Mutant::name).collect();
    assert_eq!(survivors, [""; 0], "errors that no expectation notices");
    println!("{count} mutants noticed");
}
