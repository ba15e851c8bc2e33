//! Generated worlds and queries, and the queries' text.

use std::fmt;

use proptest::prelude::*;
use proptest::sample::select;

use crate::model::{Condition, Grouping, Kind, Literal, Path, Query, RATINGS, Row, V, World};

const TEXTS: [&str; 10] = ["a", "A", "ab", "B", "É", "é", "50%", "a_b", "it's", "z\\"];
const TAGS: [&str; 6] = ["x", "y", "x;y", "Y;x", "x;y;z", "z"];
const DATES: [&str; 8] = ["2024-05-14", "2024-05-15", "2024-05-16", "2024-05-11", "2024-04-30", "2024-06-01", "2023-12-31", "2025-01-01"];
/// Local midnights of Los Angeles in summer and instants around them, as UTC.
const INSTANTS: [&str; 6] = [
    "2024-05-15T06:59:59.999Z",
    "2024-05-15T07:00:00.000Z",
    "2024-05-16T06:59:59.999Z",
    "2024-05-16T07:00:00.000Z",
    "2024-04-01T06:59:59.000Z",
    "2024-07-01T07:00:00.500Z",
];
/// Date literals for 2024-05-15 with their first and first following day; the fiscal year begins in February.
const DAYS: [(&str, &str, &str); 18] = [
    ("TODAY", "2024-05-15", "2024-05-16"),
    ("YESTERDAY", "2024-05-14", "2024-05-15"),
    ("tomorrow", "2024-05-16", "2024-05-17"),
    ("THIS_WEEK", "2024-05-12", "2024-05-19"),
    ("LAST_WEEK", "2024-05-05", "2024-05-12"),
    ("NEXT_MONTH", "2024-06-01", "2024-07-01"),
    ("LAST_90_DAYS", "2024-02-15", "2024-05-16"),
    ("NEXT_90_DAYS", "2024-05-16", "2024-08-14"),
    ("LAST_N_DAYS:1", "2024-05-14", "2024-05-16"),
    ("NEXT_N_DAYS:1", "2024-05-16", "2024-05-17"),
    ("N_DAYS_AGO:4", "2024-05-11", "2024-05-12"),
    ("LAST_N_WEEKS:1", "2024-05-05", "2024-05-12"),
    ("N_MONTHS_AGO:1", "2024-04-01", "2024-05-01"),
    ("THIS_QUARTER", "2024-04-01", "2024-07-01"),
    ("NEXT_N_QUARTERS:2", "2024-07-01", "2025-01-01"),
    ("THIS_YEAR", "2024-01-01", "2025-01-01"),
    ("THIS_FISCAL_QUARTER", "2024-05-01", "2024-08-01"),
    ("LAST_FISCAL_YEAR", "2023-02-01", "2024-02-01"),
];
const FIELDS: [(&str, Kind); 10] = [
    ("Id", Kind::Id),
    ("IsDeleted", Kind::Boolean),
    ("Name", Kind::Text),
    ("Rating", Kind::Picklist),
    ("Size", Kind::Number),
    ("Amount", Kind::Number),
    ("Active", Kind::Boolean),
    ("Born", Kind::Date),
    ("Seen", Kind::Instant),
    ("Tags", Kind::Choices),
];

pub(crate) fn world() -> impl Strategy<Value = World> {
    let accounts = prop::collection::vec(row(&["ParentId"]), 0..6);
    let contacts = prop::collection::vec(row(&["AccountId", "WhatId"]), 0..7);
    (accounts, contacts).prop_map(|(mut accounts, mut contacts)| {
        let ids = |prefix: &str, rows: &mut Vec<Row>| {
            for (number, row) in rows.iter_mut().enumerate() {
                row.insert("Id", V::Text(id(prefix, number)));
            }
        };
        ids("001", &mut accounts);
        ids("003", &mut contacts);
        for account in &mut accounts {
            // Ids of contacts are nobody's parent account.
            if matches!(&account["ParentId"], V::Text(id) if id.starts_with("003")) {
                account.insert("ParentId", V::Null);
            }
        }
        for contact in &mut contacts {
            if matches!(&contact["AccountId"], V::Text(id) if id.starts_with("003")) {
                contact.insert("AccountId", V::Null);
            }
        }
        World { accounts, contacts }
    })
}

/// 18 characters; no capitals, so the suffix is the same for all.
fn id(prefix: &str, number: usize) -> String {
    format!("{prefix}00000000000{number}AAA")
}

fn any_id() -> impl Strategy<Value = String> {
    (select(vec!["001", "003"]), 0..7usize).prop_map(|(prefix, number)| id(prefix, number))
}

fn row(references: &'static [&'static str]) -> impl Strategy<Value = Row> {
    let values: Vec<BoxedStrategy<(&'static str, V)>> = FIELDS
        .into_iter()
        .map(|(name, kind)| match name {
            // One in eight is deleted.
            "IsDeleted" => (0..8u8).prop_map(move |roll| (name, V::Boolean(roll == 0))).boxed(),
            _ => stored(kind).prop_map(move |value| (name, value)).boxed(),
        })
        .chain(references.iter().map(|name| nullable(any_id().prop_map(V::Text).boxed()).prop_map(move |value| (*name, value)).boxed()))
        .collect();
    values.prop_map(Row::from_iter)
}

fn nullable(strategy: BoxedStrategy<V>) -> BoxedStrategy<V> {
    prop_oneof![1 => Just(V::Null), 4 => strategy].boxed()
}

fn stored(kind: Kind) -> BoxedStrategy<V> {
    let texts = |texts: &'static [&'static str]| nullable(select(texts).prop_map(|text| V::Text(text.to_owned())).boxed());
    match kind {
        Kind::Boolean => any::<bool>().prop_map(V::Boolean).boxed(),
        Kind::Number => nullable((-2..3i32).prop_map(|number| V::Number(f64::from(number))).boxed()),
        Kind::Text => texts(&TEXTS),
        Kind::Picklist => texts(&["Hot", "warm", "Cold", "odd"]),
        Kind::Choices => texts(&TAGS),
        Kind::Date => texts(&DATES),
        Kind::Instant => nullable(select(&INSTANTS[..]).prop_map(|text| V::Number(milliseconds(text))).boxed()),
        // Filled in by the world.
        Kind::Id => Just(V::Null).boxed(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of our days are far below 2^53")]
fn milliseconds(instant: &str) -> f64 {
    instant.parse::<jiff::Timestamp>().unwrap().as_millisecond() as f64
}

pub(crate) fn query() -> impl Strategy<Value = Query> {
    let child = query_of("Contact", Just(None).boxed());
    let with_children = prop_oneof![2 => Just(None), 1 => child.prop_map(|child| Some(Box::new(child)))];
    prop_oneof![query_of("Account", with_children.boxed()), query_of("Contact", Just(None).boxed())]
}

fn query_of(object: &'static str, children: BoxedStrategy<Option<Box<Query>>>) -> impl Strategy<Value = Query> {
    let fields = prop::collection::vec(path(object), 1..5).prop_map(|mut paths| {
        let mut seen = Vec::new();
        paths.retain(|path: &Path| {
            !seen.contains(&path.text) && {
                seen.push(path.text.clone());
                true
            }
        });
        paths
    });
    let sortable = path(object).prop_filter("multi-select values have no order", |path| path.kind != Kind::Choices);
    let order = prop::collection::vec((sortable, any::<bool>(), any::<Option<bool>>()), 0..3);
    let condition = prop_oneof![1 => Just(None), 4 => condition(object).prop_map(Some), 1 => semi_joined(object).prop_map(Some)];
    let limit = prop_oneof![2 => Just(None), 1 => (0..5usize).prop_map(Some)];
    let offset = prop_oneof![3 => Just(0), 1 => 0..3usize];
    (fields, children, condition, order, limit, offset).prop_map(move |(fields, mut children, condition, order, limit, offset)| {
        if let Some(children) = children.as_mut().filter(|_| limit != Some(1)) {
            children.offset = 0;
        }
        Query { object, fields, children, condition, order, limit, offset }
    })
}

fn path(object: &'static str) -> impl Strategy<Value = Path> {
    let parents: &[&str] = if object == "Account" { &["", "", "Parent."] } else { &["", "", "Account.", "Account.Parent."] };
    let plain = (select(parents), select(&FIELDS[..])).prop_map(|(parent, (field, kind))| Path { text: format!("{parent}{field}"), kind });
    let named = select(vec![("What.Name", Kind::Text), ("What.Id", Kind::Id), ("What.Type", Kind::Text)]);
    let named = named.prop_map(|(text, kind)| Path { text: text.to_owned(), kind });
    if object == "Account" { plain.boxed() } else { prop_oneof![5 => plain, 1 => named].boxed() }
}

fn condition(object: &'static str) -> impl Strategy<Value = Condition> {
    let leaf = path(object).prop_flat_map(leaf);
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::Any),
            inner.prop_map(|term| Condition::Not(Box::new(term))),
        ]
    })
}

/// A condition with a semi-join, where the object has children to look for; semi-joins stand at the top level only.
fn semi_joined(object: &'static str) -> BoxedStrategy<Condition> {
    if object != "Account" {
        return condition(object).boxed();
    }
    let join = (any::<bool>(), condition("Contact")).prop_map(|(negated, inner)| Condition::HasContacts { negated, inner: Box::new(inner) });
    let join = join.boxed();
    let alone = join.clone();
    prop_oneof![alone, (condition(object), join).prop_map(|(own, join)| Condition::All(vec![own, join]))].boxed()
}

pub(crate) fn grouping() -> impl Strategy<Value = Grouping> {
    select(vec!["Account", "Contact"]).prop_flat_map(|object| {
        let groupable = |path: &Path| !matches!(path.kind, Kind::Choices | Kind::Instant) && path.text != "What.Name";
        let field = path(object).prop_filter("has groups", groupable);
        let month = Just(Path { text: "CALENDAR_MONTH(Born)".to_owned(), kind: Kind::Number });
        let keys = prop::collection::vec(prop_oneof![5 => field, 1 => month], 0..3).prop_map(|mut keys| {
            keys.dedup_by(|left, right| left.text == right.text);
            keys
        });
        let condition = prop_oneof![1 => Just(None), 1 => condition(object).prop_map(Some)];
        (keys, select(vec!["", "ROLLUP", "CUBE"]), condition, prop::option::of(0..3usize)).prop_map(move |(keys, kind, condition, having)| {
            let kind = if keys.is_empty() { "" } else { kind };
            let having = having.filter(|_| !keys.is_empty());
            Grouping { object, keys, kind, condition, having }
        })
    })
}

impl fmt::Display for Grouping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&str> = self.keys.iter().map(|key| key.text.as_str()).collect();
        let named: Vec<String> = keys.iter().enumerate().map(|(place, key)| format!("{key} k{place}, ")).collect();
        write!(f, "SELECT {}{} FROM {}", named.concat(), Grouping::AGGREGATES.join(", "), self.object)?;
        if let Some(condition) = &self.condition {
            write!(f, " WHERE {condition}")?;
        }
        match self.kind {
            _ if keys.is_empty() => {}
            "" => write!(f, " GROUP BY {}", keys.join(", "))?,
            kind => write!(f, " GROUP BY {kind}({})", keys.join(", "))?,
        }
        match self.having {
            Some(count) => write!(f, " HAVING COUNT(Id) > {count}"),
            None => Ok(()),
        }
    }
}

fn leaf(path: Path) -> BoxedStrategy<Condition> {
    let operators: &[&str] = match path.kind {
        Kind::Boolean | Kind::Choices => &["=", "!="],
        _ => &["=", "!=", "<", "<=", ">", ">="],
    };
    let kind = path.kind;
    let compared = path.clone();
    let compare =
        (select(operators), literal(kind)).prop_map(move |(operator, literal)| Condition::Compare { path: compared.clone(), operator, literal });
    let listed = path.clone();
    let list = (any::<bool>(), prop::collection::vec(literal(kind), 1..12));
    let list = list.prop_map(move |(negated, literals)| Condition::In { path: listed.clone(), negated, literals });
    let like = select(vec!["a%", "%b", "_", "A_B", "%\\%", "a\\_b", "%", "é", "%'%", "z\\\\"]).prop_map({
        let path = path.clone();
        move |pattern| {
            let text = format!("'{}'", pattern.replace('\'', "\\'"));
            Condition::Compare { path: path.clone(), operator: "LIKE", literal: Literal::Value(text, V::Text(pattern.to_owned())) }
        }
    });
    let sets = (any::<bool>(), prop::collection::vec(select(&TAGS[..]), 1..3));
    let includes = sets.prop_map(move |(negated, sets)| Condition::Includes { path: path.clone(), negated, sets });
    match kind {
        Kind::Text | Kind::Picklist => prop_oneof![3 => compare, 1 => list, 2 => like].boxed(),
        Kind::Choices => prop_oneof![compare, includes].boxed(),
        _ => prop_oneof![3 => compare, 1 => list].boxed(),
    }
}

fn literal(kind: Kind) -> BoxedStrategy<Literal> {
    let null = Just(Literal::Null);
    let text = |texts: &'static [&'static str]| select(texts).prop_map(|text| Literal::Value(quoted(text), V::Text(text.to_owned()))).boxed();
    let days = |bound: fn(&'static str) -> V| select(&DAYS[..]).prop_map(move |(name, start, end)| Literal::Days(name, bound(start), bound(end)));
    let value = match kind {
        Kind::Id => any_id().prop_map(|id| Literal::Value(quoted(&id[..15]), V::Text(id))).boxed(),
        Kind::Text => text(&["a", "AB", "b", "É", "50%", "A_B", "IT'S", "Z\\", "Account", "q"]),
        Kind::Picklist => text(&RATINGS),
        Kind::Choices => text(&TAGS),
        Kind::Number => (-2..3i32).prop_map(|number| Literal::Value(number.to_string(), V::Number(f64::from(number)))).boxed(),
        Kind::Boolean => any::<bool>().prop_map(|value| Literal::Value(value.to_string(), V::Boolean(value))).boxed(),
        Kind::Date => {
            let date = select(&DATES[..]).prop_map(|date| Literal::Value(date.to_owned(), V::Text(date.to_owned())));
            prop_oneof![date, days(|day| V::Text(day.to_owned()))].boxed()
        }
        Kind::Instant => {
            let instant = select(&INSTANTS[..]).prop_map(|text| Literal::Value(text.to_owned(), V::Number(milliseconds(text))));
            prop_oneof![instant, days(|day| V::Number(milliseconds(&format!("{day}T07:00:00Z"))))].boxed()
        }
    };
    prop_oneof![1 => null, 6 => value].boxed()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut items: Vec<String> = self.fields.iter().map(|path| path.text.clone()).collect();
        let from = if self.children.is_some() { self.object } else { "" };
        if let Some(children) = &self.children {
            items.push(format!("({})", children.to_string().replace("FROM Contact", &format!("FROM {from}.Contacts"))));
        }
        write!(f, "SELECT {} FROM {}", items.join(", "), self.object)?;
        if let Some(condition) = &self.condition {
            write!(f, " WHERE {condition}")?;
        }
        for (place, (path, descending, nulls_first)) in self.order.iter().enumerate() {
            let word = if place == 0 { " ORDER BY" } else { "," };
            let direction = if *descending { " DESC" } else { "" };
            let nulls = nulls_first.map_or("", |first| if first { " NULLS FIRST" } else { " NULLS LAST" });
            write!(f, "{word} {}{direction}{nulls}", path.text)?;
        }
        if let Some(limit) = self.limit {
            write!(f, " LIMIT {limit}")?;
        }
        if self.offset > 0 {
            write!(f, " OFFSET {}", self.offset)?;
        }
        Ok(())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chain = |terms: &[Condition], word: &str| terms.iter().map(|term| format!("({term})")).collect::<Vec<_>>().join(word);
        let not = |negated: &bool| if *negated { "NOT " } else { "" };
        match self {
            Condition::All(terms) => f.write_str(&chain(terms, " AND ")),
            Condition::Any(terms) => f.write_str(&chain(terms, " or ")),
            Condition::Not(term) => write!(f, "NOT ({term})"),
            Condition::Compare { path, operator, literal } => write!(f, "{} {operator} {literal}", path.text),
            Condition::In { path, negated, literals } => {
                let literals: Vec<String> = literals.iter().map(ToString::to_string).collect();
                write!(f, "{} {}IN ({})", path.text, not(negated), literals.join(","))
            }
            Condition::Includes { path, negated, sets } => {
                let sets: Vec<String> = sets.iter().map(|set| quoted(set)).collect();
                write!(f, "{} {} ({})", path.text, if *negated { "EXCLUDES" } else { "INCLUDES" }, sets.join(", "))
            }
            Condition::HasContacts { negated, inner } => write!(f, "Id {}IN (SELECT AccountId FROM Contact WHERE {inner})", not(negated)),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Null => f.write_str("null"),
            Literal::Value(text, _) => f.write_str(text),
            Literal::Days(name, ..) => f.write_str(name),
        }
    }
}
