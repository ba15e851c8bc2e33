//! The columns a fresh org shows where records are listed: search results and list views.

use catalogue::{Field, FieldType, Object};

/// One column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListColumn {
    /// A field, or a field of a parent: `Owner.Alias`.
    pub path: String,
    pub label: String,
    pub kind: FieldType,
    pub sortable: bool,
}

/// What lists of standard objects show beside the record's name. A custom object shows its name alone.
const COLUMNS: [(&str, &[&str]); 15] = [
    ("Account", &["Site", "BillingState", "Phone", "Type", "Owner.Alias"]),
    ("Asset", &["SerialNumber", "InstallDate", "Account.Name", "Contact.Name", "Product2.Name"]),
    ("Campaign", &["IsActive", "Type", "Status", "StartDate", "EndDate", "Owner.Alias"]),
    ("Case", &["Contact.Name", "Subject", "Status", "Priority", "CreatedDate", "Owner.Alias"]),
    ("Contact", &["Account.Name", "Account.Site", "Phone", "Email", "Owner.Alias"]),
    ("Contract", &["Account.Name", "Status", "StartDate", "EndDate", "ContractTerm"]),
    ("Event", &["Who.Name", "What.Name", "StartDateTime", "EndDateTime", "Owner.Alias"]),
    ("Lead", &["Company", "State", "Email", "Status", "CreatedDate", "Owner.Alias"]),
    ("Opportunity", &["Account.Name", "Account.Site", "Amount", "CloseDate", "StageName", "Owner.Alias"]),
    ("Order", &["Account.Name", "Status", "EffectiveDate", "TotalAmount", "Owner.Alias"]),
    ("Pricebook2", &["Description", "LastModifiedDate", "IsActive"]),
    ("Product2", &["ProductCode", "Description", "Family"]),
    ("Solution", &["Status", "IsReviewed", "Owner.Alias"]),
    ("Task", &["Who.Name", "What.Name", "ActivityDate", "Status", "Priority", "Owner.Alias"]),
    ("User", &["Alias", "Username", "Title", "Phone", "Email"]),
];

/// The columns of a list of the object's records, its name first.
pub fn list_columns(object: &Object) -> Vec<ListColumn> {
    let more = COLUMNS.iter().find(|(name, _)| *name == object.name).map_or(&[][..], |(_, columns)| columns);
    let name = object.name_field.as_deref().filter(|name| object.field(name).is_some()).unwrap_or("Id");
    std::iter::once(name).chain(more.iter().copied()).filter_map(|path| list_column(object, path)).collect()
}

/// The column of a field or of a parent's field; `None` where the object has no such path.
pub fn list_column(object: &Object, path: &str) -> Option<ListColumn> {
    let column = |path: String, label: String, field: &Field| ListColumn { path, label, kind: field.kind, sortable: field.flags.sortable };
    let Some((relationship, name)) = path.split_once('.') else {
        let field = object.field(path)?;
        return Some(column(field.name.to_string(), field.label.to_string(), field));
    };
    let named = |field: &&Field| field.relationship_name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(relationship));
    let lookup = object.fields.iter().find(named)?;
    let parent = lookup.reference_to.iter().filter_map(|target| catalogue::object(target)).find(|parent| parent.field(name).is_some())?;
    let field = parent.field(name)?;
    let relationship = lookup.relationship_name.as_deref().unwrap_or_default();
    let label = if relationship == "Owner" { format!("{} Owner {}", object.label, field.label) } else { parent_label(parent, field, lookup) };
    Some(column(format!("{relationship}.{}", field.name), label, field))
}

/// `Account Name`; the lookup's own label where several objects may be the parent.
fn parent_label(parent: &Object, field: &Field, lookup: &Field) -> String {
    if lookup.reference_to.len() > 1 || !field.flags.name_field {
        return if field.flags.name_field { lookup.label.trim_end_matches(" ID").to_owned() } else { field.label.to_string() };
    }
    if field.label.starts_with(&*parent.label) { field.label.to_string() } else { format!("{} {}", parent.label, field.label) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_a_standard_object_exists() {
        for (name, columns) in COLUMNS {
            let object = catalogue::object(name).unwrap();
            for path in columns {
                assert!(list_column(object, path).is_some(), "{name} has no {path}");
            }
        }
    }

    #[test]
    fn columns_are_labelled_as_in_lists() {
        let labels = |name: &str| list_columns(catalogue::object(name).unwrap()).into_iter().map(|column| column.label).collect::<Vec<_>>();
        assert_eq!(labels("Account")[..2], ["Account Name", "Account Site"]);
        assert_eq!(labels("Account").last().unwrap(), "Account Owner Alias");
        assert_eq!(labels("Contact")[1], "Account Name");
    }
}
