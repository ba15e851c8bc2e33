//! How many calls to its APIs an org made in the last 24 hours.

use std::collections::VecDeque;

use parking_lot::Mutex;

use crate::clock::Timestamp;

/// Calls are forgotten a quarter of an hour at a time.
const SLOT: i64 = 15 * 60 * 1000;

/// Slots of 24 hours.
const SLOTS: i64 = 96;

/// The calls an org made and may make in 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiUsage {
    pub used: u64,
    pub allowed: u64,
}

/// Counts calls over the last 24 hours of the virtual clock. Not kept over a restart.
#[derive(Debug, Default)]
pub(super) struct Counter(Mutex<Calls>);

#[derive(Debug, Default)]
struct Calls {
    total: u64,
    /// Slots with calls and how many, oldest first.
    slots: VecDeque<(i64, u64)>,
}

impl Counter {
    /// Counts calls until `allowed` is reached.
    ///
    /// # Errors
    /// The usage, when there are no calls left; nothing is counted then.
    pub fn take(&self, now: Timestamp, calls: u64, allowed: u64) -> Result<ApiUsage, ApiUsage> {
        let mut own = self.0.lock();
        let slot = own.move_to(now);
        if own.total >= allowed {
            return Err(ApiUsage { used: own.total, allowed });
        }
        match own.slots.back_mut() {
            Some((last, count)) if *last == slot => *count += calls,
            _ => own.slots.push_back((slot, calls)),
        }
        own.total += calls;
        Ok(ApiUsage { used: own.total, allowed })
    }

    pub fn used(&self, now: Timestamp) -> u64 {
        let mut own = self.0.lock();
        own.move_to(now);
        own.total
    }
}

impl Calls {
    /// Forgets what is too old, and what lies in the future of a clock that was set back. Gives the slot of now.
    fn move_to(&mut self, now: Timestamp) -> i64 {
        let slot = now.0.div_euclid(SLOT);
        while let Some((_, count)) = self.slots.pop_front_if(|(own, _)| *own <= slot - SLOTS) {
            self.total -= count;
        }
        while let Some((_, count)) = self.slots.pop_back_if(|(own, _)| *own > slot) {
            self.total -= count;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * 60 * 1000;

    #[test]
    fn calls_are_forgotten_after_a_day() {
        let counter = Counter::default();
        let take = |hour: i64| counter.take(Timestamp(hour * HOUR), 1, 2).map(|usage| usage.used).map_err(|usage| usage.used);
        assert_eq!([take(0), take(12), take(23), take(24), take(25), take(36)], [Ok(1), Ok(2), Err(2), Ok(2), Err(2), Ok(2)]);
        assert_eq!(counter.used(Timestamp(100 * HOUR)), 0);
    }

    #[test]
    fn a_clock_set_back_forgets_what_has_not_happened_yet() {
        let counter = Counter::default();
        assert!(counter.take(Timestamp(50 * HOUR), 3, 9).is_ok());
        assert_eq!(counter.used(Timestamp(10 * HOUR)), 0);
    }
}
