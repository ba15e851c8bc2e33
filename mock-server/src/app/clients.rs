//! Clients at the OAuth endpoints: which app a consumer key names now, and whether a client is who it says.

use std::sync::Arc;
use std::time::Duration;

use super::App;
use crate::apps::AppDefinition;
use crate::oauth::{ClientCredential, Here, OAuthError, Parameters};
use crate::org::{Host, Scheme, Side, Site, is_salesforce_name};

/// A host that an assertion is addressed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience {
    pub host: Host,
    /// It was named as this server's own address, which is the My Domain of orgs as well.
    pub stands_for_orgs: bool,
}

impl App {
    /// The app that a consumer key names now. A new or edited app is unknown until Salesforce has spread it, for as long as its owner's switch says.
    pub fn client_by_key(&self, key: &str) -> Option<Arc<AppDefinition>> {
        let (client, now) = (self.registry().app_by_key(key)?, self.now());
        let delay = self.org(client.owner).map_or(0, |owner| owner.switches().app_propagation_seconds);
        let is_spread = delay == 0 || now >= client.changed.plus(Duration::from_secs(delay.into()));
        (is_spread && client.secret_of(key, now).is_some()).then_some(client)
    }

    /// The client of a request, by secret, Basic or assertion; by its key alone where it needs no proof.
    pub fn authenticate(
        &self,
        site: &Site,
        parameters: &Parameters,
        authorization: Option<&str>,
        secret_required: impl FnOnce(&AppDefinition) -> bool,
    ) -> Result<Arc<AppDefinition>, OAuthError> {
        // GUESS: documented is the address of the token endpoint; OpenID clients name the issuer, and whether that is refused was not recorded.
        let is_audience = |text: &str| {
            let base = text.strip_suffix("/services/oauth2/token").unwrap_or(text);
            self.audience(site, base).is_some_and(|audience| self.is_addressed(site, audience))
        };
        let here = Here { now: self.now(), is_audience: &is_audience };
        ClientCredential::read(parameters, authorization)?.authenticate(|key| self.client_by_key(key), secret_required, &here)
    }

    /// The host that a URL names, as an assertion's audience does; `None` if it is none of ours. A slash at its end is overlooked (GUESS).
    pub fn audience(&self, site: &Site, url: &str) -> Option<Audience> {
        // Restforce signs for `login.salesforce.com`, without a scheme, and is let in.
        let (scheme, authority) = url.split_once("://").unwrap_or(("https", url));
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let scheme = match scheme {
            "https" => Scheme::Https,
            // Salesforce's own names are https alone.
            "http" if !is_salesforce_name(authority) => Scheme::Http,
            _ => return None,
        };
        if authority.contains(['/', '?', '#', '@', ' ']) {
            return None;
        }
        let named = Site::resolve(scheme, authority, site.host(), self.listeners(), |domain| self.org_at(domain)).ok()?;
        Some(Audience { host: named.host(), stands_for_orgs: named.stands_for_orgs() })
    }

    /// Whether an assertion with this audience is for the host that was asked: that host itself, or the login host and a My Domain of its orgs
    /// for one another.
    pub fn is_addressed(&self, site: &Site, audience: Audience) -> bool {
        let side_of = |host| match host {
            Host::Login => Some(Side::Login),
            Host::Test => Some(Side::Test),
            Host::Org(id) => self.org(id).map(|org| org.facts().kind.side()),
        };
        match (site.host(), audience.host) {
            (Host::Org(asked), Host::Org(named)) => asked == named,
            (asked, named) => side_of(asked) == side_of(named),
        }
    }
}
