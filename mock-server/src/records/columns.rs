//! `?columns=true`: what the columns of a query's answer are, without its rows. Source of the shape: the answers that the tests of
//! the Salesforce CLI's data plugin keep.
//!
//! GUESS: the resource is in no guide; of TYPEOF, of `COUNT()` and of the Apex types beyond `Id` and `String` no answer was seen.

use catalogue::{Field, FieldType, Object};
use serde_json::{Value, json};
use soql::syntax::ast::{Item as Selected, Operand, Query, Select};
use soql::{Aggregate, Answer, Cell, Child, Item, Parent, ParentType, Typeof};

use super::error::RecordError;
use super::query::Queries;
use super::statements::Statements;

/// Facts of one column that differ from those of a column nobody can say anything about.
#[derive(Default)]
struct Column<'a> {
    name: &'a str,
    shown: Option<String>,
    aggregate: bool,
    kind: Option<FieldType>,
    field: Option<&'a Field>,
    /// The lookup that a parent's columns come by.
    foreign_key: Option<&'a str>,
    joined: Vec<Value>,
}

impl<D: Statements> Queries<'_, D> {
    /// The columns of a query, as JSON.
    ///
    /// # Errors
    /// As `run`: a query that is refused has no columns.
    pub fn columns(&self, soql: &str, include_deleted: bool) -> Result<Value, RecordError> {
        let compiled = self.compiled(soql, include_deleted)?;
        let tree = soql::syntax::parse(soql)?;
        let object = self.catalog.object(&compiled.object);
        let columns = match &compiled.answer {
            Answer::Count(_) => vec![counted()],
            Answer::Aggregate(aggregate) => aggregated(&tree, aggregate, object),
            Answer::Rows(rows) => self.of_items(&rows.shape.items, object, &rows.children),
        };
        Ok(json!({
            "columnMetadata": columns,
            "entityName": compiled.object,
            "groupBy": tree.group.is_some(),
            "idSelected": columns.iter().any(|column| column["columnName"] == "Id"),
            "keyPrefix": object.and_then(|object| object.key_prefix.as_deref()),
        }))
    }

    fn of_items(&self, items: &[Item], object: Option<&Object>, children: &[Child]) -> Vec<Value> {
        items.iter().map(|item| self.of_item(item, object, children)).collect()
    }

    fn of_item(&self, item: &Item, object: Option<&Object>, children: &[Child]) -> Value {
        let column = match &item.cell {
            Cell::Field { kind, .. } | Cell::Compound { kind, .. } => {
                let field = object.and_then(|object| object.field(&item.key));
                Column { kind: Some(*kind), field, ..Column::default() }
            }
            Cell::Parent(parent) => Column { foreign_key: lookup(object, &item.key), joined: self.of_parent(parent), ..Column::default() },
            Cell::Typeof(branches) => Column { foreign_key: lookup(object, &item.key), joined: self.of_branches(branches), ..Column::default() },
            Cell::Children(index) => {
                let joined =
                    children.get(*index).map(|child| self.of_items(&child.shape.items, self.catalog.object(&child.shape.object), &child.children));
                Column { aggregate: true, joined: joined.unwrap_or_default(), ..Column::default() }
            }
        };
        Column { name: &item.key, ..column }.json()
    }

    fn of_parent(&self, parent: &Parent) -> Vec<Value> {
        let object = match &parent.kind {
            ParentType::Object(name) => self.catalog.object(name),
            ParentType::Polymorphic { .. } => self.catalog.object("Name"),
        };
        self.of_items(&parent.items, object, &[])
    }

    /// The columns of all branches, each once.
    fn of_branches(&self, branches: &Typeof) -> Vec<Value> {
        let mut columns: Vec<Value> = Vec::new();
        let shown = branches.branches.iter().map(|branch| (branch.items.as_slice(), self.catalog.object(&branch.object)));
        let otherwise = branches.otherwise.iter().map(|items| (items.as_slice(), self.catalog.object("Name")));
        for (items, object) in shown.chain(otherwise) {
            for column in self.of_items(items, object, &[]) {
                if !columns.iter().any(|known| known["columnName"] == column["columnName"]) {
                    columns.push(column);
                }
            }
        }
        columns
    }
}

/// `COUNT()`
fn counted() -> Value {
    Column { name: "count", shown: Some("count()".to_owned()), aggregate: true, kind: Some(FieldType::Int), ..Column::default() }.json()
}

/// Groups and functions, in the order of the query.
fn aggregated(tree: &Query, aggregate: &Aggregate, object: Option<&Object>) -> Vec<Value> {
    let Select::Items(selected) = &tree.select else { return Vec::new() };
    let operands = selected.iter().map(|item| if let Selected::Value { operand, .. } = item { Some(operand) } else { None });
    let column = |(item, operand): (&Item, Option<&Operand>)| {
        let kind = match item.cell {
            Cell::Field { kind, .. } => Some(kind),
            _ => None,
        };
        let name = item.key.as_str();
        match operand {
            Some(Operand::Call(call)) => {
                let text = call.to_string();
                let (function, arguments) = text.split_once('(').unwrap_or((&text, ")"));
                let shown = Some(format!("{}({arguments}", function.to_ascii_lowercase()));
                Column { name, shown, aggregate: true, kind, ..Column::default() }.json()
            }
            Some(Operand::Path(path)) if path.parents.is_empty() => {
                let field = object.and_then(|object| object.field(&path.name.text));
                Column { name, kind, field, ..Column::default() }.json()
            }
            _ => Column { name, kind, ..Column::default() }.json(),
        }
    };
    aggregate.items.iter().zip(operands.chain(std::iter::repeat(None))).map(column).collect()
}

/// The field behind a relationship's name.
fn lookup<'o>(object: Option<&'o Object>, relationship: &str) -> Option<&'o str> {
    let is_it = |field: &&Field| field.relationship_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(relationship));
    object?.fields.iter().find(is_it).map(|field| &*field.name)
}

impl Column<'_> {
    fn json(self) -> Value {
        let is_number = matches!(self.kind, Some(FieldType::Currency | FieldType::Double | FieldType::Int | FieldType::Percent));
        let flag = |of: fn(&Field) -> bool| self.field.is_some_and(of);
        json!({
            "aggregate": self.aggregate,
            "apexType": self.kind.filter(|_| !self.aggregate).map(apex_type),
            "booleanType": self.kind == Some(FieldType::Boolean),
            "columnName": self.name,
            "custom": flag(|field| field.flags.custom),
            "displayName": self.shown.as_deref().unwrap_or(self.name),
            "foreignKeyName": self.foreign_key,
            "insertable": flag(|field| field.flags.createable),
            "joinColumns": self.joined,
            "numberType": is_number,
            "textType": self.kind.is_some_and(|kind| apex_type(kind) == "String"),
            "updatable": flag(|field| field.flags.updateable),
        })
    }
}

fn apex_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Id | FieldType::Reference => "Id",
        FieldType::Boolean => "Boolean",
        FieldType::Currency | FieldType::Double | FieldType::Percent => "Decimal",
        FieldType::Int => "Integer",
        FieldType::Date => "Date",
        FieldType::Datetime => "Datetime",
        FieldType::Time => "Time",
        FieldType::Address => "Address",
        FieldType::Location => "Location",
        FieldType::Base64 => "Blob",
        FieldType::AnyType => "Object",
        FieldType::Complexvalue => "complexvaluetype",
        FieldType::String
        | FieldType::Textarea
        | FieldType::Picklist
        | FieldType::Multipicklist
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Url
        | FieldType::Combobox
        | FieldType::Encryptedstring => "String",
    }
}
