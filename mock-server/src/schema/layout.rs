//! The page layout a fresh org has for an object: sections of fields, and the lists of related records.

use catalogue::{ChildRelationship, Field, FieldType, Object};

use super::Schema;

/// A section of a page: a heading over rows of two fields.
#[derive(Debug, Clone, PartialEq)]
pub struct LayoutSection<'o> {
    pub heading: String,
    pub fields: Vec<&'o Field>,
}

/// Fields of the section that says who made and changed a record.
const SYSTEM: [&str; 2] = ["CreatedById", "LastModifiedById"];

/// The sections of an object's page, in order. Fields that no page shows (ids, stamps, parts of addresses and names) are in none.
pub fn layout_sections(object: &Object) -> Vec<LayoutSection<'_>> {
    let own = |field: &&Field| !SYSTEM.contains(&&*field.name) && is_shown(object, field);
    let address = |field: &&Field| field.kind == FieldType::Address;
    let long = |field: &&Field| field.name == "Description";
    let heading = |text: &str| text.to_owned();
    let sections = [
        (
            format!("{} Information", object.label),
            object.fields.iter().filter(own).filter(|field| !address(field) && !long(field)).collect::<Vec<_>>(),
        ),
        (heading("Address Information"), object.fields.iter().filter(address).collect()),
        (heading("Description Information"), object.fields.iter().filter(own).filter(long).collect()),
        (heading("System Information"), object.fields.iter().filter(|field| SYSTEM.contains(&&*field.name)).collect()),
    ];
    sections.into_iter().filter(|(_, fields)| !fields.is_empty()).map(|(heading, fields)| LayoutSection { heading, fields }).collect()
}

fn is_shown(object: &Object, field: &Field) -> bool {
    let part = field.compound.as_deref().is_some_and(|whole| {
        object.field(whole).is_some_and(|whole| whole.kind == FieldType::Address || (whole.name == "Name" && field.name != "Name"))
    });
    let named = field.flags.name_field || object.name_field.as_deref() == Some(&*field.name);
    !part && (field.flags.createable || field.flags.updateable || named || field.flags.calculated)
}

/// The lists of children a page shows: those with a name whose records can be listed.
pub fn related_lists<'s>(schema: &'s Schema, object: &'s Object) -> Vec<(&'s ChildRelationship, &'s Object)> {
    let list = |child: &'s ChildRelationship| {
        let other = schema.object(&child.child).filter(|other| other.flags.layoutable && other.flags.queryable)?;
        child.name.as_ref().map(|_| (child, other))
    };
    schema.children(object).filter_map(list).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_sections_of_what_users_fill_in() {
        let sections = layout_sections(catalogue::object("Account").unwrap());
        let headings: Vec<&str> = sections.iter().map(|section| section.heading.as_str()).collect();
        assert_eq!(headings, ["Account Information", "Address Information", "Description Information", "System Information"]);
        let names: Vec<&str> = sections[0].fields.iter().map(|field| &*field.name).collect();
        assert!(names.contains(&"Name") && names.contains(&"Phone") && !names.contains(&"BillingCity") && !names.contains(&"SystemModstamp"));
    }
}
