//! Scopes: what a token may be used for.

use std::fmt;
use std::sync::Arc;

use crate::org::{CustomScope, CustomScopeFault, Org};

/// Every scope of Salesforce's discovery document with its label on the consent page, in the order answers print them.
/// The five identity scopes are one choice in Setup, so an app that has one of them has all.
const TABLE: &[(&str, &str)] = &[
    ("refresh_token", "Perform requests at any time"),
    ("full", "Full access"),
    ("api", "Manage user data via APIs"),
    ("web", "Manage user data via Web browsers"),
    ("id", "Access the identity URL service"),
    ("profile", "Access the identity URL service"),
    ("email", "Access the identity URL service"),
    ("address", "Access the identity URL service"),
    ("phone", "Access the identity URL service"),
    ("openid", "Access unique user identifiers"),
    ("chatter_api", "Access Connect REST API resources"),
    ("custom_permissions", "Access custom permissions"),
    ("visualforce", "Access Visualforce applications"),
    ("lightning", "Access Lightning applications"),
    ("content", "Access content resources"),
    ("wave_api", "Access Analytics REST API resources"),
    ("eclair_api", "Access Analytics REST API Charts Geodata resources"),
    ("pardot_api", "Manage Pardot services"),
    ("cdp_query_api", "Perform ANSI SQL queries on Customer Data Platform data"),
    ("cdp_profile_api", "Manage Customer Data Platform profile data"),
    ("cdp_ingest_api", "Manage Customer Data Platform Ingestion API data"),
    ("cdp_api", "Access all Data 360 API resources"),
    ("cdp_segment_api", "Access Data 360 segments"),
    ("cdp_identityresolution_api", "Access Data 360 identity resolution"),
    ("cdp_calculated_insight_api", "Access Data 360 calculated insights"),
    ("sfap_api", "Access the Salesforce API Platform"),
    ("einstein_gpt_api", "Access Einstein GPT services"),
    ("mcp_api", "Access MCP servers"),
    ("chatbot_api", "Access chatbot services"),
    ("interaction_api", "Access interaction API resources"),
    ("scrt_api", "Access messaging API resources"),
    ("user_registration_api", "Access headless registration API"),
    ("forgot_password", "Access headless forgot password API"),
    ("pwdless_login_api", "Access headless passwordless login API"),
];

/// A synonym that discovery lists as a scope of its own.
const OFFLINE_ACCESS: &str = "offline_access";

/// One scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope(u8);

macro_rules! named_scopes {
    ($($name:ident = $token:literal),* $(,)?) => {
        impl Scope {
            $(pub const $name: Self = Self(position($token));)*
        }
    };
}

named_scopes!(
    REFRESH_TOKEN = "refresh_token",
    FULL = "full",
    API = "api",
    WEB = "web",
    ID = "id",
    PROFILE = "profile",
    EMAIL = "email",
    ADDRESS = "address",
    PHONE = "phone",
    OPENID = "openid",
    CHATTER_API = "chatter_api",
    WAVE_API = "wave_api",
    ECLAIR_API = "eclair_api",
    SFAP_API = "sfap_api",
    VISUALFORCE = "visualforce",
    LIGHTNING = "lightning",
    CONTENT = "content",
    USER_REGISTRATION_API = "user_registration_api",
    FORGOT_PASSWORD = "forgot_password",
    PWDLESS_LOGIN_API = "pwdless_login_api",
);

const IDENTITY: [Scope; 5] = [Scope::ID, Scope::PROFILE, Scope::EMAIL, Scope::ADDRESS, Scope::PHONE];

const fn position(token: &str) -> u8 {
    let mut i = 0;
    while i < TABLE.len() {
        if same(TABLE[i].0.as_bytes(), token.as_bytes()) {
            return i as u8;
        }
        i += 1;
    }
    panic!("no such scope")
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    a.len() == b.len()
}

impl Scope {
    pub fn token(self) -> &'static str {
        TABLE[usize::from(self.0)].0
    }

    pub fn label(self) -> &'static str {
        TABLE[usize::from(self.0)].1
    }

    fn read(token: &str) -> Option<Self> {
        let token = if token == OFFLINE_ACCESS { "refresh_token" } else { token };
        TABLE.iter().position(|(known, _)| *known == token).map(|at| Self(at as u8))
    }
}

/// Every token of discovery's `scopes_supported`.
pub fn supported() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(token, _)| *token).chain([OFFLINE_ACCESS])
}

/// What is wrong with a custom scope beside others of its org: no standard scope has its name.
pub fn custom_scope_fault<'a>(scope: &CustomScope, others: impl IntoIterator<Item = &'a CustomScope>) -> Option<CustomScopeFault> {
    scope.fault(others).or_else(|| Scope::read(&scope.name.to_ascii_lowercase()).map(|_| CustomScopeFault::NameTaken))
}

/// A set of scopes: Salesforce's own, and the custom scopes of an org by their names. Nearly no set has any of those, so it costs a word beside
/// the bits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes {
    standard: u64,
    /// Sorted, each once; `None` for none.
    custom: Option<Arc<[String]>>,
}

/// A scope nobody defined, or a list that is no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a scope")]
pub struct UnknownScope(pub String);

impl Scopes {
    /// Reads Salesforce's own scopes, separated by spaces.
    pub fn parse(text: &str) -> Result<Self, UnknownScope> {
        Self::of(text.split_whitespace())
    }

    pub fn of<'a>(tokens: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownScope> {
        tokens.into_iter().try_fold(Self::default(), |set, token| {
            let scope = Scope::read(token).ok_or_else(|| UnknownScope(token.to_owned()))?;
            Ok(set.with(scope))
        })
    }

    /// Reads a list that may name custom scopes as well. Whether the org has them is asked when the org is known: see [`Scopes::are_known`].
    pub fn parse_with_custom(text: &str) -> Result<Self, UnknownScope> {
        // Of nearly every list this is all.
        if let Ok(standard) = Self::parse(text) {
            return Ok(standard);
        }
        let (own, other): (Vec<&str>, Vec<&str>) = text.split_whitespace().partition(|token| Scope::read(token).is_some());
        match other.iter().find(|token| !CustomScope::is_name(token)) {
            Some(token) => Err(UnknownScope((*token).to_owned())),
            None => Ok(Self::of(own)?.with_custom(other.into_iter().map(str::to_owned))),
        }
    }

    pub fn with(self, scope: Scope) -> Self {
        Self { standard: self.standard | 1 << scope.0, ..self }
    }

    pub fn without(self, scope: Scope) -> Self {
        Self { standard: self.standard & !(1 << scope.0), ..self }
    }

    /// These and custom scopes of the org.
    #[must_use]
    pub fn with_custom(self, names: impl IntoIterator<Item = String>) -> Self {
        let mut all: Vec<String> = names.into_iter().chain(self.custom().map(str::to_owned)).collect();
        all.sort();
        all.dedup();
        Self { custom: (!all.is_empty()).then(|| all.into()), ..self }
    }

    /// Both sets together.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        let standard = self.standard | other.standard;
        match (&self.custom, &other.custom) {
            (_, None) => Self { standard, ..self },
            (None, Some(_)) => Self { standard, custom: other.custom.clone() },
            (Some(_), Some(_)) => Self { standard, ..self }.with_custom(other.custom().map(str::to_owned)),
        }
    }

    pub fn has(&self, scope: Scope) -> bool {
        self.standard & 1 << scope.0 != 0
    }

    /// The names of its custom scopes.
    pub fn custom(&self) -> impl Iterator<Item = &str> {
        self.custom.iter().flat_map(|names| names.iter()).map(String::as_str)
    }

    fn has_custom(&self, name: &str) -> bool {
        self.custom.as_ref().is_some_and(|names| names.binary_search_by(|known| known.as_str().cmp(name)).is_ok())
    }

    /// Whether the org has all of its custom scopes.
    pub fn are_known(&self, org: &Org) -> bool {
        self.custom().all(|name| org.custom_scope(name).is_some())
    }

    pub fn is_empty(&self) -> bool {
        self.standard == 0 && self.custom.is_none()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.standard.count_ones() as usize + self.custom.as_ref().map_or(0, |names| names.len())
    }

    /// What a token with these scopes may do: `full` is everything but refreshing, and any identity scope reaches the identity service.
    pub fn allows(&self, scope: Scope) -> bool {
        self.has(scope)
            || scope != Scope::REFRESH_TOKEN && self.has(Scope::FULL)
            || scope == Scope::CHATTER_API && self.has(Scope::API)
            || scope == Scope::ID && IDENTITY.iter().any(|one| self.has(*one))
    }

    /// What an app with these scopes may ask for. No standard scope stands for a custom one, `full` neither.
    pub fn offers(&self, wanted: &Self) -> bool {
        let identity = IDENTITY.iter().any(|one| self.has(*one));
        wanted.iter().all(|scope| self.allows(scope) || identity && IDENTITY.contains(&scope)) && wanted.custom().all(|name| self.has_custom(name))
    }

    /// Whether an app with these scopes may ask for the wanted ones, as far as they are Salesforce's own.
    pub fn offers_standard(&self, wanted: &Self) -> bool {
        self.offers(&Self { custom: None, ..wanted.clone() })
    }

    /// Those of these scopes that an app with `own` may ask for.
    #[must_use]
    pub fn offered_by(&self, own: &Self) -> Self {
        let standard = self.iter().filter(|scope| own.offers(&Self::default().with(*scope))).fold(Self::default(), Self::with);
        match self.custom {
            None => standard,
            Some(_) => standard.with_custom(self.custom().filter(|name| own.has_custom(name)).map(str::to_owned)),
        }
    }

    /// Without the custom scopes that `assigned` lacks.
    #[must_use]
    pub fn keeping_custom_of(self, assigned: &Self) -> Self {
        match self.custom {
            None => self,
            Some(_) => Self { custom: None, ..self.clone() }.with_custom(self.custom().filter(|name| assigned.has_custom(name)).map(str::to_owned)),
        }
    }

    pub fn contains(&self, other: &Self) -> bool {
        self.standard & other.standard == other.standard && other.custom().all(|name| self.has_custom(name))
    }

    /// Salesforce's own among them.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + use<> {
        let standard = self.standard;
        (0..TABLE.len() as u8).map(Scope).filter(move |scope| standard & 1 << scope.0 != 0)
    }

    /// Labels for the consent page, each once.
    pub fn labels(&self) -> Vec<&'static str> {
        let mut labels: Vec<_> = self.iter().map(Scope::label).collect();
        labels.dedup();
        labels
    }
}

/// Salesforce's own in its order, then custom ones by name (GUESS: their place was not recorded).
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut gap = "";
        for scope in self.iter() {
            write!(f, "{gap}{}", scope.token())?;
            gap = " ";
        }
        for name in self.custom() {
            write!(f, "{gap}{name}")?;
            gap = " ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(text: &str) -> Scopes {
        Scopes::parse(text).unwrap()
    }

    #[test]
    fn scopes_print_in_salesforces_order_not_the_requests() {
        assert_eq!(scopes("api id refresh_token").to_string(), "refresh_token api id");
        assert_eq!(scopes("offline_access").to_string(), "refresh_token");
    }

    #[test]
    fn full_is_everything_but_refreshing() {
        assert!(scopes("full").offers(&scopes("api web openid")));
        assert!(!scopes("full").offers(&scopes("refresh_token")));
    }

    #[test]
    fn one_identity_scope_offers_all_of_them() {
        assert!(scopes("id").offers(&scopes("profile email")));
        assert!(!scopes("api").offers(&scopes("profile")));
    }

    #[test]
    fn an_approval_gives_what_the_app_still_offers() {
        assert_eq!(scopes("api web refresh_token").offered_by(&scopes("api refresh_token")), scopes("api refresh_token"));
        assert_eq!(scopes("api web refresh_token").offered_by(&scopes("full")), scopes("api web"));
    }

    #[test]
    fn an_invented_scope_is_unknown() {
        assert_eq!(Scopes::parse("api bulk_api"), Err(UnknownScope("bulk_api".into())));
    }

    #[test]
    fn custom_scopes_are_asked_for_by_name_and_stand_behind_the_others() {
        let asked = Scopes::parse_with_custom("zeta api alpha zeta").unwrap();
        assert_eq!(asked.to_string(), "api alpha zeta");
        assert_eq!((asked.count(), asked.custom().count()), (3, 2));
        assert_eq!(Scopes::parse_with_custom(&asked.to_string()).unwrap(), asked);
        assert_eq!(Scopes::parse_with_custom("api no-name"), Err(UnknownScope("no-name".into())));
        assert_eq!(Scopes::parse("api alpha"), Err(UnknownScope("alpha".into())));
    }

    #[test]
    fn custom_scopes_are_offered_to_whom_they_are_assigned() {
        let own = scopes("full").with_custom(["alpha".to_owned(), "zeta".to_owned()]);
        let asked = Scopes::parse_with_custom("api alpha").unwrap();
        assert!(own.offers(&asked) && own.contains(&scopes("full").with_custom(["zeta".to_owned()])));
        assert!(!scopes("full").offers(&asked) && scopes("full").offers_standard(&asked));
        assert_eq!(asked.offered_by(&scopes("api")), scopes("api"));
        assert_eq!(asked.offered_by(&own), asked);
        assert_eq!(scopes("api").and(&asked).and(&own).to_string(), "full api alpha zeta");
        assert!(!own.without(Scope::FULL).is_empty());
    }
}
