//! Which permission decides about which object.

use catalogue::Object;

use crate::org::Permission;

/// What decides who may do something with the records of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Governed<'a> {
    /// The object permissions on it.
    Itself,
    /// Those on another object, whose records its own belong to: who may edit those may write these.
    By(&'a str),
    /// Everybody reads it; who holds the permission writes it.
    Written(Permission),
    /// Part of Setup: who holds the first permission (everybody, if none) reads it, who holds the second writes it.
    Setup { read: Option<Permission>, write: Permission },
    /// Nothing does.
    Open,
}

/// Standard objects with object permissions of their own.
const ITSELF: [&str; 16] = [
    "Account",
    "Asset",
    "Campaign",
    "Case",
    "Contact",
    "Contract",
    "Document",
    "Idea",
    "Individual",
    "Lead",
    "Opportunity",
    "Order",
    "Pricebook2",
    "Product2",
    "Quote",
    "Solution",
];

/// Parts of other standard objects: (part, the field that points at the whole, the whole).
const PARTS: [(&str, &str, &str); 32] = [
    ("AccountContactRelation", "AccountId", "Account"),
    ("AccountContactRole", "AccountId", "Account"),
    ("AccountHistory", "AccountId", "Account"),
    ("AccountShare", "AccountId", "Account"),
    ("AccountTeamMember", "AccountId", "Account"),
    ("AssetHistory", "AssetId", "Asset"),
    ("AssetShare", "AssetId", "Asset"),
    ("CampaignMember", "CampaignId", "Campaign"),
    ("CampaignMemberStatus", "CampaignId", "Campaign"),
    ("CampaignShare", "CampaignId", "Campaign"),
    ("CaseComment", "ParentId", "Case"),
    ("CaseHistory", "CaseId", "Case"),
    ("CaseShare", "CaseId", "Case"),
    ("CaseTeamMember", "ParentId", "Case"),
    ("ContactHistory", "ContactId", "Contact"),
    ("ContactShare", "ContactId", "Contact"),
    ("ContractHistory", "ContractId", "Contract"),
    ("LeadHistory", "LeadId", "Lead"),
    ("LeadShare", "LeadId", "Lead"),
    ("OpportunityContactRole", "OpportunityId", "Opportunity"),
    ("OpportunityFieldHistory", "OpportunityId", "Opportunity"),
    ("OpportunityHistory", "OpportunityId", "Opportunity"),
    ("OpportunityLineItem", "OpportunityId", "Opportunity"),
    ("OpportunityShare", "OpportunityId", "Opportunity"),
    ("OpportunityTeamMember", "OpportunityId", "Opportunity"),
    ("OrderHistory", "OrderId", "Order"),
    ("OrderItem", "OrderId", "Order"),
    ("OrderShare", "OrderId", "Order"),
    ("Partner", "AccountFromId", "Account"),
    ("PricebookEntry", "Pricebook2Id", "Pricebook2"),
    ("QuoteLineItem", "QuoteId", "Quote"),
    ("QuoteShare", "QuoteId", "Quote"),
];

/// GUESS: which permission shows an object of Setup is remembered from orgs, not recorded.
const SETUP: [(&str, Option<Permission>, Permission); 25] = [
    ("AppMenuItem", None, Permission::CustomizeApplication),
    ("AuthSession", None, Permission::ManageUsers),
    ("ConnectedApplication", Some(Permission::ViewSetup), Permission::ManageConnectedApps),
    ("EventLogFile", Some(Permission::ViewEventLogFiles), Permission::ViewEventLogFiles),
    ("ExternalClientApplication", Some(Permission::ViewSetup), Permission::ExternalClientAppAdmin),
    ("FieldPermissions", Some(Permission::ViewSetup), Permission::ManageProfilesAndPermissionSets),
    ("Group", None, Permission::ManageUsers),
    ("GroupMember", None, Permission::ManageUsers),
    ("LoginHistory", None, Permission::ManageUsers),
    ("OauthToken", None, Permission::ManageUsers),
    ("ObjectPermissions", Some(Permission::ViewSetup), Permission::ManageProfilesAndPermissionSets),
    ("Organization", None, Permission::CustomizeApplication),
    ("PermissionSet", Some(Permission::ViewSetup), Permission::ManageProfilesAndPermissionSets),
    ("PermissionSetAssignment", Some(Permission::ViewSetup), Permission::AssignPermissionSets),
    ("PermissionSetGroup", Some(Permission::ViewSetup), Permission::ManageProfilesAndPermissionSets),
    ("PermissionSetGroupComponent", Some(Permission::ViewSetup), Permission::ManageProfilesAndPermissionSets),
    ("Profile", None, Permission::ManageProfilesAndPermissionSets),
    ("QueueSobject", None, Permission::ManageUsers),
    ("SetupAuditTrail", Some(Permission::ViewSetup), Permission::CustomizeApplication),
    ("SetupEntityAccess", Some(Permission::ViewSetup), Permission::ManageProfilesAndPermissionSets),
    ("User", None, Permission::ManageUsers),
    ("UserLogin", Some(Permission::ManageUsers), Permission::FreezeUsers),
    ("UserRole", None, Permission::ManageUsers),
    ("UserShare", None, Permission::ManageUsers),
    ("OrgWideEmailAddress", None, Permission::CustomizeApplication),
];

/// What decides about an object.
pub fn governed(object: &Object) -> Governed<'_> {
    let name: &str = &object.name;
    if let Some(whole) = part_of(object) {
        return Governed::By(whole.object);
    }
    if object.custom || ITSELF.contains(&name) {
        return Governed::Itself;
    }
    match name {
        "Task" => return Governed::Written(Permission::EditTasks),
        "Event" => return Governed::Written(Permission::EditEvents),
        _ => {}
    }
    match SETUP.iter().find(|(known, ..)| *known == name) {
        Some((_, read, write)) => Governed::Setup { read: *read, write: *write },
        None => Governed::Open,
    }
}

/// What an object's records are parts of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole<'a> {
    pub object: &'a str,
    /// The field of the part that points at it.
    pub field: &'a str,
}

/// The object whose records those of `object` are parts of: shares, history, line items.
pub fn part_of(object: &Object) -> Option<Whole<'_>> {
    let name: &str = &object.name;
    let suffixed = ["__Share", "__History", "__Feed"].iter().any(|suffix| name.ends_with(suffix));
    if suffixed {
        let parent = object.field("ParentId")?.reference_to.first()?;
        return Some(Whole { object: parent, field: "ParentId" });
    }
    PARTS.iter().find(|(part, ..)| *part == name).map(|(_, field, object)| Whole { object, field })
}

/// The object that keeps the shares of `object`'s records, with the fields for the record and for the level of access.
pub fn share_of(object: &Object) -> Option<(String, String, String)> {
    let name: &str = &object.name;
    if object.custom {
        let stem = name.strip_suffix("__c")?;
        return Some((format!("{stem}__Share"), "ParentId".to_owned(), "AccessLevel".to_owned()));
    }
    let share = format!("{name}Share");
    catalogue::object(&share)?;
    Some((share, format!("{name}Id"), format!("{name}AccessLevel")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_and_setup_object_is_named_as_the_catalogue_names_it() {
        for (part, field, whole) in PARTS {
            if let Some(object) = catalogue::object(part) {
                assert!(object.field(field).is_some(), "{part}.{field}");
                assert!(catalogue::object(whole).is_some(), "{whole}");
            }
        }
        for name in ["User", "PermissionSet", "ObjectPermissions"] {
            assert!(matches!(governed(catalogue::object(name).unwrap()), Governed::Setup { .. }), "{name}");
        }
        assert_eq!(governed(catalogue::object("OpportunityLineItem").unwrap()), Governed::By("Opportunity"));
        assert_eq!(governed(catalogue::object("Account").unwrap()), Governed::Itself);
    }
}
