//! OAuth custom scopes: permissions that mean something to a server outside of Salesforce, which trusts the org's tokens.
//!
//! Sources: Salesforce help, "OAuth Custom Scopes"; the metadata type and the object `OauthCustomScope`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A custom scope of an org. What it opens is the outside server's to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomScope {
    /// Unique in the org: a letter, then letters, digits and underscores. What apps ask for in `scope`.
    pub name: String,
    /// What the consent page tells the user: at most 60 letters, digits and spaces, unique in the org.
    pub description: String,
    /// Listed by the org's OpenID Connect discovery document.
    #[serde(default)]
    pub in_discovery: bool,
}

/// Characters of a name. GUESS: the describe of `OauthCustomScope.DeveloperName` has this length; the page's own limit is not documented.
const NAME_LENGTH: usize = 80;
const DESCRIPTION_LENGTH: usize = 60;

/// What is wrong with a custom scope, in the words of its form. GUESS: the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CustomScopeFault {
    #[error("The name must begin with a letter and contain only letters, digits and underscores, at most 80.")]
    Name,
    #[error("Another scope has this name.")]
    NameTaken,
    #[error("The description is required and may contain only letters, digits and spaces, at most 60.")]
    Description,
    #[error("Another custom scope has this description.")]
    DescriptionTaken,
}

impl CustomScopeFault {
    /// The member that it is about.
    pub fn member(self) -> &'static str {
        match self {
            Self::Name | Self::NameTaken => "name",
            Self::Description | Self::DescriptionTaken => "description",
        }
    }
}

impl CustomScope {
    /// Whether a text has the form of a name.
    pub fn is_name(text: &str) -> bool {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.len() <= NAME_LENGTH
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }

    /// What is wrong with it beside the org's other custom scopes. That no standard scope has the name is asked elsewhere.
    pub fn fault<'a>(&self, others: impl IntoIterator<Item = &'a Self>) -> Option<CustomScopeFault> {
        let is_text = !self.description.trim().is_empty()
            && self.description.chars().count() <= DESCRIPTION_LENGTH
            && self.description.chars().all(|one| one.is_alphanumeric() || one == ' ');
        if !Self::is_name(&self.name) {
            return Some(CustomScopeFault::Name);
        }
        if !is_text {
            return Some(CustomScopeFault::Description);
        }
        others.into_iter().find_map(|other| match () {
            () if other.name.eq_ignore_ascii_case(&self.name) => Some(CustomScopeFault::NameTaken),
            () if other.description == self.description => Some(CustomScopeFault::DescriptionTaken),
            () => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(name: &str, description: &str) -> CustomScope {
        CustomScope { name: name.to_owned(), description: description.to_owned(), in_discovery: false }
    }

    #[test]
    fn names_and_descriptions_keep_to_what_the_help_says() {
        let check = |name: &str, description: &str, expected| assert_eq!(scope(name, description).fault([]), expected, "{name} {description}");
        check("order_status", "See the status of orders", None);
        check("O2", "x", None);
        check("", "x", Some(CustomScopeFault::Name));
        check("2orders", "x", Some(CustomScopeFault::Name));
        check("order status", "x", Some(CustomScopeFault::Name));
        check("order:status", "x", Some(CustomScopeFault::Name));
        check("orders", "", Some(CustomScopeFault::Description));
        check("orders", "See <b>all</b>", Some(CustomScopeFault::Description));
        check("orders", &"x".repeat(61), Some(CustomScopeFault::Description));
    }

    #[test]
    fn names_and_descriptions_are_unique_in_an_org() {
        let known = [scope("orders", "See orders")];
        assert_eq!(scope("Orders", "Another").fault(&known), Some(CustomScopeFault::NameTaken));
        assert_eq!(scope("stock", "See orders").fault(&known), Some(CustomScopeFault::DescriptionTaken));
        assert_eq!(scope("stock", "See stock").fault(&known), None);
    }
}
