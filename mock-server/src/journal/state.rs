//! What can be read out of a `state` without a key: whoever sees the address can read it, too.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// How often what was decoded is decoded again.
const DEPTH: u32 = 3;
/// Pieces of one state at most, and characters of one at least: shorter ones are no secrets.
const MOST: usize = 100;
const SHORTEST: usize = 16;

/// The words that stand in a state as it was sent, and in what percent-decoding, Base64 and JSON make of it.
pub(super) fn pieces(state: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    look(&mut found, state, DEPTH);
    found.remove(state);
    found
}

fn look(found: &mut BTreeSet<String>, text: &str, depth: u32) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '~' | '+');
    for word in text.split(|c| !is_word(c)).chain(text.split(|c| !is_word(c) && c != '.')).chain([text]) {
        if word.len() < SHORTEST || found.len() >= MOST || !found.insert(word.to_owned()) || depth == 0 {
            continue;
        }
        let plain = percent_encoding::percent_decode_str(word).decode_utf8_lossy();
        let bare = plain.trim_end_matches('=');
        let decoded = URL_SAFE_NO_PAD.decode(bare).or_else(|_| STANDARD_NO_PAD.decode(bare)).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        for inner in decoded.into_iter().chain((plain != word).then(|| plain.into_owned())) {
            match serde_json::from_str::<Value>(&inner) {
                Ok(json) => strings(&json, &mut |text| look(found, text, depth - 1)),
                Err(_) => look(found, &inner, depth - 1),
            }
        }
    }
}

fn strings(json: &Value, visit: &mut impl FnMut(&str)) {
    match json {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, visit)),
        Value::Object(members) => members.values().for_each(|value| strings(value, visit)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn a_verifier_is_found_in_whatever_can_be_read_without_a_key() {
        let json = format!(r#"{{"return":"/home","deep":{{"verifier":"{VERIFIER}"}}}}"#);
        let token = URL_SAFE_NO_PAD.encode(&json);
        for state in [
            format!("acme:{VERIFIER}"),
            format!("{token}.c2lnbmF0dXJlLXNpZ25hdHVyZQ"),
            format!("eyJhbGciOiJIUzI1NiJ9.{token}.c2ln"),
            format!("x%3D{VERIFIER}"),
            STANDARD_NO_PAD.encode(format!("{VERIFIER}|salt")) + "=",
        ] {
            assert!(pieces(&state).contains(VERIFIER), "{state}");
        }
    }

    #[test]
    fn a_random_state_holds_nothing_but_itself() {
        assert!(pieces(VERIFIER).iter().all(|piece| piece.len() < VERIFIER.len()));
        assert!(pieces("short").is_empty() && pieces("").is_empty());
    }
}
