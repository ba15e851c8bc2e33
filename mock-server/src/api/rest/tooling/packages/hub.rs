//! What a Dev Hub keeps of its packages: `Package2` and `Package2Version`.

use catalogue::Object;
use serde_json::Value;

use super::{check_fields, is_true};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::tooling::body::{Body, missing};
use crate::apps::{Package, PackageKind, PackageVersion, PromotionRefused, Stamp, may_promote};
use crate::id::{PackageId, PackageVersionId, RecordId};
use crate::records::RecordError;

pub(super) fn create_package(call: &Call<'_>, object: &Object) -> Result<RecordId, RestError> {
    let mut body = Body::read(call)?;
    check_fields(object, &body, |flags| flags.createable || flags.updateable)?;
    let name = body.take_text("Name").ok_or_else(|| missing("Name"))?;
    let options = body.take_text("ContainerOptions").ok_or_else(|| missing("ContainerOptions"))?;
    let kind = PackageKind::of_container_options(&options).ok_or_else(|| bad_choice(object, "ContainerOptions", options))?;
    let namespace = body.take_text("NamespacePrefix");
    check_namespace(call, kind, namespace.as_deref())?;
    let owner = call.caller.org.id();
    if call.app.registry().package_named(&name, owner).is_some_and(|package| !package.deprecated) {
        // GUESS: that names are unique in a Dev Hub is documented, the words are those of any duplicate.
        return Err(rule("DUPLICATE_VALUE", format!("duplicate value found: Name duplicates value on record with name: {name}"), "Name"));
    }
    let id = call.db.write(|tx| tx.new_id(PackageId::PREFIX))?;
    let id = PackageId::try_from(id).map_err(|_| RestError::NotFound)?;
    let stamp = stamp(call);
    call.app.put_package(Package {
        id,
        name,
        owner,
        namespace,
        kind,
        components: Vec::new(),
        language: None,
        description: body.take_text("Description"),
        error_username: body.take_text("PackageErrorUsername"),
        org_dependent: body.take("IsOrgDependent").is_some_and(|value| is_true(&value)),
        app_analytics: false,
        recommended: None,
        deprecated: false,
        created: stamp,
        modified: stamp,
    })?;
    Ok(id.developers())
}

/// A managed package has a namespace that its Dev Hub knows. GUESS: the sentences were not recorded.
fn check_namespace(call: &Call<'_>, kind: PackageKind, namespace: Option<&str>) -> Result<(), RestError> {
    let Some(namespace) = namespace else {
        let told = "A managed package needs a namespace. Link a namespace to the Dev Hub, and name it in sfdx-project.json.".to_owned();
        return if kind == PackageKind::Managed { Err(rule("REQUIRED_FIELD_MISSING", told, "NamespacePrefix")) } else { Ok(()) };
    };
    if call.caller.org.facts().knows_namespace(namespace) {
        return Ok(());
    }
    let told = format!("The namespace {namespace} isn't linked to this Dev Hub. Link it in Namespace Registries, and try again.");
    Err(rule("INVALID_NAMESPACE_PREFIX", told, "NamespacePrefix"))
}

pub(super) fn update_package(call: &Call<'_>, object: &Object, id: RecordId, mut body: Body) -> Result<(), RestError> {
    let registry = call.app.registry();
    let own = |package: &Package| package.owner == call.caller.org.id();
    let known = PackageId::of_developer(id).and_then(|id| registry.package(id)).filter(|package| own(package)).ok_or(RestError::NotFound)?;
    let mut next = Package { modified: stamp(call), ..Package::clone(&known) };
    if let Some(name) = body.take_text("Name") {
        let taken = registry.package_named(&name, known.owner).is_some_and(|other| other.id != known.id);
        if taken {
            return Err(rule("DUPLICATE_VALUE", format!("duplicate value found: Name duplicates value on record with name: {name}"), "Name"));
        }
        next.name = name;
    }
    for (field, place) in [("Description", &mut next.description), ("PackageErrorUsername", &mut next.error_username)] {
        if body.names().any(|name| name.eq_ignore_ascii_case(field)) {
            *place = body.take_text(field);
        }
    }
    if let Some(value) = body.take("AppAnalyticsEnabled") {
        next.app_analytics = is_true(&value);
    }
    if let Some(text) = body.take_text("RecommendedVersionId") {
        let version = PackageVersionId::parse(&text).ok().and_then(|id| registry.release(id));
        let version = version.filter(|release| release.package.id == known.id && release.version.promoted);
        next.recommended = Some(version.ok_or_else(|| bad_choice(object, "RecommendedVersionId", text))?.version.id);
    }
    if body.take("IsDeprecated").is_some_and(|value| is_true(&value)) && !known.deprecated {
        if registry.versions(known.id).iter().any(|version| !version.deprecated) {
            // GUESS: the rule is documented, the words are not.
            let told = "You can't delete this package because it has package versions. Delete its package versions first.".to_owned();
            return Err(rule("DELETE_FAILED", told, "IsDeprecated"));
        }
        next.deprecated = true;
    }
    Ok(call.app.put_package(next)?)
}

pub(super) fn update_version(call: &Call<'_>, id: RecordId, mut body: Body) -> Result<(), RestError> {
    let id = PackageVersionId::of_developer(id).ok_or(RestError::NotFound)?;
    let stamp = stamp(call);
    call.app.put_version(|registry| {
        let own = registry.release(id).filter(|release| release.package.owner == call.caller.org.id()).ok_or(RestError::NotFound)?;
        let (package, known) = (&own.package, &own.version);
        let mut next = PackageVersion { modified: stamp, ..PackageVersion::clone(known) };
        match body.take("IsReleased").map(|value| is_true(&value)) {
            Some(true) if !known.promoted => {
                let siblings = registry.versions(package.id);
                may_promote(known, siblings.iter().map(|version| &**version)).map_err(|refused| promotion(&refused))?;
                next.promoted = true;
            }
            Some(false) if known.promoted => return Err(promotion(&PromotionRefused::Demotion)),
            _ => {}
        }
        if let Some(name) = body.take_text("Name") {
            next.name = name;
        }
        for (field, place) in [("Description", &mut next.description), ("Branch", &mut next.branch), ("Tag", &mut next.tag)] {
            if body.names().any(|name| name.eq_ignore_ascii_case(field)) {
                *place = body.take_text(field);
            }
        }
        if body.names().any(|name| name.eq_ignore_ascii_case("InstallKey")) {
            next.installation_key = body.take_text("InstallKey").map(Into::into);
        }
        if body.take("IsDeprecated").is_some_and(|value| is_true(&value)) {
            if known.promoted && package.kind == PackageKind::Managed {
                // GUESS: the rule is documented, the words are not.
                let told = "You can't delete a released managed package version.".to_owned();
                return Err(rule("DELETE_FAILED", told, "IsDeprecated"));
            }
            next.deprecated = true;
        }
        Ok(next)
    })?;
    Ok(())
}

/// GUESS: codes but for that of a taken number, which the CLI looks for.
fn promotion(refused: &PromotionRefused) -> RestError {
    let code = match refused {
        PromotionRefused::NumberTaken(_) => "DUPLICATE_VALUE",
        _ => "INVALID_INPUT",
    };
    rule(code, refused.to_string(), "IsReleased")
}

fn stamp(call: &Call<'_>) -> Stamp {
    Stamp { at: call.app.now().whole_second(), by: Some(call.caller.user.id) }
}

fn rule(code: &'static str, message: String, field: &str) -> RestError {
    RecordError::rule(code, message, &[field]).into()
}

fn bad_choice(object: &Object, field: &str, value: impl Into<Value>) -> RestError {
    let label = object.field(field).map_or_else(String::new, |field| field.label.to_string());
    let value: Value = value.into();
    let value = value.as_str().map(str::to_owned).unwrap_or_default();
    RecordError::RestrictedPicklist { label, field: field.to_owned(), value }.into()
}
