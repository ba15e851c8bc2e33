//! Known failures: checks that an integration may fail for now, each with its reason.
//!
//! A line is the id of a check and, after white space, the reason: `rotation/single-flight  tracked as ACME-12, mended in 3.2`.
//! Empty lines and lines that begin with `#` say nothing. A known failure is still run, and must still fail: an entry that does
//! not is stale, so the list cannot rot.

use std::path::Path;

use super::result::{Judged, Verdict};
use crate::failure::{Failure, OrFail as _, Outcome};

/// The entries of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    pub entries: Vec<Entry>,
}

/// One known failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub check: String,
    pub reason: String,
    pub line: usize,
}

/// Results beside a baseline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Checks that fail as the baseline says.
    pub known: Vec<String>,
    /// Checks that fail and are not in the baseline.
    pub unexpected: Vec<String>,
    /// Entries whose check does not fail, with how it ended instead.
    pub stale: Vec<(Entry, String)>,
}

impl Baseline {
    /// Reads a baseline file.
    ///
    /// # Errors
    /// When it cannot be read, or a line has no reason, or a check stands twice.
    pub fn read(file: &Path) -> Outcome<Self> {
        let named = |error: String| Failure::new(format!("{}: {error}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| named(error.to_string()))?;
        Self::parse(&text).map_err(|failure| named(failure.to_string()))
    }

    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(text: &str) -> Outcome<Self> {
        let mut baseline = Self::default();
        for (index, line) in text.lines().enumerate() {
            let (line, number) = (line.trim(), index + 1);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (check, reason) = line.split_once(char::is_whitespace).or_fail(|| format!("line {number}: {line} has no reason"))?;
            if baseline.knows(check) {
                return Err(Failure::new(format!("line {number}: {check} stands twice")));
            }
            baseline.entries.push(Entry { check: check.to_owned(), reason: reason.trim().to_owned(), line: number });
        }
        Ok(baseline)
    }

    /// Whether the check is a known failure.
    pub fn knows(&self, check: &str) -> bool {
        self.entries.iter().any(|entry| entry.check == check)
    }

    /// The reason given for a check.
    pub fn reason(&self, check: &str) -> Option<&str> {
        self.entries.iter().find(|entry| entry.check == check).map(|entry| entry.reason.as_str())
    }

    /// Compares results with what is known.
    ///
    /// A check that was not run, or not exercised because of another breach, leaves its entry as it is.
    pub fn compare(&self, judged: &[Judged]) -> Compared {
        let mut compared = Compared::default();
        for one in judged.iter().filter(|one| one.verdict == Verdict::Fail && !self.knows(&one.check)) {
            compared.unexpected.push(one.check.clone());
        }
        for entry in &self.entries {
            let Some(one) = judged.iter().find(|one| one.check == entry.check) else { continue };
            match one.verdict {
                Verdict::Fail | Verdict::Warning => compared.known.push(entry.check.clone()),
                Verdict::NotExercised | Verdict::Error => {}
                ended => compared.stale.push((entry.clone(), ended.to_string())),
            }
        }
        compared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::Level;
    use crate::certify::judging::unrun;

    const TEXT: &str = "# what we owe\n\nrotation/single-flight  ACME-12, mended in 3.2\nrefresh/on-401\told client\n";

    fn judged(results: &[(&str, Verdict)]) -> Vec<Judged> {
        let check = |id: &str| crate::certify::Check {
            id: id.into(),
            level: Level::Must,
            concern: String::new(),
            rule: String::new(),
            by: String::new(),
            concerns: String::new(),
            proves: String::new(),
            in_production: String::new(),
            mend: String::new(),
            source: String::new(),
            needs: vec![],
            place: String::new(),
        };
        results.iter().map(|(id, verdict)| unrun(&check(id), *verdict, "")).collect()
    }

    #[test]
    fn every_entry_has_a_check_and_a_reason() {
        let baseline = Baseline::parse(TEXT).unwrap();
        assert_eq!(baseline.reason("rotation/single-flight"), Some("ACME-12, mended in 3.2"));
        assert_eq!(baseline.reason("refresh/on-401"), Some("old client"));
        assert!(Baseline::parse("refresh/on-401\n").unwrap_err().to_string().contains("line 1: refresh/on-401 has no reason"));
        assert!(Baseline::parse("a/b x\na/b y\n").unwrap_err().to_string().contains("line 2: a/b stands twice"));
    }

    #[test]
    fn known_failures_are_expected_and_others_are_not() {
        let compared = Baseline::parse(TEXT).unwrap().compare(&judged(&[
            ("refresh/on-401", Verdict::Fail),
            ("rotation/single-flight", Verdict::Warning),
            ("web/code-once", Verdict::Fail),
        ]));
        assert_eq!(compared.known, ["rotation/single-flight", "refresh/on-401"]);
        assert_eq!(compared.unexpected, ["web/code-once"]);
        assert!(compared.stale.is_empty());
    }

    #[test]
    fn an_entry_whose_check_no_longer_fails_is_stale() {
        let compared =
            Baseline::parse(TEXT).unwrap().compare(&judged(&[("refresh/on-401", Verdict::Pass), ("rotation/single-flight", Verdict::NotExercised)]));
        assert_eq!(compared.stale.len(), 1);
        assert_eq!((compared.stale[0].0.check.as_str(), compared.stale[0].1.as_str()), ("refresh/on-401", "pass"));
    }

    #[test]
    fn an_entry_that_was_not_run_is_not_stale() {
        assert!(Baseline::parse(TEXT).unwrap().compare(&[]).stale.is_empty());
    }
}
