use askama::Template;

use super::Frame;

/// `/lightning/o/EnvironmentHubMember/list`: the orgs that were made, and the form that makes another.
#[derive(Template)]
#[template(path = "environment_hub.html")]
pub(crate) struct EnvironmentHubPage {
    pub frame: Frame,
    pub csrf: String,
    pub action: String,
    /// What was just made.
    pub made: Option<String>,
    /// Why nothing was.
    pub error: Option<String>,
    pub purposes: Vec<PurposeChoice>,
    pub my_domain: String,
    pub username: String,
    pub email: String,
    pub orgs: Vec<MadeOrg>,
}

pub(crate) struct PurposeChoice {
    pub value: &'static str,
    pub label: &'static str,
    pub chosen: bool,
}

pub(crate) struct MadeOrg {
    pub id: String,
    pub name: String,
    pub url: String,
    pub edition: &'static str,
    pub expires: String,
}
