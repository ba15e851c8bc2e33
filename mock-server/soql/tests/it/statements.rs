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
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Account.Name = 'x') AND Name != 'b'",
        "SELECT Industry, COUNT(Id), MAX(StageName) m FROM Opportunity",
        "SELECT StageName, COUNT(Id), MAX(StageName) m, SUM(Amount) FROM Opportunity GROUP BY StageName HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC",
        "SELECT StageName, Account.Name, COUNT(Id), GROUPING(StageName) g FROM Opportunity GROUP BY ROLLUP(StageName, Account.Name) ORDER BY StageName LIMIT 5",
        "SELECT CALENDAR_YEAR(CreatedDate), FISCAL_YEAR(CloseDate), COUNT(Id) FROM Opportunity WHERE DAY_ONLY(CreatedDate) > 2020-01-01 GROUP BY CALENDAR_YEAR(CreatedDate), CloseDate",
        "SELECT TYPEOF What WHEN Account THEN Phone, Owner.Name WHEN Opportunity THEN Amount ELSE Name END, toLabel(Status) FROM Task",
        "SELECT TYPEOF What WHEN Account THEN Phone, Owner.Name WHEN Opportunity THEN Amount ELSE Name END FROM Task",
        "SELECT toLabel(Status), convertCurrency(Account.AnnualRevenue) FROM Case WHERE toLabel(Status) = 'New'",
        "SELECT MAX(CreatedDate) FROM Account LIMIT 1",
    ] {
        match compile(text) {
            Ok(_) => println!("{}", sql(text)),
            Err(error) => println!("{} {error}", error.code()),
        }
    }
}
