//! Products, price books and their entries.

use catalogue::Object;

use super::{Loaded, Ruled, Scene};
use crate::id::RecordId;
use crate::records::error::RecordError;
use crate::records::values::Value;
use crate::records::whole::Whole;

pub fn integrity(field: &'static str, message: &str) -> RecordError {
    RecordError::rule("FIELD_INTEGRITY_EXCEPTION", message.to_owned(), &[field])
}

pub fn integrity_of_record(message: &str) -> RecordError {
    RecordError::rule("FIELD_INTEGRITY_EXCEPTION", message.to_owned(), &[])
}

/// An entry that follows the standard price has that price before it is asked whether it has one.
pub fn standard_price(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if whole.is_true("UseStandardPrice")
        && !is_standard(scene, whole.get("Pricebook2Id"))?
        && let Some(standard) = standard_entry(scene, whole.get("Product2Id"))?
    {
        whole.set("UnitPrice", standard.get("UnitPrice").clone());
    }
    Ok(())
}

fn is_standard(scene: Scene<'_>, book: &Value) -> Result<bool, RecordError> {
    Ok(scene.load(book)?.is_some_and(|book| book.get("IsStandard").is_true()))
}

/// The product's price in the standard price book.
fn standard_entry<'c>(scene: Scene<'c>, product: &Value) -> Result<Option<Loaded<'c>>, RecordError> {
    for entry in scene.find("PricebookEntry", "Product2Id", product)? {
        if is_standard(scene, entry.get("Pricebook2Id"))? {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}

/// One entry per product and book, a standard price before any other; name and code are the product's.
/// Source: Object Reference, PricebookEntry; the messages are those of Apex logs in public repositories.
pub fn entry(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if !whole.is_new() {
        return Ok(());
    }
    let standard = is_standard(scene, whole.get("Pricebook2Id"))?;
    let siblings = scene.find("PricebookEntry", "Product2Id", whole.get("Product2Id"))?;
    if siblings.iter().any(|entry| entry.get("Pricebook2Id") == whole.get("Pricebook2Id")) {
        return Err(RecordError::rule("DUPLICATE_VALUE", "This price definition already exists in this price book".to_owned(), &[]));
    }
    if standard && whole.is_true("UseStandardPrice") {
        return Err(integrity("UseStandardPrice", "field integrity exception: UseStandardPrice (a standard price cannot use the standard price)"));
    }
    if !standard && standard_entry(scene, whole.get("Product2Id"))?.is_none() {
        return Err(RecordError::rule("STANDARD_PRICE_NOT_DEFINED", "Before creating a custom price, create a standard price.".to_owned(), &[]));
    }
    if let Some(product) = scene.load(whole.get("Product2Id"))? {
        whole.set("Name", product.get("Name").clone());
        whole.set("ProductCode", product.get("ProductCode").clone());
    }
    Ok(())
}

/// Entries bear the name and the code of their product.
pub fn product_written(scene: Scene<'_>, whole: &Whole<'_, '_>, id: RecordId) -> Ruled {
    if whole.is_new() || !whole.changes(&["Name", "ProductCode"]) {
        return Ok(());
    }
    for entry in scene.find("PricebookEntry", "Product2Id", &Value::Text(id.to_string()))? {
        scene.put(entry.object, entry.id, &[("Name", whole.get("Name").clone()), ("ProductCode", whole.get("ProductCode").clone())])?;
    }
    Ok(())
}

/// Whether a line of an opportunity or order may take this entry. `book` is the parent's price book, empty when it has none.
pub fn entry_fits(entry: &Loaded<'_>, book: &str, parent: &str) -> Ruled {
    if !entry.get("IsActive").is_true() {
        return Err(integrity("PricebookEntryId", "field integrity exception: PricebookEntryId (pricebook entry is inactive)"));
    }
    if !book.is_empty() && entry.text("Pricebook2Id") != book {
        let message = format!(
            "field integrity exception: PricebookEntryId (pricebook entry is in a different pricebook than the one assigned to the {parent})"
        );
        return Err(integrity("PricebookEntryId", &message));
    }
    Ok(())
}

/// The standard price book stays.
/// GUESS: code and words; a recording of the refused deletion would settle them.
pub fn book_may_go(object: &Object, stored: &[Value]) -> Ruled {
    let standard = object.field_index("IsStandard").is_some_and(|index| stored[index].is_true());
    if standard { Err(RecordError::rule("DELETE_FAILED", "The standard price book can't be deleted.".to_owned(), &[])) } else { Ok(()) }
}
