//! The schema joined to where rows are, as one user sees them: what the SOQL compiler asks.

use std::borrow::Cow;

use catalogue::{Field, Object};
use soql::{Catalog, Relation, Role, RowFilter};

use super::Schema;
use super::derived::{self, Derive};
use super::list_view::{ListView, list_views};
use crate::access::{Access, Level, Reach, RowRule, SharingModel, is_shareable};
use crate::id::{RecordId, UserId};
use crate::storage::StoreError;

/// What the store knows about the rows of an object.
pub trait Rows {
    /// Where they are; `None` when nothing was ever written to the object.
    fn relation(&self, object: &Object) -> Option<Relation<'_>>;
    /// The condition for rows that the rule admits; `None` when it admits all.
    fn condition(&self, rule: &RowRule) -> Option<RowFilter>;

    /// The rows that `derive` makes from the schema, kept as long as the schema stays as it is.
    fn derived(&self, schema: &Schema, object: &Object, derive: Derive) -> Relation<'_>;

    /// What one user looked at last: the rows of `RecentlyViewed`.
    fn viewed_by(&self, user: UserId) -> Option<Relation<'_>>;

    /// The rows of `ListView`; `views` is asked once for each schema generation.
    fn listed(&self, generation: u64, views: &dyn Fn() -> Vec<ListView>) -> Option<Relation<'_>>;

    /// What a user of the org may see and change; `None` for an id without a user.
    fn access_of(&self, user: UserId) -> Result<Option<Access>, StoreError>;

    /// Whether there is such an undeleted record, and the rule admits it.
    fn reaches(&self, object: &Object, id: RecordId, rule: &RowRule) -> Result<bool, StoreError>;
}

/// A catalog that also knows how far others reach.
pub trait Sight: Catalog {
    /// What `user` may do with those of the records that whoever looks may read. Records of objects that are not shared are left out.
    fn reach_of(&self, user: UserId, records: &[RecordId]) -> Result<Vec<Reach>, StoreError>;
}

/// One org's schema and rows, as `access` lets a user see them.
pub struct View<'a> {
    pub schema: &'a Schema,
    pub rows: &'a dyn Rows,
    pub access: &'a Access,
}

impl Catalog for View<'_> {
    fn object(&self, name: &str) -> Option<&Object> {
        self.schema.object(name).filter(|object| object.flags.queryable && self.access.sees(object))
    }

    fn relation(&self, object: &Object) -> Relation<'_> {
        match &*object.name {
            "RecentlyViewed" => {
                return self.access.user().and_then(|user| self.rows.viewed_by(user)).unwrap_or(Relation::Empty);
            }
            "ListView" => return self.rows.listed(self.schema.generation(), &|| list_views(self.schema)).unwrap_or(Relation::Empty),
            _ => {}
        }
        if let Some(derive) = derived::derivation(&object.name) {
            return self.rows.derived(self.schema, object, derive);
        }
        self.rows.relation(object).unwrap_or(match object.seed {
            Cow::Borrowed(rows) if !rows.is_empty() => Relation::Rows(rows),
            _ => Relation::Empty,
        })
    }

    fn row_filter(&self, object: &Object, _role: Role) -> Option<RowFilter> {
        self.rows.condition(&self.access.rows(self.schema, object, Level::Read))
    }

    fn identity(&self) -> u64 {
        self.access.identity()
    }

    fn generation(&self) -> Option<u64> {
        Some(self.schema.generation())
    }

    fn sees(&self, object: &Object, field: &Field) -> bool {
        self.access.reads(object, field)
    }
}

impl Sight for View<'_> {
    fn reach_of(&self, user: UserId, records: &[RecordId]) -> Result<Vec<Reach>, StoreError> {
        let Some(theirs) = self.rows.access_of(user)? else { return Ok(Vec::new()) };
        let mut reached = Vec::with_capacity(records.len());
        for &id in records {
            let Some(object) = self.schema.by_prefix(id.prefix()).filter(|object| is_shareable(object) && self.access.sees(object)) else { continue };
            if self.rows.reaches(object, id, &self.access.rows(self.schema, object, Level::Read))? {
                reached.push(theirs.reach(self.schema, (object, id), |rule| self.rows.reaches(object, id, rule))?);
            }
        }
        Ok(reached)
    }
}

impl crate::access::Schema for Schema {
    fn object(&self, name: &str) -> Option<&Object> {
        self.any_object(name)
    }

    fn sharing_model(&self, object: &Object) -> Option<SharingModel> {
        Some(match self.custom_object(&object.name)?.sharing_model {
            super::SharingModel::Private => SharingModel::Private,
            super::SharingModel::Read => SharingModel::Read,
            super::SharingModel::ReadWrite => SharingModel::ReadWrite,
            super::SharingModel::ControlledByParent => SharingModel::ControlledByParent,
        })
    }

    fn is_master(&self, object: &Object, field: &str) -> bool {
        self.custom_field(&object.name, field).is_some_and(|field| field.kind == super::CustomType::MasterDetail)
    }
}
