//! API versions: which exist, the list of them, and the resources of one.

use std::fmt;

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use serde::{Serialize, Serializer};

use super::call::Call;
use super::error::RestError;
use super::format::{Answer, Format};
use super::resources::Resources;
use crate::api::version::{NEWEST, OLDEST};
use crate::storage::StoreError;
use crate::table::Table;

/// The list of versions is open to all, so it is no resource of a version.
pub(super) fn list_row(table: Table) -> Table {
    table.get("rest/versions", "/services/data", list)
}

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/resources", "/services/data/{version}", resources)
}

/// `GET /services/data`: open to all, and not counted.
async fn list(headers: HeaderMap) -> Response<Body> {
    let format = Format::of(&headers);
    match written(&entries(), "Versions") {
        Ok(answer) => format.answer(answer),
        Err(error) => format.refuse(&error),
    }
}

/// `GET /services/data/v67.0`
fn resources(call: &Call<'_>) -> Result<Answer, RestError> {
    let identity = format!("{}/id/{}/{}", call.site.url(), call.caller.org.id(), call.caller.user.id);
    written(&Root { version: call.version, identity: &identity }, "urls")
}

/// An answer with `body` as JSON; `root` is the element that holds it as XML.
pub(super) fn written(body: &impl Serialize, root: &'static str) -> Result<Answer, RestError> {
    let json = serde_json::to_vec(body).map_err(StoreError::new)?;
    Ok(Answer::json(json, root))
}

/// A supported version, `31.0` to [`NEWEST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiVersion(u16);

/// The first version there ever was of the REST API's URL form.
const FIRST: u16 = 7;

/// Why a path's version cannot be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoVersion {
    /// It existed once: answered 410.
    Retired,
    /// It never existed, or is not written `vNN.0`: answered like any unknown path.
    Unknown,
}

impl ApiVersion {
    /// Reads a path segment: `v67.0`.
    ///
    /// # Errors
    /// The version is retired or unknown.
    pub fn parse(segment: &str) -> Result<Self, NoVersion> {
        let digits = segment.strip_prefix('v').and_then(|rest| rest.strip_suffix(".0")).ok_or(NoVersion::Unknown)?;
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        match digits.parse() {
            Ok(number) if plain && (OLDEST..=NEWEST).contains(&number) => Ok(Self(number)),
            Ok(FIRST..OLDEST) if plain => Err(NoVersion::Retired),
            _ => Err(NoVersion::Unknown),
        }
    }

    /// The version a path under `/services/data/` asks for.
    pub fn of_path(path: &str) -> Result<Self, NoVersion> {
        let segment = path.strip_prefix("/services/data/").and_then(|rest| rest.split('/').next());
        Self::parse(segment.unwrap_or_default())
    }

    pub fn number(self) -> u16 {
        self.0
    }

    /// `/services/data/v67.0`
    pub fn path(self) -> String {
        format!("/services/data/{self}")
    }

    /// The release that brought it: three a year, Spring first.
    fn label(self) -> String {
        let (season, year) = match self.0 % 3 {
            0 => ("Spring", self.0 / 3 + 4),
            1 => ("Summer", self.0 / 3 + 4),
            _ => ("Winter", self.0 / 3 + 5),
        };
        format!("{season} '{year}")
    }
}

impl From<NoVersion> for RestError {
    fn from(none: NoVersion) -> Self {
        match none {
            NoVersion::Retired => Self::Gone,
            NoVersion::Unknown => Self::NotFound,
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.0", self.0)
    }
}

#[derive(Serialize)]
struct VersionEntry {
    label: String,
    url: String,
    version: String,
}

fn entries() -> Vec<VersionEntry> {
    let entry = |version: ApiVersion| VersionEntry { label: version.label(), url: version.path(), version: format!("{}.0", version.0) };
    (OLDEST..=NEWEST).map(ApiVersion).map(entry).collect()
}

/// The resources the version root names, in its order.
pub const RESOURCES: [&str; 49] = [
    "tooling",
    "metadata",
    "eclair",
    "folders",
    "prechatForms",
    "contact-tracing",
    "jsonxform",
    "chatter",
    "payments",
    "tabs",
    "appMenu",
    "quickActions",
    "queryAll",
    "commerce",
    "wave",
    "iot",
    "analytics",
    "search",
    "smartdatadiscovery",
    "identity",
    "composite",
    "parameterizedSearch",
    "fingerprint",
    "theme",
    "nouns",
    "domino",
    "event",
    "serviceTemplates",
    "recent",
    "connect",
    "licensing",
    "limits",
    "process",
    "dedupe",
    "async-queries",
    "query",
    "jobs",
    "localizedvalue",
    "mobile",
    "emailConnect",
    "consent",
    "tokenizer",
    "compactLayouts",
    "knowledgeManagement",
    "sobjects",
    "actions",
    "support",
    "ui-api",
    "graphql",
];

/// `/services/data/vNN.0`: a flat object; `identity` alone is absolute.
struct Root<'a> {
    version: ApiVersion,
    identity: &'a str,
}

impl Root<'_> {
    fn entries(&self) -> impl Iterator<Item = (&'static str, String)> {
        RESOURCES.into_iter().map(|name| match name {
            "identity" => (name, self.identity.to_owned()),
            _ => (name, format!("{}/{name}", self.version.path())),
        })
    }
}

impl Serialize for Root<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.entries())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn supported_versions_are_read_and_printed() {
        for text in ["v31.0", "v50.0", "v67.0"] {
            assert_eq!(ApiVersion::parse(text).map(|version| version.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(ApiVersion::of_path("/services/data/v59.0/sobjects/Account").map(ApiVersion::number), Ok(59));
    }

    #[test]
    fn retired_versions_are_told_from_those_that_never_were() {
        for text in ["v7.0", "v20.0", "v26.0", "v30.0"] {
            assert_eq!(ApiVersion::parse(text), Err(NoVersion::Retired), "{text}");
        }
        for text in ["v6.0", "v68.0", "v75.0", "v38", "38.0", "v", "", "v.0", "v031.0", "v+31.0", "V31.0", "v31.5", "v99999.0", "v31.0 "] {
            assert_eq!(ApiVersion::parse(text), Err(NoVersion::Unknown), "{text}");
        }
    }

    #[test]
    fn the_list_is_ascending_and_labelled_by_release() {
        let list = serde_json::to_string(&entries()).unwrap();
        assert!(list.starts_with(r#"[{"label":"Summer '14","url":"/services/data/v31.0","version":"31.0"},"#), "{list}");
        assert!(list.ends_with(r#"{"label":"Summer '26","url":"/services/data/v67.0","version":"67.0"}]"#), "{list}");
        let labels: Vec<_> = [64, 65, 66].map(|number| ApiVersion(number).label()).into();
        assert_eq!(labels, ["Summer '25", "Winter '26", "Spring '26"]);
    }

    #[test]
    fn the_version_root_is_flat_and_names_the_identity_absolutely() {
        let root = Root { version: ApiVersion(67), identity: "https://acme.my.salesforce.com/id/00D/005" };
        let root: serde_json::Value = serde_json::to_value(&root).unwrap();
        assert_eq!(root["identity"], "https://acme.my.salesforce.com/id/00D/005");
        assert_eq!(root["sobjects"], "/services/data/v67.0/sobjects");
        assert_eq!(root.as_object().unwrap().len(), RESOURCES.len());
    }
}
