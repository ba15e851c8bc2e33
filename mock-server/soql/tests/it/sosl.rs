//! Searches: text and tree, the terms between the braces, and what a search is refused for.

use proptest::prelude::*;
use proptest::sample::select;
use soql::sosl::{self, CompiledSearch, SoslError, Terms, words};

use crate::bench::{Standard, config, context};

fn compile(text: &str) -> Result<CompiledSearch, SoslError> {
    let standard = Standard::default();
    let everything: Vec<&catalogue::Object> = ["Account", "Contact", "Case"].iter().filter_map(|name| catalogue::object(name)).collect();
    let views = |object: &catalogue::Object, name: &str| (object.name == "Account" && name == "Banks").then(|| "Industry = 'Banking'".to_owned());
    sosl::compile(text, &standard, &context(), &everything, &views)
}

/// Parses, prints, and checks that the printed text is a fixed point with the same tree.
fn check_round_trip(text: &str) -> String {
    let tree = sosl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let printed = tree.to_string();
    let again = sosl::parse(&printed).unwrap_or_else(|error| panic!("{printed}: {error}"));
    assert_eq!(again, tree, "{text}\n{printed}");
    assert_eq!(again.to_string(), printed);
    printed
}

#[test]
fn a_search_prints_in_canonical_form() {
    for (text, canonical) in [
        ("find {acme}", "FIND {acme}"),
        ("FIND{a\\}b \"c d\"}in name fields", "FIND {a\\}b \"c d\"} IN NAME FIELDS"),
        ("FIND {it's} RETURNING Account,Contact ( id , name )", "FIND {it's} RETURNING Account, Contact(id, name)"),
        (
            "FIND {a} IN SIDEBAR FIELDS RETURNING Account(Name, toLabel(Industry) i WHERE Name like 'a%' USING Listview=Banks ORDER BY Name DESC LIMIT 5 OFFSET 2) LIMIT 9",
            "FIND {a} IN SIDEBAR FIELDS RETURNING Account(Name, toLabel(Industry) i WHERE Name LIKE 'a%' USING ListView = Banks ORDER BY Name DESC LIMIT 5 OFFSET 2) LIMIT 9",
        ),
        (
            "FIND {a} WITH DIVISION='Global' WITH HIGHLIGHT WITH SNIPPET(target_length=120) WITH SPELL_CORRECTION = false UPDATE TRACKING, VIEWSTAT",
            "FIND {a} WITH DIVISION = 'Global' WITH HIGHLIGHT WITH SNIPPET (target_length=120) WITH SPELL_CORRECTION = false UPDATE TRACKING, VIEWSTAT",
        ),
        (
            "FIND {a} WITH DATA CATEGORY Geography__c at (asia__c, europe__c) and Product__c BELOW all__c",
            "FIND {a} WITH DATA CATEGORY Geography__c AT (asia__c, europe__c) AND Product__c BELOW all__c",
        ),
        (
            "FIND {a} WITH NETWORK IN ('0DB1','0DB2') WITH NETWORK='0DB' WITH PricebookId='01s' WITH METADATA='LABELS'",
            "FIND {a} WITH NETWORK IN ('0DB1', '0DB2') WITH NETWORK = '0DB' WITH PricebookId = '01s' WITH METADATA = 'LABELS'",
        ),
    ] {
        assert_eq!(check_round_trip(text), canonical);
    }
}

#[track_caller]
fn check_refusal(text: &str, code: &str, message: &str) {
    let error = compile(text).expect_err(text);
    assert_eq!((error.code(), error.message().as_str()), (code, message), "{text}");
}

#[test]
fn a_search_needs_words_in_braces() {
    const NO_TERM: &str = "No search term found. The search term must be enclosed in braces.";
    for text in ["FIND", "FIND acme", "FIND 'acme'", "FIND {acme", "FIND {}", "FIND {  }", "FIND {acme\\}"] {
        check_refusal(text, "MALFORMED_SEARCH", NO_TERM);
    }
    check_refusal("FIND {a}", "MALFORMED_SEARCH", "search term must be longer than one character: a");
    check_refusal("FIND {*}", "MALFORMED_SEARCH", "search term must be longer than one character: *");
    check_refusal("FIND { b* }", "MALFORMED_SEARCH", "search term must be longer than one character: b*");
    assert!(compile("FIND {東}").is_ok());
}

#[test]
fn terms_must_be_whole() {
    for (terms, token) in
        [("(acme", "'<EOF>'"), ("acme)", "')'"), ("AND acme", "'AND'"), ("acme OR", "'<EOF>'"), ("NOT acme", "'NOT'"), ("acme OR AND b", "'AND'")]
    {
        check_refusal(&format!("FIND {{{terms}}}"), "MALFORMED_SEARCH", &format!("unexpected token: {token}"));
    }
    check_refusal("FIND {\"acme}", "MALFORMED_SEARCH", "unexpected end of search term: a quotation mark is not closed");
    let deep = format!("FIND {{{}acme{}}}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(compile(&deep).is_ok(), "beyond 4,000 characters parentheses are no operators");
    let deep = format!("FIND {{{}acme{}}}", "(".repeat(50), ")".repeat(50));
    assert_eq!(compile(&deep).expect_err("too deep").code(), "MALFORMED_SEARCH");
}

#[test]
fn clauses_are_refused_as_in_queries() {
    check_refusal(
        "FIND {acme} RETURNING Nope",
        "INVALID_TYPE",
        "\nFIND {acme} RETURNING Nope\n                      ^\nERROR at Row:1:Column:23\nsObject type 'Nope' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.",
    );
    check_refusal(
        "FIND {acme} RETURNING Account(Nope)",
        "INVALID_FIELD",
        "\nFIND {acme} RETURNING Account(Nope)\n                              ^\nERROR at Row:1:Column:31\nNo such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
    );
    check_refusal(
        "FIND {acme} RETURNING Account(WHERE Name = 'a')",
        "MALFORMED_SEARCH",
        "\nFIND {acme} RETURNING Account(WHERE Name = 'a')\n                              ^\nERROR at Row:1:Column:31\nunexpected token: 'WHERE'",
    );
    check_refusal(
        "FIND {acme} WHERE x = 1",
        "MALFORMED_SEARCH",
        "\nFIND {acme} WHERE x = 1\n            ^\nERROR at Row:1:Column:13\nunexpected token: 'WHERE'",
    );
    check_refusal("FIND {acme} RETURNING Account(Id OFFSET 2001)", "NUMBER_OUTSIDE_VALID_RANGE", "SOSL offset should be between 0 to 2000");
    check_refusal("FIND {acme} RETURNING Account(Id), account(Name)", "MALFORMED_SEARCH", "duplicate object in RETURNING clause: account");
    check_refusal(
        "FIND {acme} RETURNING OpportunityHistory(Id)",
        "INVALID_TYPE_FOR_OPERATION",
        "entity type OpportunityHistory does not support search",
    );
    check_refusal("FIND {acme} RETURNING Account(COUNT(Id))", "MALFORMED_SEARCH", "aggregate functions are not supported in a search: COUNT");
    check_refusal("FIND {acme} RETURNING Account(Id USING ListView = Nope)", "INVALID_SEARCH", "list view not found: Nope");
    assert!(compile("FIND {acme} RETURNING Account(Id USING ListView = Banks)").is_ok());
    for text in [
        "FIND {acme} IN SOME FIELDS",
        "FIND {acme} IN NAME",
        "FIND {acme} RETURNING",
        "FIND {acme} RETURNING Account(Id",
        "FIND {acme} RETURNING Account(Id, (SELECT Id FROM Contacts))",
        "FIND {acme} RETURNING Account(Id) LIMIT x",
        "FIND {acme} WITH METADATA = 'NAMES'",
        "FIND {acme} WITH SNIPPET (target_length=20)",
        "FIND {acme} RETURNING Account(Id OFFSET 1), Contact(Id)",
        "FIND {acme} RETURNING Account(Id LIMIT 1) UPDATE NOTHING",
        "SELECT Id FROM Account",
        "",
    ] {
        assert_eq!(compile(text).expect_err(text).code(), "MALFORMED_SEARCH", "{text}");
    }
}

#[test]
fn rows_are_limited_by_what_is_asked() {
    let most = |text: &str| compile(text).unwrap().objects.iter().map(|searched| searched.most).collect::<Vec<_>>();
    assert_eq!(most("FIND {acme}"), [250, 250, 250]);
    assert_eq!(most("FIND {acme} RETURNING Account"), [250]);
    assert_eq!(most("FIND {acme} RETURNING Account(Id WHERE Name != null)"), [2_000]);
    assert_eq!(most("FIND {acme} RETURNING Account(Id ORDER BY Name)"), [2_000]);
}

#[test]
fn a_group_of_fields_narrows_what_is_looked_at() {
    let fields = |text: &str| compile(text).unwrap().objects.remove(0).fields;
    assert_eq!(fields("FIND {acme} IN EMAIL FIELDS RETURNING Contact"), ["Email"]);
    assert_eq!(fields("FIND {acme} IN PHONE FIELDS RETURNING Account"), ["Phone", "Fax"]);
    assert_eq!(fields("FIND {acme} IN NAME FIELDS RETURNING Account"), ["Name", "Website", "Site"]);
    assert!(fields("FIND {acme} RETURNING Account").contains(&"BillingCity".to_owned()));
    assert!(fields("FIND {acme} IN EMAIL FIELDS RETURNING Account").is_empty());
    let hidden = Standard { hidden: vec![("Account", "Website")], ..Standard::default() };
    let search = sosl::compile("FIND {acme} IN NAME FIELDS RETURNING Account", &hidden, &context(), &[], &|_, _| None).unwrap();
    assert_eq!(search.objects[0].fields, ["Name", "Site"]);
}

#[track_caller]
fn check_holds(terms: &str, text: &str, expected: bool) {
    let parsed = Terms::parse(terms).unwrap_or_else(|fault| panic!("{terms}: {fault:?}"));
    assert_eq!(parsed.hold(&[words(text)]), expected, "{terms} in {text}");
}

#[test]
fn operators_bind_in_salesforces_order() {
    for (terms, text, expected) in [
        ("aa OR bb AND cc", "aa", true),
        ("(aa OR bb) AND cc", "aa", false),
        ("aa bb OR cc", "cc", true),
        ("aa AND NOT bb", "aa", true),
        ("aa AND NOT bb", "aa bb", false),
        ("aa AND NOT bb OR bb", "bb", true),
        ("aa and not bb", "aa bb", false),
        ("aa \\AND bb", "aa bb", false),
        ("\"aa AND bb\"", "aa and bb", true),
        ("AT\\&T", "AT&T Inc", true),
        ("AT\\&T", "AT x T", false),
        ("o\\'brien", "Mr. O'Brien", true),
        ("a\\*b", "a*b", true),
        ("a\\*b", "axb", false),
        ("j*hn", "john", true),
        ("jo?n", "jon", false),
        ("*ohn", "john", false),
        ("\"jo* smith\"", "john smith", true),
        ("東京", "東京タワー", true),
        ("京東", "東京タワー", false),
        ("aa & bb", "aa bb", true),
    ] {
        check_holds(terms, text, expected);
    }
}

#[test]
fn found_words_are_marked_but_not_those_behind_wildcards() {
    let places =
        |terms: &str, text: &str| Terms::parse(terms).unwrap().places(text).into_iter().map(|place| text[place].to_owned()).collect::<Vec<_>>();
    assert_eq!(places("san francisco", "San Francisco, san"), ["San", "Francisco", "san"]);
    assert_eq!(places("\"san francisco\"", "San Francisco, san"), ["San", "Francisco"]);
    assert_eq!(places("fran*", "San Francisco"), Vec::<String>::new());
    assert_eq!(places("aa AND NOT bb", "aa bb"), ["aa"]);
    assert_eq!(places("cafe", "Café"), ["Café"]);
}

/// Words of the grammar in any order: mostly nonsense, often nearly a search.
fn almost_search() -> impl Strategy<Value = String> {
    const WORDS: [&str; 34] = [
        "IN",
        "NAME",
        "FIELDS",
        "RETURNING",
        "Account",
        "Contact",
        "(",
        ")",
        "Id",
        "Name",
        ",",
        "WHERE",
        "=",
        "'x'",
        "ORDER",
        "BY",
        "LIMIT",
        "5",
        "OFFSET",
        "USING",
        "ListView",
        "WITH",
        "HIGHLIGHT",
        "SNIPPET",
        "METADATA",
        "'LABELS'",
        "DATA",
        "CATEGORY",
        "AT",
        "AND",
        "UPDATE",
        "TRACKING",
        "{",
        "é",
    ];
    prop::collection::vec(select(&WORDS[..]), 0..25).prop_map(|words| format!("FIND {{acme}} {}", words.join(" ")))
}

/// Pieces of a search text in any order.
fn almost_terms() -> impl Strategy<Value = String> {
    const PIECES: [&str; 20] =
        ["aa", "bb", "AND", "OR", "NOT", "AND NOT", "(", ")", "\"", "*", "?", "\\", "-", "é", "東", "a*", "*a", " ", "'", "\u{301}"];
    prop::collection::vec(select(&PIECES[..]), 1..16).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_text_makes_the_compiler_panic(text in prop_oneof![any::<String>(), "[ -~]{0,80}", almost_search(), almost_terms().prop_map(|terms| format!("FIND {{{terms}}}"))]) {
        if let Ok(tree) = sosl::parse(&text) {
            prop_assert_eq!(sosl::parse(&tree.to_string()).ok(), Some(tree));
        }
        drop(compile(&text));
    }

    #[test]
    fn a_text_holds_each_of_its_own_words(text in "[a-zA-Zéß東0-9 .,'-]{0,60}") {
        for word in words(&text) {
            if word.folded.chars().count() > 1 {
                let terms = Terms::parse(&format!("\"{}\"", &text[word.span.clone()])).expect("a phrase is a search text");
                prop_assert!(terms.hold(&[words(&text)]));
                prop_assert!(!terms.places(&text).is_empty());
            }
        }
    }
}
