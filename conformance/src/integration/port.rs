//! Ports for integrations that the harness starts.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::TcpListener;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};

use crate::failure::{Failure, Outcome};

/// Ports that no system hands out by itself, so that nobody takes one between its choice and the start of what listens there.
const SERVICE_PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port where nothing listens, another one at each call.
///
/// # Errors
/// When this machine has none left.
pub fn free_port() -> Outcome<u16> {
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| {
        // Runs beside each other begin at different places.
        let spread = u16::try_from(RandomState::new().build_hasher().finish() % u64::from(SERVICE_PORTS.end - SERVICE_PORTS.start));
        AtomicU16::new(SERVICE_PORTS.start + spread.unwrap_or_default())
    });
    for _ in SERVICE_PORTS {
        let next = |port: u16| Some(if port + 1 < SERVICE_PORTS.end { port + 1 } else { SERVICE_PORTS.start });
        let port = NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or(SERVICE_PORTS.start);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err(Failure::new("this machine has no free port"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_a_port_of_its_own_that_the_system_hands_out_to_nobody() {
        let (one, other) = (free_port().unwrap(), free_port().unwrap());
        assert_ne!(one, other);
        assert!(SERVICE_PORTS.contains(&one) && SERVICE_PORTS.contains(&other), "{one} {other}");
    }
}
