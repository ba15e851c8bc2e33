//! XML written piece by piece into one text.

/// A document in the making. Whoever writes it sees to it that elements close in order.
#[derive(Debug, Default)]
pub struct Markup(String);

impl Markup {
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    pub fn into_string(self) -> String {
        self.0
    }

    /// Text that is markup already.
    pub fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    pub fn open(&mut self, name: &str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
    }

    /// `attributes` are spelled as in the document: `xsi:type="xsd:int"`.
    pub fn open_with(&mut self, name: &str, attributes: &str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push(' ');
        self.0.push_str(attributes);
        self.0.push('>');
    }

    pub fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    pub fn empty(&mut self, name: &str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push_str("/>");
    }

    pub fn text(&mut self, text: &str) {
        escape(&mut self.0, text);
    }

    /// `<name>text</name>`; without text `<name/>`.
    pub fn leaf(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            return self.empty(name);
        }
        self.open(name);
        self.text(text);
        self.close(name);
    }

    /// A value that needs no escaping.
    pub fn value(&mut self, name: &str, value: impl std::fmt::Display) {
        use std::fmt::Write;
        self.open(name);
        // Writing to memory cannot fail.
        let _ = write!(self.0, "{value}");
        self.close(name);
    }

    pub fn nil(&mut self, name: &str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push_str(r#" xsi:nil="true"/>"#);
    }

    /// The text, or nil where there is none.
    pub fn optional(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.leaf(name, text),
            None => self.nil(name),
        }
    }

    /// An element around what `write` writes.
    pub fn within(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.open(name);
        write(self);
        self.close(name);
    }
}

/// Appends text with its markup characters escaped. What XML cannot hold becomes U+FFFD.
pub fn escape(out: &mut String, text: &str) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let replacement = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&apos;",
            b'\r' => "&#xD;",
            byte if byte < b' ' && !matches!(byte, b'\t' | b'\n') => "\u{fffd}",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(replacement);
        plain = at + 1;
    }
    out.push_str(&text[plain..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_empty_elements_are_short() {
        let mut out = Markup::default();
        out.leaf("a", "1 < 2 & \"3\"\u{1}");
        out.leaf("b", "");
        out.optional("c", None);
        assert_eq!(out.into_string(), "<a>1 &lt; 2 &amp; &quot;3&quot;\u{fffd}</a><b/><c xsi:nil=\"true\"/>");
    }
}
