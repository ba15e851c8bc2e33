//! My Domain: the org's address, another name for it with all that this ends, and what becomes of the addresses it had. Sources:
//! `gate-and-policies.md`, sections 4 and 5; Salesforce help, "My Domain".

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::answer;
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Cell, Detail, Field, Form, FormSection, Link, Look, Part, Section, SetupPage};
use crate::app::App;
use crate::org::{Actor, DomainRefused, Duty, MyDomain, Org};
use crate::storage::StoreError;

pub(super) const PATH: &str = "/lightning/setup/OrgDomain/home";

const HEADING: &str = "My Domain";
/// The box of the form.
const REDIRECT: &str = "redirect_former_domains";

/// `GET /lightning/setup/OrgDomain/home`
pub(super) async fn show(session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let facts = session.browser.caller.org.facts();
    let redirects = facts.switches().redirect_former_domains;
    let done = query.get("done").map(|_| "The settings are saved.".to_owned());
    Ok(answer::page(StatusCode::OK, &SetupPage { done, ..page(&session, &facts, (stem(&facts), redirects), None) }))
}

/// `POST` the same: another name is asked about before it is deployed; `confirmed` says yes.
pub(super) async fn save(State(app): State<App>, posted: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = posted;
    session.must(Duty::Customize, PATH)?;
    let org = &session.browser.caller.org;
    let facts = org.facts();
    let asked = fields.get("my_domain").unwrap_or_default().trim();
    let redirects = fields.get(REDIRECT).is_some();
    let name = match facts.sandbox_name() {
        Some(sandbox) => format!("{asked}--{sandbox}"),
        None => asked.to_owned(),
    };
    let is_renamed = name != facts.name;
    if is_renamed && let Err(refused) = app.check_my_domain(org, &name) {
        return Ok(answer::page(StatusCode::OK, &page(&session, &facts, (asked, redirects), Some(refused))));
    }
    let domain = MyDomain::for_org(&name, facts.kind.into());
    if is_renamed && fields.get("confirmed").is_none() {
        return Ok(answer::page(StatusCode::OK, &confirm(&session, &facts, &domain, (asked, redirects))));
    }
    let actor = Actor::new(session.user().id, app.now());
    app.change_org_by(org.id(), actor, |facts| facts.policies.redirect_former_domains = Some(redirects)).map_err(StoreError::new)?;
    if !is_renamed {
        return Ok(answer::redirect(&session.link(&format!("{PATH}?done=saved"))));
    }
    match app.rename_org(org, &name, actor)? {
        // Nobody's session lives on: the browser begins at the new address.
        Ok(()) => Ok(answer::redirect(&login_at(&session, &facts, &domain, &name))),
        Err(refused) => Ok(answer::page(StatusCode::OK, &page(&session, &facts, (asked, redirects), Some(refused)))),
    }
}

/// What an admin edits of the name: all but the name of a sandbox.
fn stem(facts: &Org) -> &str {
    facts.sandbox_name().and_then(|_| facts.name.split_once("--")).map_or(&facts.name, |(stem, _)| stem)
}

fn page(session: &BrowserSession, facts: &Org, (name, redirects): (&str, bool), refused: Option<DomainRefused>) -> SetupPage {
    let mut parts = vec![Part::Section(current(session, facts))];
    if Duty::Customize.is_of(session.user()) {
        let hint = match facts.sandbox_name() {
            Some(sandbox) => format!("Without --{sandbox}, which stays. At most 34 lowercase letters, digits and single hyphens."),
            None => "At most 34 lowercase letters, digits and single hyphens.".to_owned(),
        };
        let field = Field::text("my_domain", "My Domain Name", name).required().hint(hint);
        let routing = Field::check(REDIRECT, "Redirect previous My Domain URLs", redirects)
            .hint("Browsers that ask for an address the org had are sent to the one it has. While it is off, they find nothing there.");
        let sections = vec![FormSection::new("Change the My Domain Name", vec![field]), FormSection::new("Routing", vec![routing])];
        let mut form = Form::new(session.link(PATH), "Save", sections);
        if let Some(refused) = refused {
            form.complain("my_domain", refused.to_string());
        }
        parts.push(Part::Form(form));
    }
    SetupPage { intro: "The address at which this org's users log in and its programs call.".to_owned(), parts, ..session.setup_page(PATH, HEADING) }
}

fn current(session: &BrowserSession, facts: &Org) -> Section {
    let former: Vec<String> = facts.former_domains().map(|domain| domain.real_name()).collect();
    let mut details = vec![
        Detail::new("Current My Domain URL", Cell::exact(facts.my_domain().real_name())),
        Detail::new("Login URL on this server", Cell::exact(session.site.my_domain_url(facts.id, &facts.my_domain()))),
    ];
    if !former.is_empty() {
        details.push(Detail::new("Previous My Domain URLs", Cell::Lines(former)));
    }
    Section::new("current", "My Domain Details", details)
}

/// The question before the new name is deployed.
fn confirm(session: &BrowserSession, facts: &Org, domain: &MyDomain, (asked, redirects): (&str, bool)) -> SetupPage {
    let back = session.link(PATH);
    let ends = if facts.switches().my_domain_change_ends_tokens {
        "All connections are reset: active user sessions are terminated, security tokens and all approvals of apps are revoked, yours included. \
         Programs and command-line tools log in again, at the new address."
    } else {
        "Tokens live on; clients learn the new address from their next refresh."
    };
    let mut hidden = vec![("my_domain", asked.to_owned()), ("confirmed", "1".to_owned())];
    hidden.extend(redirects.then(|| (REDIRECT, "1".to_owned())));
    let form = Form {
        hidden,
        look: Look::Danger,
        cancel: Some(back.clone()),
        ..Form::new(
            back.clone(),
            "Deploy New Domain",
            vec![FormSection { note: ends.to_owned(), ..FormSection::new(domain.real_name(), Vec::new()) }],
        )
    };
    SetupPage {
        crumb: Some(Link { url: back, text: HEADING.to_owned() }),
        intro: format!("{} is available.", domain.real_name()),
        parts: vec![Part::Form(form)],
        ..session.setup_page(PATH, "Deploy New Domain")
    }
}

fn login_at(session: &BrowserSession, facts: &Org, domain: &MyDomain, name: &str) -> String {
    let origin = session.site.my_domain_url(facts.id, domain);
    // Where one host stands for several orgs, the path tells them apart.
    if session.site.stands_for_orgs() { format!("{origin}/_mock/org/{name}/login") } else { format!("{origin}/login") }
}
