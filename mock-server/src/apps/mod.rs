//! Apps and the install gate: who may use which app in which org, under which year's rules.
//!
//! [`admit`] decides, [`Blocked`] names why not, [`Refusals`] keeps the explanations; the admin's acts are functions from an
//! app's row in an org to the next ([`install`], [`uninstall`], [`block`], …). The eras' switches, which the rules read, belong to the org room.

mod admission;
mod app;
#[cfg(test)]
mod expectations;
mod installs;
mod refusal;
mod refusals;

pub use admission::{AppFacts, Approval, Case, Endpoint, Standing, UserFacts, admit};
pub use app::{
    AppDefinition, AppKind, Availability, Distribution, Flow, IpRelaxation, OrgApp, Package, PeriodUnit, PermittedUsers, Presence,
    RefreshTokenPolicy, Secret,
};
pub use installs::{
    Act, Audience, InstallRefused, InstalledPackage, Installs, PackageRequest, block, first_row, install, install_package, may, settle, unblock,
    uninstall,
};
pub use refusal::{Blocked, Fix, GENERIC_ERROR, Role, Surface};
pub use refusals::{Refusal, Refusals};
