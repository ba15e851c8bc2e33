//! The schema joined to where rows are: what the SOQL compiler asks.

use std::borrow::Cow;

use catalogue::Object;
use soql::{Catalog, Relation};

use super::Schema;

/// What the store knows about the rows of an object.
pub trait Rows {
    /// Where they are; `None` when nothing was ever written to the object.
    fn relation(&self, object: &Object) -> Option<Relation<'_>>;
}

/// One org's schema and rows.
pub struct View<'a> {
    pub schema: &'a Schema,
    pub rows: &'a dyn Rows,
}

impl Catalog for View<'_> {
    fn object(&self, name: &str) -> Option<&Object> {
        self.schema.object(name).filter(|object| object.flags.queryable)
    }

    fn relation(&self, object: &Object) -> Relation<'_> {
        self.rows.relation(object).unwrap_or(match object.seed {
            Cow::Borrowed(rows) if !rows.is_empty() => Relation::Rows(rows),
            _ => Relation::Empty,
        })
    }
}
