//! The yardstick: hyper with nothing behind it. It reads the request's body and answers as many bytes as `/<n>` asks for; to
//! `/<n>?verify` it does so once it has verified the assertion that the body ends with.

use std::convert::Infallible;
use std::sync::LazyLock;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use tokio::net::TcpListener;

/// Makes this program the bare server.
pub const FLAG: &str = "--bare-server";

static FILLING: [u8; 65_536] = [b'x'; 65_536];

/// Serves on a free port and prints it.
pub fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("{}", listener.local_addr().expect("an address").port());
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let _ = stream.set_nodelay(true);
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    });
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let length = request.uri().path()[1..].parse().unwrap_or(0).min(FILLING.len());
    let verifies = request.uri().query().is_some();
    let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    assert!(!verifies || is_verified(&body), "an assertion that the key did not sign");
    Ok(Response::new(Full::new(Bytes::from_static(&FILLING[..length]))))
}

fn is_verified(form: &[u8]) -> bool {
    let form = String::from_utf8_lossy(form);
    let assertion = form.rsplit('=').next().unwrap_or_default();
    jsonwebtoken::decode::<serde_json::Value>(assertion, &VERIFIER.0, &VERIFIER.1).is_ok()
}

/// The public half of the key that signs the assertions, read once.
static VERIFIER: LazyLock<(DecodingKey, Validation)> = LazyLock::new(|| {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_aud = false;
    (DecodingKey::from_rsa_pem(include_bytes!("../../../fixtures/keys/app-jwt-certificate.pem")).expect("a key"), validation)
});
