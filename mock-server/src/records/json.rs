//! JSON request bodies, with the place of every value, refused in the words of Salesforce's parser (Jackson).
//! Source: `rest.md` 1.3; places count bytes from 1, as Jackson does when it reads a stream.

use std::borrow::Cow;

/// Deeper bodies are refused, so that no body can exhaust the stack.
const MAX_DEPTH: usize = 100;

/// One value and the byte offset where it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Json<'a> {
    pub offset: usize,
    pub kind: Kind<'a>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind<'a> {
    Null,
    Boolean(bool),
    /// As written; `float` when it has a fraction or an exponent.
    Number {
        text: &'a str,
        float: bool,
    },
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// `JSON_PARSER_ERROR`: what is wrong and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at [line:{line}, column:{column}]")]
pub struct JsonError {
    pub fault: JsonFault,
    pub line: usize,
    pub column: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    #[error("{}: {expected}", unexpected(*.found))]
    Character { found: char, expected: &'static str },
    #[error("Unexpected end-of-input{0}")]
    End(&'static str),
    #[error("Unrecognized token '{0}': was expecting 'null', 'true', 'false' or NaN")]
    Token(String),
    #[error("Unrecognized character escape {}", shown(*.0))]
    Escape(char),
    #[error("Illegal unquoted character ({}): has to be escaped using backslash to be included in string value", shown(*.0))]
    Unquoted(char),
    #[error("Invalid numeric value: {0}")]
    Number(&'static str),
    #[error("Invalid UTF-8 start byte 0x{0:x}")]
    Utf8(u8),
    #[error("Document nesting depth exceeds the maximum allowed ({MAX_DEPTH})")]
    Depth,
    /// A member the resource does not know.
    #[error("Unrecognized field \"{0}\"")]
    Unrecognized(String),
    /// The value is not of the field's type.
    #[error("Cannot deserialize instance of {wanted} from {token} value {value}")]
    Type { wanted: &'static str, token: &'static str, value: String },
}

fn shown(c: char) -> String {
    match c {
        c if c < ' ' => format!("(CTRL-CHAR, code {})", c as u32),
        c => format!("'{c}' (code {})", c as u32),
    }
}

fn unexpected(c: char) -> String {
    match c {
        c if c < ' ' => format!("Illegal character {}", shown(c)),
        c => format!("Unexpected character ({})", shown(c)),
    }
}

impl JsonError {
    /// The error at byte `offset` of `body`.
    pub fn at(body: &[u8], offset: usize, fault: JsonFault) -> Self {
        let before = &body[..offset.min(body.len())];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Self { fault, line, column: before.len() - line_start + 1 }
    }
}

impl<'a> Json<'a> {
    /// Reads the first value of `body`; what follows it is not looked at, as Jackson does not by default.
    pub fn parse(body: &'a [u8]) -> Result<Self, JsonError> {
        let text = std::str::from_utf8(body).map_err(|bad| JsonError::at(body, bad.valid_up_to(), JsonFault::Utf8(body[bad.valid_up_to()])))?;
        let mut parser = Parser { text, at: 0 };
        parser.value(0).map_err(|(offset, fault)| JsonError::at(body, offset, fault))
    }

    /// Jackson's name of the token that begins this value.
    pub fn token(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "VALUE_NULL",
            Kind::Boolean(true) => "VALUE_TRUE",
            Kind::Boolean(false) => "VALUE_FALSE",
            Kind::Number { float: false, .. } => "VALUE_NUMBER_INT",
            Kind::Number { float: true, .. } => "VALUE_NUMBER_FLOAT",
            Kind::String(_) => "VALUE_STRING",
            Kind::Array(_) => "START_ARRAY",
            Kind::Object(_) => "START_OBJECT",
        }
    }

    /// The value (or the bracket that opens it) as the type error quotes it.
    pub fn quoted(&self) -> String {
        match &self.kind {
            Kind::Null => "null".to_owned(),
            Kind::Boolean(value) => value.to_string(),
            Kind::Number { text, .. } => (*text).to_owned(),
            Kind::String(text) => text.clone().into_owned(),
            Kind::Array(_) => "[".to_owned(),
            Kind::Object(_) => "{".to_owned(),
        }
    }

    /// This value cannot be read as `wanted` (a type name in Salesforce's spelling, such as `datetime`).
    pub fn mismatch(&self, wanted: &'static str) -> JsonFault {
        JsonFault::Type { wanted, token: self.token(), value: self.quoted() }
    }
}

type Parsed<T> = Result<T, (usize, JsonFault)>;

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Jackson has read the character it complains of, so its place is one further.
    fn unexpected<T>(&self, expected: &'static str) -> Parsed<T> {
        let found = self.text[self.at..].chars().next().unwrap_or_default();
        Err((self.at + found.len_utf8(), JsonFault::Character { found, expected }))
    }

    fn end<T>(&self, inside: &'static str) -> Parsed<T> {
        Err((self.text.len(), JsonFault::End(inside)))
    }

    fn value(&mut self, depth: usize) -> Parsed<Json<'a>> {
        let Some(first) = self.peek() else { return self.end("") };
        let offset = self.at;
        if depth > MAX_DEPTH {
            return Err((offset, JsonFault::Depth));
        }
        let kind = match first {
            b'{' => self.object(depth)?,
            b'[' => self.array(depth)?,
            b'"' => Kind::String(self.string()?),
            b'-' | b'0'..=b'9' => self.number()?,
            b'a'..=b'z' | b'A'..=b'Z' => self.word()?,
            _ => return self.unexpected("expected a valid value (number, String, array, object, 'true', 'false' or 'null')"),
        };
        Ok(Json { offset, kind })
    }

    fn object(&mut self, depth: usize) -> Parsed<Kind<'a>> {
        self.at += 1;
        let mut members = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Kind::Object(members));
        }
        loop {
            match self.peek() {
                Some(b'"') => {}
                Some(_) => return self.unexpected("was expecting double-quote to start field name"),
                None => return self.end(": expected close marker for OBJECT"),
            }
            let name = self.string()?;
            match self.peek() {
                Some(b':') => self.at += 1,
                Some(_) => return self.unexpected("was expecting a colon to separate field name and value"),
                None => return self.end(" within/between OBJECT entries"),
            }
            members.push((name, self.value(depth + 1)?));
            if self.closes(b'}', "was expecting comma to separate OBJECT entries", ": expected close marker for OBJECT")? {
                return Ok(Kind::Object(members));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Parsed<Kind<'a>> {
        self.at += 1;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Kind::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.closes(b']', "was expecting comma to separate ARRAY entries", ": expected close marker for ARRAY")? {
                return Ok(Kind::Array(items));
            }
        }
    }

    /// After an entry: the closing bracket (true) or a comma.
    fn closes(&mut self, bracket: u8, no_comma: &'static str, no_end: &'static str) -> Parsed<bool> {
        match self.peek() {
            Some(byte) if byte == bracket || byte == b',' => {
                self.at += 1;
                Ok(byte == bracket)
            }
            Some(_) => self.unexpected(no_comma),
            None => self.end(no_end),
        }
    }

    fn word(&mut self) -> Parsed<Kind<'a>> {
        let rest = &self.text[self.at..];
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        self.at += length;
        match &rest[..length] {
            "null" => Ok(Kind::Null),
            "true" => Ok(Kind::Boolean(true)),
            "false" => Ok(Kind::Boolean(false)),
            other => Err((self.at, JsonFault::Token(other.to_owned()))),
        }
    }

    fn digits(&mut self) -> usize {
        let count = self.text.as_bytes()[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn number(&mut self) -> Parsed<Kind<'a>> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        self.at += usize::from(bytes[start] == b'-');
        let whole = self.at;
        if self.digits() == 0 {
            return Err((self.at + 1, JsonFault::Number("expected digit (0-9) to follow minus sign, for valid numeric value")));
        }
        if bytes[whole] == b'0' && self.at > whole + 1 {
            return Err((self.at, JsonFault::Number("Leading zeroes not allowed")));
        }
        let mut float = false;
        if bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            float = true;
            if self.digits() == 0 {
                return Err((self.at + 1, JsonFault::Number("Decimal point not followed by a digit")));
            }
        }
        if matches!(bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            float = true;
            self.at += usize::from(matches!(bytes.get(self.at), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return Err((self.at + 1, JsonFault::Number("Exponent indicator not followed by a digit")));
            }
        }
        Ok(Kind::Number { text: &self.text[start..self.at], float })
    }

    fn string(&mut self) -> Parsed<Cow<'a, str>> {
        self.at += 1;
        let mut owned: Option<String> = None;
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\');
            let Some(plain) = plain else { return self.end(" in VALUE_STRING") };
            self.at += plain;
            let piece = &rest[..plain];
            match rest.as_bytes()[plain] {
                b'"' => {
                    self.at += 1;
                    return Ok(match owned {
                        None => Cow::Borrowed(piece),
                        Some(text) => Cow::Owned(text + piece),
                    });
                }
                b'\\' => {
                    let text = owned.get_or_insert_default();
                    text.push_str(piece);
                    text.push(self.escape()?);
                }
                control => return Err((self.at + 1, JsonFault::Unquoted(char::from(control)))),
            }
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        self.at += 1;
        let Some(c) = self.text[self.at..].chars().next() else { return self.end(" in character escape sequence") };
        self.at += c.len_utf8();
        match c {
            '"' | '\\' | '/' => Ok(c),
            'b' => Ok('\u{8}'),
            'f' => Ok('\u{c}'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'u' => self.unicode(),
            other => Err((self.at, JsonFault::Escape(other))),
        }
    }

    /// A lone half of a surrogate pair becomes U+FFFD: nothing else can be stored as UTF-8.
    fn unicode(&mut self) -> Parsed<char> {
        let high = self.hex()?;
        if !(0xD800..0xDC00).contains(&high) || !self.text[self.at..].starts_with("\\u") {
            return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.at;
        self.at += 2;
        let low = self.hex()?;
        if (0xDC00..0xE000).contains(&low) {
            return Ok(char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.at = before;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Parsed<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(c) = self.text[self.at..].chars().next() else { return self.end(" in character escape sequence") };
            let Some(digit) = c.to_digit(16) else {
                return self.unexpected("expected a hex-digit for character escape sequence");
            };
            self.at += 1;
            code = code << 4 | digit;
        }
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_refusal(body: &str, message: &str) {
        assert_eq!(Json::parse(body.as_bytes()).unwrap_err().to_string(), message, "{body}");
    }

    #[test]
    fn a_bad_body_is_refused_in_jacksons_words_with_its_place() {
        check_refusal(
            r#"{"Name":"a","Phone"j}"#,
            "Unexpected character ('j' (code 106)): was expecting a colon to separate field name and value at [line:1, column:21]",
        );
        check_refusal(
            "{\"Name\":\"a\",\n}",
            "Unexpected character ('}' (code 125)): was expecting double-quote to start field name at [line:2, column:2]",
        );
        check_refusal("{\"a\":1", "Unexpected end-of-input: expected close marker for OBJECT at [line:1, column:7]");
        check_refusal("{\"a\":nul}", "Unrecognized token 'nul': was expecting 'null', 'true', 'false' or NaN at [line:1, column:9]");
        check_refusal("{\"a\":01}", "Invalid numeric value: Leading zeroes not allowed at [line:1, column:8]");
        check_refusal("{\"a\":\"\\x\"}", "Unrecognized character escape 'x' (code 120) at [line:1, column:9]");
        check_refusal("[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate ARRAY entries at [line:1, column:5]");
        check_refusal(&"[".repeat(5000), "Document nesting depth exceeds the maximum allowed (100) at [line:1, column:102]");
    }

    #[test]
    fn bytes_that_are_no_utf8_are_refused() {
        assert_eq!(Json::parse(b"{\"a\":\"\xff\"}").unwrap_err().to_string(), "Invalid UTF-8 start byte 0xff at [line:1, column:7]");
    }

    #[test]
    fn escapes_and_surrogate_pairs_are_decoded() {
        let body = br#"{"a":"x\u00e9\ud83d\ude00\n\ud83dz"}"#;
        let Kind::Object(members) = Json::parse(body).unwrap().kind else { panic!("an object") };
        assert_eq!(members[0].1.kind, Kind::String("x\u{e9}\u{1f600}\n\u{fffd}z".into()));
    }

    #[test]
    fn every_value_keeps_its_place_and_token() {
        let body = br#"[null, true, -1, 2.5e3, "s", [], {}]"#;
        let Kind::Array(items) = Json::parse(body).unwrap().kind else { panic!("an array") };
        let seen: Vec<_> = items.iter().map(|item| (item.offset, item.token())).collect();
        assert_eq!(
            seen,
            [
                (1, "VALUE_NULL"),
                (7, "VALUE_TRUE"),
                (13, "VALUE_NUMBER_INT"),
                (17, "VALUE_NUMBER_FLOAT"),
                (24, "VALUE_STRING"),
                (29, "START_ARRAY"),
                (33, "START_OBJECT")
            ]
        );
    }
}
