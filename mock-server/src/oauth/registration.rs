//! OpenID Connect Dynamic Client Registration: a program, not a person, makes a connected app of the org.

use serde_json::{Map, Value};

use super::{Digest, Scopes};
use crate::apps::{AppDefinition, ConsumerDetails, Flow, Registration};
use crate::clock::{Entropy, Timestamp};
use crate::id::{AppId, OrgId};
use crate::secret::same;

/// Apps that an org may have registered. Source: Salesforce help, OpenID Connect dynamic client registration.
pub const REGISTRATIONS: usize = 100;

/// What an app gets that names no scopes. GUESS: the answer is known to list scopes, not which.
const DEFAULT_SCOPES: &str = "api web openid id refresh_token";
const NAME_LENGTH: usize = 80;

/// Why an app was not registered. Codes: RFC 7591, 3.2.2, and the server's own list; the wording is a GUESS throughout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationRefused {
    #[error("the body must be a JSON object")]
    NoObject,
    #[error("redirect_uris must be a list of absolute URIs without fragments, by https, a custom scheme, or http to localhost")]
    RedirectUris,
    #[error("{0} is invalid")]
    Member(&'static str),
    #[error("no more than {REGISTRATIONS} apps can be registered")]
    LimitReached,
}

impl RegistrationRefused {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoObject | Self::Member(_) => "invalid_client_metadata",
            Self::RedirectUris => "invalid_redirect_uri",
            Self::LimitReached => "exceeded_registration_limit",
        }
    }
}

/// What a program says of an app, read and completed.
#[derive(Debug, Clone)]
pub struct ClientMetadata {
    pub client_name: Option<String>,
    redirect_uris: Vec<String>,
    scopes: Scopes,
    auth_method: &'static str,
    registration: Registration,
}

/// An app as it was registered, with the secrets that are shown this once.
pub struct Registered {
    pub definition: AppDefinition,
    pub access_token: String,
}

const GRANT_TYPES: [(&str, Flow); 6] = [
    ("authorization_code", Flow::WebServer),
    ("implicit", Flow::UserAgent),
    ("refresh_token", Flow::RefreshToken),
    ("client_credentials", Flow::ClientCredentials),
    ("urn:ietf:params:oauth:grant-type:jwt-bearer", Flow::JwtBearer),
    ("device", Flow::Device),
];
const RESPONSE_TYPE_WORDS: [&str; 3] = ["code", "token", "id_token"];
const AUTH_METHODS: [&str; 4] = ["client_secret_post", "client_secret_basic", "private_key_jwt", "none"];

impl ClientMetadata {
    /// Reads the members of OpenID Connect Dynamic Client Registration 1.0, section 2; those without a meaning here are ignored, as it demands.
    pub fn read(body: &[u8]) -> Result<Self, RegistrationRefused> {
        let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return Err(RegistrationRefused::NoObject) };
        let redirect_uris = list(&members, "redirect_uris")?.ok_or(RegistrationRefused::RedirectUris)?;
        if redirect_uris.is_empty() || !redirect_uris.iter().all(|uri| is_redirect_uri(uri)) {
            return Err(RegistrationRefused::RedirectUris);
        }
        let client_name = text(&members, "client_name")?.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        if client_name.as_ref().is_some_and(|name| name.chars().count() > NAME_LENGTH) {
            return Err(RegistrationRefused::Member("client_name"));
        }
        let grant_types = list(&members, "grant_types")?.unwrap_or_else(|| vec!["authorization_code".to_owned()]);
        let response_types = list(&members, "response_types")?.unwrap_or_else(|| vec!["code".to_owned()]);
        let asked = text(&members, "token_endpoint_auth_method")?.unwrap_or("client_secret_post");
        let auth_method = AUTH_METHODS.into_iter().find(|known| *known == asked);
        let application_type = text(&members, "application_type")?.unwrap_or("web");
        let check = |holds: bool, member| if holds { Ok(()) } else { Err(RegistrationRefused::Member(member)) };
        check(grant_types.iter().all(|name| GRANT_TYPES.iter().any(|(known, _)| known == name)), "grant_types")?;
        check(response_types.iter().all(|types| types.split(' ').all(|word| RESPONSE_TYPE_WORDS.contains(&word))), "response_types")?;
        check(matches!(application_type, "web" | "native"), "application_type")?;
        Ok(Self {
            client_name,
            redirect_uris,
            scopes: Scopes::parse(text(&members, "scope")?.unwrap_or(DEFAULT_SCOPES)).map_err(|_| RegistrationRefused::Member("scope"))?,
            auth_method: auth_method.ok_or(RegistrationRefused::Member("token_endpoint_auth_method"))?,
            registration: Registration {
                access_token: Vec::new(),
                grant_types,
                response_types,
                application_type: application_type.to_owned(),
                contacts: list(&members, "contacts")?.unwrap_or_default(),
                auth_method: asked.to_owned(),
                at: Timestamp(0),
            },
        })
    }

    /// Makes the app of it, under a name that is free.
    pub fn register(self, id: AppId, owner: OrgId, name: String, (now, entropy): (Timestamp, &Entropy)) -> Registered {
        let ConsumerDetails { consumer_key, consumer_secret, .. } = ConsumerDetails::fresh(entropy);
        let access_token = entropy.token(64);
        let public = self.auth_method == "none";
        // An app that gets codes may refresh: whether it is given refresh tokens, its scopes decide.
        let mut flows: Vec<Flow> = GRANT_TYPES
            .iter()
            .filter(|(name, flow)| *flow == Flow::RefreshToken || self.registration.grant_types.iter().any(|asked| asked == name))
            .map(|(_, flow)| *flow)
            .collect();
        flows.sort_unstable();
        let details = (consumer_key, consumer_secret);
        let created = now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let definition = AppDefinition {
            callback_urls: self.redirect_uris,
            scopes: self.scopes.iter().map(|scope| scope.token().to_owned()).collect(),
            flows,
            require_secret: !public,
            require_secret_for_refresh: !public,
            require_pkce: public,
            changed: now,
            registration: Some(Registration { access_token: Digest::of(&access_token).0.to_vec(), at: now, ..self.registration }),
            ..AppDefinition::plain(id, name, owner, details, created)
        };
        Registered { definition, access_token }
    }
}

/// Whether the token was given for this app when it was registered.
pub fn reads_registration(definition: &AppDefinition, unverified_token: &str) -> bool {
    let known = definition.registration.as_ref().map(|registration| registration.access_token.as_slice());
    known.is_some_and(|known| same(known, Digest::of(unverified_token).0))
}

fn text<'m>(members: &'m Map<String, Value>, name: &'static str) -> Result<Option<&'m str>, RegistrationRefused> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(RegistrationRefused::Member(name)),
    }
}

fn list(members: &Map<String, Value>, name: &'static str) -> Result<Option<Vec<String>>, RegistrationRefused> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(items)) if items.len() <= REGISTRATIONS => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned).ok_or(RegistrationRefused::Member(name)));
            texts.collect::<Result<_, _>>().map(Some)
        }
        Some(_) => Err(RegistrationRefused::Member(name)),
    }
}

fn is_redirect_uri(uri: &str) -> bool {
    let plain = uri.len() <= 2000 && uri.bytes().all(|byte| byte.is_ascii_graphic()) && !uri.contains('#');
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let host = rest.strip_prefix("//").unwrap_or_default().split(['/', '?']).next().unwrap_or_default();
    let local =
        ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')));
    plain
        && is_scheme
        && match scheme.to_ascii_lowercase().as_str() {
            "https" => !host.is_empty(),
            "http" => local,
            "javascript" | "data" | "vbscript" | "file" | "about" | "blob" => false,
            _ => !rest.is_empty(),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> Option<RegistrationRefused> {
        ClientMetadata::read(body.as_bytes()).err()
    }

    #[test]
    fn what_cannot_be_registered_is_named() {
        let check = |body: &str, why: RegistrationRefused| assert_eq!(refused(body), Some(why), "{body}");
        check("[]", RegistrationRefused::NoObject);
        check("{", RegistrationRefused::NoObject);
        check("{}", RegistrationRefused::RedirectUris);
        check(r#"{"redirect_uris":[]}"#, RegistrationRefused::RedirectUris);
        check(r#"{"redirect_uris":["x"]}"#, RegistrationRefused::RedirectUris);
        check(r#"{"redirect_uris":["javascript:alert(1)"]}"#, RegistrationRefused::RedirectUris);
        check(r#"{"redirect_uris":["http://evil.example/cb"]}"#, RegistrationRefused::RedirectUris);
        check(r#"{"redirect_uris":["http://localhost.evil.example/"]}"#, RegistrationRefused::RedirectUris);
        check(r#"{"redirect_uris":["https://a.example/#x"]}"#, RegistrationRefused::RedirectUris);
        check(r#"{"redirect_uris":"https://a.example/"}"#, RegistrationRefused::Member("redirect_uris"));
        check(r#"{"redirect_uris":["https://a.example/"],"grant_types":["magic"]}"#, RegistrationRefused::Member("grant_types"));
        check(r#"{"redirect_uris":["https://a.example/"],"response_types":["cookie"]}"#, RegistrationRefused::Member("response_types"));
        check(r#"{"redirect_uris":["https://a.example/"],"scope":"magic"}"#, RegistrationRefused::Member("scope"));
        check(r#"{"redirect_uris":["https://a.example/"],"client_name":7}"#, RegistrationRefused::Member("client_name"));
        check(
            r#"{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"tls"}"#,
            RegistrationRefused::Member("token_endpoint_auth_method"),
        );
    }

    #[test]
    fn a_public_client_needs_no_secret_but_a_challenge() {
        let read =
            ClientMetadata::read(br#"{"redirect_uris":["app://done","http://localhost:1717/cb"],"token_endpoint_auth_method":"none"}"#).unwrap();
        let id = AppId::parse("0CiFk0000000001").unwrap();
        let made = read.register(id, OrgId::numbered(1), "x".to_owned(), (Timestamp(0), &Entropy::new(Some(1))));
        let app = &made.definition;
        assert_eq!((app.require_secret, app.require_pkce, app.flows.as_slice()), (false, true, &[Flow::WebServer, Flow::RefreshToken][..]));
        assert!(reads_registration(app, &made.access_token) && !reads_registration(app, "x"));
        assert_eq!((app.consumer_key.len(), app.consumer_secret.0.len()), (85, 64));
    }
}
