//! What a run found, and how it is told: on the terminal, in Markdown, as an exit code.

pub mod certification;
pub mod escape;
pub mod exchange;
pub mod github;
pub mod html;
mod left_out;
pub mod messages;
mod recorder;
pub mod style;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use self::escape::cell;
use self::messages::{Attachment, Run, Story};
use crate::features::Features;

pub use left_out::LeftOut;
pub use recorder::Recorder;
pub(crate) use recorder::step_error;

/// All scenarios of a run, in the order of the features.
#[derive(Debug, Default)]
pub struct Report {
    pub scenarios: Vec<ScenarioResult>,
    /// Feature files that could not be read, with the reason.
    pub unreadable: Vec<String>,
    /// Scenarios that this target has no means for (no TLS, not a server of ours, a real org).
    pub left_out: Vec<LeftOut>,
    pub duration: Duration,
    /// When it began.
    pub started: Option<SystemTime>,
    /// The features that were run.
    pub sources: Features,
}

/// One scenario and how it ended.
#[derive(Debug, Clone)]
pub struct ScenarioResult {
    /// `features/oauth/refresh.feature:12`
    pub place: String,
    /// The feature file, as it was named to the runner.
    pub path: String,
    /// Of the scenario, or of its row in an outline.
    pub line: usize,
    pub feature: String,
    /// With the rule before it, if there is one.
    pub name: String,
    /// The feature's, the rule's, its own; without `@`.
    pub tags: Vec<String>,
    pub started: SystemTime,
    pub duration: Duration,
    /// All of them, backgrounds first, those that were not reached too.
    pub steps: Vec<StepResult>,
    /// Absent when the scenario passed.
    pub failure: Option<ScenarioFailure>,
}

/// One step and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepResult {
    /// With the blank after it, as Gherkin keeps it.
    pub keyword: String,
    pub text: String,
    pub line: usize,
    pub status: StepStatus,
    pub started: SystemTime,
    pub duration: Duration,
    /// Why it did not pass.
    pub message: Option<String>,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepStatus {
    Passed,
    Failed,
    /// An earlier step failed.
    Skipped,
    /// No step says this.
    Undefined,
    /// Several steps say this.
    Ambiguous,
}

/// Where a scenario broke, and what went over the wire until then.
#[derive(Debug, Clone)]
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
        text.push_str(&left_out::terminal(&self.left_out));
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
        text.push_str(&left_out::markdown(&self.left_out));
        text
    }

    /// As Cucumber Messages, a line each.
    pub fn ndjson(&self) -> String {
        let stories = self.scenarios.iter().map(story).collect();
        let started = self.started.unwrap_or(SystemTime::UNIX_EPOCH);
        Run { sources: &self.sources, stories, started, duration: self.duration, is_success: self.is_green() }.ndjson()
    }

    /// The counts, in a sentence.
    pub fn summary(&self) -> String {
        let mut text =
            format!("{} scenarios: {} passed, {} failed in {:.1} s", self.scenarios.len(), self.passed(), self.failed(), self.duration.as_secs_f64());
        if !self.left_out.is_empty() {
            let _ = write!(text, " ({} left out: this target has no means for them)", self.left_out.len());
        }
        text
    }
}

/// A scenario with what went over the wire on the step that failed.
fn story(scenario: &ScenarioResult) -> Story<'_> {
    let step = scenario.steps.iter().position(|step| step.status != StepStatus::Passed);
    let exchanges = scenario.failure.as_ref().map(|failure| failure.exchanges.as_str()).filter(|exchanges| !exchanges.is_empty());
    let attachments = step.zip(exchanges).map(|(step, text)| Attachment { step, name: "exchanges.txt".to_owned(), text: text.to_owned() });
    Story { scenario, decided_as: None, attachments: attachments.into_iter().collect() }
}

/// The path from the features' folder on, as people say it.
pub(crate) fn relative(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    let from = parts.iter().rposition(|part| part == "features").unwrap_or(parts.len().saturating_sub(1));
    parts[from..].join("/")
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("       {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(name: &str, failure: Option<&str>) -> ScenarioResult {
        let failure = failure.map(|reason| ScenarioFailure { step: "Then x".into(), reason: reason.into(), exchanges: "> GET /".into() });
        ScenarioResult {
            place: "features/a.feature:3".into(),
            path: "features/a.feature".into(),
            line: 3,
            feature: "A".into(),
            name: name.into(),
            tags: Vec::new(),
            started: SystemTime::UNIX_EPOCH,
            duration: Duration::ZERO,
            steps: Vec::new(),
            failure,
        }
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
