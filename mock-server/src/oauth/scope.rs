//! Scopes: what a token may be used for.

use std::fmt;

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

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u64);

/// A scope nobody defined, or a list that is no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a scope")]
pub struct UnknownScope(pub String);

impl Scopes {
    /// Reads tokens separated by spaces.
    pub fn parse(text: &str) -> Result<Self, UnknownScope> {
        Self::of(text.split_whitespace())
    }

    pub fn of<'a>(tokens: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownScope> {
        tokens.into_iter().try_fold(Self::default(), |set, token| {
            let scope = Scope::read(token).ok_or_else(|| UnknownScope(token.to_owned()))?;
            Ok(set.with(scope))
        })
    }

    pub fn with(self, scope: Scope) -> Self {
        Self(self.0 | 1 << scope.0)
    }

    pub fn without(self, scope: Scope) -> Self {
        Self(self.0 & !(1 << scope.0))
    }

    pub fn has(self, scope: Scope) -> bool {
        self.0 & 1 << scope.0 != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What a token with these scopes may do: `full` is everything but refreshing, and any identity scope reaches the identity service.
    pub fn allows(self, scope: Scope) -> bool {
        self.has(scope)
            || scope != Scope::REFRESH_TOKEN && self.has(Scope::FULL)
            || scope == Scope::CHATTER_API && self.has(Scope::API)
            || scope == Scope::ID && IDENTITY.iter().any(|one| self.has(*one))
    }

    /// What an app with these scopes may ask for.
    pub fn offers(self, wanted: Self) -> bool {
        let identity = IDENTITY.iter().any(|one| self.has(*one));
        wanted.iter().all(|scope| self.allows(scope) || identity && IDENTITY.contains(&scope))
    }

    /// Those of these scopes that an app with `own` may ask for.
    #[must_use]
    pub fn offered_by(self, own: Self) -> Self {
        self.iter().filter(|scope| own.offers(Self::default().with(*scope))).fold(Self::default(), Self::with)
    }

    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn iter(self) -> impl Iterator<Item = Scope> {
        (0..TABLE.len() as u8).map(Scope).filter(move |scope| self.has(*scope))
    }

    /// Labels for the consent page, each once.
    pub fn labels(self) -> Vec<&'static str> {
        let mut labels: Vec<_> = self.iter().map(Scope::label).collect();
        labels.dedup();
        labels
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, scope) in self.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { " " }, scope.token())?;
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
        assert!(scopes("full").offers(scopes("api web openid")));
        assert!(!scopes("full").offers(scopes("refresh_token")));
    }

    #[test]
    fn one_identity_scope_offers_all_of_them() {
        assert!(scopes("id").offers(scopes("profile email")));
        assert!(!scopes("api").offers(scopes("profile")));
    }

    #[test]
    fn an_approval_gives_what_the_app_still_offers() {
        assert_eq!(scopes("api web refresh_token").offered_by(scopes("api refresh_token")), scopes("api refresh_token"));
        assert_eq!(scopes("api web refresh_token").offered_by(scopes("full")), scopes("api web"));
    }

    #[test]
    fn an_invented_scope_is_unknown() {
        assert_eq!(Scopes::parse("api bulk_api"), Err(UnknownScope("bulk_api".into())));
    }
}
