//! The package install link that a publisher hands to an admin: `packaging-and-cli.md` 9.1.

use std::borrow::Cow;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{self, InstallPackagePage, Link, PackageInstalledPage};
use super::{answer, app_page, explain, installed_packages, wording};
use crate::app::App;
use crate::apps::{Act, Audience, Install, InstallRefused, Installs, PackageRequest, Release, VersionNumber};
use crate::id::PackageVersionId;
use crate::journal::Facts;
use crate::org::Directory;
use crate::storage::StoreError;

/// `GET /packaging/installPackage.apexp?p0=04t…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, facts: Facts, query: Fields) -> Result<Response, PageError> {
    let package = find(&app, &query, &session)?;
    check_rights(&app, &session, &facts, &package)?;
    let installed = session.browser.caller.org.read(|tx| tx.installed_packages())?;
    let known = installed.into_iter().find(|known| known.version == package.version.id);
    let refused = known.as_ref().map(|_| InstallRefused::AlreadyInstalled);
    let audience = known.map(|known| known.audience).unwrap_or_default();
    Ok(answer::page(StatusCode::OK, &page(&app, &session, &package, &audience, refused.as_ref())?))
}

/// `POST /packaging/installPackage.apexp`
pub(super) async fn submit(State(app): State<App>, facts: Facts, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    let package = find(&app, &fields, &session)?;
    check_rights(&app, &session, &facts, &package)?;
    let audience = audience(&fields);
    let request =
        PackageRequest { key: fields.get("installation_key"), acknowledged: fields.get("acknowledge").is_some(), audience: audience.clone() };
    match app.install_package(&session.browser.caller.org, &package, request, Some(session.user().id))? {
        Ok(Install::New | Install::Upgrade(_)) => Ok(answer::page(StatusCode::OK, &done(&app, &session, &package, &audience))),
        outcome @ (Ok(Install::Nothing) | Err(_)) => {
            let refused = outcome.err().unwrap_or(InstallRefused::AlreadyInstalled);
            explain::record_install(&app, &session, &facts, None, &refused);
            Ok(answer::page(StatusCode::OK, &page(&app, &session, &package, &audience, Some(&refused))?))
        }
    }
}

fn find(app: &App, fields: &Fields, session: &BrowserSession) -> Result<Release, PageError> {
    let id = fields.get("p0").and_then(|id| PackageVersionId::parse(id).ok());
    id.and_then(|id| app.registry().release(id))
        .ok_or_else(|| PageError::Missing { frame: Box::new(session.frame()), what: "No package version has this id." })
}

fn check_rights(app: &App, session: &BrowserSession, facts: &Facts, package: &Release) -> Result<(), PageError> {
    explain::must_install(app, (session, facts), None, (Act::InstallPackage, &package.install_path()))
}

/// Salesforce's texts where one was seen (`packaging-and-cli.md` 7.1), else our own.
fn text(refused: &InstallRefused) -> Cow<'static, str> {
    let text = match refused {
        InstallRefused::Components(_) => return refused.message().into(),
        InstallRefused::WrongKey => "Invalid InstallationKey for SubscriberPackageVersion",
        InstallRefused::NotPromoted => "BETA_INSTALL_INTO_PRODUCTION_ORG: Only promoted package versions can be installed in a production org.",
        InstallRefused::OwnPackage => "INSTALL_INTO_DEV_ORG: A package can't be installed in the org that holds its namespace.",
        InstallRefused::AlreadyInstalled => "This version of the package is already installed.",
        InstallRefused::EarlierVersion => "CANNOT_INSTALL_EARLIER_VERSION: A newer version of this package is currently installed.",
        InstallRefused::BetaUpgrade => "CANNOT_UPGRADE_BETA: A beta version can't be upgraded. Uninstall the package first.",
        InstallRefused::Deprecated => "DEPRECATED_INSTALL_PACKAGE: The developer deleted this version of the package.",
        InstallRefused::NamespaceTaken => "NAMESPACE_COLLISION: Another package with the same namespace is installed.",
        other => other.reason(),
    };
    text.into()
}

fn audience(fields: &Fields) -> Audience {
    match fields.get("audience") {
        Some("all") => Audience::AllUsers,
        Some("profiles") => Audience::Profiles(fields.all("profile").map(str::to_owned).collect()),
        _ => Audience::AdminsOnly,
    }
}

fn page(
    app: &App,
    session: &BrowserSession,
    package: &Release,
    audience: &Audience,
    refused: Option<&InstallRefused>,
) -> Result<InstallPackagePage, PageError> {
    let chosen: &[String] = if let Audience::Profiles(names) = audience { names } else { &[] };
    let (sets, installed) = session.browser.caller.org.read(|tx| Ok::<_, StoreError>((tx.permission_sets()?, app.installed(tx)?)))?;
    let before = installed.iter().find(|known| known.release.package.id == package.package.id).map(|known| known.release.version.number);
    let profiles =
        sets.into_iter().filter(|set| set.is_profile).map(|profile| view::Profile { chosen: chosen.contains(&profile.name), name: profile.name });
    Ok(InstallPackagePage {
        frame: session.frame(),
        csrf: session.csrf(),
        org: session.org_name(),
        package: shown(app, package),
        upgraded: before.filter(|before| *before < package.version.number).map(VersionNumber::three),
        audiences: tiles(audience),
        profiles: profiles.collect(),
        error: refused.map(text),
    })
}

fn tiles(chosen: &Audience) -> Vec<view::Audience> {
    let tile = |value, label, hint, chosen| view::Audience { value, label, hint, chosen };
    vec![
        tile("admins", "Install for Admins Only", "You and the profiles with Customize Application.", *chosen == Audience::AdminsOnly),
        tile("all", "Install for All Users", "Every internal custom profile.", *chosen == Audience::AllUsers),
        tile("profiles", "Install for Specific Profiles…", "The profiles you choose.", matches!(chosen, Audience::Profiles(_))),
    ]
}

fn shown(app: &App, package: &Release) -> view::Package {
    let registry = app.registry();
    let Release { package, version } = package;
    let apps = version.apps.iter().filter_map(|id| registry.app(*id));
    view::Package {
        id: version.id.to_string(),
        name: package.name.clone(),
        publisher: app.org(package.owner).map(|org| org.facts().name.clone()).unwrap_or_default(),
        version_number: version.number.three(),
        namespace: package.namespace.clone(),
        released: version.promoted,
        needs_key: version.installation_key.is_some(),
        components: apps.map(|app| view::Component { name: app.name.clone(), kind: wording::kind(app.kind) }).collect(),
    }
}

fn done(app: &App, session: &BrowserSession, package: &Release, audience: &Audience) -> PackageInstalledPage {
    let registry = app.registry();
    let apps: Vec<_> = package.version.apps.iter().filter_map(|id| registry.app(*id)).collect();
    PackageInstalledPage {
        frame: session.frame(),
        org: session.org_name(),
        package: shown(app, package),
        audience: match audience {
            Audience::AdminsOnly => "for admins only",
            Audience::AllUsers => "for all users",
            Audience::Profiles(_) => "for the profiles you chose",
        },
        apps: apps.iter().map(|app| Link { url: session.link(&app_page::path(app.id, None)), text: app.name.clone() }).collect(),
        done: session.link(installed_packages::PATH),
    }
}
