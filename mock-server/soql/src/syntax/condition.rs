//! The rules of WHERE and HAVING.

use super::ast::{Condition, Days, Literal, LiteralValue, Operand, Operator, Quoted};
use super::lexer::{Kind, is_money};
use super::literal::{DayWord, day_word, temporal};
use super::reader::{Parser, is_keyword};
use crate::error::{Reason, Refusal};

impl Parser<'_> {
    /// What stands after WHERE: one kind of operator per level; NOT stands alone.
    pub fn condition(&mut self) -> Result<Condition, Refusal> {
        if self.take_word("NOT") {
            let term = self.nested(Self::term)?;
            return self.end_of_level(Condition::Not(Box::new(term)));
        }
        let first = self.nested(Self::term)?;
        for (word, join) in [("AND", Condition::All as fn(Vec<Condition>) -> Condition), ("OR", Condition::Any)] {
            if self.is_word(word) {
                let mut terms = vec![first];
                while self.take_word(word) {
                    terms.push(self.nested(Self::term)?);
                }
                return self.end_of_level(join(terms));
            }
        }
        Ok(first)
    }

    fn end_of_level(&self, condition: Condition) -> Result<Condition, Refusal> {
        if self.is_word("AND") || self.is_word("OR") { Err(self.unexpected()) } else { Ok(condition) }
    }

    fn term(&mut self) -> Result<Condition, Refusal> {
        if matches!(self.peek(), Kind::Symbol("(")) {
            self.skip();
            let condition = self.condition()?;
            self.expect(")")?;
            return Ok(condition);
        }
        if self.is_word("NOT") {
            return Err(self.unexpected());
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Condition, Refusal> {
        let start = self.span().start;
        let operand = self.operand()?;
        if self.take_word("INCLUDES") {
            return Ok(Condition::Includes { operand, negated: false, literals: self.literals(start)? });
        }
        if self.take_word("EXCLUDES") {
            return Ok(Condition::Includes { operand, negated: true, literals: self.literals(start)? });
        }
        if self.is_word("NOT") && matches!(self.ahead(1), Kind::Word(word) if word.eq_ignore_ascii_case("IN")) {
            self.skip();
            self.skip();
            return self.membership(operand, true, start);
        }
        if self.take_word("IN") {
            return self.membership(operand, false, start);
        }
        let operator = self.operator()?;
        if operator == Operator::Like && self.is_word("NULL") {
            return Err(self.unexpected());
        }
        Ok(Condition::Compare { operand, operator, literal: self.literal()? })
    }

    fn operator(&mut self) -> Result<Operator, Refusal> {
        let operator = match self.peek() {
            Kind::Symbol("=") => Operator::Equal,
            Kind::Symbol("!=" | "<>") => Operator::NotEqual,
            Kind::Symbol("<") => Operator::Less,
            Kind::Symbol("<=") => Operator::LessOrEqual,
            Kind::Symbol(">") => Operator::Greater,
            Kind::Symbol(">=") => Operator::GreaterOrEqual,
            Kind::Word(word) if word.eq_ignore_ascii_case("LIKE") => Operator::Like,
            _ => return Err(self.unexpected()),
        };
        self.skip();
        Ok(operator)
    }

    /// What follows IN; the comparison begins at byte `start`.
    fn membership(&mut self, operand: Operand, negated: bool, start: usize) -> Result<Condition, Refusal> {
        // Anything but a list is taken for the name of one in Apex, a string too.
        match self.peek() {
            Kind::Word(word) if !is_keyword(word) => return Err(self.refuse(Reason::BindVariable)),
            Kind::Quoted(_) | Kind::Symbol(":") => return Err(self.refuse(Reason::BindVariable)),
            _ => {}
        }
        let subquery = matches!(self.ahead(1), Kind::Word(word) if word.eq_ignore_ascii_case("SELECT"));
        if !subquery {
            return Ok(Condition::In { operand, negated, literals: self.literals(start)? });
        }
        self.expect("(")?;
        let query = Box::new(self.nested(Self::query)?);
        self.expect(")")?;
        Ok(Condition::SemiJoin { operand, negated, query })
    }

    /// A list in parentheses; the comparison begins at byte `start`.
    fn literals(&mut self, start: usize) -> Result<Vec<Literal>, Refusal> {
        self.expect("(")?;
        if matches!(self.peek(), Kind::Symbol(")")) {
            return Err(self.unexpected_since(start));
        }
        let literals = self.comma_list(Self::literal)?;
        self.expect(")")?;
        Ok(literals)
    }

    pub(super) fn literal(&mut self) -> Result<Literal, Refusal> {
        let span = self.span();
        let kind = self.peek().clone();
        let value = match kind {
            Kind::Quoted(raw) => Quoted::new(raw).map(LiteralValue::Text).map_err(|reason| self.refuse(reason))?,
            Kind::Number(number) => LiteralValue::Number(number.to_owned()),
            Kind::Money(money) => LiteralValue::Money(money.to_owned()),
            Kind::Temporal(text) => temporal(text).ok_or_else(|| self.refuse(Reason::InvalidMoment(text.to_owned())))?,
            Kind::Word(word) => self.literal_word(word)?,
            Kind::Symbol(":") => return Err(self.refuse(Reason::BindVariable)),
            Kind::End => return Err(self.refuse(Reason::MissingValue(self.shown()))),
            _ => return Err(self.unexpected()),
        };
        self.skip();
        Ok(Literal { value, span })
    }

    /// Leaves the last token of the literal to be skipped by the caller.
    fn literal_word(&mut self, word: &str) -> Result<LiteralValue, Refusal> {
        if word.eq_ignore_ascii_case("null") {
            return Ok(LiteralValue::Null);
        }
        if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") {
            return Ok(LiteralValue::Boolean(word.eq_ignore_ascii_case("true")));
        }
        match day_word(word) {
            Some(DayWord::Complete(days)) => Ok(LiteralValue::Days(days)),
            Some(DayWord::Counted(which, period)) => {
                self.skip();
                if !matches!(self.peek(), Kind::Symbol(":")) {
                    return Err(self.unexpected());
                }
                self.skip();
                let number = match self.peek() {
                    Kind::Number(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().unwrap_or(u32::MAX),
                    _ => return Err(self.refuse(Reason::UnexpectedToken(self.shown()))),
                };
                Ok(LiteralValue::Days(Days { period, which: which(number) }))
            }
            None if is_money(word) => Ok(LiteralValue::Money(word.to_owned())),
            None if is_keyword(word) => Err(self.refuse(Reason::MissingValue(self.shown()))),
            // A bare name is taken for a variable of Apex, also when it is another field's.
            None => Err(self.refuse(Reason::BindVariable)),
        }
    }
}
