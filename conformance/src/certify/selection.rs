//! Which checks of the asked profiles a run can judge, and why the others do not apply.

use std::collections::BTreeSet;

use super::catalogue::{Catalogue, Check};
use super::profile::{PROFILES, Profile};
use crate::integration::protocol::AppKind;
use crate::integration::{Hello, Kind};

/// The group whose checks concern only those who sign users in.
const OPENID: (&str, &str) = ("oidc", "openid");

/// The checks that these profiles need, in the order of the catalogue: their own, those they include, and those their core counts on.
pub fn wanted<'c>(profiles: &[&'static Profile], catalogue: &'c Catalogue) -> Vec<&'c Check> {
    let core: BTreeSet<&str> = profiles.iter().flat_map(|profile| profile.core).flat_map(|row| row.split('|')).collect();
    let is_wanted = |check: &&Check| core.contains(check.id.as_str()) || profiles.iter().any(|profile| profile.holds(check));
    catalogue.checks.iter().filter(is_wanted).collect()
}

/// The profile that a check runs under: the one of its group.
pub fn owner(check: &Check) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.group == check.group())
}

/// Why a check does not concern an integration that is reached this way and declares this; None if it does.
pub fn not_applicable(check: &Check, kind: Kind, hello: &Hello) -> Option<String> {
    let reaches = match kind {
        Kind::Command => check.by.contains(['C', 'H']),
        Kind::Http => check.by.contains('H'),
        Kind::Browser => check.by.contains('B'),
    };
    if !reaches {
        let reachable = [('B', "browser"), ('H', "http"), ('C', "command")].into_iter().filter(|(letter, _)| check.by.contains(*letter));
        let names: Vec<&str> = reachable.map(|(_, name)| name).collect();
        return Some(format!("the {} driver cannot reach it; it takes the {} driver", kind.name(), names.join(" or the ")));
    }
    let wrong_kind = match (check.concerns.as_str(), hello.app_kind) {
        ("conf", AppKind::Public | AppKind::None) => Some("confidential clients"),
        ("pub", AppKind::Confidential | AppKind::None) => Some("public clients"),
        ("web", AppKind::None) => Some("integrations in which a user takes part"),
        ("2leg", AppKind::Confidential | AppKind::Public) => Some("integrations without a user"),
        _ => None,
    };
    if let Some(whom) = wrong_kind {
        return Some(format!("it concerns {whom} only"));
    }
    let asks_openid = hello.uses.iter().any(|used| used == OPENID.1);
    (check.group() == OPENID.0 && !asks_openid).then(|| "openid is not declared among what is used".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::result::Level;

    fn check(id: &str, by: &str, concerns: &str) -> Check {
        Check {
            id: id.into(),
            level: Level::Must,
            concern: "security".into(),
            rule: String::new(),
            by: by.into(),
            concerns: concerns.into(),
            proves: String::new(),
            in_production: String::new(),
            mend: String::new(),
            source: String::new(),
            needs: vec![],
            place: String::new(),
        }
    }

    fn check_applies(id: &str, by: &str, concerns: &str, kind: Kind, app_kind: AppKind, expected: Option<&str>) {
        let hello = Hello { app_kind, ..Hello::default() };
        let why = not_applicable(&check(id, by, concerns), kind, &hello);
        match expected {
            None => assert_eq!(why, None, "{id} by {by} for {concerns}"),
            Some(words) => assert!(why.as_deref().is_some_and(|why| why.contains(words)), "{words:?} not in {why:?}"),
        }
    }

    #[test]
    fn a_driver_reaches_the_checks_with_its_letter_and_a_command_those_of_http_too() {
        use AppKind::Confidential;
        check_applies("web/code-once", "BO", "web", Kind::Browser, Confidential, None);
        check_applies("web/code-once", "BO", "web", Kind::Command, Confidential, Some("takes the browser driver"));
        check_applies("refresh/on-401", "Ho", "web", Kind::Command, Confidential, None);
        check_applies("refresh/on-401", "Ho", "web", Kind::Http, Confidential, None);
        check_applies("refresh/on-401", "Ho", "web", Kind::Browser, Confidential, Some("takes the http driver"));
        check_applies("refresh/survives-restart", "C", "web", Kind::Command, Confidential, None);
        check_applies("refresh/survives-restart", "C", "web", Kind::Http, Confidential, Some("takes the command driver"));
    }

    #[test]
    fn a_check_concerns_the_kinds_of_app_it_names() {
        check_applies("pkce/no-secret-when-public", "BHO", "pub", Kind::Command, AppKind::Public, None);
        check_applies("pkce/no-secret-when-public", "BHO", "pub", Kind::Command, AppKind::Confidential, Some("public clients"));
        check_applies("refresh/secret-sent", "HO", "conf", Kind::Command, AppKind::Public, Some("confidential clients"));
        check_applies("jwt/audience", "HO", "2leg", Kind::Command, AppKind::None, None);
        check_applies("jwt/audience", "HO", "2leg", Kind::Command, AppKind::Public, Some("without a user"));
        check_applies("web/state-sent", "BHO", "web", Kind::Command, AppKind::None, Some("a user takes part"));
        check_applies("data/all-pages", "HO", "any", Kind::Command, AppKind::None, None);
    }

    #[test]
    fn openid_checks_concern_only_those_who_declare_it() {
        check_applies("oidc/issuer", "BH", "web", Kind::Command, AppKind::Confidential, Some("openid is not declared"));
        let hello = Hello { uses: vec!["openid".into()], ..Hello::default() };
        assert_eq!(not_applicable(&check("oidc/issuer", "BH", "web"), Kind::Command, &hello), None);
    }

    #[test]
    fn the_core_of_a_profile_is_run_with_it_and_judged_under_its_owner() {
        let catalogue = Catalogue {
            checks: vec![check("web/state-checked", "BH", "web"), check("pkce/verifier-matches", "BH", "web"), check("pkce/s256", "B", "web")],
        };
        let ids: Vec<&str> = wanted(&Profile::named("web-server").unwrap(), &catalogue).iter().map(|check| check.id.as_str()).collect();
        assert_eq!(ids, ["web/state-checked", "pkce/verifier-matches"]);
        assert_eq!(owner(&catalogue.checks[1]).unwrap().id, "public-client-pkce");
    }
}
