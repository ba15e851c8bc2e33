//! A server that says the same to everybody, and a folder of features to run against it.

use std::fs;
use std::sync::Arc;

use sf_conformance::report::Report;
use sf_conformance::run::{Plan, run};
use sf_conformance::target::{Addresses, Target};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What the server answers, whatever it is asked.
const BODY: &str = r#"{"ok":true,"access_token":"00Dxx!verysecret"}"#;

/// A feature whose only scenario cannot hold against this server.
pub(crate) const FAILS: &str = r#"Feature: Fails
  Scenario: A member has another value
    When somebody sends
      """
      GET /anything?code=aPrxSecret
      """
    Then the answer on the wire is
      """
      HTTP 201

      {"ok": false, "...": "{any}"}
      """
"#;

pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    target: Arc<Target>,
}

impl Bench {
    /// A server on a free port, and an empty folder for features.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve(listener));
        let addresses = Addresses {
            login_url: url.clone(),
            test_url: url.clone(),
            login_url_tls: None,
            test_url_tls: None,
            control_url: format!("{url}/_mock/v1"),
            control_token: None,
            ca_file: None,
        };
        Self { folder: tempfile::tempdir().unwrap(), target: Arc::new(Target::given(addresses)) }
    }

    /// Writes a feature file, making its folder.
    pub(crate) fn feature(&self, name: &str, text: &str) {
        let file = self.folder.path().join("features").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub(crate) fn plan(&self) -> Plan {
        Plan::all(self.folder.path().join("features"))
    }

    /// The server, as harnesses are told of it.
    pub(crate) fn addresses(&self) -> Addresses {
        self.target.addresses.clone()
    }

    pub(crate) fn target(&self) -> Arc<Target> {
        Arc::clone(&self.target)
    }

    pub(crate) async fn run(&self, plan: Plan) -> Report {
        run(&plan, Arc::clone(&self.target)).await.unwrap()
    }
}

async fn serve(listener: TcpListener) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::spawn(async move {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close", BODY.len());
            let _ = stream.write_all(format!("{head}\r\n\r\n{BODY}").as_bytes()).await;
        });
    }
}
