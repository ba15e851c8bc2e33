//! Sandboxes: what a copy of an org takes along, and how it calls whom it took along. Source: `packaging-and-cli.md` 3.8 and 10.

use serde::{Deserialize, Serialize};

use super::{Edition, Switches};
use crate::id::{OrgId, UserId};

/// What a sandbox was bought as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SandboxLicense {
    Developer,
    DeveloperPro,
    Partial,
    Full,
}

impl SandboxLicense {
    pub const ALL: [Self; 4] = [Self::Developer, Self::DeveloperPro, Self::Partial, Self::Full];

    /// Reads a value or a label, in any case: `Developer_Pro`, `DEVELOPER PRO`.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().replace(' ', "_");
        Self::ALL.into_iter().find(|license| license.value().eq_ignore_ascii_case(&text))
    }

    /// `SandboxInfo.LicenseType`.
    pub fn value(self) -> &'static str {
        match self {
            Self::Developer => "DEVELOPER",
            Self::DeveloperPro => "DEVELOPER_PRO",
            Self::Partial => "PARTIAL",
            Self::Full => "FULL",
        }
    }

    /// As Setup calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Developer => "Developer",
            Self::DeveloperPro => "Developer Pro",
            Self::Partial => "Partial Copy",
            Self::Full => "Full",
        }
    }

    /// Whether records come along; metadata and users always do.
    /// GUESS: a Partial Copy takes all records, as no template here says which of them.
    pub fn copies_data(self) -> bool {
        matches!(self, Self::Partial | Self::Full)
    }
}

impl Switches {
    /// Sandboxes of a licence that somebody set; 0 where nobody did.
    pub fn sandboxes(&self, license: SandboxLicense) -> u32 {
        match license {
            SandboxLicense::Developer => self.developer_sandboxes,
            SandboxLicense::DeveloperPro => self.developer_pro_sandboxes,
            SandboxLicense::Partial => self.partial_sandboxes,
            SandboxLicense::Full => self.full_sandboxes,
        }
    }
}

impl Edition {
    /// Sandboxes of a licence that production orgs have.
    /// Source: Salesforce help, sandbox licenses by edition. GUESS: that an org has bought one of each kind which its edition brings none of.
    pub fn sandboxes(self, license: SandboxLicense) -> u32 {
        match (self, license) {
            (Self::Unlimited | Self::Performance, SandboxLicense::Developer) => 100,
            (Self::Unlimited | Self::Performance, SandboxLicense::DeveloperPro) => 5,
            (Self::Professional, SandboxLicense::Developer) => 10,
            (_, SandboxLicense::Developer) => 25,
            _ => 1,
        }
    }
}

/// What an org is a copy of, so that a refresh makes the same again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyOrigin {
    pub source: OrgId,
    pub with_records: bool,
    /// Who asked for it, and therefore keeps the e-mail address.
    pub by: Option<UserId>,
}

/// Characters of a sandbox's name at most. Source: the Salesforce CLI refuses longer ones itself.
const LONGEST_NAME: usize = 10;

/// What is wrong with a sandbox's name. GUESS: the sentences.
pub fn sandbox_name_fault(name: &str) -> Option<String> {
    match name {
        "" => Some("Enter a name for the sandbox.".to_owned()),
        _ if name.chars().count() > LONGEST_NAME => Some(format!("The sandbox name {name:?} is longer than {LONGEST_NAME} characters.")),
        _ if !name.chars().all(|c| c.is_ascii_alphanumeric()) => Some(format!("The sandbox name {name:?} holds more than letters and digits.")),
        _ => None,
    }
}

/// `admin@acme.example` → `admin@acme.example.uat`; in a clone the name of the cloned sandbox goes: `.dev` gives way to `.uat`.
pub fn sandbox_username(username: &str, cloned: Option<&str>, sandbox: &str) -> String {
    let stem = cloned.and_then(|cloned| username.strip_suffix(cloned)?.strip_suffix('.')).unwrap_or(username);
    format!("{stem}.{sandbox}")
}

/// `ada@acme.example` → `ada@acme.example.invalid`, so that no mail of a sandbox reaches anybody.
pub fn sandbox_email(email: &str) -> String {
    if email.ends_with(".invalid") { email.to_owned() } else { format!("{email}.invalid") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_read_as_the_cli_and_setup_write_them() {
        let check = |text: &str, license| assert_eq!(SandboxLicense::read(text), license, "{text}");
        check("Developer", Some(SandboxLicense::Developer));
        check("Developer_Pro", Some(SandboxLicense::DeveloperPro));
        check("developer pro", Some(SandboxLicense::DeveloperPro));
        check("FULL", Some(SandboxLicense::Full));
        check("Huge", None);
    }

    #[test]
    fn only_the_two_larger_licences_bring_records() {
        assert_eq!(SandboxLicense::ALL.map(SandboxLicense::copies_data), [false, false, true, true]);
    }

    #[test]
    fn a_name_is_short_and_plain() {
        let check = |name: &str, good: bool| assert_eq!(sandbox_name_fault(name).is_none(), good, "{name}");
        check("uat", true);
        check("UAT2026xyz", true);
        check("", false);
        check("elevenchars", false);
        check("my-uat", false);
    }

    #[test]
    fn usernames_end_with_the_name_of_the_sandbox() {
        assert_eq!(sandbox_username("ada@acme.example", None, "uat"), "ada@acme.example.uat");
        assert_eq!(sandbox_username("ada@acme.example.dev", Some("dev"), "uat"), "ada@acme.example.uat");
        assert_eq!(sandbox_username("ada@acme.example", Some("dev"), "uat"), "ada@acme.example.uat");
    }

    #[test]
    fn no_mail_leaves_a_sandbox() {
        assert_eq!(sandbox_email("ada@acme.example"), "ada@acme.example.invalid");
        assert_eq!(sandbox_email("ada@acme.example.invalid"), "ada@acme.example.invalid");
    }
}
