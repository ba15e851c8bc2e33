//! `?explain=`: how Salesforce would look for the rows of a query. Source of the shape: `rest.md` section 4.
//!
//! GUESS: costs and thresholds follow the public description of the query optimizer (an index is worth its while below
//! 30 % of the first million rows, custom ones below 10 %); the numbers themselves are ours.

use catalogue::{Field, FieldType, Object};
use serde_json::{Value, json};
use soql::Answer;
use soql::syntax::ast::{Condition, Operand, Operator, Query};

use super::error::RecordError;
use super::query::{Queries, total};
use super::statements::Statements;

/// Rows a page of the database holds, as far as costs go.
const ROWS_SCANNED_AT_ONCE: f64 = 3.4;

impl<D: Statements> Queries<'_, D> {
    /// The plans of a query, the best first, as JSON.
    ///
    /// # Errors
    /// As `run`: a query that is refused has no plan.
    pub fn explain(&self, soql: &str) -> Result<Value, RecordError> {
        let compiled = self.compiled(soql, false)?;
        let tree = soql::syntax::parse(soql)?;
        let Some(object) = self.catalog.object(&compiled.object) else { return Err(RecordError::NotFound) };
        let found = match &compiled.answer {
            Answer::Count(statement) => total(self.db, statement)?,
            Answer::Rows(rows) => total(self.db, &rows.count)?,
            Answer::Aggregate(_) => self.count_of(&tree, object)?,
        };
        let all = super::query::count(self.db, self.catalog, self.asked, object)?;
        let plan = |operation: &str, fields: &[&str], cost: f64| {
            json!({
                "cardinality": found,
                "fields": fields,
                "leadingOperationType": operation,
                "notes": notes(object, operation),
                "relativeCost": (cost * 1000.0).round() / 1000.0,
                "sobjectCardinality": all,
                "sobjectType": object.name,
            })
        };
        #[expect(clippy::cast_precision_loss, reason = "counts of rows stay far below 2^53")]
        let (found_rows, all_rows) = (found as f64, all as f64);
        let scan = 1.0 + all_rows.max(1.0).log10() * ROWS_SCANNED_AT_ONCE;
        let mut plans = vec![plan("TableScan", &[], scan)];
        let indexed = indexed(&tree, object);
        if !indexed.is_empty() {
            let names: Vec<&str> = indexed.iter().map(|field| &*field.name).collect();
            let share = if all_rows > 0.0 { found_rows / all_rows } else { 0.0 };
            let most = if indexed.iter().any(|field| !field.flags.custom) { 0.3 } else { 0.1 };
            let cost = (share / most).max(0.001);
            let at = usize::from(cost > scan);
            plans.insert(at, plan("Index", &names, cost));
        }
        Ok(json!({ "plans": plans, "sourceQuery": soql }))
    }

    /// Rows that an aggregated query looks at.
    fn count_of(&self, tree: &Query, object: &Object) -> Result<u64, RecordError> {
        let condition = tree.condition.as_ref().map(|condition| format!(" WHERE {condition}")).unwrap_or_default();
        let alias = tree.from.alias.as_ref().map(|alias| format!(" {alias}")).unwrap_or_default();
        let compiled = self.compiled(&format!("SELECT COUNT() FROM {}{alias}{condition}", object.name), false)?;
        match &compiled.answer {
            Answer::Count(statement) => total(self.db, statement),
            _ => Ok(0),
        }
    }
}

fn notes(object: &Object, operation: &str) -> Value {
    match object.field("IsDeleted") {
        Some(deleted) if operation == "TableScan" => json!([{
            "description": "Not considering filter for optimization because unindexed",
            "fields": [deleted.name],
            "tableEnumOrId": object.name,
        }]),
        _ => json!([]),
    }
}

/// The indexed fields that choose rows: those compared at the top of WHERE with something an index can find.
fn indexed<'o>(query: &Query, object: &'o Object) -> Vec<&'o Field> {
    let Some(condition) = &query.condition else { return Vec::new() };
    let terms = if let Condition::All(terms) = condition { terms.as_slice() } else { std::slice::from_ref(condition) };
    let named = terms.iter().filter_map(|term| {
        let operand = match term {
            Condition::Compare { operand, operator, .. } if *operator != Operator::NotEqual => operand,
            Condition::In { operand, negated: false, .. } | Condition::SemiJoin { operand, negated: false, .. } => operand,
            _ => return None,
        };
        match operand {
            Operand::Path(path) if path.parents.is_empty() => object.field(&path.name.text),
            _ => None,
        }
    });
    named.filter(|field| is_indexed(field)).collect()
}

/// Ids, names, lookups, system dates, and what is unique or an external id.
fn is_indexed(field: &Field) -> bool {
    matches!(field.kind, FieldType::Id | FieldType::Reference)
        || matches!(&*field.name, "CreatedDate" | "SystemModstamp" | "LastModifiedDate" | "Email")
        || field.flags.name_field
        || field.flags.unique
        || field.flags.external_id
}
