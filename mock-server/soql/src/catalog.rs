//! What the compiler asks about the schema: which objects and fields one user sees, and where their rows come from.

use std::borrow::Cow;

use catalogue::{Field, Object, SeedRow, Text};

/// The schema as one user sees it.
pub trait Catalog {
    /// The object of that API name, in any case; `None` when it does not exist or the user may not read it.
    fn object(&self, name: &str) -> Option<&Object>;

    /// Where the rows of `object` come from. Rows this user may not see are left out by the relation itself.
    fn relation(&self, object: &Object) -> Relation<'_>;

    /// Whether the user may read `field` of `object`; a hidden field is answered like one that does not exist.
    fn sees(&self, _object: &Object, _field: &Field) -> bool {
        true
    }
}

/// Where an object's rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Relation<'a> {
    /// The object's own table: named by the API name, one column per field that is not compound.
    Table,
    /// An object nothing was ever written to.
    Empty,
    /// Rows of a fresh org; fields a row lacks are null.
    Rows(&'a [SeedRow]),
    /// A trusted sub-select without parameters. Fields missing in `columns` read as null (booleans as false).
    Select { sql: Cow<'a, str>, columns: Cow<'a, [Text]> },
}
