//! The rules of WHERE and HAVING.

use super::ast::{Condition, Days, Literal, LiteralValue, Operand, Operator, Quoted};
use super::lexer::{Kind, is_money};
use super::literal::{DayWord, day_word, end_of_date, temporal};
use super::reader::{Parser, is_keyword};
use crate::error::{Reason, Refusal, Span, quoted};

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
            self.close()?;
            return Ok(condition);
        }
        if self.is_word("NOT") {
            return Err(self.unexpected());
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Condition, Refusal> {
        let start = self.span().start;
        let operand = self.operand().map_err(|refusal| self.undecided(refusal, start))?;
        if self.take_word("INCLUDES") {
            return Ok(Condition::Includes { operand, negated: false, literals: self.literals(None)? });
        }
        if self.take_word("EXCLUDES") {
            return Ok(Condition::Includes { operand, negated: true, literals: self.literals(None)? });
        }
        if self.is_word("NOT") && matches!(self.ahead(1), Kind::Word(word) if word.eq_ignore_ascii_case("IN")) {
            self.skip();
            self.skip();
            return self.membership(operand, true, start);
        }
        if self.take_word("IN") {
            return self.membership(operand, false, start);
        }
        let operator = self.operator(start)?;
        if operator == Operator::Like && self.is_word("NULL") {
            return Err(self.unexpected());
        }
        let literal = if operator == Operator::Like { self.pattern()? } else { self.literal()? };
        Ok(Condition::Compare { operand, operator, literal })
    }

    /// The operator of a comparison that begins at byte `start`.
    fn operator(&mut self, start: usize) -> Result<Operator, Refusal> {
        let operator = match self.peek() {
            Kind::Symbol("=") => Operator::Equal,
            Kind::Symbol("!=" | "<>") => Operator::NotEqual,
            Kind::Symbol("<") => Operator::Less,
            Kind::Symbol("<=") => Operator::LessOrEqual,
            Kind::Symbol(">") => Operator::Greater,
            Kind::Symbol(">=") => Operator::GreaterOrEqual,
            Kind::Word(word) if word.eq_ignore_ascii_case("LIKE") => Operator::Like,
            _ => {
                self.take_word("NOT");
                return Err(self.unexpected_since(start));
            }
        };
        self.skip();
        Ok(operator)
    }

    /// What follows IN; the comparison begins at byte `start`.
    fn membership(&mut self, operand: Operand, negated: bool, start: usize) -> Result<Condition, Refusal> {
        match self.peek() {
            Kind::Symbol("(") => {}
            Kind::Symbol(":") => return Err(self.refuse(Reason::BindVariable)),
            _ => return Err(self.unexpected_since(start)),
        }
        let subquery = matches!(self.ahead(1), Kind::Word(word) if word.eq_ignore_ascii_case("SELECT"));
        if !subquery {
            return Ok(Condition::In { operand, negated, literals: self.literals(Some(start))? });
        }
        self.expect("(")?;
        let query = Box::new(self.nested(Self::query)?);
        self.close()?;
        Ok(Condition::SemiJoin { operand, negated, query })
    }

    /// A list in parentheses. After IN, whose comparison begins at byte `start`, a subquery could stand there too.
    fn literals(&mut self, start: Option<usize>) -> Result<Vec<Literal>, Refusal> {
        self.expect("(")?;
        let begins = !matches!(self.peek(), Kind::Symbol("," | ")") | Kind::End);
        if let Some(start) = start.filter(|_| !begins) {
            return Err(self.unexpected_since(start));
        }
        let literals = self.comma_list(Self::literal)?;
        self.close()?;
        Ok(literals)
    }

    pub(super) fn literal(&mut self) -> Result<Literal, Refusal> {
        let span = self.span();
        let kind = self.peek().clone();
        let value = match kind {
            Kind::Quoted(raw) => {
                let quoted = Quoted::new(raw).map_err(|reason| self.refuse(reason))?;
                if let Some(reason) = quoted.pattern_escape() {
                    return Err(self.refuse(reason));
                }
                LiteralValue::Text(quoted)
            }
            Kind::Number(number) => LiteralValue::Number(number.to_owned()),
            Kind::Money(money) => LiteralValue::Money(money.to_owned()),
            Kind::Temporal(text) => temporal(text).ok_or_else(|| self.no_moment(text))?,
            Kind::Word(word) => self.literal_word(word)?,
            Kind::Symbol(":") => return Err(self.refuse(Reason::BindVariable)),
            Kind::End => return Err(self.refuse(Reason::MissingValue(self.shown()))),
            _ => return Err(self.unexpected()),
        };
        self.skip();
        Ok(Literal { value, span })
    }

    /// What LIKE is followed by: a string whose wildcards may be escaped.
    fn pattern(&mut self) -> Result<Literal, Refusal> {
        let Kind::Quoted(_) = self.peek() else { return self.literal() };
        let span = self.span();
        Ok(Literal { value: LiteralValue::Text(self.quoted()?), span })
    }

    /// The refusal of a date, dateTime or time that is none.
    fn no_moment(&self, text: &str) -> Refusal {
        let Some(date) = end_of_date(text) else { return self.refuse(Reason::InvalidMoment(text.to_owned())) };
        let length = text[date..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        let start = self.span().start + date;
        Refusal::new(Reason::UnexpectedToken(quoted(&text[date..date + length])), Span { start, end: start + length })
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
            None => Err(self.unexpected()),
        }
    }
}
