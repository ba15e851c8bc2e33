//! The parameters of a request: of its address and of its body, be that a form, a multipart form or JSON.

use serde_json::Value;

/// Decoded names and values, in their order.
pub type Params = Vec<(String, String)>;

/// Members of one JSON body at most: records have names of their own, and nobody asks here for those of a thousand.
const MOST: usize = 200;

/// Parameters of the query, then of the body of this media type.
pub fn params(query: &[u8], media_type: &str, body: &[u8]) -> Params {
    let mut params = pairs(query);
    let kind = media_type.trim_start().to_ascii_lowercase();
    match () {
        () if kind.starts_with("application/x-www-form-urlencoded") => params.extend(pairs(body)),
        () if kind.starts_with("multipart/form-data") => params.extend(parts(&String::from_utf8_lossy(body))),
        () if kind.contains("json") => {
            if let Ok(json) = serde_json::from_slice(body) {
                members(&mut params, String::new(), json);
            }
        }
        () => {}
    }
    params
}

/// The pairs of a query or form.
pub fn pairs(text: &[u8]) -> Params {
    form_urlencoded::parse(text).into_owned().collect()
}

/// The scalars of JSON under their paths: `userdata.email`, `records.0.Name`.
fn members(params: &mut Params, path: String, json: Value) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match json {
        _ if params.len() >= MOST => {}
        Value::Object(object) => object.into_iter().for_each(|(name, value)| members(params, below(&name), value)),
        Value::Array(items) => items.into_iter().enumerate().for_each(|(index, item)| members(params, below(&index.to_string()), item)),
        Value::String(text) => params.push((path, text)),
        Value::Null => params.push((path, String::new())),
        scalar => params.push((path, scalar.to_string())),
    }
}

/// The text parts of a multipart form; of a file its name is told. A part ends where a line begins with two hyphens.
fn parts(text: &str) -> Params {
    let mut found = Params::new();
    let (mut name, mut in_head) = (None, true);
    for line in text.lines() {
        match () {
            () if line.starts_with("--") => (name, in_head) = (None, true),
            () if in_head && line.is_empty() => {
                in_head = false;
                found.extend(name.take().map(|name| (name, String::new())));
            }
            () if in_head => name = name.or_else(|| part_name(line)),
            () => {
                if let Some((_, value)) = found.last_mut().filter(|(_, value)| value.len() < 4096) {
                    value.push_str(if value.is_empty() { "" } else { "\n" });
                    value.push_str(line);
                }
            }
        }
    }
    found
}

fn part_name(line: &str) -> Option<String> {
    let (header, value) = line.split_once(':')?;
    let name = value.split(';').find_map(|part| part.trim().strip_prefix("name="));
    name.filter(|_| header.eq_ignore_ascii_case("content-disposition")).map(|name| name.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, media_type: &str, body: &str, expected: &[(&str, &str)]) {
        let found = params(query.as_bytes(), media_type, body.as_bytes());
        assert_eq!(found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>(), expected, "{body}");
    }

    #[test]
    fn parameters_are_found_wherever_they_stand() {
        check("a=1", "application/x-www-form-urlencoded;charset=UTF-8", "b=%3D", &[("a", "1"), ("b", "=")]);
        check(
            "",
            "Application/JSON",
            r#"{"user":{"name":"x","n":[1,null]},"ok":true}"#,
            &[("user.name", "x"), ("user.n.0", "1"), ("user.n.1", ""), ("ok", "true")],
        );
        check("", "application/json", "{cut", &[]);
        let part = "--x\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nrefresh_token\r\n--x\r\ncontent-disposition: form-data; filename=\"f\"; name=\"blob\"\r\nContent-Type: text/plain\r\n\r\nl1\r\nl2\r\n--x--\r\n";
        check("", "multipart/form-data; boundary=x", part, &[("grant_type", "refresh_token"), ("blob", "l1\nl2")]);
        check("q=1", "text/plain", "b=2", &[("q", "1")]);
    }
}
