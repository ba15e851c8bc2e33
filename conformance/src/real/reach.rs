//! What a real org can be made to do, decided from a scenario's text before it starts.
//!
//! A phrase may be said of any org if its step's comment says so ([`Phrase::on_any_org`](crate::phrases::Phrase)). Of those, requests
//! that are written out are looked at too: only records of a few plain objects are written, only under ids that the scenario knows
//! itself, and nobody's password is tried. A scenario that expects an org with nothing else in it is tagged `@own-org`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use cucumber::World as _;
use cucumber::gherkin::{Feature, Rule, Scenario, Step};
use cucumber::step::Collection;
use regex::Regex;

use crate::phrases::{Keyword, Phrases, understood};
use crate::world::World;

/// The API version that features are written in.
pub const VERSION: &str = "v67.0";

/// Objects that scenarios may write to. None has setup behind it, and none sends e-mail by itself.
const OBJECTS: [&str; 8] = ["Account", "Contact", "Lead", "Opportunity", "Campaign", "Task", "Event", "Note"];

/// Tags of scenarios that a real org has no means for, with the reason.
const TAGS: [(&str, &str); 4] = [
    ("own-org", "expects an org that holds nothing else"),
    ("own-server", "starts a server of its own"),
    ("serial", "moves the clock"),
    ("tls", "needs the local CA"),
];

/// Names of things that only the control API makes or tells, as features write them.
const OF_CONTROL: [&str; 10] =
    ["/_mock", "{site", "{password", "{security token", "{app id", "{app:", "{package", "{test}", "the admin of ", "{org}"];

/// Headers that speak for another host or address.
const FOREIGN_HEADERS: [&str; 2] = ["host", "x-forwarded-for"];

/// Why scenarios do not run on a real org.
pub struct Reach {
    has_app: bool,
    steps: Collection<World>,
    /// What was found of a step before: outlines and backgrounds repeat them.
    known: RefCell<BTreeMap<(Keyword, String), Option<String>>>,
}

impl Reach {
    /// For an org whose credentials name an app, or none.
    pub fn new(has_app: bool) -> Self {
        Self { has_app, steps: World::collection(), known: RefCell::default() }
    }

    /// The first reason why this scenario cannot be run on a real org; none if it can.
    pub fn obstacle(&self, feature: &Feature, rule: Option<&Rule>, scenario: &Scenario) -> Option<String> {
        let tags = || feature.tags.iter().chain(rule.iter().flat_map(|rule| &rule.tags)).chain(&scenario.tags);
        if let Some((_, reason)) = TAGS.iter().find(|(tag, _)| tags().any(|known| known == tag)) {
            return Some((*reason).to_owned());
        }
        let backgrounds = feature.background.iter().chain(rule.and_then(|rule| rule.background.as_ref()));
        let mut steps = backgrounds.flat_map(|background| &background.steps).chain(&scenario.steps);
        steps.find_map(|step| self.of_phrase(step).or_else(|| self.of_text(step)))
    }

    /// Whether the phrase may be said at all. One that nobody knows is let through: the run tells of it.
    fn of_phrase(&self, step: &Step) -> Option<String> {
        let key = (Keyword::from(step.ty), step.value.clone());
        if let Some(found) = self.known.borrow().get(&key) {
            return found.clone();
        }
        let phrase = understood(&self.steps, step).and_then(|location| Phrases::known().at(&location));
        let found = phrase.filter(|phrase| !phrase.on_any_org).map(|phrase| format!("`{}` needs the control API", phrase.expression));
        self.known.borrow_mut().insert(key, found.clone());
        found
    }

    fn of_text(&self, step: &Step) -> Option<String> {
        let text = step.docstring.as_deref().unwrap_or_default();
        let cells = step.table.iter().flat_map(|table| table.rows.iter().flatten()).map(String::as_str);
        let all = [step.value.as_str(), text].into_iter().chain(cells).collect::<Vec<_>>().join("\n");
        if let Some(name) = OF_CONTROL.iter().find(|name| all.contains(**name)) {
            return Some(format!("`{}` stands for what the control API tells", name.trim_end()));
        }
        if !self.has_app && (all.contains("{key:") || all.contains("{secret:") || step.value.starts_with("an installed ")) {
            return Some("needs an app: SFCERT_REAL_CONSUMER_KEY".to_owned());
        }
        if all.contains("grant_type=password") || all.contains("| password") || all.contains("\npassword\n") {
            return Some("tries passwords, which could lock somebody out".to_owned());
        }
        match step.ty {
            cucumber::gherkin::StepType::Then => None,
            _ => presence(&step.value).or_else(|| of_object(&step.value)).or_else(|| of_path(&step.value)).or_else(|| of_request(text)),
        }
    }
}

/// The one app that a real org is known to have is one that works there.
fn presence(value: &str) -> Option<String> {
    let has_another = ["an uninstalled ", "the org's own ", "a packaged ", "a local "].iter().any(|words| value.starts_with(words));
    has_another.then(|| "needs an app that the org does not have".to_owned())
}

/// Phrases that write a record name its object.
fn of_object(value: &str) -> Option<String> {
    static WRITES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?:has created|creates|updates|deletes|has deleted) the (\w+) "|^these (\w+) records"#).ok());
    let found = WRITES.as_ref()?.captures(value)?;
    let object = found.get(1).or_else(|| found.get(2))?.as_str();
    (!OBJECTS.contains(&object)).then(|| format!("writes {object} records"))
}

/// `the admin reads "…"`: paths outside the API lead to pages.
fn of_path(value: &str) -> Option<String> {
    let path = value.split_once(" reads \"")?.1.trim_end_matches('"');
    let path = path.strip_prefix("{instance}").unwrap_or(path);
    let is_api = if path.starts_with("/services/") { is_readable(path) } else { is_readable(&format!("/services/data/{VERSION}{path}")) };
    (!is_api).then(|| format!("reads {path}"))
}

/// Searches are not: an index of Salesforce knows a record some seconds after it was made.
fn is_readable(path: &str) -> bool {
    let searches = path.starts_with("/services/data/v") && (path.contains("/search") || path.contains("/parameterizedSearch"));
    let revokes = path.starts_with("/services/oauth2/revoke") && path.contains("{session");
    ["/services/data", "/services/oauth2/"].iter().any(|root| path.starts_with(root)) && !revokes && !searches
}

/// A request that is written out: `METHOD path`, headers, body.
fn of_request(text: &str) -> Option<String> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.trim().lines();
    let (method, path) = lines.next()?.split_once(' ')?;
    if !method.chars().all(|c| c.is_ascii_uppercase()) || !(path.starts_with('/') || path.starts_with("http") || path.starts_with('{')) {
        return None;
    }
    let path = path.strip_prefix("{instance}").or_else(|| path.strip_prefix("{login}")).unwrap_or(path);
    if let Some(header) =
        lines.filter_map(|line| line.split_once(':')).find(|(name, _)| FOREIGN_HEADERS.contains(&name.trim().to_lowercase().as_str()))
    {
        return Some(format!("sends the header {}", header.0.trim()));
    }
    let may_be_sent = match method {
        "GET" | "HEAD" => is_readable(path) && !path.contains("_HttpMethod"),
        _ => is_write_of_own(path, body) || is_question(path, body),
    };
    (!may_be_sent).then(|| format!("`{method} {path}` may reach more than the scenario's own records"))
}

/// POSTs that ask, and change nothing.
fn is_question(path: &str, body: &str) -> bool {
    let path = path.split('?').next().unwrap_or(path);
    match path.strip_prefix("/services/") {
        Some("oauth2/token" | "oauth2/introspect") => true,
        Some("oauth2/userinfo") => true,
        Some("oauth2/revoke") => !body.contains("{session"),
        Some(path) => ["/query", "/limits", "/nothing"].iter().any(|end| path.starts_with("data/v") && path.ends_with(end)),
        None => false,
    }
}

/// Writes through the resources of records alone, in one request or in several within one.
fn is_write_of_own(path: &str, body: &str) -> bool {
    static RESOURCE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^/services/data/v[\d.]+/(sobjects|composite)(/[^?]*)?(\?.*)?$").ok());
    let Some(found) = RESOURCE.as_ref().and_then(|pattern| pattern.captures(path)) else { return false };
    let (rest, query) = (found.get(2).map_or("", |rest| rest.as_str()), found.get(3).map_or("", |query| query.as_str()));
    let is_own = match &found[1] {
        "sobjects" => is_row_of_own(rest),
        _ => match rest.split('/').nth(1).unwrap_or_default() {
            "" | "batch" | "graph" => true,
            "sobjects" => rest.split('/').nth(2).is_none_or(|object| OBJECTS.contains(&object)),
            "tree" => rest.split('/').nth(2).is_some_and(|object| OBJECTS.contains(&object)),
            _ => false,
        },
    };
    let ids = query.split_once("ids=").map_or("", |(_, ids)| ids.split('&').next().unwrap_or_default());
    is_own && ids.split(',').all(|id| id.is_empty() || id.starts_with('{')) && is_body_of_own(body)
}

/// `/Account`, or `/Account/{id:Acme}`: a plain object, and no row but one of the scenario's.
fn is_row_of_own(path: &str) -> bool {
    let mut parts = path.trim_start_matches('/').split('/');
    let object = parts.next().unwrap_or_default();
    let row = parts.next().unwrap_or_default();
    let is_known = row.is_empty() || row.starts_with('{') || row.starts_with("@{");
    OBJECTS.contains(&object) && is_known && parts.next().is_none()
}

/// Whether everything that a JSON body names is a plain object or a row of the scenario's.
fn is_body_of_own(body: &str) -> bool {
    static MEMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?i)"(url|type|id)"\s*:\s*"([^"]*)""#).ok());
    let Some(pattern) = MEMBER.as_ref() else { return false };
    pattern.captures_iter(body).all(|found| {
        let value = &found[2];
        match found[1].to_lowercase().as_str() {
            "type" => OBJECTS.contains(&value),
            "id" => value.is_empty() || value.starts_with('{') || value.starts_with("@{"),
            _ => is_url_of_own(value),
        }
    })
}

/// The address of a request within a request.
fn is_url_of_own(url: &str) -> bool {
    let path = url.strip_prefix("/services/data/").unwrap_or(url).trim_start_matches('/');
    let path = path.split_once('/').filter(|(version, _)| version.starts_with('v')).map_or(path, |(_, rest)| rest);
    let resource = path.split(['/', '?']).next().unwrap_or_default();
    match resource {
        "query" | "limits" => true,
        "sobjects" => is_row_of_own(path.trim_start_matches("sobjects").split('?').next().unwrap_or_default()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(request: &str, may_be_sent: bool) {
        let obstacle = of_request(request);
        assert_eq!(obstacle.is_none(), may_be_sent, "{request}: {obstacle:?}");
    }

    #[test]
    fn requests_that_read_may_be_sent() {
        check("GET /services/data/v67.0/sobjects/Account/describe", true);
        check("GET {instance}/services/data", true);
        check("POST /services/oauth2/token\n\ngrant_type=nonsense", true);
        check("GET /services/data/v67.0/search?q=FIND+%7BAcme%7D", false);
        check("GET /setup/ui/pages", false);
        check("GET /services/apexrest/hello", false);
        check("GET https://elsewhere.example/services/data", false);
        check("GET /services/oauth2/revoke?token={session}", false);
    }

    #[test]
    fn only_rows_of_the_scenario_are_written() {
        check("POST /services/data/v67.0/sobjects/Account\n\n{\"Name\": \"Acme\"}", true);
        check("PATCH /services/data/v67.0/sobjects/Account/{id:Acme}\n\n{\"Name\": \"Acme\"}", true);
        check("PATCH /services/data/v67.0/sobjects/Account/001Fk0000099999AAA\n\n{}", false);
        check("PATCH /services/data/v67.0/sobjects/Contact/Email/ada@example.com\n\n{}", false);
        check("POST /services/data/v67.0/sobjects/PermissionSet\n\n{}", false);
        check("POST /services/data/v67.0/tooling/sobjects/ApexClass\n\n{}", false);
        check("DELETE /services/data/v67.0/composite/sobjects?ids={id:Acme},001Fk0000099999AAA", false);
        check("DELETE /services/data/v67.0/composite/sobjects?ids={id:Acme}&allOrNone=true", true);
        check("POST /services/data/v67.0/jobs/ingest\n\n{}", false);
    }

    #[test]
    fn what_a_request_holds_is_looked_at_too() {
        let composite =
            |url: &str| format!("POST /services/data/v67.0/composite\n\n{{\"compositeRequest\": [{{\"method\": \"POST\", \"url\": \"{url}\"}}]}}");
        check(&composite("/services/data/v67.0/sobjects/Account"), true);
        check(&composite("/services/data/v67.0/sobjects/User"), false);
        check(&composite("/services/data/v67.0/tooling/sobjects/ApexClass"), false);
        let collection = |row: &str| format!("POST /services/data/v67.0/composite/sobjects\n\n{{\"records\": [{row}]}}");
        check(&collection("{\"attributes\": {\"type\": \"Account\"}, \"Name\": \"Acme\"}"), true);
        check(&collection("{\"attributes\": {\"type\": \"Group\"}, \"Name\": \"Acme\"}"), false);
        check(&collection("{\"attributes\": {\"type\": \"Account\"}, \"id\": \"001Fk0000099999AAA\"}"), false);
    }

    #[test]
    fn requests_that_speak_for_others_are_not_sent() {
        check("GET /services/data\nHost: login.salesforce.com", false);
        check("GET /services/data\nX-Forwarded-For: 192.0.2.1", false);
    }

    #[test]
    fn phrases_write_to_plain_objects_alone() {
        assert_eq!(of_object("the admin creates the Account \"Acme\" with"), None);
        assert_eq!(of_object("the admin creates the User \"ada\" with"), Some("writes User records".to_owned()));
        assert_eq!(of_object("these Product2 records"), Some("writes Product2 records".to_owned()));
    }
}
