//! How the fields of an object are kept: one column each, in a class the store turns into a declaration.

use catalogue::{Field, FieldType, Object};

/// One stored field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'o> {
    /// The API name.
    pub name: &'o str,
    pub class: StorageClass,
    pub nillable: bool,
    /// Salesforce keeps an index: external ids, unique fields, fields that find records by value, lookups a user can set.
    pub indexed: bool,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageClass {
    /// The record's own id, 18 characters: the primary key.
    Id,
    /// Another record's id, 18 characters, compared with case.
    Reference,
    Boolean,
    Int,
    /// Currency, number, percent.
    Real,
    /// `YYYY-MM-DD`
    Date,
    /// Milliseconds since 1970 UTC.
    Datetime,
    /// Milliseconds since midnight.
    Time,
    Blob,
    /// Compared without regard to case and accents.
    Text,
    /// A unique text field that tells cases apart.
    CaseSensitiveText,
}

/// The columns of an object's table, in the order of its fields. Compound fields (addresses, locations) have none:
/// they are put together from their parts.
pub fn columns(object: &Object) -> impl Iterator<Item = Column<'_>> {
    object.fields.iter().filter_map(|field| {
        let class = class(field)?;
        Some(Column { name: &field.name, class, nillable: field.flags.nillable, indexed: indexed(field) })
    })
}

fn class(field: &Field) -> Option<StorageClass> {
    Some(match field.kind {
        FieldType::Address | FieldType::Location => return None,
        FieldType::Id => StorageClass::Id,
        FieldType::Reference => StorageClass::Reference,
        FieldType::Boolean => StorageClass::Boolean,
        FieldType::Int => StorageClass::Int,
        FieldType::Currency | FieldType::Double | FieldType::Percent => StorageClass::Real,
        FieldType::Date => StorageClass::Date,
        FieldType::Datetime => StorageClass::Datetime,
        FieldType::Time => StorageClass::Time,
        FieldType::Base64 => StorageClass::Blob,
        _ if field.flags.case_sensitive => StorageClass::CaseSensitiveText,
        _ => StorageClass::Text,
    })
}

fn indexed(field: &Field) -> bool {
    let flags = &field.flags;
    let lookup = field.kind == FieldType::Reference && flags.createable && field.name != "OwnerId";
    flags.external_id || flags.unique || lookup || flags.id_lookup && field.kind != FieldType::Id
}
