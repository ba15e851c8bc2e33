//! What was said between the harness and an integration, kept for reports. Secrets are redacted on the way in.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use regex::Regex;
use serde_json::Value;

use crate::client::transcript;

/// Longest text of an integration that a report shows, in characters.
pub const SHOWN: usize = 2_000;

/// Lines kept of one conversation. The longest check of a sound integration needs a fiftieth.
const LINES: usize = 2_000;

const REDACTED: &str = "[redacted]";

/// Session ids, refresh tokens and JWTs as Salesforce makes them, wherever they stand.
static TOKENS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"00D[A-Za-z0-9]{9,15}![A-Za-z0-9._\-]{8,}|\b5Aep[A-Za-z0-9._\-]{8,}|\baPrx[A-Za-z0-9._=\-]{8,}|\beyJ[\w\-]+\.[\w\-]+\.[\w\-]*").ok()
});

/// Lines in the order they were said; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Conversation {
    lines: Arc<Mutex<Vec<String>>>,
    secrets: Arc<Vec<String>>,
}

impl Conversation {
    /// A conversation that shows none of `secrets`.
    pub fn without(secrets: Vec<String>) -> Self {
        Self { lines: Arc::default(), secrets: Arc::new(secrets.into_iter().filter(|secret| secret.len() >= 4).collect()) }
    }

    /// Adds what the harness said.
    pub(super) fn said(&self, message: &Value) {
        self.add("→", &self.shown(message));
    }

    /// Adds what the integration answered.
    pub(super) fn heard(&self, message: &Value) {
        self.add("←", &self.shown(message));
    }

    /// Adds what happened.
    pub(super) fn noted(&self, what: &str) {
        self.add("·", &self.masked(what));
    }

    /// All lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Text of an integration as a report may show it: without secrets, on one line, cut.
    pub fn masked(&self, text: &str) -> String {
        let mut text = self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), REDACTED));
        if let Some(tokens) = TOKENS.as_ref() {
            text = tokens.replace_all(&text, REDACTED).into_owned();
        }
        cut(&printable(&text), SHOWN)
    }

    fn shown(&self, message: &Value) -> String {
        let mut message = message.clone();
        redact_addresses(&mut message);
        self.masked(&transcript::redact_body(message.to_string().as_bytes()))
    }

    fn add(&self, mark: &str, line: &str) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() < LINES {
            lines.push(format!("{mark} {line}"));
        }
    }
}

/// Text with control characters made visible, so that it can neither paint a terminal nor forge a line.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => shown.push('⏎'),
            '\t' => shown.push(' '),
            c if c.is_control() => shown.push('\u{fffd}'),
            // Marks that turn the direction of writing.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => shown.push('\u{fffd}'),
            c => shown.push(c),
        }
    }
    shown
}

/// The first `limit` characters, with an ellipsis if that is not all.
pub fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn redact_addresses(message: &mut Value) {
    match message {
        Value::String(text) if text.contains("://") => *text = transcript::redact_url(text),
        Value::Object(members) => members.values_mut().for_each(redact_addresses),
        Value::Array(items) => items.iter_mut().for_each(redact_addresses),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_secret_is_kept_whoever_said_it() {
        let conversation = Conversation::without(vec!["s3cr3t-of-app".to_owned()]);
        conversation.said(&json!({"op": "callback", "url": "https://a.example/cb?code=aPrx0123456789&state=s1"}));
        conversation.heard(&json!({"detail": "client s3cr3t-of-app has 00D000000000001AAA!AQcAQH0dMHZfz972Szmpkb58"}));
        conversation.noted("it printed 5Aep861TSESvWeug_xvFHRBTTbf");
        let told = conversation.lines().join("\n");
        for secret in ["aPrx0123456789", "s3cr3t-of-app", "AQcAQH0dMHZ", "5Aep861"] {
            assert!(!told.contains(secret), "{told}");
        }
        assert!(told.contains("state=s1"), "{told}");
    }

    #[test]
    fn text_of_an_integration_stays_on_its_line_and_is_cut() {
        let conversation = Conversation::default();
        assert_eq!(conversation.masked("a\nb\u{1b}[31mc\u{202e}"), "a⏎b\u{fffd}[31mc\u{fffd}");
        assert_eq!(conversation.masked(&"x".repeat(SHOWN + 1)).chars().count(), SHOWN + 1);
    }
}
