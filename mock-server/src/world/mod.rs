//! Worlds: whole environments as data. Reads the document, makes what it says, and writes down what is there.
//!
//! The control API makes and changes single elements through the same functions, so a file and a call mean the same.

pub mod apps;
mod document;
mod export;
mod export_records;
mod federation;
mod locate;
mod made_up;
pub mod orgs;
pub mod platform_cli;
pub mod records;
mod rejected;
pub mod sample;
mod sharing;
mod source;

use std::path::Path;

use crate::app::{App, LiveOrg};
use crate::clock::Timestamp;
use crate::storage::StoreError;

pub use document::{
    AppEntry, ClockEntry, InstalledPackageEntry, OrgAppEntry, OrgEntry, PackageEntry, PermissionSetEntry, RecordEntry, UserEntry, World,
};
pub use export::{RECORDS_SHOWN, View, permission_set, record, user};
pub use rejected::{Rejected, Why};
use source::Source;

/// The world a server has when no file is given.
const BUILT_IN: &str = include_str!("../../../fixtures/worlds/default.yaml");

/// Fills a fresh server with the configured world, else the built-in one, and marks the state that `reset` goes back to.
/// A data directory that holds orgs is left as it is, with a warning if a file was given for it.
///
/// # Errors
/// What is wrong with the file, one line each.
pub fn populate(app: &App) -> Result<(), String> {
    let fill = || match &app.config().world {
        Some(path) if !app.orgs().is_empty() => {
            tracing::warn!("the world file {} is not read: the data directory holds orgs already", path.display());
            Ok(())
        }
        None if !app.orgs().is_empty() => Ok(()),
        Some(path) => make(app, &Source::file(path)?),
        None => make(app, &Source::built_in(BUILT_IN)),
    };
    fill()?;
    app.mark_start().map_err(|error| error.to_string())
}

/// Reads a world file and makes it on a server that nobody sees.
///
/// # Errors
/// What is wrong, one line each: `file:line: what was expected`.
pub fn check(path: &Path) -> Result<(), String> {
    let source = Source::file(path)?;
    make(&App::in_memory().map_err(|error| error.to_string())?, &source)
}

/// The JSON Schema of world files.
pub fn schema() -> String {
    format!("{:#}", schemars::schema_for!(World).as_value())
}

fn make(app: &App, source: &Source<'_>) -> Result<(), String> {
    let world = source.read()?;
    platform_cli::add(app).map_err(|error| error.to_string())?;
    let wrong = apply(app, &world);
    if wrong.is_empty() { Ok(()) } else { Err(wrong.iter().map(|rejected| source.explain(rejected)).collect::<Vec<_>>().join("\n")) }
}

/// Makes everything a document says, as far as it can be made, and returns what could not.
/// Orgs come first because apps name them, then what names apps.
pub fn apply(app: &App, world: &World) -> Vec<Rejected> {
    let mut wrong = Vec::new();
    let orgs = each("orgs", &world.orgs, &mut wrong, |entry| orgs::open(app, entry));
    each("apps", &world.apps, &mut wrong, |entry| apps::add(app, entry));
    each("packages", &world.packages, &mut wrong, |entry| apps::put_package(app, entry));
    for (index, (entry, org)) in world.orgs.iter().zip(orgs).enumerate() {
        let inner = org.map(|org| fill(app, &org, entry)).unwrap_or_default();
        wrong.extend(inner.into_iter().map(|rejected| rejected.within("orgs", Some(index))));
    }
    if let Some(clock) = &world.clock
        && let Err(rejected) = set_clock(app, clock)
    {
        wrong.push(rejected.within("clock", None));
    }
    wrong
}

/// Makes what an org holds, as far as it can be made, and returns what could not.
pub fn fill(app: &App, org: &LiveOrg, entry: &OrgEntry) -> Vec<Rejected> {
    let mut wrong = Vec::new();
    let now = app.now();
    each("profiles", &entry.profiles, &mut wrong, |profile| orgs::put_permission_set(app, org, profile, true));
    each("permission_sets", &entry.permission_sets, &mut wrong, |set| orgs::put_permission_set(app, org, set, false));
    each("users", &entry.users, &mut wrong, |user| orgs::add_user(app, org, user));
    each("installed_packages", &entry.installed_packages, &mut wrong, |package| apps::install_package(app, org, package));
    each("apps", &entry.apps, &mut wrong, |row| apps::put_row(app, org, row));
    each("objects", &entry.objects, &mut wrong, |object| {
        org.change_schema::<Rejected>(now, |definition| {
            definition.add_object(object.clone());
            Ok(())
        })
    });
    each("global_value_sets", &entry.global_value_sets, &mut wrong, |set| {
        org.change_schema::<Rejected>(now, |definition| {
            definition.add_global_value_set(set.clone());
            Ok(())
        })
    });
    each("custom_fields", &entry.custom_fields, &mut wrong, |field| {
        org.change_schema::<Rejected>(now, |definition| {
            definition.add_field(field.clone());
            Ok(())
        })
    });
    each("record_types", &entry.record_types, &mut wrong, |record_type| {
        org.change_schema::<Rejected>(now, |definition| {
            definition.add_record_type(record_type.clone());
            Ok(())
        })
    });
    each("roles", &entry.roles, &mut wrong, |role| sharing::add_role(app, org, role));
    each("groups", &entry.groups, &mut wrong, |group| sharing::add_group(app, org, group));
    wrong.extend(records::add(app, org, &entry.records).err());
    wrong
}

/// Calls `make` with each element and notes where it failed.
fn each<E, T>(member: &str, entries: &[E], wrong: &mut Vec<Rejected>, mut make: impl FnMut(&E) -> Result<T, Rejected>) -> Vec<Option<T>> {
    let one = |(index, entry): (usize, &E)| make(entry).map_err(|rejected| wrong.push(rejected.within(member, Some(index)))).ok();
    entries.iter().enumerate().map(one).collect()
}

/// Sets the virtual clock as the document says.
pub fn set_clock(app: &App, entry: &ClockEntry) -> Result<(), Rejected> {
    if let Some(now) = &entry.now {
        let at = Timestamp::parse(now).ok_or_else(|| Rejected::invalid("now", format!("{now:?} is no RFC 3339 time")))?;
        app.clock().set(at);
    }
    if entry.frozen {
        app.clock().freeze();
    }
    Ok(())
}

/// The world as it is now, with at most `records` records an org.
pub fn document(app: &App, records: usize) -> Result<World, StoreError> {
    View::of(app).world(records)
}

/// A document as a YAML file. The time of a running clock is nothing to go back to, so it is left out.
pub fn yaml(world: &World) -> Result<String, String> {
    let clock = world.clock.clone().filter(|clock| clock.frozen);
    serde_saphyr::to_string(&World { clock, ..world.clone() }).map_err(|error| error.to_string())
}
