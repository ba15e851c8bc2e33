//! JUnit: a suite for each profile, a case for each check.

use std::fmt::Write as _;

use super::super::escape::escaped;
use super::{Entry, sections};
use crate::certify::{Certification, Level, Verdict};

/// The report as JUnit.
pub fn junit(certification: &Certification) -> String {
    let mut suites = String::new();
    let (mut tests, mut failures, mut errors) = (0, 0, 0);
    for section in sections(certification) {
        // A check that two profiles hold is one case, in the first of them.
        let entries: Vec<Entry<'_>> = section.results.iter().copied().filter(|entry| !entry.is_repeated).collect();
        let count = |verdicts: &[Verdict]| entries.iter().filter(|entry| verdicts.contains(&entry.judged.verdict)).count();
        let (failed, broken) = (count(&[Verdict::Fail]), count(&[Verdict::Error]));
        let skipped = count(&[Verdict::NotExercised, Verdict::NotApplicable]);
        let seconds: f64 = entries.iter().map(|entry| entry.judged.duration.as_secs_f64()).sum();
        let name = escaped(section.profile.id);
        let _ = writeln!(
            suites,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failed}\" errors=\"{broken}\" skipped=\"{skipped}\" time=\"{seconds:.3}\">",
            entries.len()
        );
        for entry in &entries {
            case(&mut suites, section.profile.id, *entry);
        }
        suites.push_str("  </testsuite>\n");
        tests += entries.len();
        failures += failed;
        errors += broken;
    }
    let name = escaped(&format!("{} {}", certification.integration.name, certification.integration.version));
    let seconds = certification.duration.as_secs_f64();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{seconds:.3}\">\n{suites}</testsuites>\n"
    )
}

fn case(text: &mut String, profile: &str, Entry { check, judged, .. }: Entry<'_>) {
    let reason = escaped(judged.reason.as_deref().unwrap_or_default());
    let _ = writeln!(
        text,
        "    <testcase name=\"{}\" classname=\"{}\" time=\"{:.3}\">",
        escaped(&format!("{}: {}", check.id, check.rule)),
        escaped(profile),
        judged.duration.as_secs_f64()
    );
    let told = escaped(&super::advice(check, judged));
    let _ = match judged.verdict {
        Verdict::Fail => writeln!(text, "      <failure type=\"{}\" message=\"{reason}\">{told}</failure>", check.level.word()),
        Verdict::Error => writeln!(text, "      <error type=\"driver\" message=\"{reason}\">{told}</error>"),
        Verdict::NotExercised | Verdict::NotApplicable => writeln!(text, "      <skipped message=\"{}: {reason}\"/>", judged.verdict),
        // JUnit knows no warning: the case passes and says so.
        Verdict::Warning => writeln!(text, "      <system-out>WARNING {told}</system-out>"),
        Verdict::Info if check.level == Level::Info && !reason.is_empty() => writeln!(text, "      <system-out>{reason}</system-out>"),
        Verdict::Pass | Verdict::Info => Ok(()),
    };
    text.push_str("    </testcase>\n");
}
