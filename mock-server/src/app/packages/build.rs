//! Building a second-generation package version of what its developer uploaded.

use std::collections::BTreeMap;

use super::super::Registry;
use crate::apps::{
    AppDefinition, AppKind, Build, Distribution, Package, PackageKind, PackageVersion, REQUIRED_COVERAGE, Release, Stamp, VersionNumber,
};
use crate::id::{AppId, OrgId, PackageVersionId};
use crate::metadata::{Apex, AppSource, VersionInfo, WantedNumber, scopes_of};
use crate::secret::Secret;

/// What the request says beside the upload.
#[derive(Debug, Clone, Default)]
pub(super) struct Order {
    pub key: Option<String>,
    pub branch: Option<String>,
    pub tag: Option<String>,
    pub language: Option<String>,
    pub calculates_coverage: bool,
    pub skips_validation: bool,
    pub validates_async: bool,
    pub seconds: u32,
}

/// Whether another org lends its apps to the Dev Hub: its namespace is linked there, and it opted in to packaging its OAuth settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lending {
    Yes,
    NotLinked,
    NotOptedIn,
}

/// What is known beside the request: the apps and packages there are, and which orgs lend the Dev Hub their apps.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub registry: &'a Registry,
    pub lending: &'a BTreeMap<OrgId, Lending>,
}

/// Builds the version of these ids.
///
/// # Errors
/// Everything that is wrong with it, a sentence each.
pub(super) fn build(
    ground: Ground<'_>,
    package: &Package,
    info: &VersionInfo,
    order: Order,
    (id, stamp): (PackageVersionId, Stamp),
) -> Result<PackageVersion, Vec<String>> {
    let registry = ground.registry;
    let referred: Vec<_> = info.connected_apps.iter().filter_map(|app| Some((&app.name, referred(registry, &app.developer_name)?))).collect();
    let mut wrong = unpackageable(info, |name| referred.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)));
    let mut apps = Vec::new();
    for source in &info.apps {
        match carried(ground, package, source) {
            Ok(app) => apps.push(app),
            Err(told) => wrong.push(told),
        }
    }
    let number = number(registry, package, info.number).map_err(|told| wrong.push(told)).ok();
    wrong.extend(ancestor_fault(registry, package, info.ancestor, number));
    let unknown = info.dependencies.iter().filter(|id| registry.release(**id).is_none_or(|release| release.version.deprecated));
    wrong.extend(unknown.map(|id| format!("The package version {id} that this version depends on was not found or is deprecated.")));
    let (Some(number), true) = (number, wrong.is_empty()) else { return Err(wrong) };
    let is_gone = |before: &AppId| !apps.iter().any(|(app, _)| app == before) && !referred.iter().any(|(_, app)| app == before);
    let ancestor = info.ancestor.and_then(|ancestor| registry.release(ancestor));
    let removed = ancestor.is_some_and(|ancestor| ancestor.version.apps.iter().any(is_gone));
    let coverage = (order.calculates_coverage && !order.skips_validation).then(|| coverage(info.apex));
    Ok(PackageVersion {
        id,
        package: package.id,
        number,
        name: info.name.clone().unwrap_or_else(|| format!("ver {}.{}", number.major, number.minor)),
        description: info.description.clone(),
        installation_key: order.key.map(Secret),
        promoted: false,
        scopes: apps.iter().cloned().collect::<BTreeMap<_, _>>(),
        apps: apps.into_iter().map(|(app, _)| app).chain(referred.into_iter().map(|(_, app)| app)).collect(),
        ancestor: info.ancestor,
        dependencies: info.dependencies.clone(),
        branch: order.branch,
        tag: order.tag,
        language: order.language,
        deprecated: false,
        build: Build {
            validation_skipped: order.skips_validation,
            validated_async: order.validates_async,
            code_coverage: coverage.flatten(),
            passed_code_coverage: coverage.is_some_and(|percent| percent.is_none_or(|percent| percent >= REQUIRED_COVERAGE)),
            metadata_removed: removed,
            seconds: order.seconds,
            files: info.files,
            size: info.size,
        },
        release_notes_url: info.release_notes_url.clone(),
        post_install_url: info.post_install_url.clone(),
        created: stamp,
        modified: stamp,
    })
}

/// GUESS: Apex is stored without being run, so its tests reach all of it or there are none.
fn coverage(apex: Apex) -> Option<u8> {
    apex.code.then_some(if apex.tests { 100 } else { 0 })
}

/// Components that no second-generation package takes. GUESS: the sentences.
fn unpackageable(info: &VersionInfo, is_referred: impl Fn(&str) -> bool) -> Vec<String> {
    let told = |(kind, name): &(String, String)| match kind.as_str() {
        "ConnectedApp" if is_referred(name) => None,
        "ConnectedApp" => Some(format!(
            "{name}: A connected app can't be created in a second-generation package. Package it in a first-generation package and reference that."
        )),
        "ExtlClntAppGlobalOauthSettings"
        | "ExtlClntAppOauthConfigurablePolicies"
        | "ExtlClntAppConfigurablePolicies"
        | "ExtlClntAppOauthSecuritySettings" => Some(format!("{name}: {kind} can't be included in a package.")),
        _ => None,
    };
    info.components.iter().filter_map(told).collect()
}

/// The connected app that a source refers to as `ns__App`: one that a released first-generation package brings.
/// GUESS: any released version will do; that the app must come from such a package is documented.
fn referred(registry: &Registry, name: &str) -> Option<AppId> {
    let (namespace, own_name) = name.split_once("__")?;
    let holds = |release: &Release| {
        let held = release.package.namespace.as_deref().is_some_and(|held| held.eq_ignore_ascii_case(namespace));
        held && release.package.kind == PackageKind::FirstGeneration && release.version.promoted && !release.version.deprecated
    };
    let carried = registry.releases().into_iter().filter(holds).flat_map(|release| release.version.apps.clone());
    let named = |app: &AppId| {
        let known = registry.app(*app);
        known.is_some_and(|app| app.kind == AppKind::ConnectedApp && app.developer_name().eq_ignore_ascii_case(own_name))
    };
    carried.into_iter().find(named)
}

/// The app of the Dev Hub, or of an org that lends it, that a source names, with the scopes it has in this version.
fn carried(ground: Ground<'_>, package: &Package, source: &AppSource) -> Result<(AppId, Vec<String>), String> {
    let registry = ground.registry;
    let name = &source.name;
    if let Some(state) = source.distribution.as_deref().filter(|state| !state.eq_ignore_ascii_case("Packaged")) {
        return Err(format!("{name}: The distribution state of an external client app must be Packaged to include it in a package; it is {state}."));
    }
    let app = match &source.oauth_link {
        Some(link) => linked(ground, package, link).map_err(|why| format!("{name}: {why}"))?,
        None => named(registry, package, name)
            .ok_or_else(|| format!("{name}: The Dev Hub org has no external client app with this name, and its source has no oauthLink."))?,
    };
    if app.distribution != Some(Distribution::Packaged) {
        return Err(format!("{name}: The distribution state of an external client app must be Packaged to include it in a package; it is Local."));
    }
    let holds = |other: &Release| other.package.id != package.id && !other.version.deprecated && other.carries(app.id);
    if let Some(other) = registry.releases().into_iter().find(holds) {
        // GUESS: the words; that an app is in one package only is how Setup shows it.
        return Err(format!("{name}: The external client app is part of the package {} already.", other.package.name));
    }
    let scopes = match &source.scopes {
        Some(tokens) => scopes_of(tokens.split(',')).map_err(|failure| format!("{name}: {}", failure.problem))?,
        None => app.scopes.clone(),
    };
    Ok((app.id, scopes))
}

/// The app whose consumer a link names: `<org id>:<consumer id>`. GUESS: the sentences of the refusals.
fn linked(ground: Ground<'_>, package: &Package, link: &str) -> Result<std::sync::Arc<AppDefinition>, String> {
    let nobody = || format!("The OAuth settings must be owned by the Dev Hub org. The oauthLink {link} leads to no consumer of it.");
    let (org, consumer) = link.split_once(':').ok_or_else(nobody)?;
    let consumer = crate::id::RecordId::parse(consumer).ok().and_then(|consumer| AppId::try_from(consumer.with_prefix(AppId::PREFIX)).ok());
    let app = consumer.and_then(|id| ground.registry.app(id)).filter(|app| app.kind == AppKind::ExternalClientApp);
    let app = app.filter(|app| OrgId::parse(org).is_ok_and(|org| org == app.owner)).ok_or_else(nobody)?;
    if app.owner == package.owner {
        return Ok(app);
    }
    match ground.lending.get(&app.owner) {
        Some(Lending::Yes) => Ok(app),
        Some(Lending::NotOptedIn) | None => Err(nobody()),
        Some(Lending::NotLinked) => Err("The OAuth settings belong to an org whose namespace is not linked to the Dev Hub.".to_owned()),
    }
}

fn named(registry: &Registry, package: &Package, name: &str) -> Option<std::sync::Arc<AppDefinition>> {
    let own = |app: &std::sync::Arc<AppDefinition>| app.owner == package.owner && app.kind == AppKind::ExternalClientApp;
    registry.apps().into_iter().find(|app| own(app) && app.developer_name().eq_ignore_ascii_case(name))
}

/// The number a new version gets.
fn number(registry: &Registry, package: &Package, wanted: WantedNumber) -> Result<VersionNumber, String> {
    let builds = |number: VersionNumber| {
        let alike = registry.versions(package.id);
        alike.into_iter().filter(move |known| known.number.is_build_of(number)).map(|known| known.number.build).collect::<Vec<_>>()
    };
    match wanted {
        WantedNumber::Next(number) => Ok(VersionNumber { build: builds(number).into_iter().max().unwrap_or(0) + 1, ..number }),
        WantedNumber::Exactly(number) if builds(number).contains(&number.build) => {
            Err(format!("The package already has a version with the number {number}."))
        }
        WantedNumber::Exactly(number) => Ok(number),
    }
}

/// A managed version builds on a released one of the same package, below its own number.
fn ancestor_fault(registry: &Registry, package: &Package, ancestor: Option<PackageVersionId>, number: Option<VersionNumber>) -> Option<String> {
    let release = registry.release(ancestor?).filter(|release| release.package.id == package.id);
    let Some(release) = release else { return Some("The ancestor is not a version of this package.".to_owned()) };
    let version = &release.version;
    if package.kind == PackageKind::Unlocked {
        return Some("An unlocked package version has no ancestor.".to_owned());
    }
    if !version.promoted {
        return Some(format!("The ancestor {} is not released: promote it first.", version.number));
    }
    let below = number.is_none_or(|number| VersionNumber { build: 0, ..version.number } < VersionNumber { build: 0, ..number });
    (!below).then(|| format!("The version number must be higher than that of the ancestor, {}.", version.number.three()))
}
