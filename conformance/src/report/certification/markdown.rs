//! A summary in Markdown, for the page of a CI job.

use std::fmt::Write as _;

use super::super::escape::cell;
use super::{Entry, conclusion, counsel, sections, troubles, uncertifiable, word};
use crate::certify::{Certification, Standing, Verdict};

/// The report as Markdown.
pub fn markdown(certification: &Certification) -> String {
    let integration = &certification.integration;
    let mut text = format!("### {} {}: Salesforce conformance\n\n", cell(&integration.name), cell(&integration.version));
    let _ = writeln!(text, "{}", conclusion(certification));
    if !certification.judgements.is_empty() {
        text.push_str("\n| Profile | Verdict | Judged | Why |\n|---|---|---|---|\n");
    }
    for judgement in &certification.judgements {
        let _ = writeln!(
            text,
            "| {} | {} {} | {} of {} | {} |",
            judgement.profile,
            mark(judgement.standing),
            judgement.standing,
            judgement.judged(),
            judgement.total(),
            cell(&judgement.reasons.join("; "))
        );
    }
    let troubles = troubles(certification);
    if !troubles.is_empty() {
        text.push_str("\n#### What to mend\n");
    }
    for Entry { check, judged, .. } in troubles {
        let flaky = if judged.flaky { ", flaky" } else { "" };
        let _ = writeln!(text, "\n**`{}`** {}{flaky}: {}\n", check.id, word(judged.verdict), cell(&check.rule));
        let (in_production, mend) = counsel(check, judged);
        let known = certification.known_reason(&check.id).unwrap_or_default();
        let lines = [("Seen", judged.reason.as_deref().unwrap_or_default()), ("In production", in_production), ("Mend", mend), ("Known", known)];
        for (label, line) in lines.into_iter().filter(|(_, line)| !line.is_empty()) {
            let _ = writeln!(text, "- {label}: {}", cell(line));
        }
    }
    for broken in &certification.broken {
        let _ = writeln!(text, "\n**Harness or server broke** at {}: {}", cell(&broken.place), cell(&broken.reason));
    }
    if let Some(compared) = &certification.baseline {
        for (entry, ended) in &compared.stale {
            let _ = writeln!(text, "\n**Stale baseline**, line {}: {} ended as {ended}.", entry.line, cell(&entry.check));
        }
    }
    let open: Vec<Entry<'_>> = unexercised(certification);
    if !open.is_empty() {
        text.push_str("\n<details><summary>Not exercised</summary>\n\n");
        for Entry { check, judged, .. } in open {
            let _ = writeln!(text, "- `{}`: {}", check.id, cell(judged.reason.as_deref().unwrap_or_default()));
        }
        text.push_str("\n</details>\n");
    }
    text.extend(uncertifiable(certification).map(|sentence| format!("\n{sentence}\n")));
    text
}

fn unexercised(certification: &Certification) -> Vec<Entry<'_>> {
    let entries = sections(certification).into_iter().flat_map(|section| section.results);
    entries.filter(|entry| !entry.is_repeated && entry.judged.verdict == Verdict::NotExercised).collect()
}

fn mark(standing: Standing) -> &'static str {
    match standing {
        Standing::Certified => "✅",
        Standing::CertifiedWithWarnings => "⚠️",
        Standing::NotCertified => "❌",
        Standing::Incomplete => "❔",
        Standing::NotApplicable => "➖",
    }
}
