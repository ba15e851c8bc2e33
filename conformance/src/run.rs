//! One run: the features of a folder against one server.

use std::cell::RefCell;
use std::fs::File;
use std::future::ready;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use cucumber::gherkin::tagexpr::TagOperation;
use cucumber::gherkin::{Feature, Rule, Scenario};
use cucumber::tag::Ext as _;
use cucumber::writer::{JUnit, Verbosity};
use cucumber::{Cucumber, World as _, WriterExt as _, cli, runner};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use regex::Regex;

use crate::certify::{Campaign, Check, Lane, Profile};
use crate::client::Http;
use crate::failure::{Failure, Outcome};
use crate::features::{Features, Ready};
use crate::real::reach::Reach;
use crate::report::{LeftOut, Recorder, Report};
use crate::target::Target;
use crate::world::World;

/// Scenarios of integrations under test live here; `server` leaves them out.
pub const CLIENT_FEATURES: &str = "client";

/// Needs TLS and the local CA of the server.
const NEEDS_TLS: &str = "tls";
/// Starts a server of its own, so it says nothing about a server given by its address.
const OWN_SERVER: &str = "own-server";

/// What to run, and how.
pub struct Plan {
    /// Feature files, or folders with some.
    pub features: Vec<PathBuf>,
    /// Whether features for integrations under test (`client/`) are left out.
    pub is_for_server: bool,
    /// Scenarios under way at once.
    pub concurrency: usize,
    /// Only scenarios with tags that satisfy this expression, such as `@R-A1 and not @tls`.
    pub tags: Option<TagOperation>,
    /// Only scenarios with a name that matches.
    pub name: Option<Regex>,
    /// Where to write a JUnit report.
    pub junit: Option<PathBuf>,
}

impl Plan {
    /// All features of a folder, as many at once as suits the machine.
    pub fn all(features: impl Into<PathBuf>) -> Self {
        Self { features: vec![features.into()], is_for_server: true, concurrency: suitable_concurrency(), tags: None, name: None, junit: None }
    }

    /// Why a run proved nothing at all, if no scenario was chosen for it.
    pub fn why_nothing_ran(&self, report: &Report) -> Option<String> {
        if !(report.scenarios.is_empty() && report.unreadable.is_empty() && report.left_out.is_empty()) {
            return None;
        }
        let asked = [self.tags.as_ref().map(|_| "--tags"), self.name.as_ref().map(|_| "--name")];
        let asked: Vec<_> = asked.into_iter().flatten().collect();
        Some(match asked.as_slice() {
            [] => "the features hold no scenario to run".to_owned(),
            options => format!("no scenario fits {}", options.join(" and ")),
        })
    }
}

/// Scenarios wait for the server most of the time, so a few per core keep both busy.
pub fn suitable_concurrency() -> usize {
    std::thread::available_parallelism().map_or(4, std::num::NonZero::get) * 4
}

/// Runs the plan against `target`.
///
/// # Errors
/// When the features cannot be read or a report cannot be written. Scenarios that fail are part of the report.
pub async fn run(plan: &Plan, target: Arc<Target>) -> Outcome<Report> {
    run_with(plan, target, None).await
}

/// Runs the plan; its scenarios may also speak of an integration, each in a lane of its own.
///
/// # Errors
/// As [`run`].
pub async fn run_with(plan: &Plan, target: Arc<Target>, lanes: Option<(Arc<Campaign>, &'static Profile)>) -> Outcome<Report> {
    let sources = Features::of_paths(&plan.features)?;
    let (mut features, mut unreadable) = (Vec::new(), Vec::new());
    for file in &sources.files {
        match file.read() {
            Ok(feature) => features.push(feature),
            Err(failure) => unreadable.push(failure.to_string()),
        }
    }
    let left_out = Rc::new(RefCell::new(Vec::new()));
    let report = Rc::new(RefCell::new(Report::default()));
    let sink: Box<dyn io::Write> = match &plan.junit {
        Some(file) => Box::new(created(file)?),
        None => Box::new(io::sink()),
    };
    let junit = JUnit::for_tee(sink, Verbosity::ShowWorld);
    let writer = Recorder::new(Rc::clone(&report)).tee::<World, _>(junit).normalized().fail_on_skipped();
    let runner = runner::Basic::default()
        .max_concurrent_scenarios(plan.concurrency)
        .steps(World::collection())
        .before(meeting(Arc::clone(&target), lanes)?)
        .after(|_, _, _, _, world| clean_up(world).boxed_local());
    let (began, started) = (SystemTime::now(), Instant::now());
    let select = selection(plan, &target, Rc::clone(&left_out));
    drop(
        Cucumber::<World, _, Vec<Feature>, _, _, cli::Empty>::custom(Ready, runner, writer)
            .with_cli::<cli::Empty>(cli::Opts::default())
            .filter_run(features, select)
            .await,
    );
    let mut report = report.take();
    report.unreadable = unreadable;
    report.left_out = left_out.take();
    report.duration = started.elapsed();
    report.started = Some(began);
    report.sources = sources;
    Ok(report)
}

/// A file to write to, in a folder that is made for it. The failure names it.
fn created(file: &Path) -> Outcome<File> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let made = folder.map_or(Ok(()), std::fs::create_dir_all).and_then(|()| File::create(file));
    made.map_err(|error| Failure::new(format!("cannot write {}: {error}", file.display())))
}

type Hook = dyn for<'a> Fn(&'a Feature, Option<&'a Rule>, &'a Scenario, &'a mut World) -> LocalBoxFuture<'a, ()>;

/// Points every scenario at the target before its first step, and at the integration if there is one.
fn meeting(target: Arc<Target>, lanes: Option<(Arc<Campaign>, &'static Profile)>) -> Outcome<Box<Hook>> {
    let http = match &target.real {
        Some(org) => Http::new()?.only_to(org.origins.clone()),
        None => Http::new()?,
    };
    Ok(Box::new(move |_, _, scenario, world| {
        world.meet(Arc::clone(&target), &http);
        world.lane = lanes.as_ref().map(|(campaign, profile)| Lane::new(Arc::clone(campaign), Arc::new(Check::of_user(scenario, profile.group))));
        ready(()).boxed_local()
    }))
}

async fn clean_up(world: Option<&mut World>) {
    if let Some(world) = world {
        if let Some(mut lane) = world.lane.take() {
            lane.finish().await;
        }
        world.clean_up().await;
    }
}

/// Decides which scenarios run, and counts those that this target has no means for.
fn selection(plan: &Plan, target: &Target, left_out: Rc<RefCell<Vec<LeftOut>>>) -> impl Fn(&Feature, Option<&Rule>, &Scenario) -> bool + use<> {
    let (tags, name) = (plan.tags.clone(), plan.name.clone());
    let has_tls = target.addresses.ca_file.is_some() && target.addresses.login_url_tls.is_some();
    let is_ours = target.is_ours();
    let is_for_server = plan.is_for_server;
    let reach = target.real.as_ref().map(|org| Reach::new(org.app.is_some()));
    move |feature, rule, scenario| {
        if is_for_server && feature.path.as_deref().is_some_and(is_client_feature) {
            return false;
        }
        let all: Vec<&String> = feature.tags.iter().chain(rule.iter().flat_map(|rule| &rule.tags)).chain(&scenario.tags).collect();
        let wanted =
            tags.as_ref().is_none_or(|tags| tags.eval(all.iter().copied())) && name.as_ref().is_none_or(|name| name.is_match(&scenario.name));
        if !wanted {
            return false;
        }
        let tagged = |tag: &str| all.iter().any(|known| *known == tag);
        let obstacle = match &reach {
            Some(reach) => reach.obstacle(feature, rule, scenario),
            None if !has_tls && tagged(NEEDS_TLS) => Some("needs TLS and the local CA".to_owned()),
            None if !is_ours && tagged(OWN_SERVER) => Some("starts a server of its own".to_owned()),
            None => None,
        };
        let is_possible = obstacle.is_none();
        left_out.borrow_mut().extend(obstacle.map(|reason| LeftOut::of(feature, scenario, reason)));
        is_possible
    }
}

fn is_client_feature(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.components().any(|part| part.as_os_str() == CLIENT_FEATURES))
}
