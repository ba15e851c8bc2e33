//! Settings beside callbacks, scopes and flows between files and what holds. Source: `packaging-and-cli.md` 6.2 to 6.7.

use serde_json::{Map, Value, json};

use super::external_app::{flag, some};
use super::source::Source;
use crate::apps::{AssetTokens, CustomAttribute, IdTokenSettings, OrgApp};

/// The names that a kind of app has for the members of its `idTokenConfig`.
pub(super) struct IdTokenNames {
    pub validity: &'static str,
    /// Connected apps alone.
    pub custom_permissions: Option<&'static str>,
}

pub(super) const OF_CONNECTED_APP: IdTokenNames = IdTokenNames { validity: "idTokenValidity", custom_permissions: Some("idTokenIncludeCustomPerms") };
pub(super) const OF_EXTERNAL_APP: IdTokenNames = IdTokenNames { validity: "idTokenValidityInMinutes", custom_permissions: None };

/// `idTokenConfig` of a file; the defaults where it has none.
pub(super) fn id_token_of(source: &Source, names: &IdTokenNames) -> IdTokenSettings {
    let Some(Value::Object(members)) = source.members.get("idTokenConfig") else { return IdTokenSettings::default() };
    let config = Source { members: members.clone(), content: None };
    let on = |member: &str| config.flag(member).unwrap_or(false);
    IdTokenSettings {
        audiences: list(config.text("idTokenAudience")),
        include_standard_claims: on("idTokenIncludeStandardClaims"),
        include_attributes: on("idTokenIncludeAttributes"),
        include_custom_permissions: names.custom_permissions.is_some_and(on),
        validity_minutes: number(&config, names.validity, 1..=720).unwrap_or(IdTokenSettings::default().validity_minutes),
    }
}

/// The same as a member of a file; null where all is as by default.
pub(super) fn id_token_member(settings: &IdTokenSettings, names: &IdTokenNames) -> Value {
    if *settings == IdTokenSettings::default() {
        return Value::Null;
    }
    let mut config = Map::new();
    let mut put = |name: &str, value: Value| drop(config.insert(name.to_owned(), value));
    put("idTokenAudience", some(&settings.audiences.join(",")));
    put("idTokenIncludeAttributes", flag(settings.include_attributes));
    if let Some(name) = names.custom_permissions {
        put(name, flag(settings.include_custom_permissions));
    }
    put("idTokenIncludeStandardClaims", flag(settings.include_standard_claims));
    put(names.validity, json!(settings.validity_minutes.to_string()));
    Value::Object(config)
}

/// Custom attributes under a member of a file. Formulas are taken as they come.
pub(super) fn attributes_of(source: &Source, member: &str) -> Vec<CustomAttribute> {
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().trim().to_owned();
    source.several(member).into_iter().map(|one| CustomAttribute { key: text(one, "key"), formula: text(one, "formula") }).collect()
}

pub(super) fn attributes_member(attributes: &[CustomAttribute]) -> Value {
    attributes.iter().map(|attribute| json!({ "formula": attribute.formula, "key": attribute.key })).collect()
}

/// Asset tokens, which an app issues whose file says how long they are good.
pub(super) fn asset_tokens_of(source: &Source) -> Option<AssetTokens> {
    let validity_minutes = number(source, "assetTokenValidity", 1..=1440)?;
    Some(AssetTokens { validity_minutes, audiences: list(source.text("assetTokenAudiences")) })
}

pub(super) fn asset_token_members(settings: Option<&AssetTokens>) -> [(&'static str, Value); 2] {
    let audiences = settings.map(|settings| settings.audiences.join(",")).unwrap_or_default();
    [("assetTokenAudiences", some(&audiences)), ("assetTokenValidity", json!(settings.map(|settings| settings.validity_minutes.to_string())))]
}

/// Puts an external client app's further policies into the row; what the file leaves out goes back to its default.
pub(super) fn put_details(source: &Source, row: &mut OrgApp) {
    let text = |member: &str| source.text(member).map(str::to_owned);
    let timeout = |kind: &str, member: &str| source.text(kind).filter(|kind| *kind == "Custom").and_then(|_| number(source, member, 1..=720));
    let details = &mut row.details;
    details.custom_attributes = attributes_of(source, "customAttributes");
    details.single_logout_url = text("singleLogoutUrl");
    details.token_exchange = source.flag("isTokenExchangeFlowEnabled");
    details.named_user_jwt_timeout = timeout("namedUserJwtSessionTimeoutType", "namedUserJwtTimeout");
    details.guest_jwt_timeout = timeout("guestJwtSessionTimeoutType", "guestJwtTimeout");
    details.handler = text("apexHandler");
    details.handler_user = text("executeHandlerAs");
    details.custom_scopes = list(source.text("commaSeparatedCustomScopes"));
}

/// The same as members of a file.
pub(super) fn details_members(row: &OrgApp) -> [(&'static str, Value); 10] {
    let details = &row.details;
    let kind = |minutes: Option<u32>| json!(minutes.map(|_| "Custom"));
    let minutes = |minutes: Option<u32>| json!(minutes.map(|minutes| minutes.to_string()));
    [
        ("apexHandler", json!(details.handler)),
        ("commaSeparatedCustomScopes", some(&details.custom_scopes.join(","))),
        ("customAttributes", attributes_member(&details.custom_attributes)),
        ("executeHandlerAs", json!(details.handler_user)),
        ("guestJwtSessionTimeoutType", kind(details.guest_jwt_timeout)),
        ("guestJwtTimeout", minutes(details.guest_jwt_timeout)),
        ("isTokenExchangeFlowEnabled", details.token_exchange.map_or(Value::Null, flag)),
        ("namedUserJwtSessionTimeoutType", kind(details.named_user_jwt_timeout)),
        ("namedUserJwtTimeout", minutes(details.named_user_jwt_timeout)),
        ("singleLogoutUrl", json!(details.single_logout_url)),
    ]
}

fn number(source: &Source, member: &str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
    source.text(member)?.parse().ok().filter(|number| range.contains(number))
}

fn list(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default().split([',', '\n']).map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AppId, RecordId};

    fn source(value: &Value) -> Source {
        Source { members: value.as_object().cloned().unwrap_or_default(), content: None }
    }

    #[test]
    fn configured_id_tokens_come_back_as_they_were_put() {
        let config = json!({
            "idTokenAudience": "https://a.example,https://b.example", "idTokenIncludeAttributes": "true", "idTokenIncludeCustomPerms": "true",
            "idTokenIncludeStandardClaims": "false", "idTokenValidity": "30",
        });
        let settings = id_token_of(&source(&json!({ "idTokenConfig": config })), &OF_CONNECTED_APP);
        assert_eq!((settings.validity_minutes, settings.audiences.len(), settings.include_custom_permissions), (30, 2, true));
        assert_eq!(id_token_member(&settings, &OF_CONNECTED_APP), config);
        assert_eq!(id_token_member(&id_token_of(&source(&json!({})), &OF_EXTERNAL_APP), &OF_EXTERNAL_APP), Value::Null);
    }

    #[test]
    fn further_policies_come_back_as_they_were_put() {
        let members = json!({
            "apexHandler": "Launch", "commaSeparatedCustomScopes": "orders,stock", "customAttributes": [{ "formula": "$User.Email", "key": "mail" }], "executeHandlerAs": "ada@acme.example",
            "guestJwtSessionTimeoutType": null, "guestJwtTimeout": null, "isTokenExchangeFlowEnabled": "true",
            "namedUserJwtSessionTimeoutType": "Custom", "namedUserJwtTimeout": "15", "singleLogoutUrl": "https://a.example/logout",
        });
        let mut row = OrgApp::unseen(AppId::try_from(RecordId::numbered(AppId::PREFIX, 1, 7)).unwrap());
        put_details(&source(&members), &mut row);
        assert_eq!((row.details.named_user_jwt_timeout, row.details.guest_jwt_timeout, row.details.token_exchange), (Some(15), None, Some(true)));
        let again: Map<String, Value> = details_members(&row).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(Value::Object(again), members);
    }

    #[test]
    fn asset_tokens_are_issued_where_their_validity_is_said() {
        assert_eq!(asset_tokens_of(&source(&json!({ "assetTokenAudiences": "https://a.example" }))), None);
        let settings = asset_tokens_of(&source(&json!({ "assetTokenAudiences": "https://a.example", "assetTokenValidity": "5" }))).unwrap();
        assert_eq!((settings.validity_minutes, settings.audiences), (5, vec!["https://a.example".to_owned()]));
    }
}
