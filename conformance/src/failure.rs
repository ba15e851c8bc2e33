//! Why a step, or a whole run, could not go on.

use std::fmt;

/// A sentence for the person who reads the report. Steps return it; the runner prints it beside the step.
#[derive(Debug, Clone)]
pub struct Failure(String);

impl Failure {
    /// A failure that says `sentence`.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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
        Self(sentence)
    }
}

macro_rules! from_error {
    ($($error:ty => $what:literal),* $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self(format!(concat!($what, ": {}"), error))
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
}
