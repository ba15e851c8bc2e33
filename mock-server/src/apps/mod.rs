//! Apps and the install gate: who may use which app in which org, under which year's rules.
//!
//! [`era`] holds the rules as data, [`app`] the things they speak about.

mod app;
mod era;

pub use app::{
    AppDefinition, AppKind, Availability, Distribution, Flow, IpRelaxation, OrgApp, Package, PeriodUnit, PermittedUsers, Presence, RefreshTokenPolicy,
    Secret,
};
pub use era::{Delivery, Era, InstallGate, Policies, Switches};
