//! What a check found.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::failure::Kind;
use crate::report::ScenarioResult;

/// How much a breach weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A breach denies the certificate.
    Must,
    /// A breach is a warning.
    Should,
    /// Recorded, never judged.
    Info,
}

impl Level {
    /// As tags and certificates write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Info => "info",
        }
    }
}

/// The result of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The evidence asked for was seen, and none against it.
    Pass,
    /// Evidence of a breach of a must check.
    Fail,
    /// Evidence of a breach of a should check, or of what a row calls a warning.
    Warning,
    /// The situation to be judged did not come about.
    NotExercised,
    /// The check does not concern this integration.
    NotApplicable,
    /// Recorded.
    Info,
    /// The integration's driver failed.
    Error,
}

impl Verdict {
    /// What a scenario of a check at `level` found, from the kind of its failed step; None when all steps passed.
    ///
    /// A failure that is our own or the server's is no verdict about the integration: `None`.
    pub fn of(level: Level, failed: Option<Kind>) -> Option<Self> {
        Some(match (failed, level) {
            (None, Level::Info) | (Some(Kind::Breach | Kind::Lapse), Level::Info) => Self::Info,
            (None, _) => Self::Pass,
            (Some(Kind::Breach), Level::Must) => Self::Fail,
            (Some(Kind::Breach | Kind::Lapse), _) => Self::Warning,
            (Some(Kind::NotExercised), _) => Self::NotExercised,
            (Some(Kind::NotApplicable), _) => Self::NotApplicable,
            (Some(Kind::Driver), _) => Self::Error,
            (Some(Kind::Broken), _) => return None,
        })
    }

    /// The verdict of a check that has several scenarios: the gravest counts, and a pass outweighs what was not judged.
    pub fn together(self, other: Self) -> Self {
        if self.weight() >= other.weight() { self } else { other }
    }

    fn weight(self) -> u8 {
        match self {
            Self::NotApplicable => 0,
            Self::Info => 1,
            Self::Pass => 2,
            Self::NotExercised => 3,
            Self::Warning => 4,
            Self::Error => 5,
            Self::Fail => 6,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warning => "warning",
            Self::NotExercised => "not-exercised",
            Self::NotApplicable => "not-applicable",
            Self::Info => "info",
            Self::Error => "error",
        })
    }
}

/// A check, judged once.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Such as `rotation/uses-newest`.
    pub check: String,
    pub level: Level,
    pub verdict: Verdict,
    /// Why it is not a plain pass: expected against seen, what was missing, or why it does not apply.
    pub reason: Option<String>,
    /// The step that decided, as the feature says it.
    pub step: Option<String>,
    /// Journal sequence numbers that the verdict rests on.
    pub evidence: Vec<u64>,
    /// The journal entries of the check's lane, as the control API shows them: secrets redacted.
    pub journal: Vec<serde_json::Value>,
    /// What was said between the harness and the integration, a line each, secrets redacted.
    pub conversation: Vec<String>,
    pub duration: Duration,
    /// It failed at first and passed when it was run again alone.
    pub flaky: bool,
    /// The scenarios it rests on, step by step; none if it was not run.
    pub scenarios: Vec<ScenarioResult>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breach_weighs_as_its_level_says() {
        assert_eq!(Verdict::of(Level::Must, Some(Kind::Breach)), Some(Verdict::Fail));
        assert_eq!(Verdict::of(Level::Should, Some(Kind::Breach)), Some(Verdict::Warning));
        assert_eq!(Verdict::of(Level::Must, Some(Kind::Lapse)), Some(Verdict::Warning));
        assert_eq!(Verdict::of(Level::Info, Some(Kind::Breach)), Some(Verdict::Info));
        assert_eq!(Verdict::of(Level::Must, Some(Kind::Broken)), None);
    }

    #[test]
    fn the_gravest_of_several_counts() {
        assert_eq!(Verdict::Pass.together(Verdict::NotApplicable), Verdict::Pass);
        assert_eq!(Verdict::Pass.together(Verdict::NotExercised), Verdict::NotExercised);
        assert_eq!(Verdict::Warning.together(Verdict::Fail), Verdict::Fail);
    }
}
