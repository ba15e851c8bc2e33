//! Tree to canonical text: keywords in capitals, single spaces.

use std::fmt::{self, Display, Formatter};

use super::ast::{FieldGroup, Returning, Search, With};
use crate::syntax::print::List;

impl Display for Search {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "FIND {{{}}}", self.text.raw)?;
        if let Some(group) = self.group {
            write!(f, " IN {group} FIELDS")?;
        }
        if !self.returning.is_empty() {
            write!(f, " RETURNING {}", List(&self.returning))?;
        }
        for with in &self.with {
            write!(f, " WITH {with}")?;
        }
        if let Some(limit) = self.limit {
            write!(f, " LIMIT {limit}")?;
        }
        if !self.statistics.is_empty() {
            write!(f, " UPDATE {}", List(&self.statistics))?;
        }
        Ok(())
    }
}

impl Display for FieldGroup {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FieldGroup::All => "ALL",
            FieldGroup::Name => "NAME",
            FieldGroup::Email => "EMAIL",
            FieldGroup::Phone => "PHONE",
            FieldGroup::Sidebar => "SIDEBAR",
        })
    }
}

impl Display for Returning {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.object.fmt(f)?;
        if self.items.is_empty() {
            return Ok(());
        }
        write!(f, "({}", List(&self.items))?;
        if let Some(condition) = &self.condition {
            write!(f, " WHERE {condition}")?;
        }
        if let Some(view) = &self.list_view {
            write!(f, " USING ListView = {view}")?;
        }
        if !self.order.is_empty() {
            write!(f, " ORDER BY {}", List(&self.order))?;
        }
        if let Some(limit) = self.limit {
            write!(f, " LIMIT {limit}")?;
        }
        if let Some(offset) = self.offset {
            write!(f, " OFFSET {}", offset.rows)?;
        }
        f.write_str(")")
    }
}

impl Display for With {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            With::Division(name) => write!(f, "DIVISION = {name}"),
            With::DataCategory(text) => write!(f, "DATA CATEGORY {text}"),
            With::Highlight => f.write_str("HIGHLIGHT"),
            With::Snippet(None) => f.write_str("SNIPPET"),
            With::Snippet(Some(length)) => write!(f, "SNIPPET (target_length={length})"),
            With::Network(ids) => match ids.as_slice() {
                [id] => write!(f, "NETWORK = {id}"),
                ids => write!(f, "NETWORK IN ({})", List(ids)),
            },
            With::PricebookId(id) => write!(f, "PricebookId = {id}"),
            With::Metadata(what) => write!(f, "METADATA = {what}"),
            With::SpellCorrection(on) => write!(f, "SPELL_CORRECTION = {on}"),
        }
    }
}
