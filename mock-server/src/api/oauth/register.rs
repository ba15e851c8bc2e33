//! `POST /services/oauth2/register` and what it leads to: OpenID Connect Dynamic Client Registration 1.0.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::answer::{self, Format};
use super::identity::bearer;
use crate::app::{App, Caller};
use crate::apps::{About, Act, AppDefinition, Explains, Fix, may};
use crate::journal::Facts;
use crate::oauth::{ClientMetadata, OAuthError, Parameters, RegistrationRefused, SessionKind, reads_registration};
use crate::org::Site;
use crate::storage::StoreError;

/// An app as its registration shows it. The two secrets are told when it is made, and the consumer secret to whoever may read it.
#[derive(Serialize)]
struct ClientInformation<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    /// Never.
    client_secret_expires_at: u8,
    client_id_issued_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_access_token: Option<&'a str>,
    registration_client_uri: String,
    client_name: &'a str,
    redirect_uris: &'a [String],
    response_types: &'a [String],
    grant_types: &'a [String],
    application_type: &'a str,
    contacts: &'a [String],
    token_endpoint_auth_method: &'a str,
    scopes: &'a [String],
}

impl<'a> ClientInformation<'a> {
    fn of(site: &Site, definition: &'a AppDefinition, registration_access_token: Option<&'a str>) -> Option<Self> {
        let registration = definition.registration.as_ref()?;
        Some(Self {
            client_id: &definition.consumer_key,
            client_secret: &definition.consumer_secret.0,
            client_secret_expires_at: 0,
            client_id_issued_at: registration.at.seconds(),
            registration_access_token,
            registration_client_uri: format!("{}{}/services/oauth2/register/{}", site.url(), site.prefix(), definition.consumer_key),
            client_name: &definition.name,
            redirect_uris: &definition.callback_urls,
            response_types: &registration.response_types,
            grant_types: &registration.grant_types,
            application_type: &registration.application_type,
            contacts: &registration.contacts,
            token_endpoint_auth_method: &registration.auth_method,
            scopes: &definition.scopes,
        })
    }
}

/// Why nothing was registered or read.
#[derive(Debug)]
enum Refused {
    /// No initial access token, or one that ended.
    NoToken,
    /// The token's user may not make apps.
    NotAllowed,
    Registration(RegistrationRefused),
    /// Plain http, in an org that takes https alone.
    HttpsRequired(OAuthError),
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<RegistrationRefused> for Refused {
    fn from(refused: RegistrationRefused) -> Self {
        Self::Registration(refused)
    }
}

impl Refused {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NoToken => StatusCode::UNAUTHORIZED,
            Self::NotAllowed => StatusCode::FORBIDDEN,
            Self::Registration(_) => StatusCode::BAD_REQUEST,
            Self::HttpsRequired(error) => return answer::refuse(&error, Format::Json),
            Self::Store(error) => return answer::failed(error),
        };
        let mut response = answer::refuse_with(status, self);
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl Explains for Refused {
    fn rule(&self) -> &'static str {
        match self {
            Self::NoToken => "registration.no_token",
            Self::NotAllowed => "registration.not_allowed",
            Self::Registration(RegistrationRefused::LimitReached) => "registration.limit",
            Self::Registration(_) => "registration.metadata",
            Self::HttpsRequired(error) => error.rule(),
            Self::Store(_) => "server.failed",
        }
    }

    fn reason(&self) -> Cow<'static, str> {
        match self {
            Self::NoToken => "The request bears no live token of the org, or none that belongs to the registration.".into(),
            Self::NotAllowed => "The user of the initial access token may not make apps.".into(),
            Self::Registration(refused) => format!("The app cannot be registered: {refused}.").into(),
            Self::HttpsRequired(error) => error.reason(),
            Self::Store(_) => "The server failed; its log has the cause.".into(),
        }
    }

    /// GUESS: codes and status of RFC 6750 and RFC 7591; what Salesforce answers was not recorded.
    fn told(&self) -> (Cow<'static, str>, Cow<'static, str>) {
        match self {
            Self::NoToken => ("invalid_token".into(), "an initial access token is required".into()),
            Self::NotAllowed => ("insufficient_scope".into(), "the user may not create connected apps".into()),
            Self::Registration(refused) => (refused.code().into(), refused.to_string().into()),
            Self::HttpsRequired(error) => error.told(),
            Self::Store(_) => ("server_error".into(), "internal error".into()),
        }
    }

    fn fix(&self, about: About<'_>) -> Vec<Fix> {
        let client = |text: &str| vec![Fix::developer(text, "/services/oauth2/register")];
        match self {
            Self::NoToken => client("Send an access token that an admin got by an app, or the registration access token to read with"),
            Self::NotAllowed => vec![Fix::admin(
                "Setup > Users > Permission Sets > a set of the user > System Permissions > tick Customize Application and Modify All Data > Save",
                "/lightning/setup/PermSets/home",
            )],
            Self::Registration(RegistrationRefused::LimitReached) => {
                vec![Fix::admin("Setup > Apps > App Manager > delete registered apps that nobody uses", "/lightning/setup/NavigationMenus/home")]
            }
            Self::Registration(_) => client("Mend the metadata of the registration"),
            Self::HttpsRequired(error) => error.fix(about),
            Self::Store(_) => client("Try again later"),
        }
    }
}

/// Registers a connected app in the org of the initial access token: a token of an admin who may make apps.
pub async fn register(State(app): State<App>, site: Site, facts: Facts, headers: HeaderMap, body: Bytes) -> Response {
    registered(&app, &site, &facts, &headers, &body).unwrap_or_else(Refused::into_response)
}

fn registered(app: &App, site: &Site, facts: &Facts, headers: &HeaderMap, body: &[u8]) -> Result<Response, Refused> {
    let caller = caller(app, site, headers)?;
    facts.note(|noted| {
        noted.org = Some(caller.org.id());
        noted.user = Some(caller.user.id);
    });
    if !may(&caller.user, Act::ManageApps) {
        return Err(Refused::NotAllowed);
    }
    let metadata = ClientMetadata::read(body)?;
    let made = app.register_client(&caller.org, &metadata)??;
    facts.note(|noted| noted.app = Some(made.definition.id));
    let information = ClientInformation::of(site, &made.definition, Some(&made.access_token));
    Ok(answer::write(StatusCode::CREATED, Format::Json, "OAuth", &information))
}

fn caller(app: &App, site: &Site, headers: &HeaderMap) -> Result<Caller, Refused> {
    let none = Parameters::default();
    let token = bearer(headers, &none).map_err(|_| Refused::NoToken)?;
    let caller = app.caller(token)?.filter(|caller| caller.session.kind == SessionKind::Token).ok_or(Refused::NoToken)?;
    caller.org.takes_oauth(site).map_err(Refused::HttpsRequired)?;
    let org = caller.org.facts();
    if site.logs_in(org.id, org.kind.into()) { Ok(caller) } else { Err(Refused::NoToken) }
}

/// `GET /services/oauth2/register/{client_id}`: the registration, for whoever holds its own access token (section 4).
pub async fn read(State(app): State<App>, site: Site, Path(client_id): Path<String>, headers: HeaderMap) -> Response {
    let none = Parameters::default();
    let token = bearer(&headers, &none).unwrap_or_default();
    let known = app.registry().app_by_key(&client_id).filter(|definition| reads_registration(definition, token));
    let owner = known.as_ref().and_then(|definition| app.org(definition.owner));
    if let Some(Err(error)) = owner.map(|owner| owner.takes_oauth(&site)) {
        return Refused::HttpsRequired(error).into_response();
    }
    match known.as_deref().and_then(|definition| ClientInformation::of(&site, definition, None)) {
        Some(information) => answer::write(StatusCode::OK, Format::Json, "OAuth", &information),
        None => Refused::NoToken.into_response(),
    }
}
