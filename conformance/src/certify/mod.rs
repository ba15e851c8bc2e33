//! Certification: the checks of `features/client/`, run against one integration and judged.

pub mod catalogue;
pub mod profile;
pub mod result;

pub use catalogue::{Catalogue, Check};
pub use profile::Profile;
pub use result::{Judged, Level, Verdict};
