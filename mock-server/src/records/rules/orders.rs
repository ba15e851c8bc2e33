//! Orders and their products.

use super::{Ruled, Scene, prices, sales};
use crate::records::error::RecordError;
use crate::records::values::Value;
use crate::records::whole::Whole;

/// A new order is a draft whatever its status is called; its total begins at nothing.
pub fn order(whole: &mut Whole<'_, '_>) {
    if whole.is_new() {
        whole.set("TotalAmount", Value::Real(0.0));
    }
    if whole.changes(&["Status"]) {
        let code = if whole.text("Status") == "Activated" { "Activated" } else { "Draft" };
        whole.set("StatusCode", Value::Text(code.to_owned()));
    }
}

pub fn item(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if whole.is_new() {
        let order = scene.load(whole.get("OrderId"))?;
        if order.as_ref().is_some_and(|order| order.get("Pricebook2Id").is_null()) {
            return Err(prices::integrity("Pricebook2Id", "field integrity exception: Pricebook2Id (order must have a price book)"));
        }
        if let (Some(entry), Some(order)) = (scene.load(whole.get("PricebookEntryId"))?, order) {
            prices::entry_fits(&entry, order.text("Pricebook2Id"), "order")?;
            whole.set("Product2Id", entry.get("Product2Id").clone());
            whole.set_default("ListPrice", || entry.get("UnitPrice").clone());
        }
        whole.set("AvailableQuantity", whole.get("Quantity").clone());
        if !whole.given("UnitPrice") {
            return Err(RecordError::RequiredFieldMissing(vec!["UnitPrice".to_owned()]));
        }
    }
    if whole.changes(&["Quantity", "UnitPrice"]) {
        let total = whole.number("Quantity").zip(whole.number("UnitPrice")).map(|(quantity, price)| sales::cents(quantity * price));
        whole.set("TotalPrice", total.map_or(Value::Null, Value::Real));
    }
    Ok(())
}

/// Sums the products of an order.
pub fn roll_up(scene: Scene<'_>, order: &Value) -> Ruled {
    let Some(order) = scene.load(order)? else { return Ok(()) };
    let items = scene.find("OrderItem", "OrderId", &Value::Text(order.id.to_string()))?;
    let total = items.iter().filter_map(|item| item.get("TotalPrice").as_number()).sum::<f64>();
    scene.put(order.object, order.id, &[("TotalAmount", Value::Real(sales::cents(total)))])
}
