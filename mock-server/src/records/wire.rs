//! JSON written straight into a byte buffer: no tree in between.

/// Appends a quoted, escaped string.
pub fn string(out: &mut Vec<u8>, text: &str) {
    utf8(out, text.as_bytes());
}

/// The same for UTF-8 that was not looked at yet.
pub fn utf8(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    let mut plain = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte >= b' ' && *byte != b'"' && *byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[plain..at]);
        escape(out, *byte);
        plain = at + 1;
    }
    out.extend_from_slice(&bytes[plain..]);
    out.push(b'"');
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        8 => b'b',
        9 => b't',
        10 => b'n',
        12 => b'f',
        13 => b'r',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

pub fn integer(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends a currency, double or percent: whole numbers keep `.0`.
/// GUESS: `300.0`, not `300` (rest.md 10.14); a recording of a whole currency amount would settle it.
pub fn double(out: &mut Vec<u8>, value: f64) {
    use std::io::Write;
    if value.is_finite() {
        // Writing to memory cannot fail.
        let _ = write!(out, "{value:?}");
    } else {
        out.extend_from_slice(b"null");
    }
}

pub fn boolean(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

/// Appends `"key":`, with a comma in front unless it follows an opening bracket.
pub fn key(out: &mut Vec<u8>, key: &str) {
    separate(out);
    out.push(b'"');
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\":");
}

/// Appends the comma between two members or items.
pub fn separate(out: &mut Vec<u8>) {
    if !matches!(out.last(), None | Some(b'{' | b'[')) {
        out.push(b',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_are_escaped_as_serde_escapes_them() {
        for text in ["", "plain", "a\"b\\c\n\r\t\u{8}\u{c}\u{1}\u{1f}é\u{1f600}\u{7f}", "\\", "\""] {
            assert_eq!(written(|out| string(out, text)), serde_json::to_string(text).unwrap());
        }
    }

    #[test]
    fn whole_doubles_keep_their_point() {
        assert_eq!(written(|out| double(out, 300.0)), "300.0");
        assert_eq!(written(|out| double(out, -0.25)), "-0.25");
        assert_eq!(written(|out| integer(out, -42)), "-42");
    }
}
