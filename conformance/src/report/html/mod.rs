//! Reports as one HTML file: nothing is fetched, the window may be narrow, light or dark, and paper will do.

mod certification;
mod features;

use std::fmt::Write as _;

pub use certification::certification;
pub use features::report;

use super::escape::escaped;
use super::exchange::Shown;
use super::{ScenarioResult, StepResult, StepStatus};

const STYLE: &str = include_str!("style.css");
/// Paper shows what is folded away on the screen.
const SCRIPT: &str = "addEventListener('beforeprint',()=>document.querySelectorAll('details').forEach(d=>d.open=true))";

/// How something looks: good, bad, doubtful, quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Good,
    Bad,
    Doubt,
    Quiet,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Doubt => "doubt",
            Self::Quiet => "quiet",
        }
    }
}

/// A whole page around `body`, which is HTML already.
fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    // Nothing may be loaded, whatever an integration manages to put on the page.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#all\">To all results</a>\n<main>\n{body}</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

/// The verdict of the page: its first words, and what they rest on.
fn verdict(look: Look, headline: &str, sentences: &[String]) -> String {
    let mut html = format!("<section class=\"verdict {}\" aria-label=\"Verdict\"><strong>{}</strong>\n", look.class(), escaped(headline));
    for sentence in sentences.iter().filter(|sentence| !sentence.is_empty()) {
        let _ = writeln!(html, "<p>{}</p>", escaped(sentence));
    }
    html + "</section>\n"
}

fn mark(look: Look, text: &str) -> String {
    format!("<span class=\"mark {}\">{}</span>", look.class(), escaped(text))
}

/// Terms and what they mean here; empty ones are left out.
fn terms(terms: &[(&str, &str)]) -> String {
    let mut html = String::from("<dl>");
    for (term, text) in terms.iter().filter(|(_, text)| !text.is_empty()) {
        let class = if *term == "Mend" { " class=\"mend\"" } else { "" };
        let _ = write!(html, "<dt>{term}</dt><dd{class}>{}</dd>", escaped(text));
    }
    html + "</dl>\n"
}

/// The steps of a scenario, each with the exchanges that it caused folded below it.
fn steps(scenario: &ScenarioResult, exchanges: &[Shown]) -> String {
    let mut html = String::from("<ol class=\"steps\">\n");
    for (index, step) in scenario.steps.iter().enumerate() {
        let _ = write!(html, "<li>{} ", step_line(step));
        for shown in exchanges.iter().filter(|shown| shown.step(&scenario.steps) == Some(index)) {
            html += &exchange(shown);
        }
        html.push_str("</li>\n");
    }
    html + "</ol>\n"
}

fn step_line(step: &StepResult) -> String {
    let (look, word) = match step.status {
        StepStatus::Passed => (Look::Good, "✓"),
        StepStatus::Skipped => (Look::Quiet, "–"),
        StepStatus::Failed | StepStatus::Undefined | StepStatus::Ambiguous => (Look::Bad, "✗"),
    };
    let time = if step.duration.as_millis() > 0 { format!(" <span class=\"time\">{} ms</span>", step.duration.as_millis()) } else { String::new() };
    format!("<span class=\"{}\">{word}</span> <b>{}</b>{}{time}", look.class(), escaped(&step.keyword), escaped(&step.text))
}

/// One exchange, folded.
fn exchange(shown: &Shown) -> String {
    let refusal = shown.refusal.as_ref().map(|refusal| format!("<p>Refused by the rule <b>{}</b></p>", escaped(refusal))).unwrap_or_default();
    format!(
        "<details><summary>#{} <code>{}</code></summary>{refusal}<pre>{}</pre><pre>{}</pre></details>\n",
        shown.seq,
        escaped(&shown.title),
        escaped(&shown.request),
        escaped(&shown.response)
    )
}
