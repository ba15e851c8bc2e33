//! Addresses, TLS, the forward proxy and the limits of a connection, over the wire.

use std::time::Duration;

use reqwest::{Certificate, Client, Method, Proxy, Version};
use serde_json::{Value, json};
use sf_mock::Config;
use sf_mock::config::{Addressing, TlsPorts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bench::Mock;

const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Sends bytes to a listener and reads until it closes the connection.
async fn exchange(url: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A reset counts as the end: what was answered before it is there.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

/// A GET over HTTP/1.1 with the given target and headers.
async fn get(url: &str, target: &str, headers: &str) -> String {
    exchange(url, format!("GET {target} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n\r\n").as_bytes()).await
}

fn issuer(answer: &str) -> String {
    let body = answer.split_once("\r\n\r\n").map_or(answer, |(_, body)| body);
    serde_json::from_str::<Value>(body).unwrap_or_else(|error| panic!("{error}: {answer}"))["issuer"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn answers_keep_the_suffix_that_was_asked() {
    let mock = Mock::start().await;
    let own = &mock.login_url;
    let check = async |host: &str, expected: &str| {
        assert_eq!(issuer(&get(own, DISCOVERY, &format!("Host: {host}")).await), expected, "{host}");
    };
    check("login.salesforce.com", "http://login.salesforce.com").await;
    check("acme.my.salesforce.com", "http://acme.my.salesforce.com").await;
    check("acme--uat.sandbox.my.localhost:8844", "http://acme--uat.sandbox.my.localhost:8844").await;
    check(own.trim_start_matches("http://"), own).await;
}

#[tokio::test]
async fn a_host_that_is_not_ours_is_refused() {
    let mock = Mock::start().await;
    let check = async |headers: &str, expected: &str| {
        assert_eq!(status(&get(&mock.login_url, "/services/data", headers).await), expected, "{headers}");
    };
    check("Host: rebound.example", "421").await;
    check("Host: nobody.my.salesforce.com", "404").await;
    check("Host: login.salesforce.com\r\nHost: localhost", "400").await;
    check("X-No-Host: 1", "400").await;
}

#[tokio::test]
async fn the_control_api_answers_only_its_own_programs() {
    let mock = Mock::with(Config { control_token: Some("t0ken".into()), ..Config::on_free_ports() }).await;
    let own = mock.login_url.trim_start_matches("http://").to_owned();
    let check = async |headers: String, expected: &str| {
        assert_eq!(status(&get(&mock.login_url, "/_mock/v1/faults", &headers).await), expected, "{headers}");
    };
    let token = "Authorization: Bearer t0ken";
    check(format!("Host: {own}\r\n{token}"), "200").await;
    check(format!("Host: {own}\r\n{token}\r\nOrigin: http://{own}"), "200").await;
    check(format!("Host: {own}"), "401").await;
    check(format!("Host: {own}\r\nAuthorization: Bearer other"), "401").await;
    check(format!("Host: login.salesforce.com\r\n{token}"), "404").await;
    check(format!("Host: rebound.example\r\n{token}"), "421").await;
    check(format!("Host: {own}\r\n{token}\r\nOrigin: http://evil.example"), "403").await;
    check(format!("Host: {own}\r\n{token}\r\nSec-Fetch-Site: cross-site"), "403").await;
}

#[tokio::test]
async fn a_form_post_cannot_drive_the_control_api() {
    let mock = Mock::start().await;
    let answer = mock.send(mock.client.post(mock.at("/_mock/v1/faults")).form(&[("action", "x")])).await;
    assert_eq!(answer.status, 415);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

/// A client that trusts the local CA and comes through the forward proxy, or not.
async fn trusting_client(mock: &Mock, proxied: bool, http2: bool) -> Client {
    let pem = std::fs::read(mock.running.ready().ca_file.expect("the CA has been made")).unwrap();
    let client = Client::builder().tls_certs_only([Certificate::from_pem(&pem).unwrap()]).no_proxy();
    let client = if proxied { client.proxy(Proxy::all(&mock.login_url).unwrap()) } else { client };
    let client = if http2 { client } else { client.http1_only() };
    client.build().unwrap()
}

#[tokio::test]
async fn a_client_with_hard_coded_hosts_comes_through_the_proxy() {
    let config = Config::on_free_ports();
    sf_mock::ca_file(&config).unwrap();
    let mock = Mock::with(config).await;
    for (http2, version) in [(false, Version::HTTP_11), (true, Version::HTTP_2)] {
        let client = trusting_client(&mock, true, http2).await;
        for origin in ["https://login.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com"] {
            let answer = client.get(format!("{origin}{DISCOVERY}")).send().await.unwrap();
            assert_eq!(answer.version(), version);
            assert_eq!(issuer(&answer.text().await.unwrap()), origin);
        }
    }
    let plain = trusting_client(&mock, true, false).await.get(format!("http://test.salesforce.com{DISCOVERY}")).send().await.unwrap();
    assert_eq!(issuer(&plain.text().await.unwrap()), "http://test.salesforce.com");
}

#[tokio::test]
async fn the_proxy_leads_nowhere_else() {
    let mock = Mock::start().await;
    let connect = async |url: &str, target: &str| {
        exchange(url, format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n").as_bytes()).await
    };
    assert_eq!(status(&connect(&mock.login_url, "example.com:443").await), "403");
    assert_eq!(status(&connect(&mock.login_url, "login.salesforce.com.example:443").await), "403");
    assert_eq!(status(&connect(&mock.login_url, "login.salesforce.com:80").await), "403");
    assert_eq!(status(&connect(&mock.test_url, "login.salesforce.com:443").await), "403");
    assert_eq!(status(&get(&mock.login_url, "http://example.com/services/data", "Host: example.com").await), "403");
    assert_eq!(status(&get(&mock.login_url, "http://127.0.0.1:1/services/data", "Host: 127.0.0.1:1").await), "403");
    assert_eq!(status(&get(&mock.login_url, &format!("{}/services/data", mock.login_url), "Host: localhost").await), "200");
}

#[tokio::test]
async fn tls_listeners_stand_beside_the_plain_ones() {
    let mock = Mock::with(Config { tls: Some(TlsPorts { login: 0, test: 0 }), ..Config::on_free_ports() }).await;
    let ready = mock.running.ready();
    let client = trusting_client(&mock, false, true).await;
    for url in [ready.login_url_tls.unwrap(), ready.test_url_tls.unwrap()] {
        assert!(url.starts_with("https://127.0.0.1:"));
        let answer = client.get(format!("{url}{DISCOVERY}")).send().await.unwrap();
        assert_eq!(issuer(&answer.text().await.unwrap()), url);
    }
}

#[tokio::test]
async fn with_ports_every_org_has_a_listener() {
    let mock = Mock::with(Config { addressing: Addressing::Ports, ..Config::on_free_ports() }).await;
    let ready = mock.running.ready();
    let urls: std::collections::HashSet<_> = ready.orgs.iter().map(|org| &org.instance_url).collect();
    assert_eq!(urls.len(), ready.orgs.len());
    let token = mock.token("acme", "admin").await;
    for org in &ready.orgs {
        let answer = mock.rest(Method::GET, &token, &format!("{}/services/data/v67.0/limits", org.instance_url), None).await;
        assert_eq!(answer.status.is_success(), org.name == "acme", "{}: {}", org.name, answer.text);
    }
}

#[tokio::test]
async fn heads_beyond_salesforces_limits_are_refused() {
    let mock = Mock::start().await;
    let check = async |target: String, headers: String, expected: &str| {
        let answer = get(&mock.login_url, &target, &format!("Host: login.salesforce.com\r\n{headers}")).await;
        assert_eq!(status(&answer), expected);
    };
    check(format!("/services/data?q={}", "a".repeat(16_367)), "X: 1".into(), "431").await;
    check(format!("/services/data?q={}", "a".repeat(16_368)), "X: 1".into(), "414").await;
    check(format!("/services/data?q={}", "a".repeat(100_000)), "X: 1".into(), "414").await;
    check(format!("/services/data?q={}", "%20".repeat(100_000)), "X: 1".into(), "414").await;
    check("/services/data".into(), format!("X: {}", "a".repeat(16_000)), "200").await;
    check("/services/data".into(), format!("X: {}", "a".repeat(16_384)), "431").await;
    check("/services/data".into(), format!("X: {}", "a".repeat(100_000)), "431").await;
    check("/services/data".into(), format!("X: {}", "a".repeat(600_000)), "431").await;
    check("/services/data".into(), "X: 1\r\n".repeat(5_000), "431").await;
}

#[tokio::test]
async fn what_is_not_http_gets_a_bare_400() {
    let mock = Mock::start().await;
    let check = async |bytes: &[u8]| assert_eq!(status(&exchange(&mock.login_url, bytes).await), "400", "{}", String::from_utf8_lossy(bytes));
    check(b"nonsense\r\n\r\n").await;
    check(b"GET /services/data HTTP/9.9\r\n\r\n").await;
    check(b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    check(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n").await;
    assert_eq!(mock.get("/services/data").await.status, 200);
}

#[tokio::test]
async fn headers_are_spelled_as_salesforce_spells_them() {
    let mock = Mock::start().await;
    let host = "Host: login.salesforce.com";
    let names = |answer: &str| -> Vec<String> {
        let head = answer.split_once("\r\n\r\n").unwrap().0;
        head.lines().skip(1).map(|line| line.split(':').next().unwrap().to_owned()).collect()
    };
    let given = names(&get(&mock.login_url, "/services/data", host).await);
    let refused = names(&get(&mock.login_url, "/services/data/v67.0/limits", &format!("{host}\r\nAuthorization: Bearer 00D000000000001!x")).await);
    for spelled in [&given, &refused] {
        for name in ["Content-Type", "Content-Length", "Date"] {
            assert!(spelled.iter().any(|header| header == name), "{name} in {spelled:?}");
        }
    }
}

#[tokio::test]
async fn gzip_is_spoken_in_both_directions() {
    let mock = Mock::start().await;
    let token = mock.token("acme", "admin").await;
    let request = mock.client.get(mock.at("/services/data/v67.0/sobjects/Account/describe")).bearer_auth(&token);
    let packed = request.header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let packed = packed.bytes().await.unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed[..]), &mut text).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["name"], "Account");

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, json!({"Name": "Packed"}).to_string().as_bytes()).unwrap();
    let request = mock.client.post(mock.at("/services/data/v67.0/sobjects/Account")).bearer_auth(&token);
    let request = request.header("content-type", "application/json").header("content-encoding", "gzip").body(encoder.finish().unwrap());
    assert_eq!(mock.send(request).await.status, 201);
}

#[tokio::test]
async fn a_slash_at_the_end_is_tolerated() {
    let mock = Mock::start().await;
    let bare = mock.get("/services/data").await;
    assert_eq!(mock.get("/services/data/").await.text, bare.text);
    assert_eq!(mock.send(mock.client.head(mock.at("/services/data"))).await.status, 200);
}

#[tokio::test]
async fn a_stop_lets_requests_under_way_finish() {
    let mock = Mock::start().await;
    mock.control(Method::POST, "/faults", json!({"match": {"route": "rest/versions"}, "action": {"delay_ms": 300}})).await;
    let url = mock.at("/services/data");
    let client = mock.client.clone();
    let slow = tokio::spawn(async move { client.get(url).send().await.unwrap().status() });
    until(async || mock.control(Method::GET, "/faults", Value::Null).await["faults"][0]["applied"] == 1).await;
    let address = mock.login_url.trim_start_matches("http://").to_owned();
    mock.running.stop().await;
    assert_eq!(slow.await.unwrap(), 200);
    assert!(TcpStream::connect(address).await.is_err());
}

/// Asks again until it is so; the test's own time limit ends what never becomes true.
pub async fn until(mut so: impl AsyncFnMut() -> bool) {
    let asking = async {
        while !so().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asking).await.expect("it never became so");
}

#[tokio::test]
async fn a_server_that_cannot_start_says_what_to_do() {
    let mock = Mock::start().await;
    let taken: u16 = mock.login_url.rsplit(':').next().unwrap().parse().unwrap();
    let check = async |config: Config, line: &str| assert_eq!(sf_mock::start(config).await.err().unwrap().to_string(), line);
    let in_use = format!("port {taken} of 127.0.0.1 is in use; stop what listens there or choose another with --port");
    check(Config { port: taken, ..Config::on_free_ports() }, &in_use).await;
    let open = Config { host: "0.0.0.0".parse().unwrap(), ..Config::on_free_ports() };
    check(open, "--host 0.0.0.0 opens the control API to others: set --control-token too").await;
}
