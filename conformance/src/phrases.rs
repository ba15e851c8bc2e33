//! The catalogue of phrases: what a feature may say, read off the steps themselves.

mod nearest;
mod page;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use cucumber::World as _;
use cucumber::gherkin::{Feature, Step, StepType};
use cucumber::step::{Collection, Location};
use serde::Serialize;

pub use nearest::nearest;
pub use page::{json, markdown, text};

use crate::vocabulary;
use crate::world::World;

/// Most examples kept of one phrase.
const EXAMPLES: usize = 2;

/// All phrases and the words that they share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phrases {
    pub phrases: Vec<Phrase>,
    pub parameters: Vec<Parameter>,
}

/// What one step understands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phrase {
    pub keyword: Keyword,
    /// A Cucumber expression.
    pub expression: String,
    /// What it is about: the file of its step.
    pub noun: String,
    /// Whether a table or a doc string goes with it.
    pub argument: Argument,
    /// Whether a real org can be asked for it, which has no control API.
    pub on_any_org: bool,
    /// As features say it.
    pub examples: Vec<String>,
    /// The line of its step.
    #[serde(skip)]
    line: u32,
}

/// A word that stands for several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Without the braces.
    pub name: String,
    /// What it may be, as a regular expression.
    pub regex: String,
    pub about: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Keyword {
    Given,
    When,
    Then,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    None,
    Table,
    DocString,
}

impl Keyword {
    pub const ALL: [Self; 3] = [Self::Given, Self::When, Self::Then];

    /// As features write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "Given",
            Self::When => "When",
            Self::Then => "Then",
        }
    }
}

impl From<StepType> for Keyword {
    fn from(kind: StepType) -> Self {
        match kind {
            StepType::Given => Self::Given,
            StepType::When => Self::When,
            StepType::Then => Self::Then,
        }
    }
}

impl Phrases {
    /// Every phrase of this program, without examples.
    pub fn known() -> &'static Self {
        static KNOWN: LazyLock<Phrases> = LazyLock::new(source::read);
        &KNOWN
    }

    /// The same with examples from these features.
    pub fn with_examples(features: &[Feature]) -> Self {
        let mut known = Self::known().clone();
        let steps = World::collection();
        let mut seen = BTreeSet::new();
        let mut examples: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for step in features.iter().flat_map(vocabulary::all_steps) {
            if !seen.insert((Keyword::from(step.ty), step.value.clone())) {
                continue;
            }
            let Some(at) = understood(&steps, step).and_then(|location| known.position(&location)) else { continue };
            let of_phrase = examples.entry(at).or_default();
            if of_phrase.len() < EXAMPLES {
                of_phrase.push(step.value.clone());
            }
        }
        for (at, found) in examples {
            known.phrases[at].examples = found;
        }
        known
    }

    /// The phrase of the step at this place in the sources.
    pub fn at(&self, location: &Location) -> Option<&Phrase> {
        self.position(location).map(|at| &self.phrases[at])
    }

    fn position(&self, location: &Location) -> Option<usize> {
        let noun = source::noun(location.path);
        // The place is that of the attribute, which may stand on several lines: the last one that begins before it.
        let mine = self.phrases.iter().enumerate().filter(|(_, phrase)| phrase.noun == noun && phrase.line <= location.line);
        mine.max_by_key(|(_, phrase)| phrase.line).map(|(at, _)| at)
    }
}

impl Phrase {
    /// The line of its step in the sources.
    pub fn line(&self) -> u32 {
        self.line
    }
}

/// The place of the one step that understands this.
pub fn understood(steps: &Collection<World>, step: &Step) -> Option<Location> {
    steps.find(step).ok().flatten().and_then(|(_, _, location, _)| location)
}
