//! TLS with a certificate of the local CA, made when the first client asks for it.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::sync::OnceCell;
use tokio_rustls::TlsAcceptor;

use super::ca::Authority;
use crate::config::StartError;

/// Newest first; both are served over one listener.
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The server's side of TLS.
pub struct Tls {
    ca_directory: PathBuf,
    acceptor: OnceCell<TlsAcceptor>,
}

impl Tls {
    /// Touches nothing yet: making keys is not on the way to ready.
    pub fn new(ca_directory: PathBuf) -> Self {
        Self { ca_directory, acceptor: OnceCell::new() }
    }

    /// The acceptor, with a certificate made at the first call.
    pub async fn acceptor(&self) -> Result<&TlsAcceptor, StartError> {
        self.acceptor.get_or_try_init(|| self.make()).await
    }

    async fn make(&self) -> Result<TlsAcceptor, StartError> {
        let directory = self.ca_directory.clone();
        let made = tokio::task::spawn_blocking(move || {
            let failed = |cause: String| StartError::Ca { path: directory.clone(), cause };
            let (chain, key) = Authority::open(&directory)?.issue().map_err(|error| failed(error.to_string()))?;
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
            let config = config.and_then(|config| config.with_no_client_auth().with_single_cert(chain, key));
            let mut config = config.map_err(|error| failed(error.to_string()))?;
            config.alpn_protocols = ALPN.map(<[u8]>::to_vec).into();
            Ok(TlsAcceptor::from(Arc::new(config)))
        });
        made.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }
}
