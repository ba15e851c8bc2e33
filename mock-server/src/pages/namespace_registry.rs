//! Namespace Registry of a Dev Hub. Link Namespace takes the browser to the login page; whoever logs in to the org that holds a namespace there
//! lets the hub link it, and comes back with a consent that is good for that alone.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::destination::query_value;
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Detail, Form, FormSection, Part, Row, Section, SetupPage, Sheet};
use super::{answer, csrf, dev_hub, explain};
use crate::app::{App, HubRefused, LiveOrg};
use crate::id::OrgId;
use crate::org::{Duty, LinkedNamespace, Org, Site};

pub(super) const PATH: &str = "/lightning/setup/NamespaceRegistry/home";
/// Where the org that holds the namespace is asked. GUESS: in Salesforce an OAuth consent page stands here.
pub(super) const ALLOW: &str = "/lightning/setup/NamespaceRegistry/allow";
/// Where the browser comes back to the hub.
pub(super) const LINKED: &str = "/lightning/setup/NamespaceRegistry/linked";

/// `GET /lightning/setup/NamespaceRegistry/home`
pub(super) async fn list(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let done = query.get("done").map(|done| match done {
        "unlinked" => "The namespace is no longer linked.".to_owned(),
        _ => "The namespace is linked.".to_owned(),
    });
    Ok(answer::page(StatusCode::OK, &page(&app, &session, done, None)))
}

fn page(app: &App, session: &BrowserSession, done: Option<String>, refused: Option<HubRefused>) -> SetupPage {
    let facts = session.browser.caller.org.facts();
    let is_hub = facts.is_dev_hub();
    let may_link = is_hub && Duty::ManageHub.is_of(session.user());
    let row = |linked: &LinkedNamespace| {
        let holder = linked.org.and_then(|id| app.org(id));
        Row {
            id: linked.prefix.clone(),
            cells: vec![
                Cell::exact(&linked.prefix),
                Cell::text(holder.as_ref().map_or_else(|| "Not on this server".to_owned(), |org| org.facts().name.clone())),
                Cell::exact(linked.org.map(|id| id.to_string()).unwrap_or_default()),
            ],
            actions: if may_link { vec![unlink_action(session, &linked.prefix)] } else { Vec::new() },
        }
    };
    let sheet = Sheet {
        id: "namespaces",
        heading: "All Namespaces".to_owned(),
        columns: vec!["Namespace Prefix", "Organization", "Organization ID"],
        rows: facts.linked_namespaces.iter().map(row).collect(),
        empty: "No namespace is linked to this Dev Hub.".to_owned(),
        actions: Vec::new(),
    };
    let refused = refused.or((!is_hub).then_some(HubRefused::NotEnabled));
    let mut parts: Vec<Part> = refused.map(|refused| Part::Alert(refused.to_string())).into_iter().collect();
    parts.push(Part::Sheet(sheet));
    let link = || Action::post("Link Namespace", session.link(PATH), vec![("action", "link".to_owned())]).primary();
    let enable = || Action::open("Dev Hub", session.link(dev_hub::PATH));
    SetupPage {
        intro: "Namespaces of Developer Edition orgs that packages of this Dev Hub may carry. Linking one takes a login to the org that holds it."
            .to_owned(),
        done,
        actions: if may_link {
            vec![link()]
        } else if is_hub {
            Vec::new()
        } else {
            vec![enable()]
        },
        parts,
        ..session.setup_page(PATH, "Namespace Registry")
    }
}

fn unlink_action(session: &BrowserSession, prefix: &str) -> Action {
    Action::post("Unlink", session.link(PATH), vec![("action", "unlink".to_owned()), ("namespace", prefix.to_owned())])
}

/// `POST` the same: Link Namespace, or Unlink. To link one, the browser goes to the login page, for another org than this one.
pub(super) async fn link(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManageHub, PATH)?;
    if fields.get("action") == Some("unlink") {
        let hub = &session.browser.caller.org;
        return match app.unlink_namespace(hub, fields.get("namespace").unwrap_or_default(), session.user().id)? {
            Ok(()) => Ok(answer::redirect(&session.link(&format!("{PATH}?done=unlinked")))),
            Err(refused) => Ok(answer::page(StatusCode::OK, &page(&app, &session, None, Some(refused)))),
        };
    }
    let facts = session.browser.caller.org.facts();
    if !facts.is_dev_hub() {
        return Ok(answer::page(StatusCode::OK, &page(&app, &session, None, Some(HubRefused::NotEnabled))));
    }
    // Namespaces are held by Developer Edition orgs, whose users log in where those of production do.
    let wanted = format!("{ALLOW}?hub={}&state={}", facts.id, state_of(&session));
    Ok(answer::redirect(&format!("{}/login?startURL={}", session.site.login_url(), query_value(&wanted))))
}

/// What the browser must bring back: it ties the consent to the session in which the link was asked for.
fn state_of(session: &BrowserSession) -> String {
    csrf::token(&format!("link {}", session.browser.sid))
}

/// `GET /lightning/setup/NamespaceRegistry/allow?hub=00D…&state=…`: at the org that holds a namespace.
pub(super) async fn show_allow(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    let hub = hub(&app, &session, &query)?;
    let facts = session.browser.caller.org.facts();
    let state = query.get("state").unwrap_or_default();
    let view = match (&facts.namespace, Duty::ManageHub.is_of(session.user())) {
        (_, false) => return Err(explain::insufficient_privileges(&session, Duty::ManageHub.needs(), ALLOW)),
        (None, true) => refused_page(&session, &hub, HubRefused::NoNamespace),
        (Some(prefix), true) => allow_page(&session, &hub, prefix, state),
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `POST` the same: Allow.
pub(super) async fn allow(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    let hub = hub(&app, &session, &fields)?;
    match app.consent_to_link(&session.browser.caller, hub.id())? {
        Ok(consent) => {
            let state = fields.get("state").unwrap_or_default();
            let to = format!("{}{LINKED}?code={}&state={}", pages_of(&session.site, &hub.facts()), query_value(&consent), query_value(state));
            Ok(answer::redirect(&to))
        }
        Err(HubRefused::Rights) => Err(explain::insufficient_privileges(&session, Duty::ManageHub.needs(), ALLOW)),
        Err(refused) => Ok(answer::page(StatusCode::OK, &refused_page(&session, &hub, refused))),
    }
}

/// `GET /lightning/setup/NamespaceRegistry/linked?code=…&state=…`: back at the hub.
pub(super) async fn linked(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::ManageHub, PATH)?;
    let asked_here = crate::secret::same(state_of(&session), query.get("state").unwrap_or_default());
    let consent = query.get("code").filter(|_| asked_here).unwrap_or_default();
    match app.link_namespace(&session.browser.caller.org, consent, session.user().id)? {
        Ok(_) => Ok(answer::redirect(&session.link(&format!("{PATH}?done=linked")))),
        Err(refused) => Ok(answer::page(StatusCode::OK, &page(&app, &session, None, Some(refused)))),
    }
}

/// The Dev Hub that asks.
fn hub(app: &App, session: &BrowserSession, fields: &Fields) -> Result<std::sync::Arc<LiveOrg>, PageError> {
    let hub = fields.get("hub").and_then(|id| OrgId::parse(id).ok()).and_then(|id| app.org(id));
    hub.filter(|hub| hub.facts().is_dev_hub()).ok_or_else(|| session.missing("No Dev Hub has this id."))
}

fn allow_page(session: &BrowserSession, hub: &LiveOrg, prefix: &str, state: &str) -> SetupPage {
    let facts = hub.facts();
    let details = vec![
        Detail::new("Namespace Prefix", Cell::exact(prefix)),
        Detail::text("Held by", session.org_name()),
        Detail::text("Dev Hub", &facts.name),
        Detail::new("Dev Hub Organization ID", Cell::exact(facts.id.to_string())),
    ];
    let mut form = Form::new(session.link(ALLOW), "Allow", Vec::<FormSection>::new());
    form.hidden = vec![("hub", facts.id.to_string()), ("state", state.to_owned())];
    form.cancel = Some(format!("{}{PATH}", pages_of(&session.site, &facts)));
    let mut section = Section::new("link", "Allow Access?", details);
    section.note =
        "Packages that the Dev Hub builds will carry this namespace. The Dev Hub can unlink it again as long as no package of its own carries it."
            .to_owned();
    SetupPage { parts: vec![Part::Section(section), Part::Form(form)], ..session.setup_page(ALLOW, format!("Link Namespace to {}", facts.name)) }
}

fn refused_page(session: &BrowserSession, hub: &LiveOrg, refused: HubRefused) -> SetupPage {
    let back = Action::open("Back to the Dev Hub", format!("{}{PATH}", pages_of(&session.site, &hub.facts())));
    SetupPage { actions: vec![back], parts: vec![Part::Alert(refused.to_string())], ..session.setup_page(ALLOW, "Link Namespace") }
}

/// Where the pages of an org are, from this site.
fn pages_of(site: &Site, org: &Org) -> String {
    let origin = site.my_domain_url(org.id, &org.my_domain());
    if site.is_own() { format!("{origin}/_mock/org/{}", org.name) } else { origin }
}
