//! The SQL of small queries, as snapshots.

use soql::{Answer, Bind, Statement, Value};

use crate::bench::compile;

/// The statement of the first rows (or of the count), then its binds.
fn sql(text: &str) -> String {
    match compile(text).unwrap_or_else(|error| panic!("{error}")).answer {
        Answer::Rows(rows) => shown(&rows.first),
        Answer::Count(count) => shown(&count),
        Answer::Aggregate(aggregate) => shown(&aggregate.rows),
    }
}

fn shown(statement: &Statement) -> String {
    let binds: Vec<String> = statement.binds.iter().map(bind).collect();
    format!("{}\n{}", statement.sql, binds.join(" | "))
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
fn smoke() {
    for text in [
        "SELECT Id, name FROM account",
        "SELECT Id, Account.Owner.Name, Account.Name FROM Contact c WHERE c.Account.Name LIKE 'A%' ORDER BY LastName DESC NULLS LAST LIMIT 10 OFFSET 5",
        "SELECT Id, What.Name, Owner.Name, What.Type FROM Task WHERE Owner.Profile.Name = 'x'",
        "SELECT Name, (SELECT Id, LastName FROM Contacts WHERE Email != null ORDER BY Email LIMIT 2) FROM Account",
        "SELECT COUNT() FROM Opportunity WHERE StageName IN ('a','b', null) AND (NOT Amount > 5) AND CloseDate = THIS_QUARTER LIMIT 5",
        "SELECT BillingAddress FROM Account WHERE CreatedDate = LAST_N_DAYS:5 ORDER BY Industry",
    ] {
        println!("{}", sql(text));
    }
    println!(
        "{:#?}",
        compile(
            "SELECT Name, BillingAddress, Owner.Name, (SELECT Id, LastName FROM Contacts WHERE Email != null ORDER BY Email LIMIT 2) FROM Account"
        )
    );
}
