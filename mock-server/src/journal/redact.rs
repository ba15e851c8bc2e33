//! What must not leave the process, and the fingerprints that stand for it.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::secret_names::{is_secret, is_secret_member};
use super::{assertion, state};
use crate::clock::{Entropy, Timestamp};

pub(super) const REDACTED: &str = "[redacted]";

/// The key of one run: equal secrets have equal fingerprints in it, and nothing is disclosed.
pub struct FingerprintKey([u8; 64]);

impl FingerprintKey {
    pub fn new(entropy: &Entropy) -> Self {
        let mut key = [0; 64];
        entropy.fill(&mut key);
        Self(key)
    }

    /// Sixteen hexadecimal digits.
    pub fn of(&self, secret: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new(&self.0.into());
        mac.update(secret);
        mac.finalize().into_bytes().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The fingerprint with the checks the harness makes on values it may not see: length, alphabet, what it is after one
    /// more percent-decoding, for a verifier the challenge it proves, for a state what can be read out of it, and for an assertion what it says.
    pub(super) fn describe(&self, name: &str, value: &str, arrived: Timestamp) -> Value {
        let mut described = Map::new();
        described.insert("id".into(), self.of(value.as_bytes()).into());
        described.insert("length".into(), value.chars().count().into());
        described.insert("alphabet".into(), alphabet(value).into());
        let decoded = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
        if decoded != value {
            described.insert("decoded".into(), self.of(decoded.as_bytes()).into());
        }
        if name == "code_verifier" {
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(value));
            described.insert("s256".into(), self.of(challenge.as_bytes()).into());
        }
        if name == "state" {
            let pieces: Vec<Value> = state::pieces(value).iter().map(|piece| self.of(piece.as_bytes()).into()).collect();
            described.insert("pieces".into(), pieces.into());
        }
        if let Some(jwt) = assertion::described(value, arrived).filter(|_| is_assertion(name)) {
            described.insert("jwt".into(), jwt);
        }
        Value::Object(described)
    }
}

/// Whether a JWT under this name speaks for a client, and is no token of ours.
fn is_assertion(name: &str) -> bool {
    matches!(name, "assertion" | "client_assertion" | "subject_token" | "actor_token")
}

/// The smallest of a few alphabets that holds every character.
fn alphabet(value: &str) -> &'static str {
    let within = |extra: &str| value.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c));
    match () {
        () if value.chars().all(|c| c.is_ascii_digit()) => "digits",
        () if value.chars().all(|c| c.is_ascii_hexdigit()) => "hex",
        () if within("") => "alphanumeric",
        () if within("-_") => "base64url",
        () if within("-_.~") => "unreserved",
        () if within("+/=") => "base64",
        () => "other",
    }
}

/// A query or form with its secrets hidden; everything else stays as it was sent.
pub(super) fn form(text: &str) -> String {
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if is_secret(&decoded(name)) && !value.is_empty() => format!("{name}={REDACTED}"),
        _ => shapes(pair),
    };
    text.split('&').map(pair).collect::<Vec<_>>().join("&")
}

/// A name as its form means it.
fn decoded(name: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(name).decode_utf8_lossy()
}

/// A URL with the secrets of its query and fragment hidden.
pub(super) fn url(text: &str) -> String {
    let (rest, fragment) = text.split_once('#').map_or((text, None), |(rest, fragment)| (rest, Some(fragment)));
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let mut out = shapes(path);
    for (mark, part) in [('?', query), ('#', fragment)] {
        if let Some(part) = part {
            out.push(mark);
            out += &form(part);
        }
    }
    out
}

/// A header value with its secret hidden.
pub(super) fn header(name: &str, value: &str) -> String {
    match name {
        "authorization" | "proxy-authorization" => match value.split_once(' ') {
            Some((scheme, _)) => format!("{scheme} {REDACTED}"),
            None => REDACTED.to_owned(),
        },
        "cookie" => value.split("; ").map(cookie).collect::<Vec<_>>().join("; "),
        "set-cookie" => match value.split_once(';') {
            Some((pair, attributes)) => format!("{};{attributes}", cookie(pair)),
            None => cookie(value),
        },
        "location" | "referer" => url(value),
        _ => shapes(value),
    }
}

fn cookie(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) if !value.is_empty() => format!("{name}={REDACTED}"),
        _ => pair.to_owned(),
    }
}

/// A body with its secrets hidden. `kind` is the content type.
pub(super) fn body(kind: &str, text: &str) -> String {
    if kind.starts_with("application/x-www-form-urlencoded") {
        return form(text);
    }
    match () {
        // A script that calls a function with JSON is JSON, too.
        () if kind.contains("json") || kind.contains("javascript") => shapes(&json_members(text)),
        () if kind.contains("html") => shapes(&inputs(text)),
        () if kind.contains("xml") => shapes(&xml_elements(text)),
        () if kind.starts_with("multipart/") => shapes(&json_members(&parts(text))),
        () => shapes(text),
    }
}

/// Hides the strings and numbers under secret names. Works on the text, since a body may have been cut or may not parse.
fn json_members(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut copied, mut at) = (0, 0);
    while let Some(name) = next_string(text, at) {
        at = name.end + 1;
        let behind = text[at..].trim_start();
        let Some(value) = behind.strip_prefix(':').map(str::trim_start) else { continue };
        let from = text.len() - value.len();
        let end = match value.bytes().next() {
            Some(b'"') => next_string(text, from).map_or(text.len(), |value| text.len().min(value.end + 1)),
            Some(b'0'..=b'9' | b'-') => from + value.find([',', '}', ']', '\n', ' ']).unwrap_or(value.len()),
            _ => continue,
        };
        if is_secret_member(&text[name]) {
            out += &text[copied..at];
            out += &format!(":\"{REDACTED}\"");
            copied = end;
        }
        at = end;
    }
    out + &text[copied..]
}

/// Where the inside of the first string literal at or after `from` lies. A literal that was cut off has none.
fn next_string(text: &str, from: usize) -> Option<std::ops::Range<usize>> {
    let start = from + memchr::memchr(b'"', &text.as_bytes()[from..])? + 1;
    let mut end = start;
    loop {
        end += memchr::memchr2(b'"', b'\\', &text.as_bytes()[end..])?;
        if text.as_bytes()[end] == b'"' {
            return Some(start..end);
        }
        // The character behind a backslash may be a quote; a cut may have taken it away.
        end = text.len().min(end + 2);
    }
}

/// Hides the text of elements with secret names, whatever their prefix.
fn xml_elements(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(end) = rest.find('>') {
        let (tag, after) = rest.split_at(end + 1);
        out += tag;
        rest = after;
        let name = tag.rsplit('<').next().unwrap_or_default().trim_end_matches('>');
        let name = name.split([' ', '\t', '\n']).next().unwrap_or_default();
        if is_secret_member(name.rsplit(':').next().unwrap_or_default()) && !rest.starts_with('<') {
            out += REDACTED;
            rest = &rest[rest.find('<').unwrap_or(rest.len())..];
        }
    }
    out + rest
}

/// Hides what the fields of a page's forms hold under secret names.
fn inputs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("<input") {
        let (before, tag) = rest.split_at(start);
        let (tag, after) = tag.split_at(tag.find('>').unwrap_or(tag.len()));
        out += before;
        match (attribute(tag, " name=\""), attribute(tag, " value=\"")) {
            (Some(name), Some(value)) if is_secret(&tag[name.clone()]) && !value.is_empty() => {
                out += &tag[..value.start];
                out += REDACTED;
                out += &tag[value.end..];
            }
            _ => out += tag,
        }
        rest = after;
    }
    out + rest
}

/// Where the value of an attribute lies.
fn attribute(tag: &str, opening: &str) -> Option<std::ops::Range<usize>> {
    let start = tag.find(opening)? + opening.len();
    Some(start..start + tag[start..].find('"').unwrap_or(tag.len() - start))
}

/// Hides what the parts of a multipart form hold under secret names. A part ends where a line begins with two hyphens.
fn parts(text: &str) -> String {
    let (mut out, mut is_secret_part, mut in_head) = (String::with_capacity(text.len()), false, true);
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\r', '\n']);
        match () {
            () if bare.starts_with("--") => (is_secret_part, in_head) = (false, true),
            () if in_head && bare.is_empty() => {
                in_head = false;
                out += line;
                if is_secret_part {
                    out += REDACTED;
                    out += &line[bare.len()..];
                }
                continue;
            }
            () if in_head => {
                let is_disposition = bare.get(..20).is_some_and(|start| start.eq_ignore_ascii_case("content-disposition:"));
                let name = attribute(bare, " name=\"").filter(|_| is_disposition);
                is_secret_part |= name.is_some_and(|name| is_secret(&bare[name]));
            }
            () if is_secret_part => continue,
            () => {}
        }
        out += line;
    }
    out
}

/// How our tokens and codes begin.
const BEGINNINGS: [&str; 4] = ["00D", "5Aep", "aPrx", "eyJ"];

/// Hides whatever looks like one of our tokens or codes, wherever it stands.
fn shapes(text: &str) -> String {
    let mut starts: Vec<usize> = BEGINNINGS.iter().flat_map(|beginning| memchr::memmem::find_iter(text.as_bytes(), beginning)).collect();
    starts.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for start in starts.into_iter().filter(|start| !text[..*start].ends_with(is_word)) {
        let end = text[start..].find(|c| !is_word(c)).map_or(text.len(), |length| start + length);
        if looks_secret(&text[start..end]) {
            out += &text[copied..start];
            out += REDACTED;
            copied = end;
        }
    }
    out + &text[copied..]
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._!%-".contains(c)
}

fn looks_secret(word: &str) -> bool {
    let access_token = word.starts_with("00D") && (word.contains('!') || word.contains("%21"));
    let long = |beginning: &str| word.len() > 40 && word.starts_with(beginning);
    access_token || long("5Aep") || long("aPrx") || long("eyJ") && word.matches('.').count() == 2
}

/// The name in which a path of JSON ends.
pub(super) fn last_step(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

/// All secrets among `pairs`, as fingerprints by name; a name that comes twice has an array.
pub(super) fn fingerprints<'a>(key: &FingerprintKey, arrived: Timestamp, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Map<String, Value> {
    let mut prints = Map::new();
    for (name, value) in pairs.filter(|(name, value)| is_secret(last_step(name)) && !value.is_empty()) {
        add(&mut prints, name, key.describe(name, value, arrived));
    }
    prints
}

/// Puts a value under a name, keeping those that are there already.
pub(super) fn add(map: &mut Map<String, Value>, name: &str, value: Value) {
    match map.get_mut(name) {
        None => drop(map.insert(name.to_owned(), value)),
        Some(Value::Array(values)) => values.push(value),
        Some(first) => *first = json!([first.take(), value]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_where_they_stand() {
        let check = |kind: &str, text: &str, shown: &str| assert_eq!(body(kind, text), shown);
        let form = "application/x-www-form-urlencoded";
        check(
            form,
            "grant_type=refresh_token&refresh_token=5Aep&client_id=3MVG9",
            "grant_type=refresh_token&refresh_token=[redacted]&client_id=3MVG9",
        );
        check("application/json", r#"{"access_token" : "a\"b","x":"y"}"#, r#"{"access_token":"[redacted]","x":"y"}"#);
        check("application/json", r#"{"state":"JobComplete"}"#, r#"{"state":"JobComplete"}"#);
        check("application/json", r#"{"password":"cut o"#, r#"{"password":"[redacted]""#);
        check("application/json", r#"{"a":"\\","otp":"1","b":"cut \"#, r#"{"a":"\\","otp":"[redacted]","b":"cut \"#);
        check(
            "application/json",
            r#"{"id":"00Dxx0000000001AAA","url":"/x?oauth_token=00Dxx0000000001!AQ"}"#,
            r#"{"id":"00Dxx0000000001AAA","url":"/x?oauth_token=[redacted]"}"#,
        );
        check(form, "emc=123456&currentpassword=a&confirmpassword=b", "emc=[redacted]&currentpassword=[redacted]&confirmpassword=[redacted]");
        check(
            "application/json",
            r#"{"registration_access_token":"a","client_name":"b"}"#,
            r#"{"registration_access_token":"[redacted]","client_name":"b"}"#,
        );
        check("application/json", r#"{"key":"3MVG9","secret":"A1"}"#, r#"{"key":"3MVG9","secret":"[redacted]"}"#);
        check(
            "application/json",
            r#"{"clientSecret":"a","New-Password":"b","otp":123456, "code":7}"#,
            r#"{"clientSecret":"[redacted]","New-Password":"[redacted]","otp":"[redacted]", "code":7}"#,
        );
        check("application/javascript;charset=UTF-8", r#"f({"token":"a"});"#, r#"f({"token":"[redacted]"});"#);
        check(form, "pass%77ord=a&n=b", "pass%77ord=[redacted]&n=b");
        check(
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\na\r\nb\r\n--x\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n{\"secret\":\"c\"}\r\n--x--\r\n",
            "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n[redacted]\r\n--x\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n{\"secret\":\"[redacted]\"}\r\n--x--\r\n",
        );
        check(
            "text/html;charset=UTF-8",
            r#"<input type="hidden" name="user_code" value="AB12CD34"><input name="n" value="x">"#,
            r#"<input type="hidden" name="user_code" value="[redacted]"><input name="n" value="x">"#,
        );
        check("text/xml", "<u:password>p</u:password><a>b</a>", "<u:password>[redacted]</u:password><a>b</a>");
        check("text/html", "see 00Dxx0000000001!AQ.x_y now", "see [redacted] now");
        assert_eq!(header("authorization", "Bearer 00D!x"), "Bearer [redacted]");
        assert_eq!(header("cookie", "sid=1; theme=dark"), "sid=[redacted]; theme=[redacted]");
        assert_eq!(
            header("location", "https://app/cb?code=aPrx&state=1&x=2#access_token=3"),
            "https://app/cb?code=[redacted]&state=[redacted]&x=2#access_token=[redacted]"
        );
    }

    #[test]
    fn a_verifier_points_to_its_challenge() {
        let key = FingerprintKey::new(&Entropy::new(Some(1)));
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(key.describe("code_verifier", verifier, Timestamp(0))["s256"], key.of(challenge.as_bytes()).as_str());
        assert_eq!(key.describe("code", "a%3D", Timestamp(0))["decoded"], key.of(b"a=").as_str());
        assert_eq!(key.describe("code_challenge", challenge, Timestamp(0))["alphabet"], "base64url");
    }
}
