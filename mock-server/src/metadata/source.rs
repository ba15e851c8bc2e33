//! What a component's file says.

use serde_json::{Map, Value};

use super::kind::MetadataType;
use super::operation::Failure;
use super::tree::{NAMESPACE, json_of};
use crate::xml::{self, Element};

/// The settings of a component, and the file beside them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Source {
    /// All values text, as `json_of` reads them.
    pub members: Map<String, Value>,
    pub content: Option<Vec<u8>>,
}

impl Source {
    /// The text of a member that is set.
    pub fn text(&self, member: &str) -> Option<&str> {
        self.members.get(member)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }
}

impl Source {
    /// A member that is true or false; `None` when it says neither.
    pub fn flag(&self, member: &str) -> Option<bool> {
        match self.text(member)? {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// All values of a member that may stand several times.
    pub fn several(&self, member: &str) -> Vec<&Value> {
        match self.members.get(member) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(several)) => several.iter().collect(),
            Some(one) => vec![one],
        }
    }
}

impl From<&Element> for Source {
    fn from(element: &Element) -> Self {
        Self { members: json_of(element), content: None }
    }
}

/// Reads the document of a component of this type.
pub(super) fn read(kind: &MetadataType, bytes: &[u8]) -> Result<Element, Failure> {
    let unreadable = |why: &xml::Malformed, place| Failure { problem: format!("Error parsing file: {why}"), place };
    let text = xml::decode(bytes, None).map_err(|why| unreadable(&why, None))?;
    let root = xml::parse_placed(&text).map_err(|(why, place)| unreadable(&why, Some(place)))?;
    // The root of a settings file is named after its settings.
    if root.name.local == kind.name || kind.name == "Settings" && root.name.local.ends_with("Settings") {
        return Ok(root);
    }
    // GUESS: worded as for an element that is out of place.
    Err(Failure { problem: misplaced(&root.name.local, kind.name), place: Some((1, 1)) })
}

/// An element that a type does not have.
pub(super) fn misplaced(element: &str, kind: &str) -> String {
    format!("Error parsing file: Element {{{NAMESPACE}}}{element} invalid at this location in type {kind}")
}

/// The first member that a component must have and this one has not.
pub fn required_member(kind: &str, source: &Source) -> Option<&'static str> {
    let members: &[&str] = match kind {
        "CustomLabel" => &["language", "protected", "shortDescription", "value"],
        "StaticResource" => &["cacheControl", "contentType"],
        "RemoteSiteSetting" => &["disableProtocolSecurity", "isActive", "url"],
        "InstalledPackage" => &["versionNumber"],
        "NamedCredential" | "ListView" | "PermissionSet" | "PermissionSetGroup" => &["label"],
        "ExternalClientApplication" => &["contactEmail", "distributionState", "label"],
        "ExtlClntAppOauthSettings" | "ExtlClntAppGlobalOauthSettings" | "ExtlClntAppOauthConfigurablePolicies" => &["externalClientApplication"],
        "ExtlClntAppConfigurablePolicies" => &["externalClientApplication", "isEnabled"],
        "ConnectedApp" => &["contactEmail", "label"],
        "OauthCustomScope" => &["description", "developerName", "isProtected", "masterLabel"],
        "AuthProvider" => &["friendlyName", "providerType"],
        "ExternalCredential" => &["authenticationProtocol", "label"],
        _ => &[],
    };
    members.iter().find(|member| source.text(member).is_none()).copied()
}
