//! Why a query is refused, with Salesforce's code and wording for each reason.
//!
//! Source: the error table of the SOQL reference. A wording marked `GUESS:` stands in none of the answers seen.

use std::fmt;

/// A place in the query text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// Why a query is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct SoqlError {
    pub reason: Reason,
    pub span: Span,
    /// The lines that point at the place, in front of the messages that carry them.
    context: String,
}

/// An error on its way up, before the query's text is at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    reason: Reason,
    span: Span,
}

/// What is wrong with a query. Fields and objects are named as the query or the API spells them, whichever the message shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// As shown: in quotes.
    UnexpectedToken(String),
    /// A character that is part of no token, and its place: the row counts from 1, the column from 0.
    UnknownCharacter {
        row: usize,
        column: usize,
        character: char,
    },
    /// A date, dateTime or time that is none.
    InvalidMoment(String),
    MissingValue(String),
    UnclosedString,
    InvalidEscape(String),
    TooLong,
    TooDeep,
    BindVariable,
    InvalidNumber(String),
    NoSuchColumn {
        field: String,
        object: String,
    },
    NoSuchRelationship(String),
    NoSuchChildRelationship(String),
    NoSuchObject(String),
    DuplicateField(String),
    DuplicateAlias(String),
    FieldAlias,
    TooManyLevels,
    TooManyParents,
    /// The statement it becomes is too long for the database.
    TooComplicated,
    TooManyChildren,
    /// The levels of subqueries below the root.
    TooDeepChildren(usize),
    OffsetInChild,
    FieldsUnbounded,
    FieldsEmpty,
    /// `quoted`: literals of the expected type stand in quotes.
    WrongType {
        field: String,
        expected: &'static str,
        quoted: bool,
    },
    NotFilterable(String),
    NotSortable(String),
    NotGroupable(String),
    InvalidId(String),
    /// The type as the message names it (`id`, `multipicklist`).
    InvalidOperator(&'static str),
    StringTooLong,
    DateOutOfRange(String),
    CurrencyNotAllowed(String),
    /// Amounts with and without a currency in one list.
    CurrencyMixed(String),
    NotGrouped(String),
    OrderNotGrouped(String),
    AggregateInChild,
    NotAggregatable {
        field: String,
        function: String,
    },
    GroupedAggregated(String),
    AggregateLimit,
    GroupingWithoutRollup,
    TooManyRollups,
    ChildrenOfGroups,
    /// What stands where it may not: a function or a clause, and the place.
    NotAllowed {
        what: String,
        place: &'static str,
    },
    InvalidArgument {
        function: String,
        argument: String,
    },
    TypeofNotPolymorphic(String),
    TypeofInGroups,
    TypeofAndPath(String),
    SemiJoinPlace,
    SemiJoinSameObject,
    SemiJoinNotId(String),
    SemiJoinOuterNotId(String),
    SemiJoinNested,
    SemiJoinLevels,
    SemiJoinTooMany,
    SemiJoinObject(String),
    SemiJoinMismatch {
        inner: String,
        outer: String,
    },
    /// The clause that COUNT() does not bear.
    CountNotAlone(&'static str),
    OffsetTooLarge(String),
    UnknownScope(String),
    UnknownFunction(String),
    TooManySortKeys,
    /// Data categories of an object that has none.
    NoCategories(String),
    TooManyCategories,
    CategoryTwice(String),
    /// A filter the object insists on is missing: the rest of the message.
    Restricted(&'static str),
    /// The object or kind of query whose result has to fit one page.
    SingleBatch(&'static str),
}

impl SoqlError {
    /// The error of a result that does not fit one page and has no further ones.
    pub fn single_batch(subject: &'static str) -> Self {
        Self { reason: Reason::SingleBatch(subject), span: Span::default(), context: String::new() }
    }

    /// The error of subqueries below subqueries, where the API's version knows of one level of them only.
    pub fn nested_children() -> Self {
        Self { reason: Reason::TooDeepChildren(1), span: Span::default(), context: String::new() }
    }

    /// Salesforce's `errorCode`.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// Salesforce's `message`, with the lines that point at the place where that message has them.
    pub fn message(&self) -> String {
        if self.reason.points() { format!("{}{}", self.context, self.reason) } else { self.reason.to_string() }
    }
}

impl Refusal {
    pub fn new(reason: Reason, span: Span) -> Self {
        Self { reason, span }
    }

    /// Whether a token stands where none like it may.
    pub(crate) fn is_unexpected(&self) -> bool {
        matches!(self.reason, Reason::UnexpectedToken(_))
    }

    /// The error of a query whose text is `text`.
    pub fn in_text(self, text: &str) -> SoqlError {
        // A text that is no query from its first token on is not shown (source: two clients' tests against orgs), nor the end of one.
        let start = self.span.start;
        let outside = text.get(..start).is_some_and(|before| before.trim().is_empty()) || start >= text.trim_end().len();
        let hidden = outside && self.is_unexpected();
        let context = if self.reason.points() && !hidden { context(text, self.span) } else { String::new() };
        SoqlError { reason: self.reason, span: self.span, context }
    }
}

/// Characters shown on either side of the place; a word or name that this would cut is shown whole.
/// Source: six answers quoted in public reports, all of which fit this reading.
const SHOWN: usize = 30;

/// The lines that point at a place: part of its line of the query, a caret, and the place in numbers.
fn context(text: &str, span: Span) -> String {
    let before = text.get(..span.start).unwrap_or(text);
    let row = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line: Vec<char> =
        text[line_start..].chars().take_while(|letter| *letter != '\n').map(|letter| if letter == '\t' { ' ' } else { letter }).collect();
    let at = before[line_start..].chars().count();
    let mut first = at.saturating_sub(SHOWN);
    while first > 0 && !ends_word(line[first - 1]) {
        first -= 1;
    }
    let mut end = (at + SHOWN).min(line.len());
    while end < line.len() && !ends_word(line[end]) {
        end += 1;
    }
    let snippet: String = line[first..end].iter().collect();
    let caret = " ".repeat(at - first);
    format!("\n{}\n{caret}^\nERROR at Row:{row}:Column:{}\n", snippet.trim_end_matches('\r'), at + 1)
}

fn ends_word(letter: char) -> bool {
    letter == ',' || letter.is_whitespace()
}

/// A token or more as messages show them.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{text}'")
}

impl Reason {
    /// A character at byte `at` of `text` that no token begins with.
    pub(crate) fn unknown_character(text: &str, at: usize, character: char) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Self::UnknownCharacter { row: before.matches('\n').count() + 1, column: before[line_start..].chars().count(), character }
    }

    fn code(&self) -> &'static str {
        use Reason::*;
        match self {
            NoSuchColumn { .. } | NoSuchRelationship(_) | DuplicateField(_) | WrongType { .. } | NotFilterable(_) | NotSortable(_) => "INVALID_FIELD",
            InvalidNumber(_) | StringTooLong | DateOutOfRange(_) | CurrencyNotAllowed(_) => "INVALID_FIELD",
            NoSuchChildRelationship(_) | NoSuchObject(_) => "INVALID_TYPE",
            InvalidId(_) | InvalidOperator(_) => "INVALID_QUERY_FILTER_OPERATOR",
            OffsetTooLarge(_) => "NUMBER_OUTSIDE_VALID_RANGE",
            SingleBatch(_) => "EXCEEDED_ID_LIMIT",
            // The documented code for a statement that is too large once expanded; GUESS that too many parents have it too.
            TooManyParents | TooComplicated => "QUERY_TOO_COMPLICATED",
            UnknownCharacter { .. } | InvalidMoment(_) | CurrencyMixed(_) | TooManyCategories | CategoryTwice(_) => "MALFORMED_QUERY",
            UnexpectedToken(_) | MissingValue(_) | UnclosedString | InvalidEscape(_) | TooLong | TooDeep | BindVariable => "MALFORMED_QUERY",
            DuplicateAlias(_) | FieldAlias | TooManyLevels | TooManyChildren | TooDeepChildren(_) | OffsetInChild => "MALFORMED_QUERY",
            FieldsUnbounded | FieldsEmpty | NotGroupable(_) | NotGrouped(_) | OrderNotGrouped(_) | AggregateInChild => "MALFORMED_QUERY",
            CountNotAlone(_) | UnknownScope(_) | UnknownFunction(_) => "MALFORMED_QUERY",
            NotAggregatable { .. } | GroupedAggregated(_) | AggregateLimit | GroupingWithoutRollup | TooManyRollups => "MALFORMED_QUERY",
            ChildrenOfGroups | NotAllowed { .. } | InvalidArgument { .. } => "MALFORMED_QUERY",
            TypeofNotPolymorphic(_) | TypeofInGroups | TypeofAndPath(_) => "MALFORMED_QUERY",
            SemiJoinPlace | SemiJoinSameObject | SemiJoinNotId(_) | SemiJoinOuterNotId(_) | SemiJoinNested => "MALFORMED_QUERY",
            SemiJoinLevels | SemiJoinObject(_) | SemiJoinMismatch { .. } => "MALFORMED_QUERY",
            SemiJoinTooMany => "EXCEEDED_MAX_SEMIJOIN_SUBSELECTS",
            TooManySortKeys | NoCategories(_) | Restricted(_) => "MALFORMED_QUERY",
        }
    }

    /// Whether the message begins with the lines that point at the place.
    fn points(&self) -> bool {
        use Reason::*;
        match self {
            UnexpectedToken(token) => token != END,
            NoSuchColumn { .. } | NoSuchRelationship(_) | NoSuchChildRelationship(_) | NoSuchObject(_) | WrongType { .. } => true,
            NotFilterable(_) | NotSortable(_) | NotGroupable(_) | InvalidId(_) | InvalidOperator(_) | NotGrouped(_) | OrderNotGrouped(_) => true,
            _ => false,
        }
    }
}

/// How messages show the end of the query.
pub(crate) const END: &str = "'<EOF>'";

const IF_CUSTOM_FIELD: &str = "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.";
const IF_CUSTOM_RELATIONSHIP: &str =
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.";
const IF_CUSTOM_OBJECT: &str = "If you are attempting to use a custom object, be sure to append the '__c' after the entity name.";
const SEE_WSDL: &str = "Please reference your WSDL or the describe call for the appropriate names.";

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Reason::*;
        match self {
            UnexpectedToken(token) => write!(f, "unexpected token: {token}"),
            UnknownCharacter { row, column, character } => write!(f, "line {row}:{column} unexpected token: '{character}'"),
            InvalidMoment(text) => {
                // GUESS: the words for a day or a time alone.
                let kind = if text.contains(['T', 't']) { "datetime" } else { ["date", "time"][usize::from(text.contains(':'))] };
                write!(f, "Invalid {kind}: {text}")
            }
            MissingValue(token) => write!(f, "missing value at {token}"),
            // GUESS: the parser generator's own words without its line and column.
            UnclosedString => f.write_str("mismatched character '<EOF>' expecting '''"),
            // GUESS: Apex's wording for the same fault.
            InvalidEscape(escape) => write!(f, "Illegal character sequence '{escape}' in string literal."),
            // GUESS: the wording known from the former limit of 20000.
            TooLong => f.write_str("SOQL statements cannot be longer than 100000 characters."),
            // GUESS: Salesforce names no limit; the stack needs one.
            TooDeep => f.write_str("The query is too complicated: its expressions are nested too deeply."),
            BindVariable => f.write_str("Bind variables only allowed in Apex code"),
            // GUESS: no such message was seen.
            InvalidNumber(number) => write!(f, "invalid number: {number}"),
            NoSuchColumn { field, object } => write!(f, "No such column '{field}' on entity '{object}'. {IF_CUSTOM_FIELD} {SEE_WSDL}"),
            NoSuchRelationship(name) => write!(f, "Didn't understand relationship '{name}' in field path. {IF_CUSTOM_RELATIONSHIP} {SEE_WSDL}"),
            NoSuchChildRelationship(name) => {
                write!(f, "Didn't understand relationship '{name}' in FROM part of query call. {IF_CUSTOM_RELATIONSHIP} {SEE_WSDL}")
            }
            NoSuchObject(name) => write!(f, "sObject type '{name}' is not supported. {IF_CUSTOM_OBJECT} {SEE_WSDL}"),
            DuplicateField(field) => write!(f, "duplicate field selected: {field}"),
            DuplicateAlias(alias) => write!(f, "duplicate alias: {alias}"),
            FieldAlias => f.write_str("only aggregate expressions use field aliasing"),
            // GUESS: this and the next five limits are documented without their wording.
            TooManyLevels => f.write_str("Relationship path exceeds the maximum of 5 levels"),
            TooManyParents => f.write_str("The query has more than 55 parent relationships"),
            TooComplicated => f.write_str("The query is too complicated: reduce the number of its filters or relationships."),
            TooManyChildren => f.write_str("The query has more than 20 child relationships"),
            TooDeepChildren(levels) => {
                let plural = if *levels == 1 { "" } else { "s" };
                write!(f, "SOQL statements cannot query aggregate relationships more than {levels} level{plural} away from the root entity object.")
            }
            OffsetInChild => f.write_str("OFFSET in a subquery requires LIMIT 1 in the parent query"),
            FieldsUnbounded => f.write_str("The SOQL FIELDS function must have a LIMIT of at most 200"),
            FieldsEmpty => f.write_str("'FIELDS(...)' expansion function must result in at least one field being selected."),
            WrongType { field, expected, quoted } => {
                let not = if *quoted { "" } else { "not " };
                write!(f, "value of filter criterion for field '{field}' must be of type {expected} and should {not}be enclosed in quotes")
            }
            NotFilterable(field) => write!(f, "field '{field}' can not be filtered in a query call"),
            NotSortable(field) => write!(f, "field '{field}' can not be sorted in a query call"),
            NotGroupable(field) => write!(f, "field '{field}' can not be grouped in a query call"),
            InvalidId(id) => write!(f, "invalid ID field: {id}"),
            InvalidOperator(kind) => write!(f, "invalid operator on {kind} field"),
            // GUESS: this and the next two.
            StringTooLong => f.write_str("String literal too long: a string in a condition may have at most 4000 characters"),
            DateOutOfRange(date) => write!(f, "Date out of range: {date}"),
            CurrencyNotAllowed(money) => write!(f, "Currency literal not allowed: {money}"),
            // GUESS: documented without wording.
            CurrencyMixed(field) => write!(f, "values with and without a currency code can not be mixed in a list for field '{field}'"),
            NotGrouped(field) => write!(f, "Field must be grouped or aggregated: {field}"),
            OrderNotGrouped(field) => write!(f, "Ordered field must be grouped or aggregated: {field}"),
            AggregateInChild => f.write_str("only root queries support aggregate expressions"),
            // GUESS: this and the next seven.
            NotAggregatable { field, function } => write!(f, "field {field} does not support aggregate operator {function}"),
            AggregateLimit => f.write_str("Non-grouped query that uses overall aggregate functions cannot also use LIMIT"),
            GroupingWithoutRollup => f.write_str("GROUPING can only be used with GROUP BY ROLLUP or GROUP BY CUBE"),
            TooManyRollups => f.write_str("GROUP BY ROLLUP and GROUP BY CUBE take at most 3 fields"),
            ChildrenOfGroups => f.write_str("a query that uses aggregate expressions can not have child subqueries"),
            NotAllowed { what, place } => write!(f, "{what} is not allowed in {place}"),
            InvalidArgument { function, argument } => write!(f, "invalid argument of {function}: {argument}"),
            GroupedAggregated(field) => write!(f, "Grouped field should not be aggregated: {field}"),
            // GUESS: this and the next two.
            TypeofNotPolymorphic(path) => write!(f, "TYPEOF requires a polymorphic relationship: {path}"),
            TypeofInGroups => f.write_str("TYPEOF is not allowed in a query that uses functions or GROUP BY"),
            TypeofAndPath(path) => write!(f, "a relationship can not be both in TYPEOF and in the field list: {path}"),
            SemiJoinPlace => {
                f.write_str("Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.")
            }
            SemiJoinSameObject => f.write_str("The inner and outer selects should not be on the same object type"),
            SemiJoinNotId(field) => write!(f, "semi join sub-selects can only query id fields, cannot use: '{field}'"),
            // GUESS: known from the same family of messages.
            SemiJoinOuterNotId(field) => {
                write!(f, "The left operand field in the where expression for outer query should be an id field, cannot use: '{field}'")
            }
            SemiJoinNested => f.write_str("Nesting of semi join sub-selects is not supported"),
            SemiJoinLevels => f.write_str("inner select field cannot have more than one level of relationships"),
            // GUESS: this and the next two.
            SemiJoinTooMany => f.write_str("There is a limit of 2 semi-join sub-selects"),
            SemiJoinObject(object) => write!(f, "Entity '{object}' is not supported for semi join inner selects"),
            SemiJoinMismatch { inner, outer } => write!(
                f,
                "The selected field '{inner}' in the subquery and the left operand field in the where expression in the outer query '{outer}' \
                 should point to the same object type"
            ),
            // GUESS: no such message was seen.
            CountNotAlone(clause) => write!(f, "{clause} is not allowed with COUNT()"),
            SingleBatch(subject) => write!(f, "{subject} does not support queryMore(), use LIMIT to restrict the results to a single batch"),
            OffsetTooLarge(object) => write!(f, "Maximum SOQL offset allowed for apiName {object} is 2000"),
            // GUESS: this and the next.
            UnknownScope(scope) => write!(f, "Unsupported scope: {scope}"),
            UnknownFunction(name) => write!(f, "unknown function: {name}"),
            // GUESS: this and the next two.
            TooManySortKeys => f.write_str("ORDER BY may have at most 32 fields"),
            NoCategories(object) => write!(f, "WITH DATA CATEGORY is not supported on entity '{object}'"),
            // GUESS: this and the next; both limits are documented.
            TooManyCategories => f.write_str("WITH DATA CATEGORY may name at most 3 category groups"),
            CategoryTwice(group) => write!(f, "category group named twice in WITH DATA CATEGORY: {group}"),
            Restricted(why) => write!(f, "Implementation restriction: {why}"),
        }
    }
}
