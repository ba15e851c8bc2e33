//! Annotations for GitHub: lines that its runner shows beside the job and the files.

use super::Report;
use super::certification::{advice, troubles};
use crate::certify::{Certification, Verdict};

/// Annotations of a certification, at the integration file.
pub fn certification(certification: &Certification, file: &str) -> String {
    let mut lines = String::new();
    for entry in troubles(certification) {
        let level = match entry.judged.verdict {
            Verdict::Fail | Verdict::Error => "error",
            _ => "warning",
        };
        let title = format!("{}: {}", entry.check.id, entry.check.rule);
        lines += &line(level, file, None, &title, &advice(entry.check, entry.judged));
    }
    for broken in &certification.broken {
        lines += &line("error", file, None, "harness or server broke", &format!("{}: {}", broken.place, broken.reason));
    }
    for (entry, ended) in certification.baseline.iter().flat_map(|compared| &compared.stale) {
        lines += &line("error", file, None, "stale baseline", &format!("line {}: {} ended as {ended}", entry.line, entry.check));
    }
    lines
}

/// Annotations of a run of features, at the scenarios that failed.
pub fn report(report: &Report) -> String {
    let failed = report.scenarios.iter().filter_map(|scenario| Some((scenario, scenario.failure.as_ref()?)));
    let scenarios = failed.map(|(scenario, failure)| {
        let told = format!("{}\n{}", failure.step, failure.reason);
        line("error", &scenario.path, Some(scenario.line), &scenario.name, &told)
    });
    scenarios.chain(report.unreadable.iter().map(|told| line("error", "", None, "unreadable feature", told))).collect()
}

fn line(level: &str, file: &str, number: Option<usize>, title: &str, message: &str) -> String {
    let mut place = Vec::new();
    if !file.is_empty() {
        place.push(format!("file={}", property(file)));
    }
    place.extend(number.map(|number| format!("line={number}")));
    place.push(format!("title={}", property(title)));
    format!("::{level} {}::{}\n", place.join(","), data(message))
}

/// A message on one line, as workflow commands want it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_encoded() {
        assert_eq!(
            line("error", "a,b.yaml", Some(3), "web/x: why", "50 %\nnext"),
            "::error file=a%2Cb.yaml,line=3,title=web/x%3A why::50 %25%0Anext\n"
        );
        assert_eq!(line("warning", "", None, "t", "::set-env"), "::warning title=t::::set-env\n");
    }
}
