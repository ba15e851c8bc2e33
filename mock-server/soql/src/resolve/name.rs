//! The `Name` pseudo-object: what is read of a polymorphic parent, whichever object it is.

use std::rc::Rc;

use catalogue::{FieldType, Object};

use super::scope::Scope;
use crate::bound::{Arm, ArmValue, Column, Expr, is_text};
use crate::catalog::{Relation, Role};
use crate::compiled::{Target, Targets};

/// The fields every polymorphic parent shows. GUESS: the list is the reference's own inference.
const NAME_FIELDS: [(&str, FieldType); 14] = [
    ("Id", FieldType::Id),
    ("Name", FieldType::String),
    ("Type", FieldType::Picklist),
    ("FirstName", FieldType::String),
    ("LastName", FieldType::String),
    ("Title", FieldType::String),
    ("Email", FieldType::Email),
    ("Phone", FieldType::Phone),
    ("IsActive", FieldType::Boolean),
    ("Username", FieldType::String),
    ("Alias", FieldType::String),
    ("ProfileId", FieldType::Reference),
    ("UserRoleId", FieldType::Reference),
    ("RecordTypeId", FieldType::Reference),
];

/// The relationships of the `Name` pseudo-object: field, relationship, target.
pub(super) fn name_relationship(name: &str) -> Option<(&'static str, &'static str, &'static str)> {
    [("ProfileId", "Profile", "Profile"), ("UserRoleId", "UserRole", "UserRole"), ("RecordTypeId", "RecordType", "RecordType")]
        .into_iter()
        .find(|(_, relationship, _)| relationship.eq_ignore_ascii_case(name))
}

/// The objects a polymorphic reference can point to, as the answer needs them.
pub(super) fn shown_targets(targets: &[&Object]) -> Targets {
    let shown = |object: &&Object| Some(Target { prefix: object.key_prefix.as_deref()?.to_owned(), object: object.name.to_string() });
    Targets(targets.iter().filter_map(shown).collect())
}

impl<'c> Scope<'c> {
    /// A field of the `Name` pseudo-object.
    pub(super) fn name_field(&self, key: &Expr<'c>, targets: &[&'c Object], name: &str) -> Option<Column<'c>> {
        let (name, kind) = NAME_FIELDS.into_iter().find(|(field, _)| field.eq_ignore_ascii_case(name))?;
        let arms = targets.iter().filter_map(|object| self.arm(object, name)).collect();
        let lookup = Expr::Lookup { key: Box::new(key.clone()), arms, folds: is_text(kind) };
        let expr = if kind == FieldType::Boolean { Expr::OrFalse(Box::new(lookup)) } else { lookup };
        Some(Column { expr, kind, name, field: None, required: false })
    }

    /// `None` where the object has no such value to give.
    fn arm(&self, object: &'c Object, name: &str) -> Option<Arm<'c>> {
        let prefix: &'c str = object.key_prefix.as_deref()?;
        let relation = self.catalog.relation(object);
        let value = if name == "Type" {
            ArmValue::ObjectName
        } else {
            let own = if name == "Name" { object.name_field.as_deref()? } else { name };
            let field = object.field(own).filter(|field| self.catalog.sees(object, field))?;
            ArmValue::Column(&field.name)
        };
        let readable = match (&relation, &value) {
            (Relation::Empty, _) => false,
            (_, ArmValue::ObjectName) => true,
            (relation, ArmValue::Column(column)) => relation.has(column) && relation.has("Id"),
        };
        let only_alive = self.only_alive(object, &relation);
        let rows = self.catalog.row_filter(object, Role::Parent).map(Rc::new);
        readable.then_some(Arm { object, prefix, relation, only_alive, readable: rows, value })
    }
}
