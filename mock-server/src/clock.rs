//! The sole sources of time and chance.

use parking_lot::Mutex;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Milliseconds since 1970-01-01T00:00:00Z, by the virtual clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub fn plus(self, duration: std::time::Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Whole seconds, as JWT claims and introspection print them.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The second it falls into: what a dateTime field keeps.
    /// Source: SOAP API guide, "Primitive Data Types": regular dateTime fields are exact to one second.
    #[must_use]
    pub fn whole_second(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1000))
    }

    /// `2026-01-31T12:00:00.000Z`
    pub fn iso(self) -> String {
        format!("{:.3}", self.civil())
    }

    /// `2026-01-31T12:00:00.000+0000`, as the REST API prints a dateTime: always without a fraction of the second.
    pub fn rest(self) -> String {
        let mut text = self.whole_second().iso();
        text.truncate(text.len() - 1);
        text + "+0000"
    }

    pub fn civil(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// Reads an RFC 3339 instant.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|instant| Self(instant.as_millisecond()))
    }
}

/// The virtual clock: wall time plus an offset, or frozen. Everything issued or checked obeys it; TLS does not.
#[derive(Debug, Default)]
pub struct Clock(Mutex<ClockState>);

/// Where the clock stands; a snapshot keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockState {
    /// Milliseconds added to wall time while the clock runs.
    offset: i64,
    frozen: Option<Timestamp>,
}

impl ClockState {
    pub fn now(self) -> Timestamp {
        self.frozen.unwrap_or_else(|| Timestamp(wall().0 + self.offset))
    }

    pub fn is_frozen(self) -> bool {
        self.frozen.is_some()
    }
}

impl Clock {
    /// The system's time: for the journal and for TLS, which no virtual clock moves.
    pub fn wall() -> Timestamp {
        wall()
    }

    pub fn now(&self) -> Timestamp {
        self.0.lock().now()
    }

    pub fn state(&self) -> ClockState {
        *self.0.lock()
    }

    pub fn freeze(&self) {
        let mut state = self.0.lock();
        state.frozen = Some(state.now());
    }

    /// Lets a frozen clock run on from where it stood.
    pub fn unfreeze(&self) {
        let mut state = self.0.lock();
        *state = ClockState { offset: state.now().0 - wall().0, frozen: None };
    }

    pub fn set(&self, to: Timestamp) {
        let mut state = self.0.lock();
        *state = ClockState { offset: to.0 - wall().0, frozen: state.frozen.map(|_| to) };
    }

    /// Back to wall time, running.
    pub fn reset(&self) {
        *self.0.lock() = ClockState::default();
    }

    pub fn restore(&self, state: ClockState) {
        *self.0.lock() = state;
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system's time")]
fn wall() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

/// Random bytes for ids, codes and tokens. With a seed every run repeats them.
pub struct Entropy(Mutex<ChaCha20Rng>);

const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

impl Entropy {
    pub fn new(seed: Option<u64>) -> Self {
        Self(Mutex::new(match seed {
            Some(seed) => ChaCha20Rng::seed_from_u64(seed),
            None => ChaCha20Rng::from_seed(os_seed()),
        }))
    }

    pub fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().fill_bytes(bytes);
    }

    /// `length` characters of `[A-Za-z0-9._]`, six random bits each.
    pub fn token(&self, length: usize) -> String {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes);
        bytes.iter().map(|byte| char::from(URL_SAFE[usize::from(byte & 63)])).collect()
    }

    /// `length` decimal digits: a code for people to type.
    pub fn digits(&self, length: usize) -> String {
        let mut bytes = vec![0; length * 4];
        self.fill(&mut bytes);
        bytes.chunks_exact(4).map(|four| char::from(b'0' + (u32::from_le_bytes([four[0], four[1], four[2], four[3]]) % 10) as u8)).collect()
    }

    /// A number in `0..1`, for faults with a probability.
    pub fn fraction(&self) -> f64 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
    }
}

impl std::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entropy")
    }
}

/// From the operating system: a cryptographic library would first test its own sources, which takes longer than the whole start.
fn os_seed() -> [u8; 32] {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap_or_else(|error| panic!("the system gives no random bytes: {error}"));
    seed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_stands_until_it_is_set() {
        let clock = Clock::default();
        clock.set(Timestamp(1_000));
        clock.freeze();
        clock.set(Timestamp(5_000));
        assert_eq!(clock.now(), Timestamp(5_000));
        clock.reset();
        assert!(clock.now() > Timestamp(1_700_000_000_000));
    }

    #[test]
    fn a_seed_repeats_tokens() {
        assert_eq!(Entropy::new(Some(7)).token(40), Entropy::new(Some(7)).token(40));
        assert_ne!(Entropy::new(None).token(40), Entropy::new(None).token(40));
    }

    #[test]
    fn times_print_as_salesforce_prints_them() {
        assert_eq!(Timestamp(1_769_860_800_000).rest(), "2026-01-31T12:00:00.000+0000");
        assert_eq!(Timestamp(1_769_860_800_120).iso(), "2026-01-31T12:00:00.120Z");
    }
}
