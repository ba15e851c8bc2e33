//! The members that the files of a type may have, and what their text must be.

use serde_json::Value;

use super::operation::Failure;
use super::source::{Source, misplaced};

/// What stands in a member.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Text,
    Flag,
    Number,
    /// One of these values of the enumeration of this name.
    Of(&'static str, &'static [&'static str]),
    /// Members of its own, which are not looked at here.
    Parts,
}

use Shape::{Flag, Number, Of, Parts, Text};

type Members = &'static [(&'static str, Shape)];

const HEADER: Members = &[
    ("contactEmail", Text),
    ("contactPhone", Text),
    ("description", Text),
    // "Managed" and "AutoInstalled" are Salesforce's own; "Packageable", which articles write, is none.
    ("distributionState", Of("ExtlClntAppDistState", &["Local", "Packaged"])),
    ("iconUrl", Text),
    ("infoUrl", Text),
    ("isProtected", Flag),
    ("label", Text),
    ("logoUrl", Text),
    ("managedType", Text),
    ("orgScopedExternalApp", Text),
];

const OAUTH_SETTINGS: Members = &[
    ("areAttributesIncludedInAssetToken", Flag),
    ("areCustomPermsIncludedInAssetToken", Flag),
    ("assetTokenAudiences", Text),
    ("assetTokenSigningCertificate", Text),
    ("assetTokenValidity", Number),
    ("clientAssertionCertificate", Text),
    ("commaSeparatedOauthScopes", Text),
    ("customAttributes", Parts),
    ("externalClientApplication", Text),
    ("isFirstPartyAppEnabled", Flag),
    ("label", Text),
    ("oauthLink", Text),
    ("singleLogoutUrl", Text),
    ("trustedIpRanges", Parts),
];

const GLOBAL_SETTINGS: Members = &[
    ("callbackUrl", Text),
    ("certificate", Text),
    ("consumerKey", Text),
    ("consumerSecret", Text),
    ("externalClientApplication", Text),
    ("idTokenConfig", Parts),
    ("isClientCredentialsFlowEnabled", Flag),
    ("isCodeCredFlowEnabled", Flag),
    ("isCodeCredPostOnly", Flag),
    ("isConsumerSecretOptional", Flag),
    ("isDeviceFlowEnabled", Flag),
    ("isIntrospectAllTokens", Flag),
    ("isNamedUserJwtEnabled", Flag),
    ("isPkceRequired", Flag),
    ("isRefreshTokenRotationEnabled", Flag),
    ("isSecretRequiredForRefreshToken", Flag),
    ("isSecretRequiredForTokenExchange", Flag),
    ("isTokenExchangeEnabled", Flag),
    ("label", Text),
    ("shouldRotateConsumerKey", Flag),
    ("shouldRotateConsumerSecret", Flag),
];

const PLUGIN_POLICIES: Members = &[
    ("externalClientApplication", Text),
    ("isApiPluginEnabled", Flag),
    ("isCanvasPluginEnabled", Flag),
    ("isEnabled", Flag),
    ("isMcpPluginEnabled", Flag),
    ("isMobilePluginEnabled", Flag),
    ("isNotificationPluginEnabled", Flag),
    ("isOauthPluginEnabled", Flag),
    ("isSamlPluginEnabled", Flag),
    ("label", Text),
];

const CUSTOM_SCOPE: Members =
    &[("assignedTo", Parts), ("description", Text), ("developerName", Text), ("isProtected", Flag), ("isPublic", Flag), ("masterLabel", Text)];

const TIMEOUT_TYPES: Shape = Of("SessionTimeoutType", &["UserSession", "Custom"]);

const OAUTH_POLICIES: Members = &[
    ("apexHandler", Text),
    ("clientCredentialsFlowUser", Text),
    ("commaSeparatedCustomScopes", Text),
    ("commaSeparatedPermissionSet", Text),
    ("commaSeparatedProfile", Text),
    ("customAttributes", Parts),
    ("executeHandlerAs", Text),
    ("externalClientApplication", Text),
    ("guestJwtSessionTimeoutType", TIMEOUT_TYPES),
    ("guestJwtTimeout", Number),
    ("ipRelaxationPolicyType", Of("IpRelaxationPolicyType", &["Enforce", "Bypass", "Bypass_2factor", "Enforce_RelaxRefresh"])),
    ("isClientCredentialsFlowEnabled", Flag),
    ("isGuestCodeCredFlowEnabled", Flag),
    ("isNamedUserJwtEnabled", Flag),
    ("isTokenExchangeFlowEnabled", Flag),
    ("label", Text),
    ("namedUserJwtSessionTimeoutType", TIMEOUT_TYPES),
    ("namedUserJwtTimeout", Number),
    ("permittedUsersPolicyType", Of("PermittedUsersPolicyType", &["AllSelfAuthorized", "AdminApprovedPreAuthorized"])),
    ("policyAction", Of("PolicyAction", &["Block", "RaiseSessionLevel"])),
    ("refreshTokenPolicyType", Of("RefreshTokenPolicyType", &["Infinite", "SpecificInactivity", "SpecificLifetime", "Zero"])),
    ("refreshTokenValidityPeriod", Number),
    ("refreshTokenValidityUnit", Of("RefreshTokenValidityUnit", &["Hours", "Days", "Months"])),
    ("requiredSessionLevel", Of("SessionSecurityLevel", &["LOW", "STANDARD", "HIGH_ASSURANCE"])),
    ("sessionTimeoutInMinutes", Number),
    ("singleLogoutUrl", Text),
    ("startUrl", Text),
];

const CONNECTED_APP: Members = &[
    ("attributes", Parts),
    ("canvas", Parts),
    ("canvasConfig", Parts),
    ("contactEmail", Text),
    ("contactPhone", Text),
    ("description", Text),
    ("iconUrl", Text),
    ("infoUrl", Text),
    ("ipRanges", Parts),
    ("label", Text),
    ("logoUrl", Text),
    ("mobileAppConfig", Parts),
    ("mobileStartUrl", Text),
    ("oauthConfig", Parts),
    ("oauthPolicy", Parts),
    ("permissionSetName", Text),
    ("plugin", Text),
    ("pluginExecutionUser", Text),
    ("profileName", Text),
    ("samlConfig", Parts),
    ("sessionPolicy", Parts),
    ("startUrl", Text),
];

/// The members of a type's files; `None` for types whose files are kept as they come, or are checked where they are read.
/// GUESS: names of the enumerations are those of the Enterprise WSDL where it tells them, else made of the member's name.
fn members_of(kind: &str) -> Option<Members> {
    Some(match kind {
        "ExternalClientApplication" => HEADER,
        "ExtlClntAppOauthSettings" => OAUTH_SETTINGS,
        "ExtlClntAppGlobalOauthSettings" => GLOBAL_SETTINGS,
        "ExtlClntAppConfigurablePolicies" => PLUGIN_POLICIES,
        "ExtlClntAppOauthConfigurablePolicies" => OAUTH_POLICIES,
        "ConnectedApp" => CONNECTED_APP,
        "OauthCustomScope" => CUSTOM_SCOPE,
        _ => return None,
    })
}

/// The members that a type's files may have, each with the type of XML Schema that its text has; none for one with members of its own.
pub fn declared_members(kind: &str) -> Option<impl Iterator<Item = (&'static str, Option<&'static str>)>> {
    let kind_of = |shape: &Shape| match shape {
        Text | Of(..) => Some("string"),
        Flag => Some("boolean"),
        Number => Some("int"),
        Parts => None,
    };
    Some(members_of(kind)?.iter().map(move |(name, shape)| (*name, kind_of(shape))))
}

/// Refuses what a type's files cannot hold.
///
/// # Errors
/// A member that the type does not have, or a text that is none of its values.
pub fn check_members(kind: &str, source: &Source) -> Result<(), Failure> {
    let Some(known) = members_of(kind) else { return Ok(()) };
    for (name, value) in source.members.iter().filter(|(name, _)| *name != "fullName") {
        let Some((_, shape)) = known.iter().find(|(member, _)| member == name) else { return Err(Failure::new(misplaced(name, kind))) };
        let several = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        several.iter().try_for_each(|value| check(*shape, value))?;
    }
    Ok(())
}

fn check(shape: Shape, value: &Value) -> Result<(), Failure> {
    let Some(text) = value.as_str().map(str::trim).filter(|text| !text.is_empty()) else { return Ok(()) };
    let wrong = |of: String| Err(Failure::new(format!("'{text}' is not a valid value for the {of}")));
    match shape {
        Flag if !matches!(text, "true" | "false" | "1" | "0") => wrong("type xsd:boolean".to_owned()),
        Number if text.parse::<i32>().is_err() => wrong("type xsd:int".to_owned()),
        Of(name, values) if !values.contains(&text) => wrong(format!("enum '{name}'")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tree::json_of;
    use crate::xml::parse;

    /// The words of what is refused in a policy; empty if nothing is.
    fn refused(members: &str) -> String {
        let source = Source { members: json_of(&parse(&format!("<X>{members}</X>")).unwrap()), content: None };
        check_members("ExtlClntAppOauthConfigurablePolicies", &source).err().map(|failure| failure.problem).unwrap_or_default()
    }

    #[test]
    fn a_file_holds_what_its_type_has() {
        assert_eq!(refused("<label>a</label><permittedUsersPolicyType>AllSelfAuthorized</permittedUsersPolicyType>"), "");
        assert_eq!(
            refused("<callbackUrl>a</callbackUrl>"),
            "Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}callbackUrl invalid at this location in type \
             ExtlClntAppOauthConfigurablePolicies"
        );
        assert_eq!(refused("<isGuestCodeCredFlowEnabled>yes</isGuestCodeCredFlowEnabled>"), "'yes' is not a valid value for the type xsd:boolean");
        assert_eq!(refused("<sessionTimeoutInMinutes>long</sessionTimeoutInMinutes>"), "'long' is not a valid value for the type xsd:int");
        assert_eq!(
            refused("<permittedUsersPolicyType>all</permittedUsersPolicyType>"),
            "'all' is not a valid value for the enum 'PermittedUsersPolicyType'"
        );
    }
}
