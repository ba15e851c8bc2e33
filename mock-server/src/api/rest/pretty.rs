//! `X-PrettyPrint`: JSON in the form of Jackson's default pretty printer, `{\n  "k" : v`, arrays on one line.

/// Spreads compact JSON over lines. The input is trusted to be JSON.
pub fn print(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut opened = Vec::new();
    for (at, byte) in json.iter().enumerate() {
        if quoted {
            out.push(*byte);
            quoted = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            continue;
        }
        let empty = |close| json.get(at + 1) == Some(&close);
        match byte {
            b'{' => {
                opened.push(b'{');
                out.push(b'{');
                depth += 1;
                if !empty(b'}') {
                    line(&mut out, depth);
                }
            }
            b'}' => {
                opened.pop();
                depth = depth.saturating_sub(1);
                if json[at - 1] == b'{' {
                    out.push(b' ');
                } else {
                    line(&mut out, depth);
                }
                out.push(b'}');
            }
            b'[' => {
                opened.push(b'[');
                out.extend_from_slice(b"[ ");
            }
            b']' => {
                opened.pop();
                if json[at - 1] != b'[' {
                    out.push(b' ');
                }
                out.push(b']');
            }
            b',' => {
                out.push(b',');
                if opened.last() == Some(&b'{') { line(&mut out, depth) } else { out.push(b' ') }
            }
            b':' => out.extend_from_slice(b" : "),
            b'"' => {
                quoted = true;
                out.push(b'"');
            }
            other => out.push(*other),
        }
    }
    out
}

fn line(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    out.resize(out.len() + 2 * depth, b' ');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: &str) {
        assert_eq!(String::from_utf8(print(json.as_bytes())).unwrap(), expected);
    }

    #[test]
    fn objects_are_spread_and_arrays_are_not() {
        check(r#"[{"message":"a:{,\"}","fields":[]}]"#, "[ {\n  \"message\" : \"a:{,\\\"}\",\n  \"fields\" : [ ]\n} ]");
        check(r#"{"a":{},"b":[1,2],"c":{"d":null}}"#, "{\n  \"a\" : { },\n  \"b\" : [ 1, 2 ],\n  \"c\" : {\n    \"d\" : null\n  }\n}");
    }
}
