//! Signing in to a real org once, and looking at whose org it is before anything is made there.

use std::sync::Mutex;

use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::RealOrg;
use super::variables::{Credentials, PRODUCTION, Way};
use crate::certify::jws::SigningKey;
use crate::client::control::{App, Org, Session, User};
use crate::client::{Http, Request};
use crate::failure::{Failure, OrFail, Outcome};

/// How long an assertion of JWT bearer may be used, in seconds. Salesforce takes at most five minutes.
const ASSERTION_LIFE: i64 = 180;

/// Kinds of org that are made for trying things out.
const FOR_TRIALS: [&str; 3] = ["Developer Edition", "Partner Developer Edition", "Base Edition"];

/// Opens the session and reads from it which org and which user it is.
///
/// # Errors
/// When Salesforce refuses the credentials, does not know the API version, or the org is a production org and nobody allowed that.
pub async fn sign_in(credentials: Credentials) -> Outcome<RealOrg> {
    let login = Url::parse(&credentials.login_url)?;
    let session = session(&Http::new()?.only_to(vec![login.origin()]), &credentials).await?;
    let instance = Url::parse(&session.instance_url)?;
    if instance.scheme() != login.scheme() {
        return Err(Failure::new(format!("{} names an instance without its protection: {instance}", credentials.login_url)));
    }
    let origins = vec![login.origin(), instance.origin()];
    let asked = Asking { http: Http::new()?.only_to(origins.clone()), session: &session, version: &credentials.version };
    let (org_id, user_id) = asked.identity().await?;
    let org =
        asked.row(&format!("SELECT Id, Name, OrganizationType, IsSandbox, TrialExpirationDate FROM Organization WHERE Id = '{org_id}'")).await?;
    let user = asked.row(&format!("SELECT Id, Username FROM User WHERE Id = '{user_id}'")).await?;
    let kind = kind(&org);
    if kind == "production" && !credentials.is_production_allowed {
        let edition = org["OrganizationType"].as_str().unwrap_or_default();
        return Err(Failure::new(format!(
            "this is a production org ({edition}): the scenarios would make and remove records in it, and its automation would see them. \
             Name a sandbox, a scratch org or a Developer Edition, or set {PRODUCTION}=allow"
        )));
    }
    let username = user["Username"].as_str().or_fail(|| "the org does not tell who signed in")?.to_owned();
    Ok(RealOrg {
        org: Org { name: "the real org".into(), id: org_id, kind: kind.into(), instance_url: session.instance_url.clone(), users: Vec::new() },
        user: User { name: "admin".into(), username, password: None, security_token: None, id: user_id },
        session,
        app: credentials.app.map(|(consumer_key, consumer_secret)| App {
            name: consumer_key.clone(),
            id: String::new(),
            consumer_key,
            consumer_secret,
            kind: String::new(),
            callback_urls: Vec::new(),
            require_secret: false,
            distribution: None,
        }),
        version: credentials.version,
        origins,
        left_behind: Mutex::default(),
    })
}

/// Sandboxes and orgs for trials are told from those that a company runs on.
fn kind(org: &Value) -> &'static str {
    let edition = org["OrganizationType"].as_str().unwrap_or_default();
    if org["IsSandbox"] == true {
        "sandbox"
    } else if FOR_TRIALS.contains(&edition) || org["TrialExpirationDate"].is_string() {
        "developer"
    } else {
        "production"
    }
}

async fn session(http: &Http, credentials: &Credentials) -> Outcome<Session> {
    let (key, secret) = credentials.app.clone().unwrap_or_default();
    let form = match &credentials.way {
        Way::Session { access_token, instance_url } => {
            return Ok(Session { access_token: access_token.clone(), refresh_token: None, instance_url: instance_url.clone() });
        }
        Way::ClientCredentials => {
            vec![("grant_type", "client_credentials".to_owned()), ("client_id", key), ("client_secret", secret.unwrap_or_default())]
        }
        Way::JwtBearer { username, key_file } => {
            let read = std::fs::read_to_string(key_file);
            let pem = read.map_err(|error| Failure::new(format!("cannot read {}: {error}", key_file.display())))?;
            let assertion = assertion(&SigningKey::from_pem(&pem)?, &key, username, &credentials.login_url)?;
            vec![("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned()), ("assertion", assertion)]
        }
    };
    let answer = http.send(Request::form(format!("{}/services/oauth2/token", credentials.login_url), form)).await?;
    if answer.status != 200 {
        return Err(Failure::new(format!("{} refused to sign in: {}", credentials.login_url, answer.summary())));
    }
    serde_json::from_value(answer.json()?).map_err(|_| Failure::new(format!("{} answered no session", credentials.login_url)))
}

/// A JWT as Salesforce's JWT bearer flow wants it. Its audience is the login host, which for a My Domain is a class of host.
fn assertion(key: &SigningKey, client: &str, username: &str, login_url: &str) -> Outcome<String> {
    let audience = match Url::parse(login_url)?.host_str() {
        Some(host) if host.ends_with(".sandbox.my.salesforce.com") => "https://test.salesforce.com",
        Some(host) if host.ends_with(".my.salesforce.com") => "https://login.salesforce.com",
        _ => login_url,
    };
    let expiry = jiff::Timestamp::now().as_second() + ASSERTION_LIFE;
    key.sign_with(&json!({ "alg": "RS256" }), &json!({ "iss": client, "sub": username, "aud": audience, "exp": expiry }))
}

/// Questions to the org before the first scenario.
struct Asking<'s> {
    http: Http,
    session: &'s Session,
    version: &'s str,
}

impl Asking<'_> {
    /// The ids of org and user, read off the identity address that every API version's list of resources names.
    async fn identity(&self) -> Outcome<(String, String)> {
        let answer = self.get(&format!("/services/data/{}/", self.version)).await?;
        if answer.status == 404 {
            return Err(Failure::new(format!("this org does not speak API {}: set SFCERT_REAL_API_VERSION", self.version)));
        }
        let resources = self.accepted(&answer)?;
        let identity = resources["identity"].as_str().unwrap_or_default();
        let mut ids = identity.rsplit('/').filter(|id| !id.is_empty() && id.chars().all(char::is_alphanumeric));
        let (user, org) = (ids.next(), ids.next());
        org.zip(user).map(|(org, user)| (org.to_owned(), user.to_owned())).or_fail(|| "the org does not tell who signed in")
    }

    async fn row(&self, soql: &str) -> Outcome<Value> {
        let encoded: String = form_urlencoded::byte_serialize(soql.as_bytes()).collect();
        let answer = self.get(&format!("/services/data/{}/query?q={encoded}", self.version)).await?;
        let mut rows = self.accepted(&answer)?;
        rows["records"].get_mut(0).map(Value::take).or_fail(|| format!("the user who signed in may not see: {soql}"))
    }

    async fn get(&self, path: &str) -> Outcome<crate::client::Answer> {
        self.http.send(Request::get(format!("{}{path}", self.session.instance_url)).bearer(&self.session.access_token)).await
    }

    fn accepted(&self, answer: &crate::client::Answer) -> Outcome<Value> {
        match answer.status {
            200 => answer.json(),
            401 => Err(Failure::new(format!("{} does not accept the session: {}", self.session.instance_url, answer.summary()))),
            _ => Err(Failure::new(format!("{} refused: {}", self.session.instance_url, answer.summary()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(org: &Value, expected: &str) {
        assert_eq!(kind(org), expected, "{org}");
    }

    #[test]
    fn only_orgs_made_for_trials_are_taken_for_such() {
        check(&json!({ "OrganizationType": "Enterprise Edition", "IsSandbox": true }), "sandbox");
        check(&json!({ "OrganizationType": "Developer Edition", "IsSandbox": false }), "developer");
        check(
            &json!({ "OrganizationType": "Enterprise Edition", "IsSandbox": false, "TrialExpirationDate": "2026-12-01T00:00:00.000+0000" }),
            "developer",
        );
        check(&json!({ "OrganizationType": "Enterprise Edition", "IsSandbox": false, "TrialExpirationDate": null }), "production");
        check(&json!({}), "production");
    }
}
