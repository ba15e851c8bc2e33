//! Cucumber Messages: a report as NDJSON that the standard formatters read.
//!
//! A line is an envelope with one message: the sources, what they say (`gherkinDocument`), what was run of it (`pickle`,
//! `testCase`), and how it went. Ids are numbers in the order of the lines.

mod document;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use cucumber::World as _;
use cucumber::gherkin::{Feature, GherkinEnv};
use serde_json::{Value, json};

use self::document::{Document, Ids};
use super::{ScenarioResult, StepResult, StepStatus};
use crate::features::Features;
use crate::phrases::{Phrase, Phrases, understood};
use crate::vocabulary;
use crate::world::World;

/// The version of Cucumber Messages that is written.
const PROTOCOL: &str = "27.0.0";

/// A scenario with what hangs on its steps.
pub struct Story<'s> {
    pub scenario: &'s ScenarioResult,
    /// How the step that decided is shown, where that is not "failed".
    pub decided_as: Option<Shade>,
    pub attachments: Vec<Attachment>,
}

/// How a step that did not pass is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    Skipped,
    /// Neither good nor bad: warnings.
    Pending,
}

/// Text that hangs on a step.
pub struct Attachment {
    /// Index of the step.
    pub step: usize,
    pub name: String,
    pub text: String,
}

/// A whole run.
pub struct Run<'r> {
    pub sources: &'r Features,
    pub stories: Vec<Story<'r>>,
    pub started: SystemTime,
    pub duration: Duration,
    pub is_success: bool,
}

impl Run<'_> {
    /// The run as NDJSON.
    pub fn ndjson(&self) -> String {
        let mut writer = Writer { ids: Ids::default(), lines: Vec::new(), documents: BTreeMap::new(), definitions: BTreeMap::new() };
        writer.run(self);
        writer.lines.iter().map(|line| line.to_string() + "\n").collect()
    }
}

struct Writer {
    ids: Ids,
    lines: Vec<Value>,
    documents: BTreeMap<String, Document>,
    /// Ids of step definitions by expression.
    definitions: BTreeMap<String, String>,
}

/// A test case, as the lines about its course refer to it.
struct Case {
    id: String,
    steps: Vec<String>,
}

impl Writer {
    fn run(&mut self, run: &Run<'_>) {
        self.add("meta", meta());
        let mut wanted: Vec<&str> = run.stories.iter().map(|story| story.scenario.path.as_str()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut phrases = BTreeMap::new();
        for path in wanted {
            let Some(text) = run.sources.text(path) else { continue };
            self.source(path, text);
            phrases.extend(spoken(run.sources, path));
        }
        let pickles: Vec<Option<(String, Vec<String>)>> = run.stories.iter().map(|story| self.pickle(story.scenario)).collect();
        for phrase in phrases.values() {
            self.definition(phrase);
        }
        self.add("testRunStarted", json!({ "timestamp": timestamp(run.started) }));
        let cases: Vec<Option<Case>> =
            run.stories.iter().zip(pickles).map(|(story, pickle)| Some(self.case(story.scenario, pickle?, &phrases))).collect();
        for (story, case) in run.stories.iter().zip(cases) {
            if let Some(case) = case {
                self.course(story, &case);
            }
        }
        self.add("testRunFinished", json!({ "success": run.is_success, "timestamp": timestamp(run.started + run.duration) }));
    }

    fn add(&mut self, kind: &str, message: impl Into<Value>) {
        let message: Value = message.into();
        self.lines.push(json!({ kind: message }));
    }

    fn source(&mut self, path: &str, text: &str) {
        self.add("source", json!({ "uri": path, "data": text, "mediaType": "text/x.cucumber.gherkin+plain" }));
        let ended = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
        if let Ok(feature) = Feature::parse(ended, GherkinEnv::default()) {
            let document = Document::of(&feature, &mut self.ids);
            self.add("gherkinDocument", json!({ "uri": path, "feature": document.feature, "comments": [] }));
            self.documents.insert(path.to_owned(), document);
        }
    }

    fn pickle(&mut self, scenario: &ScenarioResult) -> Option<(String, Vec<String>)> {
        let document = self.documents.get(&scenario.path)?;
        let (nodes, tags) = document.scenario(scenario.line)?;
        let row = nodes.get(1).cloned();
        let mut ids = Vec::new();
        let mut steps = Vec::new();
        for step in &scenario.steps {
            let written = document.step(step.line);
            let node = written.map(|written| written.id.clone());
            let mut message = json!({
                "id": self.ids.next(),
                "text": step.text,
                "type": written.map_or("Unknown", |written| written.kind),
                "astNodeIds": node.into_iter().chain(row.clone()).collect::<Vec<_>>(),
            });
            if let Some(argument) = written.and_then(|written| written.argument.clone()) {
                message["argument"] = argument;
            }
            ids.push(message["id"].as_str().unwrap_or_default().to_owned());
            steps.push(message);
        }
        let id = self.ids.next();
        let tags: Vec<Value> = tags.iter().map(|(name, id)| json!({ "name": format!("@{name}"), "astNodeId": id })).collect();
        let pickle = json!({
            "id": id, "uri": scenario.path, "name": scenario.name, "language": "en", "steps": steps, "tags": tags, "astNodeIds": nodes,
        });
        self.add("pickle", pickle);
        Some((id, ids))
    }

    fn definition(&mut self, phrase: &Phrase) {
        if self.definitions.contains_key(&phrase.expression) {
            return;
        }
        let id = self.ids.next();
        let pattern = json!({ "source": phrase.expression, "type": "CUCUMBER_EXPRESSION" });
        let place = json!({ "uri": format!("conformance/src/steps/{}.rs", phrase.noun), "location": { "line": phrase.line() } });
        self.add("stepDefinition", json!({ "id": id, "pattern": pattern, "sourceReference": place }));
        self.definitions.insert(phrase.expression.clone(), id);
    }

    fn case(&mut self, scenario: &ScenarioResult, (pickle, pickle_steps): (String, Vec<String>), phrases: &BTreeMap<String, Phrase>) -> Case {
        let id = self.ids.next();
        let mut steps = Vec::new();
        let mut messages = Vec::new();
        for (step, pickle_step) in scenario.steps.iter().zip(pickle_steps) {
            let step_id = self.ids.next();
            let definition = phrases.get(&step.text).and_then(|phrase| self.definitions.get(&phrase.expression));
            let arguments: Vec<Value> = definition.iter().map(|_| json!({ "stepMatchArguments": [] })).collect();
            messages.push(json!({
                "id": step_id, "pickleStepId": pickle_step,
                "stepDefinitionIds": definition.into_iter().collect::<Vec<_>>(), "stepMatchArgumentsLists": arguments,
            }));
            steps.push(step_id);
        }
        self.add("testCase", json!({ "id": id, "pickleId": pickle, "testSteps": messages }));
        Case { id, steps }
    }

    fn course(&mut self, story: &Story<'_>, case: &Case) {
        let scenario = story.scenario;
        let started = self.ids.next();
        self.add("testCaseStarted", json!({ "id": started, "testCaseId": case.id, "attempt": 0, "timestamp": timestamp(scenario.started) }));
        for (index, (step, id)) in scenario.steps.iter().zip(&case.steps).enumerate() {
            self.add("testStepStarted", json!({ "testCaseStartedId": started, "testStepId": id, "timestamp": timestamp(step.started) }));
            for attachment in story.attachments.iter().filter(|attachment| attachment.step == index) {
                let message = json!({
                    "body": attachment.text, "contentEncoding": "IDENTITY", "mediaType": "text/plain", "fileName": attachment.name,
                    "testCaseStartedId": started, "testStepId": id,
                });
                self.add("attachment", message);
            }
            let finished = json!({
                "testCaseStartedId": started, "testStepId": id,
                "testStepResult": result(step, story.decided_as), "timestamp": timestamp(step.started + step.duration),
            });
            self.add("testStepFinished", finished);
        }
        let ended = timestamp(scenario.started + scenario.duration);
        self.add("testCaseFinished", json!({ "testCaseStartedId": started, "timestamp": ended, "willBeRetried": false }));
    }
}

/// The phrases that the steps of a file say, by the text of the step.
fn spoken(sources: &Features, path: &str) -> BTreeMap<String, Phrase> {
    let file = sources.files.iter().find(|file| file.path == path);
    let Some(feature) = file.and_then(|file| file.read().ok()) else { return BTreeMap::new() };
    let (steps, known) = (World::collection(), Phrases::known());
    let phrase = |step: &cucumber::gherkin::Step| Some((step.value.clone(), known.at(&understood(&steps, step)?)?.clone()));
    vocabulary::all_steps(&feature).filter_map(phrase).collect()
}

fn result(step: &StepResult, decided_as: Option<Shade>) -> Value {
    let status = match (step.status, decided_as) {
        (StepStatus::Passed, _) => "PASSED",
        (StepStatus::Skipped, _) | (StepStatus::Failed, Some(Shade::Skipped)) => "SKIPPED",
        (StepStatus::Failed, Some(Shade::Pending)) => "PENDING",
        (StepStatus::Failed, None) => "FAILED",
        (StepStatus::Undefined, _) => "UNDEFINED",
        (StepStatus::Ambiguous, _) => "AMBIGUOUS",
    };
    let mut result = json!({ "status": status, "duration": span(step.duration) });
    if let Some(message) = &step.message {
        result["message"] = json!(message);
    }
    result
}

fn meta() -> Value {
    json!({
        "protocolVersion": PROTOCOL,
        "implementation": { "name": "sf-conformance", "version": env!("CARGO_PKG_VERSION") },
        "runtime": { "name": "rust" },
        "os": { "name": std::env::consts::OS },
        "cpu": { "name": std::env::consts::ARCH },
    })
}

fn timestamp(at: SystemTime) -> Value {
    span(at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

fn span(duration: Duration) -> Value {
    json!({ "seconds": duration.as_secs(), "nanos": duration.subsec_nanos() })
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
