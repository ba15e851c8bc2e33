//! The text between the braces of FIND: words, phrases, wildcards, and what joins them.
//!
//! Parentheses bind first, then AND and AND NOT, then OR. Words beside each other are joined by AND.

use super::words::{Word, is_part, push_folded, stands_alone, words};

/// What a record must hold to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Terms {
    /// These words, one directly after the other, in one field.
    Phrase(Vec<Pattern>),
    /// Two or more.
    All(Vec<Terms>),
    /// Two or more.
    Any(Vec<Terms>),
    /// `a AND NOT b`
    Without { wanted: Box<Terms>, unwanted: Box<Terms> },
    /// No record holds it: a search text that is too long.
    Nothing,
}

/// A word, folded as [`super::words()`] folds it, in which `*` stands for any characters and `?` for one. It begins with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern(String);

/// What is wrong with a search text. Tokens are shown as messages show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No word at all.
    Empty,
    /// One character alone, as written.
    TooShort(String),
    Unexpected(String),
    UnclosedQuote,
    TooDeep,
}

/// From this length on, in characters, words such as AND are looked for like any other.
const OPERATORS_UP_TO: usize = 4_000;
/// From this length on nothing is found.
const LONGEST: usize = 10_000;
/// Parentheses inside one another. Salesforce names no number; this bounds the stack and what the full-text engine parses.
const DEEPEST: usize = 20;
/// How messages show the end.
const END: &str = "'<EOF>'";

impl Pattern {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the word stands for several.
    pub fn is_wild(&self) -> bool {
        self.0.contains(['*', '?'])
    }

    /// The beginning up to the first wildcard.
    pub fn stem(&self) -> &str {
        self.0.split(['*', '?']).next().unwrap_or_default()
    }

    /// Whether only the beginning is given: one star, at the end.
    pub fn is_prefix(&self) -> bool {
        self.0.ends_with('*') && self.stem().len() + 1 == self.0.len()
    }

    /// Whether a folded word fits.
    pub fn fits(&self, word: &str) -> bool {
        fits(&self.0, word)
    }
}

/// Greedy matching with one place to come back to, so that the time is bounded by the product of both lengths.
fn fits(pattern: &str, word: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return pattern == word;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let word: Vec<char> = word.chars().collect();
    let (mut at, mut place, mut star) = (0, 0, None);
    while place < word.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == word[place] => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((back, taken)) = star else { return false };
                star = Some((back, taken + 1));
                at = back + 1;
                place = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

impl Terms {
    /// Reads what stands between the braces, escapes not yet decoded.
    ///
    /// # Errors
    /// The first thing from the left that has no place, or a text without a word to look for.
    pub fn parse(raw: &str) -> Result<Self, Fault> {
        let length = raw.chars().count();
        if length > LONGEST {
            return Ok(Self::Nothing);
        }
        let mut tokens = tokens(raw)?;
        if length > OPERATORS_UP_TO {
            tokens.retain(|token| matches!(token, Token::Words { .. }));
        }
        let letters: usize = tokens.iter().map(Token::weight).sum();
        match letters {
            0 if raw.trim().is_empty() => return Err(Fault::Empty),
            0 | 1 => return Err(Fault::TooShort(raw.trim().to_owned())),
            _ => {}
        }
        let mut reader = Reader { tokens: tokens.into_iter().peekable(), depth: 0 };
        let terms = reader.any()?;
        match reader.tokens.next() {
            None => terms.ok_or(Fault::Empty),
            Some(token) => Err(Fault::Unexpected(token.shown())),
        }
    }

    /// Whether a record holds the terms; `fields` are the words of each field that is looked at.
    pub fn hold(&self, fields: &[Vec<Word>]) -> bool {
        match self {
            Self::Phrase(phrase) => fields
                .iter()
                .any(|words| words.windows(phrase.len()).any(|window| window.iter().zip(phrase).all(|(word, pattern)| pattern.fits(&word.folded)))),
            Self::All(terms) => terms.iter().all(|term| term.hold(fields)),
            Self::Any(terms) => terms.iter().any(|term| term.hold(fields)),
            Self::Without { wanted, unwanted } => wanted.hold(fields) && !unwanted.hold(fields),
            Self::Nothing => false,
        }
    }

    /// The words without wildcards that a found record may show marked.
    fn marked(&self, phrases: &mut Vec<Vec<Pattern>>) {
        match self {
            Self::Phrase(patterns) if patterns.iter().any(Pattern::is_wild) => {}
            Self::Phrase(patterns) => phrases.push(patterns.clone()),
            Self::All(terms) | Self::Any(terms) => terms.iter().for_each(|term| term.marked(phrases)),
            Self::Without { wanted, .. } => wanted.marked(phrases),
            Self::Nothing => {}
        }
    }

    /// The places in `text`, in bytes and in order, of the words that were looked for. Words with wildcards are not marked.
    pub fn places(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        let mut phrases = Vec::new();
        self.marked(&mut phrases);
        let words = words(text);
        let mut hit = vec![false; words.len()];
        for phrase in &phrases {
            for (start, window) in words.windows(phrase.len()).enumerate() {
                if window.iter().zip(phrase).all(|(word, pattern)| word.folded == pattern.0) {
                    hit[start..start + phrase.len()].fill(true);
                }
            }
        }
        words.into_iter().zip(hit).filter(|(_, hit)| *hit).map(|(word, _)| word.span).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A word or phrase; punctuation inside a word makes a phrase of it. Empty where there was punctuation only.
    Words {
        patterns: Vec<Pattern>,
        shown: String,
    },
    And,
    Or,
    Not,
    Open,
    Close,
}

impl Token {
    fn shown(&self) -> String {
        match self {
            Self::Words { shown, .. } => shown.clone(),
            Self::And => "'AND'".to_owned(),
            Self::Or => "'OR'".to_owned(),
            Self::Not => "'NOT'".to_owned(),
            Self::Open => "'('".to_owned(),
            Self::Close => "')'".to_owned(),
        }
    }

    /// Letters and digits looked for. A character that is a word of its own counts as a whole one.
    fn weight(&self) -> usize {
        let Self::Words { patterns, .. } = self else { return 0 };
        let letters = patterns.iter().flat_map(|pattern| pattern.0.chars());
        letters.map(|letter| if stands_alone(letter) { 2 } else { usize::from(!matches!(letter, '*' | '?')) }).sum()
    }
}

fn tokens(raw: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut letters = raw.chars().peekable();
    while let Some(letter) = letters.peek().copied() {
        match letter {
            _ if letter.is_whitespace() => drop(letters.next()),
            '(' | ')' => {
                letters.next();
                tokens.push(if letter == '(' { Token::Open } else { Token::Close });
            }
            '"' => {
                letters.next();
                let mut phrase = Collected::default();
                if !phrase.take(&mut letters, |letter| letter == '"') {
                    return Err(Fault::UnclosedQuote);
                }
                letters.next();
                tokens.push(phrase.token());
            }
            _ => {
                let mut word = Collected::default();
                word.take(&mut letters, |letter| letter.is_whitespace() || matches!(letter, '(' | ')' | '"'));
                tokens.push(word.operator().unwrap_or_else(|| word.token()));
            }
        }
    }
    Ok(tokens)
}

/// Words on their way from the text.
#[derive(Default)]
struct Collected {
    patterns: Vec<Pattern>,
    /// The word being read.
    open: String,
    shown: String,
    escaped: bool,
}

impl Collected {
    /// Reads up to a character that ends it; tells whether there was one.
    fn take(&mut self, letters: &mut std::iter::Peekable<std::str::Chars<'_>>, ends: impl Fn(char) -> bool) -> bool {
        while let Some(letter) = letters.peek().copied() {
            if ends(letter) {
                self.close();
                return true;
            }
            letters.next();
            self.shown.push(letter);
            match letter {
                '\\' => {
                    self.escaped = true;
                    if let Some(meant) = letters.next() {
                        self.shown.push(meant);
                        self.push(meant);
                    }
                }
                // GUESS: a wildcard in front of a word is passed over; Salesforce takes them in the middle and at the end only.
                '*' | '?' if !self.open.is_empty() => self.open.push(letter),
                _ => self.push(letter),
            }
        }
        self.close();
        false
    }

    /// GUESS: reserved characters without a backslash part words, as other punctuation does.
    fn push(&mut self, letter: char) {
        if !is_part(letter) {
            return self.close();
        }
        if stands_alone(letter) {
            self.close();
        }
        push_folded(&mut self.open, letter);
        if stands_alone(letter) {
            self.close();
        }
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.patterns.push(Pattern(std::mem::take(&mut self.open)));
        }
    }

    fn operator(&self) -> Option<Token> {
        let is = |word: &str| !self.escaped && self.shown.eq_ignore_ascii_case(word);
        [("AND", Token::And), ("OR", Token::Or), ("NOT", Token::Not)].into_iter().find(|(word, _)| is(word)).map(|(_, token)| token)
    }

    fn token(self) -> Token {
        Token::Words { patterns: self.patterns, shown: self.shown }
    }
}

struct Reader {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    depth: usize,
}

impl Reader {
    /// `None` where there is punctuation only, which is looked for in vain and therefore not at all.
    fn any(&mut self) -> Result<Option<Terms>, Fault> {
        let mut terms = vec![self.all()?];
        while self.take(&Token::Or) {
            terms.push(self.all()?);
        }
        Ok(joined(terms.into_iter().flatten().collect(), Terms::Any))
    }

    fn all(&mut self) -> Result<Option<Terms>, Fault> {
        let mut found: Vec<Terms> = Vec::new();
        found.extend(self.term()?);
        loop {
            match self.tokens.peek() {
                Some(Token::And) => {
                    self.tokens.next();
                    if self.take(&Token::Not) {
                        let unwanted = self.term()?;
                        found = without(found, unwanted);
                    } else {
                        found.extend(self.term()?);
                    }
                }
                Some(Token::Words { .. } | Token::Open) => found.extend(self.term()?),
                _ => return Ok(joined(found, Terms::All)),
            }
        }
    }

    fn term(&mut self) -> Result<Option<Terms>, Fault> {
        match self.tokens.next() {
            Some(Token::Words { patterns, .. }) => Ok((!patterns.is_empty()).then_some(Terms::Phrase(patterns))),
            Some(Token::Open) => {
                if self.depth == DEEPEST {
                    return Err(Fault::TooDeep);
                }
                self.depth += 1;
                let inner = self.any()?;
                self.depth -= 1;
                if self.take(&Token::Close) { Ok(inner) } else { Err(self.unexpected()) }
            }
            Some(other) => Err(Fault::Unexpected(other.shown())),
            None => Err(Fault::Unexpected(END.to_owned())),
        }
    }

    fn take(&mut self, token: &Token) -> bool {
        self.tokens.next_if_eq(token).is_some()
    }

    fn unexpected(&mut self) -> Fault {
        Fault::Unexpected(self.tokens.peek().map_or_else(|| END.to_owned(), Token::shown))
    }
}

/// What was found so far, less what is not wanted.
fn without(found: Vec<Terms>, unwanted: Option<Terms>) -> Vec<Terms> {
    let Some(unwanted) = unwanted else { return found };
    match joined(found, Terms::All) {
        Some(wanted) => vec![Terms::Without { wanted: Box::new(wanted), unwanted: Box::new(unwanted) }],
        None => Vec::new(),
    }
}

/// One term alone stays as it is.
fn joined(mut terms: Vec<Terms>, join: fn(Vec<Terms>) -> Terms) -> Option<Terms> {
    match terms.len() {
        0 => None,
        1 => terms.pop(),
        _ => Some(join(terms)),
    }
}
