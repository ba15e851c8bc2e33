//! Queries of `UserRecordAccess`: its rows are the answer to one question, which the WHERE clause asks. Source: the object's page in
//! Salesforce's object reference.
//!
//! GUESS: the reference says which queries are allowed; of the refusals two are quoted by users of the API, the words of the others are ours.

use catalogue::{Field, Object};
use soql::syntax::ast::{Condition, Item, Literal, LiteralValue, Operand, Operator, Query, Select};
use soql::{Catalog, Relation, Role, RowFilter, Value};

use super::error::RecordError;
use crate::access::Reach;
use crate::id::{RecordId, UserId};
use crate::schema::Sight;
use crate::storage::StoreError;

const OBJECT: &str = "UserRecordAccess";

/// Records one query may ask about.
const MOST: usize = 200;

/// What the id of every row reads, which nobody keeps.
const NO_ID: &str = "000000000000000AAA";

/// How far one user reaches which records.
#[derive(Debug, PartialEq)]
pub struct Question {
    pub user: UserId,
    pub records: Vec<RecordId>,
}

impl Question {
    /// The question of a query; `None` for queries of other objects and those that do not parse.
    ///
    /// # Errors
    /// `Query` for one that leaves out whose access or to what, or does not select `RecordId`.
    pub fn of(soql: &str) -> Result<Option<Self>, RecordError> {
        // Every query passes here: only what could be one is parsed.
        if !soql.as_bytes().windows(OBJECT.len()).any(|word| word.eq_ignore_ascii_case(OBJECT.as_bytes())) {
            return Ok(None);
        }
        match soql::syntax::parse(soql) {
            Ok(query) if query.from.path.name.text.eq_ignore_ascii_case(OBJECT) => Self::read(&query).map(Some),
            _ => Ok(None),
        }
    }

    fn read(query: &Query) -> Result<Self, RecordError> {
        let terms = match &query.condition {
            Some(Condition::All(terms)) => terms.as_slice(),
            Some(term) => std::slice::from_ref(term),
            None => &[],
        };
        let asked = |name: &str| terms.iter().find_map(|term| equal_to(term, name));
        let (Some(users), Some(records)) = (asked("UserId"), asked("RecordId")) else {
            return Err(refused("MALFORMED_QUERY", "UserRecordAccess can only be queried by one UserId and by RecordId"));
        };
        if !selects(query, "RecordId") {
            return Err(refused("MALFORMED_QUERY", "RecordId field must be selected"));
        }
        if records.len() > MOST {
            return Err(refused("EXCEEDED_ID_LIMIT", "Number of records exceeds limit:200"));
        }
        let user = match users.as_slice() {
            [user] => UserId::parse(user).ok(),
            _ => None,
        };
        let user = user.ok_or_else(|| refused("MALFORMED_QUERY", "UserRecordAccess can only be queried by one UserId and by RecordId"))?;
        Ok(Self { user, records: records.iter().filter_map(|text| RecordId::parse(text).ok()).collect() })
    }
}

/// The texts a term says a field is one of.
fn equal_to(term: &Condition, name: &str) -> Option<Vec<String>> {
    let named = |operand: &Operand| matches!(operand, Operand::Path(path) if path.parents.is_empty() && path.name.text.eq_ignore_ascii_case(name));
    let texts = |literals: &[Literal]| literals.iter().map(text).collect::<Option<Vec<String>>>();
    match term {
        Condition::Compare { operand, operator: Operator::Equal, literal } if named(operand) => texts(std::slice::from_ref(literal)),
        Condition::In { operand, negated: false, literals } if named(operand) => texts(literals),
        _ => None,
    }
}

fn text(literal: &Literal) -> Option<String> {
    if let LiteralValue::Text(text) = &literal.value { Some(text.value()) } else { None }
}

/// Whether a query selects the field; one that only counts selects none and needs none.
fn selects(query: &Query, name: &str) -> bool {
    let Select::Items(items) = &query.select else { return true };
    items.iter().any(|item| match item {
        Item::Value { operand: Operand::Path(path), .. } => path.name.text.eq_ignore_ascii_case(name),
        Item::Fields { .. } => true,
        _ => false,
    })
}

fn refused(code: &'static str, message: &str) -> RecordError {
    RecordError::Query { code, message: message.to_owned() }
}

/// A catalog in which the object holds the answer to one question.
pub struct Answered<'a> {
    pub catalog: &'a dyn Sight,
    pub user: UserId,
    pub reached: Vec<Reach>,
}

impl Answered<'_> {
    fn rows(&self) -> Relation<'static> {
        const COLUMNS: &[&str] =
            &["Id", "UserId", "RecordId", "HasReadAccess", "HasEditAccess", "HasDeleteAccess", "HasTransferAccess", "HasAllAccess", "MaxAccessLevel"];
        let flag = |set: bool| Value::Integer(set.into());
        let row = |reach: &Reach| {
            let texts = [NO_ID.to_owned(), self.user.to_string(), reach.record.to_string()].map(Value::Text);
            let flags = [reach.read, reach.edit, reach.delete, reach.transfer, reach.all].map(flag);
            texts.into_iter().chain(flags).chain([Value::Text(reach.most().to_owned())]).collect()
        };
        Relation::Values { columns: COLUMNS, rows: self.reached.iter().map(row).collect() }
    }
}

impl Catalog for Answered<'_> {
    fn object(&self, name: &str) -> Option<&Object> {
        self.catalog.object(name)
    }

    fn relation(&self, object: &Object) -> Relation<'_> {
        if object.name == OBJECT { self.rows() } else { self.catalog.relation(object) }
    }

    fn sees(&self, object: &Object, field: &Field) -> bool {
        self.catalog.sees(object, field)
    }

    fn row_filter(&self, object: &Object, role: Role) -> Option<RowFilter> {
        self.catalog.row_filter(object, role)
    }

    fn identity(&self) -> u64 {
        self.catalog.identity()
    }
}

impl Sight for Answered<'_> {
    fn reach_of(&self, user: UserId, records: &[RecordId]) -> Result<Vec<Reach>, StoreError> {
        self.catalog.reach_of(user, records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(soql: &str, expected: Result<usize, &str>) {
        let asked = Question::of(soql).map(|question| question.map_or(0, |question| question.records.len()));
        assert_eq!(asked.map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{soql}");
    }

    #[test]
    fn a_query_asks_for_one_user_and_up_to_200_records() {
        const WHOSE: &str = "UserRecordAccess can only be queried by one UserId and by RecordId";
        let by = |rest: &str| format!("SELECT RecordId FROM UserRecordAccess WHERE {rest}");
        let many = |count: usize| vec!["'001000000000001'"; count].join(",");
        check("SELECT Id FROM Account WHERE Name = 'UserRecordAccess'", Ok(0));
        check(&by("UserId = '005000000000001' AND RecordId = '001000000000001'"), Ok(1));
        check(&by(&format!("RecordId IN ({}) AND HasReadAccess = true AND UserId = '005000000000001'", many(200))), Ok(200));
        check(&by(&format!("RecordId IN ({}) AND UserId = '005000000000001'", many(201))), Err("Number of records exceeds limit:200"));
        check(&by("UserId = '005000000000001'"), Err(WHOSE));
        check(&by("RecordId = '001000000000001'"), Err(WHOSE));
        check(&by("UserId IN ('005000000000001', '005000000000002') AND RecordId = '001000000000001'"), Err(WHOSE));
        check("SELECT RecordId FROM UserRecordAccess", Err(WHOSE));
        check(
            "SELECT HasReadAccess FROM userrecordaccess WHERE UserId = '005000000000001' AND RecordId = '001000000000001'",
            Err("RecordId field must be selected"),
        );
    }
}
