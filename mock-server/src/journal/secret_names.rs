//! Names under which secrets travel. However a name is spelled (`client_secret`, `clientSecret`, `Client-Secret`), it is one name here.

/// Names that no ending gives away, in lower case and without separators: of secrets, and of what tells one attempt from another (`state`, the
/// challenge).
const NAMES: [&str; 22] = [
    "assertion",
    "c",
    "clientassertion",
    "code",
    "codechallenge",
    "codeverifier",
    "csrf",
    "devicecode",
    "emc",
    "frontdooruri",
    "idtokenhint",
    "installationkey",
    "onetimecode",
    "otp",
    "pw",
    "samlresponse",
    "sessionid",
    "sid",
    "state",
    "tc",
    "usercode",
    "verificationcode",
];

/// What ends so is secret: `consumer_secret`, `newPassword`, `DeleteToken`.
const ENDINGS: [&str; 4] = ["password", "passwd", "secret", "token"];

/// Where a list goes on is no secret, and says so.
const PAGES: &str = "pagetoken";

/// No name of the list is longer, separators counted.
const LONGEST: usize = 24;

/// Whether the value under this name is to be hidden.
pub(super) fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect();
    let ends = ENDINGS.iter().any(|ending| plain.ends_with(ending)) && !plain.ends_with(PAGES);
    ends || name.to_ascii_lowercase().starts_with("sid_") || NAMES.binary_search(&plain.as_str()).is_ok()
}

/// Members and elements of these names are fields of records or states of jobs, not OAuth's.
pub(super) fn is_secret_member(name: &str) -> bool {
    let can_be = name.len() <= LONGEST || ENDINGS.iter().any(|ending| ends_with(name, ending));
    can_be && is_secret(name) && !["c", "code", "state"].iter().any(|open| name.eq_ignore_ascii_case(open))
}

fn ends_with(name: &str, ending: &str) -> bool {
    name.len().checked_sub(ending.len()).and_then(|start| name.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_names_are_sorted() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn a_name_is_secret_however_it_is_spelled() {
        for name in
            ["secret", "client_secret", "clientSecret", "Client-Secret", "consumerSecret", "NewPassword", "user_code", "DeleteToken", "sid_00D1"]
        {
            assert!(is_secret(name) && is_secret_member(name), "{name}");
        }
        for name in ["key", "tokenCount", "nextPageToken", "token_type", "secretary", "username", "client_id", "passwordExpired", ""] {
            assert!(!is_secret(name) && !is_secret_member(name), "{name}");
        }
        assert!(is_secret("state") && !is_secret_member("state"));
    }

    #[test]
    fn every_name_of_the_api_that_sounds_secret_is_hidden() {
        let mut seen = 0;
        for_each_source(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/api")), &mut |path, text| {
            let members = text.lines().filter_map(|line| line.trim().trim_start_matches("pub ").split_once(": ")).map(|(name, _)| name);
            for name in text.split('"').chain(members).filter(|name| is_name(name) && sounds_secret(name)) {
                seen += 1;
                assert!(is_secret(name), "{name:?} in {}", path.display());
            }
        });
        assert!(seen > 20, "{seen} names were looked at");
    }

    fn for_each_source(folder: &Path, look: &mut impl FnMut(&Path, &str)) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                Some(kind) if kind == "rs" => look(&path, &std::fs::read_to_string(&path).unwrap()),
                _ if path.is_dir() => for_each_source(&path, look),
                _ => {}
            }
        }
    }

    fn is_name(text: &str) -> bool {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    }

    fn sounds_secret(name: &str) -> bool {
        let plain = name.to_ascii_lowercase().replace(['_', '-'], "");
        ["password", "passwd", "secret", "token", "otp", "assertion"].iter().any(|end| plain.ends_with(end)) && !plain.ends_with(PAGES)
    }
}
