//! The apps of an org as components: what they are called, and what their files hold.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::app::{LiveOrg, Registry};
use crate::apps::{AppDefinition, AppKind, Availability, Installs, OrgApp, Presence, first_row};
use crate::clock::Timestamp;
use crate::metadata::{
    CONNECTED_APP, Component, Components, GLOBAL_SETTINGS, HEADER, OAUTH_POLICIES, OAUTH_SETTINGS, PLUGIN_POLICIES, connected_app_members,
    default_name, global_settings_members, header_members, oauth_policies_members, oauth_settings_members, plugin_policies_members,
};
use crate::storage::StoreError;
use crate::store::Tx;

/// An app that the org defines or that a package brought it.
pub(super) struct View {
    pub definition: Arc<AppDefinition>,
    pub row: OrgApp,
    pub is_own: bool,
    /// Of the package that brought it.
    pub namespace: Option<String>,
}

/// The org's own apps and those of its packages. Apps that were installed by themselves have no files.
pub(super) fn views(
    tx: &Tx<'_>,
    org: &LiveOrg,
    registry: &Registry,
    apps: impl Iterator<Item = Arc<AppDefinition>>,
    now: Timestamp,
) -> Result<Vec<View>, StoreError> {
    let mut views = Vec::new();
    for definition in apps {
        let is_own = definition.owner == org.id();
        let row = match tx.org_app(definition.id)? {
            Some(row) => row,
            None if is_own => first_row(&definition, org.id(), &org.switches(), now),
            None => continue,
        };
        let package = row.package.filter(|_| row.presence == Presence::Installed);
        if is_own || package.is_some() {
            let namespace = package.and_then(|id| registry.release(id)).and_then(|release| release.package.namespace.clone());
            views.push(View { definition, row, is_own, namespace });
        }
    }
    Ok(views)
}

/// The file of this type that belongs to an app, by the name of its header.
pub(super) fn part_of(tx: &Tx<'_>, kind: &str, header: &str) -> Result<Option<Component>, StoreError> {
    let belongs = |part: &Component| {
        part.members.get("externalClientApplication").and_then(Value::as_str).is_some_and(|name| name.trim().eq_ignore_ascii_case(header))
    };
    Ok(tx.components(kind)?.into_iter().find(belongs))
}

impl View {
    /// `App`, or `ns__App` where a package brought it.
    pub(super) fn full_name(&self) -> String {
        self.prefixed(&self.definition.developer_name())
    }

    fn prefixed(&self, name: &str) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}__{name}"),
            None => name.to_owned(),
        }
    }

    /// What the app's component of this type is called; `None` if it has none.
    pub(super) fn names(&self, tx: &Tx<'_>, kind: &str) -> Result<Option<String>, StoreError> {
        let wanted = if kind == CONNECTED_APP { AppKind::ConnectedApp } else { AppKind::ExternalClientApp };
        if self.definition.kind != wanted {
            return Ok(None);
        }
        let header = self.full_name();
        let deployed = |kind: &str| Ok::<_, StoreError>(part_of(tx, kind, &header)?.map(|part| part.full_name));
        let own = self.definition.developer_name();
        let settings = deployed(OAUTH_SETTINGS)?.unwrap_or_else(|| default_name(OAUTH_SETTINGS, &own, ""));
        Ok(match kind {
            HEADER | CONNECTED_APP => Some(header),
            OAUTH_SETTINGS => Some(if self.is_own { settings } else { self.prefixed(&settings) }),
            GLOBAL_SETTINGS if !self.is_own => None,
            PLUGIN_POLICIES if self.row.availability == Availability::AppPolicyMissing => None,
            OAUTH_POLICIES if self.row.availability == Availability::OauthPolicyMissing => None,
            _ => Some(deployed(kind)?.unwrap_or_else(|| default_name(kind, &own, &settings))),
        })
    }

    /// The members of the component's file.
    pub(super) fn members(&self, tx: &Tx<'_>, kind: &str, name: &str, with_secret: bool) -> Result<Map<String, Value>, StoreError> {
        let kept = tx.component(kind, name)?.map(|component| component.members).unwrap_or_default();
        let (app, row, header) = (&*self.definition, &self.row, self.full_name());
        Ok(match kind {
            HEADER => header_members(app, &kept),
            OAUTH_SETTINGS => oauth_settings_members(app, name, &header, &kept),
            GLOBAL_SETTINGS => global_settings_members(app, name, &kept, with_secret),
            PLUGIN_POLICIES => plugin_policies_members(row, name, &header, &kept),
            OAUTH_POLICIES => oauth_policies_members(row, name, &header, &kept),
            _ => connected_app_members(app, row, &kept),
        })
    }
}
