//! Text of others as it may stand in a report: escaped, and without characters that a terminal or a parser would obey.

/// Text as it may stand in HTML and XML, attributes included.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // XML 1.0 knows no way to write these.
            other if other.is_control() && !matches!(other, '\n' | '\t' | '\r') => safe.push('\u{fffd}'),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

/// Text as it may stand in a cell of a Markdown table.
pub fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' => safe.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => safe.extend(['\\', letter]),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_control_characters_lose_their_power() {
        assert_eq!(escaped("<b a='1'>\"&\u{1b}[31m\n"), "&lt;b a=&#39;1&#39;&gt;&quot;&amp;\u{fffd}[31m\n");
        assert_eq!(cell("a|b\n<img> `x` [y](z)"), "a\\|b &lt;img&gt; \\`x\\` \\[y\\](z)");
    }
}
