//! The API versions this release serves, the same in every family.

/// Summer '14, the oldest version that still works: 7.0–20.0 were retired in Summer '22, 21.0–30.0 in Summer '25.
pub const OLDEST: u16 = 31;

/// Summer '26.
pub const NEWEST: u16 = 67;
