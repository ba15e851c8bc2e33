//! The grammar: what parses prints canonically and parses back to the same tree; no text makes the parser panic.

use proptest::prelude::*;
use proptest::sample::select;

use crate::bench::{compile, config};

/// Parses, prints, and checks that the printed text is a fixed point with the same tree.
fn check_round_trip(text: &str) -> String {
    let tree = soql::syntax::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let printed = tree.to_string();
    let again = soql::syntax::parse(&printed).unwrap_or_else(|error| panic!("{printed}: {error}"));
    assert_eq!(again, tree, "{text}\n{printed}");
    assert_eq!(again.to_string(), printed);
    printed
}

#[test]
fn a_query_prints_in_canonical_form() {
    for (text, canonical) in [
        ("select\tId,Name\r\nfrom Account", "SELECT Id, Name FROM Account"),
        ("SELECT COUNT()FROM Contact", "SELECT COUNT() FROM Contact"),
        ("SELECT c.Name FROM Contact c, c.Account a WHERE a.Name<>'x'", "SELECT c.Name FROM Contact AS c, c.Account AS a WHERE a.Name != 'x'"),
        ("SELECT Id FROM Group GROUP BY Id", "SELECT Id FROM Group GROUP BY Id"),
        ("SELECT Id FROM Order ORDER BY Id", "SELECT Id FROM Order ORDER BY Id"),
        ("SELECT Group.Name FROM GroupMember", "SELECT Group.Name FROM GroupMember"),
        ("SELECT Id FROM Account offset OFFSET 5", "SELECT Id FROM Account AS offset OFFSET 5"),
        ("SELECT Id FROM A WHERE (a = 1 AND (b = 2)) AND (NOT c = 3)", "SELECT Id FROM A WHERE (a = 1 AND b = 2) AND (NOT c = 3)"),
        ("SELECT Id FROM A WHERE not (not a like 'x')", "SELECT Id FROM A WHERE NOT (NOT a LIKE 'x')"),
        ("SELECT Id FROM A WHERE a IN (null,TRUE,-5,+.5,1e3)", "SELECT Id FROM A WHERE a IN (NULL, TRUE, -5, +.5, 1e3)"),
        ("SELECT Id FROM A WHERE a = '\\'\\u0041\\n' AND b = usd500.01", "SELECT Id FROM A WHERE a = '\\'\\u0041\\n' AND b = usd500.01"),
        (
            "SELECT Id FROM A WHERE a = 2024-01-31 AND b > 2024-01-31T10:00:00+01:00",
            "SELECT Id FROM A WHERE a = 2024-01-31 AND b > 2024-01-31T09:00:00.000Z",
        ),
        (
            "SELECT Id FROM A WHERE t = 10:20:30.5Z OR d=last_n_fiscal_years:3",
            "SELECT Id FROM A WHERE t = 10:20:30.500Z OR d = LAST_N_FISCAL_YEARS:3",
        ),
        (
            "SELECT TYPEOF What WHEN Account THEN Id,Name ELSE Name END FROM Task",
            "SELECT TYPEOF What WHEN Account THEN Id, Name ELSE Name END FROM Task",
        ),
        ("SELECT a, COUNT(b) x FROM A GROUP BY ROLLUP (a) HAVING COUNT(b)>1", "SELECT a, COUNT(b) x FROM A GROUP BY ROLLUP(a) HAVING COUNT(b) > 1"),
        (
            "SELECT Id FROM A ORDER BY a DESC NULLS LAST, b ASC LIMIT 1 FOR VIEW, REFERENCE",
            "SELECT Id FROM A ORDER BY a DESC NULLS LAST, b LIMIT 1 FOR VIEW, REFERENCE",
        ),
        (
            "SELECT Id FROM A with data category G__c above_or_below (a__c,b__c) AND H__c At c__c",
            "SELECT Id FROM A WITH DATA CATEGORY G__c ABOVE_OR_BELOW (a__c, b__c) AND H__c AT c__c",
        ),
        (
            "SELECT Id FROM A WITH recordVisibilityContext(x=1,y='z') UPDATE Tracking",
            "SELECT Id FROM A WITH RecordVisibilityContext (x = 1, y = 'z') UPDATE TRACKING",
        ),
        ("SELECT Id FROM A WITH UserId='005' SET OPTIONS(b=FALSE)", "SELECT Id FROM A WITH UserId = '005' SET OPTIONS (b = FALSE)"),
        (
            "SELECT Id, (SELECT Id FROM b.Cs LIMIT 1) FROM B b USING SCOPE mine",
            "SELECT Id, (SELECT Id FROM b.Cs LIMIT 1) FROM B AS b USING SCOPE mine",
        ),
        (
            "SELECT Id FROM A WHERE DISTANCE(l, GEOLOCATION(1.5, -2), 'mi') < 20 AND m INCLUDES('a;b','c')",
            "SELECT Id FROM A WHERE DISTANCE(l, GEOLOCATION(1.5, -2), 'mi') < 20 AND m INCLUDES ('a;b', 'c')",
        ),
    ] {
        assert_eq!(check_round_trip(text), canonical);
    }
}

#[test]
fn every_query_file_makes_the_round_trip() {
    for (_, text) in crate::queries::files() {
        check_round_trip(&text);
    }
}

#[test]
fn long_chains_and_deep_parentheses_are_bounded() {
    let chain = vec!["Name = 'a'"; 4_000].join(" OR ");
    let text = format!("SELECT Id FROM Account WHERE {chain}");
    check_round_trip(&text);
    assert!(compile(&text).is_ok());
    let nested = |depth: usize| format!("SELECT Id FROM Account WHERE {}Name = 'a'{}", "(".repeat(depth), ")".repeat(depth));
    assert!(compile(&nested(50)).is_ok());
    assert_eq!(compile(&nested(40_000)).expect_err("too deep").code(), "MALFORMED_QUERY");
}

/// Words of the grammar in any order: mostly nonsense, often nearly a query.
fn almost_query() -> impl Strategy<Value = String> {
    const WORDS: [&str; 48] = [
        "SELECT",
        "FROM",
        "WHERE",
        "AND",
        "OR",
        "NOT",
        "IN",
        "LIKE",
        "ORDER",
        "BY",
        "GROUP",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "NULLS",
        "FIRST",
        "COUNT",
        "TYPEOF",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "FIELDS",
        "ALL",
        "USING",
        "SCOPE",
        "mine",
        "WITH",
        "FOR",
        "VIEW",
        "(",
        ")",
        ",",
        ".",
        "=",
        "<=",
        "!=",
        "'x'",
        "'\\",
        "5",
        "-1.5",
        "2024-01-01",
        "LAST_N_DAYS:3",
        "null",
        "Account",
        "Name",
        "Contacts",
        "é",
    ];
    prop::collection::vec(select(&WORDS[..]), 0..40).prop_map(|words| format!("SELECT Id FROM Account {}", words.join(" ")))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_text_makes_the_compiler_panic(text in prop_oneof![any::<String>(), "[ -~]{0,80}", almost_query()]) {
        if let Ok(tree) = soql::syntax::parse(&text) {
            prop_assert_eq!(soql::syntax::parse(&tree.to_string()).ok(), Some(tree));
        }
        drop(compile(&text));
    }
}
