//! `POST /services/oauth2/token`

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::answer::{self, Format};
use super::device;
use super::form;
use super::grants::{self, Ready};
use super::guest;
use crate::app::{App, LiveOrg};
use crate::apps::{AppDefinition, Endpoint};
use crate::fault::Pause;
use crate::journal::Facts;
use crate::oauth::{OAuthError, Origin, Parameters, RefreshLock, Refused, TokenAnswer, record_refusal};
use crate::org::Site;
use crate::storage::StoreError;
use crate::table::{Peer, UntilSent};

/// Redeems a grant. Parameters may also stand in the address of the POST, as the npm client salesforce-oauth2 and guides for Postman send
/// them. A refresh holds its grant's lock from here until its answer is written.
/// GUESS: proofs of possession (DPoP) are not looked at; only their codes are known.
pub async fn token(
    State(app): State<App>,
    site: Site,
    (peer, pause, facts): (Peer, Pause, Facts),
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let parameters = match form::read(&headers, query.as_deref(), &body) {
        Ok(parameters) => parameters,
        Err(error) => return answer::refuse(&error, Format::Json),
    };
    let format = Format::wanted(&parameters, &headers);
    let origin = origin(peer, &site, &headers);
    let request = Request { app: &app, site: &site, facts: &facts, parameters: &parameters, headers: &headers, origin: &origin };
    if device::is_asked_for(&parameters) {
        return device::begin(&request).unwrap_or_else(|error| answer::refuse(&error, format));
    }
    if guest::is_asked_for(&headers) {
        return guest::redeem(&request, format).unwrap_or_else(|error| answer::refuse(&error, format));
    }
    match request.redeem(&pause).await {
        Ok((tokens, lock)) => {
            let mut response = answer::write(StatusCode::OK, format, "OAuth", &tokens);
            if let Some(lock) = lock {
                response.extensions_mut().insert(UntilSent::new(lock));
            }
            response
        }
        Err(error) => answer::refuse(&error, format),
    }
}

/// Where a program asks from.
pub fn origin(peer: Peer, site: &Site, headers: &HeaderMap) -> Origin {
    let browser = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("Unknown");
    Origin { address: Some(peer.address.ip()), login_url: site.url(), browser: browser.to_owned() }
}

/// A request to the token endpoint, as grant types read it.
pub struct Request<'a> {
    pub app: &'a App,
    pub site: &'a Site,
    pub facts: &'a Facts,
    pub headers: &'a HeaderMap,
    /// Of the body and the address.
    parameters: &'a Parameters,
    origin: &'a Origin,
}

impl<'a> Request<'a> {
    /// A parameter of the body, or of the address: clients name a device there, or an org.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.parameters.get(name)
    }

    /// Where the client calls from.
    pub fn origin(&self) -> &'a Origin {
        self.origin
    }

    /// Whether the client says who it is, in whichever way.
    pub fn names_client(&self) -> bool {
        form::names_client(self.headers, self.parameters)
    }

    /// A parameter that the grant cannot do without.
    pub fn required(&self, name: &'static str) -> Result<&'a str, OAuthError> {
        self.get(name).ok_or(OAuthError::MissingParameter(name))
    }

    /// The client, if it is who it says: by secret or assertion, or by key alone where the app requires neither for this grant.
    pub fn client(&self, secret_required: impl FnOnce(&AppDefinition) -> bool) -> Result<Arc<AppDefinition>, OAuthError> {
        let authorization = self.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let client = self.app.authenticate(self.site, self.parameters, authorization, secret_required)?;
        self.note_client(&client);
        Ok(client)
    }

    /// Says in the journal who asks.
    pub fn note_client(&self, client: &AppDefinition) {
        self.facts.note(|noted| noted.app = Some(client.id));
    }

    /// Leaves what the login history shows of a refused attempt.
    pub fn record(&self, org: &LiveOrg, client: Option<&AppDefinition>, refused: &Refused) -> Result<(), StoreError> {
        let counter = self.app.counter(org, self.site, self.origin);
        org.write(|tx| record_refusal(tx, &counter.desk(), client, refused))
    }

    async fn redeem(&self, pause: &Pause) -> Result<(TokenAnswer, Option<RefreshLock>), OAuthError> {
        let read = grants::find(self.parameters)?;
        let mut ready = read(self).map_err(|refused| refused.error)?;
        self.facts.note(|noted| {
            noted.org = Some(ready.org.id());
            noted.app = ready.client.as_ref().map(|client| client.id);
        });
        ready.org.takes_oauth(self.site)?;
        let lock = ready.lock.take();
        pause.wait().await;
        Ok((self.issue(ready)?, lock))
    }

    fn issue(&self, ready: Ready<'_>) -> Result<TokenAnswer, OAuthError> {
        let Ready { org, client, redeem, .. } = ready;
        let client = client.as_deref();
        let counter = self.app.counter(&org, self.site, self.origin);
        let desk = counter.desk();
        let outcome = org.write(|tx| {
            let outcome = redeem(tx, &desk)?;
            if let Err(refused) = &outcome {
                record_refusal(tx, &desk, client, refused)?;
            }
            Ok::<_, StoreError>(outcome)
        })?;
        let issued = match outcome {
            Ok(issued) => issued,
            Err(refused) => {
                self.explain(&org, client, &refused)?;
                return Err(refused.error);
            }
        };
        self.facts.note(|noted| {
            noted.user = Some(issued.user);
            noted.grant = issued.grant;
            noted.presented = issued.presented;
            noted.issued = issued.refresh_token.is_some().then_some(issued.generation);
        });
        Ok(TokenAnswer::of(&desk, client, issued)?)
    }

    /// Keeps the explanation of a refusal that has one.
    pub fn explain(&self, org: &LiveOrg, client: Option<&AppDefinition>, refused: &Refused) -> Result<(), StoreError> {
        let user = refused.user.map(|id| org.user(id)).transpose()?.flatten();
        self.facts.note(|noted| noted.user = refused.user.or(noted.user));
        if let (OAuthError::Blocked { blocked, flow }, Some(client)) = (&refused.error, client) {
            self.app.explain(org, client, user.as_deref(), (*blocked, *flow, Endpoint::Token), self.facts);
        }
        Ok(())
    }
}
