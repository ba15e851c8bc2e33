//! Objects that are read a part at a time: a query of fields must say of which object.

use super::error::RecordError;

/// An object, and the columns of which one must be in the WHERE clause.
const REIFIED: [(&str, &[&str]); 2] =
    [("EntityParticle", &["EntityDefinitionId", "DurableId"]), ("FieldDefinition", &["EntityDefinitionId", "DurableId"])];

/// Refuses a query of such an object that filters on none of its columns; a path through `EntityDefinition` filters too.
/// Words of the error: quoted by users of the API.
pub fn check(soql: &str, object: &str) -> Result<(), RecordError> {
    let Some((name, columns)) = REIFIED.iter().find(|(name, _)| *name == object) else { return Ok(()) };
    let condition = soql::syntax::parse(soql).ok().and_then(|query| query.condition).map(|condition| condition.to_string().to_lowercase());
    let filtered =
        condition.is_some_and(|text| text.contains("entitydefinition") || columns.iter().any(|column| text.contains(&column.to_lowercase())));
    if filtered {
        return Ok(());
    }
    let message = format!("{name}: a filter on a reified column is required [{}]", columns.join(","));
    Err(RecordError::Query { code: "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION", message })
}
