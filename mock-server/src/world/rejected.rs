//! What is wrong with an element of a world document, and where.

use std::fmt;

use crate::app::Taken;
use crate::schema::SchemaError;
use crate::storage::StoreError;

/// An element that cannot be as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Members and indices from the outermost: `orgs`, `0`, `users`, `1`, `profile`.
    pub path: Vec<String>,
    /// What was expected, in a sentence without a full stop.
    pub message: String,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It names something that is not there, or has a value it cannot have.
    Invalid,
    /// A name, key or id is taken.
    Taken,
    /// The store failed: not the document's fault.
    Store,
}

impl Rejected {
    pub fn invalid(member: &str, message: impl Into<String>) -> Self {
        Self { path: vec![member.to_owned()], message: message.into(), why: Why::Invalid }
    }

    pub fn taken(member: &str, message: impl Into<String>) -> Self {
        Self { why: Why::Taken, ..Self::invalid(member, message) }
    }

    /// The same, seen from the element that holds it: `within("users", Some(1))`.
    pub fn within(mut self, member: &str, index: Option<usize>) -> Self {
        let outer = [Some(member.to_owned()), index.map(|index| index.to_string())];
        self.path = outer.into_iter().flatten().chain(self.path).collect();
        self
    }

    /// The same, seen from the only element of the list that holds it: `records`, `0`, `type` becomes `type`.
    pub fn alone(mut self) -> Self {
        if self.path.get(1).is_some_and(|index| index == "0") {
            self.path.drain(..2);
        }
        self
    }

    /// `orgs[0].users[1].profile`
    pub fn place(&self) -> String {
        self.path.iter().fold(String::new(), |place, segment| match segment.parse::<usize>() {
            Ok(index) => format!("{place}[{index}]"),
            Err(_) if place.is_empty() => segment.clone(),
            Err(_) => format!("{place}.{segment}"),
        })
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_slice() {
            [] => f.write_str(&self.message),
            _ => write!(f, "{}: {}", self.place(), self.message),
        }
    }
}

impl From<StoreError> for Rejected {
    fn from(error: StoreError) -> Self {
        Self { path: Vec::new(), message: error.to_string(), why: Why::Store }
    }
}

impl From<Taken> for Rejected {
    fn from(taken: Taken) -> Self {
        let member = match &taken {
            Taken::Store(error) => return error.clone().into(),
            Taken::OrgName(_) | Taken::AppName(_) | Taken::PackageName(_) => "name",
            Taken::OrgId(_) => "id",
            Taken::ConsumerKey(_) => "consumer_key",
            Taken::Username(_) => "username",
        };
        Self::taken(member, taken.to_string())
    }
}

impl From<SchemaError> for Rejected {
    fn from(error: SchemaError) -> Self {
        let why = if error.is_conflict() { Why::Taken } else { Why::Invalid };
        Self { why, ..Self::invalid(error.member(), error.to_string()) }
    }
}
