//! Generated data and queries: the compiled SQL on SQLite against the model.

use proptest::prelude::*;

use crate::bench::{config, context, database, groups, records};
use crate::schema::{Small, load};
use crate::{generate, model};

fn check(catalog: &Small, world: &model::World, query: &model::Query) -> Result<(), TestCaseError> {
    let text = query.to_string();
    let compiled = soql::compile(&text, catalog, &context()).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
    let connection = database();
    load(&connection, world);
    prop_assert_eq!(numbers(&records(&connection, &compiled)), numbers(&world.answer(query)), "{}\n{:#?}", text, compiled);
    Ok(())
}

fn check_groups(catalog: &Small, world: &model::World, grouping: &model::Grouping) -> Result<(), TestCaseError> {
    let text = grouping.to_string();
    let compiled = soql::compile(&text, catalog, &context()).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
    let connection = database();
    load(&connection, world);
    // Rows that differ only in being a subtotal or a group of nulls have no order of their own.
    let sorted = |rows: Vec<serde_json::Value>| {
        let mut rows: Vec<String> = rows.into_iter().map(|row| numbers(&[row])).collect();
        rows.sort();
        rows
    };
    prop_assert_eq!(sorted(groups(&connection, &compiled)), sorted(world.groups(grouping)), "{}\n{:#?}", text, compiled);
    Ok(())
}

/// The model knows one type of number.
fn numbers(records: &[serde_json::Value]) -> String {
    serde_json::to_string_pretty(records).unwrap().replace(".0,", ",").replace(".0\n", "\n")
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn compiled_queries_answer_what_the_model_answers(world in generate::world(), query in generate::query(), through_selects: bool) {
        check(&Small { through_selects }, &world, &query)?;
    }

    #[test]
    fn compiled_groups_are_what_the_model_groups(world in generate::world(), grouping in generate::grouping(), through_selects: bool) {
        check_groups(&Small { through_selects }, &world, &grouping)?;
    }
}
