//! Tokens to tree: recursive descent, one function per rule of the grammar.

use super::ast::{
    AccessMode, Argument, Branch, Call, Category, Fields, From, Group, GroupKind, Item, Literal, Name, Offset, Operand, Order, Path, Query, Quoted,
    Select, Selector, Statistic, Typeof, UsageDate, With,
};
use super::lexer::Kind;
use super::reader::Parser;
use crate::error::{Reason, Refusal, Span};

/// Characters a statement may have.
const LONGEST: usize = 100_000;
/// Functions within one another.
const MOST_CALLS: usize = 2;

/// Parses one query.
///
/// # Errors
/// The first thing in the text that the grammar has no place for.
pub(crate) fn parse(text: &str) -> Result<Query, Refusal> {
    if text.chars().count() > LONGEST {
        return Err(Refusal::new(Reason::TooLong, Span::default()));
    }
    let mut parser = Parser::new(text, 0);
    let query = parser.query()?;
    if parser.at_end() { Ok(query) } else { Err(parser.unexpected()) }
}

impl Parser<'_> {
    /// SELECT up to its last clause.
    pub fn query(&mut self) -> Result<Query, Refusal> {
        let start = self.span().start;
        self.expect_word("SELECT")?;
        let select = self.select(start)?;
        self.expect_word("FROM")?;
        let from = self.object_and_alias()?;
        let from_parents = if self.take_symbol(",") { self.comma_list(Self::object_and_alias)? } else { Vec::new() };
        let mut query = Query {
            select,
            from,
            from_parents,
            scope: None,
            condition: None,
            with: None,
            group: None,
            having: None,
            order: Vec::new(),
            limit: None,
            offset: None,
            usage: Vec::new(),
            statistics: Vec::new(),
            options: Vec::new(),
        };
        if self.take_word("USING") {
            self.expect_word("SCOPE")?;
            query.scope = Some(self.name()?);
        }
        if self.take_word("WHERE") {
            query.condition = Some(self.condition()?);
        }
        if self.take_word("WITH") {
            query.with = Some(self.with()?);
        }
        if self.take_word("GROUP") {
            self.expect_by()?;
            query.group = Some(self.group()?);
            if self.take_word("HAVING") {
                query.having = Some(self.condition()?);
            }
        }
        self.closing_clauses(&mut query)?;
        Ok(query)
    }

    fn closing_clauses(&mut self, query: &mut Query) -> Result<(), Refusal> {
        if self.take_word("ORDER") {
            self.expect_by()?;
            query.order = self.comma_list(Self::order_item)?;
        }
        if self.take_word("LIMIT") {
            query.limit = Some(self.count()?.rows);
        }
        if self.take_word("OFFSET") {
            query.offset = Some(self.count()?);
        }
        let start = self.span().start;
        if self.take_word("FOR") {
            // Apex alone may lock rows: FOR UPDATE is none of the two.
            if !self.is_word("VIEW") && !self.is_word("REFERENCE") {
                return Err(self.unexpected_since(start));
            }
            query.usage = self.comma_list(Self::usage_date)?;
        }
        if self.take_word("UPDATE") {
            query.statistics = self.comma_list(Self::statistic)?;
        }
        if self.take_words(&["SET", "OPTIONS"]) {
            query.options = self.parameters()?;
        }
        Ok(())
    }

    /// The second word of GROUP BY and ORDER BY.
    fn expect_by(&mut self) -> Result<(), Refusal> {
        if self.take_word("BY") {
            return Ok(());
        }
        Err(if matches!(self.peek(), Kind::Word(_)) { self.refuse(Reason::MissingValue(self.shown())) } else { self.unexpected() })
    }

    /// `(name = value, …)`
    fn parameters(&mut self) -> Result<Vec<(Name, Literal)>, Refusal> {
        self.expect("(")?;
        let parameters = self.comma_list(Self::parameter)?;
        self.expect(")")?;
        Ok(parameters)
    }

    fn parameter(&mut self) -> Result<(Name, Literal), Refusal> {
        let name = self.name()?;
        self.expect("=")?;
        Ok((name, self.literal()?))
    }

    /// What stands after SELECT, which begins at byte `start`.
    fn select(&mut self, start: usize) -> Result<Select, Refusal> {
        if self.is_word("COUNT") && matches!((self.ahead(1), self.ahead(2)), (Kind::Symbol("("), Kind::Symbol(")"))) {
            self.at += 3;
            return Ok(Select::Count);
        }
        let reserved = ["FROM", "SELECT", "WHERE"].iter().any(|word| self.is_word(word));
        if reserved || !matches!(self.peek(), Kind::Word(_) | Kind::Symbol("(")) {
            return Err(self.unexpected_since(start));
        }
        self.comma_list(Self::select_item).map(Select::Items)
    }

    /// One item of a SELECT list: a field, a function or a subquery, with its alias.
    pub fn select_item(&mut self) -> Result<Item, Refusal> {
        if matches!((self.peek(), self.ahead(1)), (Kind::Symbol("("), Kind::Word(word)) if word.eq_ignore_ascii_case("SELECT")) {
            self.at += 1;
            let query = self.nested(Self::query)?;
            self.close()?;
            if matches!(self.peek(), Kind::Word(_)) && !self.is_word("FROM") {
                return Err(self.refuse(Reason::FieldAlias));
            }
            return Ok(Item::Children(Box::new(query)));
        }
        if self.is_word("TYPEOF") && matches!(self.ahead(1), Kind::Word(word) if !word.eq_ignore_ascii_case("FROM")) {
            return self.type_of().map(Item::Typeof);
        }
        if self.is_word("FIELDS") && matches!(self.ahead(1), Kind::Symbol("(")) {
            return self.fields();
        }
        if self.is_word("FROM") || self.is_word("SELECT") {
            return Err(self.unexpected());
        }
        let start = self.span().start;
        let operand = self.operand().map_err(|refusal| self.undecided(refusal, start))?;
        let alias = if matches!(self.peek(), Kind::Word(_)) && !self.is_word("FROM") { Some(self.alias()?) } else { None };
        Ok(Item::Value { operand, alias })
    }

    fn fields(&mut self) -> Result<Item, Refusal> {
        let span = self.span();
        self.at += 2;
        let which = match self.peek() {
            Kind::Word(word) if word.eq_ignore_ascii_case("ALL") => Fields::All,
            Kind::Word(word) if word.eq_ignore_ascii_case("CUSTOM") => Fields::Custom,
            Kind::Word(word) if word.eq_ignore_ascii_case("STANDARD") => Fields::Standard,
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        self.expect(")")?;
        Ok(Item::Fields { which, span })
    }

    fn type_of(&mut self) -> Result<Typeof, Refusal> {
        self.at += 1;
        let path = self.path()?;
        let mut branches = Vec::new();
        while self.take_word("WHEN") {
            let object = self.name()?;
            self.expect_word("THEN")?;
            branches.push(Branch { object, fields: self.comma_list(Self::path)? });
        }
        if branches.is_empty() {
            return Err(self.unexpected());
        }
        let otherwise = if self.take_word("ELSE") { self.comma_list(Self::path)? } else { Vec::new() };
        self.expect_word("END")?;
        Ok(Typeof { path, branches, otherwise })
    }

    fn object_and_alias(&mut self) -> Result<From, Refusal> {
        let path = self.path()?;
        let alias = if self.take_word("AS") || (matches!(self.peek(), Kind::Word(_)) && !self.starts_clause()) { Some(self.alias()?) } else { None };
        Ok(From { path, alias })
    }

    /// Whether a clause begins here rather than an alias: `FROM Account ORDER BY Name`, but `FROM Account order`.
    fn starts_clause(&self) -> bool {
        let follows = |words: &[&str]| matches!(self.ahead(1), Kind::Word(next) if words.iter().any(|word| next.eq_ignore_ascii_case(word)));
        let Kind::Word(word) = self.peek() else { return false };
        match word.to_ascii_uppercase().as_str() {
            "USING" | "WHERE" | "WITH" | "GROUP" | "HAVING" | "LIMIT" => true,
            "ORDER" => follows(&["BY"]),
            "OFFSET" => matches!(self.ahead(1), Kind::Number(_) | Kind::Symbol(":") | Kind::End),
            "FOR" => true,
            "UPDATE" => follows(&["TRACKING", "VIEWSTAT"]),
            "SET" => follows(&["OPTIONS"]),
            _ => false,
        }
    }

    fn with(&mut self) -> Result<With, Refusal> {
        let mode = match self.peek() {
            Kind::Word(word) => match word.to_ascii_uppercase().as_str() {
                "SECURITY_ENFORCED" => Some(AccessMode::SecurityEnforced),
                "USER_MODE" => Some(AccessMode::User),
                "SYSTEM_MODE" => Some(AccessMode::System),
                _ => None,
            },
            _ => return Err(self.unexpected()),
        };
        if let Some(mode) = mode {
            self.at += 1;
            return Ok(With::Mode(mode));
        }
        if self.take_words(&["DATA", "CATEGORY"]) {
            return self.and_list(Self::category).map(With::Categories);
        }
        if self.is_word("RecordVisibilityContext") {
            self.at += 1;
            return self.parameters().map(With::Visibility);
        }
        if !matches!(self.ahead(1), Kind::Symbol("=")) {
            return Err(self.unexpected());
        }
        self.and_list(Self::parameter).map(With::Filters)
    }

    fn category(&mut self) -> Result<Category, Refusal> {
        let group = self.name()?;
        let known = [("AT", Selector::At), ("ABOVE_OR_BELOW", Selector::AboveOrBelow), ("ABOVE", Selector::Above), ("BELOW", Selector::Below)];
        let found = known.into_iter().find(|(word, _)| self.take_word(word));
        let (_, selector) = found.ok_or_else(|| self.unexpected())?;
        if !self.take_symbol("(") {
            return Ok(Category { group, selector, names: vec![self.name()?] });
        }
        let names = self.comma_list(Self::name)?;
        self.expect(")")?;
        Ok(Category { group, selector, names })
    }

    /// One item or more, joined by AND.
    fn and_list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T, Refusal>) -> Result<Vec<T>, Refusal> {
        let mut items = vec![item(self)?];
        while self.take_word("AND") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn group(&mut self) -> Result<Group, Refusal> {
        let kind = match (self.peek(), self.ahead(1)) {
            (Kind::Word(word), Kind::Symbol("(")) if word.eq_ignore_ascii_case("ROLLUP") => GroupKind::Rollup,
            (Kind::Word(word), Kind::Symbol("(")) if word.eq_ignore_ascii_case("CUBE") => GroupKind::Cube,
            _ => return Ok(Group { kind: GroupKind::Plain, items: self.comma_list(Self::group_item)? }),
        };
        self.at += 2;
        let items = self.comma_list(Self::operand)?;
        self.expect(")")?;
        Ok(Group { kind, items })
    }

    /// A key of GROUP BY. Subtotals stand alone.
    fn group_item(&mut self) -> Result<Operand, Refusal> {
        let subtotals = (self.is_word("ROLLUP") || self.is_word("CUBE")) && matches!(self.ahead(1), Kind::Symbol("("));
        if subtotals { Err(self.unexpected()) } else { self.operand() }
    }

    /// One term of ORDER BY.
    pub fn order_item(&mut self) -> Result<Order, Refusal> {
        let operand = self.operand()?;
        let descending = !self.take_word("ASC") && self.take_word("DESC");
        let nulls_first = if self.take_word("NULLS") {
            let first = self.take_word("FIRST");
            if !first {
                self.expect_before_clause("LAST")?;
            }
            Some(first)
        } else {
            None
        };
        Ok(Order { operand, descending, nulls_first })
    }

    fn usage_date(&mut self) -> Result<UsageDate, Refusal> {
        if self.take_word("VIEW") {
            return Ok(UsageDate::View);
        }
        self.expect_word("REFERENCE").map(|()| UsageDate::Reference)
    }

    fn statistic(&mut self) -> Result<Statistic, Refusal> {
        if self.take_word("TRACKING") {
            return Ok(Statistic::Tracking);
        }
        self.expect_word("VIEWSTAT").map(|()| Statistic::Viewstat)
    }

    /// The number after LIMIT or OFFSET.
    pub fn count(&mut self) -> Result<Offset, Refusal> {
        if matches!(self.peek(), Kind::Symbol(":")) {
            return Err(self.refuse(Reason::BindVariable));
        }
        let span = self.span();
        let Kind::Number(digits) = self.peek() else { return Err(self.unexpected()) };
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.unexpected());
        }
        // More than SQLite's integers hold is as good as all.
        let rows = digits.parse::<i64>().map_or(i64::MAX.unsigned_abs(), i64::unsigned_abs);
        self.at += 1;
        Ok(Offset { rows, span })
    }

    /// A path or a function call.
    pub fn operand(&mut self) -> Result<Operand, Refusal> {
        if matches!((self.peek(), self.ahead(1)), (Kind::Word(_), Kind::Symbol("("))) {
            return self.nested(Self::call).map(Operand::Call);
        }
        self.path().map(Operand::Path)
    }

    /// The refusal of an operand: a fault behind its first token shows all of it, for it could still have become something else.
    pub(super) fn undecided(&self, refusal: Refusal, start: usize) -> Refusal {
        let nested = matches!(self.peek(), Kind::Symbol("("));
        if refusal.is_unexpected() && self.span().start > start && !nested { self.unexpected_since(start) } else { refusal }
    }

    fn call(&mut self) -> Result<Call, Refusal> {
        self.call_at(1)
    }

    /// A function within so many.
    fn call_at(&mut self, level: usize) -> Result<Call, Refusal> {
        let function = self.name()?;
        if level > MOST_CALLS {
            return Err(self.unexpected());
        }
        self.expect("(")?;
        let arguments = self.comma_list(|parser| parser.argument(level))?;
        self.expect(")")?;
        Ok(Call { function, arguments })
    }

    fn argument(&mut self, level: usize) -> Result<Argument, Refusal> {
        match *self.peek() {
            Kind::Quoted(raw) => {
                let quoted = Quoted::new(raw).map_err(|reason| self.refuse(reason))?;
                self.at += 1;
                Ok(Argument::Text(quoted))
            }
            Kind::Number(number) => {
                self.at += 1;
                Ok(Argument::Number(number.to_owned()))
            }
            Kind::Word(_) if matches!(self.ahead(1), Kind::Symbol("(")) => self.call_at(level + 1).map(|call| Argument::Operand(Operand::Call(call))),
            _ if self.is_word("SELECT") || self.is_word("FROM") => Err(self.unexpected()),
            _ => self.path().map(|path| Argument::Operand(Operand::Path(path))),
        }
    }

    /// `Account.Owner.Name`
    pub fn path(&mut self) -> Result<Path, Refusal> {
        let mut path = Path { parents: Vec::new(), name: self.name()? };
        while self.take_symbol(".") {
            let name = self.name()?;
            path.parents.push(std::mem::replace(&mut path.name, name));
        }
        Ok(path)
    }
}
