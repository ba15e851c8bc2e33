//! Opportunities and their products.

use catalogue::Object;

use super::lists::{self, listed};
use super::{Ruled, Scene, prices};
use crate::id::RecordId;
use crate::records::error::RecordError;
use crate::records::values::Value;
use crate::records::whole::Whole;

pub fn opportunity(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if whole.before("HasOpportunityLineItem").is_true() {
        // The sum of the products counts; a caller's amount is passed over without a word.
        whole.leave("Amount");
        whole.leave("TotalOpportunityQuantity");
    }
    if whole.changes(&["StageName"]) {
        stage(whole);
        whole.set("LastStageChangeDate", if whole.is_new() { Value::Null } else { Value::Integer(scene.change.now.0) });
    }
    if whole.changes(&["ForecastCategoryName"]) {
        let category = forecast_category(whole.text("ForecastCategoryName"));
        whole.set("ForecastCategory", Value::text(category));
    }
    if whole.changes(&["Amount", "Probability"]) {
        let revenue = expected_revenue(whole.number("Amount"), whole.number("Probability"));
        whole.set("ExpectedRevenue", revenue);
    }
    if whole.changes(&["CloseDate"]) {
        count_push(whole);
        fiscal_period(whole, scene.rows.fiscal_year_start_month()?);
    }
    Ok(())
}

fn expected_revenue(amount: Option<f64>, probability: Option<f64>) -> Value {
    amount.zip(probability).map_or(Value::Null, |(amount, percent)| Value::Real((amount * percent).round() / 100.0))
}

/// What the stage says, where the caller does not say otherwise.
fn stage(whole: &mut Whole<'_, '_>) {
    let Some(stage) = listed("OpportunityStage", whole.text("StageName")) else { return };
    whole.set("IsClosed", Value::of_seed(stage, "IsClosed"));
    whole.set("IsWon", Value::of_seed(stage, "IsWon"));
    whole.set_default("Probability", || Value::of_seed(stage, "DefaultProbability"));
    if !whole.given("ForecastCategoryName") {
        whole.set("ForecastCategoryName", Value::of_seed(stage, "ForecastCategoryName"));
        whole.set("ForecastCategory", Value::of_seed(stage, "ForecastCategory"));
    }
}

/// The category's API value: its name, save that `Best Case` and `Most Likely` are one word and `Commit` is `Forecast`.
fn forecast_category(name: &str) -> String {
    match name {
        "Commit" => "Forecast".to_owned(),
        other => other.replace(' ', ""),
    }
}

/// A close date moved to a later month is a push.
fn count_push(whole: &mut Whole<'_, '_>) {
    let month = |value: &Value| value.as_text().and_then(|date| date.get(..7)).map(str::to_owned);
    let pushed = month(whole.before("CloseDate")).zip(month(whole.get("CloseDate"))).is_some_and(|(old, new)| new > old);
    let count = whole.number("PushCount").unwrap_or(0.0);
    if whole.is_new() || pushed {
        #[expect(clippy::cast_possible_truncation, reason = "a count of changes")]
        whole.set("PushCount", Value::Integer(count as i64 + i64::from(pushed)));
    }
}

/// The fiscal year has the name of the calendar year it ends in; `start` is the month it begins in.
fn fiscal_period(whole: &mut Whole<'_, '_>, start: i64) {
    let date = whole.text("CloseDate");
    let (Some(year), Some(month)) = (date.get(..4).and_then(|y| y.parse::<i64>().ok()), date.get(5..7).and_then(|m| m.parse::<i64>().ok())) else {
        return;
    };
    let year = year + i64::from(start > 1 && month >= start);
    let quarter = (month - start).rem_euclid(12) / 3 + 1;
    whole.set("FiscalYear", Value::Integer(year));
    whole.set("FiscalQuarter", Value::Integer(quarter));
    whole.set("Fiscal", Value::Text(format!("{year} {quarter}")));
}

/// Keeps the history, makes the contact of a new opportunity its primary one, and counts it for its campaign.
pub fn opportunity_written(scene: Scene<'_>, whole: &Whole<'_, '_>, id: RecordId) -> Ruled {
    if whole.is_new() || whole.changes(&["StageName", "Amount", "Probability", "CloseDate", "ForecastCategoryName"]) {
        history(scene, whole, id)?;
    }
    if whole.is_new() && whole.given("ContactId") {
        let role =
            [("OpportunityId", Value::Text(id.to_string())), ("ContactId", whole.get("ContactId").clone()), ("IsPrimary", Value::boolean(true))];
        scene.make("OpportunityContactRole", &role)?;
    }
    super::campaigns::opportunity_written(scene, whole)
}

fn history(scene: Scene<'_>, whole: &Whole<'_, '_>, id: RecordId) -> Ruled {
    let copied = ["StageName", "Amount", "ExpectedRevenue", "CloseDate", "Probability", "ForecastCategory"];
    let mut row: Vec<(&str, Value)> = copied.map(|name| (name, whole.get(name).clone())).into();
    row.push(("OpportunityId", Value::Text(id.to_string())));
    if !whole.is_new() {
        row.push(("PrevAmount", whole.before("Amount").clone()));
        row.push(("PrevCloseDate", whole.before("CloseDate").clone()));
    }
    scene.make("OpportunityHistory", &row).map(drop)
}

/// The price book entry of a product given alone: the one of the opportunity's price book.
pub fn line_item_entry(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if !whole.is_new() || whole.given("PricebookEntryId") || !whole.given("Product2Id") {
        return Ok(());
    }
    let Some(opportunity) = scene.load(whole.get("OpportunityId"))? else { return Ok(()) };
    let entries = scene.find("PricebookEntry", "Product2Id", whole.get("Product2Id"))?;
    if let Some(entry) = entries.iter().find(|entry| entry.text("Pricebook2Id") == opportunity.text("Pricebook2Id")) {
        whole.set("PricebookEntryId", Value::Text(entry.id.to_string()));
    }
    Ok(())
}

pub fn line_item(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if whole.is_new() {
        fill_from_entry(scene, whole)?;
    }
    if !whole.is_new() && !whole.changes(&["Quantity", "UnitPrice", "TotalPrice"]) {
        return Ok(());
    }
    let Some(quantity) = whole.number("Quantity") else { return Ok(()) };
    if quantity == 0.0 {
        return Err(prices::integrity("Quantity", "field integrity exception: Quantity (Quantity cannot be zero)"));
    }
    let total = whole.number("UnitPrice").map(|unit| cents(quantity * unit));
    match (whole.given("UnitPrice"), whole.given("TotalPrice")) {
        (true, true) if total != whole.number("TotalPrice") => {
            Err(prices::integrity_of_record("field integrity exception: unknown (must specify either total or unit price but not both)"))
        }
        (false, false) if whole.is_new() => Err(RecordError::RequiredFieldMissing(vec!["UnitPrice".to_owned()])),
        (false, true) => {
            let unit = whole.number("TotalPrice").map_or(Value::Null, |total| Value::Real(cents(total / quantity)));
            whole.set("UnitPrice", unit);
            Ok(())
        }
        _ => {
            whole.set("TotalPrice", total.map_or(Value::Null, Value::Real));
            Ok(())
        }
    }
}

pub fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

/// List price, product and name come from the price book entry, whose price book must be the opportunity's.
/// An opportunity without a price book takes the entry's.
fn fill_from_entry(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    let Some(entry) = scene.load(whole.get("PricebookEntryId"))? else {
        return Err(RecordError::RequiredFieldMissing(vec!["PricebookEntryId".to_owned()]));
    };
    let Some(opportunity) = scene.load(whole.get("OpportunityId"))? else { return Ok(()) };
    prices::entry_fits(&entry, opportunity.text("Pricebook2Id"), "opportunity")?;
    if opportunity.get("Pricebook2Id").is_null() {
        scene.put(opportunity.object, opportunity.id, &[("Pricebook2Id", entry.get("Pricebook2Id").clone())])?;
    }
    whole.set("ListPrice", entry.get("UnitPrice").clone());
    whole.set("Product2Id", entry.get("Product2Id").clone());
    whole.set("ProductCode", entry.get("ProductCode").clone());
    whole.set("Name", Value::text(format!("{} {}", opportunity.text("Name"), entry.text("Name"))));
    Ok(())
}

/// Sums the products of an opportunity into its amount and quantity.
pub fn roll_up(scene: Scene<'_>, opportunity: &Value) -> Ruled {
    let Some(opportunity) = scene.load(opportunity)? else { return Ok(()) };
    let items = scene.find("OpportunityLineItem", "OpportunityId", &Value::Text(opportunity.id.to_string()))?;
    let sum = |name: &str| items.iter().filter_map(|item| item.get(name).as_number()).sum::<f64>();
    let amount = cents(sum("TotalPrice"));
    scene.put(
        opportunity.object,
        opportunity.id,
        &[
            ("Amount", Value::Real(amount)),
            ("TotalOpportunityQuantity", Value::Real(sum("Quantity"))),
            ("ExpectedRevenue", expected_revenue(Some(amount), opportunity.get("Probability").as_number())),
            ("HasOpportunityLineItem", Value::boolean(!items.is_empty())),
        ],
    )
}

/// An account whose opportunities were won stays.
/// GUESS: the sentence is the one Setup shows; a REST recording would settle its punctuation.
pub fn account_may_go(scene: Scene<'_>, account: &Object, id: RecordId, stored: &[Value]) -> Ruled {
    let opportunities = scene.find("Opportunity", "AccountId", &Value::Text(id.to_string()))?;
    let won: Vec<&str> = opportunities.iter().filter(|opportunity| opportunity.get("IsWon").is_true()).map(|won| won.text("Name")).collect();
    if won.is_empty() {
        return Ok(());
    }
    let name = account.field_index("Name").and_then(|index| stored[index].as_text()).unwrap_or_default();
    let message = format!(
        "Your attempt to delete {name} could not be completed because some opportunities in that account were closed won. \
         The opportunities shown below are those closed won opportunities in that account.: {}\n",
        won.join(", ")
    );
    Err(RecordError::rule("DELETE_FAILED", message, &[]))
}

/// Whether a stage means that the opportunity is won.
pub fn is_won(stage: &str) -> bool {
    lists::flag("OpportunityStage", stage, "IsWon")
}
