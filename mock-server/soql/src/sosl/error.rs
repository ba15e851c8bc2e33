//! Why a search is refused. What SOSL shares with SOQL is refused in SOQL's words, under SOSL's code where it is syntax.

use std::fmt;

use super::terms::Fault;
use crate::error::{Refusal, SoqlError};

/// Why a search is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct SoslError(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Own(Reason),
    Shared(Box<SoqlError>),
}

/// What only searches can have wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// No braces after FIND, or nothing between them.
    NoTerm,
    TooLong,
    Terms(Fault),
    /// Named twice in RETURNING.
    DuplicateObject(String),
    NotSearchable(String),
    /// An aggregate function in a field list.
    Aggregate(String),
    OffsetTooLarge,
    OffsetOfSeveral,
    SnippetLength,
    MetadataUnknown(String),
    UnknownListView(String),
    PricebookOfOthers,
    CategoryOfOthers,
    DivisionUnknown(String),
}

/// An error on its way up, before the search's text is at hand.
#[derive(Debug)]
pub(crate) enum Refused {
    Own(Reason),
    Shared(Refusal),
}

impl From<Reason> for Refused {
    fn from(reason: Reason) -> Self {
        Self::Own(reason)
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Shared(refusal)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Own(match fault {
            Fault::Empty => Reason::NoTerm,
            fault => Reason::Terms(fault),
        })
    }
}

impl Refused {
    pub(super) fn in_text(self, text: &str) -> SoslError {
        SoslError(match self {
            Self::Own(reason) => Kind::Own(reason),
            Self::Shared(refusal) => Kind::Shared(Box::new(refusal.in_text(text))),
        })
    }
}

impl SoslError {
    /// Salesforce's `errorCode`.
    pub fn code(&self) -> &'static str {
        match &self.0 {
            Kind::Own(Reason::OffsetTooLarge) => "NUMBER_OUTSIDE_VALID_RANGE",
            Kind::Own(Reason::NotSearchable(_)) => "INVALID_TYPE_FOR_OPERATION",
            Kind::Own(Reason::UnknownListView(_) | Reason::DivisionUnknown(_)) => "INVALID_SEARCH",
            Kind::Own(_) => "MALFORMED_SEARCH",
            Kind::Shared(error) => match error.code() {
                "MALFORMED_QUERY" => "MALFORMED_SEARCH",
                code => code,
            },
        }
    }

    /// Salesforce's `message`.
    pub fn message(&self) -> String {
        match &self.0 {
            Kind::Own(reason) => reason.to_string(),
            Kind::Shared(error) => error.message(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTerm => f.write_str("No search term found. The search term must be enclosed in braces."),
            // GUESS: SOQL's sentence about its own limit.
            Self::TooLong => f.write_str("SOSL statements cannot be longer than 100000 characters."),
            Self::Terms(Fault::Empty) => Self::NoTerm.fmt(f),
            Self::Terms(Fault::TooShort(text)) => write!(f, "search term must be longer than one character: {text}"),
            // GUESS: all that follow but the offset's range; codes and causes are documented, sentences are not.
            Self::Terms(Fault::Unexpected(token)) => write!(f, "unexpected token: {token}"),
            Self::Terms(Fault::UnclosedQuote) => f.write_str("unexpected end of search term: a quotation mark is not closed"),
            Self::Terms(Fault::TooDeep) => f.write_str("The search term is too complicated: its parentheses are nested too deeply."),
            Self::DuplicateObject(object) => write!(f, "duplicate object in RETURNING clause: {object}"),
            Self::NotSearchable(object) => write!(f, "entity type {object} does not support search"),
            Self::Aggregate(function) => write!(f, "aggregate functions are not supported in a search: {function}"),
            Self::OffsetTooLarge => f.write_str("SOSL offset should be between 0 to 2000"),
            Self::OffsetOfSeveral => f.write_str("OFFSET is supported only when the search returns a single object"),
            Self::SnippetLength => f.write_str("target_length should be between 50 to 1000"),
            Self::MetadataUnknown(what) => write!(f, "unknown METADATA value: {what}"),
            Self::UnknownListView(name) => write!(f, "list view not found: {name}"),
            Self::PricebookOfOthers => f.write_str("WITH PricebookId is supported only for Product2"),
            Self::CategoryOfOthers => f.write_str("WITH DATA CATEGORY is supported only for knowledge articles and questions"),
            Self::DivisionUnknown(name) => write!(f, "division not found: {name}"),
        }
    }
}
