//! An entry as the control API shows it: read, judged, freed of secrets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::assertion::unverified as unverified_jwt;
use super::entry::{Entry, Event, Rest};
use super::params::{Params, pairs, params};
use super::redact::{self, FingerprintKey};
use super::secret_names::{is_secret, is_secret_member};
use crate::clock::Timestamp;
use crate::id::{AppId, OrgId, UserId};
use crate::org::Host;

/// Names for the ids an entry holds; None for what has been removed since.
pub trait Names {
    fn org(&self, org: OrgId) -> Option<String>;
    fn app(&self, app: AppId) -> Option<String>;
    fn user(&self, org: OrgId, user: UserId) -> Option<String>;
}

/// The entry as CONTRACT's journal element.
pub fn render(entry: &Entry, key: &FingerprintKey, names: &impl Names) -> Value {
    let request = Message::request(entry);
    let answer = Message::answer(entry);
    let noted = entry.taken.facts.read();
    let org = noted.org.or(match entry.taken.site {
        Host::Org(org) => Some(org),
        Host::Login | Host::Test => None,
    });
    let params = request.params(entry);
    json!({
        "seq": entry.seq,
        "event": match entry.event { Event::Request => "request", Event::Held => "held" },
        "at": entry.taken.at.iso(),
        "virtual_at": entry.taken.virtual_at.iso(),
        "answered_at": entry.answered_at().map(Timestamp::iso),
        "order": { "arrived": entry.taken.moment, "answered": entry.answered_moment() },
        "connection": entry.taken.connection,
        "source": entry.taken.source.to_string(),
        "site": site(entry.taken.site, names),
        "scheme": entry.taken.scheme.as_str(),
        "org": org.map(|org| names.org(org).unwrap_or_else(|| org.to_string())),
        "app": noted.app.map(|app| names.app(app).unwrap_or_else(|| app.to_string())),
        "user": noted.user.map(|user| org.and_then(|org| names.user(org, user)).unwrap_or_else(|| user.to_string())),
        "grant": noted.grant.map(|grant| grant.to_string()),
        "session": noted.live.map(|live| if live { "live" } else { "ended" }),
        "generation": { "presented": noted.presented, "issued": noted.issued },
        "flow": flow(&params),
        "client_id": client_id(&request, &params),
        "client_auth": client_auth(&request, &params),
        "method": entry.taken.method.as_str(),
        "path": redact::url(&String::from_utf8_lossy(entry.target())),
        "route": Some(entry.taken.route).filter(|route| !route.is_empty()),
        "params": shown(&params, secrets(entry, &request)),
        "fingerprints": fingerprints(key, entry, &request, &answer, &params),
        "status": Some(entry.status).filter(|status| *status != 0),
        "error": answer.error(entry.status),
        "refusal": noted.refusal.map(|refusal| json!({ "seq": refusal.seq, "rule": refusal.rule, "reason": refusal.reason })),
        "fault": entry.fault,
        "held": entry.held,
        "request": request.shown(entry.request_rest.as_ref()),
        "response": Some(answer.shown(entry.answer_rest.as_ref())).filter(|_| entry.status != 0),
    })
}

fn site(site: Host, names: &impl Names) -> String {
    match site {
        Host::Login => "login".to_owned(),
        Host::Test => "test".to_owned(),
        Host::Org(org) => names.org(org).unwrap_or_else(|| org.to_string()),
    }
}

/// Head and body of one direction, as text.
struct Message<'e> {
    headers: Vec<(String, String)>,
    body: &'e [u8],
}

impl<'e> Message<'e> {
    fn request(entry: &'e Entry) -> Self {
        Self { headers: entry.request_headers().map(text_pair).collect(), body: entry.request_body() }
    }

    fn answer(entry: &'e Entry) -> Self {
        Self { headers: entry.answer_headers().map(text_pair).collect(), body: entry.answer_body() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn kind(&self) -> &str {
        self.header("content-type").unwrap_or_default()
    }

    fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.body).ok()
    }

    /// Parameters of the query, then of the body.
    fn params(&self, entry: &Entry) -> Params {
        params(query(entry.target()), self.kind(), self.body)
    }

    /// Key and secret of the Basic scheme, where they are a client's.
    fn basic(&self) -> Option<(String, String)> {
        let (scheme, value) = self.header("authorization")?.split_once(' ')?;
        let bytes = STANDARD.decode(value.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let (key, secret) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
        let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        Some((decoded(key), decoded(secret)))
    }

    /// The error pair of a refusal, wherever its family puts it: OAuth body, REST array, or redirect.
    fn error(&self, status: u16) -> Option<Value> {
        let pair = |code: &Value, text: &Value| code.is_string().then(|| json!({ "code": code, "message": text }));
        if let Some(location) = self.header("location").filter(|_| (300..400).contains(&status)) {
            let params = location_params(location);
            let find = |name: &str| params.iter().find(|(known, _)| known == name).map_or(Value::Null, |(_, value)| json!(value));
            return pair(&find("error"), &find("error_description"));
        }
        if status < 400 {
            return None;
        }
        let body = self.json()?;
        let first = body.get(0).unwrap_or(&body);
        pair(&first["error"], &first["error_description"]).or_else(|| pair(&first["errorCode"], &first["message"]))
    }

    /// Headers and body with secrets hidden; a body that is not text as base64.
    fn shown(&self, rest: Option<&Rest>) -> Value {
        let mut headers = Map::new();
        for (name, value) in &self.headers {
            redact::add(&mut headers, name, redact::header(name, value).into());
        }
        let mut shown = json!({ "headers": headers, "length": rest.map_or(self.body.len(), |rest| rest.length) });
        // A cut may have split the last character.
        let text = match std::str::from_utf8(self.body) {
            Ok(text) => Some(text),
            Err(error) if rest.is_some() && error.error_len().is_none() => std::str::from_utf8(&self.body[..error.valid_up_to()]).ok(),
            Err(_) => None,
        };
        match text {
            Some(text) => shown["body"] = redact::body(self.kind(), text).into(),
            None => shown["body_base64"] = STANDARD.encode(self.body).into(),
        }
        if let Some(rest) = rest {
            shown["rest"] = json!({ "length": rest.length - self.body.len(), "xxh3": format!("{:032x}", rest.digest) });
        }
        shown
    }
}

fn text_pair((name, value): (&[u8], &[u8])) -> (String, String) {
    (String::from_utf8_lossy(name).into_owned(), String::from_utf8_lossy(value).into_owned())
}

/// Which parameters of the request are secret: members of JSON that is not OAuth's may have the names of ours.
fn secrets(entry: &Entry, request: &Message<'_>) -> fn(&str) -> bool {
    if request.kind().contains("json") && !entry.taken.route.starts_with("oauth/") { is_secret_member } else { is_secret }
}

fn shown(params: &Params, is_secret: fn(&str) -> bool) -> Map<String, Value> {
    let mut shown = Map::new();
    for (name, value) in params {
        let value = if is_secret(redact::last_step(name)) && !value.is_empty() { redact::REDACTED } else { value };
        redact::add(&mut shown, name, value.into());
    }
    shown
}

/// `web_server`, `refresh_token`, … as CONTRACT names flows; None for what is not about a flow.
fn flow(params: &Params) -> Option<&'static str> {
    let find = |wanted: &str| params.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    super::flow_of(find("grant_type"), find("response_type"))
}

/// How the client proved itself, in the words of RFC 8414; None where no client credential was called for.
fn client_auth(request: &Message<'_>, params: &Params) -> Option<&'static str> {
    let has = |wanted: &str| params.iter().any(|(name, value)| name == wanted && !value.is_empty());
    if request.header("authorization").is_some_and(|value| value.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "))) {
        return Some("client_secret_basic");
    }
    if has("client_secret") {
        return Some("client_secret_post");
    }
    if has("client_assertion") {
        return Some("private_key_jwt");
    }
    has("grant_type").then_some("none")
}

fn location_params(location: &str) -> Params {
    let query = location.split_once('?').map_or("", |(_, rest)| rest.split('#').next().unwrap_or_default());
    let fragment = location.split_once('#').map_or("", |(_, fragment)| fragment);
    [pairs(query.as_bytes()), pairs(fragment.as_bytes())].concat()
}

/// The consumer key of whoever asks: a parameter, the user of the Basic scheme, or the issuer of an assertion. Nobody has proven it.
fn client_id(request: &Message<'_>, params: &Params) -> Option<String> {
    let find = |wanted: &str| params.iter().find(|(name, value)| name == wanted && !value.is_empty()).map(|(_, value)| value.clone());
    let issuer = |name: &str| Some(unverified_jwt(&find(name)?)?.1.get("iss")?.as_str()?.to_owned());
    let is_jwt_bearer = find("grant_type").is_some_and(|kind| kind.ends_with(":jwt-bearer"));
    let basic = || request.basic().map(|(key, _)| key).filter(|_| find("grant_type").is_some() || find("token").is_some());
    find("client_id").or_else(basic).or_else(|| issuer("client_assertion")).or_else(|| issuer("assertion").filter(|_| is_jwt_bearer))
}

/// What stands behind the question mark.
fn query(target: &[u8]) -> &[u8] {
    memchr::memchr(b'?', target).map_or(&[], |mark| &target[mark + 1..])
}

/// Fingerprints of what was presented, by parameter name (`bearer` for the Authorization header), and under `issued` of
/// what the answer gave out.
fn fingerprints(key: &FingerprintKey, entry: &Entry, request: &Message<'_>, answer: &Message<'_>, params: &Params) -> Map<String, Value> {
    let arrived = entry.taken.virtual_at;
    let is_secret_here = secrets(entry, request);
    let secret = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(name, _)| is_secret_here(redact::last_step(name)));
    let mut prints = redact::fingerprints(key, arrived, secret);
    if let Some((scheme, token)) = request.header("authorization").and_then(|value| value.split_once(' ')) {
        let name = if scheme.eq_ignore_ascii_case("basic") { "basic" } else { "bearer" };
        prints.insert(name.into(), key.describe(name, token.trim(), arrived));
    }
    if let Some((_, secret)) = request.basic() {
        redact::add(&mut prints, "client_secret", key.describe("client_secret", &secret, arrived));
    }
    if let Some(session) = request.header("x-sfdc-session") {
        prints.insert("bearer".into(), key.describe("bearer", session.trim(), arrived));
    }
    // Only OAuth gives tokens out; other bodies can be long.
    let body = Some(answer).filter(|_| entry.taken.route.starts_with("oauth/")).and_then(Message::json).unwrap_or_default();
    let members = body.as_object().into_iter().flatten().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
    let location = answer.header("location").map(location_params).unwrap_or_default();
    let redirected = location.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let issued = redact::fingerprints(key, arrived, members.chain(redirected));
    if !issued.is_empty() {
        prints.insert("issued".into(), issued.into());
    }
    prints
}
