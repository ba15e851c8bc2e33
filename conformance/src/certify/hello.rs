//! Asking an integration what it is, before anything is asked of it.

use std::collections::BTreeMap;

use super::profile::Profile;
use crate::client::Http;
use crate::client::control::App;
use crate::failure::Outcome;
use crate::integration::{Driver, Hello, Integration, Surroundings};
use crate::target::Target;
use crate::world::CALLBACK;
use futures_util::{StreamExt as _, stream};

/// Integrations asked at once: each is a process of its own for a moment.
const AT_ONCE: usize = 4;
/// The app of the built-in world that an integration is shown; nothing is asked of Salesforce yet.
const APP: &str = "web";

/// What the integration declares for each of these profiles, or why it did not say.
///
/// # Errors
/// When the server or the harness cannot do its part.
pub async fn ask(
    integration: &Integration,
    target: &Target,
    profiles: &[&'static Profile],
    extra: &[(String, String)],
) -> Outcome<BTreeMap<&'static str, Outcome<Hello>>> {
    if !integration.can_be_pointed() {
        let hello = hello(integration, target, profiles.first().map_or("", |profile| profile.id), extra).await;
        return Ok(profiles.iter().map(|profile| (profile.id, hello.clone())).collect());
    }
    let asked = stream::iter(profiles).map(|profile| async move { (profile.id, hello(integration, target, profile.id, extra).await) });
    Ok(asked.buffer_unordered(AT_ONCE).collect().await)
}

async fn hello(integration: &Integration, target: &Target, profile: &str, extra: &[(String, String)]) -> Outcome<Hello> {
    let state = tempfile::tempdir()?;
    let integration = integration.on_free_port()?;
    let surroundings = surroundings(&integration, target, profile, state.path().to_owned(), extra).await?;
    let driver = Driver::start(&integration, &surroundings).await?;
    let hello = driver.hello().await;
    // What it declared counts, however it ends.
    let _ = driver.stop().await;
    Ok(integration.declared(Some(hello?)))
}

async fn surroundings(
    integration: &Integration,
    target: &Target,
    profile: &str,
    state_dir: std::path::PathBuf,
    extra: &[(String, String)],
) -> Outcome<Surroundings> {
    // A world of the user's own may lack the app; what stands for it then is as good, since nothing is sent yet.
    let app = target.control(Http::new()?).get(&format!("/apps/{APP}")).await.and_then(|app| Ok(serde_json::from_value::<App>(app)?)).ok();
    let settled = &integration.app;
    let addresses = &target.addresses;
    Ok(Surroundings {
        login_url: addresses.login_url.clone(),
        test_url: addresses.test_url.clone(),
        client_id: settled.client_id.clone().or_else(|| Some(app.as_ref()?.consumer_key.clone())).unwrap_or_else(|| APP.to_owned()),
        client_secret: settled.client_secret.clone().or_else(|| app.as_ref()?.consumer_secret.clone()),
        redirect_uri: settled.redirect_uri.clone().or_else(|| app.as_ref()?.callback_urls.first().cloned()).unwrap_or_else(|| CALLBACK.to_owned()),
        private_key_file: settled.private_key_file.clone(),
        ca_file: addresses.ca_file.clone(),
        state_dir,
        profile: profile.to_owned(),
        extra: extra.to_vec(),
        ..Surroundings::default()
    })
}
