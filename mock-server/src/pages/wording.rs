//! Things of the rooms in the words and shapes of pages.

use super::view;
use crate::app::App;
use crate::apps::{AppDefinition, AppKind};
use crate::clock::Timestamp;
use crate::oauth::Scopes;

/// An app with the org that publishes it.
pub(super) fn published_app(app: &App, definition: &AppDefinition) -> view::App {
    let publisher = app.org(definition.owner).map(|org| org.facts().name.clone());
    view::App {
        id: definition.id.to_string(),
        name: definition.name.clone(),
        publisher,
        description: definition.description.clone().unwrap_or_default(),
        kind: kind(definition.kind),
    }
}

pub(super) fn kind(kind: AppKind) -> &'static str {
    kind.rules().label
}

/// All scopes that an app may ask for.
pub(super) fn app_scopes(definition: &AppDefinition) -> Vec<view::Scope> {
    scopes(Scopes::of(definition.scopes.iter().map(String::as_str)).unwrap_or_default())
}

pub(super) fn scopes(scopes: Scopes) -> Vec<view::Scope> {
    let mut lines: Vec<view::Scope> = Vec::new();
    for scope in scopes.iter() {
        match lines.last_mut() {
            // The identity scopes share a label, and one line.
            Some(line) if line.label == scope.label() => line.token = format!("{} {}", line.token, scope.token()),
            _ => lines.push(view::Scope { label: scope.label(), token: scope.token().to_owned() }),
        }
    }
    lines
}

/// `21 Nov 2026, 09:12 UTC`
pub(super) fn moment(at: Timestamp) -> String {
    at.civil().to_zoned(jiff::tz::TimeZone::UTC).strftime("%-d %b %Y, %H:%M UTC").to_string()
}
