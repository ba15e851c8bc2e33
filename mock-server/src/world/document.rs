//! The world document: a whole environment as data. What `--world` reads, `GET /_mock/v1/world` shows and `world export` writes.
//!
//! Optional members may be left out of a file; the server completes them. Members that only the server fills in are marked so and ignored when read.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::access::OrgWideDefaults;
use crate::apps::{
    AllowedRange, AppFeature, AppKind, AssetTokens, Audience, Availability, Distribution, Flow, IpRelaxation, OauthDetails, PackageKind,
    PermittedUsers, PolicyDetails, Presence, Presentation, RefreshTokenPolicy, SessionPolicy, StartPage,
};
use crate::id::{AppId, OrgId, PackageVersionId, UserId};
use crate::org::{CustomScope, Edition, Era, IpRange, LoginRules, OrgKind, Policies, SingleSignOn, Switches, TokenExchangeHandler};
use crate::schema::{CustomField, CustomObject, GlobalValueSet, RecordType};

/// Orgs, apps and packages of one server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct World {
    pub orgs: Vec<OrgEntry>,
    pub apps: Vec<AppEntry>,
    pub packages: Vec<PackageEntry>,
    pub clock: Option<ClockEntry>,
}

/// What a sandbox is a copy of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyEntry {
    /// The name of the org.
    pub org: String,
    /// `Developer`, `Developer_Pro`, `Partial` or `Full`, the last two with records. `Developer` when left out.
    #[serde(default)]
    pub license: Option<String>,
}

/// One org. In `orgs`, and the body of `POST /orgs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrgEntry {
    /// Unique; also the My Domain label. Letters, digits and hyphens; a sandbox is named `<production>--<sandbox>`.
    pub name: String,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub id: Option<OrgId>,
    /// `production` when left out, `sandbox` for a name with two hyphens.
    #[serde(default)]
    pub kind: Option<OrgKind>,
    /// In the body of `POST /orgs` alone: the production org, or the sandbox of one, that this sandbox is made a copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<CopyEntry>,
    /// By kind when left out: Enterprise, Developer, or Partner Business Org for a Dev Hub.
    #[serde(default)]
    pub edition: Option<Edition>,
    #[serde(default)]
    pub era: Era,
    /// Filled in by the server.
    #[serde(default)]
    pub instance_url: Option<String>,
    /// Only the switches set by hand; the era supplies the rest.
    #[serde(default)]
    pub policies: Policies,
    /// Filled in by the server: the era's switches with `policies` on top.
    #[serde(default)]
    #[schemars(with = "Option<Switches>")]
    pub effective_policies: Option<serde_json::Value>,
    /// Of a Dev Hub: namespaces of other orgs that were linked to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked_namespaces: Vec<String>,
    /// The namespace the org owns.
    #[serde(default)]
    pub namespace: Option<String>,
    /// A locked org refuses every login.
    #[serde(default)]
    pub locked: bool,
    /// By edition when left out.
    #[serde(default)]
    pub api_enabled: Option<bool>,
    /// Seconds without use until an access token stops working. Default 7,200.
    #[serde(default)]
    pub session_timeout: Option<u32>,
    /// Network Access: from these addresses a password needs no security token. None unless the file says so.
    #[serde(default)]
    pub trusted_ip_ranges: Vec<IpRange>,
    /// SAML Single Sign-On Settings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub single_sign_on: Vec<SingleSignOn>,
    /// Token exchange handlers: what in Salesforce is Apex, said as data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_exchange_handlers: Vec<TokenExchangeHandler>,
    /// OAuth Custom Scopes. An app that `details.custom_scopes` of its policies assigns them to may ask for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_scopes: Vec<CustomScope>,
    /// The month the fiscal year begins in, 1 to 12. January when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiscal_year_start_month: Option<i8>,
    #[serde(default)]
    pub users: Vec<UserEntry>,
    /// Profiles beside the standard ones. Clones of System Administrator do not hold Approve Uninstalled Connected Apps by themselves.
    #[serde(default)]
    pub profiles: Vec<PermissionSetEntry>,
    #[serde(default)]
    pub permission_sets: Vec<PermissionSetEntry>,
    /// Default access to the records of an object by its API name, where it is not that of a fresh org (of a custom object: not its `sharing_model`).
    #[serde(default, skip_serializing_if = "OrgWideDefaults::is_empty")]
    pub org_wide_defaults: OrgWideDefaults,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupEntry>,
    #[serde(default)]
    pub apps: Vec<OrgAppEntry>,
    #[serde(default)]
    pub installed_packages: Vec<InstalledPackageEntry>,
    #[serde(default)]
    pub objects: Vec<CustomObject>,
    /// Values that several picklists share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub global_value_sets: Vec<GlobalValueSet>,
    #[serde(default)]
    pub custom_fields: Vec<CustomField>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub record_types: Vec<RecordType>,
    /// In an order in which they can be created, at most 1,000 when written by the server.
    #[serde(default)]
    pub records: Vec<RecordEntry>,
    /// Filled in by the server: there are more records than it shows.
    #[serde(default, skip_serializing_if = "is_false")]
    pub records_truncated: bool,
}

/// One user. In `orgs[].users`, and the body of `POST /orgs/{org}/users`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserEntry {
    /// The handle other members name the user by; unique in the org.
    pub name: String,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub id: Option<UserId>,
    /// Unique across all orgs. `<name>@<org>.example` when left out.
    #[serde(default)]
    pub username: Option<String>,
    /// Made up when left out; `null` for a user who never set one.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub password: Option<Option<String>>,
    /// Appended to the password in SOAP and password logins. Made up when left out.
    #[serde(default)]
    pub security_token: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub first_name: Option<String>,
    /// The handle when left out.
    #[serde(default)]
    pub last_name: Option<String>,
    /// Standard User when left out.
    #[serde(default)]
    pub profile: Option<String>,
    #[serde(default)]
    pub permission_sets: Vec<String>,
    #[serde(default = "yes")]
    pub active: bool,
    #[serde(default)]
    pub frozen: bool,
    /// The user must choose another password before anything else.
    #[serde(default, skip_serializing_if = "is_false")]
    pub password_expired: bool,
    /// Base32, of an authenticator app the user connected: second factors ask for its codes. Without one they are e-mailed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp_secret: Option<String>,
    /// SAML Federation ID: how identity providers call the user. Unique in the org.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub federation_id: Option<String>,
    /// IANA name. `America/Los_Angeles` when left out.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// `en_US` when left out.
    #[serde(default)]
    pub locale: Option<String>,
    /// `en_US` when left out.
    #[serde(default)]
    pub language: Option<String>,
}

/// A permission set, or a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionSetEntry {
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    /// Fields of PermissionSet: `PermissionsCanApproveUninstalledApps`, …
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Names of the apps it grants.
    #[serde(default)]
    pub apps: Vec<String>,
    /// Rights by API name of the object. A profile has those of Standard User where it says nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub object_permissions: BTreeMap<String, Vec<RightEntry>>,
    /// By `Account.Industry`. A profile edits the fields it does not name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub field_permissions: BTreeMap<String, FieldAccessEntry>,
    /// Of a profile: Login IP Ranges, Login Hours and Session Settings.
    #[serde(default, skip_serializing_if = "LoginRules::is_empty")]
    pub login: LoginRules,
}

/// A right on the records of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RightEntry {
    Create,
    Read,
    Edit,
    Delete,
    ViewAll,
    ModifyAll,
}

/// Access to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldAccessEntry {
    Hidden,
    Read,
    Edit,
}

/// One role of the hierarchy. In `orgs[].roles`, those above before those below.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleEntry {
    pub name: String,
    /// Name of the role above.
    #[serde(default)]
    pub parent: Option<String>,
    /// Handles of the users in it.
    #[serde(default)]
    pub users: Vec<String>,
}

/// A public group or a queue. In `orgs[].groups`, those that are members before those that hold them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupEntry {
    pub name: String,
    #[serde(default)]
    pub queue: bool,
    /// Handles of users, or names of groups.
    #[serde(default)]
    pub members: Vec<String>,
    /// Of a queue: API names of the objects whose records it takes.
    #[serde(default)]
    pub objects: Vec<String>,
}

/// What one org knows and decided about one app. In `orgs[].apps`, and what `PATCH /orgs/{org}/apps/{app}` changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrgAppEntry {
    /// Name, consumer key or id.
    pub app: String,
    /// `own` in the org that defines the app, else `installed`, when left out.
    #[serde(default)]
    pub presence: Option<Presence>,
    #[serde(default)]
    pub blocked: bool,
    /// Of an external client app.
    #[serde(default)]
    pub availability: Availability,
    #[serde(default)]
    pub permitted_users: Option<PermittedUsers>,
    /// Names of profiles the app is granted to.
    #[serde(default)]
    pub profiles: Vec<String>,
    /// Names of permission sets the app is granted to.
    #[serde(default)]
    pub permission_sets: Vec<String>,
    /// Username, or handle, that client credentials act as.
    #[serde(default)]
    pub run_as: Option<String>,
    /// That of a fresh app of its kind when left out.
    #[serde(default)]
    pub refresh_token_policy: Option<RefreshTokenPolicy>,
    #[serde(default)]
    pub ip_relaxation: IpRelaxation,
    /// High assurance session required.
    #[serde(default)]
    pub session_policy: SessionPolicy,
    /// Seconds without use until an access token ends; the profile's or the org's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_timeout: Option<u32>,
    /// Enable Code and Credentials Flow for Guest Users.
    #[serde(default)]
    pub guest_users: bool,
    /// Of an external client app.
    #[serde(default, skip_serializing_if = "StartPage::is_none")]
    pub start_page: StartPage,
    /// Of a connected app its developer's when left out; of an external client app the one of the start page `oauth`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_url: Option<String>,
    /// Of an external client app: the one of the start page `custom`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_start_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile_start_url: Option<String>,
    /// Single logout, custom attributes, timeouts of JWTs and the like.
    #[serde(default, skip_serializing_if = "PolicyDetails::is_default")]
    pub details: PolicyDetails,
    /// Callbacks that the org puts in the place of the developer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_urls: Option<Vec<String>>,
    /// Denied Attempts Due to Usage Restriction.
    #[serde(default)]
    pub denied_attempts: u32,
    /// Handles of users with a live approval of the app.
    #[serde(default)]
    pub approved_by: Vec<String>,
}

/// A package as it sits in a subscriber org.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstalledPackageEntry {
    /// Name or `04t` id.
    pub package: String,
    #[serde(default)]
    pub audience: Audience,
}

/// One record. In `orgs[].records`, and the body of `POST /orgs/{org}/records`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordEntry {
    /// A name for this record within the document.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Filled in by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// API name of the object.
    #[serde(rename = "type")]
    pub kind: String,
    /// Values by API name, as the REST API takes them. A lookup may say `@<ref of a record>` or `@<handle of a user>`.
    #[serde(default)]
    pub fields: serde_json::Map<String, serde_json::Value>,
}

/// One app definition. In `apps`, and the body of `POST /apps`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppEntry {
    /// Unique on this server.
    pub name: String,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub id: Option<AppId>,
    #[serde(default = "external")]
    pub kind: AppKind,
    /// Name of the org that defines it; `null` for Salesforce's own apps.
    #[serde(default)]
    pub org: Option<String>,
    /// Of an external client app: `local` when left out.
    #[serde(default)]
    pub distribution: Option<Distribution>,
    /// `2026-01-31`; today when left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub created: Option<jiff::civil::Date>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Presentation::is_empty")]
    pub presentation: Presentation,
    /// Unique. Made up when left out.
    #[serde(default)]
    pub consumer_key: Option<String>,
    /// Made up when left out.
    #[serde(default)]
    pub consumer_secret: Option<String>,
    #[serde(default = "default_callbacks")]
    pub callback_urls: Vec<String>,
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    #[serde(default = "default_flows")]
    pub flows: Vec<Flow>,
    /// Require Secret for Web Server Flow.
    #[serde(default = "yes")]
    pub require_secret: bool,
    /// Require Secret for Refresh Token Flow; as `require_secret` when left out.
    #[serde(default)]
    pub require_secret_for_refresh: Option<bool>,
    #[serde(default)]
    pub require_pkce: bool,
    #[serde(default)]
    pub rotate_refresh_tokens: bool,
    /// The org switches for PKCE and rotation do not reach this app.
    #[serde(default)]
    pub exempt_from_org_switches: bool,
    /// Username that client credentials act as in the org that defines the app.
    #[serde(default)]
    pub run_as: Option<String>,
    /// Issue Asset Tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset_tokens: Option<AssetTokens>,
    /// ID tokens, custom attributes, single logout and the like.
    #[serde(default, skip_serializing_if = "OauthDetails::is_default")]
    pub oauth: OauthDetails,
    /// PEM of an X.509 certificate, at most 4 KB: verifies JWT bearer assertions and signed client assertions.
    #[serde(default)]
    pub certificate: Option<String>,
    /// Issue JSON Web Token (JWT)-based access tokens for named users.
    #[serde(default)]
    pub jwt_access_tokens: bool,
    /// Introspect All Tokens: also those of other apps.
    #[serde(default)]
    pub introspect_all_tokens: bool,
    /// Limit Idle Refresh Token Time-to-Live (TTL) to 30 Days.
    #[serde(default)]
    pub limit_idle_refresh_tokens: bool,
    /// Enforce Refresh Token IP Allowlist.
    #[serde(default)]
    pub enforce_refresh_ip_allowlist: bool,
    /// At most 128 ranges with 256 addresses in all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refresh_ip_allowlist: Vec<AllowedRange>,
    /// Trusted IP Ranges for OAuth Web Server Flow: from elsewhere a code is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trusted_ip_ranges: Vec<AllowedRange>,
    /// The partner attested the security controls, which locks them on.
    #[serde(default)]
    pub controls_attested: bool,
    /// Salesforce suspended the app for a violation of the partner controls.
    #[serde(default)]
    pub suspended: bool,
    /// What the app brings beside OAuth; a connected app's alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<AppFeature>,
    /// Filled in by the server: the external client app that took the connected app's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migrated_to: Option<String>,
    /// Filled in by the server: the connected app that the external client app was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migrated_from: Option<String>,
    /// Filled in by the server.
    #[serde(default)]
    pub install_url: Option<String>,
}

/// One package version. In `packages`, and the body of `POST /packages`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackageEntry {
    /// One org's on this server.
    pub name: String,
    /// Name of the org that publishes it.
    pub org: String,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub version_id: Option<PackageVersionId>,
    /// `1.0.0` when left out. A package may have several entries, one for each version.
    #[serde(default)]
    pub version: Option<String>,
    /// The build of that number; 1 when left out.
    #[serde(default)]
    pub build: Option<u32>,
    /// `ver 1.0` when left out.
    #[serde(default)]
    pub version_name: Option<String>,
    /// Second generation and which kind of it, or first. A Dev Hub's package is managed when left out, any other of the first generation.
    #[serde(default)]
    pub generation: Option<PackageKind>,
    /// The namespace of its components; the org that holds it cannot install the package. The publisher's own when left out.
    #[serde(default)]
    pub namespace: Option<String>,
    #[serde(default)]
    pub installation_key: Option<String>,
    #[serde(default = "yes")]
    pub promoted: bool,
    /// Names of the apps it carries. External client apps with the scopes they have when the version is made.
    pub apps: Vec<String>,
    /// Package versions that must be installed before: `04t` ids, or names for the newest version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<String>,
    /// Filled in by the server.
    #[serde(default)]
    pub install_url: Option<String>,
}

/// The virtual clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClockEntry {
    /// RFC 3339.
    pub now: Option<String>,
    pub frozen: bool,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

fn external() -> AppKind {
    AppKind::ExternalClientApp
}

fn default_callbacks() -> Vec<String> {
    vec!["http://localhost:1717/OauthRedirect".to_owned()]
}

fn default_scopes() -> Vec<String> {
    ["api", "refresh_token"].map(str::to_owned).to_vec()
}

fn default_flows() -> Vec<Flow> {
    vec![Flow::WebServer, Flow::RefreshToken]
}

/// Tells a member that is `null` from one that is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
