//! `POST /services/oauth2/token`

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;

use super::answer::{self, Format};
use crate::app::{App, LiveOrg};
use crate::apps::{AppDefinition, Endpoint};
use crate::fault::Pause;
use crate::journal::Facts;
use crate::oauth::{
    ClientCredential, Desk, Issued, OAuthError, Origin, Parameters, RefreshLock, Scope, at_hash, credential, grant_to_lock, redeem_code, refresh,
};
use crate::org::Site;
use crate::table::{Peer, UntilSent};

/// Lifetime of an id_token in seconds. GUESS: Salesforce lets an app choose 1 to 720 minutes; two is what its Setup page shows first.
const ID_TOKEN_LIFE: i64 = 120;

/// What a grant type asks for.
enum Wanted<'p> {
    Code { code: &'p str, redirect_uri: Option<&'p str>, verifier: Option<&'p str> },
    Refresh(&'p str),
}

/// Redeems a grant. A refresh holds its grant's lock from here until its answer is written.
pub async fn token(State(app): State<App>, site: Site, (peer, pause, facts): (Peer, Pause, Facts), headers: HeaderMap, body: Bytes) -> Response {
    let parameters = match Parameters::read(&body) {
        Ok(parameters) => parameters,
        Err(error) => return answer::refuse(&error, Format::Json),
    };
    let format = Format::wanted(&parameters, &headers);
    let request = Request { app: &app, site: &site, facts: &facts, parameters: &parameters, headers: &headers, peer };
    match request.redeem(&pause).await {
        Ok((response, lock)) => {
            let mut response = answer::write(StatusCode::OK, format, "OAuth", &response);
            if let Some(lock) = lock {
                response.extensions_mut().insert(UntilSent::new(lock));
            }
            response
        }
        Err(error) => answer::refuse(&error, format),
    }
}

struct Request<'a> {
    app: &'a App,
    site: &'a Site,
    facts: &'a Facts,
    parameters: &'a Parameters,
    headers: &'a HeaderMap,
    peer: Peer,
}

impl<'a> Request<'a> {
    async fn redeem(&self, pause: &Pause) -> Result<(TokenResponse, Option<RefreshLock>), OAuthError> {
        let wanted = self.wanted()?;
        let client = self.client(&wanted)?;
        let org = self.org(&wanted)?;
        self.facts.note(|noted| {
            noted.org = Some(org.id());
            noted.app = Some(client.id);
        });
        let lock = match wanted {
            Wanted::Refresh(token) => self.lock(&org, &client, token)?,
            Wanted::Code { .. } => None,
        };
        pause.wait().await;
        let issued = self.issue(&org, &client, &wanted)?;
        Ok((self.response(&org, &client, issued)?, lock))
    }

    fn wanted(&self) -> Result<Wanted<'a>, OAuthError> {
        let get = |name| self.parameters.get(name);
        match get("grant_type") {
            Some("authorization_code") => {
                let code = get("code").ok_or(OAuthError::MissingParameter("code"))?;
                Ok(Wanted::Code { code, redirect_uri: get("redirect_uri"), verifier: get("code_verifier") })
            }
            Some("refresh_token") => {
                // GUESS: the text is recorded for client credentials only.
                if get("scope").is_some() {
                    return Err(OAuthError::ScopeOnRefresh);
                }
                get("refresh_token").map(Wanted::Refresh).ok_or(OAuthError::MissingParameter("refresh_token"))
            }
            Some(
                "client_credentials"
                | "password"
                | "device"
                | "hybrid_auth_code"
                | "hybrid_refresh"
                | "assertion"
                | "urn:ietf:params:oauth:grant-type:jwt-bearer"
                | "urn:ietf:params:oauth:grant-type:saml2-bearer"
                | "urn:ietf:params:oauth:grant-type:token-exchange",
            ) => Err(OAuthError::NotBuilt("this grant type")),
            None if get("response_type") == Some("device_code") => Err(OAuthError::NotBuilt("the device flow")),
            _ => Err(OAuthError::UnsupportedGrantType),
        }
    }

    fn client(&self, wanted: &Wanted<'_>) -> Result<Arc<AppDefinition>, OAuthError> {
        let authorization = self.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let credential = ClientCredential::read(self.parameters, authorization)?;
        let registry = self.app.registry();
        credential.authenticate(
            |key| registry.app_by_key(key),
            |client| match wanted {
                Wanted::Code { .. } => client.require_secret,
                Wanted::Refresh(_) => client.require_secret_for_refresh,
            },
        )
    }

    /// The org that the credential names, if tokens of it are dealt with here: elsewhere the credential is as unknown as an invented one.
    fn org(&self, wanted: &Wanted<'_>) -> Result<Arc<LiveOrg>, OAuthError> {
        let (claimed, unknown) = match wanted {
            Wanted::Code { code, .. } => (credential::org_of_code(code), OAuthError::UnknownCode),
            Wanted::Refresh(token) => (credential::org_of_refresh_token(token), OAuthError::DeadRefreshToken),
        };
        self.app.org_served(self.site, claimed).ok_or(unknown)
    }

    fn lock(&self, org: &LiveOrg, client: &AppDefinition, token: &str) -> Result<Option<RefreshLock>, OAuthError> {
        let Some(grant) = org.read(|tx| grant_to_lock(tx, client.id, token))? else { return Ok(None) };
        self.facts.note(|noted| noted.grant = Some(grant));
        match org.refreshes().try_lock(grant) {
            Some(lock) => Ok(Some(lock)),
            None => {
                if org.switches().concurrent_refresh_revokes {
                    org.write(|tx| crate::oauth::happen(tx, crate::oauth::Event::RefreshTokenReused(grant)))?;
                }
                Err(OAuthError::AlreadyProcessing)
            }
        }
    }

    fn issue(&self, org: &LiveOrg, client: &AppDefinition, wanted: &Wanted<'_>) -> Result<Issued, OAuthError> {
        let (facts, switches) = (org.facts(), org.switches());
        let origin = self.origin();
        let desk = Desk { org: &facts, switches: &switches, client, now: self.app.now(), entropy: self.app.entropy(), origin: &origin };
        let outcome = org.write(|tx| match wanted {
            Wanted::Code { code, redirect_uri, verifier } => redeem_code(tx, &desk, code, *redirect_uri, *verifier),
            Wanted::Refresh(token) => refresh(tx, &desk, token),
        })?;
        if let Err(OAuthError::Blocked { blocked, flow }) = outcome {
            self.app.explain(org, client, None, (blocked, flow, Endpoint::Token), self.facts);
        }
        let issued = outcome?;
        self.facts.note(|noted| {
            noted.user = Some(issued.user);
            noted.grant = Some(issued.grant);
            noted.presented = issued.presented;
            noted.issued = issued.refresh_token.is_some().then_some(issued.generation);
        });
        Ok(issued)
    }

    fn origin(&self) -> Origin {
        let browser = self.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("Unknown");
        Origin { source_ip: self.peer.address.ip().to_string(), login_url: self.site.url(), browser: browser.to_owned() }
    }

    fn response(&self, org: &LiveOrg, client: &AppDefinition, issued: Issued) -> Result<TokenResponse, OAuthError> {
        let facts = org.facts();
        let id = format!("{}/id/{}/{}", self.site.side_url(facts.kind.side()), facts.id, issued.user);
        let issued_at = issued.at.0.to_string();
        let id_token = if issued.presented.is_none() && issued.scopes.has(Scope::OPENID) { Some(self.id_token(client, &id, &issued)?) } else { None };
        Ok(TokenResponse {
            signature: signature(&client.consumer_secret.0, &id, &issued_at),
            scope: issued.scopes.to_string(),
            id_token,
            instance_url: self.site.my_domain_url(facts.id, &facts.my_domain()),
            id,
            token_type: "Bearer",
            issued_at,
            access_token: issued.access_token,
            refresh_token: issued.refresh_token,
        })
    }

    fn id_token(&self, client: &AppDefinition, subject: &str, issued: &Issued) -> Result<String, OAuthError> {
        let claims = IdToken {
            iss: &self.site.url(),
            sub: subject,
            aud: &client.consumer_key,
            iat: issued.at.seconds(),
            exp: issued.at.seconds() + ID_TOKEN_LIFE,
            at_hash: at_hash(&issued.access_token),
            nonce: issued.nonce.as_deref(),
        };
        Ok(self.app.keys().sign(&claims)?)
    }
}

/// Source: Salesforce help, "OAuth 2.0 Web Server Flow".
#[derive(Serialize)]
struct TokenResponse {
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    signature: String,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    instance_url: String,
    id: String,
    token_type: &'static str,
    /// Milliseconds since 1970, as text.
    issued_at: String,
}

#[derive(Serialize)]
struct IdToken<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
}

/// Base64 of HMAC-SHA256 over `id` and `issued_at`, keyed by the consumer secret.
fn signature(secret: &str, id: &str, issued_at: &str) -> String {
    match Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        Ok(mac) => STANDARD.encode(mac.chain_update(id).chain_update(issued_at).finalize().into_bytes()),
        Err(_) => String::new(),
    }
}
