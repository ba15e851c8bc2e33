//! The fields of an object, found by name without looking at each.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

use crate::{Field, FieldType};

/// The fields of an object, in describe order.
#[derive(Debug)]
pub struct Fields {
    list: Cow<'static, [Field]>,
    /// (hash of the name, place), sorted: made when somebody first asks by name.
    places: OnceLock<Box<[(u32, u16)]>>,
    stamps: OnceLock<Stamps>,
    duties: OnceLock<Box<Duties>>,
}

/// The places of the fields that are filled in for whoever writes a record; `None` for those an object lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamps {
    pub id: Option<usize>,
    pub owner: Option<usize>,
    pub is_deleted: Option<usize>,
    pub created_by: Option<usize>,
    pub created_date: Option<usize>,
    pub last_modified_by: Option<usize>,
    pub last_modified_date: Option<usize>,
    pub system_modstamp: Option<usize>,
}

/// The places of the fields that a new record is looked through for, in describe order. They are few, and the fields are many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Duties {
    /// A record without a value for them is refused.
    pub required: Vec<usize>,
    /// They may have a value where the caller gives none.
    pub defaulted: Vec<usize>,
    pub numbered: Vec<usize>,
    /// No other record may have their value; the id is not among them.
    pub unique: Vec<usize>,
}

impl Fields {
    /// Fields of a standard object.
    pub const fn fixed(list: &'static [Field]) -> Self {
        Self { list: Cow::Borrowed(list), places: OnceLock::new(), stamps: OnceLock::new(), duties: OnceLock::new() }
    }

    /// The fields, to be changed.
    pub fn to_mut(&mut self) -> &mut Vec<Field> {
        self.places.take();
        self.stamps.take();
        self.duties.take();
        self.list.to_mut()
    }

    /// Where the fields are that every write fills in.
    pub fn stamps(&self) -> &Stamps {
        self.stamps.get_or_init(|| Stamps {
            id: self.place("Id"),
            owner: self.place("OwnerId"),
            is_deleted: self.place("IsDeleted"),
            created_by: self.place("CreatedById"),
            created_date: self.place("CreatedDate"),
            last_modified_by: self.place("LastModifiedById"),
            last_modified_date: self.place("LastModifiedDate"),
            system_modstamp: self.place("SystemModstamp"),
        })
    }

    /// Which fields a new record is looked through for.
    pub fn duties(&self) -> &Duties {
        self.duties.get_or_init(|| {
            let places = |is_one: fn(&Field) -> bool| (0..self.list.len()).filter(|place| is_one(&self.list[*place])).collect();
            Box::new(Duties {
                required: places(is_required),
                defaulted: places(may_default),
                numbered: places(|field| field.flags.auto_number),
                unique: places(|field| field.flags.unique && field.kind != FieldType::Id),
            })
        })
    }

    /// The place of the first field with this name, in any case.
    pub fn place(&self, name: &str) -> Option<usize> {
        let places = self.places.get_or_init(|| {
            let hashed = self.list.iter().zip(0..).map(|(field, place)| (hash(&field.name), place));
            let mut places: Box<[_]> = hashed.collect();
            places.sort_unstable();
            places
        });
        let wanted = hash(name);
        let first = places.partition_point(|(hash, _)| *hash < wanted);
        let alike = places[first..].iter().take_while(|(hash, _)| *hash == wanted);
        alike.map(|(_, place)| usize::from(*place)).find(|place| self.list[*place].name.eq_ignore_ascii_case(name))
    }
}

fn is_required(field: &Field) -> bool {
    let flags = &field.flags;
    let supplied = || flags.defaulted_on_create || field.default_value.is_some() || field.name == "OwnerId";
    !flags.nillable && flags.createable && field.kind != FieldType::Boolean && !supplied()
}

/// A quick look, which most fields do not pass.
fn may_default(field: &Field) -> bool {
    field.default_value.is_some() || !field.flags.nillable && field.kind == FieldType::Picklist || field.name == "RecordTypeId"
}

/// FNV-1a over the letters without their case.
fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193))
}

impl Deref for Fields {
    type Target = [Field];

    fn deref(&self) -> &[Field] {
        &self.list
    }
}

impl<'f> IntoIterator for &'f Fields {
    type Item = &'f Field;
    type IntoIter = std::slice::Iter<'f, Field>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl From<Vec<Field>> for Fields {
    fn from(list: Vec<Field>) -> Self {
        Self { list: Cow::Owned(list), places: OnceLock::new(), stamps: OnceLock::new(), duties: OnceLock::new() }
    }
}

impl Clone for Fields {
    fn clone(&self) -> Self {
        Self { list: self.list.clone(), places: OnceLock::new(), stamps: OnceLock::new(), duties: OnceLock::new() }
    }
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}
