//! Why a step, or a whole run, could not go on.

use std::fmt;

/// A sentence for the person who reads the report. Steps return it; the runner prints it beside the step.
#[derive(Debug, Clone)]
pub struct Failure {
    kind: Kind,
    sentence: String,
}

/// What a failed step means for a certification check. Server features know only the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The scenario could not go on: our own fault, or the server's.
    Broken,
    /// The integration did what the check forbids; the sentence says what was expected and what was seen.
    Breach,
    /// A breach that the check's row calls a warning whatever its level is.
    Lapse,
    /// The situation to be judged never came about; the sentence says what was missing.
    NotExercised,
    /// The check does not concern this integration: by declaration, kind of app or driver.
    NotApplicable,
    /// The integration's driver crashed, kept silent, or answered what is no answer.
    Driver,
}

/// The runner knows failed steps by their text alone, so the kind goes before the sentence.
const PREFIXES: [(Kind, &str); 5] = [
    (Kind::Breach, "breach: "),
    (Kind::Lapse, "lapse: "),
    (Kind::NotExercised, "not exercised: "),
    (Kind::NotApplicable, "not applicable: "),
    (Kind::Driver, "driver: "),
];

impl Kind {
    /// The kind and the sentence of a failure, from the text it displays.
    pub fn read(text: &str) -> (Self, &str) {
        let kinds = PREFIXES.iter().find_map(|(kind, prefix)| Some((*kind, text.strip_prefix(prefix)?)));
        kinds.unwrap_or((Self::Broken, text))
    }
}

impl Failure {
    /// A failure that says `sentence`.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self::of(Kind::Broken, sentence)
    }

    /// A failure of this kind.
    pub fn of(kind: Kind, sentence: impl Into<String>) -> Self {
        Self { kind, sentence: sentence.into() }
    }

    /// The integration did what the check forbids.
    pub fn breach(sentence: impl Into<String>) -> Self {
        Self::of(Kind::Breach, sentence)
    }

    /// The situation to be judged never came about.
    pub fn not_exercised(sentence: impl Into<String>) -> Self {
        Self::of(Kind::NotExercised, sentence)
    }

    /// The check does not concern this integration.
    pub fn not_applicable(sentence: impl Into<String>) -> Self {
        Self::of(Kind::NotApplicable, sentence)
    }

    /// The integration's driver failed.
    pub fn driver(sentence: impl Into<String>) -> Self {
        Self::of(Kind::Driver, sentence)
    }

    /// What it says, without its kind.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// What it means for a check.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = PREFIXES.iter().find(|(kind, _)| *kind == self.kind).map_or("", |(_, prefix)| prefix);
        write!(f, "{prefix}{}", self.sentence)
    }
}

impl std::error::Error for Failure {}

/// What every step and client call answers.
pub type Outcome<T = ()> = Result<T, Failure>;

/// Turns an absent value into a failure that says what was missing.
pub trait OrFail<T> {
    /// The value, or the failure `sentence()`.
    fn or_fail<S: Into<String>>(self, sentence: impl FnOnce() -> S) -> Outcome<T>;
}

impl<T> OrFail<T> for Option<T> {
    fn or_fail<S: Into<String>>(self, sentence: impl FnOnce() -> S) -> Outcome<T> {
        self.ok_or_else(|| Failure::new(sentence()))
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let mut sentence = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            sentence.push_str(": ");
            sentence.push_str(&cause.to_string());
            source = cause.source();
        }
        Self::new(sentence)
    }
}

macro_rules! from_error {
    ($($error:ty => $what:literal),* $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(format!(concat!($what, ": {}"), error))
            }
        }
    )*};
}

from_error! {
    serde_json::Error => "not the JSON expected",
    url::ParseError => "not a URL",
    std::io::Error => "input or output failed",
    tokio::task::JoinError => "a request in the background failed",
    std::string::FromUtf8Error => "not UTF-8",
    base64::DecodeError => "not base64",
    rcgen::Error => "no certificate could be made",
    rustls::Error => "TLS could not be set up",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_back_from_the_text_of_its_failure() {
        for (kind, _) in PREFIXES {
            assert_eq!(Kind::read(&Failure::of(kind, "why").to_string()), (kind, "why"));
        }
        assert_eq!(Kind::read(&Failure::new("why").to_string()), (Kind::Broken, "why"));
    }
}
