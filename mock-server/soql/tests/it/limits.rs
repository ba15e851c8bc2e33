//! Large queries: answered or refused in bounded time, inside SQLite's own limits.

use crate::bench::{compile, database, run};
use crate::queries::create_tables;
use soql::Answer;

/// Compiles and runs a query over the standard objects' empty tables.
fn check(text: &str) {
    assert!(text.len() <= 100_000, "{}", text.len());
    let connection = database();
    create_tables(&connection);
    let compiled = compile(text).unwrap_or_else(|error| panic!("{error}"));
    let Answer::Rows(rows) = compiled.answer else { panic!("a query of records") };
    for statement in [&rows.first, &rows.count, &rows.ids, &rows.page] {
        run(&connection, statement, 10, &[]);
    }
}

#[test]
fn eight_thousand_alternatives_are_answered() {
    let terms: Vec<String> = (0..8_000).map(|number| format!("Fax='{}'", number % 10)).collect();
    check(&format!("SELECT Id FROM Account WHERE {}", terms.join("OR ")));
}

#[test]
fn three_thousand_negated_terms_are_answered() {
    let terms: Vec<String> = (0..3_000).map(|number| format!("Fax>'{number}'")).collect();
    check(&format!("SELECT Id FROM Account WHERE NOT({})", terms.join(" AND ")));
}

#[test]
fn a_list_as_long_as_a_query_may_be_is_answered() {
    let ids: Vec<String> = (0..5_500).map(|number| format!("'{number:0>15}'")).collect();
    check(&format!("SELECT Id FROM Account WHERE Id IN ({})", ids.join(",")));
}

#[test]
fn a_query_of_the_greatest_length_is_answered() {
    let text = format!("SELECT Id FROM Account WHERE Name='{}'", "x".repeat(4_000));
    check(&format!("{text}{}", " ".repeat(100_000 - text.len())));
}

#[test]
fn twenty_levels_of_parentheses_are_answered() {
    check(&format!("SELECT Id FROM Account WHERE {}Name = 'a'{}", "(NOT (".repeat(20), "))".repeat(20)));
}

#[test]
fn ninety_levels_of_changing_operators_are_answered() {
    let deep = (0..90).fold("Name = 'a'".to_owned(), |inner, level| {
        let operator = if level % 2 == 0 { "AND" } else { "OR" };
        format!("Fax LIKE '{level}' {operator} (NOT ({inner}))")
    });
    // Each level takes two of the parser's.
    let shallow = (0..45).fold("Name = 'a'".to_owned(), |inner, level| {
        let operator = if level % 2 == 0 { "AND" } else { "OR" };
        format!("Fax LIKE '{level}' {operator} ({inner})")
    });
    assert!(compile(&format!("SELECT Id FROM Account WHERE {deep}")).is_err());
    check(&format!("SELECT Id FROM Account WHERE {shallow}"));
}

#[test]
fn fifty_five_parents_of_which_twenty_are_polymorphic_are_answered() {
    let users = ["CreatedBy", "LastModifiedBy", "Manager"];
    let mut paths: Vec<String> = vec!["Account.Name".to_owned()];
    for first in &users[..2] {
        for second in users {
            paths.push(format!("{first}.{second}.Name"));
            paths.extend(users.map(|third| format!("{first}.{second}.{third}.Name")));
        }
    }
    let named = ["Name", "Type", "FirstName", "LastName", "Title", "Email", "Phone", "Username", "Alias", "IsActive"];
    paths.extend(["Who", "What"].iter().flat_map(|parent| named.map(|field| format!("{parent}.{field}"))));
    check(&format!("SELECT {} FROM Task WHERE What.Name != null ORDER BY Who.Name", paths.join(", ")));
}

#[test]
fn more_than_fifty_five_parents_are_refused() {
    let users = ["CreatedBy", "LastModifiedBy", "Manager"];
    let mut paths = Vec::new();
    for first in users {
        for second in users {
            for third in users {
                for fourth in users {
                    paths.push(format!("{first}.{second}.{third}.{fourth}.Name"));
                }
            }
        }
    }
    let error = compile(&format!("SELECT {} FROM User", paths.join(", "))).expect_err("too many parents");
    assert_eq!(error.code(), "QUERY_TOO_COMPLICATED");
}

#[test]
fn polymorphic_parents_count_as_parents() {
    let users = ["CreatedBy", "LastModifiedBy", "Manager"];
    let below = |path: &String| users.map(|step| format!("{path}.{step}"));
    let third: Vec<String> = below(&"CreatedBy".to_owned()).iter().flat_map(below).collect();
    let mut parents: Vec<String> = third.iter().flat_map(below).collect();
    parents.extend(below(&"LastModifiedBy".to_owned()).iter().flat_map(below));
    parents.push("Account".to_owned());
    // 1 + 3 + 9 + 27 through CreatedBy, 1 + 3 + 9 through LastModifiedBy, and the account: 54.
    let fields: Vec<String> = parents.iter().map(|parent| format!("{parent}.Name")).collect();
    let query = |more: &str| format!("SELECT {}, {more} FROM Task", fields.join(", "));
    check(&query("What.Name, What.Type, What.Phone"));
    assert_eq!(compile(&query("What.Name, Who.Name")).expect_err("56 parents").code(), "QUERY_TOO_COMPLICATED");
}

#[test]
fn a_query_that_grows_beyond_bounds_when_it_is_written_out_is_refused() {
    let terms: Vec<String> = (0..3_900).map(|number| format!("What.Name LIKE '{number}'")).collect();
    let refused = compile(&format!("SELECT Id FROM Task WHERE {}", terms.join(" OR "))).err().map(|error| error.code());
    assert_eq!(refused, Some("QUERY_TOO_COMPLICATED"));
    check(&format!("SELECT Id FROM Task WHERE {}", terms[..100].join(" OR ")));
}
