//! The forward proxy of the login port, for Salesforce names only: clients with hard-coded hosts work unmodified through it.
//! A tunnel ends inside the process; no socket ever leaves the machine.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderValue, Method, Response, StatusCode, Uri, Version, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;

use super::listen::Edge;
use super::{Answer, Connection, Serve, connection, text};
use crate::org::{Host, Scheme, is_salesforce_name};
use crate::secret::same;

/// Ports a tunnel may lead to: HTTPS, and the Pub/Sub API's.
const TUNNEL_PORTS: [u16; 2] = [443, 7443];

/// Refuses what this proxy does not serve. None for requests that are not for a proxy, and for those it serves.
pub(super) fn refusal(connection: &Connection, request: &Request<Incoming>, token: Option<&str>) -> Option<Response<Answer>> {
    let connect = request.method() == Method::CONNECT;
    // In HTTP/2 every request has its authority in the target; in HTTP/1.1 only those meant for a proxy.
    let absolute = request.version() < Version::HTTP_2 && request.uri().scheme().is_some();
    if !connect && !absolute {
        return None;
    }
    let name = request.uri().host().unwrap_or_default();
    if !connect && is_own(request.uri(), connection.port) {
        return None;
    }
    if !is_salesforce_name(name) && !name.ends_with(".localhost") {
        return Some(text(StatusCode::FORBIDDEN, format!("sf-mock is a proxy for Salesforce names only, not for {name}")));
    }
    if connect && !may_tunnel(connection, request.uri().port_u16()) {
        return Some(text(StatusCode::FORBIDDEN, "sf-mock takes CONNECT at its login port, to port 443 or 7443"));
    }
    if !connection.peer.address.ip().to_canonical().is_loopback() && !is_known(request, token) {
        let mut answer = text(StatusCode::PROXY_AUTHENTICATION_REQUIRED, "the control token is the password of this proxy");
        answer.headers_mut().insert(header::PROXY_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"sf-mock\""));
        return Some(answer);
    }
    None
}

fn may_tunnel(connection: &Connection, port: Option<u16>) -> bool {
    connection.arrived == Host::Login && connection.scheme == Scheme::Http && port.is_some_and(|port| TUNNEL_PORTS.contains(&port))
}

/// A client may spell a request to this server itself in absolute form too.
fn is_own(target: &Uri, port: u16) -> bool {
    let loopback = |name: &str| name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    target.port_u16() == Some(port) && target.host().is_some_and(loopback)
}

fn is_known(request: &Request<Incoming>, token: Option<&str>) -> bool {
    let Some(token) = token else { return false };
    let Some(value) = request.headers().get(header::PROXY_AUTHORIZATION).and_then(|value| value.to_str().ok()) else { return false };
    let shown = match value.split_once(' ') {
        Some((scheme, shown)) if scheme.eq_ignore_ascii_case("bearer") => Some(shown.to_owned()),
        Some((scheme, shown)) if scheme.eq_ignore_ascii_case("basic") => password(shown),
        _ => None,
    };
    shown.is_some_and(|shown| same(token, &shown))
}

fn password(credentials: &str) -> Option<String> {
    let decoded = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

/// Answers CONNECT and serves what comes through the tunnel as if it had come to an HTTPS listener.
pub(super) fn tunnel<S: Serve>(edge: Arc<Edge<S>>, connection: Connection, request: Request<Incoming>) -> Response<Answer> {
    let stop = edge.stop.subscribe();
    tokio::spawn(async move {
        match hyper::upgrade::on(request).await {
            Ok(stream) => connection::secure(edge, TokioIo::new(stream), connection, stop).await,
            Err(error) => tracing::debug!(%error, "tunnel was not taken up"),
        }
    });
    Response::new(Answer::whole(axum::body::Bytes::new()))
}
