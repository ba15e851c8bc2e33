//! Fields that Salesforce fills from other fields of the same record.

use catalogue::{FieldType, Object, SeedRow, SeedValue};

use super::draft::Draft;
use super::values::Value;
use crate::clock::Timestamp;

/// A record as it will be: the draft over what is stored.
pub struct Whole<'d, 's> {
    pub draft: &'d mut Draft<'s>,
    /// One value per field; `None` while the record is being created.
    pub stored: Option<&'d [Value]>,
}

impl Whole<'_, '_> {
    fn get(&self, name: &str) -> &Value {
        let Some(index) = self.draft.object.field_index(name) else { return &Value::Null };
        self.draft.get(index).or_else(|| self.stored?.get(index)).unwrap_or(&Value::Null)
    }

    fn text(&self, name: &str) -> &str {
        self.get(name).as_text().unwrap_or_default()
    }

    fn number(&self, name: &str) -> Option<f64> {
        match self.get(name) {
            Value::Real(number) => Some(*number),
            #[expect(clippy::cast_precision_loss, reason = "an int field has 32 bits")]
            Value::Integer(number) => Some(*number as f64),
            _ => None,
        }
    }

    /// Whether the draft gives one of these fields a value other than the stored one.
    fn changes(&self, names: &[&str]) -> bool {
        names.iter().filter_map(|name| self.draft.object.field_index(name)).any(|index| {
            let given = self.draft.get(index);
            given.is_some() && given != self.stored.and_then(|stored| stored.get(index))
        })
    }

    fn given(&self, name: &str) -> bool {
        self.draft.object.field_index(name).is_some_and(|index| self.draft.get(index).is_some_and(|value| !value.is_null()))
    }

    fn set(&mut self, name: &str, value: Value) {
        if let Some(index) = self.draft.object.field_index(name) {
            self.draft.set(index, value);
        }
    }
}

/// Fills what follows from the fields given. On update only what the change touches is computed again.
pub fn fill(mut whole: Whole<'_, '_>, now: Timestamp) {
    match &*whole.draft.object.name {
        "Contact" | "Lead" | "User" => person_name(&mut whole),
        "Opportunity" => opportunity(&mut whole, now),
        "Case" => closing(&mut whole, "CaseStatus", "ClosedDate", now),
        "Task" => {
            closing(&mut whole, "TaskStatus", "CompletedDateTime", now);
            task_priority(&mut whole);
        }
        "OpportunityLineItem" => total_price(&mut whole),
        _ => {}
    }
}

/// `Name` is the first and the last name. Salesforce leaves the salutation out of it.
fn person_name(whole: &mut Whole<'_, '_>) {
    let parts = ["FirstName", "MiddleName", "LastName", "Suffix"];
    if whole.changes(&parts) {
        let name = parts.map(|part| whole.text(part)).into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        whole.set("Name", Value::text(name));
    }
}

fn opportunity(whole: &mut Whole<'_, '_>, now: Timestamp) {
    if whole.changes(&["StageName"]) {
        stage(whole);
        whole.set("LastStageChangeDate", if whole.stored.is_some() { Value::Integer(now.0) } else { Value::Null });
    }
    if whole.changes(&["Amount", "Probability"]) {
        let expected = whole.number("Amount").zip(whole.number("Probability")).map(|(amount, percent)| (amount * percent).round() / 100.0);
        whole.set("ExpectedRevenue", expected.map_or(Value::Null, Value::Real));
    }
    if whole.changes(&["CloseDate"]) {
        fiscal_period(whole);
    }
}

/// What the stage says, where the caller does not say otherwise.
fn stage(whole: &mut Whole<'_, '_>) {
    let Some(stage) = listed("OpportunityStage", whole.text("StageName")) else { return };
    whole.set("IsClosed", cell(stage, "IsClosed"));
    whole.set("IsWon", cell(stage, "IsWon"));
    if !whole.given("Probability") {
        whole.set("Probability", cell(stage, "DefaultProbability"));
    }
    if !whole.given("ForecastCategoryName") {
        whole.set("ForecastCategoryName", cell(stage, "ForecastCategoryName"));
        whole.set("ForecastCategory", cell(stage, "ForecastCategory"));
    }
}

/// Fiscal years here begin in January, as they do in a fresh org.
fn fiscal_period(whole: &mut Whole<'_, '_>) {
    let date = whole.text("CloseDate");
    let (Some(year), Some(month)) = (date.get(..4).and_then(|y| y.parse::<i64>().ok()), date.get(5..7).and_then(|m| m.parse::<i64>().ok())) else {
        return;
    };
    let quarter = (month + 2) / 3;
    whole.set("FiscalYear", Value::Integer(year));
    whole.set("FiscalQuarter", Value::Integer(quarter));
    whole.set("Fiscal", Value::Text(format!("{year} {quarter}")));
}

/// `IsClosed` follows the status; the time of closing is kept beside it.
fn closing(whole: &mut Whole<'_, '_>, statuses: &str, closed_at: &str, now: Timestamp) {
    if !whole.changes(&["Status"]) {
        return;
    }
    let closed = listed(statuses, whole.text("Status")).map_or(Value::Integer(0), |status| cell(status, "IsClosed"));
    whole.set(closed_at, if closed.is_true() { Value::Integer(now.0) } else { Value::Null });
    whole.set("IsClosed", closed);
}

fn task_priority(whole: &mut Whole<'_, '_>) {
    if whole.changes(&["Priority"]) {
        let high = listed("TaskPriority", whole.text("Priority")).map_or(Value::Integer(0), |priority| cell(priority, "IsHighPriority"));
        whole.set("IsHighPriority", high);
    }
}

fn total_price(whole: &mut Whole<'_, '_>) {
    if whole.changes(&["Quantity", "UnitPrice"]) && !whole.given("TotalPrice") {
        let total = whole.number("Quantity").zip(whole.number("UnitPrice")).map(|(quantity, price)| (quantity * price * 100.0).round() / 100.0);
        whole.set("TotalPrice", total.map_or(Value::Null, Value::Real));
    }
}

/// The row of a list of stages, statuses or priorities that the API cannot change.
fn listed(list: &str, api_name: &str) -> Option<SeedRow> {
    let named = |row: &&SeedRow| row.iter().any(|(field, value)| *field == "ApiName" && matches!(value, SeedValue::Text(text) if *text == api_name));
    catalogue::object(list)?.seed.iter().find(named).copied()
}

fn cell(row: SeedRow, name: &str) -> Value {
    match row.iter().find(|(field, _)| *field == name) {
        Some((_, SeedValue::Boolean(value))) => Value::Integer(i64::from(*value)),
        Some((_, SeedValue::Number(value))) => Value::Real(*value),
        Some((_, SeedValue::Text(value))) => Value::Text((*value).to_owned()),
        Some((_, SeedValue::Null)) | None => Value::Null,
    }
}

/// The default of every field that has one and was given no value.
pub fn fill_defaults(draft: &mut Draft<'_>) {
    for (index, field) in draft.object.fields.iter().enumerate() {
        if draft.get(index).is_some_and(|value| !value.is_null() || field.flags.nillable) {
            continue;
        }
        if let Some(value) = default_of(draft.object, index) {
            draft.set(index, value);
        }
    }
}

fn default_of(object: &Object, index: usize) -> Option<Value> {
    use catalogue::DefaultValue;
    let field = &object.fields[index];
    match &field.default_value {
        Some(DefaultValue::Text(text)) => super::values::from_text(field, text).ok().flatten(),
        Some(DefaultValue::Boolean(value)) => Some(Value::Integer(i64::from(*value))),
        #[expect(clippy::cast_possible_truncation, reason = "the default of an int field is whole")]
        Some(DefaultValue::Number(number)) if field.kind == FieldType::Int => Some(Value::Integer(*number as i64)),
        Some(DefaultValue::Number(number)) => Some(Value::Real(*number)),
        // A list's default entry counts where the field must have a value.
        None if !field.flags.nillable && field.kind == FieldType::Picklist => {
            field.picklist.iter().find(|entry| entry.default && entry.active).map(|entry| Value::Text(entry.value.to_string()))
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Input;
    use crate::records::draft::Operation;

    fn check(object: &str, body: &str, expected: &[(&str, Value)]) {
        let object = catalogue::object(object).unwrap();
        let mut draft = Draft::read(crate::access::Access::all(), object, Operation::Create, Input::Json(body.as_bytes()), None).unwrap();
        fill_defaults(&mut draft);
        fill(Whole { draft: &mut draft, stored: None }, Timestamp(5));
        for (name, value) in expected {
            assert_eq!(draft.get(object.field_index(name).unwrap()), Some(value), "{name} of {body}");
        }
    }

    fn text(value: &str) -> Value {
        Value::Text(value.to_owned())
    }

    #[test]
    fn a_person_is_named_by_first_and_last_name() {
        check("Contact", r#"{"Salutation":"Ms.","FirstName":"Ada","LastName":"Byron"}"#, &[("Name", text("Ada Byron"))]);
        check("Lead", r#"{"LastName":"Byron","Company":"x"}"#, &[("Name", text("Byron"))]);
    }

    #[test]
    fn a_stage_brings_its_probability_and_forecast() {
        check(
            "Opportunity",
            r#"{"Name":"x","StageName":"Closed Won","CloseDate":"2026-05-01","Amount":200}"#,
            &[
                ("IsWon", Value::Integer(1)),
                ("IsClosed", Value::Integer(1)),
                ("Probability", Value::Real(100.0)),
                ("ExpectedRevenue", Value::Real(200.0)),
                ("ForecastCategoryName", text("Closed")),
                ("Fiscal", text("2026 2")),
            ],
        );
        check("Opportunity", r#"{"StageName":"Prospecting","Probability":55}"#, &[("Probability", Value::Real(55.0)), ("IsWon", Value::Integer(0))]);
    }

    #[test]
    fn a_case_is_new_until_its_status_closes_it() {
        check("Case", "{}", &[("Status", text("New")), ("IsClosed", Value::Integer(0)), ("ClosedDate", Value::Null)]);
        check("Case", r#"{"Status":"Closed"}"#, &[("IsClosed", Value::Integer(1)), ("ClosedDate", Value::Integer(5))]);
    }
}
