//! The form of an app's settings: one for both kinds of app, which differ in a few fields. Source: `gate-and-policies.md` 2.3 and 3.2.

use axum::http::StatusCode;

use super::error::PageError;
use super::session::Fields;
use super::view::{Choice, Field, Form, FormSection};
use super::{oauth_fields, wording};
use crate::app::NotSaved;
use crate::apps::{AppDefinition, AppKind, Distribution, Draft, FLOWS, Flow};
use crate::oauth::{Scopes, supported};
use crate::org::Switches;

/// Why no connected app can be made here. GUESS: the words of the refusal were not recorded.
pub(super) const CREATION_OFF: &str = "You can't create a connected app. To enable connected app creation, contact Salesforce Customer Support.";

/// What a posted form says. Boxes that are locked are not posted: what they lock is looked after where the form is applied.
pub(super) fn read(fields: &Fields, app: &AppDefinition) -> Draft {
    let field = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    let ticked = |name: &str| fields.get(name).is_some();
    Draft {
        name: field("label"),
        developer_name: fields.get("developer_name").map_or_else(|| app.developer_name(), str::to_owned),
        contact_email: field("contact_email"),
        description: field("description"),
        contact_phone: field("contact_phone"),
        info_url: field("info_url"),
        logo_url: field("logo_url"),
        icon_url: field("icon_url"),
        start_url: field("start_url"),
        mobile_start_url: field("mobile_start_url"),
        distribution: if fields.get("distribution") == Some("packaged") { Distribution::Packaged } else { Distribution::Local },
        callback_urls: field("callback_urls"),
        scopes: identity_together(fields.all("scopes")),
        introspect_all_tokens: ticked("introspect_all_tokens"),
        flows: FLOWS.into_iter().filter(|flow| ticked(flow.name())).collect(),
        certificate: field("certificate"),
        require_secret: ticked("require_secret"),
        require_secret_for_refresh: ticked("require_secret_for_refresh"),
        require_pkce: ticked("require_pkce"),
        rotate_refresh_tokens: ticked("rotate_refresh_tokens"),
        jwt_access_tokens: ticked("jwt_access_tokens"),
        limit_idle_refresh_tokens: ticked("limit_idle_refresh_tokens"),
        enforce_refresh_ip_allowlist: ticked("enforce_refresh_ip_allowlist"),
        refresh_ip_allowlist: field("refresh_ip_allowlist"),
        trusted_ip_ranges: field("trusted_ip_ranges"),
        oauth: oauth_fields::read_settings(fields),
    }
}

/// A box may stand for several scopes that are one choice in Setup.
fn identity_together<'f>(posted: impl Iterator<Item = &'f str>) -> Vec<String> {
    posted.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

/// Where a form leads, and whether the app is still to be made.
pub(super) struct Target {
    pub action: String,
    pub cancel: String,
    pub is_new: bool,
}

/// The form with what was filled in for the app, and with what is wrong with it.
pub(super) fn form(
    app: &AppDefinition,
    org: &Switches,
    draft: &Draft,
    target: Target,
    refused: Option<NotSaved>,
) -> Result<(StatusCode, Form), PageError> {
    let mut sections = vec![FormSection::new("Basic Information", basics(app, draft, target.is_new))];
    if app.kind == AppKind::ConnectedApp {
        sections.push(FormSection::new("Web App Settings", starts(draft)));
    }
    sections.extend([
        FormSection { note: "An app that opens a browser needs no switch of its own: a callback is enough.".to_owned(), ..api(draft) },
        FormSection::new("Flow Enablement", flows(draft)),
        FormSection { note: security_note(app, org).to_owned(), ..FormSection::new("Security", security(app, org, draft)) },
        FormSection::new(
            "Refresh Token IP Allowlist",
            vec![
                Field::lines("refresh_ip_allowlist", "Allowed IP Ranges", &draft.refresh_ip_allowlist)
                    .hint("One range on a line: start-end, then a description. Up to 128 ranges with 256 addresses in all."),
            ],
        ),
        FormSection::new(
            "Trusted IP Ranges for OAuth Web Server Flow",
            vec![
                Field::lines("trusted_ip_ranges", "Trusted IP Ranges", &draft.trusted_ip_ranges)
                    .hint("Written alike. Whoever authorizes from elsewhere is asked for a code."),
            ],
        ),
    ]);
    sections.extend(oauth_fields::settings(&draft.oauth, app.kind));
    let hidden = if target.is_new { Vec::new() } else { vec![("id", app.id.to_string())] };
    let submit = if target.is_new { "Create" } else { "Save" };
    let mut form = Form { hidden, cancel: Some(target.cancel), ..Form::new(target.action, submit, sections) };
    Ok((complain(&mut form, refused)?, form))
}

/// Puts what kept a form from being saved at its fields; a fault of the store is none of the form's.
pub(super) fn complain(form: &mut Form, refused: Option<NotSaved>) -> Result<StatusCode, PageError> {
    match refused {
        None => {}
        // Salesforce shows a form with its errors as it shows the form.
        Some(NotSaved::Faults(faults)) => {
            faults.into_iter().for_each(|fault| form.complain(if fault.field == "name" { "label" } else { fault.field }, fault.message));
        }
        Some(NotSaved::CreationOff) => form.refusal = Some(CREATION_OFF.to_owned()),
        Some(NotSaved::ReadOnly) => {
            form.refusal = Some("The connected app was migrated and is read-only: edit the external client app.".to_owned());
        }
        Some(NotSaved::Store(error)) => return Err(error.into()),
    }
    Ok(StatusCode::OK)
}

fn basics(app: &AppDefinition, draft: &Draft, is_new: bool) -> Vec<Field> {
    let external = app.kind == AppKind::ExternalClientApp;
    let label = if external { "External Client App Name" } else { "Connected App Name" };
    let name_rules = "Letters, digits and single underscores, beginning with a letter.";
    let mut fields = vec![
        Field::text("label", label, &draft.name).required(),
        Field::text("developer_name", "API Name", &draft.developer_name)
            .required()
            .hint(if is_new { name_rules } else { "An app keeps its API name." })
            .locked_if(!is_new),
        Field::line("email", "contact_email", "Contact Email", &draft.contact_email).required(),
    ];
    if external {
        let states = [(Distribution::Local, "local"), (Distribution::Packaged, "packaged")];
        let choice = |(state, value): (Distribution, &str)| Choice::new(value, wording::distribution(state), state == draft.distribution);
        fields.push(
            Field::select("distribution", "Distribution State", states.map(choice).into())
                .required()
                .hint("Local: for this org alone. Packaged: for every org that installs its package."),
        );
    }
    fields.extend([
        Field::text("description", "Description", &draft.description),
        Field::line("tel", "contact_phone", "Contact Phone", &draft.contact_phone),
        Field::line("url", "info_url", "Info URL", &draft.info_url).hint("A page with more about the app."),
        Field::line("url", "logo_url", "Logo Image URL", &draft.logo_url),
        Field::line("url", "icon_url", "Icon URL", &draft.icon_url),
    ]);
    fields
}

/// Where the tile of a connected app leads, unless an admin says otherwise.
fn starts(draft: &Draft) -> Vec<Field> {
    vec![
        Field::line("url", "start_url", "Start URL", &draft.start_url).hint("The App Launcher leads there."),
        Field::line("url", "mobile_start_url", "Mobile Start URL", &draft.mobile_start_url),
    ]
}

fn api(draft: &Draft) -> FormSection {
    let chosen = Scopes::of(draft.scopes.iter().map(String::as_str)).unwrap_or_default();
    let lines = wording::scopes(&Scopes::of(supported()).unwrap_or_default());
    let is_chosen = |tokens: &str| tokens.split(' ').any(|token| Scopes::of([token]).is_ok_and(|one| chosen.contains(&one)));
    let options = lines.into_iter().map(|line| {
        let label = format!("{} ({})", line.label, line.token.replace(' ', ", "));
        Choice::new(&line.token, label, is_chosen(&line.token))
    });
    FormSection::new(
        "API (Enable OAuth Settings)",
        vec![
            Field::lines("callback_urls", "Callback URL", &draft.callback_urls)
                .required()
                .hint("One on a line. Compared character by character with redirect_uri."),
            Field::checks("scopes", "Selected OAuth Scopes", options.collect()).required(),
            Field::check("introspect_all_tokens", "Introspect All Tokens", draft.introspect_all_tokens),
        ],
    )
}

fn flows(draft: &Draft) -> Vec<Field> {
    let on = |flow: Flow| draft.flows.contains(&flow);
    let mut fields: Vec<Field> = FLOWS.into_iter().filter_map(|flow| Some(Field::check(flow.name(), wording::flow(flow)?, on(flow)))).collect();
    let after = |fields: &[Field], name: &str| fields.iter().position(|field| field.name == name).map_or(fields.len(), |place| place + 1);
    let place = after(&fields, Flow::CodeCredentials.name());
    let post_only = Field::check("code_credentials_post_only", "Require user credentials in the POST body", draft.oauth.code_credentials_post_only);
    fields.insert(place, post_only.hint("Of the Authorization Code and Credentials Flow."));
    fields.push(Field::lines("certificate", "Certificate", &draft.certificate).hint("PEM. Assertions of the JWT Bearer Flow are checked with it."));
    fields
}

fn security(app: &AppDefinition, org: &Switches, draft: &Draft) -> Vec<Field> {
    let controls = app.controls(org);
    // What the org asks of every app is on as well, whatever the app says.
    let pkce = controls.locked || org.require_pkce && !app.exempt_from_org_switches;
    let rotation = controls.locked || org.rotate_refresh_tokens && !app.exempt_from_org_switches;
    let list = app.controls_attested && app.enforce_refresh_ip_allowlist;
    let control = |name, label, on: bool, locked: bool| {
        let field = Field::check(name, label, on || locked).locked_if(locked);
        if locked { field.hint("Set by Salesforce.") } else { field }
    };
    vec![
        Field::check("require_secret", "Require secret for Web Server Flow", draft.require_secret),
        Field::check("require_secret_for_refresh", "Require secret for Refresh Token Flow", draft.require_secret_for_refresh),
        Field::check("require_secret_for_token_exchange", "Require secret for Token Exchange Flow", draft.oauth.require_secret_for_token_exchange),
        control("require_pkce", "Require Proof Key for Code Exchange (PKCE) extension for Supported Authorization Flows", draft.require_pkce, pkce),
        control("rotate_refresh_tokens", "Enable Refresh Token Rotation", draft.rotate_refresh_tokens, rotation),
        Field::check("jwt_access_tokens", "Issue JSON Web Token (JWT)-based access tokens for named users", draft.jwt_access_tokens),
        control(
            "limit_idle_refresh_tokens",
            "Limit Idle Refresh Token Time-to-Live (TTL) to 30 Days",
            draft.limit_idle_refresh_tokens,
            controls.locked,
        ),
        control("enforce_refresh_ip_allowlist", "Enforce Refresh Token IP Allowlist", draft.enforce_refresh_ip_allowlist, list),
    ]
}

fn security_note(app: &AppDefinition, org: &Switches) -> &'static str {
    if app.controls(org).locked { "Security controls of this app are locked. Contact Salesforce Support to change them." } else { "" }
}
