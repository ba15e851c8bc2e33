//! For a person at a terminal: each profile with its verdict, each breach with what to do about it.

use std::fmt::Write as _;

use super::super::style::{Style, Tone};
use super::{Entry, Section, conclusion, counsel, fails_like, gravity, sections, uncertifiable, word};
use crate::certify::{Certification, Judged, Standing, Verdict};

/// Width of the labels before paragraphs.
const LABEL: usize = 12;
/// Names longer than this push the rule behind them to the right.
const NAME: usize = 34;

/// The whole report.
pub fn terminal(certification: &Certification, style: Style) -> String {
    let integration = &certification.integration;
    let mut text = String::new();
    let title = format!("{} {}", integration.name, integration.version);
    let _ = writeln!(text, "{}  {}\n", style.paint(Tone::Strong, &title), certification.way());
    for section in sections(certification) {
        tell_section(&mut text, &section, certification, style);
    }
    for broken in &certification.broken {
        let _ = writeln!(text, "{}  {}", style.paint(Tone::Bad, "HARNESS OR SERVER BROKE"), broken.name);
        text += &style.hanging(4, "where", LABEL, &broken.place);
        text += &style.hanging(4, "step", LABEL, &broken.step);
        text += &style.hanging(4, "why", LABEL, &broken.reason);
        text.push('\n');
    }
    tell_baseline(&mut text, certification, style);
    let _ = writeln!(text, "{}", conclusion(certification));
    tell_what_counts(&mut text, certification, style);
    text.extend(uncertifiable(certification).map(|sentence| format!("{sentence}\n")));
    text
}

/// The names once more, since a log is read from its end.
fn tell_what_counts(text: &mut String, certification: &Certification, style: Style) {
    for verdict in [Verdict::Fail, Verdict::Error, Verdict::Warning, Verdict::NotExercised] {
        let mut names: Vec<&str> = Vec::new();
        for entry in sections(certification).iter().flat_map(|section| &section.results).filter(|entry| entry.judged.verdict == verdict) {
            if !names.contains(&entry.check.id.as_str()) {
                names.push(&entry.check.id);
            }
        }
        if !names.is_empty() {
            let _ = write!(text, "  {} ", style.paint(tone(verdict), &format!("{:<13}", word(verdict))));
            *text += style.hanging(16, "", 0, &names.join(", ")).trim_start();
        }
    }
}

fn tell_section(text: &mut String, section: &Section<'_>, certification: &Certification, style: Style) {
    let heading = format!("{} ({})", section.profile.title, section.profile.id);
    match section.judgement {
        Some(judgement) => {
            let verdict = style.paint(tone_of(judgement.standing), &judgement.standing.to_string().to_uppercase());
            let _ = writeln!(text, "{}: {verdict}, {} of {} judged", style.paint(Tone::Strong, &heading), judgement.judged(), judgement.total());
            if !matches!(judgement.standing, Standing::Certified | Standing::NotCertified) {
                for reason in &judgement.reasons {
                    *text += &style.hanging(2, "", 0, reason);
                }
            }
        }
        None => {
            let _ = writeln!(text, "{}", style.paint(Tone::Strong, &heading));
        }
    }
    let mut results = section.results.clone();
    results.sort_by_key(|entry| gravity(entry.judged.verdict));
    for entry in results {
        tell_result(text, entry, certification, style);
    }
    tell_others(text, section, style);
    text.push('\n');
}

fn tell_result(text: &mut String, entry: Entry<'_>, certification: &Certification, style: Style) {
    let Entry { check, judged, is_repeated } = entry;
    let is_told = matches!(judged.verdict, Verdict::Fail | Verdict::Warning | Verdict::Error | Verdict::NotExercised) || judged.flaky;
    if !is_told {
        return;
    }
    let mark = style.paint(tone(judged.verdict), &format!("{:<13}", word(judged.verdict)));
    let id = &check.id;
    if judged.verdict == Verdict::NotExercised {
        let _ = write!(text, "  {mark} ");
        *text += style.hanging(0, id, NAME.max(id.len() + 2), reason(judged)).trim_start();
        return;
    }
    let flaky = if judged.flaky { " (flaky: it failed at first)" } else { "" };
    let like = fails_like(certification, judged).map(|other| format!(" (as {other})")).unwrap_or_default();
    let above = if is_repeated { " (told above)" } else { &like };
    let _ = writeln!(text, "  {mark} {}{flaky}{above}", style.paint(Tone::Strong, id));
    if !above.is_empty() {
        return;
    }
    let (in_production, mend) = counsel(check, judged);
    let known = certification.known_reason(&check.id).map(|reason| format!("yes: {reason}"));
    let lines = [
        ("rule", check.rule.as_str()),
        ("seen", reason(judged)),
        ("at", judged.step.as_deref().unwrap_or_default()),
        ("production", in_production),
        ("mend", mend),
        ("source", check.source.as_str()),
        ("evidence", &evidence(judged)),
        ("known", known.as_deref().unwrap_or_default()),
    ];
    for (label, line) in lines.into_iter().filter(|(_, line)| !line.is_empty()) {
        *text += &style.hanging(4, label, LABEL, line);
    }
}

/// Passes by number, checks that do not apply by their reason.
fn tell_others(text: &mut String, section: &Section<'_>, style: Style) {
    let of = |verdict: Verdict| section.results.iter().filter(move |entry| entry.judged.verdict == verdict);
    let passed: Vec<&str> = of(Verdict::Pass).map(|entry| name(entry)).collect();
    if !passed.is_empty() {
        let _ = write!(text, "  {} ", style.paint(Tone::Good, &format!("{:<13}", "passed")));
        *text += style.hanging(16, "", 0, &passed.join(", ")).trim_start();
    }
    for entry in of(Verdict::Info) {
        let _ = write!(text, "  {:<13} ", word(Verdict::Info));
        *text += style.hanging(16, "", 0, &format!("{}: {}", entry.check.id, reason(entry.judged))).trim_start();
    }
    let mut reasons: Vec<&str> = of(Verdict::NotApplicable).map(|entry| reason(entry.judged)).collect();
    reasons.dedup();
    let mut told: Vec<&str> = Vec::new();
    for why in reasons {
        if told.contains(&why) {
            continue;
        }
        told.push(why);
        let names: Vec<&str> = of(Verdict::NotApplicable).filter(|entry| reason(entry.judged) == why).map(|entry| name(entry)).collect();
        let _ = write!(text, "  {} ", style.paint(Tone::Quiet, &format!("{:<13}", "not for it")));
        *text += style.hanging(16, "", 0, &format!("{} ({why})", names.join(", "))).trim_start();
    }
}

fn tell_baseline(text: &mut String, certification: &Certification, style: Style) {
    let Some(compared) = &certification.baseline else { return };
    for (entry, ended) in &compared.stale {
        let sentence = format!("line {}: {} is known to fail ({}), but ended as {ended}: take the entry out", entry.line, entry.check, entry.reason);
        let _ = writeln!(text, "{}", style.paint(Tone::Bad, "STALE BASELINE"));
        *text += &style.hanging(4, "", 0, &sentence);
    }
    if !compared.known.is_empty() {
        *text += &style.hanging(0, "", 0, &format!("Known failures: {}", compared.known.join(", ")));
    }
}

fn name<'c>(entry: &Entry<'c>) -> &'c str {
    &entry.check.id
}

fn reason(judged: &Judged) -> &str {
    judged.reason.as_deref().unwrap_or_default()
}

/// The journal entries that a verdict rests on, as a reader looks them up.
fn evidence(judged: &Judged) -> String {
    let numbers: Vec<String> = judged.evidence.iter().map(|seq| format!("#{seq}")).collect();
    if numbers.is_empty() { String::new() } else { format!("journal {}", numbers.join(", ")) }
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Pass => Tone::Good,
        Verdict::Fail | Verdict::Error => Tone::Bad,
        Verdict::Warning | Verdict::NotExercised => Tone::Doubtful,
        Verdict::NotApplicable | Verdict::Info => Tone::Quiet,
    }
}

fn tone_of(standing: Standing) -> Tone {
    match standing {
        Standing::Certified => Tone::Good,
        Standing::NotCertified => Tone::Bad,
        Standing::CertifiedWithWarnings | Standing::Incomplete => Tone::Doubtful,
        Standing::NotApplicable => Tone::Quiet,
    }
}
