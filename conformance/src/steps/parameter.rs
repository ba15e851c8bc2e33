//! Words that several phrases share, parsed once.

use std::str::FromStr;

use cucumber::Parameter;

use crate::failure::Failure;
use crate::world::{ADMIN, ORG, PUBLISHER};

/// The name of an app in a feature: `"Reports"`.
#[derive(Debug, Parameter)]
#[param(name = "app", regex = r#""([^"]*)""#)]
pub(super) struct AppName(pub(super) String);

/// Somebody who acts: `the admin`, or a user by name: `"ada"`.
#[derive(Debug, Parameter)]
#[param(name = "user", regex = r#"(the admin|the admin of another org|the admin of the sandbox|the admin of the publisher|"[^"]*")"#)]
pub(super) struct UserName(pub(super) String);

/// An org of the scenario.
#[derive(Debug, Parameter)]
#[param(name = "org", regex = "(the org|another org|the sandbox|the publisher)")]
pub(super) struct OrgName(pub(super) String);

/// Which of several answers or tokens, counted from 0.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "ordinal", regex = "(first|second|third)")]
pub(super) struct Ordinal(pub(super) usize);

/// A span of time, kept as ISO 8601.
#[derive(Debug, Parameter)]
#[param(name = "duration", regex = r"(\d+ (?:second|minute|hour|day)s?)")]
pub(super) struct Duration(pub(super) String);

/// A token still serves, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Parameter)]
#[param(name = "works", regex = "(still works|works|no longer works)")]
pub(super) struct Works(pub(super) bool);

/// Where an app stands in the org before the scenario begins.
#[derive(Debug, Clone, Copy, PartialEq, Parameter)]
#[param(name = "presence", regex = "(an installed|an uninstalled|the org's own|a packaged uninstalled|a local foreign)")]
pub(super) enum Presence {
    Installed,
    Uninstalled,
    Own,
    /// An external client app of another org, in a package that nobody installed here.
    Packaged,
    /// An external client app that never leaves the org it was made in.
    LocalForeign,
}

/// What kind of app.
#[derive(Debug, Clone, Copy, PartialEq, Parameter)]
#[param(name = "app_kind", regex = "(connected app|external client app)")]
pub(super) enum AppKind {
    Connected,
    ExternalClient,
}

impl AppKind {
    /// The word of the world document.
    pub(super) fn wire(self) -> &'static str {
        match self {
            Self::Connected => "connected_app",
            Self::ExternalClient => "external_client_app",
        }
    }
}

fn unknown(text: &str) -> Failure {
    Failure::new(format!("not a word of the vocabulary: {text:?}"))
}

impl FromStr for AppName {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for UserName {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        debug_assert!(text.starts_with(ADMIN) || text.starts_with('"'));
        Ok(Self(text.trim_matches('"').to_owned()))
    }
}

impl FromStr for OrgName {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        debug_assert!([ORG, PUBLISHER, "another org", "the sandbox"].contains(&text));
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Ordinal {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        match text {
            "first" => Ok(Self(0)),
            "second" => Ok(Self(1)),
            "third" => Ok(Self(2)),
            _ => Err(unknown(text)),
        }
    }
}

impl FromStr for Duration {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let (count, unit) = text.split_once(' ').ok_or_else(|| unknown(text))?;
        match unit.trim_end_matches('s') {
            "second" => Ok(Self(format!("PT{count}S"))),
            "minute" => Ok(Self(format!("PT{count}M"))),
            "hour" => Ok(Self(format!("PT{count}H"))),
            // Days as hours: a day of the virtual clock has 24 of them, whatever the zone.
            "day" => Ok(Self(format!("PT{}H", 24 * count.parse::<u64>().map_err(|_| unknown(text))?))),
            _ => Err(unknown(text)),
        }
    }
}

impl FromStr for Works {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        Ok(Self(text != "no longer works"))
    }
}

impl FromStr for Presence {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        match text {
            "an installed" => Ok(Self::Installed),
            "an uninstalled" => Ok(Self::Uninstalled),
            "the org's own" => Ok(Self::Own),
            "a packaged uninstalled" => Ok(Self::Packaged),
            "a local foreign" => Ok(Self::LocalForeign),
            _ => Err(unknown(text)),
        }
    }
}

impl FromStr for AppKind {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        match text {
            "connected app" => Ok(Self::Connected),
            "external client app" => Ok(Self::ExternalClient),
            _ => Err(unknown(text)),
        }
    }
}
