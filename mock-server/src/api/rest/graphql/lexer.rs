//! Letters of a GraphQL document to tokens. Source: the GraphQL specification, October 2021, section 2.1; `\u{…}` is of its later drafts.

use super::document::At;
use super::error::GraphError;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Name(String),
    Number(String),
    Text(String),
    /// One of `! $ & ( ) : = @ [ ] { | }`, or `...`.
    Mark(&'static str),
    End,
}

impl Token {
    /// As an error shows it.
    pub fn shown(&self) -> String {
        match self {
            Self::Name(text) | Self::Number(text) => text.clone(),
            Self::Text(text) => format!("\"{text}\""),
            Self::Mark(mark) => (*mark).to_owned(),
            Self::End => "<EOF>".to_owned(),
        }
    }
}

const MARKS: [&str; 14] = ["...", "!", "$", "&", "(", ")", ":", "=", "@", "[", "]", "{", "|", "}"];

/// Tokens of a document at most. Source: the limit of the library that Salesforce's answers show.
const MOST: usize = 15_000;

/// The tokens, each with its place, and the end.
///
/// # Errors
/// `InvalidSyntax` at the first letter that begins no token.
pub fn tokens(text: &str) -> Result<Vec<(Token, At)>, GraphError> {
    let mut reader = Reader { rest: text, at: At { line: 1, column: 1 } };
    let mut tokens = Vec::new();
    loop {
        reader.skip_ignored();
        let at = reader.at;
        let token = reader.token()?;
        let ended = token == Token::End;
        tokens.push((token, at));
        if ended {
            return Ok(tokens);
        }
        if tokens.len() > MOST {
            return Err(GraphError::syntax(
                format!("More than {MOST} 'grammar' tokens have been presented. To prevent Denial Of Service attacks, parsing has been cancelled."),
                at,
            ));
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
    at: At,
}

impl Reader<'_> {
    /// Goes `bytes` further. A carriage return with a line feed behind it ends one line.
    fn take(&mut self, bytes: usize) -> &str {
        let (taken, rest) = self.rest.split_at(bytes);
        let mut letters = taken.chars().peekable();
        while let Some(letter) = letters.next() {
            if letter == '\n' || letter == '\r' && letters.peek() != Some(&'\n') {
                self.at = At { line: self.at.line + 1, column: 1 };
            } else {
                self.at.column += 1;
            }
        }
        self.rest = rest;
        taken
    }

    fn skip_ignored(&mut self) {
        loop {
            let blank = self.rest.len() - self.rest.trim_start_matches([' ', '\t', '\n', '\r', ',', '\u{feff}']).len();
            let comment =
                if self.rest[blank..].starts_with('#') { self.rest[blank..].find(['\n', '\r']).unwrap_or(self.rest.len() - blank) } else { 0 };
            if blank + comment == 0 {
                return;
            }
            self.take(blank + comment);
        }
    }

    fn token(&mut self) -> Result<Token, GraphError> {
        let Some(first) = self.rest.chars().next() else { return Ok(Token::End) };
        if let Some(mark) = MARKS.iter().find(|mark| self.rest.starts_with(**mark)) {
            self.take(mark.len());
            return Ok(Token::Mark(mark));
        }
        let while_ = |rest: &str, fits: fn(char) -> bool| rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
        if first.is_ascii_alphabetic() || first == '_' {
            let length = while_(self.rest, |letter| letter.is_ascii_alphanumeric() || letter == '_');
            return Ok(Token::Name(self.take(length).to_owned()));
        }
        if first.is_ascii_digit() || first == '-' {
            return self.number();
        }
        if self.rest.starts_with("\"\"\"") {
            return self.block();
        }
        if first == '"' {
            return self.text();
        }
        Err(GraphError::offending(&first.to_string(), self.at))
    }

    /// What follows a number may not look like more of it: `01`, `1.`, `0x1F` and `1a` are none.
    fn number(&mut self) -> Result<Token, GraphError> {
        let at = self.at;
        let mut before = None;
        let mut belongs = |letter: char| {
            let is_sign = matches!(letter, '-' | '+') && matches!(before, None | Some('e' | 'E'));
            before = Some(letter);
            is_sign || letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.')
        };
        let length = self.rest.find(|letter| !belongs(letter)).unwrap_or(self.rest.len());
        let number = self.take(length).to_owned();
        if is_number(&number) { Ok(Token::Number(number)) } else { Err(GraphError::offending(&number, at)) }
    }

    fn text(&mut self) -> Result<Token, GraphError> {
        let start = self.at;
        let unfinished = || GraphError::offending("\"", start);
        let mut text = String::new();
        let mut rest = &self.rest[1..];
        loop {
            let letter = rest.chars().next().ok_or_else(unfinished)?;
            rest = &rest[letter.len_utf8()..];
            match letter {
                '"' => {
                    self.take(self.rest.len() - rest.len());
                    return Ok(Token::Text(text));
                }
                '\\' => {
                    let (letter, after) = escaped(rest).ok_or_else(unfinished)?;
                    text.push(letter);
                    rest = after;
                }
                letter if letter != '\t' && letter.is_ascii_control() => return Err(unfinished()),
                letter => text.push(letter),
            }
        }
    }

    /// `"""text"""`
    fn block(&mut self) -> Result<Token, GraphError> {
        let start = self.at;
        let inner = &self.rest[3..];
        let is_end = |at: &usize| !inner[..*at].ends_with('\\');
        let end = inner.match_indices("\"\"\"").map(|(at, _)| at).find(is_end).ok_or_else(|| GraphError::offending("\"\"\"", start))?;
        let text = unindented(&inner[..end].replace("\\\"\"\"", "\"\"\""));
        self.take(end + 6);
        Ok(Token::Text(text))
    }
}

/// Whether this is a number of the grammar that a computer can hold.
fn is_number(text: &str) -> bool {
    let whole = text.strip_prefix('-').unwrap_or(text);
    let after = whole.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let digits = &whole[..whole.len() - after.len()];
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (fraction, exponent) = match after.split_once(['e', 'E']) {
        Some((fraction, exponent)) => (fraction, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (after, None),
    };
    is_digits(digits)
        && (digits == "0" || !digits.starts_with('0'))
        && (fraction.is_empty() || fraction.strip_prefix('.').is_some_and(is_digits))
        && exponent.is_none_or(is_digits)
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// The letter that an escape stands for, and what follows the escape. `rest` begins behind the backslash.
fn escaped(rest: &str) -> Option<(char, &str)> {
    let kind = rest.chars().next()?;
    let after = &rest[kind.len_utf8()..];
    let letter = match kind {
        '"' | '\\' | '/' => kind,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(after),
        _ => return None,
    };
    Some((letter, after))
}

/// `\u00e9`, two of which may stand for one letter, or `\u{1F600}`; `rest` begins behind the `u`.
fn unicode(rest: &str) -> Option<(char, &str)> {
    if let Some((digits, after)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        return Some((char::from_u32(hex(digits)?)?, after));
    }
    let (first, after) = (hex(rest.get(..4)?)?, &rest[4..]);
    if !(0xD800..0xDC00).contains(&first) {
        return Some((char::from_u32(first)?, after));
    }
    let second = after.strip_prefix("\\u")?;
    let low = hex(second.get(..4)?).filter(|low| (0xDC00..0xE000).contains(low))?;
    Some((char::from_u32(0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00))?, &second[4..]))
}

fn hex(digits: &str) -> Option<u32> {
    let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// A block without the indentation that all of its lines but the first share, and without blank lines around it. Source: the
/// specification's `BlockStringValue`.
fn unindented(raw: &str) -> String {
    let raw = raw.replace("\r\n", "\n").replace('\r', "\n");
    let is_blank = |line: &&str| line.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = raw.split('\n').skip(1).filter(|line| !is_blank(line)).map(indentation).min().unwrap_or(0);
    let lines: Vec<&str> =
        raw.split('\n').enumerate().map(|(number, line)| if number == 0 { line } else { line.get(shared..).unwrap_or("") }).collect();
    let first = lines.iter().position(|line| !is_blank(line)).unwrap_or(lines.len());
    let end = lines.iter().rposition(|line| !is_blank(line)).map_or(first, |last| last + 1);
    lines[first..end].join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<Token> {
        tokens(text).unwrap().into_iter().map(|(token, _)| token).filter(|token| *token != Token::End).collect()
    }

    fn check_refused(text: &str, token: &str, column: usize) {
        assert_eq!(tokens(text).unwrap_err(), GraphError::offending(token, At { line: 1, column }), "{text}");
    }

    #[test]
    fn numbers_are_those_of_the_grammar() {
        for number in ["0", "-0", "12", "-12.50", "1e5", "1E-5", "0.1e+10"] {
            assert_eq!(kinds(number), [Token::Number(number.to_owned())]);
        }
        for none in ["01", "-", "1.", ".5e", "1e", "1e+", "0x1F", "1a", "1_000", "1.2.3", "1e999", "--1"] {
            assert!(tokens(none).is_err(), "{none}");
        }
        check_refused(" 00.5 ", "00.5", 2);
        assert_eq!(kinds("[1,-2]").len(), 4);
        assert_eq!(kinds("1-2"), [Token::Number("1".to_owned()), Token::Number("-2".to_owned())]);
    }

    fn check_text(source: &str, expected: &str) {
        assert_eq!(kinds(source), [Token::Text(expected.to_owned())], "{source}");
    }

    #[test]
    fn escapes_stand_for_letters() {
        check_text(r#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{c}\n\r\t");
        check_text(r#""\u00e9\uD83D\uDE00\u{1F600}\u{41}""#, "\u{e9}\u{1f600}\u{1f600}A");
        check_text("\"\"", "");
        for none in [
            r#""\x""#,
            r#""\u12""#,
            r#""\u+123""#,
            r#""\uD83D""#,
            r#""\uD83Dx""#,
            r#""\uDE00""#,
            r#""\uD83D\u0041""#,
            r#""\u{}""#,
            r#""\u{110000}""#,
            "\"a\nb\"",
            "\"a\u{0}\"",
            "\"a",
        ] {
            check_refused(none, "\"", 1);
        }
    }

    #[test]
    fn blocks_lose_their_indentation() {
        check_text("\"\"\"\n    Hello,\n      World!\r\n\r    Yours\n  \n\"\"\"", "Hello,\n  World!\n\nYours");
        check_text("\"\"\"  one line  \"\"\"", "  one line  ");
        check_text(r#""""no \n escape but \""" this""""#, "no \\n escape but \"\"\" this");
        check_text("\"\"\"\"\"\"", "");
        check_text("\"\"\"\n \n\t\n\"\"\"", "");
        check_refused("\"\"\" a \"\"", "\"\"\"", 1);
    }

    #[test]
    fn lines_end_in_three_ways() {
        let place =
            |text: &str| tokens(text).unwrap().into_iter().find(|(token, _)| matches!(token, Token::Name(_))).map(|(_, at)| (at.line, at.column));
        assert_eq!(place("\r\n\r\n a"), Some((3, 2)));
        assert_eq!(place("\r\ra"), Some((3, 1)));
        assert_eq!(place("# no \u{e9} token\r a"), Some((2, 2)));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_lexer_fail_otherwise(text in "[\"\\\\ua-f0-9{} \n\r.eE+-]{0,40}") {
            let _ = tokens(&text);
        }
    }
}
