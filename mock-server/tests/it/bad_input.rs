//! Hostile input over every route: answered in the family's own dialect, without an internal error, and the server goes on.
//!
//! The invariants are DESIGN's: no status 5xx but the honest 501 for what is not built, nothing in the log at level ERROR,
//! no panic, and no 2xx under `/services` and its like without the credential Salesforce would ask for.

mod wire;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use wire::{Answer, Request, Server};

/// What stands for each `{parameter}` of a path, and in each parameter of a query.
const TEXTS: &[&str] = &[
    "",
    "%00",
    "%ff%fe",
    "%zz",
    "..%2f..%2f",
    "%27",
    "';DROP%20TABLE%20%22Account%22;--",
    "1%27%20OR%20%271%27%3D%271",
    "%7BID%7D",
    "%F0%9F%98%80",
    "Account",
    "sqlite_schema",
    "001000000000000AAA",
    "99999999999999999999",
];

/// Bodies with the type they claim to have.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let json = "application/json";
    let form = "application/x-www-form-urlencoded";
    let mut bodies: Vec<(&'static str, Vec<u8>)> = [
        "",
        " ",
        "null",
        "true",
        "0",
        "1e999",
        "-",
        "\"\"",
        "\"x",
        "[]",
        "{}",
        "[[]]",
        "{\"a\":",
        "{\"a\":1,\"a\":2}",
        "{\"\":\"\"}",
        "nul",
        "\u{feff}{}",
        "{\"Name\":{}}",
        "{\"Name\":[]}",
        "{\"Name\":1}",
        "{\"Name\":true}",
        "{\"Name\":null}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":\"\\u0000\"}",
        "{\"Name\":\"'; DROP TABLE \\\"Account\\\"; --\"}",
        "{\"'; DROP TABLE \\\"Account\\\"; --\":1}",
        "{\"Id\":\"001000000000000AAA\"}",
        "{\"attributes\":7}",
        "{\"AccountId\":\"x\"}",
        "{\"username\":1,\"app\":[],\"name\":{}}",
        "{\"advance\":\"P99999999Y\"}",
        "{\"set\":\"x\"}",
        "{\"match\":[],\"action\":7}",
        "{\"kind\":\"'\",\"name\":\"'\"}",
        "{\"name\":\"\",\"label\":\"\"}",
    ]
    .iter()
    .map(|body| (json, body.as_bytes().to_vec()))
    .collect();
    bodies.extend(["[", "{\"a\":"].map(|opening| (json, opening.repeat(20_000).into_bytes())));
    bodies.push((json, b"{\"Name\":\"\xff\xfe\"}".to_vec()));
    bodies.push((json, vec![0; 64]));
    for text in
        ["", "=", "&&&", "%", "%zz=%zz", "a=%ff", "grant_type", "grant_type=", "grant_type=%00", "client_id=%27&client_secret=%22", "token=%ff"]
    {
        bodies.push((form, text.as_bytes().to_vec()));
    }
    for grant in ["authorization_code", "refresh_token", "password", "client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer", "x"] {
        let hostile = "%27%3BDROP+TABLE+_grant%3B--";
        let form_body =
            format!("grant_type={grant}&client_id={hostile}&client_secret={hostile}&code={hostile}&refresh_token={hostile}&assertion={hostile}");
        bodies.push((form, form_body.into_bytes()));
    }
    bodies.push((form, b"a=b&".repeat(5_000)));
    bodies.push((form, b"\xff\xfe=\xff".to_vec()));
    let entities = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>";
    bodies.push(("application/xml", entities.as_bytes().to_vec()));
    bodies.push(("multipart/form-data; boundary=x", b"--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n".to_vec()));
    bodies.push(("multipart/form-data", b"--".to_vec()));
    bodies.push(("\x7f/;;=", b"x".to_vec()));
    bodies
}

/// `Authorization` headers; a live token comes on top.
const CREDENTIALS: &[&[u8]] = &[
    b"Bearer",
    b"Bearer ",
    b"Bearer x",
    b"Bearer 00D000000000000!x",
    b"Bearer 00D\xff!\xfe",
    b"OAuth '; DROP TABLE _session; --",
    b"Basic",
    b"Basic !!!",
    b"Basic OjpB",
    b"Basic //79/A==",
    b"Digest x",
    b"\xff",
];

/// Paths no family has, and paths written oddly.
const STRANGE_TARGETS: &[&str] = &[
    "/",
    "//",
    "/.",
    "/..",
    "/services",
    "/services/",
    "/services/data/v99.0/",
    "/services/data/v26.0/query?q=SELECT+Id+FROM+Account",
    "/services/data/67.0/",
    "/services/data/v67.0/nothing/here",
    "/services/data//v67.0//sobjects",
    "/services/data/v67.0/sobjects/Account/describe/nothing",
    "/services/data/v67.0/%2e%2e/limits",
    "/services/data/v67.0/query?q=%ff",
    "/services/data/v67.0/query?q=%",
    "/services/data/v67.0/query?q=SELECT+Id+FROM+Account&q=SELECT",
    "/services/oauth2/nothing",
    "/services/Soap/u/67.0",
    "/services/async/67.0/job",
    "/services/apexrest/x",
    "/id/x/y",
    "/id/00D000000000000/005000000000000",
    "/secur/frontdoor.jsp?sid=%27&retURL=//evil.example",
    "/setup/nothing",
    "/packaging/nothing",
    "/_mock",
    "/_mock/",
    "/_mock/v1/nothing",
    "/_mock/org/nothing/setup",
    "/_mock/org/%ff/",
    "/%00",
    "/%ff",
    "/?startURL=%00",
    "/?startURL=https://evil.example",
    "/?un=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "*",
    "http://[::1",
    "http://evil.example/services/data",
    "x",
];

/// SOQL that must be refused, or answered, but never break.
const QUERIES: &[&str] = &[
    "",
    " ",
    "SELECT",
    "SELECT Id",
    "SELECT Id FROM",
    "SELECT Id FROM Account WHERE",
    "SELECT * FROM Account",
    "SELECT Id FROM Account; DROP TABLE Account",
    "SELECT Id FROM _user",
    "SELECT sql FROM sqlite_schema",
    "SELECT Id FROM Account WHERE Name = '\\'",
    "SELECT Id FROM Account WHERE Name = ''' OR 1=1 --'",
    "SELECT Id FROM Account WHERE Name = '\u{0}'",
    "SELECT Id FROM Account WHERE Name LIKE '%\\_%' AND Name LIKE '\\\\'",
    "SELECT Id FROM Account WHERE NumberOfEmployees = 99999999999999999999999999",
    "SELECT Id FROM Account WHERE AnnualRevenue = 1e999",
    "SELECT Id FROM Account WHERE CreatedDate > 9999-99-99T99:99:99Z",
    "SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS:99999999999",
    "SELECT Id FROM Account LIMIT -1",
    "SELECT Id FROM Account LIMIT 99999999999999999999",
    "SELECT Id FROM Account OFFSET 99999",
    "SELECT Owner.Owner.Owner.Owner.Owner.Owner.Name FROM Account",
    "SELECT Id FROM Account WHERE Id IN ()",
    "SELECT Id FROM Account WHERE Id IN ('x', 'y')",
    "SELECT \u{1F600} FROM \u{1F600}",
    "SELECT \"Id\" FROM \"Account\"",
    "SELECT Id FROM Account WHERE Name = :bind",
];

/// Requests whose head a client library would not even write.
fn malformed_heads() -> Vec<Vec<u8>> {
    let flood: String = (0..2_000).map(|number| format!("x-{number}: y\r\n")).collect();
    let long = "a".repeat(40_000);
    [
        "\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\n\r\n".to_owned(),
        "GET /\u{0} HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: \u{7f}\r\nconnection: close\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: x.my.salesforce.com\r\nconnection: close\r\n\r\n".to_owned(),
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n".to_owned(),
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab".to_owned(),
        "POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_owned(),
        "POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: x\r\nconnection: close\r\n\r\n".to_owned(),
        "CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n".to_owned(),
        "CONNECT login.salesforce.com:25 HTTP/1.1\r\nhost: login.salesforce.com\r\n\r\n".to_owned(),
        format!("GET /services/data HTTP/1.1\r\nhost: localhost\r\n{flood}\r\n"),
        format!("GET /services/data HTTP/1.1\r\nhost: localhost\r\ncookie: {long}\r\nconnection: close\r\n\r\n"),
        format!("GET /services/data HTTP/1.1\r\nhost: localhost\r\n{long}: x\r\nconnection: close\r\n\r\n"),
        format!("GET /services/data/{long} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"),
        format!("{long} / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u{0}\u{0}\u{0}\u{0}\u{0}".to_owned(),
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}".to_owned(),
    ]
    .map(String::into_bytes)
    .into()
}

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"];

#[test]
fn hostile_input_is_refused_in_the_familys_own_words_and_the_server_goes_on() {
    let mut server = Server::start();
    let token = session_of(&server);
    let requests = requests(&token);
    let failures = check_all(&server, &requests);
    let limits = Request::new("GET", "/services/data/v67.0/limits").header("authorization", format!("Bearer {token}"));
    assert_eq!(server.send(&limits).map(|answer| answer.status), Some(200), "the session the requests were signed with");
    for head in malformed_heads() {
        // Half a request is waited for; no answer to it is fine.
        if let Some(answer) = server.send_bytes(&head, Duration::from_millis(300)) {
            assert!(answer.status < 500, "{} to {}", answer.status, String::from_utf8_lossy(&head[..head.len().min(80)]));
        }
    }
    assert!(server.is_running(), "the server ended");
    let versions = server.send(&Request::new("GET", "/services/data")).expect("an answer after all this");
    assert_eq!(versions.status, 200);
    let log = server.stop();
    let complaints: Vec<&str> = log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).take(20).collect();
    let shown: Vec<_> = failures.iter().take(40).map(|(why, (times, request))| format!("{times} times: {why}\n{request}")).collect();
    assert!(failures.is_empty(), "{} kinds of failure in {} requests:\n\n{}", failures.len(), requests.len(), shown.join("\n\n"));
    assert!(complaints.is_empty(), "in the log:\n{}", complaints.join("\n"));
}

fn session_of(server: &Server) -> String {
    let body = r#"{"username":"admin@acme.example"}"#;
    let answer = server.send(&Request::new("POST", "/_mock/v1/orgs/acme/sessions").body("application/json", body)).expect("an answer");
    let session = answer.json().unwrap_or_else(|| panic!("no session but {answer:?}"));
    session["access_token"].as_str().unwrap_or_else(|| panic!("no session but {session}")).to_owned()
}

/// Every route with every text, body, method and credential; then the odd ones.
fn requests(token: &str) -> Vec<Request> {
    let bearer = format!("Bearer {token}");
    let signed = |method: &str, target: String| Request::new(method, target).header("authorization", bearer.as_bytes());
    let mut requests = Vec::new();
    for route in routes() {
        let path = filled(route.path, "Account");
        for method in &route.methods {
            for text in TEXTS {
                let path = filled(route.path, text);
                let query = format!("q={text}&fields={text}&start={text}&end={text}&sid={text}&id={text}&client_id={text}&redirect_uri={text}");
                requests.push(signed(method, format!("{path}?{query}")));
                requests.push(Request::new(method, path));
            }
            if method != "GET" && method != "DELETE" {
                requests.extend(bodies().into_iter().map(|(kind, body)| signed(method, path.clone()).body(kind, body)));
                requests.push(signed(method, path.clone()).header("content-encoding", "gzip").body("application/json", "no gzip"));
            }
            requests.push(signed(method, path.clone()).header("accept", "\u{1}/x;;q=9"));
            requests.push(signed(method, path.clone()).header("cookie", b"sid=\xff; sid_00D=; =;;".as_slice()));
            requests.push(
                signed(method, path.clone()).header("if-modified-since", "x").header("if-match", "x").header("sforce-query-options", "batchSize=-1"),
            );
        }
        requests.extend(METHODS.iter().map(|method| signed(method, path.clone())));
        let first = route.methods.first().map_or("GET", String::as_str);
        requests.extend(CREDENTIALS.iter().map(|credential| Request::new(first, path.clone()).header("authorization", *credential)));
    }
    for target in STRANGE_TARGETS {
        requests.extend(["GET", "POST", "BREW"].iter().map(|method| signed(method, (*target).to_owned())));
    }
    for resource in ["query", "queryAll"] {
        requests.extend(QUERIES.iter().map(|soql| signed("GET", format!("/services/data/v67.0/{resource}?q={}", encoded(soql)))));
    }
    let chain = "(Name = 'a' OR ".repeat(300) + "Name = 'b'" + &")".repeat(300);
    requests.push(signed("GET", format!("/services/data/v67.0/query?q={}", encoded(&format!("SELECT Id FROM Account WHERE {chain}")))));
    for target in ["/services/data/v67.0/sobjects/Account", "/services/oauth2/token", "/_mock/v1/orgs", "/login"] {
        requests.push(signed("POST", target.to_owned()).body("application/json", vec![b'['; 10 << 20]));
        requests.push(signed("POST", target.to_owned()).body("application/x-www-form-urlencoded", vec![b'a'; 10 << 20]));
    }
    let bomb = zipped(&vec![b'a'; 4 << 20]);
    requests
        .push(signed("POST", "/services/oauth2/token".to_owned()).header("content-encoding", "gzip").body("application/x-www-form-urlencoded", bomb));
    requests
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The routes; those of the journal come first, while it is short. A reset would end the session the others use.
fn routes() -> Vec<sf_mock::Route> {
    let mut routes = sf_mock::routes();
    routes.retain(|route| route.id != "control/reset");
    routes.sort_by_key(|route| !route.id.starts_with("control/requests"));
    routes
}

/// The path with `text` for every parameter, except that versions stay real half of the time.
fn filled(path: &str, text: &str) -> String {
    let version = if text.len().is_multiple_of(2) { text } else { "v67.0" };
    path.split('/')
        .map(|segment| match segment.strip_prefix('{') {
            Some("version}") => version,
            Some(_) => text,
            None => segment,
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Sends all requests, four at a time. What broke an invariant comes back with how often it did and one request that shows it.
fn check_all(server: &Server, requests: &[Request]) -> BTreeMap<String, (usize, String)> {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(BTreeMap::new());
    let work = || {
        while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(why) = check(server, request) {
                failures.lock().unwrap().entry(why).or_insert_with(|| (0, request.to_string())).0 += 1;
            }
        }
    };
    thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(work))));
    failures.into_inner().unwrap()
}

fn check(server: &Server, request: &Request) -> Result<(), String> {
    // A request line that cannot be read ends the connection at worst.
    let Some(answer) = server.send(request) else { return if request.target.starts_with('/') { Err("no answer".to_owned()) } else { Ok(()) } };
    let honest = answer.status == 501 && String::from_utf8_lossy(&answer.body).contains("MOCK_NOT_IMPLEMENTED");
    if answer.status >= 500 && !honest && !is_fault(request, &answer) {
        return Err(format!("status {}: {}", answer.status, String::from_utf8_lossy(&answer.body)));
    }
    let anonymous = !request.headers.iter().any(|(name, value)| name == "authorization" && value.len() > 60);
    if anonymous && (200..300).contains(&answer.status) && is_guarded(&request.target) {
        return Err(format!("status {} without a credential", answer.status));
    }
    if (400..500).contains(&answer.status) && request.method != "HEAD" { check_dialect(&request.target, &answer) } else { Ok(()) }
}

/// SOAP answers every refusal with 500. One that admits an error of the server's own is none.
fn is_fault(request: &Request, answer: &Answer) -> bool {
    let body = String::from_utf8_lossy(&answer.body);
    let is_soap = ["/services/Soap/u", "/services/Soap/c", "/services/Soap/m"].iter().any(|prefix| request.target.starts_with(prefix));
    is_soap
        && answer.status == 500
        && body.contains("<soapenv:Fault><faultcode>")
        && !body.contains("UNKNOWN_EXCEPTION")
        && !body.contains("SERVER_UNAVAILABLE")
}

/// Paths that answer only to those Salesforce knows. Logging in, the list of versions and the discovery documents are open to all.
fn is_guarded(target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default().trim_end_matches('/');
    let open = [
        "/services/data",
        "/services/oauth2/authorize",
        "/services/oauth2/token",
        "/services/oauth2/revoke",
        "/secur/forgotpassword.jsp",
        "/setup/connect",
        "/services/oauth2/echo",
        "/services/oauth2/pkce/generator",
        "/services/oauth2/success",
        "/services/oauth2/callback",
    ];
    let guarded = ["/services/", "/setup/", "/id/", "/secur/", "/packaging/"];
    guarded.iter().any(|prefix| path.starts_with(prefix)) && !open.contains(&path) && path != "/id/keys"
}

/// Whether a refusal is written as its family writes refusals.
fn check_dialect(target: &str, answer: &Answer) -> Result<(), String> {
    // Framing errors are refused before any family is known.
    if matches!(answer.status, 400 | 414 | 431) && answer.body.is_empty() {
        return Ok(());
    }
    let fits = if target.starts_with("/services/data/v") {
        answer
            .json()
            .as_ref()
            .and_then(Value::as_array)
            .is_some_and(|errors| errors.iter().all(|error| error["errorCode"].is_string() && error["message"].is_string()))
    } else if target.starts_with("/services/oauth2/token") || target.starts_with("/services/oauth2/introspect") {
        answer.json().is_some_and(|refusal| refusal["error"].is_string() && refusal["error_description"].is_string())
    } else if target.starts_with("/_mock/v1/") {
        answer.content_type.starts_with("application/problem+json") && answer.json().is_some_and(|problem| problem["status"] == answer.status)
    } else {
        true
    };
    if fits {
        Ok(())
    } else {
        Err(format!(
            "not the family's dialect: {} {} {}",
            answer.status,
            answer.content_type,
            String::from_utf8_lossy(&answer.body[..answer.body.len().min(200)])
        ))
    }
}
