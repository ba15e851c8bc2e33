//! One run: the features of a folder against one server.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::future::ready;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use cucumber::gherkin::tagexpr::TagOperation;
use cucumber::gherkin::{Feature, Rule, Scenario};
use cucumber::tag::Ext as _;
use cucumber::writer::{JUnit, Verbosity};
use cucumber::{Cucumber, World as _, WriterExt as _, cli, parser, runner};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use regex::Regex;

use crate::client::Http;
use crate::failure::{Failure, Outcome};
use crate::report::{Recorder, Report};
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
    /// Folder with `*.feature` files.
    pub features: PathBuf,
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
        Self { features: features.into(), concurrency: suitable_concurrency(), tags: None, name: None, junit: None }
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
    if !plan.features.is_dir() {
        return Err(Failure::new(format!("no folder {}: name the features with --features", plan.features.display())));
    }
    let left_out = Rc::new(Cell::new(0));
    let report = Rc::new(RefCell::new(Report::default()));
    let sink: Box<dyn io::Write> = match &plan.junit {
        Some(file) => Box::new(File::create(file)?),
        None => Box::new(io::sink()),
    };
    let junit = JUnit::for_tee(sink, Verbosity::ShowWorld);
    let writer = Recorder::new(Rc::clone(&report)).tee::<World, _>(junit).normalized().fail_on_skipped();
    let runner = runner::Basic::default()
        .max_concurrent_scenarios(plan.concurrency)
        .steps(World::collection())
        .before(meeting(Arc::clone(&target))?)
        .after(|_, _, _, _, world| clean_up(world).boxed_local());
    let started = Instant::now();
    let select = selection(plan, &target, Rc::clone(&left_out));
    drop(
        Cucumber::<World, _, PathBuf, _, _, cli::Empty>::custom(parser::Basic::new(), runner, writer)
            .with_cli::<cli::Empty>(cli::Opts::default())
            .filter_run(plan.features.clone(), select)
            .await,
    );
    let mut report = report.take();
    report.left_out = left_out.get();
    report.duration = started.elapsed();
    Ok(report)
}

type Hook = dyn for<'a> Fn(&'a Feature, Option<&'a Rule>, &'a Scenario, &'a mut World) -> LocalBoxFuture<'a, ()>;

/// Points every scenario at the target before its first step.
fn meeting(target: Arc<Target>) -> Outcome<Box<Hook>> {
    let http = Http::new()?;
    Ok(Box::new(move |_, _, _, world| {
        world.meet(Arc::clone(&target), &http);
        ready(()).boxed_local()
    }))
}

async fn clean_up(world: Option<&mut World>) {
    if let Some(world) = world {
        world.clean_up().await;
    }
}

/// Decides which scenarios run, and counts those that this target has no means for.
fn selection(plan: &Plan, target: &Target, left_out: Rc<Cell<usize>>) -> impl Fn(&Feature, Option<&Rule>, &Scenario) -> bool + use<> {
    let (tags, name) = (plan.tags.clone(), plan.name.clone());
    let has_tls = target.addresses.ca_file.is_some() && target.addresses.login_url_tls.is_some();
    let is_ours = target.is_ours();
    move |feature, rule, scenario| {
        if feature.path.as_deref().is_some_and(is_client_feature) {
            return false;
        }
        let all: Vec<&String> = feature.tags.iter().chain(rule.iter().flat_map(|rule| &rule.tags)).chain(&scenario.tags).collect();
        let wanted =
            tags.as_ref().is_none_or(|tags| tags.eval(all.iter().copied())) && name.as_ref().is_none_or(|name| name.is_match(&scenario.name));
        let tagged = |tag: &str| all.iter().any(|known| *known == tag);
        let possible = (has_tls || !tagged(NEEDS_TLS)) && (is_ours || !tagged(OWN_SERVER));
        if wanted && !possible {
            left_out.set(left_out.get() + 1);
        }
        wanted && possible
    }
}

fn is_client_feature(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.components().any(|part| part.as_os_str() == CLIENT_FEATURES))
}
