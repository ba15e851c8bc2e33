//! The component types that can be deployed and retrieved here, as `describeMetadata` lists them.

/// A type with files of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct MetadataType {
    /// `ExternalClientApplication`
    pub name: &'static str,
    /// The folder of an archive that holds its files.
    pub directory: &'static str,
    /// Without the dot.
    pub suffix: &'static str,
    /// Beside each file stands `<file>-meta.xml` with its settings.
    pub meta_file: bool,
    /// The types whose components stand inside its files.
    pub children: &'static [ChildType],
    /// Key prefix of its components' ids.
    pub prefix: &'static str,
    /// The API version that brought it, 31 for all that are older than what is served.
    pub since: u16,
}

/// A type whose components are parts of another's.
#[derive(Debug, PartialEq, Eq)]
pub struct ChildType {
    /// `CustomField`
    pub name: &'static str,
    /// The element of the parent's file: `fields`.
    pub element: &'static str,
    pub prefix: &'static str,
}

const fn plain(name: &'static str, directory: &'static str, suffix: &'static str, prefix: &'static str) -> MetadataType {
    MetadataType { name, directory, suffix, meta_file: false, children: &[], prefix, since: 31 }
}

const fn with_meta(name: &'static str, directory: &'static str, suffix: &'static str, prefix: &'static str) -> MetadataType {
    MetadataType { meta_file: true, ..plain(name, directory, suffix, prefix) }
}

const fn since(version: u16, kind: &MetadataType) -> MetadataType {
    MetadataType { since: version, ..*kind }
}

const fn part(name: &'static str, element: &'static str, prefix: &'static str) -> ChildType {
    ChildType { name, element, prefix }
}

/// Every type, in the order in which a deployment takes them: what others refer to comes first.
pub const TYPES: &[MetadataType] = &[
    plain("GlobalValueSet", "globalValueSets", "globalValueSet", "0Nt"),
    MetadataType {
        children: &[part("CustomField", "fields", "00N"), part("RecordType", "recordTypes", "012"), part("ListView", "listViews", "00B")],
        ..plain("CustomObject", "objects", "object", "01I")
    },
    MetadataType { children: &[part("CustomLabel", "labels", "101")], ..plain("CustomLabels", "labels", "labels", "101") },
    plain("AuthProvider", "authproviders", "authprovider", "0SO"),
    with_meta("StaticResource", "staticresources", "resource", "081"),
    with_meta("ApexClass", "classes", "cls", "01p"),
    with_meta("ApexTrigger", "triggers", "trigger", "01q"),
    plain("RemoteSiteSetting", "remoteSiteSettings", "remoteSite", "0rp"),
    plain("ExternalCredential", "externalCredentials", "externalCredential", "0pt"),
    plain("NamedCredential", "namedCredentials", "namedCredential", "0XA"),
    plain("PermissionSet", "permissionsets", "permissionset", "0PS"),
    plain("PermissionSetGroup", "permissionsetgroups", "permissionsetgroup", "0PG"),
    plain("Profile", "profiles", "profile", "00e"),
    plain("ConnectedApp", "connectedApps", "connectedApp", "0H4"),
    // They name the connected apps that have them; external client apps name them.
    since(46, &plain(CUSTOM_SCOPE, "oauthcustomscopes", "oauthcustomscope", "7ud")),
    // GUESS: key prefixes of external client apps and their parts.
    since(59, &plain("ExternalClientApplication", "externalClientApps", "eca", "0xI")),
    since(59, &plain("ExtlClntAppGlobalOauthSettings", "extlClntAppGlobalOauthSets", "ecaGlblOauth", "0xJ")),
    since(59, &plain("ExtlClntAppOauthSettings", "extlClntAppOauthSettings", "ecaOauth", "0xK")),
    since(60, &plain("ExtlClntAppConfigurablePolicies", "extlClntAppPolicies", "ecaPlcy", "0xL")),
    since(59, &plain("ExtlClntAppOauthConfigurablePolicies", "extlClntAppOauthPolicies", "ecaOauthPlcy", "0xM")),
    plain("Settings", "settings", "settings", "000"),
    plain(INSTALLED_PACKAGE, "installedPackages", "installedPackage", "0A3"),
];

/// Custom scopes, which lie with the org's own settings.
pub const CUSTOM_SCOPE: &str = "OauthCustomScope";

/// Packages of other orgs: deploying one installs it.
pub const INSTALLED_PACKAGE: &str = "InstalledPackage";

/// The type of this name; names are told apart by case.
pub fn kind(name: &str) -> Option<&'static MetadataType> {
    TYPES.iter().find(|kind| kind.name == name)
}

/// The parts of this name, and the type in whose files they stand.
pub fn child(name: &str) -> Option<(&'static MetadataType, &'static ChildType)> {
    TYPES.iter().find_map(|kind| Some((kind, kind.children.iter().find(|child| child.name == name)?)))
}

impl MetadataType {
    /// Where a component's file lies in an archive.
    pub fn file(&self, full_name: &str) -> String {
        format!("{}/{full_name}.{}", self.directory, self.suffix)
    }

    /// Its place in the order of a deployment.
    pub fn rank(&self) -> usize {
        TYPES.iter().position(|kind| kind.name == self.name).unwrap_or(TYPES.len())
    }
}
