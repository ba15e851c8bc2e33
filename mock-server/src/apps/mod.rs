//! Apps and the install gate: who may use which app in which org, under which year's rules.
//!
//! [`admit`] decides, [`Blocked`] names why not, [`Refusals`] keeps the explanations; the admin's acts are functions from an
//! app's row in an org to the next ([`install`], [`uninstall`], [`block`], …). The eras' switches, which the rules read, belong to the org room.

mod admission;
mod app;
mod attributes;
mod certificate;
mod consumer;
mod controls;
mod draft;
#[cfg(test)]
mod expectations;
mod explain;
mod fix;
mod installs;
mod kinds;
mod menu;
mod migration;
mod oauth_details;
mod oauth_draft;
mod package;
mod package_install;
mod packaging;
mod policies;
mod presentation;
mod refusal;
mod refusals;
mod standing;

pub use admission::{Admission, AppFacts, Approval, Case, Endpoint, UserFacts, admit};
pub use app::{
    AppDefinition, AppFeature, AppKind, AssetTokens, Availability, Distribution, Flow, IpRelaxation, OrgApp, PeriodUnit, PermittedUsers, Presence,
    RefreshTokenPolicy, Registration, SessionPolicy, developer_name,
};
pub use attributes::CustomAttribute;
pub use certificate::Certificate;
pub use consumer::{ConsumerDetails, ReplacedDetails, SecondSet};
pub use controls::{AllowedRange, IDLE_LIMIT, check_allowlist, check_trusted, policy_fault, shown_policy};
pub use draft::{Draft, FLOWS, Fault};
pub use explain::{Because, Explains};
pub use fix::{About, Fix, Role};
pub use installs::{Act, Audience, InstallRefused, InstalledPackage, Installs, block, first_row, install, may, settle, unblock, uninstall};
pub use menu::{AppMenus, Arrangement, MenuItem, MenuKind, MenuTurn, is_launched};
pub use migration::{MigrationBlocker, NewIdentity, migrated, migration_blockers, revived};
pub use oauth_details::{IdTokenSettings, OauthDetails, PolicyDetails};
pub use oauth_draft::{DetailsDraft, JWT_TIMEOUTS, OauthDraft};
pub use package::{Build, Package, PackageKind, PackageVersion, PromotionRefused, REQUIRED_COVERAGE, Release, Stamp, VersionNumber, may_promote};
pub use package_install::{Install, InstalledRelease, PackageRequest, check_install, check_key, dependents, missing_dependencies};
pub use packaging::{
    NewPackage, PackagingRefused, Upload, check_component, check_deprecation, check_namespace, check_package, check_upload, usual_number,
};
pub use policies::{Lifetime, PolicyDraft};
pub use presentation::{Presentation, StartPage, is_web_address};
pub use refusal::{Blocked, BlockedThere, GENERIC_ERROR, Surface};
pub use refusals::{Refusal, Refusals};
pub use standing::{BrowserFacts, Limit, Standing, Visit, is_assigned, is_permitted, limit, must_raise, standing};
