//! A small model of SOQL's semantics over rows in memory. It shares nothing with the compiler but the catalogue's types,
//! so that the two can be wrong only in different ways.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

/// A stored value; dates are text, dateTimes milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum V {
    Null,
    Text(String),
    Number(f64),
    Boolean(bool),
}

pub(crate) type Row = BTreeMap<&'static str, V>;

#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) accounts: Vec<Row>,
    pub(crate) contacts: Vec<Row>,
}

/// How a field compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Text,
    Picklist,
    Choices,
    Number,
    Boolean,
    Date,
    Instant,
}

/// The picklist's values in their defined order.
pub(crate) const RATINGS: [&str; 3] = ["Hot", "warm", "Cold"];

#[derive(Debug, Clone)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare {
        path: Path,
        operator: &'static str,
        literal: Literal,
    },
    In {
        path: Path,
        negated: bool,
        literals: Vec<Literal>,
    },
    Includes {
        path: Path,
        negated: bool,
        sets: Vec<&'static str>,
    },
    /// `Id IN (SELECT AccountId FROM Contact …)`
    HasContacts {
        negated: bool,
        inner: Box<Condition>,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Path {
    pub(crate) text: String,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Literal {
    Null,
    /// As written, and as compared.
    Value(String, V),
    /// A date literal and its first and first following day.
    Days(&'static str, V, V),
}

#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub(crate) object: &'static str,
    pub(crate) fields: Vec<Path>,
    pub(crate) children: Option<Box<Query>>,
    pub(crate) condition: Option<Condition>,
    /// Path, descending, nulls first.
    pub(crate) order: Vec<(Path, bool, Option<bool>)>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
}

/// A grouped query; what it aggregates is fixed.
#[derive(Debug, Clone)]
pub(crate) struct Grouping {
    pub(crate) object: &'static str,
    pub(crate) keys: Vec<Path>,
    /// Nothing, `ROLLUP` or `CUBE`.
    pub(crate) kind: &'static str,
    pub(crate) condition: Option<Condition>,
    /// `HAVING COUNT(Id) >` this.
    pub(crate) having: Option<usize>,
}

impl Grouping {
    pub(crate) const AGGREGATES: [&'static str; 7] =
        ["COUNT(Id)", "COUNT(Name)", "COUNT_DISTINCT(Name)", "SUM(Amount)", "AVG(Size)", "MIN(Born)", "MAX(Rating)"];

    /// The keys present in each grouping set.
    fn sets(&self) -> Vec<Vec<bool>> {
        let count = self.keys.len();
        match self.kind {
            "ROLLUP" => (0..=count).map(|kept| (0..count).map(|key| key < kept).collect()).collect(),
            "CUBE" => (0..1_usize << count).map(|set| (0..count).map(|key| set >> key & 1 == 1).collect()).collect(),
            _ => vec![vec![true; count]],
        }
    }
}

impl World {
    pub(crate) fn groups(&self, grouping: &Grouping) -> Vec<Json> {
        let query = Query {
            object: grouping.object,
            fields: Vec::new(),
            children: None,
            condition: grouping.condition.clone(),
            order: Vec::new(),
            limit: None,
            offset: 0,
        };
        let rows = self.chosen(&query, |_| true);
        grouping.sets().iter().flat_map(|set| self.grouped(grouping, set, &rows)).collect()
    }

    /// The groups of one grouping set.
    fn grouped(&self, grouping: &Grouping, set: &[bool], rows: &[&Row]) -> Vec<Json> {
        let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
        if grouping.keys.is_empty() {
            groups.insert(String::new(), Vec::new());
        }
        let present = || grouping.keys.iter().zip(set).map(|(key, present)| present.then_some(key));
        for row in rows {
            let values: Vec<String> = present().flatten().map(|key| folded(&self.value(row, &key.text), key.kind)).collect();
            groups.entry(if grouping.keys.is_empty() { String::new() } else { values.join("|") }).or_default().push(row);
        }
        groups.retain(|_, rows| grouping.having.is_none_or(|count| rows.len() > count));
        let record = |rows: &Vec<&Row>| {
            let mut record = Map::new();
            for (place, key) in present().enumerate() {
                // Of several spellings, the least by code point.
                let least = key.and_then(|key| rows.iter().map(|row| shown(&self.value(row, &key.text))).min_by_key(ToString::to_string));
                record.insert(format!("k{place}"), least.unwrap_or(Json::Null));
            }
            record.extend(aggregates(rows).into_iter().enumerate().map(|(place, value)| (format!("expr{place}"), value)));
            Json::Object(record)
        };
        groups.values().map(record).collect()
    }

    pub(crate) fn rows(&self, object: &str) -> &[Row] {
        if object == "Account" { &self.accounts } else { &self.contacts }
    }

    pub(crate) fn answer(&self, query: &Query) -> Vec<Json> {
        self.chosen(query, |_| true).into_iter().map(|row| self.record(query, row)).collect()
    }

    /// The rows a query gives, in order.
    fn chosen(&self, query: &Query, belongs: impl Fn(&Row) -> bool) -> Vec<&Row> {
        let alive = self.rows(query.object).iter().filter(|row| row["IsDeleted"] == V::Boolean(false));
        let holds = |row: &&Row| query.condition.as_ref().is_none_or(|condition| self.holds(condition, row));
        let mut rows: Vec<&Row> = alive.filter(|row| belongs(row)).filter(holds).collect();
        rows.sort_by(|left, right| {
            let keys = query.order.iter().map(|(path, descending, nulls_first)| {
                let (left, right) = (self.value(left, &path.text), self.value(right, &path.text));
                sorted(&left, &right, path.kind, *descending, nulls_first.unwrap_or(true))
            });
            keys.fold(Ordering::Equal, Ordering::then).then_with(|| compare(&left["Id"], &right["Id"], Kind::Id).unwrap_or(Ordering::Equal))
        });
        rows.into_iter().skip(query.offset).take(query.limit.unwrap_or(usize::MAX)).collect()
    }

    fn record(&self, query: &Query, row: &Row) -> Json {
        let mut record = Map::new();
        for path in &query.fields {
            self.put(&mut record, row, &path.text);
        }
        if let Some(children) = &query.children {
            let own = self.chosen(children, |child| child["AccountId"] == row["Id"]);
            let records: Vec<Json> = own.into_iter().map(|child| self.record(children, child)).collect();
            record.insert("Contacts".to_owned(), if records.is_empty() { Json::Null } else { Json::Array(records) });
        }
        Json::Object(record)
    }

    /// Puts a field, or a parent object with the field in it.
    fn put(&self, record: &mut Map<String, Json>, row: &Row, path: &str) {
        let Some((relationship, rest)) = path.split_once('.') else {
            record.insert(path.to_owned(), shown(&self.value(row, path)));
            return;
        };
        let Some((object, parent)) = self.parent(row, relationship) else {
            record.insert(relationship.to_owned(), Json::Null);
            return;
        };
        let nested = record.entry(relationship).or_insert_with(|| json!({ "type": object }));
        match rest {
            "Type" => nested["Type"] = json!(object),
            rest => self.put(nested.as_object_mut().unwrap(), parent, rest),
        }
    }

    /// The live parent a relationship leads to.
    fn parent(&self, row: &Row, relationship: &str) -> Option<(&'static str, &Row)> {
        let V::Text(id) = row.get(format!("{relationship}Id").as_str())? else { return None };
        let object = if id.starts_with("001") { "Account" } else { "Contact" };
        let found = self.rows(object).iter().find(|parent| parent["Id"] == V::Text(id.clone()))?;
        (found["IsDeleted"] == V::Boolean(false)).then_some((object, found))
    }

    fn value(&self, row: &Row, path: &str) -> V {
        if path == "CALENDAR_MONTH(Born)" {
            let V::Text(date) = &row["Born"] else { return V::Null };
            return V::Number(date[5..7].parse().unwrap());
        }
        if let Some((relationship, rest)) = path.split_once('.') {
            // The type of a polymorphic parent is read from the id alone.
            if let ("Type", Some(V::Text(id))) = (rest, row.get(format!("{relationship}Id").as_str())) {
                return V::Text(if id.starts_with("001") { "Account" } else { "Contact" }.to_owned());
            }
            let missing = if ["Active", "IsDeleted"].iter().any(|boolean| rest.ends_with(boolean)) { V::Boolean(false) } else { V::Null };
            return self.parent(row, relationship).map_or(missing, |(_, parent)| self.value(parent, rest));
        }
        row.get(path).cloned().unwrap_or(V::Null)
    }

    fn holds(&self, condition: &Condition, row: &Row) -> bool {
        match condition {
            Condition::All(terms) => terms.iter().all(|term| self.holds(term, row)),
            Condition::Any(terms) => terms.iter().any(|term| self.holds(term, row)),
            Condition::Not(term) => !self.holds(term, row),
            Condition::Compare { path, operator, literal } => satisfies(&self.value(row, &path.text), operator, literal, path.kind),
            Condition::In { path, negated, literals } => {
                let value = self.value(row, &path.text);
                literals.iter().any(|literal| satisfies(&value, "=", literal, path.kind)) != *negated
            }
            Condition::Includes { path, negated, sets } => {
                let held = choices(&self.value(row, &path.text));
                let holds_all = |set: &&str| choices(&V::Text((*set).to_owned())).iter().all(|choice| held.contains(choice));
                sets.iter().any(holds_all) != *negated
            }
            Condition::HasContacts { negated, inner } => {
                let mut contacts = self.contacts.iter().filter(|contact| contact["IsDeleted"] == V::Boolean(false));
                contacts.any(|contact| contact["AccountId"] == row["Id"] && self.holds(inner, contact)) != *negated
            }
        }
    }
}

fn folded(value: &V, kind: Kind) -> String {
    match value {
        V::Text(text) if matches!(kind, Kind::Text | Kind::Picklist) => lower(text).into_iter().collect(),
        value => format!("{value:?}"),
    }
}

/// As `Grouping::AGGREGATES` lists them.
fn aggregates(rows: &[&Row]) -> Vec<Json> {
    let present = |field: &str| rows.iter().map(|row| row[field].clone()).filter(|value| *value != V::Null).collect::<Vec<_>>();
    let numbers = |field: &str| {
        let numbers = present(field).into_iter().map(|value| if let V::Number(number) = value { number } else { panic!("a number") });
        numbers.collect::<Vec<f64>>()
    };
    let (amounts, sizes, names) = (numbers("Amount"), numbers("Size"), present("Name"));
    let distinct: std::collections::BTreeSet<String> = names.iter().map(|name| folded(name, Kind::Text)).collect();
    let least = present("Born").into_iter().min_by(|left, right| sorted(left, right, Kind::Date, false, true));
    let greatest = present("Rating").into_iter().max_by(|left, right| sorted(left, right, Kind::Picklist, false, true));
    let some = |numbers: &[f64], value: f64| if numbers.is_empty() { Json::Null } else { json!(value) };
    let count = f64::from(u32::try_from(sizes.len()).unwrap());
    vec![
        json!(rows.len()),
        json!(names.len()),
        json!(distinct.len()),
        some(&amounts, amounts.iter().sum()),
        some(&sizes, sizes.iter().sum::<f64>() / count),
        least.as_ref().map_or(Json::Null, shown),
        greatest.as_ref().map_or(Json::Null, shown),
    ]
}

/// Whether one comparison is true; never unknown.
fn satisfies(value: &V, operator: &str, literal: &Literal, kind: Kind) -> bool {
    if operator == "!=" {
        return !satisfies(value, "=", literal, kind);
    }
    let order = |other: &V| compare(value, other, kind);
    match (literal, operator) {
        (Literal::Null, "=") => matches!(value, V::Null | V::Boolean(false)),
        (Literal::Null, _) => false,
        (Literal::Days(_, start, end), _) => {
            let (Some(after_start), Some(after_end)) = (order(start), order(end)) else { return false };
            match operator {
                "=" => after_start.is_ge() && after_end.is_lt(),
                "<" => after_start.is_lt(),
                "<=" => after_end.is_lt(),
                ">" => after_end.is_ge(),
                _ => after_start.is_ge(),
            }
        }
        (Literal::Value(_, other), "=") if kind == Kind::Choices => *value != V::Null && choices(value) == choices(other),
        (Literal::Value(_, V::Text(pattern)), "LIKE") => match value {
            V::Text(text) => like(&lower(text), &lower(pattern)),
            _ => false,
        },
        (Literal::Value(_, other), _) => order(other).is_some_and(|order| match operator {
            "=" => order.is_eq(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            _ => order.is_ge(),
        }),
    }
}

fn like(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|skipped| like(&text[skipped..], rest)),
        ['\\', literal, rest @ ..] => text.first() == Some(literal) && like(&text[1..], rest),
        ['_', rest @ ..] => !text.is_empty() && like(&text[1..], rest),
        [letter, rest @ ..] => text.first() == Some(letter) && like(&text[1..], rest),
    }
}

/// `None` when a side is null.
fn compare(left: &V, right: &V, kind: Kind) -> Option<Ordering> {
    match (left, right) {
        (V::Text(left), V::Text(right)) if matches!(kind, Kind::Text | Kind::Picklist) => Some(lower(left).cmp(&lower(right))),
        (V::Text(left), V::Text(right)) => Some(left.cmp(right)),
        (V::Number(left), V::Number(right)) => left.partial_cmp(right),
        (V::Boolean(left), V::Boolean(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn sorted(left: &V, right: &V, kind: Kind, descending: bool, nulls_first: bool) -> Ordering {
    match (left, right) {
        (V::Null, V::Null) => return Ordering::Equal,
        (V::Null, _) => return if nulls_first { Ordering::Less } else { Ordering::Greater },
        (_, V::Null) => return if nulls_first { Ordering::Greater } else { Ordering::Less },
        _ => {}
    }
    let rank = |value: &V| match value {
        V::Text(text) if kind == Kind::Picklist => RATINGS.iter().position(|known| lower(known) == lower(text)).unwrap_or(RATINGS.len()),
        _ => 0,
    };
    let order = rank(left).cmp(&rank(right)).then(compare(left, right, kind).unwrap_or(Ordering::Equal));
    if descending { order.reverse() } else { order }
}

fn choices(value: &V) -> std::collections::BTreeSet<Vec<char>> {
    let V::Text(text) = value else { return std::collections::BTreeSet::new() };
    text.split(';').map(lower).collect()
}

fn lower(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn shown(value: &V) -> Json {
    match value {
        V::Null => Json::Null,
        V::Text(text) => json!(text),
        V::Number(number) => json!(number),
        V::Boolean(value) => json!(value),
    }
}
