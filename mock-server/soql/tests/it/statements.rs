//! The SQL of small queries, as snapshots.

use insta::assert_snapshot;
use soql::{Among, Answer, Bind, FilterPart, RowFilter, Rows, Statement, Value};

use crate::bench::{Standard, compile, context};

/// The statement of the first rows (or of the only answer), then its binds.
fn sql(text: &str) -> String {
    match compile(text).unwrap_or_else(|error| panic!("{error}")).answer {
        Answer::Rows(rows) => shown(&rows.first),
        Answer::Count(count) => shown(&count),
        Answer::Aggregate(aggregate) => shown(&aggregate.rows),
    }
}

fn rows(text: &str) -> Rows {
    match compile(text).unwrap_or_else(|error| panic!("{error}")).answer {
        Answer::Rows(rows) => rows,
        answer => panic!("not records: {answer:?}"),
    }
}

/// One clause a line, then the binds.
fn shown(statement: &Statement) -> String {
    let mut sql = statement.sql.clone();
    for word in [" FROM ", " LEFT JOIN ", " WHERE ", " GROUP BY ", " HAVING ", " ORDER BY ", " LIMIT ", " UNION ALL "] {
        sql = sql.replace(word, &format!("\n{}", word.trim_start()));
    }
    let binds: Vec<String> = statement.binds.iter().map(bind).collect();
    format!("{sql}\n-- {}", binds.join(" | "))
}

fn bind(bind: &Bind) -> String {
    match bind {
        Bind::Value(Value::Null) => "null".to_owned(),
        Bind::Value(Value::Integer(value)) => value.to_string(),
        Bind::Value(Value::Real(value)) => format!("{value:?}"),
        Bind::Value(Value::Text(value)) => format!("{value:?}"),
        Bind::List(values) => format!("list of {}", values.len()),
        Bind::PageSize => "page".to_owned(),
        Bind::Ids => "ids".to_owned(),
    }
}

#[test]
fn a_field_list_reads_its_columns_and_the_id() {
    assert_snapshot!(sql("SELECT name FROM account"), @r#"
    SELECT t."Id", t."Name"
    FROM "Account" AS t
    WHERE t."IsDeleted" = 0
    ORDER BY t."Id"
    LIMIT ?
    -- page
    "#);
}

#[test]
fn a_parent_is_joined_once_however_often_it_is_named() {
    assert_snapshot!(sql("SELECT Account.Name, ACCOUNT.Phone FROM Contact c WHERE c.Account.Owner.Name = 'x' ORDER BY account.name DESC"), @r#"
    SELECT t."Id", t1."Name", t1."Id", t1."Phone"
    FROM "Contact" AS t
    LEFT JOIN "Account" AS t1 ON t1."Id" = t."AccountId" AND t1."IsDeleted" = 0
    LEFT JOIN "User" AS t2 ON t2."Id" = t1."OwnerId"
    WHERE t."IsDeleted" = 0 AND t2."Name" = ?
    ORDER BY t1."Name" DESC NULLS FIRST, t."Id"
    LIMIT ?
    -- "x" | page
    "#);
}

#[test]
fn a_polymorphic_parent_is_looked_up_by_the_prefix_of_its_id() {
    assert_snapshot!(sql("SELECT Who.Name FROM Task WHERE Who.Type = 'Lead'"), @r#"
    SELECT t."Id", CASE substr(t."WhoId", 1, 3) WHEN ? THEN (SELECT n."Name"
    FROM "Contact" AS n
    WHERE n."Id" = t."WhoId" AND n."IsDeleted" = 0) WHEN ? THEN (SELECT n."Name"
    FROM "Lead" AS n
    WHERE n."Id" = t."WhoId" AND n."IsDeleted" = 0) END, CASE substr(t."WhoId", 1, 3) WHEN ? THEN (SELECT n."Id"
    FROM "Contact" AS n
    WHERE n."Id" = t."WhoId" AND n."IsDeleted" = 0) WHEN ? THEN (SELECT n."Id"
    FROM "Lead" AS n
    WHERE n."Id" = t."WhoId" AND n."IsDeleted" = 0) END
    FROM "Task" AS t
    WHERE t."IsDeleted" = 0 AND CASE substr(t."WhoId", 1, 3) WHEN ? THEN ? WHEN ? THEN ? END COLLATE FOLD = ?
    ORDER BY t."Id"
    LIMIT ?
    -- "003" | "00Q" | "003" | "00Q" | "003" | "Contact" | "00Q" | "Lead" | "Lead" | page
    "#);
}

#[test]
fn comparisons_are_never_unknown() {
    assert_snapshot!(sql("SELECT Id FROM Lead WHERE Email = 'A@x' AND Phone != 'x' AND (NOT Company > 'm') AND (NOT (Title = null OR Fax LIKE 'a\\_%'))"), @r#"
    SELECT t."Id"
    FROM "Lead" AS t
    WHERE t."IsDeleted" = 0 AND (t."Email" = ? AND t."Phone" IS NOT ? AND (t."Company" > ?) IS NOT TRUE AND (t."Title" IS NOT NULL AND (fold(t."Fax") LIKE ? ESCAPE '\') IS NOT TRUE))
    ORDER BY t."Id"
    LIMIT ?
    -- "A@x" | "x" | "m" | "a\\_%" | page
    "#);
}

#[test]
fn lists_split_off_null_and_merge_alternatives() {
    assert_snapshot!(sql("SELECT Id FROM Lead WHERE Rating IN ('Hot', null) AND (Fax = '1' OR Fax = '2' OR Fax IN ('3')) AND Title NOT IN ('x', 'y')"), @r#"
    SELECT t."Id"
    FROM "Lead" AS t
    WHERE t."IsDeleted" = 0 AND ((t."Rating" = ? OR t."Rating" IS NULL) AND t."Fax" IN (?, ?, ?) AND (t."Title" IN (?, ?)) IS NOT TRUE)
    ORDER BY t."Id"
    LIMIT ?
    -- "Hot" | "1" | "2" | "3" | "x" | "y" | page
    "#);
}

#[test]
fn a_long_list_travels_as_one_array() {
    let ids: Vec<String> = (0..9).map(|number| format!("'{number:0>15}'")).collect();
    assert_snapshot!(sql(&format!("SELECT Id FROM Lead WHERE Id IN ({})", ids.join(", "))), @r#"
    SELECT t."Id"
    FROM "Lead" AS t
    WHERE t."IsDeleted" = 0 AND t."Id" IN rarray(?)
    ORDER BY t."Id"
    LIMIT ?
    -- list of 9 | page
    "#);
}

#[test]
fn booleans_of_a_missing_parent_are_false() {
    assert_snapshot!(sql("SELECT Id FROM Contact WHERE Owner.IsActive != true AND IsDeleted = null"), @r#"
    SELECT t."Id"
    FROM "Contact" AS t
    LEFT JOIN "User" AS t1 ON t1."Id" = t."OwnerId"
    WHERE t."IsDeleted" = 0 AND (COALESCE(t1."IsActive", 0) IS NOT ? AND t."IsDeleted" = ?)
    ORDER BY t."Id"
    LIMIT ?
    -- 1 | 0 | page
    "#);
}

#[test]
fn date_literals_are_days_of_the_users_zone() {
    assert_snapshot!(sql("SELECT Id FROM Opportunity WHERE CreatedDate = TODAY AND CloseDate > THIS_FISCAL_YEAR"), @r#"
    SELECT t."Id"
    FROM "Opportunity" AS t
    WHERE t."IsDeleted" = 0 AND ((t."CreatedDate" >= ? AND t."CreatedDate" < ?) AND t."CloseDate" >= ?)
    ORDER BY t."Id"
    LIMIT ?
    -- 1715756400000 | 1715842800000 | "2025-02-01" | page
    "#);
}

#[test]
fn limits_are_binds() {
    assert_snapshot!(sql("SELECT Id FROM Account ORDER BY CreatedDate LIMIT 5 OFFSET 2"), @r#"
    SELECT t."Id"
    FROM "Account" AS t
    WHERE t."IsDeleted" = 0
    ORDER BY t."CreatedDate", t."Id"
    LIMIT MIN(?, ?) OFFSET ?
    -- 5 | page | 2
    "#);
    assert_snapshot!(sql("SELECT COUNT() FROM Account LIMIT 5"), @r#"
    SELECT COUNT(*)
    FROM (SELECT 1
    FROM "Account" AS t
    WHERE t."IsDeleted" = 0
    LIMIT ?)
    -- 5
    "#);
    let rows = rows("SELECT Name FROM Account OFFSET 2");
    assert_snapshot!([&rows.count, &rows.ids, &rows.page].map(shown).join("\n"), @r#"
    SELECT COUNT(*)
    FROM (SELECT 1
    FROM "Account" AS t
    WHERE t."IsDeleted" = 0
    LIMIT -1 OFFSET ?)
    -- 2
    SELECT t."Id"
    FROM "Account" AS t
    WHERE t."IsDeleted" = 0
    ORDER BY t."Id"
    LIMIT -1 OFFSET ?
    -- 2
    SELECT t."Id", t."Name"
    FROM rarray(?) AS page CROSS JOIN "Account" AS t
    WHERE t."Id" = page.value
    ORDER BY page.rowid
    -- ids
    "#);
}

#[test]
fn picklists_sort_in_their_defined_order() {
    assert_snapshot!(sql("SELECT Id FROM Lead ORDER BY Rating DESC NULLS LAST"), @r#"
    SELECT t."Id"
    FROM "Lead" AS t
    WHERE t."IsDeleted" = 0
    ORDER BY CASE t."Rating" WHEN ? THEN 0 WHEN ? THEN 1 WHEN ? THEN 2 ELSE CASE WHEN t."Rating" IS NOT NULL THEN 3 END END DESC NULLS LAST, t."Rating" DESC NULLS LAST, t."Id"
    LIMIT ?
    -- "Hot" | "Warm" | "Cold" | page
    "#);
}

#[test]
fn children_of_a_page_are_one_statement() {
    let rows = rows("SELECT (SELECT LastName FROM Contacts WHERE Email != null), (SELECT Id FROM Cases ORDER BY Subject LIMIT 2) FROM Account");
    assert_snapshot!(rows.children.iter().map(|child| shown(&child.rows)).collect::<Vec<_>>().join("\n"), @r#"
    SELECT t."Id", t."AccountId", t."LastName"
    FROM "Contact" AS t
    WHERE t."IsDeleted" = 0 AND t."AccountId" IN rarray(?) AND t."Email" IS NOT NULL
    ORDER BY t."AccountId", t."Id"
    -- ids
    SELECT c0, c1
    FROM (SELECT t."Id" AS c0, t."AccountId" AS c1, ROW_NUMBER() OVER (PARTITION BY t."AccountId"
    ORDER BY t."Subject" NULLS FIRST, t."Id") AS place
    FROM "Case" AS t
    WHERE t."IsDeleted" = 0 AND t."AccountId" IN rarray(?))
    WHERE place > ? AND place <= ?
    ORDER BY c1, place
    -- ids | 0 | 2
    "#);
}

#[test]
fn a_semi_join_is_a_list_of_ids() {
    assert_snapshot!(sql("SELECT Id FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact WHERE Account.Name = 'x') AND Name = 'b'"), @r#"
    SELECT t."Id"
    FROM "Account" AS t
    WHERE t."IsDeleted" = 0 AND ((t."Id" IN (SELECT s."AccountId"
    FROM "Contact" AS s
    LEFT JOIN "Account" AS s1 ON s1."Id" = s."AccountId" AND s1."IsDeleted" = 0
    WHERE s."IsDeleted" = 0 AND s1."Name" = ?)) IS NOT TRUE AND t."Name" = ?)
    ORDER BY t."Id"
    LIMIT ?
    -- "x" | "b" | page
    "#);
}

#[test]
fn groups_have_one_spelling() {
    assert_snapshot!(sql("SELECT LastName, COUNT(Id), MAX(CreatedDate) newest FROM Contact GROUP BY LastName HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC"), @r#"
    SELECT MIN(t."LastName" COLLATE BINARY), COUNT(t."Id"), MAX(t."CreatedDate")
    FROM "Contact" AS t
    WHERE t."IsDeleted" = 0
    GROUP BY t."LastName"
    HAVING COUNT(t."Id") > ?
    ORDER BY COUNT(t."Id") DESC NULLS FIRST, t."LastName" NULLS FIRST
    LIMIT ?
    -- 1 | page
    "#);
}

#[test]
fn subtotals_are_a_union_of_groups() {
    assert_snapshot!(sql("SELECT OwnerId, GROUPING(OwnerId) g, COUNT(Id) FROM Contact GROUP BY ROLLUP(OwnerId) LIMIT 7"), @r#"
    SELECT c0, c1, c2
    FROM (SELECT t."OwnerId" AS c0, 0 AS c1, COUNT(t."Id") AS c2, t."OwnerId" AS k0
    FROM "Contact" AS t
    WHERE t."IsDeleted" = 0
    GROUP BY t."OwnerId"
    UNION ALL SELECT NULL AS c0, 1 AS c1, COUNT(t."Id") AS c2, NULL AS k0
    FROM "Contact" AS t
    WHERE t."IsDeleted" = 0
    GROUP BY NULL)
    ORDER BY k0 NULLS FIRST
    LIMIT MIN(?, ?)
    -- 7 | page
    "#);
}

#[test]
fn deleted_rows_and_parents_are_seen_by_query_all_only() {
    let context = soql::Context { include_deleted: true, ..context() };
    let compiled = soql::compile("SELECT Id FROM Contact WHERE Account.Name = 'x'", &Standard::default(), &context).unwrap();
    let Answer::Rows(rows) = compiled.answer else { panic!("records") };
    assert_snapshot!(shown(&rows.first), @r#"
    SELECT t."Id"
    FROM "Contact" AS t
    LEFT JOIN "Account" AS t1 ON t1."Id" = t."AccountId"
    WHERE t1."Name" = ?
    ORDER BY t."Id"
    LIMIT ?
    -- "x" | page
    "#);
}

#[test]
fn rows_come_from_where_the_catalog_says() {
    let mut catalog = Standard::default();
    let columns = vec!["Id".into(), "Name".into()];
    catalog.relations.insert("User", soql::Relation::Select { sql: "SELECT id AS Id, name AS Name FROM _user".into(), columns: columns.into() });
    catalog.relations.insert("Account", soql::Relation::Empty);
    let seed: &'static [catalogue::SeedRow] =
        &[&[("Id", catalogue::SeedValue::Text("00e000000000001AAA")), ("Name", catalogue::SeedValue::Text("Admin"))]];
    catalog.relations.insert("Profile", soql::Relation::Rows(seed));
    let text = "SELECT Id, Account.Name FROM Contact WHERE Owner.Name = 'x' AND Owner.Alias = null AND Owner.Profile.Name = 'Admin'";
    let Answer::Rows(rows) = soql::compile(text, &catalog, &context()).unwrap().answer else { panic!("records") };
    assert_snapshot!(shown(&rows.first), @r#"
    SELECT t."Id", t1."Name", t1."Id"
    FROM "Contact" AS t
    LEFT JOIN (SELECT NULL AS "IsDeleted", NULL AS "Id", NULL AS "Name"
    WHERE 0) AS t1 ON t1."Id" = t."AccountId" AND t1."IsDeleted" = 0
    LEFT JOIN (SELECT id AS Id, name AS Name
    FROM _user) AS t2 ON t2."Id" = t."OwnerId"
    LEFT JOIN (SELECT column1 AS "Id", column2 AS "Name"
    FROM (VALUES (?, ?))) AS t3 ON t3."Id" = NULL
    WHERE t."IsDeleted" = 0 AND (t2."Name" COLLATE FOLD = ? AND NULL IS NULL AND t3."Name" COLLATE FOLD = ?)
    ORDER BY t."Id"
    LIMIT ?
    -- "00e000000000001AAA" | "Admin" | "x" | "Admin" | page
    "#);
}

fn mine() -> RowFilter {
    RowFilter(vec![FilterPart::Column("OwnerId".into()), FilterPart::Sql(" = ".into()), FilterPart::Value(Value::Text("me".to_owned()))])
}

#[test]
fn rows_a_user_may_not_read_are_left_out_wherever_they_are_read() {
    let catalog = Standard { readable: vec![("Account", mine())], ..Standard::default() };
    let sql = |text: &str| match soql::compile(text, &catalog, &context()).unwrap().answer {
        Answer::Rows(rows) => (shown(&rows.first), shown(&rows.page)),
        answer => panic!("not records: {answer:?}"),
    };
    let (first, page) = sql("SELECT Account.Name FROM Contact WHERE AccountId IN (SELECT Id FROM Account)");
    assert_snapshot!(first, @r#"
    SELECT t."Id", t1."Name", t1."Id"
    FROM "Contact" AS t
    LEFT JOIN "Account" AS t1 ON t1."Id" = t."AccountId" AND t1."IsDeleted" = 0 AND (t1."OwnerId" = ?)
    WHERE t."IsDeleted" = 0 AND t."AccountId" IN (SELECT s."Id"
    FROM "Account" AS s
    WHERE s."IsDeleted" = 0 AND (s."OwnerId" = ?))
    ORDER BY t."Id"
    LIMIT ?
    -- "me" | "me" | page
    "#);
    assert!(!page.contains("s.\"OwnerId\""), "{page}");
    let (first, page) = sql("SELECT Id FROM Account WHERE Name = 'x'");
    assert!(first.contains("t.\"IsDeleted\" = 0 AND (t.\"OwnerId\" = ?) AND t.\"Name\" = ?"), "{first}");
    assert!(page.contains("= page.value AND (t.\"OwnerId\" = ?)"), "{page}");
    let (first, _) = sql("SELECT What.Name FROM Task");
    assert!(first.contains("n.\"IsDeleted\" = 0 AND (n.\"OwnerId\" = ?)"), "{first}");
}

#[test]
fn a_search_chooses_among_the_ids_it_found() {
    let tree = soql::syntax::parse("SELECT Id FROM Account WHERE Name = 'x'").unwrap();
    let catalog = Standard::default();
    let Answer::Rows(rows) = soql::compile_tree(&tree, &catalog, &context(), Among::GivenIds).unwrap().answer else { panic!("records") };
    assert!(rows.ids.sql.contains("t.\"Id\" IN rarray(?) AND t.\"Name\" = ?"), "{}", rows.ids.sql);
    assert_eq!(rows.ids.binds[0], Bind::Ids);
}

#[test]
fn only_queries_without_time_user_or_settings_may_be_kept() {
    for (text, depends) in [
        ("SELECT Id FROM Account WHERE Name = 'TODAY'", false),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account ORDER BY Name", false),
        ("SELECT CALENDAR_YEAR(CreatedDate), COUNT(Id) FROM Account GROUP BY CALENDAR_YEAR(CreatedDate)", false),
        ("SELECT Id FROM Account WHERE CreatedDate = TODAY", true),
        ("SELECT Id FROM Account WHERE (Name = 'x' AND (NOT CreatedDate IN (YESTERDAY)))", true),
        ("SELECT Id, (SELECT Id FROM Contacts WHERE CreatedDate > LAST_WEEK) FROM Account", true),
        ("SELECT Id FROM Account USING SCOPE mine", true),
        ("SELECT FORMAT(SUM(Amount)) FROM Opportunity", true),
        ("SELECT Id FROM Opportunity WHERE FISCAL_YEAR(CloseDate) = 2024", true),
        ("SELECT Id FROM Opportunity WHERE Amount > USD5", true),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE CreatedDate = TODAY)", true),
    ] {
        assert_eq!(soql::syntax::parse(text).unwrap().depends_on_context(), depends, "{text}");
    }
}
