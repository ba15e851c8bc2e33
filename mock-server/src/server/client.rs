//! Whose request it is, when something stands between this server and the client.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use crate::table::Peer;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client as the org sees it. A connection from this very machine may name another address in `X-Forwarded-For`, as a proxy in front
/// does: so tests come from wherever they like. Anybody else's header is a mere claim.
pub(super) fn of(peer: Peer, headers: &HeaderMap) -> Peer {
    if !peer.address.ip().to_canonical().is_loopback() {
        return peer;
    }
    let named = headers.get(FORWARDED_FOR).and_then(|value| value.to_str().ok()).and_then(|list| list.split(',').next());
    match named.and_then(|first| first.trim().parse::<IpAddr>().ok()) {
        Some(address) => Peer { address: SocketAddr::new(address, peer.address.port()), ..peer },
        None => peer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_name_another_client() {
        let check = |from: &str, header: &str, expected: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(FORWARDED_FOR, header.parse().unwrap());
            let peer = Peer { address: SocketAddr::new(from.parse().unwrap(), 1), connection: 1 };
            assert_eq!(of(peer, &headers).address.ip().to_string(), expected, "{from}: {header}");
        };
        check("127.0.0.1", "203.0.113.7", "203.0.113.7");
        check("::1", "2001:db8::7", "2001:db8::7");
        check("::ffff:127.0.0.1", " 203.0.113.7 , 10.0.0.1", "203.0.113.7");
        check("127.0.0.1", "unknown", "127.0.0.1");
        check("192.0.2.1", "203.0.113.7", "192.0.2.1");
    }
}
