//! The list views a fresh org has for each object, and the query behind each.

use catalogue::Object;

use super::Schema;
use super::listing::{ListColumn, list_columns};
use crate::id::{RecordId, number_of};

/// One list view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListView {
    pub id: RecordId,
    /// API name of its object.
    pub object: String,
    pub label: String,
    pub developer_name: String,
    pub scope: ViewScope,
    /// Field, operator and values of each condition, all of which must hold.
    pub conditions: Vec<Condition>,
}

/// Whose records a list view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewScope {
    Everything,
    Mine,
    /// The records the user looked at last.
    Recent,
}

/// `IsClosed equals false`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    pub field: &'static str,
    /// As list views name it: `equals`, `lessThan`.
    pub operator: &'static str,
    pub value: &'static str,
}

/// A view standard objects have beside those of every object: developer name, label, scope, conditions.
type Special = (&'static str, &'static str, ViewScope, &'static [Condition]);

const THIS_WEEK: Condition = Condition { field: "CreatedDate", operator: "equals", value: "THIS_WEEK" };
const LAST_WEEK: Condition = Condition { field: "CreatedDate", operator: "equals", value: "LAST_WEEK" };

const fn is(field: &'static str, value: &'static str) -> Condition {
    Condition { field, operator: "equals", value }
}

const fn new_ones() -> [Special; 2] {
    [("NewThisWeek", "New This Week", ViewScope::Everything, &[THIS_WEEK]), ("NewLastWeek", "New Last Week", ViewScope::Everything, &[LAST_WEEK])]
}

const WEEKS: &[Special] = &new_ones();
const SPECIAL: [(&str, &[Special]); 8] = [
    ("Account", WEEKS),
    ("Contact", WEEKS),
    (
        "Lead",
        &[
            ("AllOpenLeads", "All Open Leads", ViewScope::Everything, &[is("IsConverted", "false")]),
            ("MyUnreadLeads", "My Unread Leads", ViewScope::Mine, &[is("IsUnreadByOwner", "true")]),
            ("TodaysLeads", "Today's Leads", ViewScope::Everything, &[is("CreatedDate", "TODAY")]),
        ],
    ),
    (
        "Opportunity",
        &[
            ("ClosingThisMonth", "Closing This Month", ViewScope::Everything, &[is("CloseDate", "THIS_MONTH")]),
            ("ClosingNextMonth", "Closing Next Month", ViewScope::Everything, &[is("CloseDate", "NEXT_MONTH")]),
            ("NewThisWeek", "New This Week", ViewScope::Everything, &[THIS_WEEK]),
            ("NewLastWeek", "New Last Week", ViewScope::Everything, &[LAST_WEEK]),
            ("Won", "Won", ViewScope::Everything, &[is("IsWon", "true")]),
            ("Private", "Private", ViewScope::Everything, &[is("IsPrivate", "true")]),
        ],
    ),
    (
        "Case",
        &[
            ("AllOpenCases", "All Open Cases", ViewScope::Everything, &[is("IsClosed", "false")]),
            ("AllClosedCases", "All Closed Cases", ViewScope::Everything, &[is("IsClosed", "true")]),
            ("MyOpenCases", "My Open Cases", ViewScope::Mine, &[is("IsClosed", "false")]),
        ],
    ),
    (
        "Campaign",
        &[
            ("AllActiveCampaigns", "All Active Campaigns", ViewScope::Everything, &[is("IsActive", "true")]),
            ("MyActiveCampaigns", "My Active Campaigns", ViewScope::Mine, &[is("IsActive", "true")]),
        ],
    ),
    ("Task", &[("OpenTasks", "Open Tasks", ViewScope::Mine, &[is("IsClosed", "false")])]),
    ("User", &[("ActiveUsers", "Active Users", ViewScope::Everything, &[is("IsActive", "true")])]),
];

/// The list views of every object that has a page of its own, object by object.
pub fn list_views(schema: &Schema) -> Vec<ListView> {
    schema.objects().into_iter().flat_map(list_views_of).collect()
}

/// The list views of one object, by label.
pub fn list_views_of(object: &Object) -> Vec<ListView> {
    let listed = object.flags.layoutable && object.flags.queryable && (object.flags.searchable || object.custom) && object.key_prefix.is_some();
    if !listed {
        return Vec::new();
    }
    let view = |developer_name: String, label: String, scope, conditions: &[Condition]| {
        let fits = conditions.iter().all(|condition| object.field(condition.field).is_some());
        let id = RecordId::numbered("00B", 0, number_of(&format!("{}.{developer_name}", object.name)));
        fits.then(|| ListView { id, object: object.name.to_string(), label, developer_name, scope, conditions: conditions.to_vec() })
    };
    let plural = &object.label_plural;
    let word: String = plural.chars().filter(char::is_ascii_alphanumeric).collect();
    let all = if object.custom { "All".to_owned() } else { format!("All{word}") };
    let mut views = vec![view(all, if object.custom { "All".to_owned() } else { format!("All {plural}") }, ViewScope::Everything, &[])];
    if object.field("OwnerId").is_some() {
        views.push(view(format!("My{word}"), format!("My {plural}"), ViewScope::Mine, &[]));
    }
    if object.field("LastViewedDate").is_some() || object.custom {
        views.push(view(format!("RecentlyViewed{word}"), format!("Recently Viewed {plural}"), ViewScope::Recent, &[]));
    }
    let special = SPECIAL.iter().find(|(name, _)| *name == object.name).map_or(&[][..], |(_, special)| special);
    views.extend(special.iter().map(|(name, label, scope, conditions)| view((*name).to_owned(), (*label).to_owned(), *scope, conditions)));
    let mut views: Vec<ListView> = views.into_iter().flatten().collect();
    views.sort_by(|a, b| a.label.cmp(&b.label));
    views
}

/// The object's list view of that developer name, in any case, or of that id.
pub fn list_view(object: &Object, name: &str) -> Option<ListView> {
    let id = RecordId::parse(name).ok();
    list_views_of(object).into_iter().find(|view| view.developer_name.eq_ignore_ascii_case(name) || Some(view.id) == id)
}

impl Condition {
    /// Booleans and date literals stand without quotes, as the views of a fresh org need them.
    fn soql(&self) -> String {
        format!("{} = {}", self.field, self.value)
    }
}

impl ListView {
    /// The columns it shows.
    pub fn columns(&self, object: &Object) -> Vec<ListColumn> {
        list_columns(object)
    }

    /// What stands between FROM and WHERE.
    pub fn using(&self) -> &'static str {
        if self.scope == ViewScope::Recent { " USING SCOPE mru" } else { "" }
    }

    /// Its conditions in the syntax of WHERE; empty where it shows all. `user` is the one who looks.
    pub fn condition(&self, user: &str) -> String {
        let scope = match self.scope {
            ViewScope::Everything | ViewScope::Recent => None,
            ViewScope::Mine => Some(format!("OwnerId = '{user}'")),
        };
        let conditions = scope.into_iter().chain(self.conditions.iter().map(Condition::soql));
        conditions.collect::<Vec<_>>().join(" AND ")
    }

    /// Its conditions for a search, which has no scope: records used last are those that anybody looked at.
    pub fn searched(&self, object: &Object, user: &str) -> String {
        match self.scope {
            ViewScope::Recent if object.field("LastViewedDate").is_some() => "LastViewedDate != null".to_owned(),
            _ => self.condition(user),
        }
    }

    /// The query behind it with these of its columns, as its describe answer shows it.
    pub fn query(&self, object: &Object, shown: &[ListColumn]) -> String {
        let mut fields: Vec<String> = shown.iter().map(select_item).collect();
        fields.extend(
            HIDDEN
                .iter()
                .filter(|name| object.field(name).is_some() && !fields.contains(&(**name).to_owned()))
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>(),
        );
        let scope = match self.scope {
            ViewScope::Everything => "",
            ViewScope::Mine => " USING SCOPE mine",
            ViewScope::Recent => " USING SCOPE mru",
        };
        let conditions: Vec<String> = self.conditions.iter().map(Condition::soql).collect();
        let condition = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        let first = shown.iter().find(|column| column.sortable && column.path != "Id");
        let first = first.map(|column| format!("{} ASC NULLS FIRST, ", column.path));
        format!("SELECT {} FROM {}{scope}{condition} ORDER BY {}Id ASC NULLS FIRST", fields.join(", "), object.name, first.unwrap_or_default())
    }
}

/// Columns every list reads and does not show.
pub const HIDDEN: [&str; 4] = ["Id", "CreatedDate", "LastModifiedDate", "SystemModstamp"];

/// How a column is selected: picklists by label.
pub fn select_item(column: &ListColumn) -> String {
    match column.kind {
        catalogue::FieldType::Picklist | catalogue::FieldType::Multipicklist => format!("toLabel({})", column.path),
        _ => column.path.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_has_the_views_of_a_fresh_org() {
        let names = |name: &str| list_views_of(catalogue::object(name).unwrap()).into_iter().map(|view| view.developer_name).collect::<Vec<_>>();
        assert_eq!(names("Account"), ["AllAccounts", "MyAccounts", "NewLastWeek", "NewThisWeek", "RecentlyViewedAccounts"]);
        assert!(names("OpportunityHistory").is_empty());
    }

    #[test]
    fn no_two_views_share_an_id() {
        let mut ids: Vec<RecordId> = catalogue::STANDARD.iter().flat_map(list_views_of).map(|view| view.id).collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}
