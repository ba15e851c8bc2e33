//! Certification: the checks of `features/client/`, run against one integration and judged.

pub mod badge;
pub mod baseline;
pub mod campaign;
pub mod catalogue;
pub mod certificate;
pub mod dance;
pub mod facts;
mod hello;
pub mod judging;
pub mod jws;
pub mod lane;
mod pass;
pub mod profile;
pub mod result;
pub mod road;
pub mod run;
pub mod selection;
pub mod site;
pub mod verdict;
pub mod verify;

pub use baseline::Baseline;
pub use campaign::{Campaign, Serving};
pub use catalogue::{Catalogue, Check};
pub use lane::{Findings, Lane};
pub use profile::Profile;
pub use result::{Judged, Level, Verdict};
pub use run::{Certification, Observed, Plan, certify};
pub use verdict::{Judgement, Standing};
