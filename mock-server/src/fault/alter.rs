//! Altered answers: the request takes its effect, and what comes back is not quite what was meant.
//!
//! GUESS: the contract names what can be altered (JSON members, claims of JWTs, the redirect); the members that say so are of our making.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::jwt::{self, Sign};

/// What to change in an answer. In every map null takes a member away; whatever an answer does not have stays absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Alteration {
    /// Members of a JSON answer, by name (`instance_url`), path (`records.0.Name`) or JSON pointer (`/records/0/Name`).
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub json: Map<String, Value>,
    /// Claims of the JWTs in the answer, wherever they stand: in JSON members, or in the parameters of the redirect.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub claims: Map<String, Value>,
    /// Members of the JWTs' header (`kid`, `alg`). The signature stays RS256 whatever `alg` says.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub jwt_header: Map<String, Value>,
    /// How the JWTs are signed afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// The one member or parameter whose JWT is meant: `id_token`, `access_token`. Without it all are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The whole address a redirect leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Parameters in the query of that address.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, Option<String>>,
    /// Parameters in its fragment.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fragment: BTreeMap<String, Option<String>>,
}

/// The signature of an altered JWT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// Made with the server's key, so that only the claims are wrong.
    Valid,
    /// One that fits nothing.
    Broken,
    /// None, and `alg` says so.
    None,
    /// HS256 with the app's consumer secret, or with the PEM of the public key where the app is public; `alg` says so.
    Hmac,
}

impl Alteration {
    /// Whether it would change nothing.
    pub fn is_empty(&self) -> bool {
        Self { token: None, ..self.clone() } == Self::default()
    }

    /// Whether the address it asks for can stand in a header.
    pub fn location_is_sendable(&self) -> bool {
        self.location.as_ref().is_none_or(|location| HeaderValue::from_str(location).is_ok())
    }

    /// Whether JSON bodies need to be read for it.
    pub fn concerns_body(&self) -> bool {
        !self.json.is_empty() || self.concerns_tokens()
    }

    fn concerns_tokens(&self) -> bool {
        !self.claims.is_empty() || !self.jwt_header.is_empty() || self.signature.is_some()
    }

    /// The body with its members and JWTs changed; none if it is no JSON.
    pub fn body(&self, body: &[u8], sign: &Sign<'_>) -> Option<Vec<u8>> {
        let mut json: Value = serde_json::from_slice(body).ok()?;
        if self.concerns_tokens() {
            for (name, value) in json.as_object_mut().into_iter().flatten() {
                if let Some(token) = value.as_str().and_then(|text| self.token(name, text, sign)) {
                    *value = token.into();
                }
            }
        }
        for (path, value) in &self.json {
            let steps = steps(&json, path);
            put(&mut json, &steps, value);
        }
        serde_json::to_vec(&json).ok()
    }

    /// Changes where a redirect leads; an answer that leads nowhere is left alone.
    pub fn redirect(&self, headers: &mut HeaderMap, sign: &Sign<'_>) {
        let Some(old) = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()) else { return };
        let (old, location) = (old.to_owned(), self.location.as_deref());
        let (rest, fragment) = split(location.unwrap_or(&old), '#');
        let (address, query) = split(rest, '?');
        let query = query.map(str::to_owned).or_else(|| (!self.query.is_empty()).then(String::new));
        let fragment = fragment.map(str::to_owned).or_else(|| (!self.fragment.is_empty()).then(String::new));
        let mut altered = address.to_owned();
        for (mark, parameters, changes) in [('?', query, &self.query), ('#', fragment, &self.fragment)] {
            let Some(parameters) = parameters else { continue };
            let parameters = self.parameters(parameters, changes, sign);
            if !parameters.is_empty() {
                altered.push(mark);
                altered.push_str(&parameters);
            }
        }
        if let Ok(value) = HeaderValue::from_str(&altered) {
            headers.insert(header::LOCATION, value);
        }
    }

    /// The parameters as they stood where nothing of them is to change, so that their spelling survives.
    fn parameters(&self, text: String, changes: &BTreeMap<String, Option<String>>, sign: &Sign<'_>) -> String {
        let old: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        let mut new = old.clone();
        for (name, value) in &mut new {
            if let Some(token) = self.token(name, value, sign) {
                *value = token;
            }
        }
        for (name, value) in changes {
            match (value, new.iter_mut().find(|(known, _)| known == name)) {
                (None, _) => new.retain(|(known, _)| known != name),
                (Some(value), Some((_, known))) => known.clone_from(value),
                (Some(value), None) => new.push((name.clone(), value.clone())),
            }
        }
        if new == old { text } else { form_urlencoded::Serializer::new(String::new()).extend_pairs(new).finish() }
    }

    /// The JWT of this member with other claims; none if the member holds none or is not meant.
    fn token(&self, member: &str, text: &str, sign: &Sign<'_>) -> Option<String> {
        let meant = self.concerns_tokens() && self.token.as_deref().is_none_or(|wanted| wanted == member);
        let mut token = jwt::Parts::read(text).filter(|_| meant)?;
        for (part, changes) in [(&mut token.header, &self.jwt_header), (&mut token.claims, &self.claims)] {
            for (path, value) in changes {
                let steps = steps(part, path);
                put(part, &steps, value);
            }
        }
        match self.signature.unwrap_or(Signature::Valid) {
            Signature::Valid => token.signed(sign),
            Signature::Broken => token.signed(sign).and_then(|signed| jwt::broken(&signed)),
            Signature::None => Some(token.unsigned()),
            Signature::Hmac => token.shared(sign),
        }
    }
}

fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// The steps to a member: a name that is there as it stands, a JSON pointer, or names with dots between.
fn steps(root: &Value, path: &str) -> Vec<String> {
    if root.get(path).is_some() {
        return vec![path.to_owned()];
    }
    match path.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect(),
        None if path.contains("://") => vec![path.to_owned()],
        None => path.split('.').map(str::to_owned).collect(),
    }
}

/// Sets, adds or, with null, removes what the steps lead to. Objects on the way are made; a list grows by one at its end.
fn put(at: &mut Value, steps: &[String], value: &Value) {
    let Some((step, further)) = steps.split_first() else { return };
    if at.is_null() {
        *at = Value::Object(Map::new());
    }
    match at {
        Value::Object(members) if further.is_empty() && value.is_null() => drop(members.shift_remove(step)),
        Value::Object(members) if further.is_empty() => drop(members.insert(step.clone(), value.clone())),
        Value::Object(members) if value.is_null() && !members.contains_key(step) => {}
        Value::Object(members) => put(members.entry(step.clone()).or_insert(Value::Null), further, value),
        Value::Array(items) => put_item(items, step, further, value),
        _ => {}
    }
}

fn put_item(items: &mut Vec<Value>, step: &str, further: &[String], value: &Value) {
    let Some(index) = step.parse::<usize>().ok().filter(|index| *index <= items.len()) else { return };
    if index == items.len() {
        if !value.is_null() {
            items.push(Value::Null);
        } else {
            return;
        }
    }
    match further {
        [] if value.is_null() => drop(items.remove(index)),
        [] => items[index] = value.clone(),
        further => put(&mut items[index], further, value),
    }
}

#[cfg(test)]
mod tests {
    use super::super::jwt::Algorithm;
    use super::*;
    use serde_json::json;

    fn alteration(json: Value) -> Alteration {
        serde_json::from_value(json).unwrap()
    }

    fn sign(algorithm: Algorithm, _: &[u8]) -> Option<String> {
        Some(if algorithm == Algorithm::Rsa { "c2lnbmF0dXJl" } else { "c2hhcmVk" }.to_owned())
    }

    #[test]
    fn members_are_set_added_and_removed_by_name_path_and_pointer() {
        let check = |changes: Value, before: &str, after: &str| {
            let altered = alteration(json!({ "json": changes })).body(before.as_bytes(), &sign).unwrap();
            assert_eq!(String::from_utf8(altered).unwrap(), after, "{changes}");
        };
        check(json!({"b": 9}), r#"{"a":1,"b":2,"c":3}"#, r#"{"a":1,"b":9,"c":3}"#);
        check(json!({"a": null}), r#"{"a":1,"b":2,"c":3}"#, r#"{"b":2,"c":3}"#);
        check(json!({"new": {"x": []}}), "{}", r#"{"new":{"x":[]}}"#);
        check(json!({"records.0.Name": "Z"}), r#"{"records":[{"Name":"A"},{"Name":"B"}]}"#, r#"{"records":[{"Name":"Z"},{"Name":"B"}]}"#);
        check(json!({"/records/1": null}), r#"{"records":[1,2]}"#, r#"{"records":[1]}"#);
        check(json!({"records.2": 3}), r#"{"records":[1,2]}"#, r#"{"records":[1,2,3]}"#);
        check(json!({"records.9": 3, "records.x": 3, "gone.deep": null}), r#"{"records":[1,2]}"#, r#"{"records":[1,2]}"#);
        check(json!({"0.message": "no"}), r#"[{"message":"yes"}]"#, r#"[{"message":"no"}]"#);
        check(json!({"a.b": 1}), r#"{"a.b":0,"a":{}}"#, r#"{"a.b":1,"a":{}}"#);
    }

    #[test]
    fn a_body_that_is_no_json_is_left_alone() {
        assert_eq!(alteration(json!({"json": {"a": 1}})).body(b"<html>", &sign), None);
    }

    #[test]
    fn a_redirect_is_altered_as_a_whole_or_by_parameter() {
        let check = |changes: Value, before: &str, after: &str| {
            let mut headers = HeaderMap::from_iter([(header::LOCATION, before.parse().unwrap())]);
            alteration(changes.clone()).redirect(&mut headers, &sign);
            assert_eq!(headers[header::LOCATION], after, "{changes}");
        };
        check(json!({"location": "https://evil.example/"}), "https://a.example/cb?code=1", "https://evil.example/");
        check(json!({"query": {"state": "other"}}), "https://a.example/cb?code=1&state=x", "https://a.example/cb?code=1&state=other");
        check(json!({"query": {"state": null}}), "https://a.example/cb?code=1&state=x", "https://a.example/cb?code=1");
        check(json!({"query": {"iss": "x y"}}), "https://a.example/cb", "https://a.example/cb?iss=x+y");
        check(json!({"query": {"code": null}}), "https://a.example/cb?code=1", "https://a.example/cb");
        check(json!({"fragment": {"state": "o"}}), "https://a.example/cb?k=%20#state=x", "https://a.example/cb?k=%20#state=o");
        check(json!({"location": "https://b.example/", "query": {"code": "2"}}), "https://a.example/cb", "https://b.example/?code=2");
    }

    #[test]
    fn an_answer_that_leads_nowhere_is_not_sent_anywhere() {
        let mut headers = HeaderMap::new();
        alteration(json!({"location": "https://evil.example/"})).redirect(&mut headers, &sign);
        assert!(headers.is_empty());
    }

    #[test]
    fn only_the_meant_token_gets_other_claims() {
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJhIn0.c2ln";
        let body = json!({"id_token": token, "access_token": token, "opaque": "00D!x.y.z"}).to_string();
        let altered = alteration(json!({"claims": {"aud": "b"}, "token": "id_token"})).body(body.as_bytes(), &sign).unwrap();
        let altered: Value = serde_json::from_slice(&altered).unwrap();
        assert_eq!(altered["id_token"], "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJiIn0.c2lnbmF0dXJl");
        assert_eq!((&altered["access_token"], &altered["opaque"]), (&json!(token), &json!("00D!x.y.z")));
    }

    #[test]
    fn a_token_under_a_shared_secret_says_so() {
        let body = json!({"id_token": "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJhIn0.c2ln"}).to_string();
        let altered = alteration(json!({"signature": "hmac"})).body(body.as_bytes(), &sign).unwrap();
        let altered: Value = serde_json::from_slice(&altered).unwrap();
        assert_eq!(altered["id_token"], "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJhIn0.c2hhcmVk");
    }

    #[test]
    fn a_token_in_the_fragment_is_altered_too() {
        let location = "https://a.example/cb#id_token=eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJhIn0.c2ln&state=x";
        let mut headers = HeaderMap::from_iter([(header::LOCATION, location.parse().unwrap())]);
        alteration(json!({"signature": "none"})).redirect(&mut headers, &sign);
        assert_eq!(headers[header::LOCATION], "https://a.example/cb#id_token=eyJhbGciOiJub25lIn0.eyJhdWQiOiJhIn0.&state=x");
    }
}
