//! `SFCERT_REAL_*`: which org, and who signs in to it.

use std::path::PathBuf;

use url::{Host, Url};

use crate::failure::{Failure, Outcome};

/// The variables, with what each holds; the README lists the same.
pub const VARIABLES: [(&str, &str); 9] = [
    (LOGIN_URL, "the login host: the org's My Domain, or https://login.salesforce.com or https://test.salesforce.com"),
    (ACCESS_TOKEN, "a session or access token of the user who plays the admin"),
    (INSTANCE_URL, "the org's address, with the token"),
    (CONSUMER_KEY, "an app of the org"),
    (CONSUMER_SECRET, "its secret"),
    (USERNAME, "who signs in by JWT bearer"),
    (PRIVATE_KEY_FILE, "the key of the app's certificate (RSA, PKCS#8 in PEM), for JWT bearer"),
    (API_VERSION, "spoken instead of the features' v67.0"),
    (PRODUCTION, "`allow` lets records be made and removed in a production org"),
];

const LOGIN_URL: &str = "SFCERT_REAL_LOGIN_URL";
const ACCESS_TOKEN: &str = "SFCERT_REAL_ACCESS_TOKEN";
const INSTANCE_URL: &str = "SFCERT_REAL_INSTANCE_URL";
const CONSUMER_KEY: &str = "SFCERT_REAL_CONSUMER_KEY";
const CONSUMER_SECRET: &str = "SFCERT_REAL_CONSUMER_SECRET";
const USERNAME: &str = "SFCERT_REAL_USERNAME";
const PRIVATE_KEY_FILE: &str = "SFCERT_REAL_PRIVATE_KEY_FILE";
const API_VERSION: &str = "SFCERT_REAL_API_VERSION";
/// Asked for when an org turns out to be somebody's production org.
pub const PRODUCTION: &str = "SFCERT_REAL_PRODUCTION";

/// Who signs in, where.
pub struct Credentials {
    /// Without a slash at its end.
    pub login_url: String,
    pub way: Way,
    pub app: Option<(String, Option<String>)>,
    /// `v67.0`
    pub version: String,
    pub is_production_allowed: bool,
}

/// How a session comes about.
#[derive(Debug, PartialEq, Eq)]
pub enum Way {
    /// It is given.
    Session { access_token: String, instance_url: String },
    /// The app speaks for itself, as the user whom its admin named.
    ClientCredentials,
    /// The app signs that it speaks for this user.
    JwtBearer { username: String, key_file: PathBuf },
}

impl Credentials {
    /// Reads the variables through `read`, which knows the environment.
    ///
    /// # Errors
    /// When something is missing; all of it is named at once. When a value is of no use.
    pub fn read(read: impl Fn(&str) -> Option<String>) -> Outcome<Self> {
        let of = |name: &str| read(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let (login, token, instance) = (of(LOGIN_URL), of(ACCESS_TOKEN), of(INSTANCE_URL));
        let (key, secret, username, key_file) = (of(CONSUMER_KEY), of(CONSUMER_SECRET), of(USERNAME), of(PRIVATE_KEY_FILE));
        let way = match (token, instance, &key, username, key_file) {
            (Some(access_token), Some(instance_url), ..) => Some(Way::Session { access_token, instance_url: address(INSTANCE_URL, &instance_url)? }),
            (.., Some(_), Some(username), Some(file)) => Some(Way::JwtBearer { username, key_file: file.into() }),
            (.., Some(_), _, _) if secret.is_some() => Some(Way::ClientCredentials),
            _ => None,
        };
        let (Some(login), Some(way)) = (&login, way) else { return Err(missing(login.is_some(), &of)) };
        Ok(Self {
            login_url: address(LOGIN_URL, login)?,
            way,
            app: key.map(|key| (key, secret)),
            version: version(of(API_VERSION))?,
            is_production_allowed: of(PRODUCTION).as_deref() == Some("allow"),
        })
    }
}

/// The failure that names everything that is not there: what every way needs, and what each way still lacks.
fn missing(has_login: bool, of: &impl Fn(&str) -> Option<String>) -> Failure {
    let ways: [(&str, &[&str]); 3] = [
        ("with a session", &[ACCESS_TOKEN, INSTANCE_URL]),
        ("by client credentials", &[CONSUMER_KEY, CONSUMER_SECRET]),
        ("by JWT bearer", &[CONSUMER_KEY, USERNAME, PRIVATE_KEY_FILE]),
    ];
    let lacks = |names: &[&'static str]| names.iter().copied().filter(|name| of(name).is_none()).collect::<Vec<_>>();
    let mut sentence = String::from("a real org needs more of the environment:");
    if !has_login {
        sentence.push_str(&format!("\n  {LOGIN_URL} is missing"));
    }
    if ways.iter().all(|(_, names)| !lacks(names).is_empty()) {
        sentence.push_str("\n  nobody can sign in; one of these would do:");
        for (words, names) in ways {
            sentence.push_str(&format!("\n    {words}: {} missing", lacks(names).join(" and ")));
        }
    }
    Failure::new(sentence)
}

/// An origin over HTTPS; plain HTTP is for this machine alone, since a token goes there.
fn address(name: &str, text: &str) -> Outcome<String> {
    let url = Url::parse(text).map_err(|error| Failure::new(format!("{name} is no address: {error}")))?;
    let is_here = match url.host() {
        Some(Host::Domain(host)) => host == "localhost" || host.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && is_here) {
        return Err(Failure::new(format!("{name} must begin with https://, since credentials go there")));
    }
    if url.path() != "/" || url.query().is_some() || !url.username().is_empty() {
        return Err(Failure::new(format!("{name} is a host's address, without a path: {}", url.origin().ascii_serialization())));
    }
    Ok(url.origin().ascii_serialization())
}

/// `67`, `67.0` and `v67.0` alike.
fn version(text: Option<String>) -> Outcome<String> {
    let Some(text) = text else { return Ok(super::reach::VERSION.to_owned()) };
    let number = text.trim_start_matches('v').trim_end_matches(".0");
    number.parse::<u16>().map(|number| format!("v{number}.0")).map_err(|_| Failure::new(format!("{API_VERSION} is no version: {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Outcome<Credentials> {
        Credentials::read(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    fn check_refused(pairs: &[(&str, &str)], expected: &[&str]) {
        let said = read(pairs).err().map(|failure| failure.to_string()).unwrap_or_default();
        for words in expected {
            assert!(said.contains(words), "{words:?} missing in {said:?}");
        }
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        check_refused(&[], &[LOGIN_URL, ACCESS_TOKEN, INSTANCE_URL, CONSUMER_KEY, CONSUMER_SECRET, USERNAME, PRIVATE_KEY_FILE]);
        check_refused(&[(LOGIN_URL, "https://a.example"), (CONSUMER_KEY, "k")], &["by client credentials: SFCERT_REAL_CONSUMER_SECRET missing"]);
        check_refused(&[(ACCESS_TOKEN, "t"), (INSTANCE_URL, "https://a.example")], &["SFCERT_REAL_LOGIN_URL is missing"]);
    }

    #[test]
    fn credentials_go_nowhere_in_the_clear() {
        check_refused(
            &[(LOGIN_URL, "http://login.salesforce.com"), (CONSUMER_KEY, "k"), (CONSUMER_SECRET, "s")],
            &["SFCERT_REAL_LOGIN_URL must begin with https://"],
        );
        let session = [(LOGIN_URL, "https://a.example"), (ACCESS_TOKEN, "t"), (INSTANCE_URL, "http://a.example")];
        check_refused(&session, &["SFCERT_REAL_INSTANCE_URL must begin with https://"]);
        assert!(read(&[(LOGIN_URL, "http://127.0.0.1:8844/"), (CONSUMER_KEY, "k"), (CONSUMER_SECRET, "s")]).is_ok());
    }

    #[test]
    fn a_session_that_is_given_is_used_before_an_app() {
        let pairs = [
            (LOGIN_URL, "https://login.salesforce.com/"),
            (ACCESS_TOKEN, "t"),
            (INSTANCE_URL, "https://a.my.salesforce.com"),
            (CONSUMER_KEY, "k"),
            (API_VERSION, "66"),
        ];
        let found = read(&pairs).unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(found.login_url, "https://login.salesforce.com");
        assert_eq!(found.way, Way::Session { access_token: "t".into(), instance_url: "https://a.my.salesforce.com".into() });
        assert_eq!((found.version.as_str(), found.app), ("v66.0", Some(("k".into(), None))));
    }

    #[test]
    fn a_version_that_is_none_is_refused() {
        check_refused(
            &[(LOGIN_URL, "https://a.example"), (CONSUMER_KEY, "k"), (CONSUMER_SECRET, "s"), (API_VERSION, "newest")],
            &["SFCERT_REAL_API_VERSION is no version"],
        );
    }
}
