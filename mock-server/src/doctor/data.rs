//! The data directory and the world file.

use std::path::Path;

use super::{Finding, Patient};
use crate::store::{Health, health};
use crate::world;

const TOPIC: &str = "data";

pub(super) fn examine(patient: &Patient<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = patient.config.world.iter().map(|file| world_file(file)).collect();
    findings.extend(patient.config.data_dir.iter().flat_map(|directory| data_directory(directory)));
    findings
}

fn world_file(file: &Path) -> Finding {
    match world::check(file) {
        Ok(()) => Finding::well(TOPIC, format!("the world file {} is in order", file.display())),
        Err(wrong) => Finding::problem(
            TOPIC,
            format!("the world file {} cannot be used: {}", file.display(), wrong.replace('\n', "; ")),
            "the server does not start with it",
            "mend these places; `sf-mock world schema` prints the schema for your editor",
        ),
    }
}

fn data_directory(directory: &Path) -> Vec<Finding> {
    let shown = directory.display();
    if !directory.exists() {
        return vec![Finding::well(TOPIC, format!("{shown} does not exist yet; the server makes it"))];
    }
    if !directory.is_dir() {
        let why = "the server keeps the orgs in files below it";
        return vec![Finding::problem(TOPIC, format!("{shown} is no directory"), why, "choose another --data-dir")];
    }
    let mut findings = Vec::new();
    if !is_writable(directory) {
        findings.push(Finding::problem(
            TOPIC,
            format!("{shown} cannot be written"),
            "the server keeps there what it answers",
            "mend the permissions, or choose another --data-dir",
        ));
    }
    let files = health(directory);
    let sick = files.iter().filter_map(|(file, health)| Some((file, unhealthy(health)?)));
    findings.extend(sick.map(|(file, (what, mend))| {
        Finding::problem(TOPIC, format!("{}: {what}", file.display()), "the server cannot use the directory, or loses what that org held", mend)
    }));
    if findings.is_empty() {
        let in_use = if files.iter().any(|(_, health)| *health == Health::InUse) { "; a server has it open" } else { "" };
        findings.push(Finding::well(TOPIC, format!("{shown} is in order: {} databases{in_use}", files.len())));
    }
    findings
}

fn unhealthy(health: &Health) -> Option<(String, &'static str)> {
    match health {
        Health::Good | Health::InUse => None,
        Health::Newer { found, known } => {
            Some((format!("written by a later release (schema {found}, this one knows {known})"), "use that release, or another --data-dir"))
        }
        Health::Damaged(why) => Some((why.clone(), "put back a copy of the file, or move it away and let the server make the org again")),
    }
}

#[cfg(unix)]
fn is_writable(directory: &Path) -> bool {
    rustix::fs::access(directory, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn is_writable(directory: &Path) -> bool {
    std::fs::metadata(directory).is_ok_and(|found| !found.permissions().readonly())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn a_data_directory_is_looked_at_without_being_changed() {
        let directory = std::env::temp_dir().join(format!("sf-mock-doctor-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        let check = |pieces: &[&str], problem: bool| {
            let findings = data_directory(&directory);
            let what: Vec<_> = findings.iter().map(|finding| finding.what.as_str()).collect();
            assert!(what.len() == 1 && pieces.iter().all(|piece| what[0].contains(piece)), "{what:?}");
            assert_eq!(findings[0].is_problem(), problem, "{what:?}");
        };
        check(&["does not exist yet"], false);
        assert!(!directory.exists());

        let store = Store::in_directory(&directory).unwrap();
        store.org(crate::id::OrgId::numbered(1), 1).unwrap().read(|_| Ok::<_, crate::storage::StoreError>(())).unwrap();
        check(&["in order: 2 databases; a server has it open"], false);
        drop(store);
        check(&["in order: 2 databases"], false);

        let org = std::fs::read_dir(directory.join("orgs"))
            .unwrap()
            .flatten()
            .map(|file| file.path())
            .find(|path| path.extension().is_some_and(|kind| kind == "db"))
            .unwrap();
        std::fs::write(&org, b"no database at all, whatever its name says, and long enough to have a header of one hundred bytes or more").unwrap();
        check(&[".db: ", "not a database"], true);

        std::fs::remove_dir_all(&directory).unwrap();
        std::fs::write(&directory, "").unwrap();
        check(&["is no directory"], true);
        std::fs::remove_file(&directory).unwrap();
    }

    #[test]
    fn a_world_file_is_checked() {
        let finding = world_file(Path::new("/nowhere/world.yaml"));
        assert!(finding.is_problem() && finding.what.contains("/nowhere/world.yaml"), "{finding:?}");
        assert!(!world_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/worlds/default.yaml")).is_problem());
    }
}
