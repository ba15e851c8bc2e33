//! Fields of an app's forms beside callbacks, scopes and flows. Source: `gate-and-policies.md` 2.2 to 2.4.

use super::session::Fields;
use super::view::{Cell, Choice, Detail, Field, FormSection};
use crate::apps::{AppDefinition, AppKind, CustomAttribute, DetailsDraft, Flow, JWT_TIMEOUTS, OauthDraft, OrgApp};
use crate::org::{CustomScope, Org};

const KEY_AND_FORMULA: &str = "One on a line: key = formula. A formula joins texts in quotes and fields like $User.Email by &.";

/// What the developer's form says.
pub(super) fn read_settings(fields: &Fields) -> OauthDraft {
    let field = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    let ticked = |name: &str| fields.get(name).is_some();
    OauthDraft {
        id_token_audiences: field("id_token_audiences"),
        id_token_minutes: field("id_token_minutes"),
        include_standard_claims: ticked("include_standard_claims"),
        include_attributes: ticked("include_attributes"),
        include_custom_permissions: ticked("include_custom_permissions"),
        custom_attributes: field("custom_attributes"),
        code_credentials_post_only: ticked("code_credentials_post_only"),
        require_secret_for_token_exchange: ticked("require_secret_for_token_exchange"),
        single_logout_url: field("single_logout_url"),
        asset_tokens: ticked("asset_tokens"),
        asset_token_minutes: field("asset_token_minutes"),
        asset_token_audiences: field("asset_token_audiences"),
    }
}

/// Configure ID Token, Custom Attributes, Single Logout and Asset Tokens of the developer's form.
pub(super) fn settings(draft: &OauthDraft, kind: AppKind) -> Vec<FormSection> {
    let mut id_token = vec![
        Field::line("number", "id_token_minutes", "ID Token Validity", &draft.id_token_minutes).hint("In minutes, 1 to 720."),
        Field::lines("id_token_audiences", "ID Token Audiences", &draft.id_token_audiences).hint("One on a line, beside the consumer key."),
        Field::check("include_standard_claims", "Include Standard Claims", draft.include_standard_claims),
        Field::check("include_attributes", "Include Custom Attributes", draft.include_attributes),
    ];
    if kind == AppKind::ConnectedApp {
        id_token.push(Field::check("include_custom_permissions", "Include Custom Permissions", draft.include_custom_permissions));
    }
    vec![
        FormSection::new("Configure ID Token", id_token),
        FormSection::new(
            "Custom Attributes",
            vec![Field::lines("custom_attributes", "Custom Attributes", &draft.custom_attributes).hint(KEY_AND_FORMULA)],
        ),
        FormSection::new(
            "Asset Tokens",
            vec![
                Field::check("asset_tokens", "Issue Asset Tokens", draft.asset_tokens),
                Field::line("number", "asset_token_minutes", "Token Validity", &draft.asset_token_minutes).hint("In minutes."),
                Field::lines("asset_token_audiences", "Asset Audiences", &draft.asset_token_audiences).hint("One on a line."),
            ],
        ),
        FormSection::new("Single Logout", vec![Field::line("url", "single_logout_url", "Single Logout URL", &draft.single_logout_url)]),
    ]
}

/// The same on the app's page.
pub(super) fn shown_settings(definition: &AppDefinition) -> Vec<Detail> {
    let (oauth, tick) = (&definition.oauth, |label, on| Detail::new(label, Cell::Tick(on)));
    let mut details = vec![
        tick("Require user credentials in the POST body", oauth.code_credentials_post_only),
        tick("Require secret for Token Exchange Flow", oauth.require_secret_for_token_exchange),
        Detail::text("ID Token Validity", minutes(oauth.id_token.validity_minutes)),
        tick("Include Standard Claims", oauth.id_token.include_standard_claims),
        tick("Include Custom Attributes", oauth.id_token.include_attributes),
    ];
    if !oauth.id_token.audiences.is_empty() {
        details.push(Detail::new("ID Token Audiences", Cell::Lines(oauth.id_token.audiences.clone())));
    }
    details.extend(shown_attributes(&oauth.custom_attributes));
    if let Some(assets) = &definition.asset_tokens {
        details.push(Detail::text("Issue Asset Tokens", minutes(assets.validity_minutes)));
    }
    details.extend(oauth.single_logout_url.iter().map(|url| Detail::text("Single Logout URL", url)));
    details
}

fn shown_attributes(attributes: &[CustomAttribute]) -> Option<Detail> {
    let lines = attributes.iter().map(|attribute| format!("{} = {}", attribute.key, attribute.formula)).collect();
    (!attributes.is_empty()).then(|| Detail::new("Custom Attributes", Cell::Lines(lines)))
}

fn minutes(minutes: u32) -> String {
    if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") }
}

/// What the admin's form says.
pub(super) fn read_policies(fields: &Fields) -> DetailsDraft {
    let field = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    DetailsDraft {
        custom_attributes: field("custom_attributes"),
        single_logout_url: field("single_logout_url"),
        token_exchange: fields.get("token_exchange").is_some(),
        named_user_jwt_timeout: field("named_user_jwt_timeout"),
        guest_jwt_timeout: field("guest_jwt_timeout"),
        handler: field("handler"),
        handler_user: field("handler_user"),
        custom_scopes: fields.all("custom_scopes").map(str::to_owned).collect(),
    }
}

pub(super) fn token_exchange(draft: &DetailsDraft) -> Field {
    Field::check("token_exchange", "Enable Token Exchange Flow", draft.token_exchange).hint("The developer must have switched the flow on as well.")
}

/// The admin's policies on the app's page, as far as there are any.
pub(super) fn shown_policies(definition: &AppDefinition, here: &OrgApp) -> Vec<Detail> {
    let details = &here.details;
    let exchanges = definition.allows(Flow::TokenExchange) && here.lets(Flow::TokenExchange);
    let mut shown = vec![Detail::new("Enable Token Exchange Flow", Cell::Tick(exchanges))];
    let timeouts = [("Named User JWT Timeout", details.named_user_jwt_timeout), ("Guest JWT Timeout", details.guest_jwt_timeout)];
    shown.extend(timeouts.into_iter().filter_map(|(label, timeout)| Some(Detail::text(label, minutes(timeout?)))));
    shown.extend(shown_attributes(&details.custom_attributes));
    shown.extend(details.single_logout_url.iter().map(|url| Detail::text("Single Logout URL", url)));
    shown.extend((!details.custom_scopes.is_empty()).then(|| Detail::new("Custom Scopes", Cell::Lines(details.custom_scopes.clone()))));
    shown.extend(details.handler.iter().map(|class| Detail::text(handler_label(definition.kind), class)));
    shown.extend(details.handler_user.iter().map(|user| Detail::text("Run As (Execution User)", user)));
    shown
}

fn handler_label(kind: AppKind) -> &'static str {
    if kind == AppKind::ExternalClientApp { "Apex Plugin Class" } else { "Custom Connected App Handler" }
}

/// How long JWT access tokens live.
pub(super) fn jwt_timeouts(draft: &DetailsDraft, kind: AppKind) -> Vec<Field> {
    let field = |name, label: &str, chosen: &str| {
        let session = Choice::new("", "As the user's session", chosen.is_empty());
        let minutes = JWT_TIMEOUTS.map(|minutes| {
            let value = minutes.to_string();
            let is_chosen = chosen == value;
            Choice::new(value, self::minutes(minutes), is_chosen)
        });
        Field::select(name, label, std::iter::once(session).chain(minutes).collect())
    };
    let mut fields = vec![field("named_user_jwt_timeout", "Named User JWT Timeout", &draft.named_user_jwt_timeout)];
    if kind == AppKind::ExternalClientApp {
        fields.push(field("guest_jwt_timeout", "Guest JWT Timeout", &draft.guest_jwt_timeout));
    }
    fields
}

/// The org's custom scopes, to be assigned.
pub(super) fn custom_scopes(draft: &DetailsDraft, org: &Org) -> Option<FormSection> {
    let choice =
        |scope: &CustomScope| Choice::new(&scope.name, format!("{}: {}", scope.name, scope.description), draft.custom_scopes.contains(&scope.name));
    let choices: Vec<Choice> = org.custom_scopes.iter().map(choice).collect();
    (!choices.is_empty()).then(|| FormSection {
        note: "The app gets those that it asks for by name.".to_owned(),
        ..FormSection::new("Custom Scopes", vec![Field::checks("custom_scopes", "Selected Custom Scopes", choices)])
    })
}

/// Single Logout, Custom Attributes and the handler of the admin's form.
pub(super) fn policies(draft: &DetailsDraft, kind: AppKind) -> Vec<FormSection> {
    let handler = handler_label(kind);
    vec![
        FormSection::new("Single Logout", vec![Field::line("url", "single_logout_url", "Single Logout URL", &draft.single_logout_url)]),
        FormSection {
            note: "They stand in the place of the developer's with the same keys, and beside the others.".to_owned(),
            ..FormSection::new(
                "Custom Attributes",
                vec![Field::lines("custom_attributes", "Custom Attributes", &draft.custom_attributes).hint(KEY_AND_FORMULA)],
            )
        },
        FormSection::new(
            handler,
            vec![
                Field::text("handler", handler, &draft.handler).hint("The name of an Apex class. Apex is stored here without being run."),
                Field::text("handler_user", "Run As (Execution User)", &draft.handler_user).hint("A username of this org."),
            ],
        ),
    ]
}
