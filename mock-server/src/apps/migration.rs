//! Migrate to External Client App: what stands against it, and the two apps it leaves. Source: `gate-and-policies.md` 2.7.

use jiff::civil::Date;

use super::{AppDefinition, AppFeature, AppKind, ConsumerDetails, Distribution, Flow};
use crate::id::AppId;

/// Why a connected app cannot be migrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MigrationBlocker {
    #[error("The app is an external client app already.")]
    NotConnected,
    #[error("The connected app was migrated before.")]
    Migrated,
    #[error("The connected app is part of a package. Only local connected apps can be migrated.")]
    Packaged,
    #[error("The connected app uses the OAuth username-password flow, which external client apps don't have.")]
    UsernamePassword,
    #[error("The connected app uses {}, which external client apps don't have.", .0.label())]
    Feature(AppFeature),
}

/// What keeps the app from being migrated, all of it. `packaged`: some package carries it.
pub fn migration_blockers(app: &AppDefinition, packaged: bool) -> Vec<MigrationBlocker> {
    let rules = AppKind::ExternalClientApp.rules();
    let mut blockers = Vec::new();
    if app.kind != AppKind::ConnectedApp {
        blockers.push(MigrationBlocker::NotConnected);
    }
    if app.migrated_to.is_some() {
        blockers.push(MigrationBlocker::Migrated);
    }
    if packaged {
        blockers.push(MigrationBlocker::Packaged);
    }
    if app.allows(Flow::UsernamePassword) && !rules.username_password {
        blockers.push(MigrationBlocker::UsernamePassword);
    }
    blockers.extend(app.features.iter().filter(|feature| !rules.features.contains(feature)).copied().map(MigrationBlocker::Feature));
    blockers
}

/// What the new external client app is given.
#[derive(Debug, Clone)]
pub struct NewIdentity {
    pub id: AppId,
    pub name: String,
    /// A key and a secret that nobody has.
    pub consumer: ConsumerDetails,
    pub created: Date,
}

/// The connected app, read-only from now on, and the local external client app that takes its settings over: with a key and secret of its own, or
/// with the connected app's, which then gets the fresh ones.
/// The addresses of its allowlist are not carried over: that is a known fault of Salesforce, 005387022.
pub fn migrated(app: &AppDefinition, identity: NewIdentity, keeps_key: bool) -> (AppDefinition, AppDefinition) {
    let current = app.consumer_details();
    let (of_old, of_new) = if keeps_key { (identity.consumer, current) } else { (current, identity.consumer) };
    let external = AppDefinition {
        id: identity.id,
        name: identity.name,
        developer_name: None,
        kind: AppKind::ExternalClientApp,
        distribution: Some(Distribution::Local),
        created: identity.created,
        consumer_key: of_new.consumer_key,
        consumer_secret: of_new.consumer_secret,
        enforce_refresh_ip_allowlist: false,
        refresh_ip_allowlist: Vec::new(),
        migrated_from: Some(app.id),
        kept_consumer_key: keeps_key,
        ..app.clone()
    };
    let connected =
        AppDefinition { consumer_key: of_old.consumer_key, consumer_secret: of_old.consumer_secret, migrated_to: Some(external.id), ..app.clone() };
    (connected, external)
}

/// The connected app as it was at the migration, once its external client app is deleted.
pub fn revived(app: &AppDefinition, external: &AppDefinition) -> AppDefinition {
    let consumer = if external.kept_consumer_key { external.consumer_details() } else { app.consumer_details() };
    AppDefinition { consumer_key: consumer.consumer_key, consumer_secret: consumer.consumer_secret, migrated_to: None, ..app.clone() }
}
