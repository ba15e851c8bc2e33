//! What a developer uploads for a package version: a descriptor, and the metadata of the version as an archive within the archive.
//! Source: `packaging-and-cli.md` 3.5.

use serde::Deserialize;

use super::{Archive, Manifest};
use crate::apps::VersionNumber;
use crate::id::{PackageVersionId, RecordId};
use crate::xml::{self, Element};

const DESCRIPTOR: &str = "package2-descriptor.json";
const METADATA: &str = "package.zip";

/// An upload, as far as building a version needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionInfo {
    pub name: Option<String>,
    pub description: Option<String>,
    /// The Dev Hub's id of the package.
    pub package: Option<RecordId>,
    pub number: WantedNumber,
    pub ancestor: Option<PackageVersionId>,
    pub dependencies: Vec<PackageVersionId>,
    pub release_notes_url: Option<String>,
    pub post_install_url: Option<String>,
    /// Type and name of what `package.xml` lists.
    pub components: Vec<(String, String)>,
    pub apps: Vec<AppSource>,
    /// The connected apps that the source refers to.
    pub connected_apps: Vec<ConnectedAppReference>,
    /// Files of the metadata, and their bytes.
    pub files: u32,
    pub size: u32,
    pub apex: Apex,
    /// The archive of the metadata.
    pub content: Vec<u8>,
}

/// `0.1.0.NEXT` or `0.1.0.4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedNumber {
    /// The next build of this number, whose own build counts nothing.
    Next(VersionNumber),
    Exactly(VersionNumber),
}

/// Whether the version holds Apex, and tests of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Apex {
    pub code: bool,
    pub tests: bool,
}

/// An external client app as the source has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AppSource {
    /// Its API name.
    pub name: String,
    /// `Packaged`
    pub distribution: Option<String>,
    /// `<org id>:<consumer id>` of its OAuth settings; `None`: it has none.
    pub oauth_link: Option<String>,
    /// `Api, RefreshToken`
    pub scopes: Option<String>,
}

/// A connected app as the source of a second-generation package names it: it comes from a first-generation package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectedAppReference {
    /// As `package.xml` lists it.
    pub name: String,
    /// `ns__App`, as its `developerName` says, or else its own name.
    pub developer_name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Descriptor {
    id: String,
    version_name: String,
    version_description: Option<String>,
    version_number: String,
    ancestor_id: Option<String>,
    dependencies: Vec<Dependency>,
    release_notes_url: Option<String>,
    post_install_url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Dependency {
    subscriber_package_version_id: String,
}

impl VersionInfo {
    /// Reads an upload.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let upload = Archive::read(bytes).map_err(|bad| bad.to_string())?;
        let descriptor = upload.file(DESCRIPTOR).map_err(|bad| bad.to_string())?.ok_or_else(|| format!("The upload holds no {DESCRIPTOR}."))?;
        let descriptor: Descriptor = serde_json::from_slice(&descriptor).map_err(|why| format!("{DESCRIPTOR} can't be read: {why}"))?;
        let content = upload.file(METADATA).map_err(|bad| bad.to_string())?.ok_or_else(|| format!("The upload holds no {METADATA}."))?;
        let metadata = Archive::read(&content).map_err(|bad| bad.to_string())?;
        let manifest = metadata.file("package.xml").map_err(|bad| bad.to_string())?.ok_or("No package.xml found")?;
        let manifest = Manifest::read(&manifest)?;
        let version = |text: &str| PackageVersionId::parse(text).map_err(|_| format!("{text} is not the ID of a package version."));
        let mut info = Self {
            name: some(descriptor.version_name),
            description: descriptor.version_description.and_then(some),
            package: RecordId::parse(&descriptor.id).ok(),
            number: wanted(&descriptor.version_number)?,
            ancestor: descriptor.ancestor_id.and_then(some).map(|text| ancestor(&text).map_or_else(|| version(&text), Ok)).transpose()?,
            dependencies: descriptor.dependencies.iter().map(|needed| version(&needed.subscriber_package_version_id)).collect::<Result<_, _>>()?,
            release_notes_url: descriptor.release_notes_url.and_then(some),
            post_install_url: descriptor.post_install_url.and_then(some),
            components: components(&manifest),
            apps: Vec::new(),
            connected_apps: Vec::new(),
            files: 0,
            size: 0,
            apex: Apex::default(),
            content: Vec::new(),
        };
        info.look_through(&metadata)?;
        Ok(Self { content, ..info })
    }

    fn look_through(&mut self, metadata: &Archive<'_>) -> Result<(), String> {
        for path in metadata.paths().map(str::to_owned).collect::<Vec<_>>() {
            let Some(content) = metadata.file(&path).map_err(|bad| bad.to_string())? else { continue };
            self.files += 1;
            self.size = self.size.saturating_add(u32::try_from(content.len()).unwrap_or(u32::MAX));
            if let Some(name) = stem(&path, "eca") {
                let root = element(&path, &content)?;
                self.app(name).distribution = text(&root, "distributionState");
            } else if stem(&path, "ecaOauth").is_some() {
                let root = element(&path, &content)?;
                let Some(owner) = text(&root, "externalClientApplication") else {
                    return Err(format!("{path}: Required field is missing: externalClientApplication"));
                };
                let app = self.app(&owner);
                app.oauth_link = text(&root, "oauthLink");
                app.scopes = text(&root, "commaSeparatedOauthScopes");
            } else if let Some(name) = stem(&path, "connectedApp") {
                let root = element(&path, &content)?;
                let developer_name = text(&root, "developerName").unwrap_or_else(|| name.to_owned());
                self.connected_apps.push(ConnectedAppReference { name: name.to_owned(), developer_name });
            } else if path.ends_with(".cls") || path.ends_with(".trigger") {
                self.apex.code = true;
                self.apex.tests |= String::from_utf8_lossy(&content).to_ascii_lowercase().contains("@istest");
            }
        }
        Ok(())
    }

    fn app(&mut self, name: &str) -> &mut AppSource {
        let at = self.apps.iter().position(|app| app.name.eq_ignore_ascii_case(name)).unwrap_or_else(|| {
            self.apps.push(AppSource { name: name.to_owned(), ..AppSource::default() });
            self.apps.len() - 1
        });
        &mut self.apps[at]
    }
}

/// The ancestor under the id that its Dev Hub has it by, as the CLI names it.
fn ancestor(text: &str) -> Option<PackageVersionId> {
    RecordId::parse(text).ok().and_then(PackageVersionId::of_developer)
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.trim().is_empty())
}

fn components(manifest: &Manifest) -> Vec<(String, String)> {
    let of = |listed: &super::Members| listed.names.iter().map(|name| (listed.kind.clone(), name.clone())).collect::<Vec<_>>();
    manifest.types.iter().flat_map(of).collect()
}

fn wanted(text: &str) -> Result<WantedNumber, String> {
    let wrong = || format!("The versionNumber {text:?} is not valid: expected one like 1.2.0.NEXT.");
    match text.rsplit_once('.') {
        Some((number, build)) if build.eq_ignore_ascii_case("NEXT") => number.parse().map(WantedNumber::Next).map_err(|_| wrong()),
        _ => text.parse().map(WantedNumber::Exactly).map_err(|_| wrong()),
    }
}

/// The component's name of a file with this ending, with or without `-meta.xml`.
fn stem<'p>(path: &'p str, suffix: &str) -> Option<&'p str> {
    let (_, name) = path.rsplit_once('/')?;
    name.strip_suffix("-meta.xml").unwrap_or(name).strip_suffix(suffix)?.strip_suffix('.')
}

fn element(path: &str, content: &[u8]) -> Result<Element, String> {
    let text = xml::decode(content, None).map_err(|why| format!("{path}: {why}"))?;
    xml::parse(&text).map_err(|why| format!("{path}: {why}"))
}

fn text(root: &Element, member: &str) -> Option<String> {
    root.text_of(member).map(|text| text.trim().to_owned()).and_then(some)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::metadata::pack;

    fn upload(descriptor: &str, files: &[(&str, &str)]) -> Vec<u8> {
        let packed = |files: &[(&str, &[u8])]| {
            pack(&files.iter().map(|(path, content)| ((*path).to_owned(), content.to_vec())).collect::<BTreeMap<_, _>>()).unwrap()
        };
        let metadata: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
        packed(&[(DESCRIPTOR, descriptor.as_bytes()), (METADATA, &packed(&metadata))])
    }

    const MANIFEST: &str =
        "<Package><types><members>Suite</members><name>ExternalClientApplication</name></types><types><name>Profile</name></types></Package>";

    #[test]
    fn an_upload_says_what_the_version_holds() {
        let files = [
            ("package.xml", MANIFEST),
            (
                "externalClientApps/Suite.eca",
                "<ExternalClientApplication><distributionState>Packaged</distributionState></ExternalClientApplication>",
            ),
            (
                "extlClntAppOauthSettings/Suite_oauth.ecaOauth-meta.xml",
                "<E><externalClientApplication>Suite</externalClientApplication><commaSeparatedOauthScopes>Api, RefreshToken</commaSeparatedOauthScopes></E>",
            ),
        ];
        let info = VersionInfo::read(&upload(r#"{"versionNumber":"0.1.0.NEXT","versionName":"ver 0.1","ancestorId":""}"#, &files)).unwrap();
        assert_eq!(info.number, WantedNumber::Next("0.1.0".parse().unwrap()));
        assert_eq!(info.components, [("ExternalClientApplication".to_owned(), "Suite".to_owned())]);
        assert_eq!((info.ancestor, info.files), (None, 3));
        let app = AppSource {
            name: "Suite".to_owned(),
            distribution: Some("Packaged".to_owned()),
            oauth_link: None,
            scopes: Some("Api, RefreshToken".to_owned()),
        };
        assert_eq!(info.apps, [app]);
    }

    #[test]
    fn an_ancestor_has_either_of_its_ids() {
        let known = PackageVersionId::parse("04tFk00000BrookAA0").unwrap();
        for id in [known.to_string(), known.developers().to_string()] {
            let descriptor = format!(r#"{{"versionNumber":"0.2.0.NEXT","ancestorId":"{id}"}}"#);
            assert_eq!(VersionInfo::read(&upload(&descriptor, &[("package.xml", MANIFEST)])).unwrap().ancestor, Some(known), "{id}");
        }
    }

    #[test]
    fn what_is_no_upload_is_refused() {
        let check = |upload: &[u8], words: &str| {
            let told = VersionInfo::read(upload).unwrap_err();
            assert!(told.contains(words), "{told}");
        };
        check(b"no archive", "not a valid archive");
        check(&upload("{", &[("package.xml", MANIFEST)]), "can't be read");
        check(&upload(r#"{"versionNumber":"one"}"#, &[("package.xml", MANIFEST)]), "versionNumber");
        check(
            &upload(r#"{"versionNumber":"1.0.0.NEXT","ancestorId":"001Fk00000BrookAA0"}"#, &[("package.xml", MANIFEST)]),
            "not the ID of a package version",
        );
        check(&upload(r#"{"versionNumber":"1.0.0.NEXT"}"#, &[("a", "")]), "No package.xml");
        let broken = [("package.xml", MANIFEST), ("externalClientApps/A.eca", "<a>")];
        check(&upload(r#"{"versionNumber":"1.0.0.NEXT"}"#, &broken), "externalClientApps/A.eca");
    }
}
