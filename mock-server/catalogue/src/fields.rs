//! The fields of an object, found by name without looking at each.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

use crate::Field;

/// The fields of an object, in describe order.
#[derive(Debug)]
pub struct Fields {
    list: Cow<'static, [Field]>,
    /// (hash of the name, place), sorted: made when somebody first asks by name.
    places: OnceLock<Box<[(u32, u16)]>>,
    stamps: OnceLock<Stamps>,
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

impl Fields {
    /// Fields of a standard object.
    pub const fn fixed(list: &'static [Field]) -> Self {
        Self { list: Cow::Borrowed(list), places: OnceLock::new(), stamps: OnceLock::new() }
    }

    /// The fields, to be changed.
    pub fn to_mut(&mut self) -> &mut Vec<Field> {
        self.places.take();
        self.stamps.take();
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
        Self { list: Cow::Owned(list), places: OnceLock::new(), stamps: OnceLock::new() }
    }
}

impl Clone for Fields {
    fn clone(&self) -> Self {
        Self { list: self.list.clone(), places: OnceLock::new(), stamps: OnceLock::new() }
    }
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}
