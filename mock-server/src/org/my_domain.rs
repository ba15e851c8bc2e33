//! What an org's My Domain may be called. Source: Salesforce help, "My Domain name" (34 letters, digits and hyphens; not at the start: `root`,
//! `status`, a hyphen; not at the end: a hyphen).

use super::OrgKind;

/// A name has no more characters; the name of a sandbox behind it does not count.
pub const LONGEST: usize = 34;

/// Words that no name begins with.
const RESERVED: [&str; 2] = ["root", "status"];

/// Why an org cannot have a My Domain name. GUESS: the sentences.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DomainRefused {
    #[error("You must enter a value")]
    Empty,
    #[error("The name can't be longer than {LONGEST} characters.")]
    TooLong,
    #[error("The name takes lowercase letters, digits and single hyphens between them.")]
    Malformed,
    #[error("The name can't start with {0}.")]
    Reserved(&'static str),
    #[error("The name {0} is not available.")]
    Taken(String),
}

/// Looks at the form of a name alone; a sandbox's has the sandbox's own name behind two hyphens.
///
/// # Errors
/// What is wrong with it.
pub fn check_domain_name(name: &str, kind: OrgKind) -> Result<(), DomainRefused> {
    let (stem, sandbox) = match name.split_once("--") {
        Some((stem, sandbox)) if kind == OrgKind::Sandbox => (stem, sandbox),
        None if kind == OrgKind::Sandbox => return Err(DomainRefused::Malformed),
        _ => (name, "x"),
    };
    if stem.is_empty() {
        return Err(DomainRefused::Empty);
    }
    if stem.len() > LONGEST {
        return Err(DomainRefused::TooLong);
    }
    if !is_label(stem) || !is_label(sandbox) {
        return Err(DomainRefused::Malformed);
    }
    match RESERVED.into_iter().find(|word| stem.starts_with(word)) {
        Some(word) => Err(DomainRefused::Reserved(word)),
        None => Ok(()),
    }
}

fn is_label(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(fits) && !text.starts_with('-') && !text.ends_with('-') && !text.contains("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, kind: OrgKind, expected: Option<&DomainRefused>) {
        assert_eq!(check_domain_name(name, kind).err().as_ref(), expected, "{name}");
    }

    #[test]
    fn names_are_labels_of_hosts() {
        check("acme", OrgKind::Production, None);
        check("acme-2", OrgKind::Developer, None);
        check("acme--uat", OrgKind::Sandbox, None);
        check("", OrgKind::Production, Some(&DomainRefused::Empty));
        check("--uat", OrgKind::Sandbox, Some(&DomainRefused::Empty));
        for name in ["Acme", "a_b", "-acme", "acme-", "a--b", "a.b", "ä"] {
            check(name, OrgKind::Production, Some(&DomainRefused::Malformed));
        }
        for name in ["acme", "acme--", "acme--uat--two"] {
            check(name, OrgKind::Sandbox, Some(&DomainRefused::Malformed));
        }
    }

    #[test]
    fn long_names_and_reserved_words_are_refused() {
        check(&"a".repeat(34), OrgKind::Production, None);
        check(&"a".repeat(35), OrgKind::Production, Some(&DomainRefused::TooLong));
        check(&format!("{}--uat", "a".repeat(34)), OrgKind::Sandbox, None);
        check("status-page", OrgKind::Production, Some(&DomainRefused::Reserved("status")));
    }
}
