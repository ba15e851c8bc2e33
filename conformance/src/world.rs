//! What one scenario knows: its orgs, users and apps, and what happened so far.
//!
//! Names in a feature are short (`"Reports"`, `"ada"`); on the server they carry a suffix of the scenario, so that
//! any number of scenarios can run beside each other.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use url::Url;

use crate::certify::Lane;
use crate::client::control::{App, Org, Session, User};
use crate::client::transcript::Transcript;
use crate::client::{Answer, Browser, Control, Http, Request};
use crate::failure::{Failure, OrFail, Outcome};
use crate::real::reach::VERSION;
use crate::real::{RealOrg, made};
use crate::steps::props::Props;
use crate::target::Target;

/// Tells the scenarios of one run apart.
static SCENARIOS: AtomicU64 = AtomicU64::new(1);

/// The callback of every app that names none. Nothing listens there: the browser stops before it.
pub const CALLBACK: &str = "https://client.example/callback";

/// Name of the org that a scenario is about, and of its admin.
pub const ORG: &str = "the org";
pub const ADMIN: &str = "the admin";

/// Everything a scenario remembers between its steps.
#[derive(cucumber::World)]
#[world(init = Self::empty)]
pub struct World {
    /// The server and the connections to it; set before the first step.
    site: Option<Site>,
    transcript: Transcript,
    suffix: String,
    pub orgs: BTreeMap<String, Org>,
    pub users: BTreeMap<String, Member>,
    pub apps: BTreeMap<String, App>,
    pub records: BTreeMap<String, Record>,
    pub browsers: BTreeMap<String, Browser>,
    pub sessions: BTreeMap<String, Session>,
    /// Authorizations under way or done, by app; the last one counts.
    pub authorizations: BTreeMap<String, Authorization>,
    /// Token answers, by app, oldest first.
    pub grants: BTreeMap<String, Vec<Value>>,
    pub answers: Vec<Answer>,
    /// A request that may still be waiting for its answer.
    pub pending: Option<JoinHandle<Outcome<Answer>>>,
    /// Things that later steps refer to by name: fault ids, snapshot ids, values read off the wire.
    pub notes: BTreeMap<String, String>,
    /// A server this scenario started for itself.
    pub own_server: Option<Target>,
    /// Where that server keeps its data; where commands work that the scenario runs.
    pub data_dir: Option<TempDir>,
    /// Addresses that users' browsers and apps call from, where it is not this machine's.
    pub addresses: BTreeMap<String, String>,
    /// Connections for requests written out in a feature, where they differ: another trust, a proxy.
    pub other_http: Option<Http>,
    /// What the scenario has as a certification check.
    pub lane: Option<Lane>,
    /// What checks set up beside Salesforce and the integration.
    pub props: Props,
    /// True once the scenario moved the virtual clock, which is reset at its end.
    pub clock_moved: bool,
    cleanup: Vec<String>,
    /// Ids of records that this scenario made in a real org.
    made: Vec<String>,
}

#[derive(Clone)]
struct Site {
    target: Arc<Target>,
    http: Http,
}

/// A user and the org it belongs to.
#[derive(Debug, Clone)]
pub struct Member {
    pub org: String,
    pub user: User,
}

/// A record a scenario refers to.
#[derive(Debug, Clone)]
pub struct Record {
    pub object: String,
    pub id: String,
}

/// An authorization request and what came of it.
#[derive(Debug, Clone)]
pub struct Authorization {
    pub user: String,
    pub parameters: Vec<(String, String)>,
    pub verifier: Option<String>,
    pub callback: Option<Url>,
    pub code: Option<String>,
}

impl World {
    fn empty() -> Self {
        Self {
            site: None,
            transcript: Transcript::default(),
            suffix: format!("{:x}-{}", std::process::id(), SCENARIOS.fetch_add(1, Ordering::Relaxed)),
            orgs: BTreeMap::new(),
            users: BTreeMap::new(),
            apps: BTreeMap::new(),
            records: BTreeMap::new(),
            browsers: BTreeMap::new(),
            sessions: BTreeMap::new(),
            authorizations: BTreeMap::new(),
            grants: BTreeMap::new(),
            answers: Vec::new(),
            pending: None,
            notes: BTreeMap::new(),
            own_server: None,
            data_dir: None,
            addresses: BTreeMap::new(),
            other_http: None,
            lane: None,
            props: Props::default(),
            clock_moved: false,
            cleanup: Vec::new(),
            made: Vec::new(),
        }
    }

    /// Points this scenario at `target`, through connections that scenarios share.
    pub fn meet(&mut self, target: Arc<Target>, http: &Http) {
        self.site = Some(Site { target, http: http.with_transcript(self.transcript.clone()) });
    }

    /// Sends requests that are written out over other connections from now on: another trust, a proxy.
    pub fn talk_over(&mut self, http: &Http) {
        self.other_http = Some(http.with_transcript(self.transcript.clone()));
    }

    /// The server this scenario talks to.
    ///
    /// # Errors
    /// When the scenario was not pointed at one.
    pub fn target(&self) -> Outcome<&Target> {
        if let Some(own) = &self.own_server {
            return Ok(own);
        }
        Ok(&self.site.as_ref().or_fail(|| "this scenario has no server")?.target)
    }

    /// The HTTP client whose exchanges the report shows.
    ///
    /// # Errors
    /// When the scenario was not pointed at a server.
    pub fn http(&self) -> Outcome<Http> {
        Ok(self.site.as_ref().or_fail(|| "this scenario has no server")?.http.clone())
    }

    /// The control API of the server.
    ///
    /// # Errors
    /// When the scenario was not pointed at a server, or at a real org.
    pub fn control(&self) -> Outcome<Control> {
        if self.real().is_some() {
            return Err(Failure::new("this phrase needs the control API, which a real org does not have"));
        }
        Ok(self.target()?.control(self.http()?))
    }

    /// The real org that this scenario is about, if it is about one.
    pub fn real(&self) -> Option<&RealOrg> {
        self.own_server.as_ref().or(self.site.as_ref().map(|site| &*site.target))?.real.as_ref()
    }

    /// A request as this org needs it. Orgs come with rules against duplicates, which scenarios beside each other would break.
    pub fn fitting(&self, request: Request) -> Request {
        match self.real() {
            Some(_) if request.method != Method::GET => request.header("Sforce-Duplicate-Rule-Header", "allowSave=true"),
            _ => request,
        }
    }

    /// Remembers the records that an answer tells of, if they are to be removed from a real org.
    pub fn note_made(&mut self, method: &Method, answer: &Answer) {
        if self.real().is_some() && *method != Method::GET {
            self.made.extend(made::ids_of_text(&answer.text()));
        }
    }

    /// A text with the version that a real org speaks.
    pub fn versioned(&self, text: String) -> String {
        match self.real() {
            Some(org) if org.version != VERSION => text.replace(VERSION, &org.version),
            _ => text,
        }
    }

    /// What the scenario has as a certification check.
    ///
    /// # Errors
    /// When it is run without an integration.
    pub fn lane(&mut self) -> Outcome<&mut Lane> {
        self.lane.as_mut().or_fail(|| "this phrase is about an integration under test: run the feature with one (certify, or run --integration)")
    }

    /// A name that no other scenario uses.
    pub fn unique(&self, name: &str) -> String {
        format!("{}-{}", name.to_lowercase().replace(' ', "-"), self.suffix)
    }

    /// Remembers what to remove on the control API when the scenario ends.
    pub fn remove_later(&mut self, path: String) {
        self.cleanup.push(path);
    }

    /// Removes what the scenario made. A server that is gone, or has forgotten it already, is no failure.
    pub async fn clean_up(&mut self) {
        if self.own_server.take().is_some() {
            return;
        }
        let (Ok(target), Ok(http)) = (self.target(), self.http()) else { return };
        // What is said while tidying up tells nothing about a failure.
        if let Some(org) = &target.real {
            return made::remove(org, &http.with_transcript(Transcript::default()), self.made.clone()).await;
        }
        let control = target.control(http.with_transcript(Transcript::default()));
        if self.clock_moved {
            let _ = control.post("/clock", &json!({ "reset": true })).await;
        }
        for path in std::mem::take(&mut self.cleanup).iter().rev() {
            let _ = control.delete(path).await;
        }
    }

    /// The org of this name in the scenario; `the org` is made when first asked for.
    ///
    /// # Errors
    /// When another name was never introduced.
    pub async fn org(&mut self, name: &str) -> Outcome<Org> {
        if name == ORG
            && let Some(real) = self.real()
        {
            let (org, user) = (real.org.clone(), real.user.clone());
            self.users.insert(ADMIN.to_owned(), Member { org: ORG.to_owned(), user });
            self.orgs.insert(ORG.to_owned(), org.clone());
            return Ok(org);
        }
        if !self.orgs.contains_key(name) && (name == ORG || name == PUBLISHER) {
            let kind = if name == PUBLISHER { "devhub" } else { "production" };
            self.create_org(name, json!({ "kind": kind })).await?;
        }
        self.orgs.get(name).cloned().or_fail(|| format!("this scenario has no {name:?}"))
    }

    /// Creates an org with an admin; `settings` are members of the world document's org.
    ///
    /// # Errors
    /// When the control API refuses.
    pub async fn create_org(&mut self, name: &str, settings: Value) -> Outcome<Org> {
        // An org that takes the place of an earlier one has a name of its own.
        let made = if self.orgs.contains_key(name) { format!("{}-again", self.unique(name)) } else { self.unique(name) };
        let unique = settings["name"].as_str().map_or(made, str::to_owned);
        let admin = json!({ "name": "admin", "username": format!("admin@{unique}.example"), "profile": "System Administrator" });
        let mut body = json!({ "name": unique, "users": [admin] });
        for (member, value) in settings.as_object().into_iter().flatten() {
            body[member] = value.clone();
        }
        let org: Org = serde_json::from_value(self.control()?.post("/orgs", &body).await?)?;
        self.remove_later(format!("/orgs/{}", org.name));
        let admin = org.users.iter().find(|user| user.name == "admin").cloned();
        let admin = admin.or_fail(|| "the new org has no admin")?;
        let key = if name == ORG { ADMIN.to_owned() } else { format!("the admin of {name}") };
        self.users.insert(key, Member { org: name.to_owned(), user: admin });
        self.orgs.insert(name.to_owned(), org.clone());
        Ok(org)
    }

    /// Creates a user of the org `org`.
    ///
    /// # Errors
    /// When the control API refuses.
    pub async fn create_user(&mut self, org: &str, name: &str, settings: Value) -> Outcome<User> {
        let owner = self.org(org).await?;
        let mut body = json!({ "name": name, "username": format!("{name}@{}.example", owner.name), "profile": "Standard User" });
        for (member, value) in settings.as_object().into_iter().flatten() {
            body[member] = value.clone();
        }
        let created = self.control()?.post(&format!("/orgs/{}/users", owner.name), &body).await?;
        let user: User = serde_json::from_value(created)?;
        self.users.insert(name.to_owned(), Member { org: org.to_owned(), user: user.clone() });
        Ok(user)
    }

    /// The user of this name; the admin comes with the org.
    ///
    /// # Errors
    /// When nobody of that name was introduced.
    pub async fn member(&mut self, name: &str) -> Outcome<Member> {
        if name == ADMIN {
            self.org(ORG).await?;
        }
        self.users.get(name).cloned().or_fail(|| format!("this scenario has no user {name:?}"))
    }

    /// The app of this name.
    ///
    /// # Errors
    /// When it was never introduced.
    pub fn app(&self, name: &str) -> Outcome<App> {
        self.apps.get(name).cloned().or_fail(|| format!("this scenario has no app {name:?}"))
    }

    /// An API session of a user, opened over the control API when first needed.
    ///
    /// # Errors
    /// When the user is unknown or may not have a session.
    pub async fn session(&mut self, user: &str) -> Outcome<Session> {
        if let Some(session) = self.sessions.get(user) {
            return Ok(session.clone());
        }
        let member = self.member(user).await?;
        if let Some(session) = self.real().filter(|_| user == ADMIN).map(|real| real.session.clone()) {
            self.sessions.insert(user.to_owned(), session.clone());
            return Ok(session);
        }
        let org = self.org(&member.org).await?;
        let session = self.control()?.session(&org.name, &member.user.username, None).await?;
        self.sessions.insert(user.to_owned(), session.clone());
        Ok(session)
    }

    /// The browser of a user, opened when first needed.
    ///
    /// # Errors
    /// When the scenario has no server.
    pub fn browser(&mut self, user: &str) -> Outcome<&mut Browser> {
        let callbacks: Vec<String> = self.apps.values().flat_map(|app| app.callback_urls.clone()).chain([CALLBACK.to_owned()]).collect();
        let http = self.http()?;
        let address = self.addresses.get(user).cloned();
        let browser = self.browsers.entry(user.to_owned()).or_insert_with(|| Browser::new(http, Vec::new()));
        browser.know(&callbacks);
        browser.address = address;
        Ok(browser)
    }

    /// The login host a user of this org belongs to.
    ///
    /// # Errors
    /// When the scenario has no server.
    pub fn login_url(&self, org: &Org) -> Outcome<String> {
        let addresses = &self.target()?.addresses;
        Ok(if org.kind == "sandbox" { addresses.test_url.clone() } else { addresses.login_url.clone() })
    }

    /// The identity URL of a user, as tokens name it.
    ///
    /// # Errors
    /// When nobody of that name was introduced.
    pub async fn identity_url(&mut self, user: &str) -> Outcome<String> {
        let member = self.member(user).await?;
        let org = self.org(&member.org).await?;
        Ok(format!("{}/id/{}/{}", self.login_url(&org)?, org.id, member.user.id))
    }

    /// Adds an answer, and gives it back.
    pub fn answered(&mut self, answer: Answer) -> &Answer {
        self.answers.push(answer);
        &self.answers[self.answers.len() - 1]
    }

    /// The last answer.
    ///
    /// # Errors
    /// When nothing was asked yet.
    pub fn answer(&self) -> Outcome<&Answer> {
        self.answers.last().or_fail(|| "nothing was answered yet")
    }

    /// The token answer number `index` (from 0) of an app.
    ///
    /// # Errors
    /// When the app got fewer.
    pub fn grant(&self, app: &str, index: usize) -> Outcome<&Value> {
        let grants = self.grants.get(app).map_or(&[][..], Vec::as_slice);
        grants.get(index).or_fail(|| format!("{app:?} got {} token answers, not {}", grants.len(), index + 1))
    }

    /// The newest token answer of an app.
    ///
    /// # Errors
    /// When the app got none.
    pub fn latest_grant(&self, app: &str) -> Outcome<&Value> {
        self.grants.get(app).and_then(|grants| grants.last()).or_fail(|| format!("{app:?} got no tokens yet"))
    }

    /// A string member of the newest token answer of an app that has it: refreshes bring no refresh token.
    ///
    /// # Errors
    /// When there is none.
    pub fn token(&self, app: &str, member: &str) -> Outcome<String> {
        let grants = self.grants.get(app).map_or(&[][..], Vec::as_slice);
        grants.iter().rev().find_map(|grant| grant[member].as_str()).map(str::to_owned).or_fail(|| format!("{app:?} got no {member}"))
    }

    /// The authorization of an app.
    ///
    /// # Errors
    /// When nobody authorized it.
    pub fn authorization(&self, app: &str) -> Outcome<&Authorization> {
        self.authorizations.get(app).or_fail(|| format!("nobody authorized {app:?}"))
    }

    /// Replaces the names in braces: `{id:Acme}` by a record's id, `{key:Reports}` by a consumer key, `{note:x}` by
    /// what was noted, `{org}` by the org's name and so on. Braces that name nothing known stay as they are.
    ///
    /// # Errors
    /// When a name stands for nothing yet.
    pub fn expand(&self, text: &str) -> Outcome<String> {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            expanded.push_str(before);
            rest = after;
            let end = after.find('}').filter(|end| after[..*end].chars().all(|c| c.is_alphanumeric() || " :_-.@".contains(c)));
            match end.map(|end| self.lookup(&after[..end]).map(|value| (end, value))).transpose()? {
                Some((end, Some(value))) => {
                    expanded.push_str(&value);
                    rest = &after[end + 1..];
                }
                _ => expanded.push('{'),
            }
        }
        expanded.push_str(rest);
        Ok(self.versioned(expanded))
    }

    fn lookup(&self, name: &str) -> Outcome<Option<String>> {
        let (kind, of) = name.split_once(':').unwrap_or((name, ""));
        let org = || self.orgs.get(if of.is_empty() { ORG } else { of }).or_fail(|| "this scenario has no org yet");
        let user = || self.users.get(if of.is_empty() { ADMIN } else { of }).or_fail(|| format!("this scenario has no user {of:?}"));
        Ok(Some(match kind {
            "id" if !of.is_empty() => self.records.get(of).or_fail(|| format!("this scenario has no record {of:?}"))?.id.clone(),
            "id15" => self.records.get(of).or_fail(|| format!("this scenario has no record {of:?}"))?.id[..15].to_owned(),
            "unique" | "package" => self.unique(of),
            "org" => org()?.name.clone(),
            "org id" => org()?.id.clone(),
            "instance" => org()?.instance_url.clone(),
            "site" => format!("{}/_mock/org/{}", org()?.instance_url, org()?.name),
            "login" => self.target()?.addresses.login_url.clone(),
            "test" => self.target()?.addresses.test_url.clone(),
            "username" => user()?.user.username.clone(),
            "password" => user()?.user.password.clone().unwrap_or_default(),
            "security token" => user()?.user.security_token.clone().unwrap_or_default(),
            "session" => self.sessions.get(if of.is_empty() { ADMIN } else { of }).or_fail(|| format!("{of:?} has no session"))?.access_token.clone(),
            "user id" => user()?.user.id.clone(),
            "key" => self.app(of)?.consumer_key,
            "secret" => self.app(of)?.consumer_secret.unwrap_or_default(),
            "app id" => self.app(of)?.id,
            "app" => self.app(of)?.name,
            "access token" => self.token(of, "access_token")?,
            "refresh token" => self.token(of, "refresh_token")?,
            "long" => "a".repeat(of.parse().map_err(|_| Failure::new(format!("no length: {of:?}")))?),
            "deep" => {
                let depth: usize = of.parse().map_err(|_| Failure::new(format!("no depth: {of:?}")))?;
                ["[".repeat(depth), "]".repeat(depth)].concat()
            }
            "nested" => {
                let depth: usize = of.parse().map_err(|_| Failure::new(format!("no depth: {of:?}")))?;
                ["<a>".repeat(depth), "</a>".repeat(depth)].concat()
            }
            "api name" => self.app(of)?.api_name(),
            "note" => self.notes.get(of).or_fail(|| format!("nothing was noted as {of:?}"))?.clone(),
            _ => return Ok(None),
        }))
    }
}

/// The org that owns apps of other people in a scenario.
pub const PUBLISHER: &str = "the publisher";

/// Shown by reports beside a failed step: the exchanges that led there.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.transcript)
    }
}

impl Failure {
    /// The failure of a step that needs something the feature did not say.
    pub fn untold(what: &str) -> Self {
        Self::new(format!("the feature does not say {what}"))
    }
}
