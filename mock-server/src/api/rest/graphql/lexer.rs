//! Letters of a GraphQL document to tokens.

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
    /// Goes `bytes` further.
    fn take(&mut self, bytes: usize) -> &str {
        let (taken, rest) = self.rest.split_at(bytes);
        for letter in taken.chars() {
            if letter == '\n' {
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
            let comment = if self.rest[blank..].starts_with('#') { self.rest[blank..].find('\n').unwrap_or(self.rest.len() - blank) } else { 0 };
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
            let at = self.at;
            let length = while_(self.rest, |letter| letter.is_ascii_digit() || matches!(letter, '-' | '+' | '.' | 'e' | 'E'));
            let number = self.take(length).to_owned();
            return if number.parse::<f64>().is_ok() { Ok(Token::Number(number)) } else { Err(GraphError::offending(&number, at)) };
        }
        if self.rest.starts_with("\"\"\"") {
            return self.block();
        }
        if first == '"' {
            return self.text();
        }
        Err(GraphError::offending(&first.to_string(), self.at))
    }

    fn text(&mut self) -> Result<Token, GraphError> {
        let start = self.at;
        let mut text = String::new();
        let mut letters = self.rest.char_indices().skip(1);
        let unfinished = || GraphError::offending("\"", start);
        while let Some((place, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.take(place + 1);
                    return Ok(Token::Text(text));
                }
                '\n' | '\r' => return Err(unfinished()),
                '\\' => {
                    let (_, escaped) = letters.next().ok_or_else(unfinished)?;
                    text.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        '"' | '\\' | '/' => escaped,
                        'u' => {
                            let digits: String = letters.by_ref().take(4).map(|(_, digit)| digit).collect();
                            u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}')
                        }
                        _ => return Err(unfinished()),
                    });
                }
                letter => text.push(letter),
            }
        }
        Err(unfinished())
    }

    /// `"""text"""`, whose indentation is not looked at.
    fn block(&mut self) -> Result<Token, GraphError> {
        let start = self.at;
        let inner = &self.rest[3..];
        let end = inner.find("\"\"\"").ok_or_else(|| GraphError::offending("\"\"\"", start))?;
        let text = inner[..end].trim().to_owned();
        self.take(end + 6);
        Ok(Token::Text(text))
    }
}
