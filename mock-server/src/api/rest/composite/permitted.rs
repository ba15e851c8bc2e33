//! Which resources each kind of composite runs, as data. Source: the REST API guide's page of each composite resource.

use super::super::resources::Resource;

/// Resources by what follows `/services/data/{version}/` in their rows' paths.
pub struct Permitted {
    /// A row is permitted when its path is one of these or below one.
    below: &'static [&'static str],
    /// Exceptions, told the same way.
    but: &'static [&'static str],
    /// Only these rows, if any are named.
    rows: &'static [&'static str],
}

/// What runs inside `/composite`.
pub const COMPOSITE: Permitted = Permitted { below: &["sobjects", "query", "queryAll", "composite/sobjects"], but: &[], rows: &[] };

/// What runs inside `/composite/batch`. Connect resources are among them on Salesforce.
pub const BATCH: Permitted = Permitted {
    below: &["limits", "sobjects", "query", "queryAll", "search", "parameterizedSearch", "recent", "connect", "chatter", "tooling", "ui-api"],
    but: &["tooling/composite"],
    rows: &[],
};

/// What runs inside `/composite/graph`.
pub const GRAPH: Permitted = Permitted {
    below: &["sobjects"],
    but: &[],
    rows: &[
        "rest/create",
        "rest/read",
        "rest/update",
        "rest/delete",
        "rest/read-by-external-id",
        "rest/upsert",
        "rest/delete-by-external-id",
        "rest/create-by-id",
    ],
};

/// What runs inside `/tooling/composite` and `/tooling/composite/batch`.
pub const TOOLING: Permitted = Permitted {
    below: &["tooling/sobjects", "tooling/query", "tooling/queryAll", "tooling/search", "tooling/composite/sobjects"],
    but: &[],
    rows: &[],
};

impl Permitted {
    pub fn allows(&self, resource: &Resource) -> bool {
        let path = resource.path.strip_prefix("/services/data/{version}/").unwrap_or_default();
        let is_below = |root: &&str| path.strip_prefix(*root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.below.iter().any(&is_below) && !self.but.iter().any(is_below) && (self.rows.is_empty() || self.rows.contains(&resource.id))
    }

    #[cfg(test)]
    pub fn rows(&self) -> &'static [&'static str] {
        self.rows
    }
}
