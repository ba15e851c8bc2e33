//! The Salesforce CLI's own client, which every org knows and nobody defines.

use crate::app::{App, Taken};
use crate::apps::{AppDefinition, AppKind, Flow, Secret};
use crate::clock::Timestamp;
use crate::id::OrgId;

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
    app.put_app(AppDefinition {
        id,
        name: KEY.to_owned(),
        description: Some("Salesforce CLI".to_owned()),
        kind: AppKind::ConnectedApp,
        owner: owner(),
        distribution: None,
        created: jiff::civil::date(2018, 9, 1),
        consumer_key: KEY.to_owned(),
        consumer_secret: Secret(super::made_up::consumer_secret(KEY)),
        callback_urls: vec!["http://localhost:1717/OauthRedirect".to_owned()],
        scopes: ["api", "web", "refresh_token"].map(str::to_owned).to_vec(),
        flows: vec![Flow::WebServer, Flow::RefreshToken, Flow::Device],
        require_secret: false,
        require_secret_for_refresh: false,
        require_pkce: false,
        rotate_refresh_tokens: false,
        exempt_from_org_switches: true,
        run_as: None,
        asset_tokens: None,
        certificate: None,
        jwt_access_tokens: false,
        introspect_all_tokens: false,
        staged: None,
        replaced: None,
        changed: Timestamp::default(),
        limit_idle_refresh_tokens: false,
        enforce_refresh_ip_allowlist: false,
        refresh_ip_allowlist: Vec::new(),
        controls_attested: false,
        suspended: false,
        callback_overrides: std::collections::BTreeMap::new(),
        features: Vec::new(),
        migrated_to: None,
        migrated_from: None,
        registration: None,
    })
}
