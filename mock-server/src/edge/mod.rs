//! Everything between a socket and a request: listeners, TLS with the local CA, the forward proxy, limits on slow and
//! oversized clients, a clean stop.

mod answer;
mod ca;
mod connection;
mod exchange;
mod listen;
mod proxy;
mod tls;

use axum::extract::Request;
use axum::http::Response;
use hyper::body::Incoming;

pub use answer::{Answer, text};
pub use ca::{Authority, KeyFault};
pub use exchange::{Peer, UntilSent};
pub use listen::{Bound, Edge};
pub use tls::Tls;

use crate::org::{Host, Scheme};

/// How a request reached the server.
#[derive(Debug, Clone, Copy)]
pub struct Connection {
    pub peer: Peer,
    pub scheme: Scheme,
    /// The listener; the authority of the request may name another host.
    pub arrived: Host,
    /// Port of the listener.
    pub port: u16,
}

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("a fault cut the connection")]
pub struct Severed;

/// What answers requests.
pub trait Serve: Send + Sync + 'static {
    fn serve(&self, connection: Connection, request: Request<Incoming>) -> impl Future<Output = Result<Response<Answer>, Severed>> + Send;
}
