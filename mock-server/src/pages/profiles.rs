//! Profiles in Setup: the list, and one profile with what it gives and from where and when its users log in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Detail, Field, Form, FormSection, Link, Part, Row, Section, SetupPage, Sheet};
use super::{answer, set_access};
use crate::app::App;
use crate::id::RecordId;
use crate::org::{DAYS, Directory, Duty, IpRange, LoginHours, LoginRules, OpenHours, PermissionSet};
use crate::storage::StoreError;

pub(super) const PATH: &str = "/lightning/setup/EnhancedProfiles/home";
/// One profile.
pub(super) const PROFILE: &str = "/lightning/setup/EnhancedProfiles/page";
/// Login IP Ranges and Login Hours, edited.
pub(super) const LOGINS: &str = "/lightning/setup/EnhancedProfiles/logins";

/// The page of a profile.
pub(super) fn path_of(profile: RecordId) -> String {
    format!("{PROFILE}?set={profile}")
}

/// `GET /lightning/setup/EnhancedProfiles/home`
pub(super) async fn list(session: BrowserSession) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let (mut profiles, users) = session.browser.caller.org.read(|tx| Ok::<_, StoreError>((tx.permission_sets()?, tx.users()?)))?;
    profiles.retain(|set| set.is_profile);
    profiles.sort_by_key(|profile| profile.label.to_lowercase());
    let row = |profile: &PermissionSet| Row {
        id: profile.id.to_string(),
        cells: vec![
            Cell::link(session.link(&path_of(profile.id)), &profile.label),
            Cell::Tick(!profile.is_fixed()),
            Cell::text(users.iter().filter(|user| user.profile.id == profile.id).count().to_string()),
        ],
        actions: Vec::new(),
    };
    let sheet = Sheet {
        id: "profiles",
        heading: String::new(),
        columns: vec!["Profile Name", "Custom", "Users"],
        rows: profiles.iter().map(row).collect(),
        empty: "The org has no profiles.".to_owned(),
        actions: Vec::new(),
    };
    let view = SetupPage {
        intro: "What users may do at least; each user has one.".to_owned(),
        parts: vec![Part::Sheet(sheet)],
        ..session.setup_page(PATH, "Profiles")
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `GET /lightning/setup/EnhancedProfiles/page?set=00e…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let profile = find(&session, &query)?;
    let details = vec![
        Detail::text("Name", &profile.label),
        Detail::new("Custom", Cell::Tick(!profile.is_fixed())),
        Detail::new("Profile ID", Cell::exact(profile.id.to_string())),
    ];
    let mut parts = vec![Part::Section(Section::new("overview", "Profile Overview", details))];
    parts.extend(set_access::sections(&app, &session, &profile)?.into_iter().map(Part::Section));
    parts.push(Part::Section(logins(&session, &profile)));
    let view = SetupPage {
        crumb: Some(Link { url: session.link(PATH), text: "Profiles".to_owned() }),
        done: query.get("done").map(|_| "Saved.".to_owned()),
        parts,
        ..session.setup_page(PATH, &profile.label)
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// The profile that a request is about.
fn find(session: &BrowserSession, fields: &Fields) -> Result<PermissionSet, PageError> {
    set_access::find(session, fields).and_then(|set| if set.is_profile { Ok(set) } else { Err(session.missing("No profile has this id.")) })
}

fn logins(session: &BrowserSession, profile: &PermissionSet) -> Section {
    let ranges: Vec<String> = profile.login.ip_ranges.iter().map(IpRange::to_string).collect();
    let hours: Vec<String> = DAYS.iter().filter_map(|day| Some(format!("{}: {}", day.label, day.of(&profile.login.hours)?))).collect();
    let from = if ranges.is_empty() { Cell::text("From everywhere") } else { Cell::Lines(ranges) };
    let when = if hours.is_empty() { Cell::text("At any time") } else { Cell::Lines(hours) };
    let mut section = Section::new("logins", "Logins", vec![Detail::new("Login IP Ranges", from), Detail::new("Login Hours", when)]);
    if Duty::ManagePermissionSets.is_of(session.user()) {
        section.actions.push(Action::open("Edit", session.link(&format!("{LOGINS}?set={}", profile.id))).about("Login IP Ranges and Login Hours"));
    }
    section
}

/// `GET /lightning/setup/EnhancedProfiles/logins?set=00e…`
pub(super) async fn show_logins(session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::ManagePermissionSets, PATH)?;
    let profile = find(&session, &query)?;
    let rules = &profile.login;
    let ranges = rules.ip_ranges.iter().map(IpRange::to_string).collect::<Vec<_>>().join("\n");
    let hours: Vec<String> = DAYS.iter().map(|day| day.of(&rules.hours).map(|open| open.to_string()).unwrap_or_default()).collect();
    Ok(logins_page(&session, &profile, &ranges, &hours, &[]))
}

/// `POST` the same: ranges a line each, and for each day from when till when.
pub(super) async fn save_logins(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManagePermissionSets, PATH)?;
    let profile = find(&session, &fields)?;
    let typed = fields.get("ranges").unwrap_or_default();
    let hours: Vec<String> = DAYS.iter().map(|day| fields.get(day.field).unwrap_or_default().trim().to_owned()).collect();
    let (rules, faults) = read_rules(&profile.login, typed, &hours);
    if !faults.is_empty() {
        return Ok(logins_page(&session, &profile, typed, &hours, &faults));
    }
    match app.set_login_rules(&session.browser.caller.org, profile.id, rules, session.user().id)? {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{}&done=saved", path_of(profile.id))))),
        Err(_) => Err(session.missing("No profile has this id.")),
    }
}

/// What was typed, laid over the rules before, and what is wrong at which field.
fn read_rules(before: &LoginRules, ranges: &str, hours: &[String]) -> (LoginRules, Vec<(&'static str, String)>) {
    let mut rules = LoginRules { ip_ranges: Vec::new(), hours: LoginHours::default(), ..before.clone() };
    let mut faults = Vec::new();
    for line in ranges.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.parse::<IpRange>() {
            Ok(range) => rules.ip_ranges.push(range),
            Err(wrong) => faults.push(("ranges", wrong.to_string())),
        }
    }
    for (day, text) in DAYS.iter().zip(hours).filter(|(_, text)| !text.is_empty()) {
        match text.parse::<OpenHours>() {
            Ok(open) => *day.of_mut(&mut rules.hours) = Some(open),
            Err(wrong) => faults.push((day.field, wrong.to_string())),
        }
    }
    (rules, faults)
}

fn logins_page(session: &BrowserSession, profile: &PermissionSet, ranges: &str, hours: &[String], faults: &[(&'static str, String)]) -> Response {
    let ranges = Field::lines("ranges", "Login IP Ranges", ranges)
        .hint("A line for each: the first and the last address with a hyphen between them. Without any, users log in from everywhere.");
    let days = DAYS.iter().zip(hours).map(|(day, text)| Field::text(day.field, day.label, text)).collect();
    let mut open = FormSection::new("Login Hours", days);
    open.note = "From when till when, as 08:00-17:30. An empty day is open; 00:00-00:00 closes it.".to_owned();
    let mut form = Form::new(session.link(LOGINS), "Save", vec![FormSection::new("Login IP Ranges", vec![ranges]), open]);
    form.hidden = vec![("set", profile.id.to_string())];
    form.cancel = Some(session.link(&path_of(profile.id)));
    for (field, wrong) in faults {
        form.complain(field, wrong.as_str());
    }
    let view = SetupPage {
        crumb: Some(Link { url: session.link(&path_of(profile.id)), text: profile.label.clone() }),
        parts: vec![Part::Form(form)],
        ..session.setup_page(PATH, format!("{}: Login IP Ranges and Login Hours", profile.label))
    };
    answer::page(StatusCode::OK, &view)
}
