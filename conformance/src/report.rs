//! What a run found, and how it is told: on the terminal, in Markdown, as an exit code.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::mem;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use cucumber::event::{self, Cucumber, Hook, Step};
use cucumber::gherkin::{Feature, Rule, Scenario};
use cucumber::{Event, Writer, cli, parser, writer};

use crate::world::World;

/// All scenarios of a run, in the order of the features.
#[derive(Debug, Default)]
pub struct Report {
    pub scenarios: Vec<ScenarioResult>,
    /// Feature files that could not be read, with the reason.
    pub unreadable: Vec<String>,
    /// Scenarios that this target has no means for (no TLS, not a server of ours).
    pub left_out: usize,
    pub duration: Duration,
}

/// One scenario and how it ended.
#[derive(Debug)]
pub struct ScenarioResult {
    /// `features/oauth/refresh.feature:12`
    pub place: String,
    pub feature: String,
    pub name: String,
    pub duration: Duration,
    /// Absent when the scenario passed.
    pub failure: Option<ScenarioFailure>,
}

/// Where a scenario broke, and what went over the wire until then.
#[derive(Debug)]
pub struct ScenarioFailure {
    pub step: String,
    pub reason: String,
    pub exchanges: String,
}

impl Report {
    /// True if every scenario that was to run has run and passed.
    pub fn is_green(&self) -> bool {
        self.failed() == 0 && self.unreadable.is_empty() && !self.scenarios.is_empty()
    }

    /// Number of scenarios that failed.
    pub fn failed(&self) -> usize {
        self.scenarios.iter().filter(|scenario| scenario.failure.is_some()).count()
    }

    /// Number of scenarios that passed.
    pub fn passed(&self) -> usize {
        self.scenarios.len() - self.failed()
    }

    /// For a person at a terminal: every failure with its exchanges, then one line of counts.
    pub fn terminal(&self) -> String {
        let mut text = String::new();
        for unreadable in &self.unreadable {
            let _ = writeln!(text, "UNREADABLE {unreadable}\n");
        }
        for scenario in &self.scenarios {
            if let Some(failure) = &scenario.failure {
                let _ = writeln!(text, "FAILED {}  {} / {}", scenario.place, scenario.feature, scenario.name);
                let _ = writeln!(text, "  at   {}\n  why  {}", failure.step, failure.reason.replace('\n', "\n       "));
                let _ = writeln!(text, "{}", indent(&failure.exchanges));
            }
        }
        let _ = writeln!(text, "{}", self.summary());
        text
    }

    /// For the summary page of a CI job.
    pub fn markdown(&self) -> String {
        let mut text = format!("### Salesforce conformance\n\n{}\n", self.summary());
        if self.failed() > 0 {
            text.push_str("\n| Failed | Step | Why |\n|---|---|---|\n");
        }
        for scenario in &self.scenarios {
            if let Some(failure) = &scenario.failure {
                let reason = failure.reason.lines().next().unwrap_or_default();
                let _ = writeln!(text, "| {} ({}) | {} | {} |", cell(&scenario.name), scenario.place, cell(&failure.step), cell(reason));
            }
        }
        text
    }

    fn summary(&self) -> String {
        let mut text =
            format!("{} scenarios: {} passed, {} failed in {:.1} s", self.scenarios.len(), self.passed(), self.failed(), self.duration.as_secs_f64());
        if self.left_out > 0 {
            let _ = write!(text, " ({} left out: this target has no means for them)", self.left_out);
        }
        text
    }
}

/// Collects a [`Report`] from the runner's events. Expects them in the order of the features.
pub struct Recorder {
    report: Rc<RefCell<Report>>,
    started: Option<SystemTime>,
    failure: Option<ScenarioFailure>,
}

impl Recorder {
    /// A recorder that adds to `report`.
    pub fn new(report: Rc<RefCell<Report>>) -> Self {
        Self { report, started: None, failure: None }
    }

    fn scenario(&mut self, feature: &Feature, rule: Option<&Rule>, scenario: &Scenario, event: &event::Scenario<World>, at: SystemTime) {
        match event {
            event::Scenario::Started => self.started = Some(at),
            event::Scenario::Background(step, event) | event::Scenario::Step(step, event) => {
                if let Step::Failed(_, _, world, error) = event {
                    self.fail(format!("{}{}", step.keyword, step.value), &step_error(error), world.as_deref());
                }
            }
            event::Scenario::Hook(_, Hook::Failed(world, info)) => self.fail("hook".to_owned(), &panic_text(info), world.as_deref()),
            event::Scenario::Finished => {
                let started = self.started.take().unwrap_or(at);
                let path = feature.path.as_deref().map(relative).unwrap_or_default();
                let name = rule.map_or_else(|| scenario.name.clone(), |rule| format!("{} / {}", rule.name, scenario.name));
                self.report.borrow_mut().scenarios.push(ScenarioResult {
                    place: format!("{path}:{}", scenario.position.line),
                    feature: feature.name.clone(),
                    name,
                    duration: at.duration_since(started).unwrap_or_default(),
                    failure: mem::take(&mut self.failure),
                });
            }
            event::Scenario::Hook(..) | event::Scenario::Log(_) => {}
        }
    }

    fn fail(&mut self, step: String, reason: &str, world: Option<&World>) {
        let exchanges = world.map(|world| format!("{world:?}")).unwrap_or_default();
        self.failure = Some(ScenarioFailure { step, reason: reason.to_owned(), exchanges });
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

fn step_error(error: &event::StepError) -> String {
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

/// The path from the features' folder on, as people say it.
fn relative(path: &std::path::Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    let from = parts.iter().rposition(|part| part == "features").unwrap_or(parts.len().saturating_sub(1));
    parts[from..].join("/")
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("       {line}\n")).collect()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(name: &str, failure: Option<&str>) -> ScenarioResult {
        let failure = failure.map(|reason| ScenarioFailure { step: "Then x".into(), reason: reason.into(), exchanges: "> GET /".into() });
        ScenarioResult { place: "features/a.feature:3".into(), feature: "A".into(), name: name.into(), duration: Duration::ZERO, failure }
    }

    #[test]
    fn an_empty_run_is_not_green() {
        assert!(!Report::default().is_green());
    }

    #[test]
    fn a_failure_is_told_with_its_exchanges() {
        let report = Report { scenarios: vec![result("one", None), result("two", Some("a | b"))], ..Report::default() };
        assert!(!report.is_green());
        let told = report.terminal();
        assert!(told.contains("FAILED features/a.feature:3  A / two") && told.contains("> GET /"), "{told}");
        assert!(report.markdown().contains("| two (features/a.feature:3) | Then x | a \\| b |"), "{}", report.markdown());
    }
}
