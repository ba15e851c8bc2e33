//! What is made up where a document leaves it out. Derived from names, so the same document gives the same world in every run.

use sha2::{Digest, Sha256};

use crate::id::{AppId, PackageVersionId, RecordId};

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `length` letters and digits that belong to `name` in this use.
fn letters(what: &str, name: &str, length: usize) -> String {
    let mut text = String::with_capacity(length);
    for block in 0_u32.. {
        let digest = Sha256::new().chain_update(what).chain_update([0]).chain_update(name).chain_update(block.to_be_bytes()).finalize();
        text.extend(digest.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])));
        if text.len() >= length {
            break;
        }
    }
    text.truncate(length);
    text
}

/// 85 characters that begin like Salesforce's.
pub fn consumer_key(app: &str) -> String {
    format!("3MVG9{}", letters("consumer key", app, 80))
}

/// 64 hexadecimal digits.
pub fn consumer_secret(app: &str) -> String {
    Sha256::digest(format!("consumer secret\0{app}")).iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Easy to type: nothing real is behind it. With a digit at the end, for an org takes no password without one.
pub fn password(username: &str) -> String {
    format!("pw-{}7", letters("password", username, 11))
}

pub fn security_token(username: &str) -> String {
    letters("security token", username, 24)
}

pub fn app_id(app: &str) -> Option<AppId> {
    AppId::try_from(id(AppId::PREFIX, app)?).ok()
}

pub fn version_id(package: &str) -> Option<PackageVersionId> {
    PackageVersionId::try_from(id(PackageVersionId::PREFIX, package)?).ok()
}

fn id(prefix: &str, name: &str) -> Option<RecordId> {
    RecordId::parse(&format!("{prefix}Fk0000{}", letters(prefix, name, 6))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_made_up_password_is_one_that_a_user_could_choose() {
        for number in 0..1_000 {
            let username = format!("ada@org-{number}.example");
            assert_eq!(crate::org::password_fault(&username, None, &password(&username)), None, "{username}");
        }
    }

    #[test]
    fn the_same_name_gets_the_same_keys() {
        assert_eq!(consumer_key("web"), consumer_key("web"));
        assert_ne!(consumer_key("web"), consumer_key("spa"));
        assert_eq!((consumer_key("web").len(), consumer_secret("web").len()), (85, 64));
        assert_ne!(app_id("web"), app_id("spa"));
        assert!(app_id("web").is_some() && version_id("web").is_some());
    }
}
