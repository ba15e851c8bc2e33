//! Clauses that choose nothing but have rules of their own: WITH, FOR, UPDATE, and the filters some objects insist on.

use catalogue::Object;

use super::Schema;
use crate::error::{Reason, Refusal, quoted};
use crate::syntax::ast::{Category, Condition, Operand, Operator, Query, With};

/// Groups of data categories one query may name.
const MOST_CATEGORIES: usize = 3;

/// Objects of which only the records of given parents can be asked for, and the fields that may name those.
const RESTRICTED: [(&str, &[&str], &str); 2] = [
    (
        "ContentDocumentLink",
        &["ContentDocumentId", "LinkedEntityId"],
        "ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.",
    ),
    (
        "ContentFolderItem",
        &["Id", "ParentContentFolderId"],
        "ContentFolderItem requires a filter by Id or ParentContentFolderId using the equals operator.",
    ),
];

impl Schema<'_> {
    /// The rules of the clauses around WHERE.
    pub(super) fn check_clauses(&self, query: &Query, object: &Object) -> Result<(), Refusal> {
        match &query.with {
            // GUESS: an access mode over REST is accepted; the catalog already holds only what the caller may see.
            Some(With::Mode(_) | With::Visibility(_)) | None => Ok(()),
            Some(With::Categories(categories)) => {
                check_categories(categories)?;
                Err(Refusal::new(Reason::NoCategories(object.name.to_string()), categories[0].group.span))
            }
            Some(With::Filters(filters)) => {
                let (name, _) = &filters[0];
                Err(Refusal::new(Reason::UnexpectedToken(quoted(&name.text)), name.span))
            }
        }
    }

    /// Refuses to list all records of an object that is only reached through its parents.
    pub(super) fn check_restricted(&self, query: &Query, object: &Object) -> Result<(), Refusal> {
        let Some((_, fields, message)) = RESTRICTED.iter().find(|(name, ..)| object.name == *name) else { return Ok(()) };
        let filtered = query.condition.as_ref().is_some_and(|condition| {
            let terms = if let Condition::All(terms) = condition { terms.as_slice() } else { std::slice::from_ref(condition) };
            terms.iter().any(|term| names_ids(term, fields))
        });
        if filtered { Ok(()) } else { Err(Refusal::new(Reason::Restricted(message), query.from.path.span())) }
    }
}

/// At most three groups of categories, each once.
fn check_categories(categories: &[Category]) -> Result<(), Refusal> {
    if let Some(beyond) = categories.get(MOST_CATEGORIES) {
        return Err(Refusal::new(Reason::TooManyCategories, beyond.group.span));
    }
    for (at, category) in categories.iter().enumerate() {
        let group = &category.group;
        if categories[..at].iter().any(|earlier| earlier.group.text.eq_ignore_ascii_case(&group.text)) {
            return Err(Refusal::new(Reason::CategoryTwice(group.text.clone()), group.span));
        }
    }
    Ok(())
}

/// Whether a condition gives the ids one of the fields may have.
fn names_ids(condition: &Condition, fields: &[&str]) -> bool {
    let operand = match condition {
        Condition::Compare { operand, operator: Operator::Equal, .. }
        | Condition::In { operand, negated: false, .. }
        | Condition::SemiJoin { operand, negated: false, .. } => operand,
        _ => return false,
    };
    matches!(operand, Operand::Path(path) if fields.iter().any(|field| path.name.text.eq_ignore_ascii_case(field)))
}
