//! The tree of a search as written. Equality of trees ignores where their parts stood in the text.

use crate::error::Span;
use crate::syntax::ast::{Condition, Item, Name, Offset, Order, Quoted, Statistic};

#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    pub text: SearchText,
    pub group: Option<FieldGroup>,
    pub returning: Vec<Returning>,
    pub with: Vec<With>,
    pub limit: Option<u64>,
    pub statistics: Vec<Statistic>,
}

/// What stands between the braces, as written.
#[derive(Debug, Clone, Eq)]
pub struct SearchText {
    pub raw: String,
    pub span: Span,
}

impl PartialEq for SearchText {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

/// `IN … FIELDS`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldGroup {
    All,
    Name,
    Email,
    Phone,
    Sidebar,
}

/// One object of RETURNING. Without a field list, `items` and all that follows are empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Returning {
    pub object: Name,
    pub items: Vec<Item>,
    pub condition: Option<Condition>,
    /// `USING ListView = MyAccounts`
    pub list_view: Option<Name>,
    pub order: Vec<Order>,
    pub limit: Option<u64>,
    pub offset: Option<Offset>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum With {
    /// `WITH DIVISION = 'Global'`
    Division(Quoted),
    /// `WITH DATA CATEGORY …`, what follows as written.
    DataCategory(String),
    Highlight,
    /// The length aimed at, in characters.
    Snippet(Option<u64>),
    Network(Vec<Quoted>),
    PricebookId(Quoted),
    Metadata(Quoted),
    SpellCorrection(bool),
}
