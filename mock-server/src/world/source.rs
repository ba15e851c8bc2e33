//! The text of a world document: read, and pointed into when something is wrong.

use std::borrow::Cow;
use std::path::Path;

use super::{Rejected, World, locate};

pub struct Source<'t> {
    /// As it is named in messages.
    name: String,
    text: Cow<'t, str>,
    is_json: bool,
}

impl<'t> Source<'t> {
    /// Reads a YAML or JSON file, told apart by the ending `.json`.
    pub fn file(path: &Path) -> Result<Self, String> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
        let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        Ok(Self { name, text: text.into(), is_json })
    }

    pub fn built_in(text: &'t str) -> Self {
        Self { name: "built-in world".to_owned(), text: text.into(), is_json: false }
    }

    /// The document, or `file:line: what was expected`.
    pub fn read(&self) -> Result<World, String> {
        if self.is_json {
            return serde_json::from_str(&self.text).map_err(|error| self.at(u64::try_from(error.line()).ok(), &error.to_string()));
        }
        let error = match serde_saphyr::from_str::<World>(&self.text) {
            Ok(world) => return Ok(world),
            Err(error) => error,
        };
        let line = error.location().map(|location| location.line());
        let message = error.without_snippet().to_string();
        // The place stands in front already.
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        Err(self.at(line, message))
    }

    /// A rejected element as `file:line: place: what was expected`.
    pub fn explain(&self, rejected: &Rejected) -> String {
        self.at(locate::line_of(&self.text, &rejected.path), &rejected.to_string())
    }

    fn at(&self, line: Option<u64>, message: &str) -> String {
        match line {
            Some(line) => format!("{}:{line}: {message}", self.name),
            None => format!("{}: {message}", self.name),
        }
    }
}
