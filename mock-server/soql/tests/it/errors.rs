//! Every error of the reference's table, with its exact code and message.

use crate::bench::{Standard, compile, context};

/// What follows `\n` in a message that points: the snippet, the caret, the place.
fn pointing(text: &str, column: usize, message: &str) -> String {
    format!("\n{text}\n{}^\nERROR at Row:1:Column:{column}\n{message}", " ".repeat(column - 1))
}

fn check(text: &str, code: &str, message: &str) {
    let error = compile(text).expect_err(text);
    assert_eq!((error.code(), error.message().as_str()), (code, message), "{text}");
}

/// For queries short enough to be shown whole, with the place in the first 30 characters.
fn check_at(text: &str, column: usize, code: &str, message: &str) {
    check(text, code, &pointing(text, column, message));
}

const CUSTOM_FIELD: &str = "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. \
    Please reference your WSDL or the describe call for the appropriate names.";
const CUSTOM_RELATIONSHIP: &str = "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom \
    relationship name. Please reference your WSDL or the describe call for the appropriate names.";
const CUSTOM_OBJECT: &str = "If you are attempting to use a custom object, be sure to append the '__c' after the entity name. \
    Please reference your WSDL or the describe call for the appropriate names.";

#[test]
fn an_unknown_name_is_pointed_at() {
    let column = format!("No such column 'Nope' on entity 'Account'. {CUSTOM_FIELD}");
    check_at("SELECT Nope FROM Account", 8, "INVALID_FIELD", &column);
    check_at("SELECT Id FROM Account WHERE Nope = 1", 30, "INVALID_FIELD", &column);
    check_at("SELECT Account.Nope FROM Contact", 8, "INVALID_FIELD", &column);
    check_at("SELECT COUNT(Nope) FROM Account", 14, "INVALID_FIELD", &column);
    let relationship = format!("Didn't understand relationship 'Nope' in field path. {CUSTOM_RELATIONSHIP}");
    check_at("SELECT Nope.Name FROM Account", 8, "INVALID_FIELD", &relationship);
    let child = format!("Didn't understand relationship 'Nopes' in FROM part of query call. {CUSTOM_RELATIONSHIP}");
    check_at("SELECT (SELECT Id FROM Nopes) FROM Account", 24, "INVALID_TYPE", &child);
    let object = format!("sObject type 'Nope__c' is not supported. {CUSTOM_OBJECT}");
    check_at("SELECT Id FROM Nope__c", 16, "INVALID_TYPE", &object);
}

#[test]
fn the_snippet_shows_thirty_characters_on_either_side_and_no_broken_word() {
    let shows = |text: &str, snippet: &str, place: &str| {
        let error = compile(text).expect_err(text);
        let begun = format!("\n{snippet}\nERROR at {place}\n");
        assert!(error.message().starts_with(&begun), "{error}");
    };
    shows(
        "SELECT Id, LastReferencedDate, Jigsaw, JigsawCompanyId, Nope, AccountSource, DunsNumber, Tier FROM Account",
        "LastReferencedDate, Jigsaw, JigsawCompanyId, Nope, AccountSource, DunsNumber\n                                             ^",
        "Row:1:Column:57",
    );
    shows(
        "SELECT Id, Site, IsDeleted,AccountSource,Nope,Phone,Fax,Website,Industry,Type,Name FROM Account",
        "Site, IsDeleted,AccountSource,Nope,Phone,Fax,Website,Industry\n                              ^",
        "Row:1:Column:42",
    );
    shows(
        "select Id, ProductCode from Product2 where ProductCode = 3999",
        "ProductCode from Product2 where ProductCode = 3999\n                                ^",
        "Row:1:Column:44",
    );
    shows("SELECT Id, Name, Phone,\n Website, Nope, Industry\nFROM Account", " Website, Nope, Industry\n          ^", "Row:2:Column:11");
    shows("SELECT Id\r\nFROM Nope__c", "FROM Nope__c\n     ^", "Row:2:Column:6");
}

#[test]
fn a_field_the_user_may_not_see_is_answered_like_one_that_does_not_exist() {
    let catalog = Standard { hidden: vec![("Account", "Phone")], ..Standard::default() };
    for text in ["SELECT Phone FROM Account", "SELECT Id FROM Account WHERE Phone = 'x'", "SELECT Id FROM Account ORDER BY Phone"] {
        let error = soql::compile(text, &catalog, &context()).expect_err(text);
        assert!(error.message().contains("No such column 'Phone' on entity 'Account'."), "{text}");
    }
}

#[test]
fn the_select_list_is_checked() {
    check("SELECT Id, Id FROM Account", "INVALID_FIELD", "duplicate field selected: Id");
    check("SELECT Account.Name, account.name FROM Contact", "INVALID_FIELD", "duplicate field selected: Account.Name");
    check("SELECT FIELDS(ALL), Name FROM Account LIMIT 1", "INVALID_FIELD", "duplicate field selected: Name");
    for text in ["SELECT Id Name FROM Account", "SELECT DISTINCT Name FROM Account"] {
        check(text, "MALFORMED_QUERY", "only aggregate expressions use field aliasing");
    }
    check("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY", "The SOQL FIELDS function must have a LIMIT of at most 200");
    check("SELECT FIELDS(CUSTOM) FROM Account LIMIT 201", "MALFORMED_QUERY", "The SOQL FIELDS function must have a LIMIT of at most 200");
    let empty = "'FIELDS(...)' expansion function must result in at least one field being selected.";
    check("SELECT FIELDS(CUSTOM) FROM Account LIMIT 200", "MALFORMED_QUERY", empty);
    check("SELECT (SELECT COUNT() FROM Contacts) FROM Account", "MALFORMED_QUERY", "only root queries support aggregate expressions");
    check("SELECT (SELECT MAX(Id) FROM Contacts) FROM Account", "MALFORMED_QUERY", "only root queries support aggregate expressions");
}

#[test]
fn a_literal_must_be_of_the_fields_type() {
    for (condition, field, expected) in [
        ("AnnualRevenue = '5'", "AnnualRevenue", "double and should not be enclosed in quotes"),
        ("NumberOfEmployees > 'x'", "NumberOfEmployees", "int and should not be enclosed in quotes"),
        ("CreatedDate > 2024-01-01", "CreatedDate", "dateTime and should not be enclosed in quotes"),
        ("CreatedDate > '2024-01-01T00:00:00Z'", "CreatedDate", "dateTime and should not be enclosed in quotes"),
        ("IsDeleted = 'true'", "IsDeleted", "boolean and should not be enclosed in quotes"),
        ("Name = 5", "Name", "string and should be enclosed in quotes"),
        ("OwnerId IN (5)", "OwnerId", "ID and should be enclosed in quotes"),
    ] {
        let text = format!("SELECT Id FROM Account WHERE {condition}");
        let error = compile(&text).expect_err(&text);
        assert_eq!(error.code(), "INVALID_FIELD", "{text}");
        let tail = format!("^\nERROR at Row:1:Column:30\nvalue of filter criterion for field '{field}' must be of type {expected}");
        assert!(error.message().ends_with(&tail), "{text}: {error}");
    }
    let text = "SELECT Id FROM Opportunity WHERE CloseDate = 2024-01-01T00:00:00Z";
    assert!(compile(text).expect_err(text).message().ends_with("'CloseDate' must be of type date and should not be enclosed in quotes"));
}

#[test]
fn an_operator_must_be_one_of_the_fields_type() {
    let tail = |text: &str, code: &str, expected: &str| {
        let error = compile(text).expect_err(text);
        assert_eq!(error.code(), code, "{text}");
        assert!(error.message().ends_with(&format!("\n{expected}")), "{text}: {error}");
    };
    tail("SELECT Id FROM Account WHERE Id = 'bogus'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: bogus");
    tail("SELECT Id FROM Account WHERE OwnerId IN ('005000000000001AAA', 'x')", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x");
    tail("SELECT Id FROM Account WHERE Id LIKE '001%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator on id field");
    tail("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD", "field 'Description' can not be filtered in a query call");
    tail("SELECT Id FROM Account WHERE BillingAddress = 'x'", "INVALID_FIELD", "field 'BillingAddress' can not be filtered in a query call");
    tail("SELECT Id FROM Account ORDER BY Description", "INVALID_FIELD", "field 'Description' can not be sorted in a query call");
    let grouped = "field 'LastModifiedDate' can not be grouped in a query call";
    tail("SELECT COUNT(Id) FROM Account GROUP BY LastModifiedDate", "MALFORMED_QUERY", grouped);
}

#[test]
fn syntax_errors_name_the_token() {
    check("", "MALFORMED_QUERY", "unexpected token: '<EOF>'");
    check("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'");
    check("SELECT Id FROM Account WHERE Name =", "MALFORMED_QUERY", "missing value at '<EOF>'");
    check("SELECT Id FROM Account WHERE Name = GROUP BY Name", "MALFORMED_QUERY", "missing value at 'GROUP'");
    check("SELECT Id FROM Account WHERE Name = :name", "MALFORMED_QUERY", "Bind variables only allowed in Apex code");
    check("SELECT Id FROM Account LIMIT :size", "MALFORMED_QUERY", "Bind variables only allowed in Apex code");
    for (text, column, token) in [
        ("SELECT * FROM Account", 8, "*"),
        ("SELECT FROM Account", 8, "'SELECT FROM'"),
        ("SELECT Id, FROM Account", 12, "'FROM'"),
        ("SELECT COUNT() c FROM Account", 16, "'c'"),
        ("SELECT Id FROM Account;", 23, "';'"),
        ("SELECT Id FROM A WHERE a == 1", 27, "'='"),
        ("SELECT Id FROM A WHERE a IN ()", 30, "'a IN ()'"),
        ("SELECT Id FROM A LIMIT -1", 24, "'-'"),
        ("SELECT Id FROM A LIMIT 1 WHERE", 26, "'WHERE'"),
        ("SELECT Id FROM A FOR NONSENSE", 22, "'FOR NONSENSE'"),
        ("SELECT Id FROM A FOR UPDATE", 22, "'FOR UPDATE'"),
        ("SELECT Id FROM A LIMIT 1 FOR X", 30, "'FOR X'"),
        ("SELECT Id FROM A WITH NONSENSE", 23, "'NONSENSE'"),
        ("SELECT Id FROM A ALL ROWS", 22, "'ROWS'"),
        ("SELECT , Id FROM A", 8, "'SELECT ,'"),
        ("SELECT Id FROM A WHERE a IS 1", 26, "'a IS'"),
        ("SELECT Id FROM A WHERE a IN b", 29, "'a IN b'"),
        ("SELECT Id FROM A WHERE a = b", 28, "'b'"),
        ("SELECT Id FROM A HAVING b = 1", 18, "'HAVING'"),
    ] {
        check_at(text, column, "MALFORMED_QUERY", &format!("unexpected token: {token}"));
    }
    // A text that is no query from the start is not shown.
    check("q", "MALFORMED_QUERY", "unexpected token: 'q'");
    check("SELECT Id FROM $Account", "MALFORMED_QUERY", "line 1:15 unexpected token: '$'");
    for variable in ["= :name", "IN :names", "IN (:name)", "> :name"] {
        let text = format!("SELECT Id FROM Account WHERE Name {variable}");
        check(&text, "MALFORMED_QUERY", "Bind variables only allowed in Apex code");
    }
    // What is missing where a clause or the end stands in its place.
    for (clause, token) in [
        ("WHERE (Name = 'x'", "<EOF>"),
        ("WHERE (Name = 'x' GROUP BY Name", "GROUP"),
        ("WHERE Name IN ('x' LIMIT 1", "LIMIT"),
        ("ORDER BY Name NULLS", "<EOF>"),
    ] {
        check(&format!("SELECT Id FROM Account {clause}"), "MALFORMED_QUERY", &format!("missing value at '{token}'"));
    }
    for (moment, message) in [
        ("2020-12-12t12:12:00-25:00", "Invalid datetime: 2020-12-12t12:12:00-25:00"),
        ("2020-52-12T12:12:00Z", "Invalid datetime: 2020-52-12T12:12:00Z"),
        ("2020-02-30", "Invalid date: 2020-02-30"),
        ("25:00:00Z", "Invalid time: 25:00:00Z"),
    ] {
        check(&format!("SELECT Id FROM Account WHERE CreatedDate > {moment}"), "MALFORMED_QUERY", message);
    }
    for condition in
        ["a = 1 AND b = 2 OR c = 3", "NOT a = 1 AND b = 2", "a = 1 AND NOT b = 2", "a LIKE NULL", "a IS NULL", "a NOT LIKE 'x'", "a = \"x\""]
    {
        let text = format!("SELECT Id FROM Account WHERE {condition}");
        let error = compile(&text).expect_err(&text);
        assert!(error.message().contains("unexpected token: "), "{text}: {error}");
    }
    for text in ["SELECT Id FROM Account WHERE Name = 'x", "SELECT Id FROM Account WHERE Name = '\\q'", &"(".repeat(5_000)] {
        assert_eq!(compile(text).expect_err("malformed").code(), "MALFORMED_QUERY");
    }
}

#[test]
fn grouping_is_checked() {
    check_at("SELECT Name, COUNT(Id) FROM Account", 8, "MALFORMED_QUERY", "Field must be grouped or aggregated: Name");
    check_at(
        "SELECT CALENDAR_YEAR(CloseDate) FROM Opportunity",
        8,
        "MALFORMED_QUERY",
        "Field must be grouped or aggregated: CALENDAR_YEAR(CloseDate)",
    );
    let text = "SELECT COUNT(Id) FROM Opportunity GROUP BY StageName ORDER BY CloseDate";
    assert!(compile(text).expect_err(text).message().ends_with("\nOrdered field must be grouped or aggregated: CloseDate"));
    let text = "SELECT COUNT(Id) FROM Opportunity GROUP BY StageName HAVING CloseDate = TODAY";
    assert!(compile(text).expect_err(text).message().ends_with("\nField must be grouped or aggregated: CloseDate"));
    check("SELECT COUNT(Id) FROM Account GROUP BY COUNT(Name)", "MALFORMED_QUERY", "Grouped field should not be aggregated: Name");
    check("SELECT Account.Name, Name FROM Contact GROUP BY Account.Name, Name", "MALFORMED_QUERY", "duplicate alias: Name");
    check("SELECT COUNT(Id) a, MAX(Id) a FROM Contact", "MALFORMED_QUERY", "duplicate alias: a");
    check("SELECT SUM(Name) FROM Contact", "MALFORMED_QUERY", "field Name does not support aggregate operator SUM");
    let limited = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT";
    check("SELECT MAX(Id) FROM Contact LIMIT 1", "MALFORMED_QUERY", limited);
}

#[test]
fn semi_joins_are_checked() {
    let outer = |condition: &str| format!("SELECT Id FROM Account WHERE {condition}");
    let inner = |query: &str| outer(&format!("Id IN ({query})"));
    let place = "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.";
    let one = "Id IN (SELECT AccountId FROM Contact)";
    check(&outer(&format!("Name = 'x' OR {one}")), "MALFORMED_QUERY", place);
    check(&outer(&format!("NOT {one}")), "MALFORMED_QUERY", place);
    check(&outer(&format!("Name = 'x' AND (Name = 'y' AND {one})")), "MALFORMED_QUERY", place);
    let twice = outer(&format!("{one} AND {one} AND {one}"));
    check(&twice, "EXCEEDED_MAX_SEMIJOIN_SUBSELECTS", "There is a limit of 2 semi-join sub-selects");
    check(&inner("SELECT ParentId FROM Account"), "MALFORMED_QUERY", "The inner and outer selects should not be on the same object type");
    check(&inner("SELECT Name FROM Contact"), "MALFORMED_QUERY", "semi join sub-selects can only query id fields, cannot use: 'Name'");
    let nested = "SELECT AccountId FROM Contact WHERE Id IN (SELECT ContactId FROM Case)";
    check(&inner(nested), "MALFORMED_QUERY", "Nesting of semi join sub-selects is not supported");
    let levels = "inner select field cannot have more than one level of relationships";
    check(&inner("SELECT Account.Parent.Id FROM Contact"), "MALFORMED_QUERY", levels);
}

#[test]
fn limits_are_checked() {
    let offset = "Maximum SOQL offset allowed for apiName Account is 2000";
    check("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", offset);
    assert!(compile("SELECT Id FROM Account LIMIT 0 OFFSET 2000").is_ok());
    let long = format!("SELECT Id FROM Account WHERE Name = '{}'", "x".repeat(100_000));
    check(&long, "MALFORMED_QUERY", "SOQL statements cannot be longer than 100000 characters.");
    let error = soql::SoqlError::single_batch("Aggregate query");
    assert_eq!(error.code(), "EXCEEDED_ID_LIMIT");
    let message = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch";
    assert_eq!(error.message(), message);
}

#[test]
fn the_first_fault_in_salesforces_order_is_reported() {
    let code = |text: &str| compile(text).expect_err(text).code();
    // Syntax before the object, the object before fields, SELECT before WHERE, WHERE before ORDER BY.
    assert_eq!(code("SELECT Nope FROM Nope WHERE"), "MALFORMED_QUERY");
    assert_eq!(code("SELECT Nope FROM Nope"), "INVALID_TYPE");
    assert_eq!(code("SELECT Nope FROM Account WHERE Id = 'bogus'"), "INVALID_FIELD");
    assert_eq!(code("SELECT Id FROM Account WHERE Id = 'bogus' ORDER BY Nope"), "INVALID_QUERY_FILTER_OPERATOR");
    assert_eq!(code("SELECT Id FROM Account ORDER BY Nope OFFSET 9999"), "INVALID_FIELD");
}

#[test]
fn functions_take_their_own_arguments_in_their_own_places() {
    for text in [
        "SELECT FORMAT(BillingAddress) FROM Account",
        "SELECT FORMAT(Name, Name) FROM Account",
        "SELECT toLabel(AnnualRevenue) FROM Account",
        "SELECT convertCurrency(Name) FROM Account",
        "SELECT DISTANCE(GEOLOCATION(1, 2), BillingAddress, 'mi') FROM Account",
        "SELECT DISTANCE(BillingAddress, GEOLOCATION(91, 2), 'mi') FROM Account",
        "SELECT DISTANCE(BillingAddress, GEOLOCATION(1, 181), 'mi') FROM Account",
        "SELECT DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'ft') FROM Account",
        "SELECT DISTANCE(Name, GEOLOCATION(1, 2), 'mi') FROM Account",
        "SELECT GEOLOCATION(1, 2) FROM Account",
        "SELECT convertTimezone(CreatedDate) FROM Account",
        "SELECT CALENDAR_YEAR(convertTimezone(CloseDate)), COUNT(Id) FROM Opportunity GROUP BY CALENDAR_YEAR(convertTimezone(CloseDate))",
        "SELECT HOUR_IN_DAY(CloseDate), COUNT(Id) FROM Opportunity GROUP BY HOUR_IN_DAY(CloseDate)",
        "SELECT Id FROM Account WHERE FORMAT(AnnualRevenue) = '5'",
        "SELECT Id FROM Account WHERE convertCurrency(AnnualRevenue) = 5",
        "SELECT Id FROM Account ORDER BY toLabel(Industry)",
        "SELECT Id FROM Account ORDER BY FORMAT(AnnualRevenue)",
        "SELECT COUNT(Id) FROM Account GROUP BY FORMAT(AnnualRevenue)",
        "SELECT Industry, DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'mi') FROM Account GROUP BY Industry",
        "SELECT Id FROM Account WHERE FORMULA('1') = 1",
        "SELECT SQRT(AnnualRevenue) FROM Account",
    ] {
        assert_eq!(compile(text).expect_err(text).code(), "MALFORMED_QUERY", "{text}");
    }
    let text = "SELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'mi') = 5";
    assert_eq!(compile(text).expect_err(text).code(), "INVALID_QUERY_FILTER_OPERATOR");
}

#[test]
fn clauses_are_refused_where_they_do_not_fit() {
    for scope in ["my_territory", "my_team_territory", "nonsense", "delegated", "allPrivate"] {
        check(&format!("SELECT Id FROM Account USING SCOPE {scope}"), "MALFORMED_QUERY", &format!("Unsupported scope: {scope}"));
    }
    check("SELECT Id FROM Profile USING SCOPE mine", "MALFORMED_QUERY", "Unsupported scope: mine");
    let categories = "WITH DATA CATEGORY is not supported on entity 'Account'";
    check("SELECT Id FROM Account WITH DATA CATEGORY Geography__c AT usa__c", "MALFORMED_QUERY", categories);
    check_at("SELECT Id FROM Account WITH UserId = '005'", 29, "MALFORMED_QUERY", "unexpected token: 'UserId'");
    let keys = vec!["Name"; 33].join(", ");
    check(&format!("SELECT Id FROM Account ORDER BY {keys}"), "MALFORMED_QUERY", "ORDER BY may have at most 32 fields");
}

#[test]
fn links_of_documents_are_reached_through_one_of_their_ends() {
    let restricted = "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId \
                      using the equals operator or multiple Id's using the IN operator.";
    let id = "069000000000001AAA";
    for condition in [
        String::new(),
        format!("WHERE Id = '{id}'"),
        format!("WHERE LinkedEntityId != '{id}'"),
        format!("WHERE ContentDocumentId = '{id}' OR ShareType = 'V'"),
    ] {
        check(&format!("SELECT Id FROM ContentDocumentLink {condition}"), "MALFORMED_QUERY", restricted);
    }
    for condition in [format!("ContentDocumentId = '{id}'"), format!("ShareType = 'V' AND LinkedEntityId IN ('{id}')")] {
        assert!(compile(&format!("SELECT Id FROM ContentDocumentLink WHERE {condition}")).is_ok());
    }
}
