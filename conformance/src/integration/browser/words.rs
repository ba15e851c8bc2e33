//! What a page tells: in the words of the driver protocol if it has them, else in those of a person.

use std::sync::LazyLock;

use regex::Regex;
use scraper::{Html, Selector};
use serde_json::Value;

use super::window::Visit;
use crate::integration::file::BrowserSettings;
use crate::integration::protocol::{Problem, State, Status};

/// Words that name a problem: the Salesforce code first, then what people are told. In the order of looking.
const PROBLEMS: &[(Problem, &str)] = &[
    (Problem::InstallNeeded, r"OAUTH_EC_APP_NOT_FOUND|app must be installed"),
    (Problem::Blocked, r"OAUTH_APP_BLOCKED|OAUTH_AUTHORIZATION_BLOCKED"),
    (Problem::NotApproved, r"OAUTH_APP_ACCESS_DENIED|OAUTH_APPROVAL_ERROR_GENERIC|hasn.t approved this consumer"),
    (Problem::WrongOrg, r"CROSS_ORG|cross-org|wrong org|another org"),
    (Problem::IpRestricted, r"ip restricted"),
    (Problem::ApiDisabled, r"API_DISABLED_FOR_ORG|API_CURRENTLY_DISABLED|API is (not enabled|disabled)|API access"),
    (Problem::Limit, r"REQUEST_LIMIT_EXCEEDED|\b(request|API|daily) limit"),
    (Problem::BadCredentials, r"invalid_client|client credentials|(wrong|bad|incorrect) (secret|credentials)"),
    (Problem::Denied, r"access_denied|end-user denied|\b(denied|declined|refused|did not allow|not allowed)\b"),
    (Problem::InstallNeeded, r"\binstall"),
    (Problem::NotApproved, r"\badmin(istrator)?\b|permission set"),
    (Problem::Blocked, r"\bblocked\b"),
    (Problem::IpRestricted, r"\bIP\b|\bnetwork\b"),
    (Problem::Reconnect, r"\breconnect|(connect|authori[sz]e) again"),
    (Problem::Temporary, r"\btemporar|try again later|unavailable"),
];

static PATTERNS: LazyLock<Vec<(Problem, Regex)>> = LazyLock::new(|| {
    let compile = |words: &str| Regex::new(&format!("(?i){words}")).ok();
    PROBLEMS.iter().filter_map(|(problem, words)| Some((*problem, compile(words)?))).collect()
});

static NOT_CONNECTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\bnot (yet )?connected|\bdisconnected\b|no connection|could not connect|connection failed").ok());
static RECONNECT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)reconnect (needed|required|now)|please reconnect|must (reconnect|connect again)|needs? to be reconnected").ok()
});
static CONNECTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\bconnected\b").ok());

/// The problems that a text names, the plainest first.
pub fn told(text: &str) -> Vec<Problem> {
    let mut told: Vec<Problem> = Vec::new();
    for (problem, pattern) in PATTERNS.iter() {
        if !told.contains(problem) && pattern.is_match(text) {
            told.push(*problem);
        }
    }
    told
}

/// How a connection stands by this page; None if the page does not say.
///
/// In this order: a JSON object as `status` answers it, elements with `data-sfcert-state` and `data-sfcert-problem`,
/// the words declared in the integration file, words that everybody uses.
pub fn status(visit: &Visit, settings: &BrowserSettings) -> Option<Status> {
    by_json(visit).or_else(|| by_marks(visit)).or_else(|| by_words(visit, settings))
}

fn by_json(visit: &Visit) -> Option<Status> {
    let json: Value = serde_json::from_str(&visit.source).ok()?;
    let status = if json.get("state").is_some() { &json } else { &json["status"] };
    serde_json::from_value(status.clone()).ok()
}

fn by_marks(visit: &Visit) -> Option<Status> {
    let document = Html::parse_document(&visit.source);
    let marked = |name: &str| {
        let selector = Selector::parse(&format!("[{name}]")).ok()?;
        document.select(&selector).next()?.attr(name).map(|value| Value::from(value.trim()))
    };
    let state: State = serde_json::from_value(marked("data-sfcert-state")?).ok()?;
    let problem = marked("data-sfcert-problem").and_then(|problem| serde_json::from_value(problem).ok()).unwrap_or_default();
    Some(Status { state, problem, detail: String::new() })
}

fn by_words(visit: &Visit, settings: &BrowserSettings) -> Option<Status> {
    let text = format!("{} {}", visit.page.title, visit.page.text);
    let problem = || told(&text).first().copied().unwrap_or(Problem::Other);
    let has = |words: &Option<String>| words.as_deref().is_some_and(|words| text.to_lowercase().contains(&words.to_lowercase()));
    let matches = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(&text));
    let (state, problem) = if has(&settings.failure_text) {
        let problem = problem();
        (if problem == Problem::Reconnect { State::Reconnect } else { State::NotConnected }, problem)
    } else if has(&settings.success_text) {
        (State::Connected, Problem::None)
    } else if matches(&RECONNECT) {
        (State::Reconnect, Problem::Reconnect)
    } else if matches(&NOT_CONNECTED) {
        (State::NotConnected, told(&text).first().copied().unwrap_or_default())
    } else if matches(&CONNECTED) && visit.status < 400 {
        (State::Connected, Problem::None)
    } else if visit.status >= 400 {
        (State::Error, problem())
    } else {
        return None;
    };
    Some(Status { state, problem, detail: String::new() })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;
    use url::Url;

    use super::*;
    use crate::client::html::Page;

    fn visit(status: u16, source: &str) -> Visit {
        let page = Page::read(Url::parse("http://localhost/").unwrap(), status, source);
        Visit { status, headers: HeaderMap::new(), source: source.to_owned(), page, visible: None }
    }

    fn check(source: &str, expected: Option<(State, Problem)>) {
        let settings = BrowserSettings { failure_text: Some("Oh no".into()), success_text: Some("Hooray".into()), ..BrowserSettings::default() };
        assert_eq!(status(&visit(200, source), &settings).map(|status| (status.state, status.problem)), expected, "{source}");
    }

    #[test]
    fn a_page_may_tell_its_state_in_several_ways() {
        check(r#"{"state":"reconnect","problem":"reconnect"}"#, Some((State::Reconnect, Problem::Reconnect)));
        check(r#"{"status":{"state":"connected"}}"#, Some((State::Connected, Problem::None)));
        check("<p data-sfcert-state=not_connected data-sfcert-problem=denied>Connected", Some((State::NotConnected, Problem::Denied)));
        check("<p>Oh no, our IP is wrong. You are connected</p>", Some((State::NotConnected, Problem::IpRestricted)));
        check("<p>Hooray</p>", Some((State::Connected, Problem::None)));
        check("<p>You are not connected</p>", Some((State::NotConnected, Problem::None)));
        check("<p>Please reconnect.</p>", Some((State::Reconnect, Problem::Reconnect)));
        check("<p>Org Acme is connected.</p>", Some((State::Connected, Problem::None)));
        check("<p>Welcome</p>", None);
    }

    #[test]
    fn a_text_may_name_several_problems_the_salesforce_code_first() {
        assert_eq!(told("OAUTH_EC_APP_NOT_FOUND: ask your administrator"), [Problem::InstallNeeded, Problem::NotApproved]);
        assert_eq!(told("Your IP address is not accepted"), [Problem::IpRestricted]);
        assert_eq!(told("Something went wrong"), []);
    }
}
