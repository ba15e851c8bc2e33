//! What the edge tells of a client, and what an answer asks of the edge.

use std::net::SocketAddr;
use std::sync::Arc;

/// Who sent the request.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    pub address: SocketAddr,
    /// Number of the connection since the start; the journal tells clients apart by it.
    pub connection: u64,
}

/// A guard that a handler puts into the extensions of its answer, to be dropped when the answer has been written:
/// the lock of a grant is held that long.
#[derive(Clone)]
pub struct UntilSent(#[expect(dead_code, reason = "held only to be dropped")] Arc<dyn Send + Sync>);

impl UntilSent {
    pub fn new(guard: impl Send + Sync + 'static) -> Self {
        Self(Arc::new(guard))
    }
}
