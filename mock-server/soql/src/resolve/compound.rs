//! Compound fields: the parts an address or a geolocation is put together from.

use catalogue::{Field, FieldType, Object};

use super::scope::{Place, Scope, Walk};
use crate::bound::Expr;

/// JSON keys of an address and the endings of the fields that hold its parts, in answer order.
const ADDRESS_PARTS: [(&str, &str); 10] = [
    ("city", "City"),
    ("country", "Country"),
    ("countryCode", "CountryCode"),
    ("geocodeAccuracy", "GeocodeAccuracy"),
    ("latitude", "Latitude"),
    ("longitude", "Longitude"),
    ("postalCode", "PostalCode"),
    ("state", "State"),
    ("stateCode", "StateCode"),
    ("street", "Street"),
];

impl<'c> Scope<'c> {
    /// The parts of a compound field, each with its JSON key.
    pub(super) fn parts(&mut self, compound: &Field, walk: &Walk<'c>) -> Vec<(&'static str, FieldType, Expr<'c>)> {
        let Place::Table(table) = walk.place else { return Vec::new() };
        let object: &'c Object = self.tables[table].object;
        let catalog = self.catalog;
        let part = |ending: &str| {
            object.fields.iter().find(|field| {
                let name = field.name.strip_suffix("__s").unwrap_or(&field.name);
                field.compound.as_deref() == Some(&compound.name) && name.ends_with(ending) && catalog.sees(object, field)
            })
        };
        let found: Vec<_> = ADDRESS_PARTS.iter().filter_map(|(key, ending)| part(ending).map(|field| (*key, field))).collect();
        found.into_iter().map(|(key, field)| (key, field.kind, self.field_column(table, field).expr)).collect()
    }
}
