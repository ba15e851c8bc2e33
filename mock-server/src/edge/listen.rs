//! Listeners: bound before the server is ready, one accept loop each, stopped together.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::tls::Tls;
use super::{Connection, Peer, Serve, connection};
use crate::config::StartError;
use crate::id::OrgId;
use crate::org::{Host, OpenListener, Scheme};

/// Connections the kernel may keep waiting for us.
const BACKLOG: u32 = 1024;

/// How long requests under way may take to finish after a stop was asked for.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// How long to leave the accept loop alone when the process has run out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A listening socket that nobody serves yet.
pub struct Bound {
    listener: TcpListener,
    port: u16,
}

impl Bound {
    /// Listens at `port`, or at any free one if it is 0. `flag` is the argument to name if that fails.
    pub fn new(host: IpAddr, port: u16, flag: &'static str) -> Result<Self, StartError> {
        bind(host, port).map_err(|cause| match cause.kind() {
            io::ErrorKind::AddrInUse => StartError::PortInUse { host, port, flag },
            _ => StartError::Listen { host, port, cause },
        })
    }

    /// The port it really got.
    pub fn port(&self) -> u16 {
        self.port
    }
}

fn bind(host: IpAddr, port: u16) -> io::Result<Bound> {
    let socket = if host.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::new(host, port))?;
    let listener = socket.listen(BACKLOG)?;
    Ok(Bound { port: listener.local_addr()?.port(), listener })
}

/// What all connections share.
pub struct Edge<S> {
    pub(super) service: S,
    pub(super) tls: Tls,
    /// What clients from elsewhere must show to use the forward proxy.
    pub(super) proxy_token: Option<String>,
    host: IpAddr,
    connections: AtomicU64,
    /// Every accept loop and connection holds a receiver, so the last one to go can be waited for.
    pub(super) stop: watch::Sender<bool>,
}

/// What a listener expects of its clients.
#[derive(Debug, Clone, Copy)]
enum Security {
    Plain,
    Tls,
    /// The first byte tells.
    Either,
}

impl<S: Serve> Edge<S> {
    pub fn new(service: S, tls: Tls, host: IpAddr, proxy_token: Option<String>) -> Arc<Self> {
        Arc::new(Self { service, tls, proxy_token, host, connections: AtomicU64::new(0), stop: watch::channel(false).0 })
    }

    /// Serves a listener until the stop.
    pub fn serve(self: &Arc<Self>, bound: Bound, arrived: Host, scheme: Scheme) -> AbortHandle {
        let security = match scheme {
            Scheme::Http => Security::Plain,
            Scheme::Https => Security::Tls,
        };
        self.spawn(&Handle::current(), bound, arrived, security)
    }

    fn spawn(self: &Arc<Self>, runtime: &Handle, bound: Bound, arrived: Host, security: Security) -> AbortHandle {
        runtime.spawn(Arc::clone(self).accept(bound, arrived, security)).abort_handle()
    }

    async fn accept(self: Arc<Self>, bound: Bound, arrived: Host, security: Security) {
        let mut stop = self.stop.subscribe();
        loop {
            let accepted = tokio::select! {
                accepted = bound.listener.accept() => accepted,
                _ = stop.changed() => return,
            };
            match accepted {
                Ok((stream, address)) => {
                    let connection = self.number(address, arrived, bound.port);
                    tokio::spawn(Arc::clone(&self).welcome(stream, connection, security, stop.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn number(&self, address: SocketAddr, arrived: Host, port: u16) -> Connection {
        let connection = self.connections.fetch_add(1, Ordering::Relaxed) + 1;
        Connection { peer: Peer { address, connection }, scheme: Scheme::Http, arrived, port }
    }

    async fn welcome(self: Arc<Self>, stream: TcpStream, connection: Connection, security: Security, stop: watch::Receiver<bool>) {
        // Answers are written whole; waiting to fill a packet would only delay them. A socket that refuses is gone anyway.
        let _ = stream.set_nodelay(true);
        let secure = match security {
            Security::Plain => false,
            Security::Tls => true,
            Security::Either => connection::speaks_tls(&stream).await,
        };
        if secure {
            connection::secure(self, stream, connection, stop).await;
        } else {
            connection::plain(self, stream, connection, stop).await;
        }
    }

    /// Stops listening, lets requests under way finish, and gives up on those that take too long.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(STOP_LIMIT, self.stop.closed()).await.is_err() {
            tracing::warn!("stopped with requests unfinished");
        }
    }

    /// What opens listeners for single orgs.
    pub fn opener(self: &Arc<Self>) -> OrgListeners<S> {
        OrgListeners { edge: Arc::clone(self), runtime: Handle::current(), open: Mutex::default() }
    }
}

/// The listeners that belong to one org each.
pub struct OrgListeners<S> {
    edge: Arc<Edge<S>>,
    runtime: Handle,
    open: Mutex<HashMap<OrgId, Vec<AbortHandle>>>,
}

impl<S: Serve> OpenListener for OrgListeners<S> {
    fn open(&self, org: OrgId) -> io::Result<u16> {
        let _runtime = self.runtime.enter();
        let bound = bind(self.edge.host, 0)?;
        let port = bound.port();
        let task = self.edge.spawn(&self.runtime, bound, Host::Org(org), Security::Either);
        self.open.lock().entry(org).or_default().push(task);
        Ok(port)
    }

    fn close(&self, org: OrgId) {
        for task in self.open.lock().remove(&org).into_iter().flatten() {
            task.abort();
        }
    }

    fn hand_over(&self, from: OrgId, to: OrgId) {
        let mut open = self.open.lock();
        let tasks = open.remove(&from).unwrap_or_default();
        open.entry(to).or_default().extend(tasks);
    }
}
