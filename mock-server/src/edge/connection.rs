//! One connection: HTTP/1.1 or HTTP/2, bounded in time and size.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, Response};
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::listen::Edge;
use super::{Answer, Connection, Serve, Severed, proxy};
use crate::org::Scheme;

/// Between two requests of a connection, and for the head of one, a client may take this long. Longer than clients keep what they do
/// not use (mostly 90 seconds): one that sends just while the connection is closed gets no answer.
const HEAD_LIMIT: Duration = Duration::from_secs(120);

/// For a TLS handshake a client may take this long.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// Bytes of a request head beyond which the connection answers 431 by itself. The server's own limit is lower and answers in
/// Salesforce's way; what lies between is room for a telling answer. A query of the greatest length, percent-encoded
/// throughout, still arrives and gets its 414.
const HEAD_BYTES: usize = 512 * 1024;

/// Requests one HTTP/2 connection may have under way.
const STREAMS: u32 = 256;

/// The first byte of a TLS handshake record.
const TLS_HANDSHAKE: u8 = 0x16;

type Future<'a> = Pin<Box<dyn std::future::Future<Output = ()> + Send + 'a>>;

/// Whether the client begins with TLS; waits for its first byte.
pub(super) async fn speaks_tls(stream: &TcpStream) -> bool {
    let mut first = [0];
    matches!(tokio::time::timeout(HANDSHAKE_LIMIT, stream.peek(&mut first)).await, Ok(Ok(1)) if first[0] == TLS_HANDSHAKE)
}

pub(super) async fn plain<S: Serve>(edge: Arc<Edge<S>>, stream: TcpStream, connection: Connection, stop: watch::Receiver<bool>) {
    serve(edge, TokioIo::new(stream), connection, stop).await;
}

/// Shakes hands, then serves. Boxed, because a tunnel inside a connection comes back here.
pub(super) fn secure<S: Serve>(
    edge: Arc<Edge<S>>,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    connection: Connection,
    stop: watch::Receiver<bool>,
) -> Future<'static> {
    Box::pin(async move {
        let acceptor = match edge.tls.acceptor().await {
            Ok(acceptor) => acceptor,
            Err(error) => return tracing::error!(%error, "TLS is not to be had"),
        };
        let stream: Box<dyn Stream> = Box::new(stream);
        match tokio::time::timeout(HANDSHAKE_LIMIT, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => serve(edge, TokioIo::new(stream), Connection { scheme: Scheme::Https, ..connection }, stop).await,
            Ok(Err(error)) => report_handshake(&error, connection),
            Err(_) => tracing::debug!(source = %connection.peer.address, "TLS handshake took too long"),
        }
    })
}

/// A client that does not trust the local CA is the commonest trouble with TLS, so the log says what to do.
fn report_handshake(error: &io::Error, connection: Connection) {
    tracing::info!(source = %connection.peer.address, %error, "TLS handshake failed; if the client does not trust the local CA, point it at the file that `sf-mock ca` prints");
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn serve<S: Serve>(
    edge: Arc<Edge<S>>,
    io: impl Read + Write + Unpin + Send + 'static,
    connection: Connection,
    mut stop: watch::Receiver<bool>,
) {
    let service = service_fn(move |request| answer(Arc::clone(&edge), connection, request));
    let builder = builder();
    let mut served = pin!(builder.serve_connection_with_upgrades(io, service));
    let result = tokio::select! {
        result = served.as_mut() => result,
        _ = stop.changed() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(source = %connection.peer.address, %error, "connection ended");
    }
}

fn builder() -> auto::Builder<TokioExecutor> {
    // Over HTTP/1.1 Salesforce writes `Content-Type`, not `content-type`. Names of headers have no case, but there are clients that look
    // them up in a plain dictionary.
    let mut builder = auto::Builder::new(TokioExecutor::new()).title_case_headers(true);
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT).max_buf_size(HEAD_BYTES);
    builder.http2().timer(TokioTimer::new()).max_header_list_size(HEAD_BYTES as u32).max_concurrent_streams(STREAMS);
    builder
}

async fn answer<S: Serve>(edge: Arc<Edge<S>>, connection: Connection, request: Request<Incoming>) -> Result<Response<Answer>, Severed> {
    if let Some(refusal) = proxy::refusal(&connection, &request, edge.proxy_token.as_deref()) {
        return Ok(refusal);
    }
    if request.method() == Method::CONNECT {
        return Ok(proxy::tunnel(edge, connection, request));
    }
    edge.service.serve(connection, request).await
}
