//! Token by token: what every rule of the grammar asks. SOSL's clauses are made of the same pieces, so its parser stands on this one too.

use super::ast::{Name, Quoted};
use super::lexer::{Kind, Token, tokens};
use crate::error::{END, Reason, Refusal, Span, quoted};

/// Parentheses, functions and subqueries inside one another. Salesforce names no number; this bounds the stack.
const DEEPEST: usize = 100;
/// Words that cannot be an alias. Every other keyword is told apart by its place.
const RESERVED: [&str; 23] = [
    "AND", "ASC", "DESC", "EXCLUDES", "FIRST", "FROM", "GROUP", "HAVING", "IN", "INCLUDES", "LAST", "LIKE", "LIMIT", "NOT", "NULL", "NULLS", "OR",
    "SELECT", "USING", "WHERE", "WITH", "TRUE", "FALSE",
];

/// Words a clause begins with, that end whatever stands before.
const CLAUSES: [&str; 9] = ["FROM", "WHERE", "WITH", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FOR"];

/// Reads tokens by the rules of the grammar.
pub struct Parser<'t> {
    pub(super) text: &'t str,
    tokens: Vec<Token<'t>>,
    pub(super) at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    /// Reads `text` from byte `start` on; places in refusals count from the beginning of `text`.
    pub fn new(text: &'t str, start: usize) -> Self {
        Self { text, tokens: tokens(text, start), at: 0, depth: 0 }
    }

    /// Whether all of the text was read.
    pub fn at_end(&self) -> bool {
        matches!(self.peek(), Kind::End)
    }

    /// Where the next token stands.
    pub fn span(&self) -> Span {
        self.tokens.get(self.at).map(|token| token.span).unwrap_or_default()
    }

    /// The next token as written; nothing at the end.
    pub fn next_text(&self) -> &'t str {
        self.text.get(self.span().start..self.span().end).unwrap_or_default()
    }

    /// A string in single quotes.
    pub fn quoted(&mut self) -> Result<Quoted, Refusal> {
        let Kind::Quoted(raw) = *self.peek() else { return Err(self.unexpected()) };
        let quoted = Quoted::new(raw).map_err(|reason| self.refuse(reason))?;
        self.at += 1;
        Ok(quoted)
    }

    /// A name that is no reserved word.
    pub fn alias(&mut self) -> Result<Name, Refusal> {
        match self.peek() {
            Kind::Word(word) if RESERVED.iter().any(|reserved| word.eq_ignore_ascii_case(reserved)) => Err(self.unexpected()),
            _ => self.name(),
        }
    }

    /// A name; keywords are names where one is due.
    pub fn name(&mut self) -> Result<Name, Refusal> {
        let span = self.span();
        let Kind::Word(word) = *self.peek() else { return Err(self.unexpected()) };
        self.at += 1;
        Ok(Name { text: word.to_owned(), span })
    }

    /// One item or more.
    pub fn comma_list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T, Refusal>) -> Result<Vec<T>, Refusal> {
        let mut items = vec![item(self)?];
        while self.take_symbol(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Runs `rule` one level deeper.
    pub(super) fn nested<T>(&mut self, rule: impl Fn(&mut Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        if self.depth == DEEPEST {
            return Err(self.refuse(Reason::TooDeep));
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    pub(super) fn peek(&self) -> &Kind<'t> {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, steps: usize) -> &Kind<'t> {
        self.tokens.get(self.at + steps).map_or(&Kind::End, |token| &token.kind)
    }

    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    pub fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Kind::Word(next) if next.eq_ignore_ascii_case(word))
    }

    pub fn is_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(steps, word)| matches!(self.ahead(steps), Kind::Word(next) if next.eq_ignore_ascii_case(word)))
    }

    /// Takes the keyword if it stands here.
    pub fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    /// Takes the keywords if all of them stand here, in this order.
    pub fn take_words(&mut self, words: &[&str]) -> bool {
        let found = self.is_words(words);
        self.at += if found { words.len() } else { 0 };
        found
    }

    pub fn expect_word(&mut self, word: &str) -> Result<(), Refusal> {
        if self.take_word(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub fn expect(&mut self, symbol: &str) -> Result<(), Refusal> {
        if self.take_symbol(symbol) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Kind::Symbol(next) if *next == symbol);
        self.at += usize::from(found);
        found
    }

    /// The refusal of what stands here.
    pub fn refuse(&self, reason: Reason) -> Refusal {
        Refusal::new(reason, self.span())
    }

    /// The refusal of the token that stands here.
    pub fn unexpected(&self) -> Refusal {
        match self.peek() {
            Kind::Bad(reason) => self.refuse(reason.clone()),
            _ => self.refuse(Reason::UnexpectedToken(self.shown())),
        }
    }

    /// The refusal of what stands here, where several rules had begun at byte `start` and none of them fits: the message shows
    /// the text from there on. Source: the examples of a release note, and the vendor's published grammar.
    pub(super) fn unexpected_since(&self, start: usize) -> Refusal {
        let end = match self.peek() {
            Kind::Bad(reason) => return self.refuse(reason.clone()),
            Kind::Quoted(_) => self.span().start + 1,
            _ => self.span().end,
        };
        let text = self.text.get(start..end).unwrap_or_default().trim_end();
        if text.is_empty() { self.unexpected() } else { self.refuse(Reason::UnexpectedToken(quoted(text))) }
    }

    /// The refusal of what stands in the place of something else. Where a clause begins or the query ends, that is missing.
    fn missing(&self) -> Refusal {
        let ends = match self.peek() {
            Kind::End => true,
            Kind::Word(word) => CLAUSES.iter().any(|clause| word.eq_ignore_ascii_case(clause)),
            _ => false,
        };
        if ends { self.refuse(Reason::MissingValue(self.shown())) } else { self.unexpected() }
    }

    /// `)`
    pub(super) fn close(&mut self) -> Result<(), Refusal> {
        if self.take_symbol(")") { Ok(()) } else { Err(self.missing()) }
    }

    /// A keyword that is missing when the next clause stands in its place.
    pub(super) fn expect_before_clause(&mut self, word: &str) -> Result<(), Refusal> {
        if self.take_word(word) { Ok(()) } else { Err(self.missing()) }
    }

    /// The token that stands here as messages show it: in quotes, spelled as the query spells it.
    pub(super) fn shown(&self) -> String {
        match self.peek() {
            Kind::End => END.to_owned(),
            // Of a string its quote is a token, of a number its sign.
            Kind::Quoted(_) => quoted("'"),
            Kind::Number(number) if number.starts_with(['+', '-']) => quoted(&number[..1]),
            _ => quoted(self.next_text()),
        }
    }
}

/// Words that mostly are keywords where something else was due.
pub(super) fn is_keyword(word: &str) -> bool {
    let more = ["ORDER", "BY", "OFFSET", "FOR", "UPDATE", "ALL"];
    RESERVED.iter().chain(&more).any(|keyword| word.eq_ignore_ascii_case(keyword))
}
