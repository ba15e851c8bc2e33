//! A certification as a page: the verdict, what to mend, then everything.

use std::fmt::Write as _;

use super::super::certification::{Entry, Section, conclusion, counsel, failing_alike, sections, troubles, uncertifiable, word};
use super::super::escape::escaped;
use super::super::exchange::Shown;
use super::{Look, exchange, mark, page, steps, terms, verdict};
use crate::certify::{Certification, Check, Judged, Standing, Verdict};

/// The page.
pub fn certification(certification: &Certification) -> String {
    let integration = &certification.integration;
    let name = format!("{} {}", integration.name, integration.version);
    let troubles = troubles(certification);
    let mut body = format!("<h1>{} <span class=\"soft\">against Salesforce's rules</span></h1>\n", escaped(&name));
    body += &headline(certification, &troubles);
    if !troubles.is_empty() {
        body.push_str("<section aria-labelledby=\"mend\"><h2 id=\"mend\">What to mend</h2>\n");
        for entry in &troubles {
            body += &card(certification, *entry);
        }
        body.push_str("</section>\n");
    }
    for broken in &certification.broken {
        let told = terms(&[("Where", &broken.place), ("Step", &broken.step), ("Why", &broken.reason)]);
        let _ = writeln!(body, "<article class=\"card bad\"><header><h3>Harness or server broke</h3></header>{told}</article>");
    }
    for (entry, ended) in certification.baseline.iter().flat_map(|compared| &compared.stale) {
        let told = format!("line {}: {} is known to fail ({}), but ended as {ended}", entry.line, entry.check, entry.reason);
        let _ = writeln!(body, "<article class=\"card bad\"><header><h3>Stale baseline</h3></header><p>{}</p></article>", escaped(&told));
    }
    let sections = sections(certification);
    body += &profiles(&sections);
    body.push_str("<section id=\"all\" aria-labelledby=\"checks\"><h2 id=\"checks\">All checks</h2>\n");
    for section in &sections {
        body += &all_of(section);
    }
    body.push_str("</section>\n");
    body += &facts(certification);
    page(&format!("{name}: conformance"), &body)
}

fn headline(certification: &Certification, troubles: &[Entry<'_>]) -> String {
    let of = |standing: Standing| certification.judgements.iter().filter(move |judgement| judgement.standing == standing);
    let names = |standing: Standing| of(standing).map(|judgement| judgement.profile).collect::<Vec<_>>().join(", ");
    let count = |verdict: Verdict| troubles.iter().filter(|entry| entry.judged.verdict == verdict).count();
    let broke = count(Verdict::Fail);
    let (look, words) = match () {
        () if !certification.broken.is_empty() => (Look::Bad, "No verdict: harness or server broke".to_owned()),
        () if of(Standing::NotCertified).count() > 0 => (Look::Bad, format!("Not certified: {}", names(Standing::NotCertified))),
        () if broke > 0 => (Look::Bad, format!("{broke} check{} failed", if broke == 1 { "" } else { "s" })),
        () if of(Standing::Incomplete).count() > 0 => (Look::Doubt, format!("Incomplete: {}", names(Standing::Incomplete))),
        () if certification.judgements.is_empty() && certification.exit_code() == 4 => {
            (Look::Doubt, "Incomplete: not everything could be judged".to_owned())
        }
        () if of(Standing::CertifiedWithWarnings).count() > 0 => (Look::Doubt, "Certified with warnings".to_owned()),
        () if certification.judgements.is_empty() => (Look::Good, "No check failed".to_owned()),
        () if !certification.is_in_certify_mode() => (Look::Good, "All as wanted".to_owned()),
        () => (Look::Good, "Certified".to_owned()),
    };
    let certified: Vec<&str> =
        certification.judgements.iter().filter(|judgement| judgement.standing.is_certified()).map(|judgement| judgement.profile).collect();
    let also = if certified.is_empty() { String::new() } else { format!("In order: {}.", certified.join(", ")) };
    verdict(look, &words, &[format!("{}.", conclusion(certification)), also, uncertifiable(certification).unwrap_or_default()])
}

/// A result that somebody has to read.
fn card(certification: &Certification, Entry { check, judged, .. }: Entry<'_>) -> String {
    let look = look(judged.verdict);
    let flaky = if judged.flaky { mark(Look::Doubt, "flaky") } else { String::new() };
    let known = certification.known_reason(&check.id).unwrap_or_default();
    let (in_production, mend) = counsel(check, judged);
    let level = format!("{}, {}", check.level.word(), check.concern);
    let mut html = format!(
        "<article class=\"card {}\" id=\"{}\"><header>{}{flaky}<h3>{}</h3><span class=\"soft\"><code>{}</code> ({})</span></header>\n",
        look.class(),
        escaped(&check.id),
        mark(look, word(judged.verdict)),
        escaped(&check.rule),
        escaped(&check.id),
        escaped(&level)
    );
    let told = [
        ("Seen", judged.reason.as_deref().unwrap_or_default()),
        ("In production", in_production),
        ("Mend", mend),
        ("Likewise", &failing_alike(certification, judged)),
        ("Known", known),
    ];
    html += &terms(&told);
    html += &details(check, judged);
    html + "</article>\n"
}

/// Proof, source, steps and exchanges of a check, folded.
fn details(check: &Check, judged: &Judged) -> String {
    let exchanges: Vec<Shown> = judged.journal.iter().map(Shown::of).collect();
    let evidence: Vec<String> = judged.evidence.iter().map(|seq| format!("#{seq}")).collect();
    let mut html = String::from("<details><summary>Evidence, step by step</summary>\n");
    let told = [
        ("Proves", check.proves.as_str()),
        ("Decided at", judged.step.as_deref().unwrap_or_default()),
        ("Rests on", &evidence.join(", ")),
        ("Source", check.source.as_str()),
        ("Check", check.place.as_str()),
    ];
    html += &terms(&told);
    for scenario in &judged.scenarios {
        if judged.scenarios.len() > 1 {
            let _ = writeln!(html, "<p class=\"soft\">{}</p>", escaped(&scenario.place));
        }
        html += &steps(scenario, &exchanges);
    }
    let lost: Vec<&Shown> = exchanges.iter().filter(|shown| !judged.scenarios.iter().any(|scenario| shown.step(&scenario.steps).is_some())).collect();
    lost.iter().for_each(|shown| html += &exchange(shown));
    if !judged.conversation.is_empty() {
        let _ = writeln!(
            html,
            "<details><summary>What harness and integration said</summary><pre>{}</pre></details>",
            escaped(&judged.conversation.join("\n"))
        );
    }
    html + "</details>\n"
}

fn profiles(sections: &[Section<'_>]) -> String {
    if sections.iter().all(|section| section.judgement.is_none()) {
        return String::new();
    }
    let mut html = String::from(
        "<section aria-labelledby=\"profiles\"><h2 id=\"profiles\">Profiles</h2>\n<table><thead><tr><th>Profile</th><th>Verdict</th><th>Judged</th><th>Why</th></tr></thead><tbody>\n",
    );
    for section in sections {
        let Some(judgement) = section.judgement else { continue };
        let _ = writeln!(
            html,
            "<tr><td><a href=\"#p-{}\">{}</a></td><td>{}</td><td>{} of {}</td><td>{}</td></tr>",
            section.profile.id,
            escaped(section.profile.title),
            mark(standing_look(judgement.standing), &judgement.standing.to_string()),
            judgement.judged(),
            judgement.total(),
            escaped(&judgement.reasons.join("; "))
        );
    }
    html + "</tbody></table></section>\n"
}

fn all_of(section: &Section<'_>) -> String {
    let profile = section.profile;
    let mut html = format!(
        "<details id=\"p-{}\" open><summary><b>{}</b> <span class=\"soft\">{}</span></summary>\n<ul class=\"checks\">\n",
        profile.id,
        escaped(profile.title),
        profile.id
    );
    for Entry { check, judged, is_repeated } in &section.results {
        let reason = judged.reason.as_deref().map(|reason| format!("<p class=\"soft\">{}</p>", escaped(reason))).unwrap_or_default();
        let head = format!("{} <code>{}</code> {}", mark(look(judged.verdict), word(judged.verdict)), escaped(&check.id), escaped(&check.rule));
        if *is_repeated || judged.scenarios.is_empty() {
            let _ = writeln!(html, "<li>{head}{}</li>", if *is_repeated { "" } else { &reason });
        } else {
            let _ = writeln!(html, "<li><details><summary>{head}</summary>{reason}{}</details></li>", details(check, judged));
        }
    }
    html + "</ul></details>\n"
}

fn facts(certification: &Certification) -> String {
    let seeds: Vec<String> = certification.seeds.iter().map(u64::to_string).collect();
    let server = &certification.server;
    let told = [
        (
            "Integration",
            format!("{} {}, file {}", certification.integration.name, certification.integration.version, certification.integration.digest),
        ),
        ("Reached", certification.way()),
        ("Checks", format!("features {}", certification.features_digest)),
        (
            "Server",
            format!(
                "{} {}, era {}, {}",
                server.kind,
                server.version,
                server.era,
                if certification.is_shared_server { "one for all checks" } else { "one for each check" }
            ),
        ),
        ("Seeds", seeds.join(", ")),
        ("Harness", format!("sf-conformance {}", env!("CARGO_PKG_VERSION"))),
    ];
    let told: Vec<(&str, &str)> = told.iter().map(|(term, text)| (*term, text.as_str())).collect();
    format!("<section aria-labelledby=\"facts\"><h2 id=\"facts\">About this run</h2>\n{}</section>\n", terms(&told))
}

fn look(verdict: Verdict) -> Look {
    match verdict {
        Verdict::Pass => Look::Good,
        Verdict::Fail | Verdict::Error => Look::Bad,
        Verdict::Warning | Verdict::NotExercised => Look::Doubt,
        Verdict::NotApplicable | Verdict::Info => Look::Quiet,
    }
}

fn standing_look(standing: Standing) -> Look {
    match standing {
        Standing::Certified => Look::Good,
        Standing::NotCertified => Look::Bad,
        Standing::CertifiedWithWarnings | Standing::Incomplete => Look::Doubt,
        Standing::NotApplicable => Look::Quiet,
    }
}
