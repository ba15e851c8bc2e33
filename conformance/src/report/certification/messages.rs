//! A certification as Cucumber Messages: every scenario of every check, with what went over the wire on its steps.

use super::super::exchange::Shown;
use super::super::messages::{Attachment, Run, Shade, Story};
use super::super::{ScenarioResult, StepStatus};
use crate::certify::{Certification, Judged, Verdict};
use crate::features::Features;

/// The report as NDJSON.
pub fn ndjson(certification: &Certification, sources: &Features) -> String {
    let stories = certification.judged.iter().flat_map(|judged| judged.scenarios.iter().map(|scenario| story(judged, scenario))).collect();
    let is_success = certification.exit_code() == 0;
    Run { sources, stories, started: certification.started, duration: certification.duration, is_success }.ndjson()
}

fn story<'s>(judged: &'s Judged, scenario: &'s ScenarioResult) -> Story<'s> {
    let decided_as = match judged.verdict {
        Verdict::NotExercised | Verdict::NotApplicable => Some(Shade::Skipped),
        Verdict::Warning | Verdict::Info => Some(Shade::Pending),
        Verdict::Pass | Verdict::Fail | Verdict::Error => None,
    };
    Story { scenario, decided_as, attachments: attachments(judged, scenario) }
}

fn attachments(judged: &Judged, scenario: &ScenarioResult) -> Vec<Attachment> {
    let mut attachments: Vec<Attachment> = judged
        .journal
        .iter()
        .map(Shown::of)
        .filter_map(|shown| Some(Attachment { step: shown.step(&scenario.steps)?, name: format!("exchange-{}.txt", shown.seq), text: shown.plain() }))
        .collect();
    let decided = scenario.steps.iter().position(|step| step.status != StepStatus::Passed).or(scenario.steps.len().checked_sub(1));
    if let Some(step) = decided.filter(|_| !judged.conversation.is_empty()) {
        attachments.push(Attachment { step, name: "conversation.txt".to_owned(), text: judged.conversation.join("\n") });
    }
    attachments
}
