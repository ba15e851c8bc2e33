//! Text to tokens. What cannot be a token becomes [`Kind::Bad`], so that the parser reports the first fault from the left.

use crate::error::{Reason, Span, quoted};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind<'t> {
    /// A name or a keyword: which one, the place decides.
    Word(&'t str),
    /// The text between the quotes, escapes not yet decoded.
    Quoted(&'t str),
    Number(&'t str),
    /// A date, a dateTime or a time.
    Temporal(&'t str),
    /// An ISO code directly followed by an amount with decimals or a sign (`USD5.01`, `USD-5`); without either it is a `Word`.
    Money(&'t str),
    Symbol(&'static str),
    Bad(Reason),
    End,
}

/// Longer symbols first.
const SYMBOLS: [&str; 12] = ["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ",", ".", ":"];

/// Characters that are tokens without a place in the language. GUESS: which they are; of all others only `$` was seen to be none.
const STRAY: &str = ";\"+-/%![]{}";

/// All tokens of `text` from byte `start` on, the last one `End`.
pub(super) fn tokens(text: &str, start: usize) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text, at: start };
    let mut tokens = Vec::with_capacity(text.len() / 4 + 2);
    loop {
        let token = lexer.next();
        let last = matches!(token.kind, Kind::End);
        tokens.push(token);
        if last {
            return tokens;
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn next(&mut self) -> Token<'t> {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
        let start = self.at;
        let kind = self.kind();
        Token { kind, span: Span { start, end: self.at } }
    }

    fn kind(&mut self) -> Kind<'t> {
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else { return Kind::End };
        match first {
            'A'..='Z' | 'a'..='z' => self.word(),
            '\'' => self.quoted(),
            '0'..='9' => self.number_or_temporal(),
            '+' | '-' if starts_amount(&rest[1..]) => {
                self.at += 1;
                let amount = self.number();
                Kind::Number(&rest[..=amount.len()])
            }
            '.' if starts_amount(rest) => Kind::Number(self.number()),
            _ => self.symbol(first),
        }
    }

    fn word(&mut self) -> Kind<'t> {
        let start = self.at;
        let word = self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let rest = &self.text[self.at..];
        let fraction = is_money(word) && rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let signed = is_currency(word) && rest.strip_prefix(['-', '+']).is_some_and(starts_amount);
        if !fraction && !signed {
            return Kind::Word(word);
        }
        self.at += 1;
        if signed {
            self.number();
        } else {
            self.take_while(|byte| byte.is_ascii_digit());
        }
        Kind::Money(&self.text[start..self.at])
    }

    fn quoted(&mut self) -> Kind<'t> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\'' => {
                    self.at = at + 1;
                    return Kind::Quoted(&self.text[start..at]);
                }
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.at = self.text.len();
        Kind::Bad(Reason::UnclosedString)
    }

    fn number_or_temporal(&mut self) -> Kind<'t> {
        let bytes = &self.text.as_bytes()[self.at..];
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let temporal = matches!((digits, bytes.get(digits)), (4, Some(b'-')) | (2, Some(b':')));
        if temporal {
            Kind::Temporal(self.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.' | b'+' | b'-')))
        } else {
            Kind::Number(self.number())
        }
    }

    fn number(&mut self) -> &'t str {
        let start = self.at;
        self.take_while(|byte| byte.is_ascii_digit());
        if self.text[self.at..].starts_with('.') {
            self.at += 1;
            self.take_while(|byte| byte.is_ascii_digit());
        }
        let exponent = self.text[self.at..].strip_prefix(['e', 'E']);
        if let Some(exponent) = exponent.map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest))
            && exponent.starts_with(|c: char| c.is_ascii_digit())
        {
            self.at = self.text.len() - exponent.len();
            self.take_while(|byte| byte.is_ascii_digit());
        }
        &self.text[start..self.at]
    }

    fn symbol(&mut self, first: char) -> Kind<'t> {
        let rest = &self.text[self.at..];
        match SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
            Some(symbol) => {
                self.at += symbol.len();
                Kind::Symbol(symbol)
            }
            None => {
                let reason = match first {
                    // The one token that was seen without quotes.
                    '*' => Reason::UnexpectedToken(first.to_string()),
                    stray if STRAY.contains(stray) => Reason::UnexpectedToken(quoted(&stray.to_string())),
                    unknown => Reason::unknown_character(self.text, self.at, unknown),
                };
                self.at += first.len_utf8();
                Kind::Bad(reason)
            }
        }
    }

    fn take_while(&mut self, accept: impl Fn(u8) -> bool) -> &'t str {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        self.at += rest.iter().take_while(|byte| accept(**byte)).count();
        &self.text[start..self.at]
    }
}

fn starts_amount(text: &str) -> bool {
    let digits = text.strip_prefix('.').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
}

/// Three letters.
fn is_currency(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Three letters and then digits only.
pub(super) fn is_money(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() > 3 && bytes[..3].iter().all(u8::is_ascii_alphabetic) && bytes[3..].iter().all(u8::is_ascii_digit)
}
