//! The http driver: services that keep to the protocol, and some that do not.

use std::time::{Duration, Instant};

use sf_conformance::integration::{Driver, Integration, Kind, Operation, Reply, State};

use super::workshop::{Workshop, blamed, small_limits};

/// A service that does `deed` with each request; it knows `op`, `request` and `say(status, body)`.
fn service(deed: &str) -> String {
    format!(
        r#"
import json, os, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(404); self.send_header("Content-Length", "0"); self.end_headers()
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Bearer " + os.environ["SFCERT_RUN_TOKEN"]:
            return self.say(401, {{}})
        op = request["op"]
        self.request_id = request["id"]
        if op == "hello":
            return self.ok({{"name": "Small", "version": "1", "app_kind": "public", "operations": ["status"]}})
        {deed}
    def ok(self, result):
        self.say(200, {{"v": 1, "id": self.request_id, "ok": True, "result": result}})
    def say(self, status, body):
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments):
        pass
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"#
    )
}

fn integration(workshop: &Workshop, deed: &str) -> Integration {
    workshop.write("service.py", &service(deed));
    let file = "name: Small\nversion: '1'\nhttp:\n  base: 'http://127.0.0.1:{port}'\n  start:\n    run: [python3, service.py]\n";
    workshop.write("http.yaml", file);
    Integration::read(&workshop.folder.path().join("http.yaml")).unwrap().on_free_port().unwrap()
}

async fn start(workshop: &Workshop, deed: &str) -> Driver {
    Driver::start_within(&integration(workshop, deed), &workshop.surroundings, small_limits()).await.unwrap()
}

fn status() -> Operation {
    Operation::Status { connection: "main".into() }
}

#[tokio::test]
async fn a_service_is_started_asked_and_restarted() {
    let workshop = Workshop::new();
    let counting = r#"path = os.path.join(os.environ["SFCERT_STATE_DIR"], "count")
        count = int(open(path).read()) + 1 if os.path.exists(path) else 1
        open(path, "w").write(str(count))
        self.ok({"state": "not_connected", "detail": str(count)})"#;
    let small = start(&workshop, counting).await;
    assert_eq!((small.kind(), small.hello().await.unwrap().name.as_str()), (Kind::Http, "Small"));
    assert_eq!(small.ask(status()).await.unwrap().status().unwrap().detail, "1");
    small.restart().await.unwrap();
    let told = small.ask(status()).await.unwrap().status().unwrap();
    assert_eq!((told.state, told.detail.as_str()), (State::NotConnected, "2"));
    small.kill().await.unwrap();
    assert!(blamed(small.ask(status()).await).contains("does not run"));
}

#[tokio::test]
async fn operations_that_a_service_does_not_know_are_unsupported() {
    let workshop = Workshop::new();
    let small = start(&workshop, r#"self.say(200, {"v": 1, "id": request["id"], "ok": False, "error": {"code": "unsupported"}})"#).await;
    assert_eq!(small.ask(status()).await.unwrap(), Reply::Unsupported);
}

#[tokio::test]
async fn a_service_that_breaks_the_protocol_is_told_so_in_time() {
    let check = async |deed: &str, words: &str| {
        let begin = Instant::now();
        let workshop = Workshop::new();
        let small = start(&workshop, deed).await;
        let told = blamed(small.ask(status()).await);
        assert!(told.contains(words), "{deed}: {told}");
        assert!(begin.elapsed() < Duration::from_secs(15), "{deed} took {:?}", begin.elapsed());
    };
    check("self.say(500, {})", "status 500").await;
    check(r#"self.say(200, {"v": 1, "id": "another", "ok": True})"#, "another id").await;
    check(r#"self.say(200, [1])"#, "is none").await;
    check("time.sleep(60)", "POST /sfcert/v1").await;
}

#[tokio::test]
async fn a_service_that_floods_drips_or_dies_is_stopped() {
    let check = async |deed: &str, words: &[&str]| {
        let begin = Instant::now();
        let workshop = Workshop::new();
        let small = start(&workshop, deed).await;
        let told = blamed(small.ask(status()).await);
        assert!(words.iter().any(|word| told.contains(word)), "{deed}: {told}");
        assert!(begin.elapsed() < Duration::from_secs(15), "{deed} took {:?}", begin.elapsed());
    };
    let head = r#"self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")"#;
    check(&format!("{head}\n        while True: self.wfile.write(b' ' * 65536)"), &["a body of more than"]).await;
    check(&format!("{head}\n        while True: self.wfile.write(b' '); self.wfile.flush(); time.sleep(0.05)"), &["no answer", "timed out"]).await;
    check(&format!("{head}\n        time.sleep(60)"), &["timed out", "no answer"]).await;
    check("[self.wfile.write(b'X-A: ' + b'a' * 1000 + b'\\r\\n') for _ in ([self.wfile.write(b'HTTP/1.1 200 OK\\r\\n')] + [0] * 90)]; self.wfile.write(b'Content-Length: 0\\r\\n\\r\\n')", &["bytes of headers", "POST"]).await;
    check("os._exit(3)", &["exit status: 3"]).await;
    check(r#"body = __import__("gzip").compress(b" " * (2 << 20)); self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)); self.wfile.write(body)"#, &["packed"]).await;
}

#[tokio::test]
async fn a_service_that_does_not_get_ready_is_told_so() {
    let workshop = Workshop::new();
    let mut integration = integration(&workshop, "");
    workshop.write("service.py", "import sys; sys.exit('no configuration')\n");
    let told = blamed(Driver::start_within(&integration, &workshop.surroundings, small_limits()).await);
    assert!(told.contains("exit status: 1") && told.contains("no configuration"), "{told}");
    integration.http.as_mut().unwrap().base = "http://127.0.0.1:9".into();
    workshop.write("service.py", "import time; time.sleep(60)\n");
    let limits = sf_conformance::integration::Limits { start: Duration::from_millis(300), ..small_limits() };
    assert!(blamed(Driver::start_within(&integration, &workshop.surroundings, limits).await).contains("within 300ms"));
}
