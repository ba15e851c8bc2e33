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

/// `GET /lightning/setup/OrgDomain/home`
pub(super) async fn show(session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let facts = session.browser.caller.org.facts();
    let done = query.get("done").map(|_| "The settings are saved.".to_owned());
    Ok(answer::page(StatusCode::OK, &SetupPage { done, ..page(&session, &facts, (stem(&facts), None)) }))
}

/// `POST` the same. `act=routing` decides about former addresses; `act=rename` looks at the name and asks, and renames once that is confirmed.
pub(super) async fn save(State(app): State<App>, posted: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = posted;
    session.must(Duty::Customize, PATH)?;
    let org = &session.browser.caller.org;
    let actor = Actor::new(session.user().id, app.now());
    if fields.get("act") == Some("routing") {
        let redirects = fields.get("redirect_former_domains").is_some();
        app.change_org_by(org.id(), actor, |facts| facts.policies.redirect_former_domains = Some(redirects)).map_err(StoreError::new)?;
        return Ok(answer::redirect(&session.link(&format!("{PATH}?done=saved"))));
    }
    let facts = org.facts();
    let asked = fields.get("my_domain").unwrap_or_default().trim();
    let name = match facts.sandbox_name() {
        Some(sandbox) => format!("{asked}--{sandbox}"),
        None => asked.to_owned(),
    };
    if name == facts.name {
        return Ok(answer::redirect(&session.link(PATH)));
    }
    let confirmed = fields.get("confirmed").is_some();
    let refused = if confirmed { app.rename_org(org, &name, actor)?.err() } else { app.check_my_domain(org, &name).err() };
    let domain = MyDomain::for_org(&name, facts.kind.into());
    match refused {
        Some(refused) => Ok(answer::page(StatusCode::OK, &page(&session, &facts, (asked, Some(refused))))),
        // Nobody's session lives on: the browser begins at the new address.
        None if confirmed => Ok(answer::redirect(&login_at(&session, &facts, &domain, &name))),
        None => Ok(answer::page(StatusCode::OK, &confirm(&session, &facts, &domain, asked))),
    }
}

/// What an admin edits of the name: all but the name of a sandbox.
fn stem(facts: &Org) -> &str {
    facts.sandbox_name().and_then(|_| facts.name.split_once("--")).map_or(&facts.name, |(stem, _)| stem)
}

fn page(session: &BrowserSession, facts: &Org, (name, refused): (&str, Option<DomainRefused>)) -> SetupPage {
    let mut parts = vec![Part::Section(current(session, facts))];
    if Duty::Customize.is_of(session.user()) {
        let hint = match facts.sandbox_name() {
            Some(sandbox) => format!("Without --{sandbox}, which stays. At most 34 lowercase letters, digits and single hyphens."),
            None => "At most 34 lowercase letters, digits and single hyphens.".to_owned(),
        };
        let field = Field::text("my_domain", "My Domain Name", name).required().hint(hint);
        let mut rename = Form {
            hidden: vec![("act", "rename".to_owned())],
            ..Form::new(session.link(PATH), "Check Availability", vec![FormSection::new("Change the My Domain Name", vec![field])])
        };
        if let Some(refused) = refused {
            rename.complain("my_domain", refused.to_string());
        }
        let redirects = Field::check("redirect_former_domains", "Redirect previous My Domain URLs", facts.switches().redirect_former_domains)
            .hint("Browsers that ask for an address the org had are sent to the one it has. While it is off, they find nothing there.");
        let routing = Form {
            hidden: vec![("act", "routing".to_owned())],
            look: Look::Plain,
            ..Form::new(session.link(PATH), "Save", vec![FormSection::new("Routing", vec![redirects])])
        };
        parts.extend([Part::Form(rename), Part::Form(routing)]);
    }
    SetupPage {
        intro: "The address at which this org's users log in and its programs call.".to_owned(),
        parts,
        ..session.setup_page(PATH, HEADING)
    }
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
fn confirm(session: &BrowserSession, facts: &Org, domain: &MyDomain, asked: &str) -> SetupPage {
    let back = session.link(PATH);
    let ends = if facts.switches().my_domain_change_ends_tokens {
        "All connections are reset: active user sessions are terminated, security tokens and all approvals of apps are revoked, yours included. \
         Programs and command-line tools log in again, at the new address."
    } else {
        "Tokens live on; clients learn the new address from their next refresh."
    };
    let form = Form {
        hidden: vec![("act", "rename".to_owned()), ("my_domain", asked.to_owned()), ("confirmed", "1".to_owned())],
        look: Look::Danger,
        cancel: Some(back.clone()),
        ..Form::new(back.clone(), "Deploy New Domain", vec![FormSection { note: ends.to_owned(), ..FormSection::new(domain.real_name(), Vec::new()) }])
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
