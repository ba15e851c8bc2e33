//! Collects what a run found from the runner's events.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use cucumber::event::{self, Cucumber, Hook, Step};
use cucumber::gherkin::{Feature, Rule, Scenario, Step as Written};
use cucumber::{Event, Writer, cli, parser, writer};

use super::{Report, ScenarioFailure, ScenarioResult, StepResult, StepStatus, relative};
use crate::lint::not_understood;
use crate::world::World;

/// Collects a [`Report`] from the runner's events. Expects them in the order of the features.
pub struct Recorder {
    report: Rc<RefCell<Report>>,
    started: Option<SystemTime>,
    step_started: Option<SystemTime>,
    steps: Vec<StepResult>,
    failure: Option<ScenarioFailure>,
}

impl Recorder {
    /// A recorder that adds to `report`.
    pub fn new(report: Rc<RefCell<Report>>) -> Self {
        Self { report, started: None, step_started: None, steps: Vec::new(), failure: None }
    }

    fn scenario(&mut self, feature: &Feature, rule: Option<&Rule>, scenario: &Scenario, event: &event::Scenario<World>, at: SystemTime) {
        match event {
            event::Scenario::Started => self.started = Some(at),
            event::Scenario::Background(step, event) | event::Scenario::Step(step, event) => self.step(step, event, at),
            event::Scenario::Hook(_, Hook::Failed(world, info)) => self.fail("hook".to_owned(), &panic_text(info), world.as_deref()),
            event::Scenario::Finished => self.finish(feature, rule, scenario, at),
            event::Scenario::Hook(..) | event::Scenario::Log(_) => {}
        }
    }

    fn step(&mut self, step: &Written, event: &Step<World>, at: SystemTime) {
        let (status, message) = match event {
            Step::Started => {
                self.step_started = Some(at);
                return;
            }
            Step::Passed(..) => (StepStatus::Passed, None),
            Step::Skipped => (StepStatus::Undefined, Some(not_understood(step))),
            Step::Failed(_, _, world, error) => {
                let reason = if let event::StepError::NotFound = error { not_understood(step) } else { step_error(error) };
                self.fail(format!("{}{}", step.keyword, step.value), &reason, world.as_deref());
                (failed_as(error), Some(reason))
            }
        };
        let started = self.step_started.take().unwrap_or(at);
        self.steps.push(StepResult { status, message, started, duration: at.duration_since(started).unwrap_or_default(), ..not_reached(step, at) });
    }

    fn finish(&mut self, feature: &Feature, rule: Option<&Rule>, scenario: &Scenario, at: SystemTime) {
        let started = self.started.take().unwrap_or(at);
        let path = feature.path.as_deref().map(relative).unwrap_or_default();
        let name = rule.map_or_else(|| scenario.name.clone(), |rule| format!("{} / {}", rule.name, scenario.name));
        let mut steps = mem::take(&mut self.steps);
        let backgrounds = feature.background.iter().chain(rule.and_then(|rule| rule.background.as_ref()));
        let written = backgrounds.flat_map(|background| &background.steps).chain(&scenario.steps);
        steps.extend(written.skip(steps.len()).map(|step| not_reached(step, at)).collect::<Vec<_>>());
        self.report.borrow_mut().scenarios.push(ScenarioResult {
            place: format!("{path}:{}", scenario.position.line),
            path: feature.path.as_deref().map(|path| path.display().to_string()).unwrap_or_default(),
            line: scenario.position.line,
            feature: feature.name.clone(),
            name,
            tags: feature.tags.iter().chain(rule.iter().flat_map(|rule| &rule.tags)).chain(&scenario.tags).cloned().collect(),
            started,
            duration: at.duration_since(started).unwrap_or_default(),
            steps,
            failure: mem::take(&mut self.failure),
        });
    }

    fn fail(&mut self, step: String, reason: &str, world: Option<&World>) {
        let exchanges = world.map(|world| format!("{world:?}")).unwrap_or_default();
        self.failure = Some(ScenarioFailure { step, reason: reason.to_owned(), exchanges });
    }
}

/// A step as it is written, before anything is known of it.
fn not_reached(step: &Written, at: SystemTime) -> StepResult {
    StepResult {
        keyword: step.keyword.clone(),
        text: step.value.clone(),
        line: step.position.line,
        status: StepStatus::Skipped,
        started: at,
        duration: Duration::ZERO,
        message: None,
    }
}

fn failed_as(error: &event::StepError) -> StepStatus {
    match error {
        event::StepError::NotFound => StepStatus::Undefined,
        event::StepError::AmbiguousMatch(_) => StepStatus::Ambiguous,
        event::StepError::Panic(_) => StepStatus::Failed,
    }
}

impl Writer<World> for Recorder {
    type Cli = cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<Event<Cucumber<World>>>, _: &Self::Cli) {
        match event.map(|event| (event.at, event.into_inner())) {
            Ok((at, Cucumber::Feature(feature, event::Feature::Scenario(scenario, event)))) => {
                self.scenario(&feature, None, &scenario, &event.event, at);
            }
            Ok((at, Cucumber::Feature(feature, event::Feature::Rule(rule, event::Rule::Scenario(scenario, event))))) => {
                self.scenario(&feature, Some(&rule), &scenario, &event.event, at);
            }
            Ok(_) => {}
            Err(error) => self.report.borrow_mut().unreadable.push(error.to_string()),
        }
    }
}

impl writer::NonTransforming for Recorder {}

impl<Value: 'static> writer::Arbitrary<World, Value> for Recorder {
    async fn write(&mut self, _: Value) {}
}

impl writer::Stats<World> for Recorder {
    fn passed_steps(&self) -> usize {
        0
    }

    fn skipped_steps(&self) -> usize {
        0
    }

    fn failed_steps(&self) -> usize {
        self.report.borrow().failed()
    }

    fn retried_steps(&self) -> usize {
        0
    }

    fn parsing_errors(&self) -> usize {
        self.report.borrow().unreadable.len()
    }

    fn hook_errors(&self) -> usize {
        0
    }
}

/// What is told of a step that did not pass.
pub(crate) fn step_error(error: &event::StepError) -> String {
    match error {
        event::StepError::NotFound => "no step says this: the phrase is not in the vocabulary".to_owned(),
        event::StepError::AmbiguousMatch(error) => error.to_string(),
        event::StepError::Panic(info) => panic_text(info),
    }
}

fn panic_text(info: &event::Info) -> String {
    let text = info.downcast_ref::<String>().map(String::as_str).or_else(|| info.downcast_ref::<&str>().copied());
    text.unwrap_or("a step panicked").to_owned()
}
