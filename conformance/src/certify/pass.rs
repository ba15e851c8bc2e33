//! One pass over the checks: the `cucumber` pipeline, with a lane for each scenario.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use cucumber::event::{ScenarioFinished, StepError};
use cucumber::gherkin::{Feature, Rule, Scenario};
use cucumber::{Cucumber, World as _, WriterExt as _, cli, runner};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use tokio::time::timeout;

use super::campaign::{Campaign, Serving};
use super::catalogue::Check;
use super::judging::{Broken, judged, together, unrun};
use super::lane::{Findings, Lane};
use super::result::{Judged, Verdict};
use super::run::Plan;
use crate::failure::{Kind, Outcome};
use crate::features::Ready;
use crate::report::{Recorder, Report, step_error};
use crate::vocabulary;
use crate::world::World;

/// Longest a pass may take, of real time.
const PASS_LIMIT: Duration = Duration::from_secs(15 * 60);
/// Moves the clock of the server, so that on a shared one nothing else may run meanwhile.
const CLOCK: &str = "clock";
/// The runner's own word for "alone".
const SERIAL: &str = "serial";
/// What a scenario says that is not begun because the run is over.
const STOPPED: &str = "the run was stopped";

/// What one pass found.
pub struct Pass {
    /// One result a check, in the order of the checks.
    pub judged: Vec<Judged>,
    pub broken: Vec<Broken>,
}

/// Where a scenario stands: its file and line.
type Place = (PathBuf, usize);

/// What the hooks of a pass share.
struct Hooks {
    campaign: Arc<Campaign>,
    checks: BTreeMap<String, Arc<Check>>,
    findings: RefCell<BTreeMap<Place, Findings>>,
    is_stopped: Cell<bool>,
    keeps_going: bool,
    progress: Option<Progress>,
}

/// How far a pass is, told on stderr.
struct Progress {
    done: Cell<usize>,
    of: usize,
}

/// Runs the scenarios of these checks.
///
/// # Errors
/// When the pipeline cannot be set up.
pub async fn run(plan: &Plan, features: &[Feature], checks: &[Check], campaign: Arc<Campaign>, concurrency: usize) -> Outcome<Pass> {
    let selected = select(features, checks, matches!(campaign.serving, Serving::Shared(_)));
    let of = selected.iter().map(|feature| vocabulary::scenarios(feature).len()).sum();
    let hooks = Rc::new(Hooks {
        campaign,
        checks: checks.iter().map(|check| (check.id.clone(), Arc::new(check.clone()))).collect(),
        findings: RefCell::default(),
        is_stopped: Cell::new(false),
        keeps_going: plan.keep_going,
        progress: plan.shows_progress.then(|| Progress { done: Cell::new(0), of }),
    });
    let report = Rc::new(RefCell::new(Report::default()));
    let (before, after) = (Rc::clone(&hooks), Rc::clone(&hooks));
    let before: Box<Before> = Box::new(move |_, _, scenario, world| before.begin(scenario, world));
    let after: Box<After> = Box::new(move |feature, _, scenario, end, world| {
        let hooks = Rc::clone(&after);
        async move { hooks.end(feature, scenario, end, world).await }.boxed_local()
    });
    let runner = runner::Basic::default().max_concurrent_scenarios(concurrency).steps(World::collection()).before(before).after(after);
    let writer = Recorder::new(Rc::clone(&report)).normalized().fail_on_skipped();
    let pipeline = Cucumber::<World, _, Vec<Feature>, _, _, cli::Empty>::custom(Ready, runner, writer)
        .with_cli::<cli::Empty>(cli::Opts::default())
        .run(selected);
    let is_over = timeout(PASS_LIMIT, pipeline).await.is_err();
    if let Some(progress) = &hooks.progress {
        progress.clear();
    }
    let report = report.take();
    let findings = hooks.findings.take();
    Ok(gather(checks, &report, findings, is_over))
}

type Before = dyn for<'a> Fn(&'a Feature, Option<&'a Rule>, &'a Scenario, &'a mut World) -> LocalBoxFuture<'a, ()>;
type After = dyn for<'a> Fn(&'a Feature, Option<&'a Rule>, &'a Scenario, &'a ScenarioFinished, Option<&'a mut World>) -> LocalBoxFuture<'a, ()>;

impl Hooks {
    fn begin<'a>(&self, scenario: &'a Scenario, world: &'a mut World) -> LocalBoxFuture<'a, ()> {
        // The runner knows no other way out of a scenario that has not begun.
        assert!(!self.is_stopped.get(), "{STOPPED}");
        let check = scenario.tags.iter().find_map(|tag| self.checks.get(tag.strip_prefix("C-")?));
        if let Serving::Shared(target) = &self.campaign.serving {
            world.meet(Arc::clone(target), &self.campaign.http);
        }
        world.lane = check.map(|check| Lane::new(Arc::clone(&self.campaign), Arc::clone(check)));
        std::future::ready(()).boxed_local()
    }

    async fn end(&self, feature: &Feature, scenario: &Scenario, end: &ScenarioFinished, world: Option<&mut World>) {
        let is_broken = matches!(end, ScenarioFinished::StepFailed(_, _, error) if is_broken(error));
        if is_broken && !self.keeps_going {
            self.is_stopped.set(true);
        }
        if let Some(world) = world {
            if let Some(mut lane) = world.lane.take() {
                let findings = lane.finish().await;
                self.findings.borrow_mut().insert((feature.path.clone().unwrap_or_default(), scenario.position.line), findings);
            }
            world.clean_up().await;
        }
        if let Some(progress) = &self.progress {
            progress.tell(scenario);
        }
    }
}

fn is_broken(error: &StepError) -> bool {
    Kind::read(&step_error(error)).0 == Kind::Broken
}

/// The features with the scenarios of these checks alone. A check's tag stands at its scenario.
fn select(features: &[Feature], checks: &[Check], is_shared: bool) -> Vec<Feature> {
    let is_wanted =
        |scenario: &Scenario| scenario.tags.iter().filter_map(|tag| tag.strip_prefix("C-")).any(|id| checks.iter().any(|check| check.id == id));
    let narrowed = features.iter().cloned().map(|mut feature| {
        let keep = |scenarios: &mut Vec<Scenario>| {
            scenarios.retain(&is_wanted);
            for scenario in scenarios.iter_mut().filter(|scenario| is_shared && scenario.tags.iter().any(|tag| tag == CLOCK)) {
                scenario.tags.push(SERIAL.to_owned());
            }
        };
        keep(&mut feature.scenarios);
        feature.rules.iter_mut().for_each(|rule| keep(&mut rule.scenarios));
        feature.rules.retain(|rule| !rule.scenarios.is_empty());
        feature
    });
    narrowed.filter(|feature| !feature.scenarios.is_empty() || !feature.rules.is_empty()).collect()
}

/// One result a check, from all of its scenarios.
fn gather(checks: &[Check], report: &Report, mut findings: BTreeMap<Place, Findings>, is_over: bool) -> Pass {
    let mut pass = Pass { judged: Vec::new(), broken: Vec::new() };
    for check in checks {
        let tag = format!("C-{}", check.id);
        let mut result: Option<Judged> = None;
        let mut breakage = None;
        for scenario in report.scenarios.iter().filter(|scenario| scenario.tags.contains(&tag)) {
            let found = findings.remove(&(PathBuf::from(&scenario.path), scenario.line)).unwrap_or_default();
            match judged(check, scenario, found) {
                Ok(judged) => result = Some(result.map_or_else(|| judged.clone(), |known| together(known, judged.clone()))),
                Err(broken) if broken.reason == STOPPED => breakage = Some(STOPPED.to_owned()),
                Err(broken) => {
                    breakage = Some(format!("the harness or the server failed: {}", broken.reason));
                    pass.broken.push(broken);
                }
            }
        }
        let unfinished = if is_over { "the run took too long" } else { STOPPED };
        pass.judged.push(match (result, breakage) {
            (_, Some(reason)) => unrun(check, Verdict::Error, &reason),
            (Some(judged), None) => judged,
            (None, None) => unrun(check, Verdict::Error, unfinished),
        });
    }
    pass
}

impl Progress {
    fn tell(&self, scenario: &Scenario) {
        self.done.set(self.done.get() + 1);
        let check = scenario.tags.iter().find_map(|tag| tag.strip_prefix("C-")).unwrap_or_default();
        // Progress that cannot be shown is no reason to stop.
        let _ = write!(std::io::stderr(), "\r\u{1b}[K{}/{}  {check}", self.done.get(), self.of);
    }

    fn clear(&self) {
        let _ = write!(std::io::stderr(), "\r\u{1b}[K");
    }
}
