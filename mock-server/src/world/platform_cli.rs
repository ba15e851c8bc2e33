//! The Salesforce CLI's own client, which every org knows and nobody defines.

use crate::app::{App, Taken};
use crate::apps::{AppDefinition, Flow};
use crate::id::OrgId;
use crate::secret::Secret;

/// Name and consumer key, as the CLI sends it.
pub const KEY: &str = "PlatformCLI";

/// No org has this number: the client is Salesforce's.
pub fn owner() -> OrgId {
    OrgId::numbered(0)
}

/// Adds the client unless the server has it.
/// Public, opaque tokens, never rotating, exempt from the org's PKCE and rotation switches.
pub fn add(app: &App) -> Result<(), Taken> {
    if app.registry().app_by_key(KEY).is_some() {
        return Ok(());
    }
    let Some(id) = super::made_up::app_id(KEY) else { return Ok(()) };
    let details = (KEY.to_owned(), Secret(super::made_up::consumer_secret(KEY)));
    app.put_app(AppDefinition {
        description: Some("Salesforce CLI".to_owned()),
        callback_urls: vec!["http://localhost:1717/OauthRedirect".to_owned()],
        scopes: ["api", "web", "refresh_token"].map(str::to_owned).to_vec(),
        flows: vec![Flow::WebServer, Flow::RefreshToken, Flow::Device],
        exempt_from_org_switches: true,
        ..AppDefinition::plain(id, KEY.to_owned(), owner(), details, jiff::civil::date(2018, 9, 1))
    })
}
