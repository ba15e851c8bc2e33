//! An entry as the control API shows it: read, judged, freed of secrets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::entry::{Entry, Event, Rest};
use super::redact::{self, FingerprintKey};
use super::secret_names::is_secret;
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
    let parameter = |name: &str| params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    json!({
        "seq": entry.seq,
        "event": match entry.event { Event::Request => "request", Event::Held => "held" },
        "at": entry.taken.at.iso(),
        "virtual_at": entry.taken.virtual_at.iso(),
        "answered_at": entry.answered_at().map(Timestamp::iso),
        "connection": entry.taken.connection,
        "source": entry.taken.source.to_string(),
        "site": site(entry.taken.site, names),
        "scheme": entry.taken.scheme.as_str(),
        "org": org.map(|org| names.org(org).unwrap_or_else(|| org.to_string())),
        "app": noted.app.map(|app| names.app(app).unwrap_or_else(|| app.to_string())),
        "user": noted.user.map(|user| org.and_then(|org| names.user(org, user)).unwrap_or_else(|| user.to_string())),
        "grant": noted.grant.map(|grant| grant.to_string()),
        "generation": { "presented": noted.presented, "issued": noted.issued },
        "flow": flow(&params),
        "client_id": parameter("client_id"),
        "client_auth": client_auth(&request, &params),
        "method": entry.taken.method.as_str(),
        "path": redact::url(&String::from_utf8_lossy(entry.target())),
        "route": Some(entry.taken.route).filter(|route| !route.is_empty()),
        "params": shown(&params),
        "fingerprints": fingerprints(key, entry.taken.route, &request, &answer, &params),
        "status": Some(entry.status).filter(|status| *status != 0),
        "error": answer.error(entry.status),
        "refusal": noted.refusal,
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

type Params = Vec<(String, String)>;

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

    /// Parameters of the query, then of a form body.
    fn params(&self, entry: &Entry) -> Params {
        let target = String::from_utf8_lossy(entry.target());
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let form: &[u8] = if self.kind().starts_with("application/x-www-form-urlencoded") { self.body } else { &[] };
        both(query.as_bytes(), form)
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

fn shown(params: &Params) -> Map<String, Value> {
    let mut shown = Map::new();
    for (name, value) in params {
        let value = if is_secret(name) && !value.is_empty() { redact::REDACTED } else { value };
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

fn both(first: &[u8], second: &[u8]) -> Params {
    form_urlencoded::parse(first).into_owned().chain(form_urlencoded::parse(second).into_owned()).collect()
}

fn location_params(location: &str) -> Params {
    let query = location.split_once('?').map_or("", |(_, rest)| rest.split('#').next().unwrap_or_default());
    let fragment = location.split_once('#').map_or("", |(_, fragment)| fragment);
    both(query.as_bytes(), fragment.as_bytes())
}

/// Fingerprints of what was presented, by parameter name (`bearer` for the Authorization header), and under `issued` of
/// what the answer gave out.
fn fingerprints(key: &FingerprintKey, route: &str, request: &Message<'_>, answer: &Message<'_>, params: &Params) -> Map<String, Value> {
    let mut prints = redact::fingerprints(key, params.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    if let Some((scheme, token)) = request.header("authorization").and_then(|value| value.split_once(' ')) {
        let name = if scheme.eq_ignore_ascii_case("basic") { "basic" } else { "bearer" };
        prints.insert(name.into(), key.describe(name, token.trim()));
    }
    // Only OAuth gives tokens out; other bodies can be long.
    let body = Some(answer).filter(|_| route.starts_with("oauth/")).and_then(Message::json).unwrap_or_default();
    let members = body.as_object().into_iter().flatten().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
    let location = answer.header("location").map(location_params).unwrap_or_default();
    let redirected = location.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let issued = redact::fingerprints(key, members.chain(redirected));
    if !issued.is_empty() {
        prints.insert("issued".into(), issued.into());
    }
    prints
}
