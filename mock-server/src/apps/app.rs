//! What an app is (its developer's side) and what an org decided about it (its admin's side).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AllowedRange, Certificate, ConsumerDetails, OauthDetails, PolicyDetails, Presentation, ReplacedDetails, StartPage};
use crate::clock::Timestamp;
use crate::id::{AppId, OrgId, PackageVersionId, RecordId};
use crate::secret::Secret;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppKind {
    ConnectedApp,
    ExternalClientApp,
}

/// Which orgs may use an external client app. Connected apps have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Its own org alone.
    Local,
    /// Every org that installs the package carrying it.
    Packaged,
}

/// How an org stands to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Defined in this org.
    Own,
    /// An admin pressed Install, or installed its package.
    Installed,
    /// Somebody got a token here or, since Spring '26, tried to.
    Known,
    #[default]
    Unseen,
}

impl Presence {
    /// The org's own app, or installed: the install gate has nothing against it.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Own | Self::Installed)
    }
}

/// An OAuth flow, as apps switch it on and admission judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    WebServer,
    RefreshToken,
    UserAgent,
    Hybrid,
    JwtBearer,
    ClientCredentials,
    Device,
    TokenExchange,
    SamlBearer,
    SamlAssertion,
    UsernamePassword,
    CodeCredentials,
}

impl Flow {
    pub const ALL: [Self; 12] = [
        Self::WebServer,
        Self::RefreshToken,
        Self::UserAgent,
        Self::Hybrid,
        Self::JwtBearer,
        Self::ClientCredentials,
        Self::Device,
        Self::TokenExchange,
        Self::SamlBearer,
        Self::SamlAssertion,
        Self::UsernamePassword,
        Self::CodeCredentials,
    ];

    /// The name used in world files, the control API and the journal.
    pub fn name(self) -> &'static str {
        match self {
            Self::WebServer => "web_server",
            Self::RefreshToken => "refresh_token",
            Self::UserAgent => "user_agent",
            Self::Hybrid => "hybrid",
            Self::JwtBearer => "jwt_bearer",
            Self::ClientCredentials => "client_credentials",
            Self::Device => "device",
            Self::TokenExchange => "token_exchange",
            Self::SamlBearer => "saml_bearer",
            Self::SamlAssertion => "saml_assertion",
            Self::UsernamePassword => "username_password",
            Self::CodeCredentials => "code_credentials",
        }
    }

    /// The user stands before a browser at the authorize endpoint (or the device page) of this flow.
    pub fn is_interactive(self) -> bool {
        matches!(self, Self::WebServer | Self::UserAgent | Self::Hybrid | Self::Device)
    }
}

/// A connected app or external client app as its developer defined it. Crosses orgs; lives in the shared database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppDefinition {
    pub id: AppId,
    /// Unique on this server.
    pub name: String,
    /// The name by which metadata knows it, where it is not made of [`Self::name`].
    #[serde(default)]
    pub developer_name: Option<String>,
    #[serde(default)]
    pub contact_email: Option<String>,
    pub description: Option<String>,
    #[serde(default)]
    pub presentation: Presentation,
    pub kind: AppKind,
    /// The org that defines it.
    pub owner: OrgId,
    /// `None` for connected apps.
    pub distribution: Option<Distribution>,
    pub created: jiff::civil::Date,
    /// Unique across all orgs.
    pub consumer_key: String,
    pub consumer_secret: Secret,
    /// Compared character by character with `redirect_uri`.
    pub callback_urls: Vec<String>,
    /// Scope tokens as they travel (`api`, `refresh_token`, …).
    pub scopes: Vec<String>,
    pub flows: Vec<Flow>,
    /// Require Secret for Web Server Flow.
    pub require_secret: bool,
    /// Require Secret for Refresh Token Flow.
    pub require_secret_for_refresh: bool,
    pub require_pkce: bool,
    pub rotate_refresh_tokens: bool,
    /// The org switches `require_pkce` and `rotate_refresh_tokens` do not reach this app. True for the Salesforce CLI's own client alone.
    pub exempt_from_org_switches: bool,
    /// Username that client credentials act as in the owner's org.
    pub run_as: Option<String>,
    /// Issue Asset Tokens: how; `None` where the app issues none.
    #[serde(default)]
    pub asset_tokens: Option<AssetTokens>,
    /// Settings beside those that have a field of their own.
    #[serde(default)]
    pub oauth: OauthDetails,
    /// For JWT bearer and signed client assertions.
    pub certificate: Option<Certificate>,
    /// Issue JSON Web Token (JWT)-based access tokens for named users.
    #[serde(default)]
    pub jwt_access_tokens: bool,
    /// Introspect All Tokens: also those of other apps.
    #[serde(default)]
    pub introspect_all_tokens: bool,
    /// Orgs that let their visitors use the app, or did: where to look, the row of the org decides.
    #[serde(default)]
    pub guest_orgs: BTreeSet<OrgId>,
    /// A set of consumer details that waits to take the place of the current one.
    #[serde(default)]
    pub staged: Option<ConsumerDetails>,
    /// The set that the current one replaced.
    #[serde(default)]
    pub replaced: Option<ReplacedDetails>,
    /// When its developer last saved it.
    #[serde(default)]
    pub changed: Timestamp,
    /// Limit Idle Refresh Token Time-to-Live (TTL) to 30 Days.
    #[serde(default)]
    pub limit_idle_refresh_tokens: bool,
    /// Enforce Refresh Token IP Allowlist.
    #[serde(default)]
    pub enforce_refresh_ip_allowlist: bool,
    #[serde(default)]
    pub refresh_ip_allowlist: Vec<AllowedRange>,
    /// Trusted IP Ranges for OAuth Web Server Flow: whoever authorizes from elsewhere proves who it is by a code first.
    #[serde(default)]
    pub trusted_ip_ranges: Vec<AllowedRange>,
    /// The partner attested the security controls: they are locked on, only the ranges stay editable.
    #[serde(default)]
    pub controls_attested: bool,
    /// Salesforce suspended the app for a violation of the partner controls. GUESS: when it does (more than two customers' production orgs) is not
    /// counted here: whoever writes the definition says so.
    #[serde(default)]
    pub suspended: bool,
    /// Callbacks that an org put in the place of the developer's.
    #[serde(default)]
    pub callback_overrides: BTreeMap<OrgId, Vec<String>>,
    /// What the app brings beside OAuth.
    #[serde(default)]
    pub features: Vec<AppFeature>,
    /// Of a connected app: the external client app that took its place. It is read-only until that one is deleted.
    #[serde(default)]
    pub migrated_to: Option<AppId>,
    /// Of an external client app: the connected app it was made of.
    #[serde(default)]
    pub migrated_from: Option<AppId>,
    /// Of such an external client app: the connected app's key and secret came along.
    #[serde(default)]
    pub kept_consumer_key: bool,
    /// How a program registered it; `None` for apps that a person made.
    #[serde(default)]
    pub registration: Option<Registration>,
}

/// What a program said of an app when it registered it, and the hash of the token that reads it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    pub access_token: Vec<u8>,
    pub at: Timestamp,
    pub grant_types: Vec<String>,
    pub response_types: Vec<String>,
    /// `web` or `native`.
    pub application_type: String,
    pub contacts: Vec<String>,
    /// `client_secret_post`, …
    pub auth_method: String,
}

/// Something an app brings beside OAuth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppFeature {
    SessionMonitoring,
    /// A custom handler class that runs when the app is launched.
    LaunchHandler,
    MobilePin,
    Canvas,
    PushNotifications,
    UserProvisioning,
}

impl AppFeature {
    pub const ALL: [Self; 6] =
        [Self::SessionMonitoring, Self::LaunchHandler, Self::MobilePin, Self::Canvas, Self::PushNotifications, Self::UserProvisioning];

    /// As Setup calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::SessionMonitoring => "session monitoring",
            Self::LaunchHandler => "a custom connected app handler",
            Self::MobilePin => "mobile PIN protection",
            Self::Canvas => "Canvas",
            Self::PushNotifications => "push notifications",
            Self::UserProvisioning => "user provisioning",
        }
    }
}

/// What an app's asset tokens are like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetTokens {
    /// Token Validity, in minutes.
    #[serde(default = "AssetTokens::an_hour")]
    pub validity_minutes: u32,
    /// Asset Audiences: the `aud` of the tokens.
    #[serde(default)]
    pub audiences: Vec<String>,
}

impl AssetTokens {
    fn an_hour() -> u32 {
        60
    }
}

impl AppDefinition {
    pub fn allows(&self, flow: Flow) -> bool {
        self.flows.contains(&flow)
    }

    /// The callbacks that count in an org: its own in the place of the developer's, where it put some.
    pub fn callbacks(&self, org: OrgId) -> &[String] {
        self.callback_overrides.get(&org).unwrap_or(&self.callback_urls)
    }

    /// Whether the callback counts in any org. Which one is asked is known after the login.
    pub fn has_callback(&self, uri: &str) -> bool {
        self.callback_urls.iter().chain(self.callback_overrides.values().flatten()).any(|registered| registered == uri)
    }

    /// The API name, made of the label unless it was given: letters, digits and single underscores, beginning with a letter.
    pub fn developer_name(&self) -> String {
        self.developer_name.clone().unwrap_or_else(|| developer_name(&self.name))
    }

    /// The id of its OAuth consumer.
    pub fn consumer_id(&self) -> RecordId {
        self.id.record().with_prefix("888")
    }

    /// A connected app of which nothing is switched on yet: whoever makes it says what it is for.
    pub fn plain(id: AppId, name: String, owner: OrgId, (consumer_key, consumer_secret): (String, Secret), created: jiff::civil::Date) -> Self {
        Self {
            id,
            name,
            developer_name: None,
            contact_email: None,
            description: None,
            presentation: Presentation::default(),
            kind: AppKind::ConnectedApp,
            owner,
            distribution: None,
            created,
            consumer_key,
            consumer_secret,
            callback_urls: Vec::new(),
            scopes: Vec::new(),
            flows: Vec::new(),
            require_secret: false,
            require_secret_for_refresh: false,
            require_pkce: false,
            rotate_refresh_tokens: false,
            exempt_from_org_switches: false,
            run_as: None,
            asset_tokens: None,
            oauth: OauthDetails::default(),
            certificate: None,
            jwt_access_tokens: false,
            introspect_all_tokens: false,
            guest_orgs: BTreeSet::new(),
            staged: None,
            replaced: None,
            changed: Timestamp::default(),
            limit_idle_refresh_tokens: false,
            enforce_refresh_ip_allowlist: false,
            refresh_ip_allowlist: Vec::new(),
            trusted_ip_ranges: Vec::new(),
            controls_attested: false,
            suspended: false,
            callback_overrides: BTreeMap::new(),
            features: Vec::new(),
            migrated_to: None,
            migrated_from: None,
            kept_consumer_key: false,
            registration: None,
        }
    }

    /// The id under which app menus and `OauthToken.AppMenuItemId` list the app, once it is installed.
    pub fn menu_item(&self) -> RecordId {
        let app = self.id.record();
        RecordId::parse(&format!("0DS{}", &app.as_15()[3..])).unwrap_or(app)
    }

    /// The page where an admin installs this app (relative to the login host or a My Domain).
    pub fn install_path(&self) -> String {
        format!("/identity/app/AppInstallApprovalPage.apexp?app_id={}", self.id)
    }
}

/// The API name made of a label: letters, digits and single underscores, beginning with a letter.
pub fn developer_name(label: &str) -> String {
    let mut name = String::new();
    for c in label.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => name.push(c),
            _ if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            _ => {}
        }
    }
    let name = name.trim_end_matches('_');
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name.to_owned() } else { format!("X{name}") }
}

/// Who may use an app in an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PermittedUsers {
    /// All users may self-authorize.
    #[default]
    AllUsers,
    /// Admin approved users are pre-authorized; the others are refused.
    AdminApproved,
}

/// Whether addresses outside the login ranges may use an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IpRelaxation {
    #[default]
    Enforce,
    RelaxForRefreshTokens,
    RelaxForActivatedDevices,
    Relax,
}

/// What an app demands of the session of a user who authorizes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionPolicy {
    #[default]
    None,
    /// High assurance session required; a session that is less is raised by a second factor.
    RaiseSessionLevel,
    /// High assurance session required; a session that is less is refused.
    Block,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodUnit {
    Hours,
    Days,
    /// Counted as 30 days.
    Months,
}

/// How long a refresh token lives. Read only when the token is used; the running session is untouched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RefreshTokenPolicy {
    #[default]
    UntilRevoked,
    ImmediatelyExpire,
    /// Expire refresh token if not used for this long.
    ExpireIfUnused {
        amount: u32,
        unit: PeriodUnit,
    },
    /// Expire refresh token after this long.
    ExpireAfter {
        amount: u32,
        unit: PeriodUnit,
    },
}

impl PeriodUnit {
    pub fn times(self, amount: u32) -> std::time::Duration {
        let hours = match self {
            Self::Hours => 1,
            Self::Days => 24,
            Self::Months => 24 * 30,
        };
        std::time::Duration::from_secs(u64::from(amount) * hours * 3600)
    }
}

/// Whether an external client app can be used at all where it is present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    #[default]
    Enabled,
    /// The app, or its OAuth plugin, is switched off.
    Disabled,
    /// Its record of app policies is gone.
    AppPolicyMissing,
    /// Its record of OAuth policies is gone.
    OauthPolicyMissing,
}

/// What one org knows and decided about one app. Lives in the org's database; an app without a row is unseen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgApp {
    pub app: AppId,
    pub presence: Presence,
    pub blocked: bool,
    pub availability: Availability,
    pub permitted_users: PermittedUsers,
    /// Names of profiles the app is granted to.
    pub profiles: Vec<String>,
    /// Names of permission sets the app is granted to.
    pub permission_sets: Vec<String>,
    /// Username that client credentials act as; in the owner's org the definition's is the default.
    pub run_as: Option<String>,
    pub refresh_token_policy: RefreshTokenPolicy,
    pub ip_relaxation: IpRelaxation,
    #[serde(default)]
    pub session_policy: SessionPolicy,
    /// Seconds without use until an access token ends; the profile's or the org's when left out.
    #[serde(default)]
    pub session_timeout: Option<u32>,
    /// Enable Code and Credentials Flow for Guest Users.
    #[serde(default)]
    pub guest_users: bool,
    /// Of an external client app.
    #[serde(default)]
    pub start_page: StartPage,
    /// Start URL that the admin gave, or OAuth Start URL; see [`OrgApp::start_url`].
    #[serde(default)]
    pub start_url: Option<String>,
    #[serde(default)]
    pub custom_start_url: Option<String>,
    #[serde(default)]
    pub mobile_start_url: Option<String>,
    /// Policies beside those that have a field of their own.
    #[serde(default)]
    pub details: PolicyDetails,
    /// Denied Attempts Due to Usage Restriction.
    pub denied_attempts: u32,
    pub installed_at: Option<Timestamp>,
    /// The package that brought it.
    pub package: Option<PackageVersionId>,
    /// The scopes of the app as the installed version has them; `None`: as its developer has them now.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
}

impl OrgApp {
    /// The default row of an app nobody has seen in the org.
    pub fn unseen(app: AppId) -> Self {
        Self {
            app,
            presence: Presence::Unseen,
            blocked: false,
            availability: Availability::Enabled,
            permitted_users: PermittedUsers::AllUsers,
            profiles: Vec::new(),
            permission_sets: Vec::new(),
            run_as: None,
            refresh_token_policy: RefreshTokenPolicy::UntilRevoked,
            ip_relaxation: IpRelaxation::Enforce,
            session_policy: SessionPolicy::None,
            session_timeout: None,
            guest_users: false,
            start_page: StartPage::None,
            start_url: None,
            custom_start_url: None,
            mobile_start_url: None,
            details: PolicyDetails::default(),
            denied_attempts: 0,
            installed_at: None,
            package: None,
            scopes: None,
        }
    }

    /// What the app may ask for in this org: a packaged app what its installed version says, whatever its developer added since.
    pub fn scopes_of<'a>(&'a self, app: &'a AppDefinition) -> &'a [String] {
        self.scopes.as_deref().unwrap_or(&app.scopes)
    }

    /// Counts an attempt that the gate refused. It makes the app known: from then on the usage page lists it.
    pub fn deny_attempt(&mut self) {
        self.denied_attempts += 1;
        if self.presence == Presence::Unseen {
            self.presence = Presence::Known;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_becomes_an_api_name() {
        for (label, name) in [("Reports", "Reports"), ("My  App (2)", "My_App_2"), ("2nd app-", "X2nd_app"), ("é", "X")] {
            assert_eq!(developer_name(label), name);
        }
    }
}
